"""Exercises on the boundary of divergence, smooth and rough, declared once.

Book: learning_rates/fractal_boundary
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="发散的边界，凑近了看", en="The boundary of divergence, from close by")


# Two weights, one layer: the hyperbola


def curve(first, second, shared, lr1):
    left = 2 - first * lr1
    return 2 * left / (second * left + shared**2 * lr1)


def quadratic(draw):
    first, second = draw.between(1, 4), draw.between(1, 4)
    shared = draw.between(0.4, 0.9) * math.sqrt(first * second)
    return {
        "first": first, "second": second, "shared": shared,
        "lr1": draw.between(0.2, 0.8) * 2 / first,
    }  # fmt: skip


OTHER = Task(
    id="other_rate_limit",
    points=2,
    title=both(
        zh="一个学习率定了，另一个最大多少？", en="One rate is set: how large may the other be?"
    ),
    prompt=both(
        zh="只有一层，两个权重，各有学习率。海森矩阵是 [[`first`, `shared`], [`shared`, `second`]]。第一个学习率定在 `lr1`，比 2/`first` 小。\n\n返回第二个学习率的界限：再大就发散。",
        en="One layer, two weights, a rate each; the Hessian is [[`first`, `shared`], [`shared`, `second`]].\n"
        "The first rate is set to `lr1`, below 2/`first`.\n\n"
        "Return the limit of the second rate, beyond which training diverges.",
    ),
    solution='''
def other_rate_limit(first, second, shared, lr1):
    """The second rate on the boundary."""
    ### BEGIN SOLUTION
    room = 2 - lr1 * first
    return 2 * room / (second * room + lr1 * shared * shared)
    ### END SOLUTION
''',
    inputs=quadratic,
    reference=curve,
    hints=(
        both(
            zh="在边界上，有一个方向走一步正好翻到对面。",
            en="On the boundary, one direction is turned to its other side by a step.",
        ),
        both(
            zh="设 $x_1\\to-x_1$，$x_2\\to-x_2$，得两个式子；相乘，约掉 $x_1x_2$。",
            en="Let $x_1\\to-x_1$ and $x_2\\to-x_2$: two equations; multiply them, and $x_1x_2$ cancels.",
        ),
        both(
            zh="得到 `(2 - lr1 * first) * (2 - lr2 * second) == lr1 * lr2 * shared**2`，解出 `lr2`。",
            en="This gives `(2 - lr1 * first) * (2 - lr2 * second) == lr1 * lr2 * shared**2`; solve for `lr2`.",
        ),
    ),
    wrong=(
        wrong(
            lambda first, second, shared, lr1: 2 / second,
            zh="你把两个权重当成互不相干；旁边的 `shared` 让界限更紧。",
            en="You treat the weights as unrelated; `shared` makes the limit stricter.",
        ),
        wrong(
            lambda first, second, shared, lr1: (
                4 / (first + second + math.hypot(first - second, 2 * shared))
            ),
            zh="这是两个学习率一样时的界限；第一个已经定在 `lr1`。",
            en="This is the limit of one rate for both; the first is set to `lr1`.",
        ),
        wrong(
            lambda first, second, shared, lr1: (
                2 * (2 - first * lr1) / (second * (2 - first * lr1) + shared * lr1)
            ),
            zh="两个式子相乘，`shared` 出现两次：要平方。",
            en="Multiply the two equations and `shared` comes in twice: square it.",
            credit=0.5,
        ),
        wrong(
            lambda first, second, shared, lr1: (
                (1 - first * lr1) / (second * (1 - first * lr1) - shared**2 * lr1)
            ),
            zh="你让这个方向一步归零；边界上是翻到对面，乘的是 -1。",
            en="You let the direction vanish in one step; on the boundary it is multiplied by -1.",
        ),
    ),
)


# Escape of the net a · b


def escaped(w, lr, steps):
    for step in range(1, steps + 1):
        w = w - lr * (w * w - 1) * w
        if w * w > 1 + 2 / lr:
            return step
    return 0


def surely(draw, lr, steps, sign=1):
    """A start that escapes after 4 to `steps` steps, however its orbit is rounded."""
    while True:
        w = sign * draw.between(0.2, 0.6)
        found = {escaped(w * (1 + nudge), lr, steps) for nudge in (-1e-6, 0.0, 1e-6)}
        if found <= {*range(4, steps + 1)} and len(found) == 1:
            return w


def a_start(draw):
    """Gone at once, after a while, never, only with steps enough, barely outside, to either side."""
    lr = draw.between(2.2, 3.2)
    edge, top = math.sqrt(1 + 2 / lr), math.sqrt((1 + lr) / (3 * lr))
    barely = edge * (1 + draw.between(0.001, 0.003))  # a larger bound would see it steps later
    return (
        {"w": top, "lr": lr, "steps": 30},
        {"w": surely(draw, lr, 9), "lr": lr, "steps": 60},
        {"w": draw.between(0.5, 1.4), "lr": draw.between(0.1, 0.6), "steps": 40},
        {"w": barely, "lr": lr, "steps": 30},
        {"w": 1 + draw.between(1e-5, 1e-4), "lr": lr, "steps": 2},
        {"w": -top, "lr": lr, "steps": 5},
        {"w": surely(draw, lr, 9, sign=-1), "lr": lr, "steps": 60},
        {"w": surely(draw, lr, 6), "lr": lr, "steps": 6},
    )[draw.case]


ESCAPE = Task(
    id="escape_step",
    points=2,
    kind="implementation",
    title=both(zh="第几步飞走？", en="At which step does it escape?"),
    prompt=both(
        zh="两层的网络输出 $ab$，目标 1，$a=b=w$。一步是 $w\\leftarrow w-\\eta(w^2-1)w$，`lr` 是 $\\eta$。\n\n走完一步，$w^2$ 超过 $1+2/\\eta$，就算飞走。返回走到第几步飞走，头一步是 1；`steps` 步之内没有飞走，返回 0。",
        en="The net of two layers gives $ab$, its target is 1, and $a=b=w$.\n"
        "One step is $w\\leftarrow w-\\eta(w^2-1)w$, and `lr` is $\\eta$.\n\n"
        "It has escaped when, after a step, $w^2$ is above $1+2/\\eta$.\n"
        "Return the number of that step, 1 for the first; 0 where it has not escaped within `steps` steps.",
    ),
    solution='''
def escape_step(w, lr, steps):
    """The step after which w has escaped, 0 for none."""
    ### BEGIN SOLUTION
    bound = 1 + 2 / lr
    for step in range(steps):
        w = (1 + lr) * w - lr * w**3
        if w**2 > bound:
            return step + 1
    return 0
    ### END SOLUTION
''',
    inputs=a_start,
    reference=escaped,
    cases=8,
    hints=(
        both(
            zh="每一步都从上一步的结果出发，走完再看。",
            en="Each step starts from the result of the last one; look after it.",
        ),
        both(
            zh="先 $w\\leftarrow w-\\eta(w^2-1)w$，再比 $w^2$ 和 $1+2/\\eta$。",
            en="First $w\\leftarrow w-\\eta(w^2-1)w$, then compare $w^2$ with $1+2/\\eta$.",
        ),
        both(
            zh="循环 `steps` 次，超过了就返回步数；循环走完返回 0。",
            en="Loop `steps` times and return the step once it is above; return 0 after the loop.",
        ),
    ),
    wrong=(
        wrong(
            lambda w, lr, steps: max(escaped(w, lr, steps) - 1, 0),
            zh="少数了一步：走完头一步，就是第 1 步。",
            en="One too few: after the first step it is step 1.",
            credit=0.5,
        ),
        wrong(
            lambda w, lr, steps: escaped(w, lr, steps) or steps,
            zh="没有飞走的要返回 0，不是 `steps`。",
            en="Where it has not escaped the answer is 0, not `steps`.",
            credit=0.5,
        ),
        wrong(
            lambda w, lr, steps: escaped(w, lr, 10_000 if lr > 1 else steps),
            zh="你走过了头：只走 `steps` 步。",
            en="You walk too far: there are only `steps` steps.",
            credit=0.5,
        ),
        wrong(
            lambda w, lr, steps: _escape(w, lr, steps, lambda w: lr * (w * w - 1)),
            zh="梯度是 $(w^2-1)w$，你少乘了一个 $w$。",
            en="The gradient is $(w^2-1)w$; a factor $w$ is missing.",
        ),
        wrong(
            lambda w, lr, steps: _escape(w, lr, steps, lambda w: -lr * (w * w - 1) * w),
            zh="符号反了：沿梯度的反方向走。",
            en="The sign is reversed: walk against the gradient.",
        ),
        wrong(
            lambda w, lr, steps: steps - escaped(w, lr, steps) + 1 if escaped(w, lr, steps) else 0,
            zh="你数的是飞走以后的步数；一飞走就返回。",
            en="You count the steps spent outside; return as soon as it has escaped.",
        ),
        wrong(
            lambda w, lr, steps: _escape(w, lr, steps, lambda w: lr * (w * w - 1) * w, signed=True),
            zh="飞走可以飞向两边：比的是 $w^2$，不是 $w$。",
            en="It can escape to either side: compare $w^2$, not $w$.",
            credit=0.5,
        ),
    ),
)


def _escape(w, lr, steps, moved, bound=None, signed=False):
    bound = 1 + 2 / lr if bound is None else bound
    for step in range(1, steps + 1):
        w = w - moved(w)
        if (w > math.sqrt(bound)) if signed else (w * w > bound):
            return step
        if abs(w) > 1e6:
            return 0
    return 0


# Boxes


def held(cells, side):
    return len({(row // side, column // side) for row, column in cells})


def slope(cells, small, large):
    return math.log(held(cells, small) / held(cells, large)) / math.log(large / small)


def some_cells(draw):
    """A ragged line, a dust and a block, shifted off the corner."""
    at = draw.whole(3, 9)
    kind = draw.case % 3
    if kind == 0:
        cells = [[i + at, (i * draw.whole(1, 4)) % 13 + i // 2] for i in range(48)]
    elif kind == 1:
        side = range(32)
        cells = [[i + at, j + at] for i in side for j in side if i & j == 0]
    else:
        cells = [[i + at, j] for i in range(draw.whole(9, 14)) for j in range(21)]
    return {"cells": cells, "small": (1, 2)[draw.case % 2], "large": (8, 6, 12)[kind]}


BOXES = Task(
    id="dimension_from_boxes",
    points=3,
    kind="implementation",
    title=both(zh="数盒子，求盒维数", en="Count boxes, find the dimension"),
    prompt=both(
        zh="`cells` 是边界上的格子，每个是（行，列），都是不小于 0 的整数。盒子从 0 开始排，边长 `side` 的盒子盖住行号 0 到 `side - 1`，下一个从 `side` 开始；列也一样。只数装着格子的盒子。\n\n用边长 `small` 和 `large` 各数一次，返回盒维数：$\\ln n$ 对 $\\ln(1/r)$ 的斜率。",
        en="`cells` are the cells of a boundary, each (row, column), whole numbers of at least 0.\n"
        "Boxes begin at 0: one of side `side` covers the rows 0 to `side - 1`, the next begins at `side`; columns likewise.\n"
        "Only boxes that hold a cell count.\n\n"
        "Count with the sides `small` and `large`, and return the box dimension: the slope of $\\ln n$ against $\\ln(1/r)$.",
    ),
    solution='''
def dimension_from_boxes(cells, small, large):
    """The box dimension, from boxes of two sides."""
    ### BEGIN SOLUTION
    counts = []
    for side in (small, large):
        boxes = set()
        for row, column in cells:
            boxes.add((row // side, column // side))
        counts.append(len(boxes))
    rise = math.log(counts[0]) - math.log(counts[1])
    return rise / (math.log(large) - math.log(small))
    ### END SOLUTION
''',
    inputs=some_cells,
    reference=slope,
    hints=(
        both(
            zh="两个格子在同一个盒子里，只数一次。",
            en="Two cells in one box count once.",
        ),
        both(
            zh="盒子的编号是行、列各除以边长取整；$d=\\ln(n_1/n_2)/\\ln(r_2/r_1)$。",
            en="A box is known by row and column divided by the side, rounded down; $d=\\ln(n_1/n_2)/\\ln(r_2/r_1)$.",
        ),
        both(
            zh="把 `(row // side, column // side)` 放进一个集合，数它有几个。",
            en="Put `(row // side, column // side)` into a set and count it.",
        ),
    ),
    wrong=(
        wrong(
            lambda cells, small, large: -slope(cells, small, large),
            zh="符号反了：盒子越小，要得越多，斜率是对 $\\ln(1/r)$ 的。",
            en="The sign is reversed: smaller boxes, more of them; the slope is taken against $\\ln(1/r)$.",
            credit=0.5,
        ),
        wrong(
            lambda cells, small, large: 1 / slope(cells, small, large),
            zh="颠倒了：是 $\\ln n$ 的变化除以 $\\ln(1/r)$ 的变化。",
            en="Upside down: the change of $\\ln n$ over the change of $\\ln(1/r)$.",
            credit=0.5,
        ),
        wrong(
            lambda cells, small, large: (
                (held(cells, small) - held(cells, large)) / math.log(large / small)
            ),
            zh="盒数也要取对数。",
            en="Take the logarithm of the counts too.",
        ),
        wrong(
            lambda cells, small, large: math.log(held(cells, small) / held(cells, large)),
            zh="还要除以 $\\ln(r_2/r_1)$：边长差了几倍。",
            en="Divide by $\\ln(r_2/r_1)$ as well: by how much the sides differ.",
            credit=0.5,
        ),
        wrong(
            lambda cells, small, large: math.log(len(cells) / held(cells, large)) / math.log(large),
            zh="小盒子的边长是 `small`，不总是 1。",
            en="The small boxes have the side `small`, which is not always 1.",
            credit=0.5,
        ),
        wrong(
            lambda cells, small, large: (
                math.log(
                    len({row // small for row, _ in cells})
                    / len({row // large for row, _ in cells})
                )
                / math.log(large / small)
            ),
            zh="行和列都要除：盒子是方的，不是一整条。",
            en="Divide rows and columns: a box is a square, not a stripe.",
        ),
    ),
)


# Which one is a line?


LINE = 1.2  # the steepest slope that counts as a line


def sloped(draw, most, slope):
    """Counts that fall by this slope: integers, rounded less than any slip would move the slope."""
    return [round(most * 2 ** (-slope * halvings)) for halvings in range(4)]


def counted(draw):
    """A line and a rough boundary in every order, a few cells and many, close to the limit too."""
    line = [draw.whole(40, 60)]
    rough = [draw.whole(150, 300)]
    for _ in range(3):
        line.append(round(line[-1] / 2 ** draw.between(0.96, 1.04)))
        rough.append(round(rough[-1] / 2 ** draw.between(1.25, 1.6)))
    many = [8 * each for each in line]  # many cells, and a line all the same
    few = [40, 17, 7, 3]
    below, above = (
        sloped(draw, draw.whole(3000, 5000), LINE + sign * draw.between(0.004, 0.01))
        for sign in (-1, 1)
    )
    pairs = (
        (rough, line), (many, few), (line, many), (rough, few),
        (line, rough), (few, many), (below, above), (above, below),
    )  # fmt: skip
    left, right = pairs[draw.case]
    return {"left": left, "right": right}


def fitted(counts):
    x = torch.arange(len(counts), dtype=torch.float64)
    y = -torch.tensor(counts, dtype=torch.float64).log2()
    x, y = x - x.mean(), y - y.mean()
    return ((x * y).sum() / (x * x).sum()).item()


def straight(left, right):
    first, second = fitted(left) <= LINE, fitted(right) <= LINE
    return {(True, False): 1, (False, True): 2, (True, True): 3, (False, False): 0}[first, second]


WHICH = Task(
    id="which_is_a_line",
    points=2,
    title=both(zh="哪一边是直线？", en="Which side is a line?"),
    prompt=both(
        zh="两张图，各用边长 1、2、4、8 的盒子数过边界：`left` 和 `right` 各是四个盒数。盒维数是 $\\ln n$ 对 $\\ln(1/r)$ 的最小二乘斜率，不超过 1.2 算直线。\n\n返回 1：只有左边是直线；2：只有右边；3：两边都是；0：都不是。",
        en="In two pictures the boundary was covered with boxes of side 1, 2, 4 and 8; `left` and `right` are the four counts.\n"
        "The box dimension is the least-squares slope of $\\ln n$ against $\\ln(1/r)$, and up to 1.2 it counts as a line.\n\n"
        "Return 1 where only the left is a line; 2 where only the right is; 3 for both; 0 for neither.",
    ),
    solution='''
def which_is_a_line(left, right):
    """1 left, 2 right, 3 both, 0 neither."""
    ### BEGIN SOLUTION
    answer = 0
    for value, counts in ((1, left), (2, right)):
        x = [-math.log(side) for side in (1, 2, 4, 8)]
        y = [math.log(count) for count in counts]
        middle = sum(x) / 4
        off = [each - middle for each in x]
        slope = sum(a * b for a, b in zip(off, y)) / sum(a * a for a in off)
        if slope <= 1.2:
            answer += value
    return answer
    ### END SOLUTION
''',
    inputs=counted,
    reference=straight,
    cases=8,
    hints=(
        both(
            zh="盒子多，不等于粗糙；要看盒子变小时，盒数多得有多快。",
            en="Many boxes do not mean rough; what counts is how fast they grow as the boxes shrink.",
        ),
        both(
            zh="边长减半，直线的盒数是 2 倍，粗糙的边界更多。",
            en="When the side is halved a line takes 2 times the boxes, a rough boundary more.",
        ),
        both(
            zh="`numpy.polyfit` 拟合盒数的对数对边长的对数，取负的斜率，再和 1.2 比。",
            en="Fit the logarithms with `numpy.polyfit`, take minus the slope, and compare it with 1.2.",
        ),
    ),
    wrong=(
        wrong(
            lambda left, right: sum(
                value for value, each in ((1, left), (2, right)) if each[0] < 100
            ),
            zh="你看的是盒子有多少。一条长线也能有很多盒子：要看斜率。",
            en="You look at how many boxes there are. A long line has many too: look at the slope.",
        ),
        wrong(
            lambda left, right: {0: 0, 1: 2, 2: 1, 3: 3}[straight(left, right)],
            zh="左右弄反了。",
            en="Left and right are exchanged.",
            credit=0.5,
        ),
        wrong(
            lambda left, right: 3 - straight(left, right),
            zh="反了：斜率不超过 1.2 的才是直线，超过的粗糙。",
            en="The other way round: up to 1.2 is a line, above it is rough.",
        ),
        wrong(
            lambda left, right: 1 if fitted(left) < fitted(right) else 2,
            zh="你只比了两边哪个小；两边可以都是直线，也可以都不是。",
            en="You only ask which is smaller; both may be lines, or neither.",
            credit=0.5,
        ),
    ),
)


# A lottery below the largest rate


def drawn_rates(draw):
    """Clean; gaps near the largest; gaps further down; the largest that works beyond a failure."""
    grid = [round(0.1 * 1.06**k, 6) for k in range(40)]
    top = draw.whole(28, 33)
    works = [place <= top for place in range(40)]
    kind = draw.case % 4
    if kind in (1, 3):
        for place in (top - 1, top - 2, top - 4):
            works[place] = False
    if kind == 2:
        for place in (top - 3, top - 15, top - 20):
            works[place] = False
    if kind == 3:
        works[top + 3] = True
    return {"rates": grid, "works": works, "factor": (2.0, 1.2, 2.0, 1.5)[kind]}


def lost(rates, works, factor):
    top = max(rate for rate, good in zip(rates, works, strict=True) if good)
    near = [good for rate, good in zip(rates, works, strict=True) if top / factor <= rate <= top]
    return near.count(False) / len(near)


LOTTERY = Task(
    id="failing_share",
    points=2,
    title=both(zh="往下几成不行？", en="What share below fails?"),
    prompt=both(
        zh="`rates` 从小到大是试过的学习率，`works` 是各自训练得动（`True`）还是不行。其中能训练的，最大的那个叫最大可用学习率。\n\n返回从最大可用的 1/`factor` 倍到最大可用（两头都算）这一段里，不行的占多大比例。",
        en="`rates` are the learning rates that were tried, rising, and `works` says of each whether it trains (`True`).\n"
        "The largest that trains is the largest usable rate.\n\n"
        "Return the share that fails among the rates from 1/`factor` of the largest usable one up to it, both ends included.",
    ),
    solution='''
def failing_share(rates, works, factor):
    """The share of rates that fail just below the largest usable one."""
    ### BEGIN SOLUTION
    tried = list(zip(rates, works))
    top = max(rate for rate, good in tried if good)
    near = [good for rate, good in tried if top / factor <= rate <= top]
    return sum(not good for good in near) / len(near)
    ### END SOLUTION
''',
    inputs=drawn_rates,
    reference=lost,
    hints=(
        both(
            zh="先找能训练的里面最大的，不是头一个失败之前的那个。",
            en="First find the largest rate that trains, not the one before the first failure.",
        ),
        both(
            zh="再取这一段：从它除以 `factor` 到它，数失败的占几成。",
            en="Then take the rates from it divided by `factor` up to it, and count the share of failures.",
        ),
        both(
            zh="失败的个数除以这一段里试过的个数，不是全部的个数。",
            en="Divide the failures by the number tried in this stretch, not by all.",
        ),
    ),
    wrong=(
        wrong(
            lambda rates, works, factor: works.count(False) / len(works),
            zh="你数了全部的学习率；只看最大可用的附近这一段。",
            en="You count all rates; look only at the stretch below the largest usable one.",
        ),
        wrong(
            lambda rates, works, factor: lost(rates, works, rates[-1] / rates[0]),
            zh="`factor` 没有用上：往下只看到它的 1/`factor` 倍。",
            en="`factor` is not used: go down only to 1/`factor` of it.",
            credit=0.5,
        ),
        wrong(
            lambda rates, works, factor: lost(
                rates[: works.index(False)], works[: works.index(False)], factor
            ),
            zh="你停在头一个失败之前；再往上还有能训练的。",
            en="You stop before the first failure; beyond it there are rates that train.",
        ),
        wrong(
            lambda rates, works, factor: 1 - lost(rates, works, factor),
            zh="这是能训练的占几成；要的是不行的。",
            en="This is the share that trains; what is asked for is the share that fails.",
            credit=0.5,
        ),
    ),
)

TASKS = (OTHER, ESCAPE, BOXES, WHICH, LOTTERY)
