"""Exercises on rates that rise again, declared once.

Book: learning_rates/cycles
"""

import math

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.learning_rates.cycles import cyclic, warm_restarts

TITLE = both(zh="降完再升：周期与重启", en="Down and up again: cycles and restarts")


# A restart, by hand


def restart_given(draw):
    first, passed = draw.whole(3, 6), draw.case % 3
    begin, length = first * (2**passed - 1), first * 2**passed
    inside = draw.whole(1, length - 1) if draw.case else 0
    return {"step": begin + inside, "peak": draw.between(0.2, 0.9), "first": first}


def restarted(step, peak, first):
    return warm_restarts(step, lr=peak, steps=first, multiplier=2)


def of_cycle(step, first, growth=2):
    """Begin and length of the cycle of a step."""
    begin, length = 0, first
    while step >= begin + length:
        begin, length = begin + length, growth * length
    return begin, length


def half_cosine(peak, done):
    return peak * (1 + math.cos(math.pi * done)) / 2


def in_its_length(step, peak, first):
    begin, length = of_cycle(step, first)
    return half_cosine(peak, (step - begin) / (length - 1))


def whole_wave(step, peak, first):
    begin, length = of_cycle(step, first)
    return half_cosine(peak, 2 * (step - begin) / length)


def straight(step, peak, first):
    begin, length = of_cycle(step, first)
    return peak * (1 - (step - begin) / length)


RESTART = Task(
    id="rate_after_restarts",
    points=1,
    title=both(zh="重启以后，第几步？", en="How far into this cycle?"),
    prompt=both(
        zh="热重启：学习率从 `peak` 沿半个余弦降向 0，第一个周期 `first` 步，之后每个周期是前一个的两倍长，每次都从 `peak` 重来。步从 0 数起。返回第 `step` 步用的学习率。\n\n例如头一个周期 5 步，峰值 1，第 12 步是 0.206。",
        en="Warm restarts: the rate falls from `peak` towards 0 along half a cosine; the first cycle has `first` steps, each later one is twice as long as the one before and begins at `peak` again.\n"
        "Steps count from 0. Return the rate of step `step`.\n\nFor instance, with a first cycle of 5 steps and a peak of 1, step 12 has 0.206.",
    ),
    solution='''
def rate_after_restarts(step, peak, first):
    """The learning rate of a step, cycles twice as long each time."""
    ### BEGIN SOLUTION
    length = first
    while step >= length:
        step, length = step - length, 2 * length
    return peak * (1 + math.cos(math.pi * step / length)) / 2
    ### END SOLUTION
''',
    inputs=restart_given,
    reference=restarted,
    hints=(
        both(
            zh="先找出这一步在第几个周期、是里面的第几步。",
            en="First find the cycle of this step, and how far into it the step lies.",
        ),
        both(
            zh="走完一个周期就减去它的长度，长度翻倍；减不动了，剩下的 $k$ 就是在眼下这个周期里走了几步，周期长 $n$：$\\eta_{\\max}\\tfrac12(1+\\cos(\\pi k/n))$。",
            en="Take off each full cycle and double the length; what remains, $k$, is how far the step lies into a cycle of length $n$: $\\eta_{\\max}\\tfrac12(1+\\cos(\\pi k/n))$.",
        ),
        both(
            zh="余弦里除以的是这个周期的长度，不是头一个的，也不减 1。",
            en="Inside the cosine, divide by the length of this cycle, not of the first, and do not take 1 off.",
        ),
    ),
    wrong=(
        wrong(
            lambda step, peak, first: warm_restarts(step, lr=peak, steps=first),
            zh="每个周期都一样长了：后一个要翻倍。",
            en="All cycles have one length here: the next is twice as long.",
            credit=0.5,
        ),
        wrong(
            lambda step, peak, first: half_cosine(peak, step / of_cycle(step, first)[1]),
            zh="步数没有从重启重新数：先减去前面走完的周期。",
            en="The count does not begin again at the restart: take off the cycles behind.",
        ),
        wrong(
            whole_wave,
            zh="这是一整个余弦，降下去又慢慢升上来；热重启只走半个，然后一跳回到峰值。",
            en="This is a whole cosine, down and slowly up; a warm restart walks half of it and then jumps back to the peak.",
            credit=0.5,
        ),
        wrong(
            straight,
            zh="这是直线；这里沿半个余弦走。",
            en="This is a straight line; here the way down is half a cosine.",
            credit=0.5,
        ),
    ),
)


