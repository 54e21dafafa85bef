import pytest

from dlnotes.site.sources import Faulty, check_pages, pages, without_book
from tests.site.small_book import code, markdown, write


def index(project):
    return project / "book" / "index.ipynb"


def test_a_sound_book_has_no_fault(fresh_project):
    assert check_pages(fresh_project) == []
    assert [page.stem for page in pages(fresh_project)][:2] == ["index", "valley"]


def test_broken_json_is_named_with_line_and_way_out(fresh_project):
    index(fresh_project).write_text('{"cells": [\n}', encoding="utf-8")
    (fault,) = check_pages(fresh_project)
    assert fault.startswith("book/index.ipynb: is not valid JSON")
    assert "line 2" in fault
    assert "repair" in fault


def test_a_page_that_is_only_in_the_contents_is_named(fresh_project):
    index(fresh_project).unlink()
    assert check_pages(fresh_project) == [
        "book/index.ipynb: is in _toc.yml but not in the book; write it or drop the line."
    ]


def test_code_tagged_with_a_language_is_named_with_its_cell(fresh_project):
    cell = code("run", "1")
    cell["metadata"]["tags"] = ["lang-zh"]
    write(index(fresh_project), cell)
    (fault,) = check_pages(fresh_project)
    assert fault.startswith("book/index.ipynb, cell run: ")
    assert "lang-zh" in fault


def test_an_unknown_citation_is_named_with_its_cell(fresh_project):
    link = "[Nobody (1900)](references.ipynb#nobody1900)"
    write(index(fresh_project), markdown("cite", link, link))
    faults = check_pages(fresh_project)
    assert [fault.split(": ")[0] for fault in faults] == [
        "book/index.ipynb, cell cite-zh",
        "book/index.ipynb, cell cite-en",
    ]
    assert "nobody1900" in faults[0]


def test_contents_that_cannot_be_read_stop_the_build(fresh_project):
    (fresh_project / "_toc.yml").write_text("a: [", encoding="utf-8")
    with pytest.raises(Faulty, match=r"_toc\.yml"):
        pages(fresh_project)


def test_the_contents_seen_from_inside_the_book_lose_one_folder():
    toc = {"root": "book/index", "parts": [{"chapters": [{"file": "book/a/b"}]}]}
    assert without_book(toc) == {"root": "index", "parts": [{"chapters": [{"file": "a/b"}]}]}
