"""Exercises on rates that are carried from one width to another, declared once.

Book: hyperparameters/across_widths
"""

from itertools import pairwise

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.hyperparameters.maximal_update import exponent, factors

TITLE = both(zh="小网调好，大网照用？", en="Tuned small, used large?")


# How far one step pushes a sum


def unit_given(draw):
    slope = draw.decades(0.2, 5) * (1, -1)[draw.case % 2]
    return {"values": draw.normal(draw.whole(4, 9)), "slope": slope, "lr": draw.decades(0.01, 0.3)}


def pushed(size, sign=-1):
    """Learning rate times a size of the values, in a direction."""
    return lambda values, slope, lr: (
        sign * lr * (1 if slope > 0 else -1) * size(values, slope)
    ).item()


PUSH = Task(
    id="push_of_a_step",
    points=1,
    title=both(zh="一步推多远？", en="How far does a step push?"),
    prompt=both(
        zh="和数是一个单元的权重乘 `values` 再相加，损失对和数的斜率是 `slope`。"
        "Adam 走第一步，学习率 `lr`，分母里的小常数不计。和数变了多少？带正负号。"
        "`values` 有正有负。\n\n例如 1 和 −2，斜率 3，学习率 0.1：−0.3。",
        en="The sum of a unit is its weights times `values`, added up; the slope of the loss "
        "along the sum is `slope`.\n"
        "Adam makes its first step with the learning rate `lr`; leave out the small constant in "
        "its denominator.\nBy how much does the sum change, sign included?\n"
        "Some of `values` are negative.\n\n"
        "For instance, 1 and −2 with a slope of 3 and a rate of 0.1: −0.3.",
    ),
    solution='''
def push_of_a_step(values, slope, lr):
    """The change of the sum in the first step of Adam."""
    ### BEGIN SOLUTION
    direction = -1 if slope > 0 else 1
    return direction * lr * values.abs().sum().item()
    ### END SOLUTION
''',
    inputs=unit_given,
    reference=pushed(lambda values, slope: values.abs().sum()),
    hints=(
        both(
            zh="先算每个权重动多少，再看和数跟着动多少。",
            en="First say how far each weight moves, then how far the sum follows.",
        ),
        both(
            zh="权重动 $-\\eta\\operatorname{sign}(a_i\\,\\partial\\ell/\\partial z)$，"
            "和数动 $\\sum_i a_i\\,\\Delta w_i$。",
            en="A weight moves by $-\\eta\\operatorname{sign}(a_i\\,\\partial\\ell/\\partial z)$, "
            "the sum by $\\sum_i a_i\\,\\Delta w_i$.",
        ),
        both(
            zh="负的值，权重往反方向动，两个负号抵消：每一项的大小都是 $|a_i|$。",
            en="Where a value is negative its weight moves the other way, and the two signs "
            "cancel: every term has the size $|a_i|$.",
        ),
    ),
    wrong=(
        wrong(
            pushed(lambda values, slope: values.sum()),
            zh="负的值，权重也往反方向动：每一项同号，不会抵消。",
            en="Where a value is negative its weight moves the other way: the terms have one sign "
            "and do not cancel.",
        ),
        wrong(
            pushed(lambda values, slope: abs(slope) * values.square().sum()),
            zh="这是 SGD 的一步；Adam 的第一步不管斜率多大，只看正负。",
            en="That is a step of SGD; the first step of Adam looks at the sign of a slope alone.",
        ),
        wrong(
            pushed(lambda values, slope: values.norm()),
            zh="各项同号，是直接相加，不是平方相加再开方。",
            en="The terms have one sign and simply add up, without squares and a root.",
            credit=0.5,
        ),
        wrong(
            pushed(lambda values, slope: values.abs().sum(), sign=1),
            zh="方向反了：要往损失低的那边走。",
            en="The wrong direction: a step goes to where the loss is lower.",
            credit=0.5,
        ),
        wrong(
            pushed(lambda values, slope: values.abs().mean()),
            zh="是所有项的和，不是平均：宽度正是这样进来的。",
            en="It is the sum of all terms, not their mean: this is how the width gets in.",
            credit=0.5,
        ),
    ),
)


