"""Exercises on the five outcomes of a training, declared once.

Book: convergence/five_outcomes
"""

from dlnotes.convergence.diagnosis import generalization_gap
from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import off_by_one, scaled, swapped

TITLE = both(zh="五种结局", en="five outcomes")


# Three parts of a loss


def heights(draw):
    return {
        "ys": draw.numbers(draw.whole(4, 6), 0, 4),
        "chosen": [0, 2] if draw.case % 2 else [0, 1, 3],
        "c": draw.between(-1, 0),
    }


def parts(ys, chosen, c):
    def loss(value):
        return sum((value - y) ** 2 for y in ys) / len(ys)

    best = sum(ys) / len(ys)
    fitted = sum(ys[i] for i in chosen) / len(chosen)
    return loss(best), loss(fitted) - loss(best), loss(c) - loss(fitted)


def on_training(ys, chosen, c):
    """The parts with every loss measured on the training set."""
    few = [ys[i] for i in chosen]

    def loss(value):
        return sum((value - y) ** 2 for y in few) / len(few)

    best, fitted = sum(ys) / len(ys), sum(few) / len(few)
    return loss(best), loss(fitted) - loss(best), loss(c) - loss(fitted)


THREE_PARTS = Task(
    id="three_parts",
    points=2,
    title=both(zh="损失高在哪里", en="Where the loss is high"),
    prompt=both(
        zh="可能遇到的点只有 `ys` 这几种高度，一样多；模型只有一个数，损失是它和各个高度之差的平方的平均，全都在 `ys` 上量。能到的最低是 $f_\\star=0$。训练集是 `ys` 里编号在 `chosen` 的几个，模型现在是 `c`。\n\n"
        "返回三项：模型太小、数据太少、没练到位，各让损失高出多少。",
        en="The points that may come have the heights `ys`, equally often; the model is one number, and the loss is the mean of its squared misses, always measured on `ys`.\n"
        "The lowest possible is $f_\\star=0$.\nThe training set consists of those of `ys` whose places are in `chosen`; the model is now `c`.\n\n"
        "Return the three terms: how much a model too small, data too few and training not carried far enough add to the loss.",
    ),
    solution='''
def three_parts(ys, chosen, c):
    """What model, data and training add, as (model, data, training)."""
    ### BEGIN SOLUTION
    best = sum(ys) / len(ys)

    def f(value):
        return sum((value - y) ** 2 for y in ys) / len(ys)

    fitted = sum(ys[i] for i in chosen) / len(chosen)
    return f(best), f(fitted) - f(best), f(c) - f(fitted)
    ### END SOLUTION
''',
    returns="(model, data, training)",
    inputs=heights,
    reference=parts,
    hints=(
        both(
            zh="一个数要离一堆高度最近，取平均。",
            en="The one number closest to a set of heights is their mean.",
        ),
        both(
            zh="三项是 $f_{\\mathrm{model}}-f_\\star$、$f_{\\mathrm{data}}-f_{\\mathrm{model}}$、$f_t-f_{\\mathrm{data}}$；$f_{\\mathrm{model}}$ 是所有高度的平均的损失，$f_{\\mathrm{data}}$ 是训练集的平均的损失。",
            en="The terms are $f_{\\mathrm{model}}-f_\\star$, $f_{\\mathrm{data}}-f_{\\mathrm{model}}$ and $f_t-f_{\\mathrm{data}}$; $f_{\\mathrm{model}}$ is the loss of the mean of all heights, $f_{\\mathrm{data}}$ that of the mean of the training set.",
        ),
        both(
            zh="训练集只用来定那个数；损失一律在 `ys` 上量。",
            en="The training set only fixes the number; measure every loss on `ys`.",
        ),
    ),
    wrong=(
        wrong(
            on_training,
            zh="损失量错了地方：训练集只用来定那个数，损失在所有高度上量。",
            en="You measure on the training set: it only fixes the number, the loss is taken over all heights.",
        ),
        wrong(
            lambda ys, chosen, c: (
                parts(ys, chosen, c)[0],
                parts(ys, chosen, c)[1],
                sum(parts(ys, chosen, c)[1:]),
            ),
            zh="第三项多了：它从练到底的地方算起，不从这个模型的最低处算起。",
            en="The third term is too large: it counts from the end of training, not from the lowest for this model.",
            credit=0.5,
        ),
        wrong(
            lambda ys, chosen, c: (
                parts(ys, chosen, c)[0],
                sum(parts(ys, chosen, c)[:2]),
                sum(parts(ys, chosen, c)),
            ),
            zh="这是三个损失，不是三项：后两个各减去前一个。",
            en="These are three losses, not three terms: subtract from each of the last two the one before.",
            credit=0.5,
        ),
        wrong(
            swapped(parts),
            zh="次序反了：模型、数据、训练。",
            en="The order is reversed: model, data, training.",
            credit=0.5,
        ),
    ),
)


