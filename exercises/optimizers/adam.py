"""Exercises on Adam, declared once.

Book: optimizers/adam
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import exchanged, negated, off_by_one, replaced, swapped
from dlnotes.grading.tasks.rules import forgetful, library, uphill, walk
from dlnotes.optimizers import adam, adam_uncorrected
from dlnotes.sections.optimizers.adam.experiments import steepest, step_bound, steps

TITLE = both(zh="Adam", en="Adam")
LATE = 1e6  # a clock that has run so long that nothing is corrected any more


def number(value):
    return torch.tensor(value, dtype=torch.float64)


# The first step, by hand


def first_steps(grad, lr, beta1, beta2):
    """One step of both rules of the library."""
    grad, setting = number(grad), {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": 0.0}
    rules = adam, adam_uncorrected
    return [rule.update(grad, rule.init(grad), grad, **setting)[0].item() for rule in rules]


FIRST_STEP = Task(
    id="adam_first_step",
    points=1,
    title=both(zh="第一步，用手算", en="The first step by hand"),
    prompt=both(
        zh="Adam 遇到的第一个梯度是 `grad`。参数改变多少？不做偏差修正的话，又改变多少？$\\epsilon$ 取 0。\n\n"
        "返回 `(corrected, raw)`，都带符号。",
        en="The first gradient that Adam meets is `grad`.\n"
        "By how much does the parameter change, and by how much would it change without bias correction?\n"
        "Take $\\epsilon$ to be 0.\n\n"
        "Return `(corrected, raw)`, both with their sign.",
    ),
    solution='''
def adam_first_step(grad, lr, beta1, beta2):
    """The change of the parameter in step 1, with and without bias correction."""
    ### BEGIN SOLUTION
    corrected = -lr * grad / abs(grad)
    return corrected, corrected * (1 - beta1) / math.sqrt(1 - beta2)
    ### END SOLUTION
''',
    returns="(corrected, raw)",
    inputs=lambda draw: {
        "grad": draw.decades(0.01, 100) * (-1) ** draw.case,
        "lr": draw.decades(0.001, 0.5),
        "beta1": draw.between(0.5, 0.95),
        "beta2": draw.between(0.98, 0.999),
    },
    reference=first_steps,
    hints=(
        both(
            zh="第一步以后，两份记忆里都只有这一个梯度。",
            en="After the first step both memories hold this one gradient and nothing else.",
        ),
        both(
            zh="$m_1 = (1-\\beta_1)\\,g$，$v_1 = (1-\\beta_2)\\,g^2$；修正以后是 $g$ 和 $g^2$。",
            en="$m_1 = (1-\\beta_1)\\,g$ and $v_1 = (1-\\beta_2)\\,g^2$; corrected they are $g$ and $g^2$.",
        ),
        both(
            zh="修正过的一步只剩符号；不修正的还要乘 ${(1-\\beta_1)/\\sqrt{1-\\beta_2}}$。",
            en="Of the corrected step only the sign is left; the other has the factor ${(1-\\beta_1)/\\sqrt{1-\\beta_2}}$ besides.",
        ),
    ),
    wrong=(
        wrong(
            lambda grad, lr, beta1, beta2: (-lr * grad, -lr * (1 - beta1) * grad),
            zh="步子还随梯度变大变小：别忘了除以大小的平方根。",
            en="These steps still grow with the gradient: divide by the root of the size.",
        ),
        wrong(
            negated(first_steps),
            zh="长短都对，方向反了：参数要往梯度的反方向走。",
            en="Both lengths are right, the direction is not: the parameter moves against the gradient.",
            credit=0.5,
        ),
        wrong(
            swapped(first_steps),
            zh="两个写反了：修正过的那一步正好是一个学习率。",
            en="The two are swapped: the corrected step is exactly one learning rate.",
        ),
        wrong(
            replaced(
                first_steps,
                1,
                lambda grad, lr, beta1, beta2: -math.copysign(lr, grad) * (1 - beta1) / (1 - beta2),
            ),
            zh="不修正的那一步少了平方根：除的是 $\\sqrt{v}$，不是 $v$。",
            en="The uncorrected step lacks the root: the divisor is $\\sqrt{v}$ and not $v$.",
            credit=0.5,
        ),
        wrong(
            replaced(first_steps, 1, lambda grad, lr, *betas: -math.copysign(lr, grad)),
            zh="不修正，两份记忆就没有变成真正的平均，步子也不是一个学习率。",
            en="Without correction neither memory is a true mean, and the step is not one learning rate.",
            credit=0.5,
        ),
    ),
)


# Adam, from scratch


def rolling(answer, start, curvatures, lr, beta1, beta2, eps):
    """Five steps of a rule on a quadratic."""
    grads, zeros = [lambda param: curvatures * param] * 5, torch.zeros_like(start)
    state, hyper = (0, zeros, zeros), {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps}
    return walk(answer, start, grads, state, **hyper)


def some_bowl(draw: Draw):
    return {
        "start": draw.normal(3),
        "curvatures": torch.tensor(draw.numbers(3, 0.5, 8), dtype=torch.float64),
        "lr": draw.between(0.05, 0.3),
        "beta1": draw.between(0.5, 0.95),
        "beta2": draw.between(0.8, 0.99),
        "eps": draw.between(0.05, 0.3),
    }


RIGHT = library(adam)


def variant(
    *,
    first=lambda m, beta, t: m / (1 - beta**t),
    second=lambda v, beta, t: v / (1 - beta**t),
    size=lambda old, grad, beta: beta * old + (1 - beta) * grad**2,
    direction=lambda old, grad, beta: beta * old + (1 - beta) * grad,
    step=lambda m, v, eps: -m / (v**0.5 + eps),
    clock=1,
):
    """Adam with one part of it made another way."""

    def update(grad, state, param, *, lr, beta1, beta2, eps):
        t, m, v = state
        t = t + 1
        m, v = direction(m, grad, beta1), size(v, grad, beta2)
        made = step(first(m, beta1, t * clock), second(v, beta2, t * clock), eps)
        return lr * made, (t, m, v)

    return update


def plain(memory, beta, t):
    return memory


ADAM = Task(
    id="adam",
    points=4,
    kind="implementation",
    title=both(zh="从零写 Adam", en="Adam from scratch"),
    prompt=both(
        zh="写出 Adam 的一步。`state` 是元组 `(t, m, v)`，第一步之前三样都是 0；`eps` 加在根号外面。\n\n"
        "返回 `(delta, state)`：要加到 `param` 上的改变量，和新的元组。传进来的东西都别改。",
        en="Write one step of Adam.\n"
        "Before the first step, the three entries of the tuple `state`, `(t, m, v)`, are all 0; `eps` is added outside the root.\n\n"
        "Return `(delta, state)`: the change to add to `param`, and the new tuple.\n"
        "Leave everything that is passed in as it is.",
    ),
    solution='''
def adam(grad, state, param, *, lr, beta1, beta2, eps):
    """One step of Adam, as (delta, state)."""
    ### BEGIN SOLUTION
    t, m, v = state
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return -lr * m_hat / (v_hat.sqrt() + eps), (t, m, v)
    ### END SOLUTION
''',
    returns="(delta, state)",
    row=both(zh="第 {n} 步的改变量", en="The change at step {n}"),
    inputs=some_bowl,
    drive=rolling,
    reference=RIGHT,
    hints=(
        both(
            zh="两份记忆都是平均：一份平均梯度，一份平均梯度的平方。",
            en="Both memories are means: one of the gradients, one of their squares.",
        ),
        both(
            zh="$m \\leftarrow \\beta_1 m + (1-\\beta_1)g$，用之前除以 $1-\\beta_1^t$；$v$ 也一样，换成 $\\beta_2$ 和 $g^2$。",
            en="$m \\leftarrow \\beta_1 m + (1-\\beta_1)g$, divided by $1-\\beta_1^t$ before use; $v$ alike, with $\\beta_2$ and $g^2$.",
        ),
        both(
            zh="步数先加 1 再修正；存进 `state` 的是没修正过的 `m` 和 `v`。",
            en="Add 1 to the step before you correct; what goes into `state` is `m` and `v` uncorrected.",
        ),
    ),
    wrong=(
        wrong(
            variant(first=plain, second=plain),
            zh="两份记忆都没有修正，头几步的长短就不对：是从 0 开始攒的。",
            en="Neither memory is corrected, and the first steps have the wrong length: both started at 0.",
        ),
        wrong(
            variant(second=plain),
            zh="只修正了 `m`：`v` 也是从 0 开始攒的，也要除以 `1 - beta2**t`。",
            en="Only `m` is corrected: `v` started at 0 as well and wants dividing by `1 - beta2**t`.",
            credit=0.5,
        ),
        wrong(
            variant(first=plain),
            zh="只修正了 `v`：`m` 也是从 0 开始攒的，也要除以 `1 - beta1**t`。",
            en="Only `v` is corrected: `m` started at 0 as well and wants dividing by `1 - beta1**t`.",
            credit=0.5,
        ),
        wrong(
            variant(step=lambda m, v, eps: -m / (v + eps) ** 0.5),
            zh="`eps` 加在根号里了：先开方，再加。",
            en="`eps` is under the root: take the root first, then add.",
            credit=0.5,
        ),
        wrong(
            variant(step=lambda m, v, eps: -m / (v + eps)),
            zh="少了平方根：`v` 的单位是梯度的平方，开了方才和 `m` 对得上。",
            en="The root is missing: `v` has the unit of a squared gradient, and only its root matches `m`.",
        ),
        wrong(
            variant(size=lambda old, grad, beta: (beta * old**0.5 + (1 - beta) * grad.abs()) ** 2),
            zh="`v` 要的是平方的平均，不是平均的平方。",
            en="What `v` wants is the mean of squares, not the square of a mean.",
        ),
        wrong(
            uphill(RIGHT),
            zh="符号反了，在上坡：`delta` 要加到参数上，自己带负号。",
            en="The sign is wrong and it climbs: `delta` gets added to the parameter, so it carries the minus.",
            credit=0.5,
        ),
        wrong(
            exchanged(RIGHT, "beta1", "beta2"),
            zh="`beta1` 和 `beta2` 用反了：前一个管方向，后一个管大小。",
            en="`beta1` and `beta2` are swapped: the first belongs to direction, the second to size.",
            credit=0.5,
        ),
        wrong(
            forgetful(RIGHT),
            zh="第一步对，后面都忘了：新的步数和两份记忆要装进返回的 `state`。",
            en="The first step is right, then it forgets: return the new step and both memories in `state`.",
            credit=0.5,
        ),
        wrong(
            variant(direction=lambda old, grad, beta: grad, first=plain),
            zh="方向没有记忆，这是修正过的 RMSprop：`m` 要平均以往的梯度。",
            en="There is no memory of direction, so this is RMSprop, corrected: `m` averages past gradients.",
        ),
    ),
)


# Predict, then run


def longest(beta1, beta2, count):
    """The longest uncorrected step on a steady gradient, from the library's rule."""
    ones = torch.ones(count, dtype=torch.float64)
    made = steps(adam_uncorrected, ones, beta1=beta1, beta2=beta2, eps=0.0)
    return made.argmax().item() + 1, made.max().item()


