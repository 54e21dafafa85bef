"""Exercises on clipping: what turns a gradient, what bounds a step, what leans, declared once.

Book: gradients/clipping
"""

import math
from itertools import pairwise

import torch

from dlnotes.core.language import both
from dlnotes.gradients.clipping import by_norm
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import off_by_one, replaced, swapped

TITLE = both(zh="裁剪：一步别太长", en="Clipping: no step too long")


# Two ways to clip one gradient


def pair(draw):
    """Beyond the bound with both entries, with one, and not at all."""
    bound = draw.between(0.5, 2)
    first, second = ((1.5, 3), (0.3, 2.5), (0.3, 0.6))[draw.case % 3]
    return {
        "first": bound * first * draw.between(0.9, 1.1),
        "second": -bound * second * draw.between(0.9, 1.1),
        "bound": bound,
    }


def two_ways(first, second, bound, *, length=math.hypot, least=True, low=True):
    factor = bound / length(first, second)
    factor = min(1.0, factor) if least else factor
    pressed = [min(each, bound) for each in (first, second)]
    pressed = [max(each, -bound) for each in pressed] if low else pressed
    return factor * first, factor * second, *pressed


CLIP_TWO_WAYS = Task(
    id="clip_two_ways",
    points=1,
    title=both(zh="两种裁法", en="Two ways to clip"),
    prompt=both(
        zh="梯度的两个数是 `first` 和 `second`，上限 `bound`。返回四个数：先是按范数裁的两个，再是按值裁的两个。",
        en="A gradient has two numbers, `first` and `second`; the bound is `bound`.\n"
        "Return four numbers: the two clipped by norm, then the two clipped by value.",
    ),
    solution='''
def clip_two_ways(first, second, bound):
    """Both numbers clipped by norm, then both clipped by value."""
    ### BEGIN SOLUTION
    shrink = min(1, bound / math.sqrt(first**2 + second**2))
    pressed = [max(-bound, min(bound, each)) for each in (first, second)]
    return shrink * first, shrink * second, pressed[0], pressed[1]
    ### END SOLUTION
''',
    returns="(norm_first, norm_second, value_first, value_second)",
    inputs=pair,
    reference=two_ways,
    hints=(
        both(
            zh="一种看整个梯度有多长，一种一个数一个数地看。",
            en="One looks at the length of the whole gradient, the other at each number.",
        ),
        both(
            zh="长度是平方和的根；太长，就乘上限除以长度。按值裁，每个数压进正负上限之间。",
            en="The length is the root of the sum of squares; if it is too long, multiply by the bound over the length. By value, press each number between minus and plus the bound.",
        ),
        both(
            zh="乘的数是 1 和 `bound` 除以长度里较小的那个；别忘了负的一边。",
            en="The factor is the smaller of 1 and `bound` over the length; and mind the negative side.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: two_ways(*given, least=False),
            zh="短的梯度拉长了：那是归一化。裁剪只缩短，不拉长。",
            en="You stretch a short gradient: that is normalizing. Clipping only shortens.",
            credit=0.5,
        ),
        wrong(
            lambda *given: two_ways(*given, low=False),
            zh="负的一边没有裁：按值裁，每个数要压进正负上限之间。",
            en="The negative side is not clipped: by value, each number goes between minus and plus the bound.",
            credit=0.5,
        ),
        wrong(
            lambda *given: two_ways(*given, length=lambda a, b: abs(a) + abs(b)),
            zh="你把两个数的大小加了起来。长度是平方、相加、开方。",
            en="You add the sizes of the numbers. A length is squares, added, and the root.",
            credit=0.5,
        ),
        wrong(
            lambda first, second, bound: (
                *two_ways(first, second, bound)[2:],
                *two_ways(first, second, bound)[:2],
            ),
            zh="次序反了：先按范数，后按值。",
            en="The order is reversed: first by norm, then by value.",
            credit=0.5,
        ),
    ),
)


# Repair: layers that were clipped one by one


