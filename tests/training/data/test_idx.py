"""A reader's own files: read right, or refused in one line without taking memory."""

import gzip
import math
import struct
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlnotes.training.data.idx import KINDS, idx, mnist_files

SAMPLE = bytes([0, 0, 8, 2]) + struct.pack(">2I", 2, 3) + bytes([1, 2, 3, 4, 5, 6])


def packed(array, kind):
    """An IDX file that holds this array."""
    head = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(np.dtype(KINDS[kind])).tobytes()


def written(path, content):
    path.write_bytes(content)
    return path


def mnist(folder, counts=(5, 3), side=4, name="{}-{}-idx{}-ubyte"):
    """The four files of a small data set; returns pixels and labels of both parts."""
    parts, source = [], np.random.default_rng(0)
    for part, count in zip(("train", "t10k"), counts, strict=True):
        images, labels = source.integers(256, size=(count, side, side)), np.arange(count) % 10
        written(folder / name.format(part, "images", 3), packed(images, 8))
        written(folder / name.format(part, "labels", 1), packed(labels, 8))
        parts += [images, labels]
    return parts


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zipped", [False, True])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shape=st.lists(st.integers(0, 5), min_size=1, max_size=4), seed=st.integers(0, 10**6))
def test_what_was_written_is_read(tmp_path, kind, zipped, shape, seed):
    number = np.dtype(KINDS[kind])
    source = np.random.default_rng(seed)
    array = source.normal(size=shape) if number.kind == "f" else source.integers(0, 127, size=shape)
    if number.kind == "i":
        array = -array
    content = packed(array, kind)
    found = idx(written(tmp_path / "data", gzip.compress(content) if zipped else content))
    assert tuple(found.shape) == tuple(shape)
    expected = torch.from_numpy(array.astype(number.newbyteorder("=")))
    assert found.dtype == expected.dtype and torch.equal(found, expected)


def test_the_bytes_of_the_format_are_these(tmp_path):
    assert idx(written(tmp_path / "sample", SAMPLE)).tolist() == [[1, 2, 3], [4, 5, 6]]
    short = bytes([0, 0, 0x0B, 1, 0, 0, 0, 2, 0x01, 0x00, 0xFF, 0xFE])
    assert idx(written(tmp_path / "short", short)).tolist() == [256, -2]


def test_the_result_can_be_written_to(tmp_path):
    found = idx(written(tmp_path / "sample", SAMPLE))
    found[0, 0] = 9
    assert found[0, 0] == 9


@pytest.mark.parametrize("end", range(len(SAMPLE)))
@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_cut_anywhere_is_refused(tmp_path, end, zipped):
    content = SAMPLE[:end]
    path = written(tmp_path / "cut", gzip.compress(content) if zipped else content)
    with pytest.raises(ValueError, match=r"^cut .*(begin as an IDX|ends within|must hold 6 bytes)"):
        idx(path)


@pytest.mark.parametrize("end", range(3, len(gzip.compress(SAMPLE)), 3))
def test_a_packed_file_cut_anywhere_is_refused(tmp_path, end):
    with pytest.raises(ValueError, match=r"^cut .*get the file again"):
        idx(written(tmp_path / "cut", gzip.compress(SAMPLE)[:end]))


