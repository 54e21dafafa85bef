"""Exercises on one step down and what it keeps of its promise, declared once.

Book: gradients/one_step
"""

import math
from itertools import pairwise

import torch

from dlnotes.convergence.descent import minimize
from dlnotes.convergence.steps import take_step
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import off_by_one, replaced, scaled, swapped
from dlnotes.optimizers.rates import best_gradient_descent

TITLE = both(zh="下坡走一步", en="One step downhill")


# What one step promises, and what it keeps


def bowl(curvatures):
    return lambda *x: sum(c * at**2 for c, at in zip(curvatures, x, strict=True)) / 2


def promise_kept(curvatures, x, lr):
    step = take_step(bowl(curvatures), x, lr)
    return step.promised, step.fell


def length_only(curvatures, x, lr):
    return lr * math.hypot(*(c * at for c, at in zip(curvatures, x, strict=True)))


def bowl_given(draw):
    curvatures = draw.numbers(3, 0.5, 8)
    return {"curvatures": curvatures, "x": draw.numbers(3, 0.4, 2), "lr": draw.between(0.03, 0.2)}


PROMISE_AND_FALL = Task(
    id="promise_and_fall",
    points=2,
    title=both(zh="许诺与兑现", en="Promised and kept"),
    prompt=both(
        zh="损失是 $f=\\frac12\\sum_i\\lambda_i x_i^2$，各方向的曲率 $\\lambda_i$ 在 `curvatures` 里，人站在 `x`。学习率 `lr`，走一步。梯度许诺降多少？真的降多少？\n\n"
        "返回 `(promised, fell)`，升了就是负的。",
        en="The loss is $f=\\frac12\\sum_i\\lambda_i x_i^2$, with the curvatures $\\lambda_i$ in `curvatures`; you stand at `x`.\n"
        "Take one step with the learning rate `lr`.\nWhat fall does the gradient promise, and how much does the loss really fall?\n\n"
        "Return `(promised, fell)`, negative where it rises.",
    ),
    solution='''
def promise_and_fall(curvatures, x, lr):
    """The promised and the real fall of one step, as (promised, fell)."""
    ### BEGIN SOLUTION
    g = [c * place for c, place in zip(curvatures, x)]
    square = sum(slope**2 for slope in g)
    bent = sum(c * slope**2 for c, slope in zip(curvatures, g))
    return lr * square, lr * square - lr**2 * bent / 2
    ### END SOLUTION
''',
    returns="(promised, fell)",
    inputs=bowl_given,
    reference=promise_kept,
    hints=(
        both(
            zh="先求梯度：各方向互不相干，一个一个求导。",
            en="First the gradient: the directions do not affect each other, so take one derivative at a time.",
        ),
        both(
            zh="许诺是坡一直不变能降多少：`lr` 乘梯度长度的平方。",
            en="The promise is the fall if the slope never changed: `lr` times the squared length of the gradient.",
        ),
        both(
            zh="真的降多少，不用公式也行：走一步，两处的损失相减。",
            en="The real fall needs no formula: take the step and subtract the two losses.",
        ),
    ),
    wrong=(
        wrong(
            replaced(promise_kept, 0, length_only),
            zh="你的许诺乘的是梯度的长度，没有平方：步子长 $\\eta\\|g\\|$，坡陡 $\\|g\\|$，要乘两回。",
            en="Your promise has the length of the gradient, not its square: the step is $\\eta\\|g\\|$ long and the slope is $\\|g\\|$, so it enters twice.",
            credit=0.5,
        ),
        wrong(
            replaced(promise_kept, 1, lambda *given: promise_kept(*given)[0]),
            zh="两个数一样：地面往上弯，真的降得比许诺少。",
            en="Your two numbers agree: the ground bends up, and the real fall is smaller than the promise.",
            credit=0.5,
        ),
        wrong(
            replaced(promise_kept, 1, lambda *given: -promise_kept(*given)[1]),
            zh="第二个数反号了：降了是正的，用先前的损失减后来的。",
            en="Your second number has the other sign: a fall is positive, the loss before minus the loss after.",
            credit=0.5,
        ),
        wrong(
            swapped(promise_kept),
            zh="次序反了：先许诺，后真的。",
            en="The order is reversed: the promise first, then the real fall.",
            credit=0.5,
        ),
    ),
)


# The step that gains most


def best_rate(curvatures, x):
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    loss = (torch.tensor(curvatures, dtype=torch.float64) * at.square()).sum() / 2
    (g,) = torch.autograd.grad(loss, at)
    return (g.square().sum() / (torch.tensor(curvatures).double() * g.square()).sum()).item()


