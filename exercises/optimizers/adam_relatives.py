"""Exercises on the relatives of Adam, declared once.

Book: optimizers/adam_relatives
"""

import math
from itertools import pairwise

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import exchanged, negated, replaced, scaled, swapped
from dlnotes.grading.tasks.rules import forgetful, library, uphill, walk
from dlnotes.optimizers import adafactor, adam, amsgrad, lion
from dlnotes.sections.optimizers.adam_relatives.experiments import state_size
from dlnotes.sections.optimizers.adam_relatives.reddi import adam_drift, sgd_drift

TITLE = both(zh="Adam 的亲戚", en="the relatives of Adam")


# Heads or sizes


def long_game(drift, beta2, spike, period):
    numbers = (torch.tensor(x, dtype=torch.float64) for x in (0.0, beta2, spike, period))
    return drift(*numbers).item()


def some_round(draw: Draw):
    period = draw.whole(4, 12)
    return {"spike": period - 1 + draw.between(0.5, 30), "period": period}


def net_moves(spike, period):
    return long_game(adam_drift, 0.0, spike, period), long_game(sgd_drift, 0.0, spike, period)


HEADS = Task(
    id="heads_or_sizes",
    points=1,
    title=both(zh="人头还是大小", en="Heads or sizes"),
    prompt=both(
        zh="一轮有 `period` 个梯度：一个是 `spike`，其余都是 $-1$，`spike` 比其余加起来还大。学习率不变，参数想走多远都行。\n\n"
        "只记得眼前梯度的 Adam（$\\beta_1$ 和 $\\beta_2$ 都是 0）一轮净移几个学习率？SGD 呢？返回 `(adam, sgd)`，往右为正。",
        en="A round has `period` gradients: one is `spike`, all others are $-1$, and `spike` is larger than the others together.\n"
        "The learning rate stays as it is, and the parameter is not bounded.\n\n"
        "By how many learning rates does an Adam that remembers only the newest gradient ($\\beta_1$ and $\\beta_2$ are 0) move in a round, and by how many SGD?\n"
        "Return `(adam, sgd)`, positive to the right.",
    ),
    solution='''
def heads_or_sizes(spike, period):
    """The net move of a round in learning rates, as (adam, sgd)."""
    ### BEGIN SOLUTION
    return period - 2, period - 1 - spike
    ### END SOLUTION
''',
    returns="(adam, sgd)",
    inputs=some_round,
    reference=net_moves,
    hints=(
        both(
            zh="没有记性，梯度除以自己的大小，还剩什么？",
            en="Without a memory, a gradient is divided by its own size. What is left?",
        ),
        both(
            zh="Adam 的每一步都是一个学习率，梯度为正就往左。SGD 的一步是负的梯度。",
            en="Every step of Adam is one learning rate, to the left for a positive gradient. A step of SGD is minus the gradient.",
        ),
        both(
            zh="往右的有 `period - 1` 步。Adam 减 1，SGD 减 `spike`。",
            en="There are `period - 1` steps to the right. Adam takes off 1, SGD `spike`.",
        ),
    ),
    wrong=(
        wrong(
            negated(net_moves),
            zh="左右反了：梯度为正，参数往左。",
            en="Left and right are exchanged: a positive gradient moves the parameter left.",
            credit=0.5,
        ),
        wrong(
            swapped(net_moves),
            zh="两个写反了：只数人头的是 Adam。",
            en="The two are swapped: it is Adam that counts heads.",
        ),
        wrong(
            replaced(net_moves, 0, lambda spike, period: period - 1 - spike),
            zh="Adam 的步子不看大小：没有记性，它每步都是一个学习率。",
            en="Adam does not look at sizes: without a memory each of its steps is one learning rate.",
        ),
        wrong(
            lambda spike, period: (period - 1, period - spike),
            zh="往右的不是 `period` 步：大梯度也占一个。",
            en="There are fewer than `period` steps to the right: the large gradient is one of the round.",
        ),
        wrong(
            scaled(net_moves, lambda spike, period: 1 / period),
            zh="这是平均每步移多少，问的是一轮。",
            en="This is the move of an average step; the question is about a round.",
            credit=0.5,
        ),
    ),
)


# The net move for any memory of size


