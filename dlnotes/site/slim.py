"""Only what a page uses travels with it: one style sheet, purged, and files both editions share."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from dlnotes.site.edition import Edition

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
LAST = ("palette.css", "dlnotes.css")
SHEET = "site.css"
ADDRESS = re.compile(r'((?:href|src)=")((?:\.\./)*)(?=_static/)')


def share_static(editions: list[Edition], site: Path, modules: Path) -> None:
    """Gives both editions of a gathered site one folder `_static`, with what they use.

    Args:
        editions: what was built.
        site: the gathered pages; each edition still has the `_static` of Sphinx.
        modules: packages of npm.
    """
    theirs, shared = site / editions[0].lang / "_static", site / "_static"
    shared.mkdir(exist_ok=True)
    _purge(editions[0].node, modules, site, theirs)
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


def _purge(node: Path, modules: Path, site: Path, theirs: Path) -> None:
    foreign = [path for name in FOREIGN for path in sorted(theirs.glob(name))]
    given = {
        "modules": str(modules),
        "css": [str(path) for path in foreign],
        "content": [str(site / "*" / "**" / "*.html"), str(OWN / "*.js")],
    }
    done = subprocess.run(
        [str(node), str(PROGRAM), json.dumps(given)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    own = [(theirs / name).read_text(encoding="utf-8") for name in LAST]
    (site / "_static" / SHEET).write_text("\n".join([done.stdout, *own]), encoding="utf-8")
