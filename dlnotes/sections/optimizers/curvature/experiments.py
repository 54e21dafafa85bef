"""What curvature costs, and what a small net does with it: two moons, 2-6-2, 32 parameters.

Book: optimizers/curvature
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import functional_call, grad, grad_and_value, hessian, jacrev, vmap

from dlnotes.optimizers import adam
from dlnotes.optimizers.curvature import hessian_vector_product, multiplications
from dlnotes.optimizers.lbfgs import lbfgs_direction
from dlnotes.optimizers.vectors import flat
from dlnotes.training.data.datasets import digits, moons
from dlnotes.training.data.examples import Data
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP

MEMORY = 10  # pairs that L-BFGS keeps
HALVINGS = 20  # of a step, at most
LEAST = 1e-10  # a pair whose product is smaller tells no curvature
Scores = Callable[[Tensor], Tensor]


@cache
def _moons() -> Data:
    return moons(100, dtype=torch.float64)


def _net(seed: int) -> tuple[Tensor, Scores]:
    """All parameters of a fresh net behind one another, and its scores as a function of them."""
    net = MLP((2, 6, 2), activation="tanh", init="glorot", seed=seed, dtype=torch.float64)
    vector, cut = flat(dict(net.named_parameters()))
    return vector, lambda vector: functional_call(net, cut.params(vector), (_moons().X,))


def _nets(seeds: int) -> tuple[Tensor, Scores]:
    """The vectors of so many nets, a row each, and the scores of one of them."""
    nets = [_net(seed) for seed in range(seeds)]
    return torch.stack([vector for vector, _ in nets]), nets[0][1]


def losses(method: type, seed: int, **settings: float) -> list[float]:
    """Before each of 30 steps of a method, `Newton` or `TrustRegion`, and after the last."""
    vector, scores = _net(seed)
    stepped = method(lambda vector: cross_entropy(scores(vector), _moons().y), vector, **settings)
    return [stepped.step().item() for _ in range(31)]


def absolute_losses(seeds: int, floor: float) -> list[float]:
    """After 30 steps of the saddle-free method: eigenvalues by their size, plus a floor."""
    W, scores = _nets(seeds)

    def loss(w: Tensor) -> Tensor:
        return cross_entropy(scores(w), _moons().y)

    for _ in range(30):
        slopes = vmap(grad(loss))(W)
        values, vectors = torch.linalg.eigh(vmap(hessian(loss))(W))
        along = torch.einsum("sij,si->sj", vectors, slopes) / (values.abs() + floor)
        W = W - torch.einsum("sij,sj->si", vectors, along)
    return vmap(loss)(W).tolist()


def lbfgs_loss(
    seed: int, gradients: int, batch_size: int | None = None, *, shared: bool = False
) -> float:
    """On all examples, after L-BFGS has made so many gradients.

    A step is the whole direction, at first no longer than 1, and halved until the loss of the
    same examples falls. On mini-batches the next gradient is of other examples, and so is the
    second one of a pair, unless a pair has its batch `shared`.
    """
    source, (w, scores) = torch.Generator().manual_seed(seed), _net(seed)
    y, moves, turns = _moons().y, [], []

    def look(w: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        return grad_and_value(lambda w: cross_entropy(scores(w)[rows], y[rows]))(w)

    def pick() -> Tensor:
        return torch.randperm(len(y), generator=source)[:batch_size]

    rows = pick()
    (slope, value), spent = look(w, rows), 1
    while spent < gradients:
        move, (after, lower), tried = _shorter(look, w, rows, slope, value, moves, turns)
        w, spent, same = w + move, spent + tried, after
        if batch_size:
            rows = pick()
            (after, lower), spent = look(w, rows), spent + 1
        turn = (same if shared else after) - slope
        if move @ turn > LEAST:
            moves, turns = [*moves, move][-MEMORY:], [*turns, turn][-MEMORY:]
        slope, value = after, lower
    return cross_entropy(scores(w), y).item()


def adam_losses(seeds: int, gradients: int, batch_size: int, lr: float) -> list[float]:
    """On all examples, after so many steps of Adam on mini-batches drawn as in `lbfgs_loss`.

    The learning rate falls linearly from `lr` to 0.
    """
    sources = [torch.Generator().manual_seed(seed) for seed in range(seeds)]
    (W, scores), y = _nets(seeds), _moons().y
    state, everyone = adam.init(W), torch.arange(len(y)).expand(seeds, -1)

    def loss(w: Tensor, rows: Tensor) -> Tensor:
        return cross_entropy(scores(w)[rows], y[rows])

    for step in range(gradients):
        drawn = [torch.randperm(len(y), generator=source)[:batch_size] for source in sources]
        rate = lr * (1 - step / gradients)
        delta, state = adam.update(vmap(grad(loss))(W, torch.stack(drawn)), state, W, lr=rate)
        W = W + delta
    return vmap(loss)(W, everyone).tolist()


def _shorter(look, w, rows, slope, value, moves, turns) -> tuple[Tensor, tuple, int]:
    """A step along L-BFGS's direction that lowers the loss, what is seen there, and how often."""
    move = lbfgs_direction(slope, moves, turns)
    if not moves:
        move = move * (1 / slope.abs().sum()).clamp(max=1)
    seen, tried = look(w + move, rows), 1
    while seen[1] > value + 1e-4 * (slope @ move) and tried < HALVINGS:
        move, tried = move / 2, tried + 1
        seen = look(w + move, rows)
    return move, seen, tried


