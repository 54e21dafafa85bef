"""The ledger of claims: every entry whole, able to fail, and used in its notebook."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from dlnotes.core.conditions import holds, names
from dlnotes.core.data import parsed
from dlnotes.core.ledger import KINDS, VERDICTS, empty
from dlnotes.site import cells
from dlnotes.site.findings import Findings
from dlnotes.site.lint import links
from dlnotes.site.lint.faults import Fault

FILE = "book/claims.yml"
TEXTS = ("said", "finding")
CHECKED = ("measured", "condition", "counterexample")


def entries(root: Path) -> dict[str, dict]:
    """The ledger of the book at `root`; an empty one where there is none."""
    path = root / FILE
    return (parsed(path.read_text(encoding="utf-8")) if path.is_file() else None) or {}


def notebook_faults(notebook: dict, file: str, root: Path) -> Iterator[Fault]:
    """Claims in a notebook that the ledger does not know, or knows for another section."""
    section = file.removeprefix("book/").removesuffix(".ipynb")
    for cell, claim in cells.claims(notebook):
        entry = entries(root).get(claim)
        if entry is None:
            yield Fault(file, cell, f"claim {claim} is not in {FILE}; add it or correct the id.")
        elif entry.get("section") != section:
            home = entry.get("section")
            yield Fault(file, cell, f"claim {claim} belongs to {home}; move it or correct {FILE}.")
    for cell, name in _written_by_hand(notebook):
        message = f"`{name}` of a claim is written by hand; hand over what the page computes."
        yield Fault(file, cell, message)


def _written_by_hand(notebook: dict) -> Iterator[tuple[str, str]]:
    """Numbers handed to a claim that nothing on the page computes: the cell and the name."""
    for cell in notebook["cells"]:
        calls = ast.walk(cells.parsed(cell)) if cell.get("cell_type") == "code" else ()
        for node in calls:
            match node:
                case ast.Call(ast.Name("claim"), _, given):
                    for one in given:
                        parts = ast.walk(one.value)
                        if not any(isinstance(part, ast.Name | ast.Call) for part in parts):
                            yield cell.get("id", ""), one.arg or "**"


def check(root: Path, look: Findings | None = None) -> Iterator[Fault]:
    """Faults of the ledger itself, entry by entry.

    Args:
        root: the project.
        look: findings of earlier builds.
    """
    look = look or Findings()
    claims, known = _claims(root, look), links.keys(root, look)
    for name, entry in entries(root).items():
        messages = [*look.of(_entry_faults, json.dumps(entry, default=str))]
        messages += _references(entry, known)
        home = f"book/{entry.get('section')}.ipynb"
        if name not in claims.get(home, ()):
            messages.append(f"is not used in {home}; call claim({name!r}) there.")
        yield from (Fault(FILE, str(name), message) for message in messages)


def _entry_faults(text: str) -> list[str]:
    """What an entry, given as JSON, shows without the rest of the book."""
    entry = json.loads(text)
    return [*_shape(entry), *_texts(entry), *_can_fail(entry), *_all_held(entry)]


def _shape(entry: dict) -> Iterator[str]:
    source = entry.get("kind") == "source"
    needed = ("section", *TEXTS, "verdict", "reference", *(() if source else CHECKED))
    for key in needed:
        if not entry.get(key):
            yield f"`{key}` is missing; write it."
    for key in CHECKED if source else ():
        if key in entry:
            yield f"`{key}` has no place in an entry of kind source; take it out."
    if entry.get("kind", "checked") not in KINDS:
        yield f"`kind` must be one of {', '.join(KINDS)}, got {entry['kind']!r}; correct it."
    if entry.get("verdict") not in VERDICTS:
        yield f"`verdict` must be one of {', '.join(VERDICTS)}, got {entry.get('verdict')!r}."


def _texts(entry: dict) -> Iterator[str]:
    for key in (*TEXTS, "measured"):
        text = entry.get(key)
        if text and not (isinstance(text, dict) and text.get("zh") and text.get("en")):
            yield f"`{key}` lacks a language; write both zh and en."
    measured = entry.get("measured")
    if isinstance(measured, dict) and len({_fields(text) for text in measured.values()}) > 1:
        yield "`measured` shows other values in zh than in en; use the same {names} in both."


def _fields(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\{(\w+)[^{}]*\}", str(text)))


def _references(entry: dict, known: frozenset[str]) -> Iterator[str]:
    for key in entry.get("reference") or ():
        if key not in known:
            yield f"cites `{key}`, which is not in book/references.bib; add it or correct the key."


def _can_fail(entry: dict) -> Iterator[str]:
    condition, values = entry.get("condition"), entry.get("counterexample")
    if not condition or not values:
        return
    try:
        satisfied = holds(condition, values)
    except ValueError as error:
        yield f"the counter-example cannot be tried: {error}"
    else:
        if satisfied:
            yield empty(condition)


def _all_held(entry: dict) -> Iterator[str]:
    """What is measured is held: a number that is only shown may be any number."""
    try:
        held = names(str(entry["condition"]))
    except (KeyError, SyntaxError):
        return  # told by others
    measured = entry.get("measured")
    texts = measured.values() if isinstance(measured, dict) else ()
    told = set().union(entry.get("counterexample") or (), *map(_fields, texts))
    for name in sorted(told - held):
        yield f"`{name}` is measured and no part of the condition; say what it must be."


def _claims(root: Path, look: Findings) -> dict[str, list[str]]:
    """The claims that each notebook of a section checks."""
    homes = {f"book/{entry.get('section')}.ipynb" for entry in entries(root).values()}
    there = {home: root / home for home in homes if (root / home).is_file()}
    return {home: look.of(_checked, file.read_text("utf-8")) for home, file in there.items()}


def _checked(notebook: str) -> list[str]:
    return [claim for _, claim in cells.claims(cells.read(notebook))]
