"""Exercises on messages that die or grow, declared once.

Book: gradients/vanishing_exploding
"""

import math

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="梯度为什么会消失、会爆炸？", en="Why do gradients vanish or explode?")


# The most that can be left

BOUND = Task(
    id="vanishing_bound",
    points=1,
    title=both(zh="最多剩多少？", en="How much can be left?"),
    prompt=both(
        zh="`depth` 层 sigmoid，每层只有一个单元，权重都是 `weight`，是正数；偏置随便取。从输出往回传 1，到输入最多剩多少？",
        en="There are `depth` sigmoid layers of a single unit each; all weights are `weight`, a positive number, and the biases may be anything.\n"
        "A 1 is sent back from the output: how much can arrive at the input at most?",
    ),
    solution='''
def vanishing_bound(depth, weight):
    """The largest message that can arrive at the input."""
    ### BEGIN SOLUTION
    left = 1.0
    for _ in range(depth):
        left = left * weight / 4
    return left
    ### END SOLUTION
''',
    inputs=lambda draw: {"depth": draw.whole(3, 9), "weight": draw.between(1.5, 7)},
    reference=lambda depth, weight: (0.25 * weight) ** depth,
    hints=(
        both(
            zh="每往回一层，乘两个数：一个是斜率，另一个呢？",
            en="Each layer on the way back multiplies by two numbers: one is the slope, and the other?",
        ),
        both(
            zh="sigmoid 的斜率 $\\phi(1-\\phi)$ 最大是 1/4，偏置取得巧，每层都能取到。",
            en="The slope $\\phi(1-\\phi)$ of sigmoid is at most 1/4; with the right biases every layer has it.",
        ),
        both(
            zh="一层最多乘 `weight` 的四分之一，一共 `depth` 层。",
            en="A layer multiplies by a quarter of `weight` at most, and there are `depth` of them.",
        ),
    ),
    wrong=(
        wrong(
            lambda depth, weight: 0.25**depth,
            zh="只乘了斜率：每一层还要乘权重。",
            en="Only the slopes are in it: every layer multiplies by its weight too.",
            credit=0.5,
        ),
        wrong(
            lambda depth, weight: weight**depth,
            zh="只乘了权重：每一层还要乘斜率，sigmoid 的最多 1/4。",
            en="Only the weights are in it: every layer multiplies by its slope too, for sigmoid at most 1/4.",
            credit=0.5,
        ),
        wrong(
            lambda depth, weight: depth * weight / 4,
            zh="层和层之间是相乘，不是相加。",
            en="From layer to layer the factors multiply; they do not add up.",
        ),
        wrong(
            lambda depth, weight: weight * 0.25**depth,
            zh="权重只乘了一次：每一层都要乘。",
            en="The weight is in it once only: every layer multiplies by it.",
            credit=0.5,
        ),
    ),
)


# The way back


def net(draw):
    """Three layers of two or three units."""
    size = draw.whole(2, 3)
    return {
        "weights": [[draw.numbers(size, -2, 2) for _ in range(size)] for _ in range(3)],
        "x": draw.numbers(size, -1, 1),
        "message": draw.numbers(size, 0.5, 2),
    }


def dot(row, vector):
    return sum(a * b for a, b in zip(row, vector, strict=True))


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def columns(table):
    return list(zip(*table, strict=True))


def sent_back(
    weights,
    x,
    message,
    *,
    turned=columns,
    slope=lambda h: h * (1 - h),
    order=lambda layers: layers[::-1],
    late=False,
):
    """The way back, each idea of which can be changed."""
    h, layers = x, []
    for table in weights:
        h = [sigmoid(dot(row, h)) for row in table]
        layers.append((table, [slope(value) for value in h]))
    sent = message
    for table, steep in order(layers):
        through = sent if late else [s * m for s, m in zip(steep, sent, strict=True)]
        sent = [dot(row, through) for row in turned(table)]
        if late:
            sent = [s * m for s, m in zip(steep, sent, strict=True)]
    return sent