class Compared(NamedTuple):
    """The Fisher matrix of a net beside its Hessian.

    Attributes:
        own: largest difference where labels are the net's own, weighted by their probabilities.
        data: ‖H - F‖ / ‖F‖ with the labels of the data.
        lowest: the lowest eigenvalue of that H.
    """

    own: float
    data: float
    lowest: float


def fisher_and_hessians(seed: int, steps: int) -> Compared:
    """After so many full-batch steps of Adam, learning rate 0.1."""
    vector, scores = _net(seed)
    labels = torch.nn.functional.one_hot(_moons().y, 2).double()

    def loss(vector: Tensor, weights: Tensor) -> Tensor:
        return -(scores(vector).log_softmax(1) * weights).sum() / len(weights)

    state = adam.init(vector)
    for _ in range(steps):
        delta, state = adam.update(grad(loss)(vector, labels), state, vector, lr=0.1)
        vector = vector + delta
    p = scores(vector).softmax(1)
    slopes = jacrev(lambda vector: scores(vector).log_softmax(1))(vector)
    F = torch.einsum("bc,bci,bcj->ij", p, slopes, slopes) / len(p)
    own, data = (hessian(loss)(vector, weights) for weights in (p, labels))
    lowest = torch.linalg.eigvalsh(data)[0].item()
    return Compared((own - F).abs().max().item(), ((data - F).norm() / F.norm()).item(), lowest)


def digits_problem(width: int) -> tuple[Callable[[Tensor], Tensor], Tensor]:
    """The loss of a 64-`width`-10 net on 64 digits as a function of one vector, and the vector."""
    data, net = digits(dtype=torch.float64), MLP((64, width, 10), dtype=torch.float64)
    vector, cut = flat(dict(net.named_parameters()))

    def loss(vector: Tensor) -> Tensor:
        return cross_entropy(functional_call(net, cut.params(vector), (data.X[:64],)), data.y[:64])

    return loss, vector


def gradients_of_a_product(width: int) -> float:
    """Multiplications of the Hessian times a vector, in gradients."""
    loss, w = digits_problem(width)
    spent = multiplications(lambda: hessian_vector_product(loss, w, torch.ones_like(w)))
    return spent / multiplications(lambda: grad(loss)(w))


def gradients_of_the_whole(width: int) -> float:
    """Multiplications of the Hessian written out, in gradients."""
    loss, w = digits_problem(width)
    return multiplications(lambda: hessian(loss)(w)) / multiplications(lambda: grad(loss)(w))
