"""Exercises on first weights, activations and dead units, declared once.

Book: gradients/initialization
"""

import math

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import scaled

TITLE = both(zh="起点与激活函数", en="Starting points and activations")


# What is left


def net(draw):
    inputs, layers = draw.whole(30, 200), draw.whole(3, 8)
    return {"inputs": inputs, "variance": draw.between(0.4, 1.6) / inputs, "layers": layers}


def left(inputs, variance, layers):
    return math.sqrt(inputs * variance / 2) ** layers


LEFT = Task(
    id="left_through_relu",
    points=1,
    title=both(zh="传回来还剩多少？", en="How much comes back?"),
    prompt=both(
        zh="一个 `layers` 层的 ReLU 网络，每层 `inputs` 个输入、`inputs` 个单元，权重的平均是 0，方差是 `variance`，偏置是 0。从末端送回一份大小（均方根）是 1 的信号，传到最前面，大小约是多少？",
        en="A ReLU net of `layers` layers has `inputs` inputs and `inputs` units in each; its weights have mean 0 and variance `variance`, its biases are 0.\n"
        "A signal of size 1 (root mean square) is sent back from the end.\n"
        "About how large is it at the front?",
    ),
    solution='''
def left_through_relu(inputs, variance, layers):
    """The size of the signal sent back, at the front."""
    ### BEGIN SOLUTION
    return (inputs * variance / 2) ** (layers / 2)
    ### END SOLUTION
''',
    inputs=net,
    reference=left,
    hints=(
        both(
            zh="先看一层：均方乘多少？再开方，就是大小乘多少。",
            en="Look at one layer: what multiplies the mean square? Its root multiplies the size.",
        ),
        both(
            zh="权重给均方乘 $n\\sigma_w^2$，ReLU 的斜率一半是 0，再乘 1/2。",
            en="The weights multiply the mean square by $n\\sigma_w^2$, and the slope of ReLU, 0 for half of the units, by 1/2.",
        ),
        both(
            zh="大小每层乘 $\\sqrt{n\\sigma_w^2/2}$，一共乘 `layers` 次。",
            en="The size is multiplied by $\\sqrt{n\\sigma_w^2/2}$ in each layer, `layers` times in all.",
        ),
    ),
    wrong=(
        wrong(
            lambda inputs, variance, layers: (inputs * variance) ** (layers / 2),
            zh="忘了 ReLU：一半的单元斜率是 0，均方还要减半。",
            en="ReLU is missing: half of the units have slope 0, which halves the mean square.",
        ),
        wrong(
            lambda inputs, variance, layers: (inputs * variance / 2) ** layers,
            zh="这是均方；要的是大小，均方的平方根。",
            en="This is the mean square; asked is the size, its root.",
            credit=0.5,
        ),
        wrong(
            lambda inputs, variance, layers: math.sqrt(inputs * variance / 2),
            zh="这是一层；信号要穿过 `layers` 层。",
            en="This is one layer; the signal passes through `layers` of them.",
            credit=0.5,
        ),
        wrong(
            lambda inputs, variance, layers: (variance / 2) ** (layers / 2),
            zh="一个数往回传，是把许多单元送来的加起来：均方还要乘个数。",
            en="What goes back is a sum over many units: their number multiplies the mean square.",
        ),
        wrong(
            lambda inputs, variance, layers: layers * math.sqrt(inputs * variance / 2),
            zh="一层接一层是相乘，不是相加。",
            en="Layer after layer the factors multiply; they do not add up.",
        ),
    ),
)


# Weights for a leaky ReLU


def leaky(inputs, slope):
    return 1 / math.sqrt(inputs * (0.5 + slope**2 / 2))


