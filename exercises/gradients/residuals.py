"""Exercises on residual blocks, declared once.

Book: gradients/residuals
"""

import math
from itertools import pairwise

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="残差：留一条直路", en="Residuals: a straight way through")


# What the branches bring back


def chain(draw):
    count = draw.whole(3, 5) if draw.case % 2 else 3
    return {"message": draw.between(0.5, 2), "slopes": draw.numbers(count, 0.2, 0.9)}


def after_all(message, slopes):
    return message * (math.prod(1 + slope for slope in slopes) - 1)


BRANCHES = Task(
    id="residual_branches",
    points=2,
    title=both(zh="支路带回多少？", en="What do the branches bring back?"),
    prompt=both(
        zh="信号只有一个数。残差块一块接一块，`slopes` 是各条支路的导数，末端发回 `message`。到入口的信号里，至少走过一条支路的有多大？",
        en="A signal of one number, and residual blocks one after another; `slopes` are the derivatives of their branches, and the end sends back `message`.\n"
        "Of the signal at the entrance, how much has passed at least one branch?",
    ),
    solution='''
def residual_branches(message, slopes):
    """The part of the signal at the entrance that did not come straight."""
    ### BEGIN SOLUTION
    back = message
    for slope in slopes:
        back = back + slope * back
    return back - message
    ### END SOLUTION
''',
    inputs=chain,
    reference=after_all,
    hints=(
        both(
            zh="先求到入口的全部，再去掉不走支路的那一份。",
            en="Find all that reaches the entrance, then take away what passed no branch.",
        ),
        both(
            zh="每过一块，信号乘 1 加这一块的导数。",
            en="Each block multiplies the signal by 1 plus the derivative of its branch.",
        ),
        both(
            zh="直路带回的就是发出的那个数，一点没变。",
            en="The straight way brings back the number that was sent, unchanged.",
        ),
    ),
    wrong=(
        wrong(
            lambda message, slopes: message + after_all(message, slopes),
            zh="这是到入口的全部：直路来的那份还没有去掉。",
            en="This is all that arrives: the straight part is still in it.",
            credit=0.5,
        ),
        wrong(
            lambda message, slopes: message * sum(slopes),
            zh="你只数了正好走一条支路的：走两条、三条的也算。",
            en="You counted paths through exactly one branch: those through two or three belong to it.",
            credit=0.5,
        ),
        wrong(
            lambda message, slopes: message * math.prod(slopes),
            zh="这是每块都走支路的那一条路：别的路也要加上。",
            en="This is the one path that takes every branch: the others are to be added.",
        ),
        wrong(
            lambda message, slopes: math.prod(1 + slope for slope in slopes) - 1,
            zh="倍数对了：还要乘末端发回的信号。",
            en="The right factor: what the end sends back still has to be multiplied in.",
            credit=0.5,
        ),
    ),
)


# The backward pass


def layer(draw):
    size, blocks = 3, 2
    matrices = [[draw.numbers(size, -1, 1) for _ in range(size)] for _ in range(blocks)]
    return {
        "message": draw.numbers(size, -1, 1),
        "weights": matrices,
        "signals": [draw.numbers(size, -1, 1) for _ in range(blocks)],
        "scale": draw.between(0.3, 0.8),
    }


def sent_back(
    message, weights, signals, scale, *, skip=1.0, gate=lambda h: h > 0, turned=True, order=-1
):
    back = list(message)
    for weight, h in list(zip(weights, signals, strict=True))[::order]:
        columns = list(zip(*weight, strict=True)) if turned else weight
        through = [sum(w * b for w, b in zip(column, back, strict=True)) for column in columns]
        back = [
            skip * b + scale * t * gate(value) for b, t, value in zip(back, through, h, strict=True)
        ]
    return back


