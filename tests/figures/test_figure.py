"""Figures: both languages, both themes, no missing glyph, a text alternative."""

import re

import pytest

from dlnotes.core.language import both
from dlnotes.figures.figure import figure
from dlnotes.figures.ink import color
from dlnotes.figures.marks import label_end
from dlnotes.figures.style import FONT_FILE

ALT = both(zh="一条下降的线", en="a falling line")
CAPTION = both(zh="损失一直降。`lr` 是 0.1。", en="The loss keeps falling. `lr` is 0.1.")


def falling(axes, text):
    (line,) = axes.semilogy([0, 1, 2], [1, 0.1, 0.01], color=color("momentum"))
    axes.set_xlabel(text("步", "steps"))
    axes.set_ylabel(text("损失 $L$，−1", "loss $L$, −1"))
    label_end(line, text("重球", "heavy ball"))


@pytest.fixture(scope="module")
def picture():
    return figure(falling, alt=ALT, caption=CAPTION)


def test_each_language_is_drawn(picture):
    assert picture.svg["zh"] != picture.svg["en"]
    assert 'aria-label="一条下降的线"' in picture.html["zh"]
    assert "<code>lr</code>" in picture.html["en"]


def test_colours_follow_the_theme(picture):
    bare = re.sub(r"var\(--[\w-]+, (#\w{6})\)", "", picture.html["zh"])
    assert "var(--m-momentum, #0439e7)" in picture.html["zh"]
    assert not re.search(r"#[0-9a-f]{6}\b(?!-)", bare), "a colour outside the palette"


def test_two_figures_share_no_id(picture):
    other = figure(falling, falling, alt=ALT, caption=both(zh="另一张", en="another"))
    ids = re.findall(r'\bid="([^"]+)"', picture.html["zh"])
    assert ids and not set(ids) & set(re.findall(r'\bid="([^"]+)"', picture.html["en"]))
    assert other.html["zh"].count("<svg") == 2


def test_no_style_reaches_out_of_the_figure(picture):
    assert "<style" not in picture.html["zh"] and "<script" not in picture.html["zh"]


def test_drawing_twice_gives_the_same_bytes(picture):
    assert figure(falling, alt=ALT, caption=CAPTION).html == picture.html


@pytest.mark.parametrize("title", ["龘", "龘 $x$"])
def test_a_missing_glyph_stops_the_build(title):
    with pytest.raises((ValueError, UserWarning), match=r"glyph|Glyph"):
        figure(lambda axes, text: axes.set_title(title), alt=ALT, caption=CAPTION)


def test_a_missing_language_stops_the_build():
    with pytest.raises(ValueError, match="`caption` needs both zh and en; en is missing"):
        figure(falling, alt=ALT, caption={"zh": "说明"})


def test_unknown_token_is_named():
    with pytest.raises(ValueError, match="got 'red'"):
        color("red")


def test_the_font_holds_what_the_glossary_says():
    from fontTools.ttLib import TTFont

    from dlnotes.core.data import read_text

    known = set(TTFont(FONT_FILE).getBestCmap())
    wanted = {mark for mark in read_text("glossary.yml") if "\u4e00" <= mark <= "\u9fff"}
    assert {mark for mark in wanted if ord(mark) not in known} == set()
    assert 0x2212 in known, "the minus sign of axes"


def test_figures_need_no_font_of_the_machine():
    """Only the book's own font and matplotlib's: Chinese shows where no Chinese font is."""
    from pathlib import Path

    import matplotlib
    from matplotlib import font_manager

    from dlnotes.figures.style import style

    shipped = (FONT_FILE.parent, Path(matplotlib.get_data_path()))
    with style():
        for family in matplotlib.rcParams["font.family"]:
            found = Path(font_manager.findfont(family, fallback_to_default=False))
            assert any(found.is_relative_to(place) for place in shipped), found
