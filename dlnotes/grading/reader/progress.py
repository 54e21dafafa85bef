"""How far a reader is, in a small file of the reader's own, so that a restart loses nothing.

The file is a convenience: if it is damaged, missing or cannot be written, everything goes on and
this session remembers by itself.
"""

import contextlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

LARGEST = 1_000_000  # bytes

Standings = dict[str, "Standing"]


@dataclass(frozen=True)
class Standing:
    """How far a reader is with one task.

    Attributes:
        failures: failed checks since the last pass.
        best: the largest share of the points earned so far, from 0 to 1.
    """

    failures: int = 0
    best: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the task was passed once."""
        return self.best == 1

    def after(self, share: float) -> "Standing":
        """The standing after a check that earned this share of the points."""
        failures = 0 if share == 1 else self.failures + 1
        return Standing(failures, max(self.best, share))


_unsaved: dict[Path, dict[str, Standings]] = {}


def standings(reader: str) -> Standings:
    """The tasks that a reader has tried, by task id."""
    return _read(_place()).get(reader, {})


def standing(reader: str, task_id: str) -> Standing:
    """How far a reader is with one task."""
    return standings(reader).get(task_id, Standing())


def record(reader: str, task_id: str, share: float) -> Standing:
    """Put a check on record; gives the new standing.

    Args:
        reader: who was checked.
        task_id: name of the task.
        share: of the points, 1 for a pass.
    """
    place = _place()
    everyone = _read(place)
    tasks = everyone.setdefault(reader, {})
    tasks[task_id] = tasks.get(task_id, Standing()).after(share)
    try:
        _write(place, everyone)
        _unsaved.pop(place, None)
    except OSError:
        _unsaved[place] = everyone
    return tasks[task_id]


def _place() -> Path:
    """`$DLNOTES_PROGRESS`, else the folder that this system keeps for an application's data."""
    if named := os.environ.get("DLNOTES_PROGRESS"):
        return Path(named).expanduser().absolute()
    return platformdirs.user_data_path("dlnotes", appauthor=False) / "progress.json"


def _read(place: Path) -> dict[str, Standings]:
    if place in _unsaved:
        return _unsaved[place]
    try:
        return _parsed(place)
    except (OSError, ValueError, RecursionError):
        return {}


def _parsed(place: Path) -> dict[str, Standings]:
    """What the file says, entries that make no sense left out.

    Raises:
        ValueError: when it is no such file.
    """
    if not place.is_file() or place.stat().st_size > LARGEST:
        raise ValueError(f"{place} is no record of progress.")
    readers = json.loads(place.read_bytes())
    if not isinstance(readers, dict):
        raise ValueError(f"{place} is no record of progress.")
    return {name: _tasks(tasks) for name, tasks in readers.items() if isinstance(tasks, dict)}


def _tasks(tasks: dict[str, Any]) -> Standings:
    found = {name: _entry(entry) for name, entry in tasks.items()}
    return {name: entry for name, entry in found.items() if entry}


def _entry(entry: Any) -> Standing | None:
    if not isinstance(entry, dict) or set(entry) != {"failures", "best"}:
        return None
    failures, best = entry["failures"], entry["best"]
    sound = type(failures) is int and failures >= 0 and type(best) in (int, float)
    return Standing(failures, best) if sound and 0 <= best <= 1 else None


def _write(place: Path, everyone: dict[str, Standings]) -> None:
    """Replace the file in one move; one that cannot be read is kept beside the new one."""
    if not place.is_absolute():
        raise OSError(f"{place} is no place to keep anything.")
    place.parent.mkdir(parents=True, exist_ok=True)
    place = place.resolve()
    if place.exists() and not (place.is_file() and os.access(place, os.W_OK)):
        raise OSError(f"{place} cannot be written.")
    data = {
        name: {task: asdict(entry) for task, entry in sorted(tasks.items())}
        for name, tasks in sorted(everyone.items())
    }
    _keep_damaged(place)
    _replace(place, json.dumps(data, indent=1) + "\n")


def _keep_damaged(place: Path) -> None:
    if not place.exists():
        return
    try:
        _parsed(place)
    except (ValueError, RecursionError):
        os.replace(place, place.with_name(f"{place.name}.damaged"))


def _replace(place: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
    try:
        with open(handle, "w", encoding="utf-8") as new:
            new.write(text)
        os.replace(name, place)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
