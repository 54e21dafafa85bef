"""A sweep is a fleet's runs, scored; what is chosen and what is reported never mix."""

import pytest
import torch

from dlnotes.core.intervals import interval
from dlnotes.optimizers import adam, sgd
from dlnotes.training.data.datasets import moons
from dlnotes.training.loop import train
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.sweeps import Sweep, curves, lowest, sweep

DOUBLE = torch.float64
DATA = moons(60, test_examples=50, noise=0.3, dtype=DOUBLE)
NET = MLP((2, 8, 2), dtype=DOUBLE)
SETTING = {"lrs": [0.01, 0.1, 1.0], "seeds": [4, 0], "steps": 20, "batch_size": 16}
LITTLE = Sweep(
    torch.tensor([0.01, 0.1, 1.0, 10.0], dtype=DOUBLE),
    (0, 1, 2),
    torch.tensor([[2, 5, 5], [9, 5, 5], [9, 6, 4], [0, 0, 0]], dtype=DOUBLE),
    torch.tensor([[3, 6, 6], [7, 8, 8], [9, 5, 1], [0, 2, 4]], dtype=DOUBLE),
)


def alone(data, rule, lr, seed):
    run = train(MLP((2, 8, 2), dtype=DOUBLE, seed=seed), data, rule, lr=lr, seed=seed, steps=20,
                batch_size=16)  # fmt: skip
    output = torch.func.functional_call(NET, run.params, (data.X_test,))
    return (output.argmax(1) == data.y_test).to(DOUBLE)


def test_every_score_is_that_of_the_plain_loop():
    found = sweep(NET, DATA, adam, **SETTING)
    assert found.scores.shape == (3, 2) and found.seeds == (4, 0)
    assert torch.equal(found.scores, found.validation)
    for place, lr in enumerate(SETTING["lrs"]):
        for column, seed in enumerate(SETTING["seeds"]):
            assert found.scores[place, column] == alone(DATA, adam, lr, seed).mean()


def test_some_examples_choose_and_the_others_are_reported():
    found = sweep(NET, DATA, adam, choose=20, **SETTING)
    right = alone(DATA, adam, 0.1, 0)
    assert found.validation[1, 1] == right[:20].mean()
    assert found.scores[1, 1] == right[20:].mean()


def test_every_seed_may_have_data_of_its_own():
    def data(seed):
        return moons(60, test_examples=50, noise=0.3, seed=seed, dtype=DOUBLE)

    found = sweep(NET, data, adam, choose=20, **SETTING)
    for column, seed in enumerate(SETTING["seeds"]):
        right = alone(data(seed), adam, 0.1, seed)
        assert found.scores[1, column] == right[20:].mean()


def test_a_run_that_diverges_scores_nothing():
    found = sweep(NET, DATA, sgd, **SETTING | {"lrs": [0.1, 1e300]})
    assert (found.scores[0] > 0).all() and (found.scores[1] == 0).all()


def test_a_score_of_ones_own():
    found = sweep(
        NET, DATA, adam, score=lambda output, y: torch.exp(-cross_entropy(output, y)), **SETTING
    )
    assert ((found.scores > 0) & (found.scores < 1)).all()


def test_the_mean_over_the_seeds_decides_and_the_smaller_wins_a_tie():
    assert LITTLE.chosen == 0.1
    assert LITTLE.best.tolist() == [7, 8, 8]
    assert LITTLE.interval() == interval([7, 8, 8])
    assert LITTLE.interval(0.5) == interval([7, 8, 8], 0.5)


def test_a_grid_can_end_earlier_and_be_asked_anywhere():
    part = LITTLE.upto(0.1)
    assert part.lrs.tolist() == [0.01, 0.1] and part.scores.shape == part.validation.shape == (2, 3)
    assert LITTLE.at(0.08).tolist() == [7, 8, 8]
    assert LITTLE.at(1e9).tolist() == [0, 2, 4]


def test_the_lowest_median_wins_and_what_diverged_loses():
    nan = torch.nan
    losses = torch.tensor([[0.5, 0.5, 0.5], [0.1, 0.9, 0.2], [nan, nan, 0.0]])
    assert lowest(losses) == 1
    assert lowest(torch.stack([losses, losses.flip(0)])).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"lrs": []}, "`lrs` must hold at least one entry"),
        ({"seeds": ()}, "`seeds` must hold at least one entry"),
        ({"choose": 50}, "`choose` must be smaller than .* got choose=50 and 50 examples; hold"),
        ({"choose": -1}, "`choose` must be at least 0, got -1"),
    ],
)
def test_a_grid_that_makes_no_sense_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        sweep(NET, DATA, adam, **SETTING | wrong)


def test_the_curves_are_those_of_the_learning_rate_that_ends_lowest():
    found = curves(NET, DATA, sgd, every=10, **SETTING | {"lrs": [0.01, 1.0, 1e300]})
    assert found.lr == 1.0 and found.updates.tolist() == [0, 10, 20]
    for seed, losses in zip(SETTING["seeds"], found.train_loss, strict=True):
        net = MLP((2, 8, 2), dtype=DOUBLE, seed=seed)
        run = train(net, DATA, sgd, lr=1.0, seed=seed, steps=20, batch_size=16, every=10)
        torch.testing.assert_close(losses, run.train_loss)
