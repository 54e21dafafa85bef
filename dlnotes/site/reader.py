"""Reads a bilingual notebook as one edition: the twin cells of the other language are dropped."""

import re

import nbformat
from nbformat import NotebookNode

from dlnotes.core.language import both
from dlnotes.site.cells import DRAFT, language, twin_name

HEADING = re.compile(r"\A(?:\s*\([^)\n]+\)=\n)*#{1,6} [^\n]*(?:\n|\Z)")
ANCHORED_LINK = re.compile(r"\[([^\]]+)\]\(([\w./-]+)\.ipynb#([\w:.-]+)\)")
WIDE = "\u2014\u2018-\u201d\u2026\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
MARK = "\u2014\u2018-\u201d\u2026\u3000-\u303f\uff00-\uffef"
BREAK = re.compile(rf"(?<=[{WIDE}])\n(?=[{WIDE}])|(?<=[{MARK}])\n(?=\w)|(?<=\w)\n(?=[{MARK}])")
LIST_ITEM = re.compile(r"\s*(?:\d+[.)]|[-*+]) ")
UNFINISHED = both(zh="草稿：这一节还没有写完。", en="A draft: this section is not finished.")
STRUCTURE = re.compile(r"#{1,6} |:[\w-]+:|\||```|~~~")


def in_language(text: str, lang: str) -> NotebookNode:
    """One edition of a notebook, for MyST-NB (`nb_custom_formats`).

    Args:
        text: the notebook file's JSON.
        lang: `"zh"` or `"en"`.

    Returns:
        The notebook without the other language's cells. `metadata.source_map` keeps each cell's
        place in the file, so that a warning can name it.
    """
    notebook = nbformat.reads(text, as_version=4)
    kept = [(i, cell) for i, cell in enumerate(notebook.cells) if language(cell) in (None, lang)]
    notebook.metadata["source_map"] = [(i + 1) * 10000 for i, _ in kept]
    notebook.cells = [_prepared(cell, lang) for _, cell in kept]
    return notebook


def _prepared(cell: NotebookNode, lang: str) -> NotebookNode:
    if cell.cell_type != "markdown":
        return cell
    source = plain_links(cell.source)
    if lang == "zh":
        source = joined(source)
    name = twin_name(cell)
    source = anchored(source, name) if name else source
    draft = DRAFT in cell.metadata.get("tags", ())
    cell.source = f'{source}\n\n<p class="draft">{UNFINISHED[lang]}</p>' if draft else source
    return cell


def plain_links(source: str) -> str:
    """Links to an anchor in another notebook, `[Goh (2017)](../references.ipynb#goh2017momentum)`,
    as plain links to the built page."""
    return ANCHORED_LINK.sub(r'<a class="reference internal" href="\2.html#\3">\1</a>', source)


def joined(source: str) -> str:
    """Chinese text without line breaks inside a sentence: a browser would draw each as a space."""
    lines: list[str] = []
    fenced = False
    for line in source.split("\n"):
        fence = line.lstrip().startswith(("```", "~~~"))
        previous = lines[-1] if lines else ""
        seam = BREAK.search(f"{previous[-1:]}\n{line.lstrip()[:1]}")
        if seam and not (fenced or STRUCTURE.match(previous) or LIST_ITEM.match(line)):
            lines[-1] += line.lstrip()
        else:
            lines.append(line)
        fenced ^= fence
    return "\n".join(lines)


def anchored(source: str, name: str) -> str:
    """The cell with an anchor at its top; after the heading line if it begins with one."""
    anchor = f'<div class="twin" id="{name}"></div>\n\n'
    heading = HEADING.match(source)
    if not heading:
        return anchor + source
    return f"{heading.group().rstrip()}\n\n{anchor}{source[heading.end() :]}"
