"""A race of many rules equals one rule at a time."""

import math

import pytest
import torch

from dlnotes.core.protocols import is_elementwise
from dlnotes.optimizers import adafactor, adam, momentum, muon, nadam, nesterov, sgd, swats
from dlnotes.regularization.weight_decay import coupled
from dlnotes.training.race import facade, fused, lanes, race, trajectory
from dlnotes.training.race.starts import AsMatrix
from dlnotes.training.surfaces.landscapes import Landscape, beale, quadratic, ravine
from tests.contracts.rules import RULES

SETTINGS = {sgd: {"lr": 0.02}, momentum: {"lr": 0.02, "momentum": 0.7}}

SETTINGS[nesterov] = SETTINGS[momentum]


@pytest.fixture(params=SETTINGS, ids=lambda rule: rule.__name__.rpartition(".")[2])
def rule(request):
    return request.param


WHOLE = [AsMatrix(row.rule) if row.matrix else row.rule for row in RULES.values()]

WHOLE = [rule for rule in WHOLE if not is_elementwise(rule)]

ALL = [row.rule for row in RULES.values() if is_elementwise(row.rule)] + WHOLE + [coupled(adam)]

RATES = torch.logspace(-4, -1, 5, dtype=torch.float64)

STARTS = torch.tensor([[1.1, 0.7], [-0.5, 0.3], [0.4, -1.2]], dtype=torch.float64).unsqueeze(1)


def named(rules, **settings):
    extra = {coupled(adam): {"weight_decay": 0.1}}
    return {rule.__name__: (rule, settings | extra.get(rule, {})) for rule in rules}


def assert_same(paths, rules, landscape, start, *, steps, tolerance=1e-12):
    """Each path is what `trajectory` gives for its rule, NaN and inf in the same places."""
    assert set(paths) == set(rules)
    for name, (rule, settings) in rules.items():
        alone = trajectory(rule, landscape, start, steps=steps, **settings)
        assert paths[name].shape == alone.shape and paths[name].dtype == torch.float64
        torch.testing.assert_close(
            paths[name], alone, rtol=tolerance, atol=tolerance, equal_nan=True
        )


def test_a_race_of_every_rule_equals_one_rule_at_a_time():
    rules = named(ALL, lr=RATES)
    paths = race(rules, beale(), STARTS, steps=60)
    assert paths["dlnotes.optimizers.adam"].shape == (3, 5, 61, 2)
    assert_same(paths, rules, beale(), STARTS, steps=60)


@pytest.mark.parametrize("rule", WHOLE, ids=lambda rule: rule.__name__)
def test_a_rule_that_sees_the_whole_point_does_not_mix_the_runs(rule):
    together = trajectory(rule, beale(), STARTS, steps=40, lr=RATES)
    for i, start in enumerate(STARTS[:, 0]):
        for j, lr in enumerate(RATES):
            alone = trajectory(rule, beale(), start, steps=40, lr=lr.item())
            torch.testing.assert_close(together[i, j], alone, rtol=1e-12, atol=1e-12)


def test_any_hyperparameter_may_differ_from_run_to_run():
    rules = {
        "adam": (adam, {"lr": 0.01, "beta1": torch.tensor([0.0, 0.5, 0.9]), "beta2": 0.99}),
        "nadam": (nadam, {"lr": torch.tensor(0.02), "beta1": torch.tensor([[0.5], [0.9]])}),
        "swats": (swats, {"lr": 0.05, "beta2": torch.tensor([0.9, 0.99]), "tolerance": 1e-3}),
        "sgd": (sgd, {"lr": 1}),
    }
    paths = race(rules, ravine(9), (1.0, 0.3), steps=50)
    shapes = {"adam": (3, 51, 2), "nadam": (2, 1, 51, 2), "swats": (2, 51, 2), "sgd": (51, 2)}
    assert {name: path.shape for name, path in paths.items()} == shapes
    assert_same(paths, rules, ravine(9), (1.0, 0.3), steps=50)
    assert len(paths["adam"][:, -1, 0].unique()) == 3


