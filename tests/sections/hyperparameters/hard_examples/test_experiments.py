"""Nets side by side, rankings, lines and alarms, on small versions of what the page reports."""

import pytest
import torch
from torch.func import functional_call

from dlnotes.optimizers import adam
from dlnotes.sections.hyperparameters.hard_examples import experiments, fits, nets
from dlnotes.training.data.mislabeled import few_digits
from dlnotes.training.loop import train
from dlnotes.training.nets.mlp import MLP


def test_nets_side_by_side_are_nets_alone():
    parts = [few_digits(seed, 60, 0.1) for seed in (0, 1)]
    data = [nets.Digits(part.X, part.y, part.X_test[:20]) for part in parts]
    start, said = nets.scores(data, lr=[0.003, 0.01], seeds=[0, 1], steps=[0, 6])
    for i, lr in enumerate((0.003, 0.01)):
        net = MLP(nets.SIZES, seed=i)
        torch.testing.assert_close(start[i], net(data[i].asked))
        alone = train(
            net, parts[i], adam, lr=lr, steps=6, batch_size=nets.BATCH, seed=i, every=0,
            progress=False,
        )  # fmt: skip
        again = functional_call(net, alone.params, (data[i].asked,))
        torch.testing.assert_close(said[i], again, rtol=1e-3, atol=1e-3)


def test_the_top_of_a_ranking():
    losses = torch.tensor([[3.0, 1.0, 2.0, 0.0]])
    wrong = torch.tensor([[True, False, False, True]])
    assert experiments.at_top(losses, wrong).tolist() == [0.5]
    assert experiments.at_top(losses, wrong, 1).tolist() == [1.0]


def test_what_an_arm_learns_from():
    job, losses = (0.15, 0), torch.zeros(experiments.EXAMPLES, 10)
    assert len(experiments.learned("drop75", job, losses).X) == 225
    right = experiments.learned("right", job, None)
    assert int((right.y == experiments.IGNORED).sum()) == 45
    assert (experiments.learned("plain", job, None).y >= 0).all()


def test_the_rate_is_chosen_by_the_images_that_choose():
    found = torch.zeros(2, 3, 2, 4)
    found[0, 1, 0] = found[0, 2, 1] = 1
    found[1, 1, 0], found[1, 2, 1] = 0.5, 0.25
    report, rates = experiments.chosen(found)
    assert report[:, 0].tolist() == [0.5, 0.25]
    assert rates == [experiments.LRS[1], experiments.LRS[2]]


def test_lines_without_noise_and_with_one_outlier():
    x = torch.linspace(-1, 1, 9, dtype=torch.float64)
    y = 1 + 3 * x
    expected = torch.tensor([1.0, 3.0], dtype=torch.float64)
    torch.testing.assert_close(fits.line(x, y, delta=None), expected)
    y[7] += 50
    (_, far), (_, near) = fits.line(x, y, delta=None), fits.line(x, y, delta=0.1)
    assert far > 10 and abs(near - 3) < 0.2


@pytest.mark.parametrize("weight", [1, 20])
def test_a_weight_counts_a_positive_so_often(weight):
    x, y = fits.rare(0, 4000)
    several = torch.where(y, weight, 1)
    found = fits.logit(x, y, weight)
    repeated = fits.logit(x.repeat_interleave(several), y.repeat_interleave(several), 1)
    torch.testing.assert_close(found[:2], repeated[:2])
    assert found[2] < 1e-9


def test_alarms_by_hand():
    x = torch.tensor([-1.0, 1.0, 2.0, 3.0], dtype=torch.float64)
    y = torch.tensor([True, False, True, True])
    found = fits.alarms(x, y, torch.tensor([0.0, 1.0], dtype=torch.float64))
    torch.testing.assert_close(found, torch.tensor([0.5, 2 / 3, 2 / 3], dtype=torch.float64))
