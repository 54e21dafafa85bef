"""Exercises on the gap between training and test, and on what a penalty pays, declared once.

Book: regularization/the_gap
"""

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import swapped
from dlnotes.regularization.smoothers import degrees_of_freedom, ridge_matrix

TITLE = both(zh="训练和测试的差距", en="The gap between training and test")


# Two errors of one fit


def fit_given(draw):
    degree = draw.whole(1, 5)
    return {"points": draw.whole(degree + 3, 20), "degree": degree, "noise": draw.between(0.3, 2)}


def errors(points, degree, noise):
    share = (degree + 1) / points
    return noise**2 * (1 - share), noise**2 * (1 + share)


TWO_ERRORS = Task(
    id="two_errors",
    points=1,
    title=both(zh="一次拟合，两个误差", en="One fit, two errors"),
    prompt=both(
        zh="真曲线本来就是 `degree` 次多项式，拿同样次数的多项式，不罚，最小二乘去拟合横坐标各不相同的 `points` 个点；噪声的标准差是 `noise`。平均起来，训练误差是多少？同样的横坐标换一份噪声，误差又是多少？\n\n例如 4 个点、0 次、标准差 1：0.75 和 1.25。",
        en="The true curve is itself a polynomial of degree `degree`, and one of the same degree is fitted to `points` points at different places by least squares, without a penalty; the noise has standard deviation `noise`.\n"
        "What is the training error on average, and what is the error on new noise at the same places?\n\nFor instance, 4 points, degree 0 and standard deviation 1: 0.75 and 1.25.",
    ),
    solution='''
def two_errors(points, degree, noise):
    """Expected training error and error on new noise at the same places, as (train, new)."""
    ### BEGIN SOLUTION
    gap = 2 * noise**2 * (degree + 1) / points
    train = noise**2 - gap / 2
    return train, train + gap
    ### END SOLUTION
''',
    returns="(train, new)",
    inputs=fit_given,
    reference=errors,
    hints=(
        both(
            zh="拟合跟着噪声走几份？几个系数，就几份。",
            en="How many shares of the noise does the fit follow? As many as it has coefficients.",
        ),
        both(
            zh="差距是 $2\\sigma^2/N$ 乘系数的个数；没有偏差，两个误差在 $\\sigma^2$ 两边一样远。",
            en="The gap is $2\\sigma^2/N$ times the number of coefficients; without bias the two errors lie equally far on either side of $\\sigma^2$.",
        ),
        both(
            zh="$d$ 次有 $d+1$ 个系数：$\\sigma^2(1-\\frac{d+1}{N})$ 和 $\\sigma^2(1+\\frac{d+1}{N})$。",
            en="Degree $d$ has $d+1$ coefficients: $\\sigma^2(1-\\frac{d+1}{N})$ and $\\sigma^2(1+\\frac{d+1}{N})$.",
        ),
    ),
    wrong=(
        wrong(
            lambda points, degree, noise: errors(points, degree - 1, noise),
            zh="少数了一个系数：截距也是。",
            en="One coefficient is missing: the intercept counts, too.",
            credit=0.5,
        ),
        wrong(
            lambda points, degree, noise: tuple(
                value / noise for value in errors(points, degree, noise)
            ),
            zh="误差是平方的平均，噪声也要平方。",
            en="The error is a mean of squares, so the noise is squared as well.",
            credit=0.5,
        ),
        wrong(
            lambda points, degree, noise: (
                noise**2 * (1 - (degree + 1) / points),
                noise**2,
            ),
            zh="新噪声上的误差不止 $\\sigma^2$：拟合跟着旧噪声走的那一份，在新噪声面前也是错的。",
            en="On new noise the error is more than $\\sigma^2$: what the fit followed of the old noise is a mistake before the new.",
            credit=0.5,
        ),
        wrong(
            swapped(errors),
            zh="次序反了：训练误差小，排在前面。",
            en="The order is reversed: the training error is the smaller one and comes first.",
            credit=0.5,
        ),
    ),
)


