"""A small bilingual book in a folder of its own, with everything a page can hold."""

import json
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CONTENTS = """
format: jb-book
root: book/index
parts:
  - caption: "优化器 || Optimizers"
    chapters:
      - file: book/optimizers/valley
  - caption: "附录 || Appendix"
    chapters:
      - file: book/references
      - file: book/report
"""
WIDGET = r'''
import anywidget
import traitlets


class Word(anywidget.AnyWidget):
    _esm = """globalThis.shared = { times: (globalThis.shared?.times ?? 0) + 1 };
/* dlnotes: end of shared */
export default { render({ model, el }) {
  const out = document.createElement("output");
  const bytes = model.get("bytes");
  out.textContent = [model.get("language"), globalThis.shared.times, bytes.getUint8(1)].join(" ");
  model.on("change:count", () => { out.dataset.count = model.get("count"); });
  model.set("count", 3);
  el.append(out);
} }"""
    language = traitlets.Unicode("en").tag(sync=True)
    count = traitlets.Int(0).tag(sync=True)
    bytes = traitlets.Bytes(b"\x01\x07").tag(sync=True)


Word()
'''
BOTH = """
from dlnotes.core.language import Bilingual, both

Bilingual(
    html=both(zh="<p class='shown'>中文的图</p>", en="<p class='shown'>English picture</p>"),
    plain=both(zh="图", en="picture"),
)
"""
LONG = {
    "zh": "学习率太大会发散，动量记得住方向，窄谷里就少走弯路。" * 12,
    "en": "A learning rate that is too large diverges; momentum remembers the direction. " * 12,
}


def markdown(name: str, zh: str, en: str) -> list[dict]:
    """A pair of twin cells."""
    texts = (("zh", zh), ("en", en))
    return [_cell("markdown", f"{name}-{lang}", text, [f"lang-{lang}"]) for lang, text in texts]


def code(name: str, source: str, tags: tuple[str, ...] = ()) -> dict:
    return _cell("code", name, source, list(tags)) | {"execution_count": None, "outputs": []}


def formula(name: str, source: str) -> dict:
    return _cell("markdown", name, source, [])


def _cell(kind: str, name: str, source: str, tags: list[str]) -> dict:
    metadata = {"tags": tags} if tags else {}
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source}


def write(path: Path, *cells) -> Path:
    """A notebook of these cells; a list among them is a pair of twins."""
    flat = [each for cell in cells for each in (cell if isinstance(cell, list) else [cell])]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": flat,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def project(folder: Path) -> Path:
    """A project to build: our settings, our references, four pages."""
    book = folder / "book"
    book.mkdir(parents=True)
    for name in ("_config.yml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    for name in ("references.bib", "glossary.yml", "references.ipynb", "report.ipynb"):
        shutil.copy(ROOT / "book" / name, book)
    (folder / "_toc.yml").write_text(CONTENTS, encoding="utf-8")
    (book / "claims.yml").write_text("{}\n", encoding="utf-8")
    write(book / "index.ipynb", markdown("title", "# 小书\n\n你好。", "# A small book\n\nHello."))
    write_valley(book)
    write_exercise(folder / "exercises")
    room = folder / "dlnotes" / "sections" / "optimizers" / "valley"
    room.mkdir(parents=True)
    (room / "experiments.py").write_text("# what only the valley tries\n", encoding="utf-8")
    return folder


def write_exercise(exercises: Path) -> Path:
    """The source notebook of the exercise on the valley: two tasks, solutions included."""
    answers = [
        code(
            f"{name}-answer",
            f"def {name}(x):\n    ### BEGIN SOLUTION\n    return {body}\n    ### END SOLUTION",
        )
        for name, body in (("down", "x - secret"), ("across", "secret"))
    ]
    tests = [code(name, f'check("{name}")') for name in ("down", "across")]
    for points, cell in enumerate(tests, start=2):
        cell["metadata"]["nbgrader"] = {"grade": True, "points": points, "grade_id": cell["id"]}
    cells = [cell for pair in zip(answers, tests, strict=True) for cell in pair]
    title = markdown("title", "# 练习：山谷", "# Exercises: the valley")
    return write(exercises / "optimizers" / "valley.ipynb", title, *cells)


def write_valley(book: Path, word: str = "谷底") -> Path:
    """The page with formula, citation, code, a display in both languages and a widget."""
    return write(
        book / "optimizers" / "valley.ipynb",
        markdown(
            "title",
            f"# 山谷\n\n到{word}要几步？[Goh (2017)](../references.ipynb#goh2017momentum) 画过。",
            "# The valley\n\nHow far? [Goh (2017)](../references.ipynb#goh2017momentum) drew it.",
        ),
        formula("rule", "$$ v_{t+1} = \\beta v_t + g_t $$ (eq-rule)"),
        code("print", "import torch\n\nprint(torch.zeros(2).numel())"),
        code("picture", BOTH.strip()),
        code("word", WIDGET.strip(), ("hide-input",)),
        markdown("far", f"## 很远\n\n{LONG['zh']}", f"## Far away\n\n{LONG['en']}"),
        markdown("further", LONG["zh"], LONG["en"]),
        markdown("end", f"## 记住\n\n{LONG['zh']}", f"## Keep this\n\n{LONG['en']}"),
    )
