"""A fleet does, run by run, what the plain loop does."""

import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from dlnotes.core.device import best_device
from dlnotes.core.protocols import is_elementwise
from dlnotes.gradients import clipping
from dlnotes.learning_rates.decay import cosine
from dlnotes.optimizers import adafactor, adam, momentum, muon, sgd
from dlnotes.regularization import penalties, weight_decay
from dlnotes.training.data.datasets import curve, moons
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import chunks, fleet
from dlnotes.training.fleet.members import first_params, listed
from dlnotes.training.loop import train
from dlnotes.training.nets.losses import cross_entropy, hinge, mean_squared_error
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


# run by run


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


# divergence


@WAYS
def test_a_run_that_diverges_ends_and_no_other_notices(by_hand):
    data = curve(40, dtype=DOUBLE)
    first = partial(MLP, (data.X.shape[1], 6, data.y.shape[1]), activation="identity", dtype=DOUBLE)
    settings = {"steps": 400, "loss": mean_squared_error, "by_hand": by_hand, "every": 100}
    runs = fleet(first(), data, sgd, lr=[0.01, 9.0, 0.02], seeds=SEEDS, **settings)
    bad = ~runs.losses[1].isfinite()
    start = int(bad.nonzero()[0])
    assert 3 < start < 390 and bad[start:].all()
    assert len({repr(x) for x in runs.losses[1, start:].tolist()}) == 1  # one inf or one NaN
    assert all(param[1].isfinite().all() for param in runs.params.values())
    calm = fleet(first(), data, sgd, lr=[0.01, 0.02], seeds=[3, 7], **settings)
    for here, there in ((0, 0), (2, 1)):
        assert torch.equal(runs.losses[here], calm.losses[there])
    wanted = train(first(seed=0), data, sgd, lr=9.0, steps=start, seed=0, loss=mean_squared_error)
    torch.testing.assert_close(runs.losses[1, :start], wanted.losses, rtol=1e-9, atol=0)


@WAYS
def test_parameters_that_overflow_are_not_taken(by_hand):
    """The loss is finite, the step is not: the run ends before it, with NaN from there on."""
    first = partial(MLP, (2, 4, 2), dtype=torch.float32)
    data = moons(20)
    runs = fleet(first(), data, sgd, lr=[0.1, 1e39], steps=4, by_hand=by_hand)
    assert runs.losses[1, 0].isfinite() and runs.losses[1, 1:].isnan().all()
    wanted = dict(first().named_parameters())
    for name, param in runs.params.items():
        assert torch.equal(param[1], wanted[name]) and not torch.equal(param[0], param[1])


# chunks, executors, interrupts


@pytest.mark.parametrize("chunk", [1, 2, 4, 5, 100])
@WAYS
def test_chunks_do_not_matter(chunk, by_hand):
    settings = {"lr": [0.1, 0.2, 0.3, 0.4, 0.5], "seeds": range(5), "batch_size": [9, 8, 7, 6, 5]}
    settings |= {"steps": 12, "every": 5, "by_hand": by_hand}
    runs = fleet(net(), DATA, momentum, chunk=chunk, **settings)
    whole = fleet(net(), DATA, momentum, chunk=5, **settings)
    assert runs.updates.tolist() == [0, 5, 10, 12]
    for run in range(5):
        there = whole._replace(params={})
        mine = runs._replace(params={})
        for a, b in zip(mine[:6], there[:6], strict=True):
            torch.testing.assert_close(a, b, rtol=0, atol=1e-12)
        for name, param in whole.params.items():
            torch.testing.assert_close(runs.params[name][run], param[run], rtol=0, atol=1e-12)


