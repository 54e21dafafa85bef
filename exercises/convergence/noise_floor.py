"""Exercises on noise floors and the edge of stability, declared once.

Book: convergence/noise_floor
"""

import math
from itertools import pairwise

from dlnotes.convergence.noise import noise_floor, step_limit
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import scaled

TITLE = both(zh="噪声底与稳定性边缘", en="The noise floor and the edge of stability")


# How high the floor is


def descent(draw):
    curvature = draw.between(0.5, 4)
    return {
        "lr": draw.between(0.2, 0.8) * step_limit(curvature),
        "curvature": curvature,
        "noise": draw.between(1.5, 3),
    }


FLOOR = Task(
    id="noise_floor_height",
    points=1,
    title=both(zh="底有多高？", en="How high is the floor?"),
    prompt=both(
        zh="损失是抛物线 $\\lambda x^2/2$，$\\lambda$ 是 `curvature`。每步量到的梯度带噪声，平均是 0，标准差是 `noise`；学习率 `lr` 不变。走了很多步以后，损失平均停在谷底上方多高？",
        en="The loss is the parabola $\\lambda x^2/2$, where $\\lambda$ is `curvature`.\n"
        "The gradient measured at each step carries noise of mean 0 and standard deviation `noise`; the learning rate `lr` is constant.\n"
        "After very many steps, how high above the bottom does the loss stay on average?",
    ),
    solution='''
def noise_floor_height(lr, curvature, noise):
    """The mean height of the loss above the bottom, after very many steps."""
    ### BEGIN SOLUTION
    square = lr * noise**2 / (curvature * (2 - lr * curvature))
    return curvature * square / 2
    ### END SOLUTION
''',
    inputs=descent,
    reference=noise_floor,
    hints=(
        both(
            zh="先写出走一步的式子，两边平方，取平均。",
            en="Write down one step, square both sides, and take the mean.",
        ),
        both(
            zh="停下来的时候，$x^2$ 的平均前后相等：$a=(1-\\eta\\lambda)^2a+\\eta^2\\sigma^2$，解出 $a$。",
            en="At rest the mean of $x^2$ is the same before and after: $a=(1-\\eta\\lambda)^2a+\\eta^2\\sigma^2$; solve for $a$.",
        ),
        both(
            zh="损失是 $\\lambda x^2/2$，所以最后还要乘 $\\lambda/2$。",
            en="The loss is $\\lambda x^2/2$, so multiply by $\\lambda/2$ in the end.",
        ),
    ),
    wrong=(
        wrong(
            scaled(noise_floor, lambda lr, curvature, noise: 2 / curvature),
            zh="这是 $x^2$ 的平均；要的是损失，$\\lambda x^2/2$ 的平均。",
            en="This is the mean of $x^2$; asked is that of the loss, $\\lambda x^2/2$.",
            credit=0.5,
        ),
        wrong(
            lambda lr, curvature, noise: lr * noise**2 / 4,
            zh="学习率很小的时候才是这样；这里 $\\eta\\lambda$ 和 2 比，不小。",
            en="So it is for very small rates only; here $\\eta\\lambda$ is not small beside 2.",
            credit=0.5,
        ),
        wrong(
            lambda lr, curvature, noise: noise_floor(lr, curvature, math.sqrt(noise)),
            zh="噪声要平方：`noise` 是标准差，平均的是平方。",
            en="Square the noise: `noise` is a standard deviation, and squares are what is averaged.",
        ),
        wrong(
            lambda lr, curvature, noise: lr**2 * noise**2 * curvature / 2,
            zh="只算了一步的噪声。前面各步的也还留着一部分，加起来才停。",
            en="That is the noise of one step only. Of every earlier one a part is left, and they add up.",
        ),
    ),
)


# The learning rate for a floor


def wanted(draw):
    curvature, noise = draw.between(0.5, 4), draw.between(1.5, 3)
    lr = draw.between(0.2, 0.8) * step_limit(curvature)
    return {"floor": noise_floor(lr, curvature, noise), "curvature": curvature, "noise": noise}


def rate_for(floor, curvature, noise):
    return 2 * floor / (noise**2 / 2 + floor * curvature)


