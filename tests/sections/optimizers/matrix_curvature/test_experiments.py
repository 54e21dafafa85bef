"""Curvature by matrices: a race at equal cost."""

import math

import pytest
import torch

from dlnotes.optimizers import adam, momentum, muon
from dlnotes.sections.optimizers.matrix_curvature.experiments import (
    GRADIENTS,
    SEEDS,
    SETTINGS,
    TASKS,
    Race,
    first_order,
    recorded,
)
from dlnotes.training.data.batches import rows

DOUBLE = torch.float64


def test_the_record_holds_every_method_setting_and_seed():
    for field in recorded().values():
        assert field.keys() == SETTINGS.keys()
        for name, race in field.items():
            assert race.losses.shape == (len(SETTINGS[name]), SEEDS, len(race.steps))
            assert 0.98 * GRADIENTS < race.spent[-1] <= GRADIENTS + 0.1
            assert 0 < race.best_setting() < len(SETTINGS[name]) - 1, "the best must not be an end"


def walked(task, method, lr, seed, steps):
    """The same training written out: losses before every step and after the last."""
    data, net = task.data(), task.net(seed)
    params, losses = list(net.parameters()), []
    rules = [
        {"momentum": momentum, "adam": adam}.get(method, muon if p.ndim > 1 else adam)
        for p in params
    ]
    states = [rule.init(param.detach()) for rule, param in zip(rules, params, strict=True)]
    for chosen in rows(len(data.X), task.batch_size or len(data.X), steps, seed):
        losses.append(task.loss(net(data.X), data.y).item())
        loss = task.loss(net(data.X[chosen]), data.y[chosen])
        for place, grad in enumerate(torch.autograd.grad(loss, params)):
            rule, param = rules[place], params[place]
            delta, states[place] = rule.update(grad, states[place], param.detach(), lr=lr)
            param.data += delta
    return [*losses, task.loss(net(data.X), data.y).item()]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("method", ["momentum", "adam", "muon"])
def test_the_races_runs_are_the_plain_loops(task, method):
    marks, lrs = torch.tensor([0, 1, 4]), torch.tensor([0.01, 0.03], dtype=DOUBLE)
    found = first_order(TASKS[task], method, lrs, 2, marks)
    assert found.shape == (2, 2, 3)
    alone = walked(TASKS[task], method, 0.03, 1, 4)
    assert found[1, 1].tolist() == pytest.approx([alone[0], alone[1], alone[4]], rel=1e-9)


def test_a_diverged_run_has_no_loss_from_there_on():
    lrs = torch.tensor([0.01, 1e200], dtype=DOUBLE)
    found = first_order(TASKS["classifier"], "momentum", lrs, 1, torch.tensor([0, 1, 3, 4]))
    assert found[0].isfinite().all()
    assert found[1, 0].isfinite().tolist() == [True, False, False, False]


def test_a_diverged_setting_is_never_the_best():
    losses = torch.tensor([[[1.0, math.nan]] * 3, [[1.0, 0.9]] * 3], dtype=DOUBLE)
    race = Race(2.0, torch.tensor([1.0, 0.1]), torch.tensor([0, 4]), losses)
    assert race.best_setting() == 1
    assert race.spent.tolist() == [0, 8]
    assert race.place(torch.tensor(0.95)) == 1
    assert race.ends().tolist() == [math.inf, 0.9]
