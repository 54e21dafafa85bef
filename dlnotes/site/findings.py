"""What earlier builds found in pages that have not changed since, so that nobody looks again."""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any


class Findings:
    """Findings by the text they were made in, kept in a file between builds.

    Args:
        file: where; None keeps nothing.
        version: of the code that finds, where a change of it leads to other findings.
    """

    def __init__(self, file: Path | None = None, version: str = "") -> None:
        self.file, self.version = file, version
        self.known = json.loads(file.read_text("utf-8")) if file and file.is_file() else {}
        self.used: dict[str, Any] = {}

    def of(self, find: Callable[[str], Any], text: str) -> Any:
        """`find(text)`, something that JSON can hold; made anew only for a text that is new."""
        made = f"{find.__name__} {self.version} {_digest(text)}"
        name = hashlib.sha256(made.encode()).hexdigest()
        if name not in self.used:
            self.used[name] = self.known[name] if name in self.known else find(text)
        return self.used[name]

    def save(self) -> None:
        """Keep what was asked for this time, and nothing else."""
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(self.used, ensure_ascii=False), encoding="utf-8")
        part.replace(self.file)


@lru_cache(maxsize=256)  # of a page several findings are sought
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
