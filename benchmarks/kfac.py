"""K-FAC against Adam on an autoencoder of the digits: steps, time and memory to the same loss.

python -m benchmarks.kfac

All examples in every step. Adam has the best of nine learning rates, chosen anew for every
milestone; K-FAC has one setting for all of them. A rate that never gets there counts as `STEPS`.
The bound is for sigmoid units, those of the autoencoders of K-FAC's paper; two others stand beside.
"""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from benchmarks.measure import Timing, race, report
from dlnotes.core.device import best_device
from dlnotes.optimizers.kfac import KFAC
from dlnotes.training.data.datasets import digits
from dlnotes.training.nets.losses import mean_squared_error
from dlnotes.training.nets.mlp import MLP

SIZES = (64, 32, 8, 32, 64)
NETS = {"sigmoid": "glorot", "tanh": "glorot", "relu": "he"}
SETTINGS = {"damping": 0.003, "shrink": 0.7, "decay": 0.5}
MILESTONES = (30, 50, 100)
RATES = torch.logspace(-4, 0, 9).tolist()
STEPS = 1500
LEAST = {"sigmoid": 10}


def autoencoder(activation: str, device: torch.device) -> MLP:
    """The same weights for every contestant."""
    return MLP(SIZES, activation=activation, init=NETS[activation], device=device)


def with_kfac(net: MLP, X: Tensor) -> Callable[[], Tensor]:
    """A step that gives the loss before it."""
    return partial(KFAC(net, **SETTINGS).step, X, X)


def with_adam(net: MLP, X: Tensor, lr: float) -> Callable[[], Tensor]:
    """The same by torch's fused Adam."""
    adam = torch.optim.Adam(net.parameters(), lr=lr, fused=True)

    def step() -> Tensor:
        adam.zero_grad()
        loss = mean_squared_error(net(X), X)
        loss.backward()
        adam.step()
        return loss.detach()

    return step


def steps_to(step: Callable[[], Tensor], losses: list[float]) -> list[int | None]:
    """The first step at which each loss, largest first, is reached."""
    found = []
    for now in range(STEPS + 1):
        value = step().item()
        while len(found) < len(losses) and value <= losses[len(found)]:
            found.append(now)
        if len(found) == len(losses) or not math.isfinite(value):
            break
    return found + [None] * (len(losses) - len(found))


def cost(activation: str, X: Tensor) -> dict[str, Timing]:
    """Seconds and memory of one step of each."""
    kfac = with_kfac(autoencoder(activation, X.device), X)
    adam = with_adam(autoencoder(activation, X.device), X, 0.01)
    return race({"K-FAC": kfac, "Adam": adam}, rounds=9, repeats=10)


def kept(activation: str) -> float:
    """Numbers K-FAC keeps from step to step, for each number that Adam keeps."""
    net = autoencoder(activation, torch.device("cpu"))
    params = sum(param.numel() for param in net.parameters())
    pairs = [layer.weight.shape for layer in net.layers]
    factors = sum(outputs**2 + (inputs + 1) ** 2 for outputs, inputs in pairs)
    return (factors + params) / (2 * params)


def table(activation: str, device: torch.device) -> None:
    """One table: a net."""
    X = digits(device=device).X
    step = with_kfac(autoencoder(activation, device), X)
    curve = torch.stack([step() for _ in range(max(MILESTONES) + 1)]).tolist()
    losses = [curve[milestone] for milestone in MILESTONES]
    runs = {lr: steps_to(with_adam(autoencoder(activation, device), X, lr), losses) for lr in RATES}
    price = cost(activation, X)
    ratio = sorted(
        k / a for k, a in zip(price["K-FAC"].seconds, price["Adam"].seconds, strict=True)
    )
    dearer, least, rows = ratio[len(ratio) // 2], LEAST.get(activation), []
    for place, milestone in enumerate(MILESTONES):
        best = min(RATES, key=lambda lr: runs[lr][place] or math.inf)
        steps = runs[best][place]
        fewer = (steps or STEPS) / milestone
        rows.append(
            {
                "loss": losses[place],
                "K-FAC steps": milestone,
                "Adam steps": steps or f"over {STEPS}",
                "best lr": round(best, 5) if steps else "none",
                "times fewer steps": round(fewer, 2),
                "a step costs Adams": round(dearer, 2),
                "quartiles": f"{ratio[2]:.2f} to {ratio[6]:.2f}",
                "times less time": round(fewer / dearer, 2),
                "MB a step, K-FAC": round(price["K-FAC"].memory, 1),
                "Adam": round(price["Adam"].memory, 1),
                "kept numbers, K-FAC / Adam": round(kept(activation), 2),
                "at least": least or "",
                "passed": "" if least is None else ("yes" if fewer >= least else "no"),
            }
        )
    report(f"digits autoencoder, {activation}, {X.device.type}", rows, name="kfac")


def main() -> None:
    """The tables, on the CPU and where there is one on the GPU."""
    torch.set_num_threads(1)
    for device in {torch.device("cpu").type, best_device().type} - {"mps"}:
        for activation in NETS:
            table(activation, torch.device(device))


if __name__ == "__main__":
    main()
