"""Exercises on the way from a small sample to all data, declared once.

Book: hyperparameters/small_to_full
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="从小样本到全量", en="From a small sample to everything")


# Where a softmax along the batch stops


def counts_given(draw):
    return {"counts": [draw.whole(2, 9) for _ in range(draw.whole(3, 5))]}


def floor_along(counts):
    return math.fsum(n / sum(counts) * math.log(n) for n in counts)


ALONG = Task(
    id="floor_along_the_batch",
    points=1,
    title=both(zh="softmax 取错了方向", en="Softmax along the batch"),
    prompt=both(
        zh="softmax 本该沿着各类取，却沿着一批图取了：每一类的概率，在这一批图里加起来是 1。损失还是给正确那类的概率取负对数，再平均。第 $c$ 类有 `counts[c]` 张图，这批图能背到的最低损失是多少？\n\n例如各类 2、2 张：$\\ln 2$，0.693。",
        en="Softmax should go along the classes, and goes along the batch: for every class the probabilities of all images of the batch sum to 1.\n"
        "The loss is still minus the logarithm of what the right class gets, averaged.\n"
        "Class $c$ has `counts[c]` images: what is the lowest loss that learning by heart can reach?\n\nFor instance, 2 and 2 images: $\\ln 2$, 0.693.",
    ),
    solution='''
def floor_along_the_batch(counts):
    """The lowest mean loss of a softmax that goes along the batch."""
    ### BEGIN SOLUTION
    return sum(n * math.log(n) for n in counts) / sum(counts)
    ### END SOLUTION
''',
    inputs=counts_given,
    reference=floor_along,
    hints=(
        both(
            zh="一类里的几张图，要分同一个 1：怎么分最便宜？",
            en="The images of one class share a single 1: which way of sharing is cheapest?",
        ),
        both(
            zh="平分最便宜：每张 $1/n_c$，付 $\\ln n_c$，$n_c$ 是这一类的张数。",
            en="Equal parts: $1/n_c$ for each, at a cost of $\\ln n_c$, with $n_c$ images in the class.",
        ),
        both(
            zh="对每张图平均：张数多的类，算的次数也多。",
            en="Average over images: a class with many of them counts as often.",
        ),
    ),
    wrong=(
        wrong(
            lambda counts: -sum(n / sum(counts) * math.log(n / sum(counts)) for n in counts),
            zh="这是标签熵，方向取对、却看不见图的时候才停在这里。",
            en="That is the label entropy, for a blind net with softmax the right way.",
        ),
        wrong(
            lambda counts: math.log(sum(counts)),
            zh="和你分的只有同一类的图：别的类各有各的 1。",
            en="Only images of the same class share with you: every class has a 1 of its own.",
        ),
        wrong(
            lambda counts: sum(math.log(n) for n in counts) / len(counts),
            zh="平均要对图取，不是对类取。",
            en="Average over images, not over classes.",
            credit=0.5,
        ),
        wrong(
            lambda counts: sum(n * math.log(n) for n in counts),
            zh="这是总和，损失取的是平均。",
            en="That is the sum; the loss is a mean.",
            credit=0.5,
        ),
    ),
)


# Who passes


def passing_given(draw):
    sizes = [[9, 3, 2], [12, 4, 1, 1], [20]][draw.case % 3]
    labels = [label for label, count in enumerate(sizes) for _ in range(count)]
    part, shares = draw.between(0.04, 0.2), [n / len(labels) for n in sizes]
    entropy, even = -sum(p * math.log(p) for p in shares), math.log(len(sizes))
    near = [0.6 * entropy, 0.5 * (entropy + even), 0.5 * (entropy + 1), 0.9 * entropy]
    losses = [part * each for each in near] + [-2.0, math.nan, 0.0, entropy]
    return {"losses": losses, "labels": labels, "part": part}


def passing(test, floor=None):
    """Which programs pass; `test(loss, bar)`, with the bar a part of `floor(shares)`."""

    def judge(losses, labels, part):
        shares = [labels.count(c) / len(labels) for c in set(labels)]
        level = -sum(p * math.log(p) for p in shares) if floor is None else floor(shares)
        return [int(test(loss, part * level)) for loss in losses]

    return judge


def within(loss, bar):
    return 0 <= loss < bar


PASSING = Task(
    id="who_passes",
    points=3,
    kind="implementation",
    returns="passed",
    title=both(zh="谁过关？", en="Who passes?"),
    prompt=both(
        zh="几个程序各在同样几张图上练完，末了的损失是 `losses`，标签是 `labels`。损失至少是 0、又小于标签熵的 `part` 倍，才过关。给每个程序一个数：过关是 1，不过是 0。\n\nNaN 不过关；标签只有一类，谁也不许过：什么都看不见的网络也能到 0。",
        en="Several programs have trained on the same few images; `losses` is where they ended, `labels` are the labels.\n"
        "A program passes with a loss of at least 0 that is smaller than `part` times the label entropy.\n"
        "Return a number for each: 1 if it passes, 0 if not.\n\nNaN does not pass; where all labels are of one class nobody does, for a net that sees nothing gets to 0 as well.",
    ),
    solution='''
def who_passes(losses, labels, part):
    """1 for every program that has learned the images by heart, 0 for the others."""
    ### BEGIN SOLUTION
    entropy = 0.0
    for label in set(labels):
        share = labels.count(label) / len(labels)
        entropy -= share * math.log(share)
    return [int(0 <= loss < part * entropy) for loss in losses]
    ### END SOLUTION
''',
    inputs=passing_given,
    reference=passing(within),
    hints=(
        both(
            zh="先算盲答要付多少，再看末了的损失剩下它的几成。",
            en="First what blind answers cost, then what part of it is left at the end.",
        ),
        both(
            zh="标签熵是 $-\\sum_c p_c\\ln p_c$；过关是 `0 <= loss < part * entropy`。",
            en="The label entropy is $-\\sum_c p_c\\ln p_c$; to pass is `0 <= loss < part * entropy`.",
        ),
        both(
            zh="只有一类，标签熵是 0，小于号就谁也不放过；NaN 和什么比都不成立。",
            en="With one class the entropy is 0 and a strict comparison lets nobody pass; NaN compares as false.",
        ),
    ),
    wrong=(
        wrong(
            passing(lambda loss, bar: loss < bar),
            zh="负的损失也放过了：符号反了的程序就这样溜走。",
            en="A negative loss passed: that is how a wrong sign gets away.",
            credit=0.5,
        ),
        wrong(
            passing(within, lambda shares: math.log(len(shares)) if len(shares) > 1 else 0.0),
            zh="各类不一样多：盲答照份额答，付的是标签熵，不是 $\\ln K$。",
            en="Classes differ in size: a blind answer by shares costs the label entropy, not $\\ln K$.",
            credit=0.5,
        ),
        wrong(
            passing(within, lambda shares: 1.0),
            zh="`part` 要乘标签熵，不是直接当损失比。",
            en="`part` multiplies the label entropy; it is not itself a loss.",
        ),
        wrong(
            passing(lambda loss, bar: 0 <= loss <= bar),
            zh="只有一类的时候，损失 0 过了关：要用小于号。",
            en="With one class a loss of 0 passed: the comparison must be strict.",
            credit=0.5,
        ),
        wrong(
            passing(lambda loss, bar: not loss >= bar and not loss < 0),
            zh="NaN 过了关：和 NaN 比，什么都不成立，反过来问就放过了它。",
            en="NaN passed: no comparison with it holds, so asking the other way round lets it by.",
            credit=0.5,
        ),
        wrong(
            passing(lambda loss, bar: not within(loss, bar)),
            zh="反了：1 给过关的。",
            en="The other way round: 1 is for those that pass.",
            credit=0.5,
        ),
    ),
)


# A last layer by heart


def hidden_given(draw):
    n, width = draw.whole(2, 3), draw.whole(4, 6)
    A = torch.stack([draw.normal(width) for _ in range(n)])
    return {"A": A, "wanted": 3 * draw.normal(n)}


def smallest(A, wanted):
    return torch.linalg.pinv(A) @ wanted


def by_first_columns(A, wanted):
    n = len(A)
    return torch.cat([torch.linalg.solve(A[:, :n], wanted), A.new_zeros(A.shape[1] - n)])


HEART = Task(
    id="last_layer_by_heart",
    points=2,
    kind="implementation",
    returns="w",
    title=both(zh="最后一层背得下来", en="A last layer by heart"),
    prompt=both(
        zh="`A` 的每一行是一张图的隐藏单元输出，行数比列数少，各行线性无关；`wanted` 是想要的分数。能让 `A @ w` 正好等于 `wanted` 的 `w` 有许多，返回平方和最小的那一个。",
        en="Every row of `A` holds the outputs of the hidden units for one image; there are fewer rows than columns, and they are linearly independent. `wanted` are the scores to reach.\n"
        "Many `w` make `A @ w` exactly equal to `wanted`; return the one with the least sum of squares.",
    ),
    solution='''
def last_layer_by_heart(A, wanted):
    """The smallest weights that give every image its score."""
    ### BEGIN SOLUTION
    return A.T @ torch.linalg.solve(A @ A.T, wanted)
    ### END SOLUTION
''',
    inputs=hidden_given,
    reference=smallest,
    hints=(
        both(
            zh="最小的 `w` 只用得着各行的方向：写成 `A.T @ part`，再定 `part`。",
            en="The smallest `w` needs no direction but those of the rows: write it as `A.T @ part` and find `part`.",
        ),
        both(
            zh="代进去，`A @ A.T @ part` 要等于 `wanted`：用 `torch.linalg.solve(A @ A.T, wanted)` 解。",
            en="Put in, `A @ A.T @ part` must equal `wanted`: `torch.linalg.solve(A @ A.T, wanted)` finds it.",
        ),
        both(zh="最后左乘 `A.T`。", en="In the end multiply by `A.T` from the left."),
    ),
    wrong=(
        wrong(
            lambda A, wanted: A.T @ wanted,
            zh="还差一个逆：这样得到的分数是 $AA^\\top z$。",
            en="The inverse is missing: the scores come out as $AA^\\top z$.",
        ),
        wrong(
            lambda A, wanted: A.T @ (A @ A.T @ wanted),
            zh="乘了 $AA^\\top$，该乘它的逆。",
            en="You multiplied by $AA^\\top$ where its inverse is due.",
            credit=0.5,
        ),
        wrong(
            by_first_columns,
            zh="分数对了，`w` 却不是最小的：后几列一个也没用。",
            en="The scores are right, but `w` is not the smallest: the last columns went unused.",
            credit=0.5,
        ),
        wrong(
            lambda A, wanted: (
                A.T @ torch.linalg.solve(A @ A.T + torch.eye(len(A), dtype=A.dtype), wanted)
            ),
            zh="加了惩罚，就背不全了：分数只到一部分。",
            en="With a penalty it is not quite by heart: the scores fall short.",
            credit=0.5,
        ),
        wrong(
            lambda A, wanted: -smallest(A, wanted),
            zh="正负号反了。",
            en="The sign is reversed.",
            credit=0.5,
        ),
        wrong(
            lambda A, wanted: smallest(A, wanted - wanted.mean()),
            zh="先减了平均，得到的就不是想要的分数。",
            en="With the mean taken off first these are not the scores that were wanted.",
            credit=0.5,
        ),
    ),
)


# What a penalty carried over costs


def carried_given(draw):
    few = draw.whole(4, 12)
    return {
        "noise": draw.between(0.8, 3),
        "mean": draw.between(0.5, 2),
        "few": few,
        "many": few * draw.whole(5, 12),
    }


def risk(penalty, noise, mean, examples):
    return (noise**2 / examples + penalty**2 * mean**2) / (1 + penalty) ** 2


def best_for(noise, mean, examples):
    return noise**2 / (examples * mean**2)


def carried(noise, mean, few, many):
    used, own = (best_for(noise, mean, n) for n in (few, many))
    return risk(used, noise, mean, many) / risk(own, noise, mean, many)


CARRIED = Task(
    id="cost_of_carrying_over",
    points=2,
    title=both(zh="小样本的惩罚，搬到全量", en="A penalty carried over"),
    prompt=both(
        zh="$N$ 个数，真的平均是 $a$（`mean`），噪声的标准差是 $\\sigma$（`noise`）。带惩罚 $\\alpha$ 的估计，误差平方的平均是 $\\frac{\\sigma^2/N+\\alpha^2a^2}{(1+\\alpha)^2}$，最好的惩罚课文里推过。在 `few` 个数上取最好的惩罚，原样用到 `many` 个数上：误差是换用那里最好的惩罚时的几倍？",
        en="There are $N$ numbers with the true mean $a$ (`mean`) and noise of standard deviation $\\sigma$ (`noise`).\n"
        "With the penalty $\\alpha$ the mean square error is $\\frac{\\sigma^2/N+\\alpha^2a^2}{(1+\\alpha)^2}$; the page derives the best penalty.\n"
        "Take the best one for `few` numbers and use it unchanged on `many`: how many times as large is the error as with the best one there?",
    ),
    solution='''
def cost_of_carrying_over(noise, mean, few, many):
    """The error with a penalty tuned on few, over the least error on many."""
    ### BEGIN SOLUTION
    errors = []
    for tuned_on in (few, many):
        penalty = noise**2 / (tuned_on * mean**2)
        errors.append((noise**2 / many + penalty**2 * mean**2) / (1 + penalty) ** 2)
    return errors[0] / errors[1]
    ### END SOLUTION
''',
    inputs=carried_given,
    reference=carried,
    hints=(
        both(
            zh="误差都在 `many` 个数上算，只有惩罚是在哪里挑的不一样。",
            en="Both errors are those on `many` numbers; they differ in where the penalty was chosen.",
        ),
        both(
            zh="最好的惩罚是 $\\sigma^2/(Na^2)$：一个用 `few`，一个用 `many`。",
            en="The best penalty is $\\sigma^2/(Na^2)$: once with `few`, once with `many`.",
        ),
        both(
            zh="搬来的在上面，自己的在下面。",
            en="The error with the penalty carried over goes on top, that with the best one there below.",
        ),
    ),
    wrong=(
        wrong(
            lambda noise, mean, few, many: 1 / carried(noise, mean, few, many),
            zh="比反了：搬来的误差大，应当大于 1。",
            en="The ratio is upside down: the one carried over is worse, so it exceeds 1.",
            credit=0.5,
        ),
        wrong(
            lambda noise, mean, few, many: (
                risk(best_for(noise, mean, few), noise, mean, few)
                / risk(best_for(noise, mean, many), noise, mean, many)
            ),
            zh="搬来的惩罚用在 `many` 个数上：你算的是 `few` 个数上的误差。",
            en="The penalty is used on `many` numbers; you took its error on `few`.",
        ),
        wrong(
            lambda noise, mean, few, many: (
                risk(best_for(noise, mean, few), noise, mean, many)
                - risk(best_for(noise, mean, many), noise, mean, many)
            ),
            zh="问的是几倍，不是差多少。",
            en="The question is how many times as large, not how much more.",
            credit=0.5,
        ),
        wrong(
            lambda noise, mean, few, many: many / few,
            zh="这是两个惩罚的倍数，不是两个误差的倍数。",
            en="That is the ratio of the penalties, not of the errors.",
        ),
    ),
)


# The next, finer range


def range_given(draw):
    low, high = draw.decades(1e-5, 1e-4), draw.decades(0.3, 3)
    lrs = [low * (high / low) ** draw.between(i / 5, (i + 1) / 5) for i in range(5)]
    losses = [2 + value for value in draw.numbers(5, 0, 1)]
    losses[(0, 2, 4)[draw.case % 3]] = 1.0
    if draw.case % 2:
        losses[3] = math.nan
    return {"low": low, "high": high, "lrs": lrs, "losses": losses, "shrink": 0.4}


def lowest_place(losses):
    return min((i for i in range(len(losses)) if math.isfinite(losses[i])), key=losses.__getitem__)


def narrowed(pick=lowest_place, shift=0.5, push=True, clip=False):
    """The next range in logarithms."""

    def narrow(low, high, lrs, losses, shrink):
        width = shrink * math.log(high / low)
        start = math.log(lrs[pick(losses)]) - shift * width
        end = start + width
        if push:
            start = min(max(start, math.log(low)), math.log(high) - width)
            end = start + width
        if clip:
            start, end = max(start, math.log(low)), min(end, math.log(high))
        return math.exp(start), math.exp(end)

    return narrow


def in_plain_numbers(low, high, lrs, losses, shrink):
    width = shrink * (high - low)
    start = min(max(lrs[lowest_place(losses)] - width / 2, low), high - width)
    return start, start + width


FINER = Task(
    id="finer_range",
    points=3,
    kind="implementation",
    returns="(low, high)",
    title=both(zh="细的那一段", en="The finer range"),
    prompt=both(
        zh="学习率在 `low` 到 `high` 之间粗粗试过，`lrs` 是试过的，`losses` 是各自的损失。返回细试的那一段的两头：按对数，宽是原来的 `shrink` 倍，最好的那个学习率居中；要是出了原来的范围，整段推回来，宽不变。NaN 是练飞了，不算最好。",
        en="Learning rates between `low` and `high` have been tried coarsely: `lrs` are those tried, `losses` what each came to.\n"
        "Return both ends of the range to try next: in logarithms `shrink` times as wide, with the best rate in the middle; where that would leave the old range, push it back as a whole, no narrower.\n"
        "NaN is a run that diverged, never the best.",
    ),
    solution='''
def finer_range(low, high, lrs, losses, shrink):
    """The range around the best rate, in which to try finely."""
    ### BEGIN SOLUTION
    finite = [place for place in range(len(lrs)) if math.isfinite(losses[place])]
    best = min(finite, key=lambda place: losses[place])
    width = shrink * math.log(high / low)
    start = math.log(lrs[best]) - width / 2
    start = min(max(start, math.log(low)), math.log(high) - width)
    return math.exp(start), math.exp(start + width)
    ### END SOLUTION
''',
    inputs=range_given,
    reference=narrowed(),
    hints=(
        both(
            zh="先取对数，再当成一段普通的线来缩。",
            en="Take logarithms first, then shrink an ordinary stretch of line.",
        ),
        both(
            zh="宽是 `shrink * math.log(high / low)`；起点是最好那个的对数减半个宽。",
            en="The width is `shrink * math.log(high / low)`; it starts at the logarithm of the best rate less half of that.",
        ),
        both(
            zh="起点不小于 `low` 的对数，也不大于 `high` 的对数减宽；两头再取指数。",
            en="The start is at least the logarithm of `low` and at most that of `high` less the width; then take exponentials of both ends.",
        ),
    ),
    wrong=(
        wrong(
            in_plain_numbers,
            zh="学习率要按对数缩：差几倍才算数，差多少不算。",
            en="Rates shrink in logarithms: factors count, not differences.",
        ),
        wrong(
            narrowed(
                lambda losses: max(range(len(losses)), key=lambda i: (losses[i] > 0, losses[i]))
            ),
            zh="围着的是损失最大的那个。",
            en="You centered on the largest loss.",
            credit=0.5,
        ),
        wrong(
            narrowed(push=False),
            zh="出了原来的范围：整段推回来。",
            en="It leaves the old range: push it back as a whole.",
            credit=0.5,
        ),
        wrong(
            narrowed(push=False, clip=True),
            zh="剪掉了出去的那一截，剩下的就窄了；要推回来，宽不变。",
            en="You cut off what sticks out, and what is left is too narrow; push it back instead.",
            credit=0.5,
        ),
        wrong(
            narrowed(shift=0.0),
            zh="最好的要居中，不是打头。",
            en="The best belongs in the middle, not at the start.",
            credit=0.5,
        ),
        wrong(
            narrowed(
                lambda losses: min(
                    range(len(losses)),
                    key=lambda i: -math.inf if math.isnan(losses[i]) else losses[i],
                )
            ),
            zh="NaN 当成了最好的。",
            en="NaN was taken for the best.",
            credit=0.5,
        ),
    ),
)

TASKS = (ALONG, PASSING, HEART, CARRIED, FINER)
