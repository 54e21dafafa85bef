"""Races of twelve rules on a surface, against a loop over torch.optim.

python -m benchmarks.trajectories

The loop takes one run after another. It is measured for two learning rates of each of torch's
eleven classes and flags below, and extrapolated to all runs; the twelfth rule (Lion, which torch
lacks) is charged their mean.
"""

import torch

from benchmarks.measure import Timing, peak_memory, race, report, row
from dlnotes.core.device import best_device
from dlnotes.optimizers import (
    adadelta,
    adagrad,
    adam,
    adamax,
    adamw,
    amsgrad,
    lion,
    momentum,
    nadam,
    nesterov,
    rmsprop,
    sgd,
)
from dlnotes.training import race as paths
from dlnotes.training.surfaces.landscapes import beale

STEPS, START = 200, (1.1, 0.7)
RULES = (
    *(sgd, momentum, nesterov, adagrad, adadelta, rmsprop),
    *(adam, adamax, nadam, amsgrad, adamw, lion),
)
SGD, ADAM = torch.optim.SGD, torch.optim.Adam
TORCH = [
    (SGD, {}),
    (SGD, {"momentum": 0.9}),
    (SGD, {"momentum": 0.9, "nesterov": True}),
    (torch.optim.Adagrad, {}),
    (torch.optim.Adadelta, {}),
    (torch.optim.RMSprop, {}),
    (ADAM, {}),
    (torch.optim.Adamax, {}),
    (torch.optim.NAdam, {}),
    (ADAM, {"amsgrad": True}),
    (torch.optim.AdamW, {}),
]
MEASURED = (1e-4, 1e-3)
LAND = beale()
LOOP = "torch loop (extrapolated)"


def one_run(kind: type, lr: float, flags: dict, device: torch.device) -> torch.Tensor:
    """The path of one run, as one would write it with torch."""
    param = torch.tensor(START, dtype=torch.float64, device=device, requires_grad=True)
    optimizer, path = kind([param], lr=lr, **flags), [param.detach().clone()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        LAND(param).backward()
        optimizer.step()
        path.append(param.detach().clone())
    return torch.stack(path)


def torch_loop(device: torch.device) -> None:
    """The runs that are measured."""
    for kind, flags in TORCH:
        for lr in MEASURED:
            one_run(kind, lr, flags, device)


def stacked(lrs: int, device: torch.device, compiled: bool = False) -> dict[str, torch.Tensor]:
    """All rules, each with that many learning rates, in one call."""
    lr = torch.logspace(-4, -2, lrs, dtype=torch.float64)
    rules = {rule.__name__: (rule, {"lr": lr}) for rule in RULES}
    settings = {"steps": STEPS, "compiled": compiled, "device": device}
    return paths.race(rules, LAND, START, **settings)


def table(lrs: int, bounds: dict[bool, float | None], device: torch.device, rounds: int) -> None:
    """Loop, eager and compiled for 12 rules with `lrs` learning rates each."""
    runs = lrs * len(RULES)
    timings = race(
        {
            LOOP: lambda: torch_loop(device),
            "race, eager": lambda: stacked(lrs, device),
            "race, compiled": lambda: stacked(lrs, device, compiled=True),
        },
        rounds=rounds,
    )
    scale = runs / (len(TORCH) * len(MEASURED))
    timings[LOOP].seconds = [scale * seconds for seconds in timings[LOOP].seconds]
    names = {False: "race, eager", True: "race, compiled"}
    # compiling takes memory of its own, once; what a race takes is asked again after it
    memory = peak_memory(lambda: stacked(lrs, device, compiled=True))
    timings[names[True]] = Timing(names[True], timings[names[True]].seconds, memory)
    rows = [row(timings, LOOP, LOOP)]
    rows += [row(timings, name, LOOP, least=bounds[kind]) for kind, name in names.items()]
    report(f"12 rules, {runs:,} runs, {STEPS} steps, {device.type}", rows, name="trajectories")


def main() -> None:
    """Prints both tables, on a GPU as well where there is one."""
    torch.set_num_threads(1)
    for device in sorted({"cpu", best_device().type} - {"mps"}):
        bound = device == "cpu"
        small, large = {False: 150, True: 600}, {False: None, True: 2000}
        table(50, small if bound else dict.fromkeys(small), torch.device(device), rounds=7)
        table(5000, large if bound else dict.fromkeys(large), torch.device(device), rounds=3)


if __name__ == "__main__":
    main()
