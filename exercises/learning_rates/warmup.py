"""Exercises on rates that climb first, and on what the climb does, declared once.

Book: learning_rates/warmup
"""

import math
from functools import partial

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import replaced, swapped
from dlnotes.learning_rates.decay import linear
from dlnotes.learning_rates.warmup import warmup, warmup_stable_decay

TITLE = both(zh="先小后大再小：预热", en="Small, large, small again: warmup")


# One step of a schedule


def one_step(draw):
    length, steps = draw.whole(20, 60), draw.whole(150, 400)
    step = (draw.whole(2, length - 2), length, draw.whole(length + 20, steps - 20))[draw.case % 3]
    return {"step": step, "peak": draw.between(0.1, 0.8), "length": length, "steps": steps}


def climbed(step, peak, length, steps):
    rest = partial(linear, lr=peak, steps=steps - length)
    return warmup(step, schedule=rest, warmup_steps=length)


RATE = Task(
    id="rate_with_warmup",
    points=1,
    title=both(zh="这一步走多大？", en="Which rate now?"),
    prompt=both(
        zh="前 `length` 步，学习率从 0 直直爬到 `peak`；然后直直降下来，到第 `steps` 步正好是 0。步从 1 数起，第 `length` 步正好是 `peak`。\n\n返回第 `step` 步的学习率。例如峰值 0.4、爬 10 步、共 50 步：第 5 步是 0.2，第 30 步也是 0.2。",
        en="In the first `length` steps the rate climbs in a line from 0 to `peak`; then it comes down in a line and is 0 exactly at step `steps`.\n"
        "Steps count from 1, and step `length` has `peak`.\n\n"
        "Return the rate of step `step`.\nFor instance, a peak of 0.4, 10 steps of climb, 50 in all: step 5 has 0.2, and step 30 has 0.2 too.",
    ),
    solution='''
def rate_with_warmup(step, peak, length, steps):
    """The learning rate of a step: a climb, then a line down to 0."""
    ### BEGIN SOLUTION
    if step <= length:
        return peak * step / length
    return peak * (steps - step) / (steps - length)
    ### END SOLUTION
''',
    inputs=one_step,
    reference=climbed,
    hints=(
        both(
            zh="先分清这一步在爬，还是在降。",
            en="First see whether this step climbs or comes down.",
        ),
        both(
            zh="爬的时候乘走完了几成；降的时候乘还剩几成，这一段从爬完算起。",
            en="On the climb multiply by the part that is done; on the way down by the part that is left, of what follows the climb.",
        ),
        both(
            zh="降的那一段一共 `steps - length` 步，还剩 `steps - step` 步。",
            en="The way down has `steps - length` steps, of which `steps - step` are left.",
        ),
    ),
    wrong=(
        wrong(
            lambda step, peak, length, steps: (
                peak * min(1, step / length) * (1 - max(0, step - length) / steps)
            ),
            zh="末尾没有降到 0：降的那一段只有总步数减去爬的步数。",
            en="It does not end at 0: the way down has the total minus the climb.",
            credit=0.5,
        ),
        wrong(
            lambda step, peak, length, steps: peak * min(step / length, 1),
            zh="爬上去就不动了：后面还要降。",
            en="It stays at the peak: after the climb it must come down.",
        ),
        wrong(
            lambda step, peak, length, steps: min(step / length, 1) * peak * (1 - step / steps),
            zh="爬的时候也在降，到不了峰值：降要从爬完才开始。",
            en="It comes down while it climbs and never reaches the peak: the way down begins after the climb.",
            credit=0.5,
        ),
        wrong(
            lambda step, peak, length, steps: climbed(step - 1, peak, length, steps),
            zh="早了一格：步从 1 数起，第 `length` 步正好是峰值。",
            en="One step behind: steps count from 1, and step `length` has the peak.",
            credit=0.5,
        ),
    ),
)


# Climb, plateau, fall


def three_parts(draw):
    length, level, fall = draw.whole(3, 6), draw.whole(2, 6), draw.whole(4, 7)
    return {
        "peak": draw.between(0.1, 0.8), "steps": length + level + fall, "length": length,
        "fall": fall,
    }  # fmt: skip


def three(peak, steps, length, fall, *, shift=0, **changed):
    given = {"lr": peak, "steps": steps, "warmup_steps": length, "decay_steps": fall} | changed
    return [warmup_stable_decay(step + shift, **given) for step in range(1, steps + 1)]


