"""What the presets of every demo set, kept in presets.json beside what the pages say of them."""

import json
from pathlib import Path

from dlnotes.demos.demo import Demo
from tests.demos.driver import DemoOnPage

RECORD = Path(__file__).with_suffix(".json")


def setting(demo: DemoOnPage) -> dict:
    """What differs from the start, to six digits; where a run has come to does not count."""
    rounded = {each: _rounded(value) for each, value in demo.controls().items() if each != "now"}
    start = json.loads(json.dumps(demo.demo.start))
    return {each: value for each, value in rounded.items() if value != _rounded(start[each])}


def assert_on_record(demo: type[Demo], found: dict[str, dict]) -> None:
    """Whoever changes a preset reads what the page says of it."""
    section = ".".join(demo.__module__.split(".")[-3:-1]).replace(".", "/")
    known = json.loads(RECORD.read_text(encoding="utf-8")).get(section, {})
    assert found == known, (
        f"{section}: the presets set something else than {RECORD.name} says. If that is "
        f"meant, read what the page says of them and write there: {json.dumps(found)}"
    )


def _rounded(value):
    if isinstance(value, list):
        ends = f"from {value[0]:.6g} to {value[-1]:.6g}"
        return f"{len(value)} numbers {ends}, {sum(value):.6g} together"
    return float(f"{value:.6g}") if isinstance(value, float) else value
