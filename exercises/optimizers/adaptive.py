"""Exercises on the memory of size, declared once.

Book: optimizers/adaptive
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import fixed, off_by_one, replaced
from dlnotes.grading.tasks.rules import forgetful, library, uphill, walk
from dlnotes.optimizers import adadelta, adagrad, rmsprop
from dlnotes.sections.optimizers.adaptive.experiments import effective_rates

TITLE = both(zh="记住大小", en="memory of size")


# What is left of the learning rate


def some_gradients(draw: Draw):
    """Some of them 0: a feature that is not always met."""
    grads = draw.numbers(7, -3, 3)
    grads[draw.whole(1, 5)] = 0.0
    return {"lr": draw.between(0.05, 0.5), "grads": grads}


def rate_from_library(lr, grads):
    column = torch.tensor(grads, dtype=torch.float64)
    return effective_rates(adagrad, column, lr=lr, eps=0.0)[-1].item()


def squares(grads):
    return sum(grad**2 for grad in grads)


EFFECTIVE_LR = Task(
    id="effective_lr",
    points=1,
    title=both(zh="学习率还剩多少", en="What is left of the learning rate"),
    prompt=both(
        zh="某个坐标一路碰到的梯度都在列表 `grads` 里，有的是 0，最后一个就是眼前的。Adagrad 的学习率是 `lr`，$\\epsilon$ 取 0。走眼前这一步，有效学习率（effective learning rate）是多少？\n\n"
        "先核对一个数：学习率是 1，一百个梯度都是 1，答案是 0.1。",
        en="The list `grads` holds every gradient that a coordinate has met; some are 0, and the last is the one at hand.\n"
        "Adagrad's learning rate is `lr` and its $\\epsilon$ is 0.\n"
        "What is the effective learning rate of this step?\n\n"
        "A check: with a learning rate of 1 and a hundred gradients of 1 it is 0.1.",
    ),
    solution='''
def effective_lr(lr, grads):
    """What Adagrad multiplies the last gradient with."""
    ### BEGIN SOLUTION
    return lr / math.sqrt(sum(grad**2 for grad in grads))
    ### END SOLUTION
''',
    inputs=some_gradients,
    reference=rate_from_library,
    hints=(
        both(
            zh="账上记的不是有几个梯度，是平方加起来有多大。",
            en="The account does not count gradients, it adds up their squares.",
        ),
        both(
            zh="有效学习率是 $\\eta/\\sqrt{s}$，$s$ 是所有梯度的平方和。",
            en="The effective learning rate is $\\eta/\\sqrt{s}$, where $s$ is the sum of all squared gradients.",
        ),
        both(
            zh="眼前的那个梯度也在账上：先记，再除。",
            en="The gradient at hand is on the account too: add first, then divide.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, grads: lr / squares(grads),
            zh="先给账开平方，再做除法。",
            en="Take the root of the account before you divide by it.",
            credit=0.5,
        ),
        wrong(
            lambda lr, grads: lr / math.sqrt(squares(grads[:-1])),
            zh="漏了眼前的梯度：Adagrad 先记账，再迈步。",
            en="The gradient at hand is missing: Adagrad adds to the account before it steps.",
            credit=0.5,
        ),
        wrong(
            lambda lr, grads: lr / math.sqrt(len(grads)),
            zh="你数的是步数：只有梯度都是 1，平方和才等于步数。",
            en="You counted steps: the sum of squares equals their number only if every gradient is 1.",
        ),
        wrong(
            lambda lr, grads: lr / math.sqrt(squares(grads) / len(grads)),
            zh="这是平均，不是总和：Adagrad 什么都不忘，也不除以步数。",
            en="This is a mean, not a sum: Adagrad forgets nothing and does not divide by the number of steps.",
        ),
        wrong(
            lambda lr, grads: lr / sum(map(abs, grads)),
            zh="绝对值之和不是平方和的平方根。",
            en="A sum of absolute values is not the root of a sum of squares.",
        ),
        wrong(
            lambda lr, grads: lr * grads[-1] / math.sqrt(squares(grads)),
            zh="这是步长，多乘了眼前的梯度：有效学习率是乘在它前面的那个数。",
            en="This is the step, with the gradient multiplied in: the effective learning rate is the number in front of it.",
            credit=0.5,
        ),
    ),
)


# Two rules to write


def rolling(answer, start, curvatures, **hyper):
    """Six steps of a rule on a quadratic."""
    grads, state = [lambda param: curvatures * param] * 6, (torch.zeros_like(start),)
    return walk(answer, start, grads, state, **hyper)


def rolling_sum(answer, start, curvatures, lr, eps):
    return rolling(answer, start, curvatures, lr=lr, eps=eps)


def rolling_mean(answer, start, curvatures, lr, eps, decay):
    return rolling(answer, start, curvatures, lr=lr, eps=eps, decay=decay)


def some_valley(draw: Draw):
    return {
        "start": draw.normal(3),
        "curvatures": torch.tensor(draw.numbers(3, 0.5, 8), dtype=torch.float64),
        "lr": draw.between(0.05, 0.4),
        "eps": draw.between(0.05, 0.5),
    }


SUMMING, AVERAGING = library(adagrad), library(rmsprop)


def rooted(memory, eps):
    return memory.sqrt() + eps


def raw(memory, eps):
    return memory + eps


def inside(memory, eps):
    return (memory + eps).sqrt()


def bare(memory, eps):
    return memory.sqrt() + 1e-10


def summing(memory, size=rooted):
    """An Adagrad with its own memory and its own idea of size."""

    def update(grad, state, param, *, lr, eps):
        total = memory(state[0], grad)
        return -lr * grad / size(total, eps), (total,)

    return update


def accumulated(old, grad):
    return old + grad**2


def late_sum(grad, state, param, *, lr, eps):
    (total,) = state
    return -lr * grad / rooted(total, eps), (total + grad**2,)


def averaging(memory, size=rooted):
    """An RMSprop with its own memory and its own idea of size."""

    def update(grad, state, param, *, lr, eps, decay):
        mean = memory(state[0], grad, decay)
        return -lr * grad / size(mean, eps), (mean,)

    return update


def blended(old, grad, decay):
    return decay * old + (1 - decay) * grad**2


def late_mean(grad, state, param, *, lr, eps, decay):
    (mean,) = state
    return -lr * grad / rooted(mean, eps), (blended(mean, grad, decay),)


STEP = both(zh="第 {n} 步的改变量", en="The change at step {n}")
FORGETFUL = both(
    zh="第一步对，后面都忘了：新的账要装进返回的 `state`。",
    en="The first step is right, then it forgets: return the new account in `state`.",
)
UPHILL = both(
    zh="符号反了：`delta` 要加到参数上，自己带负号。",
    en="The sign is wrong: `delta` gets added to the parameter, so it carries the minus.",
)
LATE = both(
    zh="账记晚了：先把眼前的梯度记上，再做除法。",
    en="The account is late: add the gradient at hand first, then divide.",
)
ONE_FOR_ALL = both(
    zh="你让所有坐标共用一本账：每个坐标各记各的。",
    en="All coordinates share one account: each should keep its own.",
)

INSIDE = both(
    zh="`eps` 跑进了根号：先开平方，再加 `eps`。",
    en="`eps` has slipped under the root: take the root first, then add `eps`.",
)
NO_EPS = both(
    zh="`eps` 没用上：分母是平方根加 `eps`。",
    en="`eps` is not used: the denominator is the root plus `eps`.",
)

ADAGRAD = Task(
    id="adagrad",
    points=3,
    kind="implementation",
    title=both(zh="各记各的账", en="An account for each"),
    prompt=both(
        zh="写出 Adagrad 的一步。`state` 是元组 `(total,)`，第一步之前是 0；`grad`、`total`、`param` 形状一样。分母是平方根加 `eps`，加在根号外面。\n\n"
        "返回 `(delta, state)`：要加到 `param` 上的改变量，和新的元组。传进来的东西都别改。",
        en="Write one step of Adagrad.\n`state` is the tuple `(total,)`, 0 before the first step; `grad`, `total` and `param` have one shape.\nThe denominator is the root plus `eps`, which stands outside the root.\n\n"
        "Return `(delta, state)`: the change to add to `param`, and the new tuple.\n"
        "Leave everything that is passed in as it is.",
    ),
    solution='''
def adagrad(grad, state, param, *, lr, eps):
    """One step of Adagrad, as (delta, state)."""
    ### BEGIN SOLUTION
    (total,) = state
    total = total + grad**2
    return -lr * grad / (total**0.5 + eps), (total,)
    ### END SOLUTION
''',
    returns="(delta, state)",
    row=STEP,
    inputs=some_valley,
    drive=rolling_sum,
    reference=SUMMING,
    hints=(
        both(
            zh="步子多长，看这个坐标以前一共碰到过多大的梯度。",
            en="How long a step is depends on the size of all the gradients this coordinate has met.",
        ),
        both(
            zh="账上先添 $g^2$，再算 $\\delta = -\\eta\\,g/(\\sqrt{s}+\\epsilon)$。",
            en="Enter $g^2$ on the account first, then $\\delta = -\\eta\\,g/(\\sqrt{s}+\\epsilon)$.",
        ),
        both(
            zh="`eps` 在根号外面；新的账放回元组 `(total,)`，逗号不能少。",
            en="`eps` stands outside the root; the new account goes back into a tuple, `(total,)`, comma included.",
        ),
    ),
    wrong=(
        wrong(
            lambda grad, state, param, *, lr, eps: (-lr * grad, state),
            zh="这是梯度下降：账没有用上。",
            en="This is gradient descent: the account is not used.",
        ),
        wrong(
            summing(accumulated, size=raw),
            zh="先给账开平方，再做除法。",
            en="Take the root of the account before you divide by it.",
        ),
        wrong(
            summing(lambda old, grad: old + grad.abs(), size=raw),
            zh="账上要记平方，你记的是绝对值。",
            en="The account holds squares, yours holds absolute values.",
        ),
        wrong(
            summing(lambda old, grad: 0.9 * old + 0.1 * grad**2),
            zh="你的账会褪色，那是 RMSprop：Adagrad 什么都不忘，直接累加。",
            en="Your account fades, which makes it RMSprop: Adagrad forgets nothing, it just adds.",
        ),
        wrong(
            summing(lambda old, grad: old + (grad**2).sum()),
            **ONE_FOR_ALL,
        ),
        wrong(uphill(SUMMING), **UPHILL, credit=0.5),
        wrong(summing(accumulated, size=inside), **INSIDE, credit=0.5),
        wrong(summing(accumulated, size=bare), **NO_EPS, credit=0.5),
        wrong(late_sum, **LATE, credit=0.5),
        wrong(forgetful(SUMMING), **FORGETFUL, credit=0.5),
    ),
)

RMSPROP = Task(
    id="rmsprop",
    points=3,
    kind="implementation",
    title=both(zh="让账褪色", en="Let the account fade"),
    prompt=both(
        zh="写出 RMSprop 的一步，照 torch 的写法。`state` 是元组 `(mean,)`，第一步之前是 0；每步留下 `decay` 份旧账，再添 `1 - decay` 份新的平方。分母是平方根加 `eps`。\n\n"
        "返回 `(delta, state)`。传进来的东西都别改。",
        en="Write one step of RMSprop, the way torch does it.\n`state` is the tuple `(mean,)`, 0 before the first step; each step keeps a share `decay` of the old account and takes in `1 - decay` of the new square.\nThe denominator is the root plus `eps`.\n\n"
        "Return `(delta, state)`.\n"
        "Leave everything that is passed in as it is.",
    ),
    solution='''
def rmsprop(grad, state, param, *, lr, decay, eps):
    """One step of RMSprop, as (delta, state)."""
    ### BEGIN SOLUTION
    (mean,) = state
    mean = decay * mean + (1 - decay) * grad**2
    return -lr * grad / (mean**0.5 + eps), (mean,)
    ### END SOLUTION
''',
    returns="(delta, state)",
    row=STEP,
    inputs=lambda draw: some_valley(draw) | {"decay": draw.between(0.6, 0.97)},
    drive=rolling_mean,
    reference=AVERAGING,
    hints=(
        both(
            zh="和 Adagrad 只差一行：旧账要打折，新账也要打折。",
            en="One line differs from Adagrad: the old account is discounted, and so is the new entry.",
        ),
        both(
            zh="旧账留下 $\\beta_2$ 份，$g^2$ 添上 $1-\\beta_2$ 份；$\\beta_2$ 就是 `decay`。",
            en="The account keeps a share $\\beta_2$ of the old and takes in $1-\\beta_2$ of $g^2$; here $\\beta_2$ is `decay`.",
        ),
        both(
            zh="先平方，再平均，最后开方；`eps` 在根号外面，返回的是新账。",
            en="Square, average, take the root, in this order; `eps` stands outside the root, and the new account is what you return.",
        ),
    ),
    wrong=(
        wrong(
            averaging(lambda old, grad, decay: decay * old + grad**2),
            zh="新来的平方没有乘 `1 - decay`：那是打折的总和，不是平均。",
            en="The new square lacks the factor `1 - decay`: that is a discounted sum, not a mean.",
            credit=0.5,
        ),
        wrong(
            averaging(lambda old, grad, decay: (1 - decay) * old + decay * grad**2),
            zh="两个系数写反了：旧账留下的是 `decay`。",
            en="The two factors are swapped: the old account keeps `decay`.",
        ),
        wrong(
            averaging(
                lambda old, grad, decay: decay * old + (1 - decay) * grad,
                size=lambda mean, eps: mean.abs() + eps,
            ),
            zh="分母要平方的平均，不是平均的大小：正负会抵消。",
            en="The denominator takes the mean of squares, not the size of the mean: signs would cancel.",
        ),
        wrong(
            averaging(lambda old, grad, decay: old + grad**2),
            zh="账只进不出，那是 Adagrad：旧账要乘 `decay`。",
            en="Nothing is ever written off, which makes it Adagrad: multiply the old account by `decay`.",
        ),
        wrong(
            averaging(blended, size=raw),
            zh="先给账开平方，再做除法。",
            en="Take the root of the account before you divide by it.",
        ),
        wrong(
            averaging(lambda old, grad, decay: blended(old, (grad**2).sum().sqrt(), decay)),
            **ONE_FOR_ALL,
        ),
        wrong(uphill(AVERAGING), **UPHILL, credit=0.5),
        wrong(averaging(blended, size=inside), **INSIDE, credit=0.5),
        wrong(averaging(blended, size=bare), **NO_EPS, credit=0.5),
        wrong(late_mean, **LATE, credit=0.5),
        wrong(forgetful(AVERAGING), **FORGETFUL, credit=0.5),
        wrong(
            fixed(AVERAGING, decay=0.99),
            zh="`decay` 写死成了 0.99：用传进来的那个。",
            en="`decay` is hard-wired to 0.99: use the one that is passed in.",
            credit=0.5,
        ),
    ),
)


# Predict, then run: how long a wall is remembered


def forgotten_after(steep, flat, decay):
    """Run the library until the effective rate is at least half of what it will be."""
    state = rmsprop.init(torch.zeros(1, dtype=torch.float64))
    state = state._replace(v=torch.tensor([steep**2], dtype=torch.float64))
    grad = torch.tensor([flat], dtype=torch.float64)
    for steps in range(1, 100_000):
        _, state = rmsprop.update(grad, state, grad, lr=1.0, decay=decay)
        if state.v.item() <= (2 * flat) ** 2:
            return steps
    return math.inf


def solved(steep, flat, decay, factor, power=2):
    rest = (factor**power - 1) * flat**power / (steep**power - flat**power)
    return math.log(rest) / math.log(decay)


FORGETTING = Task(
    id="steps_to_forget",
    points=2,
    title=both(zh="陡坡要记多久", en="How long a wall is remembered"),
    prompt=both(
        zh="RMSprop 在陡坡上走了很久，梯度一直是 `steep`，账上的 $v$ 正好是它的平方。从下一步起是平地，梯度变成 `flat`，小得多。每步留下 `decay` 份旧账。\n\n"
        "走到第几步，$\\sqrt{v}$ 头一回不超过 `flat` 的 2 倍，也就是有效学习率恢复到最终值的一半？返回步数，是整数，从 1 数起。先手算，再写个循环对一对。",
        en="RMSprop has long been on a steep wall with a gradient of `steep`, and its account $v$ holds exactly the square.\n"
        "From the next step on, on the plain, the gradient is `flat`, far smaller; each step keeps a share `decay` of the old account.\n\n"
        "At which step is $\\sqrt{v}$ for the first time no more than 2 times `flat`, so that the effective learning rate is back to half of its final value?\n"
        "Return the number of steps, a whole number, counted from 1.\n"
        "Work it out by hand, then check it with a loop.",
    ),
    solution='''
def steps_to_forget(steep, flat, decay):
    """How many steps until the root of v is at most 2 * flat."""
    ### BEGIN SOLUTION
    v, steps = steep**2, 0
    while v > (2 * flat) ** 2:
        v = decay * v + (1 - decay) * flat**2
        steps += 1
    return steps
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "steep": draw.between(20, 200),
        "flat": draw.between(0.3, 3),
        "decay": draw.between(0.85, 0.99),
    },
    reference=forgotten_after,
    hints=(
        both(
            zh="账和最终值之差，每步乘一次衰减率。",
            en="The account's distance from its final value is multiplied by the decay at every step.",
        ),
        both(
            zh="$v_n - b^2 = \\beta_2^{\\,n}\\,(a^2 - b^2)$，$a$ 是陡坡的梯度，$b$ 是平地的；要的是头一个让 $v_n\\le 4b^2$ 的 $n$。",
            en="$v_n - b^2 = \\beta_2^{\\,n}\\,(a^2 - b^2)$, where $a$ is the gradient on the wall and $b$ that on the plain; wanted is the first $n$ with $v_n\\le 4b^2$.",
        ),
        both(
            zh="2 倍说的是 $\\sqrt{v}$，账本身是 4 倍；步数向上取整。",
            en="The factor 2 is that of $\\sqrt{v}$, the account itself has 4; round the number of steps up.",
        ),
    ),
    wrong=(
        wrong(
            lambda steep, flat, decay: math.ceil(
                math.log(flat**2 / (steep**2 - flat**2)) / math.log(decay)
            ),
            zh="2 倍说的是 $\\sqrt{v}$：账本身要降到 4 倍，不是 2 倍。",
            en="The factor 2 is that of $\\sqrt{v}$: the account has to fall to 4 times, not 2 times.",
            credit=0.5,
        ),
        wrong(
            off_by_one(forgotten_after),
            zh="多数了一步：从 1 数起，头一步之后的账是第 1 步的。",
            en="One step too many: counting starts at 1, and the account after the first step belongs to step 1.",
            credit=0.5,
        ),
        wrong(
            off_by_one(forgotten_after, -1),
            zh="少了一步：步数是整数，要向上取整。",
            en="One step short: the number of steps is whole, so round up.",
            credit=0.5,
        ),
        wrong(
            lambda steep, flat, decay: solved(steep, flat, decay, 2),
            zh="步数是整数：算出来的数向上取整。",
            en="Steps are whole: round what you computed up.",
            credit=0.5,
        ),
        wrong(
            lambda steep, flat, decay: math.ceil(solved(steep, flat, decay, 2, power=1)),
            zh="账上记的是平方：你拿梯度本身去衰减了。",
            en="The account holds squares: you let the gradient itself decay.",
        ),
        wrong(
            lambda steep, flat, decay: math.ceil(1 / (1 - decay)),
            zh="$1/(1-\\beta_2)$ 只说账大约记多久；陡多少、平多少也要算进去。",
            en="$1/(1-\\beta_2)$ only says about how long the account remembers; how steep and how flat matter as well.",
        ),
    ),
)


# Diagnose: whose steps are these?


def measured_lengths(draw: Draw):
    """First and final step length of an RMSprop with a constant gradient."""
    lr, decay = draw.decades(0.001, 0.1), draw.between(0.8, 0.995)
    grad, steps = torch.ones(1, dtype=torch.float64), 1
    first, _ = rmsprop.update(grad, rmsprop.init(grad), grad, lr=lr, decay=decay, eps=0.0)
    return {"first": first.abs().item(), "final": lr * steps}


def settings(first, final):
    forgotten = (final / first) ** 2
    return final, 1 - forgotten


DIAGNOSE = Task(
    id="settings_from_steps",
    points=2,
    title=both(zh="从步长认出设置", en="Read the settings off the steps"),
    prompt=both(
        zh="有人用 RMSprop 训练，没写设置，只留下步长：梯度一直不变，第一步长 `first`，走久了每步长 `final`。$\\epsilon$ 小到可以不管。\n\n"
        "返回 `(lr, decay)`：学习率和衰减率。",
        en="Somebody trained with RMSprop and noted the steps but not the settings: the gradient never changed, the first step was `first` long, and in the long run every step was `final` long.\n"
        "$\\epsilon$ is small enough to ignore.\n\n"
        "Return `(lr, decay)`, the learning rate and the decay.",
    ),
    solution='''
def settings_from_steps(first, final):
    """Learning rate and decay, as (lr, decay)."""
    ### BEGIN SOLUTION
    return final, 1 - (final / first) ** 2
    ### END SOLUTION
''',
    returns="(lr, decay)",
    inputs=measured_lengths,
    reference=settings,
    hints=(
        both(
            zh="梯度不变，走久了，$\\sqrt{v}$ 就等于梯度的大小。",
            en="If the gradient stays the same, $\\sqrt{v}$ ends up at its size.",
        ),
        both(
            zh="第一步的账上只有 $1-\\beta_2$ 份：步长是 $\\eta/\\sqrt{1-\\beta_2}$。",
            en="At the first step the account holds a share of $1-\\beta_2$ only: the step is $\\eta/\\sqrt{1-\\beta_2}$ long.",
        ),
        both(
            zh="把两个步长相除，再平方，剩下的只有 $\\beta_2$。",
            en="Divide the two lengths and square: only $\\beta_2$ is left.",
        ),
    ),
    wrong=(
        wrong(
            replaced(settings, 0, lambda first, final: first),
            zh="学习率看走久了的步长：第一步的账还是空的，迈得太远。",
            en="Take the learning rate from the long run: at the first step the account is still empty, and the step too long.",
            credit=0.5,
        ),
        wrong(
            replaced(settings, 1, lambda first, final: 1 - final / first),
            zh="少了平方：步长里是 $\\sqrt{1-\\beta_2}$。",
            en="The square is missing: the step has $\\sqrt{1-\\beta_2}$ in it.",
            credit=0.5,
        ),
        wrong(
            replaced(settings, 1, lambda first, final: (final / first) ** 2),
            zh="这是 $1-\\beta_2$：衰减率是旧账留下的那一份。",
            en="This is $1-\\beta_2$: the decay is the share of the old account that is kept.",
            credit=0.5,
        ),
    ),
)


# Repair an Adadelta


def through_gradients(answer, grads, decay):
    return answer(grads, decay)


def adadelta_path(grads, decay):
    param = torch.ones(1, dtype=torch.float64)
    state, path = adadelta.init(param), []
    for grad in grads:
        grad = torch.tensor([grad], dtype=torch.float64)
        delta, state = adadelta.update(grad, state, param, decay=decay, eps=1e-3)
        param = param + delta
        path.append(param.item())
    return path


def walker(next_own, sign=-1.0):
    """Adadelta with its own idea of what to remember besides the gradients."""

    def walk(grads, decay, eps=1e-3):
        x, mean, own, path = 1.0, 0.0, 0.0, []
        for grad in grads:
            mean = decay * mean + (1 - decay) * grad**2
            delta = sign * math.sqrt(own + eps) / math.sqrt(mean + eps) * grad
            own = next_own(own, delta, x, grad, decay)
            x = x + delta
            path.append(x)
        return path

    return walk


def early_own(grads, decay, eps=1e-3):
    """Puts the raw ratio into the memory before the step: the update is not known yet."""
    x, mean, own, path = 1.0, 0.0, 0.0, []
    for grad in grads:
        mean = decay * mean + (1 - decay) * grad**2
        own = decay * own + (1 - decay) * grad**2 / (mean + eps)
        x = x - math.sqrt(own + eps) / math.sqrt(mean + eps) * grad
        path.append(x)
    return path


REPAIR = Task(
    id="repaired_adadelta",
    points=2,
    kind="implementation",
    title=both(zh="修好一个 Adadelta", en="Repair an Adadelta"),
    prompt=both(
        zh="下面的 `broken` 把“Adadelta 用以前的参数的平方根代替学习率”这句话当了真：第二本账记的是位置。于是原点一挪，路就变了。\n\n"
        "把它修好，写成 `repaired_adadelta`：从 1 出发，照 `grads` 一步一步走，返回每一步之后的位置，装在列表里。`eps` 是 0.001，在两个根号里面。",
        en="The function `broken` below takes a sentence at its word: “Adadelta replaces the learning rate by the root of previous parameters”.\n"
        "Its second account holds positions, so the path changes when the origin moves.\n\n"
        "Repair it as `repaired_adadelta`: start at 1, take one step for every gradient of `grads`, and return the positions after each step, in a list.\n"
        "`eps` is 0.001 and stands under both roots.",
    ),
    given="""
