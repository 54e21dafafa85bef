"""Exercises on batches, their noise and the rate that goes with them, declared once.

Book: hyperparameters/batch_size
"""

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="一批放多少？", en="How many in a batch?")


# How long is the gradient of a batch?


def length_given(draw):
    return {
        "signal": draw.between(0.5, 3),
        "noise": draw.between(20, 90),
        "batch_size": draw.whole(4, 40),
    }


LENGTH = Task(
    id="how_long_is_a_batch_gradient",
    points=1,
    title=both(zh="一批的梯度有多长？", en="How long is a batch gradient?"),
    prompt=both(
        zh="真梯度长度的平方 $\\lVert G\\rVert^2$ 是 `signal`，单个样本的噪声 $\\operatorname{tr}\\Sigma$ 是 `noise`。`batch_size` 个样本独立地抽，取平均：这个梯度长度的平方，平均是多少？\n\n例如 2、30 和 10：5。",
        en="The true gradient has a squared length $\\lVert G\\rVert^2$ of `signal`, the noise $\\operatorname{tr}\\Sigma$ of one example is `noise`.\n"
        "Draw `batch_size` examples independently and average their gradients: what is the squared length of that, on average?\n\nFor instance, 2, 30 and 10: 5.",
    ),
    solution='''
def how_long_is_a_batch_gradient(signal, noise, batch_size):
    """The mean squared length of the gradient of a batch."""
    ### BEGIN SOLUTION
    return signal + noise / batch_size
    ### END SOLUTION
''',
    inputs=length_given,
    reference=lambda signal, noise, batch_size: signal + noise / batch_size,
    hints=(
        both(
            zh="一批的梯度是真梯度加噪声，两样各有多长？",
            en="The gradient of a batch is the true one plus noise: how long is either?",
        ),
        both(
            zh="$\\operatorname{E}\\lVert g\\rVert^2=\\lVert G\\rVert^2+\\operatorname{tr}\\Sigma/B$：交叉项平均是 0。",
            en="$\\operatorname{E}\\lVert g\\rVert^2=\\lVert G\\rVert^2+\\operatorname{tr}\\Sigma/B$: the cross term is 0 on average.",
        ),
        both(
            zh="`noise` 除以 `batch_size`，再加上 `signal`。",
            en="Divide `noise` by `batch_size` and add `signal`.",
        ),
    ),
    wrong=(
        wrong(
            lambda signal, noise, batch_size: signal,
            zh="噪声平均是 0，噪声的平方不是。",
            en="The noise is 0 on average; its square is not.",
        ),
        wrong(
            lambda signal, noise, batch_size: signal + noise,
            zh="这是一个样本的；平均过的噪声小到几分之几？",
            en="That is for one example; to what part does averaging bring the noise down?",
            credit=0.5,
        ),
        wrong(
            lambda signal, noise, batch_size: signal + noise / batch_size**0.5,
            zh="$1/\\sqrt B$ 是长度的；长度的平方按 $1/B$ 减。",
            en="$1/\\sqrt B$ is for lengths; squared lengths go with $1/B$.",
            credit=0.5,
        ),
        wrong(
            lambda signal, noise, batch_size: (signal + noise) / batch_size,
            zh="只有噪声越平均越小，真梯度不会。",
            en="Averaging makes the noise smaller, but not the true gradient.",
            credit=0.5,
        ),
    ),
)


# The rate for another batch


def rate_given(draw):
    batch_size = draw.whole(8, 40)
    return {
        "lr": draw.between(0.05, 0.4),
        "batch_size": batch_size,
        "new": batch_size * draw.whole(3, 9),
        "scale": draw.between(40, 200),
    }


