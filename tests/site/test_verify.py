import pytest

from dlnotes.site.verify import check_site


def faults(folder, body, **files):
    (folder / "index.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return check_site(folder)


@pytest.mark.parametrize(
    "body",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<img src="http://example.com/x.png">',
        '<img srcset="a.png 1x, https://example.com/b.png 2x">',
        '<iframe src="https://example.com"></iframe>',
        '<p style="background: url(https://example.com/x.png)">x</p>',
        '<svg><image xlink:href="https://example.com/x.png"/></svg>',
    ],
)
def test_anything_fetched_from_elsewhere_is_a_fault(tmp_path, body):
    (fault,) = faults(tmp_path, body)
    assert fault.startswith("index.html: loads ")


@pytest.mark.parametrize("rule", ["@import 'https://a.example/x.css'", "a{b:url(//a.example/x)}"])
def test_a_style_sheet_may_not_fetch_from_elsewhere(tmp_path, rule):
    assert "x.css: loads" in faults(tmp_path, "", x_css=rule)[0]


def test_a_link_the_reader_may_follow_is_no_fault(tmp_path):
    assert faults(tmp_path, '<a href="https://arxiv.org/abs/1412.6980">paper</a>') == []


@pytest.mark.parametrize("link", ["gone.html", "other.html#gone", "#gone"])
def test_a_link_that_leads_nowhere_is_a_fault(tmp_path, link):
    made = faults(tmp_path, f'<a href="{link}">x</a>', other_html="<p id='here'>x</p>")
    assert link in made[0]


def test_links_to_pages_and_anchors_that_are_there_are_sound(tmp_path):
    body = '<a href="other.html#here">x</a><a href="?q=1">y</a>'
    assert faults(tmp_path, body, other_html="<p id='here'>x</p>") == []


@pytest.mark.parametrize("mark", ['class="katex-error"', 'class="mord" style="color:#cc0000;"'])
def test_a_formula_that_cannot_be_set_is_a_fault(tmp_path, mark):
    assert "TeX" in faults(tmp_path, f"<span {mark}>x</span>")[0]


def test_two_blocks_of_one_name_are_a_fault(tmp_path):
    body = '<div class="twin" id="why"></div><section id="why"></section>'
    assert "`why`" in faults(tmp_path, body)[0]
