"""Exercises on critical points, saddles and what frees a ball from one, declared once.

Book: convergence/landscape
"""

import math

import torch

from dlnotes.convergence.critical import classify_critical_point, steps_to_leave
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import off_by_one, replaced, scaled

TITLE = both(zh="碗、坑和马鞍", en="Bowls, pits and saddles")


# The curvature in one direction


def direction(draw):
    return {
        "xx": draw.between(0.5, 3),
        "xy": draw.between(-2, 2),
        "yy": -draw.between(0.5, 3),
        "right": draw.between(0.3, 2),
        "up": -draw.between(0.3, 2),
    }


def curvature(xx, xy, yy, right, up, *, cross=2.0, unit=True):
    size = right**2 + up**2 if unit else 1.0
    return (xx * right**2 + cross * xy * right * up + yy * up**2) / size


DIRECTION_CURVATURE = Task(
    id="direction_curvature",
    points=1,
    title=both(zh="朝这边，弯多少", en="How much it bends that way"),
    prompt=both(
        zh="海森矩阵的四个数是 `xx`、`xy`、`xy`、`yy`。一步往右 `right`，往上 `up`。沿着这一步的方向，曲率是多少？步子多长不该有影响。",
        en="The four numbers of a Hessian are `xx`, `xy`, `xy`, `yy`.\n"
        "A step goes `right` to the right and `up` upwards.\n"
        "What is the curvature in its direction?\nThe length of the step must not matter.",
    ),
    solution='''
def direction_curvature(xx, xy, yy, right, up):
    """The curvature in the direction of a step."""
    ### BEGIN SOLUTION
    bend = xx * right**2 + 2 * xy * right * up + yy * up**2
    return bend / (right**2 + up**2)
    ### END SOLUTION
''',
    inputs=direction,
    reference=curvature,
    hints=(
        both(
            zh="先让矩阵乘这一步，再和这一步逐个相乘、加起来。",
            en="Multiply the matrix by the step, then the result by the step, number by number, and add.",
        ),
        both(
            zh="对步子 $\\delta$，曲率是 $\\delta^\\top H\\delta$ 除以步长的平方。",
            en="For a step $\\delta$ it is $\\delta^\\top H\\delta$ over the squared length of the step.",
        ),
        both(
            zh="`xy` 在矩阵里有两处，所以它那一项出现两次；最后除以 `right**2 + up**2`。",
            en="`xy` stands in the matrix twice, so its term comes twice; divide by `right**2 + up**2` at the end.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: curvature(*given, unit=False),
            zh="步子长一倍，你的答案就变成 4 倍：要除以步长的平方。",
            en="A step twice as long makes your answer 4 times as large: divide by its squared length.",
            credit=0.5,
        ),
        wrong(
            lambda *given: curvature(*given, cross=1.0),
            zh="`xy` 只算了一次：它在矩阵里有两处。",
            en="You count `xy` once; it stands in the matrix twice.",
            credit=0.5,
        ),
        wrong(
            lambda *given: curvature(*given, cross=0.0),
            zh="你只看了两条轴，中间那个数没有用上：斜着走，它才说话。",
            en="You look along the axes only: in a slanting direction the number between counts too.",
        ),
    ),
)


# Which kind of place


def place(draw):
    """All kinds by turns; a saddle whose axes both bend up is among them."""
    kind = draw.case % 4
    first, second = draw.between(0.4, 0.9), draw.between(1, 2)
    signs, share = {
        0: ((1, 1), (0.3, 0.8)),
        1: ((-1, -1), (0.3, 0.8)),
        2: ((1, -1), (0.2, 0.4)),
        3: ((1, 1), (1.3, 2)),
    }[kind]
    mixed = math.sqrt(first * second) * draw.between(*share)
    return {"xx": signs[0] * first, "xy": round(mixed, 3), "yy": signs[1] * second}


def kind_of(xx, xy, yy):
    low, high = torch.linalg.eigvalsh(torch.tensor([[xx, xy], [xy, yy]]).double()).tolist()
    return low, high, KINDS[classify_critical_point([low, high])]


def along_the_axes(xx, xy, yy):
    kind = 1 if min(xx, yy) > 0 else -1 if max(xx, yy) < 0 else 0
    return min(xx, yy), max(xx, yy), kind


