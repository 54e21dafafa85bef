"""A matrix that remembers pairs, of which some come up far more often than others.

Pair k is a key and a value, unit vectors; the memory W is to turn every key into its value, and
loses ‖W key - value‖² / 2. Keys are orthonormal, and so are values: as long as every pair is
learned by itself, the singular values of the gradient are frequency × what is still missing, one
for every pair; at the start, the frequencies themselves.

Book: optimizers/matrix_curvature
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import vmap

from dlnotes.core.protocols import Rule
from dlnotes.optimizers import adam, momentum, muon, sgd
from dlnotes.training.sweeps import lowest

PAIRS = 64
SEEDS = 5
BATCH = 256  # pairs a step, drawn with their frequencies
RULES = {"sgd": sgd, "momentum": momentum, "adam": adam, "muon": muon}
FIRST = {"sgd": 0.0, "momentum": -0.5, "adam": -2.5, "muon": -2.0}  # log10 of the first rate
TRIED = 9  # learning rates each, four to a factor of ten


class Memory(NamedTuple):
    """Keys and values, each `(N, N)`, one pair a row; frequencies `(N,)`, the largest first."""

    keys: Tensor
    values: Tensor
    frequencies: Tensor

    def gradient(self, W: Tensor, drawn: Tensor | None = None) -> Tensor:
        """Of the mean loss, `(N, N)`; over all pairs, or as often as each was `drawn`, `(N,)`."""
        missing = self.keys @ W.mT - self.values
        shares = self.frequencies if drawn is None else drawn / drawn.sum()
        return (missing * shares[:, None]).mT @ self.keys

    def known(self, W: Tensor) -> Tensor:
        """How much of each value its key calls up: 0 nothing, 1 all of it; shape `(N,)`."""
        return ((self.keys @ W.mT) * self.values).sum(-1)

    def errors(self, W: Tensor) -> Tensor:
        """‖W key - value‖² of every pair, 1 before anything is learned; shape `(N,)`."""
        return (self.keys @ W.mT - self.values).square().sum(-1)


def memory(pairs: int, seed: int, exponent: float = 1.0) -> Memory:
    """Pairs with directions drawn at random, and Zipf's frequencies.

    Args:
        pairs: N of them, in N dimensions.
        seed: of the directions.
        exponent: the k-th pair comes up in proportion to k to the power of minus this; 0: all
            alike.
    """
    source = torch.Generator().manual_seed(seed)
    keys, values = (
        torch.linalg.qr(torch.randn(pairs, pairs, generator=source, dtype=torch.float64))[0]
        for _ in range(2)
    )
    ranks = torch.arange(1, pairs + 1, dtype=torch.float64)
    frequencies = ranks**-exponent
    return Memory(keys, values, frequencies / frequencies.sum())


class Trained(NamedTuple):
    """One method after some steps.

    Attributes:
        lrs: learning rates tried, shape `(R,)`.
        losses: mean over pairs with their frequencies, shape `(R, S)`.
        errors: of every pair, the most frequent first, shape `(R, S, N)`.
    """

    lrs: Tensor
    losses: Tensor
    errors: Tensor

    @property
    def best(self) -> int:
        """The place in `lrs` of the lowest median loss."""
        return int(lowest(self.losses))

    @property
    def rare(self) -> list[float]:
        """Mean error of the rarer half at the best learning rate, one a seed."""
        errors = self.errors[self.best]
        return errors[:, errors.shape[1] // 2 :].mean(-1).tolist()


def first_step(name: str, seed: int) -> float:
    """What one step of a rule teaches of the rarest pair, as a part of the most frequent."""
    of, rule = memory(PAIRS, seed), RULES[name]
    W = torch.zeros_like(of.keys)
    known = of.known(rule.update(of.gradient(W), rule.init(W), W, lr=1.0)[0])
    return (known[-1] / known[0]).item()


def race(steps: int, exponent: float = 1.0) -> dict[str, Trained]:
    """Every method at `TRIED` learning rates, which all fall linearly to 0; `SEEDS` seeds."""
    return {name: train(name, steps, exponent) for name in RULES}


def train(name: str, steps: int, exponent: float = 1.0) -> Trained:
    """One method on memories of their own, one a seed, with the same draws for all methods."""
    lrs = 10 ** (FIRST[name] + torch.arange(TRIED, dtype=torch.float64) / 4)
    ends = [
        _runs(RULES[name], lrs, memory(PAIRS, seed, exponent), steps, seed) for seed in range(SEEDS)
    ]
    errors = torch.stack(ends, 1)
    frequencies = memory(PAIRS, 0, exponent).frequencies
    return Trained(lrs, errors @ frequencies / 2, errors)


def _runs(rule: Rule, lrs: Tensor, of: Memory, steps: int, seed: int) -> Tensor:
    """Errors `(R, N)` of one memory after training at every learning rate."""
    source = torch.Generator().manual_seed(1000 + seed)
    W = torch.zeros(len(lrs), *of.keys.shape, dtype=torch.float64)
    states = vmap(rule.init)(W)
    update = vmap(lambda grad, state, W, lr: rule.update(grad, state, W, lr=lr))
    for step in range(steps):
        draws = torch.multinomial(of.frequencies, BATCH, replacement=True, generator=source)
        drawn = torch.bincount(draws, minlength=len(of.keys)).double()
        grads = vmap(lambda W, drawn=drawn: of.gradient(W, drawn))(W)
        delta, states = update(grads, states, W, lrs * (1 - step / steps))
        W = W + delta
    return vmap(of.errors)(W)
