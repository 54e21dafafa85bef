"""Exercises on reading a loss curve, declared once.

Book: convergence/loss_curves
"""

import math

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import exchanged, off_by_one, scaled

TITLE = both(zh="看懂一条损失曲线", en="Reading a loss curve")


# Half of the way, again and again


def epochs(start, end, gap):
    count, left = 0, start - end
    while left > gap:
        left, count = left / 2, count + 1
    return count


HALVING_EPOCHS = Task(
    id="halving_epochs",
    points=1,
    title=both(zh="还要几轮？", en="How many more epochs?"),
    prompt=both(
        zh="一条损失曲线从 `start` 往 `end` 滑，每一轮走掉剩下的一半，就像 1.8、1.4、1.2……往 1.0 滑。几轮以后，离 `end` 不超过 `gap`？返回整数。",
        en="A loss curve slides from `start` towards `end`, and every epoch takes half of what is left, as 1.8, 1.4, 1.2 … slides towards 1.0.\n"
        "After how many epochs is it within `gap` of `end`?\nReturn a whole number.",
    ),
    solution='''
def halving_epochs(start, end, gap):
    """Epochs until the loss is within gap of its end."""
    ### BEGIN SOLUTION
    return math.ceil(math.log2((start - end) / gap))
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "start": draw.between(2.5, 4),
        "end": draw.between(0.5, 1.2),
        "gap": draw.decades(0.002, 0.2),
    },
    reference=epochs,
    hints=(
        both(
            zh="减半的是离 `end` 的距离，不是损失本身。",
            en="What is halved is the distance to `end`, not the loss itself.",
        ),
        both(
            zh="走 $t$ 轮，距离是 `(start - end) / 2**t`；它要不超过 `gap`。",
            en="After $t$ epochs the distance is `(start - end) / 2**t`; it must be at most `gap`.",
        ),
        both(
            zh="取以 2 为底的对数，再往上取整。", en="Take the logarithm to base 2, and round up."
        ),
    ),
    wrong=(
        wrong(
            lambda start, end, gap: epochs(start, 0, gap),
            zh="你让损失往 0 减半：它去的是 `end`。",
            en="You halve the loss towards 0: it goes to `end`.",
        ),
        wrong(
            off_by_one(epochs, -1),
            zh="早了一轮：往下取整，离得还太远。",
            en="One epoch early: rounded down, it is still too far away.",
            credit=0.5,
        ),
        wrong(
            off_by_one(epochs),
            zh="晚了一轮：第 0 轮在 `start`，从它数起。",
            en="One epoch late: epoch 0 is at `start`; count from there.",
            credit=0.5,
        ),
        wrong(
            lambda start, end, gap: math.ceil((start - end - gap) / ((start - end) / 2)),
            zh="你让每一轮都走同样多。这里越走越少，总是剩下的一半。",
            en="You take the same amount off in every epoch. Here it is half of what is left, less and less.",
        ),
    ),
)


# The same net, other batches


def swing(spread, old, new):
    return spread * math.sqrt(old / new)


BATCH_SWING = Task(
    id="batch_swing",
    points=1,
    title=both(zh="换了批量，晃多少？", en="Another batch size, how much swing?"),
    prompt=both(
        zh="网络不动。每批抽 `old` 个样本，批的损失的标准差是 `spread`；改成每批抽 `new` 个，标准差是多少？都是有放回地抽。先估一估：它变大还是变小？",
        en="The net stays as it is.\nWith batches of `old` examples, the standard deviation of the batch loss is `spread`; what is it with batches of `new`?\n"
        "Examples are drawn with replacement.\nGuess first: larger or smaller?",
    ),
    solution='''
def batch_swing(spread, old, new):
    """The standard deviation of the loss of the new batches."""
    ### BEGIN SOLUTION
    one = spread * math.sqrt(old)
    return one / math.sqrt(new)
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "spread": draw.between(0.05, 0.5),
        "old": draw.whole(2, 40),
        "new": draw.whole(50, 400),
    },
    reference=swing,
    hints=(
        both(
            zh="一批的损失是平均数：样本越多，平均数晃得越小。",
            en="The loss of a batch is a mean: the more examples, the less a mean swings.",
        ),
        both(
            zh="$B$ 个的平均，标准差是 $\\sigma/\\sqrt{B}$。",
            en="The standard deviation of a mean of $B$ is $\\sigma/\\sqrt{B}$.",
        ),
        both(
            zh="先由旧的一批求出 $\\sigma$，再换成新的批量。",
            en="First find $\\sigma$ from the old batches, then take the new batch size.",
        ),
    ),
    wrong=(
        wrong(
            lambda spread, old, new: spread * old / new,
            zh="缩得太狠：方差按批量缩小，标准差只按它的平方根。",
            en="Too small: the variance shrinks with the batch size, the standard deviation only with its root.",
            credit=0.5,
        ),
        wrong(
            exchanged(swing, "old", "new"),
            zh="反了：批量大了，晃得该小。",
            en="The other way round: larger batches swing less.",
        ),
        wrong(
            lambda spread, old, new: spread / math.sqrt(new),
            zh="`spread` 已经是 `old` 个的平均了，先换回一个样本的。",
            en="`spread` is that of a mean of `old` already; go back to one example first.",
        ),
    ),
)


