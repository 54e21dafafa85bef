"""Exercises on examples of high loss: mining, doubting, clipping and weighting, declared once.

Book: hyperparameters/hard_examples
"""

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.hyperparameters.hard_examples import find_label_errors

TITLE = both(zh="难的，还是错的？", en="Hard, or wrong?")


# How hard the wrong ones pull


def pulls_given(draw):
    return {
        "rho": draw.between(0.03, 0.3),
        "p_right": draw.between(0.7, 0.95),
        "p_wrong": draw.between(0.02, 0.3),
    }


def part_of_pull(rho, p_right, p_wrong):
    bad, good = rho * (1 - p_wrong), (1 - rho) * (1 - p_right)
    return bad / (bad + good)


def by_losses(rho, p_right, p_wrong):
    losses = -torch.tensor([p_wrong, p_right], dtype=torch.float64).log()
    bad, good = rho * losses[0], (1 - rho) * losses[1]
    return (bad / (bad + good)).item()


PULL = Task(
    id="pull_of_the_wrong",
    points=1,
    title=both(zh="错标签出几成力？", en="How much do wrong labels pull?"),
    prompt=both(
        zh="错标签占 `rho`。对的标签，网络都给概率 `p_right`；错的标签，都给 `p_wrong`。交叉熵把标签的分数往上拉，错标签出的力占全部的多大比例？\n\n例如 0.1、0.9 和 0.1：0.5。",
        en="A share `rho` of the labels is wrong.\nThe net gives every right label the probability `p_right` and every wrong one `p_wrong`.\n"
        "What part of the pull of cross-entropy on the score of the label comes from wrong labels?\n\nFor instance, 0.1, 0.9 and 0.1: 0.5.",
    ),
    solution='''
def pull_of_the_wrong(rho, p_right, p_wrong):
    """The part of all the pull that comes from wrong labels."""
    ### BEGIN SOLUTION
    from_wrong = rho * (1 - p_wrong)
    from_right = (1 - rho) * (1 - p_right)
    return from_wrong / (from_wrong + from_right)
    ### END SOLUTION
''',
    inputs=pulls_given,
    reference=part_of_pull,
    hints=(
        both(
            zh="先问一个样本用多大的力，再乘上这样的样本有几成。",
            en="First how hard a single example pulls, then times how many there are of its kind.",
        ),
        both(
            zh="概率是 $p$ 的标签，力是 $1-p$。",
            en="A label of probability $p$ is pulled at with $1-p$.",
        ),
        both(
            zh="分子是 $\\rho$ 乘错标签的力；分母再加上 $1-\\rho$ 乘对标签的力。",
            en="Above, $\\rho$ times the pull of a wrong label; below, add $1-\\rho$ times that of a right one.",
        ),
    ),
    wrong=(
        wrong(
            lambda rho, p_right, p_wrong: rho * p_wrong / (rho * p_wrong + (1 - rho) * p_right),
            zh="概率越小，力越大：力是 $1-p$，不是 $p$。",
            en="The smaller the probability, the harder the pull: it is $1-p$, not $p$.",
        ),
        wrong(
            lambda rho, p_right, p_wrong: (1 - p_wrong) / (2 - p_wrong - p_right),
            zh="各有几个也要算：错标签只占 `rho`。",
            en="How many there are matters, too: only the share `rho` of the labels is wrong.",
            credit=0.5,
        ),
        wrong(
            lambda rho, p_right, p_wrong: rho * (1 - p_wrong) / ((1 - rho) * (1 - p_right)),
            zh="这是错的比对的；问的是占全部的多大比例。",
            en="That is wrong over right; asked is the part of the whole.",
            credit=0.5,
        ),
        wrong(
            by_losses,
            zh="你按损失的大小分了；力是损失对分数的导数。",
            en="You shared out the loss; the pull is its slope in the score.",
            credit=0.5,
        ),
    ),
)


# The weights of mining


