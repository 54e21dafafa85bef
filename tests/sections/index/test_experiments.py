"""The race on the cover: torch walks alike, nobody climbs, and the turn does what it says."""

import json
import math
from pathlib import Path

import pytest
import torch

from dlnotes.sections.index.experiments import (
    ANGLES,
    LIMIT,
    LRS,
    METHODS,
    START,
    VALLEY,
    best,
    walked,
)
from dlnotes.training.race.arrivals import HOLD, WITHIN

PAGE = json.loads((Path(__file__).parents[3] / "book" / "index.ipynb").read_text("utf-8"))
TORCH = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "adagrad": (torch.optim.Adagrad, {}),
    "adam": (torch.optim.Adam, {}),
}
AROUND = [  # starts in every direction from the bottom, all as far away
    tuple(math.hypot(*START) * part(math.radians(angle)) for part in (math.cos, math.sin))
    for angle in range(5, 90, 5)
]


def by_torch(name, lr, degrees, steps):
    """The path of torch's own optimizer on the turned valley, turned back, as plain loops."""
    land, (kind, settings) = VALLEY.rotated(degrees), TORCH[name]
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = START
    point = torch.tensor([cos * x - sin * y, sin * x + cos * y], dtype=torch.float64)
    point.requires_grad_(True)
    optimizer, path = kind([point], lr=lr, **settings), []
    for _ in range(steps + 1):
        a, b = point.tolist()
        path.append((cos * a + sin * b, cos * b - sin * a))
        optimizer.zero_grad()
        land(point).backward()
        optimizer.step()
    return path


@pytest.fixture(scope="module")
def found():
    return {name: best(method, ANGLES) for name, method in METHODS.items()}


@pytest.mark.parametrize("degrees", [0, 20, 45])
@pytest.mark.parametrize("name", METHODS)
def test_the_best_run_is_torchs_and_keeps_the_rules(name, degrees, found):
    lr, steps = found[name].lr[degrees].item(), int(found[name].steps[degrees])
    path = by_torch(name, lr, degrees, steps + HOLD)
    own = walked(
        METHODS[name], torch.tensor([lr], dtype=torch.float64), torch.tensor(degrees), START
    )[0]
    torch.testing.assert_close(own[: len(path)], own.new_tensor(path), rtol=0, atol=1e-9)
    goal = 0.01 * math.hypot(*START)
    near = [math.hypot(*point) <= goal for point in path]
    assert all(near[steps:]) and not near[steps - 1]
    heights = VALLEY(own)
    assert heights.max() <= heights[0] * (1 + 1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_no_other_rate_needs_fewer_steps(name, found):
    """The neighbors of the best are slower, or climb above the start."""
    place = int(found[name].place[0])
    for other in (place - 1, place + 1):
        path = walked(METHODS[name], LRS[[other]], torch.tensor(0.0), START)[0]
        near = (path.norm(dim=1) <= 0.01 * path[0].norm()).tolist()
        first = next((n for n in range(LIMIT) if all(near[n : n + HOLD + 1])), math.inf)
        climbs = bool((VALLEY(path) > VALLEY(path[0])).any())
        assert climbs or first >= found[name].steps[0]


def test_without_the_rule_the_quickest_run_flies_away():
    """Why nobody may climb above the start: else the best Adagrad leaves the picture."""
    path = walked(METHODS["adagrad"], LRS, torch.tensor(0.0), START)
    far = path.norm(dim=-1).amax(-1)
    near = (path.norm(dim=-1) <= 0.01 * path[:, :1].norm(dim=-1)).tolist()
    quick = [
        next((n for n in range(LIMIT) if all(row[n : n + HOLD + 1])), math.inf) for row in near
    ]
    assert 130 < far[quick.index(min(quick))] / path[0, 0].norm() < 140  # “more than 130 times”


def test_the_turn_makes_the_first_the_last(found):
    straight, turned = (
        sorted(found, key=lambda name: found[name].steps[angle]) for angle in (0, 45)
    )
    assert straight == ["adagrad", "momentum", "adam", "sgd"]
    assert turned == ["momentum", "adam", "sgd", "adagrad"]
    assert found["adagrad"].steps[45] > 10 * found["adagrad"].steps[0]
    for name in ("sgd", "momentum"):
        assert found[name].steps.unique().numel() == 1  # they do not know the axes
    assert all(torch.equal(each.steps[:1], each.steps[-1:]) for each in found.values())


def test_it_is_no_matter_of_the_start():
    """Straight, Adagrad is first from everywhere; turned, last from as many as the page says."""
    steps = {
        name: torch.stack([best(method, (0, 45), start).steps for start in AROUND])
        for name, method in METHODS.items()
    }
    others = torch.stack([steps[name] for name in steps if name != "adagrad"])
    assert (steps["adagrad"][:, 0] < others[..., 0].amin(0)).all()
    last = int((steps["adagrad"][:, 1] > others[..., 1].amax(0)).sum())
    text = "".join(next(cell["source"] for cell in PAGE["cells"] if cell["id"] == "rules-en"))
    assert f"{WITHIN:.0%} of its distance at the start" in text and f"for {HOLD} steps" in text
    assert f"Of {len(LRS)} learning rates from $10^{{-4}}$ to {LRS[-1]:.0f}" in text
    assert f"{len(AROUND)} in all" in text and f"last from {last} of the {len(AROUND)}" in text
    assert ANGLES.step == 1 and LRS[0].item() == pytest.approx(1e-4)
