"""A fleet does, run by run, what the plain loop does."""

from functools import partial

import pytest
import torch
from torch import nn

from dlnotes.core.device import best_device
from dlnotes.core.protocols import is_elementwise
from dlnotes.gradients import clipping
from dlnotes.learning_rates.decay import cosine
from dlnotes.optimizers import adam, momentum, muon, sgd
from dlnotes.regularization import penalties
from dlnotes.training.data.datasets import curve, moons
from dlnotes.training.fleet import fleet
from dlnotes.training.fleet.members import first_params, listed
from dlnotes.training.loop import train
from dlnotes.training.nets.losses import hinge, mean_squared_error
from dlnotes.training.nets.mlp import MLP
from tests.contracts import rules as table

DOUBLE = torch.float64

DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64

DATA = moons(50, noise=0.2, dtype=DOUBLE)

SEEDS = [3, 0, 7]

WAYS = pytest.mark.parametrize("by_hand", [True, False], ids=["by hand", "by vmap"])

RULES = {name: row for name, row in table.RULES.items() if not row.matrix}

RULES |= {"coupled(adam)": table.EVERY["coupled(adam)"]}

# a rule that sees a whole parameter goes by vmap
ROUTES = [(name, False) for name in RULES]

ROUTES += [(name, True) for name, row in RULES.items() if is_elementwise(row.rule)]


def net(**options):
    return MLP((2, 8, 8, 2), **{"activation": "tanh", "dtype": DOUBLE} | options)


def one(value, run):
    return value[run] if isinstance(value, list) else value


def alone(rule, run, seeds=SEEDS, data=DATA, options=None, **settings):
    """The same run by the plain loop."""
    seed = one(seeds, run)
    mine = net(**options or {}, seed=seed)
    return train(mine, data, rule, seed=seed, **{k: one(x, run) for k, x in settings.items()})


