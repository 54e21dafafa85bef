"""Exercises on race pictures, declared once.

Book: optimizers/race_pictures
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import off_by_one, replaced, scaled, swapped
from dlnotes.optimizers import adagrad
from dlnotes.training.race.arrivals import arrivals
from dlnotes.training.surfaces.landscapes import quadratic, ravine

TITLE = both(zh="赛跑图怎样骗人", en="how race pictures mislead")


# The same path on another scale

RESCALED = Task(
    id="rescaled_lr",
    points=1,
    title=both(zh="损失换个单位", en="Another unit for the loss"),
    prompt=both(
        zh="SGD 和 Adam 都用学习率 `lr` 跑过一遍。现在损失的每个数都乘上 `factor`，山还是那座山。要让两种方法各走原来的路，学习率分别该是多少？\n\n"
        "返回 `(sgd_lr, adam_lr)`，Adam 的 $\\epsilon$ 不计。",
        en="SGD and Adam have both run with the learning rate `lr`.\n"
        "Now every value of the loss is multiplied by `factor`; the hill is the same hill.\n"
        "Which learning rates make each of the two walk its old path?\n\n"
        "Return `(sgd_lr, adam_lr)`; ignore the $\\epsilon$ of Adam.",
    ),
    solution='''
def rescaled_lr(lr, factor):
    """The learning rates that leave both paths as they were."""
    ### BEGIN SOLUTION
    return lr / factor, lr
    ### END SOLUTION
''',
    returns="(sgd_lr, adam_lr)",
    inputs=lambda draw: {"lr": draw.between(0.005, 0.5), "factor": draw.between(3, 40)},
    reference=lambda lr, factor: (lr / factor, lr),
    hints=(
        both(
            zh="损失乘一个数，梯度也乘同一个数。两种方法的一步各变多大？",
            en="Multiply the loss by a number, and the gradient is multiplied by it too. What becomes of a step of each method?",
        ),
        both(
            zh="SGD 的一步是 $\\eta g$；Adam 的一步是 $\\eta\\hat m/\\sqrt{\\hat v}$，分子分母都有梯度。",
            en="A step of SGD is $\\eta g$; a step of Adam is $\\eta\\hat m/\\sqrt{\\hat v}$, with the gradient above and below.",
        ),
        both(
            zh="只有一个学习率要改，除以 `factor`。",
            en="Only one of the two learning rates changes: divide it by `factor`.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, factor: (lr * factor, lr),
            zh="方向反了：梯度已经变大，SGD 的学习率要变小，步子才不变。",
            en="The wrong way round: the gradient has grown, so SGD keeps its step with a smaller learning rate.",
            credit=0.5,
        ),
        wrong(
            lambda lr, factor: (lr / factor, lr / factor),
            zh="Adam 的步子里，这个倍数上下约掉了，它的学习率不用动。",
            en="In a step of Adam the factor cancels; its learning rate stays.",
            credit=0.5,
        ),
        wrong(
            lambda lr, factor: (lr, lr),
            zh="SGD 的步子跟着梯度变大了：学习率要把它除回来。",
            en="The step of SGD has grown with the gradient: its learning rate has to divide that out.",
        ),
        wrong(
            lambda lr, factor: (lr / factor, lr / math.sqrt(factor)),
            zh="Adam 的分母是平方的平均再开方，乘的也是整个倍数，不是它的平方根。",
            en="Adam divides by the root of a mean of squares, which grows by the whole factor, not by its root.",
            credit=0.5,
        ),
        wrong(
            lambda lr, factor: (lr, lr / factor),
            zh="两个写反了：要改学习率的是 SGD。",
            en="The two are swapped: it is SGD whose learning rate has to change.",
        ),
    ),
)


# When has a dot arrived?


def wandering(draw: Draw):
    """Distances that pass by the goal once, and then stay, or never do."""
    first = draw.between(0.15, 0.3)
    goal = 0.1 * first
    away = [first * draw.between(0.3, 1.2) for _ in range(draw.whole(2, 4))]
    passing = [goal * draw.between(0.1, 0.9) for _ in range(2)]
    back = [first * draw.between(0.2, 0.6) for _ in range(2)]
    if draw.case % 3 == 2:
        end = [first * draw.between(0.2, 0.6) for _ in range(5)]
    else:
        end = [goal * draw.between(0.05, 0.95) for _ in range(4)]
        end += [first * draw.between(0.2, 0.6) for _ in range(draw.case % 3 * 3)]
    return {"distances": [first, *away, *passing, *back, *end], "within": 0.1, "hold": 3}


def arrival_from_library(distances, within, hold):
    path = torch.tensor(distances, dtype=torch.float64).unsqueeze(-1)
    step = arrivals(path, quadratic([1.0]), within=within, hold=hold).item()
    return -1 if math.isinf(step) else int(step)


def arrival(goal_of, last_of, answer_of):
    """An answer with its own goal, its own length of the stay and its own count."""

    def walk(distances, within, hold):
        goal = goal_of(distances, within)
        near = [distance <= goal for distance in distances]
        for n in range(len(near)):
            stay = near[n : n + last_of(hold)]
            if len(stay) == last_of(hold) and all(stay):
                return answer_of(n, hold)
        return -1

    return walk


def relative(distances, within):
    return within * distances[0]


ARRIVAL = Task(
    id="arrival_step",
    points=2,
    title=both(zh="路过不算到", en="Passing by is not arriving"),
    prompt=both(
        zh="列表 `distances` 是出发时和每一步之后到谷底的距离。到达的意思是：距离不超过出发时的 `within` 倍，而且接下来的 `hold` 步也都不超过。\n\n"
        "返回第一个这样的步号，出发时算第 0 步；没有就返回 `-1`。列表末尾看不满 `hold` 步的，不算。",
        en="The list `distances` holds the distance to the minimum at the start and after every step.\n"
        "To arrive means: the distance is at most `within` times the first one, and stays so for the next `hold` steps too.\n\n"
        "Return the number of the first such step, the start being step 0, or `-1` if there is none.\n"
        "Where the list ends before `hold` more steps can be seen, it does not count.",
    ),
    solution='''
def arrival_step(distances, within, hold):
    """The step of arrival, or -1."""
    ### BEGIN SOLUTION
    near = [distance <= within * distances[0] for distance in distances]
    for n in range(len(near) - hold):
        if all(near[n : n + hold + 1]):
            return n
    return -1
    ### END SOLUTION
''',
    inputs=wandering,
    reference=arrival_from_library,
    hints=(
        both(
            zh="先把每一步变成一个是非：近不近？再找连着的一段“近”。",
            en="First turn every step into a yes or no: near or not? Then look for an unbroken run of steps that are near.",
        ),
        both(
            zh="从第 $n$ 步起要连着 `hold + 1` 个“近”：它自己，再加后面的 `hold` 个。",
            en="From step $n$ on, `hold + 1` steps in a row must be near: itself and the `hold` that follow.",
        ),
        both(
            zh="阈值是 `within * distances[0]`；`n` 走到 `len(distances) - hold` 之前为止。",
            en="The threshold is `within * distances[0]`; let `n` run up to, but not including, `len(distances) - hold`.",
        ),
    ),
    wrong=(
        wrong(
            arrival(relative, lambda hold: 1, lambda n, hold: n),
            zh="这是第一次碰到，它后来又出去了：还要接着待满 `hold` 步。",
            en="This is the first touch, and it leaves again: it must stay for `hold` more steps.",
        ),
        wrong(
            arrival(lambda distances, within: within, lambda hold: hold + 1, lambda n, hold: n),
            zh="阈值是相对的：`within` 要乘出发时的距离。",
            en="The threshold is relative: multiply `within` by the first distance.",
        ),
        wrong(
            arrival(relative, lambda hold: hold + 1, lambda n, hold: n + hold),
            zh="返回的是待满的那一步，要的是到达的那一步，早 `hold` 步。",
            en="You return the end of the stay; wanted is its beginning, `hold` steps earlier.",
            credit=0.5,
        ),
        wrong(
            arrival(relative, lambda hold: hold + 1, lambda n, hold: n + 1),
            zh="步号大了 1：`distances[0]` 是第 0 步。",
            en="The number is too large by 1: `distances[0]` is step 0.",
            credit=0.5,
        ),
        wrong(
            lambda distances, within, hold: (
                sum(distance > within * distances[0] for distance in distances)
                if all(d <= within * distances[0] for d in distances[-hold - 1 :])
                else -1
            ),
            zh="这是离得远的步数：路过的那几步也占步号，要从头数位置。",
            en="This counts the steps that are far away; the steps of passing by have numbers too, so count places from the start.",
        ),
    ),
)


# The gradient on turned ground


def turned_by_hand(there, back):
    """A gradient of the turned ravine with its own two turns."""

    def gradient(x, y, degrees, condition):
        angle = math.radians(degrees)
        u, v = there(x, y, angle)
        return list(back(u, condition * v, angle))

    return gradient


def forward(x, y, angle):
    cos, sin = math.cos(angle), math.sin(angle)
    return cos * x - sin * y, sin * x + cos * y


def backward(x, y, angle):
    return forward(x, y, -angle)


def not_at_all(x, y, angle):
    return x, y


def gradient_from_library(x, y, degrees, condition):
    point = torch.tensor([x, y], dtype=torch.float64)
    return ravine(condition).rotated(degrees).gradient(point)


TURNED = Task(
    id="turned_gradient",
    points=2,
    title=both(zh="梯度跟着转", en="The gradient turns along"),
    prompt=both(
        zh="山谷 $f(p, q) = (p^2 + \\kappa q^2)/2$ 绕原点逆时针转了 `degrees` 度，$\\kappa$ 就是参数 `condition`。转过的地形上有一点 `(x, y)`，那里的梯度是多少？返回 `[gx, gy]`。\n\n"
        "可以先对一个数：转 90°，$\\kappa=100$，点 (1, 0) 的梯度是 $[100, 0]$。",
        en="The valley $f(p, q) = (p^2 + \\kappa q^2)/2$ has been turned counterclockwise about the origin by `degrees`; $\\kappa$ is the argument `condition`.\n"
        "What is the gradient at the point `(x, y)` of the turned terrain?\n"
        "Return `[gx, gy]`.\n\n"
        "One number to compare with: turned by 90°, with $\\kappa=100$, the gradient at (1, 0) is $[100, 0]$.",
    ),
    solution='''
def turned_gradient(x, y, degrees, condition):
    """The gradient on the turned valley."""
    ### BEGIN SOLUTION
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    p, q = cos * x + sin * y, cos * y - sin * x
    gp, gq = p, condition * q
    return [cos * gp - sin * gq, sin * gp + cos * gq]
    ### END SOLUTION
''',
    returns="[gx, gy]",
    inputs=lambda draw: {
        "x": draw.between(-2, 2),
        "y": draw.between(-2, 2),
        "degrees": draw.between(10, 80),
        "condition": draw.between(5, 120),
    },
    reference=gradient_from_library,
    hints=(
        both(
            zh="分三步：把点转回原来的山谷，在那里求梯度，再把梯度转过来。",
            en="Three moves: turn the point back into the old valley, take the gradient there, turn the gradient forward.",
        ),
        both(
            zh="转回去，$\\varphi$ 是角度：$p = x\\cos\\varphi + y\\sin\\varphi$，$q = y\\cos\\varphi - x\\sin\\varphi$。梯度是 $(p, \\kappa q)$。",
            en="Back, by the angle $\\varphi$: $p = x\\cos\\varphi + y\\sin\\varphi$, $q = y\\cos\\varphi - x\\sin\\varphi$. The gradient there is $(p, \\kappa q)$.",
        ),
        both(
            zh="最后一步是转过去：正弦的符号和第一步相反。角度先换成弧度。",
            en="The last move turns forward: its sines have the opposite signs of the first. Convert the angle to radians.",
        ),
    ),
    wrong=(
        wrong(
            turned_by_hand(not_at_all, not_at_all),
            zh="这是没转之前的梯度。",
            en="This is the gradient before the turn.",
        ),
        wrong(
            turned_by_hand(backward, not_at_all),
            zh="点转回去了，梯度还留在原来的山谷里：它也要转过来。",
            en="The point has been turned back, but the gradient still lies in the old valley: turn it too.",
            credit=0.5,
        ),
        wrong(
            turned_by_hand(forward, backward),
            zh="两次都转反了：先顺时针转回去，再逆时针转过来。",
            en="Both turns go the wrong way: back is clockwise, forward counterclockwise.",
            credit=0.5,
        ),
        wrong(
            turned_by_hand(not_at_all, forward),
            zh="求梯度之前，先要把点转回原来的山谷。",
            en="Before you take the gradient, turn the point back into the old valley.",
        ),
        wrong(
            lambda x, y, degrees, condition: turned_by_hand(backward, forward)(
                x, y, math.degrees(degrees), condition
            ),
            zh="角度没有换成弧度。",
            en="The angle has not been converted to radians.",
            credit=0.5,
        ),
        wrong(
            turned_by_hand(backward, backward),
            zh="梯度转的方向和点相反：点转回去，梯度转过来。",
            en="The gradient turns the other way than the point: the point back, the gradient forward.",
            credit=0.5,
        ),
    ),
)


# Where does the first step of Adagrad point?


def first_angle(x, y, condition):
    """The angle between the library's first step and the steepest way down."""
    point = torch.tensor([x, y], dtype=torch.float64)
    grad = ravine(condition).gradient(point)
    delta, _ = adagrad.update(grad, adagrad.init(point), point, lr=0.1)
    cos = -(delta @ grad) / (delta.norm() * grad.norm())
    return math.degrees(math.acos(min(1.0, cos.item())))


