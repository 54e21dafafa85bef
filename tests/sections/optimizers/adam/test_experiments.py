"""Adam's section: how long a step can be, and what is left of Adam without its correction."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.optimizers import adafactor, adam, adam_uncorrected, muon, rmsprop
from dlnotes.sections.optimizers.adam.experiments import (
    ceiling,
    correction,
    leak,
    off_torch,
    quoted_bound,
    rest,
    steepest,
    step_bound,
    steps,
    training_steps,
)
from dlnotes.sections.optimizers.adam.sparse_gradients import at_best, left_over
from dlnotes.training.data.batches import rows
from dlnotes.training.data.datasets import digits
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64
FAIR = {"beta1": st.floats(0, 0.95), "beta2": st.floats(0.92, 0.9999)}  # beta1² < beta2
quick = settings(max_examples=40, deadline=None, derandomize=True)


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)


# Without its correction


@given(**FAIR, seed=st.integers(0, 1000))
@quick
def test_bias_correction_is_a_learning_rate_schedule(beta1, beta2, seed):
    grads, hyper = normal(30, 2, seed=seed), {"beta1": beta1, "beta2": beta2, "eps": 0.0}
    schedule = correction(torch.arange(1, 31), beta1, beta2)[:, None]
    scheduled = schedule * steps(adam_uncorrected, grads, **hyper)
    assert torch.allclose(scheduled, steps(adam, grads, **hyper), rtol=1e-9)


def test_uncorrected_steps_on_a_steady_gradient():
    made = steps(adam_uncorrected, torch.full((400,), 7.0, dtype=DOUBLE), eps=0.0)
    assert made[0].item() == pytest.approx(0.1 / math.sqrt(0.001))
    assert (made.argmax().item() + 1, round(made.max().item(), 2)) == (12, 6.57)
    assert int((made > 2).sum()) == 287


# How long a step can be


@given(**FAIR, seed=st.integers(0, 1000), quiet=st.sampled_from([0, 5, 300, 10**6]))
@quick
def test_no_step_exceeds_its_ceiling(beta1, beta2, seed, quiet):
    grads, hyper = normal(40, 5, seed=seed) ** 5, {"beta1": beta1, "beta2": beta2}
    made = steps(adam, grads, quiet=quiet, eps=0.0, **hyper).abs().amax(1)
    limits = ceiling(torch.arange(1, 41) + quiet, beta1, beta2)
    assert (made <= limits * (1 + 1e-9)).all()


@given(beta1=st.floats(0.3, 0.95), beta2=st.floats(0.95, 0.9999), count=st.integers(1, 60))
@quick
def test_the_steepest_gradients_reach_the_ceiling_from_the_first_step_on(beta1, beta2, count):
    grads = steepest(count, beta1, beta2)
    made = steps(adam, grads, beta1=beta1, beta2=beta2, eps=0.0)[-1]
    assert made.item() == pytest.approx(ceiling(count, beta1, beta2).item(), rel=1e-9)


def test_the_quoted_bound_is_exceeded_and_the_true_one_is_reached():
    late = steps(adam, steepest(80, 0.9, 0.999), quiet=10**5, eps=0.0)[-1].item()
    assert late == pytest.approx(step_bound(0.9, 0.999).item(), rel=1e-7)
    assert late > 2.2 * quoted_bound(0.9, 0.999)
    assert round(late, 4) == 7.2703


def test_equal_memories_bound_the_step_by_the_learning_rate():
    assert step_bound(0.95, 0.95).item() == pytest.approx(1)
    assert steps(adam, normal(60, 50) ** 3, beta1=0.9, beta2=0.9).abs().max() <= 1


def test_there_is_no_bound_where_size_is_forgotten_before_direction():
    assert step_bound(0.99, 0.9) == math.inf
    grads = torch.zeros(300, dtype=DOUBLE)
    grads[0] = 1.0
    assert steps(adam, grads, quiet=10**5, beta1=0.99, beta2=0.9, eps=0.0).max() > 1000


def test_zeros_before_the_first_gradient_only_move_the_clock():
    grads = normal(20, 2)
    walked = steps(adam, torch.cat([torch.zeros(50, 2, dtype=DOUBLE), grads]))[50:]
    assert torch.equal(walked, steps(adam, grads, quiet=50))


@pytest.mark.parametrize(("beta2", "first"), [(0.999, 3.1623), (0.99, 1.0), (0.95, 0.4472)])
def test_which_side_the_first_uncorrected_step_errs_on(beta2, first):
    made = steps(adam_uncorrected, torch.ones(1, dtype=DOUBLE), beta2=beta2, eps=0.0)
    assert made[0].item() == pytest.approx(first, abs=1e-4)


# In training, and on rare gradients


def test_steps_of_a_training_are_those_of_torch():
    data = digits(3, standardized=False, dtype=DOUBLE)
    net = MLP((64, 8, 10), seed=3, dtype=DOUBLE)
    optimizer, expected = torch.optim.Adam(net.parameters(), lr=0.01), []
    for chosen in rows(len(data.X), 64, 3, 3):
        before = torch.nn.utils.parameters_to_vector(net.parameters()).detach().clone()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(data.X[chosen]), data.y[chosen]).backward()
        optimizer.step()
        after = torch.nn.utils.parameters_to_vector(net.parameters()).detach()
        expected.append((after - before).abs() / 0.01)
    expected = torch.cat(expected)
    made = training_steps(3, hidden=8, lr=0.01, steps=3)
    assert torch.allclose(made, expected[expected > 0], rtol=1e-6)


def test_only_rules_that_look_at_other_weights_leak():
    assert leak(adam, draws=5) == 0
    assert leak(adafactor) > 0.05 and leak(muon) > 0.05


def test_steps_of_adam_stay_on_the_path_of_torch_and_others_leave_it():
    grads = normal(40, 3)
    kept = off_torch(steps(adam, grads), grads, torch.optim.Adam)
    left = off_torch(steps(adam_uncorrected, grads), grads, torch.optim.Adam)
    assert kept < 1e-12 and left > 0.1


RULES = {"rmsprop": (rmsprop, {"decay": 0.99}), "adam": (adam, {})}


def test_left_over_is_the_rule_run_by_hand():
    lrs = torch.tensor([0.01, 0.03])
    found = left_over({"adam": (adam, {})}, [0.5], lrs, seeds=2, steps=30, features=4)["adam"]
    assert found.shape == (1, 2, 2)
    assert (found < 1).all()
    again = left_over(RULES, [0.2, 0.5], lrs, seeds=2, steps=30, features=4)["adam"]
    assert torch.allclose(found[0], again[1], rtol=1e-12)


def test_nothing_is_learned_without_steps_and_much_with_many():
    lrs = torch.tensor([0.03])
    few, many = (left_over(RULES, [0.3], lrs, steps=n, features=5)["adam"] for n in (1, 400))
    assert (few > 0.9).all()
    assert (many < 0.01).all()


def test_the_best_learning_rate_is_chosen_by_the_median():
    nan = math.nan
    found = torch.tensor([[[0.5, 0.1, nan], [0.5, 0.9, nan], [0.5, 0.2, nan]]])
    assert at_best({"rule": found})["rule"].tolist() == [pytest.approx([0.1, 0.9, 0.2])]


def test_a_rare_gradient_goes_ten_times_as_far_as_a_frequent_one():
    """After silence one gradient moves the weight by about 31.6 learning rates in all."""
    grads = torch.zeros(400, dtype=DOUBLE)
    grads[0] = 1.0
    assert steps(adam, grads, quiet=10**5).sum().item() == pytest.approx(31.77, abs=0.01)


def test_at_rest_an_average_lets_opposite_gradients_cancel_but_not_noise():
    assert rest(0.0, 0.0, copies=2) == pytest.approx([0.005] * 5, rel=1e-3)  # half a step of 0.01
    near = rest(0.9, 0.0, copies=2)
    assert near == pytest.approx([0.005 / 19] * 5, rel=0.1)  # (1 - beta1) / (1 + beta1)
    bare, averaged = rest(0.0, 1.0), rest(0.9, 1.0)
    assert averaged == pytest.approx(bare, rel=0.03) and len({*bare}) == 5