RATE = Task(
    id="the_rate_for_another_batch",
    points=2,
    title=both(zh="换批量，换学习率", en="Another batch, another rate"),
    prompt=both(
        zh="批量是 `batch_size` 时，最好的学习率是 `lr`；噪声尺度是 `scale`。照本节的公式，批量换成 `new`，最好的学习率是多少？\n\n例如 0.1、10、40，噪声尺度 40：0.25。",
        en="With a batch of `batch_size` the best rate is `lr`; the noise scale is `scale`.\n"
        "By the formula of this page, what is the best rate for a batch of `new`?\n\nFor instance, 0.1, 10, 40 and a scale of 40: 0.25.",
    ),
    solution='''
def the_rate_for_another_batch(lr, batch_size, new, scale):
    """The best rate at the new batch size."""
    ### BEGIN SOLUTION
    most = lr * (1 + scale / batch_size)
    return most / (1 + scale / new)
    ### END SOLUTION
''',
    inputs=rate_given,
    reference=lambda lr, batch_size, new, scale: (
        lr * new * (batch_size + scale) / (batch_size * (new + scale))
    ),
    hints=(
        both(
            zh="先倒推没有噪声时的学习率，再换到新的批量。",
            en="First work back to the rate without noise, then go to the new batch.",
        ),
        both(
            zh="$\\eta(B)=\\eta_{\\max}/(1+\\mathcal S/B)$，$\\mathcal S$ 是 `scale`，两次用的是同一个 $\\eta_{\\max}$。",
            en="$\\eta(B)=\\eta_{\\max}/(1+\\mathcal S/B)$ with $\\mathcal S$ for `scale`, and the same $\\eta_{\\max}$ both times.",
        ),
        both(
            zh="`lr` 乘上旧批量的括号，除以新批量的括号。",
            en="Multiply `lr` by the bracket of the old batch, divide by that of the new one.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, batch_size, new, scale: lr * new / batch_size,
            zh="这是线性规则：批量比噪声尺度小得多，才差不多对。",
            en="That is the linear rule, about right only while batches are far below the noise scale.",
            credit=0.5,
        ),
        wrong(
            lambda lr, batch_size, new, scale: lr * (new / batch_size) ** 0.5,
            zh="平方根规则是给 Adam 一类的；这里用公式。",
            en="The root rule is for Adam and its kind; use the formula here.",
        ),
        wrong(
            lambda lr, batch_size, new, scale: lr / (1 + scale / new),
            zh="你把 `lr` 当成了没有噪声的学习率；它是旧批量的。",
            en="You took `lr` for the rate without noise; it belongs to the old batch.",
            credit=0.5,
        ),
        wrong(
            lambda lr, batch_size, new, scale: lr * (1 + scale / new) / (1 + scale / batch_size),
            zh="除反了：批量大了，学习率该变大。",
            en="Upside down: with a larger batch the rate should grow.",
            credit=0.5,
        ),
    ),
)


# Steps at a third batch


def steps_given(draw):
    least, critical = draw.between(20, 90), draw.between(30, 120)
    small = draw.whole(4, 12)
    sizes = (small, small * draw.whole(6, 10), small * draw.whole(2, 4))
    steps = [least * (1 + critical / size) for size in sizes]
    return {
        "small": sizes[0], "small_steps": steps[0], "large": sizes[1], "large_steps": steps[1],
        "batch_size": sizes[2],
    }  # fmt: skip


def between_them(small, small_steps, large, large_steps, batch_size):
    product = (small_steps - large_steps) / (1 / small - 1 / large)
    return large_steps + product * (1 / batch_size - 1 / large)


def on_a_line(kind):
    """The steps where they are straight in another scale of the batch."""

    def guess(small, small_steps, large, large_steps, batch_size):
        part = (kind(batch_size) - kind(small)) / (kind(large) - kind(small))
        return small_steps + part * (large_steps - small_steps)

    return guess