def by_sizes(size):
    """The net move of three a round, from the size k steps after the large gradient."""

    def move(beta2, spike):
        v = [size(beta2, spike, k) for k in range(3)]
        return -spike / v[0] ** 0.5 + 1 / v[1] ** 0.5 + 1 / v[2] ** 0.5

    return move


def remembered(beta2, spike, k, squared=True, share=3):
    large = spike**2 if squared else spike
    return 1 + (large - 1) * (1 - beta2) * beta2**k / (1 - beta2**share)


NET_MOVE = Task(
    id="net_move",
    points=2,
    title=both(zh="记性够不够长？", en="Is the memory long enough?"),
    prompt=both(
        zh="三个梯度一轮：`spike`、$-1$、$-1$。Adam 的 $\\beta_1$ 是 0，$\\beta_2$ 是 `beta2`，玩久了，$v$ 每轮都一样。一轮净移几个学习率？往右为正，$\\epsilon$ 取 0。\n\n"
        "可以先对一个数：`spike` 是 4，`beta2` 是 1/17，净移 0.687。",
        en="Three gradients a round: `spike`, $-1$, $-1$.\n"
        "Adam has $\\beta_1$ at 0 and $\\beta_2$ at `beta2`; in a long game $v$ is the same in every round.\n"
        "By how many learning rates does a round move the parameter, positive to the right? Take $\\epsilon$ to be 0.\n\n"
        "One number to compare with: for a `spike` of 4 and a `beta2` of 1/17 it is 0.687.",
    ),
    solution='''
def net_move(beta2, spike):
    """The net move of a round of a long game, in learning rates."""
    ### BEGIN SOLUTION
    share = (1 - beta2) / (1 - beta2**3)
    v = [1 + (spike**2 - 1) * share * beta2**k for k in (0, 1, 2)]
    return 1 / math.sqrt(v[1]) + 1 / math.sqrt(v[2]) - spike / math.sqrt(v[0])
    ### END SOLUTION
''',
    inputs=lambda draw: {"beta2": draw.between(0.1, 0.9), "spike": draw.between(2.5, 20)},
    reference=lambda beta2, spike: long_game(adam_drift, beta2, spike, 3.0),
    hints=(
        both(
            zh="先求 $v$：大梯度在 $k$ 步以前，又在 $k+3$ 步以前，还在 $k+6$ 步以前……",
            en="Find $v$ first: the large gradient lies $k$ steps back, and $k+3$, and $k+6$ …",
        ),
        both(
            zh="$v_k = 1 + (C^2 - 1)(1 - \\beta_2)\\beta_2^k/(1 - \\beta_2^3)$，$k$ 是大梯度过去了几步。",
            en="$v_k = 1 + (C^2 - 1)(1 - \\beta_2)\\beta_2^k/(1 - \\beta_2^3)$, where $k$ counts the steps since the large gradient.",
        ),
        both(
            zh="三步相加：`-spike` 除以第一个根，两个 1 除以后两个根。",
            en="Add three steps: `-spike` over the first root, and 1 over each of the other two.",
        ),
    ),
    wrong=(
        wrong(
            negated(by_sizes(remembered)),
            zh="大小对了，方向反了：往右为正。",
            en="The size is right and the direction is not: right is positive.",
            credit=0.5,
        ),
        wrong(
            by_sizes(lambda beta2, spike, k: remembered(beta2, spike, k, share=math.inf)),
            zh="只算了最近的一个大梯度：前几轮的还留在 $v$ 里，要除以 $1 - \\beta_2^3$。",
            en="Only the latest large gradient is counted: those of earlier rounds are still in $v$, so divide by $1 - \\beta_2^3$.",
        ),
        wrong(
            by_sizes(lambda beta2, spike, k: remembered(beta2, spike, k, squared=False)),
            zh="$v$ 记的是平方：大梯度要先平方。",
            en="What $v$ remembers are squares: square the large gradient first.",
            credit=0.5,
        ),
        wrong(
            by_sizes(lambda beta2, spike, k: remembered(beta2, spike, 2 - k)),
            zh="次序反了：大梯度刚过，$v$ 最大。",
            en="The order is reversed: $v$ is largest right after the large gradient.",
        ),
        wrong(
            by_sizes(lambda beta2, spike, k: remembered(beta2, spike, k) ** 2),
            zh="忘了开方：步子除以 $\\sqrt{v}$。",
            en="The root is missing: a step is divided by $\\sqrt{v}$.",
            credit=0.5,
        ),
        wrong(
            lambda beta2, spike: 1.0,
            zh="这是没有记性的 Adam：`beta2` 大于 0，$v$ 里还有前面的梯度。",
            en="This is Adam without a memory: with `beta2` above 0, $v$ holds earlier gradients too.",
        ),
        wrong(
            lambda beta2, spike: 2 - spike,
            zh="这是 SGD：每一步还要除以 $\\sqrt{v}$。",
            en="This is SGD: each step is still to be divided by $\\sqrt{v}$.",
        ),
    ),
)