def layers(draw):
    """Three layers, of which one, all or none is beyond the bound by itself."""
    bound, kind = draw.between(0.8, 1.5), draw.case % 4
    sizes = ((3, 0.3, 0.2), (2, 3, 1.5), (0.7, 0.8, 0.6), (0.1, 0.2, 0.1))[kind]
    grads = [
        [round(bound * size * draw.between(0.7, 1.1) * sign, 4) for sign in signs]
        for size, signs in zip(sizes, ((1, -1), (1, 1, -1), (-1,)), strict=True)
    ]
    return {"grads": grads, "bound": bound}


def joined(grads, bound):
    given = {str(i): torch.tensor(grad).double() for i, grad in enumerate(grads)}
    return [each for grad in by_norm(given, bound).values() for each in grad.tolist()]


def shrunk(grads, bound, *, length=math.hypot, pick=min):
    """All entries by one factor, with a mistake in the length or in what is picked."""
    flat = [each for grad in grads for each in grad]
    factor = pick(1.0, bound / length(*flat))
    return [factor * each for each in flat]


def one_by_one(grads, bound):
    return [each for grad in grads for each in shrunk([grad], bound)]


CLIP_TOGETHER = Task(
    id="clip_together",
    points=3,
    kind="implementation",
    title=both(zh="修好：一层一层裁的", en="Repair: clipped layer by layer"),
    prompt=both(
        zh="这段程序一层一层分开裁，梯度的方向变了，总长也可能超过上限：\n\n"
        "```python\nfor layer in grads:\n    length = math.sqrt(sum(x**2 for x in layer))\n"
        "    clipped += [x * min(1, bound / length) for x in layer]\n```\n\n"
        "改好它。`grads` 是一列层，每层是一列数；把全部的数裁成总长不过 `bound`，方向不变，按原来的次序排成一列返回。",
        en="This program clips layer by layer; it turns the gradient, and the whole may still be too long:\n\n"
        "```python\nfor layer in grads:\n    length = math.sqrt(sum(x**2 for x in layer))\n"
        "    clipped += [x * min(1, bound / length) for x in layer]\n```\n\n"
        "Repair it.\n`grads` is a list of layers, each a list of numbers.\n"
        "Clip all of them so that together they are at most `bound` long, keep the direction, and return them as one list in the old order.",
    ),
    solution='''
def clip_together(grads, bound):
    """All numbers of all layers, clipped by one norm."""
    ### BEGIN SOLUTION
    total = 0.0
    for layer in grads:
        total += sum(x * x for x in layer)
    shrink = min(1.0, bound / math.sqrt(total))
    return [shrink * x for layer in grads for x in layer]
    ### END SOLUTION
''',
    returns="[number, ...]",
    inputs=layers,
    reference=joined,
    hints=(
        both(
            zh="方向不变，所有的数就得乘同一个数。",
            en="To keep the direction, all numbers must be multiplied by the same factor.",
        ),
        both(
            zh="先把每一层的平方都加起来，最后开一次方，得到总长。",
            en="First add up the squares of every layer, then take one root: the length of the whole.",
        ),
        both(
            zh="那个数是 1 和 `bound` 除以总长里较小的；再走一遍各层，乘上它。",
            en="The factor is the smaller of 1 and `bound` over that length; go through the layers once more and multiply.",
        ),
    ),
    wrong=(
        wrong(
            one_by_one,
            zh="还是一层一层裁的：每层有自己的倍数，方向就变了。",
            en="Still layer by layer: each layer has a factor of its own, and the direction turns.",
        ),
        wrong(
            lambda grads, bound: [max(-bound, min(bound, x)) for grad in grads for x in grad],
            zh="你按值裁了：每个数分开压，方向会变。",
            en="You clip by value: each number by itself, and the direction turns.",
        ),
        wrong(
            lambda grads, bound: shrunk(grads, bound, pick=lambda _, factor: factor),
            zh="短的梯度拉长了：那是归一化，裁剪只缩短。",
            en="You stretch a short gradient: that is normalizing; clipping only shortens.",
            credit=0.5,
        ),
        wrong(
            lambda grads, bound: shrunk(
                grads, bound, length=lambda *flat: sum(x * x for x in flat)
            ),
            zh="忘了开方：平方和还不是长度。",
            en="The root is missing: a sum of squares is not yet a length.",
            credit=0.5,
        ),
        wrong(
            lambda grads, bound: shrunk(
                grads, bound, length=lambda *_: sum(math.hypot(*grad) for grad in grads)
            ),
            zh="你把各层的长度加了起来。总长是全部平方之和的根，比这短。",
            en="You add the lengths of the layers. The length of the whole is the root of all squares, which is less.",
            credit=0.5,
        ),
        wrong(
            lambda grads, bound: shrunk(
                grads, bound, length=lambda *_: max(math.hypot(*grad) for grad in grads)
            ),
            zh="你只看了最长的一层：合起来还要更长。",
            en="You look at the longest layer only: all together are longer.",
            credit=0.5,
        ),
        wrong(
            lambda grads, bound: shrunk(grads, bound, pick=max),
            zh="该取小的，你取了大的：长的没有缩短，短的拉长了。",
            en="You pick the larger factor instead of the smaller: long gradients stay, short ones are stretched.",
        ),
    ),
)