BACK = Task(
    id="vanishing_message",
    points=3,
    kind="implementation",
    title=both(zh="把信号传回来", en="Send the message back"),
    prompt=both(
        zh="`weights` 里是三层的权重表，从输入那层排起，行数和列数一样多；激活函数是 sigmoid，没有偏置。输入是 `x`，输出处的信号是 `message`。\n\n返回传到输入的信号，一列数。",
        en="`weights` holds the tables of weights of three layers, from the input on, with as many rows as columns; the activation is sigmoid, and there are no biases.\n"
        "The input is `x`, the message at the output `message`.\n\n"
        "Return the message that arrives at the input, a list of numbers.",
    ),
    solution='''
def vanishing_message(weights, x, message):
    """The message at the input of a sigmoid net."""
    ### BEGIN SOLUTION
    signals = [x]
    for W in weights:
        sums = [sum(w * value for w, value in zip(row, signals[-1])) for row in W]
        signals.append([1 / (1 + math.exp(-z)) for z in sums])
    for W, h in zip(reversed(weights), reversed(signals)):
        scaled = [value * (1 - value) * m for value, m in zip(h, message)]
        message = [sum(w * s for w, s in zip(column, scaled)) for column in zip(*W)]
    return message
    ### END SOLUTION
''',
    inputs=net,
    reference=sent_back,
    hints=(
        both(
            zh="先往前走一遍，把每一层的输出记下来：斜率要用。",
            en="Go forward first and keep the output of every layer: the slopes need it.",
        ),
        both(
            zh="每一层：$W^\\top(\\phi'\\odot\\bar h)$，其中 $\\phi'=\\phi(1-\\phi)$。",
            en="Each layer: $W^\\top(\\phi'\\odot\\bar h)$, where $\\phi'=\\phi(1-\\phi)$.",
        ),
        both(
            zh="从最后一层开始；先逐个乘斜率，再按列相加。",
            en="Begin with the last layer; multiply by the slopes first, then add along columns.",
        ),
    ),
    wrong=(
        wrong(
            lambda weights, x, message: sent_back(weights, x, message, turned=lambda table: table),
            zh="你按行加，那是往前走；往回要按列加。",
            en="You add along rows, which is the way forward; the way back adds along columns.",
            credit=0.5,
        ),
        wrong(
            lambda weights, x, message: sent_back(weights, x, message, slope=lambda h: 1.0),
            zh="斜率没有用上：每一层还要逐个乘 $\\phi'$。",
            en="The slopes are missing: every layer multiplies by $\\phi'$, number by number.",
        ),
        wrong(
            lambda weights, x, message: sent_back(weights, x, message, slope=lambda h: h),
            zh="你乘的是 sigmoid 的值，要乘的是它的斜率。",
            en="You multiply by the value of sigmoid; asked is its slope.",
        ),
        wrong(
            lambda weights, x, message: sent_back(weights, x, message, slope=lambda h: 1 - h * h),
            zh="这是 tanh 的斜率；sigmoid 的是 $\\phi(1-\\phi)$。",
            en="This is the slope of tanh; that of sigmoid is $\\phi(1-\\phi)$.",
            credit=0.5,
        ),
        wrong(
            lambda weights, x, message: sent_back(weights, x, message, order=list),
            zh="次序反了：从输出那一层往回走。",
            en="The order is reversed: begin with the layer at the output.",
        ),
        wrong(
            lambda weights, x, message: sent_back(weights, x, message, late=True),
            zh="斜率乘晚了：它在权重的前面，先逐个乘斜率，再乘权重。",
            en="The slopes come too late: on the way back they stand before the weights.",
            credit=0.5,
        ),
    ),
)


# The factor per layer


def sizes(draw):
    """Sizes of a message from input to output, unevenly spaced."""
    factor, count = draw.between(0.3, 1.6), draw.whole(4, 9)
    noise = draw.numbers(count, 0.8, 1.25)
    return {
        "backward": [factor ** (count - 1 - place) * noise[place] for place in range(count)],
    }


def per_layer(backward):
    return math.exp(math.log(backward[0] / backward[-1]) / (len(backward) - 1))


