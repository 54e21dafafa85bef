"""Exercises on finding a learning rate: read a test, grow a rate, mind the order, count the loss.

Book: learning_rates/range_test
"""

import math

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import replaced, swapped

TITLE = both(zh="扫一遍，找出学习率", en="Sweep once, find the learning rate")


# Read a test: where it is steepest


def readings(draw):
    """Rates that grow by uneven factors; the largest fall lies where the factor is large."""
    factors = [1.5, 6.0, 1.6, 5.0, 1.4]
    turn = draw.case % 3
    factors = [*factors[turn:], *factors[:turn], 3.0]
    rates = [draw.decades(1e-4, 1e-3)]
    for factor in factors:
        rates.append(rates[-1] * factor * draw.between(0.98, 1.02))
    falls = [0.02 * draw.between(0.5, 1.5) for _ in factors]
    falls[factors.index(1.4)] = draw.between(0.35, 0.37)
    falls[factors.index(6.0)] = draw.between(0.55, 0.6)
    falls[-1] -= draw.between(1.5, 2)
    losses = [draw.between(2.2, 2.4)]
    for fall in falls:
        losses.append(losses[-1] - fall)
    return {"rates": [float(f"{r:.4g}") for r in rates], "losses": [round(x, 4) for x in losses]}


def steepest_pair(rates, losses, *, per=lambda a, b: math.log(b / a), sign=1):
    places = range(len(rates) - 1)
    return max(
        places,
        key=lambda i: sign * (losses[i] - losses[i + 1]) / per(rates[i], rates[i + 1]),
    )


def middle(rates, losses, *, mean=lambda a, b: math.exp((math.log(a) + math.log(b)) / 2), **how):
    place = steepest_pair(rates, losses, **how)
    return mean(*rates[place : place + 2])


STEEPEST_RATE = Task(
    id="steepest_rate",
    points=2,
    title=both(zh="最陡在哪里", en="Where it is steepest"),
    prompt=both(
        zh="一次范围测试，`rates` 是学习率，从小到大；`losses` 是各自的损失。横轴取学习率的对数，相邻两点连一条线：哪一段降得最陡？返回这一段在对数轴上正中的学习率，也就是两端相乘再开方。",
        en="A range test: `rates` are learning rates, growing, and `losses` the loss at each.\n"
        "Over the logarithm of the rate, join neighbors by lines: which piece falls most steeply?\n"
        "Return the rate in its middle on the log axis, the root of the product of its ends.",
    ),
    solution='''
def steepest_rate(rates, losses):
    """The rate in the middle of the steepest fall."""
    ### BEGIN SOLUTION
    slopes = [
        (losses[i] - losses[i - 1]) / math.log(rates[i] / rates[i - 1])
        for i in range(1, len(rates))
    ]
    at = slopes.index(min(slopes))
    return math.sqrt(rates[at] * rates[at + 1])
    ### END SOLUTION
''',
    inputs=readings,
    reference=middle,
    hints=(
        both(
            zh="陡，是降了多少除以走了多宽；宽度在对数轴上量。",
            en="Steep means the fall divided by the width, and the width is measured on the log axis.",
        ),
        both(
            zh="一段的宽度是两个学习率之比的对数。",
            en="The width of a piece is the logarithm of the ratio of its two rates.",
        ),
        both(
            zh="挑出最陡的一段，返回 `math.sqrt` 下两端的乘积。",
            en="Take the steepest piece and return `math.sqrt` of the product of its ends.",
        ),
    ),
    wrong=(
        wrong(
            lambda rates, losses: middle(rates, losses, per=lambda a, b: 1.0),
            zh="你挑的是降得最多的一段，没有除以它在对数轴上的宽度。",
            en="You take the largest fall without dividing by its width on the log axis.",
        ),
        wrong(
            lambda rates, losses: middle(rates, losses, sign=-1),
            zh="你挑的是升得最陡的一段：要找的是降。",
            en="You take the piece that rises most steeply; it is the fall that is asked for.",
        ),
        wrong(
            lambda rates, losses: middle(rates, losses, mean=lambda a, b: (a + b) / 2),
            zh="段找对了，正中错了：对数轴上的正中，是乘积的根，不是平均。",
            en="The right piece, but the wrong middle: on a log axis it is the root of the product, not the mean.",
            credit=0.5,
        ),
        wrong(
            lambda rates, losses: rates[losses.index(min(losses))],
            zh="那是损失最低的学习率；最陡的在它之前。",
            en="That is the rate of the lowest loss; the steepest place comes before it.",
        ),
    ),
)