# Predict: how long the bound holds


def way(draw):
    curvature, bound, lr = draw.between(0.5, 2), draw.between(0.5, 2), draw.between(0.02, 0.1)
    x = bound / curvature + draw.between(4, 9) * (1, -1)[draw.case % 2]
    if draw.case % 2:
        x -= 2 * bound / curvature
    return {"x": x, "curvature": curvature, "lr": lr, "bound": bound}


def bounded_steps(x, curvature, lr, bound):
    """How many steps are clipped, by taking them."""
    count = 0
    while abs(curvature * x) > bound:
        x, count = x - lr * math.copysign(bound, x), count + 1
    return count


CLIPPED_STEPS = Task(
    id="clipped_steps",
    points=2,
    title=both(zh="不跑，先算出来", en="Predict without running"),
    prompt=both(
        zh="碗 $f(x)=\\lambda x^2/2$，`curvature` 就是 $\\lambda$。从 `x` 出发，梯度下降，学习率 `lr`，梯度裁到 `bound`。开头有多少步，真的裁短了？",
        en="A bowl $f(x)=\\lambda x^2/2$; `curvature` is $\\lambda$.\n"
        "Gradient descent starts at `x`, with the learning rate `lr` and gradients clipped to `bound`.\n"
        "How many steps at the beginning are really shortened?",
    ),
    solution='''
def clipped_steps(x, curvature, lr, bound):
    """The number of steps that the bound shortens."""
    ### BEGIN SOLUTION
    return math.ceil((abs(x) - bound / curvature) / (lr * bound))
    ### END SOLUTION
''',
    inputs=way,
    reference=bounded_steps,
    hints=(
        both(
            zh="裁短的步子都一样长。裁到哪里为止？",
            en="Shortened steps are all equally long. Where do they end?",
        ),
        both(
            zh="梯度是曲率乘 `x`；它不到上限的地方，离谷底还有 `bound / curvature`。",
            en="The gradient is the curvature times `x`; it falls to the bound at a distance of `bound / curvature`.",
        ),
        both(
            zh="要走的路除以一步的长 `lr * bound`，往上取整；`x` 也可能是负的。",
            en="Divide the way by the length of a step, `lr * bound`, and round up; `x` may be negative.",
        ),
    ),
    wrong=(
        wrong(
            off_by_one(bounded_steps, -1),
            zh="少一步：往下取整了。最后不满一步的路，也要走裁过的一步。",
            en="One short: you rounded down. The last part of the way takes a clipped step too.",
            credit=0.5,
        ),
        wrong(
            lambda x, curvature, lr, bound: math.ceil(abs(x) / (lr * bound)),
            zh="你一直裁到了谷底。近了，梯度自己就短，不用裁。",
            en="You clip all the way to the bottom. Close to it gradients are short by themselves.",
            credit=0.5,
        ),
        wrong(
            lambda x, curvature, lr, bound: math.ceil((abs(x) - bound / curvature) / bound),
            zh="一步的长是学习率乘上限，你漏了学习率。",
            en="A step is the learning rate times the bound; the learning rate is missing.",
        ),
        wrong(
            lambda x, curvature, lr, bound: math.ceil((abs(x) - bound) / (lr * bound)),
            zh="上限管梯度，不管位置：梯度是曲率乘 `x`，要除以曲率。",
            en="The bound is on the gradient, not on the place: the gradient is the curvature times `x`, so divide by the curvature.",
            credit=0.5,
        ),
    ),
)


