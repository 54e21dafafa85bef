"""Exercises on the chain rule, back-propagation and the check of a gradient, declared once.

Book: gradients/backprop
"""

import math
from itertools import pairwise

from dlnotes.core.language import both
from dlnotes.gradients.autograd import Value
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import off_by_one, scaled, swapped

TITLE = both(zh="误差怎样传回来", en="How the error travels back")


# A number that is used twice


def pair(draw):
    return {"x": draw.between(0.5, 3), "w": -draw.between(0.5, 3)}


def derivatives(x, w):
    first, second = Value(x), Value(w)
    product = first * second
    ((product + first) ** 2).backward()
    return first.grad, second.grad


def derived(x, w, *, direct=1.0, through=1.0, outer=2.0):
    """The derivatives with parts of the chain changed."""
    message = outer * (x * w + x)
    return message * (direct + through * w), message * x


TWO_WAYS = Task(
    id="two_ways",
    points=1,
    title=both(zh="两条路", en="Two ways"),
    prompt=both(
        zh="先算 $z=wx$，再算 $r=z+x$，最后 $f=r^2$。返回 $f$ 对 `x` 的导数和对 `w` 的导数。",
        en="First $z=wx$, then $r=z+x$, last $f=r^2$.\n"
        "Return the derivatives of $f$ with respect to `x` and to `w`.",
    ),
    solution='''
def two_ways(x, w):
    """The derivatives of f by x and by w."""
    ### BEGIN SOLUTION
    r = x * w + x
    to_z = 2 * r
    return 2 * r + to_z * w, to_z * x
    ### END SOLUTION
''',
    returns="(by_x, by_w)",
    inputs=pair,
    reference=derivatives,
    hints=(
        both(
            zh="`x` 通到 $f$ 有几条路？每条路各算一份。",
            en="By how many ways does `x` lead to $f$? Each brings a share.",
        ),
        both(
            zh="$r$ 处的信号是 $2r$；$r=z+x$ 把它原样传给 $z$ 和 `x`；$z=wx$ 再乘上另一个数。",
            en="The message at $r$ is $2r$; $r=z+x$ passes it on unchanged to $z$ and to `x`; $z=wx$ multiplies it by the other number.",
        ),
        both(
            zh="`x` 的两份相加：$2r$ 和 $2rw$；`w` 只有一份：$2rx$。",
            en="Add both shares of `x`, $2r$ and $2rw$; `w` has one, $2rx$.",
        ),
    ),
    wrong=(
        wrong(
            lambda x, w: derived(x, w, direct=0.0),
            zh="`x` 用了两次：直接加进 $r$ 的那一次没有算。",
            en="The number `x` is used twice; you miss the use that goes straight into $r$.",
            credit=0.5,
        ),
        wrong(
            lambda x, w: derived(x, w, through=0.0),
            zh="`x` 用了两次：经过 $z$ 的那条路没有算。",
            en="The number `x` is used twice; you miss the way through $z$.",
            credit=0.5,
        ),
        wrong(
            lambda x, w: (
                derived(x, w, direct=0.0)[0] * derived(x, w, through=0.0)[0],
                derived(x, w)[1],
            ),
            zh="你把两条路乘起来了：一条路上才相乘，两条路要相加。",
            en="You multiply the two ways: multiply along one way, add over the two.",
        ),
        wrong(
            lambda x, w: derived(x, w, outer=1.0),
            zh="平方的导数是 $2r$，你漏了 2。",
            en="The derivative of the square is $2r$; the 2 is missing.",
            credit=0.5,
        ),
    ),
)


# The bookkeeping, repaired


def edges(draw):
    """A graph of five numbers: the first is used twice or three times."""
    pairs = [(1, 0), (2, 0), (2, 1), (3, 2), (3, 0), (4, 3), (4, 1)]
    kept = [each for k, each in enumerate(pairs) if k != (4, 6, 2, 99)[draw.case % 4]]
    return {"edges": [(child, parent, signed(draw)) for child, parent in kept], "count": 5}


def signed(draw):
    size = draw.between(0.5, 2)
    return -size if draw.whole(0, 1) else size


def sent_back(edges, count, *, latest=False, forwards=False, join=math.prod, at=0):
    """The derivative of the last number by number `at`, along every way."""
    got = [0.0] * count
    got[-1] = 1.0
    for child, parent, slope in edges if forwards else reversed(edges):
        share = join((got[child], slope))
        got[parent] = share if latest else got[parent] + share
    return got[at]


def all_ways(edges, count, at=None, *, choose=sum):
    """The same by listing every way from the end to number 0."""
    here = count - 1 if at is None else at
    if here == 0:
        return 1.0
    shares = [all_ways(edges, count, p, choose=choose) * s for c, p, s in edges if c == here]
    return choose(shares) if shares else 0.0


