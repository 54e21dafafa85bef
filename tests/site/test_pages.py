"""The built pages in a real browser, served from a port and opened from the disk."""

import gzip

import pytest

pytestmark = pytest.mark.slow
VALLEY = "optimizers/valley.html"
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def press(tab, selector):
    """Click where the thing is seen; Playwright's own click scrolls a sticky thing home first."""
    box = tab.locator(selector).bounding_box()
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def outside(tab, address):
    return [url for url in tab.requests if not url.startswith((address, "blob:", "data:"))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_asks_nobody_else_for_anything(opened, address, small_site, lang):
    for start in (address, f"{small_site.as_uri()}/"):
        tab = opened(f"{start}{lang}/{VALLEY}")
        tab.wait_for_load_state("networkidle")  # nothing late, either
        assert outside(tab, start) == []
        assert tab.errors == []
        assert len(tab.requests) > 5


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_widget_shows_itself_in_the_language_of_the_page(opened, small_site, lang):
    tab = opened(f"{small_site.as_uri()}/{lang}/{VALLEY}")
    shown = tab.locator(".dlnotes-widget output")
    assert shown.inner_text() == f"{lang} 1 7"  # its language, the shared script once, its bytes
    assert shown.get_attribute("data-count") == "3"


def test_the_switch_of_language_keeps_the_block_in_view(opened, address):
    tab = opened(f"{address}zh/{VALLEY}")
    tab.evaluate("document.getElementById('further').scrollIntoView()")
    press(tab, "a.edition-switch")
    tab.wait_for_url(f"{address}en/{VALLEY}#further")
    assert (
        -10 < tab.evaluate("document.getElementById('further').getBoundingClientRect().top") < 300
    )
    press(tab, "a.edition-switch")
    tab.wait_for_url(f"{address}zh/{VALLEY}#further")


def test_the_switch_stands_in_the_same_place_in_both_editions(opened, address):
    right = []
    for lang in ("zh", "en"):
        box = opened(f"{address}{lang}/{VALLEY}").locator("a.edition-switch").bounding_box()
        right.append((round(box["x"] + box["width"]), round(box["y"])))
    assert abs(right[0][0] - right[1][0]) <= 1 and right[0][1] == right[1][1]


def test_the_switch_is_a_plain_link_without_javascript(opened, address):
    tab = opened(f"{address}en/{VALLEY}", java_script_enabled=False)
    tab.locator("a.edition-switch").click()
    tab.wait_for_url(f"{address}zh/{VALLEY}")
    assert tab.locator("h1").first.inner_text().startswith("山谷")


@pytest.mark.parametrize(("locale", "lang"), [("zh-CN", "zh"), ("en-GB", "en"), ("fr-FR", "en")])
def test_the_root_page_follows_the_browser(opened, address, locale, lang):
    tab = opened(address, locale=locale)
    assert tab.url == f"{address}{lang}/index.html"


def test_the_root_page_remembers_the_choice(opened, address):
    tab = opened(f"{address}zh/{VALLEY}", locale="zh-CN")
    tab.locator("a.edition-switch").click()
    tab.wait_for_url(f"{address}en/{VALLEY}")
    tab.goto(address)
    tab.wait_for_url(f"{address}en/index.html")


def test_the_root_page_offers_both_without_javascript(opened, address):
    tab = opened(address, java_script_enabled=False)
    assert tab.locator("main a").all_inner_texts() == [
        "深度学习训练笔记\n中文版",
        "How deep networks are trained\nEnglish edition",
    ]


@pytest.mark.parametrize(
    ("lang", "query", "found"),
    [
        ("zh", "学习率", True),
        ("zh", "太大会", True),
        ("zh", "大会发散", True),
        ("zh", "率太", True),
        ("zh", "深度卷积", False),
        ("en", "momentum", True),
        ("en", "diverging", True),
        ("en", "trombone", False),
    ],
)
def test_search_finds_what_is_there(opened, address, small_site, lang, query, found):
    for start in (address, f"{small_site.as_uri()}/"):
        tab = opened(f"{start}{lang}/search.html?q={query}")
        tab.wait_for_function("document.querySelector('.search-summary')?.innerText")
        assert bool(tab.locator(".bd-search-container ol.search li").count()) is found
        assert tab.errors == []


@pytest.mark.parametrize(
    ("lang", "query", "said"), [("zh", "发散", "找到 1 节"), ("en", "diverging", "1 section")]
)
def test_results_come_as_one_types_in_the_language_of_the_page(opened, address, lang, query, said):
    tab = opened(f"{address}{lang}/{VALLEY}")
    tab.keyboard.press("Control+k")
    tab.keyboard.type(query)
    tab.wait_for_selector("#search-dialog .search-summary")
    assert tab.locator("#search-dialog .search-summary").inner_text() == said
    assert tab.locator("#search-dialog mark").count() >= 1
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/valley.html*")
    assert tab.errors == []


def test_the_sides_open_over_a_narrow_page_and_close_again(opened, address):
    tab = opened(f"{address}zh/{VALLEY}", viewport={"width": 390, "height": 800})
    for button, panel in (("primary", "nav.bd-links"), ("secondary", "nav.page-toc")):
        assert not tab.locator(panel).is_visible()
        tab.locator(f".{button}-toggle").click()
        assert tab.locator(f"dialog[open] {panel}").is_visible()
        tab.keyboard.press("Escape")
        tab.locator(panel).wait_for(state="hidden")
    assert tab.errors == []


def test_a_wide_page_puts_its_contents_away(opened, address):
    tab = opened(f"{address}en/{VALLEY}")
    assert tab.locator("nav.bd-links").is_visible()
    tab.locator(".primary-toggle").click()
    assert not tab.locator("nav.bd-links").is_visible()


def test_the_outline_marks_where_one_is(opened, address):
    tab = opened(f"{address}en/{VALLEY}", viewport={"width": 1280, "height": 500})
    tab.evaluate("document.querySelectorAll('.bd-article h2')[0].scrollIntoView()")
    tab.wait_for_selector(".page-toc a.active")


def test_both_editions_share_their_files_and_a_page_is_light(opened, address, small_site):
    assert not list(small_site.glob("*/_static"))
    sizes = {path: len(gzip.compress(path.read_bytes())) for path in small_site.rglob("_static/*")
             if path.is_file()}  # fmt: skip
    assert sum(sizes.values()) <= 60_000
    (script,) = small_site.glob("_static/demo-*.js")  # what demos share
    for lang in ("zh", "en"):
        assert f"_static/{script.name}" in (small_site / lang / VALLEY).read_text(encoding="utf-8")
        tab = opened(f"{address}{lang}/{VALLEY}")
        assert all("/_static/" in url for url in tab.requests if url.endswith((".css", ".js")))


@pytest.mark.parametrize(("lang", "prompt"), [("zh", "展开代码"), ("en", "Show the code")])
def test_code_behind_a_fold_opens_by_keyboard(opened, address, lang, prompt):
    tab = opened(f"{address}{lang}/{VALLEY}")
    fold = tab.locator("details.folded")
    assert fold.locator("summary").inner_text() == prompt
    assert not fold.locator("pre").is_visible()
    fold.locator("summary").press("Enter")
    assert "anywidget" in fold.locator("pre").inner_text() and fold.locator("pre").is_visible()


def test_the_report_page_takes_up_page_and_block(opened, address):
    tab = opened(f"{address}en/{VALLEY}")
    tab.evaluate("document.getElementById('further').scrollIntoView()")
    tab.evaluate("document.querySelector('a.report').click()")
    tab.wait_for_url("**/report.html*")
    assert tab.locator("[data-report=page]").inner_text() == "optimizers/valley"
    assert tab.locator("[data-report=block]").inner_text() == "further"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_is_wider_than_its_window(opened, address, lang):
    tab = None
    for name in ("index", "optimizers/valley", "references", "report", "search"):
        tab = opened(f"{address}{lang}/{name}.html", again=tab)
        for width in (390, 768, 1280):
            tab.set_viewport_size({"width": width, "height": 800})
            assert tab.evaluate(OVER) <= 0, (name, width)


@pytest.mark.parametrize(("lang", "low", "high"), [("zh", 34, 38), ("en", 62, 76)])
def test_lines_have_a_readable_length(opened, address, lang, low, high):
    tab = opened(f"{address}{lang}/{VALLEY}")
    count = """p => {
      const range = document.createRange(), text = p.firstChild, tops = new Map();
      for (let i = 0; i < text.length; i++) {
        range.setStart(text, i); range.setEnd(text, i + 1);
        const top = Math.round(range.getBoundingClientRect().top);
        tops.set(top, (tops.get(top) ?? 0) + 1);
      }
      const lines = [...tops.values()].slice(0, -1).sort((a, b) => a - b);
      return lines[Math.floor(lines.length / 2)];
    }"""
    assert low <= tab.locator("#further ~ p").first.evaluate(count) <= high


def test_the_reader_may_choose_the_dark_page(opened, address):
    tab = opened(f"{address}en/{VALLEY}", color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(paper)
    tab.locator(".theme-switch-button").click()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert tab.evaluate(paper) != light
    tab.reload()
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_page_is_dark_where_the_system_is(opened, address):
    tab = opened(f"{address}en/{VALLEY}", color_scheme="dark")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_page_goes_to_paper_with_its_title_in_light_colors(opened, address):
    tab = opened(f"{address}en/{VALLEY}", color_scheme="dark")
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.locator("h1").first.is_visible()
    for selector, kind in (("body", "backgroundColor"), ("h1", "color")):
        found = tab.locator(selector).first.evaluate(f"e => getComputedStyle(e).{kind}")
        assert found == {"body": "rgb(255, 255, 255)", "h1": "rgb(29, 30, 34)"}[selector]
    for gone in (".bd-header-article", ".bd-sidebar-primary", "details.folded", ".copybtn"):
        assert not tab.locator(gone).first.is_visible()
