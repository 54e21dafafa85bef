"""Training: a loop written with torch.optim finds the same numbers."""

from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

from dlnotes.core.device import best_device
from dlnotes.core.seeds import generator
from dlnotes.learning_rates.decay import cosine
from dlnotes.optimizers import adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd
from dlnotes.training.data.batches import rows
from dlnotes.training.data.datasets import curve, moons
from dlnotes.training.data.examples import Data
from dlnotes.training.loop import train
from dlnotes.training.nets import losses
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64

DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64

RULES = {
    "sgd": (sgd, {"lr": 0.3}, torch.optim.SGD, {}),
    "momentum": (momentum, {"lr": 0.1, "momentum": 0.8}, torch.optim.SGD, {"momentum": 0.8}),
    "nesterov": (
        nesterov,
        {"lr": 0.1, "momentum": 0.8},
        torch.optim.SGD,
        {"momentum": 0.8, "nesterov": True},
    ),
    "adagrad": (adagrad, {"lr": 0.05}, torch.optim.Adagrad, {}),
    "rmsprop": (rmsprop, {"lr": 0.003, "decay": 0.95}, torch.optim.RMSprop, {"alpha": 0.95}),
    "adam": (
        adam,
        {"lr": 0.01, "beta1": 0.8, "beta2": 0.99},
        torch.optim.Adam,
        {"betas": (0.8, 0.99)},
    ),
    "adamw": (
        adamw,
        {"lr": 0.01, "weight_decay": 0.1},
        torch.optim.AdamW,
        {"weight_decay": 0.1},
    ),
}

DATA = moons(60, noise=0.2, dtype=DOUBLE)


def small(**options):
    return MLP((2, 8, 8, 2), **{"activation": "tanh", "dtype": DOUBLE, "seed": 3} | options)


def by_hand(net, data, steps, optimizer, settings, *, batch_size, seed=0, after=None, extra=None):
    """A training as torch's tutorials write it, on the same batches."""
    net.load_state_dict({name: param.clone() for name, param in net.state_dict().items()})
    optimizer = optimizer(net.parameters(), **settings)
    masks, losses = generator(seed, "masks"), []
    for batch in rows(len(data.X), batch_size, steps, seed):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(data.X[batch], net.masks(batch_size, masks)), data.y[batch])
        losses.append(loss.item())
        (loss + extra(net) if extra else loss).backward()
        if after:
            after(net, optimizer)
        optimizer.step()
    return torch.tensor(losses, dtype=DOUBLE), dict(net.named_parameters())


def assert_same(run, losses, params):
    assert (run.losses - losses).abs().max() <= 1e-12
    for name, param in params.items():
        assert (run.params[name] - param).abs().max() <= 1e-12


@pytest.mark.parametrize("name", RULES)
def test_200_steps_equal_a_loop_with_torch_optim(name):
    rule, hyper, optimizer, settings = RULES[name]
    run = train(small(), DATA, rule, steps=200, batch_size=16, seed=7, **hyper)
    lr = {"lr": hyper["lr"]}
    assert_same(run, *by_hand(small(), DATA, 200, optimizer, settings | lr, batch_size=16, seed=7))
    assert run.losses[-20:].mean() < 0.8 * run.losses[:20].mean()


@pytest.mark.parametrize("norm", ["batch", "layer", "rms"])
def test_norms_and_dropout_equal_a_loop_with_torch_optim(norm):
    net, again = (small(norm=norm, residual=True, dropout=0.3) for _ in range(2))
    run = train(net, DATA, sgd, lr=0.1, steps=100, batch_size=20, seed=2)
    found = by_hand(again, DATA, 100, torch.optim.SGD, {"lr": 0.1}, batch_size=20, seed=2)
    assert_same(run, *found)


