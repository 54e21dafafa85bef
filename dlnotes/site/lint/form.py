"""The form of a notebook: valid, clean of what running leaves behind, and paired."""

import re
from collections import Counter
from collections.abc import Iterator

from nbformat.validator import iter_validate

from dlnotes.site.cells import TWIN, language, parsed, source
from dlnotes.site.lint.faults import Fault

RANDOM = re.compile(r"(?=.*\d)[0-9a-f]{8}(-[0-9a-f]{4}){0,3}")
NOTEBOOK_METADATA = {"kernelspec", "language_info"}


def check(notebook: dict, file: str) -> Iterator[Fault]:
    """Faults of form: the format, ids, tags, pairs and what running left behind."""
    for error in iter_validate(notebook, version=4, version_minor=5):
        where = "/".join(map(str, error.absolute_path)) or "notebook"
        yield Fault(file, "", f"breaks the notebook format at {where}: {error.message[:120]}.")
    if (notebook.get("nbformat"), notebook.get("nbformat_minor")) != (4, 5):
        yield Fault(file, "", "is not of format 4.5; save it with a current JupyterLab.")
    for key in sorted(set(notebook.get("metadata", {})) - NOTEBOOK_METADATA):
        yield Fault(file, "", f"holds foreign notebook metadata `{key}`; take it out.")
    for message, cell in _form(notebook["cells"], "exercises/" in file):
        yield Fault(file, cell, message)


def _form(cells: list[dict], graded: bool) -> Iterator[tuple[str, str]]:
    counts = Counter(cell.get("id", "") for cell in cells)
    for name, count in counts.items():
        if count > 1:
            yield f"the id stands {count} times; give every cell its own.", name
    for number, cell in enumerate(cells):
        name = cell.get("id") or f"number {number}"
        messages = [*_names(cell), *_leftovers(cell, graded), *_partner(cells, number)]
        yield from ((message, name) for message in messages)


def _names(cell: dict) -> Iterator[str]:
    name, lang = cell.get("id", ""), language(cell)
    twin = TWIN.match(name)
    tags = cell.get("metadata", {}).get("tags", ())
    if RANDOM.fullmatch(name):
        yield "has a random id; name the cell after what it does."
    if {"lang-zh", "lang-en"} <= set(tags):
        yield "is tagged with both languages; write twin cells."
    if cell.get("cell_type") == "markdown" and (twin["lang"] if twin else None) != lang:
        yield f"its id and its tag (lang-{lang}) tell different languages; make them agree."
    if cell.get("cell_type") == "code" and (lang or twin):
        yield "a code cell belongs to both languages; take its language tag or ending away."
    if cell.get("cell_type") == "code" and source(cell).strip() and not parsed(cell).body:
        yield "its code does not parse; run the cell and mend it."


def _leftovers(cell: dict, graded: bool) -> Iterator[str]:
    allowed = {"tags", "nbgrader"} if graded else {"tags"}
    foreign = sorted(set(cell.get("metadata", {})) - allowed)
    if cell.get("outputs"):
        yield "holds stored outputs; clear them."
    if cell.get("execution_count") is not None:
        yield "holds an execution count; clear the outputs."
    if foreign:
        yield f"holds foreign metadata `{'`, `'.join(foreign)}`; keep only {sorted(allowed)}."
    if cell.get("attachments"):
        yield "holds an attachment; draw the picture in a code cell instead."


def _partner(cells: list[dict], number: int) -> Iterator[str]:
    cell, lang = cells[number], language(cells[number])
    twin = TWIN.match(cell.get("id", ""))
    if not (twin and lang == twin["lang"] and cell.get("cell_type") == "markdown"):
        return
    other = f"{twin['name']}-{'en' if lang == 'zh' else 'zh'}"
    beside = number + (1 if lang == "zh" else -1)
    if 0 <= beside < len(cells) and cells[beside].get("id") == other:
        return
    if any(some.get("id") == other for some in cells):
        yield f"twins out of order: `{twin['name']}-en` must directly follow its Chinese twin."
    else:
        yield f"its twin `{other}` is missing; write it beside this cell."
