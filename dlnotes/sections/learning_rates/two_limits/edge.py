"""Full-batch runs beside their limit: a rate raised in mid-run, and Adam's own limit.

Book: learning_rates/two_limits
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad_and_value, vmap

from dlnotes.optimizers import adam
from dlnotes.training.data import datasets
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.surfaces.spectrum import hessian_vector

Params = dict[str, Tensor]

EXAMPLES, SIZES = 200, (64, 32, 10)
SEEDS = tuple(range(5))
CALM, TRAINED, ON = 0.05, 3000, 500  # rate and steps before the change, steps after it
TIMES = (0.95, 1.05, 1.5, 2.0, 2.5, 3.0)  # the rate afterwards, as a multiple of 2 / sharpness
PRODUCTS, MORE = 60, 200  # of the Hessian with a vector, for one sharpness; with Adam
BETAS, ADAM_RATE, ADAM_STEPS, EVERY = (0.9, 0.5, 0.0), 0.003, 6000, 250
FASTER = 0.006  # a second rate for Adam


class Moved(NamedTuple):
    """What a run did after its rate was changed, each of shape `(S,)`.

    Attributes:
        peak: the highest loss, as a multiple of that before the change; infinite if it flew off.
        end: the loss at the end, as a multiple of that before the change.
        share: the sharpness at the end, as a multiple of 2 / rate.
    """

    peak: Tensor
    end: Tensor
    share: Tensor


class Nets:
    """Several nets on the same 200 digits, every step on all of them.

    Args:
        seeds: of the first weights.
        kind: `"tanh"` or `"relu"`, with squared error; or `"entropy"`, tanh with cross-entropy.
    """

    def __init__(self, seeds: Sequence[int] = SEEDS, kind: str = "tanh") -> None:
        data = datasets.digits(0, dtype=torch.float64)
        X, y = data.X[:EXAMPLES], data.y[:EXAMPLES]
        net, right = _net(kind), (y.unsqueeze(-1) == torch.arange(SIZES[-1])).to(X.dtype)

        def loss(params: Params) -> Tensor:
            output = functional_call(net, params, (X,))
            if kind == "entropy":
                return cross_entropy(output, y)
            return (output - right).square().sum(-1).mean() / 2

        nets = [dict(_net(kind, seed).named_parameters()) for seed in seeds]
        self.params = {name: torch.stack([n[name].detach() for n in nets]) for name in nets[0]}
        self._gradient = vmap(grad_and_value(loss))
        self._loss = vmap(loss)
        self._curve = vmap(lambda params, vector: hessian_vector(loss, params, vector))

    def gradient(self) -> Params:
        """On all examples, of every net."""
        return self._gradient(self.params)[0]

    def loss(self, params: Params | None = None) -> Tensor:
        """On all examples, `(S,)`."""
        return self._loss(self.params if params is None else params)

    def descend(self, lr: Tensor | float) -> Tensor:
        """One step of gradient descent of every net; gives the losses before it, `(S,)`."""
        grads, losses = self._gradient(self.params)
        lr = torch.as_tensor(lr, dtype=torch.float64).expand(len(losses))
        moved = {name: x - _wide(lr, x) * grads[name] for name, x in self.params.items()}
        self.params = moved
        return losses

    def sharpness(self, scale: Params | None = None, products: int = PRODUCTS) -> Tensor:
        """The largest eigenvalue of each Hessian, `(S,)`, by power iteration.

        Args:
            scale: what each entry of the gradient is divided by; the eigenvalue is then that of
                D^(-1/2) H D^(-1/2) with D = diag(scale).
            products: of the Hessian with a vector.
        """
        ones = {name: torch.ones_like(x) for name, x in self.params.items()}
        root = {name: x.sqrt() for name, x in (scale or ones).items()}
        vector = ones
        for _ in range(products):
            image = self._curve(self.params, {n: v / root[n] for n, v in vector.items()})
            image = {name: part / root[name] for name, part in image.items()}
            size = sum(part.square().flatten(1).sum(1) for part in image.values()).sqrt()
            vector = {name: part / _wide(size, part) for name, part in image.items()}
        return size


def _net(kind: str, seed: int = 0) -> MLP:
    activation = "relu" if kind == "relu" else "tanh"
    return MLP(SIZES, activation=activation, seed=seed, dtype=torch.float64)


def _wide(value: Tensor, like: Tensor) -> Tensor:
    return value.reshape(-1, *[1] * (like.dim() - 1))


@cache
def calm(
    kind: str = "tanh", seeds: Sequence[int] = SEEDS, steps: int = TRAINED
) -> tuple[Params, Tensor, Tensor]:
    """Parameters after a training at a small rate, their losses and sharpness, `(S,)` each."""
    nets = Nets(seeds, kind)
    for _ in range(steps):
        nets.descend(CALM)
    return nets.params, nets.loss(), nets.sharpness()


def goes_on(
    times: float,
    kind: str = "tanh",
    seeds: Sequence[int] = SEEDS,
    steps: int = TRAINED,
    on: int = ON,
) -> tuple[Moved, Params]:
    """Goes on at `times` · 2 / sharpness after `calm`."""
    nets = Nets(seeds, kind)
    nets.params, before, sharp = calm(kind, seeds, steps)
    lr, peak = times * 2 / sharp, before
    for _ in range(on):
        losses = nets.descend(lr)
        peak = torch.maximum(peak, torch.where(losses.isfinite(), losses, torch.inf))
    share = nets.sharpness() * lr / 2
    return Moved(peak / before, nets.loss() / before, share), nets.params


def barrier(one: Params, other: Params, places: int = 21) -> Tensor:
    """How far the loss rises above both ends on the straight line between, `(S,)`."""
    nets = Nets(range(len(next(iter(one.values())))))
    line = torch.linspace(0, 1, places, dtype=torch.float64)
    losses = [nets.loss({n: torch.lerp(x, other[n], at) for n, x in one.items()}) for at in line]
    losses = torch.stack(losses)
    return losses.amax(0) - torch.maximum(losses[0], losses[-1])


def adam_climb(
    beta1: float,
    seeds: Sequence[int] = SEEDS,
    steps: int = ADAM_STEPS,
    every: int = EVERY,
    lr: float = ADAM_RATE,
    since: int = 0,
) -> tuple[Tensor, Tensor]:
    """Rate times sharpness along a full-batch run of Adam, every `every` steps, `(S, E)` each.

    The looks begin after step `since`.

    Returns:
        With the Hessian divided by √v̂ as Adam divides the gradient; and without.
    """
    nets, scaled, plain = Nets(seeds), [], []
    states = {name: adam.init(x) for name, x in nets.params.items()}
    for step in range(1, steps + 1):
        grads, new = nets.gradient(), {}
        for name, x in nets.params.items():
            delta, states[name] = adam.update(grads[name], states[name], x, lr=lr, beta1=beta1)
            new[name] = x + delta
        nets.params = new
        if step > since and step % every == 0:
            divisor = {n: (s.v / (1 - 0.999**s.t)).sqrt() + 1e-8 for n, s in states.items()}
            scaled.append(lr * nets.sharpness(divisor, MORE))
            plain.append(lr * nets.sharpness())
    return torch.stack(scaled, 1), torch.stack(plain, 1)