TAPE_GRADIENT = Task(
    id="tape_gradient",
    points=3,
    kind="implementation",
    title=both(zh="修好这本账", en="Mend the ledger"),
    prompt=both(
        zh="`edges` 按往前算的次序记下每条边：`(child, parent, slope)`，结果的编号、来源的编号、这一步的导数；一个数算出来之后才会被用到。一共 `count` 个数，编号从 0 起，末一个是损失。返回损失对 0 号数的导数。\n\n上面的 `faulty_gradient` 有两处错。找出来，再写对。",
        en="`edges` notes every edge in the order of the forward pass: `(child, parent, slope)`, the index of what is made, of what it is made of, and the derivative of this step; a number is used only after it is made.\n"
        "There are `count` numbers, counted from 0; the last is the loss.\n"
        "Return the derivative of the loss with respect to number 0.\n\n"
        "The `faulty_gradient` above has two faults.\nFind them, and write it right.",
    ),
    given="""
def faulty_gradient(edges, count):
    sent = [0.0] * count
    sent[count - 1] = 1.0
    for child, parent, slope in edges:
        sent[parent] = sent[child] * slope
    return sent[0]
""",
    solution='''
def tape_gradient(edges, count):
    """The derivative of the last number by number 0."""
    ### BEGIN SOLUTION
    sent = [0.0] * count
    sent[count - 1] = 1.0
    for child, parent, slope in edges[::-1]:
        sent[parent] += sent[child] * slope
    return sent[0]
    ### END SOLUTION
''',
    inputs=edges,
    reference=all_ways,
    hints=(
        both(
            zh="信号从哪一头出发？一个数用了两次，收到几份？",
            en="From which end do messages start? What is used twice receives how many shares?",
        ),
        both(
            zh="每条边：来源处的信号，加上结果处的信号乘这条边的导数；边从最后一条走起。",
            en="For each edge: to the message at the source add the message at the result times the derivative; begin with the last edge.",
        ),
        both(
            zh="把 `edges` 倒过来走，等号改成 `+=`。",
            en="Walk `edges` in reverse, and turn the equals sign into `+=`.",
        ),
    ),
    wrong=(
        wrong(
            lambda edges, count: sent_back(edges, count, latest=True),
            zh="次序对了，等号还没改：后到的一份盖掉了先到的。",
            en="The order is right, the equals sign is not: the share that comes later overwrites the earlier.",
            credit=0.5,
        ),
        wrong(
            lambda edges, count: sent_back(edges, count, forwards=True),
            zh="你从开头走起：轮到前面的边时，末尾的信号还没有传到。",
            en="You begin at the start: when the first edges come up, nothing has reached them from the end.",
        ),
        wrong(
            lambda edges, count: all_ways(edges, count, choose=lambda some: max(some, key=abs)),
            zh="几条路里你只留了最大的一条：要全部加起来。",
            en="Of several ways you keep the largest; add them all.",
        ),
        wrong(
            lambda edges, count: all_ways(edges, count, choose=math.prod),
            zh="几条路之间你用了乘：一条路上相乘，路与路相加。",
            en="You multiply over the ways: multiply along a way, add over the ways.",
        ),
        wrong(
            lambda edges, count: sent_back(edges, count, join=lambda both: both[0]),
            zh="边上的导数没有乘。",
            en="The derivatives on the edges are not used.",
        ),
        wrong(
            lambda edges, count: sent_back(edges, count, join=sum),
            zh="你把信号和边上的导数加起来了：沿着一条边，是乘。",
            en="You add message and derivative: along an edge, multiply.",
        ),
        wrong(
            lambda edges, count: sent_back(edges, count, at=1),
            zh="你返回的是 1 号数的导数。",
            en="You return the derivative by number 1.",
            credit=0.5,
        ),
    ),
)


# What brackets cost


def widths(draw):
    """Layers from the input to the loss, which is one number."""
    return {"widths": [draw.whole(2, 30) for _ in range(draw.whole(3, 5))] + [1]}


def multiplications(widths):
    """From the loss, a row at a time; from the input, a matrix at a time."""
    entries = [before * after for before, after in pairwise(widths)]  # of each matrix
    return sum(entries[:-1]), widths[0] * sum(entries[1:])


def with_first(widths):
    """As if the first matrix had to be multiplied as well."""
    back, forth = multiplications(widths)
    return back + widths[-1] * widths[-2], forth + widths[0] * widths[0] * widths[1]