# Lopsided noise


def lopsided(draw):
    rare, up = draw.between(0.05, 0.2), draw.between(4, 9)
    down = rare * up / (1 - rare)
    return {"rare": rare, "up": up, "bound": draw.between(1.3, 3) * down}


def settled(rare, up, bound, *, small=1.0, cut=True, push=1.0):
    """Where the mean of the clipped gradients is 0."""
    down = rare * up / (small - rare) if small else rare * up
    return down - push * rare * (bound if cut else up) / (1 - rare)


LEANING_REST = Task(
    id="leaning_rest",
    points=2,
    title=both(zh="歪的噪声，停在哪里", en="Where lopsided noise settles"),
    prompt=both(
        zh="碗 $f(\\theta)=\\theta^2/2$，梯度 $\\theta$ 加噪声。噪声以概率 `rare` 是 `up`，其余是一个负数，使平均正好是 0。梯度裁到 `bound`：碰到 `up` 的时候裁短，其余的时候裁不着。学习率很小，$\\theta$ 停在哪里附近？",
        en="A bowl $f(\\theta)=\\theta^2/2$; noise is added to the gradient $\\theta$.\n"
        "The noise is `up` with probability `rare`, and else one negative number, so that its mean is exactly 0.\n"
        "Gradients are clipped to `bound`: those with `up` are shortened, the others are not.\n"
        "Near which $\\theta$ does it settle, for a very small learning rate?",
    ),
    solution='''
def leaning_rest(rare, up, bound):
    """The place at which the mean of the clipped gradients is 0."""
    ### BEGIN SOLUTION
    usual = -rare * up / (1 - rare)
    return (-rare * bound - (1 - rare) * usual) / (1 - rare)
    ### END SOLUTION
''',
    inputs=lopsided,
    reference=settled,
    hints=(
        both(
            zh="停住的地方，裁过的梯度平均是 0。",
            en="Where it settles, the mean of the clipped gradients is 0.",
        ),
        both(
            zh="先求平常的噪声：它乘 `1 - rare`，加上 `rare * up`，得 0。",
            en="First find the usual noise: times `1 - rare`, plus `rare * up`, it gives 0.",
        ),
        both(
            zh="再解 `rare * bound` 加 `1 - rare` 乘（$\\theta$ 加平常的噪声）等于 0。",
            en="Then solve for $\\theta$: `rare * bound` plus `1 - rare` times ($\\theta$ plus the usual noise) is 0.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: settled(*given, cut=False),
            zh="你没有裁：不裁，噪声平均是 0，当然停在谷底。",
            en="You do not clip: without clipping the noise averages 0, and it settles at the bottom.",
        ),
        wrong(
            lambda *given: settled(*given, small=0.0),
            zh="平常的噪声算错了：它出现的机会是 `1 - rare`，不是 1。",
            en="The usual noise is wrong: it comes with probability `1 - rare`, not 1.",
            credit=0.5,
        ),
        wrong(
            lambda *given: settled(*given, push=0.0),
            zh="裁短的那些也在推：`rare * bound` 漏了。",
            en="The shortened ones push as well: `rare * bound` is missing.",
            credit=0.5,
        ),
        wrong(
            lambda rare, up, bound: -settled(rare, up, bound),
            zh="正负反了：裁掉的是往正的一边的梯度，剩下的把 $\\theta$ 往正的一边推。",
            en="The sign is reversed: clipping takes from positive gradients, and the rest pushes $\\theta$ to the positive side.",
            credit=0.5,
        ),
    ),
)


# Diagnose: what made the gradient long