def some_betas(draw: Draw):
    """In every other case the step is still growing when time is over."""
    return {
        "beta1": draw.between(0.85, 0.95),
        "beta2": draw.between(0.995, 0.999),
        "count": draw.whole(3, 6) if draw.case % 2 else draw.whole(40, 60),
    }


LONGEST = Task(
    id="longest_uncorrected",
    points=2,
    title=both(zh="先猜，再跑：哪一步最长？", en="Predict, then run: which step is longest?"),
    prompt=both(
        zh="梯度一直是 1，Adam 不做偏差修正，走 `count` 步。先猜一猜最长的是第几步，是学习率的几倍，再算出来。$\\epsilon$ 取 0。\n\n"
        "返回 `(step, length)`，步数从 1 数起。",
        en="The gradient is always 1, and Adam takes `count` steps without bias correction.\n"
        "Guess which step is the longest, and how many times the learning rate it is; then compute it.\n"
        "Take $\\epsilon$ to be 0.\n\n"
        "Return `(step, length)`, counting steps from 1.",
    ),
    solution='''
def longest_uncorrected(beta1, beta2, count):
    """The number of the longest step, and its length in learning rates."""
    ### BEGIN SOLUTION
    lengths = [(1 - beta1**t) / math.sqrt(1 - beta2**t) for t in range(1, count + 1)]
    return lengths.index(max(lengths)) + 1, max(lengths)
    ### END SOLUTION
''',
    returns="(step, length)",
    inputs=some_betas,
    reference=longest,
    hints=(
        both(
            zh="梯度一直是 1，两份记忆各是多少，有现成的式子。",
            en="For a gradient that is always 1 there is a formula for each memory.",
        ),
        both(
            zh="$m_t = 1-\\beta_1^t$，$v_t = 1-\\beta_2^t$，步长是 $m_t/\\sqrt{v_t}$。",
            en="$m_t = 1-\\beta_1^t$ and $v_t = 1-\\beta_2^t$, and the step is $m_t/\\sqrt{v_t}$.",
        ),
        both(
            zh="把 1 到 `count` 的步长列出来，找最大的那个；下标从 0 数，步数从 1 数。",
            en="List the lengths from 1 to `count` and find the largest; indices start at 0, steps at 1.",
        ),
    ),
    wrong=(
        wrong(
            lambda beta1, beta2, count: (1, (1 - beta1) / math.sqrt(1 - beta2)),
            zh="第 1 步还不是最长的：方向的记忆接着满，大小的还远远没满。",
            en="Step 1 is not yet the longest: direction goes on filling up while size is far from full.",
        ),
        wrong(
            off_by_one(longest, -1, at=0),
            zh="长度对，步数差 1：步数从 1 数起，下标从 0 数起。",
            en="The length is right and the number off by 1: steps count from 1, indices from 0.",
            credit=0.5,
        ),
        wrong(
            lambda beta1, beta2, count: (1, 1.0),
            zh="步步都是 1，那是修正过的。",
            en="Steps of 1 throughout are the corrected ones.",
        ),
        wrong(
            lambda beta1, beta2, count: max(
                ((t, (1 - beta1**t) / (1 - beta2**t)) for t in range(1, count + 1)),
                key=lambda pair: pair[1],
            ),
            zh="少了平方根：步长是 $m$ 除以 $\\sqrt{v}$。",
            en="The root is missing: a step is $m$ over $\\sqrt{v}$.",
        ),
    ),
)


