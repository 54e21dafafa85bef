"""One letter, one thing: the symbols of the formulas and the table of the notation agree."""

import pytest

from dlnotes.site.lint import notation
from dlnotes.site.lint.symbols import symbols
from tests.site.small_book import formula, markdown, write

COVERAGE = """
chapters:
  optimizers:
    title: {zh: 优化器, en: Optimizers}
    sections:
      valley: {zh: 山谷, en: The valley}
      hill: {zh: 山, en: The hill}
"""
TABLE = r"""
- symbol: v
  meaning: {zh: 二阶矩, en: second moment}
- symbol: \beta_2
  meaning: {zh: 保留的比例, en: share kept}
- symbol: \hat m
  meaning: {zh: 修正过的一阶矩, en: corrected first moment}
- symbol: t
  meaning: {zh: 步, en: step}
- symbol: r
  meaning: {zh: 根, en: root}
  pages: [optimizers/valley]
"""
TEXT = r"其中 $\beta_{2}\,v_t$。", r"With $\beta_{2}\,v_t$."
DISPLAY = r"$$\frac{\hat{m}_t}{\sqrt{v_t}} = \mathrm{sign}(r)$$"


def faults(root, table=TABLE, text=TEXT, display=DISPLAY, page="valley") -> list[str]:
    (root / "book" / "coverage.yml").write_text(COVERAGE, encoding="utf-8")
    (root / "book" / "notation.yml").write_text(table, encoding="utf-8")
    for name in ("valley", "index", "references", "report"):
        (root / "book" / f"{name}.ipynb").unlink(missing_ok=True)
    (root / "book" / "optimizers" / "valley.ipynb").unlink()
    cells = markdown("rule", *text), formula("display", display)
    write(root / "book" / "optimizers" / f"{page}.ipynb", *cells)
    return list(map(str, notation.check(root)))


def test_symbols_of_the_table_have_no_fault(fresh_project):
    assert faults(fresh_project) == []


def test_a_symbol_without_a_row_is_named_with_its_cell_in_both_languages(fresh_project):
    fault, _ = faults(fresh_project, display=DISPLAY.replace("(r)", r"(\gamma)"))
    assert fault.startswith("book/optimizers/valley.ipynb: cell display: 记号 \\gamma 不在记号表里")
    assert "· the symbol \\gamma stands in no row" in fault
    assert fault.endswith("add a row with pages: [optimizers/valley].")


def test_an_index_is_a_symbol_and_a_subscript_of_the_table_is_none(fresh_project):
    found = faults(fresh_project, text=(r"$\beta_1$", r"$v_i$"))
    assert [fault.split("记号 ")[1].split()[0] for fault in found] == [r"\beta", "i"]


def test_the_letter_of_one_page_is_unknown_on_another(fresh_project):
    (fault,) = faults(fresh_project, page="hill")
    assert "hill.ipynb: cell display: 记号 r 不在记号表里" in fault


def test_what_an_exercise_says_beside_its_code_is_read_too(fresh_project):
    file = fresh_project / "exercises" / "optimizers" / "valley.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('HINT = both(\n    zh="$v$ 和 $L$", en="$v$ and $L$",\n)\n', encoding="utf-8")
    zh, en = faults(fresh_project)
    assert zh == en and zh.startswith("exercises/optimizers/valley.py: cell line 1: 记号 L 不在")


OTHER = r"""- symbol: {0}
  meaning: {{zh: 甲, en: one}}
  pages: [{1}]
"""


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (OTHER.format("v", "optimizers/valley"), "v has one meaning in the whole book"),
        (OTHER.format("r", "optimizers/valley"), "r has two rows for optimizers/valley"),
        (
            OTHER.format(r"\beta_{2}", "").replace("  pages: []\n", ""),
            r"\beta_2 has two rows; keep",
        ),
        (OTHER.format("q", "optimizers/valley"), "optimizers/valley does not use q"),
        (OTHER.format("q", "optimizers/dale"), "optimizers/dale is no page of the book"),
        (OTHER.format("w", "").replace(", en: one", ""), "w lacks its meaning in en"),
    ],
)
def test_a_table_that_contradicts_itself_is_named(fresh_project, more, says):
    found = faults(fresh_project, TABLE + more)
    assert any(says in fault and " · " in fault for fault in found)
    assert all(fault.startswith("book/notation.yml: ") for fault in found)


def test_without_a_table_nothing_is_asked(fresh_project):
    assert list(notation.check(fresh_project)) == []


@pytest.mark.parametrize(
    ("latex", "known", "found"),
    [
        (r"\lambda_\max + \lambda_{i}", {r"\lambda_\max"}, [r"\lambda_\max", r"\lambda", "i"]),
        (r"\hat{\theta}\,\bar v_t", set(), [r"\hat\theta", r"\barv", "t"]),
        (r"\operatorname{E}[g],\ \mathrm dx", set(), ["g", "x"]),
        (r"\begin{aligned} a &= \frac{1}{2}b \\ c &\le \mathcal B \end{aligned}", set(),
         ["a", "b", "c", r"\mathcalB"]),
        (r"\left.\ell_i'\right|_{t=0}\lVert M\rVert", set(), [r"\ell", "i", "t", "M"]),
    ],
)  # fmt: skip
def test_symbols_are_letters_and_not_commands(latex, known, found):
    assert list(symbols(latex, known)) == found