# The column of SGD as one formula


def widths_given(draw):
    hidden = draw.whole(2, 3)
    base = [draw.whole(2, 6), *(2 ** draw.whole(2, 4) for _ in range(hidden)), draw.whole(2, 5)]
    widened = [2 ** (1 + (draw.case + place) % 3) for place in range(hidden)]
    sizes = [base[0], *(a * b for a, b in zip(base[1:-1], widened, strict=True)), base[-1]]
    return {"sizes": sizes, "base": base}


def by_layer(row):
    """A row of three numbers for every layer; `row(inputs ratio, outputs ratio)`."""

    def table(sizes, base):
        ratios = [wide / narrow for wide, narrow in zip(sizes, base, strict=True)]
        return torch.tensor([row(*pair) for pair in pairwise(ratios)], dtype=torch.float64)

    return table


LAYERS = Task(
    id="sgd_layer_by_layer",
    points=3,
    kind="implementation",
    title=both(zh="SGD 那一列，一条式子", en="The column of SGD as one formula"),
    prompt=both(
        zh="各个隐藏层加宽的倍数可以不一样：窄网的大小是 `base`，宽网的是 `sizes`，"
        "从输入到输出。为 SGD 的 µP 写出每一层的三个因子：起点的、权重学习率的、"
        "偏置学习率的，返回形状 `(layers, 3)` 的张量。三个因子各是一条式子，对课文表里的三行都成立。"
        "偏置就当是一个权重，输入永远是一个 1。\n\n"
        "例如 `(3, 8, 2)` 比 `(3, 4, 2)`：`[[1, 2, 2], [0.707, 0.5, 1]]`。",
        en="Hidden layers may be widened by different factors: `base` are the sizes of the narrow "
        "net, `sizes` those of the wide one, from input to output.\n"
        "Write µP for SGD: three factors for every layer, of the start, of the rate of the "
        "weights and of the rate of the biases, as a tensor of shape `(layers, 3)`.\n"
        "Each of the three factors is one formula, which holds for all three rows of the page's table.\n"
        "Take a bias as a weight whose input is always a single 1.\n\n"
        "For instance, `(3, 8, 2)` against `(3, 4, 2)`: `[[1, 2, 2], [0.707, 0.5, 1]]`.",
    ),
    solution='''
def sgd_layer_by_layer(sizes, base):
    """Factors of start, weight rate and bias rate for every layer, `(layers, 3)`."""
    ### BEGIN SOLUTION
    rows = []
    for layer in range(len(base) - 1):
        inputs = sizes[layer] / base[layer]
        outputs = sizes[layer + 1] / base[layer + 1]
        rows.append([min(1.0, math.sqrt(outputs / inputs)), outputs / inputs, outputs])
    return torch.tensor(rows)
    ### END SOLUTION
''',
    inputs=widths_given,
    reference=lambda sizes, base: torch.tensor(factors(sizes, base, "sgd"), dtype=torch.float64),
    hints=(
        both(
            zh="每一层数两个数：输入宽了几倍，输出宽了几倍。表里三行只是这两个数不同。",
            en="Count two numbers for every layer: how many times as many inputs, how many times "
            "as many outputs. The three rows of the table differ in these alone.",
        ),
        both(
            zh="输入 $r$ 倍，输出 $h$ 倍：权重的学习率乘 $h/r$；起点是 $\\min(1,\\sqrt{h/r})$。",
            en="With $r$ times the inputs and $h$ times the outputs the rate of the weights is "
            "multiplied by $h/r$; the start by $\\min(1,\\sqrt{h/r})$.",
        ),
        both(
            zh="偏置的输入没有变多，$r=1$；最后一层的输出没有变多，$h=1$。",
            en="A bias has no more inputs than before, $r=1$; the last layer no more outputs, "
            "$h=1$.",
        ),
    ),
    wrong=(
        wrong(
            by_layer(lambda r, s: [min(1, (s / r) ** 0.5), 1 / r, 1.0]),
            zh="这是 Adam 那一列。",
            en="That is the column of Adam.",
        ),
        wrong(
            by_layer(lambda r, s: [min(1, (s / r) ** 0.5), r / s, s]),
            zh="权重的学习率颠倒了：输入多，要除。",
            en="The rate of the weights is upside down: more inputs divide it.",
            credit=0.5,
        ),
        wrong(
            by_layer(lambda r, s: [(s / r) ** 0.5, s / r, s]),
            zh="起点只缩不放：输出宽得多的层，不变。",
            en="A start is only made smaller: where outputs widen more, it stays.",
            credit=0.5,
        ),
        wrong(
            by_layer(lambda r, s: [min(1, s / r), s / r, s]),
            zh="起点的因子要开方。",
            en="The factor of the start takes a square root.",
            credit=0.5,
        ),
        wrong(
            by_layer(lambda r, s: [min(1, (s / r) ** 0.5), s / r, 1.0]),
            zh="SGD 的偏置也要乘：它的斜率和这一层的一样缩小了。",
            en="The biases of SGD are multiplied, too: their slopes shrink as those of the layer.",
            credit=0.5,
        ),
        wrong(
            by_layer(lambda r, s: [min(1, (s / r) ** 0.5), s / r, s / r]),
            zh="偏置的输入永远只有一个，没有变多。",
            en="A bias always has exactly one input, however wide the net.",
            credit=0.5,
        ),
        wrong(
            by_layer(lambda r, s: [1.0, s / r, s]),
            zh="最后一层的起点没有缩小，输出还会随宽度长。",
            en="The start of the last layer is not smaller, so the output still grows.",
            credit=0.5,
        ),
    ),
)


