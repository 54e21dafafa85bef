"""Exercises on the two limits of a learning rate, declared once.

Book: learning_rates/two_limits
"""

import math
from itertools import pairwise

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import replaced, swapped
from dlnotes.learning_rates.stability import sharpness_of, stability_limit

TITLE = both(zh="一个数，两道边界", en="One number, two limits")


# Patience: epochs times rate


def predicted(epochs, lr, other, limit):
    return -1 if other >= limit else lr / (other / epochs)


def one_run(draw):
    """Below the limit and above it in turn; the new rate smaller or larger."""
    lr, limit = draw.between(0.01, 0.02), draw.between(0.5, 0.8)
    other = (draw.between(0.03, 0.1), draw.between(0.9, 1.5), draw.between(0.002, 0.006))
    return {
        "epochs": draw.between(60, 200), "lr": lr, "other": other[draw.case % 3], "limit": limit,
    }  # fmt: skip


EPOCHS = Task(
    id="epochs_at_another_rate",
    points=1,
    title=both(zh="换个学习率，要几轮？", en="Another rate: how many epochs?"),
    prompt=both(
        zh="学习率 `lr`，走了 `epochs` 轮，损失降到 0.1。换成 `other`，要几轮？两个都远小于 `limit`，轮数和学习率之积就差不多不变；到了 `limit` 或者更大，就飞出去，多少轮也到不了，返回 -1。",
        en="At the learning rate `lr` the loss came down to 0.1 in `epochs` epochs.\n"
        "How many does it take at `other`?\n"
        "While both are far below `limit`, the product of epochs and rate stays about the same; at `limit` or above it flies off and never arrives: return -1.",
    ),
    solution='''
def epochs_at_another_rate(epochs, lr, other, limit):
    """Epochs at another learning rate; -1 from the limit on."""
    ### BEGIN SOLUTION
    if other >= limit:
        return -1
    return epochs * lr / other
    ### END SOLUTION
''',
    inputs=one_run,
    reference=predicted,
    hints=(
        both(
            zh="学习率小了，一步挪得少，轮数是多了还是少了？",
            en="A smaller rate moves less in a step: are there more epochs or fewer?",
        ),
        both(
            zh="两边的积相等：轮数乘学习率，换了学习率也不变。",
            en="The two products agree: epochs times rate, before and after.",
        ),
        both(
            zh="先看 `other` 过没过 `limit`，再算 `epochs * lr / other`。",
            en="First see whether `other` has passed `limit`, then take `epochs * lr / other`.",
        ),
    ),
    wrong=(
        wrong(
            lambda epochs, lr, other, limit: -1 if other >= limit else epochs * other / lr,
            zh="反了：学习率越小，要的轮数越多。",
            en="The other way round: a smaller rate takes more epochs.",
        ),
        wrong(
            lambda epochs, lr, other, limit: epochs * lr / other,
            zh="过了 `limit` 呢？那里再多轮也到不了。",
            en="And above `limit`? There no number of epochs is enough.",
            credit=0.5,
        ),
        wrong(
            lambda epochs, lr, other, limit: -1 if other >= limit else epochs,
            zh="轮数没有变：不变的是轮数和学习率之积。",
            en="Your epochs stay the same; what stays the same is epochs times rate.",
        ),
    ),
)


# One outlier


def thrown(gradient, curvature, lr, steps):
    off = torch.tensor(lr * gradient, dtype=torch.float64)
    keep = torch.full((steps,), 1 - lr * curvature, dtype=torch.float64)
    return off.item(), (off * keep.prod()).item()


