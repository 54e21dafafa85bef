"""Every demo of the book, found by walking the rooms of its sections."""

import functools
import importlib
from pathlib import Path

import pytest

from dlnotes.demos.demo import Demo

ROOMS = Path(__file__).resolve().parents[2] / "dlnotes" / "sections"
SECTIONS = sorted(path.parent.relative_to(ROOMS).as_posix() for path in ROOMS.glob("*/*/demo.py"))


def every(which: int, begin: int = 0) -> list:
    """One demo in so many, for what the frame alone can break; the others in `make test-all`."""
    return [
        pytest.param(section, marks=[pytest.mark.long] if place % which != begin else [])
        for place, section in enumerate(SECTIONS)
    ]


FRAME = every(5)


@functools.cache
def demo_of(section: str) -> type[Demo]:
    """The one demo in the room of a section.

    Args:
        section: as in `SECTIONS`, `optimizers/adam`.
    """
    name = f"dlnotes.sections.{section.replace('/', '.')}.demo"
    found = [
        one
        for one in vars(importlib.import_module(name)).values()
        if isinstance(one, type) and issubclass(one, Demo) and one.__module__ == name
    ]
    if len(found) != 1:
        raise ValueError(f"{name} must define one Demo, got {len(found)}; a room has one demo.")
    return found[0]