def assert_run(runs, run, wanted, tolerance=1e-12):
    for name in ("losses", "train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        mine, theirs = getattr(runs, name), getattr(wanted, name)
        if theirs is None:
            assert mine is None
        else:
            torch.testing.assert_close(mine[run], theirs, rtol=0, atol=tolerance)
    assert torch.equal(runs.updates, wanted.updates)
    assert list(runs.params) == list(wanted.params)
    for name, param in wanted.params.items():
        torch.testing.assert_close(runs.params[name][run], param, rtol=0, atol=tolerance)


def assert_equals_loop(rule, *, by_hand=None, data=DATA, options=None, chunk=None, **settings):
    settings = {"steps": 30, "batch_size": 16} | settings
    more = {"seeds": SEEDS, "by_hand": by_hand, "chunk": chunk}
    runs = fleet(net(**options or {}), data, rule, **more, **settings)
    assert runs.losses.shape == (3, settings["steps"]) and not runs.interrupted
    for run in range(3):
        assert_run(runs, run, alone(rule, run, data=data, options=options, **settings))
    return runs


@pytest.mark.parametrize(("name", "by_hand"), ROUTES)
def test_every_rule_equals_the_loop(name, by_hand):
    """Every hyperparameter differs from run to run."""
    row = RULES[name]
    settings = {key: [value, 0.95 * value, 1.05 * value] for key, value in row.settings.items()}
    assert_equals_loop(row.rule, by_hand=by_hand, every=10, **settings)


class Bilinear(nn.Module):
    """A net of matrices alone, for a rule that takes nothing else."""

    def __init__(self):
        super().__init__()
        source = torch.Generator().manual_seed(5)
        for name in ("inner", "outer"):
            value = torch.randn(2, 2, generator=source, dtype=DOUBLE)
            self.register_parameter(name, nn.Parameter(value))

    def forward(self, X):
        return torch.tanh(X @ self.inner) @ self.outer


def test_any_module_starts_every_run_from_the_weights_it_has():
    settings = {"steps": 12, "batch_size": 10}
    runs = fleet(Bilinear(), DATA, muon, lr=[0.01, 0.1], seeds=[4, 9], **settings)
    for run, (lr, seed) in enumerate([(0.01, 4), (0.1, 9)]):
        assert_run(runs, run, train(Bilinear(), DATA, muon, lr=lr, seed=seed, **settings))


@WAYS
@pytest.mark.parametrize(
    "options", [{"activation": "relu"}, {"activation": "gelu", "init": "glorot"}]
)
def test_nets_equal_the_loop(options, by_hand):
    assert_equals_loop(adam, by_hand=by_hand, options=options, lr=0.01)


@pytest.mark.parametrize(
    "options",
    [
        {"dropout": 0.4},
        {"norm": "layer", "residual": True},
        {"norm": "rms"},
        {"norm": "batch", "dropout": 0.2, "activation": "relu"},
    ],
    ids=["dropout", "layer norm, residual", "rms norm", "batch norm, dropout"],
)
@pytest.mark.parametrize("sizes", [16, [16, 50, 3]], ids=["equal batches", "own batches"])
def test_masks_norms_and_residuals_equal_the_loop(options, sizes):
    # a bias before batch norm has no gradient but rounding, which Adam would blow up to full steps
    assert_equals_loop(momentum, options=options, lr=0.05, batch_size=sizes, every=15)


@WAYS
def test_own_batch_sizes_are_smaller_batches(by_hand):
    runs = assert_equals_loop(sgd, by_hand=by_hand, lr=0.1, batch_size=[5, 50, 1])
    full = runs.losses[1]
    assert torch.equal(full, full.sort(descending=True).values)  # no noise is left in it


@WAYS
def test_targets_equal_the_loop(by_hand):
    data = curve(40, dtype=DOUBLE)
    sizes, settings = (data.X.shape[1], 6, data.y.shape[1]), {"steps": 20, "batch_size": 8}
    settings |= {"loss": mean_squared_error, "lr": 0.05}
    first = MLP(sizes, dtype=DOUBLE)
    runs = fleet(first, data, adam, seeds=[1, 2], by_hand=by_hand, **settings)
    for run, seed in enumerate([1, 2]):
        wanted = train(MLP(sizes, dtype=DOUBLE, seed=seed), data, adam, seed=seed, **settings)
        assert_run(runs, run, wanted)


def test_any_loss_equals_the_loop():
    data, settings = DATA, {"steps": 10, "loss": hinge, "lr": 0.1, "batch_size": 10}
    first = partial(MLP, (2, 5, 1), dtype=DOUBLE)
    runs = fleet(first(), data, sgd, seeds=[1, 2], **settings)
    for run, seed in enumerate([1, 2]):
        assert_run(runs, run, train(first(seed=seed), data, sgd, seed=seed, **settings))


@WAYS
def test_schedules_transforms_and_penalties_equal_the_loop(by_hand):
    assert_equals_loop(
        momentum,
        by_hand=by_hand,
        lr=partial(cosine, lr=0.5, steps=30),
        transform=partial(clipping.by_norm, max_norm=0.1),
        penalty=partial(penalties.l2, strength=0.05),
    )


def test_a_schedule_may_give_every_run_its_own_rate():
    highest = [0.1, 0.5, 0.02]
    many = partial(cosine, lr=torch.tensor(highest, dtype=DOUBLE), steps=20)
    runs = fleet(net(), DATA, sgd, lr=many, steps=20, batch_size=16, seeds=SEEDS)
    for run, lr in enumerate(highest):
        rate = partial(cosine, lr=lr, steps=20)
        assert_run(runs, run, alone(sgd, run, lr=rate, steps=20, batch_size=16))


@WAYS
def test_single_precision_equals_the_loop(by_hand):
    data = moons(50, noise=0.2)
    first = partial(MLP, (2, 8, 8, 2))
    settings = {"lr": 0.01, "steps": 20, "batch_size": 16}
    runs = fleet(first(), data, adam, seeds=SEEDS, by_hand=by_hand, **settings)
    assert runs.losses.dtype == runs.params["layers.0.weight"].dtype == torch.float32
    for run, seed in enumerate(SEEDS):
        wanted = train(first(seed=seed), data, adam, seed=seed, **settings)
        assert_run(runs, run, wanted, tolerance=1e-5)


@pytest.mark.parametrize("device", DEVICES)
@WAYS
def test_devices_agree(device, by_hand):
    there = fleet(
        net(device=device), DATA.to(device), adam, lr=0.01, steps=20, seeds=SEEDS, by_hand=by_hand
    )
    assert there.losses.device.type == there.params["layers.0.bias"].device.type == device
    here = fleet(net(), DATA, adam, lr=0.01, steps=20, seeds=SEEDS, by_hand=by_hand)
    torch.testing.assert_close(there.losses.cpu(), here.losses, rtol=0, atol=1e-10)


def test_first_weights_are_those_of_a_net_with_the_seed():
    kinds = [{"norm": "batch"}, {"init": "orthogonal", "dtype": torch.float32}, {"norm": "rms"}]
    for options in kinds:
        trained = net(**options)
        for param in trained.parameters():
            param.data.add_(1.0)  # what a net has learned does not matter
        first = first_params(trained, [4, 0, 4])
        for run, seed in enumerate([4, 0, 4]):
            for name, param in net(**options, seed=seed).named_parameters():
                assert torch.equal(first[name][run], param)


def test_the_net_keeps_its_weights():
    mine = net(seed=1)
    before = [param.clone() for param in mine.parameters()]
    fleet(mine, DATA, sgd, lr=0.5, steps=3, seeds=[1, 2])
    assert all(map(torch.equal, before, mine.parameters()))


@pytest.mark.parametrize("values", [(0.1, 0.2), torch.tensor([0.1, 0.2], dtype=DOUBLE), [0.1, 0.2]])
def test_one_value_a_run_may_come_in_any_kind(values):
    runs = fleet(net(), DATA, sgd, lr=values, steps=3)
    assert_run(runs, 1, alone(sgd, 1, seeds=0, lr=0.2, steps=3))
    assert fleet(net(), DATA, momentum, lr=0.1, momentum=values, steps=3).losses.shape == (2, 3)
    assert listed("seeds", torch.arange(2)) == [0, 1]


def test_one_of_everything_is_one_run():
    assert_run(fleet(net(), DATA, sgd, lr=0.3, steps=5), 0, alone(sgd, 0, seeds=0, lr=0.3, steps=5))