OUTLIER = Task(
    id="outlier_bite",
    points=2,
    title=both(zh="异常值咬一口", en="The bite of an outlier"),
    prompt=both(
        zh="抛物线的曲率是 `curvature`，参数正停在谷底。这一步碰到一个异常的样本，量到的梯度不是 0，是 `gradient`；学习率 `lr`。\n\n返回 `(first, left)`：这一步被咬出多远；此后再正常走 `steps` 步，还差谷底多远。",
        en="A parabola has the curvature `curvature`, and the parameter lies at its bottom.\n"
        "This step meets an outlier, and the gradient it measures is `gradient` instead of 0; the learning rate is `lr`.\n\n"
        "Return `(first, left)`: how far this step throws the parameter, and how far from the bottom it still is after `steps` more ordinary steps.",
    ),
    solution='''
def outlier_bite(gradient, curvature, lr, steps):
    """How far an outlier throws, and what is left of it, as (first, left)."""
    ### BEGIN SOLUTION
    first = lr * gradient
    x = first
    for _ in range(steps):
        x = x - lr * (curvature * x)
    return first, x
    ### END SOLUTION
''',
    returns="(first, left)",
    inputs=lambda draw: {
        "gradient": draw.between(20, 200),
        "curvature": draw.between(0.8, 2),
        "lr": draw.between(0.02, 0.3),
        "steps": draw.whole(2, 9),
    },
    reference=thrown,
    hints=(
        both(zh="一步就是学习率乘梯度。", en="A step is the learning rate times the gradient."),
        both(
            zh="此后每步的梯度是曲率乘离谷底多远，每步剩下一个固定的比例。",
            en="After it every gradient is the curvature times the distance, and every step leaves a fixed part.",
        ),
        both(
            zh="每步剩下 `1 - lr * curvature`。",
            en="Every step leaves `1 - lr * curvature`.",
        ),
    ),
    wrong=(
        wrong(
            replaced(thrown, 0, lambda gradient, curvature, lr, steps: gradient),
            zh="一步不是梯度，是学习率乘梯度。",
            en="A step is not the gradient; it is the learning rate times the gradient.",
            credit=0.5,
        ),
        wrong(
            lambda gradient, curvature, lr, steps: thrown(gradient, 1.0, lr, steps),
            zh="往回走，每步剩下多少要看曲率。",
            en="On the way back, what a step leaves depends on the curvature.",
            credit=0.5,
        ),
        wrong(
            lambda gradient, curvature, lr, steps: thrown(gradient, curvature, lr, steps + 1),
            zh="多走了一步：被咬的那一步不算在 `steps` 里。",
            en="One step too many: the step that throws it does not count among the `steps`.",
            credit=0.5,
        ),
        wrong(
            swapped(thrown),
            zh="次序反了：先是被咬出多远，后是还剩多远。",
            en="The order is reversed: first how far it is thrown, then what is left.",
            credit=0.5,
        ),
    ),
)


# The limit above, from a Hessian


def limit_of(hessian, momentum):
    return stability_limit(sharpness_of(torch.tensor(hessian, dtype=torch.float64)), momentum)


def tilted(draw):
    """Two parameters that have to do with each other, and one momentum of every kind."""
    momentum = (0.0, draw.between(0.3, 0.6), draw.between(0.8, 0.95))[draw.case % 3]
    steep, flat, shared = draw.between(4, 9), draw.between(1, 3), draw.between(1, 2)
    return {"hessian": [[flat, -shared], [-shared, steep]], "momentum": momentum}


def eigenvalues(hessian):
    (a, b), (_, c) = hessian
    middle, half = (a + c) / 2, math.hypot((a - c) / 2, b)
    return middle - half, middle + half


