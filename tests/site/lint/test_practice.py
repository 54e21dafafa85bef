"""On the page that ends a chapter every line says what it rests on."""

import pytest

from dlnotes.site.lint import practice
from dlnotes.site.lint.book import check_notebook
from tests.site.small_book import code, markdown, write

CARD = "[Adam](adam.ipynb#C3.18)"
PAPER = "[Goh (2017)](../references.ipynb#goh2017momentum)"


@pytest.mark.parametrize("item", [f"Tune it: {CARD}.", f"See {PAPER}.", "Take 0.1 (custom)."])
def test_a_card_a_paper_or_the_word_custom_will_do(item):
    assert list(practice.faults(f"1. {item}\n2. {item}\n", "en")) == []


@pytest.mark.parametrize(
    "item", ["Take 0.1.", "See [Adam](adam.ipynb).", "See [there](adam.ipynb#bound)."]
)
def test_a_line_that_rests_on_nothing_is_named(item):
    (found,) = practice.faults(f"- Take 0.1 (custom).\n- {item}\n\nMore prose.\n", "en")
    assert found.startswith("“" + item[:3]) and "rests on nothing" in found
    assert "write 惯例" in next(practice.faults("- 取 0.1。", "zh"))


def test_the_lint_of_the_book_asks_it_of_no_other_page(fresh_project):
    lines = markdown("order", "- 取 0.1。", "- Take 0.1.")
    for name, count in (("in_practice", 2), ("hill", 0)):
        file = fresh_project / "book" / "optimizers" / f"{name}.ipynb"
        write(file, markdown("title", "# 山", "# The hill"), lines)
        found = [fault for fault in check_notebook(file) if "rests on nothing" in str(fault)]
        assert [fault.cell for fault in found] == ["order-zh", "order-en"][:count]


def test_a_link_may_lead_to_a_card_of_another_page(fresh_project):
    (fresh_project / "book" / "claims.yml").write_text("", encoding="utf-8")
    write(fresh_project / "book" / "optimizers" / "hill.ipynb", code("one", "claim('H.1')"))
    for id, faults in (("H.1", 0), ("H.2", 2)):
        link = f"[山](hill.ipynb#{id})"
        file = fresh_project / "book" / "optimizers" / "valley.ipynb"
        write(file, markdown("title", f"# 谷\n\n{link}", f"# Valley\n\n{link}"))
        assert len([fault for fault in check_notebook(file) if "no cell" in str(fault)]) == faults
