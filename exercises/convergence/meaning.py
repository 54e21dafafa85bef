"""Exercises on a first training and when it counts as converged, declared once.

Book: convergence/meaning
"""

import math

from dlnotes.convergence.descent import nudged
from dlnotes.convergence.stopping import first_step, has_stopped_improving, is_converged
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import off_by_one, scaled, swapped

TITLE = both(zh="什么才算收敛", en="what counts as converged")


# One step of a line


def points(draw):
    ys = draw.numbers(draw.whole(4, 6), 0.5, 4)
    return {
        "xs": [float(x) for x in range(len(ys))],
        "ys": ys,
        "b": draw.between(-1, 1),
        "w": draw.between(0.2, 1),
        "lr": draw.between(0.01, 0.1),
    }


def line_step(xs, ys, b, w, lr):
    def loss(b, w):
        return sum((b + w * x - y) ** 2 for x, y in zip(xs, ys, strict=True)) / len(xs)

    slopes = nudged(loss, (b, w), 1e-4)
    return b - lr * slopes[0], w - lr * slopes[1]


def moved(xs, ys, b, w, lr, *, mean=True, double=True, sign=-1.0, weigh=True, later=False):
    """One step with some part of it left out."""
    share = (1 / len(xs) if mean else 1.0) * (2 if double else 1)

    def slope(b, of):
        return share * sum((b + w * x - y) * of(x) for x, y in zip(xs, ys, strict=True))

    new = b + sign * lr * slope(b, lambda x: 1.0)
    return new, w + sign * lr * slope(new if later else b, lambda x: x if weigh else 1.0)


FIRST_LINE_STEP = Task(
    id="first_line_step",
    points=2,
    title=both(zh="直线挪一步", en="One step of a line"),
    prompt=both(
        zh="训练点的横坐标是 `xs`，高度是 `ys`，直线是 $b+wx$，损失是差的平方的平均。从 `b`、`w` 出发，用学习率 `lr` 走一步，两个参数各变成多少？\n\n"
        "返回新的 `(b, w)`。",
        en="The training points lie at `xs` and have the heights `ys`; the line is $b+wx$, and the loss is the mean of the squared misses.\n"
        "Take one step from `b` and `w` with the learning rate `lr`.\nWhat do the two parameters become?\n\n"
        "Return the new `(b, w)`.",
    ),
    solution='''
def first_line_step(xs, ys, b, w, lr):
    """Intercept and slope after one step, as (b, w)."""
    ### BEGIN SOLUTION
    misses = [b + w * x - y for x, y in zip(xs, ys)]
    g_b = 2 * sum(misses) / len(xs)
    g_w = 2 * sum(miss * x for miss, x in zip(misses, xs)) / len(xs)
    return b - lr * g_b, w - lr * g_w
    ### END SOLUTION
''',
    returns="(b, w)",
    inputs=points,
    reference=line_step,
    hints=(
        both(
            zh="两个参数各拨一下，看损失变多快，这就是梯度：`(loss(b + h, w) - loss(b - h, w)) / (2 * h)`，`h` 取 0.0001，`w` 也一样。求导也行。",
            en="Nudge each parameter and see how fast the loss changes; that is the gradient: `(loss(b + h, w) - loss(b - h, w)) / (2 * h)` with `h` 0.0001, and likewise for `w`. A derivative will do too.",
        ),
        both(
            zh="每个点的 $(b+wx-y)^2$，对 $b$ 求导是 $2(b+wx-y)$，对 $w$ 求导还要乘 $x$。",
            en="The derivative of $(b+wx-y)^2$ is $2(b+wx-y)$ for $b$, and that times $x$ for $w$.",
        ),
        both(
            zh="各点平均，再乘 `lr`，从旧的参数里减掉；两个导数都用旧的 `b` 和 `w` 算。",
            en="Take the mean over the points, multiply by `lr`, subtract from the old parameters; both derivatives use the old `b` and `w`.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: moved(*given, sign=1.0),
            zh="损失变大了：梯度说的是往哪边升，要减去它。",
            en="The loss went up: the gradient says which way it rises, so subtract it.",
        ),
        wrong(
            lambda *given: moved(*given, double=False),
            zh="步子只有一半：平方求导，会多出一个 2。",
            en="Your step is half as long: the derivative of a square brings a 2.",
            credit=0.5,
        ),
        wrong(
            lambda *given: moved(*given, mean=False),
            zh="步子大了好几倍：损失是平均，不是总和。",
            en="Your step is several times too long: the loss is a mean, not a sum.",
            credit=0.5,
        ),
        wrong(
            lambda *given: moved(*given, weigh=False),
            zh="`w` 挪得和 `b` 一样多：斜率动一点，离 0 越远的点动得越多。",
            en="`w` moves as much as `b`: a change of the slope moves a point more, the further it lies from 0.",
        ),
        wrong(
            lambda *given: moved(*given, later=True),
            zh="算 `w` 的时候，`b` 已经改过了：两个导数要在同一个地方量。",
            en="By the time of `w` you have already changed `b`: measure both slopes at the same place.",
            credit=0.5,
        ),
        wrong(
            swapped(line_step),
            zh="次序反了：先截距，后斜率。",
            en="The order is reversed: intercept first, then slope.",
            credit=0.5,
        ),
    ),
)


