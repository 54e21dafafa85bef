"""Exercises on baselines, dead units and what to check first, declared once.

Book: convergence/nothing_moves
"""

import math

import torch

from dlnotes.convergence.baselines import baseline_loss
from dlnotes.convergence.checklist import alive_share
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import negated, off_by_one, scaled

TITLE = both(zh="损失一动不动", en="the loss does not move")


# The cheapest blind answer


def counts_of(draw):
    counts = [draw.whole(2, 60) for _ in range(draw.whole(3, 6))]
    return {"counts": [*counts, *{1: [1], 2: [0]}.get(draw.case % 3, [])]}


def label_entropy(counts):
    classes = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    return baseline_loss("cross_entropy", classes)


def present(counts):
    return [n for n in counts if n > 0]


LABEL_ENTROPY = Task(
    id="label_entropy",
    points=2,
    title=both(zh="最便宜的盲答", en="The cheapest blind answer"),
    prompt=both(
        zh="`counts` 是训练集里每一类有几个样本，可能有一类是 0 个。网络不看输入，对谁都给同样的概率，交叉熵最低能到多少？用自然对数。",
        en="`counts` says how many examples of each class the training set has; a class may have 0.\n"
        "A net that ignores its input gives the same probabilities to all.\nHow low can its cross-entropy get?\nUse natural logarithms.",
    ),
    solution='''
def label_entropy(counts):
    """The lowest cross-entropy without a look at the input."""
    ### BEGIN SOLUTION
    shares = [n / sum(counts) for n in counts if n > 0]
    return -sum(p * math.log(p) for p in shares)
    ### END SOLUTION
''',
    inputs=counts_of,
    reference=label_entropy,
    hints=(
        both(
            zh="最便宜的答法，是照实说各类占几成。",
            en="The cheapest answer tells each class by its share.",
        ),
        both(
            zh="占 $p_c$ 的那一类，每个样本付 $-\\ln p_c$；整个训练集平均下来，是 $-\\sum_c p_c\\ln p_c$。",
            en="Each example of a class with share $p_c$ costs $-\\ln p_c$; over the whole training set the mean is $-\\sum_c p_c\\ln p_c$.",
        ),
        both(
            zh="没有样本的类，谁也不用为它付：跳过去，别让 `math.log` 碰到 0。",
            en="Nobody pays for a class without examples: leave it out before `math.log` meets a 0.",
        ),
    ),
    wrong=(
        wrong(
            lambda counts: math.log(len(counts)),
            zh="这是各类一样可能的答法。各类有多有少，照份额答还能更低。",
            en="This is the answer with all classes equally likely. Where some are rare, their shares cost less.",
            credit=0.5,
        ),
        wrong(
            scaled(label_entropy, 1 / math.log(2)),
            zh="你用的是以 2 为底的对数：损失里是自然对数。",
            en="You took logarithms to base 2; the loss uses natural ones.",
            credit=0.5,
        ),
        wrong(
            negated(label_entropy),
            zh="损失不会是负的：概率小于 1，它的对数是负数，前面要添负号。",
            en="A loss is not negative: the logarithm of a probability below 1 is, hence the minus sign.",
        ),
        wrong(
            lambda counts: (
                -sum(math.log(n / sum(counts)) for n in present(counts)) / len(present(counts))
            ),
            zh="你按类平均了。样本多的类，要多算几份。",
            en="You took the mean over classes. A class with more examples counts more.",
        ),
        wrong(
            lambda counts: -math.log(max(counts) / sum(counts)),
            zh="你只算了最大的那一类：别的类也要付。",
            en="You counted only the largest class; the others pay too.",
        ),
    ),
)


# One step that kills a unit


def unit(draw):
    return {
        "h": draw.between(0.5, 3),
        "y": draw.between(-2, 0.3),
        "x": (draw.between(0.3, 2), draw.between(20, 40))[draw.case % 2],
    }


def killing(h, y, x, *, bias=1.0, power=2, miss=True, factor=1.0):
    return factor * h / ((h - y if miss else 1.0) * (x**power + bias))


