"""Images in the files that MNIST is published in, read from the reader's own disk.

An IDX file begins with two zero bytes, one byte for the kind of number and one for the number of
dimensions; each dimension follows as four bytes, then all numbers, most significant byte first
(LeCun, Cortes & Burges, *The MNIST database of handwritten digits*). Fashion-MNIST, KMNIST and
EMNIST come in the same form. Put the four files into one folder, as they are or unpacked:

    train-images-idx3-ubyte.gz   train-labels-idx1-ubyte.gz
    t10k-images-idx3-ubyte.gz    t10k-labels-idx1-ubyte.gz

Then `mnist_files("that/folder")` gives the data to train on.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.training.data.examples import Data, cast, standardize

KINDS = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
PIECE = 1 << 20
LIMIT = 1 << 30
PARTS = {"train": "train", "test": "t10k"}


def idx(path: str | Path, *, limit: int = LIMIT) -> Tensor:
    """The tensor in an IDX file, plain or packed with gzip.

    Args:
        path: of the file; packing is told by its first bytes, not by its name.
        limit: the most bytes of numbers to take in; MNIST has 47 MB.

    Returns:
        The shape the file names, uint8 for images and labels.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it is not an IDX file, is cut short, goes on after its end, or is larger
            than `limit`. Memory is taken as numbers arrive, not as the header promises.
    """
    path, limit = Path(path), whole("limit", limit)
    if not path.is_file():
        raise FileNotFoundError(f"`path` must be a file, got {str(path)!r}; check folder and name.")
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        try:
            return _read(gzip.GzipFile(fileobj=plain) if packed else plain, path.name, limit)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ValueError(f"{path.name} is damaged ({error}); get the file again.") from None


def mnist_files(
    folder: str | Path,
    *,
    standardized: bool = False,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device | None = None,
) -> Data:
    """Images and labels from the four files of an MNIST-like data set.

    Args:
        folder: holds the files named above, each plain or `.gz`; a dot before `idx` will do too.
        standardized: every pixel with mean 0 and standard deviation 1 over the training part;
            else gray levels from 0 to 1.
        dtype: of the features.
        device: where to put them; `None` is the CPU.

    Returns:
        `X` of shape `(N, height · width)`, `y` of shape `(N,)`; the test part likewise.

    Raises:
        FileNotFoundError: when a file is missing.
        ValueError: when a file cannot be read, or its counts and shapes do not fit the others.
    """
    train, test = (_part(Path(folder), name) for name in PARTS.values())
    if train[0].shape[1:] != test[0].shape[1:]:
        shapes = f"{tuple(train[0].shape[1:])} and {tuple(test[0].shape[1:])}"
        raise ValueError(f"Training and test images must have one size, got {shapes} pixels.")
    parts = [(images.flatten(1).to(dtype) / 255, labels.long()) for images, labels in (train, test)]
    data = Data(*parts[0], *parts[1])
    return cast(standardize(data) if standardized else data, dtype, device)


def _read(file: BinaryIO, name: str, limit: int) -> Tensor:
    kind, shape = _header(file, name)
    number = np.dtype(KINDS[kind])
    size = math.prod(shape) * number.itemsize
    if size > limit:
        raise ValueError(
            f"{name} promises {size:,} bytes in shape {shape}, more than limit={limit:,}; "
            "raise limit if that is right, else get the file again."
        )
    content = _bytes(file, size + 1)
    if len(content) != size:
        more = "more" if len(content) > size else f"{len(content):,}"
        raise ValueError(
            f"{name} must hold {size:,} bytes after its header for shape {shape}, got {more}; "
            "get the file again."
        )
    numbers = np.frombuffer(content, dtype=number).astype(number.newbyteorder("="), copy=False)
    return torch.from_numpy(numbers).reshape(shape)


def _header(file: BinaryIO, name: str) -> tuple[int, tuple[int, ...]]:
    """The kind of number and the shape."""
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in KINDS or start[3] == 0:
        got = start.hex(" ") or "nothing"
        raise ValueError(
            f"{name} must begin as an IDX file does, such as 00 00 08 03, got {got}; "
            "it may be another kind of file."
        )
    sizes = file.read(4 * start[3])
    if len(sizes) < 4 * start[3]:
        raise ValueError(f"{name} ends within its header; get the file again.")
    return start[2], struct.unpack(f">{start[3]}I", sizes)


def _bytes(file: BinaryIO, most: int) -> bytearray:
    """What is there, up to `most` bytes, taken piece by piece."""
    content = bytearray()
    while len(content) < most and (piece := file.read(min(PIECE, most - len(content)))):
        content += piece
    return content


def _part(folder: Path, part: str) -> tuple[Tensor, Tensor]:
    """Images `(N, height, width)` and labels `(N,)` of one part."""
    images, labels = (_found(folder, f"{part}-{what}") for what in ("images-idx3", "labels-idx1"))
    pixels, classes = idx(images), idx(labels)
    for tensor, path, ndim in ((pixels, images, 3), (classes, labels, 1)):
        if tensor.ndim != ndim or tensor.dtype != torch.uint8:
            raise ValueError(
                f"{path.name} must hold bytes in {ndim} dimensions, got {tensor.dtype} in "
                f"{tensor.ndim}; images and labels may be swapped."
            )
    if len(pixels) != len(classes) or len(pixels) == 0:
        raise ValueError(
            f"{images.name} and {labels.name} must hold equally many examples, at least one, "
            f"got {len(pixels)} and {len(classes)}."
        )
    return pixels, classes


def _found(folder: Path, name: str) -> Path:
    """The file of that name, with a dash or a dot before `idx`, plain or packed."""
    for stem in (f"{name}-ubyte", f"{name.replace('-idx', '.idx')}-ubyte"):
        for path in (folder / stem, folder / f"{stem}.gz"):
            if path.is_file():
                return path
    raise FileNotFoundError(f"`folder` must hold {name}-ubyte or {name}-ubyte.gz, got {folder}.")