BEST_SINGLE_RATE = Task(
    id="best_single_rate",
    points=2,
    title=both(zh="这一步走多远最好", en="The step that gains most"),
    prompt=both(
        zh="还是 $f=\\frac12\\sum_i\\lambda_i x_i^2$，还是站在 `x`。沿负梯度只走一步，学习率取多少，降得最多？返回这个学习率。",
        en="The same loss $f=\\frac12\\sum_i\\lambda_i x_i^2$, and you stand at `x`.\n"
        "You may take one step along minus the gradient.\nReturn the learning rate at which it gains most.",
    ),
    solution='''
def best_single_rate(curvatures, x):
    """The learning rate of the one step that lowers the loss most."""
    ### BEGIN SOLUTION
    g = [c * place for c, place in zip(curvatures, x)]
    return sum(s * s for s in g) / sum(c * s * s for c, s in zip(curvatures, g))
    ### END SOLUTION
''',
    inputs=lambda draw: {name: v for name, v in bowl_given(draw).items() if name != "lr"},
    reference=best_rate,
    hints=(
        both(
            zh="沿箭头切一刀，损失是学习率的一条抛物线；它最低在哪里？",
            en="Cut along the arrow: the loss is a parabola in the learning rate. Where is its lowest place?",
        ),
        both(
            zh="要的是沿箭头的曲率 $\\lambda_g = g^\\top Hg/\\|g\\|^2$，不是哪一个方向的曲率。",
            en="What counts is the curvature along the arrow, $\\lambda_g = g^\\top Hg/\\|g\\|^2$, not that of any one direction.",
        ),
        both(
            zh="这里 $g^\\top Hg$ 是各方向的曲率乘梯度在那个方向上的数的平方，再加起来；答案是 $1/\\lambda_g$。",
            en="Here $g^\\top Hg$ adds up each curvature times the square of its number in the gradient; the answer is $1/\\lambda_g$.",
        ),
    ),
    wrong=(
        wrong(
            scaled(best_rate, 2),
            zh="走到这里，正好白走：降得最多的在半路。",
            en="There the step gains exactly nothing; halfway it gains most.",
            credit=0.5,
        ),
        wrong(
            lambda curvatures, x: 1 / max(curvatures),
            zh="你用了最大的曲率。箭头不正好朝那边，它自己的曲率小一些。",
            en="You used the largest curvature. The arrow does not point exactly that way, and its own curvature is smaller.",
        ),
        wrong(
            lambda curvatures, x: 2 / (max(curvatures) + min(curvatures)),
            zh="这是走很多步时最快的学习率，不是这一步降得最多的。",
            en="That is the fastest rate for many steps, not the one at which this step gains most.",
        ),
        wrong(
            lambda curvatures, x: (
                sum(a * a for a in x) / sum(c * a * a for c, a in zip(curvatures, x, strict=True))
            ),
            zh="你沿着 `x` 量了曲率。要沿梯度量：陡的方向在梯度里更长。",
            en="You measured the curvature along `x`. Measure it along the gradient, in which steep directions are longer.",
            credit=0.5,
        ),
    ),
)


# How many steps, before running


def counted(low, high, part):
    rate = best_gradient_descent(low, high).rate
    return math.ceil(math.log(part) / math.log(rate))