# The loss of an epoch


def batches(draw):
    """Full batches, and a last one that is smaller and has a larger loss."""
    size, count = draw.whole(20, 40), draw.whole(2, 5)
    losses = [*draw.numbers(count, 0.3, 1.5), draw.between(3, 6)]
    return {"losses": losses, "sizes": [size] * count + [draw.whole(2, 8)]}


def weighted(losses, sizes):
    return sum(a * b for a, b in zip(losses, sizes, strict=True)) / sum(sizes)


EPOCH_LOSS = Task(
    id="epoch_loss",
    points=2,
    title=both(zh="修好：一轮的损失", en="Repair: the loss of an epoch"),
    prompt=both(
        zh="有人这样记一轮的损失：`sum(losses) / len(losses)`，`losses` 是各批的平均损失。曲线总是偏高。各批的样本数在 `sizes` 里，最后一批常常不满，这里最后几个样本又偏难。改好它：返回这一轮里每个样本损失的平均。",
        en="Somebody logs the loss of an epoch as `sum(losses) / len(losses)`, where `losses` holds the mean loss of every batch, and the curve lies too high.\n"
        "The batches hold `sizes` examples; the last one is often not full, and its examples are hard here.\nRepair it: return the mean loss of the examples of the epoch.",
    ),
    solution='''
def epoch_loss(losses, sizes):
    """The mean over the examples of an epoch."""
    ### BEGIN SOLUTION
    total = sum(loss * size for loss, size in zip(losses, sizes))
    return total / sum(sizes)
    ### END SOLUTION
''',
    inputs=batches,
    reference=weighted,
    hints=(
        both(
            zh="最后一批只有几个样本，却和满的一批算得一样重。",
            en="The last batch has only a few examples, and counts as much as a full one.",
        ),
        both(
            zh="每批的平均损失乘它的样本数，就是这批的总和。",
            en="The mean loss of a batch times its number of examples is its total.",
        ),
        both(
            zh="各批的总和加起来，除以样本的总数。",
            en="Add up the totals, and divide by the number of all examples.",
        ),
    ),
    wrong=(
        wrong(
            lambda losses, sizes: sum(losses) / len(losses),
            zh="还是原样：不满的一批，分量该小。",
            en="As it was: a batch that is not full must weigh less.",
        ),
        wrong(
            lambda losses, sizes: sum(losses[:-1]) / (len(losses) - 1),
            zh="你扔掉了最后一批：它的样本也要算。",
            en="You drop the last batch: its examples count too.",
        ),
        wrong(
            lambda losses, sizes: weighted(losses, sizes) * sum(sizes) / len(losses),
            zh="你除以了批数，要除以样本数。",
            en="You divide by the number of batches; divide by that of the examples.",
            credit=0.5,
        ),
        wrong(
            lambda losses, sizes: sum(losses) / sum(sizes),
            zh="除对了，加错了：每批的平均，先乘它的样本数。",
            en="The divisor is right, the sum is not: multiply each mean by its number of examples first.",
        ),
    ),
)