WSD = Task(
    id="climb_stay_fall",
    points=3,
    kind="implementation",
    title=both(zh="爬、平、降", en="Climb, stay, fall"),
    prompt=both(
        zh="一共 `steps` 步，从 1 数起：前 `length` 步直直爬，第 `length` 步到 `peak`；然后平着走；最后 `fall` 步直直降，第 `steps` 步是 0。\n\n返回每一步的学习率，一张表，共 `steps` 个。",
        en="There are `steps` steps, counted from 1: the first `length` climb in a line, and step `length` has `peak`; then the rate is level; the last `fall` come down in a line, and step `steps` has 0.\n\n"
        "Return the rate of every step, a list of `steps` numbers.",
    ),
    solution='''
def climb_stay_fall(peak, steps, length, fall):
    """The learning rates of a climb, a plateau and a fall."""
    ### BEGIN SOLUTION
    rates = []
    for step in range(1, steps + 1):
        if step <= length:
            rates.append(peak * step / length)
        elif step <= steps - fall:
            rates.append(peak)
        else:
            rates.append(peak * (steps - step) / fall)
    return rates
    ### END SOLUTION
''',
    inputs=three_parts,
    reference=three,
    hints=(
        both(
            zh="三段各在哪一步开始、哪一步结束？先画在纸上。",
            en="At which step does each of the three parts begin and end? Draw it first.",
        ),
        both(
            zh="爬：乘走完了几成；平：就是峰值；降：乘还剩几成。",
            en="Climb: times the part that is done; plateau: the peak; fall: times the part that is left.",
        ),
        both(
            zh="降从第 `steps - fall` 步以后开始，还剩 `steps - step` 步。",
            en="The fall begins after step `steps - fall`, with `steps - step` steps left.",
        ),
    ),
    wrong=(
        wrong(
            lambda peak, steps, length, fall: three(peak, steps, length, fall, shift=-1),
            zh="整体晚了一步：步从 1 数起，头一步就不是 0。",
            en="All one step late: steps count from 1, and the first is not at 0.",
            credit=0.5,
        ),
        wrong(
            lambda peak, steps, length, fall: three(
                peak, steps, length, fall, decay_steps=steps - length
            ),
            zh="爬完就开始降了：中间还有一段平的。",
            en="It comes down right after the climb: there is a plateau between.",
            credit=0.5,
        ),
        wrong(
            lambda peak, steps, length, fall: three(peak, steps, length, fall, decay_steps=0),
            zh="一直平到最后：末尾 `fall` 步要降到 0。",
            en="It is level to the end: the last `fall` steps come down to 0.",
        ),
        wrong(
            lambda peak, steps, length, fall: three(peak, steps, length, fall, final=peak / 10),
            zh="只降到峰值的十分之一：最后一步要是 0。",
            en="It only comes down to a tenth of the peak: the last step has 0.",
            credit=0.5,
        ),
        wrong(
            lambda peak, steps, length, fall: three(peak, steps, length, fall, start=peak),
            zh="没有爬：头几步就已经是峰值。",
            en="There is no climb: the first steps already have the peak.",
        ),
        wrong(
            lambda peak, steps, length, fall: three(peak, steps, length, fall, shape="cos"),
            zh="降的那一段沿余弦走了；要的是直线。",
            en="The fall goes along a cosine; a straight line is asked for.",
            credit=0.5,
        ),
    ),
)


# Two weights, one step


def two_weights(draw):
    """Below the limit, between 2 and 4 over the sharpness, and above 4, in turn."""
    a, b = draw.between(1.5, 3), draw.between(0.3, 0.9)
    times = (draw.between(0.6, 1.6), draw.between(2.4, 3.6), draw.between(4.4, 5.5))
    return {"a": a, "b": b, "lr": times[draw.case % 3] / (a * a + b * b)}


def stepped(a, b, lr):
    output = a * b
    a, b = a - lr * output * b, b - lr * output * a
    return a * b, a * a + b * b


def one_after_the_other(a, b, lr):
    a = a - lr * a * b * b
    b = b - lr * a * b * a
    return a * b, a * a + b * b


def without_squares(a, b, lr):
    output, sharp = a * b, a * a + b * b
    return output * (1 - lr * sharp), sharp - 4 * lr * output**2