LEAKY = Task(
    id="std_for_leaky",
    points=2,
    title=both(zh="给 leaky ReLU 配权重", en="Weights for a leaky ReLU"),
    prompt=both(
        zh="激活函数在正的一边斜率是 1，在负的一边斜率是 `slope`。一层有 `inputs` 个输入、`inputs` 个单元。权重的标准差取多大，信号往回传一层，大小才不变？",
        en="An activation has slope 1 on the positive side and `slope` on the negative side.\n"
        "A layer has `inputs` inputs and `inputs` units.\n"
        "Which standard deviation of the weights leaves the size of a signal sent back as it is?",
    ),
    solution='''
def std_for_leaky(inputs, slope):
    """The standard deviation of a weight that keeps the size."""
    ### BEGIN SOLUTION
    passed = (1 + slope**2) / 2
    return (1 / (inputs * passed)) ** 0.5
    ### END SOLUTION
''',
    inputs=lambda draw: {"inputs": draw.whole(20, 300), "slope": draw.between(0.3, 0.8)},
    reference=leaky,
    hints=(
        both(
            zh="一半的单元斜率是 1，另一半小一些：斜率平方的平均是多少？",
            en="Half of the units have slope 1, the other half a smaller one: what is the mean of the squared slope?",
        ),
        both(
            zh="个数、方差、斜率平方的平均，三样相乘要等于 1。",
            en="Number of inputs, variance and mean squared slope must multiply to 1.",
        ),
        both(
            zh="从 $n\\,\\sigma_w^2\\,(1+a^2)/2=1$ 解出 $\\sigma_w$，$a$ 是 `slope`。",
            en="Solve $n\\,\\sigma_w^2\\,(1+a^2)/2=1$ for $\\sigma_w$, where $a$ is `slope`.",
        ),
    ),
    wrong=(
        wrong(
            lambda inputs, slope: math.sqrt(2 / inputs),
            zh="这是给 ReLU 的：负的一边也放过去一些，权重要小一点。",
            en="That is for ReLU: here the negative side lets something through too, so the weights must be smaller.",
        ),
        wrong(
            lambda inputs, slope: 2 / (inputs * (1 + slope**2)),
            zh="这是方差；标准差是它的平方根。",
            en="This is the variance; the standard deviation is its root.",
            credit=0.5,
        ),
        wrong(
            lambda inputs, slope: math.sqrt(2 / (inputs * (1 + slope))),
            zh="斜率要先平方再平均：均方里乘的是斜率的平方。",
            en="Square the slope before the mean: the mean square is multiplied by the squared slope.",
            credit=0.5,
        ),
        wrong(
            lambda inputs, slope: math.sqrt(1 / (inputs * (1 + slope**2))),
            zh="两边各占一半，是平均，不是相加：还差一个 1/2。",
            en="Either side has half of the units: a mean, not a sum. A factor 1/2 is missing.",
            credit=0.5,
        ),
    ),
)


# How a net was started


def returning(draw):
    """A signal sent back through ReLU layers of one width, each factor a little off."""
    spread = draw.between(0.3, 1.5) if draw.case % 2 else draw.between(2.5, 6)
    values = [draw.between(0.7, 1.4)]
    for _ in range(draw.whole(3, 8)):
        values.append(values[-1] * math.sqrt(spread / 2) * draw.between(0.95, 1.05))
    return {"sizes": values}


def started(sizes, *, power=2.0, half=2.0):
    layers = len(sizes) - 1
    return half * (sizes[-1] / sizes[0]) ** (power / layers)


