"""The boundary of divergence: nets side by side against one at a time, and its dimension."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from dlnotes.core.device import best_device
from dlnotes.learning_rates.box_counting import boundary, box_counts, box_dimension
from dlnotes.learning_rates.fractal_boundary import Picture, View, picture, zoom
from dlnotes.learning_rates.trainability import losses, measure, start

DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64
DOUBLE = torch.float64
RATES = (torch.tensor([0.1, 1.0, 30.0, 5.0]), torch.tensor([1.0, 10.0, 3.0, 3000.0]))


def disk(points):
    x = torch.linspace(-1, 1, points)
    return x[:, None] ** 2 + x**2 < 0.6


def one_at_a_time(lr_in, lr_out, *, seed=0, hidden=16, examples=16, steps):
    """The net as the paper writes it, its weights, and autograd."""
    source = torch.Generator().manual_seed(seed)
    shapes = ((examples, hidden), (examples,), (hidden, hidden), (hidden,))
    X, y, weights, out = (torch.randn(shape, generator=source, dtype=DOUBLE) for shape in shapes)
    weights.requires_grad_(), out.requires_grad_()
    groups = [{"params": [weights], "lr": lr_in.item()}, {"params": [out], "lr": lr_out.item()}]
    optimizer, found = torch.optim.SGD(groups), []
    for _ in range(steps):
        hidden_units = torch.tanh(math.sqrt(2 / hidden) * X @ weights.T)
        loss = (hidden_units @ out / hidden - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(loss.detach())
    return torch.stack(found)


# Nets side by side


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("shape", [{}, {"seed": 3, "hidden": 5, "examples": 9}])
def test_nets_side_by_side_are_nets_one_at_a_time(device, shape):
    found = losses(*RATES, start(**shape, device=device), steps=40).cpu()
    for lane, rates in enumerate(zip(*RATES, strict=True)):
        alone = one_at_a_time(*rates, steps=40, **shape)
        assert torch.allclose(found[:, lane], alone, rtol=1e-7, atol=1e-12)
    assert found[-1, 0] < found[0, 0] and found[-1, 3] > found[0, 3]


def test_without_tanh_a_net_is_a_product_of_two_matrices():
    shared = start(2, hidden=5, examples=9)
    found = losses(*RATES, shared, steps=30, kind="linear")
    source = torch.Generator().manual_seed(2)
    X, y, weights, out = (
        torch.randn(shape, generator=source, dtype=DOUBLE) for shape in ((9, 5), (9,), (5, 5), (5,))
    )
    weights.requires_grad_(), out.requires_grad_()
    alone = []
    for _ in range(30):
        loss = (math.sqrt(2 / 5) * X @ weights.T @ out / 5 - y).square().mean()
        alone.append(loss.detach())
        one, other = torch.autograd.grad(loss, (weights, out))
        with torch.no_grad():
            weights -= RATES[0][0] * one
            out -= RATES[1][0] * other
    assert torch.allclose(found[:, 0], torch.stack(alone), rtol=1e-7)


def test_with_the_output_layer_alone_the_loss_falls_by_fixed_factors():
    """A quadratic: I - rates H, with the Hessian H of the output weights."""
    shared = start(1, hidden=6, examples=9)
    h, rates = shared.sums.tanh(), torch.tensor([3.0, 3.0, 3.0, 7.0, 7.0, 7.0], dtype=DOUBLE)
    H = 2 * h.T @ h / (9 * 36)
    best = torch.linalg.lstsq(h / 6, shared.y[:, None]).solution[:, 0]
    off = shared.out - best
    for _ in range(20):
        off = off - rates * (H @ off)
    by_hand = (h @ (best + off) / 6 - shared.y).square().mean()
    one = (torch.tensor([3.0], dtype=DOUBLE), torch.tensor([7.0], dtype=DOUBLE))
    found = losses(*one, shared, steps=21, kind="last")
    assert found[-1].item() == pytest.approx(by_hand.item())


@pytest.mark.slow
def test_compiled_nets_are_the_same_nets():
    shared = start()
    made, plain = (losses(*RATES, shared, steps=40, compiled=flag) for flag in (True, False))
    assert torch.allclose(made, plain, rtol=1e-7, atol=1e-12)


def test_float32_tells_the_same_far_from_the_boundary():
    exact, rough = (measure(losses(*RATES, start(dtype=of))) for of in (DOUBLE, torch.float32))
    assert rough.dtype == torch.float32 and torch.equal(exact < 0, rough < 0)
    assert torch.allclose(rough[:2].double(), exact[:2], rtol=1e-3)


def test_the_measure_is_the_sum_the_paper_takes():
    curves = torch.rand(60, 5, generator=torch.Generator().manual_seed(0), dtype=DOUBLE) + 0.5
    curves[0] = torch.tensor([1.0, 2.0, 1.0, 1.0, 0.1])
    curves[30:, 2], curves[30:, 3] = torch.nan, torch.inf
    curves[-1, 4] = 0.01  # one low loss at the end does not make a run that converges
    for curve, found in zip(curves.T.tolist(), measure(curves).tolist(), strict=True):
        v = [x / curve[0] for x in curve]
        v = [x if x <= 1e6 else 1e6 for x in v]  # NaN included
        mean = sum(v[-20:]) / 20
        assert found == pytest.approx(-sum(v) if mean < 1 else sum(1 / x for x in v))
    assert (measure(curves) < 0).tolist() == [True, True, False, False, False]


def test_pictures_do_not_depend_on_chunks_or_on_who_computes_them():
    settings = {"view": View(0.5, 0.5, 3.0), "resolution": 8, "steps": 25}
    whole = picture(**settings)
    assert whole.measure.shape == (8, 8) and whole.measure.std() > 1
    with ThreadPoolExecutor(2) as executor:
        for options in ({"chunk": 7}, {"chunk": 16, "executor": executor}):
            parts = picture(**settings, **options)
            assert torch.allclose(parts.measure, whole.measure, rtol=1e-6)


def test_rows_are_input_rates_and_columns_output_rates():
    view = View(0.5, 1.0, 2.0)
    lr_in, lr_out = (rate.view(3, 3) for rate in view.learning_rates(3))
    assert torch.allclose(lr_in[:, 0].log10(), torch.tensor([-0.5, 0.5, 1.5], dtype=DOUBLE))
    assert torch.allclose(lr_out[0].log10(), torch.tensor([0.0, 1.0, 2.0], dtype=DOUBLE))
    found = picture(view, 3, steps=25).measure
    single = losses(lr_in[2, :1], lr_out[0, 1:2], start(), steps=25)
    assert found[2, 1] == pytest.approx(measure(single).item(), rel=1e-7)


def test_a_seed_gives_one_net():
    first, again, other = (start(seed) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.sums, other.sums)


# Boxes


@pytest.mark.parametrize("points", [65, 129, 257])
def test_a_smooth_boundary_has_dimension_one(points):
    assert box_dimension(disk(points)) == pytest.approx(1, abs=0.08)


def test_a_boundary_everywhere_has_dimension_two():
    checkered = torch.arange(65)[:, None] + torch.arange(65) & 1 == 0
    assert box_dimension(checkered) == pytest.approx(2, abs=1e-9)


def test_sierpinskis_carpet_has_its_dimension():
    carpet = torch.ones(1, 1, dtype=torch.bool)
    hole = torch.ones(3, 3, dtype=torch.bool)
    hole[1, 1] = False
    for _ in range(5):
        carpet = torch.kron(hole.int(), carpet.int()).bool()
    found = box_dimension(carpet, sizes=(3, 9, 27))
    assert found == pytest.approx(math.log(8) / math.log(3), abs=0.05)


def test_counts_are_those_by_hand():
    inside = torch.rand(20, 14, generator=torch.Generator().manual_seed(0)) > 0.9
    cells = boundary(inside)
    for row in range(19):
        for column in range(13):
            four = inside[row : row + 2, column : column + 2].flatten().tolist()
            assert cells[row, column] == (len(set(four)) == 2)
    by_hand = {(row // 4, column // 4) for row, column in cells.nonzero().tolist()}
    assert box_counts(inside, (1, 4)).tolist() == [cells.sum(), len(by_hand)]


# Zoom


def test_a_zoom_looks_at_the_boundary():
    of = Picture(View(1.0, 2.0, 4.0), torch.where(disk(65), -1.0, 1.0))
    for quantile in (0, 0.5, 1):
        view = zoom(of, 8, quantile=quantile)
        distance = math.hypot(view.lr_in - 1, view.lr_out - 2) / 2
        assert view.width == 0.5 and distance == pytest.approx(math.sqrt(0.6), abs=0.15)


def test_the_quantile_chooses_how_much_boundary_is_seen():
    inside = torch.zeros(65, 65, dtype=torch.bool)
    inside[:, 10] = True
    inside[4:12:2, 40:56:2] = True  # busier than the line at column 10
    of = Picture(View(0.0, 0.0, 64.0), torch.where(inside, -1.0, 1.0))
    columns = [zoom(of, quantile=quantile).lr_out + 32 for quantile in (0.3, 1)]
    assert abs(columns[0] - 10) < 2 and 40 < columns[1] < 56


# The published result


@pytest.fixture(scope="module")
def zooms():
    found = [picture()]
    for _ in range(3):
        found.append(picture(zoom(found[-1])))
    return found


@pytest.mark.slow
def test_under_three_zooms_the_boundary_stays_a_fractal(zooms):
    """Sohl-Dickstein (2024): dimensions of 1.17 to 1.98 over six conditions."""
    assert zooms[3].view.width == 6 / 8**3
    assert all(1.1 < box_dimension(found.converged) < 2 for found in zooms[1:])


@pytest.mark.slow
def test_boundary_edges_grow_with_resolution_faster_than_a_curve(zooms):
    coarse, fine = (picture(zooms[2].view, points).converged for points in (33, 65))
    assert boundary(fine).sum() > 2.2 * boundary(coarse).sum()
    smooth = boundary(disk(65)).sum() / boundary(disk(33)).sum()
    assert smooth == pytest.approx(2, abs=0.1)


# Bad input

BLANK = Picture(View(), torch.ones(4, 4))
BAD = {
    "`width` must be greater than 0, got 0.": lambda: picture(View(width=0.0)),
    "`lr_in` must be finite, got nan.": lambda: picture(View(lr_in=math.nan)),
    "`resolution` must be at least 2, got 1.": lambda: picture(resolution=1),
    "`steps` must be at least 1, got 0.": lambda: picture(resolution=2, steps=0),
    "`chunk` must be at least 1, got 0.": lambda: picture(resolution=2, chunk=0),
    "`seed` must be at least 0, got -1.": lambda: start(-1),
    "`hidden` must be at least 1, got 0.": lambda: start(hidden=0),
    "`kind` must be one of tanh, linear, last, got 'relu'.": lambda: losses(
        *RATES, start(), kind="relu"
    ),
    "`lr_in` and `lr_out` must both have shape (R,), got (3,) and (2,).": lambda: losses(
        torch.ones(3), torch.ones(2), start()
    ),
    "`factor` must be at least 1, got 0.5.": lambda: zoom(BLANK, 0.5),
    "`quantile` must be between 0 and 1, got 2.": lambda: zoom(BLANK, quantile=2),
    "The picture must hold a boundary, got none; widen or move the view.": lambda: zoom(BLANK),
    "`inside` must have a boundary, got points that all agree; look elsewhere.": (
        lambda: box_dimension(torch.ones(9, 9, dtype=torch.bool))
    ),
    "`inside` must be a grid of at least 2 by 2 points, got shape (9,).": lambda: boundary(
        torch.ones(9, dtype=torch.bool)
    ),
    "`sizes` must hold two sizes or more, got (2,).": lambda: box_dimension(disk(9), (2,)),
    "`sizes` must be at least 1, got 0.": lambda: box_dimension(disk(9), (0, 1)),
}


@pytest.mark.parametrize("message", BAD)
def test_wrong_arguments_get_one_line(message):
    with pytest.raises(ValueError) as error:
        BAD[message]()
    assert str(error.value) == message
