"""Every figure of every room: both languages, the palette, legible, its numbers from its data.

How a figure is found and what its room must give for it is told in figures.py beside this file.
"""

import ast
import re

import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from dlnotes.core.language import LANGUAGES, Bilingual
from dlnotes.core.palette import FAMILIES, tokens
from dlnotes.figures.figure import ALONE, PAIRED
from tests.contracts.figures import FIGURES, NARROWEST, ROOMS, drawn, example, examples_of

every_figure = pytest.mark.parametrize(("room", "name"), FIGURES)
SMALLEST = 11  # px of a letter


def words(picture: Bilingual, lang: str) -> list[str]:
    """The text alternative and the caption."""
    alt = re.search(r'aria-label="([^"]*)"', picture.html[lang])[1]
    return [alt, picture.plain[lang]]


def svgs(picture: Bilingual, lang: str) -> list[str]:
    return re.findall(r"<svg.*?</svg>", picture.html[lang], re.DOTALL)


def test_figures_are_found():
    assert len(FIGURES) >= 28 and ("optimizers/adam", "filling") in FIGURES


@every_figure
def test_each_language_has_its_own_words(room, name):
    picture = drawn(room, name).picture
    assert picture.svg["zh"] != picture.svg["en"]
    for lang in LANGUAGES:
        for text in words(picture, lang):
            assert bool(re.search("[\u4e00-\u9fff]", text)) == (lang == "zh"), text


@every_figure
def test_words_hold_numbers_and_nothing_left_open(room, name):
    for lang in LANGUAGES:
        for text in words(drawn(room, name).picture, lang):
            assert not re.search(r"\bnan\b|\binf\b|tensor|[{}]", text), text


@every_figure
def test_colors_are_the_palettes_in_both_themes(room, name):
    for lang in LANGUAGES:
        html = drawn(room, name).picture.html[lang]
        bare = re.sub(r"var\(--[\w-]+, #\w{6}\)", "", html)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!-)|rgba?\(", bare), "a color of its own"
        assert set(re.findall(r"var\((--[\w-]+)", html)) <= set(tokens())


@every_figure
def test_every_family_has_its_color(room, name):
    _, families = example(room, name, examples_of(room))
    for lang in LANGUAGES:
        found = [
            set(re.findall(r"var\(--m-(\w+)", svg)) for svg in svgs(drawn(room, name).picture, lang)
        ]
        assert found == [set(tokens_of.split()) for tokens_of in families]
        assert set.union(*found) <= set(FAMILIES)


@every_figure
def test_letters_are_legible_on_a_phone(room, name):
    panels = drawn(room, name).panels
    width = ALONE if len(panels) == len(LANGUAGES) else PAIRED
    for panel in panels:
        assert panel.get_figwidth() * 72 == pytest.approx(width)
        shown = [text for text in panel.findobj(Text) if text.get_text() and text.get_visible()]
        for text in shown:
            size = text.get_fontsize() * NARROWEST[width] / width
            assert size >= SMALLEST, f"{text.get_text()!r} is {size:.1f} px high"
            assert "mathdefault" not in text.get_text(), "its exponent is 0.7 times as high"


@every_figure
def test_a_logarithmic_axis_says_so(room, name):
    for panel in drawn(room, name).panels:
        for axis in (axis for axes in panel.axes for axis in (axes.xaxis, axes.yaxis)):
            assert marked(axis.axes, axis.axis_name), axis.get_label_text()


def marked(axes: Axes, side: str) -> bool:
    label = getattr(axes, f"get_{side}label")()
    return getattr(axes, f"get_{side}scale")() != "log" or bool(re.search("log|对数", label))


@every_figure
def test_other_data_give_another_picture(room, name):
    assert drawn(room, name).picture.svg["en"] != drawn(room, name, 0.9).picture.svg["en"]


def test_no_two_figures_share_an_id():
    pictures = [drawn(*place).picture for place in FIGURES]
    ids = [
        found
        for picture in pictures
        for lang in LANGUAGES
        for svg in svgs(picture, lang)
        for found in re.findall(r'\bid="([^"]+)"', svg)
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.parent.name)
def test_no_number_stands_in_words_by_hand(path):
    assert list(constants(path.read_text(encoding="utf-8"))) == []


def constants(source: str):
    """Numbers other than 0 and 1 in alt texts and captions that no data can change."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for word in (word for call in calls for word in call.keywords):
        if word.arg in ("alt", "caption"):
            texts = [node.value for node in ast.walk(word.value) if isinstance(node, ast.Constant)]
            for number in re.findall(r"\d[\d.,]*", re.sub(r"\{.*?\}", "", " ".join(texts))):
                if number.strip(".,") not in ("0", "1"):
                    yield f"{word.arg} holds {number}; make it a field and hand it over in numbers."


def test_a_number_by_hand_would_be_seen():
    source = 'figure(draw, alt=both(zh="到 6.6", en="up to 6.6, {seeds:.2f} seeds"))'
    assert len(list(constants(source))) == 2


def test_a_figure_without_an_example_is_named_in_one_line():
    with pytest.raises(pytest.fail.Exception, match="the figure `filling` has no example") as told:
        example("optimizers/adam", "filling", None)
    assert "\n" not in str(told.value)