# The same net behind a multiplier


def multiplier_given(draw):
    return {
        "start": draw.decades(0.05, 2),
        "adam_rate": draw.decades(1e-3, 0.1),
        "sgd_rate": draw.decades(0.01, 1),
        "multiplier": draw.decades(0.05, 0.6) if draw.case % 2 else draw.decades(2, 8),
    }


def powers(start, adam, sgd):
    """The three numbers, each times a power of the multiplier."""
    return lambda first, adam_rate, sgd_rate, c: (
        first * c**start,
        adam_rate * c**adam,
        sgd_rate * c**sgd,
    )


BEHIND = Task(
    id="behind_a_multiplier",
    points=2,
    title=both(zh="乘数后面的同一个网络", en="The same net behind a multiplier"),
    prompt=both(
        zh="最后一层本来算 $Wa$：权重起点的标准差 `start`，Adam 的学习率 `adam_rate`，"
        "SGD 的学习率 `sgd_rate`。有人把它写成 $cVa$，$c$ 是 `multiplier`，"
        "训练的是 $V$。要让两个网络每一步的输出都一样，$V$ 的这三个数各是多少？"
        "按这个次序返回。Adam 分母里的小常数不计。",
        en="The last layer used to compute $Wa$: its weights start with the standard deviation "
        "`start`, the rate is `adam_rate` with Adam and `sgd_rate` with SGD.\n"
        "Somebody writes it as $cVa$, where $c$ is `multiplier`, and trains $V$.\n"
        "For both nets to give the same output after every step, what are these three numbers "
        "for $V$?\n"
        "Return them in this order, and leave out the small constant in Adam's denominator.",
    ),
    solution='''
def behind_a_multiplier(start, adam_rate, sgd_rate, multiplier):
    """Start, rate of Adam and rate of SGD for the weights behind the multiplier."""
    ### BEGIN SOLUTION
    return start / multiplier, adam_rate / multiplier, sgd_rate / multiplier**2
    ### END SOLUTION
''',
    inputs=multiplier_given,
    reference=powers(-1, -1, -2),
    hints=(
        both(
            zh="两个网络一样，就是 $W=cV$ 一直成立：起点这样，每一步的改变也这样。",
            en="The nets agree as long as $W=cV$: at the start, and in the change of every step.",
        ),
        both(
            zh="要 $c\\,\\Delta V=\\Delta W$；而 $V$ 的斜率是 $W$ 的 $c$ 倍。",
            en="Needed is $c\\,\\Delta V=\\Delta W$; and the slope along $V$ is $c$ times that "
            "along $W$.",
        ),
        both(
            zh="斜率全都乘 $c$，Adam 的步子不变，所以只除一次；SGD 的一步里已经有一个 $c$，要再除一次。",
            en="A factor $c$ in all slopes leaves the steps of Adam as they are, so divide once; a "
            "step of SGD has one $c$ in it already, so divide once more.",
        ),
    ),
    wrong=(
        wrong(
            powers(-1, -1, -1),
            zh="SGD 的一步和斜率成正比，斜率里也有一个 $c$。",
            en="A step of SGD is proportional to the slope, and there is a $c$ in the slope.",
            credit=0.5,
        ),
        wrong(
            powers(-1, -2, -2),
            zh="Adam 把斜率除以斜率自己的大小，里面的 $c$ 就约掉了。",
            en="Adam divides slopes by their own size, so the $c$ in them cancels.",
            credit=0.5,
        ),
        wrong(
            powers(1, 1, 2),
            zh="方向反了：前面乘了 $c$，后面就要除。",
            en="The other way round: what stands behind a $c$ is divided by it.",
        ),
        wrong(
            powers(-1, 0, 0),
            zh="起点对上了，学习率没有跟着改：第一步以后就不一样了。",
            en="The starts agree, but the rates were not changed: after one step the nets differ.",
        ),
        wrong(
            powers(0, -1, -2),
            zh="学习率对了，起点还没改：训练前两个网络就不一样。",
            en="The rates are right, the start was not changed: the nets differ before training.",
            credit=0.5,
        ),
    ),
)