def killing_rate(h, y, x):
    w = torch.tensor([1.0, h - x], dtype=torch.float64, requires_grad=True)
    (0.5 * ((w[0] * x + w[1]).relu() - y).square()).backward()
    fall = w.grad[0] * x + w.grad[1]  # of the sum, for a learning rate of 1
    return h / fall.item()


KILLING_RATE = Task(
    id="killing_rate",
    points=2,
    title=both(zh="不跑，先算：一步就死", en="Predict: dead in one step"),
    prompt=both(
        zh="一个 ReLU 单元只见过一个输入 `x`，它的输出是 $wx+b$，眼下等于 `h`，大于 0。损失是 $(wx+b-y)^2/2$，`y` 比 `h` 小。学习率取到多大，走一步，$wx+b$ 正好变成 0，单元从此不亮？\n\n"
        "返回这个学习率。",
        en="A ReLU unit sees a single input `x`; its output $wx+b$ is now `h`, above 0.\n"
        "The loss is $(wx+b-y)^2/2$, and `y` is below `h`.\nAt which learning rate does one step make $wx+b$ exactly 0, so that the unit is never on again?\n\n"
        "Return that learning rate.",
    ),
    solution='''
def killing_rate(h, y, x):
    """The learning rate at which one step brings the sum to 0."""
    ### BEGIN SOLUTION
    miss = h - y
    return h / (miss * (x * x + 1))
    ### END SOLUTION
''',
    inputs=unit,
    reference=killing_rate,
    hints=(
        both(
            zh="先求损失对 $w$ 和 $b$ 的导数，再看走一步，加权和变了多少。",
            en="First the derivatives of the loss with respect to $w$ and $b$; then how much one step changes the sum.",
        ),
        both(
            zh="导数是 $(h-y)x$ 和 $h-y$。走一步，$w$ 的那份让加权和少 $\\eta(h-y)x^2$。",
            en="The derivatives are $(h-y)x$ and $h-y$. In one step the share of $w$ lowers the sum by $\\eta(h-y)x^2$.",
        ),
        both(
            zh="$b$ 的那份也别忘：一共少 $\\eta(h-y)(x^2+1)$，让它等于 `h`。输入从 1 变成 30，学习率只要约 450 分之一。",
            en="Do not forget the share of $b$: together they lower it by $\\eta(h-y)(x^2+1)$; set that equal to `h`. An input of 30 instead of 1 needs about a 450th of the rate.",
        ),
    ),
    wrong=(
        wrong(
            lambda h, y, x: killing(h, y, x, bias=0.0),
            zh="漏了偏置：它也走了一步。",
            en="You left out the bias: it takes a step too.",
            credit=0.5,
        ),
        wrong(
            lambda h, y, x: killing(h, y, x, power=1),
            zh="`x` 要乘两次：一次在梯度里，一次在加权和里。",
            en="Multiply by `x` twice: once in the gradient, once in the sum.",
        ),
        wrong(
            lambda h, y, x: killing(h, y, x, miss=False),
            zh="梯度里还有差多少：输出减 `y`。",
            en="The gradient also holds the miss, the output less `y`.",
        ),
        wrong(
            lambda h, y, x: killing(h, y, x, factor=0.5),
            zh="你的只有一半：损失是平方的一半，求导后没有 2。",
            en="Yours is half of it: the loss is half a square, and its derivative has no 2.",
            credit=0.5,
        ),
        wrong(
            lambda h, y, x: 1 / (x * x + 1),
            zh="这样一步，输出正好到 `y`。要它到 0，看 `h` 是差的几倍。",
            en="With that rate one step brings the sum to `y`. To bring it to 0, compare `h` with the miss.",
            credit=0.5,
        ),
    ),
)


# Who is still on


