"""Nets over a plane of learning rates: side by side against one at a time.

python -m benchmarks.fractal

Every net is trained for 200 steps; seconds are those of one net. The loop is plain PyTorch:
autograd and torch.optim.SGD, on rates drawn from the same plane.
"""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from benchmarks.measure import Timing, race, report, row
from dlnotes.core.device import best_device
from dlnotes.learning_rates.fractal_boundary import View, picture

STEPS = 200
WIDTH = 16
RESOLUTION = {"cpu": 64, "cuda": 512}
IN_LOOP = 8
LOOP = "a loop over nets"
COMPILED = "side by side, compiled"
LEAST = {torch.float32: 240}  # enough for the whole plane; zooms need float64


def loop(rates: Tensor, dtype: torch.dtype) -> None:
    """Trains one net after another."""
    normal = partial(torch.randn, dtype=dtype, generator=torch.Generator().manual_seed(0))
    X, y, first, last = normal(WIDTH, WIDTH), normal(WIDTH), normal(WIDTH, WIDTH), normal(WIDTH)
    losses = torch.empty(len(rates), STEPS, dtype=dtype)
    for run, (lr_in, lr_out) in enumerate(rates.tolist()):
        weights, out = first.clone().requires_grad_(), last.clone().requires_grad_()
        groups = [{"params": [weights], "lr": lr_in}, {"params": [out], "lr": lr_out}]
        optimizer = torch.optim.SGD(groups)
        for step in range(STEPS):
            output = torch.tanh(math.sqrt(2 / WIDTH) * X @ weights.T) @ out / WIDTH
            loss = (output - y).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses[run, step] = loss.detach()


def contestants(dtype: torch.dtype, device: str) -> dict[str, tuple[Callable[[], object], int]]:
    """name -> what to run, and how many nets it trains."""
    rates = torch.stack(View().learning_rates(64), 1)
    drawn = rates[torch.randperm(len(rates), generator=torch.Generator().manual_seed(0))[:IN_LOOP]]
    points = RESOLUTION[device]
    side = partial(picture, View(), points, steps=STEPS, dtype=dtype, device=device)
    few = partial(picture, View(), points // 2, steps=STEPS, dtype=dtype, device=device)
    return {
        LOOP: (partial(loop, drawn, dtype), IN_LOOP),
        "side by side": (few, (points // 2) ** 2),
        COMPILED: (partial(side, compiled=True), points**2),
    }


def table(dtype: torch.dtype, device: str) -> None:
    """One table: a precision."""
    entrants = contestants(dtype, device)
    entrants[COMPILED][0]()  # compiling takes memory of its own
    timings = race({name: run for name, (run, _) in entrants.items()}, rounds=7)
    for name, (_, nets) in entrants.items():
        seconds = [value / nets for value in timings[name].seconds]
        timings[name] = Timing(name, seconds, timings[name].memory)
    least = {COMPILED: LEAST.get(dtype)}
    rows = [row(timings, name, LOOP, least=least.get(name)) for name in entrants]
    rows = [line | {"nets": nets} for line, (_, nets) in zip(rows, entrants.values(), strict=True)]
    report(f"nets over a plane of rates, {str(dtype)[6:]}, {device}", rows, name="fractal")


def main() -> None:
    """The tables, on the CPU and where there is one on the GPU."""
    torch.set_num_threads(1)
    for device in sorted({"cpu", best_device().type} & set(RESOLUTION)):
        for dtype in (torch.float32, torch.float64):
            table(dtype, device)


if __name__ == "__main__":
    main()
