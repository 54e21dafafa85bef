"""What papers say of signals on their way through a deep net, forward and back."""

import math

import pytest
import torch

from dlnotes.training.nets.activations import ACTIVATIONS
from dlnotes.training.nets.initialization import INITS
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64
WIDTH, DEPTH = 64, 50


def sizes_forward(init, activation, *, width=512, depth=50, examples=64, seed=0):
    """Mean square of each layer's output, from normal inputs on."""
    source = torch.Generator().manual_seed(seed)
    h = torch.randn(examples, width, generator=source, dtype=DOUBLE)
    found = [h.square().mean().item()]
    for _ in range(depth):
        h = ACTIVATIONS[activation](h @ INITS[init](width, width, source).T)
        found.append(h.square().mean().item())
    return found


def growth(init, activation, **options):
    """The factor per layer, averaged over the depth."""
    found = sizes_forward(init, activation, **options)
    return (found[-1] / found[1]) ** (1 / (len(found) - 2))


def flow_back(*, depth=DEPTH, seed=0, scale=1.0, **options):
    """Norm of the loss's gradient with respect to each hidden layer's output, first to last."""
    net = MLP((WIDTH,) * (depth + 1) + (10,), seed=seed, dtype=DOUBLE, **options)
    X = torch.randn(128, WIDTH, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)
    outputs = []
    h = X.requires_grad_(True)
    for number, (layer, norm) in enumerate(zip(net.layers[:-1], net.norms, strict=True)):
        layer.weight.data *= scale
        branch = net.function(norm(layer(h)))
        h = h + branch if net.residual and number > 0 else branch
        outputs.append(h)
    output = net.layers[-1](h)
    assert torch.equal(output, net(X))  # the layers walked through are the net
    grads = torch.autograd.grad(output.square().sum(), outputs)
    return torch.stack([grad.norm() for grad in grads])


def test_he_keeps_the_size_of_a_signal_through_relus():
    """He et al. (2015), section 2.2: variance 2 / inputs makes every layer's factor 1."""
    factors = [growth("he", "relu", seed=seed) for seed in range(4)]
    assert sum(factors) / 4 == pytest.approx(1, abs=0.02)


def test_glorot_halves_it_at_every_relu():
    factors = [growth("glorot", "relu", seed=seed) for seed in range(4)]
    assert sum(factors) / 4 == pytest.approx(0.5, abs=0.02)
    assert sizes_forward("glorot", "relu")[50] < 1e-13


def test_glorot_with_tanh_decays_as_mean_field_theory_says():
    """Poole et al. (2016), equation 3: q ← E tanh²(√q z) for a normal z, by quadrature."""
    z = torch.linspace(-10, 10, 20_001, dtype=DOUBLE)
    density = torch.exp(-z.square() / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    found, q = sizes_forward("glorot", "tanh", width=768), 1.0
    for layer in range(1, 51):
        q = (torch.tanh(math.sqrt(q) * z).square() * density).sum().item()
        assert found[layer] == pytest.approx(q, rel=0.1)
    assert found[50] < 0.02 < found[20] < found[5]


def test_a_sigmoid_passes_back_at_most_a_quarter():
    """Its slope is at most 1/4, and orthogonal weights stretch nothing."""
    for seed in range(5):
        norms = flow_back(depth=10, activation="sigmoid", init="orthogonal", seed=seed)
        ratios = norms[:-1] / norms[1:]
        assert (ratios <= 0.25).all() and ratios.max() > 0.2
        assert norms[0] / norms[-1] <= 0.25**9


def test_larger_weights_undo_the_quarter():
    """The factor of a layer is slope times weight: the bound is not one of the sigmoid alone."""
    norms = flow_back(depth=3, activation="sigmoid", init="orthogonal", scale=8)
    assert (norms[:-1] / norms[1:]).max() > 0.5


@pytest.mark.parametrize(
    ("activation", "init"), [("relu", "small"), ("sigmoid", "glorot"), ("tanh", "small")]
)
def test_a_gradient_survives_fifty_residual_layers_and_no_plain_ones(activation, init):
    """He et al. (2016), Identity Mappings, equation 5: the 1 in 1 + ∂F/∂x carries it."""
    for seed in range(3):
        options = {"activation": activation, "init": init, "seed": seed}
        plain, residual = (flow_back(residual=way, **options) for way in (False, True))
        assert plain[0] / plain[-1] < 1e-5
        assert 0.3 < residual[0] / residual[-1] < 3


def test_residual_layers_of_full_size_need_a_norm():
    """Their sizes add up: with He's variance alone the gradient explodes, and not behind a norm."""
    bare, normed = (flow_back(residual=True, init="he", norm=norm) for norm in (None, "layer"))
    assert bare[0] / bare[-1] > 1e6
    assert 0.3 < normed[0] / normed[-1] < 3
