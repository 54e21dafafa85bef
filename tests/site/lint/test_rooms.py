"""One name leads from a page to its room, its exercise and its tests, and nowhere else."""

import pytest

from dlnotes.site.lint import book, rooms
from tests.site.small_book import markdown, write

ROOM = "dlnotes/sections/optimizers/valley"
WORDS = 'TEXT = {"zh": {"run": "运行"}, "en": {"run": "Run"}}\n'
MOVE = "move what both need into the library."
COVERAGE = """
chapters:
  optimizers:
    title: {zh: 优化器, en: Optimizers}
    sections:
      valley: {zh: 山谷, en: The valley}
      in_practice: {zh: 实践中怎么做, en: In practice}
  regularization:
    title: {zh: 正则化, en: Regularization}
    sections:
      hill: {zh: 山, en: The hill}
      in_practice: {zh: 实践中怎么做, en: In practice}
"""


def add(root, name, text="\n"):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def page(root, name):
    write(root / "book" / f"{name}.ipynb", markdown("title", "# 山", "# The hill"))


def faults(root) -> list[str]:
    """What the rooms say, and the lint of the book with them."""
    found = list(map(str, rooms.check(root)))
    assert set(found) <= set(book.check(root))
    return found


def test_a_good_book_has_no_fault(fresh_project):
    add(fresh_project, f"{ROOM}/demo.py", WORDS)
    add(fresh_project, f"{ROOM}/demo.js")
    add(fresh_project, "book/coverage.yml", COVERAGE)
    for name in ("optimizers/index", "optimizers/in_practice"):
        page(fresh_project, name)
    assert faults(fresh_project) == []


def test_what_running_leaves_behind_is_no_room(fresh_project):
    add(fresh_project, "dlnotes/sections/optimizers/hill/__pycache__/demo.pyc")
    add(fresh_project, "dlnotes/sections/optimizers/__pycache__/hill.pyc")
    assert faults(fresh_project) == []


PLANTED = {
    "a room without a page": (
        lambda root: add(root, "dlnotes/sections/optimizers/hill/demo.css"),
        "dlnotes/sections/optimizers/hill: a room without its page; write "
        "book/optimizers/hill.ipynb.",
    ),
    "a page without a room": (
        lambda root: page(root, "optimizers/hill"),
        "book/optimizers/hill.ipynb: a page without its room; make the folder "
        "dlnotes/sections/optimizers/hill.",
    ),
    "another section": (
        lambda root: add(root, f"{ROOM}/a.py", "from dlnotes.sections.optimizers.hill import b"),
        f"{ROOM}/a.py: imports another section, optimizers/hill; {MOVE}",
    ),
    "another section from its chapter": (
        lambda root: add(root, f"{ROOM}/a.py", "from dlnotes.sections.optimizers import hill"),
        f"{ROOM}/a.py: imports another section, optimizers/hill; {MOVE}",
    ),
    "another section, late and in full": (
        lambda root: add(root, f"{ROOM}/a.py", "def f():\n    import dlnotes.sections.a.b.c"),
        f"{ROOM}/a.py: imports another section, a/b; {MOVE}",
    ),
    "another section, climbing": (
        lambda root: add(root, f"{ROOM}/a.py", "from ..hill.demo import Hill"),
        f"{ROOM}/a.py: imports another section, optimizers/hill; {MOVE}",
    ),
    "a demo without JavaScript": (
        lambda root: add(root, f"{ROOM}/demo.py", WORDS),
        f"{ROOM}/demo.py: a demo without demo.js; write it beside this file.",
    ),
    "a demo without Python": (
        lambda root: add(root, f"{ROOM}/demo.js"),
        f"{ROOM}/demo.js: a demo without demo.py; write it beside this file.",
    ),
    "an exercise without a page": (
        lambda root: add(root, "exercises/optimizers/hill.py"),
        "exercises/optimizers/hill.py: belongs to no page; write book/optimizers/hill.ipynb, or "
        "take this away.",
    ),
    "tests without a page": (
        lambda root: add(root, "tests/sections/optimizers/hill/styles.py"),
        "tests/sections/optimizers/hill: belongs to no page; write book/optimizers/hill.ipynb, or "
        "take this away.",
    ),
    "two sections of one name": (
        lambda root: add(root, "book/coverage.yml", COVERAGE.replace("hill:", "valley:")),
        "book/coverage.yml: cell valley: is a section of optimizers and of regularization; give "
        "one another name.",
    ),
}


@pytest.mark.parametrize("plant", PLANTED)
def test_what_stands_in_the_wrong_place_is_named_with_the_way_out(fresh_project, plant):
    spoil, says = PLANTED[plant]
    spoil(fresh_project)
    assert faults(fresh_project) == [says]


@pytest.mark.parametrize(
    "text", ["", 'TEXT = {"zh": {"run": "运行"}}\n', 'TEXT = {"zh": "运行", "en": "Run"}\n']
)
def test_a_demo_without_words_in_both_languages_is_named(fresh_project, text):
    add(fresh_project, f"{ROOM}/demo.py", text)
    add(fresh_project, f"{ROOM}/demo.js")
    (found,) = faults(fresh_project)
    assert found.startswith(f"{ROOM}/demo.py: a demo without its words; give it a dict")


def test_the_words_of_a_demo_may_stand_in_a_file_of_their_own(fresh_project):
    add(fresh_project, f"{ROOM}/demo.py", "from words import TEXT\n")
    add(fresh_project, f"{ROOM}/demo.js")
    add(fresh_project, f"{ROOM}/words.py", WORDS)
    assert faults(fresh_project) == []


def test_a_room_of_no_chapter_belongs_to_a_page_of_none(fresh_project):
    add(fresh_project, "dlnotes/sections/index/cover.py")
    assert faults(fresh_project) == []
    add(fresh_project, "dlnotes/sections/attic/cover.py")
    (found,) = faults(fresh_project)
    assert found.startswith("dlnotes/sections/attic: a room without its page")


def test_a_module_that_does_not_parse_is_named_once(fresh_project):
    add(fresh_project, f"{ROOM}/experiments.py", "said = both(zh=, en='hill')\n")
    (found,) = book.check(fresh_project)
    assert found.startswith(f"{ROOM}/experiments.py: line 1: does not parse")


def test_one_name_twice_in_a_chapter_is_named_with_its_line(fresh_project):
    doubled = COVERAGE.replace("in_practice", "valley", 1)
    add(fresh_project, "book/coverage.yml", doubled)
    (found,) = book.check(fresh_project)
    assert found.startswith("book/coverage.yml: line 7: `valley` stands twice")