# Rules to write


def with_maximum(answer, start, grads, lr, beta1, beta2):
    """Walk from a state of a step count and three memories."""
    zeros = torch.zeros_like(start)
    state = (0, zeros, zeros, zeros)
    return walk(answer, start, grads, state, lr=lr, beta1=beta1, beta2=beta2)


def with_memory(answer, start, grads, lr, beta1, beta2):
    """Walk from a state of one memory."""
    state = (torch.zeros_like(start),)
    return walk(answer, start, grads, state, lr=lr, beta1=beta1, beta2=beta2)


def some_gradients(draw: Draw, steps: int):
    """Gradients with a large one among them, so that a maximum is remembered."""
    grads = [draw.normal(3) for _ in range(steps)]
    grads[draw.whole(1, 2)] *= 6.0
    return grads


STEP = both(zh="第 {n} 步的改变量", en="The change at step {n}")
FORGETFUL = both(
    zh="第一步对，后面都忘了：新的值要装进返回的 `state`。",
    en="The first step is right, then it forgets: return the new values in `state`.",
)
CLIMBING = both(
    zh="符号反了，在上坡：`delta` 要加到参数上，自己带负号。",
    en="The sign is wrong and it climbs: `delta` gets added to the parameter, so it carries the minus.",
)


def largest_so_far(keep=torch.maximum, corrected=True, root=True, first=False, store=False):
    """AMSGrad, with one of its parts exchanged."""

    def update(grad, state, param, *, lr, beta1, beta2):
        t, m, v, largest = state
        t = t + 1
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * (largest if store else v) + (1 - beta2) * grad**2
        factors = (1 - beta1**t, 1 - beta2**t) if corrected else (1, 1)
        largest = keep(largest, v / factors[1] if first else v)
        size = largest if first else largest / factors[1]
        return -lr * (m / factors[0]) / (size.sqrt() if root else size), (t, m, v, largest)

    return update


def of_gradients(grad, state, param, *, lr, beta1, beta2):
    """The largest squared gradient itself, instead of the largest mean."""
    t, m, v, largest = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    largest = torch.maximum(largest, grad**2)
    return -lr * m / (1 - beta1**t) / largest.sqrt(), (t, m, v, largest)


