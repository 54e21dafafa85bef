"""Exercises on averages of the way: windows, variances, schedule-free, stale statistics.

Book: learning_rates/averages
"""

import torch

from dlnotes.convergence.noise import noise_variance
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import scaled
from dlnotes.learning_rates import averages
from dlnotes.learning_rates.averaged_bowl import mean_variance
from dlnotes.learning_rates.schedule_free import SGD

TITLE = both(zh="不降学习率，改求平均", en="Average the way instead of slowing down")


# An exponential mean, corrected


def points_given(draw):
    count = draw.whole(4, 8)
    points = [draw.between(1, 5) * (1 if draw.whole(0, 3) else -1) for _ in range(count)]
    return {"points": points, "window": draw.whole(3, 9)}


def fading_means(points, window):
    state, means = averages.init({"z": torch.zeros((), dtype=torch.float64)}), []
    for point in points:
        now = {"z": torch.tensor(point, dtype=torch.float64)}
        state = averages.ema(now, state, decay=1 - 1 / window, corrected=True)
        means.append(state.average["z"].item())
    return means


def faded(points, decay, start=0.0, correct=None):
    mean, means = start, []
    for t, point in enumerate(points, 1):
        mean = decay * mean + (1 - decay) * point
        means.append(mean if correct is None else mean / (1 - decay ** correct(t)))
    return means


EMA = Task(
    id="fading_mean",
    points=2,
    kind="implementation",
    title=both(zh="会忘的平均，开头要修", en="A mean that forgets, mended at its start"),
    prompt=both(
        zh="`points` 是一步步走到的点。求它们的指数加权平均：窗口 `window`，也就是每步保留 $q=1-1/W$。从 0 记起，每一步都除以 $1-q^t$ 修正，$t$ 从 1 数起。\n\n返回一张表，每步之后的平均。例如窗口 2，点 4、8：平均是 4、6.667。",
        en="`points` are the points of a walk.\n"
        "Compute their exponential moving average with the window `window`: each step keeps $q=1-1/W$.\nStart at 0, and correct by dividing by $1-q^t$ at every step, $t$ counted from 1.\n\nReturn a list, the mean after every step. For instance, window 2, points 4 and 8: the means are 4 and 6.667.",
    ),
    solution='''
def fading_mean(points, window):
    """The corrected exponential mean after every point."""
    ### BEGIN SOLUTION
    keep, memory, means = 1 - 1 / window, 0.0, []
    for t, point in enumerate(points, 1):
        memory = keep * memory + (1 - keep) * point
        means.append(memory / (1 - keep**t))
    return means
    ### END SOLUTION
''',
    inputs=points_given,
    reference=fading_means,
    hints=(
        both(
            zh="先想：走了一步，平均应该是多少？",
            en="First think: after one step, what should the mean be?",
        ),
        both(
            zh="记着的 $x$ 每步变成 $qx+(1-q)z$；交出去的是 $x/(1-q^t)$。",
            en="What is kept, $x$, becomes $qx+(1-q)z$; what is handed in is $x/(1-q^t)$.",
        ),
        both(
            zh="修正只用在交出去的数上，不写回记着的那个。",
            en="The correction goes into what is handed in, not back into what is kept.",
        ),
    ),
    wrong=(
        wrong(
            lambda points, window: faded(points, 1 - 1 / window),
            zh="没有修正：从 0 记起，头几步都偏小。",
            en="Not corrected: starting at 0, the first steps come out too small.",
            credit=0.5,
        ),
        wrong(
            lambda points, window: faded(points, 1 - 1 / window, correct=lambda t: t + 1),
            zh="修正晚了一步：$t$ 从 1 数起，头一步除以 $1-q$。",
            en="The correction is one step late: $t$ counts from 1, and the first step divides by $1-q$.",
            credit=0.5,
        ),
        wrong(
            lambda points, window: faded(points, 1 / window, correct=lambda t: t),
            zh="留下的和放进去的颠倒了：每步留 $q$，新的只占 $1-q$。",
            en="What is kept and what enters are swapped: $q$ stays, the newest gets $1-q$.",
            credit=0.5,
        ),
        wrong(
            lambda points, window: faded(points, 1 - 1 / window, start=points[0]),
            zh="你从头一个点记起，它一直占得偏多；这里要从 0 记起再修正。",
            en="You start at the first point, which then weighs too much; start at 0 and correct.",
            credit=0.5,
        ),
        wrong(
            lambda points, window: [sum(points[: t + 1]) / (t + 1) for t in range(len(points))],
            zh="这是所有点的平均，一个也不忘；要的是越老越轻的。",
            en="This is the plain mean, which forgets nothing; here the old ones must fade.",
        ),
        wrong(
            lambda points, window: [
                sum(near := points[max(0, t + 1 - window) : t + 1]) / len(near)
                for t in range(len(points))
            ],
            zh="这是最近几个点的平均，一刀切；指数加权平均是慢慢忘的。",
            en="This is the mean of the last few points, cut off sharply; an exponential one fades.",
        ),
    ),
)