# The factor of growth


def ends(draw):
    return {
        "low": draw.decades(1e-6, 1e-4),
        "high": draw.between(0.5, 5),
        "batches": draw.whole(40, 150),
    }


def growing(low, high, batches, *, gaps=None, log=math.log):
    gaps = batches - 1 if gaps is None else gaps
    return math.exp(log(high / low) / gaps), (high - low) / gaps


GROWTH_FACTOR = Task(
    id="growth_factor",
    points=1,
    title=both(zh="每批乘多少", en="How much a batch multiplies"),
    prompt=both(
        zh="范围测试的第一批用 `low`，最后一批正好用 `high`，一共 `batches` 批。返回两个数：指数增长，每批乘多少；线性增长，每批加多少。",
        en="The first batch of a range test uses `low`, the last exactly `high`; there are `batches` of them.\n"
        "Return two numbers: by how much each batch multiplies the rate in exponential growth, and how much it adds in linear growth.",
    ),
    solution='''
def growth_factor(low, high, batches):
    """What a batch multiplies by, and what it adds."""
    ### BEGIN SOLUTION
    return (high / low) ** (1 / (batches - 1)), (high - low) / (batches - 1)
    ### END SOLUTION
''',
    returns="(factor, step)",
    inputs=ends,
    reference=growing,
    hints=(
        both(
            zh="批与批之间有几个间隔？",
            en="How many gaps are there between the batches?",
        ),
        both(
            zh="乘上那么多次，从 `low` 到 `high`：所以是两者之比的那么多次方根。",
            en="Multiplying once a gap leads from `low` to `high`, so it is a root of their ratio.",
        ),
        both(
            zh="间隔比批数少一个；加的那个，用差除以间隔数。",
            en="There is one gap fewer than batches; for what is added, divide the difference by the gaps.",
        ),
    ),
    wrong=(
        wrong(
            lambda low, high, batches: growing(low, high, batches, gaps=batches),
            zh="多算了一个间隔：第一批已经是 `low`，间隔比批数少一个。",
            en="One gap too many: the first batch is at `low` already.",
            credit=0.5,
        ),
        wrong(
            replaced(growing, 0, lambda low, high, batches: high / low / (batches - 1)),
            zh="乘法要开方，不是除：每个间隔乘一次。",
            en="A factor comes from a root, not from dividing: every gap multiplies once.",
            credit=0.5,
        ),
        wrong(
            lambda low, high, batches: growing(high, low, batches),
            zh="方向反了：那样学习率越来越小。",
            en="The direction is reversed: your rate gets smaller.",
        ),
        wrong(
            swapped(growing),
            zh="次序反了：先是乘的数，后是加的数。",
            en="The order is reversed: first the factor, then the step.",
            credit=0.5,
        ),
    ),
)


# Predict: what an order picks


def ladder(draw):
    """Falling, rising and shuffled rates on a parabola; none diverges."""
    curvature = draw.between(0.8, 1.2)
    rates = [0.01, 0.03, 0.1, 0.3, 0.7]
    order = ((4, 3, 2, 1, 0), (0, 1, 2, 3, 4), (2, 0, 4, 1, 3), (1, 3, 0, 4, 2))[draw.case % 4]
    return {
        "rates": [round(rates[i] * draw.between(0.95, 1.05), 4) for i in order],
        "curvature": curvature,
        "loss": draw.between(2, 4),
        "steps": (3, 5, 2, 4)[draw.case % 4],
    }


def by_order(rates, curvature, loss, steps, *, fresh=False, score=lambda a, b: a - b, power=2):
    """The best epoch by some score, as a rate and its score."""
    found, now = [], loss
    for rate in rates:
        start = loss if fresh else now
        now = start * abs(1 - rate * curvature) ** (power * steps)
        found.append((score(start, now), rate))
    return max(found)[::-1]


