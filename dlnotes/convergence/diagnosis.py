"""Five outcomes of a training, told apart by its two curves, with evidence and remedies.

Two curves are all it sees: what they cannot tell, it says, with the run that would.

Book: convergence/five_outcomes
"""

import html
import math
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from dlnotes.core.arguments import finite, positive, whole
from dlnotes.core.language import LANGUAGES, Bilingual, both

Outcome = Literal["good", "undertrained", "small", "unstable", "overfit", "stuck", "unclear"]
Series = Sequence[float]
SHORTEST = 12  # evaluations; of fewer, the second half says nothing


class Thresholds(NamedTuple):
    """From where on a sign counts, each as a part of the baseline loss.

    Chosen by `experiments.tuned` of the section, on runs of two tasks; judged on five others.

    Attributes:
        stuck: a training loss above this has learned nothing.
        sway: mean jump from one evaluation to the next and back.
        fall: of the training loss from the third to the fourth quarter.
        gap: between the two ends.
        low: a training loss below this leaves little to gain.
    """

    stuck: float = 0.95
    sway: float = 0.02
    fall: float = 0.016
    gap: float = 0.1
    low: float = 0.15


LIMITS = Thresholds()


class Evidence(NamedTuple):
    """What the curves show, as parts of the baseline loss; the second half of them counts.

    Attributes:
        train: training loss, mean of the last quarter.
        held: held-out loss, likewise.
        gap: `held - train`.
        fall: of the training loss from the third quarter to the fourth, its means.
        rise: of the held-out loss above its lowest mean of three evaluations in a row.
        sway: mean of |a - 2b + c| / 2 over three held-out losses in a row: 0 for a straight line.
    """

    train: float
    held: float
    gap: float
    fall: float
    rise: float
    sway: float


class Diagnosis(NamedTuple):
    """An outcome and what it rests on.

    Attributes:
        outcome: one of `Outcome`.
        evidence: the numbers.
        remedy: what mends it, by language.
        tell: what the curves cannot exclude, and what would tell, by language.
    """

    outcome: Outcome
    evidence: Evidence
    remedy: dict[str, str]
    tell: dict[str, str]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        """Name, numbers, remedy and doubt, in the reader's language."""
        numbers = {name: f"{value:.3f}" for name, value in self.evidence._asdict().items()}
        lines = {
            lang: [
                NAMES[self.outcome][lang],
                SEEN[lang].format(**numbers),
                self.remedy[lang],
                self.tell[lang],
            ]
            for lang in LANGUAGES
        }
        paragraphs = {
            lang: "".join(f"<p>{_with_code(line)}</p>" for line in part)
            for lang, part in lines.items()
        }
        plain = {lang: "\n".join(part) for lang, part in lines.items()}
        return Bilingual(html=paragraphs, plain=plain)._repr_mimebundle_()


NAMES = {
    "good": both(zh="A 正好", en="A good"),
    "undertrained": both(zh="B1 练得不够", en="B1 undertrained"),
    "small": both(zh="B2 模型太小", en="B2 too small"),
    "unstable": both(zh="C 不稳", en="C unstable"),
    "overfit": both(zh="D 过拟合", en="D overfit"),
    "stuck": both(zh="E 没收敛", en="E stuck"),
    "unclear": both(zh="说不准", en="cannot tell"),
}
REMEDIES = {
    "good": both(
        zh="到此为止：拿一份没用过的测试集，打一次分。",
        en="Stop here, and score it once on a test set that has chosen nothing.",
    ),
    "undertrained": both(
        zh="接着练；太慢，就把学习率调大几倍。",
        en="Train on; where that is too slow, raise the learning rate a few times over.",
    ),
    "small": both(
        zh="换大一号的模型，或者给它更有用的输入。",
        en="Take a bigger model, or give it more telling inputs.",
    ),
    "unstable": both(
        zh="把学习率降到十分之一再走一段，或者加大批量。",
        en="Go on for a while at a tenth of the learning rate, or with larger batches.",
    ),
    "overfit": both(
        zh="加数据；没有，就早停、用正则化或小一号的模型。",
        en="Get more data; failing that, stop early, regularize or take a smaller model.",
    ),
    "stuck": both(
        zh="别等了。学习率先除以 10，再乘以 10，各试一次；还不动，查数据、标签和初始化。",
        en="Do not wait. Try the learning rate divided by 10, then times 10; if nothing moves, "
        "check data, labels and initialization.",
    ),
    "unclear": both(
        zh="先什么都别改，补一次训练，看下面这条。",
        en="Change nothing yet; the run below comes first.",
    ),
}
TELLS = {
    "good": both(
        zh="剩下的损失不多了；还能不能再低，要换大一号的模型才知道。",
        en="Little loss is left; whether it can go lower, only a bigger model would tell.",
    ),
    "undertrained": both(
        zh="能降到哪里，曲线没有说：练 4 倍长，再看一次。",
        en="How far it will fall, the curves do not say: train 4 times as long and look again.",
    ),
    "small": both(
        zh="`floor` 若来自另一份数据，这句就不算数。",
        en="If `floor` comes from other data, this does not hold.",
    ),
    "unstable": both(
        zh="晃得太大，过没过拟合看不出来：学习率降下来，再看一次。",
        en="The swings hide whether it also overfits: lower the learning rate and look again.",
    ),
    "overfit": both(
        zh="留出的数据若来自别处，两条线也会分开：从训练数据里再留一份出来，比一比。",
        en="Held-out data from elsewhere part the curves too: hold out a second set from the "
        "training data, and compare.",
    ),
    "stuck": both(
        zh="什么都没学到；为什么，两条曲线看不出来。",
        en="Nothing was learned; why, two curves do not show.",
    ),
    "unclear": both(
        zh="又平又高，两条贴在一起：模型太小，还是数据有噪声？换宽 4 倍的网络练一次，"
        "把它的损失给 `floor`。",
        en="Flat, high and close together: a model too small, or noisy data? Train a net 4 "
        "times as wide, and give its loss as `floor`.",
    ),
}


