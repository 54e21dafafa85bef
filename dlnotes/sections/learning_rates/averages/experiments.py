"""Which rates are chosen, and what is reported; the record of all runs.

`python -m dlnotes.sections.learning_rates.averages.experiments` makes the record beside this file
anew; it takes three minutes.

Book: learning_rates/averages
"""

from functools import cache

import torch
from torch import Tensor

from dlnotes.sections.learning_rates.averages import arms, bowl, nets, stale
from dlnotes.sections.learning_rates.averages.arms import (
    BETAS,
    CHOOSE,
    DIGIT_STOPS,
    FREE_RATES,
    HEAVY_RATES,
    NOISE,
    RATES,
    SEEDS,
    WINDOWS,
)
from dlnotes.training.records import Record, unpacked

# What is chosen, and what is reported


def above(found: Tensor, noise: float) -> Tensor:
    """Loss above the teacher's own, `(…, 2, R, S)`."""
    return found.nan_to_num(torch.inf) - nets.own(noise)[:, None, None]


def for_all_stops(found: Tensor) -> tuple[int, Tensor]:
    """One rate for all stops, chosen by the mean log of what validation shows.

    Args:
        found: loss above the teacher's own, `(stops, 2, R, S)`.

    Returns:
        Its place, and the loss reported at each stop by the other seeds, `(stops, S - 5)`.
    """
    mean = found[:, 0, :, :CHOOSE].mean(-1).clamp(min=1e-9)
    place = int(mean.log().mean(0).argmin())
    return place, found[:, 1, place, CHOOSE:]


def for_each_stop(found: Tensor) -> tuple[list[int], Tensor]:
    """The same with a rate of its own for every stop."""
    places = found[:, 0, :, :CHOOSE].mean(-1).argmin(1).tolist()
    return places, torch.stack([found[i, 1, p, CHOOSE:] for i, p in enumerate(places)])


@cache
def reported(noise: float = NOISE) -> dict[str, Tensor]:
    """Loss above the teacher's own at every stop, `(stops, 5)`, and what was chosen.

    Names: `raw`, `ema`, `plain`, `wsd`, `free`, `cosine`, and with noise `heavy`, a cosine with
    momentum.
    """
    return _chosen(noise)[0]


@cache
def chosen(noise: float = NOISE) -> dict[str, float | list[float]]:
    """The rates that were chosen; `window` is that of `ema`."""
    return _chosen(noise)[1]


