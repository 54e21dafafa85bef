"""Schedule-free learning: averaging in place of a schedule, as the rules `SGD` and `AdamW`.

Three points move together: z as the plain rule would, x as the average of all z so far, and y
between the two. The gradient is asked for at y, which is the parameter that an optimizer holds;
the answer is x, which `averaged` gives, and which `train` and `fleet` evaluate and return.

Defazio et al. (2024), "The Road Less Scheduled". The learning rate stays constant, after a warmup
if one is wanted; a z counts in the average as the square of its learning rate.

Book: learning_rates/averages
"""

from typing import NamedTuple

import torch
from torch import Tensor

TINY = torch.finfo(torch.float64).tiny


class State(NamedTuple):
    """`t`: updates made, `weight`: sum of the lr², 0-d float64; `z`, `x`: like param."""

    t: Tensor
    z: Tensor
    x: Tensor
    weight: Tensor


class AdamWState(NamedTuple):
    """`State` and `v`, the running mean of grad², like param."""

    t: Tensor
    z: Tensor
    x: Tensor
    weight: Tensor
    v: Tensor


def averaged(state: State | AdamWState | dict[str, Tensor]) -> Tensor:
    """The point to evaluate and to keep: the average x.

    Args:
        state: of `SGD` or `AdamW`; of an `Optimizer` it is `optimizer.state[param]`.
    """
    return state["x"] if isinstance(state, dict) else state.x


class SGD:
    """Schedule-free gradient descent, a rule."""

    State, ranges = State, {"beta1": "between 0 and 1"}
    averaged = staticmethod(averaged)

    @staticmethod
    def init(param: Tensor) -> State:
        """The state before the first update: all three points in one place.

        Args:
            param: the parameter, any shape.
        """
        zero = torch.zeros((), dtype=torch.float64, device=param.device)
        return State(zero, param.clone(), param.clone(), zero.clone())

    @staticmethod
    def update(
        grad: Tensor, state: State, param: Tensor, *, lr: float, beta1: float = 0.9
    ) -> tuple[Tensor, State]:
        """The change of `param`, the point y, in one step.

        z ← z - lr · grad
        x ← (1 - c) · x + c · z    with c = lr² / Σ lr²
        y = (1 - beta1) · z + beta1 · x

        Defazio et al. (2024), with the weights of its algorithm 1. With a
        constant lr c is 1 / t: x is the mean of the z after each update (theorem 1 also counts
        the starting point). With `beta1=0` it is SGD with Polyak's average, with 1 primal
        averaging.

        Args:
            grad: gradient of the loss at `param`, same shape.
            state: from `init` or the last update.
            param: the point y, same shape.
            lr: learning rate, at least 0; constant after a warmup.
            beta1: how near y is to the average, in [0, 1].

        Returns:
            The change to add to `param`, and the next state.

        Example:
            >>> param = torch.tensor([1.0])
            >>> state = SGD.init(param)
            >>> for _ in range(2):
            ...     delta, state = SGD.update(torch.tensor([1.0]), state, param, lr=0.1)
            ...     param = param + delta
            >>> state.z, averaged(state)
            (tensor([0.8000]), tensor([0.8500]))
        """
        z = state.z - lr * grad
        x, weight = _average(z, state, lr)
        y = (1 - beta1) * z + beta1 * x
        return y - param, State(state.t + 1, z, x, weight)


class AdamW:
    """Schedule-free AdamW, a rule."""

    State, ranges = AdamWState, {"beta1": "between 0 and 1"}
    averaged = staticmethod(averaged)

    @staticmethod
    def init(param: Tensor) -> AdamWState:
        """The state before the first update: all three points in one place, no memory of size.

        Args:
            param: the parameter, any shape.
        """
        return AdamWState(*SGD.init(param), torch.zeros_like(param))

    @staticmethod
    def update(
        grad: Tensor,
        state: AdamWState,
        param: Tensor,
        *,
        lr: float = 2.5e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> tuple[Tensor, AdamWState]:
        """The change of `param`, the point y, in one step.

        v ← beta2 · v + (1 - beta2) · grad²
        z ← z - lr · grad / (√v̂ + eps) - lr · weight_decay · y    with v̂ = v / (1 - beta2ᵗ)
        x ← (1 - c) · x + c · z                                   with c = lr² / Σ lr²
        y = (1 - beta1) · z + beta1 · x

        Defazio et al. (2024), algorithm 1, with Adam's bias correction, as in the authors' code
        today; for the published experiments they multiplied lr by √(1 - beta2ᵗ) instead, so that
        eps weighed more at the start.

        Args:
            grad: gradient of the loss at `param`, same shape.
            state: from `init` or the last update.
            param: the point y, same shape.
            lr: learning rate, at least 0; constant after a warmup.
            beta1: how near y is to the average, in [0, 1].
            beta2: what the memory of size keeps in a step, in [0, 1).
            eps: added to the root, at least 0, in units of the gradient.
            weight_decay: pull of y towards zero, at least 0, per unit of lr.

        Returns:
            The change to add to `param`, and the next state.

        Example:
            >>> param = torch.tensor([1.0, 1.0])
            >>> delta, state = AdamW.update(
            ...     torch.tensor([3.0, -0.001]), AdamW.init(param), param, lr=0.1
            ... )
            >>> delta
            tensor([-0.1000,  0.1000])
        """
        t = state.t + 1
        v = beta2 * state.v + (1 - beta2) * grad**2
        v_hat = v / (1 - beta2**t)
        z = state.z - lr * grad / (v_hat.sqrt() + eps) - lr * weight_decay * param
        x, weight = _average(z, state, lr)
        y = (1 - beta1) * z + beta1 * x
        return y - param, AdamWState(t, z, x, weight, v)


def _average(z: Tensor, state: State | AdamWState, lr: float) -> tuple[Tensor, Tensor]:
    """The average with `z` taken in, and the sum of the weights."""
    weight = state.weight + lr**2
    c = lr**2 / weight.clamp(min=TINY)  # 0, not 0 / 0, while a warmup stands at 0
    return (1 - c) * state.x + c * z, weight