# Triangles


def triangles_given(draw):
    half = draw.whole(3, 6)
    low = draw.between(0.05, 0.2)
    return {
        "steps": 2 * half * draw.whole(2, 3) + draw.whole(1, half),
        "low": low,
        "high": low + draw.between(0.3, 0.8),
        "half": half,
    }


def heights(change):
    """A list of rates from each step's height, `change(step, half) -> 0 … 1`."""

    def by_height(steps, low, high, half):
        return [low + (high - low) * change(step, half) for step in range(steps)]

    return by_height


def tent(step, half):
    return 1 - abs(step % (2 * half) / half - 1)


def triangles(steps, low, high, half):
    return [cyclic(step, lr=high, lowest=low, up_steps=half) for step in range(steps)]


TRIANGLES = Task(
    id="triangular_rates",
    points=3,
    kind="implementation",
    title=both(zh="三角形", en="Triangles"),
    prompt=both(
        zh="周期性学习率：从 `low` 起，每步升一样多，`half` 步升到 `high`；再用 `half` 步降回 `low`，如此反复。返回头 `steps` 步的学习率，一张表，步从 0 数起。",
        en="A cyclical learning rate: from `low` it rises by the same amount at every step and reaches `high` after `half` steps, comes down to `low` in `half` more, and so on.\n"
        "Return the rates of the first `steps` steps as a list, counted from 0.",
    ),
    solution='''
def triangular_rates(steps, low, high, half):
    """The learning rate of every step, up and down along straight lines."""
    ### BEGIN SOLUTION
    rates = []
    for step in range(steps):
        place = step % (2 * half)
        climbed = place if place < half else 2 * half - place
        rates.append(low + (high - low) * climbed / half)
    return rates
    ### END SOLUTION
''',
    inputs=triangles_given,
    reference=triangles,
    hints=(
        both(
            zh="升和降合起来才是一个周期：这一步是周期里的第几步？",
            en="Up and down together make one cycle: how far into its cycle is a step?",
        ),
        both(
            zh="周期长 $2n$；里面第 $k$ 步，离较近的谷几步，除以 $n$ 就是高度：$1-|k/n-1|$。",
            en="A cycle has $2n$ steps; at step $k$ of it, the height is the distance to the nearer valley over $n$: $1-|k/n-1|$.",
        ),
        both(
            zh="高度从 0 到 1，再拉到从 `low` 到 `high`：起点加上差乘高度。",
            en="The height goes from 0 to 1; stretch it to go from `low` to `high`: the start plus the difference times the height.",
        ),
    ),
    wrong=(
        wrong(
            heights(lambda step, half: 1 - tent(step, half)),
            zh="上下颠倒了：第 0 步在谷里，不在峰上。",
            en="Upside down: step 0 lies in a valley, not on a peak.",
            credit=0.5,
        ),
        wrong(
            heights(lambda step, half: step % half / half),
            zh="升到头就跳回谷底了，成了锯齿：三角形要照样慢慢降下来。",
            en="At the top it jumps back, which makes a saw: a triangle comes down as slowly as it went up.",
        ),
        wrong(
            heights(lambda step, half: tent(step, half / 2)),
            zh="快了一倍：`half` 只是升的那一半，整个周期是它的两倍。",
            en="Twice as fast: `half` is the way up alone, and a cycle is twice that.",
            credit=0.5,
        ),
        wrong(
            lambda steps, low, high, half: [high * tent(step, half) for step in range(steps)],
            zh="谷底落到了 0：要停在 `low`。",
            en="The valleys are at 0: they should be at `low`.",
            credit=0.5,
        ),
        wrong(
            lambda steps, low, high, half: [low + high * tent(step, half) for step in range(steps)],
            zh="峰顶高过了 `high`：高度要乘的是两者的差。",
            en="The peaks lie above `high`: the height multiplies the difference of the two.",
            credit=0.5,
        ),
        wrong(
            heights(lambda step, half: tent(step + 1, half)),
            zh="整体早了一步：第 0 步就该在 `low` 上。",
            en="All one step early: step 0 itself is at `low`.",
            credit=0.5,
        ),
        wrong(
            heights(lambda step, half: min(step / half, 1)),
            zh="升到顶就不动了：到了 `high` 还要降回来，再升。",
            en="It stays at the top: after `high` it comes down and rises again.",
        ),
    ),
)


