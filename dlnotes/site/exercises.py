"""The exercise of a page: how much it holds, and the notebook that a reader downloads."""

import html
import json
import re
from pathlib import Path, PurePosixPath

from dlnotes.core.language import both
from dlnotes.core.solutions import student
from dlnotes.site.sources import pages

FOLDER = "exercises"
TITLE = both(zh="练习", en="Exercise")
SIZE = both(zh="{tasks} 题，{points} 分", en="{tasks} tasks, {points} points")
DOWNLOAD = both(zh="下载 {name}", en="Download {name}")
HOW = both(
    zh="在装好 dlnotes 的 JupyterLab 里打开。也可以运行 `make practice`（用 pip 安装的，运行 "
    "`dlnotes practice {chapter}`）：它抄好整章的练习再打开，你写过的，它不会覆盖。",
    en="Open it in a JupyterLab that has dlnotes installed. Or run `make practice` (installed "
    "with pip: `dlnotes practice {chapter}`), which copies the exercises of the chapter and opens "
    "them; what you have written is never overwritten.",
)


def files(root: Path) -> list[Path]:
    """The source notebooks of the exercises, solutions included."""
    return sorted((root / FOLDER).glob("*/*.ipynb"))


def file(root: Path, page: str) -> Path:
    """The source notebook of the exercise of a page, whether there is one or not."""
    return root / FOLDER / f"{page}.ipynb"


def offer(root: Path, page: str, lang: str) -> dict[str, str] | None:
    """What a page says of its exercise, or `None` where there is none.

    Args:
        root: the project.
        page: address of the page without its ending, such as `"optimizers/momentum"`.
        lang: `"zh"` or `"en"`.

    Returns:
        `title`, `size` and `link` as text, `how` as HTML, and the `url` as seen from the page.
    """
    source = file(root, page)
    if not source.is_file():
        return None
    graded = [cell["metadata"].get("nbgrader", {}) for cell in _cells(source.read_text("utf-8"))]
    points = [meta["points"] for meta in graded if meta.get("grade")]
    place = PurePosixPath(page)
    return {
        "title": TITLE[lang],
        "size": SIZE[lang].format(tasks=len(points), points=sum(points)),
        "link": DOWNLOAD[lang].format(name=source.name),
        "url": f"{'../' * len(place.parts)}{FOLDER}/{page}.ipynb",
        "how": _marked_up(HOW[lang].format(chapter=place.parts[0])),
    }


def write(root: Path, site: Path) -> None:
    """Write the student notebook of every page that has one into the site.

    Each comes a second time as a script: on a page opened from the disk, a link to a notebook
    would show its text instead of saving it (static/dlnotes.js).
    """
    for page in pages(root):
        source, target = file(root, page), site / FOLDER / f"{page}.ipynb"
        if source.is_file():
            text = student(source.read_text("utf-8"))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            script = f"saveExercise({json.dumps(text)});\n"
            target.with_name(f"{target.name}.js").write_text(script, encoding="ascii")


def _cells(text: str) -> list[dict]:
    return json.loads(text)["cells"]


def _marked_up(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
