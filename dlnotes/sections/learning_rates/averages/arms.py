"""Every way to walk and to stop, at every rate, on fresh examples of a teacher and on digits.

Book: learning_rates/averages
"""

import math
from collections.abc import Callable, Sequence
from functools import cache

import torch
from torch import Tensor
from torch.func import functional_call, vmap

from dlnotes.core.protocols import Rule
from dlnotes.core.seeds import seeded
from dlnotes.learning_rates.decay import cosine
from dlnotes.learning_rates.schedule_free import SGD
from dlnotes.optimizers import sgd
from dlnotes.sections.learning_rates.averages import nets
from dlnotes.training.data import datasets
from dlnotes.training.data.examples import Data
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.losses import accuracy
from dlnotes.training.nets.mlp import MLP

STOPS = (500, 1000, 2000, 4000)
WINDOWS = (10.0, 30.0, 100.0, 300.0, 1000.0, math.inf)
RATES = tuple(0.02 * 2**k for k in range(7))
FREE_RATES = tuple(0.08 * 2**k for k in range(8))
MOMENTUM, HEAVY_RATES = 0.9, tuple(0.002 * 2**k for k in range(8))
BETAS = (0.5, 0.9, 0.98)
NOISE, FALL = 0.25, 0.2  # of the targets; the part of a run in which WSD comes down
CHOOSE = 5  # seeds that choose a rate; the others are reported
SEEDS = tuple(range(2 * CHOOSE))
LOOKS = tuple(sorted({round(40 * 100 ** (k / 30)) for k in range(31)} | set(STOPS)))
AFTER = (2000, 2100, 2500, 4000)  # looks at a teacher that is exchanged at the first of them
SWITCHED = (30.0, 100.0, 300.0, math.inf)  # windows then

WRONG, CUT, DIGIT_STOPS, DIGIT_WARM = 0.15, 224, (250, 1000), 50
DIGIT_RATES = tuple(0.02 * 2**k for k in range(7))
DIGIT_FREE = tuple(0.04 * 2**k for k in range(7))


def halfcosine(steps: int) -> nets.Factor:
    """Warmup, and a cosine that reaches 0 after `steps`."""
    return lambda step: nets.warm(step) * 0.5 * (1 + math.cos(math.pi * min(step / steps, 1)))


def cooled(steps: int) -> nets.Factor:
    """Warmup, constant, and a line to 0 over the last fifth: WSD."""
    fall = round(FALL * steps)
    return lambda step: nets.warm(step) * min(1.0, (steps - step) / fall)


def averages_of(noise: float, seeds: Sequence[int] = SEEDS, windows=WINDOWS, rates=RATES) -> dict:
    """The walk at constant rates, its averages and its WSD branches: `(S tops, 1 + W, 2, R, S)`."""
    setting = nets.Setting(nets.examples(noise), tuple(seeds))
    branch = [stop - round(FALL * stop) for stop in STOPS]
    walk = nets.descend(setting, rates, nets.warm, STOPS, windows, keep=branch)
    ends = [
        nets.descend(setting, rates, cooled(stop), [stop], begin=walk, first=first).seen[stop][0]
        for stop, first in zip(STOPS, branch, strict=True)
    ]
    return {"walk": torch.stack(list(walk.seen.values())), "wsd": torch.stack(ends)}


def free_of(
    noise: float, betas: Sequence[float] = BETAS, seeds: Sequence[int] = SEEDS, rates=FREE_RATES
) -> Tensor:
    """Schedule-free at every beta: `(betas, stops, 2, R, S)`."""
    setting = nets.Setting(nets.examples(noise), tuple(seeds))
    found = [nets.free(setting, rates, beta, STOPS) for beta in betas]
    return torch.stack([torch.stack(list(seen.values())) for seen in found])


def cosines_of(
    noise: float, seeds: Sequence[int] = SEEDS, rates=RATES, stops=STOPS, momentum: float = 0.0
) -> Tensor:
    """A cosine made for each stop: `(stops, 2, R, S)`."""
    setting = nets.Setting(nets.examples(noise), tuple(seeds))
    walks = [nets.descend(setting, rates, halfcosine(s), [s], momentum=momentum) for s in stops]
    return torch.stack([walk.seen[s][0] for walk, s in zip(walks, stops, strict=True)])