UP = library(amsgrad, eps=0.0)
AMSGRAD = Task(
    id="amsgrad",
    points=3,
    kind="implementation",
    title=both(zh="只升不降", en="Up, never down"),
    prompt=both(
        zh="写出 AMSGrad 的一步，照 torch 的写法：先取 $v$ 的最大值，再做偏差修正。`state` 是元组 `(t, m, v, largest)`，第一步之前全是 0，`t` 是走过的步数。梯度都不是零，$\\epsilon$ 取 0。\n\n"
        "返回 `(delta, state)`：要加到 `param` 上的改变量，和新的元组。传进来的东西都别改。",
        en="Write one step of AMSGrad, the way torch does it: first the maximum of $v$, then the bias correction.\n"
        "`state` is the tuple `(t, m, v, largest)`, all 0 before the first step, with `t` the number of steps made.\n"
        "No gradient is zero; take $\\epsilon$ to be 0.\n\n"
        "Return `(delta, state)`: the change to add to `param`, and the new tuple.\n"
        "Leave everything that is passed in as it is.",
    ),
    solution='''
def amsgrad(grad, state, param, *, lr, beta1, beta2):
    """One step of AMSGrad, as (delta, state)."""
    ### BEGIN SOLUTION
    t, m, v, largest = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    largest = torch.maximum(largest, v)
    m_hat = m / (1 - beta1**t)
    v_hat = largest / (1 - beta2**t)
    return -lr * m_hat / v_hat.sqrt(), (t, m, v, largest)
    ### END SOLUTION
''',
    returns="(delta, state)",
    row=STEP,
    inputs=lambda draw: {
        "start": draw.normal(3),
        "grads": some_gradients(draw, 8),
        "lr": draw.between(0.02, 0.3),
        "beta1": draw.between(0.4, 0.9),
        "beta2": draw.between(0.4, 0.9),
    },
    drive=with_maximum,
    reference=UP,
    hints=(
        both(
            zh="和 Adam 只差一样东西：除以谁？",
            en="It differs from Adam in one thing: what is the divisor?",
        ),
        both(
            zh="$\\bar v \\leftarrow \\max(\\bar v, v)$，用 $\\bar v/(1-\\beta_2^t)$ 的根去除；$v$ 自己照旧。",
            en="$\\bar v \\leftarrow \\max(\\bar v, v)$, and divide by the root of $\\bar v/(1-\\beta_2^t)$; $v$ itself goes on as before.",
        ),
        both(
            zh="`torch.maximum` 逐个比较；返回的元组里，`v` 和 `largest` 都要放。",
            en="`torch.maximum` compares entry by entry; both `v` and `largest` belong into the tuple you return.",
        ),
    ),
    wrong=(
        wrong(
            largest_so_far(keep=lambda largest, v: v),
            zh="这还是 Adam：最大值没有用上，步子又变长了。",
            en="This is still Adam: the maximum is not used, and the steps grow again.",
        ),
        wrong(
            largest_so_far(store=True),
            zh="你把最大值放回了平均里：$v$ 照旧更新，最大值另外记。",
            en="You put the maximum back into the mean: $v$ goes on as before, the maximum is kept beside it.",
        ),
        wrong(
            largest_so_far(first=True),
            zh="次序反了：先取最大值，再做偏差修正。反过来，头几步的修正会一直留着。",
            en="The order is reversed: first the maximum, then the bias correction. Otherwise the correction of the first steps stays for good.",
            credit=0.5,
        ),
        wrong(
            largest_so_far(corrected=False),
            zh="头几步不对：两个平均都从 0 出发，要做偏差修正。",
            en="The first steps are off: both means start at 0 and need the bias correction.",
            credit=0.5,
        ),
        wrong(
            largest_so_far(root=False),
            zh="忘了开方：除以 $\\sqrt{v}$，不是 $v$。",
            en="The root is missing: divide by $\\sqrt{v}$, not by $v$.",
            credit=0.5,
        ),
        wrong(
            of_gradients,
            zh="最大值取的是 $v$，不是梯度的平方：先平均，再取最大。",
            en="The maximum is taken of $v$, not of the squared gradient: average first, then keep the largest.",
        ),
        wrong(
            largest_so_far(
                keep=lambda largest, v: torch.where(largest > 0, torch.minimum(largest, v), v)
            ),
            zh="你记的是最小值，步子越走越长。",
            en="You keep the smallest, and the steps grow and grow.",
        ),
        wrong(uphill(UP), **CLIMBING, credit=0.5),
        wrong(forgetful(UP), **FORGETFUL, credit=0.5),
    ),
)


# What is remembered


def memory_of(shapes, kept):
    return sum(kept(shape) for shape in shapes)


def some_layers(draw: Draw):
    """Weights and biases of a few layers."""
    widths = [draw.whole(5, 800) for _ in range(draw.whole(3, 5))]
    layers = pairwise(widths)
    return {"shapes": [shape for n, m in layers for shape in ((m, n), (m,))]}


def counted(shapes):
    return tuple(
        memory_of(shapes, lambda shape, rule=rule: state_size(rule, *shape))
        for rule in (adam, adafactor)
    )


