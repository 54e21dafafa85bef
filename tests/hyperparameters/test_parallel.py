"""Trials side by side: the same results on every executor, in whatever order they end."""

import math
import operator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from threading import Event

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.bayesian import bayesian_search
from dlnotes.hyperparameters.designs import chance, grid, sobol
from dlnotes.hyperparameters.halving import successive_halving
from dlnotes.hyperparameters.heuristics import annealed, evolved
from dlnotes.hyperparameters.parallel import side_by_side
from dlnotes.optimizers import sgd
from dlnotes.training.data import datasets
from dlnotes.training.loop import train
from dlnotes.training.nets.mlp import MLP
from tests.snippets import snippets


@contextmanager
def cluster():
    from distributed import Client

    with Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as one:
        yield one.get_executor(pure=False)


KINDS = {
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
    "dask": cluster,
}


@pytest.fixture(params=KINDS)
def executor(request):
    with KINDS[request.param]() as executor:
        yield executor


def searched(executor):
    """All searches; the trials are functions that every process knows."""
    product = side_by_side(math.prod, executor)
    yield product(grid([3, 4])), product(chance(9, 2, seeded(0))), product(sobol(8, 3, 0))
    yield bayesian_search(product, chance(50, 2, seeded(0)), 9, together=2)
    yield annealed(product, 2, 5, seeded(0))
    yield evolved(product, 2, 10, seeded(0))
    rounds = successive_halving(side_by_side(operator.truediv, executor), 9, low=1, high=9)
    yield [part for one in rounds for part in (one.settings, one.losses)]


def test_executors_do_not_matter(executor):
    for here, there in zip(searched(None), searched(executor), strict=True):
        assert all(torch.equal(*pair) for pair in zip(here, there, strict=True))


def trained(place):
    net = MLP((2, 8, 2), seed=0)
    return train(net, datasets.moons(60), sgd, lr=10 ** place[0], steps=5).losses[-1].item()


@pytest.mark.parametrize("kind", ["threads", "dask"])
def test_nets_trained_side_by_side_do_not_meet(kind):
    places = grid([6])
    alone = [trained(place) for place in places.tolist()]
    with KINDS[kind]() as executor:
        for _ in range(3):  # a race shows up now and then
            assert side_by_side(trained, executor)(places).tolist() == alone


def test_the_lines_for_a_cluster_run():
    from distributed import LocalCluster

    (lines,) = snippets("hyperparameters/grid_or_random")
    names = {"side_by_side": side_by_side, "trial": sum, "places": grid([2, 2])}
    with LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster:
        exec(lines, names | {"address": cluster.scheduler_address}, names)
    assert names["far"].tolist() == [0, 1, 1, 2]


def test_results_keep_their_order_whoever_ends_first():
    second = Event()

    def trial(number, budget):
        assert second.wait(10) if number == 0 else not second.set()
        return budget + number

    with ThreadPoolExecutor(2) as executor:
        found = side_by_side(trial, executor)(torch.arange(2), 0.5)
    assert found.tolist() == [0.5, 1.5] and found.dtype == torch.float64


def test_what_is_asked_at_once_is_tried_at_once():
    batches = []

    def objective(many, *shared):
        batches.append(len(many))
        return side_by_side(lambda place, *_: sum(place))(many, *shared)

    bayesian_search(objective, chance(50, 2, seeded(0)), 7)
    assert batches == [4, 1, 1, 1]
    batches.clear()
    bayesian_search(objective, chance(50, 2, seeded(0)), 12, together=3)
    assert batches == [4, 3, 3, 2]
    batches.clear()
    successive_halving(lambda who, budget: objective(who[:, None], budget), 27, low=1, high=27)
    assert batches == [27, 9, 3, 1]


def test_settings_by_name_and_none_at_all():
    trial = side_by_side(lambda setting: setting["lr"])
    assert trial([{"lr": 0.5}, {"lr": math.nan}])[0] == 0.5
    assert trial([]).shape == (0,)


def test_what_a_trial_raises_is_raised(executor):
    with pytest.raises(ZeroDivisionError):
        side_by_side(operator.truediv, executor)(torch.arange(3), 0)
