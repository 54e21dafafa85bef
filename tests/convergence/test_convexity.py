"""Chords of functions that are known to be convex, and of those that are not."""

import math

import pytest

from dlnotes.convergence.convexity import broken_chord

SQUARE = [(-2.0, 2.0), (-2.0, 2.0)]


@pytest.mark.parametrize(
    "bowl",
    [
        lambda x, y: x * x + 3 * y * y - x * y,
        lambda x, y: abs(x - y) + x,
        lambda x, y: math.log(1 + math.exp(x - 2 * y)),
    ],
)
def test_no_chord_of_a_bowl_is_broken(bowl):
    assert broken_chord(bowl, SQUARE) is None


@pytest.mark.parametrize(
    "bumpy",
    [lambda x, y: x * x - y * y, lambda x, y: x * y, lambda x, y: x * x + math.sin(5 * y)],
)
def test_what_has_a_bump_breaks_one_and_the_excess_is_right(bumpy):
    start, end, excess = broken_chord(bumpy, SQUARE)
    middle = bumpy(*((a + b) / 2 for a, b in zip(start, end, strict=True)))
    assert excess == pytest.approx(middle - (bumpy(*start) + bumpy(*end)) / 2) and excess > 0


def test_more_chords_find_what_few_miss():
    """A dent in a corner that is one part in a thousand of the box."""

    def dented(x, y):
        return x * x + y * y - (0.5 if x > 1.9 and y > 1.9 else 0)

    assert broken_chord(dented, SQUARE, samples=3) is None
    assert broken_chord(dented, SQUARE, samples=20_000).excess > 0


def test_rounding_is_no_bump():
    assert broken_chord(lambda x: 1e9 + x, [(0.0, 1.0)], tol=1e-6) is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: broken_chord(abs, []), "`box` must hold at least one entry"),
        (lambda: broken_chord(abs, [(1, 0)]), "`low` must be smaller than `high`"),
        (lambda: broken_chord(abs, [(0, 1)], samples=0), "`samples` must be at least 1, got 0"),
        (lambda: broken_chord(abs, [(0, 1)], tol=-1), "`tol` must be at least 0, got -1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
