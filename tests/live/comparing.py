"""Results of a program in JavaScript, compared with those of its Python."""

import torch
from torch import Tensor


def number(value):
    """A number as a live program takes it."""
    return torch.tensor(value, dtype=torch.float64)


def randoms(seed, *shape):
    """Normal random numbers of a shape."""
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def assert_close(found, expected, tolerance):
    """Both are the same structure, and every tensor in it equal up to `tolerance`."""
    if isinstance(expected, Tensor):
        found = torch.as_tensor(found, dtype=torch.float64).reshape(expected.shape)
        torch.testing.assert_close(
            found, expected, rtol=tolerance, atol=tolerance, equal_nan=True, check_dtype=False
        )
    elif hasattr(expected, "_asdict"):
        assert_close(found, expected._asdict(), tolerance)
    elif isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key in expected:
            assert_close(found[key], expected[key], tolerance)
    else:
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_close(one, other, tolerance)
