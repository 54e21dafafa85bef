"""Every demo of the book, found by walking the rooms of its sections."""

import functools
import importlib
from pathlib import Path

import pytest

from dlnotes.demos.demo import Demo

ROOMS = Path(__file__).resolve().parents[2] / "dlnotes" / "sections"
SECTIONS = sorted(path.parent.relative_to(ROOMS).as_posix() for path in ROOMS.glob("*/*/demo.py"))
# for what the frame alone can break: every third demo, and the others in `make test-all`
EVERY_THIRD = [
    pytest.param(section, marks=[pytest.mark.long] if place % 3 else [])
    for place, section in enumerate(SECTIONS)
]


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
