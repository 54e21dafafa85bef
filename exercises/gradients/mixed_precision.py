"""Exercises on few bits and small pieces: what is stored, where a sum stops, in which order.

Book: gradients/mixed_precision
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.gradients.clipping import by_norm
from dlnotes.gradients.precision import FP16, LossScaler, rounded
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import replaced, swapped

TITLE = both(zh="累积与混合精度", en="Accumulation and mixed precision")


# Through fp16 and back


def tiny(draw):
    """Lost, short of digits, and whole, once scaled."""
    power = (0, 4, 12)[draw.case % 3]
    grid = (2.0**-24, 2.0**-24, 2.0**-22)[draw.case % 3]
    whole = (0, draw.whole(20, 60), draw.whole(1025, 1900))[draw.case % 3]
    rest = draw.between(0.1, 0.45) if power == 0 else draw.between(0.55, 0.95)
    return {"g": (whole + rest) * grid / 2**power * (1, -1)[draw.case % 2], "power": power}


def in_fp16(x, near=round, lowest=-14):
    exponent = max(math.floor(math.log2(abs(x))), lowest)
    spacing = 2.0 ** (exponent - 10)
    return near(x / spacing) * spacing


def there_and_back(g, power):
    stored = rounded(torch.tensor(g * 2.0**power, dtype=torch.float64), FP16).item()
    return stored, stored / 2.0**power


def slipped(g, power, **slip):
    stored = in_fp16(g * 2.0**power, **slip)
    return stored, stored / 2.0**power


FP16_THERE_AND_BACK = Task(
    id="fp16_there_and_back",
    points=1,
    title=both(zh="存一次，除回来", en="Stored, and divided again"),
    prompt=both(
        zh="真梯度是 `g`，损失乘了 2 的 `power` 次方。返回两个数：fp16 里存的是多少，除回来是多少。fp16 的小数部分 10 位，指数最小 $-14$；不会溢出，不用 torch。",
        en="The true gradient is `g`; the loss was multiplied by 2 to the `power`.\n"
        "Return two numbers: what fp16 stores, and what is left after dividing.\n"
        "fp16 has 10 bits of fraction and a lowest exponent of $-14$; nothing overflows, and torch is not needed.",
    ),
    solution='''
def fp16_there_and_back(g, power):
    """What fp16 stores of the scaled gradient, and that divided by the scale."""
    ### BEGIN SOLUTION
    big = g * 2.0**power
    floor = math.floor(math.log2(abs(big)))
    grid = 2.0 ** (max(floor, -14) - 10)
    kept = round(big / grid) * grid
    return kept, kept / 2.0**power
    ### END SOLUTION
''',
    returns="(stored, divided)",
    inputs=tiny,
    reference=there_and_back,
    hints=(
        both(
            zh="存，就是取最近的一格。这里一格多宽？",
            en="To store is to take the nearest point of the grid. How wide is the grid here?",
        ),
        both(
            zh="指数是以 2 为底的对数往下取整，不低于 $-14$；格距是 2 的（指数减 10）次方。",
            en="The exponent is the logarithm to base 2, rounded down, and not below $-14$; the spacing is 2 to the exponent minus 10.",
        ),
        both(
            zh="先乘 `2**power`，再除以格距、四舍五入、乘回格距；第二个数再除以 `2**power`。",
            en="Multiply by `2**power` first, divide by the spacing, round, multiply by it again; for the second number divide by `2**power`.",
        ),
    ),
    wrong=(
        wrong(
            lambda g, power: slipped(g, power, near=math.trunc),
            zh="你把零头截掉了。存是取最近的一格，过半要进。",
            en="You cut off what is left over. Storing takes the nearest point: beyond half, it goes up.",
            credit=0.5,
        ),
        wrong(
            lambda g, power: slipped(g, power, lowest=-1000),
            zh="你让格子一直变细：指数到 $-14$ 为止，再小，格距不变。",
            en="Your grid becomes ever finer: the exponent ends at $-14$, and below that the spacing stays.",
        ),
        wrong(
            lambda g, power: (there_and_back(g, 0)[0],) * 2,
            zh="你没有先乘：存的是放大了的梯度。",
            en="You did not multiply first: it is the scaled gradient that is stored.",
        ),
        wrong(
            replaced(there_and_back, 1, lambda g, power: there_and_back(g, power)[0]),
            zh="第二个数忘了除回来。",
            en="The second number is not divided again.",
            credit=0.5,
        ),
    ),
)


# Means of unequal pieces


def pieces(draw):
    counts = [draw.whole(1, 9) for _ in range(2)] + [draw.whole(12, 40)]
    return {"means": [round(draw.between(-3, 3), 3) for _ in counts], "counts": counts}


def both_means(means, counts, *, over=None, weight=lambda count: count):
    total = sum(mean * weight(count) for mean, count in zip(means, counts, strict=True))
    return total / (over or sum(counts)), sum(means) / len(means)


TWO_MEANS = Task(
    id="two_means",
    points=1,
    title=both(zh="两种平均", en="Two means"),
    prompt=both(
        zh="一批切成几份，`means` 是各份的平均梯度，`counts` 是各份的样本数。返回两个数：整批的平均梯度，和平均的平均。",
        en="A batch is cut in pieces; `means` are their mean gradients, `counts` how many examples each has.\n"
        "Return two numbers: the mean gradient of the whole batch, and the mean of means.",
    ),
    solution='''
def two_means(means, counts):
    """The mean over all examples, and the mean over the pieces."""
    ### BEGIN SOLUTION
    sums = [mean * count for mean, count in zip(means, counts)]
    return sum(sums) / sum(counts), sum(means) / len(means)
    ### END SOLUTION
''',
    returns="(whole, of_means)",
    inputs=pieces,
    reference=both_means,
    hints=(
        both(
            zh="从平均退回到和：和才可以直接加。",
            en="Go back from means to sums: sums may simply be added.",
        ),
        both(
            zh="一份的和，是平均乘个数；全部的和，除以全部的个数。",
            en="The sum of a piece is its mean times its count; divide the sum of all by the count of all.",
        ),
        both(
            zh="第二个数不看 `counts`，只除以有几份。",
            en="The second number does not look at `counts`; divide by the number of pieces.",
        ),
    ),
    wrong=(
        wrong(
            replaced(both_means, 0, lambda means, counts: sum(means) / len(means)),
            zh="两个数都是平均的平均：整批的平均，大的一份该多算。",
            en="Both are the mean of means: in the mean of the batch a larger piece counts for more.",
        ),
        wrong(
            swapped(both_means),
            zh="次序反了：先整批的，后平均的平均。",
            en="The order is reversed: first that of the batch, then the mean of means.",
            credit=0.5,
        ),
        wrong(
            lambda means, counts: both_means(means, counts, over=len(means)),
            zh="和要除以样本的总数，不是份数。",
            en="Divide the sum by the number of examples, not of pieces.",
            credit=0.5,
        ),
        wrong(
            lambda means, counts: both_means(means, counts, weight=lambda _: 1),
            zh="你把平均直接加了起来，再除以样本数：平均要先乘个数，才是和。",
            en="You add up the means and divide by the examples: a mean must be multiplied by its count to be a sum.",
            credit=0.5,
        ),
    ),
)


# Predict: where a sum in bf16 stops


def small_step(draw):
    return {"step": 2.0 ** draw.whole(-9, 3) * draw.between(1.05, 1.95)}


def stopped(step):
    """Adds the step again and again, each sum on bf16's grid, until it stays."""
    total = 0.0
    while True:
        after = total + step
        spacing = 2.0 ** (math.floor(math.log2(after)) - 7)
        after = round(after / spacing) * spacing
        if after == total:
            return total
        total = after


