"""Exercises on layer-wise pretraining, declared once.

Book: gradients/layerwise_pretraining
"""

import math
from itertools import pairwise

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="逐层预训练，一段往事", en="Layer-wise pretraining, a history lesson")


def squashed(z):
    return 1 / (1 + math.exp(-z))


def affine(matrix, h, shift):
    rows = zip(matrix, shift, strict=True)
    return [sum(w * x for w, x in zip(row, h, strict=True)) + b for row, b in rows]


# What an autoencoder gets wrong


def coder(draw):
    inputs, units = draw.whole(3, 4), 2
    return {
        "h": draw.numbers(inputs, -1, 1),
        "weight": [draw.numbers(inputs, -1, 1) for _ in range(units)],
        "bias": draw.numbers(units, -0.5, 0.5),
        "back": [draw.numbers(units, -1, 1) for _ in range(inputs)],
    }


def missed(
    h, weight, bias, back, *, act=squashed, last=float, share=lambda total, n: total / n, shift=True
):
    code = [act(z) for z in affine(weight, h, bias if shift else [0.0] * len(bias))]
    told = [last(z) for z in affine(back, code, [0.0] * len(h))]
    return share(sum((t - x) ** 2 for t, x in zip(told, h, strict=True)), len(h))


ERROR = Task(
    id="pretraining_error",
    points=2,
    kind="implementation",
    title=both(zh="还原得有多差？", en="How bad is the reconstruction?"),
    prompt=both(
        zh="一个自编码器：sigmoid 层把 `h` 变成编码，线性层再把它还原。`weight`、`bias` 是前一层的，`weight` 是一行行的表；`back` 是后一层的权重，没有偏置。\n\n返回还原的均方误差：平方差对 `h` 的各个数取平均。",
        en="An autoencoder: a sigmoid layer makes a code of `h`, and a linear layer reconstructs the input from it.\n`weight` and `bias` belong to the first, `weight` as a list of rows; `back` holds the weights of the second, which has no bias.\n\n"
        "Return the mean squared error: the squared differences averaged over the numbers in `h`.",
    ),
    solution='''
def pretraining_error(h, weight, bias, back):
    """Mean squared error of the reconstruction."""
    ### BEGIN SOLUTION
    from math import exp

    code = []
    for i in range(len(weight)):
        z = bias[i]
        for j in range(len(h)):
            z += weight[i][j] * h[j]
        code.append(1 / (1 + exp(-z)))
    total = 0.0
    for j in range(len(h)):
        rest = h[j]
        for i in range(len(code)):
            rest -= back[j][i] * code[i]
        total += rest * rest
    return total / len(h)
    ### END SOLUTION
''',
    inputs=coder,
    reference=missed,
    hints=(
        both(
            zh="目标就是输入自己：一个标签也不用。",
            en="The target is the input itself: no label is used.",
        ),
        both(
            zh="编码是 $\\mathrm{sigmoid}(Wh+b)$，还原是 $W'$ 乘编码。",
            en="The code is $\\mathrm{sigmoid}(Wh+b)$, and the reconstruction is $W'$ times the code.",
        ),
        both(
            zh="还原出来的第 j 个数减去 `h` 的第 j 个，平方，加起来，除以 `h` 有几个数。",
            en="Entry j of the reconstruction minus entry j of `h`, squared, added up, divided by how many numbers `h` holds.",
        ),
    ),
    wrong=(
        wrong(
            lambda h, weight, bias, back: missed(h, weight, bias, back, act=lambda z: z),
            zh="编码没有过 sigmoid。",
            en="The code has not passed the sigmoid.",
            credit=0.5,
        ),
        wrong(
            lambda h, weight, bias, back: missed(h, weight, bias, back, last=squashed),
            zh="还原层是线性的：还原出来的数不再过 sigmoid。",
            en="The decoder is linear: the reconstruction passes no sigmoid.",
            credit=0.5,
        ),
        wrong(
            lambda h, weight, bias, back: missed(h, weight, bias, back, share=lambda t, n: t),
            zh="这是平方差之和：还要除以个数。",
            en="This is the sum of squared differences: divide it by their number.",
            credit=0.5,
        ),
        wrong(
            lambda h, weight, bias, back: missed(
                h, weight, bias, back, share=lambda t, n: math.sqrt(t / n)
            ),
            zh="不用开方：要的是平方的平均。",
            en="Take no root: the mean of the squares is asked for.",
            credit=0.5,
        ),
        wrong(
            lambda h, weight, bias, back: missed(h, weight, bias, back, shift=False),
            zh="`bias` 没有加。",
            en="`bias` is missing.",
            credit=0.5,
        ),
        wrong(
            lambda h, weight, bias, back: missed(
                h, weight, bias, back, share=lambda t, n: t / len(weight)
            ),
            zh="平均是对 `h` 的个数，不是对单元数。",
            en="The mean is over the numbers in `h`, not over the units.",
            credit=0.5,
        ),
    ),
)


