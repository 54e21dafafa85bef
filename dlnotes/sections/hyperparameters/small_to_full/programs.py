"""Training programs, sound ones and broken ones, and what is seen of each.

Book: hyperparameters/small_to_full
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import vmap

from dlnotes.core.protocols import Rule, moved
from dlnotes.core.seeds import seeded
from dlnotes.optimizers import adam, sgd
from dlnotes.training.data.batches import rows
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.mlp import MLP

SIZES, EXAMPLES = (64, 64, 10), 797
FEW, FIT = 20, 200  # images and steps of the small run
STEPS, BATCH = 160, 50  # of the full run
EVERY = 20  # steps from look to look in the full run


class Sets(NamedTuple):
    """Images and labels of S data sets side by side.

    Attributes:
        X: to learn from, `(S, N, 64)`, standardized.
        y: their labels, `(S, N)`.
        held: 400 images that the program itself reports on.
        held_y: their labels.
        fresh: 600 images as they come in use.
        fresh_y: their labels.
    """

    X: Tensor
    y: Tensor
    held: Tensor
    held_y: Tensor
    fresh: Tensor
    fresh_y: Tensor


Params = dict[str, Tensor]


def entropy(scores: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy of every data set, `(S,)`."""
    return -scores.log_softmax(-1).gather(-1, y.unsqueeze(-1)).squeeze(-1).mean(-1)


def forward(params: Params, X: Tensor, bent: bool, norm: bool) -> Tensor:
    """Scores `(S, B, 10)` of images `(S, B, 64)`."""
    h = torch.baddbmm(params["b1"].unsqueeze(1), X, params["w1"].mT)
    if norm:
        h = (h - h.mean(1, keepdim=True)) / (h.var(1, keepdim=True, correction=0) + 1e-5).sqrt()
    return torch.baddbmm(params["b2"].unsqueeze(1), h.relu() if bent else h, params["w2"].mT)


@dataclass(frozen=True)
class Program:
    """One way to train; every default is sound.

    Attributes:
        rule: of the steps.
        lr: learning rate.
        bent: whether the hidden units are ReLUs; else the net is linear.
        norm: batch normalization, by the batch that is there.
        start: what the initial weights are multiplied by.
        still: parameters that are never handed to the rule.
        loss: `(scores, y) -> (S,)`.
        penalty: times the sum of squared weights.
        piled: whether gradients of earlier steps are still in the sum.
        data: what it makes of the images before anything else.
        batch: how a batch is read, in training and in use.
        extra: what it does to the images of the full run only.
        one_by_one: whether images in use come one at a time.
    """

    rule: Rule = adam
    lr: float = 0.01
    bent: bool = True
    norm: bool = False
    start: float = 1.0
    still: tuple[str, ...] = ()
    loss: Callable[[Tensor, Tensor], Tensor] = entropy
    penalty: float = 0.0
    piled: bool = False
    data: Callable[[Sets], Sets] = lambda sets: sets
    batch: Callable[[Tensor], Tensor] = lambda X: X
    extra: Callable[[Tensor, int], Tensor] | None = None
    one_by_one: bool = False

    def scores(self, params: Params, X: Tensor) -> Tensor:
        """What comes out for a batch."""
        return forward(params, self.batch(X), self.bent, self.norm)


# ---- what is broken ------------------------------------------------------------------------------
def twice(scores: Tensor, y: Tensor) -> Tensor:
    """Softmax, and then a loss that takes it once more."""
    return entropy(scores.softmax(-1), y)


def across(scores: Tensor, y: Tensor) -> Tensor:
    """Softmax over the images of the batch, where over the classes was meant."""
    return -scores.log_softmax(1).gather(-1, y.unsqueeze(-1)).squeeze(-1).mean(-1)


def blank(sets: Sets) -> Sets:
    """The images never arrive: all pixels are 0."""
    return sets._replace(X=0 * sets.X, held=0 * sets.held, fresh=0 * sets.fresh)


def shuffled(sets: Sets) -> Sets:
    """Labels dealt anew among all images to learn from."""
    order = torch.randperm(sets.y.shape[1], generator=seeded(99))
    return sets._replace(y=sets.y[:, order])


def noisy(sets: Sets) -> Sets:
    """Every fifth label is another class."""
    wrong = torch.arange(sets.y.shape[1]) % 5 == 0
    moves = torch.randint(1, 10, sets.y.shape, generator=seeded(98))
    return sets._replace(y=torch.where(wrong, (sets.y + moves) % 10, sets.y))


def told(sets: Sets) -> Sets:
    """The label stands in a corner of the image; in use the corner is empty."""

    def written(X: Tensor, y: Tensor) -> Tensor:
        mark = 3.0 * torch.nn.functional.one_hot(y, 10).to(X)
        return torch.cat([mark, X[..., 10:]], -1)

    empty = torch.cat([torch.zeros_like(sets.fresh[..., :10]), sets.fresh[..., 10:]], -1)
    return sets._replace(
        X=written(sets.X, sets.y), held=written(sets.held, sets.held_y), fresh=empty
    )


def raw(sets: Sets) -> Sets:
    """Images in use are turned by a quarter: another loader."""
    X = sets.fresh.unflatten(-1, (8, 8)).transpose(-1, -2).flatten(-2)
    return sets._replace(fresh=X)


def mixed(X: Tensor) -> Tensor:
    """Rows and columns exchanged by a reshape, so that images run into one another."""
    return X.mT.reshape(X.shape)


def thrown(X: Tensor, step: int) -> Tensor:
    """Every image moved by up to 4 pixels either way, round the edge."""
    right, down = torch.randint(-4, 5, (2,), generator=seeded(step)).tolist()
    return X.unflatten(-1, (8, 8)).roll((down, right), (-2, -1)).flatten(-2)


