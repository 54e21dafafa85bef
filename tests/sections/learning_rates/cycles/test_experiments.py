"""What the page measures: cycles beside torch, the floor of the last one, nets in valleys."""

from functools import partial

import pytest
import torch

from dlnotes.sections.learning_rates.cycles import experiments as it
from dlnotes.sections.learning_rates.cycles import nets, plans
from dlnotes.training.nets.losses import cross_entropy, mean_squared_error
from dlnotes.training.nets.mlp import MLP


@pytest.mark.parametrize("kind", plans.KINDS)
@pytest.mark.parametrize("count", plans.CYCLES)
def test_cycles_end_with_the_run(kind, count):
    rates = plans.cycled(kind, count)
    assert len(rates) == plans.STEPS and rates.max() <= 1
    lengths = [plans.first_length(kind, count) * (2**k if kind == "doubling" else 1)
               for k in range(count)]  # fmt: skip
    assert sum(lengths) == pytest.approx(plans.STEPS)
    assert rates[-1] < (0.01 if kind == "triangles" else 1e-4) * 2
    rises = (rates.diff() > 0).double().diff().clamp(min=0).sum().item()
    assert rises == count - 1 + (kind == "triangles") * 0


@pytest.mark.parametrize("name", plans.SHORT)
def test_a_plain_schedule_has_a_peak_of_1(name):
    assert plans.plain(name, 500).max() == pytest.approx(1)


def test_torchs_schedulers_agree_and_two_of_them_turn_the_momentum():
    assert plans.beside_torch(steps=210) < 1e-12
    momentum = plans.momentum_set()
    assert momentum["restarts"].eq(0).all()
    assert momentum["cyclic"].min() >= 0.8 - 1e-9 and momentum["one_cycle"].max() <= 0.95 + 1e-9


@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_rates_add_up_to_half_the_peak_times_the_steps(count):
    rates, _ = plans.on_a_parabola(count)
    assert rates.sum().item() == pytest.approx((plans.STEPS + count) / 2)


@pytest.mark.parametrize("curvature", [1.0, 0.3])
def test_the_end_is_a_power_of_the_last_cycles_length(curvature):
    ends = [plans.on_a_parabola(m, 4000, curvature)[1][-1].item() for m in (1, 2, 8)]
    assert ends[1] / ends[0] == pytest.approx(2 ** (2 / 3), rel=0.01)
    assert ends[2] / ends[0] == pytest.approx(4, rel=0.03)


def one_by_one(student, loss, lr, seed, steps):
    """The same training with torch's own gradients."""
    net = MLP(student.sizes, activation=student.activation, seed=seed)
    X, y = student.batches(seed, steps)
    method = torch.optim.SGD(net.parameters(), lr=lr)
    for step in range(steps):
        method.zero_grad()
        loss(net(X[step]), y[step]).backward()
        method.step()
    return [each.detach() for each in net.parameters()]


def entropy(scores, target):
    return cross_entropy(scores, target.argmax(-1))


@pytest.mark.parametrize("student, loss", [
    (nets.PUPIL, mean_squared_error), (nets.reader(0.0), entropy),
])  # fmt: skip
def test_nets_side_by_side_are_the_nets_one_by_one(student, loss):
    rates, seeds = torch.tensor([[0.05] * 12, [0.1] * 12]), [3, 4]
    (found,) = nets.train(student, rates, seeds, list, [12])
    for row, lr in enumerate((0.05, 0.1)):
        for column, seed in enumerate(seeds):
            alone = one_by_one(student, loss, lr, seed, 12)
            for mine, theirs in zip(found, alone, strict=True):
                place = row * len(seeds) + column
                assert torch.allclose(mine[place].view_as(theirs), theirs, atol=1e-5)


def test_a_line_from_a_net_to_itself_has_no_hill():
    data, student = nets.digits(0.0), nets.reader(0.0)
    params = nets.start(student, [0, 1])
    assert nets.barrier(params, params, data).abs().max() < 1e-6
    first, second = ([each[[i]] for each in params] for i in (0, 1))
    way = nets.between(first, second, data, 3)
    ends = torch.cat([nets.losses(first, data), nets.losses(second, data)])
    assert torch.allclose(way[0, [0, -1]], ends)


def test_wrong_labels_are_in_the_training_part_alone():
    wrong, right = nets.digits(nets.WRONG), nets.digits(0.0)
    assert (wrong.y != right.y).double().mean().item() == pytest.approx(nets.WRONG, abs=0.001)
    assert torch.equal(wrong.y_test, right.y_test)


def test_those_that_choose_do_not_report():
    assert not torch.equal(nets.held(0)[0], nets.held(1)[0])
    ends = torch.tensor([[[3.0] * 5, [2.0] * 5, [torch.nan] + [0.0] * 4]])
    assert it.best(ends) == [1]


def test_no_peak_is_chosen_at_an_end_of_its_grid_or_it_is_the_last_that_lives():
    for found in [it.recorded("race"), *(it.recorded("budgets", str(T)) for T in it.BUDGETS)]:
        chosen = found["chosen"].mean(-1)
        for row, place in zip(chosen, it.best(found["chosen"]), strict=True):
            assert place > 0 and place < len(it.PEAKS) - 1
            assert row[-1].isnan()


def test_the_bell_finds_one_lowest_everywhere():
    for kept in (False, True):
        assert sum(it.lowest_counts(kept).values()) == len(it.LOOKS) - 1
    assert it.lowest_counts(True)["equal 4"] > it.lowest_counts()["equal 4"]


def test_the_first_cycle_of_four_is_the_cosine_of_a_quarter():
    four = it.tuned("equal 4")[:, 500 // it.EVERY].mean().item()
    planned = it.by_budget("cosine")[:, it.BUDGETS.index(500)].mean().item()
    assert four == pytest.approx(planned, rel=0.01)


def test_sharpness_is_measured_where_the_run_stops():
    look = partial(nets.losses, data=nets.digits(0.0))
    (loss,) = nets.train(nets.reader(0.0), torch.full((1, 5), 0.1), [0], look, [5])
    assert loss.shape == (1,) and it.recorded("bent")["sharpness"].min() > 1
