import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlnotes.site.reader import anchored, in_language, joined, plain_links
from tests.site.small_book import code, formula, markdown, write


@pytest.fixture
def text(tmp_path):
    twins = markdown("why", "因为。", "Because.")
    return write(tmp_path / "x.ipynb", twins, formula("eq", "$$x$$"), code("run", "1")).read_text()


def test_an_edition_keeps_its_own_cells_and_the_common_ones(text):
    assert [cell.id for cell in in_language(text, "zh").cells] == ["why-zh", "eq", "run"]
    assert [cell.id for cell in in_language(text, "en").cells] == ["why-en", "eq", "run"]


def test_both_editions_run_the_same_code(text):
    zh, en = (
        [c for c in in_language(text, x).cells if c.cell_type == "code"] for x in ("zh", "en")
    )
    assert zh == en


def test_the_place_of_each_cell_in_the_file_is_kept(text):
    assert in_language(text, "en").metadata["source_map"] == [20000, 30000, 40000]


def test_a_draft_says_so_in_the_readers_language(text):
    assert "draft" not in in_language(text, "zh").cells[0].source
    marked = text.replace('"lang-zh"', '"lang-zh", "draft"').replace(
        '"lang-en"', '"lang-en", "draft"'
    )
    for lang, says in (
        ("zh", "草稿：这一节还没有写完。"),
        ("en", "A draft: this section is not finished."),
    ):
        cell, *others = in_language(marked, lang).cells
        assert cell.source.endswith(f'<p class="draft">{says}</p>')
        assert not any("draft" in each.source for each in others)


def test_twins_leave_an_anchor_with_the_name_of_the_pair(text):
    for lang in ("zh", "en"):
        assert (
            in_language(text, lang)
            .cells[0]
            .source.startswith('<div class="twin" id="why"></div>\n\n')
        )


@pytest.mark.parametrize("heading", ["# 标题", "(label)=\n## A heading", "### x\n"])
def test_the_anchor_stands_after_a_heading_so_that_the_page_keeps_its_title(heading):
    made = anchored(f"{heading}\n\nText.", "name")
    assert made.startswith(heading.rstrip())
    assert made.index("twin") < made.index("Text.")


def test_citations_become_plain_links_to_the_built_page():
    link = '<a class="reference internal" href="../references.html#goh2017momentum">Goh (2017)</a>'
    assert plain_links("见 [Goh (2017)](../references.ipynb#goh2017momentum)。") == f"见 {link}。"
    assert plain_links("[动量](momentum.ipynb)") == "[动量](momentum.ipynb)"


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("学习\n率", "学习率"),
        ("学习率，\nAdam", "学习率，Adam"),
        ("用 Adam\n（自适应）", "用 Adam（自适应）"),
        ("学习率\nAdam", "学习率\nAdam"),
        ("一段。\n\n另一段。", "一段。\n\n另一段。"),
        ("1. 一。\n2. 二。", "1. 一。\n2. 二。"),
        ("- 一。\n- 二。", "- 一。\n- 二。"),
        ("- 一，\n  接着说。", "- 一，接着说。"),
        ("## 标题\n正文", "## 标题\n正文"),
        ("| 甲 |\n| 乙 |", "| 甲 |\n| 乙 |"),
        ("```\n甲，\n乙\n```", "```\n甲，\n乙\n```"),
    ],
)
def test_chinese_lines_are_joined_where_a_break_would_show_as_a_space(source, wanted):
    assert joined(source) == wanted


@given(st.text(alphabet="学习率，。ab \n", max_size=40))
def test_joining_takes_away_line_breaks_and_nothing_else(source):
    strip = str.maketrans("", "", "\n ")
    assert joined(source).translate(strip) == source.translate(strip)


def test_english_is_not_joined(text):
    notebook = json.loads(text)
    notebook["cells"][1]["source"] = "“Yes.”\n“No.”"
    assert (
        "\n“No" in in_language(nbformat.writes(nbformat.from_dict(notebook)), "en").cells[0].source
    )