def rooted(xx, xy, yy, *, cross=1.0, half=0.5):
    """Eigenvalues with a mistake under the root, and the kind they would mean."""
    root = math.sqrt((half * (xx - yy)) ** 2 + cross * xy**2)
    low, high = (xx + yy) / 2 - root, (xx + yy) / 2 + root
    return low, high, KINDS[classify_critical_point([low, high])]


KINDS = {"minimum": 1, "maximum": -1, "saddle": 0, "undecided": 0}
CRITICAL_KIND = Task(
    id="critical_kind",
    points=2,
    title=both(zh="坑、山顶还是鞍点", en="Pit, hilltop or saddle"),
    prompt=both(
        zh="一处没有坡，那里海森矩阵的四个数是 `xx`、`xy`、`xy`、`yy`。返回小的特征值、大的特征值，再加一个数：坑是 1，山顶是 $-1$，鞍点是 0。题里没有特征值正好是 0 的。",
        en="At a place without slope the four numbers of the Hessian are `xx`, `xy`, `xy`, `yy`.\n"
        "Return the smaller eigenvalue, the larger, and a third number: 1 for a pit, $-1$ for a hilltop, 0 for a saddle.\n"
        "No eigenvalue here is exactly 0.",
    ),
    solution='''
def critical_kind(xx, xy, yy):
    """Both eigenvalues, and 1 for a pit, -1 for a hilltop, 0 for a saddle."""
    ### BEGIN SOLUTION
    middle, root = (xx + yy) / 2, math.hypot((xx - yy) / 2, xy)
    low, high = middle - root, middle + root
    return low, high, 1 if low > 0 else -1 if high < 0 else 0
    ### END SOLUTION
''',
    returns="(low, high, kind)",
    inputs=place,
    reference=kind_of,
    hints=(
        both(
            zh="沿坐标轴看不够：特征值是各方向的曲率里，最大的和最小的。",
            en="Looking along the axes is not enough: eigenvalues are the largest and the smallest curvature of all directions.",
        ),
        both(
            zh="两个特征值是两轴曲率的平均，加上和减去一个根号；根号里是两轴之差一半的平方，加上 `xy` 的平方。",
            en="They are the mean of the curvatures along the axes, plus and minus a root: of half their difference, squared, plus `xy` squared.",
        ),
        both(
            zh="小的那个大于 0，是坑；大的那个小于 0，是山顶；其余是鞍点。",
            en="The smaller above 0: a pit. The larger below 0: a hilltop. Else a saddle.",
        ),
    ),
    wrong=(
        wrong(
            along_the_axes,
            zh="你只看了两条轴：两条轴都往上弯，斜着也可以往下。",
            en="You look along the axes only: where both bend up, a slanting direction can still bend down.",
        ),
        wrong(
            replaced(kind_of, 2, lambda xx, xy, yy: -kind_of(xx, xy, yy)[2]),
            zh="坑和山顶反了：往上弯，没有坡的那一点是坑底。",
            en="Pit and hilltop are reversed: where the ground bends up, the place without slope is at the bottom.",
            credit=0.5,
        ),
        wrong(
            lambda *given: rooted(*given, half=1.0),
            zh="根号里，两轴之差要先取一半。",
            en="Under the root, halve the difference of the axes first.",
            credit=0.5,
        ),
        wrong(
            lambda *given: rooted(*given, cross=4.0),
            zh="根号里的 `xy` 多了一倍：只有两轴之差要和 2 打交道。",
            en="Under the root `xy` is twice as large as it should be: only the difference of the axes has to do with 2.",
            credit=0.5,
        ),
        wrong(
            lambda *given: (*kind_of(*given)[1::-1], kind_of(*given)[2]),
            zh="次序反了：先小的，后大的。",
            en="The order is reversed: first the smaller, then the larger.",
            credit=0.5,
        ),
    ),
)


# How long it stays


