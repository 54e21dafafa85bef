"""Memory of size: what each coordinate is left of the learning rate, and features one rarely meets.

Book: optimizers/adaptive
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from dlnotes.core.arguments import non_negative, whole
from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.training.replay import replay

PROBE = 1e-150  # so small that its square is lost in every memory, but not in a quotient


def effective_rates(rule: Rule, grads: Tensor, **hyper: float) -> Tensor:
    """What a rule multiplies the gradient with, coordinate by coordinate, step after step.

    The effective learning rate of a step is -delta / grad. Where the gradient is 0 it is what a
    vanishingly small gradient would have met there.

    Args:
        rule: a module with `init` and `update` that moves along the gradient at hand, that is,
            without a memory of direction.
        grads: the gradients of T steps, float64, shape `(T, ...)`.
        **hyper: hyperparameters of the rule.

    Returns:
        The shape of `grads`; NaN until the coordinate has met its first gradient.

    Example:
        >>> from dlnotes.optimizers import adagrad
        >>> grads = torch.tensor([[3.0, 0.0], [4.0, 2.0]], dtype=torch.float64)
        >>> effective_rates(adagrad, grads, lr=1.0)
        tensor([[0.3333,    nan],
                [0.2000, 0.5000]], dtype=torch.float64)
    """
    given = torch.where(grads == 0, PROBE, grads)
    rates = -replay(rule, given, **hyper).deltas / given
    met = (grads != 0).cumsum(0) > 0
    return torch.where(met, rates, torch.nan)


def agree(update: Callable[..., tuple], rule: Rule, memories: int = 1, **hyper: float) -> None:
    """Hold a rule as the book writes it against the library's, over 50 random gradients.

    Args:
        update: `(grad, state, param, **hyper)`, its state a tuple.
        rule: a module with `init` and `update`.
        memories: tensors in that tuple, all 0 before the first step.
        **hyper: of both.

    Raises:
        AssertionError: at the first step that differs by more than rounding.
    """
    grads = torch.randn(50, 3, generator=seeded(0), dtype=torch.float64)
    first = (torch.zeros(3, dtype=torch.float64),) * memories
    mine = replay(update, grads, state=first, **hyper).deltas
    torch.testing.assert_close(mine, replay(rule, grads, **hyper).deltas, rtol=1e-12, atol=0)


def walk(
    rule: Rule, *, start: float = 5.0, bottom: float = 0.0, steps: int = 1000, **hyper: float
) -> Tensor:
    """Down the parabola (x - bottom)² / 2, without noise.

    Args:
        rule: a module with `init` and `update`.
        start: x - bottom before the first step.
        bottom: where the parabola has it.
        steps: T, updates.
        **hyper: of the rule.

    Returns:
        x - bottom before the first step and after each, shape `(T + 1,)`.

    Example:
        >>> from dlnotes.optimizers import sgd
        >>> walk(sgd, steps=2, lr=0.5)
        tensor([5.0000, 2.5000, 1.2500], dtype=torch.float64)
    """
    x = torch.full((1,), start + bottom, dtype=torch.float64)
    state, places = rule.init(x), [x]
    for _ in range(whole("steps", steps)):
        delta, state = rule.update(x - bottom, state, x, **hyper)
        x = x + delta
        places.append(x)
    return torch.cat(places) - bottom


def distances(
    rule: Rule, seeds: Sequence[int] = range(5), *, steps: int = 2500, walks: int = 400, **hyper
) -> Tensor:
    """Mean squared distance to the bottom of a parabola when gradients carry noise of size 1.

    Args:
        rule: a module with `init` and `update`, elementwise.
        seeds: S of them, of the noise.
        steps: T, updates.
        walks: of each seed, all from 1, averaged.
        **hyper: of the rule.

    Returns:
        After every step, shape `(T, S)`.
    """
    shape = (steps, walks)
    noise = [torch.randn(shape, generator=seeded(seed), dtype=torch.float64) for seed in seeds]
    x = torch.ones(len(noise), walks, dtype=torch.float64)
    state, found = rule.init(x), []
    for blur in torch.stack(noise, dim=1):
        delta, state = rule.update(x + blur, state, x, **hyper)
        x = x + delta
        found.append(x.square().mean(-1))
    return torch.stack(found)


class RareFeatures(NamedTuple):
    """Batches of a regression in which every feature is half as frequent as the one before.

    Attributes:
        X: features, -1, 0 or 1, shape `(T, S, R, B, K + D)`: the K that always stand, then the D.
        y: targets, shape `(T, S, R, B)`.
        answers: the weights to be found, shape `(S, R, K + D)`.
        shares: in what share of the examples each of the D is not 0, shape `(D,)`.
    """

    X: Tensor
    y: Tensor
    answers: Tensor
    shares: Tensor


def rare_features(
    features: int = 10,
    *,
    steps: int,
    batch_size: int = 1,
    always: int = 0,
    noise: float = 0.0,
    seeds: Sequence[int] = (0,),
    runs: int = 1,
) -> RareFeatures:
    """Draw streams of batches with features from the commonest to the rarest.

    Feature j is not 0 in a share 2⁻ʲ of the examples, with a random sign, so that no two features
    are correlated: the loss is a valley with axes along the coordinates and curvatures 2⁻ʲ. The
    weights to be found are standard normal.

    Args:
        features: D, at least 1.
        steps: T, batches to draw.
        batch_size: B, examples in a batch.
        always: K, further features that stand in every example.
        noise: standard deviation of what is added to the targets, 0 or more.
        seeds: S of them.
        runs: R, streams drawn from each seed, every one with weights of its own.

    Example:
        >>> task = rare_features(3, steps=1000, batch_size=4)
        >>> task.shares
        tensor([1.0000, 0.5000, 0.2500], dtype=torch.float64)
        >>> (task.X.abs().mean((0, 1, 2, 3)) - task.shares).abs().max() < 0.02
        tensor(True)
    """
    whole("features", features)
    non_negative("noise", noise)
    whole("always", always, least=0)
    shape = (whole("steps", steps), whole("runs", runs), whole("batch_size", batch_size))
    shares = 0.5 ** torch.arange(features, dtype=torch.float64)
    everywhere = torch.cat([shares.new_ones(always), shares])
    streams = [_stream(shape, everywhere, noise, seed) for seed in seeds]
    X, y, answers = zip(*streams, strict=True)
    return RareFeatures(torch.stack(X, dim=1), torch.stack(y, dim=1), torch.stack(answers), shares)


def plainly(grad: Tensor, state: tuple, param: Tensor, *, lr: Tensor) -> tuple[Tensor, tuple]:
    """A step of gradient descent, as the book writes a rule from scratch."""
    return -lr * grad, state


def best_errors(
    update: Callable[..., tuple], task: RareFeatures, lrs: Tensor, *, diluted: bool = True
) -> Tensor:
    """Learn the weights from the stream, at every learning rate; what is left at the best one.

    Args:
        update: a rule as the book writes it from scratch, `(grad, state, param, *, lr)` with a
            tuple of one memory as its state.
        task: from `rare_features`.
        lrs: learning rates to try, shape `(L,)`; the one with the smallest mean error counts.
        diluted: average a gradient over the batch; or, feature by feature, over those examples
            only in which it stands.

    Returns:
        Squared errors of the D weights, averaged over the runs of a seed, shape `(S, D)`.
    """
    seeds, runs, features = task.answers.shape
    param = task.answers.new_zeros(seeds, runs, len(lrs), features)
    state = (torch.zeros_like(param),)
    for X, y in zip(task.X, task.y, strict=True):
        residuals = param @ X.mT - y.unsqueeze(-2)
        met = X.shape[-2] if diluted else (X != 0).sum(-2, keepdim=True).clamp(min=1)
        delta, state = update(residuals @ X / met, state, param, lr=lrs.unsqueeze(-1))
        param = param + delta
    errors = (param - task.answers.unsqueeze(-2)).square().nan_to_num(torch.inf).mean(1)
    errors = errors[..., -len(task.shares) :]
    return errors[:, errors.mean((0, 2)).argmin()]


def _stream(shape: tuple, shares: Tensor, noise: float, seed: int) -> tuple[Tensor, ...]:
    """Features, targets and weights of one seed."""
    source = seeded(seed)
    drawn = torch.rand(*shape, len(shares), generator=source, dtype=torch.float64)
    # below half of the share it is -1, from there up to the share 1: one draw decides both
    X = (drawn < shares).double() - 2 * (drawn < shares / 2).double()
    answers = torch.randn(shape[1], len(shares), generator=source, dtype=torch.float64)
    blur = torch.randn(shape, generator=source, dtype=torch.float64)
    return X, (X * answers[:, None]).sum(-1) + noise * blur, answers
