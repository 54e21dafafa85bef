"""Exercises on what is learned, what is set, and which settings matter, declared once.

Book: hyperparameters/what_they_are
"""

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.hyperparameters.importance import by_chance, raw_share

TITLE = both(zh="哪些数要你来定？", en="Which numbers are yours to set?")


# What is learned, what is set, what is remembered


def run_given(draw):
    before, after, grads = {}, {}, {}
    for place in range(draw.whole(2, 4)):
        name, size = f"layer{place}", draw.whole(3, 7)
        grads[name] = draw.normal(size)
        before[name] = draw.normal(size)
        after[name] = before[name] - 0.1 * grads[name]
    grads["dead"] = torch.zeros(draw.whole(2, 4), dtype=torch.float64)
    before["dead"] = after["dead"] = draw.normal(len(grads["dead"]))
    for place in range(draw.whole(6, 9)):
        before[f"setting{place}"] = after[f"setting{place}"] = draw.normal(1)
    for place in range(draw.whole(2, 4)):
        size = draw.whole(3, 7)
        before[f"memory{place}"] = torch.zeros(size, dtype=torch.float64)
        after[f"memory{place}"] = draw.normal(size)
    return {"before": before, "after": after, "grads": grads}


def sorted_by(learned, fixed, kept, size=lambda value: value.numel()):
    """Counts of three kinds; each a test `(name, changed, grads) -> bool`."""

    def count(before, after, grads):
        changed = {name: not torch.equal(before[name], after[name]) for name in before}

        def which(test):
            return [name for name in before if test(name, changed[name], grads)]

        return (
            sum(size(before[name]) for name in which(learned)),
            len(which(fixed)),
            len(which(kept)),
        )

    return count


def has(name, changed, grads):
    return name in grads


def stays(name, changed, grads):
    return name not in grads and not changed


def moves(name, changed, grads):
    return name not in grads and changed


SORTED = Task(
    id="learned_set_remembered",
    points=2,
    kind="implementation",
    title=both(zh="学来的，定下的，记着的", en="Learned, set, remembered"),
    prompt=both(
        zh="`before` 和 `after` 是训练前后的同一份东西：名字 → 一列数；`grads` 里有的，才有梯度。"
        "参数有梯度，哪怕梯度是 0；没有梯度、训练前后也一样的，是超参数；没有梯度、却变了的，是训练自己记的账，例如动量。\n\n"
        "返回三个数：参数一共有几个**数**，超参数有几**样**，记着的有几**样**。",
        en="`before` and `after` hold the same things before and after a training, name → a row of numbers; only what is in `grads` has a gradient.\n"
        "A parameter has a gradient, even one of 0; what has none and is the same afterwards is a hyperparameter; what has none and has changed is a memory of the training, such as momentum.\n\n"
        "Return three numbers: how many **numbers** the parameters hold, how many hyperparameters there **are**, how many memories there **are**.",
    ),
    solution='''
def learned_set_remembered(before, after, grads):
    """Numbers that are learned, things that were set, things that are remembered."""
    ### BEGIN SOLUTION
    learned = sum(grad.numel() for grad in grads.values())
    others = [name for name in before if name not in grads]
    same = [name for name in others if torch.equal(before[name], after[name])]
    return learned, len(same), len(others) - len(same)
    ### END SOLUTION
''',
    inputs=run_given,
    reference=sorted_by(has, stays, moves),
    hints=(
        both(
            zh="先问有没有梯度，再问变没变：两问，三类。",
            en="First ask whether it has a gradient, then whether it changed: two questions, three kinds.",
        ),
        both(
            zh="一列数有几个，`numel()`；两列数一样不一样，`torch.equal(a, b)`。",
            en="`numel()` says how many numbers a row has, `torch.equal(a, b)` whether two rows are the same.",
        ),
        both(
            zh="参数数的是数，后两类数的是名字。",
            en="Of parameters count the numbers, of the other two kinds the names.",
        ),
    ),
    wrong=(
        wrong(
            sorted_by(
                lambda name, changed, grads: name in grads and changed,
                lambda name, changed, grads: not changed,
                moves,
            ),
            zh="梯度是 0 的参数没有动，可还是参数：它只是这次没学到东西。",
            en="A parameter whose gradient is 0 did not move and is a parameter all the same: it learned nothing this time.",
            credit=0.5,
        ),
        wrong(
            sorted_by(lambda name, changed, grads: changed, stays, lambda *_: False),
            zh="变了的不都是参数：动量这样的账也变，却没有梯度。",
            en="Not all that changed is a parameter: a memory such as momentum changes, too, and has no gradient.",
        ),
        wrong(
            sorted_by(has, lambda name, changed, grads: name not in grads, moves),
            zh="没有梯度的不都是你定的：训练自己记的账也没有梯度。",
            en="Not all without a gradient is set by you: what the training remembers has none, either.",
            credit=0.5,
        ),
        wrong(
            sorted_by(has, stays, moves, size=lambda value: 1),
            zh="参数要数有几个数，你数了有几层。",
            en="Of parameters count the numbers; you counted the layers.",
            credit=0.5,
        ),
        wrong(
            sorted_by(has, moves, stays),
            zh="后两样换了位置：先超参数，再记着的。",
            en="The last two changed places: hyperparameters come first, memories second.",
            credit=0.5,
        ),
        wrong(
            sorted_by(stays, has, moves),
            zh="反了：有梯度的是参数，没有梯度、也没有变的才是超参数。",
            en="The other way round: what has a gradient is a parameter; a hyperparameter has none and does not change.",
        ),
    ),
)


