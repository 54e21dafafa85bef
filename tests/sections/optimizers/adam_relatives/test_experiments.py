"""Reddi's game against its theory, and the test benches of the section on Adam's relatives."""

import math

import pytest
import torch

from dlnotes.optimizers import adabound, adafactor, adam, adamax, amsgrad, lion, sgd
from dlnotes.sections.optimizers.adam_relatives import experiments as bench
from dlnotes.sections.optimizers.adam_relatives import reddi
from dlnotes.sections.optimizers.adam_relatives.reddi import (
    DRIFTS,
    moments,
    reddi_game,
    shortest_memory,
)

RULES = {
    "adam": adam, "amsgrad": amsgrad, "adamax": adamax, "adabound": adabound, "lion": lion,
    "sgd": sgd,
}  # fmt: skip
DOUBLE = torch.float64
SETTINGS = [  # beta1, beta2, spike, period
    (0.0, 1 / 17, 4.0, 3),
    (0.0, 0.6, 4.0, 3),
    (0.9, 0.5, 4.0, 3),
    (0.5, 0.9, 30.0, 11),
    (0.0, 0.3, 8.0, 11),
    (0.9, 0.99, 1.5, 3),
]


def exact(*numbers: float) -> list[torch.Tensor]:
    return [torch.tensor(float(number), dtype=DOUBLE) for number in numbers]


