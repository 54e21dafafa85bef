"""Words of a figure: their numbers are handed over, and what is wrong is told in one line."""

import re

import pytest

from dlnotes.core.language import both
from dlnotes.figures.figure import figure
from dlnotes.figures.words import filled, text_in

ALT = both(zh="升到 {peak:.1f}", en="rises to {peak:.1f}")
CAPTION = both(zh="{seeds} 个种子", en="{seeds} seeds")


def empty(axes, text):
    axes.set_xlabel(text("步", "step"))


def test_numbers_stand_in_alt_and_caption_of_both_languages():
    drawn = figure(empty, alt=ALT, caption=CAPTION, numbers={"peak": 6.568, "seeds": 5})
    assert 'aria-label="升到 6.6"' in drawn.html["zh"] and drawn.plain["zh"] == "5 个种子"
    assert 'aria-label="rises to 6.6"' in drawn.html["en"] and "5 seeds" in drawn.html["en"]


def test_a_field_may_be_a_word_in_both_languages():
    name = both(zh="动量法", en="momentum")
    said = filled(both(zh="{name}最低", en="{name} is lowest"), "alt", {"name": name})
    assert said == {"zh": "动量法最低", "en": "momentum is lowest"}


def test_words_in_the_panel_take_numbers_too():
    assert text_in("zh")("批量 {size}", "batch {size}", size=8) == "批量 8"
    assert text_in("en")(r"$\eta$", r"$\eta$") == r"$\eta$"


@pytest.mark.parametrize(
    ("words", "numbers", "message"),
    [
        ({"caption": {"zh": "说明"}}, {}, "`caption` needs both zh and en; en is missing."),
        ({"alt": both(zh="线", en=" x").copy() | {"en": " "}}, {}, "`alt` needs both zh and en"),
        (
            {"alt": both(zh="升到 {peak}", en="rises")},
            {"peak": 1},
            "`alt` has {peak} in one language only; write it in both.",
        ),
        (
            {"alt": both(zh="升到 {peak:.1f}", en="rises to {peak:.2f}")},
            {"peak": 1},
            "`alt` has {peak:.1f}, {peak:.2f} in one language only",
        ),
        (
            {"caption": both(zh="{seeds} 个", en="{seeds} of them")},
            {"seed": 5},
            "`caption` has {seeds}, but no number for it; hand it over.",
        ),
        ({}, {"peak": 1}, "Neither alt nor caption has a field for peak."),
    ],
)
def test_words_that_do_not_fit_stop_the_build_in_one_line(words, numbers, message):
    whole = {"alt": both(zh="线", en="line"), "caption": both(zh="线", en="line")} | words
    with pytest.raises(ValueError, match=re.escape(message)) as told:
        figure(empty, **whole, numbers=numbers)
    assert "\n" not in str(told.value)


def test_a_label_without_its_english_stops_the_build():
    def half(axes, text):
        axes.set_xlabel(text("步", ""))

    with pytest.raises(ValueError, match="`text` needs both zh and en; en is missing"):
        figure(half, alt=both(zh="线", en="line"), caption=both(zh="线", en="line"))
