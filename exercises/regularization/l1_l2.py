"""Exercises on L1, L2 and the elastic net, declared once.

Book: regularization/l1_l2
"""

from itertools import pairwise

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import swapped
from dlnotes.regularization.proximal import soft_threshold

TITLE = both(zh="L1 怎样走到零", en="How L1 arrives at zero")


# The soft threshold


def threshold_given(draw):
    """Beyond the threshold on either side, and within it, in turn."""
    alpha = draw.between(0.2, 0.6)
    near, far = alpha + draw.between(0.1, 0.35), alpha + draw.between(0.3, 1.5)
    z = (near, -far, alpha * draw.between(0.3, 0.9))[draw.case % 3]
    return {"z": z, "alpha": alpha}


def softened(z, alpha):
    return soft_threshold(torch.tensor(z, dtype=torch.float64), alpha).item()


THRESHOLD = Task(
    id="soft_threshold_of",
    points=1,
    title=both(zh="软阈值", en="The soft threshold"),
    prompt=both(
        zh="一个权重 $x$，要压到最小的是 $\\tfrac12(x-z)^2+\\alpha|x|$。最低处在哪里？\n\n返回那个 $x$。例如 `z` 是 0.8，`alpha` 是 0.3，答案是 0.5。",
        en="For one weight $x$, $\\tfrac12(x-z)^2+\\alpha|x|$ is to be made smallest.\nWhere is the lowest point?\n\nReturn that $x$. For instance, with `z` 0.8 and `alpha` 0.3 it is 0.5.",
    ),
    solution='''
def soft_threshold_of(z, alpha):
    """Where the loss of one weight under an L1 penalty is smallest."""
    ### BEGIN SOLUTION
    if abs(z) <= alpha:
        return 0.0
    return z - alpha if z > 0 else z + alpha
    ### END SOLUTION
''',
    inputs=threshold_given,
    reference=softened,
    hints=(
        both(
            zh="分三段：大于 0，小于 0，正好在 0 的折点上。",
            en="Three cases: above 0, below 0, and on the kink at 0.",
        ),
        both(
            zh="$x>0$ 时斜率是 $x-z+\\alpha$；哪些 $z$ 让它在右边有零点？",
            en="For $x>0$ the slope is $x-z+\\alpha$; for which $z$ does it vanish to the right?",
        ),
        both(
            zh="离 0 不到 $\\alpha$ 的变成 0，别的往 0 挪 $\\alpha$，符号不变。",
            en="Closer to 0 than $\\alpha$ becomes 0; everything else moves toward 0 by $\\alpha$ and keeps its sign.",
        ),
    ),
    wrong=(
        wrong(
            lambda z, alpha: z if abs(z) > alpha else 0.0,
            zh="零是对了；留下的也要付惩罚，往 0 挪 $\\alpha$。这叫硬阈值。",
            en="The zeros are right; but what stays pays as well, and moves toward 0 by $\\alpha$. This is the hard threshold.",
            credit=0.5,
        ),
        wrong(
            lambda z, alpha: z / (1 + alpha),
            zh="按比例缩，那是 L2；L1 减去的是同样多，不管大小。",
            en="A fixed share is what L2 leaves; L1 takes off the same amount, whatever the size.",
        ),
        wrong(
            lambda z, alpha: max(abs(z) - alpha, 0.0),
            zh="负的要留住符号：-0.8 变成 -0.5。",
            en="A negative number keeps its sign: -0.8 becomes -0.5.",
            credit=0.5,
        ),
        wrong(
            lambda z, alpha: z - alpha if z > 0 else z + alpha,
            zh="离 0 不到 $\\alpha$ 的，这样减会跑到另一边去；谷底在折点上。",
            en="Closer to 0 than $\\alpha$, this goes to the other side; the lowest point is on the kink.",
            credit=0.5,
        ),
    ),
)


# What ridge leaves


def kept_share(singular, examples, strength):
    return singular**2 / (singular**2 + examples * strength)