LIMIT = Task(
    id="stability_limit_from_hessian",
    points=3,
    kind="implementation",
    title=both(zh="从海森矩阵到上界", en="From the Hessian to the limit"),
    prompt=both(
        zh="损失是两个参数的二次函数，`hessian` 是 2 行 2 列的海森矩阵 $H$，对称。动量系数是 `momentum`，0 就是梯度下降。\n\n返回学习率的上界：再大，就飞出去。",
        en="The loss is a quadratic function of two parameters, and `hessian` is its Hessian $H$, symmetric, 2 by 2.\n"
        "The momentum coefficient is `momentum`; 0 is gradient descent.\n\n"
        "Return the upper limit of the learning rate, beyond which it flies off.",
    ),
    solution='''
def stability_limit_from_hessian(hessian, momentum):
    """The learning rate beyond which the heavy ball flies off."""
    ### BEGIN SOLUTION
    (a, b), (_, d) = hessian
    root = ((a + d) ** 2 - 4 * (a * d - b**2)) ** 0.5
    top = (a + d + root) / 2
    return (2 + 2 * momentum) / top
    ### END SOLUTION
''',
    inputs=tilted,
    reference=limit_of,
    hints=(
        both(
            zh="管得最紧的是最弯的方向，它不一定沿着哪个参数。",
            en="The most curved direction is the strictest, and it need not lie along a parameter.",
        ),
        both(
            zh="最大的特征值是锐度 $\\lambda_{\\max}$。2 行 2 列的，特征值是对角线的平均加减一个根号；也可以用 `numpy.linalg.eigvalsh`。",
            en="The sharpness is the largest eigenvalue, $\\lambda_{\\max}$. For 2 by 2, the eigenvalues are the mean of the diagonal plus and minus a root; `numpy.linalg.eigvalsh` will do as well.",
        ),
        both(
            zh="动量法的上界是 $2(1+\\beta)/\\lambda_{\\max}$。",
            en="With momentum the limit is $2(1+\\beta)/\\lambda_{\\max}$.",
        ),
    ),
    wrong=(
        wrong(
            lambda hessian, momentum: 2 * (1 + momentum) / max(hessian[0][0], hessian[1][1]),
            zh="你取了对角线上最大的：两个参数有牵连，最弯的方向斜着。",
            en="You took the largest entry of the diagonal: the parameters are coupled, and the most curved direction lies at an angle.",
            credit=0.5,
        ),
        wrong(
            lambda hessian, momentum: 2 * (1 + momentum) / eigenvalues(hessian)[0],
            zh="这是最平的方向的界；最弯的先飞。",
            en="This is the limit of the flattest direction; the most curved one flies off first.",
        ),
        wrong(
            lambda hessian, momentum: 2 / eigenvalues(hessian)[1],
            zh="动量没有用上。",
            en="Momentum is missing.",
            credit=0.5,
        ),
        wrong(
            lambda hessian, momentum: (1 + momentum) / eigenvalues(hessian)[1],
            zh="这里只有一半：没有动量，界是 $2/\\lambda_{\\max}$，不是 $1/\\lambda_{\\max}$。",
            en="This is half of it: without momentum the limit is $2/\\lambda_{\\max}$, not $1/\\lambda_{\\max}$.",
            credit=0.5,
        ),
        wrong(
            lambda hessian, momentum: 2 / eigenvalues(hessian)[1] / (1 - momentum),
            zh="$1/(1-\\beta)$ 说的是一个梯度最后挪多远；飞不飞，要看来回跳的那个根。",
            en="$1/(1-\\beta)$ says how far one gradient leads in the end; whether it flies off is a matter of the root that alternates.",
        ),
        wrong(
            lambda hessian, momentum: 2 * (1 + momentum) / sum(eigenvalues(hessian)),
            zh="分母是特征值之和；要的是最大的那一个。",
            en="Your denominator is the sum of the eigenvalues; what counts is the largest.",
        ),
    ),
)


# The unit with momentum

SAME_WAY = Task(
    id="rate_with_momentum",
    points=1,
    title=both(zh="加了动量，学习率换成多少？", en="Momentum added: which rate?"),
    prompt=both(
        zh="不加动量，学习率 `lr` 正好。加上动量，系数 `momentum`，学习率换成多少，一个梯度最后挪的才一样远？动量法每步记 $u\\leftarrow\\beta u+g$，走 $-\\eta u$。",
        en="Without momentum the learning rate `lr` is right.\n"
        "With momentum of coefficient `momentum`, which rate moves the parameters as far for one gradient, in the end?\n"
        "Each step keeps $u\\leftarrow\\beta u+g$ and moves by $-\\eta u$.",
    ),
    solution='''
def rate_with_momentum(lr, momentum):
    """The learning rate with momentum that goes as far as lr without."""
    ### BEGIN SOLUTION
    return lr - lr * momentum
    ### END SOLUTION
''',
    inputs=lambda draw: {"lr": draw.between(0.05, 0.8), "momentum": draw.between(0.55, 0.98)},
    reference=lambda lr, momentum: lr * (1 - momentum),
    hints=(
        both(
            zh="一个梯度进了速度，以后每步还留下一部分，全加起来是多少？",
            en="One gradient enters the velocity, and a part of it stays at every later step: what do they add up to?",
        ),
        both(
            zh="$1+\\beta+\\beta^2+\\cdots=1/(1-\\beta)$。",
            en="$1+\\beta+\\beta^2+\\cdots=1/(1-\\beta)$.",
        ),
        both(
            zh="新的学习率乘上这个和，要等于 `lr`。",
            en="The new rate times this sum must be `lr`.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, momentum: lr / (1 - momentum),
            zh="反了：动量把每个梯度放大，学习率要小。",
            en="The other way round: momentum enlarges every gradient, so the rate must be smaller.",
        ),
        wrong(
            lambda lr, momentum: lr * momentum,
            zh="乘的是留下的比例；该乘 1 减它。",
            en="You multiply by the part that stays; it is 1 minus that.",
            credit=0.5,
        ),
        wrong(
            lambda lr, momentum: lr * (1 + momentum),
            zh="$1+\\beta$ 是二次函数上界的倍数；这里问的是一个梯度挪多远。",
            en="$1+\\beta$ belongs to the limit on a quadratic; the question is how far one gradient leads.",
        ),
    ),
)