def test_a_packed_file_with_a_wrong_sum_is_refused(tmp_path):
    content = bytearray(gzip.compress(SAMPLE))
    content[-6] ^= 1
    with pytest.raises(ValueError, match=r"^bad is damaged"):
        idx(written(tmp_path / "bad", bytes(content)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got nothing; it may be another kind of file"),
        (b"\x89PNG\r\n\x1a\n", "such as 00 00 08 03, got 89 50 4e 47"),
        (bytes([0, 0, 7, 1, 0, 0, 0, 0]), "got 00 00 07 01"),
        (bytes([0, 0, 8, 0]), "got 00 00 08 00"),
        (bytes([0, 1]) + SAMPLE[2:], "got 00 01 08 02"),
        (SAMPLE + b"\0", r"must hold 6 bytes after its header for shape \(2, 3\), got more"),
        (SAMPLE[:-2], r"must hold 6 bytes after its header for shape \(2, 3\), got 4"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, content, message):
    with pytest.raises(ValueError, match=message) as caught:
        idx(written(tmp_path / "wrong", content))
    assert "\n" not in str(caught.value)


def test_a_huge_header_takes_no_memory(tmp_path):
    head = bytes([0, 0, 14, 3]) + struct.pack(">3I", *[2**32 - 1] * 3)
    path = written(tmp_path / "huge", head + b"1234")
    with pytest.raises(ValueError, match=r"promises .* more than limit=1,073,741,824; raise limit"):
        idx(path)
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"must hold .* bytes after its header .* got 4"):
        idx(path, limit=10**40)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5e6


def test_a_packed_file_gives_no_more_than_its_header_says(tmp_path):
    """A few kilobytes of gzip may hold gigabytes; those past the header's end are not taken."""
    content = gzip.compress(SAMPLE + bytes(50_000_000))
    path = written(tmp_path / "bomb", content)
    tracemalloc.start()
    with pytest.raises(ValueError, match="got more"):
        idx(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(content) < 60_000 and peak < 5e6


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"`path` must be a file, got .*nowhere"):
        idx(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="`path` must be a file"):
        idx(tmp_path)


@pytest.mark.parametrize("name", ["{}-{}-idx{}-ubyte", "{}-{}.idx{}-ubyte", "{}-{}-idx{}-ubyte.gz"])
def test_four_files_make_a_data_set(tmp_path, name):
    images, labels, images_test, labels_test = mnist(tmp_path, name=name)
    for path in tmp_path.glob("*.gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    data = mnist_files(tmp_path)
    assert torch.equal(data.X, torch.tensor(images).flatten(1).float() / 255)
    assert torch.equal(data.X_test, torch.tensor(images_test).flatten(1).float() / 255)
    assert data.y.tolist() == labels.tolist() and data.y_test.tolist() == labels_test.tolist()
    assert data.y.dtype == torch.int64 and data.X.dtype == torch.float32


def test_pixels_can_be_standardized_by_the_training_part(tmp_path):
    mnist(tmp_path, counts=(60, 9))
    raw, data = (
        mnist_files(tmp_path, standardized=way, dtype=torch.float64) for way in (False, True)
    )
    assert (
        data.X.mean(0).abs().max() < 1e-12 and (data.X.std(0, correction=0) - 1).abs().max() < 1e-9
    )
    expected = (raw.X_test - raw.X.mean(0)) / raw.X.std(0, correction=0)
    assert torch.allclose(data.X_test, expected)


@pytest.mark.parametrize(
    ("part", "array", "message"),
    [
        ("train-labels-idx1", np.zeros(4), "must hold equally many examples, .* got 5 and 4"),
        ("train-labels-idx1", np.zeros((5, 4, 4)), "must hold bytes in 1 dimensions, .* in 3; ima"),
        ("train-images-idx3", np.zeros(5), "must hold bytes in 3 dimensions, .* in 1; images and"),
        ("t10k-images-idx3", np.zeros((3, 5, 5)), r"have one size, got \(4, 4\) and \(5, 5\) pix"),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_are_named(tmp_path, part, array, message):
    mnist(tmp_path)
    written(tmp_path / f"{part}-ubyte", packed(array, 8))
    with pytest.raises(ValueError, match=message):
        mnist_files(tmp_path)


def test_files_of_another_kind_or_none_are_named(tmp_path):
    mnist(tmp_path)
    written(tmp_path / "train-images-idx3-ubyte", packed(np.zeros((5, 4, 4)), 0x0D))
    with pytest.raises(ValueError, match=r"must hold bytes in 3 dimensions, got torch.float32"):
        mnist_files(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").unlink()
    with pytest.raises(FileNotFoundError, match="`folder` must hold train-images-idx3-ubyte or"):
        mnist_files(tmp_path)


def test_an_empty_part_is_refused(tmp_path):
    mnist(tmp_path, counts=(5, 0))
    with pytest.raises(ValueError, match="at least one, got 0 and 0"):
        mnist_files(tmp_path)
    assert math.prod(idx(tmp_path / "t10k-images-idx3-ubyte").shape) == 0
