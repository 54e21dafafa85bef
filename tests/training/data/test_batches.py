"""Batches: every epoch holds each row once, and randomness has its place."""

from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlnotes.core.seeds import STREAMS, generator
from dlnotes.training.data.batches import rows

SEEDS = st.integers(0, 10**8)


@given(data=st.data(), examples=st.integers(1, 40), steps=st.integers(1, 60), seed=SEEDS)
def test_every_epoch_has_each_row_exactly_once(data, examples, steps, seed):
    batch_size = data.draw(st.integers(1, examples))
    order = rows(examples, batch_size, steps, seed)
    assert order.shape == (steps, batch_size) and order.dtype == torch.int64
    epochs = order.flatten().split(examples)
    for epoch in epochs[:-1]:
        assert epoch.sort().values.tolist() == list(range(examples))
    assert len(epochs[-1].unique()) == len(epochs[-1])
    assert order.min() >= 0 and order.max() < examples


@given(seed=SEEDS)
def test_epochs_are_shuffled_anew(seed):
    first, second = rows(30, 15, 4, seed).flatten().split(30)
    assert first.tolist() != second.tolist()


@given(seed=SEEDS, steps=st.integers(2, 30))
def test_a_shorter_training_sees_the_same_batches(seed, steps):
    assert torch.equal(rows(20, 6, steps, seed), rows(20, 6, 30, seed)[:steps])


def test_the_batch_size_cuts_the_same_order():
    small, large = rows(24, 4, 12, seed=3), rows(24, 6, 8, seed=3)
    assert torch.equal(small.flatten(), large.flatten())


def test_a_batch_of_everything_keeps_the_order():
    assert torch.equal(rows(5, 5, 3, seed=1), torch.arange(5).expand(3, 5))


def test_the_seed_decides():
    assert torch.equal(rows(50, 5, 20, seed=1), rows(50, 5, 20, seed=1))
    assert not torch.equal(rows(50, 5, 20, seed=1), rows(50, 5, 20, seed=2))


def test_no_purpose_shares_its_random_numbers():
    pairs = list(product(range(50), STREAMS))
    first = {
        torch.rand((), generator=generator(*pair), dtype=torch.float64).item() for pair in pairs
    }
    assert len(first) == len(pairs)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"batch_size": 0}, "`batch_size` must be at least 1, got 0."),
        (
            {"batch_size": 11},
            "`batch_size` must be at most the number of examples, got .*=11 and 10",
        ),
        ({"steps": 0}, "`steps` must be at least 1, got 0."),
        ({"examples": 0}, "`examples` must be at least 1, got 0."),
        ({"seed": -1}, "`seed` must be at least 0, got -1."),
    ],
)
def test_wrong_arguments_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        rows(**{"examples": 10, "batch_size": 5, "steps": 4, "seed": 0} | wrong)


def test_a_kind_that_does_not_fit_is_named():
    with pytest.raises(TypeError, match=r"`batch_size` must be a whole number, got 2\.5"):
        rows(10, 2.5, 4, 0)