def late_round(rule, beta1, beta2, spike, period, **hyper) -> float:
    """What one round moves after many, at a learning rate of 1 and without walls."""
    x = torch.zeros((), dtype=DOUBLE)
    state, moved = rule.init(x), 0.0
    if rule is not sgd:
        hyper |= {"beta1": beta1, "beta2": beta2}
    rounds = 1800 // period
    for step in range(rounds * period):
        grad = x + (spike if step % period == 0 else -1.0)
        delta, state = rule.update(grad, state, x, lr=1.0, **hyper)
        moved += delta.item() if step >= (rounds - 1) * period else 0.0
    return moved


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", RULES)
def test_the_drift_is_what_a_late_round_moves(name, setting):
    closed = {"final_lr": 1.0, "gamma": 1e12} if name == "adabound" else {}
    moved = late_round(RULES[name], *setting, **closed)
    assert DRIFTS[name](*exact(*setting)).item() == pytest.approx(moved, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", RULES)
def test_the_game_goes_where_the_drift_points(name, setting):
    beta1, beta2, spike, period = setting
    hyper = {} if name == "sgd" else {"beta1": beta1, "beta2": beta2}
    hyper |= {"final_lr": 0.1, "gamma": 0.01} if name == "adabound" else {}
    game = {"spike": spike, "period": period, "rounds": 1200 // period}
    end = reddi_game(RULES[name], **game, **hyper)[-1].item()
    assert end * DRIFTS[name](*exact(*setting)).item() > 0


def test_the_means_of_a_round_are_those_of_a_long_run():
    beta, mean, seen = 0.8, 0.0, []
    for step in range(400):
        mean = beta * mean + (1 - beta) * (9.0 if step % 4 == 0 else 1.0)
        seen.append(mean)
    assert moments(*exact(beta, 9.0, 1.0, 4))[:4].tolist() == pytest.approx(seen[-4:], rel=1e-12)


def test_a_game_of_many_memories_is_many_games():
    betas = torch.tensor([0.0, 0.3, 0.999], dtype=DOUBLE)
    together = reddi_game(adam, rounds=20, beta1=0.0, beta2=betas)
    assert together.shape == (3, 61)
    for walk, beta2 in zip(together, betas.tolist(), strict=True):
        assert torch.equal(walk, reddi_game(adam, rounds=20, beta1=0.0, beta2=beta2))


def test_nobody_leaves_the_walls_and_all_start_in_the_middle():
    walk = reddi_game(sgd, lr=5.0, rounds=5)
    assert walk[0] == 0 and walk.abs().max() == 1


def test_sgd_in_the_game_takes_the_steps_of_the_schedule():
    walk = reddi_game(sgd, spike=0.5, period=2, rounds=1, lr=0.1)
    assert walk.tolist() == pytest.approx([0, -0.05 * math.sqrt(2), -0.05 * math.sqrt(2) + 0.1])


@pytest.mark.parametrize(("spike", "period"), [(4.0, 3), (10.0, 3), (60.0, 31)])
def test_the_shortest_memory_separates_the_two_fates(spike, period):
    border = shortest_memory(spike, period)
    for beta2, right in ((border - 1e-6, True), (border + 1e-6, False)):
        assert (DRIFTS["adam"](*exact(0.0, beta2, spike, period)) > 0) == right


def test_a_game_that_pulls_right_has_no_shortest_memory():
    with pytest.raises(ValueError, match=r"spike - \(period - 1\)"):
        shortest_memory(spike=1.5, period=3)


@pytest.mark.parametrize("steps", [1, 7, 60])
def test_the_second_power_is_adams_size_and_the_infinite_one_adamaxs(steps):
    grads = torch.randn(steps, generator=torch.Generator().manual_seed(1), dtype=DOUBLE)
    place = torch.zeros((), dtype=DOUBLE)
    square, top = adam.init(place), adamax.init(place)
    for grad in grads:
        _, square = adam.update(grad, square, place, beta2=0.9**2)
        _, top = adamax.update(grad, top, place, beta2=0.9, eps=0.0)
    assert bench.sizes(grads, 2, 0.9)[-1].item() == pytest.approx(square.v.sqrt().item())
    assert bench.sizes(grads, math.inf, 0.9)[-1].item() == pytest.approx(top.n.item())


def test_larger_powers_come_closer_to_the_maximum():
    grads = torch.randn(60, generator=torch.Generator().manual_seed(2), dtype=DOUBLE)
    top = bench.sizes(grads, math.inf)
    gaps = [(top - bench.sizes(grads, p)).abs().max().item() for p in (2, 10, 100, 300)]
    assert gaps == sorted(gaps, reverse=True) and gaps[-1] < 0.05 * top[-1]


def test_no_step_of_adamax_exceeds_its_bound_and_one_row_reaches_it():
    beta1, beta2 = 0.9, 0.999
    bound = (1 - beta1) / (1 - beta1 / beta2)
    rng = torch.Generator().manual_seed(0)
    rows = [torch.randn(300, generator=rng) * 10 ** torch.randn(300, generator=rng)]
    rows += [beta2 ** torch.arange(300.0), torch.cat([torch.full((200,), 1e-4), torch.ones(100)])]
    longest = []
    for grads in rows:
        place = torch.zeros((), dtype=DOUBLE)
        state, steps = adamax.init(place), []
        for grad in grads.double():
            delta, state = adamax.update(grad, state, place, lr=1.0, beta1=beta1, beta2=beta2)
            steps.append(delta.abs().item())
        longest.append(max(steps))
    assert max(longest) <= bound * (1 + 1e-9)
    assert longest[1] == pytest.approx(bound, rel=1e-6)


def test_factors_keep_the_means_of_rows_and_columns():
    squares = torch.rand(6, 4, generator=torch.Generator().manual_seed(0), dtype=DOUBLE)
    kept = bench.factored(squares)
    for dim in (0, 1):
        assert torch.allclose(kept.mean(dim), squares.mean(dim), rtol=1e-12)
    assert torch.linalg.matrix_rank(kept) == 1
    assert torch.allclose(bench.factored(kept), kept, rtol=1e-12)


def test_the_factors_are_those_of_the_rule():
    grad = torch.randn(5, 3, generator=torch.Generator().manual_seed(0), dtype=DOUBLE)
    param = torch.ones_like(grad)
    delta, _ = adafactor.update(grad, adafactor.init(param), param, lr=0.1, d=1e9)
    step = grad / bench.factored(grad.square()).sqrt()
    assert torch.allclose(delta, -0.1 * step, rtol=1e-9)


def test_second_moments_are_positive_and_repeat():
    found = bench.second_moments(steps=20)
    assert found.shape[0] == 32 and (found > 0).any(0).all() and (found >= 0).all()
    assert torch.equal(found, bench.second_moments(steps=20))
    assert not torch.equal(found[:, :50], bench.second_moments(steps=20, seed=1)[:, :50])


def test_scores_of_the_same_rule_are_the_same_and_of_a_still_one_are_guesses():
    scores = bench.digits_scores({"one": adam, "other": adam}, lrs=(1e-2,))
    assert scores["one"] == scores["other"] and len(scores["one"]) == bench.SEEDS
    assert min(scores["one"]) > 0.9
    still = bench.digits_scores({"still": adam}, lrs=(1e-12,))["still"]
    assert max(still) < 0.3


def test_the_better_learning_rate_is_chosen():
    both = bench.digits_scores({"adam": adam}, lrs=(1e-12, 1e-2))["adam"]
    assert both == bench.digits_scores({"adam": adam}, lrs=(1e-2,))["adam"]


@pytest.mark.parametrize("name", ["adam", "lion"])
def test_average_steps_are_the_expected_ones(name):
    signal = torch.tensor([0.1, 0.5, 2.0], dtype=DOUBLE)
    measured = bench.average_steps(RULES[name], signal, steps=300)
    assert measured.net.shape == measured.length.shape == (bench.SEEDS, 3)
    assert torch.allclose(measured.net.mean(0), bench.expected_steps(signal)[name], atol=0.03)
    assert (measured.length >= measured.net.abs()).all()


def test_numbers_kept_leave_out_counters():
    assert bench.state_size(amsgrad, 4, 5) == 60
    assert bench.state_size(lion, 7) == 7
    assert bench.state_size(sgd, 4, 5) == 0
    assert bench.state_size(adafactor, 7) == 7
    assert reddi.LONGEST >= 101


def test_the_longest_step_counts_either_direction():
    assert bench.longest_step(sgd, torch.tensor([0.5, -1.0, 0.25])) == 1.0
    assert bench.longest_step(lion, torch.tensor([1.0, -3.0]), beta1=0.0) == 1.0