# The bound

BOUND = Task(
    id="adam_step_bound",
    points=2,
    title=both(zh="真正的上限", en="The true bound"),
    prompt=both(
        zh="走了很久以后，Adam 的一步最长是学习率的几倍？论文写的 ${(1-\\beta_1)/\\sqrt{1-\\beta_2}}$ 不是最大。$\\epsilon$ 取 0，$\\beta_1^2<\\beta_2$。返回这个倍数。\n\n"
        "可以先对一个数：$\\beta_1=0.9$、$\\beta_2=0.999$，上限约为 7.27。",
        en="Late in a run, how many times the learning rate can a step of Adam be at most?\n"
        "The ${(1-\\beta_1)/\\sqrt{1-\\beta_2}}$ of the paper is not the largest.\n"
        "Take $\\epsilon$ to be 0, and $\\beta_1^2<\\beta_2$; return that number.\n\n"
        "One number to compare with: for $\\beta_1=0.9$ and $\\beta_2=0.999$ the bound is about 7.27.",
    ),
    solution='''
def adam_step_bound(beta1, beta2):
    """The longest step, in units of the learning rate."""
    ### BEGIN SOLUTION
    return (1 - beta1) / math.sqrt((1 - beta2) * (1 - beta1**2 / beta2))
    ### END SOLUTION
''',
    inputs=lambda draw: {"beta1": draw.between(0.5, 0.93), "beta2": draw.between(0.95, 0.999)},
    reference=lambda beta1, beta2: step_bound(beta1, beta2).item(),
    hints=(
        both(
            zh="$m$ 和 $v$ 是同一串梯度的两种加权和：用柯西不等式（Cauchy–Schwarz）。",
            en="Both $m$ and $v$ are weighted sums over the same gradients: use the Cauchy–Schwarz inequality.",
        ),
        both(
            zh="把 $\\beta_1^i g_i$ 拆成 ${(\\beta_1/\\sqrt{\\beta_2})^i}$ 乘 $\\sqrt{\\beta_2}^{\\,i} g_i$；$g_i$ 是 $i$ 步以前的梯度。",
            en="Split $\\beta_1^i g_i$ into ${(\\beta_1/\\sqrt{\\beta_2})^i}$ times $\\sqrt{\\beta_2}^{\\,i} g_i$, where $g_i$ is the gradient from $i$ steps ago.",
        ),
        both(
            zh="等比级数 $\\sum_i (\\beta_1^2/\\beta_2)^i = 1/(1-\\beta_1^2/\\beta_2)$，开方后乘上论文的那个数。",
            en="The series $\\sum_i (\\beta_1^2/\\beta_2)^i = 1/(1-\\beta_1^2/\\beta_2)$: its root times the number of the paper.",
        ),
    ),
    wrong=(
        wrong(
            lambda beta1, beta2: (1 - beta1) / math.sqrt(1 - beta2),
            zh="这是论文的数：静默以后只来一个梯度。接着再来，步子还会变长。",
            en="This is the number of the paper, for a single gradient after silence. Let more follow, and the step grows.",
        ),
        wrong(
            lambda beta1, beta2: 1.0,
            zh="梯度一直不变，才是 1 倍：找一找更厉害的梯度。",
            en="It is 1 for a gradient that never changes: look for nastier ones.",
        ),
        wrong(
            lambda beta1, beta2: (1 - beta1) / math.sqrt((1 - beta2) * (1 - beta1**2)),
            zh="等比数列的公比里少了 $\\beta_2$：老梯度在 $v$ 里也打了折。",
            en="The ratio of the series lacks $\\beta_2$: old gradients are discounted in $v$ as well.",
            credit=0.5,
        ),
        wrong(
            lambda beta1, beta2: (1 - beta1) / math.sqrt(1 - beta2) / (1 - beta1**2 / beta2),
            zh="等比数列的和忘了开方。",
            en="The sum of the series still wants its root.",
            credit=0.5,
        ),
    ),
)