def test_a_schedule_gives_each_step_its_learning_rate():
    def schedule(step):
        return cosine(step, lr=0.5, steps=100)

    def after(net, optimizer):
        optimizer.param_groups[0]["lr"] = schedule(after.step)
        after.step += 1

    after.step = 0
    run = train(small(), DATA, sgd, lr=schedule, steps=100, batch_size=16)
    found = by_hand(small(), DATA, 100, torch.optim.SGD, {"lr": 9.0}, batch_size=16, after=after)
    assert_same(run, *found)


def test_a_schedule_is_asked_for_the_steps_in_order():
    asked = []
    train(small(), DATA, sgd, lr=lambda step: asked.append(step) or 0.1, steps=5)
    assert asked[-5:] == [0, 1, 2, 3, 4]


def test_transform_and_penalty_equal_torchs():
    def clipped(grads):
        norm = torch.stack([grad.square().sum() for grad in grads.values()]).sum().sqrt()
        return {name: grad * (0.05 / (norm + 1e-6)).clamp(max=1) for name, grad in grads.items()}

    def penalty(params):
        return 0.01 * sum(param.abs().sum() for param in params.values())

    run = train(
        small(), DATA, sgd, lr=0.5, steps=200, batch_size=10, transform=clipped, penalty=penalty
    )
    found = by_hand(
        small(),
        DATA,
        200,
        torch.optim.SGD,
        {"lr": 0.5},
        batch_size=10,
        after=lambda net, _: nn.utils.clip_grad_norm_(net.parameters(), 0.05),
        extra=lambda net: 0.01 * sum(param.abs().sum() for param in net.parameters()),
    )
    assert_same(run, *found)


def test_without_a_batch_size_every_step_sees_everything():
    net = small()
    run = train(net, DATA, sgd, lr=0.2, steps=3)
    assert run.losses[0] == losses.cross_entropy(net(DATA.X), DATA.y)
    assert torch.equal(run.losses, train(net, DATA, sgd, lr=0.2, steps=3, seed=5).losses)
    assert run.losses[0] == run.train_loss[0]


def test_evaluations_stand_where_they_were_asked_for():
    run = train(small(), DATA, sgd, lr=0.2, steps=10, batch_size=9, every=4)
    assert run.updates.tolist() == [0, 4, 8, 10]
    for updates, at in ((4, 1), (8, 2), (10, 3)):
        shorter = train(small(), DATA, sgd, lr=0.2, steps=updates, batch_size=9)
        output = functional_call(small(), shorter.params, (DATA.X_test,))
        assert run.test_loss[at] == losses.cross_entropy(output, DATA.y_test)
        assert run.test_accuracy[at] == (output.argmax(1) == DATA.y_test).double().mean()
        assert run.train_accuracy[at] == shorter.train_accuracy[-1]
    assert train(small(), DATA, sgd, lr=0.2, steps=10).updates.tolist() == [0, 10]


def test_evaluations_may_be_listed_or_left_out():
    all_of_them = train(small(), DATA, sgd, lr=0.2, steps=10, every=1)
    run = train(small(), DATA, sgd, lr=0.2, steps=10, every=range(3, 9, 2))
    assert run.updates.tolist() == [3, 5, 7]
    assert torch.equal(run.test_loss, all_of_them.test_loss[[3, 5, 7]])
    never = train(small(), DATA, sgd, lr=0.2, steps=10, every=0)
    assert never.updates.tolist() == never.train_loss.tolist() == []
    assert torch.equal(never.losses, run.losses)


def test_who_watches_sees_every_update():
    run = train(small(), DATA, adam, lr=0.2, steps=5, batch_size=9, watch=lambda update: update)
    assert [update.step for update in run.watched] == [0, 1, 2, 3, 4]
    assert all(torch.equal(run.params[name], x) for name, x in run.watched[-1].moved.items())
    for before, after in pairwise(run.watched):
        for name, param in before.params.items():
            delta, state = adam.update(after.grads[name], before.states[name], param, lr=0.2)
            assert torch.equal(after.states[name].v, state.v)
            assert torch.equal(after.params[name], before.moved[name])
            assert torch.equal(after.moved[name], after.params[name] + delta)
    assert train(small(), DATA, adam, lr=0.2, steps=5).watched is None