# The power with which something grows


def growth_given(draw):
    widths = [2 ** (place + 3) for place in range(draw.whole(4, 6))]
    power = (1.0, 0.5, -0.4)[draw.case % 3]
    noise = 1 + 0.2 * draw.normal(len(widths)).clamp(-2, 2)
    changes = draw.decades(0.01, 0.1) * torch.tensor(widths, dtype=torch.float64) ** power * noise
    return {"widths": widths, "changes": changes}


def slope_of(x, y):
    return ((x - x.mean()) @ (y - y.mean()) / (x - x.mean()).square().sum()).item()


def line_through(fit):
    """A slope by `fit(widths, changes)`, both tensors."""
    return lambda widths, changes: fit(torch.tensor(widths, dtype=torch.float64), changes)


GROWTH = Task(
    id="power_of_the_width",
    points=2,
    kind="implementation",
    title=both(zh="随宽度的几次方？", en="Which power of the width?"),
    prompt=both(
        zh="`changes[i]` 是宽度 `widths[i]` 的网络，几步以后和数变了多少。"
        "变化像宽度的几次方？两轴都取对数，用最小二乘拟合一条直线，返回斜率。",
        en="`changes[i]` says how far a few steps moved the sums of a net of width `widths[i]`.\n"
        "Which power of the width do the changes follow?\n"
        "With both axes logarithmic, fit a straight line by "
        "least squares and return its slope.",
    ),
    solution='''
def power_of_the_width(widths, changes):
    """The slope of a straight line through both logarithms."""
    ### BEGIN SOLUTION
    x = torch.tensor(widths).to(changes).log()
    y = changes.log()
    x = x - x.mean()
    return (x @ y / x.square().sum()).item()
    ### END SOLUTION
''',
    inputs=growth_given,
    reference=exponent,
    hints=(
        both(
            zh="幂函数在两个对数轴上是一条直线，次数就是斜率。",
            en="On two logarithmic axes a power law is a straight line whose slope is the power.",
        ),
        both(
            zh="$\\sum_ix_iy_i/\\sum_ix_i^2$，$x$ 和 $y$ 是两个对数，$x$ 减去了平均。",
            en="$\\sum_ix_iy_i/\\sum_ix_i^2$ with the two logarithms as $x$ and $y$, the mean "
            "taken from $x$.",
        ),
        both(
            zh="两边取同一种对数；直线不必过原点，所以先减去平均。",
            en="Take the same logarithm for both; the line need not go through the origin, so "
            "subtract the mean first.",
        ),
    ),
    wrong=(
        wrong(
            line_through(lambda x, y: slope_of(x, y)),
            zh="两轴都没有取对数。",
            en="Neither axis is logarithmic.",
        ),
        wrong(
            line_through(lambda x, y: slope_of(x, y.log())),
            zh="宽度也要取对数。",
            en="The width needs a logarithm, too.",
            credit=0.5,
        ),
        wrong(
            line_through(lambda x, y: slope_of(x.log(), y)),
            zh="变化也要取对数。",
            en="The change needs a logarithm, too.",
            credit=0.5,
        ),
        wrong(
            line_through(lambda x, y: slope_of(y.log(), x.log())),
            zh="两轴弄反了：宽度是横轴。",
            en="The axes are exchanged: the width is the horizontal one.",
            credit=0.5,
        ),
        wrong(
            line_through(lambda x, y: ((y[-1] / y[0]).log() / (x[-1] / x[0]).log()).item()),
            zh="只用了两头的点；要用所有的点拟合。",
            en="Only the two ends were used; fit all of the points.",
            credit=0.5,
        ),
        wrong(
            line_through(lambda x, y: (x.log() @ y.log() / x.log().square().sum()).item()),
            zh="直线不必过原点：先减去平均。",
            en="The line need not go through the origin: subtract the means first.",
            credit=0.5,
        ),
        wrong(
            line_through(lambda x, y: slope_of(x.log2(), y.log())),
            zh="两边要用同一种对数。",
            en="Take the same logarithm on both sides.",
            credit=0.5,
        ),
    ),
)