# How much noise a penalized fit follows


def features_given(draw):
    count, width = draw.whole(6, 9), draw.whole(2, 4)
    columns = [draw.normal(count) for _ in range(width)]
    X = torch.stack([torch.ones(count, dtype=torch.float64), *columns], dim=1)
    return {"X": X, "alpha": draw.decades(0.02, 2)}


def followed(X, alpha):
    return degrees_of_freedom(ridge_matrix(X, alpha)).item()


SHARES = Task(
    id="shares_of_noise",
    points=3,
    kind="implementation",
    title=both(zh="跟着几份噪声走", en="How many shares of noise"),
    prompt=both(
        zh="`X` 的每一行是一个点，第一列各格是 1。最小化“平方误差的平均，加 `alpha` 乘系数的平方和”，截距不罚。拟合是 $\\hat y=Sy$。\n\n返回 $S$ 的迹。`alpha` 总是大于 0。",
        en="Every row of `X` is a point, and every entry of its first column is 1.\n"
        "Minimize the mean squared error plus `alpha` times the sum of the squared coefficients, the intercept left out; the fit is $\\hat y=Sy$.\n\nReturn the trace of $S$; `alpha` is always greater than 0.",
    ),
    solution='''
def shares_of_noise(X, alpha):
    """The trace of the matrix that makes the fit of the targets."""
    ### BEGIN SOLUTION
    count, width = X.shape
    paid = torch.eye(width, dtype=X.dtype)
    paid[0, 0] = 0
    inner = X.T @ X + count * alpha * paid
    return torch.linalg.solve(inner, X.T @ X).trace().item()
    ### END SOLUTION
''',
    inputs=features_given,
    reference=followed,
    hints=(
        both(
            zh="令导数为 0，系数就是一个矩阵乘 `y`；再乘 `X`，得到 $S$。",
            en="Set the derivative to 0: the coefficients are a matrix times `y`, and `X` times that is $S$.",
        ),
        both(
            zh="方程是 $X^\\top X\\theta+N\\alpha\\theta=X^\\top y$，截距那一行没有第二项。",
            en="The equation is $X^\\top X\\theta+N\\alpha\\theta=X^\\top y$, without the second term in the row of the intercept.",
        ),
        both(
            zh="误差是平均，两边乘 $N$，`alpha` 前面就多一个点数；最后取对角线之和。",
            en="The error is a mean; times $N$ on both sides, `alpha` gets the number of points in front. In the end add up the diagonal.",
        ),
    ),
    wrong=(
        wrong(
            lambda X, alpha: degrees_of_freedom(ridge_matrix(X, alpha, free=0)).item(),
            zh="截距也罚了：第一列的系数不花钱。",
            en="The intercept is penalized, too: the coefficient of the first column is free.",
            credit=0.5,
        ),
        wrong(
            lambda X, alpha: followed(X, alpha / len(X)),
            zh="误差是平均，惩罚不是：和 $X^\\top X$ 相加以前，`alpha` 要乘点数。",
            en="The error is a mean, the penalty is not: `alpha` is multiplied by the number of points before it joins $X^\\top X$.",
            credit=0.5,
        ),
        wrong(
            lambda X, alpha: float(X.shape[1]),
            zh="这是系数的个数：罚了以后，每个算不满 1。",
            en="This is the number of coefficients: with a penalty each counts less than 1.",
        ),
        wrong(
            lambda X, alpha: followed(X, alpha) / len(X),
            zh="要的是对角线之和，不是平均。",
            en="Asked is the sum of the diagonal, not its mean.",
            credit=0.5,
        ),
        wrong(
            lambda X, alpha: followed(X, alpha**2),
            zh="`alpha` 平方了：要平方的是系数。",
            en="You squared `alpha`; the coefficients are squared.",
            credit=0.5,
        ),
        wrong(
            lambda X, alpha: followed(X, 2 * alpha),
            zh="重了一倍：误差和惩罚求导，各有一个 2，约掉了。",
            en="Twice too strong: the derivatives of error and penalty have a 2 each, and these cancel.",
            credit=0.5,
        ),
        wrong(
            lambda X, alpha: len(X) - followed(X, alpha),
            zh="这是留下来没跟走的份数：$\\hat y$ 是 $Sy$，不是 $y-Sy$。",
            en="These are the shares that are not followed: $\\hat y$ is $Sy$, not $y-Sy$.",
        ),
    ),
)