# The last cycle decides


def last_given(draw):
    return {"cycles": 2 + draw.case % 4, "growth": (1, 2, 3)[draw.whole(0, 2)]}


def lengths(cycles, growth):
    """Parts of the run that the cycles take."""
    whole = sum(growth**cycle for cycle in range(cycles))
    return [growth**cycle / whole for cycle in range(cycles)]


LAST = Task(
    id="floor_after_cycles",
    points=2,
    title=both(zh="末了是几倍？", en="How many times as high?"),
    prompt=both(
        zh="抛物线，梯度带噪声。步数够多，半个余弦走 $n$ 步，末了的损失与 $n^{-2/3}$ 成正比。现在把同样多的步数分成 `cycles` 个周期，每个是前一个的 `growth` 倍长，峰值不变。先猜：末了的损失是只降一次的几倍？\n\n返回这个倍数。例如四个一样长的周期：2.52。",
        en="A parabola with noise in the gradient: half a cosine over many steps $n$ ends at a loss proportional to $n^{-2/3}$.\n"
        "Now cut the same number of steps into `cycles` cycles, each `growth` times as long as the one before, with the same peak.\nGuess first: how many times as high is the loss at the end as with a single fall?\n\nReturn this factor. For instance, four cycles of one length: 2.52.",
    ),
    solution='''
def floor_after_cycles(cycles, growth):
    """The loss at the end over that of a single cycle."""
    ### BEGIN SOLUTION
    all_lengths = [growth**cycle for cycle in range(cycles)]
    return (sum(all_lengths) / all_lengths[-1]) ** (2 / 3)
    ### END SOLUTION
''',
    inputs=last_given,
    reference=lambda cycles, growth: lengths(cycles, growth)[-1] ** (-2 / 3),
    hints=(
        both(
            zh="升上去一次，前面压下去的噪声就回来了：末了只看最后一个周期。",
            en="Each rise brings back the noise that was pressed down: only the last cycle counts at the end.",
        ),
        both(
            zh="一个周期是前一个的 `growth` 倍长，最后一个占全程几分之几？把它放进 $n^{-2/3}$。",
            en="Each cycle is `growth` times as long as the one before: which part of the run is the last? Put it into $n^{-2/3}$.",
        ),
        both(
            zh="全程除以最后一个周期的长度，再取 $2/3$ 次方。",
            en="The whole run over the length of the last cycle, to the power $2/3$.",
        ),
    ),
    wrong=(
        wrong(
            lambda cycles, growth: cycles ** (2 / 3) if growth > 1 else cycles,
            zh="看的不是有几个周期，是最后一个占多大一份；再取 $2/3$ 次方。",
            en="What counts is not how many cycles there are but which part the last one takes, to the power $2/3$.",
        ),
        wrong(
            lambda cycles, growth: 1 / lengths(cycles, growth)[-1],
            zh="差一个 $2/3$ 次方：比如步数少到四分之一，损失不会变成四倍。",
            en="The power $2/3$ is missing: with a quarter of the steps, say, the loss is not four times as high.",
            credit=0.5,
        ),
        wrong(
            lambda cycles, growth: lengths(cycles, growth)[-1] ** (2 / 3),
            zh="颠倒了：周期短，末了的损失更高，不是更低。",
            en="Upside down: a shorter cycle ends higher, not lower.",
            credit=0.5,
        ),
        wrong(
            lambda cycles, growth: lengths(cycles, growth)[-1] ** -0.5,
            zh="指数不对：余弦末尾是平的，指数是 $2/3$，不是 $1/2$。",
            en="Another power: a cosine is flat at its end, which makes it $2/3$, not $1/2$.",
            credit=0.5,
        ),
    ),
)