# Gradients that reach it


def last_step(answer, count, beta1, beta2):
    """The size of the step that the answer's last gradient makes, after a long silence."""
    grads = [float(grad) for grad in answer(count, beta1, beta2)]
    if len(grads) != count:
        return len(grads), math.nan
    m = v = 0.0
    for grad in grads:
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad * grad
    return count, abs(m) / math.sqrt(v) if v > 0 else 0.0


def farthest(count, beta1, beta2):
    return steepest(count, beta1, beta2).tolist()


REACH = Task(
    id="steepest_gradients",
    points=3,
    kind="implementation",
    title=both(zh="造一串梯度，走到上限", en="Make gradients that reach the bound"),
    prompt=both(
        zh="Adam 静默了很久，两份记忆都是空的，偏差修正也早就不起作用。给你 `count` 个梯度，大小随你定，要让最后一步尽量长。\n\n"
        "返回这些梯度，装在列表里。判分看的是最后一步有多长。",
        en="After a long silence both memories of Adam are empty, and its bias correction has long stopped doing anything.\n"
        "You may choose `count` gradients; make the last step as long as it can be.\n\n"
        "Return them in a list.\n"
        "What counts is the length of the last step.",
    ),
    solution='''
def steepest_gradients(count, beta1, beta2):
    """The gradients that make the last step longest, in the order in which they come."""
    ### BEGIN SOLUTION
    return [(beta2 / beta1) ** k for k in range(count)]
    ### END SOLUTION
''',
    returns="[grad, grad, ...]",
    row=both(zh="第 {n} 个数（个数，最后一步）", en="Number {n} (how many, the last step)"),
    inputs=lambda draw: {
        "count": draw.whole(5, 40),
        "beta1": draw.between(0.5, 0.93),
        "beta2": draw.between(0.97, 0.999),
    },
    drive=last_step,
    reference=farthest,
    hints=(
        both(
            zh="一直是 1 不够长：新的梯度要比老的大，方向才追得上，大小还没追上。",
            en="Always 1 is not enough: newer gradients must be larger, so that direction has caught up and size has not.",
        ),
        both(
            zh="记 $g_i$ 是 $i$ 步以前的梯度。柯西不等式取等号的时候，两边的项成比例：$\\beta_1^i g_i$ 里的权重和 $\\beta_2^i g_i^2$ 里的权重一比就知道 $g_i$。",
            en="Let $g_i$ be the gradient from $i$ steps ago. The Cauchy–Schwarz inequality holds with equality where the terms are in proportion: compare the weights in $\\beta_1^i g_i$ and in $\\beta_2^i g_i^2$.",
        ),
        both(
            zh="每个梯度是前一个的 $\\beta_2/\\beta_1$ 倍。",
            en="Each gradient is $\\beta_2/\\beta_1$ times the one before.",
        ),
    ),
    wrong=(
        wrong(
            lambda count, beta1, beta2: [1.0] * count,
            zh="一直是 1 不是最长的：让后来的梯度大一些。",
            en="Always 1 is not the longest: let later gradients be larger.",
        ),
        wrong(
            lambda count, beta1, beta2: [0.0] * (count - 1) + [1.0],
            zh="只来一个梯度，这是论文的上限，还能更长。",
            en="A single gradient gives the bound of the paper; it can be longer.",
        ),
        wrong(
            swapped(farthest),
            zh="次序反了：要一路变大，不是一路变小。",
            en="The order is reversed: they must grow, not shrink.",
            credit=0.5,
        ),
        wrong(
            lambda count, beta1, beta2: [beta1**-k for k in range(count)],
            zh="涨得太快：大小的记忆也会打折，倍数里还要乘 $\\beta_2$。",
            en="They grow too fast: the memory of size is discounted too, so the factor holds $\\beta_2$ as well.",
            credit=0.5,
        ),
        wrong(
            lambda count, beta1, beta2: [(beta2**0.5 / beta1) ** k for k in range(count)],
            zh="倍数里的 $\\beta_2$ 不开方：等号成立的条件是 $\\beta_1^i \\propto \\beta_2^i g_i$。",
            en="No root of $\\beta_2$ in the factor: equality asks for $\\beta_1^i \\propto \\beta_2^i g_i$.",
            credit=0.5,
        ),
        wrong(
            lambda count, beta1, beta2: [float((-1) ** k) for k in range(count)],
            zh="来回换号，方向就抵消了：全用一个符号。",
            en="With alternating signs the direction cancels: use one sign throughout.",
        ),
    ),
)