# A step of schedule-free


def free_given(draw):
    return {
        "grads": [draw.between(0.5, 3) * (-1 if draw.whole(0, 2) == 0 else 1) for _ in range(4)],
        "lr": draw.between(0.1, 0.6),
        "beta": draw.between(0.6, 0.95),
        "start": draw.between(1, 3),
    }


def free_points(grads, lr, beta, start):
    param = torch.tensor(start, dtype=torch.float64)
    state = SGD.init(param)
    for grad in grads:
        delta, state = SGD.update(grad, state, param, lr=lr, beta1=beta)
        param = param + delta
    return [state.z.item(), state.x.item(), param.item()]


def walked(grads, lr, beta, start, *, weight=lambda t: 1 / t, near=None, late=False):
    z = x = start
    for t, grad in enumerate(grads, 1):
        old = z
        z = z - lr * grad
        x = (1 - weight(t)) * x + weight(t) * (old if late else z)
    near = beta if near is None else near(beta)
    return [z, x, (1 - near) * z + near * x]


FREE = Task(
    id="free_of_schedules",
    points=3,
    kind="implementation",
    title=both(zh="免调度走几步", en="A few steps of schedule-free"),
    prompt=both(
        zh="免调度（schedule-free）SGD 的三个点 $z$、$x$、$y$ 都从 `start` 出发。`grads` 是依次在 $y$ 上求得的梯度，已经算好了；学习率 `lr` 不变，`beta` 是 $\\beta$，第 $t$ 步新的 $z$ 在 $x$ 里占 $1/t$，$t$ 从 1 数起。\n\n走完以后，返回表 `[z, x, y]`，$y$ 是下一步要求梯度的点。",
        en="The three points $z$, $x$ and $y$ of schedule-free SGD all begin at `start`.\n"
        "`grads` are the gradients at $y$, one a step, already computed; the rate `lr` is constant, `beta` is $\\beta$, and at step $t$ the new $z$ enters $x$ with weight $1/t$, $t$ counted from 1.\n\nAfter all steps return the list `[z, x, y]`, $y$ being where the next gradient would be taken.",
    ),
    solution='''
def free_of_schedules(grads, lr, beta, start):
    """The three points after all gradients."""
    ### BEGIN SOLUTION
    z = x = start
    for t, grad in enumerate(grads, 1):
        z = z - lr * grad
        x = x + (z - x) / t
    return [z, x, (1 - beta) * z + beta * x]
    ### END SOLUTION
''',
    inputs=free_given,
    reference=free_points,
    hints=(
        both(
            zh="哪个点迈步，哪个点求平均，梯度在哪个点上求？",
            en="Which point steps, which averages, and at which is the gradient taken?",
        ),
        both(
            zh="$z$ 减去 $\\eta g$；$x$ 向新的 $z$ 挪 $1/t$；$y=(1-\\beta)z+\\beta x$。",
            en="$z$ loses $\\eta g$; $x$ moves towards the new $z$ by $1/t$; $y=(1-\\beta)z+\\beta x$.",
        ),
        both(
            zh="先动 $z$，再动 $x$，最后才是 $y$；头一步 $x$ 就落在 $z$ 上。",
            en="First $z$, then $x$, and $y$ last; after the first step $x$ lies on $z$.",
        ),
    ),
    wrong=(
        wrong(
            lambda grads, lr, beta, start: walked(grads, lr, beta, start, near=lambda b: 1 - b),
            zh="$y$ 靠错了边：$\\beta$ 乘的是平均 $x$，它离平均近。",
            en="$y$ leans to the wrong side: $\\beta$ goes with the mean $x$, and $y$ lies near it.",
            credit=0.5,
        ),
        wrong(
            lambda grads, lr, beta, start: walked(
                grads, lr, beta, start, weight=lambda t: 1 / (t + 1)
            ),
            zh="你把出发点也算进了平均；这里第一步的权重是 1。",
            en="You count the start in the mean, too; here the first step has weight 1.",
            credit=0.5,
        ),
        wrong(
            lambda grads, lr, beta, start: walked(grads, lr, beta, start, late=True),
            zh="放进平均的是老的 $z$：先迈步，再求平均。",
            en="The old $z$ went into the mean: step first, then average.",
            credit=0.5,
        ),
        wrong(
            lambda grads, lr, beta, start: walked(
                grads, lr, beta, start, weight=lambda t: 1 - beta
            ),
            zh="$x$ 成了指数加权平均：$\\beta$ 只管 $y$，$x$ 的权重是 $1/t$。",
            en="$x$ has become an exponential mean: $\\beta$ is for $y$ only, the weight in $x$ is $1/t$.",
            credit=0.5,
        ),
        wrong(
            lambda grads, lr, beta, start: walked([-grad for grad in grads], lr, beta, start),
            zh="走反了：要减去梯度。",
            en="The wrong way: subtract the gradient.",
        ),
        wrong(
            lambda grads, lr, beta, start: [walked(grads, lr, beta, start)[i] for i in (1, 0, 2)],
            zh="次序反了：先 $z$ 后 $x$；交卷的那个是 $x$。",
            en="The order is swapped: $z$ first, then $x$; the one to hand in is $x$.",
            credit=0.5,
        ),
    ),
)


