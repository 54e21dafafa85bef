"""Noise of gradients against averages over drawn batches and against measured quadratics."""

import pytest
import torch

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.noise_scale import (
    Noise,
    Tradeoff,
    example_gradients,
    examples_needed,
    fitted,
    linear_scaling,
    noise_of,
    progress,
    sqrt_scaling,
    steps_needed,
    two_batches,
)
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

GRADS = torch.randn(200, 6, generator=seeded(0), dtype=torch.float64) * 2 + 0.5


def lengths(size, draws=20000):
    rows = torch.randint(len(GRADS), (draws, size), generator=seeded(size))
    return GRADS[rows].mean(1).square().sum(1)


def test_a_batch_gradient_is_as_long_as_signal_and_noise_say():
    noise = noise_of(GRADS)
    for size in (1, 4, 16):
        found = lengths(size).mean().item()
        assert found == pytest.approx(noise.signal + noise.noise / size, rel=0.02)


def test_two_batches_have_no_bias():
    noise = noise_of(GRADS)
    found = two_batches(lengths(4).mean().item(), lengths(32).mean().item(), 4, 32)
    assert found.noise == pytest.approx(noise.noise, rel=0.03)
    assert found.signal == pytest.approx(noise.signal, rel=0.05)


def test_exact_lengths_give_back_what_they_were_made_of():
    noise = Noise(3.0, 40.0)
    given = [noise.signal + noise.noise / size for size in (5, 25)]
    assert two_batches(*given, 5, 25) == pytest.approx(noise)
    assert noise.scale == pytest.approx(40 / 3)
    assert Noise(0.0, 1.0).scale == float("inf")


def test_gradients_of_examples_average_to_that_of_all():
    net = MLP((3, 4, 2), dtype=torch.float64)
    X = torch.randn(7, 3, generator=seeded(1), dtype=torch.float64)
    y = torch.arange(7) % 2
    params = {name: value.detach() for name, value in net.named_parameters()}
    grads = example_gradients(net, params, X, y, cross_entropy)
    cross_entropy(net(X), y).backward()
    whole = torch.cat([value.grad.flatten() for value in net.parameters()])
    torch.testing.assert_close(grads.mean(0), whole)


def test_the_best_step_of_a_noisy_parabola_is_the_formula():
    curvature, signal, noise, size = 2.0, 3.0, 60.0, 15
    rates = torch.linspace(0.001, 0.6, 60000, dtype=torch.float64)
    falls = rates * signal - rates.square() * curvature * (signal + noise / size) / 2
    part = progress(size, Noise(signal, noise).scale)
    assert rates[falls.argmax()].item() == pytest.approx(part / curvature, rel=1e-3)
    assert falls.max().item() == pytest.approx(part * signal / (2 * curvature), rel=1e-6)


def test_steps_and_examples_lie_on_a_hyperbola():
    cost = Tradeoff(least=12.0, critical=40.0)
    sizes = torch.tensor([4.0, 16.0, 64.0, 256.0])
    steps = torch.tensor([steps_needed(size, cost) for size in sizes.tolist()])
    read = torch.tensor([examples_needed(size, cost) for size in sizes.tolist()])
    product = (steps / 12 - 1) * (read / (12 * 40) - 1)
    torch.testing.assert_close(product, torch.ones(4))
    assert fitted(sizes, steps) == pytest.approx(cost, rel=1e-5)


def test_rules_go_back_and_forth():
    assert linear_scaling(linear_scaling(0.3, 8, 96), 96, 8) == pytest.approx(0.3)
    assert sqrt_scaling(0.3, 8, 128) == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: two_batches(1.0, 1.0, 8, 8), "`larger` must be greater"),
        (lambda: progress(0, 5), "`batch_size` must be"),
        (lambda: fitted(torch.ones(1), torch.ones(1)), "`steps` must be one for each"),
        (lambda: linear_scaling(-1, 8, 16), "`lr` must be"),
    ],
)
def test_what_it_refuses(call, words):
    with pytest.raises(ValueError, match=words):
        call()
