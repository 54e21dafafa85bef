"""Exercises on normalization, declared once.

Book: gradients/normalization
"""

import math

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import negated, scaled

TITLE = both(zh="规范化", en="Normalization")


# Which outputs move


def exchange(draw):
    return {"kind": draw.case % 3, "examples": draw.whole(3, 9), "units": draw.whole(10, 16)}


COUNT = Task(
    id="normalization_moved",
    points=1,
    title=both(zh="几个输出会动？", en="How many outputs move?"),
    prompt=both(
        zh="一张表，`examples` 行样本，`units` 列单元。只有**一个数**变了，变得足够多。规范化以后，几个输出会动？`kind` 是 0：批量规范化，训练；1：批量规范化，评估；2：层规范化，训练或评估。",
        en="A table of `examples` rows and `units` columns, one a unit.\n"
        "A **single number** in it changes, by enough.\n"
        "After the normalization, how many outputs move?\n"
        "`kind` is 0 for batch norm while training, 1 for batch norm while evaluating, 2 for layer norm, training or evaluating.",
    ),
    solution='''
def normalization_moved(kind, examples, units):
    """How many outputs move when one number of the table changes."""
    ### BEGIN SOLUTION
    if kind == 1:
        return 1
    return examples if kind == 0 else units
    ### END SOLUTION
''',
    inputs=exchange,
    reference=lambda kind, examples, units: (examples, 1, units)[kind],
    hints=(
        both(
            zh="变的那个数，和哪些数同一组？组里的平均和标准差都跟着变。",
            en="Which numbers form a group with the one that changes? The mean and the standard deviation of that group change with it.",
        ),
        both(
            zh="批量规范化一列一组，层规范化一行一组。",
            en="In batch norm a column is a group, in layer norm a row.",
        ),
        both(
            zh="评估的时候，批量规范化的平均和标准差来自训练集，不看这张表。",
            en="While evaluating, batch norm takes mean and standard deviation from the training set and does not look at this table.",
        ),
    ),
    wrong=(
        wrong(
            lambda kind, examples, units: (units, 1, examples)[kind],
            zh="行和列弄反了：批量规范化跨样本，一列一组。",
            en="Rows and columns are exchanged: batch norm goes across examples, a column a group.",
        ),
        wrong(
            lambda kind, examples, units: (examples, examples, units)[kind],
            zh="评估的时候，批量规范化不再看这一批：只有那一个数自己动。",
            en="While evaluating, batch norm does not look at this batch: only the number itself moves.",
            credit=0.5,
        ),
        wrong(
            lambda kind, examples, units: (examples * units, 1, units)[kind],
            zh="变的是一个数，不是一整行：别的列各算各的，不动。",
            en="One number changes, not a whole row: the other columns are groups of their own and stay.",
            credit=0.5,
        ),
    ),
)


# Three kinds of normalization


def table(draw):
    rows, columns = draw.whole(3, 5), draw.whole(2, 4)
    numbers = [[value + 1 for value in draw.numbers(columns, -2, 3)] for _ in range(rows)]
    return {"table": numbers, "kind": ("batch", "layer", "rms")[draw.case % 3], "eps": 0.5}


def group(numbers, eps, *, center=True, squares=lambda numbers: len(numbers), root=math.sqrt):
    mean = math.fsum(numbers) / len(numbers) if center else 0.0
    spread = math.fsum((value - mean) ** 2 for value in numbers) / squares(numbers)
    return [(value - mean) / root(spread + eps) for value in numbers]


def flipped(table):
    return [list(column) for column in zip(*table, strict=True)]


def normalize(table, kind, eps, **options):
    if kind == "batch":
        return flipped([group(column, eps, **options) for column in flipped(table)])
    return [group(row, eps, **{"center": kind == "layer"} | options) for row in table]


