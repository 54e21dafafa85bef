"""The reader's language, and objects that speak both."""

import pytest

from dlnotes.core import language as lang
from dlnotes.core.language import EDITIONS_MIME, Bilingual, both, set_language


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch):
    monkeypatch.setattr(lang, "_chosen", None)
    monkeypatch.delenv("DLNOTES_LANG", raising=False)


@pytest.mark.parametrize(
    "named, expected",
    [("zh_CN", "zh"), ("zh", "zh"), ("Chinese (Simplified)_China", "zh"), ("de_DE", "en")],
)
def test_locale_decides_where_nothing_else_does(monkeypatch, named, expected):
    monkeypatch.setattr(lang.locale, "getlocale", lambda: (named, "UTF-8"))
    assert lang.language() == expected


def test_environment_beats_locale_and_choice_beats_environment(monkeypatch):
    monkeypatch.setenv("DLNOTES_LANG", "zh")
    assert lang.language() == "zh"
    set_language("en")
    assert lang.language() == "en"


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="`lang` must be one of zh, en, both, got 'fr'"):
        set_language("fr")


@pytest.mark.parametrize("named", ["zh_CN", "de_DE"])
def test_a_reader_of_both_sees_one_under_the_other(monkeypatch, named):
    monkeypatch.setattr(lang.locale, "getlocale", lambda: (named, "UTF-8"))
    monkeypatch.setenv("DLNOTES_LANG", "both")
    assert lang.languages() == ("zh", "en")
    assert lang.language() == named[:2].replace("de", "en")
    text = both(zh="零", en="zero")
    assert lang.told(text) == "零\nzero"
    card = Bilingual(html=text, plain=text)
    assert repr(card) == card._repr_mimebundle_()["text/html"] == "零\nzero"
    assert list(card._repr_mimebundle_()) == ["text/plain", EDITIONS_MIME, "text/html"]
    set_language("en")
    assert lang.languages() == ("en",) and repr(card) == "zero"
    set_language("both")
    assert lang.told(text) == "零\nzero"


def test_a_picture_is_drawn_once_for_a_reader_of_both():
    text, svg = both(zh="零", en="zero"), both(zh="<svg>零</svg>", en="<svg>zero</svg>")
    set_language("both")
    drawn = Bilingual(html=text, plain=text, svg=svg)._repr_mimebundle_()["image/svg+xml"]
    assert drawn == svg[lang.language()]


def test_a_missing_language_is_named():
    with pytest.raises(ValueError, match="zh is missing"):
        both(zh=" ", en="learning rate")
    with pytest.raises(ValueError, match="`html` needs both zh and en; en is missing"):
        Bilingual(html={"zh": "学习率"}, plain=both(zh="学习率", en="learning rate"))


def test_bundle_shows_the_reader_and_carries_both():
    card = Bilingual(html=both(zh="<b>零</b>", en="<b>zero</b>"), plain=both(zh="零", en="zero"))
    set_language("zh")
    bundle = card._repr_mimebundle_()
    assert bundle["text/html"] == "<b>零</b>" and bundle["text/plain"] == "零"
    assert bundle[EDITIONS_MIME] == {"zh": "<b>零</b>", "en": "<b>zero</b>"}
    assert repr(card) == "零"


def test_a_picture_replaces_html_in_a_notebook():
    svg = both(zh="<svg>零</svg>", en="<svg>zero</svg>")
    text = both(zh="零", en="zero")
    set_language("en")
    bundle = Bilingual(html=text, plain=text, svg=svg)._repr_mimebundle_()
    assert bundle["image/svg+xml"] == "<svg>zero</svg>" and "text/html" not in bundle
