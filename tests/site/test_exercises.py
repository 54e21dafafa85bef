"""Every page says how to get its exercise and offers the notebook, without the solutions."""

import json

import pytest

from dlnotes.grading.tasks import declarations
from dlnotes.site import exercises
from tests.site.small_book import ROOT

every_section = pytest.mark.parametrize("place", declarations.sections(), ids="/".join)
VALLEY = "optimizers/valley.html"
HERE = "exercises/optimizers/valley.ipynb"


@every_section
def test_an_offer_tells_size_and_way(place):
    tasks = declarations.declaration(*place).TASKS
    points = sum(task.points for task in tasks)
    zh, en = (exercises.offer(ROOT, "/".join(place), lang) for lang in ("zh", "en"))
    assert zh["size"] == f"{len(tasks)} 题，{points} 分"
    assert en["size"] == f"{len(tasks)} tasks, {points} points"
    assert zh["url"] == en["url"] == f"../../exercises/{'/'.join(place)}.ipynb"
    for how in (zh["how"], en["how"]):
        assert "<code>make practice</code>" in how
        assert f"<code>dlnotes practice {place[0]}</code>" in how


@pytest.mark.parametrize("page", ["index", "optimizers/index", "references", "search"])
def test_a_page_without_exercise_offers_none(page):
    assert exercises.offer(ROOT, page, "zh") is None


@pytest.mark.slow
def test_the_site_holds_the_notebook_once_and_no_solution(small_site):
    assert [path.name for path in small_site.rglob("valley.ipynb")].count("valley.ipynb") == 3
    text = (small_site / HERE).read_text(encoding="utf-8")
    assert "SOLUTION" not in text and "secret" not in text
    sources = ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    assert "def down(x):\n    ..." in sources and 'check("across")' in sources
    for path in small_site.rglob("*.html"):
        offered = 'class="exercise"' in path.read_text(encoding="utf-8")
        assert offered == (path.name == "valley.html"), path


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_reader_downloads_it_from_a_server_and_from_the_disk(
    opened, address, small_site, lang, tmp_path
):
    words = {
        "zh": ("练习", "2 题，5 分", "下载"),
        "en": ("Exercise", "2 tasks, 5 points", "Download"),
    }
    for start in (address, f"{small_site.as_uri()}/"):
        tab = opened(f"{start}{lang}/{VALLEY}")
        shown = tab.locator("aside.exercise")
        assert all(word in shown.inner_text() for word in words[lang])
        with tab.expect_download() as download:
            shown.locator("a").click()
        assert download.value.suggested_filename == "valley.ipynb"
        download.value.save_as(tmp_path / "mine.ipynb")
        assert (tmp_path / "mine.ipynb").read_bytes() == (small_site / HERE).read_bytes()
        assert tab.errors == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_offer_fits_and_can_be_read(opened, address, width, scheme):
    tab = opened(
        f"{address}en/{VALLEY}", viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    box, page = tab.locator("aside.exercise").bounding_box(), tab.locator("article").bounding_box()
    assert page["x"] <= box["x"] and box["x"] + box["width"] <= page["x"] + page["width"] + 1
    link = tab.locator("aside.exercise a").bounding_box()
    assert link["height"] >= 40 and link["x"] + link["width"] <= box["x"] + box["width"]
    colors = """e => [getComputedStyle(e).color, getComputedStyle(e.closest("aside")).background]
      .map(c => c.match(/[\\d.]+/g).slice(0, 3).map(Number))"""
    ink, ground = tab.locator("aside.exercise a").evaluate(colors)
    assert abs(sum(ink) - sum(ground)) > 150
