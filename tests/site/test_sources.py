import pytest

from dlnotes.site.sources import Faulty, check, pages, without_book


def index(project):
    return project / "book" / "index.ipynb"


def test_a_sound_book_has_no_fault(fresh_project):
    assert check(fresh_project) == []
    assert pages(fresh_project)[:2] == ["index", "optimizers/valley"]


def test_broken_json_is_named_with_line_and_way_out(fresh_project):
    index(fresh_project).write_text('{"cells": [\n}', encoding="utf-8")
    (fault,) = check(fresh_project)
    assert fault.startswith("book/index.ipynb: is not valid JSON")
    assert "line 2" in fault
    assert "mend" in fault


def test_a_page_that_is_only_in_the_contents_is_named(fresh_project):
    index(fresh_project).unlink()
    assert check(fresh_project) == [
        "book/index.ipynb: is in _toc.yml but not in the book; write it or drop the line."
    ]


@pytest.mark.parametrize("name", ["claims.yml", "coverage.yml", "glossary.yml"])
@pytest.mark.parametrize(
    ("text", "says"),
    [("a: 1\nb: 2\na: 3\n", "line 3: `a` stands twice"), ("a: [\n", "line 2: ")],
)
def test_data_that_says_two_things_or_none_is_named_with_its_line(fresh_project, name, text, says):
    (fresh_project / "book" / name).write_text(text, encoding="utf-8")
    (fault,) = check(fresh_project)
    assert fault.startswith(f"book/{name}: {says}")


def test_contents_that_cannot_be_read_stop_the_build(fresh_project):
    (fresh_project / "_toc.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(Faulty, match=r"_toc\.yml"):
        pages(fresh_project)


def test_the_contents_seen_from_inside_the_book_lose_one_folder():
    toc = {"root": "book/index", "parts": [{"chapters": [{"file": "book/a/b"}]}]}
    assert without_book(toc) == {"root": "index", "parts": [{"chapters": [{"file": "a/b"}]}]}
