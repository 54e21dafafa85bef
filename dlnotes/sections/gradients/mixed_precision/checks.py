"""What the cards of the section count and compare: the order of a step, bytes, pieces of a batch.

Book: gradients/mixed_precision
"""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from dlnotes.core.seeds import seeded
from dlnotes.gradients.clipping import by_norm, norm
from dlnotes.gradients.precision import accumulate
from dlnotes.sections.gradients.mixed_precision.experiments import (
    SCALE,
    SEEDS,
    SIZES,
    batches,
    data,
    gradient,
    nets,
)
from dlnotes.training.nets.mlp import MLP

BOUND, LR, STEPS = 0.5, 0.1, 20
UNEVEN = (90, 25, 10, 3)  # examples in four pieces of 128


# ---- scale, unscale, clip, step ----------------------------------------------------------------
class Order(NamedTuple):
    """What becomes of plain descent in float32 under a scaled loss.

    Attributes:
        apart: largest difference of parameters after 20 steps, scaled and unscaled.
        forgotten: length of the first step over the right one, without dividing.
        early: the same, clipped before dividing.
    """

    apart: float
    forgotten: float
    early: float


def orders(seed: int, scale: float = SCALE) -> Order:
    """The right order and two wrong ones."""
    plain, scaled = (_walk(seed, factor) for factor in (1.0, scale))
    apart = max((a - b).abs().max().item() for a, b in zip(plain, scaled, strict=True))
    grads = _first(seed, scale)
    right = by_norm({name: grad / scale for name, grad in grads.items()}, BOUND)
    early = {name: grad / scale for name, grad in by_norm(grads, BOUND).items()}
    whole = {name: grad / scale for name, grad in grads.items()}
    return Order(apart, (norm(grads) / norm(whole)).item(), (norm(early) / norm(right)).item())


def _walk(seed: int, scale: float) -> list[Tensor]:
    net = nets((seed,))
    params, draw = [param for layers in net for param in layers], batches((seed,), len(data().X))
    for _ in range(STEPS):
        here, net = draw(), type(net)(params[:3], params[3:])
        x, y = data().X[here], data().y[here]
        grads, _ = gradient(net, x, y, lambda h: h, scale / x.shape[1])
        params = [param - LR * (grad / scale) for param, grad in zip(params, grads, strict=True)]
    return params


def _first(seed: int, scale: float) -> dict[str, Tensor]:
    net = nets((seed,))
    here = batches((seed,), len(data().X))()
    x, y = data().X[here], data().y[here]
    grads, _ = gradient(net, x, y, lambda h: h, scale / x.shape[1])
    return {str(i): grad for i, grad in enumerate(grads)}


# ---- bytes -------------------------------------------------------------------------------------
def held(mixed: bool) -> dict[str, float]:
    """Bytes a parameter that Adam holds between two steps, counted on the tensors themselves.

    Args:
        mixed: weights and gradients in fp16, with a float32 copy of the weights for the step.
    """
    layer = torch.nn.Linear(64, 64, dtype=torch.float16 if mixed else torch.float32)
    layer(torch.ones(1, 64, dtype=layer.weight.dtype)).sum().backward()
    weights = list(layer.parameters())
    copies = [p.detach().float().requires_grad_() for p in weights] if mixed else weights
    adam = torch.optim.Adam(copies)
    for copy, weight in zip(copies, weights, strict=True):
        copy.grad = weight.grad.float()
    adam.step()
    moments = [state[name] for state in adam.state.values() for name in ("exp_avg", "exp_avg_sq")]
    parts = {
        "weights": weights, "gradients": [weight.grad for weight in weights],
        "copy": copies if mixed else [], "moments": moments,
    }  # fmt: skip
    count = sum(weight.numel() for weight in weights)
    return {name: sum(t.nbytes for t in tensors) / count for name, tensors in parts.items()}


def kept(mixed: bool, examples: int = 1) -> int:
    """Bytes of the signals that a forward pass keeps for the backward one, counted by torch.

    Args:
        mixed: signals in fp16.
        examples: so many of them at once.
    """
    form = torch.float16 if mixed else torch.float32
    layers = [torch.nn.Linear(*pair, dtype=form) for pair in pairwise(SIZES)]
    net = torch.nn.Sequential(*[part for layer in layers for part in (layer, torch.nn.ReLU())][:-1])
    weights, held = {weight.data_ptr() for weight in net.parameters()}, {}

    def keep(signal: Tensor) -> Tensor:
        if signal.data_ptr() not in weights:
            held[signal.data_ptr()] = signal
        return signal

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda signal: signal):
        net(data().X[:examples].to(form))
    return sum(signal.nbytes for signal in held.values())


def saved(examples: int) -> float:
    """The share of both, what Adam holds and what signals take, that mixed precision saves."""
    count = sum(inputs * outputs + outputs for inputs, outputs in pairwise(SIZES))
    whole, mixed = (
        sum(held(mixed=each).values()) * count + kept(mixed=each) * examples
        for each in (False, True)
    )
    return 1 - mixed / whole


# ---- pieces ------------------------------------------------------------------------------------
class Pieces(NamedTuple):
    """‖gradient - that of the whole batch‖ / ‖that of the whole batch‖.

    Attributes:
        even: four equal pieces, the mean of their means.
        uneven: unequal pieces, the mean of their means.
        summed: unequal pieces, all losses over their number.
        normed: four equal pieces, summed, of a net with batch normalization.
    """

    even: float
    uneven: float
    summed: float
    normed: float


def pieces(seed: int) -> Pieces:
    """One batch of 128 digits, cut in four."""
    plain, here = MLP(SIZES, seed=seed), torch.randperm(len(data().X), generator=seeded(seed))[:128]
    X, y = data().X[here], data().y[here]
    even = list(zip(X.split(32), y.split(32), strict=True))
    uneven = list(zip(X.split(UNEVEN), y.split(UNEVEN), strict=True))
    normed = MLP(SIZES, norm="batch", seed=seed)
    return Pieces(
        _far(_means(plain, even), _whole(plain, X, y)),
        _far(_means(plain, uneven), _whole(plain, X, y)),
        _far(_summed(plain, uneven), _whole(plain, X, y)),
        _far(_summed(normed, even), _whole(normed, X, y)),
    )


def _losses(net: MLP):
    def losses(params, X, y):
        return cross_entropy(torch.func.functional_call(net, params, (X,)), y, reduction="none")

    return losses


def _summed(net: MLP, parts: list[tuple]) -> Tensor:
    grads, _ = accumulate(_losses(net), dict(net.named_parameters()), parts)
    return torch.cat([grad.flatten() for grad in grads.values()])


def _whole(net: MLP, X: Tensor, y: Tensor) -> Tensor:
    return _summed(net, [(X, y)])


def _means(net: MLP, parts: list[tuple]) -> Tensor:
    return torch.stack([_summed(net, [part]) for part in parts]).mean(0)


def _far(found: Tensor, true: Tensor) -> float:
    return ((found - true).norm() / true.norm()).item()


def all_pieces() -> Pieces:
    """A list of five numbers for each, one a seed."""
    return Pieces(*(list(column) for column in zip(*map(pieces, SEEDS), strict=True)))
