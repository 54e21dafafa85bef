"""Exercises on the gradient, slopes along directions and steepest steps, declared once.

Book: gradients/arrow
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.gradients.directions import angle, directional_derivative, steepest_descent
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import negated, scaled, swapped

TITLE = both(zh="箭头指向上坡", en="The arrow points uphill")


# Two partial derivatives


def partials(x, y):
    at = torch.tensor([x, y], dtype=torch.float64)
    return tuple(torch.func.grad(lambda p: p[0] ** 2 * p[1] + 3 * p[1])(at).tolist())


TWO_PARTIALS = Task(
    id="two_partials",
    points=1,
    title=both(zh="一次拨一个数", en="One number at a time"),
    prompt=both(
        zh="$f(x,y)=x^2y+3y$。返回横坐标 `x`、纵坐标 `y` 处的两个偏导数，$x$ 的在前。",
        en="Let $f(x,y)=x^2y+3y$.\nReturn its two partial derivatives at `x` and `y`, that of $x$ first.",
    ),
    solution='''
def two_partials(x, y):
    """The partial derivatives of f in x and in y."""
    ### BEGIN SOLUTION
    return 2 * x * y, x**2 + 3
    ### END SOLUTION
''',
    inputs=lambda draw: {"x": draw.between(0.5, 3), "y": draw.between(-3, -0.5)},
    reference=partials,
    hints=(
        both(
            zh="拨一个数的时候，另一个站着不动，像常数一样。",
            en="While one number is nudged, the other stands still, like a constant.",
        ),
        both(
            zh="只动 $x$：$x^2$ 的斜率是 $2x$，外面乘着 $y$；只动 $y$：它乘着一个常数。",
            en="Only $x$ moves: $x^2$ has slope $2x$, and $y$ multiplies it; only $y$ moves: a constant multiplies it.",
        ),
        both(
            zh="对 $x$ 求，`3 * y` 里没有 `x`，不出力；对 $y$ 求，`x**2` 和 3 都是常数。",
            en="In $x$, `3 * y` has no `x` and adds nothing; in $y$, both `x**2` and 3 are constants.",
        ),
    ),
    wrong=(
        wrong(
            swapped(partials),
            zh="两个数对，次序反了：先 $x$ 后 $y$。",
            en="The right numbers in the wrong order: $x$ first.",
            credit=0.5,
        ),
        wrong(
            lambda x, y: (2 * x * y + 3, x**2 + 3),
            zh="对 $x$ 求的时候，$3y$ 不变，不该多出一个 3。",
            en="When only $x$ moves, $3y$ does not change: there is a 3 too many.",
            credit=0.5,
        ),
        wrong(
            lambda x, y: (2 * x, x**2 + 3),
            zh="对 $x$ 求，外面乘着的 $y$ 丢了。",
            en="In $x$ you lost the $y$ that multiplies.",
            credit=0.5,
        ),
        wrong(
            lambda x, y: (2 * x * y, 2 * x + 3),
            zh="对 $y$ 求的时候，你把 $x^2$ 也求了导：它站着不动。",
            en="In $y$ you differentiated $x^2$ too; it stands still.",
            credit=0.5,
        ),
    ),
)


# The slope in one direction


def slanted(right, up, east, north):
    grad, way = (torch.tensor(each, dtype=torch.float64) for each in ((right, up), (east, north)))
    return directional_derivative(grad, way)


def by_way(right, up, east, north):
    return math.hypot(east, north)


SLOPE_ALONG = Task(
    id="slope_along",
    points=1,
    title=both(zh="朝这边走，有多陡", en="How steep it is that way"),
    prompt=both(
        zh="梯度往右 `right`，往上 `up`。有人指了个方向：往右 `east`，往上 `north`。朝那边走，每单位路程升多少？他手臂多长，不该有影响。",
        en="The gradient is `right` to the right and `up` upwards.\n"
        "Somebody points `east` to the right and `north` upwards.\n"
        "How much does the loss rise per unit of distance in that direction?\nThe length of the arm must not matter.",
    ),
    solution='''
def slope_along(right, up, east, north):
    """The rise per unit of distance in a direction."""
    ### BEGIN SOLUTION
    return (right * east + up * north) / (east**2 + north**2) ** 0.5
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "right": draw.between(1, 4),
        "up": -draw.between(2, 6),
        "east": draw.between(0.4, 3),
        "north": draw.between(1.5, 3),
    },
    reference=slanted,
    hints=(
        both(
            zh="往右走一点，升多少？往上走一点呢？加起来。",
            en="How much does it rise for a little to the right, how much for a little upwards? Add them.",
        ),
        both(
            zh="$g^\\top d$ 里的 $d$ 长度是 1。",
            en="The $d$ in $g^\\top d$ has length 1.",
        ),
        both(
            zh="逐个相乘再相加，最后除以 `(east**2 + north**2) ** 0.5`。",
            en="Multiply number by number, add, and divide by `(east**2 + north**2) ** 0.5` at the end.",
        ),
    ),
    wrong=(
        wrong(
            scaled(slanted, by_way),
            zh="手臂长一倍，你的答案也大一倍：方向要先变成长 1。",
            en="An arm twice as long doubles your answer: give the direction length 1 first.",
            credit=0.5,
        ),
        wrong(
            scaled(slanted, lambda right, up, east, north: 1 / math.hypot(right, up)),
            zh="这是夹角的余弦，还要乘梯度的长度。",
            en="This is the cosine of the angle; the length of the gradient still multiplies it.",
            credit=0.5,
        ),
        wrong(
            scaled(slanted, lambda *given: 1 / by_way(*given)),
            zh="方向的长度除了两次：除的是长度，不是长度的平方。",
            en="You divided by the length of the direction twice: it is the length, not its square.",
            credit=0.5,
        ),
        wrong(
            lambda right, up, east, north: math.hypot(right, up),
            zh="这是最陡的那边有多陡；问的是他指的那边。",
            en="That is how steep the steepest way is; asked is the way that is pointed to.",
        ),
        wrong(
            negated(slanted),
            zh="正负反了：问的是升多少。",
            en="The sign is wrong: asked is the rise.",
            credit=0.5,
        ),
    ),
)


# The angle to the bottom


def pair(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def beside(x, y, kappa):
    return angle(pair(-x, -kappa * y), pair(-x, -y))


DEGREES_OFF = Task(
    id="degrees_off",
    points=2,
    title=both(zh="差多少度，先算再转", en="How far off, before you turn the dial"),
    prompt=both(
        zh="$f(x,y)=(x^2+\\kappa y^2)/2$，谷底在原点。站在横坐标 `x`、纵坐标 `y` 处，$-g$ 和通往谷底的方向差多少度？`kappa` 就是 $\\kappa$。算好了，到演示里转一圈看看。",
        en="Let $f(x,y)=(x^2+\\kappa y^2)/2$, with its bottom at the origin.\n"
        "Standing at `x` and `y`, by how many degrees does $-g$ differ from the way to the bottom?\n`kappa` is $\\kappa$.\nThen turn the arrow in the demo and compare.",
    ),
    solution='''
def degrees_off(x, y, kappa):
    """Degrees between the steepest way down and the way to the bottom."""
    ### BEGIN SOLUTION
    product = x * x + kappa * y * y
    lengths = math.hypot(x, kappa * y) * math.hypot(x, y)
    return math.degrees(math.acos(product / lengths))
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "x": draw.between(0.5, 2),
        "y": draw.between(0.1, 1),
        "kappa": draw.between(5, 100),
    },
    reference=beside,
    hints=(
        both(
            zh="两支箭头的夹角：先各写出两个数，再求余弦。",
            en="An angle between two arrows: write down both as two numbers, then find the cosine.",
        ),
        both(
            zh="$-g=(-x,-\\kappa y)$，通往谷底是 $(-x,-y)$；余弦是逐个相乘的和，除以两个长度。",
            en="$-g=(-x,-\\kappa y)$, and to the bottom it is $(-x,-y)$; the cosine is the sum of the products over both lengths.",
        ),
        both(
            zh="`math.acos` 给的是弧度，用 `math.degrees` 换成度。",
            en="`math.acos` gives radians; `math.degrees` turns them into degrees.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: 180 - beside(*given),
            zh="这是和 $g$ 的夹角，$g$ 指向上坡；问的是 $-g$。",
            en="That is the angle to $g$, which points uphill; asked is $-g$.",
            credit=0.5,
        ),
        wrong(
            scaled(beside, math.pi / 180),
            zh="对，可是单位是弧度：换成度。",
            en="Right, but in radians: turn it into degrees.",
            credit=0.5,
        ),
        wrong(
            lambda *given: math.cos(math.radians(beside(*given))),
            zh="这是余弦，还要求角度。",
            en="That is the cosine; asked is the angle.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, kappa: math.degrees(math.atan2(kappa * y, x)),
            zh="这是 $-g$ 和横轴的夹角；通往谷底的路自己也斜着。",
            en="That is the angle between $-g$ and the horizontal axis; the way to the bottom slants as well.",
        ),
    ),
)


# A probe all around


def ring(draw):
    """Heights one step away, all around; never is the highest opposite to the lowest."""
    count, step = draw.whole(9, 16), draw.between(0.01, 0.1)
    lean, here = draw.between(0, 2 * math.pi), draw.between(1, 3)
    rises = [
        math.cos(2 * math.pi * k / count - lean) + draw.between(-0.6, 0.6) for k in range(count)
    ]
    return {"heights": [here + 5 * step * rise for rise in rises], "here": here, "step": step}


def looked(heights, here, step, *, pick=torch.argmin, turn=360.0, first=0, whole=1.0):
    slopes = (torch.tensor(heights, dtype=torch.float64) - here) / step
    place = int(pick(slopes))
    return (place + first) * turn / len(heights), slopes[place].item() * whole


STEEPEST_DOWN = Task(
    id="steepest_down",
    points=3,
    kind="implementation",
    title=both(zh="转一圈，找最陡的下坡", en="Turn round and find the steepest way down"),
    prompt=both(
        zh="站的地方，损失是 `here`。朝几个方向各迈了 `step` 那么远，损失列在 `heights` 里：方向平分一圈，从正右方数起，逆时针。返回两个数：损失降得最快的方向是多少度（从 0 起，不到 360），以及朝那边每单位路程升多少。",
        en="Where you stand the loss is `here`.\n"
        "A step of length `step` was tried in several directions, and `heights` lists the losses: the directions share the circle evenly, from the right on, counterclockwise.\n"
        "Return two numbers: the direction of the fastest fall in degrees (from 0, below 360), and the rise per unit of distance in it.",
    ),
    solution='''
def steepest_down(heights, here, step):
    """Degrees of the fastest fall, and the rise per unit of distance there."""
    ### BEGIN SOLUTION
    lowest = min(range(len(heights)), key=lambda k: heights[k])
    return 360 * lowest / len(heights), (heights[lowest] - here) / step
    ### END SOLUTION
''',
    inputs=ring,
    reference=looked,
    hints=(
        both(
            zh="步子一样长，降得最快的就是最低的那个。",
            en="The steps are equally long, so the fastest fall is the lowest height.",
        ),
        both(
            zh="第 $k$ 个方向（从 0 数起）是一圈的 $k$ 除以方向数；斜率是高度差除以步长。",
            en="Direction $k$, counted from 0, is $k$ over the number of directions of a whole turn; the slope is the difference in height over the length of the step.",
        ),
        both(
            zh="度数是 `360 * k / len(heights)`；斜率先减 `here`，再除以 `step`，是负数。",
            en="Degrees are `360 * k / len(heights)`; for the slope subtract `here`, then divide by `step`: it is negative.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: looked(*given, pick=torch.argmax),
            zh="这是升得最快的方向，梯度就指着那边；问的是下坡。",
            en="That is the fastest rise, which is where the gradient points; asked is the way down.",
            credit=0.5,
        ),
        wrong(
            lambda heights, here, step: (
                (looked(heights, here, step, pick=torch.argmax)[0] + 180) % 360,
                looked(heights, here, step)[1],
            ),
            zh="你从最高的方向掉了个头。步子不短，最低的不一定正对着最高的：直接找最低。",
            en="You turned round from the highest. For a step that is not tiny the lowest need not lie opposite: look for the lowest itself.",
            credit=0.5,
        ),
        wrong(
            lambda heights, here, step: looked(heights, here, 1.0),
            zh="斜率还没有除以步长：问的是每单位路程。",
            en="The slope is not divided by the length of the step: asked is the rise per unit of distance.",
            credit=0.5,
        ),
        wrong(
            lambda *given: looked(*given, whole=-1.0),
            zh="斜率正负反了：问的是升多少，下坡是负的。",
            en="The sign of the slope is wrong: asked is the rise, and downhill it is negative.",
            credit=0.5,
        ),
        wrong(
            lambda *given: looked(*given, first=1),
            zh="方向从 0 数起：头一个就是正右方，0 度。",
            en="Directions count from 0: the first points right, at 0 degrees.",
            credit=0.5,
        ),
        wrong(
            lambda *given: looked(*given, turn=2 * math.pi),
            zh="角度是弧度：一圈是 360 度。",
            en="Your angle is in radians: a turn has 360 degrees.",
            credit=0.5,
        ),
        wrong(
            lambda heights, here, step: looked(heights, 0.0, step),
            zh="没有减去站的地方的损失。",
            en="You did not subtract the loss where you stand.",
            credit=0.5,
        ),
    ),
)


# Another ruler


def entries(draw):
    """Numbers of both signs and very different sizes; one of them is 0."""
    limit = draw.between(0.05, 0.4)
    sizes = [limit * draw.between(0.1, 0.6), *draw.numbers(draw.whole(2, 4), 0.5, 3)]
    grad = [(-1) ** (place + draw.case) * size for place, size in enumerate(sizes)]
    return {"grad": [*grad, 0.0], "limit": limit}


def ruled(grad, limit):
    return (limit * steepest_descent(pair(*grad), "max")).tolist()


def shortened(grad, limit):
    return (-pair(*grad) * limit / pair(*grad).abs().max()).tolist()


LARGEST_ENTRY = Task(
    id="largest_entry",
    points=2,
    kind="implementation",
    title=both(zh="换一把尺子", en="Another ruler"),
    prompt=both(
        zh="`grad` 是梯度，一列数。这回每个数最多只能动 `limit`，正负都行，各管各的。怎么动，损失（照梯度算）降得最多？返回这一步，一列数；偏导数是 0 的，动不动都一样，就别动。",
        en="`grad` is a gradient, a list of numbers.\n"
        "This time each number may move by at most `limit`, up or down, whatever the others do.\n"
        "Which step lowers the loss, by the gradient, the most?\nReturn it as a list; a number whose partial derivative is 0 stays where it is.",
    ),
    solution='''
def largest_entry(grad, limit):
    """The step that falls most when no entry may be larger than limit."""
    ### BEGIN SOLUTION
    return [-limit if slope > 0 else limit if slope < 0 else 0.0 for slope in grad]
    ### END SOLUTION
''',
    inputs=entries,
    reference=ruled,
    hints=(
        both(
            zh="每个数的贡献是偏导数乘它动了多少，互不相干：一个一个地想。",
            en="Each number adds its partial derivative times its own move, apart from the others: think of one at a time.",
        ),
        both(
            zh="要让 $g_i\\delta_i$ 最小，$\\delta_i$ 取和 $g_i$ 相反的正负，动到头。",
            en="To make $g_i\\delta_i$ smallest, $\\delta_i$ has the sign opposite to $g_i$ and goes all the way.",
        ),
        both(
            zh="偏导数大小不管，只看正负；等于 0 的返回 0。",
            en="Look at the sign only, not at the size; where it is 0, return 0.",
        ),
    ),
    wrong=(
        wrong(
            negated(ruled),
            zh="这一步上了坡：方向要和梯度相反。",
            en="This step goes uphill: go against the gradient.",
            credit=0.5,
        ),
        wrong(
            shortened,
            zh="这是缩短了的 $-g$，按直线距离量才最陡；这把尺子下，小的数也可以动到头。",
            en="This is $-g$ made shorter, the steepest by straight distance; by this ruler the small ones may go all the way too.",
        ),
        wrong(
            lambda grad, limit: [max(-limit, min(limit, -slope)) for slope in grad],
            zh="你把 $-g$ 裁到了范围里；没到头的数还可以多动一点，降得更多。",
            en="You cut $-g$ to the range; numbers that are not at its end may move further and lower the loss more.",
            credit=0.5,
        ),
        wrong(
            lambda grad, limit: [step / limit for step in ruled(grad, limit)],
            zh="正负对了，可动了 1；最多只能动 `limit`。",
            en="The signs are right, but you move by 1; `limit` is the most.",
            credit=0.5,
        ),
        wrong(
            lambda grad, limit: [-limit if slope >= 0 else limit for slope in grad],
            zh="偏导数是 0 的，动不动都一样，题目要它别动。",
            en="Where the partial derivative is 0, a move changes nothing, and it was to stay.",
            credit=0.5,
        ),
        wrong(
            lambda grad, limit: (limit * steepest_descent(pair(*grad), "sum")).tolist(),
            zh="你只动了一个数。各管各的，个个都可以动到头。",
            en="You moved one number only. Each has its own limit, and all may go all the way.",
        ),
        wrong(
            lambda grad, limit: (limit * steepest_descent(pair(*grad))).tolist(),
            zh="你让整步的直线长度等于 `limit`；这里限的是每一个数。",
            en="You made the whole step `limit` long by straight distance; here each number has the limit.",
        ),
    ),
)

TASKS = (TWO_PARTIALS, SLOPE_ALONG, DEGREES_OFF, STEEPEST_DOWN, LARGEST_ENTRY)