# What to pay


def level_given(draw):
    return {
        "level": draw.between(0.5, 2),
        "points": draw.whole(2, 8),
        "noise": draw.between(0.6, 3),
    }


def price(level, points, noise):
    sway = noise**2 / points
    return sway / level**2, sway * level**2 / (level**2 + sway)


PRICE = Task(
    id="what_to_pay",
    points=2,
    title=both(zh="付多少最合算", en="What is worth paying"),
    prompt=both(
        zh="`points` 个点都在高度 `level` 上，各带标准差 `noise` 的噪声。只用一个数 $c$ 去拟合，最小化“差的平方的平均，加 $\\alpha c^2$”。先猜：有没有偏差更小、总误差反而更大的？\n\n噪声换许多份，哪个 $\\alpha$ 让 $c$ 和 `level` 之差的平方平均起来最小？先返回它，再返回那时的平均。",
        en="All of `points` points lie at the height `level`, each with noise of standard deviation `noise`.\n"
        "One number $c$ is fitted by minimizing the mean squared miss plus $\\alpha c^2$.\nGuess first: can less bias mean a larger error?\n\nReturn the $\\alpha$ at which the squared distance of $c$ from `level`, averaged over draws of the noise, is smallest, and that mean.",
    ),
    solution='''
def what_to_pay(level, points, noise):
    """The best penalty and the error with it, as (alpha, error)."""
    ### BEGIN SOLUTION
    variance = noise**2 / points
    alpha = variance / level**2
    bias = alpha * level / (1 + alpha)
    return alpha, bias**2 + variance / (1 + alpha) ** 2
    ### END SOLUTION
''',
    returns="(alpha, error)",
    inputs=level_given,
    reference=price,
    hints=(
        both(
            zh="拟合出来的是平均数缩小一点。它平均差多少，晃多少？",
            en="The fit is the mean, shrunk. How far off is it on average, and how far does it sway?",
        ),
        both(
            zh="缩成 $1/(1+\\alpha)$：偏差是 $\\alpha/(1+\\alpha)$ 乘真高度，方差是 $\\sigma^2/N$ 除以 $(1+\\alpha)^2$。",
            en="It shrinks to $1/(1+\\alpha)$: the bias is $\\alpha/(1+\\alpha)$ of the true height, the variance $\\sigma^2/N$ over $(1+\\alpha)^2$.",
        ),
        both(
            zh="两项相加，对 $\\alpha$ 求导：最好的 $\\alpha$ 是方差 $\\sigma^2/N$ 和真高度的平方之比。",
            en="Add the two and differentiate by $\\alpha$: the best one is the ratio of the variance $\\sigma^2/N$ to the squared true height.",
        ),
    ),
    wrong=(
        wrong(
            lambda level, points, noise: price(level, 1, noise),
            zh="平均过了：`points` 个点的平均，方差只有一个点的几分之一。",
            en="It is a mean already: over `points` points the variance is only a part of that of one.",
            credit=0.5,
        ),
        wrong(
            lambda level, points, noise: (0.0, noise**2 / points),
            zh="不罚没有偏差，可付一点偏差，方差省下的更多。",
            en="Without a penalty there is no bias; yet a little bias saves more variance than it costs.",
        ),
        wrong(
            lambda level, points, noise: (
                level**2 * points / noise**2,
                price(level, points, noise)[1],
            ),
            zh="比颠倒了：噪声大、真高度小，才该罚得重。",
            en="The ratio is upside down: much noise and a small true height call for a heavy penalty.",
            credit=0.5,
        ),
        wrong(
            lambda level, points, noise: (
                price(level, points, noise)[0],
                price(level, points, noise)[1] + noise**2,
            ),
            zh="你加上了新点自己的噪声；要的是 $c$ 离真高度多远。",
            en="You added the noise of a new point; asked is how far $c$ is from the true height.",
            credit=0.5,
        ),
    ),
)