# Which limit?


def histories(draw):
    """Just arrived, flown off, too slow; then a leap that comes back, and one that does not."""
    level, long = 0.1, [2.3 * 0.93**t for t in range(60)]
    falling = long[:45]
    slow = [2.3 - 0.01 * t for t in range(60)]
    leap = [*long[:30], *(40 * 0.8**t for t in range(10)), *long[30:]]
    flown = [2.3, *(9 - 0.1 * t for t in range(30))]
    late = [*long[:50], *(0.09 * 1.5**t for t in range(20))]
    kinds = (falling, flown, slow, leap, late)
    noise = 1 + draw.between(0, 0.02)
    return {"losses": [noise * value for value in kinds[draw.case % 5]], "level": level}


def judged(losses, level):
    if losses[-1] <= level:
        return 0
    return 1 if losses[-1] > losses[0] else 2


def rising(losses):
    return any(after > before for before, after in pairwise(losses))


WHICH = Task(
    id="which_limit",
    points=2,
    title=both(zh="碰到的是哪道界？", en="Which limit was it?"),
    prompt=both(
        zh="每步看全部样本，学习率不变，`losses` 是每步的损失，不会有 `nan`。走完了，损失要降到 `level`。\n\n返回 0：到了；1：最后比开头还高，碰的是上面那道界；2：都不是，还在半路，碰的是下面那道界，步数不够。",
        en="Every step sees all examples, at one rate; `losses` holds the loss at every step, never `nan`.\n"
        "At the end the loss should be down to `level`.\n\n"
        "Return 0 where it is; 1 where it ends higher than it began: the limit above; 2 otherwise, still on its way: the limit below, too few steps.",
    ),
    solution='''
def which_limit(losses, level):
    """0 arrived, 1 the limit above, 2 the limit below."""
    ### BEGIN SOLUTION
    first, last = losses[0], losses[-1]
    if last > max(first, level):
        return 1
    return 2 if last > level else 0
    ### END SOLUTION
''',
    inputs=histories,
    reference=judged,
    hints=(
        both(
            zh="中间跳起来，不等于飞了。先看最后停在哪里。",
            en="A leap on the way does not mean that it flew off. First see where it ends.",
        ),
        both(
            zh="最后降到了没有？没有的话，和开头比。",
            en="Is it down at the end? If not, compare with the beginning.",
        ),
        both(
            zh="要比的只有三个数：`losses` 的头一个、末一个，和 `level`。",
            en="Only three numbers matter: the first of `losses`, the last, and `level`.",
        ),
    ),
    wrong=(
        wrong(
            lambda losses, level: 1 if rising(losses) else judged(losses, level),
            zh="中间升过的，你都算飞了：跳起来又回来的，到得了。",
            en="You count every rise as flown off: a loss that leaps and returns can arrive.",
            credit=0.5,
        ),
        wrong(
            lambda losses, level: 0 if min(losses) <= level else judged(losses, level),
            zh="路上到过不算，要看最后；有的到过又飞走。",
            en="To have been there on the way is not enough: look at the end. Some come close and fly off.",
            credit=0.5,
        ),
        wrong(
            lambda losses, level: {0: 0, 1: 2, 2: 1}[judged(losses, level)],
            zh="两道界弄反了：步数不够的，是下面那道。",
            en="The limits are exchanged: too few steps is the one below.",
        ),
        wrong(
            lambda losses, level: 0 if losses[-1] <= level else 2,
            zh="飞出去的，再走多少步也到不了。",
            en="A run that flew off will not arrive, however many steps it has.",
            credit=0.5,
        ),
    ),
)

TASKS = (EPOCHS, OUTLIER, LIMIT, SAME_WAY, WHICH)