BF16_STOPS = Task(
    id="bf16_stops",
    points=2,
    title=both(zh="加到哪里不动了", en="Where the sum stops"),
    prompt=both(
        zh="从 0 起，一次次加 `step`，每次的和都存成 bf16（小数部分 7 位）。加到多大，就再也不动了？`step` 不是 2 的幂。不用真的去加。",
        en="From 0 on, `step` is added again and again, and every sum is stored in bf16, with 7 bits of fraction.\n"
        "At which sum does it stop for good?\n"
        "`step` is no power of 2.\nThere is no need to add.",
    ),
    solution='''
def bf16_stops(step):
    """The sum in bf16 that no longer moves."""
    ### BEGIN SOLUTION
    return 2.0 ** (8 + math.ceil(math.log2(step)))
    ### END SOLUTION
''',
    inputs=small_step,
    reference=stopped,
    hints=(
        both(
            zh="和越大，格距越宽。加上去的不到半格，会怎样？",
            en="The larger the sum, the wider the grid. What if less than half a spacing is added?",
        ),
        both(
            zh="2 的 $q$ 次方到下一个幂之间，格距是 $2^{q-7}$，半格是 $2^{q-8}$。",
            en="From 2 to the $q$ up to the next power the spacing is $2^{q-7}$, and half of it $2^{q-8}$.",
        ),
        both(
            zh="找最小的 $q$，使 $2^{q-8}$ 大于 `step`；和正好停在 $2^q$。",
            en="Find the lowest $q$ for which $2^{q-8}$ is above `step`; the sum stops at $2^q$ exactly.",
        ),
    ),
    wrong=(
        wrong(
            lambda step: stopped(step) / 2,
            zh="少了一半：不到**半格**才存没，不是不到一格。",
            en="Half of it: what is lost is less than **half** a spacing, not less than a spacing.",
            credit=0.5,
        ),
        wrong(
            lambda step: 256 * step,
            zh="停住的地方正好是 2 的幂：格距只在那里变宽。",
            en="It stops at a power of 2: only there the grid becomes wider.",
            credit=0.5,
        ),
        wrong(
            lambda step: 8 * stopped(step),
            zh="小数部分是 7 位，那是 bf16；你用了 fp16 的 10 位。",
            en="bf16 has 7 bits of fraction; you took the 10 of fp16.",
            credit=0.5,
        ),
    ),
)