# The slope along the strength of a penalty


def ridge_given(draw):
    return {
        "spread": draw.between(0.8, 2),
        "pull": draw.between(0.7, 1.5),
        "spread_val": draw.between(0.8, 2),
        "pull_val": draw.between(0.3, 1.2),
        "alpha": draw.between(0.1, 0.9),
    }


def along(turn, slope):
    """dw/dα times dV/dw; `turn(w, spread + α)`, `slope(w, training, validation)`."""

    def derivative(spread, pull, spread_val, pull_val, alpha):
        w = pull / (spread + alpha)
        return turn(w, spread + alpha) * slope(w, (spread, pull), (spread_val, pull_val))

    return derivative


def of_validation(w, training, validation):
    return validation[0] * w - validation[1]


SLOPE = Task(
    id="slope_along_the_penalty",
    points=2,
    title=both(zh="惩罚重一点，验证损失怎么变？", en="A little more penalty: what happens?"),
    prompt=both(
        zh="一个权重 $w$。学的时候，最小化 $aw^2/2-cw+\\alpha w^2/2$，`spread` 是 $a$，`pull` 是 $c$；"
        "验证损失是 $a'w^2/2-c'w$ 加一个常数，`spread_val` 是 $a'$，`pull_val` 是 $c'$。\n\n"
        "返回学好以后，验证损失对 `alpha` 的导数。",
        en="One weight $w$. Learning minimizes $aw^2/2-cw+\\alpha w^2/2$, with `spread` for $a$ and `pull` for $c$; "
        "the validation loss is $a'w^2/2-c'w$ and a constant, with `spread_val` for $a'$ and `pull_val` for $c'$.\n\n"
        "Return the derivative of the validation loss, after learning, with respect to `alpha`.",
    ),
    solution='''
def slope_along_the_penalty(spread, pull, spread_val, pull_val, alpha):
    """d validation loss / d alpha at the weight that learning ends with."""
    ### BEGIN SOLUTION
    w = pull / (spread + alpha)
    turn = -w / (spread + alpha)
    return (spread_val * w - pull_val) * turn
    ### END SOLUTION
''',
    inputs=ridge_given,
    reference=along(lambda w, total: -w / total, of_validation),
    hints=(
        both(
            zh="两段：惩罚怎样带动权重，权重怎样带动验证损失。",
            en="Two parts: how the penalty moves the weight, and how the weight moves the validation loss.",
        ),
        both(
            zh="最优处 $(a+\\alpha)w=c$，两边对 $\\alpha$ 求导：$w+(a+\\alpha)\\,\\mathrm dw/\\mathrm d\\alpha=0$。",
            en="At the optimum $(a+\\alpha)w=c$; differentiate by $\\alpha$: $w+(a+\\alpha)\\,\\mathrm dw/\\mathrm d\\alpha=0$.",
        ),
        both(
            zh="验证损失对 $w$ 的导数是 $a'w-c'$，代进学好的 $w$，再乘上面那一段。",
            en="The validation loss has the slope $a'w-c'$ along $w$; put in the learned $w$ and multiply by the other part.",
        ),
    ),
    wrong=(
        wrong(
            along(lambda w, total: w / total, of_validation),
            zh="差个负号：罚得重，权重是往零缩。",
            en="A sign is missing: more penalty pulls the weight toward zero.",
            credit=0.5,
        ),
        wrong(
            along(
                lambda w, total: -w / total,
                lambda w, training, validation: training[0] * w - training[1],
            ),
            zh="你用训练损失来判惩罚：它只会说越轻越好。要用验证损失。",
            en="You judge the penalty by the training loss, which always says less. Use the validation loss.",
        ),
        wrong(
            along(lambda w, total: 1.0, of_validation),
            zh="这是对 $w$ 的导数；还要乘 $\\mathrm dw/\\mathrm d\\alpha$。",
            en="That is the slope along $w$; multiply by $\\mathrm dw/\\mathrm d\\alpha$.",
            credit=0.5,
        ),
        wrong(
            along(lambda w, total: -w, of_validation),
            zh="$\\mathrm dw/\\mathrm d\\alpha$ 少除了 $a+\\alpha$。",
            en="The division of $\\mathrm dw/\\mathrm d\\alpha$ by $a+\\alpha$ is missing.",
            credit=0.5,
        ),
    ),
)


