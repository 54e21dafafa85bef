"""One step of an optimizer: ours compiled and as written, torch's fused and foreach.

python -m benchmarks.optimizer_step

Every contestant has parameters and gradients of its own, shaped like those of a net. Only the step
is timed: with gradients that `zero_grad(set_to_none=False)` keeps, and for ours also with new ones.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from benchmarks.measure import race, report, row
from dlnotes.core.device import best_device
from dlnotes.optimizers import adafactor, adam, adamw, momentum
from dlnotes.training.optimizer import Optimizer

SIZES = {  # layers of a multilayer perceptron; 2 tensors a layer
    "1M": [512, 768, 512, 384, 128, 10],
    "10M": [1024, 2048, 2048, 1536, 512, 10],
    "200 small": [62] * 101,
}
TORCHS = {
    "adam": partial(torch.optim.Adam, lr=1e-3),
    "adamw": partial(torch.optim.AdamW, lr=1e-3, weight_decay=1e-2),
    "momentum": partial(torch.optim.SGD, lr=1e-3, momentum=0.9),
}
OURS = {
    "adam": partial(Optimizer, rule=adam, lr=1e-3),
    "adamw": partial(Optimizer, rule=adamw, lr=1e-3, weight_decay=1e-2),
    "momentum": partial(Optimizer, rule=momentum, lr=1e-3, momentum=0.9),
}
NEW = "ours, compiled, new gradients"
LEAST = {(rule, size): 0.95 for rule in OURS for size in ("1M", "10M")}
LEAST |= {("adam", "200 small"): 2.0, ("adamw", "200 small"): 2.0}


def parameters(sizes: list[int], device: torch.device) -> list[Tensor]:
    """The weights and biases of a net, with gradients."""
    rng, params = torch.Generator().manual_seed(0), []
    for inputs, outputs in pairwise(sizes):
        for shape in ((outputs, inputs), (outputs,)):
            params.append((0.05 * torch.randn(shape, generator=rng)).to(device))
            params[-1].requires_grad_(True).grad = torch.randn(shape, generator=rng).to(device)
    return params


def stepper(make: Callable, params: list[Tensor], *, kept: bool = True) -> Callable[[], None]:
    """The `step` of an optimizer with a copy of the parameters, warmed up.

    Args:
        make: takes parameters, gives the optimizer.
        params: with gradients.
        kept: the gradients were added to what `zero_grad(set_to_none=False)` left; else they are
            new tensors, as after `zero_grad()`.
    """
    own = [param.detach().clone().requires_grad_(True) for param in params]
    optimizer = make(own)
    for _ in range(3):
        optimizer.zero_grad(set_to_none=not kept)
        for mine, given in zip(own, params, strict=True):
            mine.grad = given.grad.clone() if mine.grad is None else mine.grad.add_(given.grad)
        optimizer.step()
    return optimizer.step


def table(rule: str, size: str, device: torch.device) -> None:
    """One rule at one size, all contestants."""
    params = parameters(SIZES[size], device)
    contestants = {
        "ours, compiled": partial(OURS[rule], compiled=True),
        NEW: partial(OURS[rule], compiled=True),
        "ours, as written": OURS[rule],
        "torch fused": partial(TORCHS[rule], fused=True),
        "torch foreach": partial(TORCHS[rule], foreach=True),
    }
    steps = {name: stepper(of, params, kept=name != NEW) for name, of in contestants.items()}
    timings = race(steps, rounds=60, repeats=3 if size == "10M" else 20)
    least = LEAST.get((rule, size))
    rows = [
        row(timings, name, "torch fused", least=least if name == "ours, compiled" else None)
        for name in contestants
    ]
    total = sum(param.numel() for param in params)
    title = f"{rule}, {size}: {len(params)} tensors, {total:,} parameters, {device.type}"
    report(title, rows, name="optimizer_step")


def factored(device: torch.device) -> None:
    """Adafactor, which looks at every tensor as a whole."""
    params = parameters(SIZES["10M"], device)
    contestants = {
        "ours, compiled": partial(Optimizer, rule=adafactor, compiled=True),
        "ours, as written": partial(Optimizer, rule=adafactor),
        "torch foreach": partial(torch.optim.Adafactor, foreach=True, weight_decay=0),
    }
    steps = {name: stepper(make, params) for name, make in contestants.items()}
    timings = race(steps, rounds=9)
    rows = [
        row(timings, name, "torch foreach", least=1.8 if "compiled" in name else None)
        for name in contestants
    ]
    report(f"adafactor, 10M, {device.type}", rows, name="optimizer_step")


def main() -> None:
    """All tables, on the best device at hand."""
    torch.set_num_threads(1)
    device = best_device()
    for rule in OURS:
        for size in ("1M", "10M", "200 small"):
            table(rule, size, device)
    factored(device)


if __name__ == "__main__":
    main()
