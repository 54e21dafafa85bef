"""A notebook as it stands in its file: its cells, their language, and the pairs they form."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from dlnotes.core.language import LANGUAGES

TWIN = re.compile(r"(?P<name>.+)-(?P<lang>zh|en)$")
DRAFT = "draft"  # a tag on the title of a page that is not finished, which its readers are told
MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)


class Broken(ValueError):
    """A notebook that cannot be read at all."""


def load(path: Path) -> dict:
    """The notebook in a file.

    Raises:
        Broken: when it is no JSON, or no notebook of format 4.5.
    """
    return read(path.read_text(encoding="utf-8"))


def read(text: str) -> dict:
    """The notebook in a text.

    Raises:
        Broken: as `load`.
    """
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Broken(f"is not valid JSON: {error.msg} at {place}; mend that line.") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Broken("is no notebook: it has no list of cells; save it from JupyterLab again.")
    return notebook


def source(cell: dict) -> str:
    """The text of a cell, which the format stores as one string or as a list of lines."""
    return "".join(cell.get("source", ""))


def parsed(cell: dict) -> ast.Module:
    """The syntax tree of a code cell without its magic lines; empty where it does not parse."""
    return _tree(source(cell))


@cache
def _tree(code: str) -> ast.Module:
    try:
        return ast.parse(MAGIC.sub("pass", code))
    except SyntaxError:
        return ast.Module([], [])


def language(cell: dict) -> str | None:
    """`"zh"` or `"en"` for a cell tagged with a language, None for a cell of both editions."""
    tags = cell.get("metadata", {}).get("tags", ())
    return next((lang for lang in LANGUAGES if f"lang-{lang}" in tags), None)


def twin_name(cell: dict) -> str | None:
    """The name a pair of twins shares: the id of a tagged cell without `-zh` or `-en`."""
    lang = language(cell)
    return cell.get("id", "").removesuffix(f"-{lang}") if lang else None


def is_draft(notebook: dict) -> bool:
    """Whether a page says of itself that it is not finished."""
    return any(DRAFT in cell.get("metadata", {}).get("tags", ()) for cell in notebook["cells"])


def claims(notebook: dict) -> Iterator[tuple[str, str]]:
    """Claims checked in a notebook: the id of the cell and the id of the claim."""
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code" and "claim(" in source(cell):
            for node in ast.walk(parsed(cell)):
                match node:
                    case ast.Call(ast.Name("claim"), [ast.Constant(str() as claim), *_]):
                        yield cell.get("id", ""), claim


def twins(notebook: dict) -> Iterator[tuple[dict, dict]]:
    """The neighbors that are one text in both languages, Chinese first."""
    for first, second in pairwise(notebook["cells"]):
        names = TWIN.match(first.get("id", "")), TWIN.match(second.get("id", ""))
        languages = language(first), language(second)
        if all(names) and names[0]["name"] == names[1]["name"] and languages == LANGUAGES:
            yield first, second