def test_muon_on_a_point_walks_along_the_gradient():
    path = trajectory(AsMatrix(muon), ravine(1), (3.0, 4.0), steps=9, lr=0.1)
    torch.testing.assert_close(path[:, 1] / path[:, 0], torch.full((10,), 4 / 3).double())


def test_a_race_asks_for_one_gradient_a_step():
    asked = []

    def height(x, y):
        asked.append(x.shape)
        return x * x + y * y

    rules = named([sgd, adam, adafactor], lr=RATES)
    race(rules, Landscape(height, (0.0, 0.0)), (1.0, 1.0), steps=7)
    assert asked == [(15,)] * 7


def test_a_large_race_is_cut_and_stays_the_same(monkeypatch):
    rules = named([adam, swats], lr=RATES) | {"alone": (sgd, {"lr": 1e-3})}
    whole = race(rules, beale(), STARTS, steps=20)
    monkeypatch.setattr(lanes, "CHUNK", 7)
    cut = race(rules, beale(), STARTS, steps=20)
    for name, path in whole.items():
        torch.testing.assert_close(cut[name], path, rtol=1e-14, atol=1e-14)


def test_a_long_race_shows_a_bar_and_stays_the_same(monkeypatch, capsys):
    rules = named([sgd, adam], lr=RATES)
    monkeypatch.setattr(lanes, "CHUNK", 7)
    quiet = race(rules, beale(), STARTS, steps=5)
    assert capsys.readouterr().err == ""
    shown = race(rules, beale(), STARTS, steps=5, progress=True)
    assert "race: 100%" in capsys.readouterr().err
    assert all(torch.equal(shown[name], path) for name, path in quiet.items())


def stopped_at(landscape, call):
    """The landscape, where Ctrl-C comes in as its height is asked for the nth time."""
    asked = iter(range(1, call))

    def height(x, y):
        if next(asked, None) is None:
            raise KeyboardInterrupt
        return landscape.function(x, y)

    return Landscape(height, landscape.minimum)


@pytest.mark.parametrize(("lang", "words"), [("en", "Interrupted before"), ("zh", "被中断")])
def test_an_interrupted_race_returns_what_was_done(monkeypatch, capsys, lang, words):
    monkeypatch.setenv("DLNOTES_LANG", lang)
    monkeypatch.setattr(lanes, "CHUNK", 16)  # 15 starts times 2 rules: two chunks
    rules = named([sgd, adam], lr=RATES)
    whole = race(rules, beale(), STARTS, steps=5)
    assert capsys.readouterr().out == ""
    paths = race(rules, stopped_at(beale(), 5 + 3), STARTS, steps=5)
    assert words in capsys.readouterr().out
    for name, path in paths.items():
        half = math.ceil(path.shape[:-2].numel() / 2)
        done, wanted = path.flatten(0, -3), whole[name].flatten(0, -3)
        assert torch.equal(done[:half], wanted[:half])
        assert torch.equal(done[half:, :3], wanted[half:, :3])
        assert done[half:, 3:].isnan().all() and path.shape == whole[name].shape


def test_an_interrupted_trajectory_returns_what_was_done(capsys):
    whole = trajectory(momentum, beale(), STARTS, steps=5, lr=0.01)
    path = trajectory(momentum, stopped_at(beale(), 4), STARTS, steps=5, lr=0.01)
    assert capsys.readouterr().out and path.shape == whole.shape
    assert torch.equal(path[..., :4, :], whole[..., :4, :]) and path[..., 4:, :].isnan().all()


