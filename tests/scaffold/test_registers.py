"""Contents, map and ledger take a section in, and give it up again to the letter."""

from pathlib import Path

import pytest
import yaml

from dlnotes.scaffold.place import Place, place, plan
from dlnotes.scaffold.registers import (
    with_blocks,
    with_claims,
    with_page,
    without_blocks,
    without_claims,
    without_page,
)
from tests.scaffold.small_house import CONTENTS, COVERAGE, LEDGER, house

ROOT = Path(__file__).resolve().parents[2]
BOOK = plan(ROOT)
ONE_MORE = {"zh": "再来一节", "en": "One section more"}


@pytest.fixture
def small(tmp_path):
    """A section of a small book; and the plan of that book."""
    root = house(tmp_path)
    return (lambda name: place(root, name)), plan(root)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pages(text: str) -> list[list[str]]:
    """The pages of every part, without the first folder."""
    parts = yaml.safe_load(text)["parts"]
    return [[of["file"].removeprefix("book/") for of in part["chapters"]] for part in parts]


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("optimizers/gradient_descent", (0, 1)),
        ("optimizers/adaptive", (0, 2)),
        ("optimizers/curvature", (0, 3)),
        ("convergence/meaning", (0, 0)),
        ("learning_rates/decay", (1, 0)),
    ],
)
def test_a_section_stands_where_the_book_has_it(small, name, at):
    where, plan = small
    text = with_page(CONTENTS, where(name), plan)
    part, line = at
    assert pages(text)[part][line] == name
    assert without_page(text, where(name)) == CONTENTS


def test_a_chapter_begins_with_its_first_section_and_has_its_caption(small):
    where, plan = small
    text = with_page(CONTENTS, where("learning_rates/myths"), plan)
    assert yaml.safe_load(text)["parts"][1]["caption"] == "学习率 || Learning rates"
    more = with_page(text, where("learning_rates/decay"), plan)
    assert pages(more)[1] == ["learning_rates/decay", "learning_rates/myths"]


def test_every_item_of_a_section_names_its_title_and_no_other_item(small):
    decay = small[0]("learning_rates/decay")
    items = yaml.safe_load(with_blocks(COVERAGE, decay))["items"]
    assert {name for name, of in items.items() if of.get("block") == "title"} == {"LR-01", "LR-03"}
    moved = with_blocks(COVERAGE, decay).replace("block: title", "block: step", 1)
    assert without_blocks(moved, decay) == COVERAGE


def test_claims_of_one_section_go_and_the_next_stay(small):
    one, other = map(small[0], ("learning_rates/decay", "learning_rates/myths"))
    both = with_claims(
        with_claims(LEDGER, one, "B:\n  a: 1\n\nC:\n  b: 2\n"), other, "D:\n  c: 3\n"
    )
    assert yaml.safe_load(both).keys() == {"C3.05", *"BCD"}
    assert without_claims(both, one) == with_claims(LEDGER, other, "D:\n  c: 3\n")


@pytest.mark.parametrize("chapter", BOOK)
@pytest.mark.parametrize("before", [0, 1, -1])
def test_what_the_book_takes_in_is_given_up_to_the_letter(chapter, before):
    sections = [*BOOK[chapter]["sections"].items()]
    sections.insert(before, ("one_more", ONE_MORE))
    book = BOOK | {chapter: BOOK[chapter] | {"sections": dict(sections)}}
    where = Place(chapter, "one_more", ONE_MORE, BOOK[chapter]["title"])
    contents, ledger = map(read, ("_toc.yml", "book/claims.yml"))
    cover = read("book/coverage.yml") + f"  X-01: {{section: {where.name}}}\n"
    entered = with_page(contents, where, book), with_blocks(cover, where)
    assert f"book/{where.name}\n" in entered[0] and "block: title" in entered[1][-60:]
    assert without_page(entered[0], where) == contents
    assert without_blocks(entered[1], where) == cover
    assert without_claims(with_claims(ledger, where, "X1:\n  section: x\n"), where) == ledger