# Implement: the scale that finds itself


def largest_ones(draw):
    """Good ones with an overflow or two, so that every count matters."""
    scale, interval = 2.0 ** draw.whole(12, 14), draw.whole(2, 3)
    good, bad = 60000 / scale / 8, 4 * 70000 / scale
    pattern = ("ggggbgggggg", "gbgggggggbg", "bbggggggggg", "gggggggggbg")[draw.case % 4]
    largest = [draw.between(0.5, 1) * good if each == "g" else 3 * bad for each in pattern]
    return {"largest": largest, "scale": scale, "interval": interval}


def by_library(largest, scale, interval):
    scaler, scales = LossScaler(scale, interval=interval), []
    for each in largest:
        stored = rounded(torch.tensor([each * scaler.scale], dtype=torch.float64), FP16)
        scaler.unscaled({"weight": stored})
        scales.append(scaler.scale)
    return scales


def found(largest, scale, interval, *, forget=True, again=True, up=2, down=2, late=0, counts=0):
    """Every scale, with a slip in the counting or in a factor."""
    good, scales = 0, []
    for each in largest:
        if each * scale > 65504:
            scale, good = scale / down, counts if forget else good
        else:
            good += 1
            if good == interval + late if again else good >= interval + late:
                scale, good = scale * up, 0 if again else good
        scales.append(scale)
    return scales