def losses_given(draw):
    count = draw.whole(7, 12)
    return {"losses": draw.normal(count).exp(), "keep": (0.03, 0.4, 0.6)[draw.case % 3]}


def weighted_by(order, number=lambda losses, keep: max(1, round(keep * len(losses)))):
    """Equal weights for the first of an order; `order(losses)` are rows."""

    def weigh(losses, keep):
        count = number(losses, keep)
        weights = torch.zeros_like(losses)
        weights[order(losses)[:count]] = 1 / count
        return weights

    return weigh


def largest(losses):
    return losses.argsort(descending=True)


MINING = Task(
    id="weights_of_mining",
    points=2,
    kind="implementation",
    title=both(zh="难例挖掘的权重", en="The weights of mining"),
    prompt=both(
        zh="难例挖掘只学损失最大的那些：$N$ 个样本里留下的比例是 `keep`，即 `round(keep * N)` 个，至少 1 个，求平均。返回每个样本的权重，使得权重乘损失的和就是这个平均；次序和 `losses` 一样。",
        en="Mining learns from the largest losses alone: of $N$ examples it keeps the share `keep`, which is `round(keep * N)` of them and at least 1, and takes their mean.\n"
        "Return the weight of every example, in the order of `losses`, so that weights times losses sum up to this mean.",
    ),
    solution='''
def weights_of_mining(losses, keep):
    """A weight for each loss."""
    ### BEGIN SOLUTION
    count = max(1, round(keep * len(losses)))
    weights = torch.zeros_like(losses)
    weights[losses.topk(count).indices] = 1 / count
    return weights
    ### END SOLUTION
''',
    inputs=losses_given,
    reference=weighted_by(largest),
    hints=(
        both(
            zh="大多数样本的权重是 0，留下的各占一份，份份一样。",
            en="Most examples weigh 0; those that stay share the whole evenly.",
        ),
        both(
            zh="留 `count` 个，每个的权重是 `1 / count`；`losses.topk(count).indices` 给出行号。",
            en="Where `count` stay, each weighs `1 / count`; `losses.topk(count).indices` are their rows.",
        ),
        both(
            zh="先做一个全是零的张量，再往那几行里填。",
            en="Start from a tensor of zeros and fill in those rows.",
        ),
    ),
    wrong=(
        wrong(
            weighted_by(lambda losses: losses.argsort()),
            zh="反了：你留下了最容易的。",
            en="The other way round: you kept the easiest.",
        ),
        wrong(
            lambda losses, keep: (
                weighted_by(largest)(losses, keep) * max(1, round(keep * len(losses)))
            ),
            zh="这样是和，不是平均：还要除以留下的个数。",
            en="That gives a sum, not a mean: divide by how many stay.",
            credit=0.5,
        ),
        wrong(
            lambda losses, keep: (
                weighted_by(largest)(losses, keep)
                * (max(1, round(keep * len(losses))) / len(losses))
            ),
            zh="平均只对留下的求：除以留下的个数，不是全部。",
            en="The mean is over those that stay: divide by their number, not by all.",
            credit=0.5,
        ),
        wrong(
            weighted_by(largest, lambda losses, keep: round((1 - keep) * len(losses))),
            zh="`keep` 是留下的份额，不是去掉的。",
            en="`keep` is the share that stays, not the share that goes.",
            credit=0.5,
        ),
        wrong(
            lambda losses, keep: weighted_by(largest)(losses, keep).sort(descending=True).values,
            zh="权重要按原来的次序放回各行。",
            en="Put the weights back in the rows they belong to.",
            credit=0.5,
        ),
        wrong(
            lambda losses, keep: losses / losses.sum(),
            zh="权重不是损失的大小：留下的一样重，其余是 0。",
            en="Weights are not as large as the losses: those that stay weigh the same, the others 0.",
        ),
    ),
)


# What a line is pulled with