ORDER_PICKS = Task(
    id="order_picks",
    points=2,
    title=both(zh="这个顺序会挑谁", en="What this order picks"),
    prompt=both(
        zh="一条抛物线 $f(x)=\\lambda x^2/2$，`curvature` 就是 $\\lambda$，出发时损失是 `loss`。同一个 $x$，一轮换一个学习率，按 `rates` 的次序；每轮走 `steps` 步梯度下降。返回两个数：哪个学习率那一轮损失降得最多，降了多少。",
        en="A parabola $f(x)=\\lambda x^2/2$; `curvature` is $\\lambda$, and the loss at the start is `loss`.\n"
        "One and the same $x$ gets a new learning rate every epoch, in the order of `rates`; an epoch is `steps` steps of gradient descent.\n"
        "Return two numbers: the rate in whose epoch the loss falls most, and by how much.",
    ),
    solution='''
def order_picks(rates, curvature, loss, steps):
    """The rate with the largest fall, and that fall."""
    ### BEGIN SOLUTION
    falls = []
    for lr in rates:
        after = loss * (1 - lr * curvature) ** (2 * steps)
        falls.append(loss - after)
        loss = after
    return rates[falls.index(max(falls))], max(falls)
    ### END SOLUTION
''',
    returns="(rate, fall)",
    inputs=ladder,
    reference=by_order,
    hints=(
        both(
            zh="每轮从哪里开始？从上一轮停下的地方。",
            en="Where does an epoch begin? Where the one before it stopped.",
        ),
        both(
            zh="一步把 $x$ 乘 $1-\\eta\\lambda$，损失是 $x$ 的平方。",
            en="A step multiplies $x$ by $1-\\eta\\lambda$, and the loss is a square of $x$.",
        ),
        both(
            zh="一轮把损失乘上这个数的 `2 * steps` 次方；一轮一轮记下降了多少，挑最大的。",
            en="An epoch multiplies the loss by that number to the power `2 * steps`; note the fall of every epoch and take the largest.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: by_order(*given, fresh=True),
            zh="你让每个学习率都从头开始，那是另一场试验；这里只有一个 $x$，接着往下走。",
            en="You let every rate begin anew, which is another experiment; here one $x$ goes on.",
        ),
        wrong(
            lambda *given: by_order(*given, score=lambda a, b: 1 - b / a),
            zh="你比的是降了几成；题目要的是降了多少。",
            en="You compare by what share the loss fell; the question is by how much.",
        ),
        wrong(
            lambda *given: by_order(*given, power=1),
            zh="损失是 $x$ 的平方：每步乘的数也要平方。",
            en="The loss is a square of $x$: what a step multiplies by is squared too.",
        ),
        wrong(
            lambda rates, curvature, loss, steps: by_order(rates, curvature, loss, 1),
            zh="一轮有 `steps` 步，你只走了一步。",
            en="An epoch has `steps` steps; you took one.",
        ),
        wrong(
            lambda *given: by_order(*given, score=lambda a, b: -b),
            zh="你挑的是损失最低的那一轮，总是最后一轮；题目问哪一轮降得最多。",
            en="You take the epoch with the lowest loss, always the last; the question is which falls most.",
        ),
        wrong(
            swapped(by_order),
            zh="次序反了：先学习率，后降了多少。",
            en="The order is reversed: first the rate, then the fall.",
            credit=0.5,
        ),
    ),
)


# Repair: a test that leaves its weights behind


def bowl(draw):
    count = 2 + draw.case % 2
    return {
        "theta": [round(draw.between(1, 3) * (-1) ** i, 3) for i in range(count)],
        "curvatures": [round(draw.between(0.5, 2), 3) for _ in range(count)],
        "rates": [0.01, 0.1, 0.4, 0.9],
    }


def tested_bowl(theta, curvatures, rates, *, late=False, anew=False, mean=False, slope=True):
    """All losses of a test, and the weights it began with."""
    now, losses = list(theta), []
    for rate in rates:
        if anew:
            now = list(theta)
        parts = [c * x * x / 2 for c, x in zip(curvatures, now, strict=True)]
        moved = [x - rate * (c if slope else 1) * x for c, x in zip(curvatures, now, strict=True)]
        later = [c * x * x / 2 for c, x in zip(curvatures, moved, strict=True)]
        losses.append(sum(later if late else parts) / (len(now) if mean else 1))
        now = moved
    return losses, now