THIRD = Task(
    id="steps_with_a_third_batch",
    points=2,
    title=both(zh="第三种批量的步数", en="Steps with a third batch"),
    prompt=both(
        zh="各用最好的学习率，批量 `small` 走 `small_steps` 步到某个损失，批量 `large` 走 `large_steps` 步。照 $S=S_{\\min}(1+B_c/B)$，批量 `batch_size` 要走几步？（返回实数，不取整。）\n\n例如 10 走 60 步、50 走 20 步：批量 25 走 30 步。",
        en="Each at its best rate, batches of `small` take `small_steps` steps to some loss, and batches of `large` take `large_steps`.\n"
        "By $S=S_{\\min}(1+B_c/B)$, how many do batches of `batch_size` take? (Return a real number, not rounded.)\n\nFor instance, 60 steps with 10 and 20 with 50 make 30 with 25.",
    ),
    solution='''
def steps_with_a_third_batch(small, small_steps, large, large_steps, batch_size):
    """Steps to the same loss with batches of another size."""
    ### BEGIN SOLUTION
    slope = (small_steps - large_steps) / (1 / small - 1 / large)
    least = small_steps - slope / small
    return least + slope / batch_size
    ### END SOLUTION
''',
    inputs=steps_given,
    reference=between_them,
    hints=(
        both(
            zh="把 $1/B$ 当作横坐标，步数是一条直线。",
            en="Take $1/B$ as the coordinate, and the steps lie on a straight line.",
        ),
        both(
            zh="斜率 $S_{\\min}B_c=(S_1-S_2)/(1/B_1-1/B_2)$，截距是 $S_{\\min}$。",
            en="Its slope is $S_{\\min}B_c=(S_1-S_2)/(1/B_1-1/B_2)$, its intercept $S_{\\min}$.",
        ),
        both(
            zh="截距加斜率除以 `batch_size`。",
            en="The intercept plus the slope over `batch_size`.",
        ),
    ),
    wrong=(
        wrong(
            lambda small, small_steps, large, large_steps, batch_size: (
                small_steps * small / batch_size
            ),
            zh="批量加倍、步数减半，只在批量小的时候成立。",
            en="Twice the batch, half the steps: true only of small batches.",
        ),
        wrong(
            on_a_line(lambda size: size),
            zh="步数不是批量的直线，是批量倒数的。",
            en="Steps are not straight in the batch but in one over it.",
            credit=0.5,
        ),
        wrong(
            on_a_line(lambda size: size**-0.5),
            zh="是 $1/B$，不是 $1/\\sqrt B$。",
            en="It is $1/B$ and not $1/\\sqrt B$.",
            credit=0.5,
        ),
        wrong(
            lambda small, small_steps, large, large_steps, batch_size: (
                batch_size * between_them(small, small_steps, large, large_steps, batch_size)
            ),
            zh="这是看过的样本数；问的是步数。",
            en="That is how many examples are read; the question is how many steps.",
            credit=0.5,
        ),
    ),
)


# Noise scale from two batch sizes


def two_given(draw):
    width, batch_size = draw.whole(5, 8), draw.whole(2, 5)
    larger = batch_size * draw.whole(3, 6)
    true = 2 * draw.normal(width)

    def drawn(size):
        return torch.stack([true + 2 * draw.normal(width) / size**0.5 for _ in range(6)])

    return {
        "small": drawn(batch_size), "large": drawn(larger), "batch_size": batch_size,
        "larger": larger,
    }  # fmt: skip


def from_two(lengths, signal=None, noise=None):
    """Noise over signal; `lengths(gradients)` is the mean squared length of a batch gradient."""

    def ratio(small, large, batch_size, larger):
        s, b, B, A = lengths(small), lengths(large), batch_size, larger
        own = signal(s, b, B, A) if signal else (A * b - B * s) / (A - B)
        return ((noise(s, b, B, A) if noise else (s - b) / (1 / B - 1 / A)) / own).item()

    return ratio


def mean_square(grads):
    return grads.square().sum(1).mean()


