"""Labels of formulas: one formula each, in the whole book."""

from dlnotes.site.lint import book, displays
from tests.site.small_book import formula, markdown, write


def faults(root, first: str, second: str) -> list[str]:
    for page, label in (("index", first), ("optimizers/valley", second)):
        title = markdown("title", "# 小书", "# A small book")
        write(root / "book" / f"{page}.ipynb", title, [formula("slope", f"$$ x $$ ({label})")])
    found = list(map(str, displays.check(root)))
    assert set(found) <= set(book.check(root))
    return found


def test_two_formulas_of_two_labels_are_in_order(fresh_project):
    assert faults(fresh_project, "eq-slope", "eq-valley") == []


def test_a_label_that_is_taken_names_where(fresh_project):
    (found,) = faults(fresh_project, "eq-slope", "eq-slope")
    assert "eq-slope is that of" in found and "cell slope; give it one of its own" in found
