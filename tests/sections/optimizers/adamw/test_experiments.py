"""The test benches of the section on weight decay in Adam."""

import math

import pytest
import torch

from dlnotes.optimizers import adam
from dlnotes.regularization.weight_decay import coupled
from dlnotes.sections.optimizers.adamw import experiments as bench
from dlnotes.training.data import datasets
from dlnotes.training.loop import train
from dlnotes.training.nets import mlp
from dlnotes.training.replay import replay

DOUBLE = torch.float64


def test_the_penalty_takes_the_step_made_by_hand_and_adam_agrees():
    sizes = torch.tensor([0.1, 10.0], dtype=DOUBLE)
    first = 1 - bench.penalty_left(sizes, steps=1)
    assert first.tolist() == pytest.approx([0.01 / math.sqrt(2), 0.001 / math.sqrt(100.01)])
    assert (first[0] / first[1]).item() == pytest.approx(71, abs=0.5)
    noise = torch.randn(300, 400, 2, generator=torch.Generator().manual_seed(7), dtype=DOUBLE)
    plan = {"start": 1.0, "lr": 0.01, "weight_decay": 0.1}
    ends = replay(coupled(adam), sizes * noise, **plan).path[-1].mean(0)
    assert torch.allclose(ends, bench.penalty_left(sizes, steps=300), atol=0.03)


def test_weights_at_pixels_are_those_of_one_net_trained_on():
    found = bench.pixel_weights(adam, (2, 4), lr=0.01)
    data, net = datasets.digits(standardized=False), mlp.MLP((64, 32, 10), seed=0)
    quiet = data.X.std(0).argsort()[:16]
    plan = {"steps": 5, "batch_size": 64, "lr": 0.01, "watch": lambda update: update.params}
    layers = [params["layers.0.weight"] for params in train(net, data, adam, **plan).watched]
    sizes = [layers[step][:, quiet].norm().item() for step in (2, 4)]  # before update 2, 4
    assert found.shape == (bench.SEEDS, 2, 2)
    assert found[0, :, 0].tolist() == pytest.approx(sizes, rel=1e-5)