def clean_test(theta, curvatures, rates, **how):
    return (*tested_bowl(theta, curvatures, rates, **how)[0], *theta)


def dirty_test(theta, curvatures, rates):
    losses, left = tested_bowl(theta, curvatures, rates)
    return (*losses, *left)


CLEAN_TEST = Task(
    id="clean_range_test",
    points=3,
    kind="implementation",
    title=both(zh="修好：忘了还原的测试", en="Repair: a test that forgets to restore"),
    prompt=both(
        zh="这段范围测试跑完以后，`theta` 已经被练过，最后几步还用着最大的学习率；真正的训练就从那里起步：\n\n"
        "```python\nfor lr in rates:\n    losses.append(sum(c * x * x / 2 for c, x in zip(curvatures, theta)))\n"
        "    for i, c in enumerate(curvatures):\n        theta[i] -= lr * c * theta[i]\nreturn losses + theta\n```\n\n"
        "改好它。损失是 $\\sum_i\\lambda_i\\theta_i^2/2$，`curvatures` 是各个 $\\lambda_i$；一批一个学习率，接着往下走，损失在这一批更新之前记。返回一列数：先是各批的损失，再是训练要用的 `theta`，和测试之前一样。别改动传进来的 `theta`。",
        en="When this range test is over, `theta` has been trained, its last steps at the largest rates; the real training would start from there:\n\n"
        "```python\nfor lr in rates:\n    losses.append(sum(c * x * x / 2 for c, x in zip(curvatures, theta)))\n"
        "    for i, c in enumerate(curvatures):\n        theta[i] -= lr * c * theta[i]\nreturn losses + theta\n```\n\n"
        "Repair it.\nThe loss is $\\sum_i\\lambda_i\\theta_i^2/2$, with the $\\lambda_i$ in `curvatures`; every batch has its own rate and goes on from the last, and its loss is noted before its update.\n"
        "Return one list: the loss of every batch, then the `theta` to train from, as it was before the test.\nLeave the `theta` passed in as it is.",
    ),
    solution='''
def clean_range_test(theta, curvatures, rates):
    """The losses of a test, and the parameters as they were."""
    ### BEGIN SOLUTION
    trial, losses = list(theta), []
    for lr in rates:
        pairs = list(zip(curvatures, trial))
        losses.append(sum(c * x**2 for c, x in pairs) / 2)
        trial = [x - lr * c * x for c, x in pairs]
    return losses + list(theta)
    ### END SOLUTION
''',
    returns="[number, ...]",
    inputs=bowl,
    reference=clean_test,
    hints=(
        both(
            zh="测试要有自己的一份参数，练坏了也不要紧。",
            en="The test needs parameters of its own, which it may spoil.",
        ),
        both(
            zh="先抄一份 `list(theta)`；光写一个新名字，指的还是同一列。",
            en="Begin with a copy, `list(theta)`; a new name alone is still the same list.",
        ),
        both(
            zh="更新只改抄来的那份；循环完了，返回各批的损失，后面接上原来的 `theta`。",
            en="Update the copy only; after the loop, return the losses followed by the `theta` you were given.",
        ),
    ),
    wrong=(
        wrong(
            dirty_test,
            zh="后面接的是练过的参数：测试完了，要还原。",
            en="You return the trained parameters: after the test they are to be as before.",
            credit=0.5,
        ),
        wrong(
            lambda *given: clean_test(*given, anew=True),
            zh="你每一批都还原了：那就成了各练一步的几个新网络。一次测试是接着往下走的，完了才还原。",
            en="You restore after every batch, which makes fresh nets of one step each. A test goes on, and is restored once, at its end.",
            credit=0.5,
        ),
        wrong(
            lambda *given: clean_test(*given, late=True),
            zh="损失记晚了：要在这一批更新之前记。",
            en="You note the loss too late: before the update of its batch.",
            credit=0.5,
        ),
        wrong(
            lambda *given: clean_test(*given, mean=True),
            zh="损失是各项之和，你取了平均。",
            en="The loss is the sum of its parts; you take their mean.",
            credit=0.5,
        ),
        wrong(
            lambda *given: clean_test(*given, slope=False),
            zh="梯度是曲率乘参数，曲率漏了。",
            en="The gradient is the curvature times the parameter; the curvature is missing.",
            credit=0.5,
        ),
        wrong(
            lambda theta, curvatures, rates: (
                *theta,
                *tested_bowl(theta, curvatures, rates)[0],
            ),
            zh="次序反了：先是各批的损失，后是参数。",
            en="The order is reversed: first the losses, then the parameters.",
            credit=0.5,
        ),
    ),
)