MEMORY = Task(
    id="adafactor_memory",
    points=1,
    title=both(zh="记住几个数", en="How many numbers to remember"),
    prompt=both(
        zh="`shapes` 列出网络里每个参数的形状：权重 `(O, I)`，偏置 `(O,)`。Adam 的 $m$ 和 $v$ 一共要记几个数？Adafactor 呢？它没有 $m$，权重只记每行、每列的平均，偏置还是逐个记。\n\n"
        "返回 `(adam, adafactor)`，步数不算。",
        en="The list `shapes` holds the shape of every parameter of a net: weights `(O, I)`, biases `(O,)`.\n"
        "How many numbers do $m$ and $v$ of Adam take in all?\n"
        "And how many does Adafactor keep? It has no $m$; of a weight matrix it keeps the means of rows and columns, of a bias every entry.\n\n"
        "Return `(adam, adafactor)`; do not count the number of steps.",
    ),
    solution='''
def adafactor_memory(shapes):
    """How many numbers the two remember, as (adam, adafactor)."""
    ### BEGIN SOLUTION
    adam = sum(2 * math.prod(shape) for shape in shapes)
    adafactor = sum(sum(shape) for shape in shapes)
    return adam, adafactor
    ### END SOLUTION
''',
    returns="(adam, adafactor)",
    inputs=some_layers,
    reference=counted,
    hints=(
        both(
            zh="一个权重矩阵，一行记一个数，一列记一个数。",
            en="A weight matrix costs one number a row and one a column.",
        ),
        both(
            zh="权重：Adam 记 $2OI$ 个，Adafactor 记 $O+I$ 个。",
            en="Weights: $2OI$ numbers for Adam, $O+I$ for Adafactor.",
        ),
        both(
            zh="偏置只有一维：Adam 记 $2O$ 个，Adafactor 记 $O$ 个，加起来别漏。",
            en="Biases have one dimension: $2O$ for Adam and $O$ for Adafactor; do not leave them out.",
        ),
    ),
    wrong=(
        wrong(
            replaced(counted, 0, lambda shapes: memory_of(shapes, math.prod)),
            zh="Adam 记两样：$m$ 和 $v$ 各一份。",
            en="Adam remembers two things: a copy for $m$ and one for $v$.",
            credit=0.5,
        ),
        wrong(
            replaced(counted, 1, lambda shapes: memory_of(shapes, math.prod)),
            zh="Adafactor 不逐个记权重：只记每行、每列的平均。",
            en="Adafactor does not keep a number a weight, only the means of rows and columns.",
        ),
        wrong(
            replaced(
                counted, 1, lambda shapes: memory_of(shapes, math.prod) + memory_of(shapes, sum)
            ),
            zh="多算了 $m$：Adafactor 不记方向。",
            en="One $m$ too many: Adafactor does not remember the direction.",
            credit=0.5,
        ),
        wrong(
            replaced(
                counted,
                1,
                lambda shapes: memory_of([shape for shape in shapes if len(shape) == 2], sum),
            ),
            zh="偏置也要记：它只有一维，逐个记。",
            en="Biases count too: they have one dimension and are kept one by one.",
            credit=0.5,
        ),
        wrong(
            swapped(counted),
            zh="两个写反了：省内存的是 Adafactor。",
            en="The two are swapped: it is Adafactor that saves memory.",
        ),
        wrong(
            replaced(counted, 1, lambda shapes: 2 * memory_of(shapes, sum)),
            zh="Adafactor 只有一份：没有 $m$，不用翻倍。",
            en="Adafactor keeps one copy only: there is no $m$, so nothing is doubled.",
            credit=0.5,
        ),
    ),
)


# Nothing but the sign


SIGNED = library(lion)


def signed(looks=True, hard=True, early=False, parts=False):
    """Lion, with one of its parts exchanged."""

    def update(grad, state, param, *, lr, beta1, beta2):
        (m,) = state
        after = beta2 * m + (1 - beta2) * grad
        before = after if early else m
        direction = beta1 * before + (1 - beta1) * grad if looks else after
        if parts:
            direction = beta1 * before.sign() + (1 - beta1) * grad.sign()
        return -lr * (direction.sign() if hard and not parts else direction), (after,)

    return update