SEEN = both(
    zh="训练损失 {train}，留出损失 {held}，差距 {gap}，还降 {fall}，"
    "回升 {rise}，跳动 {sway}（都除以基线）",
    en="training loss {train}, held-out loss {held}, gap {gap}, fall {fall}, rise {rise}, "
    "sway {sway}, each divided by the baseline",
)


class Losses(Protocol):
    """A history with both curves, such as `training.history.History`, or `Curves`."""

    train_loss: Series
    test_loss: Series


class Curves(NamedTuple):
    """The two curves of a run, for who has no history.

    Attributes:
        train_loss: at evaluations evenly apart, the newest last.
        test_loss: on held-out examples at the same.
    """

    train_loss: Series
    test_loss: Series


def diagnose(
    history: Losses,
    baseline: float,
    *,
    floor: float | None = None,
    thresholds: Thresholds = LIMITS,
) -> Diagnosis:
    """The outcome of a training, with evidence and remedy.

    Args:
        history: with `train_loss` and `test_loss`, at least `SHORTEST` evaluations evenly apart,
            the start among them.
        baseline: loss of who answers without looking, greater than 0: ln C for C classes of
            equal size, the variance of the targets for a squared error.
        floor: a loss that is known to be within reach, such as that of a bigger net; without it
            a flat, high loss is `unclear`: the model may be too small, or the data noisy.
        thresholds: from where on a sign counts.

    Raises:
        ValueError: for curves that are too short or of two lengths, or a baseline not above 0.

    Example:
        >>> train = [1.0 * 0.8**t for t in range(30)]
        >>> diagnose(Curves(train, [loss + 0.01 for loss in train]), baseline=1.0).outcome
        'good'
        >>> diagnose(Curves(train, [loss + 0.02 * t for t, loss in enumerate(train)]), 1.0).outcome
        'overfit'
    """
    seen = evidence(history, baseline)
    outcome = _outcome(
        seen, thresholds, None if floor is None else finite("floor", floor) / baseline
    )
    return Diagnosis(outcome, seen, REMEDIES[outcome], TELLS[outcome])


def evidence(history: Losses, baseline: float) -> Evidence:
    """The numbers on which `diagnose` rests; arguments as there."""
    positive("baseline", baseline)
    train, held = (
        [float(x) / baseline for x in part] for part in (history.train_loss, history.test_loss)
    )
    if len(train) != len(held):
        raise ValueError(
            f"`train_loss` and `test_loss` must be of one length, got {len(train)} and {len(held)}."
        )
    whole("len(train_loss)", len(train), least=SHORTEST)
    half, quarter = len(train) // 2, len(train) // 4
    late, low = held[-half:], min(map(sum, zip(held, held[1:], held[2:], strict=False))) / 3
    end = generalization_gap(train[-quarter:], held[-quarter:])
    sways = [abs(a - 2 * b + c) / 2 for a, b, c in zip(late, late[1:], late[2:], strict=False)]
    return Evidence(
        train=_mean(train[-quarter:]),
        held=_mean(held[-quarter:]),
        gap=end,
        fall=_mean(train[-2 * quarter : -quarter]) - _mean(train[-quarter:]),
        rise=_mean(held[-quarter:]) - low,
        sway=_mean(sways),
    )


def generalization_gap(train_loss: Series, held_loss: Series) -> float:
    """How much higher the loss is on held-out examples: mean of the one minus mean of the other.

    Example:
        >>> round(generalization_gap([0.2, 0.1], [0.5, 0.6]), 3)
        0.4
    """
    return _mean(held_loss) - _mean(train_loss)


def _outcome(seen: Evidence, limits: Thresholds, floor: float | None) -> Outcome:
    """The first sign that counts."""
    if not all(map(math.isfinite, seen)):
        return "stuck"
    sways, falls = seen.sway >= limits.sway, seen.fall >= limits.fall
    if seen.train >= limits.stuck:
        return "undertrained" if falls and not sways else "stuck"
    if seen.gap >= max(limits.gap, 2 * seen.sway):
        return "overfit"
    if sways or falls:
        return "unstable" if sways else "undertrained"
    if seen.train <= limits.low:
        return "good"
    if floor is None:
        return "unclear"
    return "small" if seen.train - floor >= limits.low / 2 else "good"


def _with_code(line: str) -> str:
    """A line as HTML, what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(line))


def _mean(values: Series) -> float:
    return sum(values) / len(values)
