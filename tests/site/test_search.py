"""The search finds what readers ask for: the right page among the first three."""

from pathlib import Path

import pytest
import yaml

from dlnotes.site.search import plain_formula

QUERIES = yaml.safe_load(Path(__file__).with_name("queries.yml").read_text(encoding="utf-8"))
AMONG = 3
SHARE = 0.95


def test_formulas_are_indexed_as_one_types_them():
    assert plain_formula(r"\beta_2^t") == "β2t"
    assert plain_formula(r"\frac{\eta}{\sqrt{v}}") == "η v"


def test_there_are_enough_questions_of_every_kind():
    for kinds in QUERIES.values():
        assert sum(map(len, kinds.values())) >= 60
        assert all(len(asked) >= 5 for asked in kinds.values())
    assert QUERIES["zh"].keys() == QUERIES["en"].keys()


@pytest.mark.slow
@pytest.mark.parametrize("lang", QUERIES)
def test_the_right_page_is_among_the_first_three(opened, built_site, lang):
    tab = opened((built_site / lang / "search.html").as_uri())
    asked = [(kind, *pair) for kind, pairs in QUERIES[lang].items() for pair in pairs]
    ask = "queries => Promise.all(queries.map((query) => dlnotesSearch(query)))"
    answers = tab.evaluate(ask, [query for _, query, _ in asked])
    missed = []
    for (kind, query, pages), found in zip(asked, answers, strict=True):
        first = [Path(url.partition("#")[0]).stem for url in found[:AMONG]]
        if not set(first) & set(pages.split()):
            missed.append(f"{kind}: {query} -> {first}")
    print(*missed, sep="\n")
    assert len(missed) <= (1 - SHARE) * len(asked), missed
    assert tab.errors == []