BRACKET_COSTS = Task(
    id="bracket_costs",
    points=2,
    title=both(zh="括号加在哪头", en="Where the brackets go"),
    prompt=both(
        zh="`widths` 是各层有几个数，从输入到损失，末一个是 1。相邻两层之间一个雅可比矩阵，后一层有几个数就几行，前一层有几个数就几列；全部乘起来就是梯度。不真乘，先算：从损失那头乘起，要多少次乘法？从输入那头乘起呢？2 行 3 列的乘 3 行 5 列的，是 30 次。",
        en="`widths` says how many numbers each layer has, from the input to the loss; the last is 1.\n"
        "Between two layers stands a Jacobian, with a row for each number of the later and a column for each of the earlier; their product is the gradient.\n"
        "Without multiplying, predict: how many multiplications from the loss's end, how many from the input's?\n"
        "A matrix of 2 rows and 3 columns times one of 3 rows and 5 columns takes 30.",
    ),
    solution='''
def bracket_costs(widths):
    """Multiplications from the loss, and from the input."""
    ### BEGIN SOLUTION
    from_loss = from_input = 0
    for layer in range(1, len(widths) - 1):
        from_loss += widths[layer] * widths[layer - 1]
        from_input += widths[layer + 1] * widths[layer] * widths[0]
    return from_loss, from_input
    ### END SOLUTION
''',
    returns="(from_loss, from_input)",
    inputs=widths,
    reference=multiplications,
    hints=(
        both(
            zh="从损失那头乘，手里总是一行；从输入那头乘，手里的列数总是输入的个数。",
            en="From the loss you always hold one row; from the input, what you hold always has as many columns as there are inputs.",
        ),
        both(
            zh="一行乘矩阵，次数就是矩阵里有几个数；矩阵乘手里那个，还要再乘输入的个数，`widths[0]`。",
            en="A row times a matrix takes as many as the matrix has entries; a matrix times what is in hand takes that times the number of inputs, `widths[0]`.",
        ),
        both(
            zh="矩阵比乘法多一个：手里拿着的头一个矩阵，不用乘。",
            en="There is one matrix more than there are products: the first one in hand is not multiplied by anything.",
        ),
    ),
    wrong=(
        wrong(
            swapped(multiplications),
            zh="次序反了：先是从损失那头。",
            en="The order is reversed: the loss's end comes first.",
            credit=0.5,
        ),
        wrong(
            with_first,
            zh="多乘了一次：第一个矩阵拿在手里，还没有东西可乘。",
            en="One product too many: the first matrix is in hand, with nothing to multiply yet.",
            credit=0.5,
        ),
        wrong(
            lambda widths: (multiplications(widths)[0], multiplications(widths)[1] / widths[0]),
            zh="从输入那头，手里不是一列，是输入有几个就几列。",
            en="From the input you do not hold one column but as many as there are inputs.",
            credit=0.5,
        ),
        wrong(
            lambda widths: (multiplications(widths)[1] / widths[0], multiplications(widths)[1]),
            zh="从损失那头，乘到的矩阵要一直到输入；你少了挨着输入的，多了挨着损失的。",
            en="From the loss the products reach the input's matrix; you left that out and counted the loss's.",
            credit=0.5,
        ),
    ),
)


# The best nudge


def best_forward(value, second, rounding):
    return math.sqrt(2 * rounding * abs(value / second))


