"""Exercises on gradient descent, declared once.

Book: optimizers/gradient_descent
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import replaced, scaled
from dlnotes.optimizers import sgd
from dlnotes.optimizers.rates import best_gradient_descent
from dlnotes.sections.optimizers.gradient_descent.experiments import batches, stability_limit
from dlnotes.training.surfaces.landscapes import ravine

TITLE = both(zh="梯度下降", en="gradient descent")


# One step downhill


def step_on_ravine(x, y, condition, lr):
    point = torch.tensor([x, y], dtype=torch.float64)
    delta, _ = sgd.update(ravine(condition).gradient(point), sgd.init(point), point, lr=lr)
    return tuple((point + delta).tolist())


def unit_step(x, y, condition, lr):
    length = math.hypot(x, condition * y)
    return x - lr * x / length, y - lr * condition * y / length


GD_STEP = Task(
    id="gd_step",
    points=1,
    title=both(zh="一步下坡", en="One step downhill"),
    prompt=both(
        zh="山谷的高度是 $f(x, y) = (x^2 + \\kappa y^2)/2$，式中的 $\\kappa$ 就是参数 `condition`。从 $(x, y)$ 出发，用学习率（learning rate）`lr` 走一步梯度下降，落在哪里？\n\n"
        "梯度先用手算出来，再返回新的 `(x, y)`。",
        en="A valley has the height $f(x, y) = (x^2 + \\kappa y^2)/2$, where $\\kappa$ is the argument `condition`.\n"
        "Start at $(x, y)$ and take one step of gradient descent with the learning rate `lr`.\n"
        "Where do you land?\n\n"
        "Work out the gradient by hand, then return the new `(x, y)`.",
    ),
    solution='''
def gd_step(x, y, condition, lr):
    """The point after one step, as (x, y)."""
    ### BEGIN SOLUTION
    return x - lr * x, y - lr * condition * y
    ### END SOLUTION
''',
    returns="(x, y)",
    inputs=lambda draw: {
        "x": draw.between(-3, 3),
        "y": draw.between(0.2, 2),
        "condition": draw.between(3, 60),
        "lr": draw.decades(0.003, 0.3),
    },
    reference=step_on_ravine,
    hints=(
        both(
            zh="坡有多陡、朝哪边，全看两个偏导数。",
            en="Two partial derivatives tell how steep it is, and which way.",
        ),
        both(
            zh="新的点等于旧的点减去 `lr` 乘梯度。",
            en="The new point is the old one minus `lr` times the gradient.",
        ),
        both(
            zh="看 $y$ 那一半：$\\kappa y^2/2$ 对 $y$ 求导，$\\kappa$ 留下，2 消掉。",
            en="Look at the $y$ half: in the derivative of $\\kappa y^2/2$ the $\\kappa$ stays and the 2 cancels.",
        ),
    ),
    wrong=(
        wrong(
            lambda x, y, condition, lr: (x + lr * x, y + lr * condition * y),
            zh="你在上坡：梯度指向上坡，下山要减去它。",
            en="You are climbing: the gradient points uphill, so subtract it.",
        ),
        wrong(
            lambda x, y, condition, lr: (x - lr * x, y - lr * y),
            zh="`condition` 没进梯度：$y$ 方向比 $x$ 方向陡得多。",
            en="`condition` is not in your gradient: along $y$ the slope is far steeper than along $x$.",
        ),
        wrong(
            lambda x, y, condition, lr: (x - 2 * lr * x, y - 2 * lr * condition * y),
            zh="步子长了一倍：别漏掉高度里的除以 2。",
            en="Your step is twice as long: mind the division by 2 in the height.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, condition, lr: (-lr * x, -lr * condition * y),
            zh="这是位移，不是落点：别忘了从哪里出发。",
            en="This is the displacement, not where you land: add it to the start.",
            credit=0.5,
        ),
        wrong(
            unit_step,
            zh="你把梯度除以了它的长度：梯度下降不归一化，坡越陡步子越大。",
            en="You divided the gradient by its length: gradient descent does not, and steps farther on a steeper slope.",
        ),
    ),
)


# The edge of the learning rate

LARGEST_STABLE_LR = Task(
    id="largest_stable_lr",
    points=1,
    title=both(zh="学习率的边界", en="The edge of the learning rate"),
    prompt=both(
        zh="碗形的二次函数，每条主轴有一个曲率（curvature），都在列表 `curvatures` 里，全是正数。学习率有一道边界：低于它，每个方向都收敛；高过它，至少有一个方向发散。返回这道边界。",
        en="A quadratic bowl has one curvature along each of its principal axes; the list `curvatures` holds them all, all positive.\n"
        "The learning rate has an edge: below it every direction converges, above it at least one diverges.\n"
        "Return that edge.",
    ),
    solution='''
def largest_stable_lr(curvatures):
    """The learning rate beyond which gradient descent diverges."""
    ### BEGIN SOLUTION
    return 2 / max(curvatures)
    ### END SOLUTION
''',
    inputs=lambda draw: {"curvatures": draw.numbers(draw.whole(2, 5), 0.1, 50)},
    reference=lambda curvatures: stability_limit(max(curvatures)),
    hints=(
        both(zh="哪个方向最先受不了？", en="Which direction gives way first?"),
        both(
            zh="每走一步，误差乘上 $1 - \\eta\\lambda$。它的绝对值什么时候小于 1？",
            en="Every step multiplies the error by $1 - \\eta\\lambda$. When is its absolute value below 1?",
        ),
        both(
            zh="分母只用得上一个曲率，取最大的。",
            en="Only one curvature belongs in the denominator: the largest.",
        ),
    ),
    wrong=(
        wrong(
            lambda curvatures: 1 / max(curvatures),
            zh="这个学习率在最陡的方向上一步就到谷底，离边界还有一半：越过谷底，误差换了号也还在缩小。",
            en="At this learning rate one step reaches the bottom in the steepest direction; the edge is twice as far. Past the bottom the error changes sign and still shrinks.",
            credit=0.5,
        ),
        wrong(
            lambda curvatures: 2 / min(curvatures),
            zh="你照顾的是最平的方向，最陡的那个早就发散了。",
            en="You look after the flattest direction; the steepest one has long diverged.",
        ),
        wrong(
            lambda curvatures: 2 * len(curvatures) / sum(curvatures),
            zh="平均曲率没有用：只要有一个方向发散，整个训练就发散。",
            en="The mean curvature is no help: one diverging direction is enough to lose the run.",
        ),
        wrong(
            lambda curvatures: 2 / sum(curvatures),
            zh="曲率不用相加：各个方向互不相干。",
            en="Do not add the curvatures up: the directions do not touch each other.",
        ),
    ),
)


# One learning rate for all


def best(smallest, largest):
    return best_gradient_descent(smallest, largest)[::2]


BEST_LR = Task(
    id="best_lr",
    points=2,
    title=both(zh="一个学习率，两头照顾", en="One learning rate, both ends"),
    prompt=both(
        zh="从 `smallest` 到 `largest` 的曲率都有，学习率却只有一个。小了，平的方向挪不动；大了，陡的方向来回跳。挑出让最慢的方向尽量快的那个学习率。\n\n"
        "返回 `(lr, rate)`：这个学习率，以及最慢的方向每走一步，误差还剩几分之几。",
        en="Curvatures run from `smallest` to `largest`, and there is one learning rate for all of them.\n"
        "Too small, and the flat direction crawls; too large, and the steep one jumps back and forth.\n"
        "Choose the learning rate that makes the slowest direction as fast as possible.\n\n"
        "Return `(lr, rate)`: that learning rate, and the fraction of the error that one step leaves in the slowest direction.",
    ),
    solution='''
def best_lr(smallest, largest):
    """The best constant learning rate and its rate, as (lr, rate)."""
    ### BEGIN SOLUTION
    return 2 / (smallest + largest), (largest - smallest) / (largest + smallest)
    ### END SOLUTION
''',
    returns="(lr, rate)",
    inputs=lambda draw: {"smallest": draw.between(0.2, 2), "largest": draw.between(5, 80)},
    reference=best,
    hints=(
        both(
            zh="调到最好，最平的和最陡的方向一样慢。",
            en="At the best setting the flattest and the steepest direction are equally slow.",
        ),
        both(
            zh="解 $1 - \\eta\\lambda_{\\min} = \\eta\\lambda_{\\max} - 1$，再把 $\\eta$ 代回左边。",
            en="Solve $1 - \\eta\\lambda_{\\min} = \\eta\\lambda_{\\max} - 1$, then put $\\eta$ back into the left side.",
        ),
        both(
            zh="分母里两个曲率都要有，`lr` 和 `rate` 都如此。",
            en="Both curvatures stand in the denominator, of `lr` and of `rate` alike.",
        ),
    ),
    wrong=(
        wrong(
            lambda smallest, largest: (1 / largest, 1 - smallest / largest),
            zh="这样陡的方向一步到底，平的方向却吃亏：学习率还能再大，让两头一样慢。",
            en="This settles the steep direction in one step at the expense of the flat one: go larger, until both ends are equally slow.",
        ),
        wrong(
            lambda smallest, largest: (2 / largest, 1.0),
            zh="这是稳定的边界：陡的方向永远在两边跳，误差一点没少。",
            en="This is the stability limit: the steep direction jumps from side to side for ever and loses nothing.",
        ),
        wrong(
            lambda smallest, largest: (1 / (smallest + largest), largest / (smallest + largest)),
            zh="学习率只有该有的一半：陡的方向跨过谷底也没关系。",
            en="Your learning rate is half of what it could be: the steep direction may well step across the bottom.",
        ),
        wrong(
            replaced(best, 1, lambda smallest, largest: 1 - smallest / largest),
            zh="`lr` 对了，`rate` 没跟上：把它代进 $1 - \\eta\\lambda_{\\min}$。",
            en="`lr` is right and `rate` does not belong to it: put it into $1 - \\eta\\lambda_{\\min}$.",
            credit=0.5,
        ),
        wrong(
            replaced(
                best,
                1,
                lambda smallest, largest: (
                    (math.sqrt(largest) - math.sqrt(smallest))
                    / (math.sqrt(largest) + math.sqrt(smallest))
                ),
            ),
            zh="条件数的平方根是动量法的本事，梯度下降没有。",
            en="The root of the condition number is what momentum buys; gradient descent has to pay in full.",
            credit=0.5,
        ),
    ),
)


# How many steps to go


def fewest_steps(rate, factor):
    steps, left = 0, 1.0
    while left > 1 / factor:
        steps, left = steps + 1, left * rate
    return steps


STEPS_NEEDED = Task(
    id="steps_needed",
    points=1,
    title=both(zh="还要走几步？", en="How many steps to go?"),
    prompt=both(
        zh="每走一步，到谷底的距离都乘上 `rate`，它小于 1。要让距离缩到原来的 $1/c$ 以内，$c$ 就是参数 `factor`，至少走几步？返回整数。",
        en="Every step multiplies the distance to the bottom by `rate`, which is below 1.\n"
        "What is the smallest number of steps after which at most $1/c$ of the distance is left?\n"
        "Here $c$ is the argument `factor`; return a whole number.",
    ),
    solution='''
def steps_needed(rate, factor):
    """The smallest number of steps after which at most 1 / factor of the distance is left."""
    ### BEGIN SOLUTION
    return math.ceil(math.log(factor) / -math.log(rate))
    ### END SOLUTION
''',
    inputs=lambda draw: {"rate": draw.between(0.6, 0.99), "factor": draw.decades(20, 1e6)},
    reference=fewest_steps,
    hints=(
        both(
            zh="走 $n$ 步，距离乘了几次 `rate`？",
            en="After $n$ steps, how often has `rate` been multiplied in?",
        ),
        both(
            zh="两边取对数：$n \\ln(1/r) \\ge \\ln c$，$r$ 是 `rate`。",
            en="Take logarithms on both sides: $n \\ln(1/r) \\ge \\ln c$, where $r$ is `rate`.",
        ),
        both(zh="最后一步也要走完：往上取整。", en="The last step counts in full: round up."),
    ),
    wrong=(
        wrong(
            lambda rate, factor: math.floor(math.log(factor) / -math.log(rate)),
            zh="差一步：往下取整，就停在离目标还差一点的地方。",
            en="One step short: rounding down stops just before the goal.",
            credit=0.5,
        ),
        wrong(
            lambda rate, factor: math.log(factor) / -math.log(rate),
            zh="数是对的，步数却要整数，往上取整。",
            en="The number is right, but steps are whole: round up.",
            credit=0.5,
        ),
        wrong(
            lambda rate, factor: math.ceil(math.log10(factor) / -math.log(rate)),
            zh="两个对数的底不一样。",
            en="Your two logarithms have different bases.",
        ),
        wrong(
            lambda rate, factor: math.ceil(math.log(factor) / (1 - rate)),
            zh="`1 - rate` 只在 `rate` 接近 1 的时候才差不多等于 $\\ln(1/r)$，这里要用后者。",
            en="`1 - rate` comes close to $\\ln(1/r)$ only where `rate` is close to 1; use the latter.",
        ),
        wrong(
            lambda rate, factor: math.ceil((1 - 1 / factor) / (1 - rate)),
            zh="你每步减去同样的距离。收敛是乘法：每步剩下的比例一样。",
            en="You take the same distance off at every step. Convergence multiplies: the fraction left is what stays the same.",
        ),
    ),
)


# Shuffle, then deal


def two_epochs(answer, examples, batch_size, seed):
    """Two epochs of batches, from two seeds."""
    return [list(answer(examples, batch_size, seed + epoch)) for epoch in range(2)]


def about_batches(inputs, value):
    """What holds for the batches of both epochs, whatever the order."""
    examples, size = inputs["examples"], inputs["batch_size"]
    first, second = ([batch["numbers"] for batch in _rows(epoch)] for epoch in _rows(value))
    sizes = [len(batch) for batch in first]
    seen = [[row for batch in epoch for row in batch] for epoch in (first, second)]
    full = [size] * (examples // size) + [examples % size] * (examples % size > 0)
    return {
        "no_repeats": all(len(set(rows)) == len(rows) for rows in seen),
        "numbered": all(set(rows) <= set(range(examples)) for rows in seen),
        "complete": all(len(set(rows)) == examples for rows in seen),
        "sizes": sizes == full,
        "shuffled": all(rows != sorted(rows) for rows in seen),
        "mixed": not all(
            sorted(rows) == list(range(int(min(rows)), int(min(rows)) + len(rows)))
            for rows in first
        ),
        "fresh": first != second,
    }


def _rows(value):
    """The parts of a plain value, however it was packed."""
    if "items" in value:
        return value["items"]
    length, *shape = value["shape"]
    size = math.prod(shape)
    parts = [value["numbers"][row * size : (row + 1) * size] for row in range(length)]
    return [{"shape": shape, "numbers": part} for part in parts]


def order(examples, seed):
    return torch.randperm(examples, generator=torch.Generator().manual_seed(seed))


def shuffled_blocks(examples, batch_size, seed):
    blocks = torch.arange(examples).split(batch_size)
    return [blocks[block] for block in order(len(blocks), seed).tolist()]


def with_replacement(examples, batch_size, seed):
    source = torch.Generator().manual_seed(seed)
    return torch.randint(examples, (examples,), generator=source).split(batch_size)


def overlapping(examples, batch_size, seed):
    rows = order(examples, seed)
    return [rows[start : start + batch_size] for start in range(examples - batch_size + 1)]


MINIBATCHES = Task(
    id="minibatches",
    points=3,
    kind="implementation",
    title=both(zh="洗牌，再发牌", en="Shuffle, then deal"),
    prompt=both(
        zh="训练集有 `examples` 个样本，从 0 起编号。写出一轮（epoch）里所有的小批量（mini-batch）：先打乱，再每 `batch_size` 个切成一批，每个样本恰好出现一次；除不尽，最后一批就小一些。\n\n"
        "返回列表，每一项装着一批的编号。顺序由 `seed` 决定：种子换了，顺序也换。",
        en="A training set has `examples` examples, numbered from 0.\n"
        "Write out the mini-batches of one epoch: shuffle, then cut into batches of `batch_size`, so that every example comes up exactly once; if they do not divide evenly, the last batch is smaller.\n\n"
        "Return a list with the numbers of one batch in each entry.\n"
        "The order follows from `seed`: another seed, another order.",
    ),
    solution='''
def minibatches(examples, batch_size, seed):
    """The rows of every batch of one epoch, in shuffled order."""
    ### BEGIN SOLUTION
    source = torch.Generator().manual_seed(seed)
    rows = torch.randperm(examples, generator=source)
    return [rows[start : start + batch_size] for start in range(0, examples, batch_size)]
    ### END SOLUTION
''',
    returns="[rows, rows, ...]",
    inputs=lambda draw: {
        "examples": 4 * draw.whole(5, 9) + (2 if draw.case % 2 else 0),
        "batch_size": 4,
        "seed": draw.whole(1, 10_000),
    },
    drive=two_epochs,
    facts=about_batches,
    fact_messages={
        "no_repeats": both(
            zh="有的样本在一轮里出现了两次。", en="Some example comes up twice in one epoch."
        ),
        "numbered": both(
            zh="有的编号不在训练集里：编号从 0 到 `examples - 1`。",
            en="Some number is not in the training set: they run from 0 to `examples - 1`.",
        ),
        "complete": both(
            zh="有的样本在一轮里一次也没出现。", en="Some example never comes up in the epoch."
        ),
        "sizes": both(
            zh="批的大小不对：前面每批 `batch_size` 个，零头放在最后。",
            en="The sizes are off: `batch_size` in every batch, the remainder in the last.",
        ),
        "shuffled": both(
            zh="样本还是原来的顺序。", en="The examples are still in their old order."
        ),
        "mixed": both(
            zh="一批里的样本总是相邻的：要打乱的是样本。",
            en="The examples of a batch are always neighbors: shuffle the examples.",
        ),
        "fresh": both(zh="换了 `seed`，顺序没换。", en="Another `seed` gives the same order."),
    },
    reference=lambda examples, batch_size, seed: list(batches(examples, batch_size, seed=seed)),
    hints=(
        both(
            zh="像发牌：先洗，再一叠一叠地发，发完为止。",
            en="Think of cards: shuffle once, then deal pile by pile until none is left.",
        ),
        both(
            zh="`torch.randperm` 给出打乱的编号，随机数由种子为 `seed` 的 `torch.Generator` 来。",
            en="`torch.randperm` gives the shuffled numbers, from a `torch.Generator` seeded with `seed`.",
        ),
        both(
            zh="切片的起点是 `range(0, examples, batch_size)`；切片超出末尾也不会出错。",
            en="The slices start at `range(0, examples, batch_size)`; a slice may run past the end.",
        ),
    ),
    wrong=(
        wrong(
            lambda examples, batch_size, seed: torch.arange(examples).split(batch_size),
            zh="没有洗牌：每一轮都按原来的顺序来。",
            en="Nothing is shuffled: every epoch runs in the old order.",
        ),
        wrong(
            lambda examples, batch_size, seed: order(examples, 0).split(batch_size),
            zh="`seed` 没用上：每一轮都是同一副牌。",
            en="`seed` goes unused: every epoch deals the same deck.",
            credit=0.5,
        ),
        wrong(
            lambda examples, batch_size, seed: [
                rows for rows in order(examples, seed).split(batch_size) if len(rows) == batch_size
            ],
            zh="零头丢了：最后一批不满也要发出去。",
            en="The remainder is gone: deal the last batch even if it is short.",
            credit=0.5,
        ),
        wrong(
            with_replacement,
            zh="这是有放回地抽：有的样本来两次，有的一次也没来。",
            en="This draws with replacement: some examples come twice, others not at all.",
        ),
        wrong(
            shuffled_blocks,
            zh="打乱的是批的次序，每批里还是那几个邻居。要打乱的是样本。",
            en="You shuffle the order of the batches, and each still holds the same neighbors. Shuffle the examples.",
        ),
        wrong(
            overlapping,
            zh="起点每次只挪一个，相邻的两批就重叠了：一次要挪一整批。",
            en="The start moves by one example, so neighboring batches overlap: move it by a whole batch.",
        ),
        wrong(
            lambda examples, batch_size, seed: order(examples, seed).split(batch_size)[1:],
            zh="第一批不见了：起点从 0 数起。",
            en="The first batch is missing: the starts count from 0.",
            credit=0.5,
        ),
    ),
)


# Memory for one batch


def some_gradients(draw: Draw):
    sizes = [8] * draw.whole(2, 4) + [draw.whole(1, 5)]
    return {"batch_gradients": [draw.normal(3) for _ in sizes], "batch_sizes": sizes}


def weighted_mean(batch_gradients, batch_sizes):
    total = sum(size * grad for grad, size in zip(batch_gradients, batch_sizes, strict=True))
    return total / sum(batch_sizes)


ACCUMULATED = Task(
    id="accumulated_gradient",
    points=2,
    title=both(zh="内存只够一小批", en="Memory for one batch"),
    prompt=both(
        zh="全批量放不进内存，只好一小批一小批地算，再拼起来，这叫梯度累积（gradient accumulation）。第 $i$ 批有 `batch_sizes[i]` 个样本，`batch_gradients[i]` 是这批样本梯度的平均；最后一批往往小一些。\n\n"
        "返回所有样本梯度的平均，要和全批量一次算完的一样。",
        en="The full batch does not fit into memory, so it is computed in mini-batches and put together: gradient accumulation.\n"
        "Batch $i$ has `batch_sizes[i]` examples, and `batch_gradients[i]` is the mean of their gradients; the last batch is often smaller.\n\n"
        "Return the mean gradient of all examples, the same as if the full batch had been computed at once.",
    ),
    solution='''
def accumulated_gradient(batch_gradients, batch_sizes):
    """The full-batch gradient, from the mean gradient of every batch."""
    ### BEGIN SOLUTION
    total = torch.zeros_like(batch_gradients[0])
    for grad, size in zip(batch_gradients, batch_sizes):
        total = total + size * grad
    return total / sum(batch_sizes)
    ### END SOLUTION
''',
    returns="a tensor",
    inputs=some_gradients,
    reference=weighted_mean,
    hints=(
        both(
            zh="每个样本说话的分量要一样，不管它分在哪一批。",
            en="Every example must have the same say, whichever batch it is in.",
        ),
        both(
            zh="平均乘上样本数，就还原成总和；总和可以相加。",
            en="A mean times its count is a sum again, and sums can be added.",
        ),
        both(
            zh="最后除以样本总数，不是批数。",
            en="At the end divide by the number of examples, not of batches.",
        ),
    ),
    wrong=(
        wrong(
            lambda batch_gradients, batch_sizes: sum(batch_gradients) / len(batch_sizes),
            zh="平均的平均：小的那一批里，每个样本的分量变重了。",
            en="A mean of means: in the small batch every example weighs more than elsewhere.",
        ),
        wrong(
            lambda batch_gradients, batch_sizes: sum(batch_gradients),
            zh="只相加没有平均：批数越多，步子越长。",
            en="Added up, never averaged: the more batches, the longer the step.",
        ),
        wrong(
            scaled(weighted_mean, lambda batch_gradients, batch_sizes: sum(batch_sizes)),
            zh="这是总和：再除以样本总数。",
            en="This is the sum: divide it by the number of examples.",
            credit=0.5,
        ),
        wrong(
            lambda batch_gradients, batch_sizes: batch_gradients[-1],
            zh="只剩最后一批：前面的梯度在循环里盖掉了。",
            en="Only the last batch is left: the loop overwrites the ones before.",
        ),
        wrong(
            scaled(
                weighted_mean,
                lambda batch_gradients, batch_sizes: sum(batch_sizes) / len(batch_sizes),
            ),
            zh="总和除以了批数：要除以样本总数。",
            en="You divided the sum by the number of batches: divide by the number of examples.",
            credit=0.5,
        ),
    ),
)


# Half the noise


def some_noise(draw: Draw):
    spread, size = draw.between(1, 9), draw.whole(3, 60)
    # well between two whole sizes, so that no rounding decides
    return {"example_std": spread, "target_std": round(spread / math.sqrt(size - 0.5), 4)}


def smallest_batch(example_std, target_std):
    size = 1
    while example_std / math.sqrt(size) > target_std:
        size += 1
    return size


BATCH_FOR_NOISE = Task(
    id="batch_for_noise",
    points=1,
    title=both(zh="噪声减半，批量加倍？", en="Half the noise, twice the batch?"),
    prompt=both(
        zh="单个样本的梯度，标准差是 `example_std`。小批量的梯度是几个样本的平均，样本有放回地抽，互相独立。批量大小（batch size）至少多少，它的标准差才不超过 `target_std`？返回整数。",
        en="The gradient of a single example has the standard deviation `example_std`.\n"
        "The gradient of a mini-batch is the mean over a few examples, drawn independently and with replacement.\n"
        "How large must the batch size be at least for its standard deviation not to exceed `target_std`?\n"
        "Return a whole number.",
    ),
    solution='''
def batch_for_noise(example_std, target_std):
    """The smallest batch size whose gradient is as quiet as target_std."""
    ### BEGIN SOLUTION
    return math.ceil((example_std / target_std) ** 2)
    ### END SOLUTION
''',
    inputs=some_noise,
    reference=smallest_batch,
    hints=(
        both(
            zh="平均能压低噪声，但压得比你想的慢。",
            en="Averaging quiets the noise, more slowly than one would wish.",
        ),
        both(
            zh="$B$ 个独立样本的平均，方差是原来的 $1/B$。",
            en="The mean of $B$ independent examples has $1/B$ of the variance.",
        ),
        both(
            zh="标准差是方差的平方根：两个标准差之比要平方，再往上取整。",
            en="The standard deviation is the root of the variance: square the ratio of the two, then round up.",
        ),
    ),
    wrong=(
        wrong(
            lambda example_std, target_std: math.ceil(example_std / target_std),
            zh="标准差按 $1/\\sqrt{B}$ 下降，不是 $1/B$：噪声减半，批量要变成 4 倍。",
            en="The standard deviation falls like $1/\\sqrt{B}$, not $1/B$: half the noise takes 4 times the batch.",
        ),
        wrong(
            lambda example_std, target_std: math.floor((example_std / target_std) ** 2),
            zh="差一个样本：往下取整，噪声就超了。",
            en="One example short: rounding down leaves too much noise.",
            credit=0.5,
        ),
        wrong(
            lambda example_std, target_std: (example_std / target_std) ** 2,
            zh="数是对的，批量却要整数，往上取整。",
            en="The number is right, but a batch is whole: round up.",
            credit=0.5,
        ),
        wrong(
            lambda example_std, target_std: math.ceil(math.sqrt(example_std / target_std)),
            zh="平方根开反了：批量是标准差之比的平方。",
            en="The root is the wrong way round: the batch is the square of the ratio.",
        ),
    ),
)

TASKS = [
    GD_STEP,
    LARGEST_STABLE_LR,
    BEST_LR,
    STEPS_NEEDED,
    MINIBATCHES,
    ACCUMULATED,
    BATCH_FOR_NOISE,
]