RATE = Task(
    id="noise_floor_rate",
    points=2,
    title=both(zh="底要这么低，学习率取多大？", en="Which rate for this floor?"),
    prompt=both(
        zh="还是那条抛物线，曲率是 `curvature`，梯度噪声的标准差是 `noise`。要损失平均停在谷底上方 `floor` 高，学习率该取多大？",
        en="The same parabola, of curvature `curvature`, with noise of standard deviation `noise` in the gradient.\n"
        "The loss is to stay `floor` above the bottom on average.\nWhich learning rate does that?",
    ),
    solution='''
def noise_floor_rate(floor, curvature, noise):
    """The constant learning rate whose noise floor has this height."""
    ### BEGIN SOLUTION
    return 4 * floor / (noise**2 + 2 * floor * curvature)
    ### END SOLUTION
''',
    inputs=wanted,
    reference=rate_for,
    hints=(
        both(
            zh="底的高度是 $\\eta\\sigma^2/(4-2\\eta\\lambda)$；学习率是要解的那个数。",
            en="The height is $\\eta\\sigma^2/(4-2\\eta\\lambda)$; the learning rate is what to solve for.",
        ),
        both(
            zh="乘掉分母，把带 $\\eta$ 的项归到一边。",
            en="Multiply by the denominator and gather the terms with $\\eta$ on one side.",
        ),
        both(
            zh="$4f=\\eta\\,(\\sigma^2+2f\\lambda)$，$f$ 是要的高度。",
            en="$4f=\\eta\\,(\\sigma^2+2f\\lambda)$, where $f$ is the height wanted.",
        ),
    ),
    wrong=(
        wrong(
            lambda floor, curvature, noise: 4 * floor / noise**2,
            zh="学习率很小的时候才是这样；分母里的 $2-\\eta\\lambda$ 不能当作 2。",
            en="True for very small rates only; the $2-\\eta\\lambda$ in the denominator is not 2 here.",
            credit=0.5,
        ),
        wrong(
            lambda floor, curvature, noise: (
                2 * floor * curvature / (noise**2 + floor * curvature**2)
            ),
            zh="你让 $x^2$ 的平均等于 `floor`；要的是损失。",
            en="You set the mean of $x^2$ to `floor`; asked is the loss.",
            credit=0.5,
        ),
        wrong(
            lambda floor, curvature, noise: 4 * floor / (noise**2 - 2 * floor * curvature),
            zh="移项时符号反了：带 $\\eta$ 的两项，移到一边是相加。",
            en="A sign is wrong: gathered on one side, the two terms with $\\eta$ add up.",
            credit=0.5,
        ),
    ),
)


# The most curved direction


def curved(draw):
    """A symmetric matrix with one eigenvalue well above the others."""
    size, top = draw.whole(2, 4), draw.between(6, 12)
    turned = draw.numbers(size, 0.3, 1)
    length = sum(part * part for part in turned)
    hessian = [
        [
            (top - 2) * one * other / length + (2.0 if i == j else 0.0)
            for j, other in enumerate(turned)
        ]
        for i, one in enumerate(turned)
    ]
    return {"hessian": hessian, "start": [1.0] + [0.5] * (size - 1), "rounds": 60}


def products(hessian, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in hessian]


def norm(vector):
    return math.sqrt(sum(part * part for part in vector))


def power(
    hessian, start, rounds, *, result=lambda hessian, vector: norm(products(hessian, vector))
):
    vector = [part / norm(start) for part in start]
    for _ in range(rounds):
        image = products(hessian, vector)
        vector = [part / norm(image) for part in image]
    return result(hessian, vector)