# The gap


def two_curves(draw):
    count = 4 * draw.whole(4, 7) + draw.case % 4
    low, apart = draw.between(0.1, 0.5), draw.between(0.2, 0.8)
    train = [low + 1.5 * 0.85**t for t in range(count)]
    held = [loss + apart * (t / count) ** 2 for t, loss in enumerate(train)]
    return {"train": train, "held": held, "baseline": draw.between(1.5, 2.5)}


def gap(train, held, baseline):
    last = len(train) // 4
    return generalization_gap(train[-last:], held[-last:]) / baseline


def mean(values):
    return sum(values) / len(values)


END_GAP = Task(
    id="end_gap",
    points=2,
    kind="implementation",
    title=both(zh="两条线隔多远", en="How far apart"),
    prompt=both(
        zh="`train` 和 `held` 是同样多次评估的训练损失和留出损失，`baseline` 是基线损失。取最后四分之一次（次数除以 4，去掉余数），留出损失的平均减去训练损失的平均，再除以基线，返回它。",
        en="`train` and `held` hold training and held-out loss at equally many evaluations; `baseline` is the baseline loss.\n"
        "Over the last quarter of the evaluations (their number divided by 4, the remainder dropped), take the mean held-out loss minus the mean training loss, and divide by the baseline.\nReturn that.",
    ),
    solution='''
def end_gap(train, held, baseline):
    """The generalization gap at the end, as a part of the baseline loss."""
    ### BEGIN SOLUTION
    last = len(train) // 4
    return (sum(held[-last:]) - sum(train[-last:])) / last / baseline
    ### END SOLUTION
''',
    inputs=two_curves,
    reference=gap,
    hints=(
        both(
            zh="只看末尾那一段，前面还在学。",
            en="Look at the end only; before it the model still learns.",
        ),
        both(
            zh="两个平均之差，除以 `baseline`。",
            en="The difference of two means, divided by `baseline`.",
        ),
        both(
            zh="`train[-k:]` 是最后 $k$ 个；$k$ 是 `len(train) // 4`。",
            en="`train[-k:]` holds the last $k$; $k$ is `len(train) // 4`.",
        ),
    ),
    wrong=(
        wrong(
            scaled(gap, -1),
            zh="反了：留出的减训练的，留出的高，差距是正的。",
            en="Reversed: held-out minus training, so that a higher held-out loss gives a positive gap.",
            credit=0.5,
        ),
        wrong(
            lambda train, held, baseline: gap(train, held, 1.0),
            zh="还没除以基线：换一个任务，这个差就没法比。",
            en="Not divided by the baseline: gaps of two tasks could not be compared.",
            credit=0.5,
        ),
        wrong(
            lambda train, held, baseline: (held[-1] - train[-1]) / baseline,
            zh="你只看了最后一次：曲线一跳，差距就跟着跳。",
            en="You look at the last evaluation only: where a curve jumps, this gap jumps with it.",
        ),
        wrong(
            lambda train, held, baseline: (mean(held) - mean(train)) / baseline,
            zh="你把开头也平均进去了：那时两条线还没分开。",
            en="You average the beginning too, where the curves have not parted yet.",
        ),
        wrong(
            lambda train, held, baseline: gap(train, held, baseline) * (len(train) // 4),
            zh="这是总和之差，不是平均之差。",
            en="This is a difference of sums, not of means.",
            credit=0.5,
        ),
        wrong(
            lambda train, held, baseline: (
                mean(held[-(len(held) // 4) :]) / mean(train[-(len(train) // 4) :]) - 1
            ),
            zh="你算的是比值：训练损失接近 0，比值会大得没有意义。",
            en="You take a ratio: where the training loss nears 0, it grows beyond all meaning.",
        ),
    ),
)


# Four times as long


def longer(start, now, floor):
    return floor + (start - floor) * ((now - floor) / (start - floor)) ** 4


LONGER_RUN = Task(
    id="longer_run",
    points=1,
    title=both(zh="练 4 倍长，先算出来", en="4 times as long, before running"),
    prompt=both(
        zh="损失从 `start` 降到 `now`，最后会停在 `floor`。它离 `floor` 的距离每走一步剩下同样的比例。从头练 4 倍的步数，损失是多少？",
        en="The loss has come from `start` down to `now`, and will end at `floor`.\nEvery step leaves the same fraction of its distance from `floor`.\nWith 4 times the steps from the start, what is the loss?",
    ),
    solution='''
def longer_run(start, now, floor):
    """The loss after four times the steps."""
    ### BEGIN SOLUTION
    first = start - floor
    left = (now - floor) / first
    return floor + first * left**4
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "start": draw.between(2, 3),
        "now": draw.between(0.9, 1.6),
        "floor": draw.between(0.1, 0.5),
    },
    reference=longer,
    hints=(
        both(
            zh="每段缩小同样几成的，是离最低处的距离，不是损失。",
            en="What shrinks by the same fraction is the distance from the lowest place, not the loss.",
        ),
        both(
            zh="走完这么多步，距离剩下几成？再走同样多，剩下的又剩几成。",
            en="What fraction of the distance do these steps leave? As many again leave the same fraction of that.",
        ),
        both(
            zh="4 倍的步数，就把这个比例连乘 4 次；别忘了把 `floor` 加回来。",
            en="With 4 times the steps, multiply by this fraction 4 times; remember to add `floor` back.",
        ),
    ),
    wrong=(
        wrong(
            lambda start, now, floor: start * (now / start) ** 4,
            zh="你让损失一直降到 0：它停在 `floor`。",
            en="Yours goes down to 0: the loss ends at `floor`.",
        ),
        wrong(
            lambda start, now, floor: max(floor, start - 4 * (start - now)),
            zh="你让它每步降一样多：越到后面，降得越慢。",
            en="Yours falls by the same amount at every step; in fact it slows down.",
        ),
        wrong(
            lambda start, now, floor: (
                floor + (now - floor) * ((now - floor) / (start - floor)) ** 4
            ),
            zh="你从现在起又走了 4 倍：4 倍是从头数的。",
            en="Yours takes 4 times the steps after these: the 4 counts from the start.",
            credit=0.5,
        ),
        wrong(
            lambda start, now, floor: longer(start, now, floor) - floor,
            zh="这是离 `floor` 的距离，还要把 `floor` 加回来。",
            en="This is the distance from `floor`; add `floor` back.",
            credit=0.5,
        ),
    ),
)


# Which knob


def ends(draw):
    """By the number of the case: none helps, one does, two do, a dear one far more."""
    end, small = draw.between(0.5, 0.8), draw.between(0.01, 0.04)
    best = end - draw.between(0.35, 0.4)
    nearly, little = best + 0.06, end - 0.1
    lower, more, longer_, bigger = {
        0: (end - small, end, end + 0.1, end - small / 2),
        1: (end, end - small, end - small, best),
        2: (nearly, end, best, end),
        3: (little, end, end, best),
        4: (end, nearly, nearly, best),
        5: (end + 0.2, little, best, end),
    }[draw.case % 6]
    return {"end": end, "lower": lower, "more": more, "longer": longer_, "bigger": bigger}


def knob(end, lower, more, longer, bigger, *, least=0.05, share=0.7):
    gains = [end - lower, end - more, end - longer, end - bigger]
    if max(gains) < least:
        return 0
    return 1 + next(i for i, gain in enumerate(gains) if gain >= max(least, share * max(gains)))


HELPING_KNOB = Task(
    id="helping_knob",
    points=3,
    kind="implementation",
    title=both(zh="修好：哪个旋钮", en="Repair it: which knob"),
    prompt=both(
        zh="`end` 是一次训练最后的留出损失（除以基线）；降学习率、加数据、接着练、放大模型以后，分别是 `lower`、`more`、`longer`、`bigger`。上面的 `blamed` 总挑降得最多的，哪怕只降了一点；也不管贵不贵。修好它，写成 `helping_knob`：\n\n"
        "- 谁都没降够 0.05，返回 0：是 A；\n"
        "- 否则从便宜的看起，返回头一个过线的：降得不少于 0.05，也不少于最多那个的 0.7 倍。1 是降学习率，2 是加数据，3 是接着练，4 是放大模型。",
        en="`end` is the held-out loss at the end of a run, divided by the baseline; with a lower rate, more data, training on and a bigger model it is `lower`, `more`, `longer` and `bigger`.\n"
        "The function `blamed` above always takes the knob that gains most, however little, and whatever it costs.\nMend it, as `helping_knob`:\n\n"
        "- where no knob gains 0.05, return 0: that is A;\n"
        "- else begin with the cheapest, and return the first that is good enough: it gains at least 0.05 and at least 0.7 of what the best one gains. 1 is the lower rate, 2 more data, 3 training on, 4 the bigger model.",
    ),
    given="""
def blamed(end, lower, more, longer, bigger):
    gains = [end - lower, end - more, end - longer, end - bigger]
    return 1 + gains.index(max(gains))
""",
    solution='''
def helping_knob(end, lower, more, longer, bigger):
    """0 where no knob helps, else the number of the cheapest that is good enough."""
    ### BEGIN SOLUTION
    gains = [end - lower, end - more, end - longer, end - bigger]
    enough = max(0.05, 0.7 * max(gains))
    for number, gain in enumerate(gains, start=1):
        if gain >= enough:
            return number
    return 0
    ### END SOLUTION
''',
    inputs=ends,
    reference=knob,
    hints=(
        both(
            zh="先问有没有用，再问谁最便宜。",
            en="First ask whether any helps, then which is the cheapest.",
        ),
        both(
            zh="够得着的线有两条：0.05，和最大的那个的 0.7 倍；要过两条里高的那条。",
            en="There are two bars, 0.05 and 0.7 of the largest gain; it takes the higher one.",
        ),
        both(
            zh="四个已经从便宜到贵排好：从头数，头一个过线的就是。",
            en="The four stand in order of price: count from the front, and the first over the bar is the answer.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: knob(*given, least=-1.0),
            zh="降了一点点也算数了：谁都没到 0.05，就是 A。",
            en="A tiny gain counts in yours: where none reaches 0.05, it is A.",
        ),
        wrong(
            lambda *given: knob(*given, share=1.0),
            zh="你还是只要降得最多的：便宜的差不多，就用便宜的。",
            en="You still take the largest gain: where a cheaper knob does about as well, take that.",
        ),
        wrong(
            lambda *given: knob(*given, share=0.0),
            zh="头一个管点用的就返回了：还要有最多那个的 0.7 倍。",
            en="You return the first that helps a little: it must also reach 0.7 of the best.",
        ),
        wrong(
            lambda *given: max(0, knob(*given) - 1),
            zh="编号都小了：从 1 数起，0 留给 A。",
            en="Your numbers are one too low: count from 1; 0 is for A.",
            credit=0.5,
        ),
        wrong(
            lambda end, lower, more, longer, bigger: knob(end, bigger, longer, more, lower),
            zh="你从贵的看起了：便宜的在前。",
            en="You begin with the dearest: the cheap ones come first.",
        ),
        wrong(
            lambda *given: knob(*(-loss for loss in given)),
            zh="符号反了：损失降了才算管用，拿 `end` 减去后来的。",
            en="The sign is reversed: a knob helps where the loss falls, so subtract from `end`.",
        ),
    ),
)


# Name the outcome


def signs(draw):
    """One of six kinds of run, by the number of the case."""
    apart = draw.between(0.3, 1)
    level, gap_, fall, sway = {
        0: (draw.between(0.02, 0.1), 0.03, 0.004, 0.003),
        1: (draw.between(0.4, 0.8), 0.03, draw.between(0.03, 0.09), 0.002),
        2: (draw.between(0.2, 0.5), 0.11, 0.03, draw.between(0.08, 0.2)),
        3: (draw.between(0.02, 0.3), apart, 0.03, 0.4 * apart),
        4: (draw.between(0.97, 1.1), 0.4, 0.001, 0.03),
        5: (draw.between(0.3, 0.8), 0.03, 0.004, 0.003),
    }[draw.case % 6]
    return {"level": level, "gap": gap_, "fall": fall, "sway": sway}


def named(level, gap, fall, sway, *, order="EDCB", wide=2.0, low=0.15):
    found = {
        "E": (level >= 0.95, 5),
        "D": (gap >= max(0.1, wide * sway), 4),
        "C": (sway >= 0.02, 3),
        "B": (fall >= 0.016, 2),
    }
    return next((found[x][1] for x in order if found[x][0]), 1 if level <= low else 0)


NAMED_OUTCOME = Task(
    id="named_outcome",
    points=3,
    kind="implementation",
    title=both(zh="断出结局", en="Name the outcome"),
    prompt=both(
        zh="四个数都除过基线：`level` 是训练损失多高，`gap` 是泛化差距，`fall` 是还降多少，`sway` 是跳多大。按次序问，返回头一个对上的数：\n\n"
        "- 5（没收敛）：`level` 不小于 0.95；\n"
        "- 4（过拟合）：`gap` 不小于 0.1，也不小于 `sway` 的 2 倍；\n"
        "- 3（不稳）：`sway` 不小于 0.02；\n"
        "- 2（练得不够）：`fall` 不小于 0.016；\n"
        "- 1（正好）：`level` 不大于 0.15；\n"
        "- 0（说不准）：别的。",
        en="Four numbers, each divided by the baseline: `level`, how high the training loss is; `gap`, the generalization gap; `fall`, how much it still falls; `sway`, how much it jumps.\nAsk in this order, and return the first number that fits:\n\n"
        "- 5 (no convergence): `level` is at least 0.95;\n"
        "- 4 (overfit): `gap` is at least 0.1 and at least 2 times `sway`;\n"
        "- 3 (unstable): `sway` is at least 0.02;\n"
        "- 2 (undertrained): `fall` is at least 0.016;\n"
        "- 1 (good): `level` is at most 0.15;\n"
        "- 0 (cannot tell): anything else.",
    ),
    solution='''
def named_outcome(level, gap, fall, sway):
    """The number of the outcome."""
    ### BEGIN SOLUTION
    if level >= 0.95:
        return 5
    if gap >= max(0.1, 2 * sway):
        return 4
    if sway >= 0.02:
        return 3
    if fall >= 0.016:
        return 2
    return 1 if level <= 0.15 else 0
    ### END SOLUTION
''',
    inputs=signs,
    reference=named,
    hints=(
        both(
            zh="照着次序一个一个问，对上了就返回。",
            en="Ask one after the other, and return at the first that fits.",
        ),
        both(
            zh="要同时不小于两个数，就是不小于大的那个。",
            en="To be at least two numbers is to be at least the larger of them.",
        ),
        both(
            zh="又平又高、两条贴着的，归 0：没有哪个数说得出它是太小还是有噪声。",
            en="Flat, high and close is 0: none of these numbers says whether the model is too small or the data are noisy.",
        ),
    ),
    wrong=(
        wrong(
            lambda *given: named(*given, order="DCBE"),
            zh="没学到东西的，要先挑出来：它的差距和跳动都不算数。",
            en="A run that learned nothing comes first: its gap and its jumps mean little.",
        ),
        wrong(
            lambda *given: named(*given, wide=0.0),
            zh="跳得厉害的，碰巧隔开一点，也被你当成过拟合：差距要有跳动的 2 倍。",
            en="A run that jumps passes as overfit by chance: the gap must be 2 times the sway.",
        ),
        wrong(
            lambda *given: named(*given, order="ECDB"),
            zh="过拟合要先问：两条线隔得远，小小的跳动不碍事。",
            en="Ask for overfitting first: where the curves lie far apart, small jumps do not matter.",
        ),
        wrong(
            lambda *given: named(*given, order="EDBC"),
            zh="跳得厉害的时候，降不降看不准：先问跳不跳。",
            en="Where a curve jumps, its fall cannot be trusted: ask for jumps first.",
        ),
        wrong(
            lambda *given: named(*given, low=2.0),
            zh="又平又高的，你也算正好了：高的只能说不准。",
            en="You call flat and high good: where it is high, the answer is “cannot tell”.",
        ),
        wrong(
            lambda *given: named(*given, order="EDC"),
            zh="还在降的，你没有单说：那是练得不够。",
            en="You do not tell runs that still fall: they are undertrained.",
        ),
        wrong(
            off_by_one(named, -1),
            zh="编号都小了：正好是 1，说不准才是 0。",
            en="Your numbers are one too low: good is 1; 0 is “cannot tell”.",
            credit=0.5,
        ),
    ),
)

TASKS = (THREE_PARTS, END_GAP, LONGER_RUN, HELPING_KNOB, NAMED_OUTCOME)