# The share of a knob


def trials_given(draw):
    count, notches = draw.whole(20, 40), draw.whole(3, 5)
    place = draw.normal(count).argsort() % notches
    place = torch.where(draw.normal(count) > 0.8, 0, place)
    return {"notches": place, "scores": 0.3 * place + 0.8 * draw.normal(count)}


def ratio(between, total=lambda scores, mean: (scores - mean).square().sum()):
    """`between(counts, means, mean, scores of each notch)` over `total(scores, mean)`."""

    def measured(notches, scores):
        parts = [scores[notches == notch] for notch in notches.unique()]
        counts = torch.tensor([float(len(part)) for part in parts], dtype=torch.float64)
        means = torch.stack([part.mean() for part in parts])
        return (between(counts, means, scores.mean(), parts) / total(scores, scores.mean())).item()

    return measured


SHARE = Task(
    id="share_of_a_knob",
    points=3,
    kind="implementation",
    title=both(zh="这个旋钮占几成？", en="What is the share of this knob?"),
    prompt=both(
        zh="`notches` 是每次试验里这个旋钮在第几档，`scores` 是试验的分数。各档的次数不一样多。\n\n"
        "把每次试验的分数换成它那一档的平均分，返回换过以后的方差是原来方差的几成。不必减去碰巧的份。",
        en="`notches` says at which notch the knob was in every trial, `scores` how the trials scored. Not every notch was tried equally often.\n\n"
        "Replace the score of every trial by the mean of its notch, and return what share of the variance is left. What chance adds stays in.",
    ),
    solution='''
def share_of_a_knob(notches, scores):
    """The share of the variance of the scores that the notches explain by themselves."""
    ### BEGIN SOLUTION
    replaced = scores.clone()
    for notch in notches.unique():
        here = notches == notch
        replaced[here] = scores[here].mean()
    return (replaced.var(correction=0) / scores.var(correction=0)).item()
    ### END SOLUTION
''',
    inputs=trials_given,
    reference=raw_share,
    hints=(
        both(
            zh="同一档的试验，换上同一个数：那一档的平均分。",
            en="Trials at the same notch get the same number: the mean score there.",
        ),
        both(
            zh="$\\sum_j n_j(\\bar z_j-\\bar z)^2/\\sum_i(z_i-\\bar z)^2$，$n_j$ 是第 $j$ 档的次数，$\\bar z_j$ 是它的平均分，$\\bar z$ 是总平均，$z_i$ 是分数。",
            en="$\\sum_j n_j(\\bar z_j-\\bar z)^2/\\sum_i(z_i-\\bar z)^2$, with $n_j$ trials and the mean $\\bar z_j$ at notch $j$, the overall mean $\\bar z$ and the scores $z_i$.",
        ),
        both(
            zh="`notches == notch` 挑出一档；次数多的档，分量重。",
            en="`notches == notch` picks a notch; one that was tried more often has more weight.",
        ),
    ),
    wrong=(
        wrong(
            ratio(
                lambda counts, means, mean, parts: (
                    counts.sum() * (means - means.mean()).square().mean()
                )
            ),
            zh="各档的次数不一样，平均分不能一人一票。",
            en="The notches were not tried equally often; their means must not have one vote each.",
            credit=0.5,
        ),
        wrong(
            ratio(
                lambda counts, means, mean, parts: sum(
                    (part - part.mean()).square().sum() for part in parts
                )
            ),
            zh="这是档里面剩下的高低；旋钮说明的是档与档之间的。",
            en="That is what varies within the notches; the knob explains what varies between them.",
        ),
        wrong(
            ratio(
                lambda counts, means, mean, parts: (counts * (means - mean).square()).sum().sqrt(),
                lambda scores, mean: (scores - mean).square().sum().sqrt(),
            ),
            zh="方差之比，不是标准差之比：别开方。",
            en="A ratio of variances, not of standard deviations: no root.",
            credit=0.5,
        ),
        wrong(
            ratio(
                lambda counts, means, mean, parts: (counts * means.square()).sum(),
                lambda scores, mean: scores.square().sum(),
            ),
            zh="没有先减去总平均。",
            en="The overall mean was not subtracted first.",
            credit=0.5,
        ),
        wrong(
            ratio(
                lambda counts, means, mean, parts: means.max() - means.min(),
                lambda scores, mean: scores.max() - scores.min(),
            ),
            zh="这是最高减最低之比；要的是方差之比，每次试验都算。",
            en="That is a ratio of ranges; the question is about variances, to which every trial counts.",
        ),
        wrong(
            ratio(
                lambda counts, means, mean, parts: (counts * (means - mean).square()).sum(),
                lambda scores, mean: sum((score - mean) ** 2 for score in scores) / len(scores),
            ),
            zh="上下不一样：上面是和，下面成了平均。",
            en="Top and bottom differ: a sum above, a mean below.",
            credit=0.5,
        ),
    ),
)


