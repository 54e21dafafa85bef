"""Schedules and schedule-free rules where they are used: the plain loop, torch's optimizers."""

from functools import partial

import pytest
import torch
from torch.func import functional_call
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR

from dlnotes.learning_rates.decay import constant, cosine
from dlnotes.learning_rates.schedule_free import SGD, AdamW, averaged
from dlnotes.learning_rates.warmup import warmup
from dlnotes.optimizers import sgd
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.data import datasets
from dlnotes.training.fleet import fleet
from dlnotes.training.loop import train
from dlnotes.training.nets import mlp
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.optimizer import Optimizer
from dlnotes.training.surfaces.landscapes import ravine


def moons_run(**setting):
    net = mlp.MLP((2, 8, 2), dtype=torch.float64)
    data = datasets.moons(64, seed=0)
    data = type(data)(*(of.double() if of.is_floating_point() else of for of in data))
    return train(net, data, sgd, steps=40, batch_size=16, **setting)


def test_the_loop_asks_the_schedule_at_every_step():
    asked = []

    def watched(step):
        asked.append(step)
        return cosine(step, lr=0.3, steps=40)

    scheduled, plain = moons_run(lr=watched), moons_run(lr=0.3)
    assert asked[-40:] == list(range(40))  # a first look at step 0 may check it
    assert scheduled.losses[1] == plain.losses[1] and scheduled.losses[39] != plain.losses[39]
    same = moons_run(lr=partial(constant, lr=0.3))
    assert torch.equal(same.losses, plain.losses)


@pytest.mark.parametrize("rule", [SGD, AdamW], ids=["sgd", "adamw"])
def test_an_optimizer_holds_the_point_of_the_gradient(rule):
    valley, start = ravine(30), torch.tensor([1.0, -0.7], dtype=torch.float64)
    held = start.clone().requires_grad_(True)
    optimizer = Optimizer([held], rule, lr=0.01)
    param, state = start.clone(), rule.init(start)
    for _ in range(50):
        optimizer.zero_grad()
        valley(held).backward()
        optimizer.step()
        delta, state = rule.update(valley.gradient(param), state, param, lr=0.01)
        param = param + delta
        assert torch.allclose(held.detach(), param, rtol=1e-12, atol=1e-14)
    assert valley(averaged(state)) < valley(start)


def test_torch_schedulers_and_ours_drive_an_optimizer_alike():
    def rates(make):
        optimizer = Optimizer([torch.ones(2, requires_grad=True)], sgd, lr=0.2)
        scheduler, seen = make(optimizer), []
        for _ in range(30):
            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return torch.tensor(seen, dtype=torch.float64)

    ours = rates(lambda of: LambdaLR(of, partial(cosine, lr=1.0, steps=30)))
    theirs = rates(lambda of: CosineAnnealingLR(of, T_max=30))
    assert torch.allclose(ours, theirs, rtol=1e-12, atol=1e-15)
    rest = partial(cosine, lr=1.0, steps=20)
    warmed = rates(lambda of: LambdaLR(of, partial(warmup, schedule=rest, warmup_steps=10)))
    assert warmed.argmax() == 10 and warmed[10] == 0.2 and warmed[0] == 0


@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "l2"])
@pytest.mark.parametrize(("rule", "lr"), [(SGD, 1.0), (AdamW, 0.01)], ids=["sgd", "adamw"])
def test_a_training_keeps_the_average(rule, lr, wrapped):
    data, net = datasets.moons(60, dtype=torch.float64), mlp.MLP((2, 6, 2), dtype=torch.float64)
    hyper = {"weight_decay": 0.01} if wrapped else {}
    rule = coupled(rule) if wrapped else rule
    run = train(net, data, rule, lr=lr, steps=30, every=10, **hyper)
    params = {name: param.detach().clone() for name, param in net.named_parameters()}
    states = {name: rule.init(param) for name, param in params.items()}
    for _ in range(30):
        grads = torch.func.grad(lambda at: cross_entropy(functional_call(net, at, data.X), data.y))
        for name, grad in grads(params).items():
            delta, states[name] = rule.update(grad, states[name], params[name], lr=lr, **hyper)
            params[name] = params[name] + delta
    for by_hand in (True, False):
        fleets = fleet(net, data, rule, lr=[lr], steps=30, every=10, by_hand=by_hand, **hyper)
        for name, state in states.items():
            close = partial(torch.testing.assert_close, rtol=1e-12, atol=1e-14)
            close(run.params[name], averaged(state))
            close(fleets.params[name][0], averaged(state))
        close(fleets.test_loss[0], run.test_loss)
    at_the_end = cross_entropy(functional_call(net, run.params, data.X), data.y)
    assert torch.isclose(run.train_loss[-1], at_the_end, rtol=1e-12)


def test_a_fleet_that_diverges_keeps_finite_averages():
    data, net = datasets.moons(60), mlp.MLP((2, 6, 2))
    runs = fleet(net, data, SGD, lr=[0.5, 1e30], steps=20)
    assert runs.losses[0].isfinite().all() and not runs.losses[1, -1].isfinite()
    assert all(param.isfinite().all() for param in runs.params.values())
