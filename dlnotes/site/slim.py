"""Only what a page uses travels with it: one style sheet, purged, and files both editions share."""

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from dlnotes.site.edition import Edition
from dlnotes.site.findings import Findings

PROGRAM = Path(__file__).with_name("purge.mjs")
OWN = Path(__file__).parent / "static"
# of Sphinx, its themes and MyST-NB, in the order in which their rules must stand
FOREIGN = (
    "basic.css",
    "styles/theme.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
)
LAST = ("palette.css", "dlnotes.css", "stations.css")
SHEET = "site.css"
WORD = re.compile(r"[A-Za-z0-9_-]+")  # as PurgeCSS reads a page
PART = re.compile(r"""\[[\w-]+[*^$~|]=["']?([A-Za-z0-9_-]+)""")
ADDRESS = re.compile(r'((?:href|src)=")((?:\.\./)*)(?=_static/)')


def share_static(editions: list[Edition], site: Path, modules: Path, findings: Findings) -> None:
    """Gives both editions of a gathered site one folder `_static`, with what they use.

    Args:
        editions: what was built.
        site: the gathered pages; each edition still has the `_static` of Sphinx.
        modules: packages of npm.
        findings: of earlier builds.
    """
    theirs, shared = site / editions[0].lang / "_static", site / "_static"
    shared.mkdir(exist_ok=True)
    purged = _purged(editions[0].node, modules, site, theirs, findings)
    own = [(theirs / name).read_text(encoding="utf-8") for name in LAST]
    (shared / SHEET).write_text("\n".join([purged, *own]), encoding="utf-8")
    for path in OWN.iterdir():
        if path.name not in LAST:
            shutil.copy(path, shared)
    shutil.copytree(theirs / "vendor", shared / "vendor", dirs_exist_ok=True)
    shutil.copy(theirs / "katex-math.css", shared)
    for edition in editions:
        shutil.rmtree(site / edition.lang / "_static")


def to_shared(page: str) -> str:
    """The page with its static files taken from the folder above its edition."""
    return ADDRESS.sub(r"\1../\2", page)


def chosen_by(css: str) -> Callable[[str], list[str]]:
    """Gives the words of a page on which it depends which rules of a style sheet it can use.

    Args:
        css: the sheet. A rule stays if the names in its selector stand on a page as words, or, for
            `[class*="part"]` and its kind, if a word has that part.
    """
    names, parts = set(WORD.findall(css)), sorted(set(PART.findall(css)))
    partly = re.compile("|".join(parts) if parts else "(?!)")

    def words(page: str) -> list[str]:
        there = set(WORD.findall(page))
        return sorted(word for word in there if word in names or partly.search(word))

    return words


def _purged(node: Path, modules: Path, site: Path, theirs: Path, findings: Findings) -> str:
    """The foreign rules that pages and scripts can use; sought anew where they use others."""
    sheets = [path for name in FOREIGN for path in sorted(theirs.glob(name))]
    pages = [*sorted(site.glob("*/**/*.html")), *sorted(OWN.glob("*.js"))]
    css = PROGRAM.read_text("utf-8") + "".join(path.read_text("utf-8") for path in sheets)
    version, words = hashlib.sha256(css.encode()).hexdigest(), chosen_by(css)
    used = [findings.of(words, f"{version}\n{path.read_text('utf-8')}") for path in pages]
    given = {
        "modules": str(modules),
        "css": list(map(str, sheets)),
        "content": list(map(str, pages)),
    }

    def purge(_: str) -> str:
        command = [str(node), str(PROGRAM), json.dumps(given)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return findings.of(purge, json.dumps([version, sorted(set().union(*used))]))
