"""The runs of the page: what is wrong with labels, what comes after the best, what sways."""

import math

import pytest
import torch

from dlnotes.convergence.stopping import first_step, is_converged
from dlnotes.sections.convergence.meaning import experiments
from dlnotes.sections.convergence.meaning.experiments import Watched


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4])
def test_as_many_labels_are_wrong_as_said(share):
    labels = torch.arange(200) % 10
    changed = experiments.mislabeled(labels, share, seed=3)
    assert int((changed != labels).sum()) == round(200 * share)
    assert changed.min() >= 0 and changed.max() <= 9


def test_only_what_is_learned_from_is_mislabeled():
    clean, wrong = (experiments.few_digits(noise, 0) for noise in (0.0, 0.1))
    assert torch.equal(clean.y_test, wrong.y_test) and torch.equal(clean.X, wrong.X)
    assert int((clean.y != wrong.y).sum()) == 20
    assert clean.X.shape == (200, 64) and clean.X_test.shape == (1000, 64)


def test_afterwards_begins_at_the_best_validation_loss():
    validation = torch.tensor([[3.0, 1.0, 2.0], [3.0, 2.0, 1.0]])
    gradient = torch.tensor([[9.0, 4.0, 0.5], [9.0, 4.0, 2.0]])
    accuracy = torch.tensor([[0.1, 0.9, 0.8], [0.1, 0.7, 0.75]])
    found = experiments.afterwards(Watched(validation, validation, accuracy, gradient))
    assert found.best == [5, 10] and found.length == [4.0, 2.0]
    assert found.gain == pytest.approx([-0.1, 0.0])
    assert found.rise == pytest.approx([1.0, 0.0])


def test_the_record_has_every_seed_at_every_mark():
    shape = (len(experiments.SEEDS), len(experiments.MARKS))
    for runs in experiments.recorded().values():
        assert all(part.shape == shape and part.isfinite().all() for part in runs)


def test_a_parabola_does_what_theory_says():
    calm, wild = experiments.parabola(0.1, steps=30), experiments.parabola(2.02, steps=200)
    assert calm[-1] - 1 == pytest.approx(0.9**60 / 2)
    assert math.sqrt(2 * (wild[-1] - 1)) == pytest.approx(1.02**200)


@pytest.fixture(scope="module")
def fork():
    return experiments.fork((0, 1))


def test_the_three_ways_part_after_epoch_14(fork):
    kept, dropped, stilled = fork
    assert kept.shape == dropped.shape == stilled.shape == (2, 20)
    assert torch.equal(kept[:, :14], dropped[:, :14]) and torch.equal(kept[:, :14], stilled[:, :14])
    assert (dropped[:, 15] < 0.9 * kept[:, 4:].amin(1)).all()


def test_without_noise_the_old_learning_rate_gets_lower_than_a_tenth_of_it(fork):
    ways = experiments.after_flat(fork)
    for stay, fall, still in zip(ways["stay"], ways["fall"], ways["still"], strict=True):
        assert abs(stay) < 0.05 and still < fall < -0.2


def test_the_spread_about_the_bottom_is_that_of_theory():
    assert sum(experiments.spread()) / 5 == pytest.approx(0.1 / 1.9, rel=0.05)


def test_labels_can_be_wrong_on_both_sides():
    fair = experiments.few_digits(0.1, 0, 0.1)
    usual = experiments.few_digits(0.1, 0)
    assert torch.equal(fair.y, usual.y) and int((fair.y_test != usual.y_test).sum()) == 100


def test_a_run_that_sways_is_called_by_chance():
    def first(seed):
        losses = experiments.parabola(0.1, noise=1.0, seed=seed)
        return first_step(lambda seen: is_converged(seen, 10, 0.01), losses)

    calls = [first(seed) for seed in range(8)]
    assert calls[0] == 139 and sum(math.isfinite(call) for call in calls) == 7
