"""Derivatives by nudging: their order in h, and what a check calls right, wrong or a kink."""

import math

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.gradients.checking import Check, gradient_check, numerical_gradient

DOUBLE = torch.float64


def waves(x):
    return (x.sin() * x.exp()).sum()


def places(*shape):
    return torch.randn(shape, generator=seeded(0), dtype=DOUBLE)


@pytest.mark.parametrize("shape", [(), (5,), (2, 3)])
def test_as_autograd(shape):
    at = places(*shape)
    found = numerical_gradient(waves, at)
    assert found.shape == at.shape and found.dtype == DOUBLE
    torch.testing.assert_close(found, torch.func.grad(waves)(at), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(("central", "order"), [(True, 2), (False, 1)])
def test_the_error_goes_with_this_power_of_the_nudge(central, order):
    at = torch.tensor(1.0, dtype=DOUBLE)
    exact = math.e
    large, small = (
        abs(numerical_gradient(torch.exp, at, h, central=central).item() - exact)
        for h in (1e-2, 1e-3)
    )
    assert math.log10(large / small) == pytest.approx(order, abs=0.01)


def test_the_precision_is_that_of_the_place():
    at = torch.tensor(1.0)
    assert numerical_gradient(torch.exp, at, 1e-5).dtype == torch.float32
    assert abs(numerical_gradient(torch.exp, at, 1e-8).item()) == 0.0


def test_how_often_the_function_is_called_and_what_it_is_given_stays():
    seen, at = [], places(4)
    before = at.clone()
    for central in (True, False):
        numerical_gradient(lambda x: seen.append(1) or waves(x), at, central=central)
    assert len(seen) == 8 + 5 and torch.equal(at, before)


def net(params):
    return ((params["first"] @ params["second"]).tanh() - 1).square().sum()


def given():
    params = {"first": places(2, 3), "second": places(3, 2)}
    return params, torch.func.grad(net)(params)


def test_a_right_gradient_passes_as_in_torch():
    params, grads = given()
    checks = gradient_check(net, params, grads)
    assert all(check.error < 1e-8 and check.wrong == 0 for check in checks.values())
    assert [check.checked for check in checks.values()] == [6, 6]
    asked = {name: param.requires_grad_() for name, param in params.items()}
    assert torch.autograd.gradcheck(
        lambda *both: net(dict(zip(asked, both, strict=True))), tuple(asked.values())
    )


def test_a_wrong_entry_is_counted_in_its_parameter():
    params, grads = given()
    grads["second"][1, 0] += 0.01
    checks = gradient_check(net, params, grads)
    assert (checks["first"].wrong, checks["second"].wrong) == (0, 1)
    assert checks["second"].error > 1e-4 > checks["first"].error


def test_some_entries_drawn_by_a_seed():
    params, grads = given()
    few = [gradient_check(net, params, grads, entries=2, seed=seed)["first"] for seed in (0, 0, 1)]
    assert few[0] == few[1] != few[2] and few[0].checked == 2


def test_kinks_are_neither_right_nor_wrong():
    at = {"x": torch.tensor([-1.0, 0.0, 1e-7, 1.0], dtype=DOUBLE)}

    def relu(params):
        return params["x"].relu().sum()

    claimed = torch.tensor([0.0, 0.0, 1.0, 1.0], dtype=DOUBLE)
    assert gradient_check(relu, at, {"x": claimed})["x"] == Check(
        pytest.approx(0, abs=1e-9), kinks=2, wrong=0, checked=4
    )
    claimed[1], claimed[3] = 1.5, 0.5
    check = gradient_check(relu, at, {"x": claimed})["x"]
    assert (check.kinks, check.wrong) == (1, 2)


def test_nothing_anywhere_is_no_error():
    at = {"x": torch.zeros(3, dtype=DOUBLE)}
    check = gradient_check(lambda params: 0 * params["x"].sum(), at, {"x": torch.zeros(3)})["x"]
    assert check == Check(0.0, 0, 0, 3)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda p, g: numerical_gradient(waves, p["first"], 0),
            ValueError,
            "`h` must be greater than 0, got 0.",
        ),
        (
            lambda p, g: numerical_gradient(waves, torch.tensor([1, 2])),
            TypeError,
            "`at` must hold floating-point numbers, got torch.int64.",
        ),
        (
            lambda p, g: gradient_check(net, p, {"first": g["first"]}),
            ValueError,
            "`grads` must have an entry 'second', got first.",
        ),
        (
            lambda p, g: gradient_check(net, p, g | {"first": g["first"].T}),
            ValueError,
            "`grads['first']` must have the shape (2, 3), got (3, 2).",
        ),
        (
            lambda p, g: gradient_check(net, p, g, entries=0),
            ValueError,
            "`entries` must be at least 1, got 0.",
        ),
        (
            lambda p, g: gradient_check(net, {}, g),
            ValueError,
            "`params` must hold at least one entry, got {}.",
        ),
    ],
)
def test_one_line_for_what_cannot_be_checked(call, kind, message):
    with pytest.raises(kind) as caught:
        call(*given())
    assert str(caught.value) == message
