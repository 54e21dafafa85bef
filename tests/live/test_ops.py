"""Every row of the table of operations, against PyTorch, in a real JavaScript engine."""

import math

import pytest
import torch
import torch.nn.functional as F

from dlnotes.live import emit
from dlnotes.live.ops import OPS
from dlnotes.live.signature import applied, arguments
from dlnotes.live.trace import record

pytestmark = pytest.mark.slow

aten, prims = torch.ops.aten, torch.ops.prims
NUMBER, SMALL, WIDE = [(), (2,), (6, 3)]
ONE = [(NUMBER,), (SMALL,), (WIDE,)]
TWO = [
    (NUMBER, NUMBER),
    (SMALL, SMALL),
    (WIDE, WIDE),
    (WIDE, (3,)),
    (WIDE, (6, 1)),
    (WIDE, NUMBER),
    (NUMBER, SMALL),
    ((1, 3), (6, 1)),
    ((2,), (6, 2)),
]
MATRIX = [((2, 2),), ((6, 3),), ((1, 5),), ((4, 1),), ((2, 3, 4),)]


def flags(x):
    return x > 0.5


def on_flags(join):
    return lambda x, y: torch.where(join(flags(x), flags(y)), x, -y)


# op: (function, shapes of its arguments, smallest and largest number tried)
ROWS = {
    "add": (lambda x, y: torch.add(x, y, alpha=3) + 2, TWO, -2, 2),
    "sub": (lambda x, y: torch.sub(x, y, alpha=3) - 2, TWO, -2, 2),
    "rsub": (lambda x, y: torch.rsub(x, y, alpha=3), TWO, -2, 2),
    "mul": (lambda x, y: x * y * -1, TWO, -2, 2),
    "div": (lambda x, y: (x / y) + torch.div(x, y, rounding_mode="floor") / 3, TWO, -2, 2),
    "neg": (lambda x: -x, ONE, -2, 2),
    "reciprocal": (torch.reciprocal, ONE, -2, 2),
    "pow": (lambda x, y: x**y + x**2 + x**-1 + x**0.5 + x**3 + x**-2 + 2**y, TWO, 0.1, 2),
    "fmod": (torch.fmod, TWO, -3, 3),
    "remainder": (torch.remainder, TWO, -3, 3),
    "abs": (torch.abs, ONE, -2, 2),
    "exp": (torch.exp, ONE, -2, 2),
    "exp2": (torch.exp2, ONE, -2, 2),
    "erf": (torch.erf, ONE, -3, 3),
    "erfc": (torch.erfc, ONE, -3, 8),
    "signbit": (lambda x: torch.where(torch.signbit(x), x, -2 * x), ONE, -1, 1),
    "expm1": (torch.expm1, ONE, -2, 2),
    "log": (torch.log, ONE, 0.1, 2),
    "log1p": (torch.log1p, ONE, -0.5, 2),
    "log2": (torch.log2, ONE, 0.1, 2),
    "log10": (torch.log10, ONE, 0.1, 2),
    "sqrt": (torch.sqrt, ONE, 0, 2),
    "sin": (torch.sin, ONE, -4, 4),
    "cos": (torch.cos, ONE, -4, 4),
    "tan": (torch.tan, ONE, -1, 1),
    "asin": (torch.asin, ONE, -1, 1),
    "acos": (torch.acos, ONE, -1, 1),
    "atan": (torch.atan, ONE, -2, 2),
    "atan2": (torch.atan2, TWO, -2, 2),
    "sinh": (torch.sinh, ONE, -2, 2),
    "cosh": (torch.cosh, ONE, -2, 2),
    "tanh": (torch.tanh, ONE, -2, 2),
    "asinh": (torch.asinh, ONE, -2, 2),
    "acosh": (torch.acosh, ONE, 1, 3),
    "atanh": (torch.atanh, ONE, -0.9, 0.9),
    "floor": (torch.floor, ONE, -3, 3),
    "ceil": (torch.ceil, ONE, -3, 3),
    "trunc": (torch.trunc, ONE, -3, 3),
    "round": (lambda x: torch.round(x) + torch.round(torch.floor(x) + 0.5), ONE, -5, 5),
    "sign": (lambda x: torch.sign(torch.relu(x) - 0.1), ONE, -2, 2),
    "hypot": (torch.hypot, TWO, -2, 2),
    "sgn": (torch.sgn, ONE, -2, 2),
    "rsqrt": (torch.rsqrt, ONE, 0.1, 2),
    "sigmoid": (torch.sigmoid, ONE, -3, 3),
    "relu": (torch.relu, ONE, -1, 1),
    "threshold_backward": (lambda g, x: aten.threshold_backward(g, x, 0), TWO[:3], -1, 1),
    "tanh_backward": (aten.tanh_backward, TWO[:3], -1, 1),
    "sigmoid_backward": (aten.sigmoid_backward, TWO[:3], -1, 1),
    "where": (lambda x, y: torch.where(x < y, x * y, y) + torch.where(x > 0, x, 7), TWO, -1, 1),
    "masked_fill": (
        lambda x, y: x.masked_fill(x < y, 7) + x.exp().masked_fill(y < 0, y.sum()),
        TWO[:3],
        -1,
        1,
    ),
    "clamp": (lambda x: x.clamp(-0.5, 0.5) + x.clamp(min=0) + x.clamp(max=0.1), ONE, -1, 1),
    "clamp_min": (lambda x: x.clamp_min(0.3), ONE, -1, 1),
    "clamp_max": (lambda x: x.clamp_max(0.3), ONE, -1, 1),
    "maximum": (torch.maximum, TWO, -1, 1),
    "minimum": (torch.minimum, TWO, -1, 1),
    "lt": (lambda x, y: torch.where(x < y, x, y), TWO, -1, 1),
    "le": (lambda x, y: torch.where(x <= y.round(), x, y), TWO, -1, 1),
    "gt": (lambda x, y: x > y, TWO, -1, 1),
    "ge": (lambda x, y: x.round() >= y.round(), TWO, -2, 2),
    "eq": (lambda x, y: (x.round() == y.round()) * x, TWO, -1, 1),
    "ne": (lambda x, y: (x.round() != y.round()).double() - 2, TWO, -1, 1),
    "logical_and": (on_flags(torch.logical_and), TWO, 0, 1),
    "logical_or": (on_flags(torch.logical_or), TWO, 0, 1),
    "logical_xor": (on_flags(torch.logical_xor), TWO, 0, 1),
    "bitwise_xor": (on_flags(lambda a, b: a ^ b), TWO, 0, 1),
    "logical_not": (lambda x: torch.where(torch.logical_not(flags(x)), x, 0), ONE, 0, 1),
    "bitwise_and": (on_flags(lambda a, b: a & b), TWO, 0, 1),
    "bitwise_or": (on_flags(lambda a, b: a | b), TWO, 0, 1),
    "bitwise_not": (lambda x: torch.where(~flags(x), x, 0), ONE, 0, 1),
    "isnan": (lambda x: torch.where(aten.isnan(x.log()), -1, x), ONE, -1, 1),
    "_to_copy": (
        lambda x: flags(x).double() + x.long().double() / 3 + torch.where(x.long().bool(), x, 0.5),
        ONE,
        -3,
        3,
    ),
    "convert_element_type": (
        lambda x: prims.convert_element_type(flags(x), torch.float64) * 2,
        ONE,
        0,
        1,
    ),
    "view": (lambda x: (2 * x).mT.reshape(-1) - x.view(-1), MATRIX, -1, 1),
    "_unsafe_view": (lambda x: aten._unsafe_view(x, [-1]), MATRIX, -1, 1),
    "permute": (lambda x: x.permute(*reversed(range(x.ndim))).exp(), MATRIX, -1, 1),
    "transpose": (lambda x: x.transpose(0, -1) * 2, MATRIX, -1, 1),
    "t": (lambda x: aten.t(x) + 1, MATRIX[:-1], -1, 1),
    "expand": (lambda x: x.exp().unsqueeze(0).expand(4, *x.shape), MATRIX, -1, 1),
    "select": (lambda x: x[-1] - x.exp()[0], MATRIX, -1, 1),
    "slice": (lambda x: x[:, 1:] - x.exp()[:, :-1], [MATRIX[0], *MATRIX[2:3], MATRIX[4]], -1, 1),
    "squeeze": (lambda x: x.squeeze().exp(), MATRIX, -1, 1),
    "unsqueeze": (lambda x: x.unsqueeze(1) - x.exp().unsqueeze(0), MATRIX, -1, 1),
    "diagonal": (lambda x: x.diagonal() - x.exp().diagonal(), [((2, 2),), ((6, 3),)], -1, 1),
    "unfold": (lambda x: x.unfold(0, 1, 1).exp(), MATRIX, -1, 1),
    "broadcast_in_dim": (lambda x: prims.broadcast_in_dim(x, [5, *x.shape], [1, 2]) + 1,
                         MATRIX[:2], -1, 1),
    "flip": (lambda x: x.flip(0).flip(1).flip(0) - x.mT.flip(0, 1).mT + x.flip(0)[:1].exp().sum(),
             MATRIX, -1, 1),
    "rev": (lambda x: prims.rev(x, [0]) - x, MATRIX, -1, 1),
    "clone": (lambda x: x.clone() + 1, ONE, -1, 1),
    "alias": (lambda x: aten.alias(x) + 1, ONE, -1, 1),
    "detach": (lambda x: x.detach() + 1, ONE, -1, 1),
    "lift_fresh_copy": (lambda x: aten.lift_fresh_copy(x) + 1, ONE, -1, 1),
    "copy": (lambda x: aten.copy(x, x[0]) + x.exp().copy_(x), MATRIX, -1, 1),
    "cat": (lambda x, y: torch.cat([x, y.exp(), x * 2]),
            [(SMALL, SMALL), ((1,), (2,)), (WIDE, (2, 3)), (WIDE, (1, 3))], -1, 1),
    "index": (lambda x: x[[1, 0, -1]] - x.exp()[[0, 1, 0]] + x[[1, 0, 1, -2, 1, 0]][:3]
              + x[(x.reshape(len(x), -1)[:3, 0] > 0).long()].sum(0)
              + x.view(-1, len(x) // len(x))[(x.reshape(-1)[:2] > 0).long(), [0, -1]].sum(),
              [((2, 2),), ((6, 3),), ((3,),)], -1, 1),
    "gather": (lambda x: x.gather(-1, (x[..., :1] > 0).long()) - x.exp().gather(0, flags(x).long()),
               [((2, 2),), ((6, 3),), ((2, 3, 4),)], -1, 1),
    "sum": (lambda x: x.exp().sum(0) + x.sum() + x.sum(-1, keepdim=True).sum((0, -1)).sum(),
            MATRIX, -1, 1),
    "prod": (lambda x: torch.prod(x, -1) * torch.prod(x), MATRIX, 0.5, 2),
    "amax": (lambda x: x.amax(0) + x.exp().amax() - x.amax((0, -1), keepdim=True), MATRIX, -1, 1),
    "amin": (lambda x: x.amin(0) + x.exp().amin() - x.amin((0, -1), keepdim=True), MATRIX, -1, 1),
    "max": (lambda x: x.max() - x, MATRIX, -1, 1),
    "min": (lambda x: x.min() - x, MATRIX, -1, 1),
    "any": (lambda x: torch.where(torch.any(flags(x), 0), x, -x) * flags(x - 2).any()
            + torch.any(x > 0.9), MATRIX, 0, 1),
    "all": (lambda x: torch.where(torch.all(x > 0.1, -1, keepdim=True), x, -x) * flags(x + 2).all()
            + torch.all(x > 0.1), MATRIX, 0, 1),
    "mean": (lambda x: x.exp().mean(0) + x.mean() + x.mean(-1, keepdim=True).mean((0, -1)).sum(),
             MATRIX, -1, 1),
    "var": (lambda x: x.var() + x.var(0, keepdim=True, unbiased=False)
            + x.var(-1, correction=0).sum(), MATRIX, -1, 1),
    "mm": (lambda x, y: x @ y + (x * 2) @ (y + 1),
           [((2, 2), (2, 2)), ((1, 2), (2, 1)), ((4, 3), (3, 5)), ((2, 6), (6, 2)),
            ((1, 6), (6, 1)), ((6, 2), (2, 1))], -1, 1),
    "bmm": (lambda x, y: torch.bmm(x, y) + torch.bmm(x.exp(), y),
            [((2, 3, 4), (2, 4, 2)), ((1, 2, 2), (1, 2, 1))], -1, 1),
    "mv": (lambda x, y: x @ y, [((2, 2), (2,)), ((5, 3), (3,)), ((2, 9), (9,))], -1, 1),
    "dot": (lambda x, y: x @ y + x.dot(y.exp()), [((2,), (2,)), ((9,), (9,))], -1, 1),
    "addmm": (lambda b, x, y: torch.addmm(b, x, y, beta=2, alpha=0.5) + F.linear(x, y.T, b),
              [((2,), (2, 2), (2, 2)), ((5,), (4, 3), (3, 5)), ((2,), (8, 3), (3, 2))], -1, 1),
    "addmv": (lambda b, x, y: torch.addmv(b, x, y, beta=2),
              [((2,), (2, 2), (2,)), ((5,), (5, 3), (3,))], -1, 1),
    "baddbmm": (lambda b, x, y: torch.baddbmm(b, x, y, alpha=2),
                [((2, 3, 2), (2, 3, 4), (2, 4, 2))], -1, 1),
}  # fmt: skip
FAR = [0.0, -0.0, 1e-300, 1e-9, 0.2, 0.9999999, 1.0, 1.0000001, 2.5, 5.9, 26.0, 30.0, 1e300]


@pytest.mark.parametrize("function", [torch.special.erf, torch.special.erfc])
def test_the_error_function_is_exact_to_the_last_digits(called, function):
    x = torch.tensor([*FAR, *(-x for x in FAR), float("inf"), float("nan")], dtype=torch.float64)
    x = torch.cat([x, torch.linspace(-7, 7, 2000, dtype=torch.float64)])
    text = emit(f=lambda x: function(x), shapes={"f": {"x": x.shape}})
    found = torch.tensor(called(text, "f", x), dtype=torch.float64)
    tolerance = 1e-15 if function is torch.special.erf else 3e-15
    torch.testing.assert_close(found, function(x), rtol=tolerance, atol=1e-300, equal_nan=True)


CASES = [(op, shapes) for op, row in ROWS.items() for shapes in row[1]]


def with_names(function, count):
    """`function` with `count` named arguments, whatever it takes itself."""
    return {
        1: lambda x: function(x),
        2: lambda x, y: function(x, y),
        3: lambda x, y, z: function(x, y, z),
    }[count]


def test_every_row_of_the_table_is_tested_and_no_other():
    assert ROWS.keys() == OPS.keys()


def numbers(op, shapes):
    """Numbers of the row, as they come."""
    _, _, low, high = ROWS[op]
    generator = torch.Generator().manual_seed(len(op) + len(shapes[0]))
    return [
        low + (high - low) * torch.rand(shape, dtype=torch.float64, generator=generator)
        for shape in shapes
    ]


@pytest.mark.parametrize(("op", "shapes"), CASES, ids=[f"{op}-{shapes}" for op, shapes in CASES])
def test_row_equals_pytorch(called, op, shapes):
    assert_row_equal(called, op, numbers(op, shapes))


@pytest.mark.parametrize("op", ROWS)
def test_row_equals_pytorch_at_halves_zeros_and_ties(called, op):
    """Where a bound is met exactly, two numbers are equal, or one is 0."""
    shapes = max(ROWS[op][1], key=lambda shapes: sum(map(math.prod, shapes)))
    assert_row_equal(called, op, [(2 * x).round() / 2 for x in numbers(op, shapes)])


def assert_row_equal(called, op, tensors):
    """The program emitted for a row gives the numbers of PyTorch."""
    shapes = [tuple(tensor.shape) for tensor in tensors]
    function = with_names(ROWS[op][0], len(shapes))
    declared = dict(zip("xyz", shapes, strict=False))
    given = arguments(function, declared, op)
    _, nodes, _ = record(applied(function, given), [a.tensors for a in given], OPS, op)
    assert op in {node.op for node in nodes}, "the case does not reach its row"

    text = emit(f=function, shapes={"f": declared})
    expected = function(*(tensor.clone() for tensor in tensors))
    found = torch.tensor(called(text, "f", *tensors), dtype=torch.float64)
    assert found.numel() == expected.numel()
    expected = expected.to(torch.float64).reshape(found.shape)
    torch.testing.assert_close(found, expected, rtol=1e-13, atol=1e-13, equal_nan=True)
