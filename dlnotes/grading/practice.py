"""`dlnotes practice`: the exercises in a folder of the reader's own."""

from collections.abc import Callable
from pathlib import Path

from dlnotes.core.language import both, told
from dlnotes.grading import declarations
from dlnotes.grading.messages import say
from dlnotes.grading.notebook import student_notebook

WRITTEN = both(zh="写好了：{file}", en="Written: {file}")
KEPT = both(
    zh="没有动：{file} 已经有了。想从头来，先把它改名。",
    en="Kept: {file} is already there. To start over, rename it first.",
)
NONE = both(
    zh="`{chapter}` 这一章还没有练习。有练习的是：{chapters}。",
    en="The chapter `{chapter}` has no exercises yet. These have: {chapters}.",
)


def practice(
    chapter: str, folder: str | Path = "practice", *, tell: Callable[[str], object] = print
) -> list[Path]:
    """Write the student notebooks of a chapter; work that is already there is never touched.

    Args:
        chapter: such as `"optimizers"`.
        folder: where to; the notebooks go to `folder/chapter/section.ipynb`.
        tell: takes one line for every notebook, in the reader's language.

    Returns:
        The notebooks of the chapter, new and old.

    Raises:
        LookupError: when the chapter has no exercises.
    """
    places = declarations.sections(chapter)
    if not places:
        chapters = ", ".join(sorted({name for name, _ in declarations.sections()}))
        raise LookupError(told(say(NONE, chapter=chapter, chapters=chapters)))
    files = []
    for _, section in places:
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