TWO = Task(
    id="noise_scale_from_two_sizes",
    points=3,
    kind="implementation",
    title=both(zh="两种批量，量出噪声尺度", en="The noise scale from two batch sizes"),
    prompt=both(
        zh="多卡训练里，每张卡的梯度和合起来的梯度本来就有，噪声尺度因此不花钱。`small` 的每一行是 `batch_size` 个样本的梯度，`large` 的每一行是 `larger` 个的。先在各行上求长度平方的平均，再照 $\\operatorname{E}\\lVert g\\rVert^2=\\lVert G\\rVert^2+\\operatorname{tr}\\Sigma/B$ 解出两个未知数，返回 $\\operatorname{tr}\\Sigma/\\lVert G\\rVert^2$。",
        en="Training on several devices has the gradient of each and that of all at hand, so the noise scale is free.\n"
        "Each row of `small` is the gradient of `batch_size` examples, each row of `large` that of `larger`.\n"
        "Average the squared lengths over rows, solve $\\operatorname{E}\\lVert g\\rVert^2=\\lVert G\\rVert^2+\\operatorname{tr}\\Sigma/B$ for its two unknowns, and return $\\operatorname{tr}\\Sigma/\\lVert G\\rVert^2$.",
    ),
    solution='''
def noise_scale_from_two_sizes(small, large, batch_size, larger):
    """tr(Σ) over |G|², from gradients of batches of two sizes."""
    ### BEGIN SOLUTION
    short = small.square().sum(1).mean()
    long = large.square().sum(1).mean()
    noise = (short - long) / (1 / batch_size - 1 / larger)
    signal = short - noise / batch_size
    return (noise / signal).item()
    ### END SOLUTION
''',
    inputs=two_given,
    reference=from_two(mean_square),
    hints=(
        both(
            zh="两种批量，两个方程：先相减，消去真梯度。",
            en="Two sizes, two equations: subtract them, and the true gradient is gone.",
        ),
        both(
            zh="`small.square().sum(1).mean()` 是一个方程的左边；两式相减得 $\\operatorname{tr}\\Sigma\\,(1/B_1-1/B_2)$。",
            en="`small.square().sum(1).mean()` is the left side of one; their difference is $\\operatorname{tr}\\Sigma\\,(1/B_1-1/B_2)$.",
        ),
        both(
            zh="解出噪声，代回任一个方程，就有 $\\lVert G\\rVert^2$。",
            en="With the noise known, either equation gives $\\lVert G\\rVert^2$.",
        ),
    ),
    wrong=(
        wrong(
            from_two(lambda grads: grads.mean(0).square().sum()),
            zh="先平均再求长度，噪声就抵消了：先求每一行的长度。",
            en="Averaging first cancels the noise: take the length of every row first.",
        ),
        wrong(
            from_two(lambda grads: grads.norm(dim=1).mean()),
            zh="要长度的平方。",
            en="Squared lengths are asked for.",
        ),
        wrong(
            from_two(mean_square, signal=lambda s, b, B, A: b),
            zh="大批量的梯度里也还有噪声，要减去。",
            en="The gradient of a large batch still holds noise; subtract it.",
            credit=0.5,
        ),
        wrong(
            from_two(mean_square, noise=lambda s, b, B, A: s - b),
            zh="差里的噪声已经平均过：除以 $1/B_1-1/B_2$。",
            en="The noise in the difference is averaged already: divide by $1/B_1-1/B_2$.",
            credit=0.5,
        ),
        wrong(
            from_two(mean_square, noise=lambda s, b, B, A: (s - b) * (A - B)),
            zh="是倒数之差，不是批量之差。",
            en="A difference of reciprocals, not of sizes.",
            credit=0.5,
        ),
        wrong(
            lambda small, large, batch_size, larger: (
                1 / from_two(mean_square)(small, large, batch_size, larger)
            ),
            zh="分子分母颠倒了：噪声在上。",
            en="Upside down: the noise goes on top.",
            credit=0.5,
        ),
    ),
)


# Noise scale from one batch


def batch_given(draw):
    width, count = draw.whole(4, 7), draw.whole(6, 10)
    true = 1.5 * draw.normal(width)
    return {"grads": torch.stack([true + draw.normal(width) for _ in range(count)])}