def history(draw):
    """Long at once, growing a little or much, a spike, and two that look like one of these."""
    kind, usual = draw.case % 6, draw.between(0.5, 2)
    times = [draw.between(0.7, 1.3) for _ in range(10)]
    if kind == 0:
        times = [draw.between(10.3, 10.8), draw.between(6, 9), *times]
    elif kind in (1, 5):
        growth = draw.between(1.05, 1.15) if kind == 1 else draw.between(1.35, 1.5)
        times = [growth**step for step in range(10)]
    elif kind in (2, 3):
        times[draw.whole(3, 8)] = draw.between(10.3, 10.8) if kind == 2 else draw.between(9.2, 9.8)
    else:
        times = [draw.between(8, 9.5), *(0.8 * 1.06**step for step in range(9))]
    return {"lengths": [round(usual * each, 5) for each in times], "usual": usual}


def cause(lengths, usual, *, many=10, start=0, rises=True, spike=2):
    if lengths[0] > many * usual:
        return start, max(lengths) / usual
    if rises and all(b > a for a, b in pairwise(lengths)):
        return 1, max(lengths) / usual
    return (spike if max(lengths) > many * usual else 3), max(lengths) / usual


LONG_GRADIENT = Task(
    id="long_gradient",
    points=2,
    title=both(zh="梯度为什么长", en="Why the gradient is long"),
    prompt=both(
        zh="`lengths` 是每一步梯度的长度，`usual` 是平常的长度。返回两个数：先是病因，再是最长的是 `usual` 的几倍。病因从上往下问：第 0 步就超过 10 倍，是 0，看起点和层数；步步都比前一步长，是 1，降学习率；哪一步超过 10 倍，是 2，裁剪；都不是，3。",
        en="`lengths` are the lengths of the gradients step by step, `usual` is the usual length.\n"
        "Return two numbers: the cause, and how many times `usual` the longest is.\n"
        "Ask for the cause in this order: above 10 times at step 0 is 0, look at the start and the depth; each longer than the one before is 1, lower the learning rate; any above 10 times is 2, clip; else 3.",
    ),
    solution='''
def long_gradient(lengths, usual):
    """The cause, 0 to 3, and how many times the usual length the longest is."""
    ### BEGIN SOLUTION
    longest = max(lengths) / usual
    growing = all(lengths[i] > lengths[i - 1] for i in range(1, len(lengths)))
    if lengths[0] > 10 * usual:
        return 0, longest
    if growing:
        return 1, longest
    return 2 if longest > 10 else 3, longest
    ### END SOLUTION
''',
    returns="(cause, times)",
    inputs=history,
    reference=cause,
    hints=(
        both(
            zh="三种长法：一开始就长，越走越长，忽然一根尖刺。",
            en="There are three ways to be long: at once, more and more, in a sudden spike.",
        ),
        both(
            zh="先看第 0 步，再看是不是步步变长，最后才看最长的。",
            en="Look at step 0 first, then whether every step is longer, and only then at the longest.",
        ),
        both(
            zh="步步变长：每一步都和前一步比；10 倍要和 `10 * usual` 比。",
            en="Longer at every step: compare each with the one before; compare 10 times with `10 * usual`.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: cause(*given, start=2),
            zh="第 0 步就长，一步还没走，不是尖刺：看起点和层数。",
            en="Long at step 0, before any step: no spike, but the start and the depth.",
            credit=0.5,
        ),
        wrong(
            lambda *given: cause(*given, rises=False),
            zh="步步变长的，你当成了尖刺：那是参数在飞走，先降学习率。",
            en="You take one that grows at every step for a spike: the parameters are running away, lower the learning rate.",
            credit=0.5,
        ),
        wrong(
            lambda *given: cause(*given, spike=3),
            zh="尖刺漏了：只有一步超过 10 倍，也要裁。",
            en="You miss the spike: a single step above 10 times is reason to clip.",
            credit=0.5,
        ),
        wrong(
            replaced(cause, 1, lambda lengths, usual: max(lengths)),
            zh="第二个数是几倍：最长的还要除以 `usual`。",
            en="The second number is how many times: divide the longest by `usual`.",
            credit=0.5,
        ),
        wrong(
            swapped(cause),
            zh="次序反了：先病因，后倍数。",
            en="The order is reversed: first the cause, then how many times.",
            credit=0.5,
        ),
    ),
)

TASKS = (CLIP_TWO_WAYS, CLIP_TOGETHER, CLIPPED_STEPS, LEANING_REST, LONG_GRADIENT)