SADDLE_STEPS = Task(
    id="saddle_steps",
    points=1,
    title=both(zh="不跑，先算出来", en="Predict without running"),
    prompt=both(
        zh="球离鞍点 `beside`，在往下弯的方向上；那个方向的曲率是 `curvature`，是负数。学习率 `lr`，没有噪声。走到第几步，头一回离开至少 1 那么远？",
        en="A ball lies `beside` a saddle, in the direction that bends down; its curvature there, `curvature`, is negative.\n"
        "The learning rate is `lr`, and there is no noise.\n"
        "After how many steps is it first at least 1 away?",
    ),
    solution='''
def saddle_steps(beside, lr, curvature):
    """The first step at which the ball is at least 1 away."""
    ### BEGIN SOLUTION
    return math.ceil(math.log(1 / beside) / math.log(1 - lr * curvature))
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "beside": draw.decades(1e-10, 1e-3),
        "lr": draw.between(0.05, 0.3),
        "curvature": -draw.between(0.5, 2),
    },
    reference=steps_to_leave,
    hints=(
        both(
            zh="每一步把离开的距离变成几倍？",
            en="By what does every step multiply the distance?",
        ),
        both(
            zh="$t$ 步以后是 `beside * (1 + lr * abs(curvature)) ** t`；要它不小于 1，两边取对数。",
            en="After $t$ steps it is `beside * (1 + lr * abs(curvature)) ** t`; set that to at least 1 and take logarithms.",
        ),
        both(
            zh="步数是整数，差一点也不算到：往上取整。",
            en="Steps are whole, and nearly is not there: round up.",
        ),
    ),
    wrong=(
        wrong(
            off_by_one(steps_to_leave, -1),
            zh="少一步：那时还不到 1。",
            en="One step short: it is not yet 1 away.",
            credit=0.5,
        ),
        wrong(
            off_by_one(steps_to_leave),
            zh="多一步：起点是第 0 步。",
            en="One step too many: the start is step 0.",
            credit=0.5,
        ),
        wrong(
            lambda beside, lr, curvature: math.ceil(
                -math.log(beside) / -math.log1p(lr * curvature)
            ),
            zh="你用的倍数是 $1-\\eta|\\lambda|$，那是往上弯的方向：在那边越走越近，在这边越走越远。",
            en="Your factor is $1-\\eta|\\lambda|$, which belongs to a direction that bends up: there it comes closer, here it goes away.",
        ),
        wrong(
            lambda beside, lr, curvature: math.ceil((1 - beside) / (-lr * curvature * beside)),
            zh="你让每一步走得一样长。离得越远，坡越陡，步子也越长。",
            en="You make all steps equally long. The farther out, the steeper the slope, and the longer the step.",
        ),
    ),
)


# A ball with noise


def shaken_run(draw):
    """A ball on either side, one exactly on top, and one that the noise cannot free in time."""
    kind, steps = draw.case % 4, draw.whole(40, 60)
    size, y = ((0.02, 0.1), (0.05, -0.2), (0.3, 0.0), (1e-9, 0.0))[kind]
    return {
        "y": y * draw.between(0.5, 1),
        "lr": draw.between(0.15, 0.3),
        "noise": [size * draw.between(-1, 1) for _ in range(steps)],
    }


def shaken(y, lr, noise, *, start=1, to_slope=True, side=abs, kept=True, falls=-1.0):
    for step, kick in enumerate(noise, start):
        slope = falls * y + (kick if to_slope and kept else 0.0)
        y = y - lr * slope + (kick if kept and not to_slope else 0.0)
        if side(y) >= 1:
            return step
    return -1


SHAKEN_BALL = Task(
    id="shaken_ball",
    points=3,
    kind="implementation",
    title=both(zh="让噪声推它", en="Let the noise push it"),
    prompt=both(
        zh="球在 $f(y)=-y^2/2$ 上，从 `y` 出发，学习率 `lr`。第几步的梯度添上 `noise` 里的第几个数，再照梯度下降走一步。返回头一回离开至少 1 那么远的步数，哪一边都算；`noise` 用完还没有，返回 $-1$。",
        en="A ball lies on $f(y)=-y^2/2$ at `y`; the learning rate is `lr`.\n"
        "At every step add the next number of `noise` to the gradient, then take a step of gradient descent.\n"
        "Return the first step after which it is at least 1 away, on either side; $-1$ if `noise` ends before that.",
    ),
    solution='''
def shaken_ball(y, lr, noise):
    """The first step after which the ball is at least 1 away, or -1."""
    ### BEGIN SOLUTION
    for step, kick in enumerate(noise, 1):
        y = y - lr * (-y + kick)
        if abs(y) >= 1:
            return step
    return -1
    ### END SOLUTION
''',
    inputs=shaken_run,
    reference=shaken,
    hints=(
        both(
            zh="梯度是 $-y$：往下弯，离得越远坡越陡。",
            en="The gradient is $-y$: the ground bends down, steeper farther out.",
        ),
        both(
            zh="先把噪声加到梯度上，再乘学习率，从 `y` 里减去。",
            en="Add the noise to the gradient first, then multiply by the learning rate, then subtract from `y`.",
        ),
        both(
            zh="步数从 1 数起；每走一步看一次绝对值，走完还没离开才返回 $-1$。",
            en="Count steps from 1; look at the absolute value after every step, and return $-1$ only after the last.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: shaken(*given, kept=False),
            zh="噪声没有用上：从 0 出发，没有噪声就不会动。",
            en="The noise is not used: from 0 nothing moves without it.",
        ),
        wrong(
            lambda *given: shaken(*given, to_slope=False),
            zh="噪声加在了位置上。它在梯度里，也要乘学习率。",
            en="You add the noise to the place. It belongs to the gradient, and is multiplied by the learning rate as well.",
            credit=0.5,
        ),
        wrong(
            lambda *given: shaken(*given, start=0),
            zh="步数从 0 数起了：走完一步，就是第 1 步。",
            en="You count from 0: after one step it is step 1.",
            credit=0.5,
        ),
        wrong(
            lambda *given: shaken(*given, falls=1.0),
            zh="你的地往上弯，球滚回了正中：$-y^2/2$ 的梯度是 $-y$。",
            en="Your ground bends up, and the ball rolls back: the gradient of $-y^2/2$ is $-y$.",
        ),
        wrong(
            lambda y, lr, noise: len(noise) if shaken(y, lr, noise) < 0 else shaken(y, lr, noise),
            zh="噪声用完还没离开，要返回 $-1$，不是步数。",
            en="Where the noise ends before it has left, return $-1$, not the number of steps.",
            credit=0.5,
        ),
        wrong(
            lambda *given: shaken(*given, side=lambda y: y),
            zh="往负的那边离开，你没有算。",
            en="You miss a ball that leaves on the negative side.",
            credit=0.5,
        ),
    ),
)


# Is it a bowl


def samples(draw):
    """Heights at equal distances: a bowl, and bowls with a bump early or late."""
    kind, count = draw.case % 4, draw.whole(6, 7)
    bend, low = draw.between(0.3, 1), draw.whole(2, 3)
    heights = [bend * (i - low) ** 2 + draw.between(0, 0.05) for i in range(count)]
    if kind:
        heights[(1, 2, count - 2)[kind - 1]] += 1.5 * bend + draw.between(0.2, 0.5)
    depth = draw.between(15, 20)
    return {"heights": [round(each - depth, 4) for each in heights]}


def bump(heights, *, sign=1.0, first=True, middle=0.5):
    found = [
        i
        for i in range(1, len(heights) - 1)
        if sign * (heights[i] - middle * (heights[i - 1] + heights[i + 1])) > 0
    ]
    return (found[0] if first else found[-1]) if found else -1


def peak(heights):
    """The first place higher than both of its neighbors."""
    inner = range(1, len(heights) - 1)
    return next((i for i in inner if heights[i] > max(heights[i - 1], heights[i + 1])), -1)


BROKEN_CHORD = Task(
    id="first_bump",
    points=2,
    title=both(zh="哪里不凸", en="Where it is not convex"),
    prompt=both(
        zh="`heights` 是一条曲线上等间隔的高度。凸的曲线，每一点都不高过左右两个邻居连成的弦。返回头一个高过弦的位置，从 0 数；一个也没有，返回 $-1$。",
        en="`heights` are taken from a curve at equal distances.\n"
        "On a convex curve no point lies above the chord between its two neighbors.\n"
        "Return the first place that does, counted from 0; $-1$ if there is none.",
    ),
    solution='''
def first_bump(heights):
    """The first place above the chord of its neighbors, or -1."""
    ### BEGIN SOLUTION
    for i in range(1, len(heights) - 1):
        if heights[i] > (heights[i - 1] + heights[i + 1]) / 2:
            return i
    return -1
    ### END SOLUTION
''',
    inputs=samples,
    reference=bump,
    hints=(
        both(
            zh="弦在正中间的高度，是两头的平均。",
            en="Halfway, a chord is as high as the mean of its ends.",
        ),
        both(
            zh="高过弦：它大于左右两个高度的和的一半。",
            en="Above the chord: larger than half the sum of its neighbors.",
        ),
        both(
            zh="头尾两点没有两个邻居，从位置 1 看到倒数第二个。",
            en="The first and the last have no two neighbors: look from place 1 to the last but one.",
        ),
    ),
    wrong=(
        wrong(
            peak,
            zh="你找的是山头。不凸不一定要高过邻居，高过两个邻居之间的弦就够了。",
            en="You look for a peak. It need not be higher than both neighbors: above the chord between them is enough.",
        ),
        wrong(
            lambda heights: bump(heights, sign=-1.0),
            zh="反了：低于弦，正是凸的样子。",
            en="Reversed: below the chord is what a convex curve does.",
        ),
        wrong(
            lambda heights: bump(heights, middle=1.0),
            zh="你比的是两个邻居的和，还要取一半。",
            en="You compare with the sum of the neighbors: halve it.",
        ),
    ),
)


# Repair: a start from which the run gets away in time


def start_for(budget, lr, curvature):
    return 1 / (1 - lr * curvature) ** budget


NUDGED_START = Task(
    id="nudged_start",
    points=1,
    title=both(zh="修好：起点挪多少", en="Repair: how far off to start"),
    prompt=both(
        zh="有人把网络的参数全取成 0，训练不动：它正好在鞍点上。最陡的往下弯的方向，曲率是 `curvature`，是负数；学习率 `lr`。想在 `budget` 步的时候离开恰好 1 那么远，起点在这个方向上要挪多远？",
        en="Somebody set all parameters of a net to 0, and the training does not move: it sits exactly on a saddle.\n"
        "In the direction that bends down most, the curvature is `curvature`, a negative number; the learning rate is `lr`.\n"
        "How far off in this direction must it start, to be exactly 1 away after `budget` steps?",
    ),
    solution='''
def nudged_start(budget, lr, curvature):
    """How far beside the saddle to start."""
    ### BEGIN SOLUTION
    return (1 - lr * curvature) ** -budget
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "budget": draw.whole(10, 60),
        "lr": draw.between(0.05, 0.5),
        "curvature": -draw.between(0.2, 1),
    },
    reference=start_for,
    hints=(
        both(
            zh="倒着想：从 1 往回走，每一步除以同一个数。",
            en="Think backwards: from 1, every step back divides by the same number.",
        ),
        both(
            zh="$y_0(1+\\eta|\\lambda|)^t=1$，解出 $y_0$。",
            en="Solve $y_0(1+\\eta|\\lambda|)^t=1$ for $y_0$.",
        ),
        both(
            zh="`curvature` 已经是负的：$1+\\eta|\\lambda|$ 就是 1 减去 `lr` 乘 `curvature`。",
            en="`curvature` is negative already: $1+\\eta|\\lambda|$ is 1 minus `lr` times `curvature`.",
        ),
    ),
    wrong=(
        wrong(
            lambda budget, lr, curvature: (1 + lr * curvature) ** budget,
            zh="你用了 $1-\\eta|\\lambda|$ 的倍数，那是往上弯的方向，每步缩这么多；往下弯的方向，每步放大 $1+\\eta|\\lambda|$ 倍。",
            en="You use $1-\\eta|\\lambda|$, by which a step shrinks the distance where the ground bends up; where it bends down, a step multiplies it by $1+\\eta|\\lambda|$.",
        ),
        wrong(
            lambda budget, lr, curvature: 1 / (1 - budget * lr * curvature),
            zh="你把每步的增长加起来了：它是乘上去的。",
            en="You add up the growth of the steps: it multiplies.",
        ),
        wrong(
            scaled(start_for, lambda budget, lr, curvature: 1 - lr * curvature),
            zh="远了一步：这样第 `budget` 步的前一步就到了。",
            en="One step too far off: it would be there one step before `budget`.",
            credit=0.5,
        ),
        wrong(
            lambda budget, lr, curvature: (1 - lr * curvature) ** budget,
            zh="这是放大的倍数；要的是起点，用 1 去除它。",
            en="This is the growth; asked is the start, 1 divided by it.",
            credit=0.5,
        ),
    ),
)

TASKS = (
    DIRECTION_CURVATURE,
    CRITICAL_KIND,
    SADDLE_STEPS,
    SHAKEN_BALL,
    BROKEN_CHORD,
    NUDGED_START,
)
