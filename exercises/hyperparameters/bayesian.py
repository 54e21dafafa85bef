"""Exercises on Gaussian processes and on what a trial is worth, declared once.

Book: hyperparameters/bayesian
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.hyperparameters.gaussian_process import matern52

TITLE = both(zh="边试边猜", en="Guess while you try")


# How unsure after one trial


def apart_given(draw):
    length = draw.between(0.2, 0.6)
    far = draw.between(0.4, 1.6) * length
    return {"apart": far, "length": length, "noise": draw.between(0.3, 0.8)}


def unsure(apart, length, noise):
    k = math.exp(-((apart / length) ** 2) / 2)
    return math.sqrt(1 - k**2 / (1 + noise**2))


UNSURE = Task(
    id="unsure_after_one",
    points=1,
    title=both(zh="试过一次，还剩多少没底？", en="How unsure after one trial?"),
    prompt=both(
        zh="试过一次，噪声的标准差是 `noise`。离它 `apart` 远的地方，标准差还剩多少？核是 $e^{-r^2/(2l^2)}$，$l$ 是 `length`，没试过时标准差处处是 1。",
        en="One trial was made, with noise of standard deviation `noise`.\n"
        "What is the standard deviation left at a place `apart` from it?\n"
        "The kernel is $e^{-r^2/(2l^2)}$ with $l$ for `length`; before the trial the standard deviation was 1 everywhere.",
    ),
    solution='''
def unsure_after_one(apart, length, noise):
    """The standard deviation that one trial leaves."""
    ### BEGIN SOLUTION
    k = math.exp(-(apart**2) / (2 * length**2))
    left = 1 - k * k / (1 + noise**2)
    return left**0.5
    ### END SOLUTION
''',
    inputs=apart_given,
    reference=unsure,
    hints=(
        both(
            zh="离得越近，那次试验说得越多：先算两处有多像。",
            en="The nearer, the more the trial says: first, how alike are the two places?",
        ),
        both(
            zh="$\\rho=e^{-r^2/(2l^2)}$，剩下的方差是 $1-\\rho^2/(1+\\sigma^2)$，$\\sigma$ 是噪声的标准差。",
            en="$\\rho=e^{-r^2/(2l^2)}$, and $1-\\rho^2/(1+\\sigma^2)$ of the variance is left, with $\\sigma$ the standard deviation of the noise.",
        ),
        both(
            zh="问的是标准差，不是方差。",
            en="The question is for a standard deviation, not a variance.",
        ),
    ),
    wrong=(
        wrong(
            lambda apart, length, noise: unsure(apart, length, noise) ** 2,
            zh="这是方差，还要开方。",
            en="That is the variance; take its root.",
            credit=0.5,
        ),
        wrong(
            lambda apart, length, noise: unsure(apart, length, 0.0),
            zh="你把那次试验当成没有噪声了。",
            en="You took the trial to be without noise.",
            credit=0.5,
        ),
        wrong(
            lambda apart, length, noise: unsure(apart, length, math.sqrt(noise)),
            zh="噪声的标准差要平方，才是方差。",
            en="Square the standard deviation of the noise to get its variance.",
            credit=0.5,
        ),
        wrong(
            lambda apart, length, noise: unsure(apart, length / math.sqrt(2), noise),
            zh="核的指数里还要除以 2。",
            en="The exponent of the kernel is divided by 2 as well.",
            credit=0.5,
        ),
        wrong(
            lambda apart, length, noise: math.sqrt(
                1 - math.exp(-((apart / length) ** 2) / 2) / (1 + noise**2)
            ),
            zh="减去的是 $\\rho$ 的平方：协方差出现两回。",
            en="What is taken away has $\\rho$ squared: the covariance enters twice.",
            credit=0.5,
        ),
    ),
)


# A rougher kernel


def places_given(draw):
    count = draw.whole(2, 4)
    return {
        "places": draw.normal(count).sigmoid(),
        "others": draw.normal(count + 1).sigmoid(),
        "length": draw.between(0.3, 0.9),
    }


def kernel_of(shape):
    """A matrix; `shape(r, length)` of all distances."""

    def made(places, others, length):
        return shape((places[:, None] - others[None, :]).abs(), length)

    return made


def matern(r, length):
    s = math.sqrt(5) * r / length
    return (1 + s + s * s / 3) * torch.exp(-s)


KERNEL = Task(
    id="a_rougher_kernel",
    points=2,
    kind="implementation",
    title=both(zh="糙一点的核", en="A rougher kernel"),
    prompt=both(
        zh="库里用的核叫 Matérn 5/2：$(1+p+p^2/3)\\,e^{-p}$，$p=\\sqrt5\\,r/l$，$r$ 是两个地方的距离，$l$ 是 `length`。`places` 有 n 个数，`others` 有 m 个，返回 n×m 的矩阵。",
        en="The library's own kernel is Matérn 5/2: $(1+p+p^2/3)\\,e^{-p}$ with $p=\\sqrt5\\,r/l$, where $r$ is the distance of two places and $l$ is `length`.\n"
        "`places` has n numbers, `others` m; return a matrix, n×m.",
    ),
    solution='''
def a_rougher_kernel(places, others, length):
    """Matérn 5/2 for every pair."""
    ### BEGIN SOLUTION
    r = torch.cdist(places[:, None], others[:, None])
    s = 5**0.5 * r / length
    return (1 + s + s**2 / 3) * (-s).exp()
    ### END SOLUTION
''',
    inputs=places_given,
    reference=lambda places, others, length: matern52(places[:, None], others[:, None], length),
    hints=(
        both(
            zh="先要所有成对的距离，再一个一个代进公式。",
            en="First all pairs of distances, then the formula for each.",
        ),
        both(
            zh="`torch.cdist(places[:, None], others[:, None])` 就是 n×m 的。",
            en="`torch.cdist(places[:, None], others[:, None])` is n×m.",
        ),
        both(
            zh="$p=\\sqrt5\\,r/l$ 一共出现三回，指数里的那个带负号。",
            en="$p=\\sqrt5\\,r/l$ enters three times, in the exponent with a minus.",
        ),
    ),
    wrong=(
        wrong(
            kernel_of(lambda r, length: (-(r**2) / (2 * length**2)).exp()),
            zh="这是课文里的核；这里要的是 Matérn 5/2。",
            en="That is the kernel of the page; here it is Matérn 5/2.",
        ),
        wrong(
            kernel_of(lambda r, length: matern(r, math.sqrt(5) * length)),
            zh="漏了 $\\sqrt5$。",
            en="The $\\sqrt5$ is missing.",
            credit=0.5,
        ),
        wrong(
            kernel_of(
                lambda r, length: (
                    (1 + math.sqrt(5) * r / length) * (-math.sqrt(5) * r / length).exp()
                )
            ),
            zh="漏了 $p^2/3$ 那一项。",
            en="The term $p^2/3$ is missing.",
            credit=0.5,
        ),
        wrong(
            lambda places, others, length: kernel_of(matern)(places, others, length).T,
            zh="转置了：行是 `places`，列是 `others`。",
            en="Transposed: rows are `places`, columns are `others`.",
            credit=0.5,
        ),
        wrong(
            kernel_of(lambda r, length: matern(r**2, length)),
            zh="$r$ 是距离，不是距离的平方。",
            en="$r$ is the distance, not its square.",
            credit=0.5,
        ),
        wrong(
            kernel_of(lambda r, length: matern(r, 1.0)),
            zh="没有除以 `length`。",
            en="Nothing is divided by `length`.",
            credit=0.5,
        ),
        wrong(
            kernel_of(lambda r, length: matern(r, 1 / length)),
            zh="长度在分母上：长度越大，两处越像。",
            en="The length is a denominator: the longer, the more alike.",
            credit=0.5,
        ),
    ),
)


# All trials at once


def trials_given(draw):
    count = draw.whole(3, 5)
    X = torch.linspace(0, 1, count, dtype=torch.float64) + 0.05 * draw.normal(count)
    places = draw.normal(2).sigmoid()
    return {
        "C": matern52(X[:, None], X[:, None], 0.5),
        "c": matern52(X[:, None], places[:, None], 0.5),
        "y": draw.normal(count),
        "noise": draw.between(0.3, 0.7),
    }


def guessed(factor):
    """cᵀ · what `factor(C, noise)` inverts · y."""

    def posterior_mean(C, c, y, noise):
        return c.T @ torch.linalg.solve(factor(C, noise), y)

    return posterior_mean


def with_noise(C, noise):
    return C + noise**2 * torch.eye(len(C), dtype=C.dtype)


ALL = Task(
    id="all_trials_at_once",
    points=3,
    kind="implementation",
    title=both(zh="几次试验一起算", en="All trials at once"),
    prompt=both(
        zh="课文一次加一回试验。要一起加，均值是 $c^\\top(C+\\sigma^2I)^{-1}y$：`C` 是试过的地方之间的核，n×n；`c` 是试过的地方和要猜的地方之间的核，n×m；`y` 是试出来的 n 个值；$\\sigma$ 是 `noise`，噪声的标准差。返回 m 个均值，别改动 `C`。",
        en="The page takes in one trial at a time.\n"
        "All at once, the mean is $c^\\top(C+\\sigma^2I)^{-1}y$: `C` is the kernel between the places tried, n×n; `c` that between them and the places to guess at, n×m; `y` are the n values found; $\\sigma$ is `noise`, a standard deviation.\n"
        "Return the m means, and leave `C` as it is.",
    ),
    solution='''
def all_trials_at_once(C, c, y, noise):
    """What is believed on average at every place."""
    ### BEGIN SOLUTION
    noisy = C + noise**2 * torch.eye(len(y), dtype=C.dtype)
    weights = torch.linalg.solve(noisy, y)
    return c.T @ weights
    ### END SOLUTION
''',
    inputs=trials_given,
    reference=guessed(with_noise),
    hints=(
        both(
            zh="噪声只加在对角线上：两次试验的噪声互不相干。",
            en="Noise is added on the diagonal alone: that of two trials has nothing in common.",
        ),
        both(
            zh="`torch.linalg.solve(A, y)` 给出 $A^{-1}y$，不用求逆；再从左边乘 $c^\\top$。",
            en="`torch.linalg.solve(A, y)` gives $A^{-1}y$ without an inverse; multiply from the left by $c^\\top$.",
        ),
        both(
            zh="$A=C+\\sigma^2I$，`noise` 要平方。",
            en="$A=C+\\sigma^2I$, with `noise` squared.",
        ),
    ),
    wrong=(
        wrong(
            guessed(lambda C, noise: C),
            zh="没有算噪声：猜的曲线会死死穿过每个点。",
            en="No noise: the guess goes through every single point.",
        ),
        wrong(
            guessed(lambda C, noise: C + noise * torch.eye(len(C), dtype=C.dtype)),
            zh="`noise` 是标准差，对角线上加的是它的平方。",
            en="`noise` is a standard deviation; its square goes on the diagonal.",
            credit=0.5,
        ),
        wrong(
            guessed(lambda C, noise: C + noise**2),
            zh="加到所有元素上了；只加对角线。",
            en="It was added to every entry; only the diagonal gets it.",
            credit=0.5,
        ),
        wrong(
            guessed(lambda C, noise: C - noise**2 * torch.eye(len(C), dtype=C.dtype) / 4),
            zh="噪声是加上去的，不是减掉。",
            en="Noise is added, not taken away.",
            credit=0.5,
        ),
        wrong(
            lambda C, c, y, noise: c.T @ (with_noise(C, noise) @ y),
            zh="乘了矩阵，该乘的是它的逆。",
            en="You multiplied by the matrix; multiply by its inverse.",
            credit=0.5,
        ),
        wrong(
            lambda C, c, y, noise: c.T @ y / (1 + noise**2),
            zh="试过的地方彼此也像，不能各算各的：要解 $C$。",
            en="The places tried are alike, too, and do not count separately: solve with $C$.",
            credit=0.5,
        ),
        wrong(
            lambda C, c, y, noise: guessed(with_noise)(C, c, y - y.mean(), noise),
            zh="`y` 已经以 0 为中心算，不用再减平均。",
            en="`y` is measured from 0 already; do not subtract its mean.",
            credit=0.5,
        ),
    ),
)


# A gain to hope for


def gain_given(draw):
    mean = draw.between(0.7, 0.9)
    spread = draw.between(0.04, 0.12)
    return {"mean": mean, "spread": spread, "best": mean + draw.between(-1, 1) * spread}


def normal_below(z):
    return (1 + math.erf(z / math.sqrt(2))) / 2


def normal_density(z):
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def hoped(mean, spread, best):
    z = (mean - best) / spread
    return (mean - best) * normal_below(z) + spread * normal_density(z)


GAIN = Task(
    id="a_gain_to_hope_for",
    points=2,
    title=both(zh="准确率能盼提高多少？", en="What gain to hope for?"),
    prompt=both(
        zh="这回量的是准确率，越高越好。目前最好是 `best`；有个地方，猜准确率是正态的，均值 `mean`，标准差 `spread`。在那里试一次，最好的准确率平均能提高多少？低于 `best` 算 0。",
        en="This time it is accuracy, and higher is better.\n"
        "The best so far is `best`; at one place accuracy is believed to be normal, with mean `mean` and standard deviation `spread`.\n"
        "By how much does a trial there raise the best accuracy on average, where falling short of `best` counts 0?",
    ),
    solution='''
def a_gain_to_hope_for(mean, spread, best):
    """The expected rise of the best accuracy."""
    ### BEGIN SOLUTION
    z = (mean - best) / spread
    chance = math.erfc(-z / 2**0.5) / 2
    height = math.exp(-(z**2) / 2) / (2 * math.pi) ** 0.5
    return spread * (z * chance + height)
    ### END SOLUTION
''',
    inputs=gain_given,
    reference=hoped,
    hints=(
        both(
            zh="课文里越低越好；越高越好，只有一处要反过来。",
            en="On the page lower is better; with higher better, one thing turns round.",
        ),
        both(
            zh="$z=(a-h)/b$，答案是 $b(z\\,\\Phi(z)+\\varphi(z))$，"
            "$a$、$b$ 是均值和标准差，$h$ 是 `best`。",
            en="$z=(a-h)/b$, and the answer is $b(z\\,\\Phi(z)+\\varphi(z))$ "
            "with mean $a$, standard deviation $b$ and $h$ for `best`.",
        ),
        both(
            zh="$\\Phi(z)$ 是 `(1 + math.erf(z / math.sqrt(2))) / 2`，$\\varphi$ 是正态的密度。",
            en="$\\Phi(z)$ is `(1 + math.erf(z / math.sqrt(2))) / 2`, and $\\varphi$ the normal density.",
        ),
    ),
    wrong=(
        wrong(
            lambda mean, spread, best: hoped(-mean, spread, -best),
            zh="你算的是越低越好。",
            en="You took lower to be better.",
            credit=0.5,
        ),
        wrong(
            lambda mean, spread, best: max(mean - best, 0.0) + 0.01 * spread,
            zh="均值够不着的地方，运气好也能提高。",
            en="Where the mean falls short, luck may still raise it.",
        ),
        wrong(
            lambda mean, spread, best: normal_below((mean - best) / spread),
            zh="这是提高的机会；要的是平均提高多少。",
            en="That is the chance of a rise; the question is how large it is on average.",
        ),
        wrong(
            lambda mean, spread, best: (mean - best) * normal_below((mean - best) / spread),
            zh="漏了密度那一项。",
            en="The term with the density is missing.",
            credit=0.5,
        ),
        wrong(
            lambda mean, spread, best: hoped(mean, spread, best) / spread,
            zh="还要乘标准差。",
            en="Multiply by the standard deviation.",
            credit=0.5,
        ),
    ),
)


# The next trial


def next_given(draw):
    count = draw.whole(7, 9)
    mean = draw.normal(count)
    spread = (0.5 * draw.normal(count)).exp()
    first = (mean - 2 * spread).argsort()[: 1 + draw.case % 2].tolist()
    return {"mean": mean, "spread": spread, "tried": sorted({0, *first}), "width": 2.0}


def chosen(bound, least=True):
    """The place of the least bound; `bound(mean, spread, width)`."""

    def place(mean, spread, tried, width):
        values = bound(mean, spread, width)
        left = [i for i in range(len(mean)) if i not in tried]
        return min(left, key=lambda i: values[i].item() * (1 if least else -1))

    return place


NEXT = Task(
    id="the_next_trial",
    points=2,
    kind="implementation",
    title=both(zh="下一次试哪里？", en="Where is the next trial?"),
    prompt=both(
        zh="换一个采集函数：往好里想，损失能低到“均值减 `width` 倍标准差”，哪里最低就试哪里。`mean` 和 `spread` 是各处的均值和标准差，`tried` 是试过的地方的下标，不再试。返回下标，一个整数。",
        en="Another acquisition function: be hopeful, take each place at its mean less `width` standard deviations, and try the lowest.\n"
        "`mean` and `spread` are mean and standard deviation of the places, `tried` the indices that were tried and are not tried again.\n"
        "Return an index, a whole number.",
    ),
    solution='''
def the_next_trial(mean, spread, tried, width):
    """The most hopeful place that was not tried."""
    ### BEGIN SOLUTION
    hope = mean - width * spread
    hope[tried] = math.inf
    return int(hope.argmin())
    ### END SOLUTION
''',
    inputs=next_given,
    reference=chosen(lambda mean, spread, width: mean - width * spread),
    hints=(
        both(
            zh="没底的地方也有希望：标准差大，是加分。",
            en="Where nothing is known there is hope: a large spread counts in favor.",
        ),
        both(
            zh="`mean - width * spread`，试过的换成 `math.inf`，再取 `argmin()`。",
            en="`mean - width * spread`, with `math.inf` where it was tried, then `argmin()`.",
        ),
        both(
            zh="返回 `int`，是下标，不是损失。",
            en="Return an `int`, the index and not the loss.",
        ),
    ),
    wrong=(
        wrong(
            lambda mean, spread, tried, width: int((mean - width * spread).argmin()),
            zh="试过的地方又试了一遍。",
            en="It tries again what was tried.",
        ),
        wrong(
            chosen(lambda mean, spread, width: mean),
            zh="只看均值：永远不去没底的地方。",
            en="By the mean alone it never goes where nothing is known.",
        ),
        wrong(
            chosen(lambda mean, spread, width: spread, least=False),
            zh="只看哪里没底：已经知道的全没用上。",
            en="By the spread alone it makes no use of what is known.",
        ),
        wrong(
            chosen(lambda mean, spread, width: mean + width * spread),
            zh="往坏里想了：标准差要减。",
            en="That expects the worst: subtract the spread.",
            credit=0.5,
        ),
        wrong(
            chosen(lambda mean, spread, width: mean - width * spread, least=False),
            zh="损失越低越好，你挑了最高的。",
            en="Lower is better; you took the highest.",
            credit=0.5,
        ),
        wrong(
            lambda mean, spread, tried, width: int(
                torch.tensor(
                    [
                        m - width * s
                        for i, (m, s) in enumerate(zip(mean, spread, strict=True))
                        if i not in tried
                    ]
                ).argmin()
            ),
            zh="这是剩下的里面第几个；下标要连试过的一起数。",
            en="That counts among the places left; indices count those tried as well.",
            credit=0.5,
        ),
    ),
)

TASKS = (UNSURE, KERNEL, ALL, GAIN, NEXT)