def _chosen(noise: float, values: dict | None = None) -> tuple[dict, dict]:
    found = _found("noisy" if noise else "clean") if values is None else values
    parts = (above(_tensor(found[name]), noise) for name in ("walk", "wsd", "free", "cosine"))
    walk, wsd, free, cosines = parts
    losses, picked = {}, {}
    for name, part, rates in (
        ("raw", walk[:, 0], RATES), ("plain", walk[:, -1], RATES), ("wsd", wsd, RATES),
        ("free", free[BETAS.index(0.9)], FREE_RATES),
    ):  # fmt: skip
        place, losses[name] = for_all_stops(part)
        picked[name] = rates[place]
    joint = walk[:, 1:-1].movedim(1, 2).flatten(2, 3)  # window and rate, chosen together
    place, losses["ema"] = for_all_stops(joint)
    picked["window"], picked["ema"] = WINDOWS[place // len(RATES)], RATES[place % len(RATES)]
    places, losses["cosine"] = for_each_stop(cosines)
    picked["cosines"] = [RATES[p] for p in places]
    picked["cosine"] = picked["cosines"][-1]
    if noise:
        places, losses["heavy"] = for_each_stop(above(_tensor(found["heavy"]), noise))
        picked["heavy"] = [HEAVY_RATES[p] for p in places]
    return losses, picked


def free_at(rate: float) -> Tensor:
    """Schedule-free at a rate that was not chosen for it, beta 0.9, with noise, `(stops, 5)`."""
    found = above(_tensor(_found("noisy")["free"]), NOISE)[BETAS.index(0.9)]
    return found[:, 1, FREE_RATES.index(rate), CHOOSE:]


def by_beta(noise: float = NOISE) -> dict[float, Tensor]:
    """Schedule-free at each beta, one rate for all stops, `(stops, 5)`."""
    found = above(_tensor(_found("noisy" if noise else "clean")["free"]), noise)
    return {beta: for_all_stops(part)[1] for beta, part in zip(BETAS, found, strict=True)}


def digits_reported(kind: str) -> Tensor:
    """Accuracy at each stop, `(stops, 10)`; each half of seeds and images chooses for the other.

    Schedule-free has one rate for both stops; the others one for each.
    """
    parts = torch.stack([_tensor(_found(f"digits {stop}")[kind])[:2] for stop in DIGIT_STOPS])
    first, second = parts[:, 0, :, :CHOOSE], parts[:, 1, :, CHOOSE:]
    found = []
    for chooses, told in ((first, second), (second, first)):
        mean = chooses.mean(-1)
        joint = int(mean.mean(0).argmax())
        places = [joint] * len(parts) if kind == "free" else mean.argmax(1).tolist()
        found.append(torch.stack([told[i, place] for i, place in enumerate(places)]))
    return torch.cat(found, -1)


def momentum_alone() -> Tensor:
    """A cosine with momentum over one without, at one rate / (1 - momentum), `(stops, 10)`."""
    noisy, place = _found("noisy"), 3  # 0.016 with momentum, and 0.16
    heavy, plain = (above(_tensor(noisy[name]), NOISE)[:, :, place] for name in ("heavy", "cosine"))
    ratio = heavy / plain
    return torch.cat([ratio[:, 1, CHOOSE:], ratio[:, 0, :CHOOSE]], -1)


def fitted(kind: str) -> tuple[Tensor, Tensor]:
    """The same after the last step at the rate that ends lowest in training loss, `(5,)` each."""
    part = _tensor(_found(f"digits {DIGIT_STOPS[-1]}")[kind]).nan_to_num(torch.inf)
    place = int(part[2, :, :CHOOSE].mean(-1).argmin())
    return part[1, place, CHOOSE:], part[2, place, CHOOSE:]


def recorded(part: str) -> dict[str, Tensor]:
    """Tensors of the record: `"curves"`, `"switched"` or `"statistics"`."""
    return {name: unpacked(values) for name, values in _found(part).items()}


def own_loss() -> float:
    """The teacher's own loss on the examples that are reported, with noise."""
    return nets.own(NOISE)[1].item()


def switched_losses() -> dict[str, Tensor]:
    """Loss above the second teacher's own after the exchange, `(looks, 5)`."""
    own = nets.own(NOISE, 1)[1]
    return {name: found - own for name, found in recorded("switched").items()}


def statistics(which: str) -> dict[str, list[float]]:
    """Recorded test accuracies of `stale.POINTS`, one a seed.

    Args:
        which: layers and rate, such as `"8 2"`; `"whole way"` has those of the last ones, and
            averages from the first step on.
    """
    found = recorded("statistics")[which]
    return dict(zip(stale.POINTS, found.tolist(), strict=True))


def _tensor(values) -> Tensor:
    return values if isinstance(values, Tensor) else unpacked(values)


# The record


def all_runs() -> dict[str, dict]:
    """Everything the page shows of nets, and the rates that the demo sets."""
    found = {}
    for name, noise in (("noisy", NOISE), ("clean", 0.0)):
        found[name] = {
            **arms.averages_of(noise), "free": arms.free_of(noise),
            "cosine": arms.cosines_of(noise),
        }  # fmt: skip
    found["noisy"]["heavy"] = _heavy()
    picked = _chosen(NOISE, found["noisy"])[1]
    digits = {f"digits {stop}": arms.digit_runs(stop) for stop in DIGIT_STOPS}
    deep = [(hidden, lr) for hidden in stale.DEPTHS for lr in stale.RATES]
    return {
        **found,
        **digits,
        "curves": arms.curves_of(picked, picked["window"]),
        "switched": arms.switched(picked),
        "statistics": {f"{h} {lr:g}": stale.scores(h, lr, SEEDS[:CHOOSE]) for h, lr in deep}
        | {"whole way": stale.scores(*deep[-1], SEEDS[:CHOOSE], begin=0)},
        "bowl": tuned_bowl(),
    }


def _heavy(seeds=SEEDS, rates=HEAVY_RATES, stops=arms.STOPS) -> Tensor:
    return arms.cosines_of(NOISE, seeds, rates, stops, momentum=arms.MOMENTUM)


def tuned_bowl() -> dict[str, list]:
    """The demo's rates of schedule-free descent and peaks of cosines, by narrowness and noise."""
    grid = [(narrow, noise) for narrow in bowl.NARROW for noise in bowl.NOISES]
    return {
        "free": [[bowl.free_rate(*at, beta) for beta in bowl.BETAS] for at in grid],
        "peaks": [[bowl.cosine_peak(*at, plan) for plan in bowl.PLANS] for at in grid],
    }


def free_rates() -> dict[tuple[float, float], list[float]]:
    """(narrow, noise) → the demo's rate of schedule-free descent for each of `bowl.BETAS`."""
    return _by_bowl("free")


def cosine_peaks() -> dict[tuple[float, float], list[float]]:
    """(narrow, noise) → the demo's peak of a cosine for each of `bowl.PLANS`."""
    return _by_bowl("peaks")


def _by_bowl(name: str) -> dict[tuple[float, float], list[float]]:
    grid = [(narrow, noise) for narrow in bowl.NARROW for noise in bowl.NOISES]
    return dict(zip(grid, _found("bowl")[name], strict=True))


def _found(part: str) -> dict:
    return RECORD.found["values"][part]


def _walk_piece() -> tuple[Tensor, Tensor]:
    """One rate, one seed, its first look."""
    setting = nets.Setting(nets.examples(NOISE), SEEDS[:1])
    again = nets.descend(setting, RATES[2:3], nets.warm, [500], WINDOWS[2:3]).seen[500]
    return again, unpacked(_found("noisy")["walk"])[0, [0, 3], :, 2:3, :1]


def _free_piece() -> tuple[Tensor, Tensor]:
    setting = nets.Setting(nets.examples(NOISE), SEEDS[:1])
    again = nets.free(setting, FREE_RATES[2:3], BETAS[1], [500])[500]
    return again, unpacked(_found("noisy")["free"])[1, 0, :, 2:3, :1]


def _cosine_piece() -> tuple[Tensor, Tensor]:
    again = arms.cosines_of(0.0, SEEDS[:1], RATES[2:3], arms.STOPS[:1])
    return again, unpacked(_found("clean")["cosine"])[:1, :, 2:3, :1]


def _heavy_piece() -> tuple[Tensor, Tensor]:
    again = _heavy(SEEDS[:1], HEAVY_RATES[2:3], arms.STOPS[:1])
    return again, unpacked(_found("noisy")["heavy"])[:1, :, 2:3, :1]


def _bowl_piece() -> tuple[Tensor, Tensor]:
    again = [bowl.free_rate(100, 0.05, 0.9), bowl.cosine_peak(100, 0.05, 400)]
    known = free_rates()[100, 0.05][2], cosine_peaks()[100, 0.05][2]
    return torch.tensor(again), torch.tensor(known)


def _statistics_piece() -> tuple[Tensor, Tensor]:
    return stale.scores(2, 0.5, SEEDS[:1]), unpacked(_found("statistics")["2 0.5"])[:, :1]


RECORD = Record(
    __file__,
    make=all_runs,
    settings={
        "nets": [nets.BATCH, nets.STEPS, nets.WARM, nets.HELD, nets.SIZES, nets.TEACHER],
        "stops": arms.STOPS, "windows": [str(w) for w in WINDOWS], "rates": RATES,
        "free": [FREE_RATES, BETAS], "heavy": [arms.MOMENTUM, HEAVY_RATES],
        "switched": [str(w) for w in arms.SWITCHED], "noise": NOISE, "fall": arms.FALL,
        "seeds": SEEDS,
        "choose": CHOOSE, "looks": arms.LOOKS, "after": arms.AFTER,
        "digits": [arms.WRONG, arms.CUT, DIGIT_STOPS, arms.DIGIT_WARM, arms.DIGIT_RATES,
                   arms.DIGIT_FREE],
        "statistics": [stale.EPOCHS, stale.BATCH, stale.WIDTH, stale.DEPTHS, stale.RATES],
        "bowl": [bowl.STEPS, bowl.DIRECTIONS, bowl.BELLS, bowl.NARROW, bowl.NOISES, bowl.BETAS,
                 bowl.PLANS, bowl.LIMIT, bowl.GRID],
    },
    pieces={
        "bowl": _bowl_piece, "walk": _walk_piece, "free": _free_piece, "cosine": _cosine_piece,
        "heavy": _heavy_piece,
        "statistics": _statistics_piece,
    },
    rtol=5e-3,
    atol=0.0023,
)  # fmt: skip

if __name__ == "__main__":
    RECORD.write()