STEP = Task(
    id="sharpness_after_a_step",
    points=2,
    title=both(zh="一步以后，锐度升了还是降了？", en="One step: sharper or flatter?"),
    prompt=both(
        zh="网络只有两个权重：输出 $z=ab$，目标是 0，损失 $z^2/2$，锐度 $\\lambda=a^2+b^2$。从 `a`、`b` 出发，按学习率 `lr` 走一步梯度下降。先猜：$\\eta\\lambda$ 不到 2、2 到 4 之间、超过 4，输出和锐度各往哪边变？\n\n返回 `(output, sharpness)`：走完一步以后的 $z$ 和 $\\lambda$。",
        en="A net has two weights: its output is $z=ab$, the target 0, the loss $z^2/2$, the sharpness $\\lambda=a^2+b^2$.\n"
        "From `a` and `b` take one step of gradient descent at the rate `lr`.\n"
        "Guess first: with $\\eta\\lambda$ below 2, between 2 and 4, above 4, which way do output and sharpness go?\n\n"
        "Return `(output, sharpness)`: $z$ and $\\lambda$ after the step.",
    ),
    solution='''
def sharpness_after_a_step(a, b, lr):
    """Output and sharpness after one step, as (output, sharpness)."""
    ### BEGIN SOLUTION
    error = a * b
    down_a, down_b = error * b, error * a
    a, b = a - lr * down_a, b - lr * down_b
    return a * b, a**2 + b**2
    ### END SOLUTION
''',
    returns="(output, sharpness)",
    inputs=two_weights,
    reference=stepped,
    hints=(
        both(
            zh="先对两个权重各求导：链式法则，误差乘另一个权重。",
            en="First the two derivatives: by the chain rule, the error times the other weight.",
        ),
        both(
            zh="梯度是 $zb$ 和 $za$；两个都用走之前的 $a$ 和 $b$。",
            en="The gradient is $zb$ and $za$, both with $a$ and $b$ from before the step.",
        ),
        both(
            zh="走完再乘、再平方相加；一步不小，平方项不能丢。",
            en="Multiply, and add the squares, after the step; it is no small step, so squares in it count.",
        ),
    ),
    wrong=(
        wrong(
            one_after_the_other,
            zh="先改了 `a`，再用新的 `a` 改 `b`：两个梯度都要在走之前算。",
            en="`a` was changed first and `b` moved with the new one: take both gradients before the step.",
            credit=0.5,
        ),
        wrong(
            without_squares,
            zh="丢了 $\\eta^2$ 的项：这一步不小，锐度降多少就看它。",
            en="The terms with $\\eta^2$ are missing: the step is not small, and they decide how far the sharpness falls.",
            credit=0.5,
        ),
        wrong(
            replaced(stepped, 1, lambda a, b, lr: a * a + b * b),
            zh="锐度还是走之前的：走完要重新算。",
            en="The sharpness is that from before the step: compute it anew.",
            credit=0.5,
        ),
        wrong(
            swapped(stepped),
            zh="次序反了：先是输出，后是锐度。",
            en="The order is reversed: first the output, then the sharpness.",
            credit=0.5,
        ),
    ),
)


# Is warmup of use here?


def net_given(draw):
    """No need, a use, and no use, in turn."""
    peak = draw.between(0.1, 0.4)
    allowed = 2 / peak
    before, after = (
        (draw.between(0.8, 0.95), draw.between(0.6, 0.75)),
        (draw.between(1.1, 1.4), draw.between(0.6, 0.95)),
        (draw.between(1.5, 3), draw.between(1.1, 1.4)),
    )[draw.case % 3]
    return {"before": before * allowed, "after": after * allowed, "peak": peak}


def told(before, after, peak):
    return 0 if before * peak < 2 else 1 if after * peak < 2 else 2


USE = Task(
    id="is_warmup_of_use",
    points=2,
    title=both(zh="预热有没有用？", en="Is warmup of use here?"),
    prompt=both(
        zh="网络起步时锐度是 `before`；从小一步步爬到它还撑得住的地方，锐度变成 `after`。你想用的峰值是 `peak`。只看 $2/\\lambda$ 这道界，诊断一下：\n\n返回 0：不预热就能从峰值起步；1：起步时不行，爬过以后行；2：爬过以后也不行，峰值得降。",
        en="At its start a net has the sharpness `before`; after a slow climb, as far as the net survives, it has `after`.\n"
        "The peak you have in mind is `peak`.\nBy the limit $2/\\lambda$ alone, diagnose:\n\n"
        "Return 0 if one can begin at the peak without warmup; 1 if not at the start, yet after the climb; 2 if not even then, so that the peak must come down.",
    ),
    solution='''
def is_warmup_of_use(before, after, peak):
    """0: not needed; 1: of use; 2: of no use."""
    ### BEGIN SOLUTION
    limit_before, limit_after = 2 / before, 2 / after
    if peak < limit_before:
        return 0
    if peak < limit_after:
        return 1
    return 2
    ### END SOLUTION
''',
    inputs=net_given,
    reference=told,
    hints=(
        both(
            zh="两个锐度，各容得下多大的学习率？",
            en="How large a rate does each sharpness allow?",
        ),
        both(
            zh="界是 $2/\\lambda$：起步一道，爬过以后一道。",
            en="The limit is $2/\\lambda$: one at the start, one after the climb.",
        ),
        both(
            zh="峰值先和起步的界比，再和爬过以后的界比。",
            en="Compare the peak with the limit at the start first, then with the one after the climb.",
        ),
    ),
    wrong=(
        wrong(
            lambda before, after, peak: 1 if after < before else 0,
            zh="只看锐度降没降：还要看降下来的界，容不容得下峰值。",
            en="You only look whether the sharpness fell: does the new limit have room for the peak?",
        ),
        wrong(
            lambda before, after, peak: 0 if before * peak < 1 else 1 if after * peak < 1 else 2,
            zh="界是 $2/\\lambda$，不是 $1/\\lambda$：一步冲过谷底，只要回得来，就不飞。",
            en="The limit is $2/\\lambda$, not $1/\\lambda$: a step may pass the bottom as long as it comes back.",
        ),
        wrong(
            lambda before, after, peak: 0 if before * peak < 2 else 1,
            zh="爬过以后也要再比一次：锐度压不下来的网络，预热救不了。",
            en="Compare once more after the climb: where the sharpness does not give way, warmup is no cure.",
            credit=0.5,
        ),
        wrong(
            lambda before, after, peak: 2 - told(before, after, peak),
            zh="反了：锐度越小，容得下的学习率越大。",
            en="The other way round: the smaller the sharpness, the larger the rate it allows.",
        ),
    ),
)