STEPS_AT_BEST = Task(
    id="steps_at_best",
    points=2,
    title=both(zh="不跑，先数步子", en="Count the steps without running"),
    prompt=both(
        zh="二次函数，最小的曲率是 `low`，最大的是 `high`，学习率固定，取走很多步时最快的那个。要让离谷底的距离在**每个**方向都不超过开头的 `part`，至少要几步？返回整数。",
        en="A quadratic has the smallest curvature `low` and the largest `high`; the constant learning rate is the fastest one for many steps.\n"
        "What is the least number of steps that leaves at most `part` of the distance from the bottom in **every** direction?\nReturn a whole number.",
    ),
    solution='''
def steps_at_best(low, high, part):
    """Steps until every direction has at most this part of its distance left."""
    ### BEGIN SOLUTION
    kept = (high - low) / (high + low)
    steps, left = 0, 1.0
    while left > part:
        steps, left = steps + 1, left * kept
    return steps
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "low": draw.between(0.5, 1),
        "high": draw.between(5, 60),
        "part": draw.decades(1e-6, 1e-2),
    },
    reference=counted,
    hints=(
        both(
            zh="每走一步，曲率为 $\\lambda$ 的方向乘 $1-\\eta\\lambda$。哪两个方向最慢？",
            en="A step multiplies a direction of curvature $\\lambda$ by $1-\\eta\\lambda$. Which two are the slowest?",
        ),
        both(
            zh="最平的和最陡的剩得一样多，学习率就最好：$\\eta = 2/(\\lambda_{\\max}+\\lambda_{\\min})$。",
            en="The rate is best where the flattest and the steepest keep equally much: $\\eta = 2/(\\lambda_{\\max}+\\lambda_{\\min})$.",
        ),
        both(
            zh="每步剩 $(\\kappa-1)/(\\kappa+1)$，一步一步乘，乘到不超过 `part`。",
            en="A step keeps $(\\kappa-1)/(\\kappa+1)$; multiply step by step until it is at most `part`.",
        ),
    ),
    wrong=(
        wrong(
            off_by_one(counted, -1),
            zh="早了一步：那时还比 `part` 大一点。",
            en="One step early: it is still a little above `part`.",
            credit=0.5,
        ),
        wrong(
            lambda low, high, part: math.ceil(math.log(part) / math.log(1 - low / high)),
            zh="你的学习率是 $1/\\lambda_{\\max}$：稳当，可平的方向慢了差不多一倍。",
            en="Your learning rate is $1/\\lambda_{\\max}$: safe, but the flat direction takes about twice as long.",
            credit=0.5,
        ),
        wrong(
            lambda low, high, part: math.ceil(
                math.log(part) / (2 * math.log((high - low) / (high + low)))
            ),
            zh="只有一半的步数：你数的是损失，题里要的是距离；损失按平方降。",
            en="Half as many: you counted for the loss, and the task asks for the distance; the loss falls as its square.",
            credit=0.5,
        ),
    ),
)


# How long the steps are


def walked(curvature, x, lr, steps):
    places = [at for (at,) in minimize(lambda at: curvature * at**2 / 2, (x,), lr, steps=steps)[0]]
    return sum(abs(after - before) for before, after in pairwise(places))


WAY_WALKED = Task(
    id="way_walked",
    points=2,
    title=both(zh="一共走了多长", en="The way walked"),
    prompt=both(
        zh="在 $f(x)=\\lambda x^2/2$ 上，从 `x` 出发，按学习率 `lr` 走 `steps` 步，$\\lambda$ 是 `curvature`。每一步有多长，全加起来，一共走了多长？来回也算。",
        en="On $f(x)=\\lambda x^2/2$, where $\\lambda$ is `curvature`, start at `x` and take `steps` steps with the learning rate `lr`.\n"
        "Add up the lengths of all steps, to and fro.\nHow long is the way walked?",
    ),
    solution='''
def way_walked(curvature, x, lr, steps):
    """The sum of the lengths of all steps."""
    ### BEGIN SOLUTION
    way = 0.0
    for _ in range(steps):
        delta = -lr * curvature * x
        way, x = way + abs(delta), x + delta
    return way
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "curvature": (c := draw.between(1, 5)),
        "x": draw.between(0.8, 3),
        "lr": draw.between(1.2, 1.8) / c,
        "steps": draw.whole(4, 8),
    },
    reference=walked,
    hints=(
        both(
            zh="一步多长，要看脚下的坡，不光看学习率。",
            en="The length of a step depends on the slope underfoot, not on the learning rate alone.",
        ),
        both(
            zh="这里的坡是 $\\lambda x$，一步长 $\\eta\\lambda|x|$；走完，$x$ 变成 $(1-\\eta\\lambda)x$。",
            en="The slope is $\\lambda x$ here, a step is $\\eta\\lambda|x|$ long, and it turns $x$ into $(1-\\eta\\lambda)x$.",
        ),
        both(
            zh="这里每步都越过谷底：加的是长度，不是有正有负的位移。",
            en="Here every step crosses the bottom: add lengths, not displacements of both signs.",
        ),
    ),
    wrong=(
        wrong(
            lambda curvature, x, lr, steps: lr * steps,
            zh="你把学习率当成了步长：还要乘脚下的坡。",
            en="You took the learning rate for the length of a step: multiply by the slope underfoot.",
        ),
        wrong(
            lambda curvature, x, lr, steps: steps * lr * curvature * x,
            zh="你每一步都照第一步的长度算：离谷底近了，坡缓了，步子就短。",
            en="You made every step as long as the first: closer to the bottom the slope is gentler and the step shorter.",
        ),
        wrong(
            lambda curvature, x, lr, steps: x * abs(1 - (1 - lr * curvature) ** steps),
            zh="这是起点到终点的距离：来回的路都要算。",
            en="This is the distance from start to end: the way to and fro counts as well.",
            credit=0.5,
        ),
    ),
)