def line_given(draw):
    count = draw.whole(8, 12)
    x = 2 * draw.normal(count)
    y = 1 + 0.5 * x + draw.normal(count)
    y[0] += 15
    y[1] -= 6
    return {"x": x, "y": y, "start": draw.between(-1, 1), "slope": draw.between(0.5, 2)}


def pull_by(clip, join=lambda pull, x: torch.stack([pull.mean(), (pull * x).mean()])):
    """The gradient of a line's mean loss; `clip(error)` is the pull of every point."""
    return lambda x, y, start, slope: join(clip(start + slope * x - y), x)


def ceiling(error):
    return error.clamp(-1, 1)


LINE = Task(
    id="pull_at_a_line",
    points=3,
    kind="implementation",
    title=both(zh="一条直线受的拉力", en="How a line is pulled"),
    prompt=both(
        zh="直线预测 `start + slope * x`，误差是预测减去 `y`，损失是各点 Huber 损失的平均，界是 1。返回损失对截距和对斜率的导数，两个数的张量，次序如此。不要用自动微分。",
        en="A line predicts `start + slope * x`; the error is the prediction less `y`, and the loss the mean of Huber's over all points, with the bound 1.\n"
        "Return the derivatives with respect to intercept and slope, a tensor of two numbers in this order, without automatic differentiation.",
    ),
    solution='''
def pull_at_a_line(x, y, start, slope):
    """The gradient with respect to intercept and slope."""
    ### BEGIN SOLUTION
    error = start + slope * x - y
    pull = error.clamp(-1, 1)
    return torch.stack([pull.mean(), (pull * x).mean()])
    ### END SOLUTION
''',
    inputs=line_given,
    reference=pull_by(ceiling),
    hints=(
        both(
            zh="一个点的误差拉得多重？再看截距和斜率各把误差推动多少。",
            en="How hard does the error of a point pull? Then see how far intercept and slope move this error.",
        ),
        both(
            zh="拉力是裁到 $\\pm1$ 的误差；误差对截距的导数是 $1$，对斜率是 $x$。",
            en="The pull is the error clipped to $\\pm1$; the error's derivative is $1$ in the intercept and $x$ in the slope.",
        ),
        both(
            zh="先 `clamp`，后乘 `x`，最后求平均。",
            en="First `clamp`, then times `x`, then the mean.",
        ),
    ),
    wrong=(
        wrong(
            pull_by(lambda error: error),
            zh="没有封顶：这是平方损失的梯度。",
            en="There is no ceiling: that is the gradient of squares.",
        ),
        wrong(
            pull_by(
                lambda error: error,
                lambda error, x: torch.stack([ceiling(error).mean(), ceiling(error * x).mean()]),
            ),
            zh="斜率那一项裁晚了：先裁误差，再乘 `x`。",
            en="The part of the slope is clipped too late: clip the error first, then multiply by `x`.",
            credit=0.5,
        ),
        wrong(
            pull_by(lambda error: ceiling(-error)),
            zh="正负号反了：误差是预测减去 `y`。",
            en="The sign is reversed: the error is the prediction less `y`.",
            credit=0.5,
        ),
        wrong(
            pull_by(lambda error: error.clamp(max=1)),
            zh="只裁了上面；往下的误差也要裁。",
            en="Only the upper side is clipped; errors below count as well.",
            credit=0.5,
        ),
        wrong(
            pull_by(torch.sign),
            zh="小误差不该拉满：这是绝对值损失。",
            en="Small errors do not pull in full: that is the absolute loss.",
            credit=0.5,
        ),
        wrong(
            pull_by(ceiling, lambda pull, x: torch.stack([pull.sum(), (pull * x).sum()])),
            zh="损失是平均，不是和。",
            en="The loss is a mean, not a sum.",
            credit=0.5,
        ),
        wrong(
            pull_by(ceiling, lambda pull, x: torch.stack([(pull * x).mean(), pull.mean()])),
            zh="次序反了：先截距，后斜率。",
            en="The order is reversed: first the intercept, then the slope.",
            credit=0.5,
        ),
    ),
)


