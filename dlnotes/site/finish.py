"""The pages of an edition as they are served, kept between builds: most do not change."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dlnotes.core import scripts
from dlnotes.site.edition import Edition
from dlnotes.site.outlines import once
from dlnotes.site.slim import to_shared
from dlnotes.site.stills import Stills
from dlnotes.site.widgets import share_parts

STATIC = "_static"
DRAWN = re.compile(r"/\* dlnotes: drawn by (\S+) \*/")
SHARED = re.compile(rf"{STATIC}/(demo-\w+\.(?:js|css))")


def finished(edition: Edition, modules: Path) -> dict[str, str]:
    """The pages of an edition by name, demos drawn, with what they share taken out of them.

    What they share lies in the folder `shared(edition)`, and nothing else.

    Args:
        edition: built by Sphinx.
        modules: packages of npm.
    """
    folder, static = edition.folder / "finished", shared(edition)
    static.mkdir(parents=True, exist_ok=True)
    register = folder / "states.json"
    known = json.loads(register.read_text("utf-8")) if register.is_file() else {}
    files, sources = _scripts(), _pages(edition.html)
    drawn = {name: known.get(name, {}).get("drawn", {}) for name in sources}
    states = {name: _state(path, drawn[name], files) for name, path in sources.items()}
    stale = [name for name, state in states.items() if state != known.get(name)]
    for name, page in _made(edition, modules, stale):
        states[name] = _state(sources[name], DRAWN.findall(page), files)
        place = folder / f"{name}.html"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(page, encoding="utf-8")
    register.write_text(json.dumps(states), encoding="utf-8")
    pages = {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in states}
    used = {part for page in pages.values() for part in SHARED.findall(page)}
    for part in static.iterdir():
        if part.name not in used:
            part.unlink()
    return pages


def shared(edition: Edition) -> Path:
    """The folder of what the pages of an edition share."""
    return edition.folder / "finished" / STATIC


def _pages(html: Path) -> dict[str, Path]:
    found = ((path.relative_to(html), path) for path in sorted(html.rglob("*.html")))
    return {at.with_suffix("").as_posix(): path for at, path in found if at.parts[0] != STATIC}


def _made(edition: Edition, modules: Path, names: list[str]) -> Iterator[tuple[str, str]]:
    """Pages made anew from those of Sphinx."""
    stills = Stills(edition.node, modules, edition.folder.with_name("stills"))
    texts = {name: (edition.html / f"{name}.html").read_text(encoding="utf-8") for name in names}
    for name, page in stills.put(texts, edition.lang).items():
        head = f'<html data-edition="{edition.lang}" data-page="{name}" '
        yield name, to_shared(share_parts(once(page.replace("<html ", head, 1)), shared(edition)))


def _scripts() -> dict[str, list[int]]:
    """The scripts of all drawings as they are before the first page is made."""
    found = {*scripts.PACKAGE.rglob("*.js"), *scripts.HERE.rglob("*.js")}
    return {str(path): _stamp(path) for path in sorted(found)}


def _state(page: Path, drawings: Iterable[str], files: dict[str, list[int]]) -> dict:
    """Of a page of Sphinx and, drawing by drawing, of every script it may be made of."""

    def made_of(drawing: str) -> dict[str, list[int]]:
        homes = f"{(scripts.PACKAGE / drawing).parent}{os.sep}", f"{scripts.HERE}{os.sep}"
        return {name: stamp for name, stamp in files.items() if name.startswith(homes)}

    return {"page": _stamp(page), "drawn": {drawing: made_of(drawing) for drawing in drawings}}


def _stamp(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_mtime_ns, found.st_size]
