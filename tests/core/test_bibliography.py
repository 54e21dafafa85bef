"""Every entry of references.bib can be shown and found."""

import pytest

from dlnotes.core.bibliography import _entries, bibliography, reference


def test_every_entry_has_author_year_title_and_a_place():
    for key in _entries():
        work = reference(key)
        assert work.short.endswith(")") and "n.d." not in work.full, key
        assert "{" not in work.full and "\\" not in work.full, work.full


def test_short_forms():
    assert reference("goh2017momentum").short == "Goh (2017)"
    assert reference("sutskever2013importance").short == "Sutskever et al. (2013)"
    assert reference("robbins1951stochastic").short == "Robbins & Monro (1951)"


def test_the_list_anchors_every_key():
    html = bibliography().html["zh"]
    assert all(f'id="{key}"' in html for key in _entries())


def test_unknown_key_is_named():
    with pytest.raises(ValueError, match="no entry 'goh2018'"):
        reference("goh2018")
