"""Exercises on soft labels, calibration and mixup, declared once.

Book: regularization/soft_labels
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import swapped
from dlnotes.regularization.calibration import binned, calibration_error
from dlnotes.regularization.soft_targets import best_gap, loss_floor, smoothed

TITLE = both(zh="把答案说软一点", en="Soften the answers")
DOUBLE = torch.float64


# Where it stops


def label_given(draw):
    return {"classes": draw.whole(3, 40), "smoothing": draw.between(0.05, 0.5)}


def landing(classes, smoothing):
    target = smoothed(torch.tensor([0]), classes, smoothing, dtype=DOUBLE)
    return best_gap(classes, smoothing), loss_floor(target).item()


def _entropy(right, other, classes):
    return -right * math.log(right) - (classes - 1) * other * math.log(other)


LANDING = Task(
    id="where_it_stops",
    points=1,
    title=both(zh="停在哪里", en="Where it stops"),
    prompt=both(
        zh="`classes` 类，标签里抽出 `smoothing`，平分给所有的类，对的那一类也有一份。先猜：类多了，底是高了还是低了？\n\n返回损失最低时，对的类的分数比别的类高多少，再返回那时的损失（自然对数）。",
        en="There are `classes` classes; `smoothing` is taken out of the label and dealt out equally to all of them, the right one included.\nGuess first: with more classes, is the floor higher or lower?\n\nReturn by how much the right score lies above the others where the loss is lowest, and that loss (natural logarithm).",
    ),
    solution='''
def where_it_stops(classes, smoothing):
    """Score gap and loss at the best scores, as (gap, floor)."""
    ### BEGIN SOLUTION
    other = smoothing / classes
    right = 1 - (classes - 1) * other
    gap = math.log(right) - math.log(other)
    return gap, math.log(1 / right) + (1 - right) * gap
    ### END SOLUTION
''',
    returns="(gap, floor)",
    inputs=label_given,
    reference=landing,
    hints=(
        both(
            zh="损失最低时，概率和标签的份额一样。分数之差和概率之比，是什么关系？",
            en="Where the loss is lowest, probabilities equal the shares of the label. How does a difference of scores follow from a ratio of probabilities?",
        ),
        both(
            zh="对的那一类得 $1-\\varepsilon+\\varepsilon/K$，别的各得 $\\varepsilon/K$。分差是两者之比的对数，损失是标签的熵。",
            en="The right class has $1-\\varepsilon+\\varepsilon/K$, each other one $\\varepsilon/K$. The gap is the logarithm of their ratio, the loss the entropy of the label.",
        ),
        both(
            zh="熵里，对的一项只有一个，别的有 $K-1$ 个，一样大。",
            en="In the entropy there is one term of the right class, and $K-1$ equal ones of the others.",
        ),
    ),
    wrong=(
        wrong(
            lambda classes, smoothing: (
                math.log((1 - smoothing) * (classes - 1) / smoothing),
                _entropy(1 - smoothing, smoothing / (classes - 1), classes),
            ),
            zh="你分给了别的 $K-1$ 类：这里对的类也分一份，各得 $\\varepsilon/K$。",
            en="You dealt it out to the other $K-1$ classes: here the right one gets a part, too, and each class $\\varepsilon/K$.",
            credit=0.5,
        ),
        wrong(
            lambda classes, smoothing: (
                best_gap(classes, smoothing),
                -(1 - smoothing + smoothing / classes)
                * math.log(1 - smoothing + smoothing / classes),
            ),
            zh="损失只算了对的那一项：别的类也有份额，各要一项。",
            en="The loss has the term of the right class alone: the others have shares, too, and each needs its term.",
            credit=0.5,
        ),
        wrong(
            lambda classes, smoothing: (
                best_gap(classes, smoothing),
                landing(classes, smoothing)[1] / math.log(2),
            ),
            zh="这是以 2 为底的：训练损失用自然对数。",
            en="This is to base 2: training losses use the natural logarithm.",
            credit=0.5,
        ),
        wrong(
            lambda classes, smoothing: (
                best_gap(classes, smoothing),
                -math.log(1 - smoothing + smoothing / classes),
            ),
            zh="这是硬标签在那里的损失；训练时降的是软标签的。",
            en="This is the loss of a hard label there; training descends on that of the soft one.",
            credit=0.5,
        ),
        wrong(
            swapped(landing),
            zh="次序反了：先分差，后损失。",
            en="The order is reversed: the gap first, then the loss.",
            credit=0.5,
        ),
    ),
)


# The slope


def batch_given(draw):
    rows, classes = draw.whole(3, 5), draw.whole(3, 6)
    return {
        "scores": torch.stack([draw.normal(classes) for _ in range(rows)]),
        "y": torch.tensor([draw.whole(0, classes - 1) for _ in range(rows)]),
        "smoothing": draw.between(0.1, 0.4),
    }


def slope(scores, y, smoothing):
    target = smoothed(y, scores.shape[1], smoothing, dtype=scores.dtype)
    return _slope(scores, target)


def _slope(scores, target):
    return (scores.softmax(1) - target) / len(scores)


def _others(y, classes, smoothing):
    """All that is taken goes to the other classes."""
    hard = smoothed(y, classes, dtype=DOUBLE)
    return (1 - smoothing) * hard + smoothing / (classes - 1) * (1 - hard)


SLOPE = Task(
    id="slope_of_a_soft_label",
    points=3,
    kind="implementation",
    title=both(zh="软标签的梯度", en="The slope of a soft label"),
    prompt=both(
        zh="`scores` 的每一行是一个样本的分数，`y` 是各自的类。标签里抽出 `smoothing`，平分给所有的类。损失是软标签的交叉熵，对样本取平均。\n\n不用自动微分，返回损失对每个分数的导数。",
        en="Every row of `scores` holds the scores of an example, `y` their classes.\nOut of each label `smoothing` is taken and dealt out equally to all classes; the loss is the cross-entropy of the soft labels, a mean over the examples.\n\nReturn its derivative with respect to every score, without automatic differentiation.",
    ),
    solution='''
def slope_of_a_soft_label(scores, y, smoothing):
    """The derivative of the mean loss by the scores, of their shape."""
    ### BEGIN SOLUTION
    rows, classes = scores.shape
    slope = scores.softmax(dim=1) - smoothing / classes
    slope[torch.arange(rows), y] -= 1 - smoothing
    return slope / rows
    ### END SOLUTION
''',
    inputs=batch_given,
    reference=slope,
    hints=(
        both(
            zh="该停的地方，梯度是 0：网络给的概率和标签要的份额，差多少？",
            en="Where it should stop, the slope is 0: how far are the probabilities that the net gives from the shares that the label asks for?",
        ),
        both(
            zh="一个样本的导数是 $p_c-q_c$。",
            en="The derivative of one example is $p_c-q_c$.",
        ),
        both(
            zh="每一类减 $\\varepsilon/K$，对的那一类再减 $1-\\varepsilon$；损失是平均，最后除以样本数。",
            en="Take $\\varepsilon/K$ off every class, and $1-\\varepsilon$ more off the right one; the loss is a mean, so divide by the number of examples.",
        ),
    ),
    wrong=(
        wrong(
            lambda scores, y, smoothing: slope(scores, y, smoothing) * len(scores),
            zh="损失是平均，导数也要除以样本数。",
            en="The loss is a mean: divide the derivative by the number of examples, too.",
            credit=0.5,
        ),
        wrong(
            lambda scores, y, smoothing: -slope(scores, y, smoothing),
            zh="正负号反了：概率给多了，损失随这个分数上升。",
            en="The sign is reversed: where the probability is too high, the loss rises with the score.",
            credit=0.5,
        ),
        wrong(
            lambda scores, y, smoothing: slope(scores, y, 0.0),
            zh="这是硬标签的：`smoothing` 没用上。",
            en="This is the slope of hard labels: `smoothing` is not in it.",
        ),
        wrong(
            lambda scores, y, smoothing: _slope(scores, _others(y, scores.shape[1], smoothing)),
            zh="抽出来的平分给所有的类，对的那一类也有一份。",
            en="What is taken is dealt out to all classes, the right one included.",
            credit=0.5,
        ),
        wrong(
            lambda scores, y, smoothing: (1 - smoothing) * slope(scores, y, 0.0),
            zh="硬标签的那一份对了；平分出去的那一份也有导数，你漏了。",
            en="The part of the hard label is right; the part dealt out has a derivative, too, and it is missing.",
            credit=0.5,
        ),
        wrong(
            lambda scores, y, smoothing: (
                (scores.softmax(0) - smoothed(y, scores.shape[1], smoothing, dtype=DOUBLE))
                / len(scores)
            ),
            zh="softmax 沿错了方向：一行的概率加起来才是 1。",
            en="The softmax runs the wrong way: the probabilities of a row add up to 1.",
        ),
        wrong(
            lambda scores, y, smoothing: (
                (scores - smoothed(y, scores.shape[1], smoothing, dtype=DOUBLE)) / len(scores)
            ),
            zh="减之前，分数要先变成概率。",
            en="Scores must become probabilities before anything is subtracted.",
        ),
    ),
)


# Does it hit as often as it says?


def answers_given(draw):
    count = draw.whole(14, 24)
    confidence = [1.0, *(draw.between(0.3, 0.99) for _ in range(count))]
    luck = [1.0, *(draw.between(0, 1) for _ in range(count))]  # quite sure, and wrong
    return {
        "confidence": torch.tensor(confidence, dtype=DOUBLE),
        "right": torch.tensor([int(a < b**1.5) for a, b in zip(luck, confidence, strict=True)]),
        "bins": draw.whole(3, 6),
    }


def ece(confidence, right, bins):
    return calibration_error(confidence, right, bins).item()


def _gaps(confidence, right, bins):
    found = binned(confidence, right, bins)
    full = found.count > 0
    return found.count[full] / len(right), (found.accuracy - found.confidence)[full]


def _by_middles(confidence, right, bins):
    found = binned(confidence, right, bins)
    middles = (torch.arange(bins) + 0.5) / bins
    return (found.count * (found.accuracy - middles).abs().nan_to_num()).sum().item() / len(right)


ERROR = Task(
    id="says_and_hits",
    points=3,
    kind="implementation",
    title=both(zh="说几成，对几成", en="What it says, what it hits"),
    prompt=both(
        zh="`confidence` 是网络对每个答案的把握，`right` 是 1 或 0，对还是错。把 0 到 1 分成 `bins` 个等宽的箱（正好在边上的归右边的箱，1 归最后一箱），返回期望校准误差：每箱里平均的把握和对的比例差多少，按箱里的个数加权平均。空箱不算。",
        en="`confidence` says how sure the net is of each answer, `right` is 1 or 0, right or wrong.\nCut 0 to 1 into `bins` bins of equal width (what lies on an edge belongs to the bin on its right, 1 to the last bin) and return the expected calibration error: how far mean confidence and share right are apart in each bin, averaged by the counts of the bins.\nEmpty bins do not count.",
    ),
    solution='''
def says_and_hits(confidence, right, bins):
    """The expected calibration error of the answers."""
    ### BEGIN SOLUTION
    place = (confidence * bins).long().clamp(max=bins - 1)
    total = 0.0
    for j in range(bins):
        here = place == j
        total += abs((right[here] - confidence[here]).sum().item())
    return total / len(confidence)
    ### END SOLUTION
''',
    inputs=answers_given,
    reference=ece,
    hints=(
        both(
            zh="先分箱，箱里取平均，再比。先比再平均，得到的是别的东西。",
            en="Bins first, means inside, then compare. Comparing before averaging gives something else.",
        ),
        both(
            zh="$\\sum_j\\frac{n_j}{N}\\lvert h_j-\\bar p_j\\rvert$；第几箱，是把握乘箱数取整。",
            en="$\\sum_j\\frac{n_j}{N}\\lvert h_j-\\bar p_j\\rvert$; the number of the bin is the confidence times the number of bins, rounded down.",
        ),
        both(
            zh="$n_j$ 乘平均之差，就是箱里的和之差，所以除法只要最后做一次；正好是 1 的归最后一箱。",
            en="$n_j$ times a difference of means is a difference of sums, so one division at the end will do; a confidence of exactly 1 goes to the last bin.",
        ),
    ),
    wrong=(
        wrong(
            lambda confidence, right, bins: _gaps(confidence, right, bins)[1].abs().mean().item(),
            zh="每箱算得一样重了：按箱里的个数加权。",
            en="Every bin weighs the same: weight by their counts.",
            credit=0.5,
        ),
        wrong(
            lambda confidence, right, bins: abs(
                right.double().mean().item() - confidence.mean().item()
            ),
            zh="没有分箱，或者绝对值取晚了：一处把握太大，另一处太小，就抵消了。",
            en="There are no bins, or the absolute value comes too late: too sure here and not sure enough there cancel.",
        ),
        wrong(
            lambda confidence, right, bins: (right - confidence).abs().mean().item(),
            zh="一个一个比，总会差一截：答案不是对就是错，先在箱里取平均。",
            en="Single answers are always some way off: they are right or wrong. Take means in the bins first.",
        ),
        wrong(
            lambda confidence, right, bins: _gaps(confidence, right, bins)[1].abs().max().item(),
            zh="这是差得最多的那一箱；要的是加权平均。",
            en="This is the worst bin; the task asks for the weighted mean.",
        ),
        wrong(
            _by_middles,
            zh="把握取了箱的中点：该取箱里各个把握的平均。",
            en="You took the middle of the bin for its confidence: take the mean of those inside.",
            credit=0.5,
        ),
        wrong(
            lambda confidence, right, bins: (
                (_gaps(confidence, right, bins)[0] * _gaps(confidence, right, bins)[1].square())
                .sum()
                .item()
            ),
            zh="差取了平方：这里取绝对值。",
            en="The differences are squared: take absolute values here.",
            credit=0.5,
        ),
    ),
)


# Who has learned better


def pair_given(draw):
    classes, smoothing = draw.whole(4, 30), draw.between(0.05, 0.3)
    base = landing(classes, smoothing)[1]
    hard = draw.between(0.05, 0.25)
    above = hard * (draw.between(0.3, 0.7) if draw.case % 2 else draw.between(1.4, 2.5))
    return {"soft": base + above, "hard": hard, "classes": classes, "smoothing": smoothing}


def closer(soft, hard, classes, smoothing):
    above = soft - landing(classes, smoothing)[1]
    return above, float(above < hard)


CLOSER = Task(
    id="closer_to_its_floor",
    points=2,
    title=both(zh="谁离底更近", en="Who is closer to the floor"),
    prompt=both(
        zh="两次训练，同样的数据，`classes` 类。一次用软标签，抽出 `smoothing`，训练损失停在 `soft`；一次用硬标签，停在 `hard`。有人说：“`soft` 大得多，没学好。”\n\n返回软的那一次离它的底还有多高；再返回 1 或 0：它是不是比硬的那一次离底更近。",
        en="Two runs on the same data with `classes` classes: one with soft labels, `smoothing` taken, ends at a training loss of `soft`; one with hard labels at `hard`.\n“`soft` is much larger: it has not learned well”, somebody says.\n\nReturn how far the soft run is above its floor, and 1 or 0: whether it is closer to its floor than the hard run is.",
    ),
    solution='''
def closer_to_its_floor(soft, hard, classes, smoothing):
    """How far above its floor, and whether closer than the hard run, as (above, closer)."""
    ### BEGIN SOLUTION
    other = smoothing / classes
    right = 1 - smoothing + other
    above = soft + right * math.log(right) + (1 - right) * math.log(other)
    return above, int(above < hard)
    ### END SOLUTION
''',
    returns="(above, closer)",
    inputs=pair_given,
    reference=closer,
    hints=(
        both(
            zh="两条曲线的底不一样高：硬标签的在哪里，软的呢？",
            en="The two curves have different floors: where is that of hard labels, where that of soft ones?",
        ),
        both(
            zh="硬的底是 0；软的底是 $-\\sum_c q_c\\log q_c$。",
            en="The floor of hard labels is 0, that of soft ones $-\\sum_c q_c\\log q_c$.",
        ),
        both(
            zh="从 `soft` 里减去软标签的熵，再和 `hard` 比。",
            en="Take the entropy of the soft label off `soft`, then compare with `hard`.",
        ),
    ),
    wrong=(
        wrong(
            lambda soft, hard, classes, smoothing: (soft, float(soft < hard)),
            zh="两个损失的底不一样，不能直接比：先减去软标签的熵。",
            en="The two losses have different floors and cannot be compared as they are: take off the entropy of the soft label first.",
        ),
        wrong(
            lambda soft, hard, classes, smoothing: (
                soft - smoothing,
                float(soft - smoothing < hard),
            ),
            zh="底不是 $\\varepsilon$，是软标签的熵。",
            en="The floor is not $\\varepsilon$ but the entropy of the soft label.",
        ),
        wrong(
            lambda soft, hard, classes, smoothing: (
                soft + math.log(1 - smoothing + smoothing / classes),
                float(soft + math.log(1 - smoothing + smoothing / classes) < hard),
            ),
            zh="你只减了对的那一类的对数：熵是各类份额乘对数，全部相加。",
            en="You took off the logarithm of the right class alone: the entropy adds up share times logarithm over all classes.",
            credit=0.5,
        ),
        wrong(
            lambda soft, hard, classes, smoothing: (
                closer(soft, hard, classes, smoothing)[0],
                1 - closer(soft, hard, classes, smoothing)[1],
            ),
            zh="离底多高算对了；近的是小的那一个。",
            en="The height above the floor is right; the smaller one is the closer.",
            credit=0.5,
        ),
    ),
)


# What mixing does to a line


def line_given(draw):
    count = draw.whole(6, 10)
    x = draw.normal(count)
    return {
        "x": x,
        "y": draw.between(0.5, 2) * x + 0.5 * draw.normal(count),
        "spread": draw.between(0.3, 3),
        "alpha": draw.between(0.1, 1),
    }


def mixed_line(x, y, spread, alpha):
    return _line(x, y, (spread + 1) / (2 * spread + 1), alpha)


def _line(x, y, shrink, alpha):
    x, y = x - x.mean(), y - y.mean()
    return (shrink * (x * y).mean() / (shrink * x.square().mean() + alpha)).item()


MIXED = Task(
    id="line_through_mixes",
    points=2,
    title=both(zh="穿过混合点的直线", en="A line through mixes"),
    prompt=both(
        zh="点 `x`、`y`，拿 mixup 混：同伴随便挑（也可能是自己），留下的份额抽自 $a$ 等于 `spread` 的 Beta 分布，横、纵坐标一起混。在所有混出来的点上（取期望），最小化“误差平方的平均，加 `alpha` 乘斜率的平方”，截距不罚。\n\n返回斜率。先猜：`alpha` 是 0，斜率变不变？不是呢？",
        en="The points `x`, `y` are mixed by mixup: a random partner, which may be the point itself, and a kept share from the Beta distribution with $a$ equal to `spread`, the same for both coordinates.\nOn all mixes (in expectation), minimize the mean squared error plus `alpha` times the squared slope; the intercept is not penalized.\n\nReturn the slope.\nGuess first: does it change if `alpha` is 0, and if it is not?",
    ),
    solution='''
def line_through_mixes(x, y, spread, alpha):
    """The slope of the penalized line through all mixes."""
    ### BEGIN SOLUTION
    heavier = alpha * (2 * spread + 1) / (spread + 1)
    away = x - x.mean()
    return ((away * y).sum() / (away.square().sum() + len(x) * heavier)).item()
    ### END SOLUTION
''',
    inputs=line_given,
    reference=mixed_line,
    hints=(
        both(
            zh="混过以后，横坐标的方差缩了多少？横纵的协方差呢？",
            en="By how much does the variance of the mixed x shrink, and the covariance with y?",
        ),
        both(
            zh="两样都乘 $\\frac{a+1}{2a+1}$；斜率是协方差，除以方差加 $\\alpha$。",
            en="Both are multiplied by $\\frac{a+1}{2a+1}$; the slope is the covariance over the variance plus $\\alpha$.",
        ),
        both(
            zh="上下同除以这个倍数，等于不混，惩罚乘 $\\frac{2a+1}{a+1}$。",
            en="Divide above and below by that factor: no mixing is left, and the penalty is multiplied by $\\frac{2a+1}{a+1}$.",
        ),
    ),
    wrong=(
        wrong(
            lambda x, y, spread, alpha: _line(x, y, 1.0, alpha),
            zh="不混才是这样：混了，数据缩了，惩罚没缩。",
            en="This is without mixing: the mixes shrink the data, and the penalty does not shrink.",
        ),
        wrong(
            lambda x, y, spread, alpha: _line(x, y, 1.0, 0.0),
            zh="没有惩罚才是这样：斜率不变。这里罚了 `alpha`。",
            en="This is without a penalty, where mixing leaves the slope alone; here `alpha` penalizes it.",
        ),
        wrong(
            lambda x, y, spread, alpha: _line(x, y, 1.0, alpha * (spread + 1) / (2 * spread + 1)),
            zh="反了：数据缩了，同样的惩罚就更重，不是更轻。",
            en="The wrong way: as the data shrink, the same penalty weighs more, not less.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, spread, alpha: _line(x, y, 0.5, alpha),
            zh="份额总是一半才缩到 $1/2$：对 `spread` 的分布取平均，是 $\\frac{a+1}{2a+1}$。",
            en="Only a share of one half every time shrinks by $1/2$: the mean over the distribution is $\\frac{a+1}{2a+1}$.",
            credit=0.5,
        ),
    ),
)

TASKS = (LANDING, SLOPE, ERROR, CLOSER, MIXED)
