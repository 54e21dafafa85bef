"""Exercises on weight decay in Adam, declared once.

Book: optimizers/adamw
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import scaled, swapped
from dlnotes.grading.tasks.rules import forgetful, library, walk
from dlnotes.optimizers import adamw
from dlnotes.sections.optimizers.adamw.experiments import penalty_step

TITLE = both(zh="权重衰减，放在哪里？", en="Where does weight decay go?")


# What a step of the penalty takes off


def taken_off(weight, size, lr, weight_decay):
    numbers = (torch.tensor(x, dtype=torch.float64) for x in (weight, size, lr, weight_decay))
    weight, *rest = numbers
    return (weight - penalty_step(weight, *rest)).item()


PENALTY = Task(
    id="penalty_takes",
    points=1,
    title=both(zh="惩罚减去多少", en="What the penalty takes off"),
    prompt=both(
        zh="Adam 的梯度里加了 L2 惩罚，系数是 `weight_decay`。权重现在是 `weight`，原来的梯度只有噪声，平均为 0，标准差是 `size`。照这一页手算的办法：$\\hat m$ 取梯度的平均，$\\hat v$ 取梯度平方的平均，$\\epsilon$ 取 0。学习率是 `lr`，这一步从权重里减去多少？\n\n"
        "先核对一个数：权重 1，标准差 10，学习率 0.01，系数 0.1，约减去 0.0001。",
        en="An L2 penalty with coefficient `weight_decay` is added to the gradient in Adam.\n"
        "The weight is `weight` now, and its own gradient is noise around 0 with standard deviation `size`.\n"
        "As by hand on the page, take the mean of the gradient for $\\hat m$ and the mean of its square for $\\hat v$; take $\\epsilon$ to be 0.\n"
        "The learning rate is `lr`. How much does this step take off the weight?\n\n"
        "A check: with a weight of 1, a standard deviation of 10, a learning rate of 0.01 and a coefficient of 0.1 it is about 0.0001.",
    ),
    solution='''
def penalty_takes(weight, size, lr, weight_decay):
    """What one step of the penalty inside Adam takes off a weight."""
    ### BEGIN SOLUTION
    pull = weight_decay * weight
    return lr * pull / math.sqrt(size**2 + pull**2)
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "weight": draw.between(0.5, 3),
        "size": draw.between(0.05, 0.6),
        "lr": draw.between(0.01, 0.2),
        "weight_decay": draw.between(0.1, 0.6),
    },
    reference=taken_off,
    hints=(
        both(
            zh="取平均，噪声抵消；取平方的平均，抵消不掉。",
            en="In a mean the noise cancels; in a mean of squares it does not.",
        ),
        both(
            zh="$\\hat m=\\alpha\\theta$，$\\hat v=\\sigma^2+\\alpha^2\\theta^2$。",
            en="$\\hat m=\\alpha\\theta$ and $\\hat v=\\sigma^2+\\alpha^2\\theta^2$.",
        ),
        both(
            zh="平方相加以后再开方，最后乘上学习率。",
            en="Add the squares before you take the root, and multiply by the learning rate at the end.",
        ),
    ),
    wrong=(
        wrong(
            lambda weight, size, lr, weight_decay: lr * weight_decay * weight,
            zh="这是 AdamW：惩罚在梯度里，还要除以 $\\sqrt{\\hat v}$。",
            en="This is AdamW: inside the gradient the penalty is divided by $\\sqrt{\\hat v}$ as well.",
        ),
        wrong(
            lambda weight, size, lr, weight_decay: lr * weight_decay * weight / size,
            zh="惩罚自己也在 $\\hat v$ 里：除数里再加上它的平方。",
            en="The penalty is in $\\hat v$ too: add its square to the divisor.",
            credit=0.5,
        ),
        wrong(
            lambda weight, size, lr, weight_decay: (
                lr * weight_decay * weight / (size**2 + (weight_decay * weight) ** 2)
            ),
            zh="忘了开方：除以 $\\sqrt{\\hat v}$，不是 $\\hat v$。",
            en="The root is missing: divide by $\\sqrt{\\hat v}$, not by $\\hat v$.",
            credit=0.5,
        ),
        wrong(
            lambda weight, size, lr, weight_decay: (
                weight - taken_off(weight, size, lr, weight_decay)
            ),
            zh="这是剩下的，问的是减去多少。",
            en="This is what is left; asked is what is taken off.",
            credit=0.5,
        ),
    ),
)


# Where both rules take off the same


def same_at(weight, weight_decay):
    return math.sqrt(1 - weight_decay**2 * weight**2)


AGREE = Task(
    id="where_they_agree",
    points=1,
    title=both(zh="哪里一样多", en="Where the two agree"),
    prompt=both(
        zh="权重是 `weight`，系数是 `weight_decay`，两数之积小于 1；原来的梯度只有噪声，$\\epsilon$ 取 0。噪声的标准差是多少，Adam 里的 L2 惩罚这一步减去的，才和 AdamW 的衰减一样多？",
        en="The weight is `weight` and the coefficient `weight_decay`, with a product below 1; its own gradient is noise, and $\\epsilon$ is 0.\n"
        "At which standard deviation of the noise does a step of the L2 penalty inside Adam take off as much as the decay of AdamW?",
    ),
    solution='''
def where_they_agree(weight, weight_decay):
    """The standard deviation at which penalty and decay take off the same."""
    ### BEGIN SOLUTION
    return math.sqrt(1 - (weight_decay * weight) ** 2)
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "weight": draw.between(0.8, 2),
        "weight_decay": draw.between(0.1, 0.4),
    },
    reference=same_at,
    hints=(
        both(
            zh="两边只差一个除数：它是几，两边就一样？",
            en="The two differ by a divisor only: at which value of it are they the same?",
        ),
        both(
            zh="让 $\\sqrt{\\sigma^2+\\alpha^2\\theta^2}=1$。",
            en="Set $\\sqrt{\\sigma^2+\\alpha^2\\theta^2}=1$.",
        ),
        both(zh="从 1 里减去平方，再开方。", en="Take the square from 1, then take the root."),
    ),
    wrong=(
        wrong(
            lambda weight, weight_decay: 1.0,
            zh="差一点：惩罚自己也在 $\\hat v$ 里。",
            en="Nearly: the penalty itself is in $\\hat v$ as well.",
        ),
        wrong(
            lambda weight, weight_decay: 1 - (weight_decay * weight) ** 2,
            zh="忘了开方：问的是标准差，不是方差。",
            en="The root is missing: asked is the standard deviation, not the variance.",
            credit=0.5,
        ),
        wrong(
            lambda weight, weight_decay: 1 - weight_decay * weight,
            zh="平方相加才是 1，不是两个数相加。",
            en="It is the squares that add up to 1, not the numbers.",
        ),
        wrong(
            lambda weight, weight_decay: math.sqrt(1 + (weight_decay * weight) ** 2),
            zh="符号反了：惩罚占掉一份，噪声就少一份。",
            en="The sign is wrong: what the penalty takes up, the noise must lack.",
        ),
    ),
)


# Decay along a schedule


def some_schedule(draw: Draw):
    top = draw.between(0.1, 0.3)
    shape = [1.0, draw.between(0.6, 0.9), draw.between(0.2, 0.5), draw.between(0.1, 0.2), 0.05]
    return {"lrs": [top * part for part in shape], "weight_decay": draw.between(0.2, 0.8)}


def kept(lrs, weight_decay, by=lambda lr, lrs: lr):
    return math.prod(1 - by(lr, lrs) * weight_decay for lr in lrs)


def on_schedule(lrs, weight_decay):
    return kept(lrs, weight_decay), kept(lrs, weight_decay, lambda lr, lrs: lr / lrs[0])


SCHEDULE = Task(
    id="decay_on_schedule",
    points=2,
    title=both(zh="学习率往下走", en="While the learning rate falls"),
    prompt=both(
        zh="权重从 1 出发，梯度一直是 0，只剩衰减，系数是 `weight_decay`。列表 `lrs` 是五步的学习率，从最大的往下降。\n\n"
        "走完以后还剩多少？torch 的 AdamW 把衰减乘上学习率；论文的只乘学习率曲线的起伏，也就是这一步的学习率除以第一步的。返回 `(torch, paper)`。",
        en="A weight starts at 1, its gradient is always 0, so only decay is left, with the coefficient `weight_decay`.\n"
        "The list `lrs` holds the learning rates of five steps, falling from the largest.\n\n"
        "What is left at the end?\n"
        "AdamW in torch multiplies the decay by the learning rate; in the paper it is multiplied by the shape of the schedule alone, the learning rate of the step over that of the first.\n"
        "Return `(torch, paper)`.",
    ),
    solution='''
def decay_on_schedule(lrs, weight_decay):
    """What decay leaves of 1, as (torch, paper)."""
    ### BEGIN SOLUTION
    by_rate = math.prod(1 - lr * weight_decay for lr in lrs)
    by_shape = math.prod(1 - lr / lrs[0] * weight_decay for lr in lrs)
    return by_rate, by_shape
    ### END SOLUTION
''',
    returns="(torch, paper)",
    inputs=some_schedule,
    reference=on_schedule,
    hints=(
        both(
            zh="每一步留下几成？几步的几成要乘起来。",
            en="Which share does a step keep? The shares of all steps are multiplied.",
        ),
        both(
            zh="torch 每步剩 $1-\\eta_t\\alpha$，论文每步剩 $1-(\\eta_t/\\eta_1)\\,\\alpha$。",
            en="A step of torch keeps $1-\\eta_t\\alpha$, one of the paper $1-(\\eta_t/\\eta_1)\\,\\alpha$.",
        ),
        both(
            zh="两边各乘五个因子，第一步的也要算。",
            en="Five factors for each of the two, the first step included.",
        ),
    ),
    wrong=(
        wrong(
            swapped(on_schedule),
            zh="两个写反了：跟着学习率变的是 torch。",
            en="The two are swapped: it is torch whose decay follows the learning rate.",
            credit=0.5,
        ),
        wrong(
            lambda lrs, weight_decay: tuple(
                1 - weight_decay * sum(parts) for parts in (lrs, [lr / lrs[0] for lr in lrs])
            ),
            zh="每步减的是眼前权重的一份，要连乘，不能加起来一次减掉。",
            en="Each step takes a share of the weight as it is: multiply, instead of taking the sum off at once.",
        ),
        wrong(
            lambda lrs, weight_decay: (kept(lrs, weight_decay), (1 - weight_decay) ** len(lrs)),
            zh="论文的衰减也跟着曲线降：乘上这一步与第一步学习率之比。",
            en="The paper's decay falls with the schedule too: multiply it by the rate of the step over the first.",
            credit=0.5,
        ),
        wrong(
            lambda lrs, weight_decay: (
                kept(lrs[1:], weight_decay),
                on_schedule(lrs, weight_decay)[1],
            ),
            zh="torch 的第一步漏了。",
            en="The first step of torch is missing.",
            credit=0.5,
        ),
    ),
)


# A coefficient from a memory in epochs


def from_epochs(lr, steps, epochs):
    return 1 / lr / steps / epochs


EPOCHS = Task(
    id="decay_in_epochs",
    points=1,
    title=both(zh="按轮数定系数", en="A coefficient from epochs"),
    prompt=both(
        zh="torch 的 AdamW 走 $1/(\\eta\\alpha)$ 步，衰减把权重缩到约 $1/e$。你想让它正好等于 `epochs` 轮，一轮是 `steps` 步，学习率是 `lr`。系数 $\\alpha$ 该取多少？",
        en="In $1/(\\eta\\alpha)$ steps the decay of AdamW in torch shrinks a weight to about $1/e$.\n"
        "You want that to be `epochs` epochs, with `steps` steps an epoch and a learning rate of `lr`.\n"
        "What must the coefficient $\\alpha$ be?",
    ),
    solution='''
def decay_in_epochs(lr, steps, epochs):
    """The coefficient of decay that forgets in so many epochs."""
    ### BEGIN SOLUTION
    return 1 / (lr * steps * epochs)
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "lr": draw.decades(1e-4, 1e-2),
        "steps": draw.whole(50, 2000),
        "epochs": draw.whole(2, 30),
    },
    reference=from_epochs,
    hints=(
        both(zh="先把轮数换成步数。", en="First turn epochs into steps."),
        both(
            zh="步数是 $1/(\\eta\\alpha)$，解出 $\\alpha$。",
            en="The number of steps is $1/(\\eta\\alpha)$; solve for $\\alpha$.",
        ),
        both(
            zh="学习率和步数都在分母里。",
            en="Both the learning rate and the number of steps stand below the line.",
        ),
    ),
    wrong=(
        wrong(
            scaled(from_epochs, lambda lr, steps, epochs: lr),
            zh="学习率漏了：torch 里算数的是 $\\eta\\alpha$。",
            en="The learning rate is missing: what counts in torch is $\\eta\\alpha$.",
            credit=0.5,
        ),
        wrong(
            scaled(from_epochs, lambda lr, steps, epochs: steps),
            zh="这是按步数算的：一轮有 `steps` 步。",
            en="This counts steps for epochs: an epoch has `steps` of them.",
            credit=0.5,
        ),
        wrong(
            lambda lr, steps, epochs: lr * steps * epochs,
            zh="倒过来了：记得越久，系数越小。",
            en="Upside down: the longer the memory, the smaller the coefficient.",
        ),
        wrong(
            scaled(from_epochs, lambda lr, steps, epochs: epochs**2),
            zh="轮数放错了边：轮数加倍，系数减半。",
            en="The epochs are on the wrong side: twice as many halve the coefficient.",
        ),
    ),
)


# A rule to repair


def with_moments(answer, start, grads, lr, beta1, beta2, weight_decay):
    """Walk from a state of a step count and two memories."""
    zeros = torch.zeros_like(start)
    hyper = {"lr": lr, "beta1": beta1, "beta2": beta2, "weight_decay": weight_decay}
    return walk(answer, start, grads, (0, zeros, zeros), **hyper)


def some_gradients(draw: Draw, steps: int):
    """Gradients with a large one among them."""
    grads = [draw.normal(3) for _ in range(steps)]
    grads[draw.whole(1, 2)] *= 6.0
    return grads


STEP = both(zh="第 {n} 步的改变量", en="The change at step {n}")
FORGETFUL = both(
    zh="第一步对，后面都忘了：新的值要装进返回的 `state`。",
    en="The first step is right, then it forgets: return the new values in `state`.",
)


def decaying(inside=0.0, outside=1.0, quotient=0.0, plain=0.0, later=False):
    """Adam with a decay at one place or another."""

    def update(grad, state, param, *, lr, beta1, beta2, weight_decay):
        t, m, v = state
        t = t + 1
        grad = grad + inside * weight_decay * param
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        delta = -lr * (m_hat + quotient * weight_decay * param) / v_hat.sqrt()
        place = param + delta if later else param
        return delta - (outside * lr + plain) * weight_decay * place, (t, m, v)

    return update


DECOUPLED = library(adamw, eps=0.0)
ADAMW = Task(
    id="adamw",
    points=3,
    kind="implementation",
    title=both(zh="衰减去哪儿了？", en="Where did the decay go?"),
    prompt=both(
        zh="下面的 `broken` 把权重衰减加进了梯度，结果梯度大的权重几乎不衰减。把它修好，写成 AdamW：衰减绕开 $\\sqrt{v}$，直接从权重里减，乘上学习率。\n\n"
        "`state` 是元组 `(t, m, v)`，第一步之前全是 0。梯度都不是零，$\\epsilon$ 取 0。返回 `(delta, state)`，传进来的东西都别改。",
        en="The function `broken` below adds weight decay to the gradient, so weights with large gradients hardly decay.\n"
        "Repair it, as AdamW: the decay goes around $\\sqrt{v}$ and is taken off the weight directly, times the learning rate.\n\n"
        "`state` is the tuple `(t, m, v)`, all 0 before the first step.\n"
        "No gradient is zero; take $\\epsilon$ to be 0.\n"
        "Return `(delta, state)`, and leave everything that is passed in as it is.",
    ),
    given="""
