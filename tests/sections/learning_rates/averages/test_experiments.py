"""What the page measures: the bowl, students of a teacher, statistics that are left behind."""

import pytest
import torch

from dlnotes.sections.learning_rates.averages import arms, bowl, nets, stale
from dlnotes.sections.learning_rates.averages import experiments as it


def test_every_lane_begins_at_a_loss_of_1_and_a_plain_walk_is_the_formulas():
    found = bowl.race(
        narrow=10, noise=0.2, lr=0.4, window=1, free=0.4, beta=0, peak=0.4, plan=400, jump=False
    )
    assert found[0].tolist() == pytest.approx([1] * 4)
    assert torch.allclose(found[:, 0], found[:, 1])  # a window of one step is no average
    assert (found[-1, 2] < found[-1, 0]) and (found[-1, 3] < found[-1, 0])


def test_a_jump_lifts_every_lane_by_the_first_loss():
    setting = {"narrow": 100, "noise": 0.1, "lr": 0.9, "window": 20, "free": 2.0, "beta": 0.5}
    plain, jumped = (bowl.race(**setting, peak=1.0, plan=200, jump=jump) for jump in (False, True))
    assert torch.equal(plain[: bowl.JUMP], jumped[: bowl.JUMP])
    assert torch.allclose(jumped[bowl.JUMP], plain[bowl.JUMP] + 1)


def test_means_of_different_rates_meet():
    walk, mean = (found[:, -1] for found in bowl.means([0.2, 1.9]))
    assert walk[1] > 100 * walk[0]
    assert mean[1].item() == pytest.approx(mean[0].item(), rel=0.03)


def test_the_best_window_for_a_drift_is_that_of_the_formula():
    missed = bowl.trailing([32, 63, 126], lr=0.5, drift=0.001)
    assert missed[1] < min(missed[0], missed[2])


def test_gradients_are_those_of_autograd():
    setting = nets.Setting(nets.examples(0.25), (0, 1))
    params = {name: p.requires_grad_() for name, p in nets.start(setting, 2).items()}
    X, y = setting.data.X[:16].expand(4, -1, -1), setting.data.y[:16].expand(4, -1)
    (nets.outputs(params, X)[0] - y).square().mean(1).sum().backward()
    for name, slope in nets.gradients(params, X, y).items():
        assert torch.allclose(slope, params[name].grad, atol=1e-6)


def test_a_walk_goes_on_from_where_it_was_kept():
    setting = nets.Setting(nets.examples(0.25), (0,))
    walk = nets.descend(setting, [0.1], nets.warm, [12], keep=[8])
    again = nets.descend(setting, [0.1], nets.warm, [12], begin=walk, first=8)
    assert torch.equal(walk.seen[12], again.seen[12])


def test_averages_of_a_walk_are_means_of_its_points():
    setting = nets.Setting(nets.examples(0.25), (0,))
    walk = nets.descend(setting, [0.1], nets.warm, [3], [float("inf")], keep=[1, 2, 3])
    mean = {n: torch.stack([p[n] for p in walk.kept.values()]).mean(0) for n in walk.params}
    own = nets.losses(mean, setting.data)
    assert torch.allclose(walk.seen[3][1, :, 0], own, rtol=1e-5)


def test_schedules_end_where_they_say():
    for stop in (500, 4000):
        assert arms.halfcosine(stop)(stop - 1) < 1e-4 and arms.cooled(stop)(stop) == 0
        assert arms.cooled(stop)(round(0.8 * stop)) == 1 == nets.warm(stop)


def test_another_teacher_takes_over_in_the_middle():
    one, both, half = nets.examples(0.25), nets.changed(0.25), nets.BATCH * nets.STEPS // 2
    assert torch.equal(one.X[:half], both.X[:half])
    assert torch.equal(both.y[half:], nets.examples(0.25, 1).y[half:])


def test_wrong_labels_are_in_the_training_part_alone():
    from dlnotes.training.data import datasets

    wrong, right = arms.digits(), datasets.digits(0)
    share = (wrong.y != right.y).double().mean().item()
    assert share == pytest.approx(arms.WRONG, abs=0.001)
    assert torch.equal(wrong.y_test, right.y_test)


def test_no_rate_is_chosen_at_an_end_of_its_grid():
    for noise in (it.NOISE, 0.0):
        picked = it.chosen(noise)
        assert it.FREE_RATES[0] < picked["free"] < it.FREE_RATES[-1]
        every = [picked[name] for name in ("raw", "ema", "plain", "wsd")] + picked["cosines"]
        assert all(it.RATES[0] < rate < it.RATES[-1] for rate in every)
        assert picked["window"] in it.WINDOWS[1:-1]


def test_seeds_that_choose_do_not_report():
    found = torch.ones(4, 2, 2, 10)
    found[:, 0, 1, :5] = 0.5
    found[:, 1, 1, 5:] = 7
    place, reported = it.for_all_stops(found)
    assert place == 1 and (reported == 7).all()
    assert it.for_each_stop(found)[0] == [1] * 4


def test_a_stale_net_has_the_last_statistics_and_mean_weights():
    net = stale.net(2, 0)
    kinds = [type(layer).__name__ for layer in net]
    assert kinds == ["Linear", "BatchNorm1d", "ReLU"] * 2 + ["Linear"]
