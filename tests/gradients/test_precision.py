"""Few bits, scaled losses and pieces of a batch, against torch's own; and input that is none."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from dlnotes.core.seeds import seeded
from dlnotes.gradients.precision import (
    BF16,
    FP16,
    FP32,
    TF32,
    LossScaler,
    accumulate,
    rounded,
    through,
)

TORCH = {FP16: torch.float16, BF16: torch.bfloat16, FP32: torch.float32}


def numbers(low, high, count=4000):
    """Both signs, evenly over powers of 2."""
    source = seeded(0)
    powers = low + (high - low) * torch.rand(count, generator=source, dtype=torch.float64)
    signs = 2 * torch.randint(0, 2, (count,), generator=source) - 1
    return signs * torch.exp2(powers)


class TestFormat:
    @pytest.mark.parametrize("form", TORCH)
    def test_the_ends_are_torchs(self, form):
        info = torch.finfo(TORCH[form])
        assert form.largest == info.max
        assert 2.0**form.lowest == info.tiny
        assert 2.0**-form.fraction == info.eps
        assert form.smallest == info.smallest_normal * info.eps

    def test_the_third_has_the_range_of_one_and_the_digits_of_the_other(self):
        assert (TF32.exponent, TF32.fraction) == (BF16.exponent, FP16.fraction)


class TestRounding:
    @pytest.mark.parametrize(
        ("form", "low", "high"), [(FP16, -28, 18), (BF16, -136, 127.9), (FP32, -152, 127.9)]
    )
    def test_it_is_torchs_from_below_the_smallest_to_beyond_the_largest(self, form, low, high):
        x = numbers(low, high)
        assert torch.equal(rounded(x, form), x.to(TORCH[form]).double())

    def test_ties_go_to_the_even_one(self):
        x = torch.tensor([2049.0, 2051.0, 2.0**-25, 3 * 2.0**-25], dtype=torch.float64)
        assert torch.equal(rounded(x, FP16), x.half().double())

    def test_the_last_finite_number_and_the_first_infinite(self):
        x = torch.tensor([65519.9, -65520.0], dtype=torch.float64)
        assert rounded(x, FP16).tolist() == [65504, -math.inf]

    def test_zero_infinity_and_nan_stay(self):
        x = torch.tensor([0.0, math.inf, math.nan])
        assert torch.equal(rounded(x, BF16).nan_to_num(7), x.nan_to_num(7))

    def test_what_it_is_given_stays(self):
        x = torch.tensor([1 / 3])
        rounded(x, FP16)
        assert x.item() == pytest.approx(1 / 3, rel=1e-7)

    def test_both_ways_are_rounded(self):
        h = torch.tensor([1 / 3, 1 / 7], requires_grad=True)
        out = through(h, FP16)
        out.backward(torch.tensor([1 / 3, 1e-8]))
        assert torch.equal(out, h.half().float())
        assert h.grad.tolist() == [torch.tensor(1 / 3).half().item(), 0]

    def test_a_cast_there_and_back_rounds_the_same_both_ways(self):
        x, message = numbers(-20, 4, 100).float(), numbers(-30, 4, 100).float()
        ours, torchs = x.clone().requires_grad_(), x.clone().requires_grad_()
        through(ours, FP16).backward(message)
        torchs.half().float().backward(message)
        assert torch.equal(ours.grad, torchs.grad)


class TestScaler:
    @pytest.mark.parametrize("interval", [1, 3])
    def test_the_scale_is_that_of_torchs_scaler(self, interval):
        weight = torch.zeros(2, requires_grad=True)
        theirs = torch.amp.GradScaler("cpu", init_scale=2.0**10, growth_interval=interval)
        theirs.scale(torch.ones(1))
        optimizer = torch.optim.SGD([weight], lr=1.0)
        ours = LossScaler(2.0**10, interval=interval)
        for step in range(30):
            size = 100.0 if step % 7 == 3 else 0.5
            weight.grad = (size * torch.tensor([1.0, -0.3]) * ours.scale).half().float()
            before = weight.detach().clone()
            found = ours.unscaled({"weight": weight.grad.clone()})
            theirs.step(optimizer)
            theirs.update()
            moved = before - weight.detach()
            assert torch.allclose(moved, torch.zeros(2) if found is None else found["weight"])
            assert ours.scale == theirs.get_scale()

    def test_what_is_scaled_comes_back(self):
        scaler = LossScaler(2.0**12)
        loss = torch.tensor(3.0, dtype=torch.float64)
        assert scaler.scaled(loss) == 3 * 2.0**12
        stored = {"w": torch.tensor([2.0**-26 * 2**12]).half()}
        assert scaler.unscaled(stored)["w"].item() == 2.0**-26
        assert scaler.unscaled(stored)["w"].dtype == torch.float32

    def test_one_infinity_or_nan_anywhere_leaves_the_step_out(self):
        for bad in (math.inf, -math.inf, math.nan):
            scaler = LossScaler(8.0)
            grads = {"a": torch.ones(2), "b": torch.tensor([1.0, bad])}
            assert scaler.unscaled(grads) is None and scaler.scale == 4

    @pytest.mark.parametrize(
        ("bad", "says"),
        [
            ({"scale": 0.0}, "`scale` must be greater than 0"),
            ({"growth": 0.5}, "`growth` must be at least 1"),
            ({"backoff": 1.5}, "`backoff` must be at most 1"),
            ({"backoff": 0.0}, "`backoff` must be greater than 0"),
            ({"interval": 0}, "`interval` must be at least 1"),
        ],
    )
    def test_numbers_out_of_range_are_named(self, bad, says):
        with pytest.raises(ValueError, match=says):
            LossScaler(**bad)

    def test_without_gradients_there_is_nothing_to_divide(self):
        with pytest.raises(ValueError, match="`grads` must hold"):
            LossScaler().unscaled({})


def squares(params, x, y):
    return (x @ params["w"] + params["b"] - y).square()


class TestAccumulation:
    @pytest.fixture
    def problem(self):
        source = seeded(1)
        x, y, w = (torch.randn(*n, generator=source).double() for n in ((50, 4), (50,), (4,)))
        return {"w": w, "b": torch.tensor(0.3, dtype=torch.float64)}, x, y

    @pytest.mark.parametrize("sizes", [(50,), (25, 25), (40, 9, 1)])
    def test_pieces_of_any_size_give_the_gradient_of_the_whole(self, problem, sizes):
        params, x, y = problem
        held = {name: param.clone().requires_grad_() for name, param in params.items()}
        loss = squares(held, x, y).mean()
        loss.backward()
        pieces = list(zip(x.split(sizes), y.split(sizes), strict=True))
        grads, mean = accumulate(squares, params, pieces)
        for name, grad in grads.items():
            torch.testing.assert_close(grad, held[name].grad, rtol=1e-10, atol=0)
        assert mean.item() == pytest.approx(loss.item())

    def test_a_net_of_many_parameters_to_a_ten_millionth(self):
        net = torch.nn.Linear(20, 5)
        x, y = torch.randn(64, 20, generator=seeded(2)), torch.arange(64) % 5

        def losses(params, x, y):
            out = torch.func.functional_call(net, params, (x,))
            return cross_entropy(out, y, reduction="none")

        cross_entropy(net(x), y).backward()
        pieces = list(zip(x.split((60, 4)), y.split((60, 4)), strict=True))
        grads, _ = accumulate(losses, dict(net.named_parameters()), pieces)
        torch.testing.assert_close(grads["weight"], net.weight.grad, rtol=0, atol=1e-7)

    def test_the_parameters_stay_as_they_are(self, problem):
        params, x, y = problem
        accumulate(squares, params, [(x, y)])
        assert not params["w"].requires_grad and params["w"].grad is None

    def test_a_mean_in_place_of_losses_is_named(self, problem):
        params, x, y = problem
        with pytest.raises(ValueError, match=r"one loss an example.*mean of means"):
            accumulate(lambda *given: squares(*given).mean(), params, [(x, y)])

    def test_without_pieces_there_is_no_batch(self, problem):
        with pytest.raises(ValueError, match="`pieces` must hold"):
            accumulate(squares, problem[0], [])