# What each layer is taught on


def tower(draw):
    size, layers = draw.whole(2, 4), draw.whole(3, 4)
    return {
        "x": draw.numbers(size, -1, 1),
        "weights": [[draw.numbers(size, -2, 2) for _ in range(size)] for _ in range(layers)],
        "biases": [draw.numbers(size, -0.5, 0.5) for _ in range(layers)],
    }


def signals(x, weights, biases, *, act=squashed, shift=True, turned=False):
    found = [list(x)]
    for weight, bias in zip(weights, biases, strict=True):
        weight = list(zip(*weight, strict=True)) if turned else weight
        shifts = bias if shift else [0.0] * len(bias)
        found.append([act(z) for z in affine(weight, found[-1], shifts)])
    return found


GREEDY = Task(
    id="pretraining_inputs",
    points=3,
    kind="implementation",
    title=both(zh="每一层学着还原什么？", en="What does each layer learn to reconstruct?"),
    prompt=both(
        zh="sigmoid 层已经一层层预训练好了：`weights` 和 `biases` 是各层的，各层一样宽，第一层在前，每个权重是一行行的表。一个样本 `x` 进来。\n\n各层的自编码器，当时是在还原什么？返回一个列表，每层一项，第一层在前，每项是一列数。",
        en="Sigmoid layers have been pretrained one after the other: `weights` and `biases` belong to each layer, all of one width, the first one first, each weight as a list of rows.\nAn example `x` comes in.\n\n"
        "What was the autoencoder of each layer reconstructing? Return a list, one entry a layer, the first one first, each a list of numbers.",
    ),
    solution='''
def pretraining_inputs(x, weights, biases):
    """What the autoencoder of each layer was taught on."""
    ### BEGIN SOLUTION
    from math import exp

    taught, h = [], x
    for W, b in zip(weights, biases):
        taught.append(list(h))
        after = []
        for i in range(len(W)):
            z = b[i]
            for j in range(len(h)):
                z += W[i][j] * h[j]
            after.append(1 / (1 + exp(-z)))
        h = after
    return taught
    ### END SOLUTION
''',
    inputs=tower,
    reference=lambda x, weights, biases: signals(x, weights, biases)[:-1],
    hints=(
        both(
            zh="第一层还原的是数据；以后每一层，还原前一层交出来的东西。",
            en="The first layer reconstructs the data; each further one, what the layer before it hands on.",
        ),
        both(
            zh="第 l 层的自编码器还原 $h_{l-1}$，$h_0$ 是 `x`，$h_l=\\mathrm{sigmoid}(W_l h_{l-1}+b_l)$。",
            en="The autoencoder of layer l reconstructs $h_{l-1}$, where $h_0$ is `x` and $h_l=\\mathrm{sigmoid}(W_l h_{l-1}+b_l)$.",
        ),
        both(
            zh="先把眼下的信号记进列表，再让它过这一层；最后一层的输出没有谁还原。",
            en="Put the present signal into the list, then send it through the layer; nobody reconstructs the last layer's output.",
        ),
    ),
    wrong=(
        wrong(
            lambda x, weights, biases: [list(x) for _ in weights],
            zh="只有第一层还原 `x`：以后的层看不到它。",
            en="Only the first layer reconstructs `x`: the later ones never see it.",
        ),
        wrong(
            lambda x, weights, biases: signals(x, weights, biases)[1:],
            zh="错开了一层：自编码器还原的是这一层的输入，不是输出。",
            en="One layer off: an autoencoder reconstructs its layer's input, not its output.",
            credit=0.5,
        ),
        wrong(
            lambda x, weights, biases: signals(x, weights, biases)[-2::-1],
            zh="次序反了：第一层在前。",
            en="The order is reversed: the first layer comes first.",
            credit=0.5,
        ),
        wrong(
            lambda x, weights, biases: signals(x, weights, biases, turned=True)[:-1],
            zh="用了权重的列：往前传，一个单元用的是一行。",
            en="You took columns of the weights: forward, a unit has a row.",
            credit=0.5,
        ),
        wrong(
            lambda x, weights, biases: signals(x, weights, biases, act=lambda z: z)[:-1],
            zh="信号每过一层都要过 sigmoid。",
            en="The signal passes a sigmoid in every layer.",
            credit=0.5,
        ),
        wrong(
            lambda x, weights, biases: signals(x, weights, biases, shift=False)[:-1],
            zh="偏置没有加。",
            en="The biases are missing.",
            credit=0.5,
        ),
    ),
)


