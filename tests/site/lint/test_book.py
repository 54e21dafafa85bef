"""What the lint has found is kept between builds, and found anew where what counts has changed."""

import pytest

from dlnotes.site.findings import Findings
from dlnotes.site.lint import book
from tests.site.small_book import markdown, write, write_valley


@pytest.fixture
def looked(fresh_project):
    """`looked()`: the faults of a small book, with what was found before at hand."""
    link = "(optimizers/valley.ipynb#far)"
    title = markdown("title", f"# 小书\n\n[远]{link}", f"# A small book\n\n[Far]{link}")
    write(fresh_project / "book" / "index.ipynb", title)

    def look() -> list[str]:
        findings = Findings(fresh_project / "lint.json")
        found = book.check(fresh_project, findings)
        findings.save()
        return found

    assert look() == []
    return look


def test_a_book_that_has_not_changed_is_not_read_again(looked, monkeypatch):
    monkeypatch.setattr(book, "check_notebook", lambda path: pytest.fail(f"{path} is read again"))
    assert looked() == []


def test_a_page_that_has_changed_is_read_again(looked, fresh_project):
    write_valley(fresh_project / "book", "振荡处")
    (line,) = looked()
    assert "book/optimizers/valley.ipynb: cell title-zh: “振荡”" in line
    assert looked() == [line]


def test_a_link_dies_with_the_place_it_leads_to(looked, fresh_project):
    path = write_valley(fresh_project / "book")
    path.write_text(path.read_text("utf-8").replace('"far-', '"away-'), encoding="utf-8")
    assert ["book/index.ipynb" in line and "#far" in line for line in looked()] == [True, True]


def test_a_word_is_ruled_out_in_pages_that_stand_already(looked, fresh_project):
    path = fresh_project / "book" / "glossary.yml"
    more = "\n- {id: 9999, zh: [低处], en: [low place], forbidden: [谷底]}\n"
    path.write_text(path.read_text("utf-8") + more, encoding="utf-8")
    (line,) = looked()
    assert "“谷底” is not the glossary's word" in line


def test_words_beside_code_are_read_again_where_the_book_speaks_english_anew(looked, fresh_project):
    module = fresh_project / "dlnotes" / "sections" / "optimizers" / "valley" / "experiments.py"
    module.write_text("TEXT = {'zh': {'go': 'zigzag'}, 'en': {'go': 'zigzag'}}\n", encoding="utf-8")
    assert looked() == []  # as a name may be
    path = fresh_project / "book" / "optimizers" / "valley.ipynb"
    path.write_text(path.read_text("utf-8").replace("How far?", "How far to zigzag?"), "utf-8")
    (line,) = looked()
    assert "zh says “zigzag” in English" in line
