"""The book's data that the library needs: the ledger of claims, the glossary, the references."""

from functools import cache
from pathlib import Path

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
