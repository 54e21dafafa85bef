"""Every figure draws what it is handed, each series from its own numbers, and a median as one.

The examples of test_figures.py change all numbers at once; here one changes at a time.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import torch
from matplotlib.collections import Collection
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from torch import Tensor

from dlnotes.core.language import both
from dlnotes.figures import figure as figure_module
from dlnotes.figures.figure import figure
from tests.contracts.figures import FIGURES, Drawn, handed

FAR = 1e6  # how far one seed runs away
NEAR = 1e3  # a median moves less, a mean more
every_figure = pytest.mark.parametrize(("room", "name"), FIGURES)


def parts(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """The way to each series and number in the arguments. A record counts as one: a figure may
    need less than all of it."""
    if isinstance(value, dict | list) or type(value) is tuple:
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in inside:
            yield from parts(part, (*path, key))
    elif bent(value) is not value:
        yield path


def bare(made: Callable, args: tuple, more: dict) -> Drawn:
    """A figure and its panels, none of them written down, which takes nearly all of the time.

    In one language: the other differs in its words alone, and words are not looked at here.
    """
    panels = []
    with pytest.MonkeyPatch.context() as patch:
        draw = figure_module._panel

        def in_english(one, lang, size):
            return draw(one, lang, size) if lang == "en" else "<svg/>"

        patch.setattr(figure_module, "_panel", in_english)
        patch.setattr(
            figure_module, "written", lambda canvas, lang: panels.append(canvas) or "<svg/>"
        )
        return Drawn(made(*args, **more), panels)


def bent(value: Any) -> Any:
    """Other numbers in place of every series and number; not all by the same factor."""
    if isinstance(value, Tensor) and value.is_floating_point():
        return value * (1 - 0.05 * torch.linspace(0.5, 1, value.numel()).view(value.shape))
    if isinstance(value, float):
        return 0.9 * value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(bent, value))
    return value


def at(value: Any, path: tuple) -> Any:
    for key in path:
        value = value[key]
    return value


def put(value: Any, path: tuple, part: Any) -> Any:
    """The same arguments with another part; a field of a record has its place for a key."""
    if not path:
        return part
    inside = dict(value) if isinstance(value, dict) else list(value)
    inside[path[0]] = put(inside[path[0]], path[1:], part)
    if hasattr(value, "_fields"):
        return type(value)(*inside)
    return type(value)(inside)


def shown(found: Drawn) -> list:
    """Everything that numbers can show in: marks in the units of their axes, and words.

    Where a word stands does not count: a name may follow a series that nobody draws.
    """
    every = [axes for panel in found.panels for axes in panel.axes]
    marks = [mark for axes in every for artist in axes.get_children() for mark in numbers(artist)]
    words = [text.get_text() for axes in every for text in axes.texts]
    words += [axes.get_title(loc) for axes in every for loc in ("left", "center", "right")]
    alt = re.search(r'aria-label="([^"]*)"', found.picture.html["en"])[1]
    return [*marks, *words, alt, found.picture.plain["en"]]


def numbers(artist) -> Iterator[list]:
    """What an artist draws, in the units of its axes."""
    if isinstance(artist, Line2D):
        yield artist.get_xydata().tolist()
    elif isinstance(artist, Collection):
        yield [path.vertices.tolist() for path in artist.get_paths()]
        yield [artist.get_offsets().tolist(), artist.get_transforms().tolist()]
    elif isinstance(artist, Patch):
        yield artist.get_path().vertices.tolist()
    elif isinstance(artist, AxesImage):
        yield artist.get_array().tolist()


def heights(found: Drawn) -> list[Tensor]:
    """The heights of every line."""
    every = [axes for panel in found.panels for axes in panel.axes]
    return [torch.as_tensor(line.get_ydata()).double() for axes in every for line in axes.lines]


def unseen(made, args: tuple, more: dict) -> list[tuple]:
    """The ways to what a figure is handed and shows nowhere."""
    usual = repr(shown(bare(made, args, more)))
    given, found = (args, more), []
    for path in parts(given):
        other = put(given, path, bent(at(given, path)))
        if repr(shown(bare(made, *other))) == usual:
            found.append(path)
    return found


def runaways(made, args: tuple, more: dict, seeds: int) -> list[tuple]:
    """The ways to series over seeds in which one seed that runs away takes a line along.

    Which dimension counts the seeds is not known: any of that length may be the one.
    """
    usual, given, found = heights(bare(made, args, more)), (args, more), []
    for path in seeded(given, seeds):
        series = at(given, path)
        still = []
        for dim in [dim for dim, length in enumerate(series.shape) if length == seeds]:
            far = series.clone()
            far.select(dim, 0).mul_(FAR)
            other = put(given, path, far)
            moved = zip(usual, heights(bare(made, *other)), strict=True)
            still.append(all((b / a).abs().nan_to_num(1).max() < NEAR for a, b in moved))
        if not any(still):
            found.append(path)
    return found


def seeded(value: Any, seeds: int, path: tuple = ()) -> Iterator[tuple]:
    """The way to every series that may hold so many seeds."""
    if isinstance(value, Tensor):
        if value.ndim > 1 and seeds in value.shape:
            yield path
    elif isinstance(value, dict | list | tuple):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in inside:
            yield from seeded(part, seeds, (*path, key))


@every_figure
def test_every_series_is_drawn(room, name):
    assert unseen(*handed(room, name)) == []


@every_figure
def test_a_line_that_is_a_median_does_not_follow_one_seed(room, name):
    made, args, more = handed(room, name)
    said = re.search(r"median of (\d+)", bare(made, args, more).picture.plain["en"])
    if said:
        assert runaways(made, args, more, int(said[1])) == []


# ---- and would be seen ---------------------------------------------------------------------------
@dataclass
class Lines:
    """A figure of two series over seeds, in some way of drawing them."""

    draw: Any

    def __call__(self, one: Tensor, two: Tensor):
        words = both(zh="两条线", en="two lines")
        return figure(partial(self.draw, one=one, two=two), alt=words, caption=words)


SERIES = {"one": torch.arange(1.0, 7.0).view(3, 2), "two": torch.arange(2.0, 8.0).view(3, 2)}


def test_a_series_drawn_from_the_numbers_of_another_would_be_seen():
    def named(axes, text, one, two):
        axes.plot(one.median(0).values)
        axes.plot(one.median(0).values)
        axes.annotate("two", (1, float(two[0, 1])))

    assert unseen(Lines(named), (), SERIES) == [(1, "two")]


def test_a_mean_that_is_called_a_median_would_be_seen():
    def mixed(axes, text, one, two):
        axes.plot(one.median(0).values)
        axes.plot(two.mean(0))

    assert runaways(Lines(mixed), (), SERIES, 3) == [(1, "two")]
