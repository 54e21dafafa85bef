"""Lines of the reader's Python: where an operation came from, and errors that say so."""

import linecache
import re
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import torch

_HIDDEN = tuple(f"{Path(file).parent}/" for file in (torch.__file__, __file__))


class LiveError(ValueError):
    """A function cannot become a live program; the message says which line and what instead."""


@dataclass(frozen=True)
class Place:
    """A line of Python while it ran: the same line in another call is another place."""

    file: str
    line: int
    frame: object = None

    @property
    def text(self):
        """The line itself, as far as it can be found."""
        return linecache.getline(self.file, self.line).strip()

    @property
    def assigned(self):
        """The name that the line assigns to, or None; a lambda assigns nothing."""
        found = re.match(r"(\w+)\s*=(?!=)", self.text)
        inside = self.frame is not None and self.frame.f_code.co_name == "<lambda>"
        return found[1] if found and not inside else None

    def __str__(self):
        return f"{Path(self.file).name}:{self.line} `{self.text}`"


def here():
    """The innermost line of Python outside PyTorch and outside this package."""
    return _innermost((f, f.f_lineno) for f in _outwards(sys._getframe(1)))


def blamed(error):
    """The innermost line of Python, outside PyTorch and this package, that `error` went through."""
    return _innermost(reversed(list(traceback.walk_tb(error.__traceback__))))


def _outwards(frame):
    while frame:
        yield frame
        frame = frame.f_back


def _innermost(frames):
    for frame, line in frames:
        file = frame.f_code.co_filename
        if not file.startswith(_HIDDEN):
            return Place(file, line, frame)
    return None