LION = Task(
    id="lion",
    points=2,
    kind="implementation",
    title=both(zh="只剩正负号", en="Nothing but the sign"),
    prompt=both(
        zh="写出 Lion 的一步，不带衰减：先用 `beta1` 把记忆和新梯度平均一次，取正负号，逆着它走满一个学习率；再用 `beta2` 更新记忆。`state` 是元组 `(m,)`，第一步之前是 0。\n\n"
        "返回 `(delta, state)`，传进来的东西都别改。",
        en="Write one step of Lion, without decay: average the memory and the new gradient with `beta1`, take the sign, and walk a full learning rate against it; then update the memory with `beta2`.\n"
        "`state` is the tuple `(m,)`, 0 before the first step.\n\n"
        "Return `(delta, state)`, and leave everything that is passed in as it is.",
    ),
    solution='''
def lion(grad, state, param, *, lr, beta1, beta2):
    """One step of Lion, as (delta, state)."""
    ### BEGIN SOLUTION
    (m,) = state
    direction = beta1 * m + (1 - beta1) * grad
    m = beta2 * m + (1 - beta2) * grad
    return direction.sign() * -lr, (m,)
    ### END SOLUTION
''',
    returns="(delta, state)",
    row=STEP,
    inputs=lambda draw: {
        "start": draw.normal(3),
        "grads": some_gradients(draw, 24),
        "lr": draw.between(0.02, 0.3),
        "beta1": draw.between(0.5, 0.7),
        "beta2": draw.between(0.8, 0.95),
    },
    drive=with_memory,
    reference=SIGNED,
    hints=(
        both(
            zh="两个平均：一个定方向，一个当记忆。",
            en="Two averages: one for the direction, one for the memory.",
        ),
        both(
            zh="$\\delta = -\\eta\\,\\mathrm{sign}(\\beta_1 m + (1-\\beta_1) g)$，然后 $m \\leftarrow \\beta_2 m + (1-\\beta_2) g$。",
            en="$\\delta = -\\eta\\,\\mathrm{sign}(\\beta_1 m + (1-\\beta_1) g)$, then $m \\leftarrow \\beta_2 m + (1-\\beta_2) g$.",
        ),
        both(
            zh="定方向用的是旧的 `m`：更新 `m` 的一行放在后面。",
            en="The direction uses the old `m`: the line that updates `m` comes after it.",
        ),
    ),
    wrong=(
        wrong(
            signed(hard=False),
            zh="还留着大小：取了正负号才是 Lion。",
            en="The size is still there: it takes a sign to be Lion.",
        ),
        wrong(
            exchanged(SIGNED, "beta1", "beta2"),
            zh="`beta1` 和 `beta2` 用反了：`beta1` 定方向，`beta2` 管记忆。",
            en="`beta1` and `beta2` are exchanged: `beta1` is for the direction, `beta2` for the memory.",
            credit=0.5,
        ),
        wrong(
            signed(early=True),
            zh="定方向用了新的记忆：新梯度算了两遍。",
            en="The direction uses the new memory: the new gradient counts twice.",
            credit=0.5,
        ),
        wrong(
            signed(looks=False),
            zh="方向取自记忆本身：还要用 `beta1` 和新梯度再平均一次。",
            en="The direction is that of the memory: average it with the new gradient once more, by `beta1`.",
        ),
        wrong(
            signed(parts=True),
            zh="先平均，再取正负号：反过来就是在数人头。",
            en="Average first, take the sign afterwards: the other way round counts heads.",
        ),
        wrong(
            lambda grad, state, param, *, lr, beta1, beta2: (-lr * grad.sign(), state),
            zh="只看了眼前的梯度：记忆没有用上，也没有更新。",
            en="Only the newest gradient is used: the memory is neither read nor updated.",
        ),
        wrong(uphill(SIGNED), **CLIMBING, credit=0.5),
        wrong(
            lambda grad, state, param, *, lr, beta1, beta2: (
                SIGNED(grad, state, param, lr=lr, beta1=beta1, beta2=beta2)[0],
                (beta2 * state[0] + grad,),
            ),
            zh="记忆里的新梯度要乘 `1 - beta2`：那是平均，不是累加。",
            en="In the memory the new gradient is multiplied by `1 - beta2`: it averages, it does not add up.",
            credit=0.5,
        ),
    ),
)

TASKS = [HEADS, NET_MOVE, AMSGRAD, MEMORY, LION]
