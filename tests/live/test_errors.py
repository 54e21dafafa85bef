"""Every refusal is one line: what, where in the reader's Python, and the way out."""

from typing import NamedTuple

import pytest
import torch
import torch.nn.functional as F

from dlnotes.live import LiveError, emit


class Count(NamedTuple):
    t: torch.Tensor


def refused(function, **shapes):
    with pytest.raises(LiveError) as caught:
        emit(step=function, shapes={"step": shapes})
    message = str(caught.value)
    assert "\n" not in message
    return message


def branch(x):
    if x > 0:
        return x
    return -x


def stepwise(x, steps):
    for _ in range(int(steps)):
        x = x / 2
    return x


def mode(x):
    return x.mode().values


def change_a_part(x):
    out = torch.zeros(2, dtype=torch.float64)
    out[0] = x
    return out


def change_what_a_view_shows(x):
    y = x * 2
    row = y.view(4)
    y.add_(1)
    return row


def change_a_constant(x):
    total = torch.zeros(3, dtype=torch.float64)
    seen = total.view(3, 1)
    total.add_(x)
    return seen


def leave_pytorch(x):
    return x * max(x.tolist())


def leave_at_the_end(x):
    return {"x": x, "first": x.tolist()[0]}


def roll_dice(x):
    return x + torch.rand(3, dtype=torch.float64)


def count_up(x):
    return {"x": x, "state": Count(1)}


def how_many(x):
    return (x > 0).sum()


def single_precision(x):
    ones = torch.ones(3)
    return ones * x


def matrix_product(X, w):
    return X @ w


def large_system(x):
    return torch.linalg.solve(x, x[0])


def text(x):
    return {"x": x, "name": "step"}


def nothing(x):
    return x[2:] + 1


def gathered(*points):
    return sum(points)


@pytest.mark.parametrize(
    ("function", "shapes", "words"),
    [
        (branch, {}, ["`step`", "test_errors.py:", "`if x > 0:`", "torch.where"]),
        (stepwise, {}, ["`for _ in range(int(steps)):`", "loop a fixed number of times"]),
        (mode, {"x": (3,)}, ["aten.mode", "`return x.mode().values`", "dlnotes/live/ops"]),
        (change_a_part, {}, ["in place", "`out[0] = x`", "torch.stack"]),
        (change_what_a_view_shows, {"x": (2, 2)}, ["aten.add_", "in place", "`y.add_(1)`"]),
        (change_a_constant, {"x": (3,)}, ["other numbers", "at its result"]),
        (leave_pytorch, {"x": (3,)}, ["other numbers", "`return x * max(x.tolist())`", ".numpy()"]),
        (leave_at_the_end, {"x": (3,)}, ["other numbers", "at its result"]),
        (roll_dice, {"x": (3,)}, ["other numbers", "torch.rand(3", "as arguments"]),
        (count_up, {}, ["integer as state.t", "float64"]),
        (how_many, {"x": (3,)}, ["returns an integer", "float64"]),
        (single_precision, {}, ["torch.float32", "`return ones * x`", "dtype=torch.float64"]),
        (matrix_product, {"X": (3, 2)}, ["`return X @ w`", "given shapes", "single number"]),
        (large_system, {"x": (4, 4)}, ["torch.linalg.solve", "3×3", "4×4", "(x, x[0])`"]),
        (text, {}, ["'step'", "neither a tensor nor a number"]),
        (nothing, {"x": (2,)}, ["empty", "`return x[2:] + 1`"]),
        (gathered, {}, ["*points", "name every argument"]),
        (branch, {"y": (2,)}, ["no argument 'y'", "only x"]),
        (branch, {"x": "2"}, ["step(x)", "must be a shape", "'2'"]),
        (branch, {"x": Count(torch.tensor(0))}, ["step(x).t", "torch.int64", "float64"]),
    ],
)
def test_refusal_names_what_where_and_the_way_out(function, shapes, words):
    message = refused(function, **shapes)
    for word in words:
        assert word in message


def test_the_line_is_the_line():
    line = branch.__code__.co_firstlineno + 1
    assert f"test_errors.py:{line} " in refused(branch)


def test_a_line_inside_a_gradient_is_found():
    def through(x):
        return torch.func.grad(lambda p: p.mode().values.sum())(x)

    assert "p.mode().values.sum()" in refused(through, x=(3,))


def test_a_line_whose_gradient_is_unknown_is_found():
    def loss(p):
        hidden = p.exp()
        return F.multi_margin_loss(hidden, torch.zeros(2, dtype=torch.int64))

    def through(x):
        slope = torch.func.grad(loss)
        return slope(x)

    message = refused(through, x=(2, 2))
    assert "multi_margin_loss_backward" in message and "`return F.multi_margin_loss(" in message


def test_a_name_that_has_a_meaning_is_not_exported():
    with pytest.raises(LiveError, match="'delete' has a meaning already"):
        emit(delete=branch)


def test_shapes_of_a_function_that_is_not_there():
    with pytest.raises(LiveError, match=r"`shapes` names 'stop', but the functions are \['step'\]"):
        emit(step=branch, shapes={"stop": {}})


@pytest.mark.parametrize(
    ("shapes", "inplace", "words"),
    [
        ({"x": (2,)}, ("y",), ["`step`", "change 'y' in place", "return it whole"]),
        ({"x": (2,)}, ("lr",), ["change 'lr' in place", "return it whole"]),
        ({"x": (3,)}, ("x",), ["x of shape (2,) over one of (3,)", "same shape"]),
        ({}, ("scale",), ["the number 'scale'", "leave it out of `inplace`"]),
    ],
)
def test_what_cannot_be_changed_in_place(shapes, inplace, words):
    def step(x, lr=0.1, scale=1.0):
        return {"x": x[:2] * lr if shapes else x, "scale": lr * scale}

    with pytest.raises(LiveError) as caught:
        emit(step=step, shapes={"step": shapes}, inplace={"step": inplace})
    message = str(caught.value)
    assert "\n" not in message and all(word in message for word in words)


def test_in_place_in_a_function_that_is_not_there():
    with pytest.raises(LiveError, match=r"`inplace` names 'stop', but the functions are"):
        emit(step=branch, inplace={"stop": ("x",)})


def test_an_error_of_the_function_itself_keeps_its_cause():
    def wrong(x):
        return x + {}["missing"]

    with pytest.raises(LiveError, match="missing") as caught:
        emit(wrong=wrong)
    assert isinstance(caught.value.__cause__, KeyError)
