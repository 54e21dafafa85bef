"""Files of others, read with care: no link is followed, no pipe waited for, no end of bytes."""

import os
import stat
from pathlib import Path

from dlnotes.grading.submissions.canonical import MOST_BYTES, Unreadable


def is_notebook(name: str) -> bool:
    """Whether a file's name says that it is a notebook, even if a program has added to it.

    Example:
        >>> is_notebook("momentum.IPYNB.json")
        True
    """
    return ".ipynb" in name.lower()


def bytes_of(path: Path, most: int = MOST_BYTES + 1) -> bytes:
    """The bytes of a file; by default one more than allowed of a file that is too large.

    Raises:
        Unreadable: when it is a link, a device or a pipe, or may not be read.
    """
    ways = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        number = os.open(path, ways)
    except PermissionError:
        raise Unreadable("closed") from None
    except OSError:
        raise Unreadable("link") from None
    with open(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise Unreadable("link")
        return file.read(most)