BACK = Task(
    id="residual_backward",
    points=3,
    kind="implementation",
    title=both(zh="传回去", en="The way back"),
    prompt=both(
        zh="每一块是 $h + a\\,W\\,\\mathrm{ReLU}(h)$，$a$ 是 `scale`。`weights` 是各块的 $W$，第一块在前，每个是一行行的表；`signals` 是各块的输入 $h$。末端发回 `message`，是一列数。\n\n返回到入口的信号，也是一列数。",
        en="Each block is $h + a\\,W\\,\\mathrm{ReLU}(h)$, where $a$ is `scale`.\n"
        "`weights` holds the $W$ of every block, the first block first, each a list of rows; `signals` holds the input $h$ of every block.\nThe end sends back `message`, a list of numbers.\n\n"
        "Return the signal at the entrance, a list too.",
    ),
    solution='''
def residual_backward(message, weights, signals, scale):
    """The signal that reaches the entrance."""
    ### BEGIN SOLUTION
    sent = message
    for block in reversed(range(len(weights))):
        W, h = weights[block], signals[block]
        branch = [0.0] * len(h)
        for i in range(len(W)):
            for j in range(len(h)):
                if h[j] > 0:
                    branch[j] += scale * W[i][j] * sent[i]
        sent = [sent[j] + branch[j] for j in range(len(h))]
    return sent
    ### END SOLUTION
''',
    inputs=layer,
    reference=sent_back,
    hints=(
        both(
            zh="从最后一块往前走；每块两份相加，直路的和支路的。",
            en="Begin at the last block; each adds two parts, the straight one and the branch's.",
        ),
        both(
            zh="支路往前先过 ReLU 再乘 $W$，传回就先乘 $W^\\top$，再过 ReLU 的斜率。",
            en="Forward, the branch takes ReLU and then $W$; so on the way back $W^\\top$ comes first and ReLU's slope after it.",
        ),
        both(
            zh="第 j 个数：传来的第 j 个，加上 `scale` 乘第 j 列和传来的数的乘积之和；`signals` 的第 j 个不是正数，后一份就是 0。",
            en="Entry j: entry j of what arrives, plus `scale` times the sum over column j times what arrives; the second part is 0 where entry j of `signals` is not positive.",
        ),
    ),
    wrong=(
        wrong(
            lambda message, weights, signals, scale: sent_back(
                message, weights, signals, scale, skip=0.0
            ),
            zh="直路的那份没有加：每块都要留着传来的信号本身。",
            en="The straight part is missing: each block keeps the signal that arrives.",
        ),
        wrong(
            lambda message, weights, signals, scale: sent_back(
                message, weights, signals, scale, turned=False
            ),
            zh="传回要乘转置：用 $W$ 的列，不用行。",
            en="The way back takes the transpose: columns of $W$, not rows.",
            credit=0.5,
        ),
        wrong(
            lambda message, weights, signals, scale: sent_back(
                message, weights, signals, scale, gate=lambda h: 1
            ),
            zh="ReLU 的斜率没有算：输入不是正数的地方，支路什么也传不回来。",
            en="ReLU's slope is missing: where its input is not positive, the branch sends nothing back.",
            credit=0.5,
        ),
        wrong(
            lambda message, weights, signals, scale: sent_back(
                message, weights, signals, scale, order=1
            ),
            zh="次序反了：信号先到最后一块。",
            en="The order is reversed: the signal meets the last block first.",
            credit=0.5,
        ),
        wrong(
            lambda message, weights, signals, scale: sent_back(message, weights, signals, 1.0),
            zh="支路还要乘 `scale`。",
            en="The branch is to be multiplied by `scale`.",
            credit=0.5,
        ),
        wrong(
            lambda message, weights, signals, scale: sent_back(
                message, weights, signals, scale, gate=lambda h: max(h, 0.0)
            ),
            zh="你乘的是 ReLU 的输出；传回要乘它的斜率，0 或者 1。",
            en="You multiplied by ReLU's output; the way back takes its slope, 0 or 1.",
            credit=0.5,
        ),
    ),
)


# How small the branches must be


def bound(draw):
    return {"blocks": draw.whole(10, 100), "limit": draw.between(2, 10)}