# A dose, chosen and reported


def bench_given(draw):
    best, closed = 2 + draw.case % 2, 5
    validation = [0.9 - 0.03 * abs(i - best) - 0.01 * i / 5 for i in range(6)]
    validation = [value + draw.between(0, 0.008) for value in validation]
    test = [value + draw.between(-0.02, -0.005) for value in validation]
    test[best + 1] = test[best] + draw.between(0.004, 0.01)
    train = [1 - 0.012 * i for i in range(5)] + [test[closed] + draw.between(0.001, 0.01)]
    return {"train": train, "validation": validation, "test": test}


def dose(train, validation, test):
    return _at(validation.index(max(validation)), train, test)


def _at(place, train, test):
    return place, test[place], train[place] - test[place]


DOSE = Task(
    id="dose_chosen",
    points=2,
    title=both(zh="挑一个剂量，报一个分数", en="Choose a dose, report a score"),
    prompt=both(
        zh="惩罚从无到重试了几种，三张表按同样的次序记着训练、验证和测试的准确率。有人说：“挑差距最小的那一种。”你来挑。\n\n返回选中的编号（从 0 数起）、该报的准确率，和那里的泛化差距（训练减去所报的）。",
        en="Several penalties were tried, from none to heavy; three lists hold training, validation and test accuracy in the same order.\n"
        "“Take the one with the smallest gap”, somebody says.\nMake the choice yourself.\n\nReturn its place (counted from 0), the accuracy to report, and the generalization gap there (training less what you report).",
    ),
    solution='''
def dose_chosen(train, validation, test):
    """The place of the penalty, its score and its gap, as (place, reported, gap)."""
    ### BEGIN SOLUTION
    place = max(range(len(validation)), key=lambda i: validation[i])
    reported = test[place]
    return place, reported, train[place] - reported
    ### END SOLUTION
''',
    returns="(place, reported, gap)",
    inputs=bench_given,
    reference=dose,
    hints=(
        both(
            zh="三份数据各有一份差事：一份学，一份挑，一份只报一次。",
            en="Each of the three sets has one office: to learn, to choose, and to report once.",
        ),
        both(
            zh="按验证准确率挑最高的；报的是测试准确率；差距是训练减测试。",
            en="Choose the highest validation accuracy; report the test accuracy; the gap is training less test.",
        ),
        both(
            zh="差距最小的可能两边都没学会；测试集一挑，就不再是新的了。",
            en="Where the gap is smallest both sides may have learned little; and once it has chosen, a test set is no longer new.",
        ),
    ),
    wrong=(
        wrong(
            lambda train, validation, test: _at(
                min(range(len(test)), key=lambda i: train[i] - test[i]), train, test
            ),
            zh="差距最小的那一种，两边一起变差了：合上不是目的。",
            en="Where the gap is smallest, both have become worse: closing it is not the aim.",
        ),
        wrong(
            lambda train, validation, test: _at(test.index(max(test)), train, test),
            zh="你用测试集挑了：挑过的分数偏高，不能再报。",
            en="You chose on the test set: a score that has chosen is too high to be reported.",
        ),
        wrong(
            lambda train, validation, test: _at(train.index(max(train)), train, test),
            zh="训练准确率最高的是不罚：背得熟，不等于新的也对。",
            en="Training accuracy is highest without a penalty: knowing by heart is not being right on new data.",
        ),
        wrong(
            lambda train, validation, test: (
                dose(train, validation, test)[0],
                max(validation),
                train[validation.index(max(validation))] - max(validation),
            ),
            zh="挑得对，报错了：验证准确率挑过，要报测试的。",
            en="Rightly chosen, wrongly reported: validation accuracy has chosen, so report the test.",
            credit=0.5,
        ),
    ),
)