# The momentum that nobody asked for


def unasked_given(draw):
    half = draw.whole(5, 9)
    low = draw.between(0.02, 0.1)
    step = (draw.whole(1, half - 1), half, draw.whole(half + 1, 2 * half - 1))[draw.case % 3]
    return {"step": step, "low": low, "high": low * draw.between(4, 9), "half": half}


def felt(change):
    """The rate over 1 - momentum; `change(height)` is the momentum."""

    def by_height(step, low, high, half):
        height = tent(step, half)
        return (low + (high - low) * height) / (1 - change(height))

    return by_height


UNASKED = Task(
    id="rate_that_acts",
    points=2,
    title=both(zh="没人要的动量", en="A momentum nobody asked for"),
    prompt=both(
        zh="`SGD(params, lr=…)` 没有设动量，换上 `CyclicLR`，损失飞了。查出来：它默认连动量也转，学习率在 `low`，动量是 0.9；学习率 `half` 步沿直线升到 `high`，动量同时沿直线降到 0.8，然后一起原路返回。动量 $\\beta$ 让每个梯度前后一共走 $\\eta/(1-\\beta)$。\n\n返回第 `step` 步的 $\\eta/(1-\\beta)$，步从 0 数起。",
        en="`SGD(params, lr=…)` was made without momentum; with `CyclicLR` its loss blows up.\n"
        "The finding: by default it cycles the momentum, too. At the rate `low` it is 0.9; while the rate rises to `high` along a line in `half` steps, the momentum falls to 0.8 along a line, and both go back the same way.\nWith momentum $\\beta$ every gradient moves the parameters by $\\eta/(1-\\beta)$ in the end.\n\nReturn $\\eta/(1-\\beta)$ at step `step`, counted from 0.",
    ),
    solution='''
def rate_that_acts(step, low, high, half):
    """The learning rate over one minus the momentum that was set beside it."""
    ### BEGIN SOLUTION
    height = min(step, 2 * half - step) / half
    lr = low + (high - low) * height
    momentum = 0.9 - (0.9 - 0.8) * height
    return lr / (1 - momentum)
    ### END SOLUTION
''',
    inputs=unasked_given,
    reference=felt(lambda height: 0.9 - 0.1 * height),
    hints=(
        both(
            zh="先算这一步升了几成；学习率和动量看的是同一个高度。",
            en="First find how far up this step is; rate and momentum follow the same height.",
        ),
        both(
            zh="高度从 0 到 1：$\\eta$ 是 `low` 加上它乘两头的差，$\\beta$ 是 0.9 减去它的 0.1 倍。",
            en="With a height from 0 to 1: $\\eta$ is `low` plus the height times the difference of the ends, $\\beta$ is 0.9 minus 0.1 times the height.",
        ),
        both(
            zh="动量和学习率反着走；最后一除。",
            en="The momentum goes the other way; divide at the end.",
        ),
    ),
    wrong=(
        wrong(
            felt(lambda height: 0.0),
            zh="这只是学习率。动量也在：每个梯度前后走的路还要除以 $1-\\beta$。",
            en="This is the rate alone. There is momentum, too: each gradient's way is divided by $1-\\beta$.",
        ),
        wrong(
            felt(lambda height: 0.8 + 0.1 * height),
            zh="动量和学习率同向了：学习率升，动量降。",
            en="Momentum goes along with the rate here: it falls while the rate rises.",
            credit=0.5,
        ),
        wrong(
            felt(lambda height: 0.9),
            zh="动量停在了 0.9：升到峰上，它是 0.8。",
            en="The momentum stays at 0.9: on the peak it is 0.8.",
            credit=0.5,
        ),
        wrong(
            lambda step, low, high, half: (
                (low + (high - low) * tent(step, half)) * (0.1 + 0.1 * tent(step, half))
            ),
            zh="乘成了 $1-\\beta$：动量让每个梯度走得更远，是除。",
            en="Multiplied by $1-\\beta$: momentum carries every gradient further, so divide.",
            credit=0.5,
        ),
    ),
)