PROGRAMS: dict[str, Program] = {
    "sound": Program(),
    "gentle": Program(lr=0.003),
    "plain": Program(rule=sgd, lr=0.3),
    "blank": Program(data=blank),
    "sign": Program(loss=lambda scores, y: -entropy(scores, y)),
    "twice": Program(loss=twice),
    "axis": Program(loss=across),
    "slow": Program(lr=1e-4),
    "fast": Program(lr=1.0),
    "zero": Program(start=0.0),
    "heavy": Program(penalty=0.3),
    "piled": Program(rule=sgd, lr=0.3, piled=True),
    "shuffled": Program(data=shuffled),
    "noisy": Program(data=noisy),
    "told": Program(data=told),
    "turned": Program(data=raw),
    "mixed": Program(batch=mixed),
    "frozen": Program(still=("w1", "b1")),
    "linear": Program(bent=False),
    "single": Program(norm=True, one_by_one=True),
    "thrown": Program(extra=thrown),
}


# ---- the runs ------------------------------------------------------------------------------------
class Seen(NamedTuple):
    """What a program shows, of S data sets.

    Attributes:
        small: loss on the 20 images before every step and after the last, `(S, FIT + 1)`.
        floor: label entropy of the 20 labels, `(S,)`.
        train: loss of every batch of the full run, `(S, STEPS)`.
        reported: accuracy on the images held out, as the program reads them, `(S,)`.
        fresh: accuracy in use, at every look of the full run, `(S, looks)`.
    """

    small: Tensor
    floor: Tensor
    train: Tensor
    reported: Tensor
    fresh: Tensor


def sets_of(seeds: range | list[int]) -> Sets:
    """The data of several seeds."""
    parts = [few_digits(seed, EXAMPLES, 0.0) for seed in seeds]
    X, y, test, test_y = (torch.stack(part) for part in zip(*parts, strict=True))
    held = test[:, :CHOOSE], test_y[:, :CHOOSE]
    return Sets(X, y, *held, test[:, CHOOSE:], test_y[:, CHOOSE:])


def begun(program: Program, seeds: range | list[int]) -> Params:
    """Initial parameters, one net a seed."""
    nets = [MLP(SIZES, seed=seed).layers for seed in seeds]
    params = {}
    for name, place in (("1", 0), ("2", 1)):
        weights = torch.stack([net[place].weight.detach() for net in nets])
        params[f"w{name}"] = program.start * weights
        params[f"b{name}"] = torch.zeros(weights.shape[:2])
    return params


def stepped(program: Program, params: Params, batches: Callable, steps: int, look: Callable):
    """Trains, and gives the losses `(S, steps)`; `look(step, params)` sees every step."""
    states = {name: program.rule.init(param) for name, param in params.items()}
    pile, losses = dict.fromkeys(params, 0.0), []
    for step in range(steps):
        look(step, params)
        leaves = {name: param.detach().requires_grad_() for name, param in params.items()}
        X, y = batches(step)
        value = program.loss(program.scores(leaves, X), y)
        squares = leaves["w1"].square().sum() + leaves["w2"].square().sum()
        total = value.sum() + program.penalty * squares
        found = torch.autograd.grad(total, list(leaves.values()))
        grads = dict(zip(leaves, found, strict=True))
        if program.piled:
            grads = pile = {name: grad + pile[name] for name, grad in grads.items()}
        grads = {name: grad * (name not in program.still) for name, grad in grads.items()}
        after, states = moved(program.rule, grads, states, params, lr=program.lr)
        params = after
        losses.append(value.detach())
    look(steps, params)
    return torch.stack(losses, -1), params


def accuracy(program: Program, params: Params, X: Tensor, y: Tensor, alone: bool) -> Tensor:
    """The share it gets right, `(S,)`."""
    if alone:
        scores = vmap(lambda x: program.scores(params, x.unsqueeze(1))[:, 0], 1, 1)(X)
    else:
        scores = program.scores(params, X)
    return (scores.argmax(-1) == y).float().mean(-1)


def small_run(program: Program, seeds) -> tuple[Tensor, Tensor]:
    """The losses on 20 images, and their label entropy."""
    sets = program.data(sets_of(seeds))
    X, y = sets.X[:, :FEW], sets.y[:, :FEW]
    losses, params = stepped(program, begun(program, seeds), lambda _: (X, y), FIT, _no_look)
    last = program.loss(program.scores(params, X), y)
    shares = torch.nn.functional.one_hot(y, 10).double().mean(1)
    return torch.cat([losses, last.unsqueeze(-1)], -1), -torch.xlogy(shares, shares).sum(-1)


def seen(program: Program, seeds) -> Seen:
    """Both runs of a program."""
    sets = program.data(sets_of(seeds))
    orders = torch.stack([rows(EXAMPLES, BATCH, STEPS, seed) for seed in seeds])
    places = torch.arange(len(orders)).unsqueeze(1)
    fresh = []

    def batch(step: int) -> tuple[Tensor, Tensor]:
        chosen = orders[:, step]
        X = sets.X[places, chosen]
        return program.extra(X, step) if program.extra else X, sets.y[places, chosen]

    def look(step: int, params: Params) -> None:
        if step % EVERY == 0:
            in_use = sets.fresh, sets.fresh_y, program.one_by_one
            fresh.append(accuracy(program, params, *in_use))

    losses, params = stepped(program, begun(program, seeds), batch, STEPS, look)
    reported = accuracy(program, params, sets.held, sets.held_y, False)
    return Seen(*small_run(program, seeds), losses, reported, torch.stack(fresh, -1))


def _no_look(step: int, params: Params) -> None:
    pass
