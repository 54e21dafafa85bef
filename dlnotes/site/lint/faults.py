"""One fault found in the book: where it is, what is wrong and the way out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A fault in a file of the book; `str(fault)` is one line.

    Args:
        file: path from the root of the repository.
        cell: id of the cell, or the name of a ledger entry; empty for the file as a whole.
        message: what is wrong, then the way out.
    """

    file: str
    cell: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}: cell {self.cell}" if self.cell else self.file
        return f"{place}: {' '.join(self.message.split())}"