DYNAMIC_SCALE = Task(
    id="dynamic_scale",
    points=3,
    kind="implementation",
    title=both(zh="自己找到的放大倍数", en="A scale that finds itself"),
    prompt=both(
        zh="`largest` 是每一步真梯度里最大的数，放大倍数从 `scale` 起。乘了以后超过 65,504 算溢出：这一步不走，`scale` 减半。连着走成 `interval` 步，`scale` 加倍，重新数起。返回每一步之后的 `scale`，排成一列。",
        en="`largest` are the largest numbers of the true gradients, step by step; the factor starts at `scale`.\n"
        "A product above 65,504 counts as an overflow: that step is left out, and `scale` is halved.\n"
        "After `interval` good steps in a row `scale` is doubled, and counting begins anew.\n"
        "Return `scale` after every step, as a list.",
    ),
    solution='''
def dynamic_scale(largest, scale, interval):
    """The scale after every step."""
    ### BEGIN SOLUTION
    row, history = 0, []
    for biggest in largest:
        row = row + 1 if biggest * scale <= 65504 else 0
        if row == 0:
            scale = scale / 2
        elif row == interval:
            scale, row = scale * 2, 0
        history.append(scale)
    return history
    ### END SOLUTION
''',
    returns="[scale, ...]",
    inputs=largest_ones,
    reference=by_library,
    hints=(
        both(
            zh="要记两样：现在乘几，连着走成了几步。",
            en="Two things are kept: the scale, and how many good steps there were in a row.",
        ),
        both(
            zh="溢出，减半，计数归零；走成，计数加一，数满就加倍，也归零。",
            en="On overflow halve, and set the count to zero; else add one to the count, and when it is full double, and set it to zero.",
        ),
        both(
            zh="判断溢出用的是这一步开始时的 `scale`；记下的是这一步之后的。",
            en="An overflow is judged by the `scale` before the step; the list takes the one after it.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: found(*given, forget=False),
            zh="溢出以后没有重新数：要连着走成才算。",
            en="The count goes on after an overflow: the good steps must be in a row.",
            credit=0.5,
        ),
        wrong(
            lambda *given: found(*given, again=False),
            zh="加倍以后没有重新数，步步都加倍。",
            en="The count is not set back after doubling, so that every step doubles.",
            credit=0.5,
        ),
        wrong(
            lambda *given: found(*given, late=1),
            zh="晚了一步才加倍：数到 `interval` 就加。",
            en="Doubled one step late: do it when the count reaches `interval`.",
            credit=0.5,
        ),
        wrong(
            lambda *given: found(*given, counts=1),
            zh="溢出的那步你也数成了走成的一步。",
            en="You count the step that overflowed as a good one.",
            credit=0.5,
        ),
        wrong(
            lambda *given: found(*given, up=1),
            zh="只减不加：一次溢出以后，再也回不来。",
            en="It only falls: after an overflow it never comes back.",
        ),
        wrong(
            lambda *given: found(*given, down=1),
            zh="溢出了没有减半：梯度再这么大，还会溢出。",
            en="An overflow does not halve it: a gradient as large overflows again.",
        ),
        wrong(
            lambda largest, scale, interval: [scale, *found(largest, scale, interval)[:-1]],
            zh="你记下的是每一步之前的 `scale`，要的是之后的。",
            en="You list the scale before every step; asked is the one after it.",
            credit=0.5,
        ),
    ),
)


# Repair: clipped before dividing


def scaled_gradients(draw):
    """Too long, short enough, and with an overflow."""
    scale, bound = 2.0 ** draw.whole(6, 10), draw.between(0.5, 2)
    size = (3, 0.4, 2)[draw.case % 3]
    grads = [size * bound * scale * each * draw.between(0.8, 1.2) for each in (0.6, -0.6, 0.4)]
    if draw.case % 3 == 2:
        grads[draw.whole(0, 2)] = math.inf
    return {"grads": grads, "scale": scale, "bound": bound, "lr": draw.between(0.05, 0.5)}


def in_order(grads, scale, bound, lr):
    given = {"weight": torch.tensor(grads, dtype=torch.float64)}
    true = LossScaler(scale).unscaled(given)
    if true is None:
        return [0.0] * len(grads)
    clipped = by_norm({name: grad.double() for name, grad in true.items()}, bound)
    return (-lr * clipped["weight"]).tolist()


def disordered(
    grads, scale, bound, lr, *, first=1.0, limit=1.0, after=1.0, least=True, finite=True, sign=-1
):
    """One step, with a slip in the order, the bound or the sign."""
    if finite and not all(map(math.isfinite, grads)):
        return [0.0] * len(grads)
    true = [0.0 if math.isinf(g) else g / first for g in grads]
    factor = bound * limit / math.hypot(*true)
    factor = min(1.0, factor) if least else factor
    return [sign * lr * factor * g / after for g in true]


