"""What grading put right or noticed, and why a file cannot be graded; in both languages."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dlnotes.core.language import both
from dlnotes.grading.messages import say

UNREADABLE = {
    "large": both(
        zh="文件超过 20 MB，没有读。清空输出（Clear Outputs of All Cells）再交。",
        en="The file is larger than 20 MB and was not read. "
        "Clear the outputs of all cells and hand it in again.",
    ),
    "empty": both(zh="文件是空的。", en="The file is empty."),
    "encoding": both(
        zh="文件不是 UTF-8 编码，没法读。用 JupyterLab 另存一份再交。",
        en="The file is not UTF-8. Save it anew in JupyterLab and hand it in again.",
    ),
    "json": both(
        zh="文件损坏，不是完整的笔记本。用 JupyterLab 打得开的那一份再交。",
        en="The file is damaged, not a complete notebook. Hand in a copy that JupyterLab can open.",
    ),
    "deep": both(
        zh="文件里层层嵌套，不像笔记本，没有读。清空输出再交。",
        en="The file is nested like no notebook and was not read. "
        "Clear the outputs and hand it in again.",
    ),
    "notebook": both(
        zh="这不是笔记本，或者格式不是第 4 版。用 JupyterLab 另存一份再交。",
        en="This is not a notebook of format 4. Save it anew in JupyterLab and hand it in again.",
    ),
    "code": both(
        zh="代码太多，没有运行。大块的数据别贴进格子里。",
        en="There is too much code to run. Keep large data out of the cells.",
    ),
    "link": both(
        zh="这里放的是链接或特殊文件，不是笔记本。交文件本身。",
        en="This is a link or a special file, not a notebook. Hand in the file itself.",
    ),
    "closed": both(
        zh="文件打不开：没有读取权限。",
        en="The file cannot be opened: no permission to read it.",
    ),
}

FAILED = both(
    zh="这道题没批成，请老师查看。",
    en="This task could not be graded; for the teacher to look at.",
)

FLAGS = {
    "duplicate": both(
        zh="{cell}有不止一格，写过的里面最后一格算数。",
        en="{cell} is there more than once; the last one with work in it counts.",
    ),
    "deleted": both(
        zh="{cell}被删了，照原样补上。",
        en="{cell} was deleted; graded as if it were there.",
    ),
    "reordered": both(
        zh="格子的顺序和发下去的不一样，不影响分数。",
        en="The cells are not in the order handed out; this does not change the score.",
    ),
    "retyped": both(
        zh="{cell}换了类型，仍当代码来批。",
        en="{cell} is no longer a code cell; graded as code.",
    ),
    "edited": both(
        zh="{cell}是检查用的，改动不算数。",
        en="{cell} does the checking; what was changed in it does not count.",
    ),
    "foreign": both(
        zh="里面没有一格来自这份练习。交错文件了吗？",
        en="No cell in it comes from this exercise. The wrong file?",
    ),
    "magics": both(
        zh="{cell}里以 `%`、`!`、`?` 写的行没有运行。",
        en="Lines with `%`, `!` or `?` in {cell} were not run.",
    ),
    "optimizer": both(
        zh="{cell}用了 `{detail}`，而这道题要自己写。请老师看一眼。",
        en="{cell} uses `{detail}` where the algorithm was to be written from scratch; "
        "for the teacher to look at.",
    ),
    "failed": both(
        zh="{cell}没批成：是批改程序的问题，请老师查看。",
        en="{cell} could not be graded: the grader is at fault; for the teacher to look at.",
    ),
    "several": both(
        zh="交了不止一份，做过的题一样多，按文件名取了 `{detail}`。",
        en="More than one copy was handed in, with as many tasks worked on; "
        "`{detail}` was taken by its name.",
    ),
    "most": both(
        zh="交了不止一份，取的是做过的题最多的 `{detail}`。",
        en="More than one copy was handed in; `{detail}` was taken, "
        "the one in which most tasks are worked on.",
    ),
    "elsewhere": both(
        zh="`{detail}` 里是另一份练习。",
        en="`{detail}` holds another exercise.",
    ),
    "packed": both(
        zh="`{detail}` 是压缩包，没有打开。解压再批。",
        en="`{detail}` is an archive and was not opened. Unpack it and grade again.",
    ),
    "renamed": both(
        zh="文件改过名，取的是 `{detail}`。",
        en="The file was renamed; `{detail}` was taken.",
    ),
}
_CELL = both(zh="`{cell}` ", en="`{cell}`")
_OWN_CELL = both(zh="自己加的一格", en="a cell of your own")


@dataclass(frozen=True, order=True)
class Flag:
    """Something to know about a submission that does not change its score by itself.

    Attributes:
        kind: key of `FLAGS`.
        cell: the cell it is about, or "".
        detail: what was found, or "".
    """

    kind: str
    cell: str = ""
    detail: str = ""

    def text(self) -> dict[str, str]:
        """The flag in words.

        Example:
            >>> Flag("magics", "gains-answer").text()["en"]
            'Lines with `%`, `!` or `?` in `gains-answer` were not run.'
        """
        name = {lang: text.format(cell=self.cell) for lang, text in _CELL.items()}
        return say(FLAGS[self.kind], cell=name if self.cell else _OWN_CELL, detail=self.detail)


def sorted_once(found: Iterable[Flag], most: int = 50) -> list[Flag]:
    """Every flag once, in a fixed order, and no more than anybody would read."""
    return sorted(set(found))[:most]


def about_cells(cells: Iterable[Any], template: Mapping[str, Any]) -> list[Flag]:
    """How the cells of a submission differ from the template's code cells."""
    code = {name: cell for name, cell in template.items() if cell.type == "code"}
    known = [cell for cell in cells if cell.name in code]
    if not known:
        return [Flag("foreign")]
    counts = Counter(cell.name for cell in known)
    order = list(counts)
    found = [Flag("duplicate", name) for name, count in counts.items() if count > 1]
    found += [Flag("deleted", name) for name in code if name not in counts]
    found += [Flag("retyped", cell.name) for cell in known if cell.type != "code"]
    found += [Flag("edited", cell.name) for cell in known if _edited(cell, code)]
    if order != [name for name in code if name in counts]:
        found.append(Flag("reordered"))
    return found


def _edited(cell: Any, code: Mapping[str, Any]) -> bool:
    """Whether a cell that checks an answer says something else than the one handed out."""
    checks = f"{cell.name}-answer" in code
    return checks and cell.source.strip() != code[cell.name].source.strip()
