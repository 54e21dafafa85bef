"""A claim cannot be empty, cannot pass on wrong numbers, and shows what it measured."""

import pytest

from dlnotes.claims import ClaimFailed, claim
from dlnotes.claims.card import _number
from dlnotes.core import ledger as book
from dlnotes.core.language import EDITIONS_MIME

ENTRY = {
    "section": "optimizers/momentum",
    "said": {"zh": "动量总是更快", "en": "Momentum is always faster"},
    "verdict": "conditions",
    "finding": {"zh": "调好了才是。", "en": "Once tuned."},
    "measured": {"zh": "{gd} 步对 {hb:.1f} 步", "en": "{gd} steps against {hb:.1f}"},
    "condition": "hb < gd / 3",
    "counterexample": {"gd": 300, "hb": 200},
    "reference": ["goh2017momentum"],
    "locator": "§4",
}


@pytest.fixture
def ledger(monkeypatch):
    entries = {"T1": dict(ENTRY)}
    monkeypatch.setattr(book, "entries", lambda: entries)
    return entries


def test_card_holds_both_languages_numbers_and_reference(ledger):
    html = claim("T1", gd=691, hb=93).html
    assert "691 步对 93.0 步" in html["zh"] and "691 steps against 93.0" in html["en"]
    assert "有条件成立" in html["zh"] and "True with conditions" in html["en"]
    assert 'href="../references.html#goh2017momentum">Goh (2017), §4</a>' in html["zh"]
    assert EDITIONS_MIME in claim("T1", gd=691, hb=93)._repr_mimebundle_()


def test_numbers_of_algebra_are_called_exact(ledger):
    ledger["T1"]["kind"] = "exact"
    shown = claim("T1", gd=691, hb=93)
    assert "算得" in shown.html["zh"] and "Exact" in shown.html["en"]
    assert not any(word in shown.html[lang] for lang, word in (("zh", "实测"), ("en", "Measured")))
    assert "Exact: 691 steps" in shown.plain["en"]
    with pytest.raises(ClaimFailed, match="T1"):
        claim("T1", gd=691, hb=300)


def test_false_condition_raises_with_the_numbers(ledger):
    with pytest.raises(ClaimFailed, match=r"T1: `hb < gd / 3` is false for gd=691, hb=300"):
        claim("T1", gd=691, hb=300)


def test_every_seed_must_hold(ledger):
    seeds = claim("T1", gd=691, hb=[93, 95, 91, 90, 99])
    assert "90.0 to 99.0 (5 seeds)" in seeds.html["en"]
    assert "90.0 到 99.0 步（5 个种子）" in seeds.html["zh"]
    with pytest.raises(ClaimFailed, match=r"\(seed 2\)"):
        claim("T1", gd=691, hb=[93, 95, 591])


def test_nan_never_passes(ledger):
    with pytest.raises(ClaimFailed):
        claim("T1", gd=float("nan"), hb=93)


@pytest.mark.parametrize(
    "values, message",
    [
        ({"gd": 1}, "needs a value for `hb`"),
        ({"gd": 9, "hb": 1, "x": 1}, "knows no value `x`"),
        ({"gd": [1, 2], "hb": [1, 2, 3]}, "one entry per seed"),
    ],
)
def test_wrong_values_are_named(ledger, values, message):
    with pytest.raises(ValueError, match=message):
        claim("T1", **values)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"counterexample": {}}, "T1 has no `counterexample`"),
        ({"counterexample": {"gd": 300, "hb": 2}}, "satisfies `hb < gd / 3`"),
        ({"verdict": "maybe"}, "`verdict` must be one of"),
        ({"kind": "guessed"}, "`kind` must be one of"),
        ({"said": {"zh": "动量"}}, "T1: said.*en is missing"),
        ({"measured": {"en": "{gd}"}}, "T1: measured.*zh is missing"),
    ],
)
def test_broken_entries_are_refused(ledger, change, message):
    ledger["T1"] = ENTRY | change
    with pytest.raises(ValueError, match=message):
        claim("T1", gd=691, hb=93)


def test_unknown_id_is_named(ledger):
    with pytest.raises(ValueError, match="no claim 'T2'"):
        claim("T2")


def test_a_claim_about_history_needs_no_numbers(ledger):
    source = {key: ENTRY[key] for key in ("section", "said", "verdict", "finding", "reference")}
    ledger["T1"] = source | {"kind": "source"}
    assert "claim-measured" not in claim("T1").html["en"]


def test_markup_in_the_ledger_is_shown_not_run(ledger):
    ledger["T1"] = ENTRY | {"said": {"zh": "<script>", "en": "a < b & c"}}
    html = claim("T1", gd=691, hb=93).html
    assert "<script>" not in html["zh"] and "a &lt; b &amp; c" in html["en"]


def test_the_books_ledger_is_sound():
    assert book.entries(), "the ledger is empty"
    for id in book.entries():
        book.entry(id)


@pytest.mark.parametrize(
    "value, spec, shown",
    [
        (2.7e-9, ".1e", "2.7×10⁻⁹"),
        (-1.018, ".3f", "−1.018"),
        (1.2e12, ".0e", "1×10¹²"),
        (691, "g", "691"),
        ([-2e-8, 1e-8], ".0e", "−2×10⁻⁸ to 1×10⁻⁸"),
    ],
)
def test_numbers_are_set_as_a_reader_writes_them(value, spec, shown):
    assert _number(value, spec, "en") == shown
