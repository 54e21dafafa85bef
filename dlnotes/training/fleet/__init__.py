"""Thousands of nets trained at once: chunk by chunk, mapped or by hand."""

from dlnotes.training.fleet.facade import fleet

__all__ = ["fleet"]