# Decay turned into a rate


def rate_given(draw):
    return {
        "step": draw.whole(2, 12),
        "lr": draw.between(0.1, 0.5),
        "alpha": draw.between(0.1, 0.6),
    }


def rate(step, lr, alpha):
    return lr * (1 - lr * alpha) ** (-2 * step - 1)


REPAIR = Task(
    id="decay_as_a_rate",
    points=2,
    title=both(zh="去掉衰减，把网络找回来", en="Drop the decay, keep the net"),
    prompt=both(
        zh="有一层，后面接着规范化，权重 $w$ 每步 $w\\leftarrow(1-\\eta\\alpha)w-\\eta g(w)$，学习率 `lr` 不变。有人嫌权重越来越短，去掉了衰减，学习率照旧，网络就变了样。\n\n改好：从同样的权重出发，不要衰减，第 `step` 步（从 0 数起）的学习率该是多少，步步才还是原来那个网络？",
        en="The weights $w$ in front of a normalization take steps $w\\leftarrow(1-\\eta\\alpha)w-\\eta g(w)$ at a constant rate `lr`.\n"
        "Somebody disliked that they get ever shorter, dropped the decay and kept the rate; the net became another.\n\nMend it: from the same weights at the start and without decay, which learning rate must step number `step` (counted from 0) use, so that the net is the same as before at every step?",
    ),
    solution='''
def decay_as_a_rate(step, lr, alpha):
    """The learning rate of a step that makes up for the decay."""
    ### BEGIN SOLUTION
    keep = 1 - lr * alpha
    longer = 1 / keep**step
    return lr * longer * longer / keep
    ### END SOLUTION
''',
    inputs=rate_given,
    reference=rate,
    hints=(
        both(
            zh="不衰减的权重是衰减的几倍？它的梯度又是几分之一？",
            en="How many times as long are the weights without decay, and what part is their gradient?",
        ),
        both(
            zh="权重是衰减时的 $(1-\\eta\\alpha)^{-t}$ 倍长，步子也要放大这么多倍；梯度却只剩这么多分之一，要再补一次。",
            en="The weights are $(1-\\eta\\alpha)^{-t}$ times as long, so the step must be; the gradient is smaller by as much, which has to be made up for once more.",
        ),
        both(
            zh="这一步自己的衰减也算：指数是 $-2t-1$。",
            en="The decay of the step itself counts, too: the exponent is $-2t-1$.",
        ),
    ),
    wrong=(
        wrong(
            lambda step, lr, alpha: lr * (1 - lr * alpha) ** (-step - 1),
            zh="只补了长度：权重长了几倍，梯度就小到几分之一，还要再补一次。",
            en="Only the length is made up for: longer weights have a smaller gradient, which takes the factor once more.",
            credit=0.5,
        ),
        wrong(
            lambda step, lr, alpha: lr * (1 - lr * alpha) ** (2 * step + 1),
            zh="方向反了：权重越长，学习率要越大，才转得动同样的角度。",
            en="The wrong way: longer weights take a larger rate to turn by the same angle.",
        ),
        wrong(
            lambda step, lr, alpha: lr * (1 - lr * alpha) ** (-2 * step),
            zh="差这一步自己的衰减：换成 $z_{t+1}$，还要除一次 $1-\\eta\\alpha$。",
            en="The decay of the step itself is missing: going over to $z_{t+1}$ divides by $1-\\eta\\alpha$ once more.",
            credit=0.5,
        ),
        wrong(
            lambda step, lr, alpha: lr,
            zh="学习率照旧，等于步子越走越小：权重长了，同样的一步转得少。",
            en="The old rate makes for ever smaller steps: the longer the weights, the less one and the same step turns them.",
        ),
    ),
)

TASKS = (TWO_ERRORS, SHARES, PRICE, DOSE, REPAIR)