FACTOR = Task(
    id="vanishing_factor",
    points=2,
    title=both(zh="每层乘多少？", en="What factor per layer?"),
    prompt=both(
        zh="`backward` 是传回来的信号在各处的大小：第一个数在输入，最后一个在输出，中间每过一层一个。\n\n平均每层把它变成几倍？返回这个倍数：从输出处的大小出发，每层都乘它，正好得到输入处的大小。",
        en="`backward` holds the size of the message at every place: the first number at the input, the last at the output, one behind each layer in between.\n\n"
        "Return the average factor per layer: the one by which every layer would have to multiply, so that the size at the output becomes that at the input.",
    ),
    solution='''
def vanishing_factor(backward):
    """The factor by which a layer multiplies the message, on average."""
    ### BEGIN SOLUTION
    layers = len(backward) - 1
    return (backward[0] / backward[-1]) ** (1 / layers)
    ### END SOLUTION
''',
    inputs=sizes,
    reference=per_layer,
    hints=(
        both(
            zh="信号从输出出发，到输入结束：哪个数除以哪个数？",
            en="The message starts at the output and ends at the input: which number is divided by which?",
        ),
        both(
            zh="$L$ 层连乘，$\\chi^L$ 等于两头之比；开 $L$ 次方。",
            en="$L$ layers multiply: $\\chi^L$ is the ratio of the two ends; take the root of order $L$.",
        ),
        both(
            zh="几处之间有几层？层数比 `backward` 的个数少 1。",
            en="How many layers lie between the places? 1 fewer than `backward` has numbers.",
        ),
    ),
    wrong=(
        wrong(
            lambda backward: 1 / per_layer(backward),
            zh="方向反了：信号从输出走到输入，输入处的大小是结果。",
            en="The wrong way round: the message goes from output to input, so the size at the input is the outcome.",
            credit=0.5,
        ),
        wrong(
            lambda backward: (backward[0] / backward[-1]) ** (1 / len(backward)),
            zh="层数多算了一个：几处之间，层数少 1。",
            en="One layer too many: between the places there is 1 fewer.",
            credit=0.5,
        ),
        wrong(
            lambda backward: backward[0] / backward[-1],
            zh="这是所有层一共乘了多少；要的是一层。",
            en="This is what all layers multiply by together; asked is one.",
        ),
        wrong(
            lambda backward: backward[0] / backward[-1] / (len(backward) - 1),
            zh="层和层之间是相乘：要开方，不是除。",
            en="Layers multiply: take a root, do not divide.",
        ),
    ),
)


# A start for ReLU


