"""Live programs: PyTorch functions of small fixed shapes, emitted as plain JavaScript."""

from dlnotes.live.emit import emit
from dlnotes.live.places import LiveError

__all__ = ["LiveError", "emit"]