TABLE = Task(
    id="normalization_table",
    points=3,
    kind="implementation",
    title=both(zh="三种规范化", en="Three kinds of normalization"),
    prompt=both(
        zh='`table` 是一张表，每行一个样本，每列一个单元。按 `kind` 规范化："batch" 一列一组，"layer" 一行一组，"rms" 一行一组、不减平均、除以均方根。`eps` 加在根号里。不用尺度和平移。\n\n返回新的表，原来的不要改。',
        en="`table` has a row for each example and a column for each unit.\n"
        'Normalize it by `kind`: "batch", a column a group; "layer", a row a group; "rms", a row a group, no mean taken off, divided by the root mean square.\n'
        "`eps` is added under the root; there is no scale and no shift.\n\n"
        "Return a new table, and leave the old one as it is.",
    ),
    solution='''
def normalization_table(table, kind, eps):
    """The normalized table, as a list of rows."""
    ### BEGIN SOLUTION
    groups = list(zip(*table)) if kind == "batch" else table
    found = []
    for numbers in groups:
        mean = 0 if kind == "rms" else sum(numbers) / len(numbers)
        centered = [number - mean for number in numbers]
        variance = sum(number * number for number in centered) / len(numbers)
        found.append([number / (variance + eps) ** 0.5 for number in centered])
    return [list(row) for row in zip(*found)] if kind == "batch" else found
    ### END SOLUTION
''',
    inputs=table,
    reference=normalize,
    hints=(
        both(
            zh="先写一组数怎么规范化，再想每种要把哪些数交给它。",
            en="First write how one group of numbers is normalized; then see which numbers each kind hands to it.",
        ),
        both(
            zh="一组：减平均，除以 $\\sqrt{\\operatorname{Var}[z]+\\epsilon}$；方差除以个数，不是个数减一。",
            en="A group: minus the mean, over $\\sqrt{\\operatorname{Var}[z]+\\epsilon}$; the variance divides by how many there are, not by one less.",
        ),
        both(
            zh="`zip(*table)` 把行变成列；最后再翻回来。",
            en="`zip(*table)` turns rows into columns; turn them back in the end.",
        ),
    ),
    wrong=(
        wrong(
            lambda table, kind, eps: normalize(
                table, {"batch": "layer", "layer": "batch"}.get(kind, kind), eps
            ),
            zh="行和列弄反了：批量规范化一列一组，层规范化一行一组。",
            en="Rows and columns are exchanged: batch norm groups a column, layer norm a row.",
        ),
        wrong(
            lambda table, kind, eps: normalize(table, kind, eps, squares=lambda g: len(g) - 1),
            zh="方差要除以个数，不是个数减一。",
            en="The variance divides by how many numbers there are, not by one less.",
            credit=0.5,
        ),
        wrong(
            lambda table, kind, eps: normalize(table, kind, eps, center=True),
            zh="均方根规范化不减平均。",
            en="RMSNorm takes no mean off.",
            credit=0.5,
        ),
        wrong(
            lambda table, kind, eps: normalize(table, kind, 0.0),
            zh="根号里还要加 `eps`。",
            en="`eps` is missing under the root.",
            credit=0.5,
        ),
        wrong(
            lambda table, kind, eps: normalize(table, kind, eps, root=lambda square: square),
            zh="除的是方差；要除以它的平方根。",
            en="You divide by the variance; divide by its root.",
        ),
        wrong(
            lambda table, kind, eps: normalize(
                table, kind, 0.0, root=lambda square: math.sqrt(square) + eps
            ),
            zh="`eps` 加在了根号外面，要加在里面。",
            en="`eps` was added outside the root; it belongs under it.",
            credit=0.5,
        ),
    ),
)


# What is sent back


def sent(draw):
    size = draw.whole(3, 6)
    return {"z": draw.numbers(size, -3, 3), "p": draw.numbers(size, -2, 2)}


def received(z, p, *, mean=True, along=True, over=True):
    size, center = len(z), math.fsum(z) / len(z)
    deviation = math.sqrt(math.fsum((value - center) ** 2 for value in z) / size)
    hat = [(value - center) / deviation for value in z]
    first = math.fsum(p) / size if mean else 0.0
    second = math.fsum(a * b for a, b in zip(p, hat, strict=True)) / size if along else 0.0
    scale = deviation if over else 1.0
    return [(a - first - b * second) / scale for a, b in zip(p, hat, strict=True)]