def test_who_watches_an_interrupted_run_has_seen_what_was_done():
    def stop(update):
        if update.step == 3:
            raise KeyboardInterrupt
        return update.step

    run = train(small(), DATA, sgd, lr=0.2, steps=9, watch=stop)
    assert run.watched == [0, 1, 2] and len(run.losses) == 3 and run.interrupted


def test_batch_norm_is_evaluated_with_the_statistics_of_the_training_part():
    net = MLP((2, 8, 2), norm="batch", dtype=DOUBLE)
    run = train(net, DATA, sgd, lr=0.1, steps=20, batch_size=16)
    torchs = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8, momentum=None), nn.ReLU())
    torchs = nn.Sequential(*torchs, nn.Linear(8, 2)).double()
    names = ("layers.0.weight", "layers.0.bias", "norms.0.scale", "norms.0.shift")
    values = [run.params[name] for name in (*names, "layers.1.weight", "layers.1.bias")]
    with torch.no_grad():
        for param, value in zip(torchs.parameters(), values, strict=True):
            param.copy_(value)
        torchs(DATA.X)
        torchs[1].running_var.mul_(59 / 60)  # torch keeps the unbiased variance
        torchs.eval()
        assert torch.allclose(F.cross_entropy(torchs(DATA.X), DATA.y), run.train_loss[-1])
        loss = F.cross_entropy(torchs(DATA.X_test), DATA.y_test)
        assert torch.allclose(loss, run.test_loss[-1], rtol=1e-12)


def test_the_net_is_left_as_it_was_and_can_take_the_result():
    net = small()
    before = {name: param.clone() for name, param in net.state_dict().items()}
    run = train(net, DATA, adam, lr=0.01, steps=30)
    assert all(torch.equal(before[name], param) for name, param in net.state_dict().items())
    net.load_state_dict(run.params)
    assert torch.equal(losses.cross_entropy(net(DATA.X), DATA.y).detach(), run.train_loss[-1])


def test_the_seed_decides():
    settings = {"lr": 0.1, "steps": 9, "batch_size": 8}
    runs = [train(small(dropout=0.5), DATA, sgd, seed=seed, **settings) for seed in (1, 1, 2)]
    assert torch.equal(runs[0].losses, runs[1].losses)
    assert not torch.equal(runs[0].losses, runs[2].losses)


def test_targets_have_no_accuracy_and_any_module_can_be_trained():
    data = curve(40, shape="cubic", dtype=DOUBLE)
    net = nn.Sequential(nn.Linear(1, 12), nn.Tanh(), nn.Linear(12, 1)).double()
    run = train(net, data, adam, lr=0.05, steps=300, loss=losses.mean_squared_error)
    assert run.train_accuracy is None and run.test_accuracy is None
    assert run.train_loss[-1] < 0.05 < run.train_loss[0]


def test_a_parameter_without_dimensions_keeps_float32():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.slope = nn.Parameter(torch.tensor(0.5))

        def forward(self, X):
            return self.slope * X

    run = train(Scaled(), curve(20), adam, lr=0.1, steps=5, loss=losses.mean_squared_error)
    assert run.params["slope"].dtype == torch.float32 and run.losses.dtype == torch.float32


@pytest.mark.parametrize("device", DEVICES)
def test_every_device_gives_the_same_numbers(device):
    here = train(small(dropout=0.2), DATA, adam, lr=0.01, steps=50, batch_size=16)
    net = small(dropout=0.2, device=device)
    there = train(net, DATA.to(device), adam, lr=0.01, steps=50, batch_size=16)
    assert there.losses.device.type == device
    assert torch.allclose(there.losses.cpu(), here.losses, rtol=0, atol=1e-10)


def test_a_plain_tuple_of_four_will_do():
    run = train(small(), tuple(DATA), sgd, lr=0.1, steps=2)
    assert torch.equal(run.losses, train(small(), Data(*DATA), sgd, lr=0.1, steps=2).losses)
