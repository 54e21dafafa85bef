"""`dlnotes practice`: the exercises in a folder of the reader's own."""

from collections.abc import Callable
from pathlib import Path

from dlnotes.core.language import both, told
from dlnotes.grading.messages import say
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.notebook import student_notebook

WRITTEN = both(zh="写好了：{file}", en="Written: {file}")
KEPT = both(
    zh="没有动：{file} 已经有了。想从头来，先把它改名。",
    en="Kept: {file} is already there. To start over, rename it first.",
)
NONE = both(
    zh="没有叫 `{name}` 的练习。有练习的章：{chapters}；也可以只要一节，比如 `momentum`。",
    en="There are no exercises called `{name}`. Chapters that have some: {chapters}; a section "
    "will do, too, such as `momentum`.",
)


def practice(
    name: str | None = None,
    folder: str | Path = "practice",
    *,
    tell: Callable[[str], object] = print,
) -> list[Path]:
    """Write the notebooks of a chapter, a section or the book; never touch work that is there.

    Args:
        name: a chapter, `"optimizers"`, or a section, `"momentum"`; every chapter without it.
        folder: where to; the notebooks go to `folder/chapter/section.ipynb`.
        tell: takes one line for every notebook, in the reader's language.

    Returns:
        The notebooks, new and old.

    Raises:
        LookupError: when there are no such exercises.
    """
    known = declarations.sections()
    places = [place for place in known if name in (None, *place, "/".join(place))]
    if not places:
        chapters = ", ".join(dict.fromkeys(chapter for chapter, _ in known))
        raise LookupError(told(say(NONE, name=name, chapters=chapters)))
    files = []
    for chapter, section in places:
        file = Path(folder) / chapter / f"{section}.ipynb"
        new = _write(file, student_notebook(chapter, section))
        tell(told(say(WRITTEN if new else KEPT, file=file)))
        files.append(file)
    return files


def _write(file: Path, text: str) -> bool:
    """Write the file unless it exists, in one move that cannot overwrite."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        return False
    return True
