"""What differs from run to run in a fleet: seeds, batch sizes, hyperparameters."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from dlnotes.core.arguments import plain, whole
from dlnotes.core.seeds import generator
from dlnotes.training.data.batches import rows
from dlnotes.training.nets.initialization import INITS
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64
COUNTS = ("seeds", "batch_size")  # whole numbers that may differ from run to run


class Runs(NamedTuple):
    """The settings of R runs.

    Attributes:
        seeds: of initial weights, batches and masks, R of them.
        batch_sizes: R of them.
        numbers: hyperparameters, name -> `(T, R)`, float64.
        fixed: hyperparameters that are no numbers, such as a flag; the same for all runs.
    """

    seeds: list[int]
    batch_sizes: list[int]
    numbers: dict[str, Tensor]
    fixed: dict[str, Any]

    def part(self, which: Sequence[int]) -> "Runs":
        """These runs alone."""
        return Runs(
            [self.seeds[run] for run in which],
            [self.batch_sizes[run] for run in which],
            {name: values[:, which] for name, values in self.numbers.items()},
            self.fixed,
        )


def runs_of(
    seeds: Any, batch_size: Any, examples: int, hyper: dict[str, Any], lr: Any, steps: int
) -> Runs:
    """The settings of all runs, one value each.

    Args:
        seeds: an int, or R of them.
        batch_size: an int, R of them, or `None` for all examples.
        examples: N, what `None` stands for.
        hyper: of the rule, `lr` apart; floats, or R of them.
        lr: a float, R of them, or a schedule.
        steps: T.

    Raises:
        ValueError: when the numbers of runs differ, or a batch is larger than the data set.
    """
    rates = _rates(lr, steps)
    columns = {name: listed(name, value) for name, value in hyper.items()}
    sizes = listed("batch_size", examples if batch_size is None else batch_size)
    seeds = listed("seeds", seeds)
    lengths = {"lr": rates.shape[1], "batch_size": len(sizes), "seeds": len(seeds)}
    lengths |= {name: len(x) for name, x in columns.items() if isinstance(x, list)}
    if len(set(lengths.values()) - {1}) > 1:
        found = ", ".join(f"{name} {length}" for name, length in lengths.items() if length > 1)
        raise ValueError(f"`fleet` needs one value a run for each, or one for all, got {found}.")
    R = max(lengths.values())
    numbers = {"lr": rates.expand(steps, R)} | {
        name: torch.tensor(x, dtype=DOUBLE).expand(steps, R)
        for name, x in columns.items()
        if isinstance(x, list)
    }
    for size in sizes:
        _check_size(size, examples)
    fixed = {name: x for name, x in columns.items() if not isinstance(x, list)}
    return Runs(seeds * (R // len(seeds)), sizes * (R // len(sizes)), numbers, fixed)


def listed(name: str, value: Any) -> Any:
    """The values of all runs as a list, one for a plain number; what is no number, as it is.

    Example:
        >>> listed("beta1", 0.9), listed("seeds", range(3)), listed("flag", True)
        ([0.9], [0, 1, 2], True)
    """
    if isinstance(value, Tensor) or hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        value = [plain(one) for one in value]
    if isinstance(value, float):
        return [value]
    if name in COUNTS and not isinstance(value, range | list | tuple):
        return [whole(name, value, least=0)]
    if not isinstance(value, range | list | tuple):
        return value
    if not len(value) or not all(type(x) is not bool and isinstance(x, int | float) for x in value):
        raise ValueError(f"`{name}` must hold one number a run, got {value!r}.")
    return list(value)


def _rates(lr: Any, steps: int) -> Tensor:
    """The learning rate of each step, `(T, R)`, `(T, 1)`, `(1, R)` or `(1, 1)`."""
    if callable(lr):
        found = [torch.as_tensor(lr(step), dtype=DOUBLE).cpu() for step in range(steps)]
        rates = torch.stack(found).reshape(steps, -1)
        if not (rates >= 0).all():
            step, run = (~(rates >= 0)).nonzero()[0].tolist()
            raise ValueError(
                f"`lr` must be at least 0 at every step, got {rates[step, run]:g} at step {step}."
            )
        return rates
    return torch.as_tensor(lr, dtype=DOUBLE).cpu().reshape(1, -1)


def _check_size(size: int, examples: int) -> None:
    if whole("batch_size", size) > examples:
        raise ValueError(
            f"`batch_size` must be at most the number of examples, got batch_size={size} and "
            f"{examples} examples; leave it out to use them all."
        )


def first_params(net: nn.Module, seeds: Sequence[int]) -> dict[str, Tensor]:
    """The parameters every run starts from, stacked: those of an `MLP` with the run's seed.

    Any other module starts every run with the parameters it has.

    Args:
        net: the net of the fleet.
        seeds: R of them.
    """
    params = {name: param.detach() for name, param in net.named_parameters()}
    first = {name: x.expand(len(seeds), *x.shape).clone() for name, x in params.items()}
    if isinstance(net, MLP):
        drawn = {seed: _weights(net, seed) for seed in dict.fromkeys(seeds)}
        for depth in range(len(net.layers)):
            first[f"layers.{depth}.weight"].copy_(torch.stack([drawn[s][depth] for s in seeds]))
        for name, value in (("bias", 0.0), ("scale", 1.0), ("shift", 0.0)):
            for param in (x for key, x in first.items() if key.endswith(name)):
                param.fill_(value)
    return first


def _weights(net: MLP, seed: int) -> list[Tensor]:
    """The first weights of an MLP, as its constructor draws them."""
    source, first = generator(seed, "weights"), INITS[net.init]
    dtype = net.layers[0].weight.dtype
    return [first(*layer.weight.shape, source).to(dtype) for layer in net.layers]


def batches(runs: Runs, examples: int, steps: int, width: int) -> Tensor:
    """The rows of every batch of every run, padded with row 0 to one width: `(T, R, width)`.

    Args:
        runs: R of them.
        examples: N.
        steps: T.
        width: of the largest batch in the fleet.
    """
    order = torch.zeros(steps, len(runs.seeds), width, dtype=torch.int64)
    known: dict[tuple, Tensor] = {}
    for run, key in enumerate(zip(runs.batch_sizes, runs.seeds, strict=True)):
        if key not in known:
            known[key] = rows(examples, key[0], steps, key[1])
        order[:, run, : key[0]] = known[key]
    return order


def counted(runs: Runs, width: int, like: Tensor) -> Tensor:
    """Which of the padded batches' examples count: 1 or 0, shape `(R, width)`."""
    sizes = torch.tensor(runs.batch_sizes).unsqueeze(1)
    return (torch.arange(width) < sizes).to(like)


def masks_of(net: nn.Module, runs: Runs, width: int) -> Callable[[], list[Tensor] | None]:
    """A function that draws the next step's dropout masks, `(R, width, H)` a hidden layer."""
    if not getattr(net, "dropout", 0) or not hasattr(net, "masks"):
        return lambda: None
    sources = [generator(seed, "masks") for seed in runs.seeds]

    def draw() -> list[Tensor]:
        drawn = [net.masks(b, s) for b, s in zip(runs.batch_sizes, sources, strict=True)]
        layers = zip(*drawn, strict=True)
        return [torch.stack([_padded(mask, width) for mask in layer]) for layer in layers]

    return draw


def _padded(mask: Tensor, width: int) -> Tensor:
    return torch.nn.functional.pad(mask, (0, 0, 0, width - len(mask)), value=1.0)
