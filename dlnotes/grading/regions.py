"""Solution regions, under the name they had first."""

from dlnotes.core.solutions import BEGIN, END, without_marks, without_solutions

__all__ = ["BEGIN", "END", "without_marks", "without_solutions"]