# What chance adds


def chance_given(draw):
    return {
        "share": draw.between(0.25, 0.8),
        "notches": draw.whole(3, 6),
        "trials": draw.whole(20, 60),
    }


CHANCE = Task(
    id="share_without_chance",
    points=1,
    title=both(zh="减去碰巧的份", en="Less what chance adds"),
    prompt=both(
        zh="`trials` 次试验，`notches` 档的旋钮说明了 `share` 这么多。一个没用的旋钮，平均也说明 $(K-1)/(n-1)$，$K$ 档，$n$ 次。\n\n"
        "没说明的那一份，没用的旋钮平均留下 $(n-K)/(n-1)$：拿它作单位来量 1 − `share`，再从 1 里减掉。",
        en="In `trials` trials a knob with `notches` notches explained `share`. A knob that does nothing explains $(K-1)/(n-1)$ on average, with $K$ notches and $n$ trials.\n\n"
        "Of what is not explained such a knob leaves $(n-K)/(n-1)$ on average: measure 1 − `share` in units of that, and subtract the result from 1.",
    ),
    solution='''
def share_without_chance(share, notches, trials):
    """The share that is left when a useless knob shall have 0 on average."""
    ### BEGIN SOLUTION
    left = (trials - notches) / (trials - 1)
    return 1 - (1 - share) / left
    ### END SOLUTION
''',
    inputs=chance_given,
    reference=lambda share, notches, trials: 1 - (1 - share) / (1 - by_chance(notches, trials)),
    hints=(
        both(
            zh="没用的旋钮要得 0，什么都说明的要得 1：两头都对得上吗？",
            en="A useless knob should get 0, one that explains everything 1: do both ends fit?",
        ),
        both(
            zh="$1-(1-q)\\frac{n-1}{n-K}$，$q$ 是 `share`。",
            en="$1-(1-q)\\frac{n-1}{n-K}$, with $q$ for `share`.",
        ),
        both(
            zh="先算没说明的 $1-q$，再乘，最后从 1 里减。",
            en="First what is not explained, $1-q$, then the factor, then 1 minus that.",
        ),
    ),
    wrong=(
        wrong(
            lambda share, notches, trials: share - by_chance(notches, trials),
            zh="直接减，什么都说明的旋钮就得不到 1 了。",
            en="With a plain difference a knob that explains everything would not get 1.",
            credit=0.5,
        ),
        wrong(
            lambda share, notches, trials: 1 - (1 - share) * (1 - by_chance(notches, trials)),
            zh="倍数颠倒了：要除以 $(n-K)/(n-1)$；你的数反而变大了。",
            en="The factor is upside down: divide by $(n-K)/(n-1)$; yours made the share larger.",
            credit=0.5,
        ),
        wrong(
            lambda share, notches, trials: 1 - (1 - share) * trials / (trials - notches),
            zh="分子是 $n-1$：总平均已经用掉一个数。",
            en="The numerator is $n-1$: the overall mean has used up one number.",
            credit=0.5,
        ),
    ),
)


