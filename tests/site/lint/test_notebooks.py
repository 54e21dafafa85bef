"""The notebooks are clean, and the lint sees every way in which twins can drift apart."""

import json
import re
import shutil
from pathlib import Path

import pytest

from dlnotes.site.cells import TWIN, source
from dlnotes.site.lint import words
from dlnotes.site.lint.book import advise, check, check_notebook

ROOT = Path(__file__).resolve().parents[3]
SECTION = "optimizers/momentum"
REAL = ROOT / "book" / f"{SECTION}.ipynb"

ZH = """# 记住方向

## 一步走多远？

学习率 $\\eta$ 设为 0.1，动量 `momentum` 设为 0.9，走 12 步。**重球法**快，见 [Goh (2017)][goh]。

- 先看[公式](#formula)。
- 再看图。

[goh]: ../references.ipynb#goh2017momentum
"""
EN = """# Memory of direction

## How far is one step?

With a learning rate $\\eta$ of 0.1 and `momentum` at 0.9, take 12 steps.
The **heavy ball** is far ahead, see [Goh (2017)][goh].

- First read the [formula](#formula).
- Then look at the picture.

[goh]: ../references.ipynb#goh2017momentum
"""
CLAIMS = """
T1:
  section: optimizers/momentum
  said: {zh: 动量总是更快, en: Momentum is always faster}
  verdict: conditions
  finding: {zh: 调好了才是。, en: Once tuned.}
  measured: {zh: "梯度下降 {gd} 步，重球法 {hb} 步", en: "{gd} steps, heavy ball {hb}"}
  condition: hb < gd / 3
  counterexample: {gd: 300, hb: 200}
  reference: [goh2017momentum]
T2:
  section: optimizers/adam
  said: {zh: 不用调, en: No tuning}
  verdict: "false"
  finding: {zh: 要调。, en: Tune it.}
  kind: source
  reference: [goh2017momentum]
"""


def markdown(name: str, text: str, *tags: str) -> dict:
    meta = {"tags": list(tags)} if tags else {}
    return {"cell_type": "markdown", "id": name, "metadata": meta, "source": text.strip("\n")}


def code(name: str, text: str) -> dict:
    cell = {"cell_type": "code", "id": name, "metadata": {}, "source": text.strip("\n")}
    return cell | {"execution_count": None, "outputs": []}