def test_an_interrupted_compiled_race_returns_the_lanes_that_were_done(monkeypatch, capsys):
    rules = named([sgd, momentum], lr=0.01)
    whole, lane, seen = race(rules, beale(), STARTS, steps=5), facade.advance_fused, []

    def second_is_interrupted(one, landscape):
        if seen:
            raise KeyboardInterrupt
        seen.append(one)
        return lane(one, landscape)

    monkeypatch.setattr(facade, "advance_fused", second_is_interrupted)
    first, second = race(rules, beale(), STARTS, steps=5, compiled=True).values()
    assert capsys.readouterr().out
    torch.testing.assert_close(first, next(iter(whole.values())))
    assert second[..., 1:, :].isnan().all() and second[..., 0, :].isfinite().all()


def test_divergence_in_a_race_stays_in_its_run():
    lr = torch.tensor([0.01, 1.0, 0.015], dtype=torch.float64)
    rules = named([sgd, momentum, adafactor], lr=lr)
    paths = race(rules, ravine(100), (1.0, 1.0), steps=800)
    for name in ("dlnotes.optimizers.sgd", "dlnotes.optimizers.momentum"):
        ends = paths[name][:, -1].isfinite().all(-1)
        assert ends.tolist() == [True, False, True] and paths[name][1, 1].isfinite().all()
    assert_same(paths, rules, ravine(100), (1.0, 1.0), steps=800)


def test_races_run_on_one_coordinate_and_on_many():
    for curvatures in ([2.0], [1.0, 2.0, 3.0, 4.0]):
        land, start = quadratic(curvatures), (1.0,) * len(curvatures)
        rules = named([nesterov, adafactor], lr=RATES)
        assert_same(race(rules, land, start, steps=9), rules, land, start, steps=9)


def test_no_runs_make_no_paths():
    paths = race(named([adam], lr=0.1), ravine(), torch.zeros(0, 2), steps=3)
    assert paths["dlnotes.optimizers.adam"].shape == (0, 4, 2)


def told(caplog) -> list[str]:
    return [of.getMessage() for of in caplog.records if of.name == "dlnotes"]


COMPILED = [adam, adafactor, WHOLE[2]]


@pytest.mark.slow
def test_a_compiled_race_equals_one_rule_at_a_time(caplog):
    land, start = beale().rotated(20), STARTS[0]
    rules = named(COMPILED, lr=RATES)
    rules["alone"] = (sgd, {"lr": 1e-3})
    rules["each"] = (nadam, {"lr": RATES, "beta1": torch.linspace(0, 0.9, 5)})
    for steps in (1, 30):  # not whole blocks
        paths = race(rules, land, start, steps=steps, compiled=True)
        assert_same(paths, rules, land, start, steps=steps)
    assert told(caplog) == []


@pytest.mark.slow
def test_a_compiled_race_is_compiled_once_and_keeps_divergence(monkeypatch):
    monkeypatch.setattr(lanes, "CHUNK", 3)
    land, before = ravine(100), fused._program.cache_info().misses
    for steps, rate in ((600, 1.0), (9, 0.5)):
        lr = torch.tensor([0.01, rate, 0.015, 0.02, 0.005], dtype=torch.float64)
        rules = {"ball": (momentum, {"lr": lr, "momentum": rate / 2})}
        paths = race(rules, land, (1.0, 1.0), steps=steps, compiled=True)
        assert_same(paths, rules, land, (1.0, 1.0), steps=steps)
        assert paths["ball"][1].isfinite().all() == (steps == 9)
    assert fused._program.cache_info().misses == before + 1


def test_a_race_that_cannot_be_compiled_is_run_as_usual(monkeypatch, caplog):
    def no_compiler(*_, **__):
        raise RuntimeError("no C++ compiler\nsecond line")

    monkeypatch.setattr(fused.torch._inductor, "compile", no_compiler)
    land, rules = ravine(7), named([sgd, adam], lr=RATES)
    paths = race(rules, land, (1.0, 1.0), steps=5, compiled=True)
    assert_same(paths, rules, land, (1.0, 1.0), steps=5)
    assert told(caplog) == [
        f"{name} races uncompiled (RuntimeError: no C++ compiler)." for name in ("sgd", "adam")
    ]
