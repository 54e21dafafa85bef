"""The demo of the four knobs: its model, its fork, and what it says of the branches."""

import math

import pytest
import torch

from dlnotes.demos.seeded import Random
from dlnotes.sections.convergence.five_outcomes import demo as module
from dlnotes.sections.convergence.five_outcomes.demo import FiveOutcomesDemo, Setting

START = FiveOutcomesDemo.start
OPENINGS = {
    "slow": ({"degree": 5, "lr": 0.002}, "longer"),
    "small": ({}, "bigger"),
    "unstable": ({"degree": 5, "lr": 0.25, "noise": 0.4}, "lower"),
    "overfit": ({"degree": 9, "points": 12, "noise": 0.5, "lr": 0.04}, "data"),
}


def readouts(**changed):
    return FiveOutcomesDemo.readouts(**(START | changed))


def number(value):
    return torch.tensor(value, dtype=torch.float64)


class TestMathematics:
    def test_the_terms_are_legendres_with_mean_square_1(self):
        from numpy.polynomial import legendre

        x = number(0.3)
        rows = module.terms(x).tolist()
        expected = [
            math.sqrt(2 * k + 1) * legendre.Legendre.basis(k)(0.3) for k in range(module.TERMS)
        ]
        assert rows == pytest.approx(expected)

    def test_a_step_goes_down_the_gradient_of_the_batch(self):
        source = torch.Generator().manual_seed(0)
        rows = torch.randn(8, 13, generator=source, dtype=torch.float64)
        y, mask = rows[:, 0] * 2, module.kept(number(12.0))
        theta = torch.zeros(13, dtype=torch.float64, requires_grad=True)
        (rows @ theta - y).square().mean().backward()
        moved = module.step(theta.detach(), rows, y, mask, number(0.1))
        torch.testing.assert_close(moved, -0.1 * theta.grad)

    def test_a_degree_keeps_its_terms_and_no_more(self):
        assert module.kept(number(3.0)).tolist() == [1.0] * 4 + [0.0] * 9

    def test_a_lost_run_stands_still(self):
        rows, far = (
            torch.ones(8, 13, dtype=torch.float64),
            torch.full((13,), 1e3, dtype=torch.float64),
        )
        mask = module.kept(number(12.0))
        assert torch.equal(module.step(far, rows, rows[:, 0], mask, number(0.1)), far)

    def test_points_in_use_share_one(self):
        weights = module.share(number(12.0))
        assert weights.sum().item() == pytest.approx(1) and int((weights > 0).sum()) == 12

    def test_noise_has_the_size_that_is_said(self):
        draws = (torch.arange(1000, dtype=torch.float64) + 0.5) / 1000
        made = module.target(torch.zeros_like(draws), draws, number(0.3))
        assert made.std().item() == pytest.approx(0.3, rel=0.01)

    def test_a_knob_turns_one_thing(self):
        setting = Setting(5.0, 12.0, 0.1)
        assert module.turned(setting, "longer") == setting
        assert module.turned(setting, "bigger") == Setting(11.0, 12.0, 0.1)
        assert module.turned(setting, "data") == Setting(5.0, 48.0, 0.1)
        assert module.turned(setting, "lower") == pytest.approx(Setting(5.0, 12.0, 0.01))


class TestReadouts:
    @pytest.mark.parametrize("opening", OPENINGS)
    def test_another_opening_has_another_knob(self, opening):
        setting, knob = OPENINGS[opening]
        shown = readouts(**setting)
        assert min(module.KNOBS, key=shown.get) == knob

    def test_the_bigger_model_brings_the_loss_to_an_eighth(self):
        shown = readouts()
        others = [shown[name] for name in ("longer", "data", "lower")]
        assert shown["bigger"] < min(others) / 8 and max(others) < 1.2 * min(others)

    def test_before_the_fork_all_branches_are_one(self):
        shown = [readouts(knob=knob, now=40) for knob in module.KNOBS]
        assert all(one == shown[0] for one in shown)

    def test_draws_come_from_the_demos_own_generator(self):
        pool, *_ = module._draws()
        source = Random(module.SEED)
        assert pool[0] == [source.uniform(), source.uniform()]


@pytest.mark.slow
class TestInBrowser:
    def test_the_fit_is_kept_back_until_the_answer(self, demo):
        def fits():
            return demo.root.locator(".demo-line.theory:not(.faint)").count()

        assert fits() == 0
        demo.answer()
        assert fits() == 1

    def test_the_verdict_shows_the_branch_that_won_beside_the_guess(self, demo):
        assert not demo.control("knob").first.is_visible()  # nothing to look at yet
        demo.answer("data")
        assert demo.controls()["knob"] == "bigger" and demo.control("knob").first.is_visible()
        drawn = demo.root.locator("[data-picture] text").all_text_contents()
        assert f"{demo.words['fit']} · {demo.words['bigger']}" in drawn
        drawn = demo.root.locator("[data-picture] .demo-line.plain.beside")
        assert drawn.count() == 1
        demo.press("good")
        demo.end()
        assert drawn.count() == 0

    def test_an_opening_tells_its_knob_and_its_name_only_after_the_run(self, spoken):
        words = spoken.words
        for opening, (_, knob) in OPENINGS.items():
            spoken.press(opening)
            assert spoken.controls()["now"] == module.FORK
            assert not any(words[name] in spoken.status() for name in module.KNOBS)
            assert branches(spoken) == 1
            spoken.end()
            assert words[knob] in spoken.status() and branches(spoken) == 4
            assert words.get(f"is_{knob}", "B ") in spoken.status()
        for opening, told in {"stuck": "lost", "good": "none"}.items():
            spoken.press(opening)
            spoken.end()
            assert words[told].split("{")[0].strip() in spoken.status()
            drawn = spoken.root.locator("[data-picture] text").all_text_contents()
            assert (spoken.phrase("at", step="2") in drawn) == (opening == "stuck")


def branches(demo) -> int:
    """How many ends of branches have a name in the picture, or 1 before the run is over."""
    labels = demo.root.locator("[data-picture] text").all_text_contents()
    return max(1, sum(demo.words[name] in labels for name in module.KNOBS))