def broken(grad, state, param, *, lr, beta1, beta2, weight_decay):
    t, m, v = state
    t = t + 1
    grad = grad + weight_decay * param
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return -lr * m_hat / v_hat.sqrt(), (t, m, v)
""",
    solution='''
def adamw(grad, state, param, *, lr, beta1, beta2, weight_decay):
    """One step of AdamW, as (delta, state)."""
    ### BEGIN SOLUTION
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return -lr * m_hat / v_hat.sqrt() - lr * weight_decay * param, (t, m, v)
    ### END SOLUTION
''',
    returns="(delta, state)",
    row=STEP,
    inputs=lambda draw: {
        "start": draw.normal(3),
        "grads": some_gradients(draw, 6),
        "lr": draw.between(0.02, 0.3),
        "beta1": draw.between(0.4, 0.9),
        "beta2": draw.between(0.4, 0.9),
        "weight_decay": draw.between(0.1, 0.8),
    },
    drive=with_moments,
    reference=DECOUPLED,
    hints=(
        both(
            zh="衰减不该被梯度的大小除。",
            en="The decay must not be divided by the size of the gradient.",
        ),
        both(
            zh="$\\delta = -\\eta\\,\\hat m/\\sqrt{\\hat v} - \\eta\\alpha\\theta$，$\\alpha$ 就是 `weight_decay`。",
            en="$\\delta = -\\eta\\,\\hat m/\\sqrt{\\hat v} - \\eta\\alpha\\theta$, where $\\alpha$ is `weight_decay`.",
        ),
        both(
            zh="删掉改 `grad` 的那一行，在 `return` 里减。",
            en="Delete the line that changes `grad`, and subtract in the `return`.",
        ),
    ),
    wrong=(
        wrong(
            decaying(inside=1.0, outside=0.0),
            zh="还是老样子：衰减在梯度里，跟着一起被 $\\sqrt{v}$ 除。",
            en="Nothing has changed: the decay is in the gradient and gets divided by $\\sqrt{v}$ with it.",
        ),
        wrong(
            decaying(inside=1.0),
            zh="衰减了两次：外面减了，里面那一行要删掉。",
            en="It decays twice: now that it is taken off outside, delete the line inside.",
        ),
        wrong(
            decaying(outside=0.0),
            zh="这是没有衰减的 Adam。",
            en="This is Adam without any decay.",
        ),
        wrong(
            decaying(outside=0.0, plain=1.0),
            zh="衰减忘了乘学习率：torch 的写法里要乘 `lr`。",
            en="The decay lacks the learning rate: torch multiplies it by `lr`.",
            credit=0.5,
        ),
        wrong(
            decaying(outside=0.0, quotient=1.0),
            zh="衰减绕开了 $m$，却还是被 $\\sqrt{v}$ 除了：放到商的外面。",
            en="The decay goes around $m$ but is still divided by $\\sqrt{v}$: move it out of the quotient.",
        ),
        wrong(
            decaying(outside=-1.0),
            zh="权重越减越大：衰减前面是负号。",
            en="The weight grows: the decay carries a minus.",
            credit=0.5,
        ),
        wrong(
            decaying(later=True),
            zh="衰减要用传进来的 `param`，不是挪过的。",
            en="The decay uses the `param` that is passed in, not the moved one.",
            credit=0.5,
        ),
        wrong(forgetful(DECOUPLED), **FORGETFUL, credit=0.5),
    ),
)

TASKS = [PENALTY, AGREE, SCHEDULE, EPOCHS, ADAMW]