def test_chunks_are_about_equal_and_fit(monkeypatch):
    seen = []
    original = chunks.train_chunk

    def spy(work, runs, tick=None):
        seen.append(len(runs.seeds))
        return original(work, runs, tick)

    monkeypatch.setattr(chunks, "train_chunk", spy)
    monkeypatch.setattr(chunks, "CACHE", 20 * 9 * 1000)
    fleet(net(), DATA, sgd, lr=0.1, steps=1, seeds=range(130))
    assert len(set(seen)) == 1 and 130 <= sum(seen) < 130 + len(seen) and len(seen) > 1


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_executors_do_not_matter(kind):
    settings = {"lr": [0.1, 0.2, 0.3, 0.4, 0.5], "seeds": range(5), "steps": 8, "chunk": 2}
    settings |= {"batch_size": 10, "transform": partial(clipping.by_value, limit=0.01)}
    rule = weight_decay.coupled(momentum)
    here = fleet(net(), DATA, rule, weight_decay=0.1, **settings)
    pool = {
        "threads": lambda: ThreadPoolExecutor(2),
        "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
    }
    with pool[kind]() as executor:
        for _ in range(10 if kind == "threads" else 1):  # a race shows up now and then
            there = fleet(net(), DATA, rule, weight_decay=0.1, executor=executor, **settings)
            assert torch.equal(here.losses, there.losses)
            assert torch.equal(here.test_accuracy, there.test_accuracy)
            assert all(torch.equal(here.params[name], there.params[name]) for name in here.params)


def stop_after(calls):
    """A schedule is called beforehand; a transform once a step: here is where Ctrl-C comes in."""
    count = iter(range(calls))

    def transform(grads):
        if next(count, None) is None:
            raise KeyboardInterrupt
        return grads

    return transform


def test_an_interrupt_returns_what_was_done(capsys):
    settings = {"lr": 0.1, "seeds": range(5), "steps": 10, "chunk": 2, "every": 5}
    whole = fleet(net(), DATA, sgd, **settings)
    runs = fleet(net(), DATA, sgd, transform=stop_after(10 + 7), **settings)
    assert runs.interrupted and not whole.interrupted
    assert "2" in capsys.readouterr().out
    assert torch.equal(runs.losses[:2], whole.losses[:2])
    assert torch.equal(runs.losses[2:4, :7], whole.losses[2:4, :7])
    assert runs.losses[2:4, 7:].isnan().all() and runs.losses[4].isnan().all()
    assert torch.equal(runs.test_loss[2:4, :2], whole.test_loss[2:4, :2])
    assert runs.test_loss[2:4, 2].isnan().all() and runs.test_loss[4].isnan().all()
    for name, param in fleet(net(), DATA, sgd, **{**settings, "steps": 7}).params.items():
        assert torch.equal(runs.params[name][2:4], param[2:4])
        assert runs.params[name][4].isnan().all()


def test_an_interrupt_while_others_work_returns_what_came_in(monkeypatch, capsys):
    settings = {"lr": 0.1, "seeds": range(6), "steps": 5, "chunk": 2}
    whole = fleet(net(), DATA, sgd, **settings)
    original = chunks.as_completed

    def interrupted(futures):
        yield next(iter(original(futures)))
        raise KeyboardInterrupt

    monkeypatch.setattr(chunks, "as_completed", interrupted)
    with ThreadPoolExecutor(1) as executor:
        runs = fleet(net(), DATA, sgd, executor=executor, **settings)
    assert runs.interrupted and capsys.readouterr().out
    done = runs.losses[:, 0].isfinite()
    assert done.sum() == 2 and torch.equal(runs.losses[done], whole.losses[done])


def test_progress_can_be_shown(capsys):
    fleet(net(), DATA, sgd, lr=0.1, steps=3, seeds=range(4), chunk=2, progress=True)
    assert "fleet: 100%" in capsys.readouterr().err
    fleet(net(), DATA, sgd, lr=0.1, steps=3, progress=False)
    assert capsys.readouterr().err == ""


def test_evaluation_can_be_left_out():
    runs = fleet(net(), DATA, sgd, lr=0.1, steps=3, seeds=range(4), every=0)
    assert runs.test_loss.shape == runs.train_accuracy.shape == (4, 0) and len(runs.updates) == 0


@WAYS
def test_evaluations_may_be_listed(by_hand):
    assert_equals_loop(sgd, by_hand=by_hand, lr=0.1, every=(0, 7, 29))


# bad input