# The regret of a guess


def sweeps(draw):
    """The best rate on test images is another than on validation images, and the guess a third."""
    count = 6
    best, better, guess = ((2, 3, 0), (4, 2, 1), (1, 4, 5))[draw.case % 3]
    validation = [draw.between(0.5, 0.8) for _ in range(count)]
    test = [draw.between(0.5, 0.8) for _ in range(count)]
    validation[best], test[best] = draw.between(0.95, 0.96), draw.between(0.93, 0.94)
    validation[better], test[better] = draw.between(0.93, 0.94), draw.between(0.95, 0.96)
    return {
        "validation": [round(x, 4) for x in validation],
        "test": [round(x, 4) for x in test],
        "guess": guess,
    }


def lost(validation, test, guess, *, choose=None, report=None):
    choose, report = choose or validation, report or test
    best = max(range(len(choose)), key=choose.__getitem__)
    return report[best] - report[guess]


RATE_REGRET = Task(
    id="rate_regret",
    points=2,
    title=both(zh="照口诀，亏多少", en="What a rule of thumb costs"),
    prompt=both(
        zh="扫了一遍学习率，`validation` 和 `test` 是各个学习率的验证准确率和测试准确率。有人不扫，直接用了第 `guess` 个（从 0 数起）。比起按规矩挑出来的那个，测试准确率亏了多少？",
        en="A sweep over learning rates gave `validation` and `test`, the accuracy at each.\n"
        "Someone did not sweep and took number `guess`, counted from 0.\n"
        "How much test accuracy is lost against the rate that a proper sweep would choose?",
    ),
    solution='''
def rate_regret(validation, test, guess):
    """Test accuracy lost by a guess."""
    ### BEGIN SOLUTION
    chosen = validation.index(max(validation))
    return test[chosen] - test[guess]
    ### END SOLUTION
''',
    inputs=sweeps,
    reference=lost,
    hints=(
        both(
            zh="两份数据各有各的用处：一份用来挑，一份用来报。",
            en="The two lists have different jobs: one to choose by, one to report.",
        ),
        both(
            zh="在 `validation` 上挑出最好的位置，再看它在 `test` 上多少分。",
            en="Find the best place in `validation`, then see its score in `test`.",
        ),
        both(
            zh="用那个位置的测试分，减去 `test[guess]`。",
            en="Subtract `test[guess]` from the test score of that place.",
        ),
    ),
    wrong=(
        wrong(
            lambda validation, test, guess: max(test) - test[guess],
            zh="你按测试集挑了：挑要用验证集，测试集只用来报。",
            en="You choose on the test set; choose on validation, and report on test.",
        ),
        wrong(
            lambda validation, test, guess: max(validation) - validation[guess],
            zh="你报的是验证准确率：挑的那份数据，分数偏高。",
            en="You report validation accuracy, which flatters the chosen one.",
        ),
        wrong(
            lambda validation, test, guess: max(validation) - test[guess],
            zh="被减数是验证集上的，减数是测试集上的：两个数要在同一份数据上比。",
            en="One number is from validation, the other from test; compare on the same data.",
        ),
        wrong(
            lambda *given: -lost(*given),
            zh="正负反了：亏了，是正数。",
            en="The sign is reversed: a loss counts as positive.",
            credit=0.5,
        ),
    ),
)

TASKS = (GROWTH_FACTOR, STEEPEST_RATE, ORDER_PICKS, CLEAN_TEST, RATE_REGRET)