def between(first, second):
    dot = first[0] * second[0] + first[1] * second[1]
    return math.acos(dot / math.hypot(*first) / math.hypot(*second))


FIRST_ANGLE = Task(
    id="first_step_angle",
    points=1,
    title=both(zh="第一步偏多少度？", en="How far off is the first step?"),
    prompt=both(
        zh="在山谷 $f(x, y) = (x^2 + \\kappa y^2)/2$ 上，Adagrad 从 `(x, y)` 迈出第一步，$\\kappa$ 就是参数 `condition`。这一步和最陡的下坡方向相差多少度？\n\n"
        "先猜，再写，最后到赛跑图里对一对：选“山谷”，细看 Adagrad，把小旗拖到第 0 步。",
        en="In the valley $f(x, y) = (x^2 + \\kappa y^2)/2$ Adagrad takes its first step from `(x, y)`; $\\kappa$ is the argument `condition`.\n"
        "By how many degrees does that step differ from the steepest way down?\n\n"
        "Guess, write, and then check it in the race: choose the valley, look inside Adagrad, and drag the flag to step 0.",
    ),
    solution='''
def first_step_angle(x, y, condition):
    """Degrees between the first step of Adagrad and the steepest descent."""
    ### BEGIN SOLUTION
    gradient = (x, condition * y)
    step = [(g > 0) - (g < 0) for g in gradient]
    dot = sum(s * g for s, g in zip(step, gradient))
    return math.degrees(math.acos(dot / math.hypot(*step) / math.hypot(*gradient)))
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "x": draw.between(0.3, 2) * (2 * draw.whole(0, 1) - 1),
        "y": draw.between(0.2, 1) * (2 * draw.whole(0, 1) - 1),
        "condition": draw.between(5, 100),
    },
    reference=first_angle,
    hints=(
        both(
            zh="第一步之前什么都没看见过：分母里只有这一个梯度。",
            en="Nothing has been seen before the first step: the denominator holds this one gradient.",
        ),
        both(
            zh="一个数除以自己的绝对值，只剩符号：这一步的方向是 $-(\\mathrm{sign}\\,g_x, \\mathrm{sign}\\,g_y)$。",
            en="A number over its own size leaves a sign: the step points along $-(\\mathrm{sign}\\,g_x, \\mathrm{sign}\\,g_y)$.",
        ),
        both(
            zh="两个方向的夹角：点积除以两个长度，再取反余弦，最后换成度。",
            en="The angle of two directions: their dot product over both lengths, the arc cosine of that, then degrees.",
        ),
    ),
    wrong=(
        wrong(
            lambda x, y, condition: 0.0,
            zh="0 度是梯度下降：Adagrad 给每个坐标各除了一个数，方向变了。",
            en="0 degrees is gradient descent: Adagrad divides each coordinate by a number of its own, which changes the direction.",
        ),
        wrong(
            scaled(first_angle, math.pi / 180),
            zh="这是弧度，要的是度。",
            en="These are radians; degrees are wanted.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, condition: math.degrees(
                between((math.copysign(1, x), math.copysign(1, y)), (x, y))
            ),
            zh="最陡的方向不是指向谷底的方向：要用梯度，竖直分量带着 `condition`。",
            en="The steepest way is not the way to the bottom: use the gradient, whose second part carries `condition`.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, condition: math.degrees(between((x, y), (x, condition * y))),
            zh="这是梯度和“直奔谷底”的夹角。Adagrad 的第一步不直奔谷底，它两个坐标走得一样远。",
            en="This is the angle between the gradient and the straight way to the bottom. The first step of Adagrad does not go straight there; both coordinates move equally far.",
        ),
        wrong(
            lambda x, y, condition: 180 - first_angle(x, y, condition),
            zh="这一步和梯度本身比了：要比的是下坡的方向，差一个负号。",
            en="You compared the step with the gradient itself; compare it with the way down, which differs by a sign.",
            credit=0.5,
        ),
    ),
)


# Two races in one table


def some_table(draw: Draw):
    """Steps of four rules at five learning rates; the two races have different winners."""
    common = draw.whole(1, 3)
    table = [[draw.whole(40, 400) for _ in range(5)] for _ in range(4)]
    tuned_winner = draw.whole(0, 3)
    same_winner = (tuned_winner + draw.whole(1, 3)) % 4
    elsewhere = (common + draw.whole(1, 4)) % 5
    table[tuned_winner][elsewhere] = draw.whole(5, 20)
    loser = ({*range(4)} - {tuned_winner, same_winner}).pop()
    table[loser][common] = -1
    table[same_winner][common] = draw.whole(25, 35)
    return {"steps": table, "common": common}


def winners(steps_at_common, steps_at_best):
    """An answer that reads the table in its own way."""

    def read(steps, common):
        first = [steps_at_common(row, common) for row in steps]
        second = [steps_at_best(row, common) for row in steps]
        return first.index(min(first)), second.index(min(second))

    return read


def at_common(row, common):
    return row[common] if row[common] >= 0 else math.inf


def at_best(row, common):
    return min(value for value in row if value >= 0)


BOTH_WINNERS = winners(at_common, at_best)
TWO_WINNERS = Task(
    id="two_winners",
    points=2,
    title=both(zh="一张表，两个冠军", en="One table, two winners"),
    prompt=both(
        zh="表 `steps` 一行一种方法，一列一个学习率，数是到达的步数，`-1` 是没有到达。两场比赛：第一场人人都用第 `common` 列的学习率，第二场各用各的最好。\n\n"
        "返回 `(same, tuned)`：两场的冠军各是第几行，从 0 数起。",
        en="In the table `steps` a row is a method and a column a learning rate; the numbers are steps until arrival, and `-1` means that it did not arrive.\n"
        "Two races: in the first all use the learning rate of column `common`, in the second each uses its best.\n\n"
        "Return `(same, tuned)`: the rows of the two winners, counted from 0.",
    ),
    solution='''
def two_winners(steps, common):
    """The winners at one learning rate for all, and at the best each."""
    ### BEGIN SOLUTION
    finished = [[math.inf if s == -1 else s for s in row] for row in steps]
    same = [row[common] for row in finished]
    tuned = [min(row) for row in finished]
    return same.index(min(same)), tuned.index(min(tuned))
    ### END SOLUTION
''',
    returns="(same, tuned)",
    inputs=some_table,
    reference=BOTH_WINNERS,
    hints=(
        both(
            zh="第一场是竖着的一刀，第二场看每一行最低的地方。",
            en="The first race is a vertical cut; the second looks at the lowest place of every row.",
        ),
        both(
            zh="没到达的不能当作最快：先把 `-1` 换成无穷大。",
            en="Not arriving is not the fastest: replace `-1` by infinity first.",
        ),
        both(
            zh="第一场比 `row[common]`，第二场比 `min(row)`；返回的是行号。",
            en="Compare `row[common]` in the first race, `min(row)` in the second; return row numbers.",
        ),
    ),
    wrong=(
        wrong(
            winners(lambda row, common: row[common], lambda row, common: min(row)),
            zh="没到达的方法当了冠军：`-1` 不是步数。",
            en="A method that never arrived has won: `-1` is not a number of steps.",
        ),
        wrong(
            winners(at_common, at_common),
            zh="第二场还在同一列上比：让每一行挑自己最好的那一列。",
            en="The second race is still run in the same column: let every row choose its own best column.",
        ),
        wrong(
            winners(at_best, at_best),
            zh="第一场不许挑学习率：大家都在第 `common` 列。",
            en="In the first race nobody chooses: all stand in column `common`.",
        ),
        wrong(
            swapped(BOTH_WINNERS),
            zh="两场写反了。",
            en="The two races are swapped.",
            credit=0.5,
        ),
        wrong(
            winners(
                at_common,
                lambda row, common: sum(v if v >= 0 else 1000 for v in row) / len(row),
            ),
            zh="各用最好的，比的是最低点，不是平均。",
            en="Each at its best means the lowest point of a row, not its mean.",
            credit=0.5,
        ),
        wrong(
            off_by_one(BOTH_WINNERS),
            zh="行号从 0 数起。",
            en="Rows are counted from 0.",
            credit=0.5,
        ),
    ),
)


# Repair: a tuning that went wrong


def some_sweep(draw: Draw):
    """Final losses over a grid: some runs diverge, and the best one may stand at an end."""
    count = draw.whole(5, 7)
    low = draw.between(1e-4, 1e-3)
    lrs = [low * 10**n for n in range(count)]
    losses = [draw.between(0.3, 0.9) for _ in lrs]
    best = (0, count // 2, count - 1)[draw.case % 3]
    losses[best] = draw.between(0.01, 0.2)
    for place in range(count):
        if place != best and place > count // 2:
            losses[place] = math.nan if place % 2 else math.inf
    if best:
        losses[0] = math.nan if draw.case % 2 else losses[0]
    return {"lrs": lrs, "losses": losses}


def swept(lrs, losses):
    best = min(range(len(lrs)), key=lambda n: losses[n] if math.isfinite(losses[n]) else math.inf)
    return lrs[best], best in (0, len(lrs) - 1)


def broken_sweep(lrs, losses):
    best = 0
    for n in range(len(lrs)):
        if not losses[n] > losses[best]:
            best = n
    return lrs[best], False


TUNED = Task(
    id="tuned_lr",
    points=2,
    title=both(zh="修好一次调参", en="Repair a tuning"),
    prompt=both(
        zh="有人这样挑学习率：逐个看最后的损失，不比眼前最好的大，就换成它。可是发散的训练，损失是 NaN，NaN 和谁比都是“不大于”，于是发散的当选了。\n\n"
        "把它修好，再多报一件事：最好的那个是不是正好在网格的头或尾；在的话，网格要往外加宽，这次调参还没有做完。返回 `(lr, at_edge)`，`at_edge` 是 `True` 或 `False`。",
        en="Somebody chooses a learning rate like this: go through the final losses, and switch whenever the next is not larger than the best so far.\n"
        "But where training diverges the loss is NaN, and NaN is never larger than anything, so the run that diverged gets chosen.\n\n"
        "Repair it, and report one thing more: whether the best stands at the first or the last place of the grid; if so, the grid has to be widened, and the tuning is not finished.\n"
        "Return `(lr, at_edge)`, where `at_edge` is `True` or `False`.",
    ),
    given="""
def broken(lrs, losses):
    best = 0
    for n in range(len(lrs)):
        if not losses[n] > losses[best]:
            best = n
    return lrs[best]


broken(lrs=[0.001, 0.01, 0.1, 1.0], losses=[0.9, 0.2, 0.5, float("nan")])
""",
    solution='''
def tuned_lr(lrs, losses):
    """The best learning rate, and whether it stands at an end of the grid."""
    ### BEGIN SOLUTION
    finite = [loss if math.isfinite(loss) else math.inf for loss in losses]
    best = finite.index(min(finite))
    return lrs[best], best in (0, len(lrs) - 1)
    ### END SOLUTION
''',
    returns="(lr, at_edge)",
    inputs=some_sweep,
    reference=swept,
    hints=(
        both(
            zh="发散的不该参加评比：先把 NaN 变成一个肯定会输的数。",
            en="Runs that diverged must not compete: turn NaN into a number that is sure to lose.",
        ),
        both(
            zh="`math.isfinite(loss)` 分得出 NaN 和无穷大；不是有限的，都当作 `math.inf`。",
            en="`math.isfinite(loss)` tells NaN and infinity apart from numbers; count whatever is not finite as `math.inf`.",
        ),
        both(
            zh="最好的位置是 0 或 `len(lrs) - 1`，就在边上。",
            en="It stands at the edge if its place is 0 or `len(lrs) - 1`.",
        ),
    ),
    wrong=(
        wrong(
            broken_sweep,
            zh="NaN 还是会当选：和 NaN 的比较永远不成立。",
            en="NaN still gets chosen: no comparison with NaN ever holds.",
        ),
        wrong(
            replaced(swept, 1, False),
            zh="学习率对了，还要说它在不在网格的边上。",
            en="The learning rate is right; now say whether it stands at the edge of the grid.",
            credit=0.5,
        ),
        wrong(
            replaced(swept, 1, lambda lrs, losses: swept(lrs, losses)[0] == lrs[-1]),
            zh="网格有两头：最小的学习率当选，也是在边上。",
            en="A grid has two ends: the smallest learning rate stands at the edge as well.",
            credit=0.5,
        ),
        wrong(
            replaced(swept, 1, lambda lrs, losses: not swept(lrs, losses)[1]),
            zh="`at_edge` 反了：在边上才是 `True`。",
            en="`at_edge` is reversed: it is `True` at the edge.",
            credit=0.5,
        ),
        wrong(
            replaced(
                swept,
                0,
                lambda lrs, losses: next(
                    (lr for lr, loss in zip(lrs, losses, strict=True) if loss < 1), lrs[0]
                ),
            ),
            zh="这是第一个还过得去的，不是最好的：全都看完再定。",
            en="This is the first that will do, not the best: look at all of them before you decide.",
        ),
    ),
)

TASKS = [RESCALED, ARRIVAL, TURNED, FIRST_ANGLE, TWO_WINNERS, TUNED]