STARTED = Task(
    id="spread_of_a_start",
    points=2,
    title=both(zh="这个网络是怎么起步的？", en="How was this net started?"),
    prompt=both(
        zh="一个没训练过的 ReLU 网络，各层一样宽。`sizes` 是一份往回传的信号：刚送出时的大小，然后每传过一层的大小。由头尾两个数估计 $n\\sigma_w^2$，输入的个数乘权重的方差：1/3 是 torch 的默认，1 是 Glorot，2 是 He。",
        en="An untrained ReLU net has layers of one width.\n"
        "`sizes` follows a signal sent back: its size as it was sent, then behind each layer passed.\n"
        "From the first and the last of them estimate $n\\sigma_w^2$, number of inputs times variance of a weight: 1/3 is torch's default, 1 is Glorot, 2 is He.",
    ),
    solution='''
def spread_of_a_start(sizes):
    """Number of inputs times variance of a weight."""
    ### BEGIN SOLUTION
    layers = len(sizes) - 1
    factor = (sizes[-1] / sizes[0]) ** (1 / layers)
    return 2 * factor**2
    ### END SOLUTION
''',
    inputs=returning,
    reference=started,
    hints=(
        both(
            zh="先求每层的大小平均乘多少：总的倍数开 $L$ 次方，$L$ 是层数。",
            en="First the mean factor of a layer: the root of order $L$ of the whole factor, where $L$ is the number of layers.",
        ),
        both(
            zh="一层给均方乘 $n\\sigma_w^2/2$，大小的倍数平方以后才是它。",
            en="A layer multiplies the mean square by $n\\sigma_w^2/2$: the square of what multiplies the size.",
        ),
        both(
            zh="层数比 `sizes` 的个数少一个；最后乘 2，补上 ReLU 砍掉的一半。",
            en="There is one layer fewer than numbers in `sizes`; a factor of 2 in the end makes up for what ReLU cuts.",
        ),
    ),
    wrong=(
        wrong(
            lambda sizes: started(sizes, half=1.0),
            zh="ReLU 砍掉的一半没有补上：要乘 2。",
            en="The half that ReLU cuts is not made up for: multiply by 2.",
            credit=0.5,
        ),
        wrong(
            lambda sizes: started(sizes, power=1.0),
            zh="大小的倍数要平方：方差管的是均方。",
            en="Square what multiplies the size: the variance acts on the mean square.",
            credit=0.5,
        ),
        wrong(
            lambda sizes: started([*sizes[:1], *sizes]),
            zh="层数多算了一层：`sizes` 里头一个数还没过层。",
            en="One layer too many: the first number of `sizes` has passed none.",
            credit=0.5,
        ),
        wrong(
            lambda sizes: 2 * (sizes[-1] / sizes[0]) ** 2,
            zh="这是所有层一起乘的：有 $L$ 层，还要开 $L$ 次方。",
            en="All layers together multiply by this: with $L$ layers, take the root of order $L$.",
        ),
        wrong(
            lambda sizes: started(sizes[::-1]),
            zh="头尾反了：信号从头一个数走到最后一个数。",
            en="The ends are exchanged: the signal goes from the first number to the last.",
            credit=0.5,
        ),
    ),
)


# Dead units


def layer(draw):
    """Some units that no example opens; the others are open for some and shut for others."""
    units, examples = draw.whole(5, 8), draw.whole(4, 6)
    gone = draw.whole(1, units - 3)
    rows = []
    for i in range(examples):
        open_ones = [
            draw.between(0.1, 2) if (i + j) % 3 == 0 or i == j % examples else 0.0
            for j in range(units - gone)
        ]
        rows.append([0.0] * gone + open_ones)
    return {"outputs": rows}


def columns(outputs):
    return [[row[unit] for row in outputs] for unit in range(len(outputs[0]))]


def dead(outputs):
    shut = [unit for unit in columns(outputs) if max(unit) <= 0]
    return len(shut) / len(outputs[0])


DEAD = Task(
    id="dead_share",
    points=2,
    kind="implementation",
    title=both(zh="死了几成？", en="What share is dead?"),
    prompt=both(
        zh="`outputs` 是一层 ReLU 的输出：一行一个样本，一列一个单元。一个单元对哪个样本都不开，才算死。返回死单元占几成，0 到 1。",
        en="`outputs` holds what a layer of ReLU units answers: a row an example, a column a unit.\n"
        "A unit is dead where no example opens it.\n"
        "Return the share of dead units, from 0 to 1.",
    ),
    solution='''
def dead_share(outputs):
    """The share of the units that no example opens."""
    ### BEGIN SOLUTION
    closed = [all(answer == 0 for answer in answers) for answers in zip(*outputs)]
    return sum(closed) / len(closed)
    ### END SOLUTION
''',
    inputs=layer,
    reference=dead,
    hints=(
        both(
            zh="一列一列看：这个单元对每个样本都是 0 吗？",
            en="Go through the columns: is this unit 0 for every example?",
        ),
        both(
            zh="`zip(*outputs)` 给的是一列一列。",
            en="`zip(*outputs)` gives the columns.",
        ),
        both(
            zh="数出死的有几列，除以一共有几列。",
            en="Count the columns of dead units, and divide by how many columns there are.",
        ),
    ),
    wrong=(
        wrong(
            lambda outputs: (
                sum(value == 0 for row in outputs for value in row)
                / (len(outputs) * len(outputs[0]))
            ),
            zh="这是 0 占几成：活着的单元，对许多样本也关着。",
            en="This is the share of 0: a living unit is shut for many examples too.",
        ),
        wrong(
            lambda outputs: sum(min(unit) <= 0 for unit in columns(outputs)) / len(outputs[0]),
            zh="对一个样本关着，不算死：要对每个样本都关着。",
            en="Shut for one example is not dead: it must be shut for all of them.",
        ),
        wrong(
            lambda outputs: sum(max(row) <= 0 for row in outputs) / len(outputs),
            zh="行和列反了：一行是一个样本，单元是一列。",
            en="Rows and columns are exchanged: a row is an example, a unit is a column.",
        ),
        wrong(
            lambda outputs: 1 - dead(outputs),
            zh="这是活着的占几成。",
            en="This is the share of those alive.",
            credit=0.5,
        ),
        wrong(
            lambda outputs: dead(outputs) * len(outputs[0]),
            zh="这是个数；要的是占几成，还要除以单元的个数。",
            en="This counts them; asked is the share: divide by the number of units.",
            credit=0.5,
        ),
        wrong(
            lambda outputs: sum(value == 0 for value in outputs[0]) / len(outputs[0]),
            zh="只看了头一个样本：别的样本也许把它打开。",
            en="You looked at the first example only: another one may open the unit.",
        ),
    ),
)