def curves_of(rates: dict[str, float], window: float, looks: Sequence[int] = LOOKS) -> dict:
    """Loss on the reported examples along runs at the rates that were chosen: `(looks, S)`."""
    setting = nets.Setting(nets.examples(NOISE), SEEDS[CHOOSE:])
    walk = nets.descend(setting, [rates["raw"]], nets.warm, looks).seen
    mean = nets.descend(setting, [rates["ema"]], nets.warm, looks, [window]).seen
    late = nets.descend(setting, [rates["cosine"]], halfcosine(STOPS[-1]), looks).seen
    found = nets.free(setting, [rates["free"]], 0.9, looks)
    return {
        "raw": torch.stack([seen[0, 1, 0] for seen in walk.values()]),
        "ema": torch.stack([seen[1, 1, 0] for seen in mean.values()]),
        "cosine": torch.stack([seen[0, 1, 0] for seen in late.values()]),
        "free": torch.stack([seen[1, 0] for seen in found.values()]),
    }


def switched(rates: dict[str, float], seeds: Sequence[int] = SEEDS[CHOOSE:]) -> dict:
    """Loss after the teacher is exchanged in mid-run, `(looks, S)`, with the same rates.

    `"anew"` is the second window of `SWITCHED`, begun at the exchange.
    """
    setting = nets.Setting(nets.changed(NOISE), tuple(seeds), halves=True)
    whole = nets.descend(setting, [rates["ema"]], nets.warm, AFTER, SWITCHED, keep=AFTER[:1])
    walk, more = whole.seen, {"begin": whole, "first": AFTER[0]}
    anew = nets.descend(setting, [rates["ema"]], nets.warm, AFTER[1:], SWITCHED[1:2], **more).seen
    late = nets.descend(setting, [rates["cosine"]], halfcosine(STOPS[-1]), AFTER).seen
    found = nets.free(setting, [rates["free"]], 0.9, AFTER)
    names = ("raw", "short", "middle", "long", "plain")
    return {
        **{n: torch.stack([s[i, 1, 0] for s in walk.values()]) for i, n in enumerate(names)},
        "anew": torch.stack([walk[AFTER[0]][0, 1, 0], *(seen[1, 1, 0] for seen in anew.values())]),
        "cosine": torch.stack([seen[0, 1, 0] for seen in late.values()]),
        "free": torch.stack([seen[1, 0] for seen in found.values()]),
    }


# Digits with wrong labels


@cache
def digits() -> Data:
    """Digits, 15 % of the training labels wrong; those held out are right."""
    data, source = datasets.digits(0), seeded(0)
    chosen = torch.randperm(len(data.y), generator=source)[: round(WRONG * len(data.y))]
    moves = torch.randint(1, 10, (len(chosen),), generator=source)
    return data._replace(y=data.y.index_put((chosen,), (data.y[chosen] + moves) % 10))


def on_digits(
    rule: Rule, shape: Callable[[int], float], steps: int, rates: Sequence[float],
    seeds: Sequence[int] = SEEDS, **hyper: float,
) -> Tensor:  # fmt: skip
    """64-64-10 ReLU: accuracies that choose and that are reported, training loss: `(3, R, S)`."""
    net, data, count = MLP((64, 64, 10)), digits(), len(seeds)
    lr = torch.tensor(rates).repeat_interleave(count)
    runs = fleet(
        net, data, rule, lr=lambda step: lr * shape(step), steps=steps, batch_size=16,
        seeds=list(seeds) * len(rates), progress=False, **hyper,
    )  # fmt: skip

    def right(part: slice) -> Tensor:
        X, y = data.X_test[part], data.y_test[part]
        return vmap(lambda params: accuracy(functional_call(net, params, (X,)), y))(runs.params)

    parts = right(slice(0, CUT)), right(slice(CUT, None)), runs.train_loss[:, -1]
    lost = ~runs.losses[:, -1].isfinite()
    worst = torch.tensor([0.0, 0.0, torch.inf])[:, None]
    found = torch.where(lost, worst, torch.stack([part.float() for part in parts]))
    return found.unflatten(-1, (len(rates), count))


def _warm(step: int) -> float:
    return min(1.0, (step + 1) / DIGIT_WARM)


def digit_runs(steps: int, seeds: Sequence[int] = SEEDS) -> dict[str, Tensor]:
    """Constant, cosine and schedule-free, each `(3, R, S)`."""
    fall = partial_cosine(steps)
    return {
        "constant": on_digits(sgd, _warm, steps, DIGIT_RATES, seeds),
        "cosine": on_digits(sgd, fall, steps, DIGIT_RATES, seeds),
        "free": on_digits(SGD, _warm, steps, DIGIT_FREE, seeds, beta1=0.9),
    }


def partial_cosine(steps: int) -> Callable[[int], float]:
    """As `halfcosine`, with the warmup of the digits."""
    return lambda step: _warm(step) * float(cosine(torch.tensor(step), lr=1.0, steps=steps))
