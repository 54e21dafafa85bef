"""K-FAC: natural gradient with a Kronecker product of two small matrices for every layer.

Book: optimizers/matrix_curvature
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import functional_call, grad, jvp

from dlnotes.core.arguments import finite, non_negative, positive, whole
from dlnotes.core.seeds import seeded
from dlnotes.optimizers.kronecker import TARGETS, Factors, Pass, factors, look
from dlnotes.training.nets.losses import mean_squared_error
from dlnotes.training.nets.mlp import MLP

LEAST = 1e-8  # of a damping that shrinks by itself
Matrices = list[Tensor]  # one `(O, I + 1)` a layer: the weights, and the bias as last column


class KFAC:
    """Trains an MLP by K-FAC; Martens & Grosse (2015), algorithm 2 with its block-diagonal form.

    Every step
    1. makes the factors A and G of every layer (`kronecker.factors`) and averages them over time,
    2. turns the gradient into a direction, layer by layer: -(G + √damping / π · I)⁻¹ gradient
       (A + π √damping · I)⁻¹, where π balances the two (section 6.3),
    3. goes that way and the last way as far as the exact quadratic model says: the step is
       α · direction + μ · last step, with the best α and μ (sections 6.4 and 7),
    4. lets the damping follow the model's success (section 6.5).

    Two simplifications: the same damping serves 2 and 3, where the paper searches a second one;
    and the damping is adapted after every step.

    Args:
        net: without norms. Its parameters change in place.
        loss: `mean_squared_error` or `cross_entropy`.
        damping: the first one, in units of the curvature; 0 stays 0.
        shrink: what a good step multiplies the damping by, and a bad one divides it by, in (0, 1];
            1 keeps the damping.
        decay: what the averages of A and G keep in a step, in [0, 1): 0.95 in the paper, for
            batches; less for all examples at once, whose factors need no averaging.
        samples: targets drawn for every example and step; see `kronecker.factors`.
        seed: of the draws.

    Attributes:
        damping: now, 0-d tensor.
        factors: averages of A and G, one pair a layer.

    Example:
        >>> net, X = MLP((3, 2, 3), activation="tanh"), torch.eye(3)
        >>> kfac = KFAC(net)
        >>> losses = [kfac.step(X, X).item() for _ in range(20)]
        >>> losses[-1] < 0.01 * losses[0]
        True
    """

    def __init__(
        self,
        net: MLP,
        loss: Callable[..., Tensor] = mean_squared_error,
        *,
        damping: float = 0.01,
        shrink: float = 0.9,
        decay: float = 0.95,
        samples: int | None = 1,
        seed: int = 0,
    ) -> None:
        _check(net, loss, shrink, decay)
        finite("damping", non_negative("damping", damping))
        self.net, self.loss, self.shrink, self.decay = net, loss, shrink, decay
        self.samples = None if samples is None else whole("samples", samples)
        self.source = seeded(seed)
        self.damping = net.layers[0].weight.new_tensor(damping)
        self.undamped, self.t = damping == 0, 0
        self.factors: list[Factors] = []
        self.last: Matrices | None = None

    def step(self, X: Tensor, y: Tensor) -> Tensor:
        """Makes one step.

        Args:
            X: features, shape `(B, D)`.
            y: targets `(B, C)`, or classes `(B,)`.

        Returns:
            The loss before the step, 0-d.

        Raises:
            ValueError: when the very first loss is NaN or inf; without damping, when a factor
                cannot be inverted.
        """
        seen = look(self.net, X)
        value, slopes = self._loss_and_gradient(seen, y)
        self._average(factors(seen, self.loss, samples=self.samples, source=self.source))
        direction = [self._direction(*pair) for pair in zip(self.factors, slopes, strict=True)]
        ways = [direction] if self.last is None else [direction, self.last]
        shares, promised = self._shares(ways, slopes, seen.output.detach(), X, y)
        self.last = [torch.tensordot(shares, torch.stack(of), 1) for of in zip(*ways, strict=True)]
        self._move(self.last)
        self._adapt((value - self.loss(self.net(X), y).detach()) / promised)
        return value

    def _loss_and_gradient(self, seen: Pass, y: Tensor) -> tuple[Tensor, Matrices]:
        value = self.loss(seen.output, y)
        if not self.t and not value.isfinite():
            raise ValueError(f"`loss` must be finite at the start, got {value:g}; start elsewhere.")
        params = [param for layer in self.net.layers for param in (layer.weight, layer.bias)]
        found = torch.autograd.grad(value, params, retain_graph=True)
        pairs = zip(found[::2], found[1::2], strict=True)
        return value.detach(), [torch.cat([weight, bias[:, None]], 1) for weight, bias in pairs]

    def _average(self, now: list[Factors]) -> None:
        self.t += 1
        keep = min(1 - 1 / self.t, self.decay)
        if self.t == 1:
            self.factors = now
        self.factors = [
            Factors(*(keep * old + (1 - keep) * new for old, new in zip(*pair, strict=True)))
            for pair in zip(self.factors, now, strict=True)
        ]

    def _direction(self, of: Factors, slope: Tensor) -> Tensor:
        """-(G + √damping / π · I)⁻¹ slope (A + π √damping · I)⁻¹."""
        root = self.damping.sqrt()
        balance = (of.A.diagonal().mean() / of.G.diagonal().mean()).sqrt()  # π
        A, G = _plus(of.A, root * balance), _plus(of.G, root / balance)
        if self.undamped:
            _check_invertible(A), _check_invertible(G)
        return -torch.linalg.solve(A, torch.linalg.solve(G, slope), left=False)

    def _shares(
        self, ways: list[Matrices], slopes: Matrices, output: Tensor, X: Tensor, y: Tensor
    ) -> tuple[Tensor, Tensor]:
        """How far to go each way, and the fall of the loss that the quadratic model promises.

        The model's matrix is the Gauss-Newton matrix plus damping · I, the Fisher matrix of these
        losses; it is not approximated: J · way is a forward derivative of the net.
        """
        params = {name: param.detach() for name, param in self.net.named_parameters()}

        def net(params: dict[str, Tensor]) -> Tensor:
            return functional_call(self.net, params, (X,))

        seen = [jvp(net, (params,), (_named(way),))[1] for way in ways]
        bent = [jvp(grad(lambda o: self.loss(o, y)), (output,), (move,))[1] for move in seen]
        rows = [
            [(u * h).sum() + self.damping * _dot(a, b) for h, b in zip(bent, ways, strict=True)]
            for u, a in zip(seen, ways, strict=True)
        ]
        slope = torch.stack([_dot(slopes, way) for way in ways])
        shares = _lowest(torch.stack([torch.stack(row) for row in rows]), slope)
        return shares, -(slope @ shares) / 2

    def _move(self, delta: Matrices) -> None:
        with torch.no_grad():
            for layer, part in zip(self.net.layers, delta, strict=True):
                layer.weight += part[:, :-1]
                layer.bias += part[:, -1]

    def _adapt(self, ratio: Tensor) -> None:
        """Less damping after a step that kept more than 3/4 of its promise, more below 1/4."""
        if self.undamped:
            return
        change = torch.where(ratio > 0.75, self.shrink, 1.0)
        change = torch.where(ratio >= 0.25, change, 1 / self.shrink)  # a NaN counts as failure
        self.damping = (self.damping * change).clamp(min=LEAST)


def _lowest(matrix: Tensor, slope: Tensor) -> Tensor:
    """The lowest point of slope · c + c · matrix · c / 2, the shortest one if there are many."""
    if not matrix.isfinite().all():
        return torch.full_like(slope, torch.nan)  # a run that has diverged: data, not an error
    scale = matrix.diagonal().clamp(min=torch.finfo(matrix.dtype).tiny).rsqrt()
    inverse = torch.linalg.pinv(scale.outer(scale) * matrix, hermitian=True)
    return -scale * (inverse @ (scale * slope))


def _plus(matrix: Tensor, extra: Tensor) -> Tensor:
    return matrix + extra * torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)


def _dot(one: Matrices, other: Matrices) -> Tensor:
    return torch.stack([(a * b).sum() for a, b in zip(one, other, strict=True)]).sum()


def _named(way: Matrices) -> dict[str, Tensor]:
    named = {}
    for depth, part in enumerate(way):
        named |= {f"layers.{depth}.weight": part[:, :-1], f"layers.{depth}.bias": part[:, -1]}
    return named


def _check(net: MLP, loss: Callable[..., Tensor], shrink: float, decay: float) -> None:
    if not isinstance(net, MLP):
        raise TypeError(f"`net` must be an MLP, got {type(net).__name__}.")
    if net.norm is not None:
        raise ValueError(
            f"`net` must have linear layers only, got norm={net.norm!r}; leave it out."
        )
    if loss not in TARGETS:
        known = ", ".join(of.__name__ for of in TARGETS)
        raise ValueError(f"`loss` must be one of {known}, got {getattr(loss, '__name__', loss)}.")
    if not positive("shrink", shrink) <= 1:
        raise ValueError(f"`shrink` must be in (0, 1], got {shrink:g}.")
    if not non_negative("decay", decay) < 1:
        raise ValueError(f"`decay` must be in [0, 1), got {decay:g}.")


def _check_invertible(matrix: Tensor) -> None:
    if matrix.isfinite().all() and torch.linalg.matrix_rank(matrix, hermitian=True) < len(matrix):
        raise ValueError(
            "The factors must be invertible without damping, got one of rank below "
            f"{len(matrix)}; pass a `damping` greater than 0."
        )
