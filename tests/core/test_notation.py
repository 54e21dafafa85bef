"""The page of the notation shows every row of its table, in both languages."""

import re

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.core.notation import anchor, notation, rows

LOCAL = {page for row in rows() for page in row.pages}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_symbol_is_shown_with_both_its_names(lang):
    shown = notation()
    for row in rows():
        times = max(1, len(row.pages))
        assert shown.html[lang].count(f"\\({row.symbol}\\)</th>") >= times, row.symbol
        assert shown.plain[lang].count(f"{row.meaning['zh']}  {row.meaning['en']}") >= times


def test_letters_of_one_page_stand_under_its_title_and_can_be_led_to():
    html = notation().html["en"]
    assert set(re.findall(r'<tbody id="([^"]+)">', html)) == {anchor(page) for page in LOCAL}
    assert all(f'href="{page}.html"' in html for page in LOCAL)
    assert anchor("optimizers/index") == ""


def test_a_table_is_read_from_its_text():
    (row,) = rows("- {symbol: x, meaning: {zh: 甲, en: one}, pages: [a/b]}")
    assert (row.symbol, row.pages, row.code) == ("x", ("a/b",), "")