def from_one(correction=1, bias=True, part=lambda noise, signal: noise / signal):
    """Noise and signal from the gradients of single examples."""

    def ratio(grads):
        mean = grads.mean(0)
        noise = (grads - mean).square().sum() / (len(grads) - correction)
        signal = mean.square().sum() - (noise / len(grads) if bias else 0)
        return part(noise, signal).item()

    return ratio


ONE = Task(
    id="noise_scale_from_one_batch",
    points=2,
    kind="implementation",
    title=both(zh="一批也够", en="One batch will do"),
    prompt=both(
        zh="`grads` 的每一行是一批里一个样本的梯度。估计 $\\operatorname{tr}\\Sigma$：各行离平均的距离平方之和，除以行数减 1。$\\lVert G\\rVert^2$ 呢？平均梯度的长度平方里还有 $\\operatorname{tr}\\Sigma/B$ 的噪声，要减掉。返回两者之比，噪声在上。",
        en="Each row of `grads` is the gradient of one example of a batch.\n"
        "Estimate $\\operatorname{tr}\\Sigma$: the squared distances of rows from their mean, added up, over the number of rows less 1.\n"
        "And $\\lVert G\\rVert^2$? The squared length of the mean still holds noise of $\\operatorname{tr}\\Sigma/B$; take that away.\n"
        "Return the ratio, the noise on top.",
    ),
    solution='''
def noise_scale_from_one_batch(grads):
    """tr(Σ) over |G|², from the gradients of the examples of one batch."""
    ### BEGIN SOLUTION
    mean = grads.mean(0)
    noise = grads.var(0, correction=1).sum()
    signal = mean.square().sum() - noise / len(grads)
    return (noise / signal).item()
    ### END SOLUTION
''',
    inputs=batch_given,
    reference=lambda grads: (
        grads.var(0).sum() / (grads.mean(0).square().sum() - grads.var(0).sum() / len(grads))
    ).item(),
    hints=(
        both(
            zh="先平均，再看各行离平均多远。",
            en="First the mean, then how far the rows are from it.",
        ),
        both(
            zh="`(grads - mean).square().sum()` 除以 $B-1$ 是 $\\operatorname{tr}\\Sigma$；`mean.square().sum()` 减去它除以 $B$，是 $\\lVert G\\rVert^2$。",
            en="`(grads - mean).square().sum()` over $B-1$ is $\\operatorname{tr}\\Sigma$; `mean.square().sum()` less that over $B$ is $\\lVert G\\rVert^2$.",
        ),
        both(
            zh="噪声除以减过的那一份。",
            en="Divide the noise by what is left after that.",
        ),
    ),
    wrong=(
        wrong(
            from_one(bias=False),
            zh="平均梯度里的噪声没有减掉。",
            en="The noise in the mean gradient was not taken away.",
            credit=0.5,
        ),
        wrong(
            from_one(correction=0),
            zh="除以行数减 1：平均是从这几行里算的。",
            en="Divide by the rows less 1: their mean was computed from them.",
            credit=0.5,
        ),
        wrong(
            from_one(part=lambda noise, signal: (noise / signal).sqrt()),
            zh="比的是长度的平方，不开方。",
            en="Squared lengths are compared, without a root.",
            credit=0.5,
        ),
        wrong(
            from_one(part=lambda noise, signal: signal / noise),
            zh="分子分母颠倒了：噪声在上。",
            en="Upside down: the noise goes on top.",
            credit=0.5,
        ),
        wrong(
            lambda grads: from_one()(grads) / grads.shape[1],
            zh="各个坐标的方差加起来，不取平均。",
            en="Add up the variances of the coordinates; do not average them.",
            credit=0.5,
        ),
        wrong(
            lambda grads: (grads.square().sum(1).mean() / grads.mean(0).square().sum()).item(),
            zh="各行先减去平均，再求长度。",
            en="Subtract the mean from the rows before you take lengths.",
            credit=0.5,
        ),
    ),
)

TASKS = (LENGTH, RATE, THIRD, TWO, ONE)
