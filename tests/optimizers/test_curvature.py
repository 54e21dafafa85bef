"""Curvature: products against the whole Hessian, Fisher matrices by hand, counts by formulas."""

import pytest
import torch
from torch.func import functional_call, grad, hessian

from dlnotes.optimizers.curvature import (
    fisher,
    hessian_vector_product,
    multiplications,
    numbers_kept,
    resnet50,
    saddle_free_step,
)
from dlnotes.optimizers.kronecker import factors, look
from dlnotes.optimizers.newton import newton_step
from dlnotes.optimizers.vectors import flat
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.surfaces import landscapes

DOUBLE = torch.float64


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)


# ---- steps and products --------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["saddle", "rosenbrock", "himmelblau"])
def test_a_product_is_the_hessian_times_the_vector(name):
    land = getattr(landscapes, name)()
    for seed in range(5):
        point, direction = normal(2, 2, seed=seed)
        exact = land.hessian(point) @ direction
        assert torch.allclose(hessian_vector_product(land, point, direction), exact, rtol=1e-12)


def test_a_product_of_a_net_is_the_hessian_times_the_vector():
    X, y = normal(9, 3), torch.arange(9) % 2
    net = MLP((3, 4, 2), activation="tanh", dtype=DOUBLE)
    vector, cut = flat(dict(net.named_parameters()))

    def loss(vector):
        return cross_entropy(functional_call(net, cut.params(vector), (X,)), y)

    direction = normal(len(vector), seed=1)
    exact = hessian(loss)(vector) @ direction
    found = hessian_vector_product(loss, vector, direction)
    assert torch.allclose(found, exact, rtol=0, atol=1e-13)


def test_where_all_bends_up_the_saddle_free_step_is_newtons():
    square = normal(4, 4)
    matrix, slope = square @ square.T, normal(4, seed=1)
    for damping in (0.0, 0.7):
        mine = saddle_free_step(slope, matrix, damping=damping)
        assert torch.allclose(mine, newton_step(slope, matrix, damping=damping), atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_a_saddle_free_step_never_leads_up(seed):
    square, slope = normal(5, 5, seed=seed), normal(5, seed=seed + 10)
    matrix = square + square.T
    assert torch.linalg.eigvalsh(matrix)[0] < 0
    assert slope @ saddle_free_step(slope, matrix) < 0
    assert slope @ saddle_free_step(slope, -matrix) < 0


# ---- Fisher --------------------------------------------------------------------------------------
def test_the_fisher_matrix_is_the_mean_over_the_classes_the_net_predicts():
    net, X = MLP((3, 4, 3), activation="tanh", dtype=DOUBLE), normal(6, 3)
    total = 0
    for x in X.split(1):
        log_p = net(x).log_softmax(1)[0]
        for c in range(3):
            parts = torch.autograd.grad(log_p[c], list(net.parameters()), retain_graph=True)
            pairs = zip(parts[::2], parts[1::2], strict=True)
            slope = torch.cat([torch.cat([w, b[:, None]], 1).flatten() for w, b in pairs])
            total = total + log_p[c].detach().exp() * slope.outer(slope)
    assert torch.allclose(fisher(net, X), total / len(X), atol=1e-14)


def test_one_example_makes_the_kronecker_blocks_exact():
    net, X = MLP((3, 4, 3), activation="tanh", dtype=DOUBLE), normal(1, 3)
    whole = fisher(net, X)
    source = torch.Generator().manual_seed(0)
    first, second = factors(look(net, X), cross_entropy, samples=None, source=source)
    assert torch.allclose(whole[:16, :16], torch.kron(first.G, first.A), atol=1e-14)
    assert torch.allclose(whole[16:, 16:], torch.kron(second.G, second.A), atol=1e-14)


# ---- counts --------------------------------------------------------------------------------------
def test_multiplications_of_products_and_systems():
    a, b = torch.ones(4, 5), torch.ones(5, 6)
    square = torch.eye(6)
    assert multiplications(lambda: a @ b) == 4 * 5 * 6
    assert multiplications(lambda: a @ torch.ones(5)) == 4 * 5
    assert multiplications(lambda: torch.linalg.solve(square, torch.ones(6, 2))) == 72 + 72
    left = multiplications(lambda: torch.linalg.solve(square, torch.ones(2, 6), left=False))
    assert left == 72 + 72
    assert multiplications(lambda: torch.linalg.solve(square, torch.ones(6))) == 72 + 36


def test_a_gradient_takes_three_products_a_layer_but_for_the_first():
    net, X, y = MLP((7, 5, 3)), torch.ones(11, 7), torch.zeros(11, dtype=torch.int64)
    params = {name: param.detach() for name, param in net.named_parameters()}

    def loss(params):
        return cross_entropy(functional_call(net, params, (X,)), y)

    assert multiplications(lambda: grad(loss)(params)) == 11 * (2 * 7 * 5 + 3 * 5 * 3)


def test_numbers_kept():
    found = numbers_kept([(2, 3), (4, 3)])
    assert found["adam"] == 2 * found["momentum"] == 36
    assert found["kfac"] == 4 + 9 + 16 + 9
    assert found["newton"] == 18**2
    assert found["sgd"] == 0


def test_resnet_50_has_the_weights_it_is_known_for():
    """25,557,032 parameters, of which 53,120 are scales and shifts of the norms."""
    assert sum(units * inputs for units, inputs in resnet50()) == 25_557_032 - 53_120
    assert len(resnet50()) == 54
