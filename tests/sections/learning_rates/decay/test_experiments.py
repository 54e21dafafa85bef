"""What the page measures: the race in a bowl, torch's schedulers, nets and their batches."""

import pytest
import torch

from dlnotes.convergence.noise import noise_floor
from dlnotes.sections.learning_rates.decay import experiments as it
from dlnotes.sections.learning_rates.decay import growing, race, sharp


def test_schedules_begin_at_their_peak_and_fall_to_what_is_said():
    shapes = {name: race.shape(name) for name in race.NAMES}
    assert all(len(shape) == race.STEPS and shape[0] == 1 for shape in shapes.values())
    assert all((shape.diff() <= 0).all() for shape in shapes.values())
    for name in ("exponential", "inverse"):
        assert shapes[name][-1].item() == pytest.approx(1 / race.DROP, rel=0.03)
    assert shapes["halving"].unique().numel() == race.STAIRS


def test_every_bowl_begins_at_a_loss_of_1():
    for narrow in race.NARROW:
        flat = torch.zeros(1, race.STEPS, dtype=torch.float64)
        assert race.losses(flat, narrow, 0.2)[0, 0].item() == pytest.approx(1)
        curved = race.curvatures(narrow)
        assert (curved[0] / curved[-1]).item() == pytest.approx(narrow)


def test_a_peak_is_the_best_of_its_grid():
    for name, peak in zip(race.NAMES, race.peaks(10, 0.2), strict=True):
        ends = race.losses(race.PEAKS[:, None] * race.shape(name), 10, 0.2)[:, -1]
        assert race.PEAKS[ends.argmin()].item() == peak


def test_the_winner_depends_on_the_bowl_and_the_noise():
    def winner(*setting):
        ends = race.ends(*setting)
        return min(ends, key=ends.get)

    settings = [(1, 0.2), (10, 0.2), (100, 0.2), (100, 0.0)]
    assert [winner(*s) for s in settings] == ["inverse", "exponential", "linear", "constant"]


@pytest.mark.parametrize("narrow", race.NARROW)
@pytest.mark.parametrize("noise", race.NOISES[1:])
def test_the_best_drawing_beats_every_schedule(narrow, noise):
    end = race.losses(race.drawn(it.drawings(narrow, noise)), narrow, noise)[-1].item()
    assert end <= min(race.ends(narrow, noise).values()) * (1 + 1e-3)


def test_a_drawing_passes_its_knots():
    knots = torch.rand(race.KNOTS, dtype=torch.float64)
    rates = race.drawn(knots)
    assert len(rates) == race.STEPS and torch.equal(rates[:: race.GAP], knots[:-1])
    assert rates[-1].item() == pytest.approx((knots[-2] + 4 * knots[-1]).item() / 5)


def test_without_noise_the_best_drawing_is_no_worse_than_constant():
    for narrow in (10, 100):
        end = race.losses(race.drawn(it.drawings(narrow, 0.0)), narrow, 0.0)[-1].item()
        assert end <= race.ends(narrow, 0.0)["constant"] * 1.05


def test_the_best_rates_of_a_parabola_beat_every_constant_one():
    flat, best = race.on_a_parabola(200)
    assert best == pytest.approx(1 / 201) and flat > 1.5 * best


def test_a_staircase_goes_down_to_the_floor_of_each_rate():
    rates = [0.4, 0.1]
    mean, single = race.staircase(rates, length=100)
    assert len(mean) == len(single) == 201
    assert mean[100].item() == pytest.approx(noise_floor(0.4, 1, 1))
    assert mean[200].item() == pytest.approx(noise_floor(0.1, 1, 1), rel=1e-6)


def test_torchs_schedulers_agree_and_one_stepped_by_the_batch_is_gone():
    assert race.beside_torch(epochs=12) < 1e-12
    assert race.stepped_by_batch(batches=10) == pytest.approx(0.1 / 4)


def test_batches_grow_where_rates_are_halved():
    halved, doubled = growing.plan("halved"), growing.plan("doubled")
    assert len(halved) == growing.EPOCHS == len(doubled)
    assert all(a / b == c / d for (a, b), (c, d) in zip(halved, doubled, strict=True))
    assert growing.plan("constant")[-1] == (1.0, growing.BATCH)


def test_wrong_labels_are_in_the_training_part_alone():
    wrong, right = it.digits(), it.digits(0.0)
    share = (wrong.y != right.y).double().mean().item()
    assert share == pytest.approx(it.WRONG, abs=0.001)
    assert torch.equal(wrong.y_test, right.y_test)


def test_nobody_reads_an_example_of_the_teacher_twice():
    assert len(it.fresh().X) == it.BATCH * it.FRESH_STEPS


def test_seeds_that_choose_do_not_report():
    loss = torch.tensor([[1.0] * 5 + [9.0] * 5, [2.0] * 5 + [3.0] * 5])
    place, reported = it.by_loss(loss)
    assert place == 0 and reported.tolist() == [9.0] * 5
    ends = it.Ends(loss, torch.tensor([[0.5] * 10, [0.9] * 10]), loss)
    assert it.by_accuracy(ends)[0] == 1


PARTS = [
    "wrong",
    "clean",
    *(f"{name} {T}" for name in ("linear", "exponential") for T in (400, 2000)),
]


@pytest.mark.parametrize("part", PARTS)
def test_no_peak_is_chosen_at_an_end_of_its_grid(part):
    ends = it.recorded(part)
    choices = [it.by_loss(ends.train)[0]]
    if part in ("wrong", "clean"):
        choices.append(it.by_accuracy(ends)[0])
    for place in choices:
        assert (place > 0).all() and (place < ends.train.shape[-2] - 1).all()


def test_sharpness_is_that_of_the_spectrum():
    from dlnotes.training.surfaces.spectrum import sharpness

    net = sharp._net(0)
    params = {name: value.detach() for name, value in net.named_parameters()}
    found = sharp.along([(0.1, 1)], [0])[0, 0].item()
    assert found == pytest.approx(float(sharpness(sharp.squared, params)), rel=0.01)


def test_what_is_left_of_the_flattest_way_is_what_a_walk_leaves():
    peak, x = race.peaks(100, 0.2)[race.NAMES.index("linear")], 1.0
    for rate in (peak * race.shape("linear")).tolist():
        x -= rate * x / 100
    assert race.left_over(100, 0.2)["linear"] == pytest.approx(x)


def test_a_peak_past_the_limit_pays_in_the_middle_bowl():
    end, highest = race.over_the_limit(10, 0.2)
    assert end < race.ends(10, 0.2)["exponential"] < race.over_the_limit(10, 0.2, race.TOP)[0]
    assert 1 < highest < 2