def layer(draw):
    """Seven units: two or three on for nobody, one for everybody by its bias, the rest for some."""
    rows = [draw.numbers(2, 0.2, 2) for _ in range(draw.whole(4, 7))]
    weights = [draw.numbers(2, 0.2, 1.5) for _ in range(6)] + [draw.numbers(2, -1.5, -0.2)]
    values = [[w[0] * x[0] + w[1] * x[1] for x in rows] for w in weights]
    biases = [-(max(each) + min(each)) / 2 for each in values]
    for i in range(draw.whole(2, 3)):
        biases[i] = -max(values[i]) - draw.between(0.1, 1)
    biases[-1] = -min(values[-1]) + draw.between(0.1, 1)
    return {"rows": rows, "weights": weights, "biases": biases}


def sums(rows, weights, biases):
    X, W, b = (torch.tensor(part, dtype=torch.float64) for part in (rows, weights, biases))
    return X @ W.T + b


def alive_units(rows, weights, biases):
    return round(alive_share(sums(rows, weights, biases).relu()) * len(weights))


def by(test):
    return lambda rows, weights, biases: int(test(sums(rows, weights, biases)))


ALIVE_UNITS = Task(
    id="alive_units",
    points=3,
    kind="implementation",
    title=both(zh="还亮着几个单元", en="How many units are on"),
    prompt=both(
        zh="一层 ReLU：`rows` 是样本，每个是一串数；`weights` 里每个单元一串权重，`biases` 里每个单元一个偏置。单元把样本和权重对应相乘、相加，再加偏置；是正的，它在这个样本上就亮。\n\n"
        "至少在一个样本上亮的单元，有几个？",
        en="A ReLU layer: `rows` holds the examples, each a list of numbers; `weights` has a list for each unit, `biases` a number.\n"
        "A unit multiplies example and weights place by place, adds up, adds its bias; where that is positive, it is on for that example.\n\n"
        "How many units are on for at least one example?",
    ),
    solution='''
def alive_units(rows, weights, biases):
    """How many units are on for at least one example."""
    ### BEGIN SOLUTION
    count = 0
    for w, b in zip(weights, biases):
        values = [sum(wi * xi for wi, xi in zip(w, row)) + b for row in rows]
        count += any(value > 0 for value in values)
    return count
    ### END SOLUTION
''',
    inputs=layer,
    reference=alive_units,
    hints=(
        both(
            zh="一个单元一个单元地问：有没有哪个样本点亮它？",
            en="Ask unit by unit: does any example turn it on?",
        ),
        both(
            zh="单元在样本上的值是 $\\sum_i w_i x_i+b$；大于 0 就亮。",
            en="The value of a unit on an example is $\\sum_i w_i x_i+b$; above 0 it is on.",
        ),
        both(
            zh="`any(…)` 问“有没有一个”，`all(…)` 问“是不是个个都”。",
            en="`any(…)` asks for at least one, `all(…)` for every one.",
        ),
    ),
    wrong=(
        wrong(
            by(lambda s: (s > 0).all(0).sum()),
            zh="你要求个个样本都亮。亮过一次，就还有梯度。",
            en="You demand that every example turns it on. Once is enough to have a gradient.",
        ),
        wrong(
            by(lambda s: (s > 0).sum()),
            zh="你数的是“单元、样本”有几对亮着。这里只数单元。",
            en="You count pairs of unit and example. Count units.",
        ),
        wrong(
            by(lambda s: (s > 0).any(1).sum()),
            zh="你数的是样本：有几个样本点亮了谁。这里数单元。",
            en="You count the examples that turn something on. Count units.",
        ),
        wrong(
            lambda rows, weights, biases: by(lambda s: (s > 0).any(0).sum())(
                rows, weights, [0.0] * len(biases)
            ),
            zh="偏置没加：死掉的单元，常常就是偏置太负。",
            en="The bias is missing, and a very negative bias is a common cause of death.",
        ),
        wrong(
            by(lambda s: (s <= 0).all(0).sum()),
            zh="你数的是死了的。",
            en="You count the dead ones.",
            credit=0.5,
        ),
        wrong(
            by(lambda s: (s != 0).any(0).sum()),
            zh="负的也被你当成亮了：ReLU 把负的变成 0。",
            en="You take negative values for on: ReLU turns them into 0.",
        ),
    ),
)


# What the curve and one measurement say