# One knob after the other


def table_given(draw):
    columns = draw.whole(5, 7)
    rows, shift = columns + 2, draw.between(1.2, 1.8)
    table = [
        [
            -((i - shift - 0.9 * j) ** 2) - 0.5 * (j - columns + 1.2) ** 2 + 0.1 * float(bit)
            for j, bit in enumerate(draw.normal(columns))
        ]
        for i in range(rows)
    ]
    return {
        "table": torch.tensor(table, dtype=torch.float64),
        "start": 1 + draw.case % 2,
    }


def missed(find):
    """The best of the table less `find(table, start)`."""
    return lambda table, start: (table.max() - find(table, start)).item()


def one_after_the_other(table, start):
    return table[table[:, start].argmax()].max()


AFTER = Task(
    id="one_after_the_other",
    points=2,
    title=both(zh="一个一个拧，漏掉多少？", en="What does turning one by one miss?"),
    prompt=both(
        zh="`table[i, j]` 是第一个旋钮在 `i` 档、第二个在 `j` 档的分数。先把第二个放在 `start` 档，只拧第一个，留在最好的一档；"
        "然后只拧第二个，也留在最好的一档。\n\n返回这样找到的分数，比全表最高分低多少。",
        en="`table[i, j]` is the score with the first knob at `i` and the second at `j`. Leave the second at `start`, turn the first alone and keep its best notch; "
        "then turn the second alone and keep its best.\n\nReturn by how much the score found in this way is below the best of the table.",
    ),
    solution='''
def one_after_the_other(table, start):
    """By how much turning one knob after the other misses the best setting."""
    ### BEGIN SOLUTION
    kept = table[:, start].argmax()
    found = table[kept].max()
    return float(table.max() - found)
    ### END SOLUTION
''',
    inputs=table_given,
    reference=missed(one_after_the_other),
    hints=(
        both(
            zh="头一回只看 `start` 那一列，第二回只看留下的那一行。",
            en="The first time look at the column `start` alone, the second time at the row that was kept.",
        ),
        both(
            zh="`table[:, start].argmax()` 是留下的行号。",
            en="`table[:, start].argmax()` is the row that is kept.",
        ),
        both(
            zh="那一行的最大值，和全表的最大值比。",
            en="Compare the largest of that row with the largest of the table.",
        ),
    ),
    wrong=(
        wrong(
            missed(lambda table, start: table[:, start].max()),
            zh="第二个旋钮还没拧。",
            en="The second knob has not been turned yet.",
            credit=0.5,
        ),
        wrong(
            missed(lambda table, start: table[:, table[start].argmax()].max()),
            zh="次序反了：先拧第一个，`start` 是第二个的档。",
            en="The order is reversed: the first knob comes first, and `start` is a notch of the second.",
            credit=0.5,
        ),
        wrong(
            lambda table, start: one_after_the_other(table, start).item(),
            zh="这是找到的分数；要的是比最高分低多少。",
            en="That is the score found; the question is by how much it is below the best.",
            credit=0.5,
        ),
        wrong(
            lambda table, start: (one_after_the_other(table, start) - table[0, start]).item(),
            zh="你算的是比起点高多少；要和全表的最高分比。",
            en="That is how much it gained; compare it with the best of the table.",
        ),
    ),
)

TASKS = (SORTED, SLOPE, SHARE, CHANCE, AFTER)