# Which labels to doubt


def labels_given(draw):
    classes = 3
    y = torch.tensor([row % classes for row in range(12)])
    p = draw.normal(12 * classes).view(12, classes)
    p[torch.arange(12), y] += 1.2
    p[:, draw.case % classes] += 0.8
    p[9:] = 0.3 * p[9:]
    return {"p": p.softmax(1), "y": y}


def confident(p, y):
    doubts = torch.zeros_like(p[:, 0])
    doubts[find_label_errors(p.log(), y)] = 1
    return doubts


def counted(bars, choose):
    """1 or 0 a row; `bars(p, y)` a threshold a class, `choose(p, y, bars)` which rows."""
    return lambda p, y: choose(p, y, bars(p, y)).to(p.dtype)


def own_mean(p, y):
    return torch.stack([p[y == label, label].mean() for label in range(p.shape[1])])


def best_above(p, y, bars):
    sure = torch.where(p >= bars, p, -1.0)
    return (sure.amax(1) > 0) & (sure.argmax(1) != y)


DOUBT = Task(
    id="labels_to_doubt",
    points=3,
    kind="implementation",
    title=both(zh="怀疑哪几个标签？", en="Which labels to doubt?"),
    prompt=both(
        zh="`p` 的每一行是一张图的各类概率，网络没学过这张图；`y` 是给的标签。一类的门槛，是标着这一类的图上，这一类的平均概率。一行里，过了（含等于）自己门槛的各类中，取概率最大的；有这样一类，而且不是它的标签，就怀疑。每一行返回一个数，怀疑的是 1，不怀疑的是 0，拼成张量。",
        en="Every row of `p` holds the class probabilities of an image that the net has not learned from; `y` are the labels given.\n"
        "The threshold of a class is its mean probability over the images labeled so. In a row, take the most probable of the classes that reach their thresholds; where there is one and it is not the label, doubt the row. Return a number for every row, 1 where it is doubted and 0 where it is not, as a tensor.",
    ),
    solution='''
def labels_to_doubt(p, y):
    """1 for every row whose label is doubted, 0 for the others."""
    ### BEGIN SOLUTION
    thresholds = torch.stack([p[y == label, label].mean() for label in range(p.shape[1])])
    sure = torch.where(p >= thresholds, p, 0.0)
    doubted = (sure.sum(1) > 0) & (sure.argmax(1) != y)
    return doubted.to(p.dtype)
    ### END SOLUTION
''',
    inputs=labels_given,
    reference=confident,
    hints=(
        both(
            zh="每一类先有自己的门槛：网络平时对这一类有多大把握？",
            en="First a threshold for every class: how sure is the net of it as a rule?",
        ),
        both(
            zh="类 `c` 的门槛是 `p[y == c, c].mean()`；没过门槛的概率当 0，再取最大的。",
            en="The threshold of class `c` is `p[y == c, c].mean()`; take what stays below for 0, then the largest.",
        ),
        both(
            zh="一类都没过的行，不怀疑；过了的，最大的一类和标签不同才怀疑。",
            en="A row where no class gets there is not doubted; of the others, those whose largest class is not the label.",
        ),
    ),
    wrong=(
        wrong(
            counted(own_mean, lambda p, y, bars: p.argmax(1) != y),
            zh="没有用门槛：不过是答错的行。",
            en="No threshold is used: these are the rows answered wrongly.",
            credit=0.5,
        ),
        wrong(
            counted(lambda p, y: p.mean(0), best_above),
            zh="门槛只在标着这一类的图上求平均。",
            en="The threshold is a mean over the images of that label alone.",
            credit=0.5,
        ),
        wrong(
            counted(
                own_mean,
                lambda p, y, bars: torch.where(p >= bars, p, -1.0).argmax(1) != y,
            ),
            zh="一类都没过门槛的行，不该怀疑。",
            en="A row in which no class reaches its threshold is not doubted.",
            credit=0.5,
        ),
        wrong(
            counted(own_mean, lambda p, y, bars: ~best_above(p, y, bars)),
            zh="反了：这些是不怀疑的。",
            en="The other way round: these are not doubted.",
        ),
        wrong(
            counted(own_mean, lambda p, y, bars: p[torch.arange(len(y)), y] < bars[y]),
            zh="自己的标签没过门槛还不够：要有另一类过得了。",
            en="That the label misses its threshold is not enough: another class must reach its own.",
            credit=0.5,
        ),
        wrong(
            counted(lambda p, y: torch.full((p.shape[1],), 0.5, dtype=p.dtype), best_above),
            zh="门槛不是 0.5，每一类各有一个。",
            en="The threshold is not 0.5; every class has its own.",
            credit=0.5,
        ),
    ),
)


