"""Batches deal out every example once, and the one loop is all three algorithms."""

from collections import Counter
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.optimizers import sgd
from dlnotes.sections.optimizers.gradient_descent.experiments import (
    batches,
    descend,
    stability_limit,
)
from dlnotes.training.data.tasks import gradient, least_squares, loss
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import Landscape

SIZES = st.tuples(st.integers(1, 40), st.integers(1, 40)).map(lambda two: (max(two), min(two)))
TASK = least_squares(60, condition=10)
DATA = (gradient, TASK.X, TASK.y, (0.0, 0.0))


def away(points: torch.Tensor) -> torch.Tensor:
    return (points - TASK.minimum).norm(dim=-1)


@given(sizes=SIZES, epochs=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_every_epoch_deals_out_every_example_once(sizes, epochs, seed):
    examples, size = sizes
    dealt = list(batches(examples, size, epochs=epochs, seed=seed))
    assert len(dealt) == epochs * -(-examples // size)
    whole, rest = divmod(examples, size)
    assert [len(rows) for rows in dealt] == ([size] * whole + [rest] * (rest > 0)) * epochs
    for epoch in torch.cat(dealt).split(examples):
        assert sorted(epoch.tolist()) == list(range(examples))


def test_every_epoch_is_shuffled_anew():
    orders = torch.cat(list(batches(50, 7, epochs=4))).split(50)
    assert all(not torch.equal(one, other) for one, other in pairwise(orders))


def test_seed_decides_the_order():
    first, again, other = (torch.cat(list(batches(50, 7, seed=seed))) for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_every_order_is_as_likely_as_any_other():
    orders = torch.cat(list(batches(3, 3, epochs=6000))).split(3)
    counts = Counter(tuple(order.tolist()) for order in orders)
    assert len(counts) == 6
    assert all(abs(count - 1000) < 150 for count in counts.values())  # 5 standard deviations


def test_with_replacement_examples_repeat_and_all_are_drawn():
    epochs = torch.cat(list(batches(40, 6, epochs=100, replacement=True))).split(40)
    assert all(len(set(epoch.tolist())) < 40 for epoch in epochs)
    assert set(torch.cat(epochs).tolist()) == set(range(40))


def test_seeds_side_by_side_are_the_seeds_alone():
    together = batches(10, 4, epochs=2, seed=(3, 8))
    alone = zip(batches(10, 4, epochs=2, seed=3), batches(10, 4, epochs=2, seed=8), strict=True)
    for rows, pair in zip(together, alone, strict=True):
        assert torch.equal(rows, torch.stack(pair))


def test_full_batch_is_descent_on_the_loss():
    run = descend(*DATA, lr=0.1, batch_size=60, epochs=25)
    surface = Landscape(lambda *w: loss(torch.stack(w, -1), TASK.X, TASK.y), (1.0, 1.0))
    torch.testing.assert_close(run.path, trajectory(sgd, surface, (0.0, 0.0), steps=25, lr=0.1))
    assert run.read.tolist() == [60 * t for t in range(26)]


@pytest.mark.parametrize("size", [1, 7, 60])
def test_every_step_is_the_formula(size):
    run = descend(*DATA, lr=0.02, batch_size=size, epochs=2, seed=4)
    dealt = list(batches(60, size, epochs=2, seed=4))
    assert len(run.path) == len(dealt) + 1
    for rows, before, after, read in zip(
        dealt, run.path, run.path[1:], run.read.diff(), strict=False
    ):
        x, y = TASK.X[rows], TASK.y[rows]
        wanted = before - 0.02 * x.T @ (x @ before - y) / len(rows)
        torch.testing.assert_close(after, wanted, rtol=1e-12, atol=1e-12)
        assert read == len(rows)


def test_runs_of_several_seeds_equal_each_run_alone():
    together = descend(*DATA, lr=0.02, batch_size=8, epochs=3, seed=range(4))
    assert together.path.shape == (4, 3 * 8 + 1, 2)
    for seed, path in enumerate(together.path):
        alone = descend(*DATA, lr=0.02, batch_size=8, epochs=3, seed=seed)
        torch.testing.assert_close(path, alone.path, rtol=1e-13, atol=1e-13)
        assert torch.equal(alone.read, together.read)


def test_small_steps_reach_the_solution_of_least_squares():
    run = descend(*DATA, lr=1e-3, batch_size=10, epochs=2000)
    solution = torch.linalg.lstsq(TASK.X, TASK.y).solution
    torch.testing.assert_close(run.path[-1], solution, rtol=0, atol=5e-3)


def test_the_noise_floor_falls_with_the_learning_rate_and_the_batch():
    def floor(lr: float, size: int) -> float:
        run = descend(*DATA, lr=lr, batch_size=size, epochs=300, seed=range(5), replacement=True)
        return away(run.path[:, len(run.read) // 2 :]).square().mean().item()

    high, slow, large = floor(0.02, 1), floor(0.005, 1), floor(0.02, 20)
    assert slow < high / 2 and large < high / 10


@settings(deadline=None, max_examples=20)
@given(condition=st.floats(1, 50), seed=st.integers(0, 100))
def test_the_stability_limit_divides_convergence_from_divergence(condition, seed):
    task = least_squares(30, condition, seed=seed)
    limit = stability_limit(condition)
    plan = {"batch_size": 30, "epochs": 400}
    ends = [
        descend(gradient, task.X, task.y, (0, 3), lr=factor * limit, **plan).path[-1]
        for factor in (0.98, 1.02)
    ]
    inside, outside = ((end - task.minimum)[1].abs().item() for end in ends)
    assert inside < 0.01 and outside > 100


def test_float32_data_stay_float32():
    run = descend(gradient, TASK.X.float(), TASK.y.float(), (0, 0), lr=0.1, batch_size=20, epochs=1)
    assert run.path.dtype == torch.float32


@pytest.mark.parametrize(
    "call, error, message",
    [
        (
            lambda: list(batches(10, 11)),
            ValueError,
            "`batch_size` must be at most `examples`, got batch_size=11 and examples=10; "
            "use batch_size=10 for the full batch.",
        ),
        (lambda: list(batches(10, 0)), ValueError, "`batch_size` must be at least 1, got 0."),
        (lambda: list(batches(10, 2.5)), TypeError, "`batch_size` must be a whole number, got 2.5"),
        (lambda: list(batches(10, 2, epochs=0)), ValueError, "`epochs` must be at least 1, got 0."),
        (
            lambda: descend(*DATA, lr=0, batch_size=1, epochs=1),
            ValueError,
            "`lr` must be greater than 0, got 0.",
        ),
        (lambda: stability_limit(0), ValueError, "`curvature` must be greater than 0, got 0."),
    ],
)
def test_wrong_arguments_are_named(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)
