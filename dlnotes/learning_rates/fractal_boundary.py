"""Where training begins to diverge, seen over a plane of learning rates: a fractal.

Every point of the plane is one net, trained from the same start on the same examples
(`trainability`). Sohl-Dickstein (2024).

Book: learning_rates/fractal_boundary
"""

from concurrent.futures import Executor
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from dlnotes.core.arguments import at_least, between, finite, positive, whole
from dlnotes.core.progress import progress
from dlnotes.learning_rates.box_counting import boundary
from dlnotes.learning_rates.trainability import Start, losses, measure, start

CACHED = 65_536  # hidden sums that fit the cache of a CPU; an accelerator takes more at once
WIDEST = 65_536  # nets


class View(NamedTuple):
    """A square window of the plane, in powers of ten.

    Attributes:
        lr_in: log10 of the input layer's learning rate at the center.
        lr_out: the same of the output layer.
        width: of the window, in decades.
    """

    lr_in: float = 1.0
    lr_out: float = 1.0
    width: float = 6.0

    def learning_rates(self, resolution: int) -> tuple[Tensor, Tensor]:
        """The rates of a grid of points, two tensors `(resolution²,)` in float64."""
        steps = torch.linspace(-0.5, 0.5, resolution, dtype=torch.float64) * self.width
        rates = torch.cartesian_prod(10 ** (self.lr_in + steps), 10 ** (self.lr_out + steps))
        return rates[:, 0].contiguous(), rates[:, 1].contiguous()


class Picture(NamedTuple):
    """What training made of every point of a view.

    Attributes:
        view: the window.
        measure: see `trainability.measure`, shape `(N, N)`: rows are input rates,
            columns output rates.
    """

    view: View
    measure: Tensor

    @property
    def converged(self) -> Tensor:
        """Where training converged, shape `(N, N)`, bool."""
        return self.measure < 0


def picture(
    view: View = View(),  # noqa: B008 - a NamedTuple does not change
    resolution: int = 64,
    *,
    seed: int = 0,
    steps: int = 200,
    kind: str = "tanh",
    hidden: int = 16,
    examples: int = 16,
    chunk: int | None = None,
    compiled: bool = False,
    dtype: torch.dtype = torch.float64,
    device: str | torch.device | None = None,
    executor: Executor | None = None,
    show: bool | None = None,
) -> Picture:
    """Trains a net at every point of a view.

    Args:
        view: the window; its default holds the whole boundary.
        resolution: N, points along each axis.
        seed: of the weights and examples that all nets share.
        steps: T, of every training run; at least 1.
        kind: see `trainability.losses`.
        hidden: see `trainability.start`, as `examples`.
        examples: B.
        chunk: nets trained at once; `None` is what suits the device.
        compiled: see `trainability.losses`; worth it from some thousands of nets on.
        dtype: float64 for every zoom; float32 is twice as fast for the whole plane.
        device: `None` is the CPU.
        executor: trains the chunks; `None` does so here, one after another.
        show: a progress bar; `None` shows it when the work is long.

    Returns:
        The picture, on the CPU.

    Example:
        >>> found = picture(View(width=4.0), resolution=3, steps=50)
        >>> found.converged.int()
        tensor([[1, 1, 0],
                [1, 1, 0],
                [1, 1, 0]], dtype=torch.int32)
    """
    _check(view, resolution)
    shared = start(seed, hidden=hidden, examples=examples, dtype=dtype, device=device)
    at_once = _at_once(shared) if chunk is None else whole("chunk", chunk)
    rates = [rate.split(at_once) for rate in view.learning_rates(resolution)]
    train = partial(_measured, shared=shared, steps=steps, kind=kind, compiled=compiled)
    found = (executor.map if executor else map)(train, *rates)
    found = progress(found, len(rates[0]), show=show, label="nets")
    return Picture(view, torch.cat(list(found)).view(resolution, resolution))


def zoom(of: Picture, factor: float = 8.0, *, quantile: float = 0.5) -> View:
    """The next view: a smaller window around a point of the boundary.

    Around every cell of the boundary lies a window; they are ordered by how much of the boundary
    each one holds.

    Args:
        of: the picture now.
        factor: how many times narrower the next view is, at least 1.
        quantile: which window to take: 0 the emptiest, 0.5 a typical one, 1 the busiest.

    Raises:
        ValueError: when the picture holds no boundary.
    """
    at_least("factor", factor, 1)
    between("quantile", quantile, 0, 1)
    cells = boundary(of.converged)
    if not cells.any():
        raise ValueError("The picture must hold a boundary, got none; widen or move the view.")
    size = max(1, round(len(cells) / factor))
    held = avg_pool2d(cells[None, None].double(), size, 1)[0, 0]
    corners = (cells.nonzero() - size // 2).clamp(0, len(held) - 1)
    order = held[corners[:, 0], corners[:, 1]].argsort(stable=True)
    row, column = (corners[order[int(quantile * (len(order) - 1))]] + size / 2).tolist()
    lr_in, lr_out = ((place / len(cells) - 0.5) * of.view.width for place in (row, column))
    return View(of.view.lr_in + lr_in, of.view.lr_out + lr_out, of.view.width / factor)


def _at_once(shared: Start) -> int:
    on_cpu = shared.y.device.type == "cpu"
    return max(1, CACHED // shared.sums.numel()) if on_cpu else WIDEST


def _measured(lr_in: Tensor, lr_out: Tensor, *, shared: Start, **options) -> Tensor:
    return measure(losses(lr_in, lr_out, shared, **options)).cpu()


def _check(view: View, resolution: int) -> None:
    for name, value in view._asdict().items():
        finite(name, value)
    positive("width", view.width)
    whole("resolution", resolution, least=2)