# A spike, or a runaway


def rising(draw):
    """A fall, and a runaway at its end; two spikes; a rise from the start; one just long enough."""
    kind, patience = draw.case % 4, draw.whole(4, 6)
    falling = [2 * 0.9**t + 0.2 for t in range(12)]
    high = [1.45] * (patience + 1)  # above 1.5 times the lowest, below the middle
    spike = [draw.between(3, 6) for _ in range(patience - 1)]
    calm = [0.3 * 0.95**t + 0.2 for t in range(8)]
    gone = [draw.between(2, 2.4) * 1.02**t for t in range(patience + 2)]
    losses = {
        0: [*falling, *high, *spike, *calm, *gone],
        1: [*falling, draw.between(3, 6), *calm, *spike],
        2: [1.0, *[1.9 * 1.2**t for t in range(patience + 4)]],
        3: [*falling, *high, *gone[:patience]],
    }[kind]
    return {"losses": losses, "patience": patience}


def gone_since(losses, patience, *, need=None, low=None, at=0):
    """The first step of `patience` losses that all lie above the middle."""
    need = need or patience
    for t in range(1, len(losses) - need + 1):
        least = min(losses[:t]) if low is None else low(losses)
        middle = (losses[0] + least) / 2
        if all(loss > max(middle, 1.5 * least) for loss in losses[t : t + need]):
            return t + at
    return -1


RUNAWAY_STEP = Task(
    id="runaway_step",
    points=3,
    kind="implementation",
    title=both(zh="跳一下，还是飞走？", en="A spike or a runaway?"),
    prompt=both(
        zh="规矩比课文里的简单些。找头一步 $t\\ge 1$：从它起连着 `patience` 个损失，个个都高过界线。界线看 $t$ 之前最低的损失：它和开头那个损失的中点，和它的 1.5 倍，取大的。短短一跳不算。\n\n"
        "返回 $t$；没有就返回 $-1$。",
        en="The rule is simpler than that of the page.\nFind the first step $t\\ge 1$ from which `patience` losses in a row all lie above a bar.\n"
        "The bar looks at the lowest loss before $t$: take the middle between it and the very first loss, or 1.5 times it, whichever is higher.\nA short spike does not count.\n\n"
        "Return $t$, or $-1$ where there is none.",
    ),
    solution='''
def runaway_step(losses, patience):
    """The first step of a rise that does not come back, or -1."""
    ### BEGIN SOLUTION
    for t in range(1, len(losses) - patience + 1):
        low = min(losses[:t])
        bar = max((losses[0] + low) / 2, 1.5 * low)
        if min(losses[t : t + patience]) > bar:
            return t
    return -1
    ### END SOLUTION
''',
    inputs=rising,
    reference=gone_since,
    hints=(
        both(
            zh="界线要先定：它只看 $t$ 之前的损失。",
            en="First the bar: it looks only at losses before $t$.",
        ),
        both(
            zh="界线是 $\\max\\left(\\frac{\\ell_0+m}{2},\\,1.5\\,m\\right)$，$\\ell_0$ 是第一个损失，$m$ 是之前最低的。",
            en="The bar is $\\max\\left(\\frac{\\ell_0+m}{2},\\,1.5\\,m\\right)$, with the first loss $\\ell_0$ and the lowest before, $m$.",
        ),
        both(
            zh="从 $t$ 起的 `patience` 个，连最小的都高过界线，才算；不够 `patience` 个就不算。",
            en="The smallest of the `patience` losses from $t$ on must be above the bar; fewer than `patience` do not count.",
        ),
    ),
    wrong=(
        wrong(
            lambda losses, patience: gone_since(losses, patience, need=1),
            zh="只跳一步你也算飞走：要连着 `patience` 个都回不来。",
            en="One step above passes as a runaway: `patience` losses in a row must stay up.",
        ),
        wrong(
            lambda losses, patience: gone_since(losses, patience, need=patience - 1),
            zh="少看了一个：要连着 `patience` 个。",
            en="You look at one too few: it takes `patience` in a row.",
            credit=0.5,
        ),
        wrong(
            lambda losses, patience: gone_since(losses, patience, need=patience + 1),
            zh="多等了一个：正好 `patience` 个就算。",
            en="You wait for one too many: exactly `patience` are enough.",
            credit=0.5,
        ),
        wrong(
            lambda losses, patience: (
                -1 if gone_since(losses, patience) < 0
                else gone_since(losses, patience, at=patience - 1)
            ),
            zh="这是看得出来的那一步；问的是从哪一步飞起。",
            en="This is the step at which one can tell; asked is the step at which it begins.",
            credit=0.5,
        ),
        wrong(
            lambda losses, patience: gone_since(losses, patience, low=lambda seen: seen[0]),
            zh="界线里没有最低的损失：已经赚到的，吐回一半就算。",
            en="The lowest loss is missing from your bar: giving back half of the gain is enough.",
        ),
        wrong(
            lambda losses, patience: max(gone_since(losses, patience), 0),
            zh="没有飞走，要返回 -1：0 是一个真的步数。",
            en="Where nothing runs away, return -1: 0 is a step too.",
            credit=0.5,
        ),
    ),
)  # fmt: skip


