"""What the jail shows: an interpreter, torch, numpy and what they need, read-only, nothing else."""

import functools
import glob
import os
import re
import sys
from collections.abc import Iterable
from importlib import metadata, util
from pathlib import Path

from dlnotes.grading import inside

PACKAGES = ("torch", "numpy", "matplotlib", "tqdm")
INSIDE = Path(inside.__file__).resolve().parent


@functools.cache
def system() -> tuple[str, ...]:
    """The interpreter and the system's libraries, every folder of packages emptied."""
    words: list[str] = []
    for place in _libraries():
        words += ["--ro-bind", place, place]
    for place in ("/lib", "/lib64", "/lib32"):
        if os.path.islink(place):
            words += ["--symlink", os.readlink(place), place]
    for place in ("/etc/ld.so.cache", os.path.realpath(sys.executable)):
        words += ["--ro-bind-try", place, place]
    for place in _libraries():
        for folder in sorted(glob.glob(f"{place}/python3*/*-packages")):
            words += ["--perms", "0755", "--tmpfs", folder, "--remount-ro", folder]
    return tuple(words)


def _libraries() -> list[str]:
    """Folders of libraries, outer ones first, none inside another."""
    prefixes = {os.path.realpath(sys.base_prefix), os.path.realpath(sys.base_exec_prefix)}
    wanted = {"/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/local/lib", "/nix/store"}
    wanted |= {f"{prefix}/{name}" for prefix in prefixes for name in ("lib", "lib64")}
    wanted |= {place for place in ("/lib", "/lib64", "/lib32") if not os.path.islink(place)}
    places = sorted({os.path.realpath(place) for place in wanted if os.path.isdir(place)})
    return [
        place
        for place in places
        if not any(Path(place).is_relative_to(p) for p in places if p != place)
    ]


@functools.cache
def packages() -> tuple[str, ...]:
    """The packages a submission may import, one by one, and the runner's own files."""
    words: list[str] = []
    for name, source in sorted(_distributed(PACKAGES).items()):
        words += ["--ro-bind", source, f"/jail/site/{name}"]
    for file in sorted(INSIDE.glob("*.py")):
        words += ["--ro-bind", str(file), f"/jail/dlnotes/grading/inside/{file.name}"]
    parts = ("", "/site", "/dlnotes", "/dlnotes/grading", "/dlnotes/grading/inside")
    folders = [f"/jail{part}" for part in parts]
    return (*(word for place in folders for word in ("--perms", "0755", "--dir", place)), *words)


def _distributed(names: Iterable[str]) -> dict[str, str]:
    """Top-level files of these distributions and of all they require, by name."""
    found: dict[str, str] = {}
    waiting, seen = list(names), set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found |= _tops(name, package)
        needs = (need for need in package.requires or [] if "extra ==" not in need)
        waiting += [re.match(r"[\w.-]+", need)[0] for need in needs]
    return found


def _tops(name: str, package: metadata.Distribution) -> dict[str, str]:
    files = package.files or []
    tops = {file.parts[0] for file in files if file.parts[0] not in ("..", "__pycache__")}
    places = {top: str(Path(package.locate_file(top)).resolve()) for top in tops}
    if (
        not places and (spec := util.find_spec(name)) and spec.origin
    ):  # no list of files, as in conda
        origin = Path(spec.origin)
        place = origin.parent if origin.name == "__init__.py" else origin
        places = {place.name: str(place)}
    return {
        top: place
        for top, place in places.items()
        if not top.endswith(".pth") and os.path.exists(place)
    }


@functools.cache
def opened() -> tuple[str, ...]:
    """The outer command that lets another account read what lies below a closed folder.

    An interpreter often lives in somebody's home. Each closed folder becomes an empty one in which
    only the jail's own sources stand, under their own paths; empty when nothing is closed.
    """
    sources = [*_sources(system()), *_sources(packages())]
    closed = {source: folder for source in sources if (folder := _closed(source))}
    if not closed:
        return ()
    words = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/"]
    made: set[str] = set()
    for folder in sorted(set(closed.values())):
        words += ["--perms", "0755", "--tmpfs", folder]
        made.add(folder)
    for source, folder in sorted(closed.items()):
        between = [p for p in Path(source).parents if p.is_relative_to(folder)]
        for parent in sorted(str(p) for p in between if str(p) not in made):
            words += ["--perms", "0755", "--dir", parent]
            made.add(parent)
        words += ["--ro-bind", source, source]
    return (*words, "--")


def unreadable() -> str | None:
    """A source that other accounts cannot read even when the way to it is open, if there is one."""
    for source in [*_sources(system()), *_sources(packages())]:
        needed = 0o005 if os.path.isdir(source) else 0o004
        if os.path.exists(source) and os.stat(source).st_mode & needed != needed:
            return source
    return None


def _sources(words: tuple[str, ...]) -> list[str]:
    binds = ("--ro-bind", "--ro-bind-try")
    return [words[place + 1] for place, word in enumerate(words) if word in binds]


def _closed(source: str) -> str | None:
    """The outermost folder above `source` that other accounts may not enter."""
    for folder in reversed(Path(source).parents):
        if folder.exists() and not folder.stat().st_mode & 0o001:
            return str(folder)
    return None