# How much is trained


def sizes(draw):
    return {"sizes": [draw.whole(10, 60) for _ in range(draw.whole(4, 6))]}


def taught(sizes, *, back=1, shifts=lambda i, o: i + o):
    return [(1 + back) * i * o + shifts(i, o) for i, o in pairwise(sizes[:-1])]


COUNT = Task(
    id="pretraining_count",
    points=2,
    title=both(zh="每段训练动多少个数？", en="How many numbers does each part train?"),
    prompt=both(
        zh="`sizes` 是一个网络各层的宽度，从输入到输出；除了最后一层，都要逐层预训练。每个自编码器有自己的还原层，权重和偏置都训练，和前一半不共用。\n\n返回一个列表：各个自编码器训练多少个参数，第一层在前。",
        en="`sizes` holds the widths of a net from input to output; all layers but the last are pretrained one after the other.\nEach autoencoder has a decoder of its own, with weights and biases that are trained and not shared.\n\n"
        "Return a list: how many parameters each autoencoder trains, the first layer first.",
    ),
    solution='''
def pretraining_count(sizes):
    """Parameters that each autoencoder trains."""
    ### BEGIN SOLUTION
    found = []
    for layer in range(1, len(sizes) - 1):
        before, here = sizes[layer - 1], sizes[layer]
        there = here * before + here
        again = before * here + before
        found.append(there + again)
    return found
    ### END SOLUTION
''',
    inputs=sizes,
    reference=taught,
    hints=(
        both(
            zh="贪心：轮到哪一层，只有它和它的还原层在动，前面的都不动。",
            en="Greedy: when a layer's turn comes, only it and its decoder move, nothing before it.",
        ),
        both(
            zh="去：输入数乘单元数个权重，单元数个偏置。回：同样多的权重，输入数个偏置。",
            en="There: inputs times units weights, and a bias a unit. Back: as many weights, and a bias an input.",
        ),
        both(
            zh="`sizes` 有几个数，就有几减 2 个自编码器：最后一层要等标签。",
            en="There are as many autoencoders as numbers in `sizes`, less 2: the last layer waits for labels.",
        ),
    ),
    wrong=(
        wrong(
            lambda sizes: taught(sizes, back=0, shifts=lambda i, o: o),
            zh="还原层也要训练：它的权重和偏置没有算。",
            en="The decoder is trained too: its weights and biases are missing.",
            credit=0.5,
        ),
        wrong(
            lambda sizes: taught(sizes, shifts=lambda i, o: 0),
            zh="偏置没有算。",
            en="The biases are missing.",
            credit=0.5,
        ),
        wrong(
            lambda sizes: taught(sizes, shifts=lambda i, o: 2 * o),
            zh="还原层的偏置，个数是输入的个数，不是单元数。",
            en="The decoder has as many biases as inputs, not as units.",
            credit=0.5,
        ),
        wrong(
            lambda sizes: taught([*sizes, 0]),
            zh="最后一层不预训练：它要等标签。",
            en="The last layer is not pretrained: it waits for labels.",
            credit=0.5,
        ),
        wrong(
            lambda sizes: [sum(taught(sizes)[: i + 1]) for i in range(len(sizes) - 2)],
            zh="前面的层不再动：各个自编码器只数自己的。",
            en="The layers before no longer move: count each autoencoder alone.",
            credit=0.5,
        ),
    ),
)