def run_of(draw):
    """A run of one of five kinds, by the number of the case."""
    kind, uniform = draw.case % 5, math.log(draw.whole(3, 6))
    entropy = uniform * draw.between(0.85, 0.95)
    start = uniform * draw.between(1.3, 1.6)
    end = {
        0: entropy * draw.between(0.42, 0.47),
        1: entropy * draw.between(1.0, 1.001),
        2: start * draw.between(0.982, 0.998),
        3: uniform * draw.between(1.7, 2.1),
        4: entropy * draw.between(0.53, 0.6),
    }[kind]
    alive = 0 if kind == 1 else draw.whole(1, 8)
    return {"start": start, "end": end, "entropy": entropy, "uniform": uniform, "alive": alive}


def flat_suspect(start, end, entropy, uniform, alive):
    if end > 1.2 * uniform and abs(end - start) > 0.02 * start:
        return 3
    if alive == 0:
        return 1
    if abs(end - start) <= 0.02 * start:
        return 2
    return 0 if end < entropy / 2 else 4


def told(change):
    return lambda *given: change(flat_suspect(*given))


FLAT_SUSPECT = Task(
    id="flat_suspect",
    points=3,
    title=both(zh="停在哪里，先疑谁", en="Where it stops, whom to suspect"),
    prompt=both(
        zh="一次训练，损失从 `start` 开始，停在 `end`；标签熵是 `entropy`，各类一样可能的基线是 `uniform`；还亮着 `alive` 个单元。按次序问，返回头一个对上的数：\n\n"
        "- 3：挪动过（和开头相差超过 2%），又高过 `uniform` 的 1.2 倍：学习率太大；\n"
        "- 1：一个单元也不亮：查输入和偏置；\n"
        "- 2：和开头相差不超过 2%：学习率太小；\n"
        "- 0：低于标签熵的一半：在学；\n"
        "- 4：别的：查标签和权重。",
        en="A run begins at the loss `start` and stops at `end`; the label entropy is `entropy`, the baseline with all classes equally likely `uniform`; `alive` units are still on.\n"
        "Ask in this order, and return the first number that fits:\n\n"
        "- 3: it has moved (more than 2% from the start) and lies above 1.2 times `uniform`: the rate is too large;\n"
        "- 1: no unit is on: look at inputs and biases;\n"
        "- 2: within 2% of the start: the rate is too small;\n"
        "- 0: below half the label entropy: it learns;\n"
        "- 4: anything else: look at labels and weights.",
    ),
    solution='''
def flat_suspect(start, end, entropy, uniform, alive):
    """3 too large a rate, 1 no unit on, 2 too small a rate, 0 learning, 4 labels or weights."""
    ### BEGIN SOLUTION
    moved = abs(end - start) > 0.02 * start
    if moved and end > 1.2 * uniform:
        return 3
    if alive == 0:
        return 1
    if not moved:
        return 2
    return 0 if end < entropy / 2 else 4
    ### END SOLUTION
''',
    inputs=run_of,
    reference=flat_suspect,
    hints=(
        both(
            zh="五个问题，照着次序问；前一个对上了，后面的就不问。",
            en="Five questions in the order given; once one fits, the rest are not asked.",
        ),
        both(
            zh="挪没挪动，比的是 $|$ `end` $-$ `start` $|$ 和 `start` 的 2%。",
            en="Whether it moved: compare $|$ `end` $-$ `start` $|$ with 2% of `start`.",
        ),
        both(
            zh="停在开头不动，可能高过基线：那是起点高，不是学习率大。所以头一问有两个条件。",
            en="A run that never moved may stand above the baseline: its start was high, the rate is not large. That is why the first question has two conditions.",
        ),
    ),
    wrong=(
        wrong(
            lambda start, end, entropy, uniform, alive: (
                3 if end > 1.2 * uniform else flat_suspect(start, end, entropy, uniform, alive)
            ),
            zh="没动过、只是起点高的，你也说学习率太大：头一问还有一个条件。",
            en="You blame too large a rate where nothing moved and the start was high: the first question has a second condition.",
            credit=0.5,
        ),
        wrong(
            lambda start, end, entropy, uniform, alive: (
                4 if alive == 0 else flat_suspect(start, end, entropy, uniform, alive)
            ),
            zh="亮着的单元没有看：停在标签熵，还要问输入传没传到。",
            en="You do not look at the units: at the label entropy, ask whether the input comes through.",
        ),
        wrong(
            told(lambda answer: 0 if answer == 4 else answer),
            zh="降了一点，不等于在学：要低于标签熵的一半。",
            en="A little lower is not yet learning: it takes less than half the label entropy.",
        ),
        wrong(
            told(lambda answer: {1: 2, 2: 1}.get(answer, answer)),
            zh="1 和 2 换了：1 是单元不亮，2 是学习率太小。",
            en="You exchanged 1 and 2: 1 is no unit on, 2 is too small a rate.",
            credit=0.5,
        ),
    ),
)


