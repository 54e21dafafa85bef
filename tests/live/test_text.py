"""The emitted text: what a reader of the page's source finds, and how much of it."""

import re
from typing import NamedTuple

import pytest
import torch

from dlnotes.live import emit
from dlnotes.training.surfaces.landscapes import beale_value, rosenbrock


class State(NamedTuple):
    t: torch.Tensor
    velocity: torch.Tensor


def heavy_ball(point, state, lr, momentum=0.9):
    gradient = torch.func.grad(rosenbrock())(point)
    velocity = momentum * state.velocity + gradient
    return {"point": point - lr * velocity, "state": State(state.t + 1, velocity)}


SHAPES = {"heavy_ball": {"point": (2,), "state": State((), (2,))}}


def test_a_rate_reads_like_its_python():
    def rate(lr, momentum, curvature):
        trace = 1 + momentum - lr * curvature
        gap = trace**2 - 4 * momentum
        real = (trace.abs() + gap.clamp(min=0).sqrt()) / 2
        return torch.where(gap < 0, momentum.sqrt(), real)

    assert emit(rate=rate) == (
        "export function rate(lr, momentum, curvature) {\n"
        "  const trace = momentum + 1 - lr * curvature;\n"
        "  const gap = trace * trace - 4 * momentum;\n"
        "  const real = (Math.abs(trace) + Math.sqrt(Math.max(gap, 0))) / 2;\n"
        "  return gap < 0 ? Math.sqrt(momentum) : real;\n"
        "}\n"
    )


def test_a_small_state_becomes_straight_lines_under_the_names_of_the_python():
    text = emit(heavy_ball=heavy_ball, shapes=SHAPES)
    assert "export function heavy_ball(point, state, lr, momentum = 0.9) {" in text
    assert "const velocity_0 = momentum * state.velocity[0] + gradient_0;" in text
    assert "state: { t: state.t + 1, velocity: Float64Array.of(velocity_0, velocity_1) }," in text
    assert "for (" not in text


def test_a_large_tensor_becomes_one_flat_loop():
    def step(X, Y, lr):
        moved = X - lr * Y * 2
        return moved

    assert emit(step=step, shapes={"step": {"X": (24, 2), "Y": (24, 2)}}) == (
        "export function step(X, Y, lr) {\n"
        "  const moved = new Float64Array(48);\n"
        "  for (let i = 0; i < 48; i++) {\n"
        "    moved[i] = X[i] - lr * Y[i] * 2;\n"
        "  }\n"
        "  return moved;\n"
        "}\n"
    )


def test_twice_the_same_text():
    functions = {"heavy_ball": heavy_ball, "beale": beale_value}
    assert emit(**functions, shapes=SHAPES) == emit(**functions, shapes=SHAPES)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (lambda x, y, z: x - (y - z), "x - (y - z)"),
        (lambda x, y, z: x - y - z, "x - y - z"),
        (lambda x, y, z: x / (y * z), "x / (y * z)"),
        (lambda x, y, z: (x + y) * -z, "(x + y) * -z"),
        (lambda x, y, z: (-x) ** (y**z), "(-x) ** y ** z"),
        (lambda x, y, z: (x**y) ** z, "(x ** y) ** z"),
        (lambda x, y, z: x - -2 * y + z * -1, "x - -2 * y - z"),
        (lambda x, y, z: torch.where(x > 0, y, z) + 1, "(x > 0 ? y : z) + 1"),
        (lambda x, y, z: ~((x > 0) & (y > 0)) | (z > 0), "!(x > 0 && y > 0) || z > 0"),
    ],
)
def test_brackets_stand_where_they_are_needed(step, text):
    assert f"return {text};" in emit(step=step)


@pytest.mark.parametrize("use", [lambda e: e + e.T, lambda e: e * 2, lambda e: e.unsqueeze(2) * 2])
def test_a_large_tensor_is_computed_once(use):
    def step(X, Y):
        return use(X.exp()) * Y

    shape = (6, 6, 6) if use(torch.ones(6, 6)).ndim == 3 else (6, 6)
    text = emit(step=step, shapes={"step": {"X": (6, 6), "Y": shape}})
    assert text.count("Math.exp") == 1
    assert text.split("Math.exp")[0].count("for (") == 1


def test_what_is_not_returned_is_not_written():
    def step(x, y):
        torch.sin(y).exp()
        return x + 1

    assert emit(step=step) == "export function step(x, y) {\n  return x + 1;\n}\n"


def test_names_that_javascript_keeps_for_itself():
    def step(new, i, Math, v1):
        default = new * i
        return {"default": default + default * Math, "rows": torch.stack([v1] * 9) * default}

    text = emit(step=step)
    assert re.search(r"step\(new_1, i, Math_1, v1\)", text)
    assert "const default_1 = new_1 * i;" in text
    assert "let j = 0" in text and "let i = 0" not in text


def test_an_argument_may_have_the_name_of_another_function():
    text = emit(above=lambda x: x + 1, lost=lambda above: above * 2)
    assert "export function lost(above) {\n  return 2 * above;" in text