# The variance of a mean


def variance_given(draw):
    curvature = draw.between(0.5, 2)
    return {
        "steps": draw.whole(3, 9), "lr": draw.between(0.2, 0.8) / curvature,
        "curvature": curvature, "noise": draw.between(0.5, 2),
    }  # fmt: skip


def swaying_mean(steps, lr, curvature, noise):
    return mean_variance(steps, lr, curvature, noise)


VARIANCE = Task(
    id="swaying_of_a_mean",
    points=2,
    title=both(zh="平均还晃多少？", en="How far does the mean still sway?"),
    prompt=both(
        zh="抛物线 $\\lambda z^2/2$（`curvature`），噪声标准差 `noise`，学习率 `lr` 一直不变，早已在噪声底上晃了。取接连 `steps` 个点求平均，它的方差是多少？先猜：是一个点的 1/`steps` 吗？\n\n隔 $k$ 步的两个点，协方差是 $(1-\\eta\\lambda)^k$ 乘一个点的方差。例如 $\\lambda=\\sigma=1$，学习率 0.1，2 个点：0.05。",
        en="The parabola $\\lambda z^2/2$ (`curvature`), noise of standard deviation `noise`, a constant rate `lr` that has long been swaying on its noise floor.\n"
        "What is the variance of the mean of `steps` successive points? Guess first: is it 1/`steps` of that of one?\n\nTwo points $k$ steps apart have a covariance of $(1-\\eta\\lambda)^k$ times the variance of one. For instance, $\\lambda=\\sigma=1$, rate 0.1, 2 points: 0.05.",
    ),
    solution='''
def swaying_of_a_mean(steps, lr, curvature, noise):
    """The variance of the mean of successive points on the noise floor."""
    ### BEGIN SOLUTION
    one = lr * noise**2 / (curvature * (2 - lr * curvature))
    left = 1 - lr * curvature
    pairs = steps
    for apart in range(1, steps):
        pairs = pairs + 2 * (steps - apart) * left**apart
    return one * pairs / steps**2
    ### END SOLUTION
''',
    inputs=variance_given,
    reference=swaying_mean,
    hints=(
        both(
            zh="和的方差，是所有两两协方差加起来，自己和自己的也算。",
            en="The variance of a sum is all covariances of pairs added up, each with itself too.",
        ),
        both(
            zh="一个点：$\\eta\\sigma^2/(\\lambda(2-\\eta\\lambda))$；隔 $k$ 步，再乘 $(1-\\eta\\lambda)^k$。",
            en="One point: $\\eta\\sigma^2/(\\lambda(2-\\eta\\lambda))$; $k$ steps apart, times $(1-\\eta\\lambda)^k$.",
        ),
        both(
            zh="平均是和除以 `steps`，方差就除以它的平方。",
            en="The mean is the sum over `steps`, so the variance is divided by its square.",
        ),
    ),
    wrong=(
        wrong(
            lambda steps, lr, curvature, noise: noise_variance(lr, curvature, noise) / steps,
            zh="互不相干的点才是这样；相邻的点大半相同，省不了这么多。",
            en="True of points that know nothing of each other; neighbors are mostly alike, and save less.",
            credit=0.5,
        ),
        wrong(
            lambda steps, lr, curvature, noise: noise**2 / (curvature**2 * steps),
            zh="这是走得很久才对的近似；`steps` 小，两头还占一份。",
            en="This holds for many steps only; with few, the two ends still count.",
            credit=0.5,
        ),
        wrong(
            scaled(swaying_mean, lambda steps, lr, curvature, noise: steps),
            zh="少除了一次：方差要除以 `steps` 的平方。",
            en="Divide once more: a variance is divided by the square of `steps`.",
            credit=0.5,
        ),
        wrong(
            lambda steps, lr, curvature, noise: noise_variance(lr, curvature, noise),
            zh="这是一个点的；求了平均，会小一些。",
            en="This is one point's; the mean sways less.",
        ),
    ),
)


