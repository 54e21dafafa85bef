"""The book's data that the library needs: the ledger of claims, the glossary, the references."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

PACKAGE = Path(__file__).resolve().parents[1]
FOLDERS = (PACKAGE.parent / "book", PACKAGE / "_data")


@cache
def read_text(name: str) -> str:
    """The text of a data file of the book, from a checkout or from the installed package.

    Args:
        name: a file name, such as `"claims.yml"`.

    Raises:
        FileNotFoundError: when neither place holds it.
    """
    for folder in FOLDERS:
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8")
    raise FileNotFoundError(f"`{name}` is missing; it belongs to {FOLDERS[0]}. Reinstall dlnotes.")


class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        names = set()
        for key, _ in node.value:
            if str(key.value) in names:
                problem = f"`{key.value}` stands twice; give one of the two another name"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            names.add(str(key.value))
        return super().construct_mapping(node, deep)


@cache
def parsed(text: str) -> Any:
    """What a YAML text says; a key that stands twice is an error, where YAML keeps the last.

    Raises:
        ValueError: with the line and what is wrong there.

    Example:
        >>> parsed("adam: 1\\nmomentum: 2")
        {'adam': 1, 'momentum': 2}
    """
    try:
        return yaml.load(text, _Strict)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"{place}{getattr(error, 'problem', error)}") from None