# Larger weights instead


def target(draw):
    return {"layers": draw.whole(3, 12), "part": draw.between(0.05, 0.8)}


GAIN = Task(
    id="pretraining_gain",
    points=2,
    title=both(zh="不预训练，权重要多大？", en="Without pretraining, how large must weights be?"),
    prompt=both(
        zh="`layers` 层 sigmoid，各层一样宽，权重是 Glorot 的：没乘之前，一层只靠斜率，每层乘 1/4（$z$ 在 0 附近）。所有权重再乘同一个数，传回来的信号过完所有的层，正好剩下 `part`。这个数是多少？斜率仍按 1/4 算。",
        en="There are `layers` layers of sigmoid, all of one width, with Glorot's weights: as they are, a layer multiplies by its slope alone, 1/4 ($z$ near 0).\n"
        "All weights are now multiplied by one number, so that exactly `part` of the signal sent back is left after all layers.\nWhich number? Keep to a slope of 1/4.",
    ),
    solution='''
def pretraining_gain(layers, part):
    """What all weights are multiplied by."""
    ### BEGIN SOLUTION
    each = part ** (1 / layers)
    return 4 * each
    ### END SOLUTION
''',
    inputs=target,
    reference=lambda layers, part: math.exp(math.log(4) + math.log(part) / layers),
    hints=(
        both(
            zh="各层的倍数相乘，要等于 `part`。",
            en="The factors of the layers, multiplied, must be `part`.",
        ),
        both(
            zh="权重乘 $c$，每层乘 $c/4$；$(c/4)^L$ 等于 `part`，$L$ 是层数。",
            en="With weights times $c$, each layer multiplies by $c/4$; $(c/4)^L$ is `part`, where $L$ is the number of layers.",
        ),
        both(
            zh="先求每层该乘多少：`part` 开 `layers` 次方；再抵掉斜率。",
            en="First what each layer should multiply by: the root of order `layers` of `part`; then make up for the slope.",
        ),
    ),
    wrong=(
        wrong(
            lambda layers, part: part ** (1 / layers),
            zh="这是每层该乘的数：还要抵掉斜率 1/4。",
            en="This is what each layer should multiply by: make up for the slope of 1/4.",
            credit=0.5,
        ),
        wrong(
            lambda layers, part: 4 * part,
            zh="这样每层都剩 `part`：要的是过完所有的层剩下 `part`。",
            en="So each layer would leave `part`: it is to be left after all layers.",
            credit=0.5,
        ),
        wrong(
            lambda layers, part: 4**layers * part,
            zh="这个倍数要分给各层，每层一份，不是全乘在一层上。",
            en="This factor is to be shared by the layers, not put into a single one.",
            credit=0.5,
        ),
        wrong(
            lambda layers, part: 16 * part ** (2 / layers),
            zh="这是平方：信号的大小乘几倍，权重就乘几倍，不用平方。",
            en="This is the square: the signal's size goes with the weights, not with their squares.",
            credit=0.5,
        ),
    ),
)


# What pretraining is worth


def tables(draw):
    """Two tables whose best rates differ, and in which the best test score is not the chosen one."""
    rates = draw.whole(4, 6)
    mine = draw.whole(0, rates - 1)
    theirs = (mine + draw.whole(1, rates - 1)) % rates
    return {"random": table(draw, rates, mine), "learned": table(draw, rates, theirs)}