# A net whose signal shrinks, repaired


def sizes(draw):
    values = [draw.between(0.8, 1.2)]
    for _ in range(draw.whole(3, 6)):
        values.append(values[-1] * draw.between(0.3, 0.6))
    return {"sizes": values}


def repaired(sizes, *, of=lambda sizes, at: sizes[at - 1] / sizes[at]):
    return [of(sizes, at) for at in range(1, len(sizes))]


REPAIR = Task(
    id="scaled_to_keep",
    points=3,
    title=both(zh="修好越传越小的网络", en="Repair a net whose signal shrinks"),
    prompt=both(
        zh="一个 ReLU 网络，偏置都是 0。`sizes` 是量到的：输入的大小，然后是一层一层输出的大小。给每层的权重各乘一个正数，让每一层的输出都和输入一样大。从第一层起，返回这些数。",
        en="A ReLU net has biases of 0.\n"
        "`sizes` was measured: the size of the input, then of the output of layer after layer.\n"
        "Multiply the weights of each layer by a positive number so that the output of every layer is as large as the input.\n"
        "Return these numbers, from the first layer on.",
    ),
    solution='''
def scaled_to_keep(sizes):
    """What to multiply the weights of each layer by."""
    ### BEGIN SOLUTION
    before, factors = sizes[0], []
    for after in sizes[1:]:
        factors.append(before / after)
        before = after
    return factors
    ### END SOLUTION
''',
    inputs=sizes,
    reference=repaired,
    row=both(zh="第 {n} 层", en="Layer {n}"),
    hints=(
        both(
            zh="权重乘一个正数，ReLU 的输出也乘这个数，后面各层跟着都乘。",
            en="A positive number on the weights goes through ReLU, and through all layers behind.",
        ),
        both(
            zh="前面的层修好以后，这一层的输入已经和开头一样大：只要补上它自己的缩小。",
            en="Once the layers before are repaired, a layer's input is as large as the first: make up for its own loss alone.",
        ),
        both(
            zh="它自己的缩小，是它后面的大小除以它前面的大小；乘的数是倒过来。",
            en="Its own loss is the size behind it over the size before it; multiply by the inverse.",
        ),
    ),
    wrong=(
        wrong(
            lambda sizes: repaired(sizes, of=lambda sizes, at: sizes[0] / sizes[at]),
            zh="修多了：前面各层已经补过的，这一层又补了一遍。",
            en="Too much: this makes up once more for what the layers before have made up for.",
        ),
        wrong(
            lambda sizes: repaired(sizes, of=lambda sizes, at: sizes[at] / sizes[at - 1]),
            zh="上下反了：缩小的层，要乘大于 1 的数。",
            en="Upside down: a layer that shrinks needs a number above 1.",
            credit=0.5,
        ),
        wrong(
            lambda sizes: repaired(sizes, of=lambda sizes, at: (sizes[at - 1] / sizes[at]) ** 2),
            zh="大小和权重一起乘，不用平方：方差才要平方。",
            en="The size grows with the weights themselves: only the variance takes the square.",
            credit=0.5,
        ),
        wrong(
            scaled(repaired, lambda sizes: 2**0.5),
            zh="ReLU 砍掉的一半，量到的大小里已经算进去了，不用再乘 $\\sqrt2$。",
            en="What ReLU cuts is in the measured sizes already: no further $\\sqrt2$.",
        ),
    ),
)

TASKS = (LEFT, LEAKY, STARTED, DEAD, REPAIR)
