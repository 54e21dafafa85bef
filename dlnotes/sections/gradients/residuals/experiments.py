"""Signals and messages through chains of blocks, and the record of the nets that were trained.

`python -m dlnotes.sections.gradients.residuals.experiments` makes the record beside this file anew.

Book: gradients/residuals
"""

import math
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from dlnotes.core.seeds import generator
from dlnotes.gradients.flow import Flow, signal_flow, stack
from dlnotes.gradients.residuals import ResidualBlock
from dlnotes.sections.gradients.residuals import depth
from dlnotes.training.nets.activations import ACTIVATIONS
from dlnotes.training.nets.initialization import INITS
from dlnotes.training.records import Record, unpacked

SEEDS = tuple(range(5))
WIDTH, EXAMPLES = 64, 32
SHORT = 20  # steps of the pieces that are made again
KINDS = ("plain", "residual", "scaled", "last", "after")

Layers = Sequence[Callable[[Tensor], Tensor]]


def branches(activation: str, layers: int, seed: int, width: int = WIDTH) -> Layers:
    """L branches, the activation first and then the weights: He's for ReLU, else LeCun's."""
    source, phi = generator(seed, "weights"), ACTIVATIONS[activation]
    draw = INITS["he" if activation == "relu" else "lecun"]
    weights = [draw(width, width, source) for _ in range(layers)]
    return [lambda h, weight=weight: phi(h) @ weight.T for weight in weights]


def chain(kind: str, activation: str, layers: int, seed: int) -> Layers:
    """L layers of one kind.

    Args:
        kind: `"plain"`, the branches alone; `"residual"`, added to their input; `"scaled"`,
            multiplied by 1 / √L first; `"last"`, residual with the activation behind the weights;
            `"after"`, residual with the activation behind the sum.
        activation: a name in `ACTIVATIONS`.
        layers: L.
        seed: of the weights.
    """
    if kind == "last":
        return stack(layers, WIDTH, activation, "he", residual=True, seed=seed)
    made = branches(activation, layers, seed)
    if kind == "plain":
        return made
    scale = layers**-0.5 if kind == "scaled" else 1.0
    blocks = [ResidualBlock(branch, scale) for branch in made]
    if kind != "after":
        return blocks
    phi = ACTIVATIONS[activation]
    return [lambda h, block=block: phi(block(h)) for block in blocks]


def flow(kind: str, activation: str, layers: int, seed: int) -> Flow:
    """Sizes of signal and message in one chain, both 1 where they begin.

    Inputs, message and weights have a stream of random numbers each.
    """
    x, message = (
        torch.randn(EXAMPLES, WIDTH, generator=generator(seed, stream), dtype=torch.float64)
        for stream in ("rows", "masks")
    )
    forward, backward = signal_flow(chain(kind, activation, layers, seed), x, message)
    return Flow(forward / forward[0], backward / backward[-1])


def flows(kind: str, activation: str, layers: int, seeds: Sequence[int] = SEEDS) -> Flow:
    """The same for every seed, `(seeds, L + 1)` each."""
    found = [flow(kind, activation, layers, seed) for seed in seeds]
    return Flow(*(torch.stack(part) for part in zip(*found, strict=True)))


# The branches' Jacobians


def jacobians(layers: int, scale: float, seed: int) -> Tensor:
    """Those of residual blocks with ReLU and He's weights, without the identity, `(L, n, n)`."""
    h = torch.randn(WIDTH, generator=generator(seed, "rows"), dtype=torch.float64)
    found = []
    for branch in branches("relu", layers, seed):
        found.append(scale * torch.func.jacrev(branch)(h))
        h = h + scale * branch(h)
    return torch.stack(found)


def nearest(jacobian: Tensor) -> float:
    """How near to -1 an eigenvalue comes, over all of `(L, n, n)`."""
    return (1 + torch.linalg.eigvals(jacobian)).abs().min().item()


def faded(jacobian: Tensor, below: float = 1e-3) -> float:
    """Of n perpendicular messages, as well chosen as can be, the part that arrives below a size.

    Args:
        jacobian: of the branches, `(L, n, n)`.
        below: as a part of the size sent.
    """
    through = torch.eye(jacobian.shape[-1], dtype=jacobian.dtype)
    for each in jacobian:
        through = through + each @ through
    return (torch.linalg.svdvals(through) < below).double().mean().item()


def positive_growth() -> float:
    """The factor a layer where ReLU comes last, in the long run, in a very wide net.

    The mean m and the mean square q of a signal: m ← m + √(q/π), q ← 2q + 2m √(q/π).
    """
    m, q = 0.0, 1.0
    for _ in range(200):
        step = math.sqrt(q / math.pi)
        m, q, before = m + step, 2 * q + 2 * m * step, q
        factor = math.sqrt(q / before)
        m, q = m / factor, before  # only their ratio goes on
    return factor


# The record


def recorded(*path: str | int) -> Tensor:
    """A part of the record, such as `"depths", "plain"`: `(depths, 2, lrs, seeds)`."""
    found = RECORD.found["values"]
    for name in path:
        found = found[name]
    return unpacked(found)


def _piece(kind: str, **changed: object) -> tuple[Tensor, Tensor]:
    """The first steps of two seeds, anew and recorded."""
    net = depth.digits_net(5, kind)
    again = depth.digits(net, (1e-3,), (0, 1), steps=SHORT, **changed)
    return again[0], recorded("short", kind)[0]


def _all_runs() -> dict[str, object]:
    short = {
        kind: depth.digits(depth.digits_net(5, kind), (1e-3,), (0, 1), steps=SHORT)
        for kind in depth.ARMS
    }
    return depth.all_runs() | {"short": short}


RECORD = Record(
    __file__,
    make=_all_runs,
    settings={
        "units": depth.UNITS, "depths": depth.DEPTHS, "lrs": depth.LRS, "sgd_lrs": depth.SGD_LRS,
        "seeds": depth.SEEDS, "steps": depth.STEPS, "batch": depth.BATCH,
        "examples": depth.EXAMPLES, "teeth": depth.TEETH, "saw_steps": depth.SAW_STEPS,
        "short": SHORT,
    },
    pieces={kind: partial(_piece, kind) for kind in depth.ARMS},
    rtol=5e-3,
)  # fmt: skip


if __name__ == "__main__":
    RECORD.write()
