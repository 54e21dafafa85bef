"""Comparison outside: what counts as the same value, and where two values part."""

import inspect

import pytest
import torch

from dlnotes.grading.inside.values import plain
from dlnotes.grading.judging import comparison
from dlnotes.grading.judging.comparison import difference


def compared(got, want):
    return difference(plain(got), plain(want))


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (1, 1.0),
        (0.1 + 0.2, 0.3),
        ([1, 2], torch.tensor([1.0, 2.0])),
        ((torch.tensor(1.0), 2), (1, 2)),
        ([torch.ones(2), torch.zeros(2)], torch.tensor([[1.0, 1.0], [0.0, 0.0]])),
        ([torch.ones(2), [1]], [[1, 1], torch.ones(1)]),
        (torch.tensor(1 / 3, dtype=torch.float32), 1 / 3),
        (1 + 0.9e-5, 1.0),
    ],
)
def test_packing_and_rounding_do_not_matter(got, want):
    assert compared(got, want) is None


@pytest.mark.parametrize(
    ("got", "want", "what"),
    [
        (1.001, 1.0, "value"),
        (1 + 1.1e-5, 1.0, "value"),
        (0.0, 1e-9, "value"),
        (float("nan"), 1.0, "nan"),
        (float("inf"), 1.0, "nan"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], "shape"),
        ([[1.0, 2.0]], [[1.0], [2.0]], "shape"),
        ([torch.ones(2), [1]], [torch.ones(2), [1], [1]], "shape"),
        (None, 1.0, "kind"),
        ("1.0", 1.0, "kind"),
        ([], 1.0, "kind"),
    ],
)
def test_differences_are_told_apart(got, want, what):
    assert compared(got, want).what == what


def test_the_first_row_that_differs_is_named():
    found = compared(torch.tensor([[1.0, 2.0], [3.0, 5.0]]), torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert found.row == 1
    assert (found.got["numbers"], found.want["numbers"]) == ([3.0, 5.0], [3.0, 4.0])


def test_this_half_cannot_run_an_answer():
    imported = inspect.getsource(comparison).split('"""', 2)[2]
    assert "grading" not in imported and "exec" not in imported and "call" not in imported