SHARPEST = Task(
    id="noise_floor_sharpness",
    points=3,
    kind="implementation",
    title=both(zh="最弯的方向有多弯", en="The sharpness"),
    prompt=both(
        zh="`hessian` 是一张表，第 i 行第 j 列说：沿第 j 个参数动一点，梯度的第 i 个数变多快。从方向 `start` 出发，做 `rounds` 次：看沿这个方向动，梯度怎么变，把变化除以它的长度，当作新的方向。\n\n返回锐度，就是沿最后的方向动，梯度变多快。",
        en="`hessian` is a table: row i, column j says how fast entry i of the gradient changes with parameter j.\n"
        "Begin with the direction `start` and repeat `rounds` times: see how the gradient changes along the direction, divide that change by its length, and take it as the new direction.\n\n"
        "Return the sharpness: how fast the gradient changes along the last direction.",
    ),
    solution='''
def noise_floor_sharpness(hessian, start, rounds):
    """The curvature along the most curved direction."""
    ### BEGIN SOLUTION
    direction = start
    for _ in range(rounds + 1):
        change = [sum(a * b for a, b in zip(row, direction)) for row in hessian]
        size = sum(part * part for part in change) ** 0.5
        direction = [part / size for part in change]
    return size
    ### END SOLUTION
''',
    inputs=curved,
    reference=power,
    hints=(
        both(
            zh="沿一个方向动，梯度的第 i 个数变多快？表的第 i 行和方向，逐个相乘再相加。",
            en="How fast does entry i of the gradient change along a direction? Multiply row i of the table with the direction, entry by entry, and add.",
        ),
        both(
            zh="长度是平方和开方。每次都除，不然数会越来越大。",
            en="A length is the root of the sum of squares. Divide every time, or the numbers grow without end.",
        ),
        both(
            zh="方向的长度是 1 的时候，变化的长度就是锐度；换完最后一次方向，还要再量一次。",
            en="Where the direction has length 1, the length of the change is the sharpness; after the last new direction, measure once more.",
        ),
    ),
    wrong=(
        wrong(
            lambda hessian, start, rounds: power(hessian, start, 0),
            zh="这是沿 `start` 的：还要一遍一遍地换方向。",
            en="This is along `start`: the direction must be renewed, round after round.",
        ),
        wrong(
            lambda hessian, start, rounds: power(
                hessian, start, rounds, result=lambda h, v: norm(v)
            ),
            zh="这是方向自己的长度，总是 1；要的是梯度沿它变多快。",
            en="This is the length of the direction itself, always 1; asked is how fast the gradient changes along it.",
        ),
        wrong(
            lambda hessian, start, rounds: max(row[i] for i, row in enumerate(hessian)),
            zh="你取了对角线上最大的：最弯的方向可以斜着，不沿任何一个参数。",
            en="You took the largest entry of the diagonal: the most curved direction may lie across, along no single parameter.",
            credit=0.5,
        ),
        wrong(
            lambda hessian, start, rounds: sum(row[i] for i, row in enumerate(hessian)),
            zh="对角线加起来，是各个方向的曲率之和，不是最大的那个。",
            en="The sum of the diagonal is that of all curvatures, not the largest.",
        ),
        wrong(
            lambda hessian, start, rounds: power(
                hessian, start, rounds, result=lambda h, v: sum(products(h, v))
            ),
            zh="变化的长度，要平方、相加、开方，不是把各个数直接加起来。",
            en="The length of the change takes squares, a sum and a root, not a plain sum of its entries.",
            credit=0.5,
        ),
        wrong(
            lambda hessian, start, rounds: norm(products(hessian, start)),
            zh="`start` 的长度不是 1，也还没有换过方向：先除以长度，再一遍遍换。",
            en="`start` does not have length 1 and was never renewed: divide by its length, then repeat.",
        ),
    ),
)


# Noise or edge


def two_stretches(draw):
    """Calm, noise, the edge; then a rise at the first step only, in either stretch."""
    kind, steps = draw.case % 5, 20
    falling = [2 - 0.03 * t - draw.between(0, 0.01) for t in range(2 * steps)]
    jumping = [value + 0.2 * (t % 2) for t, value in enumerate(falling)]
    early, late = falling[:steps], falling[steps:]
    few = (early, jumping[:steps], jumping[:steps], early, [early[1], early[0], *early[2:]])[kind]
    full = (late, late, jumping[steps:], [late[1], late[0], *late[2:]], late)[kind]
    return {"few": few, "full": full}


def verdict(few, full):
    return 2 if rises(full) else int(rises(few) > 0)


def rises(losses):
    return sum(after > before for before, after in pairwise(losses))