# Diagnose: a checkpoint that lost something


def restarted(beta1, beta2):
    """The first step after either loss, from the library's rule and a gradient that is always 1."""
    one, setting = number(1.0), {"lr": 1.0, "beta1": beta1, "beta2": beta2, "eps": 0.0}
    empty, full = adam.State(number(LATE), 0 * one, 0 * one), adam.State(number(0.0), one, one)
    return [-adam.update(one, state, one, **setting)[0].item() for state in (empty, full)]


RESTART = Task(
    id="adam_restart",
    points=2,
    title=both(zh="接着训练，步子怪了", en="Resumed, and the steps are odd"),
    prompt=both(
        zh="梯度一直是 1，训练了很久，步步都是一个学习率。存档，读档，接着训练，第一步却不对了。存档可能漏了两样东西里的一样：漏了两份记忆（从 0 开始，步数还在），或者漏了步数（从 0 数起，两份记忆还在）。\n\n"
        "用 `beta1` 和 `beta2` 表示：两种情形下，读档后的第一步各是学习率的几倍？返回 `(memories_lost, clock_lost)`，$\\epsilon$ 取 0。",
        en="The gradient is always 1, and after long training every step is one learning rate.\n"
        "Save, load, resume, and the first step is wrong.\n"
        "The file may have lost one of two things: the memories (they start at 0, the step count is kept), or the step count (it starts at 0, the memories are kept).\n\n"
        "In terms of `beta1` and `beta2`, how many times the learning rate is the first step after loading, in each case?\n"
        "Return `(memories_lost, clock_lost)`, with $\\epsilon$ equal to 0.",
    ),
    solution='''
def adam_restart(beta1, beta2):
    """The first step after a loss of the memories, and after a loss of the step count."""
    ### BEGIN SOLUTION
    factor = (1 - beta1) / math.sqrt(1 - beta2)
    return factor, 1 / factor
    ### END SOLUTION
''',
    returns="(memories_lost, clock_lost)",
    inputs=lambda draw: {"beta1": draw.between(0.5, 0.95), "beta2": draw.between(0.98, 0.999)},
    reference=restarted,
    hints=(
        both(
            zh="修正看的是步数，不看记忆满没满：两样对不上，就出怪事。",
            en="The correction looks at the step count and not at the memories: odd things happen where the two disagree.",
        ),
        both(
            zh="漏了记忆：$m=1-\\beta_1$，$v=1-\\beta_2$，不再修正。漏了步数：$m=v=1$，却按第 1 步修正。",
            en="Memories lost: $m=1-\\beta_1$ and $v=1-\\beta_2$, uncorrected. Step count lost: $m=v=1$, corrected as at step 1.",
        ),
        both(
            zh="两个答案互为倒数。",
            en="Each answer is one over the other.",
        ),
    ),
    wrong=(
        wrong(
            swapped(restarted),
            zh="两个写反了：记忆是空的、修正又不管，步子才太长。",
            en="The two are swapped: it is empty memories, left uncorrected, that make the step too long.",
        ),
        wrong(
            replaced(restarted, 0, 1.0),
            zh="漏了记忆，步子不会是 1 倍：步数早就大了，修正不起作用。",
            en="With the memories lost the step is not 1: the step count is large, and nothing gets corrected.",
            credit=0.5,
        ),
        wrong(
            replaced(restarted, 1, 1.0),
            zh="漏了步数，步子也不对：满的记忆又修正了一遍。",
            en="With the step count lost the step is wrong too: full memories get corrected once more.",
            credit=0.5,
        ),
        wrong(
            lambda beta1, beta2: ((1 - beta1) / (1 - beta2), (1 - beta2) / (1 - beta1)),
            zh="$v$ 忘了开方。",
            en="The root of $v$ is missing.",
        ),
    ),
)


