"""The four shapes, each detector against its definition, and what it must not mistake."""

import math

import numpy as np
import pytest

from dlnotes.convergence.curves import (
    SHAPES,
    bar,
    detect_divergence,
    detect_oscillation,
    detect_plateau,
    looks_like,
    make_curve,
    moving_average,
    reading,
)

NAN, INF = math.nan, math.inf
SOURCE = np.random.default_rng(0)
NOISE = SOURCE.standard_normal(400)


def noisy(level, size, slope=0.0):
    return [level + size * kick + slope * t for t, kick in enumerate(NOISE)]


@pytest.mark.parametrize("kind", SHAPES)
def test_a_drawn_curve_is_read_as_what_it_is(kind):
    assert looks_like(make_curve(kind)) == kind
    assert make_curve(kind, 5.0, 2.0, steps=40)[0] == pytest.approx(5.0)


def test_the_curve_of_the_sources_halves_its_way_to_one():
    curve = make_curve("slide", 1.8, 1.0, steps=40)
    assert [round(loss, 6) for loss in curve[::10]] == [1.8, 1.4, 1.2, 1.1, 1.05]


@pytest.mark.parametrize("window", [1, 3, 40])
def test_the_moving_average_is_that_of_numpy(window):
    losses = NOISE.tolist()
    whole = np.convolve(losses, np.ones(window) / window)[: len(losses)]
    found = moving_average(losses, window)
    assert found[window - 1 :] == pytest.approx(whole[window - 1 :].tolist())
    assert found[0] == losses[0] and len(found) == len(losses)


def test_a_moving_average_is_late_by_half_its_window():
    line = [10 - 0.1 * t for t in range(50)]
    assert moving_average(line, 21)[40] == pytest.approx(line[30])


def test_a_moving_average_divides_noise_by_the_root_of_its_window():
    losses = np.random.default_rng(1).standard_normal(20_000).tolist()
    assert np.std(moving_average(losses, 25)[25:]) == pytest.approx(1 / 5, rel=0.05)


def test_a_reading_is_what_it_says_it_is():
    losses = noisy(3.0, 0.2, -0.002)
    older, newer = np.array(losses[200:300]), np.array(losses[300:])
    seen = reading(losses)
    assert seen.level == pytest.approx(newer.mean())
    assert seen.change == pytest.approx(newer.mean() / older.mean() - 1)
    assert seen.swing == pytest.approx(newer.std() / newer.mean())
    assert seen.doubt == pytest.approx(seen.swing * math.sqrt(2 / 100))
    off = newer - newer.mean()
    assert seen.echo == pytest.approx((off[1:] * off[:-1]).sum() / (off**2).sum())


def test_the_echo_tells_zigzag_noise_and_waves():
    zigzag = [1 + 0.1 * (-1) ** t for t in range(400)]
    wave = [1 + 0.1 * math.sin(t / 10) for t in range(400)]
    assert reading(zigzag).echo < -0.95 and reading(wave).echo > 0.95
    assert abs(reading(noisy(1.0, 0.1)).echo) < 0.2
    assert reading([1.1] * 40).echo == 0


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_another_unit_of_the_loss_changes_no_verdict(factor):
    for losses in (noisy(1.0, 0.1), noisy(2.0, 0.1, -0.004), make_curve("runaway")):
        assert looks_like([factor * loss for loss in losses]) == looks_like(losses)


def test_a_fall_must_be_larger_than_the_noise_allows():
    level = [1.0] * 50 + [0.93] * 50
    assert looks_like(level, window=50) == "slide"
    assert looks_like([a + b for a, b in zip(level, noisy(0, 0.3), strict=False)], 50) == "bounce"


@pytest.mark.parametrize("high", [3.0, 500.0])
def test_a_spike_is_no_runaway_and_a_rise_that_stays_is_one(high):
    falling = [2 * 0.98**t for t in range(150)]
    assert detect_divergence([*falling, *[high] * 10]) is None
    found = detect_divergence([*falling, *[high] * 20])
    low = sum(falling[-20:]) / 20
    assert found.step == 160 and found.low == pytest.approx(low)
    assert found.bar == bar(2.0, found.low) == pytest.approx(1 + low / 2)
    assert detect_divergence([*falling, *[high] * 20, *[0.1] * 20]) is None


def test_one_that_only_climbs_is_a_runaway():
    assert detect_divergence([1.0 + 0.1 * t for t in range(40)])
    assert looks_like([1.0] + [2.6 + (-1) ** t for t in range(60)]) == "runaway"


@pytest.mark.parametrize("bad", [NAN, INF])
def test_what_is_not_finite_has_run_away(bad):
    assert detect_divergence([2.0, 1.0, bad, 0.5]).step == 2
    assert looks_like([bad, bad]) == "runaway"
    assert detect_plateau([1.0] * 40 + [bad]) is None


def test_noise_about_a_level_is_no_runaway():
    for seed in range(20):
        kicks = np.random.default_rng(seed).standard_normal(300)
        assert detect_divergence([1.1, *(1.0 + 0.3 * kicks)]) is None


def test_plateau_and_bounce_part_at_the_tolerance():
    calm, wild = noisy(1.0, 0.02), noisy(1.0, 0.2)
    assert detect_plateau(calm).swing < 0.05 and detect_oscillation(calm) is None
    assert detect_oscillation(wild).swing > 0.05 and detect_plateau(wild) is None
    assert detect_plateau(calm).step == 200 and detect_oscillation(wild).step == 200
    assert detect_plateau(wild, tol=0.5) and detect_oscillation(calm, tol=0.001)


def test_too_few_losses_say_nothing():
    assert looks_like([1.0] * 19) is None and looks_like([1.0] * 20) == "plateau"
    assert detect_plateau([1.0] * 19) is None and detect_oscillation([]) is None
    assert detect_divergence([]) is None


def test_zero_is_a_plateau():
    assert looks_like([1.0] + [0.0] * 80) == "plateau"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: reading([1.0] * 5, 3), "`len(losses)` must be at least 6, got 5"),
        (lambda: reading([1.0] * 9, 2), "`window` must be at least 3, got 2"),
        (lambda: detect_plateau([1.0] * 9, 3, -0.1), "`tol` must be at least 0, got -0.1"),
        (lambda: detect_divergence([1.0], 0), "`patience` must be at least 1, got 0"),
        (lambda: moving_average([1.0], 0), "`window` must be at least 1, got 0"),
        (lambda: make_curve("slope"), "`kind` must be"),
        (lambda: make_curve(start=1.0, end=1.0), "`start` must be greater than `end`"),
        (lambda: make_curve(steps=9), "`steps` must be at least 10, got 9"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(").replace(")", r"\)")):
        call()