# A weight undone


def weight_given(draw):
    return {"weight": draw.between(3, 40), "bar": draw.between(0.3, 0.8)}


UNDO = Task(
    id="threshold_for_a_weight",
    points=2,
    title=both(zh="权重等于哪个阈值？", en="Which threshold equals the weight?"),
    prompt=both(
        zh="一个模型训练时，阳性的损失乘了 `weight`，概率超过 `bar` 就报警。另一个模型没有加权，两个都训练到头，哪里都拟合得准。第二个模型的阈值取多少，两个的报警就一样？\n\n例如 9 和 0.5：0.1。",
        en="One model was trained with the loss of positives multiplied by `weight` and raises an alarm above the probability `bar`.\n"
        "Another was trained without weights; both are trained to the end and fit exactly everywhere.\nAt which threshold does the second raise its alarms just where the first does?\n\nFor instance, 9 and 0.5: 0.1.",
    ),
    solution='''
def threshold_for_a_weight(weight, bar):
    """The threshold without weights that gives the same alarms."""
    ### BEGIN SOLUTION
    odds = bar / (1 - bar) / weight
    return odds / (1 + odds)
    ### END SOLUTION
''',
    inputs=weight_given,
    reference=lambda weight, bar: bar / (bar + weight * (1 - bar)),
    hints=(
        both(
            zh="权重改的是几率，不是概率：在阈值上，两个模型的几率差几倍？",
            en="A weight changes odds, not probabilities: by which factor do the odds of the two differ at the threshold?",
        ),
        both(
            zh="$\\frac{p}{1-p}=w\\frac{q}{1-q}$，$p$ 是 `bar`，要的是 $q$。",
            en="$\\frac{p}{1-p}=w\\frac{q}{1-q}$, where $p$ is `bar` and $q$ is asked.",
        ),
        both(
            zh="几率换回概率：除以 1 加几率。",
            en="From odds back to a probability: divide by 1 plus the odds.",
        ),
    ),
    wrong=(
        wrong(
            lambda weight, bar: 1 / (1 + weight),
            zh="这只在 `bar` 是 0.5 时对。",
            en="That is right for a `bar` of 0.5 alone.",
            credit=0.5,
        ),
        wrong(
            lambda weight, bar: bar / weight,
            zh="除以权重的是几率，不是概率。",
            en="Odds are divided by the weight, not probabilities.",
            credit=0.5,
        ),
        wrong(
            lambda weight, bar: weight * bar / (weight * bar + 1 - bar),
            zh="方向反了：不加权的概率更小，阈值要往下挪。",
            en="The wrong direction: without weights probabilities are smaller, so the threshold comes down.",
            credit=0.5,
        ),
        wrong(
            lambda weight, bar: bar / (1 - bar) / weight,
            zh="这还是几率；换回概率。",
            en="These are still odds; turn them into a probability.",
            credit=0.5,
        ),
    ),
)

TASKS = (PULL, MINING, LINE, DOUBT, UNDO)