# Repair: momentum in the wrong place


def repaired(grads, beta1, beta2):
    grads = torch.tensor(grads, dtype=torch.float64)
    return steps(adam, grads, beta1=beta1, beta2=beta2, eps=0.0).tolist()


def loop(step):
    """A loop whose every pass is `step(m, v, grad, t, beta1, beta2)`, giving (m, v, length)."""

    def run(grads, beta1, beta2):
        m = v = 0.0
        made = []
        for t, grad in enumerate(grads, 1):
            m, v, length = step(m, v, grad, t, beta1, beta2)
            made.append(length)
        return made

    return run


def sizes(v, grad, t, beta2):
    v = beta2 * v + (1 - beta2) * grad**2
    return v, math.sqrt(v / (1 - beta2**t))


def divided_first(m, v, grad, t, beta1, beta2):
    v, size = sizes(v, grad, t, beta2)
    m = beta1 * m + (1 - beta1) * grad / size
    return m, v, m / (1 - beta1**t)


def twice(m, v, grad, t, beta1, beta2):
    v, size = sizes(v, grad, t, beta2)
    m = beta1 * m + (1 - beta1) * grad / size
    return m, v, m / (1 - beta1**t) / size


def undivided(m, v, grad, t, beta1, beta2):
    v, _ = sizes(v, grad, t, beta2)
    m = beta1 * m + (1 - beta1) * grad
    return m, v, m / (1 - beta1**t)


