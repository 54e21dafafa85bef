"""Exercises on rates that fall, and on what noise leaves under them, declared once.

Book: learning_rates/decay
"""

from dlnotes.convergence.noise import noise_floor, noise_variance
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import scaled
from dlnotes.learning_rates.decay import step_decay
from dlnotes.learning_rates.noisy_bowl import best_rates

TITLE = both(zh="为什么越走越小？", en="Why take ever smaller steps?")


# A staircase, by the epoch


def stairs_given(draw):
    every, passed = draw.whole(4, 7), draw.whole(2, 4)
    inside = (0, every - 1, every // 2)[draw.case % 3]
    return {"peak": draw.between(0.1, 0.8), "every": every, "epoch": every * passed + inside}


def on_stair(peak, every, epoch):
    return step_decay(epoch, lr=peak, every=every)


STAIR = Task(
    id="rate_on_a_stair",
    points=1,
    title=both(zh="第几级台阶？", en="Which stair?"),
    prompt=both(
        zh="学习率从 `peak` 起，每 `every` 轮减半；轮从 0 数起。第 `epoch` 轮用多大的学习率？\n\n例如从 0.1 起、每 5 轮减半，第 17 轮是 0.0125。",
        en="The learning rate begins at `peak` and is halved every `every` epochs; epochs count from 0.\n"
        "Which rate does epoch `epoch` use?\n\nFor instance, from 0.1, halved every 5 epochs, epoch 17 has 0.0125.",
    ),
    solution='''
def rate_on_a_stair(peak, every, epoch):
    """The learning rate of an epoch, halved every so many epochs."""
    ### BEGIN SOLUTION
    for _ in range(epoch // every):
        peak = peak / 2
    return peak
    ### END SOLUTION
''',
    inputs=stairs_given,
    reference=on_stair,
    hints=(
        both(
            zh="先数一数，到这一轮为止减过几次。",
            en="First count how often it has been halved by then.",
        ),
        both(
            zh="次数是轮数除以每级的轮数，只要整数部分。",
            en="That is the number of epochs over the length of a stair, the whole part only.",
        ),
        both(
            zh="减半几次，就乘几个 $1/2$：$\\eta_0\\,(1/2)^{\\lfloor t/n\\rfloor}$。",
            en="Halved so often means as many factors of $1/2$: $\\eta_0\\,(1/2)^{\\lfloor t/n\\rfloor}$.",
        ),
    ),
    wrong=(
        wrong(
            lambda peak, every, epoch: peak * 0.5 ** (epoch / every),
            zh="这是指数衰减，每轮都小一点；阶梯在一级之内不变，次数要取整。",
            en="This is exponential decay, a little less every epoch; a stair is level, so take whole numbers.",
            credit=0.5,
        ),
        wrong(
            lambda peak, every, epoch: on_stair(peak, every, epoch + 1),
            zh="早了一轮：轮从 0 数起，第 `every` 轮才头一次减半。",
            en="One epoch early: they count from 0, and epoch `every` is the first that is halved.",
            credit=0.5,
        ),
        wrong(
            lambda peak, every, epoch: on_stair(peak, every, epoch - 1),
            zh="晚了一轮：走满 `every` 轮，下一轮就减半。",
            en="One epoch late: after `every` epochs the very next one is halved.",
            credit=0.5,
        ),
        wrong(
            lambda peak, every, epoch: peak / (2 * (epoch // every)),
            zh="减半几次是乘几个 $1/2$，不是除以 2 的几倍。",
            en="Halving so often multiplies by as many halves; it does not divide by a multiple of 2.",
        ),
    ),
)


# Two floors


def floors_given(draw):
    curvature = draw.between(0.5, 2)
    high = draw.between(0.5, 0.9) / curvature
    return {"high": high, "low": high / draw.between(3, 6), "curvature": curvature}


def floor_ratio(high, low, curvature):
    return noise_variance(high, curvature, 1) / noise_variance(low, curvature, 1)


RATIO = Task(
    id="floors_apart",
    points=1,
    title=both(zh="底差几倍？", en="How far apart are the floors?"),
    prompt=both(
        zh="抛物线 $\\lambda x^2/2$，`curvature` 是 $\\lambda$，梯度带噪声。学习率一直用 `high`，$x^2$ 的平均停在一个数上；一直用 `low`，停在另一个。前一个是后一个的几倍？\n\n例如 $\\lambda=1$，0.2 对 0.05：4.33 倍。",
        en="The parabola $\\lambda x^2/2$, `curvature` for $\\lambda$, with noise in the gradient.\n"
        "At a constant rate `high` the mean of $x^2$ settles at one number, at `low` at another.\nHow many times as large is the first as the second?\n\nFor instance, $\\lambda=1$, 0.2 against 0.05: 4.33.",
    ),
    solution='''
def floors_apart(high, low, curvature):
    """How many times as high the mean square stays at the higher rate."""
    ### BEGIN SOLUTION
    return high / low * (2 - low * curvature) / (2 - high * curvature)
    ### END SOLUTION
''',
    inputs=floors_given,
    reference=floor_ratio,
    hints=(
        both(
            zh="停下来的时候，走一步前后的平均相等。",
            en="Where it has settled, the mean is the same before and after a step.",
        ),
        both(
            zh="$a=(1-\\eta\\lambda)^2a+\\eta^2\\sigma^2$ 给出 $a=\\eta\\sigma^2/(\\lambda(2-\\eta\\lambda))$。",
            en="$a=(1-\\eta\\lambda)^2a+\\eta^2\\sigma^2$ gives $a=\\eta\\sigma^2/(\\lambda(2-\\eta\\lambda))$.",
        ),
        both(
            zh="两个一除，噪声约掉；$2-\\eta\\lambda$ 约不掉。",
            en="Divide one by the other: the noise cancels, $2-\\eta\\lambda$ does not.",
        ),
    ),
    wrong=(
        wrong(
            lambda high, low, curvature: high / low,
            zh="学习率很小的时候才差不多是这样；这里 $\\eta\\lambda$ 和 2 比不小。",
            en="About true for small rates only; here $\\eta\\lambda$ is not small beside 2.",
            credit=0.5,
        ),
        wrong(
            lambda high, low, curvature: 1 / floor_ratio(high, low, curvature),
            zh="颠倒了：学习率大的在上面。",
            en="Upside down: the higher rate belongs on top.",
            credit=0.5,
        ),
        wrong(
            lambda high, low, curvature: (high / low) ** 2,
            zh="一步的噪声是平方，可前面各步的也还留着，加起来只剩一次方。",
            en="One step's noise is a square, but what earlier steps left adds up, and one power remains.",
        ),
    ),
)


# The best rates in one direction


def best_given(draw):
    return {
        "steps": draw.whole(4, 7),
        "curvature": draw.between(0.5, 2.5),
        "square": draw.between(1.5, 4),
        "noise": draw.between(0.4, 2),
    }


def best(steps, curvature, square, noise):
    return best_rates(steps, curvature=curvature, square=square, noise=noise).tolist()


def decayed(change):
    """The same list, each rate changed; `change(t, rate, given)` with t from 0."""

    def changed(steps, curvature, square, noise):
        given = {"curvature": curvature, "square": square, "noise": noise}
        rates = best(steps, **given)
        return [change(t, rate, rates[0], given) for t, rate in enumerate(rates)]

    return changed


BEST = Task(
    id="best_falling_rates",
    points=3,
    kind="implementation",
    title=both(zh="一个方向，步步最好", en="One direction, best at every step"),
    prompt=both(
        zh="抛物线 $\\lambda x^2/2$（`curvature`），梯度噪声的标准差是 `noise`，$x^2$ 的平均记作 $a$，开头是 `square`。每一步都取让下一个 $a$ 最小的学习率，走 `steps` 步。\n\n返回这 `steps` 个学习率，从头一步起，是一张表。",
        en="The parabola $\\lambda x^2/2$ (`curvature`), noise of standard deviation `noise` in the gradient, and $a$ for the mean of $x^2$, `square` at the start.\n"
        "At every step take the rate that makes the next $a$ smallest, for `steps` steps.\n\nReturn these `steps` rates as a list, the first step first.",
    ),
    solution='''
def best_falling_rates(steps, curvature, square, noise):
    """The learning rate of every step, each the best for the step."""
    ### BEGIN SOLUTION
    rates, a = [], square
    for _ in range(steps):
        rate = curvature * a / (curvature**2 * a + noise**2)
        rates.append(rate)
        a = (1 - rate * curvature) ** 2 * a + rate**2 * noise**2
    return rates
    ### END SOLUTION
''',
    inputs=best_given,
    reference=best,
    hints=(
        both(
            zh="一步把 $a$ 变成什么？它是学习率的抛物线，最低在哪里？",
            en="What does a step make of $a$? It is a parabola in the rate: where is it lowest?",
        ),
        both(
            zh="$\\eta=\\lambda a/(\\lambda^2a+\\sigma^2)$，取了它再把 $a$ 换成下一个。",
            en="$\\eta=\\lambda a/(\\lambda^2a+\\sigma^2)$; use it, then replace $a$ by the next one.",
        ),
        both(
            zh="循环里三件事：算学习率，记下来，更新 $a$。",
            en="Three things in the loop: compute the rate, note it down, update $a$.",
        ),
    ),
    wrong=(
        wrong(
            decayed(lambda t, rate, first, given: first),
            zh="每步都是头一个学习率：走完一步，$a$ 变小了，要重新算。",
            en="Every step has the first rate: after a step $a$ is smaller, and the rate must be computed anew.",
            credit=0.5,
        ),
        wrong(
            decayed(lambda t, rate, first, given: 1 / (given["curvature"] * (t + 1))),
            zh="这是没有噪声项的 $1/(\\lambda t)$：头一步就信了全部，没看噪声和开头有多远。",
            en="This is $1/(\\lambda t)$: its first step trusts the measurement fully and sees neither the noise nor how far the start is.",
            credit=0.5,
        ),
        wrong(
            decayed(
                lambda t, rate, first, given: first / (1 + given["curvature"] * first * (t + 1))
            ),
            zh="整体晚了一格：头一个学习率要用开头的 $a$，不是走了一步以后的。",
            en="All shifted by one: the first rate takes $a$ at the start, not after a step.",
            credit=0.5,
        ),
        wrong(
            lambda steps, curvature, square, noise: best(steps, curvature, square, noise**0.5),
            zh="噪声要平方：`noise` 是标准差，进来的是方差。",
            en="Square the noise: `noise` is a standard deviation, and what enters is its square.",
            credit=0.5,
        ),
        wrong(
            decayed(lambda t, rate, first, given: first / (1 + given["curvature"] * first) ** t),
            zh="你每步乘同一个数，是指数衰减；这里 $1/a$ 每步**加**同一个数。",
            en="You multiply by one number at every step, which is exponential decay; here every step **adds** one number to $1/a$.",
        ),
        wrong(
            decayed(lambda t, rate, first, given: rate * given["curvature"]),
            zh="差一个曲率：分子是 $\\lambda a$，分母是 $\\lambda^2a+\\sigma^2$。",
            en="Off by the curvature: $\\lambda a$ above, $\\lambda^2a+\\sigma^2$ below.",
            credit=0.5,
        ),
    ),
)


# The drop, predicted


def drop_given(draw):
    curvature = draw.between(0.6, 2)
    lr = draw.between(0.4, 0.9) / curvature
    return {
        "lr": lr, "factor": draw.between(0.1, 0.3), "steps": draw.whole(4, 9),
        "curvature": curvature, "noise": draw.between(0.5, 2),
    }  # fmt: skip


def after_drop(lr, factor, steps, curvature, noise, *, start=None):
    old = noise_floor(lr, curvature, noise) if start is None else start
    new, kept = noise_floor(factor * lr, curvature, noise), 1 - factor * lr * curvature
    return new + kept ** (2 * steps) * (old - new)


DROP = Task(
    id="after_the_drop",
    points=2,
    title=both(zh="降下去以后", en="After the drop"),
    prompt=both(
        zh="抛物线 $\\lambda x^2/2$（`curvature`），噪声的标准差是 `noise`。学习率 `lr` 走了很久，损失停在噪声底上。这时把学习率乘上 `factor`，再走 `steps` 步。先猜：已经到新的底了吗？\n\n返回这时损失的平均。",
        en="The parabola $\\lambda x^2/2$ (`curvature`) and noise of standard deviation `noise`.\n"
        "At the rate `lr` the loss has long settled on its noise floor; now the rate is multiplied by `factor`, and `steps` more steps follow.\nGuess first: is it on the new floor already?\n\nReturn the mean loss at this moment.",
    ),
    solution='''
def after_the_drop(lr, factor, steps, curvature, noise):
    """The mean loss some steps after the rate has been lowered on the noise floor."""
    ### BEGIN SOLUTION
    a = lr * noise**2 / (curvature * (2 - lr * curvature))
    for _ in range(steps):
        a = (1 - factor * lr * curvature) ** 2 * a + (factor * lr * noise) ** 2
    return curvature * a / 2
    ### END SOLUTION
''',
    inputs=drop_given,
    reference=after_drop,
    hints=(
        both(
            zh="从旧的底出发，一步一步走，每步都用新的学习率。",
            en="Begin on the old floor and go step by step, each with the new rate.",
        ),
        both(
            zh="旧的底上 $a=\\eta\\sigma^2/(\\lambda(2-\\eta\\lambda))$；一步是 $a\\to(1-\\eta\\lambda)^2a+\\eta^2\\sigma^2$。",
            en="On the old floor $a=\\eta\\sigma^2/(\\lambda(2-\\eta\\lambda))$; a step is $a\\to(1-\\eta\\lambda)^2a+\\eta^2\\sigma^2$.",
        ),
        both(
            zh="最后要的是损失：$\\lambda a/2$。",
            en="In the end comes the loss: $\\lambda a/2$.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, factor, steps, curvature, noise: noise_floor(factor * lr, curvature, noise),
            zh="这是新的底；走几步还到不了，旧的那份一步步才消。",
            en="This is the new floor; so few steps do not reach it, for what was left wears off step by step.",
            credit=0.5,
        ),
        wrong(
            lambda lr, factor, steps, curvature, noise: (
                (1 - factor * lr * curvature) ** (2 * steps) * noise_floor(lr, curvature, noise)
            ),
            zh="学习率小了，噪声还在：每步还要添 $\\eta^2\\sigma^2$。",
            en="The rate is smaller, yet the noise is still there: every step adds $\\eta^2\\sigma^2$.",
            credit=0.5,
        ),
        wrong(
            lambda lr, factor, steps, curvature, noise: after_drop(
                lr, factor, steps, curvature, noise, start=0.0
            ),
            zh="出发的地方不是谷底，是旧的噪声底。",
            en="It does not start at the bottom but on the old noise floor.",
        ),
        wrong(
            scaled(after_drop, lambda lr, factor, steps, curvature, noise: 2 / curvature),
            zh="这是 $x^2$ 的平均；要的是损失，再乘 $\\lambda/2$。",
            en="This is the mean of $x^2$; asked is the loss, so multiply by $\\lambda/2$.",
            credit=0.5,
        ),
    ),
)


# A schedule that was stepped too often, repaired


def repair_given(draw):
    batches, every = draw.whole(5, 9), draw.whole(2, 3)
    updates = every * batches * draw.whole(1, 3) + (-1, 0, batches)[draw.case % 3]
    return {"update": updates, "batches": batches, "lr": draw.between(0.2, 1), "every": every}


def by_epoch(update, batches, lr, every):
    return step_decay(update, lr=lr, every=every * batches)


REPAIR = Task(
    id="stepped_too_often",
    points=2,
    title=both(zh="按批降了，改成按轮", en="Stepped by the batch, mended"),
    prompt=both(
        zh="本想每 `every` 轮减半，写成了 `lr * 0.5 ** (update // every)`：每几批就减半，一轮没完就停在半路。一轮有 `batches` 批，`update` 是第几批，从 0 数起，跨轮接着数。\n\n改好：返回这一批该用的学习率。",
        en="Meant to halve every `every` epochs, somebody wrote `lr * 0.5 ** (update // every)`: it halves every few batches and stops on the way within an epoch.\n"
        "An epoch has `batches` batches; `update` is the number of the batch, counted from 0 on through all epochs.\n\nMend it: return the rate that this batch should use.",
    ),
    solution='''
def stepped_too_often(update, batches, lr, every):
    """The learning rate of a batch, halved every so many epochs."""
    ### BEGIN SOLUTION
    epoch = update // batches
    return lr / 2 ** (epoch // every)
    ### END SOLUTION
''',
    inputs=repair_given,
    reference=by_epoch,
    hints=(
        both(
            zh="先算这一批在第几轮。",
            en="First find the epoch of this batch.",
        ),
        both(
            zh="轮数是批数除以一轮的批数，取整；减半的次数再从轮数来。",
            en="It is the number of the batch over the batches of an epoch, rounded down; the halvings follow from the epoch.",
        ),
        both(
            zh="两次取整：先到轮，再到第几级。",
            en="Round down twice: to the epoch, then to the stair.",
        ),
    ),
    wrong=(
        wrong(
            lambda update, batches, lr, every: lr * 0.5 ** (update // every),
            zh="还是按批降的：`update` 数的是批，`every` 数的是轮。",
            en="It still falls by the batch: `update` counts batches, `every` counts epochs.",
        ),
        wrong(
            lambda update, batches, lr, every: lr * 0.5 ** (update // batches),
            zh="每轮都减半了；要每 `every` 轮一次。",
            en="It is halved every epoch; once in `every` epochs is meant.",
            credit=0.5,
        ),
        wrong(
            lambda update, batches, lr, every: lr * 0.5 ** (update / (every * batches)),
            zh="降得太匀了：一级之内不变，次数取整。",
            en="Too smooth: a stair is level, so round down.",
            credit=0.5,
        ),
        wrong(
            lambda update, batches, lr, every: by_epoch(update + 1, batches, lr, every),
            zh="早了一批：批从 0 数起，轮的最后一批还用旧的。",
            en="One batch early: they count from 0, and the last batch of an epoch keeps the old rate.",
            credit=0.5,
        ),
    ),
)

TASKS = (STAIR, RATIO, BEST, DROP, REPAIR)