# Slide, plateau or bounce


def two_windows(draw):
    """A curve of each kind; some in another unit, one that falls and bounces."""
    kind, window = draw.case % 5, 2 * draw.whole(5, 7) + 1
    level, unit = draw.between(1, 2), 20.0 if kind == 1 else 1.0
    kicks = [(-1) ** t for t in range(2 * window)]
    older, newer = {
        0: (level * 1.3, level),
        1: (level * 1.01, level),
        2: (level * 1.01, level),
        3: (level, level * 3),
        4: (level * 2, level),
    }[kind]
    size = {2: 0.1, 4: 0.2}.get(kind, 0.004)
    losses = [older * (1 + size * kick) for kick in kicks[:window]]
    losses += [newer * (1 + size * kick) for kick in kicks[window:]]
    before = [level * 6] * 4
    return {"losses": [unit * loss for loss in before + losses], "window": window, "tol": 0.05}


def verdict(losses, window, tol, *, relative=True, sign=1, older=None):
    last = losses[-window:]
    before = (older or (lambda seen: seen[-2 * window : -window]))(losses)
    level, start = sum(last) / window, sum(before) / len(before)
    change = (level - start) / (start if relative else 1)
    swing = math.sqrt(sum((loss - level) ** 2 for loss in last) / window)
    swing = swing / (level if relative else 1)
    if sign * change < -tol:
        return 0
    return 1 if swing <= tol else 2


