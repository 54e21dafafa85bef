"""The JavaScript of demos: what all share, joined from small files, and then a demo's own.

Every file is an ES module, so that each says what it needs. A notebook takes one script; here they
become one, in the order in which they need each other. A drawing takes what is shared from
`demo.js` and may be told in several files of its room.

A script says which drawing it is, so that the website takes it as it is when a page is built, and
no notebook is run again for a word in it.
"""

import re
from functools import lru_cache
from pathlib import Path

from dlnotes.core.data import PACKAGE
from dlnotes.core.widgets import END_OF_SHARED

HERE = PACKAGE / "demos"
ENTRY = HERE / "demo.js"
_DRAWN = re.compile(r"^/\* dlnotes: drawn by (\S+) \*/$", re.M)
_TAKEN = re.compile(r'^(?:import|export) \{([^}]*)\} from "([^"]+\.js)";\n', re.M)
_GIVEN = re.compile(r"^export (?=async|function|const)", re.M)


def shared() -> str:
    """`globalThis.dlnotesDemo` with the names that `demo.js` gives, as one script, and its end."""
    return _shared(_state(HERE))


@lru_cache(maxsize=1)
def _shared(state: tuple) -> str:
    names = ", ".join(sorted(given for _, given in _names(ENTRY)))
    opening, closing = "globalThis.dlnotesDemo ??= (() => {", "})();"
    body = _joined(files(ENTRY)[:-1])  # demo.js itself says only what is in the others
    return "\n".join([opening, body, f"return {{ {names} }};", closing, END_OF_SHARED, ""])


def module(own: Path) -> str:
    """The module of one demo: the shared part and its end mark, its name, the demo's own files."""
    return _module(own, _state(own.parent, HERE))


@lru_cache(maxsize=128)
def _module(own: Path, state: tuple) -> str:
    drawn = files(own)
    names = sorted({name for file in drawn for taken, name in _names(file) if taken == ENTRY})
    head = f"const {{ {', '.join(names)} }} = globalThis.dlnotesDemo;\n" if names else ""
    return shared() + _name(own) + head + _joined(drawn)


def renewed(script: str) -> str:
    """A script as its files have it now; one that is of no drawing in the package, unchanged."""
    found = _DRAWN.search(script)
    own = PACKAGE / found[1] if found else None
    return module(own) if own and own.is_file() else script


def _state(*folders: Path) -> tuple:
    """Which scripts the folders hold, and when they were written: joined anew when that changes."""
    scripts = sorted(path for folder in folders for path in folder.rglob("*.js"))
    return tuple((path, path.stat().st_mtime_ns) for path in scripts)


def _name(own: Path) -> str:
    inside = own.is_relative_to(PACKAGE)
    return f"/* dlnotes: drawn by {own.relative_to(PACKAGE).as_posix()} */\n" if inside else ""


def files(entry: Path, *, takers: tuple[Path, ...] = ()) -> list[Path]:
    """The files that a script takes, each after those that it takes from, and itself the last.

    What is shared is no part of a demo's own script: `demo.js` ends the search.

    Args:
        entry: the file to begin with.
        takers: the files that led to it.

    Raises:
        ValueError: when files take from each other in a circle.
    """
    if entry in takers:
        raise ValueError(
            f"{entry} takes from itself by way of {takers[-1].name}; break the circle."
        )
    found: list[Path] = []
    for taken in dict.fromkeys(taken for taken, _ in _names(entry) if taken != ENTRY):
        found += [each for each in files(taken, takers=(*takers, entry)) if each not in found]
    return [*found, entry]


def _names(file: Path) -> list[tuple[Path, str]]:
    """Every name that a file takes, with the file that gives it."""
    taken = _TAKEN.findall(file.read_text(encoding="utf-8"))
    return [
        ((file.parent / other).resolve(), name)
        for names, other in taken
        for name in re.findall(r"\w+", names)
    ]


def _joined(sources: list[Path]) -> str:
    texts = (file.read_text(encoding="utf-8") for file in sources)
    return "\n".join(_GIVEN.sub("", _TAKEN.sub("", text)) for text in texts)
