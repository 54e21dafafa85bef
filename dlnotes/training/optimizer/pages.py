"""Long vectors in large pages of memory.

A step reads and writes every entry once. In pages of 4 KB it looks up thousands of addresses on the
way, which takes about a twentieth of its time; Linux gives pages of 2 MB to whoever asks.
"""

import mmap
from contextlib import suppress

import torch
from torch import Tensor

LARGE = 2**24  # bytes; below it, a vector has few pages anyway


def joined(parts: list[Tensor]) -> Tensor:
    """All entries in one new vector, in large pages where that helps and the system has them.

    Args:
        parts: of one dtype and device.
    """
    length = sum(part.numel() for part in parts)
    return torch.cat([part.reshape(-1) for part in parts], out=_room(length, parts[0]))


def zeros_like(vector: Tensor) -> Tensor:
    """Zeros for each entry of a vector, likewise."""
    return _room(vector.numel(), vector).zero_()


def _room(length: int, like: Tensor) -> Tensor:
    size = length * like.element_size()
    if like.device.type != "cpu" or size < LARGE or not hasattr(mmap, "MADV_HUGEPAGE"):
        return like.new_empty(length)
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(OSError):  # a kernel without them
        pages.madvise(mmap.MADV_HUGEPAGE)
    return torch.frombuffer(pages, dtype=like.dtype)