def summed(m, v, grad, t, beta1, beta2):
    v, size = sizes(v, grad, t, beta2)
    m = beta1 * m + grad
    return m, v, m / (1 - beta1**t) / size


def half_corrected(m, v, grad, t, beta1, beta2):
    v, size = sizes(v, grad, t, beta2)
    m = beta1 * m + (1 - beta1) * grad
    return m, v, m / size


def lagging(m, v, grad, t, beta1, beta2):
    size = math.sqrt(v / (1 - beta2 ** (t - 1))) if t > 1 else abs(grad)
    v, _ = sizes(v, grad, t, beta2)
    m = beta1 * m + (1 - beta1) * grad
    return m, v, m / (1 - beta1**t) / size


REPAIR = Task(
    id="average_first",
    points=2,
    kind="implementation",
    title=both(zh="动量放错了地方", en="Momentum in the wrong place"),
    prompt=both(
        zh="下面的 `broken` 想写 Adam，零件都在：动量、大小、偏差修正。梯度不变的时候，它和 Adam 一样；梯度忽大忽小，就不一样了：它先除以大小，再平均。\n\n"
        "把它修成 Adam，写成 `average_first`，返回每一步的步长，以学习率为单位，符号同梯度。",
        en="The function `broken` below was meant to be Adam, and has all its parts: momentum, size, bias correction.\n"
        "On a steady gradient it agrees with Adam; where gradients vary in size it does not, because it divides first and averages afterwards.\n\n"
        "Turn it into Adam as `average_first`; return every step in units of the learning rate, with the sign of the gradient.",
    ),
    given="""
def broken(grads, beta1, beta2):
    m, v, made = 0.0, 0.0, []
    for t, grad in enumerate(grads, 1):
        v = beta2 * v + (1 - beta2) * grad**2
        size = (v / (1 - beta2**t)) ** 0.5
        m = beta1 * m + (1 - beta1) * grad / size
        made.append(m / (1 - beta1**t))
    return made


broken(grads=[1.0, 1.0, 5.0, 1.0], beta1=0.9, beta2=0.999)
""",
    solution='''
def average_first(grads, beta1, beta2):
    """Adam's steps in units of the learning rate."""
    ### BEGIN SOLUTION
    m, v, made = 0.0, 0.0, []
    for t, grad in enumerate(grads, 1):
        v = beta2 * v + (1 - beta2) * grad**2
        size = (v / (1 - beta2**t)) ** 0.5
        m = beta1 * m + (1 - beta1) * grad
        made.append(m / (1 - beta1**t) / size)
    return made
    ### END SOLUTION
''',
    returns="[step, step, ...]",
    row=both(zh="第 {n} 步的步长", en="The length of step {n}"),
    inputs=lambda draw: {
        "grads": draw.numbers(6, 0.5, 6),
        "beta1": draw.between(0.5, 0.95),
        "beta2": draw.between(0.8, 0.999),
    },
    reference=repaired,
    hints=(
        both(
            zh="Adam 平均的是梯度本身，除以大小是最后一件事。",
            en="What Adam averages are the gradients themselves; dividing by size comes last.",
        ),
        both(
            zh="$m$ 里不要出现 `size`；步长是 $\\hat m$ 除以它。",
            en="Keep `size` out of $m$; the step is $\\hat m$ over it.",
        ),
        both(
            zh="把 `/ size` 从 `m` 那一行挪到 `append` 里。",
            en="Move `/ size` from the line of `m` into the `append`.",
        ),
    ),
    wrong=(
        wrong(
            loop(divided_first),
            zh="还是老样子：先除再平均。每个梯度除的是当时的大小，平均起来就不是 Adam。",
            en="Nothing has changed: it divides first. Each gradient is divided by the size of its own day, and their mean is not Adam's step.",
        ),
        wrong(
            loop(twice),
            zh="除了两遍：挪到后面，前面的那个要删掉。",
            en="It divides twice: when the division moves to the end, take it away in front.",
            credit=0.5,
        ),
        wrong(
            loop(undivided),
            zh="一遍也没有除：步长还随梯度的单位变。",
            en="It does not divide at all: the steps still carry the unit of the gradient.",
        ),
        wrong(
            loop(summed),
            zh="梯度少乘了 `1 - beta1`：Adam 的 `m` 是平均，不是累加。",
            en="The gradient lacks its factor `1 - beta1`: Adam's `m` is a mean and not a sum.",
            credit=0.5,
        ),
        wrong(
            loop(half_corrected),
            zh="`m` 忘了修正：也要除以 `1 - beta1**t`。",
            en="The correction of `m` is missing: divide it by `1 - beta1**t` too.",
            credit=0.5,
        ),
        wrong(
            loop(lagging),
            zh="除的是上一步的大小：先把眼前的梯度算进 `v`。",
            en="It divides by the size of the step before: let the gradient at hand into `v` first.",
            credit=0.5,
        ),
    ),
)

TASKS = [FIRST_STEP, ADAM, LONGEST, BOUND, REACH, RESTART, REPAIR]
