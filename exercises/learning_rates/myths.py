"""Exercises on what is said of learning rates: wells, notation, fair rulers, declared once.

Book: learning_rates/myths
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.sections.learning_rates.myths import wells

TITLE = both(zh="七个传说，逐个检验", en="Seven myths, tested one by one")


# Thrown out of a well


def well_given(draw):
    curvature = draw.between(2, 12)
    part = draw.between(1.1, 1.8) if draw.case % 3 == 0 else draw.between(2.15, 2.9)
    return {
        "curvature": curvature, "lr": part / curvature, "off": draw.between(0.001, 0.02),
        "half": draw.between(0.8, 2),
    }  # fmt: skip


def hops(curvature, lr, off, half):
    factor = abs(1 - lr * curvature)
    return math.ceil(math.log(half / off) / math.log(factor)) if factor > 1 else -1


OUT = Task(
    id="hops_until_out",
    points=1,
    title=both(zh="几步甩出去？", en="How many steps until it is out?"),
    prompt=both(
        zh="一个谷是曲率 `curvature` 的抛物线，离谷底 `half` 以外就是别的谷。参数离谷底 `off`，按学习率 `lr` 下坡。先猜：留得住吗？\n\n第几步以后离谷底头一回超过 `half`？永远不超过，返回 -1。",
        en="A well is a parabola of `curvature`; farther than `half` from its bottom another well begins.\n"
        "The parameter is `off` from the bottom and descends at the rate `lr`.\nGuess first: does the well hold it?\n\nAfter which step is it farther than `half` for the first time? Return -1 if never.",
    ),
    solution='''
def hops_until_out(curvature, lr, off, half):
    """Steps until it is out of the well, -1 if it stays."""
    ### BEGIN SOLUTION
    if lr * curvature <= 2:
        return -1
    steps = 0
    while abs(off) <= half:
        off = off - lr * curvature * off
        steps += 1
    return steps
    ### END SOLUTION
''',
    inputs=well_given,
    reference=hops,
    hints=(
        both(
            zh="一步以后，离谷底的距离乘了几？",
            en="What does one step multiply the distance by?",
        ),
        both(
            zh="乘 $1-\\eta\\lambda$，正负号只说在哪一边；它的大小过了 1，才越跳越远。",
            en="By $1-\\eta\\lambda$, whose sign only says on which side; hops grow where its size is above 1.",
        ),
        both(
            zh="先看 $\\eta\\lambda$ 过没过 2；过了，就一步步乘，数到超过为止。",
            en="See first whether $\\eta\\lambda$ is above 2; if so, multiply step by step and count until it is beyond.",
        ),
    ),
    wrong=(
        wrong(
            lambda curvature, lr, off, half: math.ceil(
                math.log(half / off) / math.log(lr * curvature)
            ),
            zh="一步剩下的是 1 减 $\\eta\\lambda$，不是 $\\eta\\lambda$。",
            en="A step leaves 1 minus $\\eta\\lambda$ of the distance, not $\\eta\\lambda$ of it.",
        ),
        wrong(
            lambda curvature, lr, off, half: max(hops(curvature, lr, off, half) - 1, -1),
            zh="少数了一步：要数到已经超过的那一步。",
            en="One step short: count the one that is beyond as well.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, lr, off, half: abs(hops(curvature, lr, off, half)),
            zh="有的谷留得住：$\\eta\\lambda$ 不到 2，越跳越近，返回 -1。",
            en="Some wells hold it: with $\\eta\\lambda$ below 2 the hops get shorter; return -1.",
            credit=0.5,
        ),
    ),
)


# How a rate is written


def written_given(draw):
    digits = (10, draw.whole(11, 98), draw.whole(2, 9) / 10)[draw.case % 3]
    return {"digits": digits, "exponent": -draw.whole(3, 8)}


def standard(digits, exponent):
    shift = math.floor(math.log10(digits) + 1e-12)
    return digits / 10**shift, exponent + shift


NOTATION = Task(
    id="standard_form",
    points=1,
    title=both(zh="10e-6 是多少？", en="How much is 10e-6?"),
    prompt=both(
        zh="讲义上把学习率写成 `10e-6`：`digits` 是 10，`exponent` 是 -6。写成标准的样子，前面的数不小于 1、小于 10，值不变。\n\n返回前面的数和指数，例如 `10e-6` 是 1 和 -5。",
        en="Notes write a learning rate as `10e-6`: `digits` is 10, `exponent` is -6.\n"
        "Bring it into standard form, of the same value, with a first number of at least 1 and below 10.\n\nReturn that number and the exponent; for instance, `10e-6` is 1 and -5.",
    ),
    solution='''
def standard_form(digits, exponent):
    """The same number with digits from 1 to below 10, and its exponent."""
    ### BEGIN SOLUTION
    while digits >= 10:
        digits, exponent = digits / 10, exponent + 1
    while digits < 1:
        digits, exponent = digits * 10, exponent - 1
    return digits, exponent
    ### END SOLUTION
''',
    returns="(digits, exponent)",
    inputs=written_given,
    reference=standard,
    hints=(
        both(
            zh="`e-6` 读作“乘十的负六次方”。",
            en="Read `e-6` as “times ten to the minus six”.",
        ),
        both(
            zh="前面的数除以 10，`exponent` 就加 1，值不变。",
            en="Divide the first number by 10 and add 1 to `exponent`: the value stays.",
        ),
        both(
            zh="一直挪到前面的数在 1 和 10 之间；小于 1 就反着挪。",
            en="Shift until the first number is between 1 and 10; the other way if it is below 1.",
        ),
    ),
    wrong=(
        wrong(
            lambda digits, exponent: (standard(digits, exponent)[0], exponent),
            zh="前面的数挪了，指数没跟着变：值就不是原来的了。",
            en="The first number was shifted and the exponent was not: the value has changed.",
            credit=0.5,
        ),
        wrong(
            lambda digits, exponent: (
                standard(digits, exponent)[0],
                2 * exponent - standard(digits, exponent)[1],
            ),
            zh="指数挪反了：前面的数变小，指数要变大。",
            en="The exponent went the wrong way: where the first number shrinks, it must grow.",
            credit=0.5,
        ),
        wrong(
            lambda digits, exponent: (digits, exponent),
            zh="还没有挪：前面的数要不小于 1、小于 10。",
            en="Nothing was shifted: the first number must be at least 1 and below 10.",
        ),
    ),
)


# The share in the deepest well


def border(floor, side):
    """Where the two parabolas meet: left (-1) or right (1) of the narrow well."""
    a, b, c = 3.5, -21.0, 24.5 + floor  # 4 (x - 2.5)² + floor - (x + 1)² / 2
    return (-b + side * math.sqrt(b * b - 4 * a * c)) / (2 * a)


def share_given(draw):
    """Rates that both wells hold, that the narrow one throws out, and that it just holds."""
    floor = draw.between(0.6, 0.9) if draw.case == 1 else draw.between(1.05, 1.4)
    floor = floor if draw.case % 2 else -floor
    lr, steps = (0.05, 0.4, 0.15, 0.05, 0.235, 0.235)[draw.case], draw.whole(60, 90)
    starts = [draw.between(-4.8, 4.8) for _ in range(12)]
    if draw.case in (0, 3):  # so slow that the side of the border decides
        meet, apart = border(floor, -1), [draw.between(0.003, 0.02) for _ in range(8)]
        starts[:8] = [meet + (-1) ** place * each for place, each in enumerate(apart)]
    if draw.case < 4:
        lr = round(lr + draw.between(-0.005, 0.005), 5)
    if draw.case in (1, 4):  # in the narrow well, and off its bottom
        starts[:4] = [2.5 + draw.between(0.1, 0.3) for _ in range(4)]
    return {"starts": starts, "lr": lr, "floor": floor, "steps": steps}


def shared(starts, lr, floor, steps, *, slope=wells.slope, sign=1.0, deepest=True):
    x = torch.tensor(starts, dtype=torch.float64)
    for _ in range(steps):
        x = x - sign * lr * slope(x, floor)
    wide = wells.in_wide(x, floor).double().mean().item()
    return wide if not deepest or floor > 0 else 1 - wide


def higher(x, floor):
    wide = wells.in_wide(x, floor)
    return torch.where(wide, 8 * (x - 2.5), x + 1)


SHARE = Task(
    id="share_in_deepest",
    points=3,
    kind="implementation",
    title=both(zh="几成走到最深处", en="The share that reaches the deepest"),
    prompt=both(
        zh="两条抛物线，哪里谁低就是谁：宽的 $(x+1)^2/2$，窄的 $4(x-2.5)^2$ 加上 `floor`。`floor` 小于 0，窄谷更深；大于 0，宽谷更深。\n\n`starts` 是一张表，从每个起点按学习率 `lr` 走 `steps` 步。返回最后在更深的那个谷里的份额，0 到 1；在哪个谷里，看哪条抛物线更低。",
        en="Two parabolas, the lower one at each place: the wide one is $(x+1)^2/2$, the narrow one $4(x-2.5)^2$ plus `floor`.\n"
        "With `floor` below 0 the narrow well is deeper, above 0 the wide one.\n\n`starts` is a list; from each go `steps` steps at the rate `lr`.\nReturn the share that is in the deeper well at the end, 0 to 1; which well a place is in is a matter of which parabola is lower there.",
    ),
    solution='''
def share_in_deepest(starts, lr, floor, steps):
    """The share of the starts that end in the deeper well."""

    ### BEGIN SOLUTION
    def look(x):
        wide, narrow = x + 1, x - 2.5
        return wide, narrow, wide * wide / 2 < 4 * narrow * narrow + floor

    right = 0
    for x in starts:
        wide, narrow, in_wide = look(x)
        for _ in range(steps):
            x = x - lr * (wide if in_wide else 8 * narrow)
            wide, narrow, in_wide = look(x)
        right += in_wide == (floor > 0)
    return right / len(starts)
    ### END SOLUTION
''',
    inputs=share_given,
    reference=shared,
    hints=(
        both(
            zh="每走一步，先问脚下是哪条抛物线，再求它的坡。",
            en="Before each step ask which parabola is underfoot, then take its slope.",
        ),
        both(
            zh="宽的坡是 $x+1$，窄的坡是 $8(x-2.5)$；一步减去 $\\eta$ 乘坡。",
            en="The slope is $x+1$ on the wide one and $8(x-2.5)$ on the narrow one; a step takes off $\\eta$ times the slope.",
        ),
        both(
            zh="走完再看在哪条上，和 `floor` 说的更深的那个比一比，数出份额。",
            en="At the end see which one it is on, compare with the deeper one according to `floor`, and count the share.",
        ),
    ),
    wrong=(
        wrong(
            lambda starts, lr, floor, steps: shared(starts, lr, floor, steps, slope=higher),
            zh="坡取反了：要用**低**的那条抛物线的坡。",
            en="You take the slope of the wrong one: it is that of the **lower** parabola.",
            credit=0.5,
        ),
        wrong(
            lambda starts, lr, floor, steps: shared(starts, lr, floor, steps, deepest=False),
            zh="你数的总是宽谷；`floor` 小于 0 的时候，更深的是窄谷。",
            en="You always count the wide well; with `floor` below 0 the narrow one is deeper.",
            credit=0.5,
        ),
        wrong(
            lambda starts, lr, floor, steps: shared(starts, lr, floor, 0),
            zh="你数的是起点在哪里，还没走。",
            en="You count where the starts are, before any step.",
        ),
        wrong(
            lambda starts, lr, floor, steps: len(starts) * shared(starts, lr, floor, steps),
            zh="这是个数，不是份额：要除以起点的个数。",
            en="This is a count and not a share: divide by the number of starts.",
            credit=0.5,
        ),
        wrong(
            lambda starts, lr, floor, steps: shared(starts, lr, floor, 12, sign=-1.0),
            zh="走反了：下坡要减去坡。",
            en="It goes uphill: going down means subtracting the slope.",
            credit=0.5,
        ),
        wrong(
            lambda starts, lr, floor, steps: 1 - shared(starts, lr, floor, steps),
            zh="正好反过来：这是留在浅的那个谷里的份额。",
            en="Just the other way round: this is the share in the shallower well.",
            credit=0.5,
        ),
    ),
)


# The same loss instead of the same steps, repaired


def curves_given(draw):
    level = draw.between(0.08, 0.2)
    slow, fast = draw.between(0.05, 0.08), draw.between(0.15, 0.25)
    small = [2.3 * math.exp(-slow * t) for t in range(90)]
    usual = [2.3 * math.exp(-fast * t) for t in range(90)]
    top, fall = draw.between(0.93, 0.96), draw.between(0.0005, 0.001)
    shift = draw.between(-0.004, 0.004)
    return {
        "losses": small,
        "rights": [top + shift - 0.35 * loss for loss in small],
        "usual_losses": usual,
        "usual_rights": [top - 0.35 * loss - fall * t for t, loss in enumerate(usual)],
        "level": level,
    }


def at_level(losses, rights, level):
    return next(right for loss, right in zip(losses, rights, strict=True) if loss <= level)


def fair(losses, rights, usual_losses, usual_rights, level):
    return at_level(losses, rights, level) - at_level(usual_losses, usual_rights, level)


FAIR = Task(
    id="gap_at_equal_loss",
    points=2,
    title=both(zh="换一把公平的尺子", en="A fairer ruler"),
    prompt=both(
        zh="有人比小学习率和平常的学习率，写的是 `rights[-1] - usual_rights[-1]`：一样多的步数，末了的测试准确率相减。可两边练到的地方不一样。\n\n改好：两边各取训练损失**头一次**不高于 `level` 的那一次，返回小学习率的测试准确率减平常的。`losses` 和 `rights` 是小学习率每次量到的训练损失和测试准确率，`usual_losses` 和 `usual_rights` 是平常的。",
        en="Somebody compares a small rate with the usual one by `rights[-1] - usual_rights[-1]`: the difference in test accuracy after equally many steps.\n"
        "Yet the two have not come equally far.\n\nMend it: in each run take the **first** look at which the training loss is `level` or less, and return the test accuracy at the small rate minus that at the usual one.\n`losses` and `rights` are what was seen at the small rate, training loss and test accuracy at each look; `usual_losses` and `usual_rights` those at the usual rate.",
    ),
    solution='''
def gap_at_equal_loss(losses, rights, usual_losses, usual_rights, level):
    """Test accuracy at the small rate minus that at the usual one, at equal training loss."""

    ### BEGIN SOLUTION
    def first(seen, scores):
        for loss, right in zip(seen, scores):
            if loss <= level:
                return right

    return first(losses, rights) - first(usual_losses, usual_rights)
    ### END SOLUTION
''',
    inputs=curves_given,
    reference=fair,
    hints=(
        both(
            zh="两条曲线各走各的步数；要对齐的是训练损失。",
            en="Each curve takes its own number of steps; what must agree is the training loss.",
        ),
        both(
            zh="在每条损失曲线上找头一个不高于 `level` 的位置，取同一位置的准确率。",
            en="On each loss curve find the first place at `level` or below, and take the accuracy at that place.",
        ),
        both(
            zh="两边各找一次，再相减：小学习率的在前。",
            en="Find it once on each side, then subtract: the small rate comes first.",
        ),
    ),
    wrong=(
        wrong(
            lambda losses, rights, usual_losses, usual_rights, level: rights[-1] - usual_rights[-1],
            zh="还是一样多的步数：平常的那边早就练过头了。",
            en="Still equally many steps: the usual rate has long gone further.",
        ),
        wrong(
            lambda losses, rights, usual_losses, usual_rights, level: (
                max(rights) - max(usual_rights)
            ),
            zh="各取最高的准确率，是拿测试集挑了停的时候。",
            en="The highest accuracy of each means that the test set has chosen when to stop.",
        ),
        wrong(
            lambda losses, rights, usual_losses, usual_rights, level: (
                -fair(losses, rights, usual_losses, usual_rights, level)
            ),
            zh="减反了：小学习率的减平常的。",
            en="Subtracted the wrong way: the small rate minus the usual one.",
            credit=0.5,
        ),
        wrong(
            lambda losses, rights, usual_losses, usual_rights, level: (
                at_level(usual_losses, rights, level) - at_level(usual_losses, usual_rights, level)
            ),
            zh="两边都在平常的那条上找了位置：那又成了一样多的步数。",
            en="Both places were found on the usual curve: equally many steps again.",
            credit=0.5,
        ),
    ),
)


# A rate that rises


def rises(lr, weight_decay, step):
    return lr * (1 - lr * weight_decay) ** (-2 * step - 1)


RISING = Task(
    id="rising_rate",
    points=2,
    title=both(zh="不衰减，升多快？", en="No decay: how fast must it rise?"),
    prompt=both(
        zh="训练的层都带规范化，权重放大几倍，梯度就缩小几倍。学习率一直是 `lr`，权重衰减 `weight_decay`，一步是 $W\\leftarrow(1-\\eta\\alpha)W-\\eta\\nabla f(W)$。不要衰减，学习率一步步升，也能走出同一次训练。\n\n第 `step` 步（从 0 数起）的学习率是多少？",
        en="Every trained layer is normalized: multiply the weights, and the gradient is divided by as much.\n"
        "At the constant rate `lr` with `weight_decay`, a step is $W\\leftarrow(1-\\eta\\alpha)W-\\eta\\nabla f(W)$.\nWithout decay and with a rate that rises step by step, the training can be the same.\n\nWhat is the rate of step `step`, counted from 0?",
    ),
    solution='''
def rising_rate(lr, weight_decay, step):
    """The rate of a step that replaces weight decay in a normalized net."""
    ### BEGIN SOLUTION
    kept = 1 - lr * weight_decay
    rate = lr / kept
    for _ in range(step):
        rate = rate / kept**2
    return rate
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "lr": draw.between(0.1, 0.5),
        "weight_decay": draw.between(0.05, 0.2),
        "step": draw.whole(3, 40),
    },
    reference=rises,
    hints=(
        both(
            zh="衰减每步把权重乘 $\\rho=1-\\eta\\alpha$；把这些 $\\rho$ 都提出来，剩下的权重怎么走？",
            en="Decay multiplies the weights by $\\rho=1-\\eta\\alpha$ at each step; take all these $\\rho$ out: how do the remaining weights move?",
        ),
        both(
            zh="$W_t=\\rho^tV_t$，梯度是 $\\rho^{-t}\\nabla f(V_t)$；代进去，两边除以 $\\rho^{t+1}$。",
            en="$W_t=\\rho^tV_t$ has the gradient $\\rho^{-t}\\nabla f(V_t)$; put it in and divide by $\\rho^{t+1}$.",
        ),
        both(
            zh="两处的幂合在一起：$-t$ 和 $-(t+1)$。",
            en="Collect the two powers: $-t$ and $-(t+1)$.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, weight_decay, step: lr * (1 - lr * weight_decay) ** (2 * step + 1),
            zh="它该升，不是降：衰减让权重短、梯度大，没有衰减就得靠学习率补。",
            en="It must rise, not fall: decay keeps weights short and gradients large; without it the rate has to make up.",
        ),
        wrong(
            lambda lr, weight_decay, step: lr * (1 - lr * weight_decay) ** (-step),
            zh="只补了一半：权重长了，梯度又小了，两边各差 $\\rho^t$。",
            en="Only half of it: the weights are longer and the gradient is smaller, $\\rho^t$ each.",
            credit=0.5,
        ),
        wrong(
            lambda lr, weight_decay, step: lr * (1 - lr * weight_decay) ** (-2 * step),
            zh="差一个 $\\rho$：两边除的是 $\\rho^{t+1}$。",
            en="One $\\rho$ is missing: both sides are divided by $\\rho^{t+1}$.",
            credit=0.5,
        ),
        wrong(
            lambda lr, weight_decay, step: lr * (1 - weight_decay) ** (-2 * step - 1),
            zh="一步衰减乘的是 $1-\\eta\\alpha$，学习率也在里面。",
            en="A step of decay multiplies by $1-\\eta\\alpha$: the rate is in it, too.",
            credit=0.5,
        ),
    ),
)

TASKS = (OUT, NOTATION, SHARE, FAIR, RISING)