# What it costs to keep the old rate


def losses_given(draw):
    rates, seeds = 6, draw.whole(4, 5)
    places = torch.arange(rates, dtype=torch.float64)

    def curve(lowest):
        noise = torch.stack([draw.normal(seeds) for _ in range(rates)])
        logs = 0.45 * (places[:, None] - lowest) ** 2 - 1 + 0.05 * noise
        logs[lowest, draw.whole(0, seeds - 1)] += 1.5  # one seed stumbles
        return logs.exp()

    narrow, wide = curve(4), curve((1, 2, 4)[draw.case % 3])
    accuracy = 0.95 - 0.02 * torch.stack([draw.normal(seeds).abs() for _ in range(rates)])
    return {"narrow": narrow, "wide": wide, "accuracy": accuracy}


def kept(choose, own=None, result=None):
    """Accuracy at the wide net's own rate less that at the narrow one's."""

    def answer_of(narrow, wide, accuracy):
        there = choose(narrow)
        here = own(wide, accuracy) if own else choose(wide)
        if result:
            return float(result(narrow, wide, accuracy, there, here))
        return (accuracy[here].mean() - accuracy[there].mean()).item()

    return answer_of


def geometric(losses):
    return int(losses.log().mean(1).argmin())


LOST = Task(
    id="points_lost_by_keeping",
    points=2,
    kind="implementation",
    title=both(zh="照用旧的，赔几个点？", en="What does keeping the old rate cost?"),
    prompt=both(
        zh="窄网和宽网试了同样几个学习率：`narrow` 和 `wide` 是损失，"
        "行是学习率，列是种子；`accuracy` 是宽网在另外的图上的准确率，形状一样。"
        "各自按种子间的几何平均挑损失最低的学习率。宽网照用窄网挑中的那个，"
        "准确率比用自己挑中的低多少？对种子取平均；照用的反而高，就是负数。",
        en="A narrow net and a wide one tried the same rates: `narrow` and `wide` are losses, a "
        "row for each rate and a column for each seed; `accuracy` is that of the wide net on "
        "other images, of the same shape.\n"
        "Each net chooses the rate with the lowest loss, by the geometric mean over the seeds.\n"
        "How much lower is the accuracy of the wide net with the narrow one's choice than with "
        "its own?\nTake the mean over the seeds; where the old rate does better the answer is "
        "negative.",
    ),
    solution='''
def points_lost_by_keeping(narrow, wide, accuracy):
    """Accuracy that the wide net loses at the rate of the narrow one."""
    ### BEGIN SOLUTION
    old = narrow.log().mean(dim=1).argmin()
    own = wide.log().mean(dim=1).argmin()
    return (accuracy[own] - accuracy[old]).mean().item()
    ### END SOLUTION
''',
    inputs=losses_given,
    reference=kept(geometric),
    hints=(
        both(
            zh="先挑两个学习率，再到第三张表里取两行。",
            en="First choose two rates, then take two rows of the third table.",
        ),
        both(
            zh="几何平均最低的那一行：`losses.log().mean(1).argmin()`。",
            en="The row whose geometric mean is lowest: `losses.log().mean(1).argmin()`.",
        ),
        both(
            zh="自己的那一行减去照用的那一行，再平均；挑的时候不看准确率。",
            en="The row of its own less the row of the old one, then the mean; accuracy has no say "
            "in the choice.",
        ),
    ),
    wrong=(
        wrong(
            kept(lambda losses: int(losses.mean(1).argmin())),
            zh="你用的是算术平均：一个种子摔一跤，就把它那一行拉高了。",
            en="You took the arithmetic mean, in which a single seed that stumbles pulls up its "
            "whole row.",
            credit=0.5,
        ),
        wrong(
            kept(geometric, lambda wide, accuracy: int(accuracy.mean(1).argmax())),
            zh="宽网也按损失挑：拿来报的准确率不能参加挑选。",
            en="The wide net chooses by its loss, too: accuracy is reported and must not choose.",
            credit=0.5,
        ),
        wrong(
            kept(
                geometric,
                result=lambda n, w, a, there, here: a[there].mean() - a[here].mean(),
            ),
            zh="正负反了：照用的低，答案是正的。",
            en="The wrong sign: where the old rate is lower the answer is positive.",
            credit=0.5,
        ),
        wrong(
            kept(
                geometric,
                result=lambda n, w, a, there, here: w[there].mean() - w[here].mean(),
            ),
            zh="问的是准确率，不是损失。",
            en="The question is about accuracy, not about the loss.",
            credit=0.5,
        ),
        wrong(
            kept(
                geometric,
                result=lambda n, w, a, there, here: a[here].max() - a[there].max(),
            ),
            zh="对种子取平均，不是挑最好的种子。",
            en="Take the mean over the seeds, not the best of them.",
            credit=0.5,
        ),
        wrong(
            kept(lambda losses: int(losses.log().mean(1).argmax())),
            zh="你挑了损失最高的学习率。",
            en="You chose the rate with the highest loss.",
        ),
        wrong(
            lambda narrow, wide, accuracy: (
                (
                    accuracy.gather(0, wide.argmin(0, keepdim=True))
                    - accuracy.gather(0, narrow.argmin(0, keepdim=True))
                )
                .mean()
                .item()
            ),
            zh="每个种子各挑了一个；学习率是一个数，大家用同一个。",
            en="Every seed chose for itself; a rate is one number, the same for all.",
            credit=0.5,
        ),
    ),
)

TASKS = (PUSH, LAYERS, BEHIND, GROWTH, LOST)