# Which weights to take when the bell rings


def valley_given(draw):
    first, passed = draw.whole(4, 9), 1 + draw.case % 3
    begin, length = first * (2**passed - 1), first * 2**passed
    inside = (1, 0, length - 1, length - 1, draw.whole(1, length - 2), 0)[draw.case % 6]
    return {"stopped": begin + inside, "first": first}


VALLEY = Task(
    id="weights_to_take",
    points=2,
    title=both(zh="铃响了，取哪一份权重？", en="The bell rings: which weights?"),
    prompt=both(
        zh="热重启，第一个周期 `first` 步，之后个个翻倍。走完 `stopped` 步，铃响了。写这段程序的人总取眼前的权重，常取到刚弹起来的。\n\n改好：该取走完第几步的权重？取最近的谷，也就是最近走完的那个周期的末尾；正好走完一个，就取眼前的。至少走完了一个周期。",
        en="Warm restarts with a first cycle of `first` steps, each later one twice as long. The bell rings after `stopped` steps.\n"
        "Whoever wrote this always takes the weights of that moment, often just after the loss has sprung up.\n\nMend it: the weights after how many steps should be taken? Those of the last valley, which is the end of the last full cycle, and the present ones where a cycle has just ended. At least one cycle is behind.",
    ),
    solution='''
def weights_to_take(stopped, first):
    """After how many steps the last full cycle ended."""
    ### BEGIN SOLUTION
    end, length = first, first
    while end + 2 * length <= stopped:
        length = 2 * length
        end = end + length
    return end
    ### END SOLUTION
''',
    inputs=valley_given,
    reference=lambda stopped, first: of_cycle(stopped, first)[0],
    hints=(
        both(
            zh="周期的末尾在哪几步？从头一个数起，数到不超过铃响为止。",
            en="After which steps do cycles end? Count them from the first, as long as they lie before the bell.",
        ),
        both(
            zh="末尾依次是 $n$、$3n$、$7n$……",
            en="They end after $n$, $3n$, $7n$ and so on.",
        ),
        both(
            zh="等于铃响的那一步也算。",
            en="One that ends exactly at the bell counts, too.",
        ),
    ),
    wrong=(
        wrong(
            lambda stopped, first: stopped,
            zh="这还是眼前的权重：重启之后损失先弹起来，要退回最近的谷。",
            en="These are still the present weights: after a restart the loss springs up, so go back to the last valley.",
        ),
        wrong(
            lambda stopped, first: stopped // first * first,
            zh="你当每个周期一样长了：后一个是前一个的两倍。",
            en="You took all cycles to have one length: each is twice as long as the one before.",
            credit=0.5,
        ),
        wrong(
            lambda stopped, first: sum(of_cycle(stopped, first)),
            zh="这是下一个谷，铃响的时候还没走到。",
            en="This is the next valley, which had not been reached when the bell rang.",
            credit=0.5,
        ),
        wrong(
            lambda stopped, first: of_cycle(stopped, first)[1] // 2,
            zh="这是最近那个周期的长度；要的是从头数起，走完了几步。",
            en="This is the length of that cycle; asked is the number of steps from the very start.",
            credit=0.5,
        ),
    ),
)

TASKS = (RESTART, TRIANGLES, LAST, UNASKED, VALLEY)
