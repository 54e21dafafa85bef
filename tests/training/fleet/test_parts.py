"""A fleet in parts: runs that diverge, chunks, executors, interrupts, evaluations."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest
import torch

from dlnotes.gradients import clipping
from dlnotes.optimizers import momentum, sgd
from dlnotes.regularization import weight_decay
from dlnotes.training.data.datasets import curve, moons
from dlnotes.training.fleet import chunks, fleet
from dlnotes.training.loop import train
from dlnotes.training.nets.losses import mean_squared_error
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64

DATA = moons(50, noise=0.2, dtype=DOUBLE)

SEEDS = [3, 0, 7]

WAYS = pytest.mark.parametrize("by_hand", [True, False], ids=["by hand", "by vmap"])


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