# A sum for a mean


def summed(draw):
    batch_size = draw.whole(16, 128)
    return {
        "lr": draw.decades(1e-3, 1),
        "batch_size": batch_size,
        "last": draw.whole(2, batch_size - 2),
    }


def short_batch_rate(lr, batch_size, last):
    theta = torch.ones(1, dtype=torch.float64, requires_grad=True)
    (theta * torch.ones(last, dtype=torch.float64)).sum().backward()  # slopes of 1, added up
    return (lr / batch_size) * theta.grad.item()


SHORT_BATCH_RATE = Task(
    id="short_batch_rate",
    points=2,
    title=both(zh="修：求和代替平均", en="Repair: a sum for a mean"),
    prompt=both(
        zh="损失该对一批求平均，程序里写成了求和；有人发现发散，就把学习率从 `lr` 改成 `lr / batch_size`，曲线又一样了。可每轮最后一批只有 `last` 个样本。在这一批上，它走的一步，等于用平均损失、拿多大的学习率走？",
        en="The loss should be the mean over a batch, and the program has the sum.\n"
        "Somebody saw it diverge and put the learning rate from `lr` to `lr / batch_size`, and the curve was right again.\nBut the last batch of every epoch has only `last` examples.\n"
        "Its step on that batch is the step of the mean loss at which learning rate?",
    ),
    solution='''
def short_batch_rate(lr, batch_size, last):
    """The learning rate that the mean loss would need for the same step."""
    ### BEGIN SOLUTION
    return lr * last / batch_size
    ### END SOLUTION
''',
    inputs=summed,
    reference=short_batch_rate,
    hints=(
        both(
            zh="同一批上，求和的梯度是平均的几倍？",
            en="On one batch, how many times the gradient of the mean is that of the sum?",
        ),
        both(
            zh="求和的梯度是平均的 `last` 倍，学习率是 `lr / batch_size`。",
            en="It is `last` times that of the mean, and the learning rate is `lr / batch_size`.",
        ),
        both(
            zh="两样乘起来。满的一批，乘出来正好是 `lr`；短的一批就小了。",
            en="Multiply the two. For a full batch that is exactly `lr`; for a short one it is less.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, batch_size, last: lr,
            zh="满的一批才是这样。短的一批，求和的样本少了。",
            en="So it is for a full batch. In a short one, fewer examples are added up.",
        ),
        wrong(
            lambda lr, batch_size, last: lr / batch_size,
            zh="这是程序里写的学习率；还要乘上求和放大的倍数。",
            en="This is the rate in the program; the sum still multiplies the gradient.",
        ),
        wrong(
            lambda lr, batch_size, last: lr * batch_size / last,
            zh="反了：样本少，求和就小，这一步该短。",
            en="Upside down: with fewer examples the sum is smaller, and so is the step.",
            credit=0.5,
        ),
        wrong(
            off_by_one(short_batch_rate),
            zh="多了 1：学习率不是步数，不用加。",
            en="There is a 1 too many: a learning rate is no count of steps.",
        ),
    ),
)

TASKS = (LABEL_ENTROPY, KILLING_RATE, ALIVE_UNITS, FLAT_SUSPECT, SHORT_BATCH_RATE)