def small_notebook() -> dict:
    cells = [
        markdown("open-zh", ZH, "lang-zh"),
        markdown("open-en", EN, "lang-en"),
        markdown("formula", "$$\nv \\leftarrow \\beta v + g\n$$ (eq-velocity)"),
        markdown("formula-zh", "速度 $v$ 从 0 出发。", "lang-zh"),
        markdown("formula-en", "The velocity $v$ starts at 0.", "lang-en"),
        code("run", "print(both(zh='走 12 步', en='12 steps'))"),
        code("check", "claim('T1', gd=walked(sgd), hb=walked(momentum))"),
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def small(tmp_path) -> Path:
    """A good small book of one section; the path of its notebook."""
    path = tmp_path / "book" / f"{SECTION}.ipynb"
    path.parent.mkdir(parents=True)
    write(path, small_notebook())
    write(tmp_path / "book" / "references.ipynb", small_notebook() | {"cells": []})
    for name in ("glossary.yml", "references.bib"):
        shutil.copy(ROOT / "book" / name, tmp_path / "book" / name)
    ledger(path, CLAIMS.split("T2:")[0])
    room = tmp_path / "dlnotes" / "sections" / SECTION
    room.mkdir(parents=True)
    (room / "experiments.py").touch()
    contents = "root: book/references\nchapters:\n- file: book/optimizers/momentum\n"
    (tmp_path / "_toc.yml").write_text(contents, encoding="utf-8")
    return path


@pytest.fixture
def real(tmp_path) -> Path:
    """A copy of the whole book; the path of its momentum notebook."""
    for name in ("book", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path / "book" / f"{SECTION}.ipynb"


@pytest.fixture(params=["small", *(["real"] if REAL.exists() else [])])
def path(request) -> Path:
    return request.getfixturevalue(request.param)


def write(path: Path, notebook: dict) -> None:
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")


def ledger(path: Path, text: str) -> None:
    (path.parents[1] / "claims.yml").write_text(text, encoding="utf-8")


def edit(pattern: str, replacement: str, end: str = ""):
    """A drift: the first match in a cell whose id ends in `end` is replaced."""

    def plant(notebook: dict) -> str:
        for cell in notebook["cells"]:
            text = source(cell)
            if cell["id"].endswith(end) and re.search(pattern, text):
                cell["source"] = re.sub(pattern, replacement, text, count=1)
                return cell["id"]
        raise LookupError(f"nothing in the notebook matches {pattern}")

    return plant


def change(kind: str, **fields):
    """A drift: fields of the first cell of a kind are set."""

    def plant(notebook: dict) -> str:
        cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == kind)
        cell.update(fields)
        return cell["id"]

    return plant


def drop_english(notebook: dict) -> str:
    del notebook["cells"][1]
    return notebook["cells"][0]["id"]


def swap(notebook: dict) -> str:
    cells = notebook["cells"]
    cells[0], cells[1] = cells[1], cells[0]
    return cells[0]["id"]


def repeat_id(notebook: dict) -> str:
    notebook["cells"][-1]["id"] = notebook["cells"][0]["id"]
    return notebook["cells"][0]["id"]


def add_words(notebook: dict) -> str:
    cell = next(of for of in notebook["cells"] if source(of).startswith("$$"))
    cell["source"] = source(cell) + "\n\nmore words"
    return cell["id"]


OUTPUT = [{"output_type": "stream", "name": "stdout", "text": "1"}]
LINK = r"\]\((?!http)[^)]+\)"
WORD = r"(?<=[a-z] )([a-z]{4,})(?= [a-z])"
DRIFTS = {
    "number": (edit(r"(?<= )(\d+)(?= )", r"\g<1>7", "-en"), "numbers differ"),
    "unit": (edit(r"(?<=\d )steps", "epochs", "-en"), "units differ"),
    "formula": (edit(r"(?<!\$)\$([^$\n]+)\$(?!\$)", r"$\1+1$", "-zh"), "inline formulas differ"),
    "code word": (edit(r"`([^`\n]+)`", r"`\1_2`", "-en"), "code words differ"),
    "link target": (edit(LINK, "](../claims.yml)", "-en"), "links differ"),
    "dead link": (edit(LINK, "](no.ipynb)", "-en"), "links to no.ipynb"),
    "citation": (edit(r"#goh2017momentum", "#ruder2016overview", "-en"), "citations differ"),
    "unknown key": (edit(r"#goh2017momentum", "#goh2071", "-zh"), "cites `goh2071`"),
    "missing twin": (drop_english, "is missing"),
    "order": (swap, "twins out of order"),
    "heading": (edit(r"\Z", "\n\n## More", "-en"), "headings differ"),
    "level": (edit(r"(?m)^## ", "### ", "-zh"), "heading levels differ"),
    "question": (edit(r"(?m)^(#+ .*)？$", r"\1", "-zh"), "question mark in one heading only"),
    "bold": (edit(WORD, r"**\1**", "-en"), "bold runs differ"),
    "paragraph": (edit(r"\Z", "\n\nOne more.", "-en"), "paragraphs differ"),
    "list item": (edit(r"\Z", "\n\n- one more", "-en"), "list items differ"),
    "term": (edit("学习率", "学习速率", "-zh"), "“学习速率” is not the glossary's word"),
    "comma": (edit("，", ",", "-zh"), "a half-width mark"),
    "no space": (edit(r"(?<=[一-龥]) (?=[A-Za-z0-9`$])", "", "-zh"), "a missing space"),
    "two spaces": (edit(r"(?<=[一-龥]) (?=[A-Za-z0-9`$])", "  ", "-zh"), "a doubled space"),
    "asterisks": (edit(r"\Z", "\n\n**“快”**的意思", "-zh"), "bold that stays as asterisks"),
    "broken line": (edit("。(?=.)", "。\n", "-zh"), "a Chinese paragraph on several lines"),
    "words in a formula": (edit(r"\$\$\n", r"$$\n\\text{loss} "), "a display formula with words"),
    "formula in a twin": (edit(r"\Z", "\n\n$$\nx\n$$", "-en"), "untagged cell of its own"),
    "English for Chinese": (edit(r"(?s).+", "A sentence.", "-zh"), "without a Chinese character"),
    "words without a tag": (add_words, "words without a language"),
    "broken code": (change("code", source="claim('T1'"), "its code does not parse"),
    "tagged code": (change("code", metadata={"tags": ["lang-zh"]}), "a code cell belongs to both"),
    "output": (change("code", outputs=OUTPUT), "holds stored outputs"),
    "count": (change("code", execution_count=3), "holds an execution count"),
    "metadata": (change("code", metadata={"collapsed": True}), "holds foreign metadata"),
    "random id": (change("markdown", id="1f0c2a9b"), "has a random id"),
    "same id": (repeat_id, "the id stands 2 times"),
    "wrong tag": (change("markdown", metadata={"tags": ["lang-en"]}), "tell different languages"),
    "one language": (change("code", source="both(zh='快')"), "words without their en form"),
    "unknown claim": (edit(r"claim\((.)[CT][\d.]+", r"claim(\1C9.99"), "claim C9.99 is not in"),
    "number by hand": (change("code", source="claim('T1', gd=0.5)"), "`gd` of a claim is written"),
}


def test_the_book_is_clean():
    assert check(ROOT) == []


def test_a_good_notebook_is_clean(path):
    assert check_notebook(path) == []


@pytest.mark.parametrize("drift", DRIFTS)
def test_every_drift_is_caught_where_it_is(path, drift):
    plant, words = DRIFTS[drift]
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = plant(notebook)
    write(path, notebook)
    found = [str(fault) for fault in check_notebook(path)]
    name = TWIN.sub(r"\1", cell)
    place = re.compile(rf"book/{SECTION}\.ipynb: cell {re.escape(name)}(-zh|-en)?: ")
    assert any(place.match(line) and words in line for line in found), found
    assert all("\n" not in line for line in found)


def test_broken_json_is_named_with_its_line(path):
    path.write_text(path.read_text(encoding="utf-8").replace("[", "", 1), encoding="utf-8")
    (fault,) = check_notebook(path)
    assert re.match(rf"book/{SECTION}\.ipynb: is not valid JSON: .* at line \d+", str(fault))


def test_a_notebook_of_another_format_is_named(small):
    notebook = small_notebook()
    del notebook["cells"][0]["id"]
    write(small, notebook | {"nbformat_minor": 4})
    found = " ".join(map(str, check_notebook(small)))
    assert "breaks the notebook format at cells/0" in found and "is not of format 4.5" in found


LEDGER_DRIFTS = {
    "no counter-example": (r"  counterexample.*\n", "", "T1: `counterexample` is missing"),
    "empty check": (r"hb: 200", "hb: 50", "T1: the counter-example satisfies `hb < gd / 3`"),
    "a number that nothing holds": (r"hb < gd / 3", "gd > 400", "T1: `hb` is measured and no"),
    "a name without value": (r"gd: 300, ", "", "T1: the counter-example cannot be tried"),
    "one language": (r", en: Once tuned\.", "", "T1: `finding` lacks a language"),
    "other value": (r"\{gd\} steps", "{nag} steps", "T1: `measured` shows other values"),
    "unknown key": (r"goh2017momentum", "goh2071", "T1: cites `goh2071`"),
    "unknown verdict": (r"conditions", "maybe", "T1: `verdict` must be one of"),
    "unknown kind": (r"verdict: cond", "kind: x\n  verdict: cond", "T1: `kind` must be one of"),
    "unused entry": (r"T1:", "T3:", "T3: is not used in book/optimizers/momentum.ipynb"),
    "source with a check": (r"verdict", "kind: source\n  verdict", "T1: `condition` has no place"),
    "other section": (r"optimizers/momentum", "optimizers/adam", "claim T1 belongs to"),
    "half-width": (r"步，重", "步,重", "T1.measured: a half-width mark"),
    "number": (r"Once tuned", "Once tuned for 9 steps", "T1.finding: numbers differ"),
}


@pytest.mark.parametrize("drift", LEDGER_DRIFTS)
def test_every_gap_in_the_ledger_is_caught(small, drift):
    pattern, replacement, words = LEDGER_DRIFTS[drift]
    good = CLAIMS.split("T2:")[0]
    ledger(small, re.sub(pattern, replacement, good, count=1))
    found = check(small.parents[2])
    assert any(words in line for line in found), found
    ledger(small, good)
    assert check(small.parents[2]) == []


def test_an_entry_of_a_section_that_is_not_built_is_caught(small):
    ledger(small, CLAIMS)
    (line,) = check(small.parents[2])
    assert line.startswith("book/claims.yml: cell T2: is not used in book/optimizers/adam.ipynb")


def test_words_beside_the_code_are_read_too(small):
    module = small.parents[2] / "dlnotes" / "plots" / "momentum.py"
    module.parent.mkdir(parents=True)
    module.write_text("TEXT = {'zh': {'run': '运行'}, 'en': {}}\n", encoding="utf-8")
    (line,) = check(small.parents[2])
    assert line.startswith("dlnotes/plots/momentum.py: line 1: the zh and en words have different")


def test_english_words_beside_the_code_are_seen(small):
    module = small.parents[2] / "dlnotes" / "figures" / "rules.py"
    module.parent.mkdir(parents=True)
    word = next(iter(words.spoken(small.parents[2])))
    module.write_text(f"TEXT = {{'zh': {{'run': '{word}'}}, 'en': {{'run': '{word}'}}}}\n")
    assert check(small.parents[2]) == [
        f"dlnotes/figures/rules.py: line 1: zh says “{word}” in English; translate it."
    ]


def test_advice_points_and_does_not_fail(small):
    notebook = small_notebook()
    notebook["cells"][3]["source"] = "众所周知，速度 $v$ 从 0 出发。"
    write(small, notebook)
    assert check_notebook(small) == []
    (line,) = advise(small.parents[2])
    assert "cell formula-zh: a worn phrase: “众所周知" in line