# A window for a bottom that moves


def window_given(draw):
    return {
        "curvature": draw.between(0.5, 2), "noise": draw.between(0.5, 2),
        "drift": draw.between(0.0005, 0.004),
    }  # fmt: skip


def window_for(curvature, noise, drift):
    return (noise / (2 * curvature * drift)) ** (2 / 3)


WINDOW = Task(
    id="window_for_a_drift",
    points=2,
    title=both(zh="窗口开多大？", en="How wide a window?"),
    prompt=both(
        zh="谷底每步挪 `drift`，窗口 $W$ 的指数加权平均就落后约 $dW$；噪声留给它的方差约 $\\sigma^2/(2\\lambda^2W)$。误差平方的平均是 $d^2W^2+\\sigma^2/(2\\lambda^2W)$。\n\n返回让它最小的 $W$（不必取整）。例如 $\\lambda=\\sigma=1$，每步挪 0.001：63.0。",
        en="The bottom moves by `drift` a step, so an exponential mean of window $W$ trails by about $dW$; noise leaves it a variance of about $\\sigma^2/(2\\lambda^2W)$.\n"
        "Its mean squared error is $d^2W^2+\\sigma^2/(2\\lambda^2W)$.\n\nReturn the $W$ that makes it smallest (no rounding). For instance, $\\lambda=\\sigma=1$, 0.001 a step: 63.0.",
    ),
    solution='''
def window_for_a_drift(curvature, noise, drift):
    """The window at which trailing and noise together are least."""
    ### BEGIN SOLUTION
    return (noise**2 / (4 * curvature**2 * drift**2)) ** (1 / 3)
    ### END SOLUTION
''',
    inputs=window_given,
    reference=window_for,
    hints=(
        both(
            zh="窗口长一点，哪一项涨，哪一项跌？最好的地方，两边的斜率相消。",
            en="With a longer window, which part grows and which falls? At the best one the slopes cancel.",
        ),
        both(
            zh="对 $W$ 求导：$2d^2W=\\sigma^2/(2\\lambda^2W^2)$。",
            en="The derivative in $W$: $2d^2W=\\sigma^2/(2\\lambda^2W^2)$.",
        ),
        both(
            zh="整理成 $W^3$ 等于多少，再开立方。",
            en="Bring it to what $W^3$ is, then take the cube root.",
        ),
    ),
    wrong=(
        wrong(
            scaled(window_for, lambda curvature, noise, drift: 2 ** (1 / 3)),
            zh="你让两项相等；最小的地方，相等的是两边的斜率。",
            en="You made the two parts equal; at the minimum it is their slopes that are.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, noise, drift: noise / (2 * curvature * drift),
            zh="$W$ 有三次方：一项像 $W^2$，一项像 $1/W$，求导整理得 $W^3$。",
            en="It is a cube: one part goes as $W^2$, one as $1/W$, and the derivative gives $W^3$.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, noise, drift: (noise / (4 * curvature**2 * drift**2)) ** (1 / 3),
            zh="噪声要平方：`noise` 是标准差。",
            en="Square the noise: `noise` is a standard deviation.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, noise, drift: window_for(curvature, noise, drift) ** 3,
            zh="还差一步：这是 $W^3$，要开立方。",
            en="One step is missing: this is $W^3$; take the cube root.",
            credit=0.5,
        ),
    ),
)