SCALED_STEP = Task(
    id="scaled_step",
    points=3,
    kind="implementation",
    title=both(zh="修好：先裁后除的一步", en="Repair: clipped before dividing"),
    prompt=both(
        zh="损失乘了 `scale`，这段程序先裁后除，步子短得几乎不动；遇到溢出，还会走出 NaN：\n\n"
        "```python\nlength = math.sqrt(sum(g**2 for g in grads))\n"
        "clipped = [g * min(1, bound / length) for g in grads]\n"
        "return [-lr * g / scale for g in clipped]\n```\n\n"
        "改好它。`grads` 是放大了的梯度，`bound` 是真梯度长度的上限。返回这一步，每个参数挪多少；`grads` 里有无穷大，这一步不走，返回一列零。",
        en="The loss was multiplied by `scale`. This program clips before it divides, so that its steps hardly move anything, and after an overflow it returns NaN:\n\n"
        "```python\nlength = math.sqrt(sum(g**2 for g in grads))\n"
        "clipped = [g * min(1, bound / length) for g in grads]\n"
        "return [-lr * g / scale for g in clipped]\n```\n\n"
        "Repair it.\n`grads` are the scaled gradients, `bound` is meant for the length of the true ones.\n"
        "Return the step, how far each parameter moves; where `grads` holds an infinity, the step is left out: return zeros.",
    ),
    solution='''
def scaled_step(grads, scale, bound, lr):
    """How far each parameter moves; zeros after an overflow."""
    ### BEGIN SOLUTION
    if math.inf in map(abs, grads):
        return [0.0 for _ in grads]
    true = [each / scale for each in grads]
    length = math.sqrt(sum(each**2 for each in true))
    return [-lr * min(1, bound / length) * each for each in true]
    ### END SOLUTION
''',
    returns="[way, ...]",
    inputs=scaled_gradients,
    reference=in_order,
    hints=(
        both(
            zh="上限是给真梯度定的。裁的时候，手里的是真梯度吗？",
            en="The bound is meant for true gradients. Are they what is clipped?",
        ),
        both(
            zh="次序：看有没有无穷大，除，量长度，裁，走。",
            en="The order: look for infinity, divide, measure the length, clip, step.",
        ),
        both(
            zh="先把每个数除以 `scale`，再量长度；无穷大用 `math.isfinite` 看。",
            en="Divide every number by `scale` before you measure the length; `math.isfinite` sees infinity.",
        ),
    ),
    wrong=(
        wrong(
            lambda grads, scale, *rest: disordered(grads, scale, *rest, after=scale),
            zh="还是先裁后除：步子缩到了 1/`scale`。",
            en="Still clipped before dividing: the step shrinks to 1/`scale`.",
        ),
        wrong(
            lambda grads, scale, *rest: disordered(
                grads, scale, *rest, first=scale, after=1 / scale
            ),
            zh="裁得对，走的却还是放大了的梯度：忘了除。",
            en="Clipped as it should be, but the step takes the scaled gradients: they are not divided.",
        ),
        wrong(
            lambda grads, scale, *rest: disordered(grads, scale, *rest, first=scale, finite=False),
            zh="有无穷大，这一步要整个不走，不是只丢那一个数。",
            en="With an infinity the whole step is left out, not that number alone.",
            credit=0.5,
        ),
        wrong(
            lambda grads, scale, *rest: disordered(grads, scale, *rest, first=scale, least=False),
            zh="短的梯度拉长了：裁剪只缩短。",
            en="Short gradients are stretched: clipping only shortens.",
            credit=0.5,
        ),
        wrong(
            lambda grads, scale, *rest: disordered(grads, scale, *rest, first=scale, sign=1),
            zh="方向反了：下坡要减梯度。",
            en="The direction is reversed: going down subtracts the gradient.",
            credit=0.5,
        ),
        wrong(
            lambda grads, scale, *rest: disordered(
                grads, scale, *rest, first=scale, limit=math.inf
            ),
            zh="没有裁：太长的梯度要缩到 `bound`。",
            en="Not clipped: gradients that are too long shrink to `bound`.",
        ),
        wrong(
            lambda grads, scale, bound, lr: disordered(grads, scale, bound, 1.0, first=scale),
            zh="忘了乘学习率。",
            en="The learning rate is missing.",
            credit=0.5,
        ),
    ),
)

TASKS = (FP16_THERE_AND_BACK, TWO_MEANS, BF16_STOPS, DYNAMIC_SCALE, SCALED_STEP)
