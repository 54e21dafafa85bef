"""The notebook that a gradebook keeps of a submission: what was handed out, the work put back in.

Nothing of the file itself is taken over but the text of its cells: no outputs, no metadata, no
HTML that a teacher's browser would run.
"""

from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy

from nbformat import NotebookNode, v4

from dlnotes.grading.safe_text import visible
from dlnotes.grading.submissions.canonical import Cell, Unreadable, cells_of, recognized


def restored(data: bytes, base: NotebookNode) -> NotebookNode:
    """The notebook handed out with the learner's work in it; one that is unreadable adds nothing.

    The last version of an answer that anybody worked on takes the place of the cell; earlier
    versions and the learner's own cells follow the cell they stood behind.

    Args:
        data: the bytes of the submission.
        base: what was handed out; it is not changed.
    """
    found = {_name(cell): cell for cell in deepcopy(base).cells}
    versions, own = _sorted(data, found)
    cells = []
    for name, cell in found.items():
        if versions[name] and _is_work(cell):
            last = versions[name].pop()
            cell.source = last.source if cell.cell_type == "code" else quoted(last.source)
        earlier = [] if _is_locked(cell) else versions[name]
        cells += [cell, *_shown(earlier + own[name], len(cells))]
    first = _shown(own[""], len(cells))
    return v4.new_notebook(metadata=deepcopy(base.metadata), cells=first + cells)


def quoted(text: str) -> str:
    """Text as Markdown that shows it letter by letter.

    Example:
        >>> quoted("<script>alert(1)</script>")
        '    <script>alert(1)</script>'
    """
    return "\n".join(f"    {visible(line)}" for line in text.expandtabs(4).splitlines())


def _sorted(data: bytes, found: dict[str, NotebookNode]) -> tuple[dict, dict]:
    """Changed versions of the cells handed out, and the learner's own by the cell before them."""
    versions, own, last = defaultdict(list), defaultdict(list), ""
    try:
        code = {name: cell.source for name, cell in found.items() if cell.cell_type == "code"}
        handed = recognized(cells_of(data), code)
    except Unreadable:
        handed = []
    for cell in handed:
        if cell.name in found:
            last = cell.name
            if cell.source.strip() not in ("", found[last].source.strip()):
                versions[last].append(cell)
        elif cell.source.strip():
            own[last].append(cell)
    return versions, own


def _shown(cells: Iterable[Cell], start: int) -> list[NotebookNode]:
    shown = []
    for number, cell in enumerate(cells, start=start):
        code = cell.type == "code"
        make, text = (v4.new_code_cell, cell.source) if code else (v4.new_markdown_cell, None)
        text = quoted(cell.source) if text is None else text
        shown.append(make(text, id=f"own-{number}"))
    return shown


def _name(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")


def _is_work(cell: NotebookNode) -> bool:
    """Whether a learner may write here: an answer, or code that is not there to check one."""
    if cell.metadata.get("nbgrader", {}).get("solution"):
        return True
    return cell.cell_type == "code" and not _is_locked(cell)


def _is_locked(cell: NotebookNode) -> bool:
    rights = cell.metadata.get("nbgrader", {})
    return bool(rights.get("locked") or rights.get("grade")) and not rights.get("solution")