CURVE_VERDICT = Task(
    id="curve_verdict",
    points=3,
    kind="implementation",
    title=both(zh="像哪一种？", en="Which one does it look like?"),
    prompt=both(
        zh="规矩比课文里的简单些。把 `losses` 末尾的 `window` 个，和它们之前的 `window` 个比。变化是后一段的平均减前一段的平均，再除以前一段的平均；晃动是后一段的标准差（平方差取平均，再开方）除以后一段的平均。返回：\n\n"
        "- 0：往下滑，变化低于 `-tol`，不管晃不晃；\n"
        "- 1：走平路，不往下滑，晃动不超过 `tol`；\n"
        "- 2：来回跳，不往下滑，晃动超过 `tol`。",
        en="The rule is simpler than that of the page.\nCompare the last `window` of `losses` with the `window` before them.\n"
        "The change is the mean of the newer less that of the older, divided by that of the older; the swing is the standard deviation of the newer (mean of the squared deviations, then the root) divided by their mean.\nReturn:\n\n"
        "- 0: slide, the change is below `-tol`, whatever the swing;\n"
        "- 1: plateau, no slide, and the swing is at most `tol`;\n"
        "- 2: bounce, no slide, and the swing is above `tol`.",
    ),
    solution='''
def curve_verdict(losses, window, tol):
    """0 slide, 1 plateau, 2 bounce."""
    ### BEGIN SOLUTION
    older, newer = losses[-2 * window : -window], losses[-window:]
    before, level = sum(older) / window, sum(newer) / window
    if (level - before) / before < -tol:
        return 0
    variance = sum((loss - level) ** 2 for loss in newer) / window
    return 1 if math.sqrt(variance) / level <= tol else 2
    ### END SOLUTION
''',
    inputs=two_windows,
    reference=verdict,
    hints=(
        both(
            zh="先问降没降，再问晃不晃：一边跳一边降的，也算往下滑。",
            en="First ask whether it falls, then whether it swings: one that bounces and falls is a slide.",
        ),
        both(
            zh="后一段是 `losses[-window:]`，前一段是 `losses[-2 * window : -window]`；变化和晃动都除以平均。",
            en="The newer ones are `losses[-window:]`, the older `losses[-2 * window : -window]`; change and swing are both divided by a mean.",
        ),
        both(
            zh="往下滑，变化是负的：和 `-tol` 比。晃动只看后一段。",
            en="Where it falls the change is negative: compare it with `-tol`. The swing looks at the newer ones only.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: verdict(*given, sign=-1),
            zh="反了：变化是负的，才是往下滑。",
            en="The other way round: it slides where the change is negative.",
        ),
        wrong(
            lambda *given: verdict(*given, relative=False),
            zh="你没有除以平均：损失换个单位，判定不该变。",
            en="You do not divide by the mean: another unit of the loss must not change the verdict.",
            credit=0.5,
        ),
        wrong(
            lambda losses, window, tol: verdict(
                losses, window, tol, older=lambda seen: seen[:-window]
            ),
            zh="前一段取多了：只要紧挨着的 `window` 个。",
            en="Your older stretch is too long: only the `window` losses just before.",
            credit=0.5,
        ),
        wrong(
            lambda *given: min(verdict(*given), 1),
            zh="晃不晃你没有看：不往下滑的，还分走平路和来回跳。",
            en="You do not look at the swing: what does not slide is a plateau or a bounce.",
        ),
        wrong(
            lambda losses, window, tol: (
                2 if verdict([losses[-1]] * window + losses[-window:], window, tol) == 2
                else verdict(losses, window, tol)
            ),
            zh="次序反了：先问降没降。一边跳一边降，算往下滑。",
            en="In the wrong order: first ask whether it falls. One that bounces and falls is a slide.",
            credit=0.5,
        ),
        wrong(
            lambda losses, window, tol: 0 if losses[-1] < (1 - tol) * losses[-window - 1]
            else max(verdict(losses, window, tol), 1),
            zh="你只比了两个损失：晃着的曲线，两个点说明不了什么，要比平均。",
            en="You compare two losses only: on a curve that swings two points say nothing; compare means.",
        ),
        wrong(
            scaled(verdict, -1),
            zh="三种结果是 0、1、2，没有负数。",
            en="The three results are 0, 1 and 2, none of them negative.",
        ),
    ),
)  # fmt: skip

TASKS = (HALVING_EPOCHS, BATCH_SWING, EPOCH_LOSS, RUNAWAY_STEP, CURVE_VERDICT)