START = Task(
    id="vanishing_start",
    points=2,
    title=both(zh="权重抽多大？", en="How large are the weights?"),
    prompt=both(
        zh="`depth` 层 ReLU，每层 `inputs` 个单元，每个单元也是 `inputs` 个输入；权重随机抽，平均 0。希望从输出往回传的信号，到输入时变成 `part` 倍。权重的标准差 $\\sigma_w$ 该取多大？",
        en="There are `depth` ReLU layers of `inputs` units, with `inputs` inputs each; the weights are drawn at random with mean 0.\n"
        "The message sent back from the output is to arrive at the input `part` times as large.\n"
        "What standard deviation $\\sigma_w$ must the weights have?",
    ),
    solution='''
def vanishing_start(depth, inputs, part):
    """The standard deviation of the weights."""
    ### BEGIN SOLUTION
    factor = part ** (1 / depth)
    return factor * (2 / inputs) ** 0.5
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "depth": draw.whole(5, 20),
        "inputs": draw.whole(50, 400),
        "part": draw.between(0.01, 0.3),
    },
    reference=lambda depth, inputs, part: math.sqrt(2 * part ** (2 / depth) / inputs),
    hints=(
        both(
            zh="先求一层该乘多少，再求多大的权重能乘出这么多。",
            en="First find what one layer must multiply by, then which weights do that.",
        ),
        both(
            zh="$\\chi^2=n\\sigma_w^2\\operatorname{E}[\\phi'^2]$；ReLU 的斜率一半是 0，一半是 1。",
            en="$\\chi^2=n\\sigma_w^2\\operatorname{E}[\\phi'^2]$; the slopes of ReLU are half 0 and half 1.",
        ),
        both(
            zh="$\\operatorname{E}[\\phi'^2]$ 是 1/2，$\\chi$ 是 `part` 开 `depth` 次方；解出 $\\sigma_w$。",
            en="$\\operatorname{E}[\\phi'^2]$ is 1/2, and $\\chi$ the root of order `depth` of `part`; solve for $\\sigma_w$.",
        ),
    ),
    wrong=(
        wrong(
            lambda depth, inputs, part: part ** (1 / depth) / math.sqrt(inputs),
            zh="ReLU 只让一半过去：斜率平方的平均是 1/2，不是 1。",
            en="ReLU lets only half pass: the mean squared slope is 1/2, not 1.",
            credit=0.5,
        ),
        wrong(
            lambda depth, inputs, part: part ** (1 / depth) * 2 / inputs,
            zh="少开一个方：式子里是 $\\sigma_w^2$。",
            en="A root is missing: it is $\\sigma_w^2$ that stands in the formula.",
            credit=0.5,
        ),
        wrong(
            lambda depth, inputs, part: part * math.sqrt(2 / inputs),
            zh="你让一层就乘了 `part`；那是 `depth` 层一共乘的。",
            en="Here one layer multiplies by `part`; that is what all `depth` layers do together.",
        ),
        wrong(
            lambda depth, inputs, part: 2 * part ** (1 / depth) / math.sqrt(inputs),
            zh="2 在根号里面：$\\chi^2$ 里是 $n\\sigma_w^2/2$。",
            en="The 2 belongs under the root: $\\chi^2$ holds $n\\sigma_w^2/2$.",
            credit=0.5,
        ),
    ),
)


# Repair a gain

REPAIR = Task(
    id="vanishing_repair",
    points=2,
    title=both(zh="把增益修好", en="Repair a gain"),
    prompt=both(
        zh="一叠 ReLU 层，增益是 `gain`，共 `depth` 层；量出来，从输出往回传的信号，到输入变成了 `left` 倍。层都不换，只把所有权重一起放大或缩小。增益改成多少，传到输入正好不变？",
        en="A stack of `depth` ReLU layers with a gain of `gain` is measured: the message sent back from the output arrives at the input `left` times as large.\n"
        "The layers stay, and only all weights together are enlarged or reduced.\n"
        "Which gain makes the message arrive unchanged?",
    ),
    solution='''
def vanishing_repair(gain, depth, left):
    """The gain at which the message keeps its size."""
    ### BEGIN SOLUTION
    per_layer = left ** (1 / depth)
    return gain / per_layer
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "gain": draw.between(0.6, 2.5),
        "depth": draw.whole(4, 20),
        "left": draw.between(0.01, 0.5) if draw.case % 2 else draw.between(3, 60),
    },
    reference=lambda gain, depth, left: math.exp(math.log(gain) - math.log(left) / depth),
    hints=(
        both(
            zh="增益翻倍，一层 ReLU 的倍数变成几倍？`depth` 层呢？",
            en="Double the gain: how does the factor of one ReLU layer change, and that of `depth` layers?",
        ),
        both(
            zh="ReLU 的 $\\chi$ 和增益成正比，一共是 $\\chi^L$。",
            en="For ReLU $\\chi$ is proportional to the gain, and together the layers give $\\chi^L$.",
        ),
        both(
            zh="把 `gain` 除以 `left` 开 `depth` 次方。",
            en="Divide `gain` by the root of order `depth` of `left`.",
        ),
    ),
    wrong=(
        wrong(
            lambda gain, depth, left: gain / left,
            zh="改过头了：每层都会变，`depth` 层一共只要补回 `left`。",
            en="Too much: every layer changes, and all `depth` of them together must make up for `left`.",
            credit=0.5,
        ),
        wrong(
            lambda gain, depth, left: gain * left ** (1 / depth),
            zh="方向反了：变小了，就该加大增益。",
            en="The wrong way round: where the message shrinks, the gain must grow.",
            credit=0.5,
        ),
        wrong(
            lambda gain, depth, left: math.sqrt(2),
            zh="这是很宽的层平均该取的；这里量的是这一叠层，要照量出来的改。",
            en="This is right for very wide layers on average; here a stack was measured, so go by that.",
        ),
        wrong(
            lambda gain, depth, left: gain / left ** (2 / depth),
            zh="多补了一倍：`left` 是大小的倍数，不是平方的倍数。",
            en="Twice too much: `left` is a ratio of sizes, not of squares.",
            credit=0.5,
        ),
    ),
)

TASKS = (BOUND, BACK, FACTOR, START, REPAIR)