BACK = Task(
    id="normalization_backward",
    points=2,
    title=both(zh="往回传多少？", en="What is sent back?"),
    prompt=both(
        zh="一组数 `z`，减平均、除以标准差（不加 $\\epsilon$）；往各个结果传回来的是 `p`。传给 `z` 里每个数的是多少？返回一个列表。",
        en="The group of numbers `z`, minus its mean, over its standard deviation (without $\\epsilon$); `p` is what is sent back to each result.\n"
        "What is sent to each number of `z`?\nReturn a list.",
    ),
    solution='''
def normalization_backward(z, p):
    """What is sent back to each number before the normalization."""
    ### BEGIN SOLUTION
    B = len(z)
    mean = sum(z) / B
    std = (sum((number - mean) ** 2 for number in z) / B) ** 0.5
    z_hat = [(number - mean) / std for number in z]
    p_mean = sum(p) / B
    along = sum(sent * number for sent, number in zip(p, z_hat)) / B
    return [(sent - p_mean - number * along) / std for sent, number in zip(p, z_hat)]
    ### END SOLUTION
''',
    inputs=sent,
    reference=received,
    hints=(
        both(
            zh="先求减过平均、除过标准差的数，再看 `p` 里哪两份要减掉。",
            en="First find the numbers minus their mean over their standard deviation; then see which two parts of `p` are taken off.",
        ),
        both(
            zh="$\\bar z_j=\\left(p_j-\\operatorname{E}[p]-\\hat z_j\\operatorname{E}[p\\,\\hat z]\\right)/\\sqrt{\\operatorname{Var}[z]}$。",
            en="$\\bar z_j=\\left(p_j-\\operatorname{E}[p]-\\hat z_j\\operatorname{E}[p\\,\\hat z]\\right)/\\sqrt{\\operatorname{Var}[z]}$.",
        ),
        both(
            zh="检查：各个数加起来是 0；逐个乘 `z` 再加起来，也是 0。",
            en="To check: the numbers sum to 0; multiplied by `z` one by one they sum to 0 as well.",
        ),
    ),
    wrong=(
        wrong(
            lambda z, p: received(z, p, mean=False, along=False),
            zh="只除了标准差：平均和标准差也跟着 `z` 变，两份都要减。",
            en="You only divided by the standard deviation: mean and deviation move with `z` too, and two parts come off.",
        ),
        wrong(
            lambda z, p: received(z, p, along=False),
            zh="标准差也跟着 `z` 变：还要减沿着规范化结果的那一份。",
            en="The standard deviation moves with `z` too: the part along the normalized numbers is still to be taken off.",
            credit=0.5,
        ),
        wrong(
            lambda z, p: received(z, p, mean=False),
            zh="平均也跟着 `z` 变：还要减 `p` 的平均。",
            en="The mean moves with `z` too: the mean of `p` is still to be taken off.",
            credit=0.5,
        ),
        wrong(
            lambda z, p: received(z, p, over=False),
            zh="减得对，最后还要除以标准差。",
            en="What is taken off is right; the division by the standard deviation is missing.",
            credit=0.5,
        ),
        wrong(
            negated(received),
            zh="符号反了：传回来的那份是正的，减掉的两份是负的。",
            en="The sign is wrong: what is sent counts positive, the two parts taken off negative.",
        ),
    ),
)


# How far a step turns the weights


def step(draw):
    return {
        "lr": draw.between(0.05, 0.5),
        "grad_norm": draw.between(0.5, 2),
        "weight_norm": draw.between(3, 6),
        "factor": draw.between(2, 4),
    }


def radians_turned(lr, grad_norm, weight_norm, factor):
    return math.atan(lr * grad_norm / (weight_norm * factor**2))


TURN = Task(
    id="normalization_turn",
    points=2,
    title=both(zh="一步转多少？", en="How far does a step turn?"),
    prompt=both(
        zh="一层权重，后面跟着批量规范化（略去 $\\epsilon$），长 `weight_norm`，梯度长 `grad_norm`，学习率 `lr`。现在把权重全乘 `factor`，再走一步梯度下降。这一步把权重转过多少弧度？",
        en="The weights of a layer, followed by batch norm (leaving out $\\epsilon$), have length `weight_norm`, their gradient has length `grad_norm`, the learning rate is `lr`.\n"
        "Now multiply all weights by `factor` and take one step of gradient descent.\n"
        "Through how many radians does that step turn the weights?",
    ),
    solution='''
def normalization_turn(lr, grad_norm, weight_norm, factor):
    """The angle between the weights before and after the step, in radians."""
    ### BEGIN SOLUTION
    from math import atan2

    return atan2(lr * grad_norm / factor, factor * weight_norm)
    ### END SOLUTION
''',
    inputs=step,
    reference=radians_turned,
    hints=(
        both(
            zh="权重放大以后，梯度变成多长？它和权重的夹角是多少？",
            en="How long is the gradient once the weights are enlarged? At what angle to them?",
        ),
        both(
            zh="权重乘 $c$，梯度除以 $c$；两者垂直，是直角三角形的两条直角边。",
            en="Weights times $c$, gradient over $c$; the two are the legs of a right triangle.",
        ),
        both(
            zh="角的正切，是这一步的长度除以放大以后权重的长度。",
            en="The tangent of the angle is the length of the step over the length of the enlarged weights.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, grad_norm, weight_norm, factor: math.atan(lr * grad_norm / weight_norm),
            zh="这是放大以前的一步。",
            en="This is the step before the weights were enlarged.",
        ),
        wrong(
            lambda lr, grad_norm, weight_norm, factor: math.atan(
                lr * grad_norm / (weight_norm * factor)
            ),
            zh="权重变长了，梯度也变短了：倍数要除两次。",
            en="The weights are longer, and the gradient is shorter too: the factor divides twice.",
            credit=0.5,
        ),
        wrong(
            scaled(radians_turned, lambda lr, grad_norm, weight_norm, factor: 180 / math.pi),
            zh="这是度数；要的是弧度。",
            en="These are degrees; the task asks for radians.",
            credit=0.5,
        ),
        wrong(
            lambda lr, grad_norm, weight_norm, factor: lr * grad_norm / factor,
            zh="这是一步有多长；要的是它把权重转过多少。",
            en="This is how long the step is; the task asks how far it turns the weights.",
        ),
    ),
)