# When will the gradient be small


def steps_of(start, rate, tol):
    lengths = [start]
    while lengths[-1] > tol:
        lengths.append(lengths[-1] * rate)
    return int(first_step(lambda seen: seen[-1] <= tol, lengths))


SMALL_GRADIENT_STEP = Task(
    id="small_gradient_step",
    points=1,
    title=both(zh="不跑，先算出来", en="Predict without running"),
    prompt=both(
        zh="一次训练里，梯度的长度从 `start` 开始，每走一步乘上 `rate`，它小于 1。裁判的规矩是：不超过 `tol` 就喊停。他在第几步喊？开始的时候是第 0 步，返回整数。",
        en="In a run, the length of the gradient begins at `start`, and every step multiplies it by `rate`, which is below 1.\n"
        "The referee calls stop once it is at most `tol`.\nAt which step?\n"
        "The start is step 0; return a whole number.",
    ),
    solution='''
def small_gradient_step(start, rate, tol):
    """The first step at which the length is at most tol."""
    ### BEGIN SOLUTION
    return math.ceil(math.log(start / tol) / -math.log(rate))
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "start": draw.between(3, 20),
        "rate": draw.between(0.7, 0.97),
        "tol": draw.decades(1e-4, 0.05),
    },
    reference=steps_of,
    hints=(
        both(
            zh="走 $t$ 步以后，长度乘了几次 `rate`？",
            en="After $t$ steps, how often has the length been multiplied?",
        ),
        both(
            zh="解 `start * rate ** t <= tol`，$t$ 是步数；两边取对数。`rate` 小于 1，对数是负的，除过去，不等号要掉头。",
            en="Solve `start * rate ** t <= tol`, where $t$ is the step; take logarithms. That of `rate`, below 1, is negative: dividing by it turns the inequality round.",
        ),
        both(
            zh="步数要整数，刚好不够也不行：往上取整。",
            en="Steps are whole, and nearly is not enough: round up.",
        ),
    ),
    wrong=(
        wrong(
            off_by_one(steps_of, -1),
            zh="早了一步：那时还比 `tol` 大一点。",
            en="One step early: it is still a little above `tol`.",
            credit=0.5,
        ),
        wrong(
            off_by_one(steps_of),
            zh="晚了一步：开始的时候是第 0 步。",
            en="One step late: the start is step 0.",
            credit=0.5,
        ),
        wrong(
            lambda start, rate, tol: math.ceil(-math.log(tol) / -math.log(rate)),
            zh="你让它从 1 开始：开头的长度是 `start`。",
            en="Yours begins at 1: the first length is `start`.",
        ),
        wrong(
            lambda start, rate, tol: math.ceil((1 - tol / start) / (1 - rate)),
            zh="你每步减去一样多。这里每步剩下的比例一样，越走减得越少。",
            en="You take the same amount off at every step. What stays the same here is the fraction left.",
        ),
    ),
)


# The first referee


def curve(draw):
    """Losses that settle: after a short rest, after one that is just long enough, from the start."""
    kind, window, floor = draw.case % 3, draw.whole(4, 8), draw.between(3, 6)
    height, rate = draw.between(5, 20), draw.between(0.6, 0.85)
    losses = [floor + height * rate**t for t in range(60)]
    losses = [loss * (1 + 0.002 * (-1) ** t) for t, loss in enumerate(losses)]
    if kind == 2:
        losses = [floor * (1 + 0.002 * (-1) ** t) for t in range(60)]
    rest = (window - 1, window, 1)[kind]
    losses[3:3] = [losses[3]] * (rest - 1)
    return {"losses": losses, "window": window, "tol": draw.between(0.006, 0.03)}


def settled(losses, window, tol):
    return int(first_step(lambda seen: is_converged(seen, window, tol), losses))


def settles(losses, window, tol, *, test):
    """The first step at which a test of the last losses holds."""
    steps = range(window - 1, len(losses))
    return next((t for t in steps if test(losses[t - window + 1 : t + 1], tol)), -1)


def by(test):
    return lambda losses, window, tol: settles(losses, window, tol, test=test)


SETTLED_STEP = Task(
    id="settled_step",
    points=3,
    kind="implementation",
    title=both(zh="第一位裁判", en="The first referee"),
    prompt=both(
        zh="`losses` 是第 0 步、第 1 步……的损失。每走一步，裁判看最近的 `window` 个，包括眼下这个：最大和最小相差不超过平均的 `tol` 倍，他就喊停。没有 `window` 个可看，就不喊。\n\n"
        "返回他在第几步喊停；题里的曲线都等得到。",
        en="`losses` holds the loss at step 0, step 1 and so on.\n"
        "At every step the referee looks at the last `window` of them, the present one included, and calls stop where largest and smallest differ by at most `tol` times their mean.\n"
        "With fewer than `window` to look at, the referee says nothing.\n\n"
        "Return the step of the call; on every curve here there is one.",
    ),
    solution='''
def settled_step(losses, window, tol):
    """The first step at which the last losses are all alike."""
    ### BEGIN SOLUTION
    for t in range(window - 1, len(losses)):
        last = losses[t - window + 1 : t + 1]
        if max(last) - min(last) <= tol * sum(last) / window:
            return t
    ### END SOLUTION
''',
    inputs=curve,
    reference=settled,
    hints=(
        both(
            zh="一步一步走，每步只看已经见过的那几个。",
            en="Go step by step, and at each look only at what has been seen.",
        ),
        both(
            zh="第 $t$ 步看的是到它为止的 `window` 个；条件是 $\\max-\\min\\le$ `tol` 乘平均。",
            en="At step $t$ look at the `window` losses that end there; the condition is $\\max-\\min\\le$ `tol` times the mean.",
        ),
        both(
            zh="切片的末尾不算在内：要看到第 $t$ 步，就写到 $t+1$。从第 `window - 1` 步看起。",
            en="A slice leaves out its end: to see step $t$, write $t+1$. Begin at step `window - 1`.",
        ),
    ),
    wrong=(
        wrong(
            by(lambda last, tol: abs(last[-1] - last[-2]) <= tol * sum(last) / len(last)),
            zh="你只比了最近两个：曲线歇一步，也会被当成停了。",
            en="You compare the last two only: a curve that rests for one step passes as settled.",
        ),
        wrong(
            by(lambda last, tol: max(last) - min(last) <= tol),
            zh="相差多少，你没有和平均比：损失放大 10 倍，裁判不该改口。",
            en="You do not measure the difference by the mean: a loss 10 times as large must not change the call.",
            credit=0.5,
        ),
        wrong(
            off_by_one(settled),
            zh="晚了一步：眼下这一步也在看的范围里。",
            en="One step late: the present step is among those looked at.",
            credit=0.5,
        ),
        wrong(
            lambda losses, window, tol: settled(losses, window, tol) - window + 1,
            zh="这是那一段开始的地方。裁判要看完这一段，才喊得出来。",
            en="This is where the stretch begins. The referee can only call when it is complete.",
            credit=0.5,
        ),
        wrong(
            lambda losses, window, tol: settled(losses, window + 1, tol),
            zh="你多看了一个：切片里正好 `window` 个吗？",
            en="You look at one too many: does the slice hold exactly `window`?",
            credit=0.5,
        ),
        wrong(
            by(lambda last, tol: max(last) - min(last) <= tol * sum(last)),
            zh="你比的是总和，不是平均，规矩就松了好几倍。",
            en="You compare with the sum, not the mean, which makes the rule several times looser.",
        ),
    ),
)


# The third referee


def validation(draw):
    """Losses that fall, pause, fall a little further and rise; or rise from the start."""
    length = draw.whole(8, 14)
    patience = draw.whole(4, 6)
    falling = [3 * 0.8**t + draw.between(0, 0.02) for t in range(length)]
    pause = [falling[-1] + draw.between(0.02, 0.1) for _ in range(patience - 1)]
    low = falling[-1] - draw.between(0.01, 0.03)
    rising = [low + 0.1 + 0.02 * t + 0.04 * (-1) ** t for t in range(15)]
    early = [] if draw.case % 3 == 2 else [*falling, *pause]
    return {"losses": [*early, low, *rising], "patience": patience}


def stopping_step(losses, patience):
    stop = int(first_step(lambda seen: has_stopped_improving(seen, patience), losses))
    seen = losses[: stop + 1]
    return seen.index(min(seen)), stop


def rises(losses, patience):
    """Stops after so many rises in a row, whatever the best was."""
    count = 0
    for t in range(1, len(losses)):
        count = count + 1 if losses[t] > losses[t - 1] else 0
        if count == patience:
            return losses.index(min(losses[: t + 1])), t
    return -1, -1


def never_forgiven(losses, patience):
    """Counts steps without a new best, and goes on counting after one."""
    best, bad = 0, 0
    for t in range(1, len(losses)):
        best, bad = (t, bad) if losses[t] < losses[best] else (best, bad + 1)
        if bad == patience:
            return best, t
    return -1, -1


VALIDATION_STOP = Task(
    id="validation_stop",
    points=3,
    kind="implementation",
    title=both(zh="第三位裁判", en="The third referee"),
    prompt=both(
        zh="`losses` 是每一步的验证损失，从第 0 步起。连着 `patience` 步没有比最好的更低，裁判就喊停。返回 `(best, stop)`：那时最好的是哪一步，喊停的是哪一步。题里的曲线都等得到。",
        en="`losses` holds the validation loss of every step, from step 0.\n"
        "The referee calls stop after `patience` steps in a row without a new lowest loss.\n"
        "Return `(best, stop)`: the step of the lowest loss so far, and the step of the call; on every curve here there is one.",
    ),
    solution='''
def validation_stop(losses, patience):
    """The best step and the step of the call, as (best, stop)."""
    ### BEGIN SOLUTION
    best = 0
    for t, loss in enumerate(losses):
        if loss < losses[best]:
            best = t
        if t - best == patience:
            return best, t
    ### END SOLUTION
''',
    returns="(best, stop)",
    inputs=validation,
    reference=stopping_step,
    hints=(
        both(
            zh="记住最好的那一步；别的都由它算。",
            en="Remember which step was best; the rest follows from it.",
        ),
        both(
            zh="喊停的条件是：眼下的步数减去最好的那一步，等于 `patience`。",
            en="The call comes where the present step less the best step is `patience`.",
        ),
        both(
            zh="一有新低就更新最好的那一步，等待也从头数起；后面的曲线再低，喊停的时候也看不见。",
            en="A new low moves the best step, and the waiting begins anew; however low the curve gets later, at the call it has not been seen.",
        ),
    ),
    wrong=(
        wrong(
            rises,
            zh="你数的是连着上升几步。没有新低就算，不一定要一直升。",
            en="You count rises in a row. Any step without a new low counts, rising or not.",
        ),
        wrong(
            never_forgiven,
            zh="出了新低，等待没有从头数起。",
            en="After a new low, the waiting must begin anew.",
        ),
        wrong(
            lambda losses, patience: (stopping_step(losses, patience)[0],) * 2,
            zh="两个数一样了：最好的那一步，要再等 `patience` 步才看得出来。",
            en="Both numbers are the same: that a step was best shows only `patience` steps later.",
            credit=0.5,
        ),
        wrong(
            off_by_one(stopping_step, at=1),
            zh="晚了一步：正好等满 `patience` 步就喊。",
            en="One step late: the call comes when exactly `patience` steps have gone by.",
            credit=0.5,
        ),
        wrong(
            off_by_one(stopping_step, -1, at=1),
            zh="早了一步：新低那一步本身不算在等待里。",
            en="One step early: the step of the new low is not part of the waiting.",
            credit=0.5,
        ),
        wrong(
            swapped(stopping_step),
            zh="次序反了：先最好的，后喊停的。",
            en="The order is reversed: first the best step, then the call.",
            credit=0.5,
        ),
        wrong(
            lambda losses, patience: stopping_step(losses, patience - 1),
            zh="少等了一步，歇一口气也当成了停：`patience` 是几，就等几步。",
            en="You wait one step less, and a pause passes as the end: `patience` is how many to wait.",
        ),
    ),
)


# What the curve and the gradient say together


def case_of(draw):
    """A run of one of five kinds, by the number of the case."""
    kind, low = draw.case % 5, draw.between(0.2, 0.8)
    losses = {
        0: [low + 2 * 0.97**t for t in range(40)],
        1: [low + 2 * 0.75**t for t in range(40)],
        2: [low + 2 + 0.001 * (-1) ** t for t in range(40)],
        3: [low * 10.4 ** (t / 39) for t in range(40)],
        4: [low * 9.6 ** (t / 39) for t in range(40)],
    }[kind]
    gradient = {0: 0.05, 1: 0.001}.get(kind) or draw.between(1, 5)
    return {"losses": losses, "gradient": gradient, "window": 10, "tol": 0.01}


def verdict(losses, gradient, window, tol):
    if losses[-1] > 10 * losses[0]:
        return 3
    if not is_converged(losses, window, tol):
        return 0
    return 1 if gradient <= tol else 2


def blind(losses, gradient, window, tol):
    return 1 if is_converged(losses, window, tol) else 0


RUN_VERDICT = Task(
    id="run_verdict",
    points=2,
    title=both(zh="给曲线看病", en="Diagnose a curve"),
    prompt=both(
        zh="`losses` 是一次训练从头到尾的损失，`gradient` 是最后一步的梯度长度。按次序问，返回头一个对上的数：\n\n"
        "- 3：发散了，最后的损失超过开头的 10 倍；\n"
        "- 0：没发散，可损失还在变：最近 `window` 个里，最大和最小相差超过平均的 `tol` 倍；\n"
        "- 1：损失不变了，梯度也不超过 `tol`；\n"
        "- 2：损失不变了，梯度却不小：平了，没完。",
        en="`losses` are those of a whole run, `gradient` is the length of the gradient at its last step.\nAsk in this order, and return the first number that fits:\n\n"
        "- 3: diverged, the last loss is more than 10 times the first;\n"
        "- 0: not diverged, but still changing: among the last `window`, largest and smallest differ by more than `tol` times the mean;\n"
        "- 1: the loss has settled, and the gradient is at most `tol`;\n"
        "- 2: the loss has settled, and the gradient is not small: flat, and not finished.",
    ),
    solution='''
def run_verdict(losses, gradient, window, tol):
    """3 diverged, 0 still changing, 1 settled, 2 flat but not finished."""
    ### BEGIN SOLUTION
    if losses[-1] > 10 * losses[0]:
        return 3
    last = losses[-window:]
    if max(last) - min(last) > tol * sum(last) / window:
        return 0
    return 1 if gradient <= tol else 2
    ### END SOLUTION
''',
    inputs=case_of,
    reference=verdict,
    hints=(
        both(
            zh="先问飞没飞，再问变不变，最后才问梯度。",
            en="First ask whether it ran away, then whether it still changes, and only then about the gradient.",
        ),
        both(
            zh="最近的几个用 `losses[-window:]` 取；$\\max-\\min$ 和 `tol` 乘平均比。",
            en="`losses[-window:]` gives the last ones; compare $\\max-\\min$ with `tol` times the mean.",
        ),
        both(
            zh="损失不变了，还分两种，只有梯度分得开。",
            en="A loss that has settled comes in two kinds, and only the gradient tells them apart.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: min(verdict(*given), 1) if verdict(*given) < 3 else 3,
            zh="平的你都算完了：梯度还长，就没到谷底。",
            en="You call every flat curve finished: while the gradient is long, this is not the bottom.",
        ),
        wrong(
            lambda *given: 0 if verdict(*given) == 3 else verdict(*given),
            zh="飞走的你算成了还在变：等下去没有用，要降学习率。",
            en="You take a run that flies off for one that still changes: waiting is no help, lower the learning rate.",
        ),
        wrong(
            blind,
            zh="你只看了损失变不变：发散没有单说，梯度也没有看。",
            en="You only ask whether the loss changes: divergence is not told apart, and the gradient goes unused.",
        ),
        wrong(
            scaled(verdict, -1),
            zh="四种结果是 0、1、2、3，没有负数。",
            en="The four results are 0, 1, 2 and 3, none of them negative.",
        ),
    ),
)

TASKS = (FIRST_LINE_STEP, SMALL_GRADIENT_STEP, SETTLED_STEP, VALIDATION_STOP, RUN_VERDICT)