# A rate whose promise can be trusted


def quartic(draw):
    return {
        "tilt": draw.between(4, 12), "x": draw.between(0.8, 1.4), "lr": draw.between(2, 6)
    }  # fmt: skip


def shrunk(tilt, x, lr, *, half=0.5, times=0.8, fixed=False, falls=False, once=False):
    """A search by ever smaller rates, with some part of it changed."""
    g, first = 4 * x**3 + tilt, lr

    def loss(at):
        return at**4 + tilt * at

    while True:
        rate = first if fixed else lr
        wanted = 0.0 if falls else half * rate * g**2
        if loss(x) - loss(x - lr * g) >= wanted or lr < 1e-9:
            return lr
        lr = lr * times
        if once:
            return lr


def trusted(tilt, x, lr):
    def f(at):
        return at**4 + tilt * at

    step = take_step(f, (x,), lr)
    return lr if 2 * step.fell >= step.promised else trusted(tilt, x, lr * 0.8)


TRUSTED_RATE = Task(
    id="trusted_rate",
    points=3,
    kind="implementation",
    title=both(zh="走到箭头的话还算数的地方", en="As far as the arrow's word holds"),
    prompt=both(
        zh="损失是 $f(x)=x^4+kx$，$k$ 是 `tilt`，站在 `x`。先试学习率 `lr`；要是真的降多少不到许诺的一半，学习率就乘 0.8 再试，一直到够一半为止。返回这时的学习率。\n\n"
        "回溯线搜索（backtracking line search）就是这样定学习率的。",
        en="The loss is $f(x)=x^4+kx$, where $k$ is `tilt`, and you stand at `x`.\nTry the learning rate `lr`; where the real fall is less than half of the promised one, multiply the rate by 0.8 and try again, until at least half is kept.\n"
        "Return that rate.\n\nThis is how a backtracking line search finds its learning rate.",
    ),
    solution='''
def trusted_rate(tilt, x, lr):
    """The first of lr, 0.8 lr, 0.64 lr, … whose step keeps at least half of its promise."""
    ### BEGIN SOLUTION
    g = 4 * x**3 + tilt

    def fell(rate):
        to = x - rate * g
        return x**4 - to**4 + tilt * (x - to)

    while fell(lr) < lr * g * g / 2:
        lr = 0.8 * lr
    return lr
    ### END SOLUTION
''',
    inputs=quartic,
    reference=trusted,
    hints=(
        both(
            zh="每试一个学习率，要两个数：许诺降多少，真的降多少。哪个会随学习率变？",
            en="Each rate you try needs two numbers, the promised and the real fall. Which of them changes with the rate?",
        ),
        both(
            zh="两个都变：许诺是 `lr` 乘导数的平方，学习率变小，许诺跟着变小。",
            en="Both do: the promise is `lr` times the squared derivative and shrinks with the rate.",
        ),
        both(
            zh="先用原来的 `lr` 试；够一半就返回，不够才乘 0.8，再从头比。",
            en="Try `lr` as it is first; return it where half is kept, otherwise multiply it by 0.8 and compare anew.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: shrunk(*given, falls=True),
            zh="损失一降你就停了：要降够许诺的一半才算。",
            en="You stop as soon as the loss falls: it must fall by half of the promise.",
            credit=0.5,
        ),
        wrong(
            lambda *given: shrunk(*given, fixed=True),
            zh="你的许诺一直照最初的 `lr` 算：学习率变小，许诺也变小。",
            en="Your promise stays that of the first `lr`: with a smaller rate the promise is smaller.",
        ),
        wrong(
            lambda *given: shrunk(*given, half=0.9),
            zh="你要求兑现九成，太严了：一半就够。",
            en="You ask for nine tenths, which is too strict: half is enough.",
        ),
        wrong(
            lambda *given: shrunk(*given, times=0.5),
            zh="你每次减半：题里是乘 0.8。",
            en="You halve each time: the task multiplies by 0.8.",
        ),
        wrong(
            lambda *given: shrunk(*given, once=True),
            zh="只缩了一次：不够一半，就接着缩。",
            en="You made the rate smaller once only: go on until half is kept.",
        ),
        wrong(
            scaled(trusted, 0.8),
            zh="多缩了一次：够一半就停。",
            en="One time too often: stop where half is kept.",
            credit=0.5,
        ),
    ),
)

TASKS = (PROMISE_AND_FALL, BEST_SINGLE_RATE, WAY_WALKED, STEPS_AT_BEST, TRUSTED_RATE)