# Batch norm behind other activations


def deep(draw):
    return {"slope": draw.between(0.1, 0.5), "depth": draw.whole(4, 12)}


def swelling(slope, depth):
    square = (1 + slope**2) / 2
    variance = square - (1 - slope) ** 2 / (2 * math.pi)
    return math.sqrt(square / variance) ** depth


LEAKY = Task(
    id="normalization_leaky",
    points=3,
    title=both(zh="换成 leaky ReLU，还爆炸吗？", en="Does it still explode with leaky ReLU?"),
    prompt=both(
        zh="很深的网络，初始化那一刻，每层先批量规范化，再过 leaky ReLU：正数不变，负数乘 `slope`。规范化以后的数当作标准正态，批量和宽度都很大。往回传 `depth` 层，信号的均方根变成原来的几倍？\n\n标准正态的 $x$：只看正的一半，$x$ 的平均是 $1/\\sqrt{2\\pi}$，$x^2$ 的平均是 $1/2$（负的一半算 0）。",
        en="A very deep net at the moment of initialization, each layer batch norm and then leaky ReLU: positive numbers stay, negative ones are multiplied by `slope`.\n"
        "Take the normalized numbers as standard normal, batch and width as large.\n"
        "Sent back through `depth` layers, how many times as large does the root mean square of the signal become?\n\n"
        "For a standard normal $x$, counting the positive half and 0 for the other, the mean of $x$ is $1/\\sqrt{2\\pi}$ and that of $x^2$ is $1/2$.",
    ),
    solution='''
def normalization_leaky(slope, depth):
    """How many times as large the signal is after this many layers back."""
    ### BEGIN SOLUTION
    from math import pi

    passed = 0.5 + slope**2 * 0.5
    mean = (1 - slope) / (2 * pi) ** 0.5
    return (passed / (passed - mean**2)) ** (depth / 2)
    ### END SOLUTION
''',
    inputs=deep,
    reference=swelling,
    hints=(
        both(
            zh="照 ReLU 的算法：往回传，平方剩多少？往前，减掉平均以后，方差剩多少？",
            en="As for ReLU: how much of the square is left on the way back? Forward, how much variance once the mean is off?",
        ),
        both(
            zh="正负各一半：平方剩 `(1 + slope**2) / 2`，平均是 `1 - slope` 除以 $\\sqrt{2\\pi}$。",
            en="Half are of either sign: `(1 + slope**2) / 2` of the square is left, and the mean is `1 - slope` over $\\sqrt{2\\pi}$.",
        ),
        both(
            zh="每层，平方乘“剩的平方除以剩的方差”；开方，再乘 `depth` 次。",
            en="A layer multiplies the square by what is left of the square over what is left of the variance; take the root, and `depth` of them.",
        ),
    ),
    wrong=(
        wrong(
            lambda slope, depth: swelling(0.0, depth),
            zh="这是 ReLU 的：负半边不是 0，斜率要算进去。",
            en="This is ReLU: the negative half is not 0, its slope counts.",
            credit=0.5,
        ),
        wrong(
            lambda slope, depth: swelling(slope, depth) ** 2,
            zh="这是平方变成几倍；要的是均方根，要开方。",
            en="This is the factor of the square; the task asks for the root mean square, so take the root.",
            credit=0.5,
        ),
        wrong(
            lambda slope, depth: swelling(slope, 1),
            zh="这是一层的；要连乘 `depth` 层。",
            en="This is one layer; multiply `depth` of them.",
            credit=0.5,
        ),
        wrong(
            lambda slope, depth: 1 / swelling(slope, depth),
            zh="倒过来了：往回传是变大，不是变小。",
            en="Upside down: on the way back it grows.",
        ),
        wrong(
            lambda slope, depth: 1.0,
            zh="批量规范化要减平均，放大的是剩下的方差，不是整个平方。",
            en="Batch norm takes the mean off, and scales up the variance that is left, not the whole square.",
        ),
    ),
)

TASKS = (COUNT, TABLE, BACK, TURN, LEAKY)
