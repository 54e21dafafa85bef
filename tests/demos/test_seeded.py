"""The twin of random.js."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlnotes.core.scripts import shared
from dlnotes.demos.seeded import Random

SEEDS = [0, 1, 2, 48, 2**31, 2**32 - 1]


def test_the_generator_is_mulberry32():
    assert Random(1).uniform() == 0.6270739405881613  # as its author's C gives


@given(st.integers(0, 2**40), st.integers(0, 60))
def test_an_order_holds_every_number_once(seed, count):
    assert sorted(Random(seed).order(count)) == list(range(count))


def test_shuffles_are_even():
    first = [Random(seed).order(4)[0] for seed in range(4000)]
    assert all(abs(first.count(place) / 4000 - 0.25) < 0.03 for place in range(4))


@pytest.mark.slow
def test_page_and_python_shuffle_alike(chromium):
    ask = """(seeds) => seeds.map((seed) => {
        const source = dlnotesDemo.random(seed);
        return [source.uniform(), source.order(48), source.uniform()];
    })"""
    page = chromium.new_page()
    page.add_script_tag(content=shared())
    drawn = page.evaluate(ask, SEEDS)
    page.close()
    for seed, found in zip(SEEDS, drawn, strict=True):
        source = Random(seed)
        assert found == [source.uniform(), source.order(48), source.uniform()]