def broken(grads, decay, eps=1e-3):
    x, mean, own, positions = 1.0, 0.0, 0.0, []
    for grad in grads:
        mean = decay * mean + (1 - decay) * grad**2
        delta = -((own + eps) ** 0.5) / (mean + eps) ** 0.5 * grad
        own = decay * own + (1 - decay) * x**2
        x = x + delta
        positions.append(x)
    return positions


broken(grads=[1.0] * 5, decay=0.9)
""",
    solution='''
def repaired_adadelta(grads, decay, eps=1e-3):
    """The positions after each step."""
    ### BEGIN SOLUTION
    x, mean, own, positions = 1.0, 0.0, 0.0, []
    for grad in grads:
        mean = decay * mean + (1 - decay) * grad**2
        delta = -((own + eps) ** 0.5) / (mean + eps) ** 0.5 * grad
        own = decay * own + (1 - decay) * delta**2
        x = x + delta
        positions.append(x)
    return positions
    ### END SOLUTION
''',
    returns="[x1, x2, ...]",
    row=both(zh="第 {n} 步之后", en="The position after step {n}"),
    inputs=lambda draw: {"grads": draw.numbers(8, -2, 3), "decay": draw.between(0.6, 0.95)},
    drive=through_gradients,
    reference=adadelta_path,
    hints=(
        both(
            zh="步子的单位，从以前的哪个量来？",
            en="From what in the past does a step take its unit?",
        ),
        both(
            zh="第二本账记的是步子的平方 $\\delta^2$：$d \\leftarrow \\beta_2 d + (1-\\beta_2)\\delta^2$。",
            en="The second account holds squared steps $\\delta^2$: $d \\leftarrow \\beta_2 d + (1-\\beta_2)\\delta^2$.",
        ),
        both(
            zh="只改一处：`own` 那一行里的 `x**2`。",
            en="One place needs changing: the `x**2` in the line of `own`.",
        ),
    ),
    wrong=(
        wrong(
            walker(lambda own, delta, x, grad, decay: decay * own + (1 - decay) * x**2),
            zh="还是老样子：账上记的是位置，原点一挪就变。",
            en="Nothing has changed: the account holds positions, and they change with the origin.",
        ),
        wrong(
            walker(lambda own, delta, x, grad, decay: decay * own + (1 - decay) * grad**2),
            zh="两本账记了同样的东西：第二本要记步子，不是梯度。",
            en="Both accounts hold the same: the second one is for steps, not for gradients.",
        ),
        wrong(
            walker(lambda own, delta, x, grad, decay: decay * own + (1 - decay) * abs(delta)),
            zh="记步长要先平方：后面还要开平方。",
            en="Square the step before you add it: a root is taken later.",
            credit=0.5,
        ),
        wrong(
            walker(lambda own, delta, x, grad, decay: own + delta**2),
            zh="第二本账也要褪色：旧的乘 `decay`，新的乘 `1 - decay`。",
            en="The second account fades too: `decay` for the old, `1 - decay` for the new.",
            credit=0.5,
        ),
        wrong(
            walker(lambda own, delta, x, grad, decay: own),
            zh="第二本账一直是空的：走一步，记一步。",
            en="The second account stays empty: enter every step you take.",
        ),
        wrong(
            walker(lambda own, delta, x, grad, decay: decay * own + (1 - decay) * (x + delta) ** 2),
            zh="账上记的还是位置，只是换成了新的：要记的是步子。",
            en="The account still holds positions, only new ones: enter the step.",
        ),
        wrong(
            early_own,
            zh="分子要用旧账：步子还没走，不能先记。",
            en="The numerator takes the old account: a step that is not made yet cannot be entered.",
            credit=0.5,
        ),
        wrong(
            walker(
                lambda own, delta, x, grad, decay: decay * own + (1 - decay) * delta**2, sign=1.0
            ),
            zh="符号反了：`delta` 自己带负号。",
            en="The sign is wrong: `delta` carries the minus.",
            credit=0.5,
        ),
    ),
)

TASKS = [EFFECTIVE_LR, ADAGRAD, RMSPROP, FORGETTING, DIAGNOSE, REPAIR]
