"""What the rooms of `tests/sections` know of their exercises, found by walking.

A room's styles.py has `ANEW`, task → right answers written as somebody else would write them, and
may have `HARMLESS`, slip → why it changes no value (see test_mutants.py).
"""

from importlib import import_module
from pathlib import Path

ROOMS = Path(__file__).resolve().parents[1] / "sections"


def gathered(name: str) -> dict:
    """The entries of all dicts of this name."""
    found = {}
    for path in sorted(ROOMS.glob("*/*/styles.py")):
        place = path.relative_to(ROOMS.parents[1]).with_suffix("")
        found |= getattr(import_module(".".join(place.parts)), name, {})
    return found
