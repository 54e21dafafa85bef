"""The tasks on critical points, answered anew in other styles."""

import itertools

import numpy as np
import torch


def quadratic_form(xx, xy, yy, right, up):
    step = np.array([right, up])
    return step @ np.array([[xx, xy], [xy, yy]]) @ step / (step @ step)


def unit_step(xx, xy, yy, right, up):
    step = torch.tensor([right, up], dtype=torch.float64)
    step = step / step.norm()
    return (torch.tensor([[xx, xy], [xy, yy]], dtype=torch.float64) @ step).dot(step)


def by_eigenvalues(xx, xy, yy):
    low, high = np.linalg.eigvalsh([[xx, xy], [xy, yy]])
    return np.array([low, high, (np.sign(low) + np.sign(high)) / 2])


def by_determinant(xx, xy, yy):
    determinant, trace = xx * yy - xy * xy, xx + yy
    low, high = sorted(np.roots([1.0, -trace, determinant]))
    return [low, high, 0 if determinant < 0 else trace / abs(trace)]


def walked(beside, lr, curvature):
    return next(t for t in itertools.count() if beside * (1 - lr * curvature) ** t >= 1)


def doubled(y, lr, noise):
    places = [y]
    for kick in noise:
        places.append((1 + lr) * places[-1] - lr * kick)
    out = np.abs(places[1:]) >= 1
    return int(out.argmax()) + 1 if out.any() else -1


def popped(y, lr, noise):
    left, step = list(noise), 0
    while left:
        step += 1
        gradient = -y + left.pop(0)
        y -= lr * gradient
        if not -1 < y < 1:
            return step
    return -1


def second_differences(heights):
    bent = np.flatnonzero(np.diff(heights, 2) < 0)
    return int(bent[0]) + 1 if len(bent) else -1


def neighbors(heights):
    triples = zip(heights, heights[1:], heights[2:], strict=False)
    return next((i for i, (a, b, c) in enumerate(triples, 1) if 2 * b > a + c), -1)


def divided(budget, lr, curvature):
    start = 1.0
    for _ in range(budget):
        start /= 1 + lr * abs(curvature)
    return start


HARMLESS = {"critical_kind: xx - yy: swapped": "the difference is squared"}
ANEW = {
    "direction_curvature": [quadratic_form, unit_step],
    "critical_kind": [by_eigenvalues, by_determinant],
    "saddle_steps": [
        walked,
        lambda beside, lr, curvature: np.ceil(-np.log(beside) / np.log1p(-lr * curvature)),
    ],
    "shaken_ball": [doubled, popped],
    "first_bump": [second_differences, neighbors],
    "nudged_start": [
        divided,
        lambda budget, lr, curvature: np.exp(-budget * np.log1p(-lr * curvature)),
    ],
}