BEST_NUDGE = Task(
    id="best_nudge",
    points=1,
    title=both(zh="前向差分拨多少", en="The nudge of a forward difference"),
    prompt=both(
        zh="前向差分的误差，截断约 $h/2$ 乘二阶导数 `second`，舍入约 `rounding` 乘函数值 `value` 再除以 $h$，两样都取绝对值。$h$ 取多少，两样加起来最小？先算，再到页上的图里对。",
        en="The error of a forward difference is about $h/2$ times the second derivative `second` by truncation, and `rounding` times the value `value` over $h$ by rounding, all in absolute value.\n"
        "Which $h$ makes their sum smallest?\nReckon first, then compare with the figure of the page.",
    ),
    solution='''
def best_nudge(value, second, rounding):
    """The h with the smallest sum of truncation and rounding."""
    ### BEGIN SOLUTION
    return (2 * rounding * abs(value) / abs(second)) ** 0.5
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "value": -draw.between(0.5, 5),
        "second": draw.between(0.3, 4),
        "rounding": draw.decades(1e-16, 1e-7),
    },
    reference=best_forward,
    hints=(
        both(
            zh="一样随 $h$ 变大，一样随 $h$ 变小：在最低处，斜率抵消。",
            en="One part grows with $h$, the other shrinks: at the lowest place their slopes cancel.",
        ),
        both(
            zh="对 $h$ 求导，令它为 0：$|f''|/2$ 等于舍入那一项的分子除以 $h^2$。",
            en="Take the derivative by $h$ and set it to 0: $|f''|/2$ equals the numerator of the rounding part over $h^2$.",
        ),
        both(
            zh="解出 $h^2$，再开平方；`value` 是负的，先取绝对值。",
            en="Solve for $h^2$, then take the root; `value` is negative, so take its absolute value first.",
        ),
    ),
    wrong=(
        wrong(
            scaled(best_forward, math.sqrt(0.5)),
            zh="截断那一项前面有 1/2，你漏了。",
            en="The truncation has a 1/2 in front, which you left out.",
            credit=0.5,
        ),
        wrong(
            lambda value, second, rounding: (3 * rounding * abs(value / second)) ** (1 / 3),
            zh="三次方根是中心差分的：前向差分的截断是 $h$ 的一次方。",
            en="The cube root belongs to the central difference: forward, truncation goes with the first power of $h$.",
        ),
        wrong(
            lambda value, second, rounding: 2 * rounding * abs(value / second),
            zh="这是 $h^2$，还没有开平方。",
            en="This is $h^2$; the root is missing.",
            credit=0.5,
        ),
        wrong(
            lambda value, second, rounding: rounding,
            zh="不是越小越好：$h$ 和舍入一样小，差分里全是舍入。",
            en="Smaller is not better: with $h$ as small as the rounding, the difference is all rounding.",
        ),
    ),
)


# Where the fault is


def checked(draw):
    """Errors of layers from the input's end: wrong up to a layer, right behind it."""
    layers = draw.whole(4, 6)
    last = (0, 1, layers - 1, layers, 2, layers - 2)[draw.case % 6]
    wrong_ones = [draw.between(0.05, 0.3) for _ in range(last)]
    if last > 2:
        wrong_ones[1] *= 2  # the largest error is neither first nor last
    return {"errors": wrong_ones + [draw.decades(1e-10, 1e-8) for _ in range(layers - last)]}


def last_wrong(errors):
    return max((layer for layer, error in enumerate(errors, 1) if error > 1e-4), default=0)


def first_right(errors):
    """Looks from the end, and stops one layer too late."""
    return min((layer for layer, error in enumerate(errors, 1) if error <= 1e-4), default=0)


def largest(errors):
    worst = max(errors)
    return errors.index(worst) + 1 if worst > 1e-4 else 0


FAULTY_LAYER = Task(
    id="faulty_layer",
    points=2,
    title=both(zh="错在哪一层", en="Which layer is at fault"),
    prompt=both(
        zh="梯度校验给了各层的相对误差 `errors`，从挨着输入的第 1 层排起。大于 0.0001 就是错的。反向传播里只有一处错：它那里，和从它那里收信号的各层，全都错。返回离损失最近的那个错的层，从 1 数起；都对，返回 0。",
        en="A gradient check gave the relative error of each layer in `errors`, from layer 1 beside the input on; above 0.0001 it is wrong.\n"
        "The backward pass has one fault: its layer, and all layers that get their message through it, are wrong.\n"
        "Return the wrong layer nearest to the loss, counted from 1; 0 if none is wrong.",
    ),
    solution='''
def faulty_layer(errors):
    """The wrong layer nearest to the loss, or 0."""
    ### BEGIN SOLUTION
    for layer in range(len(errors), 0, -1):
        if errors[layer - 1] > 1e-4:
            return layer
    return 0
    ### END SOLUTION
''',
    inputs=checked,
    reference=last_wrong,
    hints=(
        both(
            zh="信号从损失那头来：先经过哪一层，哪一层先错。",
            en="Messages come from the loss: the layer that they reach first goes wrong first.",
        ),
        both(
            zh="错的一串从第 1 层起，到出错的那一层止，再往后都对。",
            en="The wrong ones run from layer 1 to the layer at fault; behind it all are right.",
        ),
        both(
            zh="从 `errors` 的末尾往前找，碰到头一个大于 0.0001 的就停；位置加 1 才是第几层。",
            en="Search `errors` from its end and stop at the first above 0.0001; the layer is its place plus 1.",
        ),
    ),
    wrong=(
        wrong(
            largest,
            zh="误差最大的一层不一定出错：错了的信号传下去，还会再放大。",
            en="The layer with the largest error need not be at fault: a wrong message can grow on its way.",
        ),
        wrong(
            lambda errors: 1 if errors[0] > 1e-4 else 0,
            zh="第 1 层收信号最晚，错是传给它的。",
            en="Layer 1 gets its message last; the error was passed on to it.",
        ),
        wrong(
            first_right,
            zh="多走了一层：这一层已经对了。",
            en="One layer too far: this one is right.",
            credit=0.5,
        ),
        wrong(
            off_by_one(last_wrong, -1),
            zh="层从 1 数起，都对才返回 0。",
            en="Layers are counted from 1; 0 means that all are right.",
            credit=0.5,
        ),
    ),
)

TASKS = (TWO_WAYS, TAPE_GRADIENT, BRACKET_COSTS, BEST_NUDGE, FAULTY_LAYER)
