"""The list of claims: every sentence once, its verdict folded away, and a link to its card."""

import html
import re

import pytest

from dlnotes.claims import claims_of, judge
from dlnotes.core import ledger
from dlnotes.core.language import LANGUAGES

ENTRIES = [ledger.entry(id) for id in ledger.entries()]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("chapter", [None, "optimizers"])
def test_every_sentence_leads_to_its_card(lang, chapter):
    shown = claims_of(chapter)
    entries = [entry for entry in ENTRIES if entry.section.startswith(chapter or "")]
    links = re.findall(r'href="([\w/]+)\.html#([\w.]+)"', shown.html[lang])
    expected = [(entry.section.removeprefix(f"{chapter}/"), entry.id) for entry in entries]
    assert sorted(links) == sorted(expected)
    assert all(html.escape(entry.said[lang]) in shown.html[lang] for entry in entries)
    assert all(entry.said[lang] in shown.plain[lang] for entry in entries)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_verdict_stands_open(lang):
    folded = re.sub(r"<details>.*?</details>", "", claims_of().html[lang])
    assert not any(html.escape(entry.finding[lang]) in folded for entry in ENTRIES)
    assert folded.count("data-choice=") == 4 * len(ENTRIES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_section_is_one_fold_that_counts_and_only_the_first_stands_open(lang):
    html = claims_of().html[lang]
    folds = re.findall(r'<details (open )?class="verdicts-part".*?count">(\d+)', html)
    sections = [entry.section for entry in ENTRIES]
    counts = sorted(str(sections.count(section)) for section in set(sections))
    assert sorted(count for _, count in folds) == counts
    assert [bool(opened) for opened, _ in folds] == [True] + [False] * (len(counts) - 1)


def test_a_chapter_without_claims_is_named():
    with pytest.raises(ValueError, match="has no claim of 'optimisers'"):
        claims_of("optimisers")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_sentence_is_judged_by_itself(lang):
    entry = ENTRIES[0]
    one = judge(entry.id).html[lang]
    assert one.count("<li") == 1 and html.escape(entry.said[lang]) in one
    assert "id=" not in one.split("<ol>")[1].split("data-id")[0], "it may stand beside its list"
    assert html.escape(entry.finding[lang]) not in re.sub(r"<details>.*?</details>", "", one)


def test_a_sentence_that_is_not_in_the_ledger_is_named():
    with pytest.raises(ValueError, match=r"no claim 'C0\.00'"):
        judge("C0.00")