def test_a_quotient_reads_as_it_was_written():
    assert "return 2 / condition;" in emit(limit=lambda condition: 2 / condition)


def test_a_sum_over_one_number_is_no_loop():
    text = emit(f=lambda X: X.sum(1), shapes={"f": {"X": (9, 1)}})
    assert text.count("for (") == 1 and "total" not in text


def test_a_default_that_is_no_number_is_written_in():
    def step(x, power=2.0, function=torch.sin, twice=True):
        return function(x) ** power * (2 if twice else 1)

    assert emit(step=step).startswith("export function step(x, power = 2) {")


def test_constants_are_shared_by_the_functions_of_a_module():
    data = torch.arange(9, dtype=torch.float64)
    text = emit(one=lambda x: data * x, two=lambda x: (data + x).sum())
    assert text.startswith("const data = Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8);\n")
    assert text.count("Float64Array.of") == 1


@pytest.mark.parametrize(("x", "text"), [(1e-8, "1e-8"), (2.0, "2"), (float("inf"), "Infinity")])
def test_numbers_are_short(x, text):
    assert f"return {text} * p;" in emit(step=lambda p: p * x)


def test_programs_are_small():
    assert len(emit(beale=beale_value)) < 400
    assert len(emit(heavy_ball=heavy_ball, shapes=SHAPES)) < 1000


@pytest.mark.slow
def test_every_array_of_a_result_is_new(javascript):
    def step(point, X):
        doubled = X * 2
        return {"point": point, "X": X, "one": doubled, "two": doubled, "three": doubled[:3]}

    text = emit(step=step, shapes={"step": {"point": (2,), "X": (9,)}})
    body = """
      const first = program.step(...data), second = program.step(...data);
      const arrays = [...data, ...Object.values(first), ...Object.values(second)];
      const memory = new Set(arrays.map((array) => array.buffer));
      return [arrays.length, memory.size, first.two, first.three];
    """
    data = [torch.ones(2), torch.ones(9)]
    assert javascript(text, body, data) == [12, 12, [2.0] * 9, [2.0] * 3]


def exchanged(a, b, state):
    moved = {"a": b * 2, "b": a, "state": State(state.t + a[0], state.velocity + b[0])}
    return moved | {"first": a[0], "both": a + b}


@pytest.mark.slow
@pytest.mark.parametrize("size", [2, 12])
def test_what_is_changed_in_place_is_not_returned(javascript, size):
    shapes = {"a": (size,), "b": (size,), "state": State((), (size,))}
    names = ("a", "b", "state")
    text = emit(step=exchanged, shapes={"step": shapes}, inplace={"step": names})
    body = "const result = program.step(...data); return { ...result, data };"
    a, b, state = torch.full((size,), 3.0), torch.full((size,), 5.0), State(1, torch.ones(size))
    assert javascript(text, body, [a, b, state]) == {
        "first": 3,
        "both": [8.0] * size,
        "data": [[10.0] * size, [3.0] * size, {"t": 4, "velocity": [6.0] * size}],
    }


def test_a_program_that_only_changes_returns_nothing_and_makes_no_array():
    def step(x, lr):
        return {"x": x - lr * x}

    assert emit(step=step, shapes={"step": {"x": (9,)}}, inplace={"step": ("x",)}) == (
        "const x_1 = new Float64Array(9);\n"
        "\n"
        "export function step(x, lr) {\n"
        "  for (let i = 0; i < 9; i++) {\n"
        "    x_1[i] = x[i] - lr * x[i];\n"
        "  }\n"
        "  x.set(x_1);\n"
        "}\n"
    )


@pytest.mark.slow
def test_a_part_of_an_array_is_returned_alone(called):
    def step(X):
        doubled = X * 2
        return doubled[:6], doubled.sum()

    text = emit(step=step, shapes={"step": {"X": (9,)}})
    assert called(text, "step", torch.ones(9)) == [[2.0] * 6, 18]


@pytest.mark.slow
def test_a_constant_counts_as_it_was_when_it_was_used(called):
    def step(x):
        weight = torch.ones(2, dtype=torch.float64)
        before = x * weight
        view = weight[:1]
        before = before * view
        weight.add_(1)
        return before + 10 * x * weight * view

    assert called(emit(step=step), "step", 1) == [41, 41]


@pytest.mark.slow
def test_results_keep_their_structure(called):
    def step(x):
        pair = (x > 0, [x + 1, None])
        return {"pair": pair, "state": State(x, x.expand(2)), "fixed": 0.5, "two words": -x}

    assert called(emit(step=step), "step", 2) == {
        "pair": [True, [3, None]],
        "state": {"t": 2, "velocity": [2, 2]},
        "fixed": 0.5,
        "two words": -2,
    }


@pytest.mark.slow
def test_defaults_apply_in_javascript(called):
    def step(x, lr=0.25):
        return x * lr

    assert called(emit(step=step), "step", 8) == 2