# A climb by the epoch, repaired


def stairs_given(draw):
    batches, epochs = draw.whole(20, 40), draw.whole(3, 5)
    whole = batches * epochs
    step = (
        draw.whole(3, batches - 3),
        draw.whole(batches + 3, whole - 3),
        whole + draw.whole(5, 60),
    )
    return {
        "step": step[draw.case % 3], "batches": batches, "epochs": epochs,
        "peak": draw.between(0.1, 0.8),
    }  # fmt: skip


def by_batch(step, batches, epochs, peak):
    return peak * min(1.0, step / (batches * epochs))


REPAIR = Task(
    id="climb_by_the_batch",
    points=2,
    title=both(zh="一轮一级，改成一步一点", en="Stairs by the epoch, mended"),
    prompt=both(
        zh="预热 `epochs` 轮，有人写成 `peak * (epoch + 1) / epochs`，一轮跳一级：头一步就走了峰值的好几成，起步太陡的网络当场就飞。改成每一步都爬一点。\n\n一轮有 `batches` 步；`step` 是第几步，从 1 数起，跨轮接着数。预热的最后一步正好是 `peak`，以后一直不变。返回这一步的学习率。",
        en="For a warmup of `epochs` epochs somebody wrote `peak * (epoch + 1) / epochs`, a stair an epoch: the very first step takes a good part of the peak, and a net that is sharp at the start flies off at once.\n"
        "Mend it, so that every step climbs a little.\n\n"
        "An epoch has `batches` steps; `step` is the number of the step, counted from 1 on through all epochs.\nThe last step of the warmup has `peak`, and later ones keep it.\nReturn the rate of this step.",
    ),
    solution='''
def climb_by_the_batch(step, batches, epochs, peak):
    """The learning rate of a step, climbing with every batch."""
    ### BEGIN SOLUTION
    length = batches * epochs
    if step >= length:
        return peak
    return peak * step / length
    ### END SOLUTION
''',
    inputs=stairs_given,
    reference=by_batch,
    hints=(
        both(
            zh="预热一共多少步？",
            en="How many steps does the warmup have?",
        ),
        both(
            zh="轮数乘一轮的步数；每一步乘走完了几成。",
            en="Epochs times steps an epoch; each step is multiplied by the part that is done.",
        ),
        both(
            zh="走完的比例不超过 1。",
            en="The part that is done is never above 1.",
        ),
    ),
    wrong=(
        wrong(
            lambda step, batches, epochs, peak: peak * min(1, (math.ceil(step / batches)) / epochs),
            zh="还是一轮一级：同一轮里每一步都一样大。",
            en="Still a stair an epoch: all steps of an epoch are equal.",
        ),
        wrong(
            lambda step, batches, epochs, peak: peak * step / (batches * epochs),
            zh="爬过了头：到了峰值就停住。",
            en="It climbs past the peak: stop there.",
            credit=0.5,
        ),
        wrong(
            lambda step, batches, epochs, peak: peak * min(1, step / batches),
            zh="一轮就爬完了：预热有 `epochs` 轮。",
            en="The climb is over after one epoch: the warmup has `epochs` of them.",
            credit=0.5,
        ),
        wrong(
            lambda step, batches, epochs, peak: by_batch(step - 1, batches, epochs, peak),
            zh="差一步：步从 1 数起，预热的最后一步正好是峰值。",
            en="One step behind: steps count from 1, and the last step of the warmup has the peak.",
            credit=0.5,
        ),
    ),
)

TASKS = (RATE, WSD, STEP, USE, REPAIR)
