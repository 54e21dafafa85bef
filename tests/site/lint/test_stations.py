"""Lists of stations that do not say what is written, and in which order."""

import pytest

from dlnotes.site.lint import book, stations
from tests.site.small_book import markdown, write

COVERAGE = """
chapters:
  optimizers:
    title: {zh: 优化器, en: Optimizers}
    question: {zh: 哪一步？, en: Which step?}
    sections: {valley: {zh: 山谷, en: The valley}}
  gradients:
    title: {zh: 梯度, en: Gradients}
    question: {zh: 箭头？, en: Which arrow?}
    sections: {arrow: {zh: 箭头, en: The arrow}}
"""
GOOD = {
    "zh": "1. [优化器](optimizers/valley.ipynb)  \n   哪一步？\n2. 梯度  \n   箭头？",
    "en": "1. [Optimizers](optimizers/valley.ipynb)  \n   Which step?\n"
    "2. Gradients  \n   Which arrow?",
}


def faults(root, **texts):
    (root / "book" / "coverage.yml").write_text(COVERAGE, encoding="utf-8")
    said = GOOD | texts
    title = markdown("title", "# 小书", "# A small book")
    write(root / "book" / "index.ipynb", title, markdown("stations", said["zh"], said["en"]))
    found = list(map(str, stations.check(root)))
    assert set(found) <= set(book.check(root))
    return found


def test_a_list_that_says_what_is_written_has_no_fault(fresh_project):
    assert faults(fresh_project) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[Optimizers](optimizers/valley.ipynb)", "Optimizers", "leads to ; written are"),
        ("Which arrow?", "Which way?", "lacks “Gradients: Which arrow?”"),
        ("\n2. Gradients  \n   Which arrow?", "", "lacks “Gradients: Which arrow?”"),
        ("Gradients  \n", "[Gradients](gradients/arrow.ipynb)  \n", "leads to optimizers/valley"),
    ],
)
def test_a_list_that_does_not_is_named(old, new, message, fresh_project):
    found = faults(fresh_project, en=GOOD["en"].replace(old, new))
    assert any(message in each and "cell stations-en" in each for each in found)


def test_a_draft_is_not_written_yet(fresh_project):
    valley = fresh_project / "book" / "optimizers" / "valley.ipynb"
    text = valley.read_text(encoding="utf-8")
    valley.write_text(text.replace('"lang-zh"', '"draft", "lang-zh"', 1), encoding="utf-8")
    assert "written are : link these" in faults(fresh_project)[0]


def test_the_first_door_opens_on_the_first_section(fresh_project):
    door = markdown("doors", "- [读](references.ipynb)", "- [Read](optimizers/valley.ipynb)")
    write(fresh_project / "book" / "index.ipynb", markdown("title", "# 小书", "# A book"), door)
    (found,) = map(str, stations.check(fresh_project))
    assert "cell doors-zh" in found and "link optimizers/valley.ipynb" in found
