"""The runs of the page: noise on a saddle, a net that is on one, nets that are copies."""

import math

import pytest
import torch

from dlnotes.convergence.critical import steps_to_leave
from dlnotes.sections.convergence.landscape import experiments


def test_without_noise_the_ball_obeys_the_formula():
    for beside in (1e-3, 1e-8):
        assert experiments.escape("none", beside=beside) == steps_to_leave(beside, 0.1, -1.0)
    assert experiments.escape("none") == math.inf


@pytest.mark.parametrize("seed", range(3))
def test_noise_that_fades_frees_nobody_on_the_saddle_and_hinders_nobody_beside_it(seed):
    assert experiments.escape("fading", seed) == math.inf
    assert 150 < experiments.escape("fading", seed, beside=1e-8) < 250


def test_a_hilltop_is_left_by_the_formula():
    assert experiments.from_top(1e-6, 0.1) == steps_to_leave(1e-6, 0.1, -1.0) == 145
    assert experiments.from_top(0.0, 0.1) == math.inf


def test_as_many_digits_of_every_class():
    X, y = experiments.digits()
    assert X.shape == (300, 64) and torch.bincount(y).tolist() == [30] * 10


def test_the_net_is_that_of_torch():
    X, y = experiments.digits()
    vector = experiments.start(1.0, 3)
    first, offset, second, bias = vector.split(experiments.SIZES)
    net = torch.nn.Sequential(torch.nn.Linear(64, 6), torch.nn.Tanh(), torch.nn.Linear(6, 10))
    flat = torch.cat([first, offset, second, bias])
    torch.nn.utils.vector_to_parameters(flat.float(), net.parameters())
    wanted = torch.nn.functional.cross_entropy(net(X.float()), y)
    assert experiments.loss(vector, X, y).item() == pytest.approx(wanted.item(), rel=1e-5)


def test_at_zero_no_example_has_a_slope_in_a_weight():
    X, y = experiments.digits()
    zero = torch.zeros(sum(experiments.SIZES), dtype=torch.float64)
    each = torch.func.vmap(experiments.slope, (None, 0, 0))(zero, X[:, None], y[:, None])
    assert each[:, :-10].abs().max() == 0 and each[:, -10:].abs().min() > 0.05
    assert experiments.slope(zero, X, y).abs().max() < 1e-15


def test_curvatures_are_those_of_the_whole_hessian():
    X, y = experiments.digits()
    vector = experiments.start(1.0, 0)
    hessian = torch.func.hessian(experiments.loss)(vector, X, y)
    found = experiments.spectrum(vector)
    torch.testing.assert_close(found, torch.linalg.eigvalsh(hessian), atol=1e-10, rtol=1e-8)


def test_batches_are_drawn_for_every_start_alone():
    starts = torch.stack([experiments.start(1.0, 0)] * 2)
    whole, few = (experiments.trained(starts, 2, batch=batch)[-1] for batch in (None, 10))
    torch.testing.assert_close(whole[0], whole[1])
    assert not torch.equal(few[0], few[1])


def test_units_in_another_order_are_the_same_net_elsewhere():
    ends = torch.stack([experiments.start(1.0, seed) for seed in range(2)])
    low, other, middle = experiments.halfway(ends, [5, 4, 3, 2, 1, 0])
    assert other == pytest.approx(low, abs=1e-12) and len(middle) == 2
    assert not torch.equal(experiments.permuted(ends[0], [1, 0, 2, 3, 4, 5]), ends[0])
    assert torch.equal(experiments.permuted(ends[0], range(6)), ends[0])


def test_leaving_is_the_first_loss_below_the_level():
    path = experiments.trained(torch.stack([experiments.start(1.0, 0)]), 5)
    curve = experiments.losses(path)[:, 0]
    (step,) = experiments.leaving(path)
    assert curve[step] < experiments.LEVEL <= curve[:step].min()
    still = torch.zeros_like(path)
    assert experiments.leaving(still) == [math.inf]
