"""What momentum gains when its gradients are noisy, and when a run has settled.

Book: optimizers/momentum
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.optimizers import momentum
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import Landscape

CURVATURES = (1.0, 100.0)
RATES = torch.logspace(-4.5, -0.5, 41, dtype=torch.float64)  # effective ones: lr / (1 - momentum)
WALKS = 200  # that are averaged
STEPS = 200  # of a noisy walk


def settled(
    rule: Rule,
    landscape: Landscape,
    start: Sequence[float],
    *,
    within: float = 1e-6,
    steps: int = 3000,
    **hyper: float | Tensor,
) -> list[int]:
    """The step from which on each run stays close to a minimum at the origin, else `steps + 1`.

    Args:
        rule: a module with `init` and `update`.
        landscape: what to descend on.
        start: shape `(D,)`.
        within: the part of the first distance that counts as close.
        steps: how far to look.
        **hyper: of the rule; a tensor of shape `(R,)` makes R runs.
    """
    distance = trajectory(rule, landscape, start, steps=steps, **hyper).norm(dim=-1)
    far = (distance <= within * distance[:, :1]).logical_not()  # NaN is far
    return [int(run.nonzero().max()) + 1 for run in far]


def gain(sigma: float, seed: int) -> Tensor:
    """Best loss without momentum over best loss with a coefficient of 0.9, from noisy gradients.

    Args:
        sigma: standard deviation of the noise.
        seed: of the noise, the same for both.
    """
    return best_loss(sigma, 0.0, seed) / best_loss(sigma, 0.9, seed)


def best_loss(sigma: float, beta: float, seed: int) -> Tensor:
    """The mean loss in a valley after `STEPS` noisy steps, at the best of `RATES`; 0-d.

    Args:
        sigma: standard deviation of the noise in every coordinate of the gradient.
        beta: coefficient of the momentum.
        seed: of the noise.
    """
    source, curvatures = seeded(seed), torch.tensor(CURVATURES, dtype=torch.float64)
    point = torch.ones(len(RATES), WALKS, len(CURVATURES), dtype=torch.float64)
    state, lr = momentum.init(point), (1 - beta) * RATES[:, None, None]
    for _ in range(STEPS):
        noise = torch.randn(point.shape[1:], generator=source, dtype=torch.float64)
        grad = curvatures * point + sigma * noise
        delta, state = momentum.update(grad, state, point, lr=lr, momentum=beta)
        point = point + delta
    loss = (curvatures * point**2).sum(-1).mean(-1) / 2
    return loss.nan_to_num(torch.inf).min()