def table(draw, rates, best):
    validation = draw.numbers(rates, 0.2, 0.85)
    test = [score + draw.between(-0.05, 0.05) for score in validation]
    validation[best], test[best] = draw.between(0.92, 0.95), draw.between(0.85, 0.9)
    lucky = (best + draw.whole(1, rates - 1)) % rates
    validation[lucky], test[lucky] = draw.between(0.86, 0.91), draw.between(0.92, 0.96)
    return {"validation": validation, "test": test}


def worth(random, learned, *, by="validation", shown="test", shared=False):
    def best(table):
        return table[by].index(max(table[by]))

    mine = best(random)
    theirs = mine if shared else best(learned)
    return learned[shown][theirs] - random[shown][mine]


FAIR = Task(
    id="pretraining_worth",
    points=3,
    title=both(zh="预训练值多少？", en="What is pretraining worth?"),
    prompt=both(
        zh='两种起步，同样的几个学习率。`random` 和 `learned` 各是一个字典：`"validation"` 和 `"test"` 两列准确率，每个学习率一个，次序相同。\n\n公平地比：预训练让测试准确率高多少？',
        en='Two starts and the same few learning rates. `random` and `learned` are dicts, each with two lists of accuracies, `"validation"` and `"test"`, one entry a learning rate, in the same order.\n\n'
        "In a fair comparison, how much higher is the test accuracy with pretraining?",
    ),
    solution='''
def pretraining_worth(random, learned):
    """How much higher the test accuracy is with pretraining."""
    ### BEGIN SOLUTION
    scores = []
    for table in (random, learned):
        rates = range(len(table["validation"]))
        place = max(rates, key=lambda i: table["validation"][i])
        scores.append(table["test"][place])
    return scores[1] - scores[0]
    ### END SOLUTION
''',
    inputs=tables,
    reference=worth,
    hints=(
        both(
            zh="两边各用自己最好的学习率；测试集只用来报成绩。",
            en="Each side has its own best learning rate; the test set only gives the score.",
        ),
        both(
            zh="在验证集上挑学习率，在测试集上看那个学习率的准确率，再相减。",
            en="Choose the rate on the validation set, read the accuracy at that rate on the test set, and subtract.",
        ),
        both(
            zh='每个字典：找 `"validation"` 里最大的位置，取 `"test"` 的同一位置；`learned` 的减 `random` 的。',
            en='In each dict: find the place of the largest in `"validation"` and take the same place in `"test"`; that of `learned` minus that of `random`.',
        ),
    ),
    wrong=(
        wrong(
            lambda random, learned: worth(random, learned, shared=True),
            zh="你让两边用同一个学习率，挑的还是随机起步最好的那个。",
            en="You gave both sides one rate, and the one that suits the random start.",
        ),
        wrong(
            lambda random, learned: worth(random, learned, by="test"),
            zh="你在测试集上挑学习率：成绩就偏高了，要在验证集上挑。",
            en="You chose the rate on the test set, which flatters the score: choose on the validation set.",
            credit=0.5,
        ),
        wrong(
            lambda random, learned: worth(random, learned, shown="validation"),
            zh="验证集是用来挑的，成绩要看测试集。",
            en="The validation set is for choosing; the score is that of the test set.",
            credit=0.5,
        ),
        wrong(
            lambda random, learned: -worth(random, learned),
            zh="减反了：预训练的减随机的。",
            en="The other way round: pretrained minus random.",
            credit=0.5,
        ),
        wrong(
            lambda random, learned: (
                sum(learned["test"]) / len(learned["test"])
                - sum(random["test"]) / len(random["test"])
            ),
            zh="对所有学习率取平均，等于问：随手选一个，谁好？这里要各自最好的。",
            en="A mean over all rates asks who is better at a rate picked blindly: take each one's best.",
        ),
    ),
)

TASKS = (ERROR, GREEDY, COUNT, GAIN, FAIR)