@pytest.mark.parametrize(
    "wrong, kind, message",
    [
        ({"lr": [0.1, 0.2], "seeds": range(3)}, ValueError, "got lr 2, seeds 3"),
        ({"momentum": [0.9] * 4, "batch_size": [1, 2]}, ValueError, "batch_size 2, momentum 4"),
        ({"lr": [0.1, -0.2]}, ValueError, r"`lr` of momentum must be at least 0, got -0\.2"),
        ({"lr": math.nan}, ValueError, "`lr` of momentum must be at least 0, got nan"),
        ({"momentum": [0.9, math.nan]}, ValueError, "`momentum` of momentum must be at least 0"),
        ({"momentum": []}, ValueError, r"`momentum` must hold one number a run, got \[\]"),
        ({"momentum": [[0.9]]}, ValueError, "`momentum` must hold one number a run"),
        ({"beta1": 0.9}, TypeError, "`beta1` must be a hyperparameter of momentum"),
        ({"batch_size": [4, 51]}, ValueError, "got batch_size=51 and 50 examples"),
        ({"batch_size": [4, 0]}, ValueError, "`batch_size` must be at least 1, got 0"),
        ({"batch_size": 2.5}, TypeError, r"`batch_size` must be a whole number, got 2\.5"),
        ({"batch_size": True}, TypeError, "`batch_size` must be a whole number, got True"),
        ({"seeds": None}, TypeError, "`seeds` must be a whole number, got None"),
        ({"lr": []}, ValueError, r"`lr` must hold one number a run, got \[\]"),
        ({"lr": (0.1, -0.2)}, ValueError, r"`lr` of momentum must be at least 0, got -0\.2"),
        ({"lr": torch.ones(2, 2)}, ValueError, "`lr` must hold one number a run"),
        ({"lr": "0.1"}, TypeError, "`lr` of momentum must be a number or a tensor, got '0.1'"),
        ({"lr": [True]}, ValueError, r"`lr` must hold one number a run, got \[True\]"),
        ({"lr": lambda step: 0.1 - step}, ValueError, r"0 at every step, got -0\.9 at step 1"),
        ({"batch_size": [4, 8], "loss": F.cross_entropy}, ValueError, "got cross_entropy"),
        ({"batch_size": [4, 8], "loss": lambda output, y: output.sum()}, ValueError, "TypeError"),
        ({"seeds": [0, -1]}, ValueError, "`seed` must be at least 0, got -1"),
        ({"steps": 0}, ValueError, "`steps` must be at least 1, got 0"),
        ({"every": -1}, ValueError, "`every` must be at least 0, got -1"),
        ({"chunk": 0}, ValueError, "`chunk` must be at least 1, got 0"),
        ({"transform": lambda grads: None}, ValueError, "must give back all .*NoneType; end it"),
        (
            {"transform": lambda grads: dict(list(grads.items())[:1]), "by_hand": False},
            ValueError,
            "must give back all .*, got layers.0.weight; end",
        ),
        ({"transform": 3}, TypeError, "`transform` must be a function, got 3"),
        ({"penalty": 0.1}, TypeError, "`penalty` must be a function, got 0.1"),
    ],
)
def test_wrong_arguments_are_named(wrong, kind, message):
    with pytest.raises(kind, match=message) as error:
        fleet(net(), DATA, momentum, **{"lr": 0.1, "steps": 2} | wrong)
    assert "\n" not in str(error.value)


def test_what_cannot_go_by_hand_says_so():
    for options, rule in (({"norm": "layer"}, sgd), ({}, adafactor)):
        with pytest.raises(ValueError, match="`by_hand` must be left out here, got True"):
            fleet(net(**options), DATA, rule, lr=0.1, steps=2, by_hand=True)


def test_mixed_devices_and_dtypes_are_named():
    with pytest.raises(ValueError, match="`net` and `data` must share one dtype"):
        fleet(net(), moons(20), sgd, lr=0.1, steps=2)
    with pytest.raises(ValueError, match="`net` and `data` must share one device"):
        fleet(net(device="meta"), DATA, sgd, lr=0.1, steps=2)


@WAYS
def test_a_loss_that_is_nan_from_the_start_is_named(by_hand):
    X = DATA.X.clone()
    X[:, 0] = math.nan
    broken = Data(X, *DATA[1:])
    with pytest.raises(ValueError, match=r"The loss is nan before the first update; 50 entries"):
        fleet(net(), broken, sgd, lr=0.1, steps=2, seeds=[1, 2], by_hand=by_hand)


def test_what_cannot_travel_to_another_process_is_named():
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor,
        pytest.raises(TypeError, match="`executor` must be handed things that can be pickled"),
    ):
        fleet(
            net(), DATA, sgd, lr=0.1, steps=2, loss=lambda *a: cross_entropy(*a), executor=executor
        )
