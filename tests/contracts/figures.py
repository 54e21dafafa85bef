"""Every figure of the book, found by walking the rooms of its sections.

Each public function of a room's `figures.py` is a figure. Its examples lie in `figure_examples.py`
of the room's tests: a function of the same name that draws it from a number `x`, and in `FAMILIES`
the colours of each panel.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
from matplotlib.figure import Figure

from dlnotes.core.language import Bilingual
from dlnotes.figures.figure import ALONE, PAIRED

ROOT = Path(__file__).resolve().parents[2]
NARROWEST = {ALONE: 350, PAIRED: 320}  # px of a panel on a page: no letter under 11 px
WIDTHS = "all => all.map(svg => [svg.getBoundingClientRect().width, svg.viewBox.baseVal.width])"
ROOMS = sorted((ROOT / "dlnotes" / "sections").glob("*/*/figures.py"))


class Drawn(NamedTuple):
    """A figure, and the panels that matplotlib drew for it, language by language."""

    picture: Bilingual
    panels: list[Figure]


def module_of(path: Path) -> ModuleType:
    return import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def figures_of(module: ModuleType) -> list[str]:
    """The names of the figures of a room: its own public functions."""
    own = {name: made for name, made in vars(module).items() if isfunction(made)}
    return [n for n, made in own.items() if made.__module__ == module.__name__ and n[0] != "_"]


def example(room: str, name: str, examples: ModuleType | None):
    """The function that draws a figure from a number, and the colours of its panels."""
    draw, families = getattr(examples, name, None), getattr(examples, "FAMILIES", {}).get(name)
    if draw is None or families is None:
        pytest.fail(
            f"{room}: the figure `{name}` has no example; write `{name}(x)` and its FAMILIES in "
            f"tests/sections/{room}/figure_examples.py.",
            pytrace=False,
        )
    return draw, families


FIGURES = [
    (path.parent.relative_to(ROOT / "dlnotes" / "sections").as_posix(), name)
    for path in ROOMS
    for name in figures_of(module_of(path))
]


def examples_of(room: str) -> ModuleType | None:
    path = ROOT / "tests" / "sections" / room / "figure_examples.py"
    return module_of(path) if path.is_file() else None


@cache
def drawn(room: str, name: str, x: float = 1.0) -> Drawn:
    """The example of a figure."""
    draw, _ = example(room, name, examples_of(room))
    panels, save = [], Figure.savefig

    def kept(canvas: Figure, *args, **more) -> None:
        panels.append(canvas)
        save(canvas, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", kept)
        return Drawn(draw(x), panels)


def handed(room: str, name: str) -> tuple[Callable[..., Bilingual], tuple, dict]:
    """A figure, and the arguments by place and by name that its example hands over."""
    module = module_of(ROOT / "dlnotes" / "sections" / room / "figures.py")
    draw, _ = example(room, name, examples_of(room))
    made, given = getattr(module, name), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, lambda *args, **more: given.append((args, more)))
        draw(1.0)
    return made, *given[0]


def assert_wide_enough(page) -> None:
    """The panels on a page of the site are as wide there as their letters need."""
    for shown, points in page.eval_on_selector_all(".book-figure .panels > svg", WIDTHS):
        assert shown >= NARROWEST[round(points)] - 0.5, f"{shown} px"