RIDGE = Task(
    id="ridge_share",
    points=1,
    title=both(zh="L2 剩下几成？", en="What share does L2 leave?"),
    prompt=both(
        zh="损失是 $\\tfrac1{2N}\\lVert X\\theta-y\\rVert^2$，`examples` 是 $N$，添上 $\\tfrac\\alpha2\\lVert\\theta\\rVert^2$，`strength` 是 $\\alpha$。$X$ 有一个奇异值 `singular`。沿它的方向，解是不加惩罚时的几成？\n\n例如奇异值 20，100 个样本，$\\alpha=1$：0.8。",
        en="The loss is $\\tfrac1{2N}\\lVert X\\theta-y\\rVert^2$ with `examples` for $N$; add $\\tfrac\\alpha2\\lVert\\theta\\rVert^2$, with `strength` for $\\alpha$.\n`singular` is a singular value of $X$.\nAlong its direction, what share of the solution without the penalty is left?\n\nFor instance, singular value 20, 100 examples, $\\alpha=1$: 0.8.",
    ),
    solution='''
def ridge_share(singular, examples, strength):
    """The share of a direction that an L2 penalty leaves."""
    ### BEGIN SOLUTION
    curvature = singular**2 / examples
    return curvature / (curvature + strength)
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "singular": draw.between(4, 25),
        "examples": draw.whole(40, 200),
        "strength": draw.between(0.3, 1.6),
    },
    reference=kept_share,
    hints=(
        both(
            zh="沿这个方向，损失是一条抛物线。它的曲率是多少？",
            en="Along this direction the loss is a parabola. What is its curvature?",
        ),
        both(
            zh="$\\lambda$ 是奇异值的平方除以 $N$；$\\lambda(x-x^\\star)+\\alpha x=0$。",
            en="$\\lambda$ is the squared singular value over $N$; $\\lambda(x-x^\\star)+\\alpha x=0$.",
        ),
        both(
            zh="解出 $x/x^\\star=\\lambda/(\\lambda+\\alpha)$。",
            en="Solved, $x/x^\\star=\\lambda/(\\lambda+\\alpha)$.",
        ),
    ),
    wrong=(
        wrong(
            lambda singular, examples, strength: kept_share(singular, 1, strength),
            zh="忘了除以样本数：损失取的是平均。",
            en="Divide by the number of examples: the loss is a mean.",
            credit=0.5,
        ),
        wrong(
            lambda singular, examples, strength: 1 - kept_share(singular, examples, strength),
            zh="这是减掉的几成；问的是剩下的。",
            en="This is the share that is lost; the question is what is left.",
            credit=0.5,
        ),
        wrong(
            lambda singular, examples, strength: singular / (singular + examples * strength),
            zh="曲率里是奇异值的平方。",
            en="The curvature holds the square of the singular value.",
        ),
        wrong(
            lambda singular, examples, strength: 1 / (1 + strength),
            zh="曲率是 1 才这样；数据说得清的方向少缩。",
            en="Only for curvature 1; a direction that the data settle shrinks less.",
        ),
    ),
)


# Proximal gradient descent


def fifteen(draw):
    """40 examples of 15 features, of which 3 matter."""
    X = draw.normal(40 * 15).reshape(40, 15)
    truth = torch.zeros(15, dtype=torch.float64)
    truth[:3] = torch.tensor([1.5, -2.0, 1.0])
    return {
        "X": X,
        "y": X @ truth + 0.3 * draw.normal(40),
        "strength": draw.between(0.2, 0.35),
        "lr": draw.between(0.1, 0.2),
        "steps": draw.whole(150, 200),
    }


def walked(step):
    """Weights after so many steps from 0; `step(w, slope, lr, strength)` makes one."""

    def walk(X, y, strength, lr, steps):
        w = torch.zeros(X.shape[1], dtype=X.dtype)
        for _ in range(steps):
            w = step(w, X.T @ (X @ w - y) / len(y), lr, strength)
        return w

    return walk


proximal_steps = walked(
    lambda w, slope, lr, strength: soft_threshold(w - lr * slope, lr * strength)
)


def thrown_away(X, y, strength, lr, steps):
    w = walked(lambda w, slope, lr, strength: w - lr * slope)(X, y, strength, lr, steps)
    return soft_threshold(w, strength)


LASSO = Task(
    id="lasso_by_proximal_steps",
    points=3,
    kind="implementation",
    title=both(zh="走到零", en="Walk to zero"),
    prompt=both(
        zh="`X` 有 40 行、15 列，只有 3 列有用。损失是 $\\tfrac1{2N}\\lVert X\\theta-y\\rVert^2$，惩罚是 `strength` 乘 $\\lVert\\theta\\rVert_1$，也就是各权重的绝对值之和。从 0 出发，学习率 `lr`，走 `steps` 个近端步。\n\n返回 15 个权重。没用的，多半要恰好是 0。",
        en="`X` has 40 rows and 15 columns, of which 3 matter.\nThe loss is $\\tfrac1{2N}\\lVert X\\theta-y\\rVert^2$, the penalty `strength` times $\\lVert\\theta\\rVert_1$, the sum of the absolute values of the weights.\nFrom 0, take `steps` proximal steps at the rate `lr`.\n\nReturn the 15 weights; most of the useless ones must be exactly 0.",
    ),
    solution='''
def lasso_by_proximal_steps(X, y, strength, lr, steps):
    """Weights of linear regression under an L1 penalty."""
    ### BEGIN SOLUTION
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for _ in range(steps):
        z = w - lr * X.T @ (X @ w - y) / len(y)
        w = z.sign() * (z.abs() - lr * strength).clamp(min=0)
    return w
    ### END SOLUTION
''',
    inputs=fifteen,
    reference=proximal_steps,
    hints=(
        both(
            zh="一步分两半：先只管损失，再付惩罚。",
            en="A step has two halves: first the loss alone, then the penalty is paid.",
        ),
        both(
            zh="$\\theta\\leftarrow S_{\\eta\\alpha}(\\theta-\\eta g)$，$g=\\tfrac1N X^\\top(X\\theta-y)$。",
            en="$\\theta\\leftarrow S_{\\eta\\alpha}(\\theta-\\eta g)$ with $g=\\tfrac1N X^\\top(X\\theta-y)$.",
        ),
        both(
            zh="软阈值在循环里，每步一次，减的是 `lr * strength`。",
            en="The soft threshold stands inside the loop, once a step, and subtracts `lr * strength`.",
        ),
    ),
    wrong=(
        wrong(
            walked(lambda w, slope, lr, strength: w - lr * (slope + strength * w.sign())),
            zh="这是次梯度：没用的权重跨来跨去，一个也不在零上。",
            en="This is the subgradient route: useless weights step across zero and none lies on it.",
            credit=0.5,
        ),
        wrong(
            walked(lambda w, slope, lr, strength: soft_threshold(w - lr * slope, strength)),
            zh="阈值忘了乘学习率：每步付一次，付的是一步的份。",
            en="The threshold lacks the learning rate: each step pays only its own part.",
            credit=0.5,
        ),
        wrong(
            thrown_away,
            zh="软阈值只在最后做了一次：一路上没有付惩罚。",
            en="The soft threshold came only at the end: on the way no penalty was paid.",
        ),
        wrong(
            lambda X, y, strength, lr, steps: proximal_steps(X, y, strength, lr, 1),
            zh="只走了一步。",
            en="Only one step was made.",
        ),
        wrong(
            walked(
                lambda w, slope, lr, strength: (
                    (w - lr * slope) * ((w - lr * slope).abs() > lr * strength)
                )
            ),
            zh="小的砍成 0，大的没付惩罚：这是硬阈值，软阈值还要往 0 挪。",
            en="Small ones are cut to 0, large ones pay nothing: this is a hard threshold; the soft one moves them toward 0 too.",
            credit=0.5,
        ),
        wrong(
            walked(lambda w, slope, lr, strength: (w - lr * slope) / (1 + lr * strength)),
            zh="这样付的是 L2：按比例缩，一个零也没有。",
            en="This pays for L2: it shrinks by a share, and there is no zero.",
        ),
    ),
)


# Why is it not zero?


def last_values(draw):
    """At zero, across it, settled beside it, on the way to it, in turn."""
    push, count = draw.between(0.01, 0.03), draw.whole(6, 9)
    off = draw.between(0.3, 0.7) * push
    far = draw.between(0.5, 2)
    rests = [-far - push * part for part in (*(1,) * (count - 3), 0.05, 0.006, 0)]
    values = (
        [max(push * (count - 2 - t), 0.0) for t in range(count)],
        [off if t % 2 else off - push for t in range(count)],
        rests,
        [far - push * t for t in range(count)],
        [push * t - far for t in range(count)],
        [-value for value in rests],
        [max(far - far * t / (count - 1), 0.0) for t in range(count)],
    )[draw.case % 7]
    return {"values": values, "push": push}


def judged(values, push):
    if values[-1] == 0:
        return 0
    if any(one * other < 0 for one, other in pairwise(values)):
        return 1
    return 2 if abs(values[-1] - values[-2]) < push / 100 else 3


WHY = Task(
    id="why_not_zero",
    points=2,
    title=both(zh="零怎么没来？", en="Why is there no zero?"),
    prompt=both(
        zh="一个权重在 L1 惩罚下最后几步的值是 `values`，一步的推力 $\\eta\\alpha$ 是 `push`。它怎么了？\n\n返回 0：恰好在零上；1：跨来跨去，走的是次梯度；2：停在别处，最后一步挪了不到 `push` 的百分之一；3：都不是，还在路上。",
        en="`values` are the last values of a weight under an L1 penalty, and `push` is $\\eta\\alpha$, the push of one step.\nWhat is it doing?\n\nReturn 0: exactly at zero; 1: stepping across it, on the subgradient route; 2: settled elsewhere, its last step less than a hundredth of `push`; 3: none of these, still on its way.",
    ),
    solution='''
def why_not_zero(values, push):
    """0 at zero, 1 stepping across, 2 settled elsewhere, 3 on its way."""
    ### BEGIN SOLUTION
    *_, before, last = values
    if last == 0:
        return 0
    if min(values) < 0 < max(values):
        return 1
    rests = before - 0.01 * push < last < before + 0.01 * push
    return 2 if rests else 3
    ### END SOLUTION
''',
    inputs=last_values,
    reference=judged,
    cases=7,
    hints=(
        both(
            zh="离零近，不等于在零上。先看末一个数，再看符号。",
            en="Near zero is not at zero. First look at the last number, then at the signs.",
        ),
        both(
            zh="跨过零，就有一正一负；停住了，末两个数就差得很少。",
            en="A weight that crosses zero has both signs; one that has settled has two last numbers nearly the same.",
        ),
        both(
            zh="按 0、1、2、3 的次序一个个问，问到是为止。",
            en="Ask in the order 0, 1, 2, 3, and stop at the first yes.",
        ),
    ),
    wrong=(
        wrong(
            lambda values, push: 0 if abs(values[-1]) <= push else judged(values, push),
            zh="离零不到一推的，你都算零：次梯度跨来跨去，就在这么近的地方。",
            en="You count everything within one push as zero: that is just where the subgradient route steps across.",
            credit=0.5,
        ),
        wrong(
            lambda values, push: 3 if judged(values, push) == 1 else judged(values, push),
            zh="跨来跨去的，再走多少步也不到零。",
            en="A weight that steps across will not get to zero, however many steps follow.",
            credit=0.5,
        ),
        wrong(
            lambda values, push: 3 if judged(values, push) == 2 else judged(values, push),
            zh="停住了的，不是还在路上：它该留着，惩罚压不到零。",
            en="A weight that has settled is not on its way: it belongs there, and the penalty does not get it to zero.",
            credit=0.5,
        ),
        wrong(
            lambda values, push: 2 if judged(values, push) == 3 else judged(values, push),
            zh="还在挪的，不能算停住：再走几步。",
            en="What still moves has not settled: take more steps.",
            credit=0.5,
        ),
    ),
)


# Which twin is kept?


def twins_given(draw):
    """The first alone, both, the second alone, in turn."""
    alike, strength = draw.between(0.9, 0.98), draw.between(0.1, 0.4)
    strong = draw.between(1, 2)
    alone = alike * (strong - strength) + strength * draw.between(0.2, 0.9)
    both_kept = strength + (strong - strength) * (alike + (1 - alike) * draw.between(0.3, 0.9))
    weak = (alone, both_kept, alone)[draw.case % 3]
    first, second = (weak, strong) if draw.case % 3 == 2 else (strong, weak)
    return {"first": first, "second": second, "alike": alike, "strength": strength}


def twin_weights(first, second, alike, strength):
    one, other = first - strength, second - strength
    if other <= alike * one:
        return one, 0.0
    if one <= alike * other:
        return 0.0, other
    return tuple((own - alike * its) / (1 - alike**2) for own, its in ((one, other), (other, one)))


TWINS = Task(
    id="twins_under_l1",
    points=2,
    title=both(zh="双胞胎，留哪个？", en="Twins: which one stays?"),
    prompt=both(
        zh="两个特征几乎一样，曲率都是 1，相关系数 `alike`，大于 0。只用第一个，不加惩罚，它的权重是 `first`；只用第二个，是 `second`，都比 `strength` 大。两个一起用，加上 L1 惩罚，`strength` 是 $\\alpha$。先猜留下哪个，还是都留？\n\n返回两个权重，去掉的是 0。",
        en="Two features are nearly the same, each of curvature 1, with correlation `alike`, above 0.\nThe first alone, without a penalty, would have the weight `first`, the second alone `second`, both larger than `strength`.\nNow both are used under an L1 penalty, with `strength` for $\\alpha$. Guess first: which one stays, or do both?\n\nReturn the two weights, 0 for one that is dropped.",
    ),
    returns="(first_weight, second_weight)",
    solution='''
def twins_under_l1(first, second, alike, strength):
    """The weights of two features that are nearly the same."""
    ### BEGIN SOLUTION
    one, other = first - strength, second - strength
    if other <= alike * one:
        return one, 0.0
    if one <= alike * other:
        return 0.0, other
    rest = 1 - alike**2
    return (one - alike * other) / rest, (other - alike * one) / rest
    ### END SOLUTION
''',
    inputs=twins_given,
    reference=twin_weights,
    hints=(
        both(
            zh="强的那个留下以后，还剩多少要靠弱的来解释？",
            en="Once the stronger one is in, how much is left for the weaker one to explain?",
        ),
        both(
            zh="固定一个权重，另一个就是一维的问题：从它自己的份里减去相关系数乘对方的权重，再做 $S_\\alpha$。",
            en="With one weight held still the other is a problem of one dimension: from its own part subtract the correlation times the other weight, then apply $S_\\alpha$.",
        ),
        both(
            zh="两个轮流算，反复很多遍；或者先看弱的是不是 0，两个都留下，再解两个方程。",
            en="Take turns, many times over; or first see whether the weaker one is 0, and solve two equations where both stay.",
        ),
    ),
    wrong=(
        wrong(
            lambda first, second, alike, strength: (first - strength, second - strength),
            zh="各算各的，同一份信号算了两遍：要减去对方已经解释的。",
            en="Each was computed alone, and the same signal counts twice: subtract what the other explains already.",
        ),
        wrong(
            lambda first, second, alike, strength: (
                (((first + second) / 2 - strength) / (1 + alike),) * 2
            ),
            zh="L1 不会平分；平分的是添上 L2 的弹性网络。",
            en="L1 does not share evenly; the elastic net, with its L2, does.",
        ),
        wrong(
            lambda first, second, alike, strength: (
                (first - strength, 0.0) if first > second else (0.0, second - strength)
            ),
            zh="弱的不一定是 0：它自己剩下的要是超过 $\\alpha$，就留下。",
            en="The weaker one need not be 0: where what is left for it exceeds $\\alpha$, it stays.",
            credit=0.5,
        ),
        wrong(
            swapped(twin_weights),
            zh="两个权重的次序反了。",
            en="The two weights are in the wrong order.",
            credit=0.5,
        ),
    ),
)

TASKS = (THRESHOLD, RIDGE, LASSO, WHY, TWINS)