SCALE = Task(
    id="residual_scale",
    points=2,
    title=both(zh="支路要乘多小？", en="How small must the branches be?"),
    prompt=both(
        zh="一共 `blocks` 个残差块，每条支路的输出和输入一样大，和直路互不相干。所有支路乘同一个数，使末端的信号正好是入口的 `limit` 倍。这个数是多少？",
        en="There are `blocks` residual blocks; every branch puts out as much as it takes in and is unrelated to the straight way.\n"
        "All branches are multiplied by one number, so that the signal at the end is exactly `limit` times as large as at the entrance.\nWhich number?",
    ),
    solution='''
def residual_scale(blocks, limit):
    """The factor of every branch."""
    ### BEGIN SOLUTION
    return (limit ** (2 / blocks) - 1) ** 0.5
    ### END SOLUTION
''',
    inputs=bound,
    reference=lambda blocks, limit: math.sqrt(math.expm1(2 * math.log(limit) / blocks)),
    hints=(
        both(
            zh="互不相干的两份相加，是平方的平均相加。",
            en="Of two unrelated parts, the mean squares add up.",
        ),
        both(
            zh="支路乘 $a$，每块把信号变成 $\\sqrt{1+a^2}$ 倍。",
            en="With branches times $a$, each block multiplies the signal by $\\sqrt{1+a^2}$.",
        ),
        both(
            zh="令 $(1+a^2)^{L/2}$ 等于 `limit`，$L$ 是块数，解出 $a$。",
            en="Set $(1+a^2)^{L/2}$ equal to `limit`, where $L$ is the number of blocks, and solve for $a$.",
        ),
    ),
    wrong=(
        wrong(
            lambda blocks, limit: limit ** (1 / blocks) - 1,
            zh="你让大小直接相加，每块 $1+a$ 倍；互不相干的，是平方相加。",
            en="You added sizes, $1+a$ a block; of unrelated parts the squares add up.",
            credit=0.5,
        ),
        wrong(
            lambda blocks, limit: limit ** (2 / blocks) - 1,
            zh="这是 $a^2$：还要开方。",
            en="This is $a^2$: take the root.",
            credit=0.5,
        ),
        wrong(
            lambda blocks, limit: math.sqrt(limit ** (1 / blocks) - 1),
            zh="$1+a^2$ 是平方的倍数，`limit` 是大小的倍数，也要先平方。",
            en="$1+a^2$ is a factor of squares, and `limit` one of sizes: square it first.",
            credit=0.5,
        ),
        wrong(
            lambda blocks, limit: 1 / math.sqrt(blocks),
            zh="乘 $1/\\sqrt L$，末端约是 $\\sqrt e$ 倍；要的是 `limit` 倍。",
            en="With $1/\\sqrt L$ the end is about $\\sqrt e$ times as large; asked is `limit` times.",
        ),
    ),
)


# Deep or wide

TEETH = Task(
    id="residual_teeth",
    points=1,
    title=both(zh="宽的要多几个单元？", en="How many more units when wide?"),
    prompt=both(
        zh="锯齿由帐篷函数套 `layers` 层得到，每层两个 ReLU 单元。一个隐藏层里，每个单元只有一个折点：光数折点，写出同样的锯齿，一个隐藏层至少比深的网络多用几个单元？",
        en="A saw is the tent function nested in `layers` layers, two ReLU units each.\n"
        "In one hidden layer each unit has one kink: by the number of kinks alone, how many more units than the deep net does one hidden layer need for the same saw, at least?",
    ),
    solution='''
def residual_teeth(layers):
    """Units of the wide net minus units of the deep one."""
    ### BEGIN SOLUTION
    pieces = 1
    for _ in range(layers):
        pieces *= 2
    return pieces - 1 - 2 * layers
    ### END SOLUTION
''',
    inputs=lambda draw: {"layers": draw.whole(4, 12)},
    reference=lambda layers: (1 << layers) - 2 * layers - 1,
    hints=(
        both(
            zh="每添一层，直线的段数翻倍。",
            en="Each further layer doubles the straight pieces.",
        ),
        both(
            zh="一个隐藏层，每个单元只添一个折点，也就是一段。",
            en="In one hidden layer each unit adds one kink, and so one piece.",
        ),
        both(
            zh="段数比折点数多 1。最后减去深的网络的单元数。",
            en="Pieces are kinks plus 1. In the end, take away the units of the deep net.",
        ),
    ),
    wrong=(
        wrong(
            lambda layers: 2**layers - 2 * layers,
            zh="差 1：没有折点的时候，已经有一段。",
            en="Off by 1: without any kink there is one piece already.",
            credit=0.5,
        ),
        wrong(
            lambda layers: 2**layers - 1 - layers,
            zh="深的网络每层两个单元，不是一个。",
            en="The deep net has two units a layer, not one.",
            credit=0.5,
        ),
        wrong(
            lambda layers: 2**layers - 1,
            zh="这是宽的要用的单元数：还要减去深的。",
            en="These are the units of the wide net: take away those of the deep one.",
            credit=0.5,
        ),
    ),
)