# Statistics that were left behind


def layer_given(draw):
    def pair(low, high):
        return [draw.between(low, high), draw.between(low, high)]

    return {
        "inputs": [pair(-2, 2) for _ in range(draw.whole(5, 8))],
        "weights": [[draw.between(0.5, 3), draw.between(-3, 2)] for _ in range(4)],
        "mean": draw.between(2, 4),
        "variance": draw.between(1, 6),
        "eps": draw.between(0.5, 2),
    }


def refreshed(inputs, weights, mean, variance, eps, *, last=False, keep=(), correction=0):
    every = torch.tensor(weights, dtype=torch.float64)
    sums = torch.tensor(inputs, dtype=torch.float64) @ (every[-1] if last else every.mean(0))
    middle = mean if "mean" in keep else sums.mean()
    spread = variance if "variance" in keep else sums.var(correction=correction)
    return ((sums - middle) / (spread + eps) ** 0.5).tolist()


def mended(**slip):
    """The answer with a slip."""
    return lambda inputs, weights, mean, variance, eps: refreshed(
        inputs, weights, mean, variance, eps, **slip
    )


REFRESH = Task(
    id="left_behind",
    points=2,
    title=both(zh="统计量没有跟上", en="Statistics left behind"),
    prompt=both(
        zh="一个单元有两个权重，加权和后面是批量规范化，不带缩放和平移。`weights` 是一路上的权重，一行一步，求了平均才交卷；`mean` 和 `variance` 却是训练时最后一步留下的。同事把平均的权重装了回去，输出全错。\n\n诊断并修好：返回 `inputs`（全部训练数据，一行一个）经过平均的权重、再规范化的输出，一张表。方差除以个数，不是个数减一；分母是方差加 `eps` 再开方。",
        en="A unit has two weights, and batch normalization without scale and shift after its weighted sum.\n"
        "`weights` are those along the way, a row a step, and their mean is handed in; but `mean` and `variance` were left by the last step of training. A colleague put the averaged weights back, and every output is off.\n\nDiagnose and mend: return a list, the normalized outputs of the averaged weights on `inputs` (all training data, a row each). The variance divides by the count, not by the count less one; the denominator is the root of variance plus `eps`.",
    ),
    solution='''
def left_behind(inputs, weights, mean, variance, eps):
    """Normalized outputs of the averaged weights, with statistics of their own."""
    ### BEGIN SOLUTION
    first, second = (sum(column) / len(weights) for column in zip(*weights))
    sums = [first * one + second * other for one, other in inputs]
    middle = sum(sums) / len(sums)
    spread = sum(each**2 for each in sums) / len(sums) - middle**2
    return [(each - middle) / (spread + eps) ** 0.5 for each in sums]
    ### END SOLUTION
''',
    inputs=layer_given,
    reference=refreshed,
    hints=(
        both(
            zh="存着的均值和方差，说的是哪一组权重的输出？",
            en="Of which weights' outputs do the stored mean and variance speak?",
        ),
        both(
            zh="换了权重，输出的均值和方差也换了：拿数据过一遍，重算。",
            en="With other weights the outputs have another mean and variance: pass the data through, compute anew.",
        ),
        both(
            zh="先求平均的权重，再求全部加权和，再求它们自己的均值和方差。",
            en="First the mean weights, then all weighted sums, then their own mean and variance.",
        ),
    ),
    wrong=(
        wrong(
            mended(keep=("mean", "variance")),
            zh="还是旧的统计量：`mean` 和 `variance` 属于最后那一步的权重，不属于平均的。",
            en="Still the old statistics: `mean` and `variance` belong to the last weights, not to the averaged ones.",
        ),
        wrong(
            mended(keep=("variance",)),
            zh="均值重算了，方差还是旧的。",
            en="The mean is new, the variance still old.",
            credit=0.5,
        ),
        wrong(
            mended(last=True),
            zh="统计量对了，权重却是最后一步的；交卷的是平均的权重。",
            en="The statistics fit, but the weights are the last ones; the averaged ones are handed in.",
            credit=0.5,
        ),
        wrong(
            mended(correction=1),
            zh="方差除以了个数减一；规范化用的是除以个数的。",
            en="The variance divides by the count less one; normalization divides by the count.",
            credit=0.5,
        ),
    ),
)

TASKS = (EMA, FREE, VARIANCE, WINDOW, REFRESH)