WHICH = Task(
    id="noise_or_edge",
    points=2,
    title=both(zh="噪声，还是边缘？", en="Noise or edge?"),
    prompt=both(
        zh="一次训练，先每步看几个样本，再每步看全部，学习率没有变。`few` 和 `full` 是两段里每一步在全部样本上的损失。\n\n返回 0：两段都没有上升过；1：上升过，看全部就不再上升，是噪声；2：看全部也上升，是稳定性边缘。",
        en="A run whose steps first see a few examples, then all, at one learning rate.\n"
        "`few` and `full` hold the loss on all examples at every step of the two stretches.\n\n"
        "Return 0 where it never rises; 1 where it rises, but not with all examples: noise; 2 where it rises with all examples too: the edge of stability.",
    ),
    solution='''
def noise_or_edge(few, full):
    """0 calm, 1 noise, 2 the edge of stability."""
    ### BEGIN SOLUTION
    for t in range(1, len(full)):
        if full[t] > full[t - 1]:
            return 2
    return int(any(few[t] > few[t - 1] for t in range(1, len(few))))
    ### END SOLUTION
''',
    inputs=two_stretches,
    reference=verdict,
    hints=(
        both(
            zh="把每一步的损失和前一步比，看有没有变大。",
            en="Compare the loss of every step with that of the step before: has it grown?",
        ),
        both(
            zh="先看第二段：没有噪声还上升，就已经有答案了。",
            en="Look at the second stretch first: a rise without noise settles it.",
        ),
        both(
            zh="第二段没有上升，再看第一段上升过没有。",
            en="Where the second has none, see whether the first had a rise.",
        ),
    ),
    wrong=(
        wrong(
            lambda few, full: 1 if rises(few) else 0,
            zh="你只看了第一段：看全部样本时还跳不跳，才分得出噪声和边缘。",
            en="You looked at the first stretch only: whether it bounces with all examples tells noise from edge.",
            credit=0.5,
        ),
        wrong(
            lambda few, full: 2 if full[-1] > full[0] else int(few[-1] > few[0]),
            zh="你只比了一段的头和尾：一路往下走的损失，中间也会上升。",
            en="You compared the ends of a stretch only: a loss that gets lower can rise on the way.",
        ),
        wrong(
            lambda few, full: 2 if rises(few) else int(rises(full) > 0),
            zh="两段弄反了：看全部样本还上升的，才是边缘。",
            en="The stretches are exchanged: the edge is what rises with all examples.",
        ),
    ),
)


# A decay that stops on the way

REPAIR = Task(
    id="decay_that_arrives",
    points=2,
    title=both(zh="修好停在半路的衰减", en="Repair a decay that stops on the way"),
    prompt=both(
        zh="学习率第 0 步是 `lr`，以后每步乘 `factor`，它小于 1。步子的总和，也就是各步学习率相加，一直走下去也只有一个定数；要走到谷底附近，总和至少要 `needed`。`factor` 最小可以取多少？",
        en="The learning rate is `lr` at step 0 and is multiplied by `factor`, which is below 1, at every step after.\n"
        "However long it runs, all its rates together have a fixed sum; to come near the bottom that sum must be at least `needed`.\n"
        "What is the smallest `factor`?",
    ),
    solution='''
def decay_that_arrives(lr, needed):
    """The smallest factor whose rates sum to what is needed."""
    ### BEGIN SOLUTION
    return 1 - lr / needed
    ### END SOLUTION
''',
    inputs=lambda draw: {"lr": draw.between(0.1, 0.4), "needed": draw.between(3, 8)},
    reference=lambda lr, needed: 1 - lr / needed,
    hints=(
        both(
            zh="各步的学习率是 `lr`、`lr * factor`、`lr * factor ** 2`……",
            en="The rates are `lr`, `lr * factor`, `lr * factor ** 2` and so on.",
        ),
        both(
            zh="这样一项一项乘下去的和，等于第一项除以 `1 - factor`。",
            en="Such a sum, each term the last one times `factor`, is the first term divided by `1 - factor`.",
        ),
        both(
            zh="令 `lr / (1 - factor)` 等于 `needed`，解出来。",
            en="Set `lr / (1 - factor)` equal to `needed` and solve.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, needed: lr / needed,
            zh="这是 `1 - factor`：还差一步，用 1 去减。",
            en="This is `1 - factor`: one step is left, take it from 1.",
            credit=0.5,
        ),
        wrong(
            lambda lr, needed: 1 - 1 / needed,
            zh="你让第一步的学习率等于 1；它是 `lr`。",
            en="Yours begins at a rate of 1; it begins at `lr`.",
            credit=0.5,
        ),
        wrong(
            lambda lr, needed: needed / (needed + lr),
            zh="你漏了第 0 步：总和从 `lr` 加起，不是从 `lr * factor`。",
            en="Step 0 is missing: the sum begins with `lr`, not with `lr * factor`.",
            credit=0.5,
        ),
    ),
)

TASKS = (FLOOR, RATE, SHARPEST, WHICH, REPAIR)