# Which block cancels the straight way


def cut(draw):
    """Sizes with one block that cancels most of the signal: the first, the last, any.

    Where it is the last, the first loses a smaller part of a larger signal.
    """
    count = draw.whole(6, 9)
    factors = draw.numbers(count, 1.5, 2.5)
    place = (0, count - 1, draw.whole(1, count - 2))[draw.case % 3]
    factors[0], factors[place] = draw.between(0.7, 0.8), draw.between(0.4, 0.6)
    back = [draw.between(0.5, 2)]
    for factor in reversed(factors):
        back.insert(0, back[0] * factor)
    return {"back": back}


def weakest(back, score=lambda here, behind: here / behind):
    scores = [score(here, behind) for here, behind in pairwise(back)]
    return 1 + scores.index(min(scores))


DIAGNOSIS = Task(
    id="residual_diagnosis",
    points=2,
    title=both(zh="哪一块抵得最多？", en="Which block cancels most?"),
    prompt=both(
        zh="`back` 是传回来的信号在各处的大小：第 0 个在入口，以后第 l 个在第 l 块之后，最后一个在末端，信号从那里发出。\n\n哪一块的支路把信号抵掉得最厉害，也就是只留下最小的一部分？返回块的号码，从 1 数起。",
        en="`back` holds the size of the signal sent back at every place: entry 0 at the entrance, entry l after block l, the last one at the end, where it is sent.\n\n"
        "Which block's branch cancels the signal most, so that the smallest part is left? Return the number of the block, counted from 1.",
    ),
    solution='''
def residual_diagnosis(back):
    """The block that leaves the smallest part of the signal, counted from 1."""
    ### BEGIN SOLUTION
    left = {}
    for block in range(1, len(back)):
        left[block] = back[block - 1] / back[block]
    return min(left, key=left.get)
    ### END SOLUTION
''',
    inputs=cut,
    reference=weakest,
    hints=(
        both(
            zh="信号从末端往入口走：一块收到的是它之后的大小，交出去的是它之前的。",
            en="The signal goes from the end to the entrance: a block receives the size after it and hands on the size before it.",
        ),
        both(
            zh="留下的部分，是交出去的除以收到的。",
            en="The part that is left is what a block hands on divided by what it receives.",
        ),
        both(
            zh="第 l 块：`back[l - 1] / back[l]`，找最小的 l。",
            en="Block l: `back[l - 1] / back[l]`; find the l for which it is smallest.",
        ),
    ),
    wrong=(
        wrong(
            lambda back: weakest(back, lambda here, behind: behind / here),
            zh="方向反了：信号从末端来，一块收到的是它之后的那个数。",
            en="The direction is reversed: the signal comes from the end, so a block receives the number after it.",
        ),
        wrong(
            lambda back: weakest(back) - 1,
            zh="差一个：块从 1 数起。",
            en="Off by one: blocks are counted from 1.",
            credit=0.5,
        ),
        wrong(
            lambda back: weakest(back, lambda here, behind: here - behind),
            zh="你比的是差：信号本来就大的地方，少一点也显得多。要看留下几分之几。",
            en="You compared differences: where the signal is large, a little less looks like much. Take the part that is left.",
        ),
    ),
)

TASKS = (BRANCHES, BACK, SCALE, TEETH, DIAGNOSIS)
