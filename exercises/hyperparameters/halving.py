"""Exercises on cutting curves off early, declared once.

Book: hyperparameters/halving
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="早早淘汰", en="Drop the losers early")


# What a halving costs


def halving_given(draw):
    return {"settings": draw.whole(30, 95), "high": draw.whole(20, 60), "factor": draw.whole(2, 4)}


def paid(settings, high, factor, keep=lambda count, factor: count // factor, again=False):
    """The budget of all rounds; `again`: every round trains from scratch."""
    budget, before, total = 1, 0, 0
    while settings >= 1 and budget <= high:
        total += settings * (budget if again else budget - before)
        settings, before, budget = keep(settings, factor), budget, budget * factor
    return total


COST = Task(
    id="cost_of_a_halving",
    points=1,
    title=both(zh="一场淘汰花多少？", en="What does a halving cost?"),
    prompt=both(
        zh="`settings` 组超参数，先各练 1 份；每一轮留下 1/`factor`（向下取整），练到上一轮的 `factor` 倍。一组也留不下，或者下一轮要超过 `high` 份，就停。接着练，只付新添的份数。一共花多少份？\n\n例如 27 组、27 份、3：81。",
        en="Start `settings` settings at 1 unit each; each round keeps 1/`factor` of them, rounded down, "
        "and trains those to `factor` times the budget of the round before.\n"
        "It stops where none would be kept, or the next round would take more than `high` units.\n"
        "Whoever goes on pays only what is new.\n"
        "How many units in all?\n\n"
        "For instance, 27 settings, 27 units and 3: 81.",
    ),
    solution='''
def cost_of_a_halving(settings, high, factor):
    """Units of budget of all rounds together."""
    ### BEGIN SOLUTION
    total, budget, before = 0, 1, 0
    while settings > 0 and budget <= high:
        total += settings * (budget - before)
        before = budget
        budget *= factor
        settings //= factor
    return total
    ### END SOLUTION
''',
    inputs=halving_given,
    reference=paid,
    hints=(
        both(
            zh="一轮一轮加：这一轮有几组，每组新添几份？",
            en="Add round by round: how many settings, and how much is new for each?",
        ),
        both(
            zh="这一轮付 `settings * (budget - before)`；然后 `settings //= factor`，`budget *= factor`。",
            en="A round costs `settings * (budget - before)`; then `settings //= factor` and `budget *= factor`.",
        ),
        both(
            zh="循环的条件有两个：还有人，而且 `budget <= high`。",
            en="The loop has two conditions: somebody is left, and `budget <= high`.",
        ),
    ),
    wrong=(
        wrong(
            lambda settings, high, factor: paid(settings, high, factor, again=True),
            zh="留下的是接着练，不是从头再练：只付新添的。",
            en="Those kept go on, they do not begin again: pay only what is new.",
            credit=0.5,
        ),
        wrong(
            lambda settings, high, factor: paid(settings, high, factor, lambda n, f: n / f),
            zh="组数要向下取整。",
            en="Numbers of settings are rounded down.",
            credit=0.5,
        ),
        wrong(
            lambda settings, high, factor: settings,
            zh="这只是第一轮。",
            en="That is the first round alone.",
        ),
        wrong(
            lambda settings, high, factor: settings * high,
            zh="这是人人练到底的花费。",
            en="That is what it costs to train everybody to the end.",
        ),
    ),
)


# Who is left


def curves_given(draw):
    count, last, first, cut = ((81, 8, 1, 3), (80, 10, 1, 9), (7, 17, 2, 6))[draw.case % 3]
    curves = torch.stack([draw.normal(last + 1) for _ in range(count)])
    curves[:, last] = 0.1 * curves[:, last] - curves[:, cut]  # the last cut matters
    return {"curves": curves, "first": first, "factor": 3}


def survivor(curves, first, factor, keep=lambda n, factor: max(1, n // factor), sign=1, cuts=99):
    living, unit = list(range(len(curves))), first
    while unit < curves.shape[1] - 1 and cuts:
        order = sorted(living, key=lambda who: sign * curves[who, unit].item())
        living, unit, cuts = order[: keep(len(living), factor)], unit * factor, cuts - 1
    return min(living, key=lambda who: curves[who, -1].item())


def among_all(curves, first, factor):
    count, unit, kept = len(curves), first, list(range(len(curves)))
    while unit < curves.shape[1] - 1:
        count = max(1, count // factor)
        kept, unit = curves[:, unit].argsort()[:count].tolist(), unit * factor
    return min(kept, key=lambda who: curves[who, -1].item())


def place_in_the_round(curves, first, factor):
    living, unit, order = curves, first, torch.arange(len(curves))
    while unit < curves.shape[1] - 1:
        order = living[:, unit].argsort()[: max(1, len(living) // factor)]
        living, unit = living[order], unit * factor
    return int(order[living[:, -1].argmin()])


LEFT = Task(
    id="who_is_left",
    points=3,
    kind="implementation",
    title=both(zh="谁留到最后？", en="Who is left?"),
    prompt=both(
        zh="`curves` 的形状是 `(n, T + 1)`：每行一组超参数，第 `t` 列是练了 `t` 份时的错误率。练到 `first` 份砍第一刀，以后每一刀在前一刀的 `factor` 倍处，只要还没到最后一列。每一刀，从还在的里面留下错误率最低的 1/`factor`（向下取整，至少 1 组）。返回留到最后、最后一列最低的那一组的行号。",
        en="`curves` has the shape `(n, T + 1)`: a row for each setting, whose column `t` is its error after `t` units.\n"
        "The first cut comes at `first`, every other at `factor` times the one before, as long as it lies before the last column.\n"
        "Each cut keeps 1/`factor` of those still there, rounded down and at least 1, with the lowest errors.\n"
        "Return the row of whoever is left and lowest in the last column.",
    ),
    solution='''
def who_is_left(curves, first, factor):
    """The row of the setting that the cuts keep."""
    ### BEGIN SOLUTION
    who = torch.arange(len(curves))
    unit = first
    while unit < curves.shape[1] - 1:
        kept = max(1, len(who) // factor)
        who = who[curves[who, unit].argsort()[:kept]]
        unit *= factor
    return int(who[curves[who, -1].argmin()])
    ### END SOLUTION
''',
    inputs=curves_given,
    reference=survivor,
    hints=(
        both(
            zh="记住还在的是哪几行，每一刀从里面挑。",
            en="Keep the numbers of the rows still there, and let each cut choose among them.",
        ),
        both(
            zh="`who[curves[who, unit].argsort()[:kept]]`，然后 `unit *= factor`。",
            en="`who[curves[who, unit].argsort()[:kept]]`, then `unit *= factor`.",
        ),
        both(
            zh="最后在留下的里面看 `curves[who, -1]`，返回原来的行号。",
            en="At the end look at `curves[who, -1]`, and return the row's own number.",
        ),
    ),
    wrong=(
        wrong(
            lambda curves, first, factor: survivor(curves, first, factor, sign=-1),
            zh="反了：错误率高的该走。",
            en="The other way round: high errors go.",
        ),
        wrong(
            lambda curves, first, factor: int(curves[:, -1].argmin()),
            zh="一刀也没砍：你看了所有人的结尾。",
            en="Nothing was cut: you looked at how everybody ends.",
        ),
        wrong(
            lambda curves, first, factor: survivor(curves, first, factor, cuts=1),
            zh="只砍了一刀：后面还有。",
            en="One cut only: there are more.",
            credit=0.5,
        ),
        wrong(
            lambda curves, first, factor: int(curves[:, first].argmin()),
            zh="这是第一刀时领先的那一组。",
            en="That is the leader at the first cut.",
        ),
        wrong(
            among_all,
            zh="砍掉的又回来了：每一刀只在还在的里面挑。",
            en="Those cut came back: every cut chooses among those still there.",
            credit=0.5,
        ),
        wrong(
            place_in_the_round,
            zh="这是在那一轮里的位置；要的是 `curves` 里的行号。",
            en="That is the place within its round; asked is the row of `curves`.",
        ),
        wrong(
            lambda curves, first, factor: survivor(
                curves, first, factor, lambda n, f: max(1, n - n // f)
            ),
            zh="留下 1/`factor`，不是砍掉 1/`factor`。",
            en="Keep 1/`factor`, do not drop 1/`factor`.",
            credit=0.5,
        ),
    ),
)


# How early is safe


def ends_given(draw):
    gaps = [draw.between(0.01, 0.2) for _ in range(draw.whole(7, 12))]
    ends = 0.15 + torch.tensor([0.0, *gaps], dtype=torch.float64)
    turn = draw.whole(0, len(gaps))
    return {
        "ends": torch.cat([ends[turn:], ends[:turn]]),
        "c": draw.between(0.2, 0.6) if draw.case % 4 else 0.004,
        "kept": draw.whole(3, 5),
    }


def safe(ends, c, kept, twice=2):
    gaps = sorted((ends - ends.min()).tolist())
    return math.floor(twice * c / gaps[kept]) + 1


SAFE = Task(
    id="when_is_it_safe",
    points=2,
    title=both(zh="多早砍才保险？", en="How early is safe?"),
    prompt=both(
        zh="各组练到底的错误率是 `ends`。练了 $b$ 份时，每一组离自己的结尾最多差 $\\gamma=c/b$。砍一刀，留下 `kept` 组。最早的整数 $b$ 是多少，不管曲线怎么走，最好的那一组都不会被砍？",
        en="In the end the settings have the errors `ends`.\n"
        "After $b$ units each is within $\\gamma=c/b$ of its own end.\n"
        "A cut keeps `kept` of them.\nWhich is the earliest whole $b$ at which the best one is safe, however the curves run?",
    ),
    solution='''
def when_is_it_safe(ends, c, kept):
    """The first whole b at which fewer than `kept` rivals can be ahead."""
    ### BEGIN SOLUTION
    gaps = ends - ends.min()
    b = 1
    while (gaps <= 2 * c / b).sum() > kept:
        b += 1
    return b
    ### END SOLUTION
''',
    inputs=ends_given,
    reference=safe,
    hints=(
        both(
            zh="谁有可能暂时领先最好的那一组？数一数，要少于 `kept`。",
            en="Who may be ahead of the best one for now? There must be fewer than `kept`.",
        ),
        both(
            zh="领先得了的对手，结尾只差 $\\Delta_i\\le 2c/b$。",
            en="A rival that can be ahead has a gap of $\\Delta_i\\le 2c/b$ in the end.",
        ),
        both(
            zh="`(gaps <= 2 * c / b).sum()` 也数了最好的那一组自己；$b$ 从 1 往上试。",
            en="`(gaps <= 2 * c / b).sum()` counts the best one too; try $b$ from 1 upwards.",
        ),
    ),
    wrong=(
        wrong(
            lambda ends, c, kept: safe(ends, c, kept, 1),
            zh="两头都会差：最好的高 $c/b$，对手低 $c/b$。",
            en="Both ends can be off: the best one high by $c/b$, the rival low by $c/b$.",
            credit=0.5,
        ),
        wrong(
            lambda ends, c, kept: safe(ends, c, kept - 1),
            zh="太晚了：只要少于 `kept` 个对手，名额里就有它。",
            en="Too late: with fewer than `kept` rivals ahead there is room for it.",
            credit=0.5,
        ),
        wrong(
            lambda ends, c, kept: safe(ends, c, kept + 1),
            zh="太早了：`kept` 个对手都在前面，它就没有名额。",
            en="Too early: with `kept` rivals ahead there is no room for it.",
            credit=0.5,
        ),
        wrong(
            lambda ends, c, kept: safe(ends, c, 1),
            zh="这样它在第一位也保险；留下 `kept` 组，不必排第一。",
            en="That makes it safe in first place; among `kept` it need not be first.",
        ),
    ),
)


# What Hyperband costs


def band_given(draw):
    factor = draw.whole(2, 3)
    return {"high": factor ** (4 + draw.case % 2 * (3 - factor)), "factor": factor}


def band(high, factor, up=math.ceil, again=False):
    top = round(math.log(high, factor))
    total = 0
    for s in range(top, -1, -1):
        count, begin = up((top + 1) * factor**s / (s + 1)), factor ** (top - s)
        total += begin * paid(count, high // begin, factor, again=again)
    return total / high


BAND = Task(
    id="hyperband_in_full_runs",
    points=2,
    title=both(zh="Hyperband 抵几次全程？", en="How many full runs is Hyperband?"),
    prompt=both(
        zh="Hyperband 的一轮是 $S+1$ 场淘汰，$q^S$ 是 `high`，$q$ 是 `factor`。第 $h$ 场（从 $S$ 到 0）从 $\\lceil\\frac{S+1}{h+1}q^h\\rceil$ 组、每组 $q^{S-h}$ 份开始，照旧一轮轮留 $1/q$（向下取整），最多练到 `high` 份，接着练只付新添的。全部加起来，抵得上几次全程（`high` 份）？",
        en="Hyperband is $S+1$ halvings, where $q^S$ is `high` and $q$ is `factor`.\n"
        "The one called $h$, from $S$ down to 0, begins with $\\lceil\\frac{S+1}{h+1}q^h\\rceil$ settings at $q^{S-h}$ units each, keeps $1/q$ round by round, rounded down, goes up to `high` units, and pays only what is new.\n"
        "How many full runs of `high` units do all of them cost together?",
    ),
    solution='''
def hyperband_in_full_runs(high, factor):
    """The budget of all brackets, divided by that of one full run."""
    ### BEGIN SOLUTION
    top = round(math.log(high) / math.log(factor))
    total = 0
    for s in range(top + 1):
        count = -(-(top + 1) * factor**s // (s + 1))
        budget, before = factor ** (top - s), 0
        while count > 0 and budget <= high:
            total += count * (budget - before)
            before, budget = budget, budget * factor
            count //= factor
    return total / high
    ### END SOLUTION
''',
    inputs=band_given,
    reference=band,
    hints=(
        both(
            zh="一场一场地加；每一场就是一次淘汰，只是起点不同。",
            en="Add one halving after the other; they differ only in how they begin.",
        ),
        both(
            zh="第 $h$ 场从 `math.ceil((top + 1) * factor**h / (h + 1))` 组、`factor ** (top - h)` 份开始。",
            en="The one called $h$ begins with `math.ceil((top + 1) * factor**h / (h + 1))` settings at `factor ** (top - h)` units.",
        ),
        both(
            zh="每一轮付 `count * (budget - before)`；最后除以 `high`。",
            en="Every round costs `count * (budget - before)`; divide by `high` at the end.",
        ),
    ),
    wrong=(
        wrong(
            lambda high, factor: band(high, factor, again=True),
            zh="留下的接着练：只付新添的。",
            en="Those kept go on: pay only what is new.",
            credit=0.5,
        ),
        wrong(
            lambda high, factor: band(high, factor, up=math.floor),
            zh="组数向上取整。",
            en="The number of settings is rounded up.",
            credit=0.5,
        ),
        wrong(
            lambda high, factor: paid(high, high, factor) / high,
            zh="这只是第一场。",
            en="That is the first halving alone.",
        ),
        wrong(
            lambda high, factor: (round(math.log(high, factor)) + 1) ** 2,
            zh="这是上界：每一轮都从头练。",
            en="That is the bound, where every round trains from scratch.",
        ),
    ),
)


# How well an early order holds


def orders_given(draw):
    count = draw.whole(9, 14)
    late = draw.normal(count)
    early = (2 + 0.4 * late + draw.normal(count)).exp()
    return {"early": early, "late": late}


def places(values):
    return values.argsort().argsort().double()


def correlated(x, y):
    return torch.corrcoef(torch.stack([x, y]))[0, 1].item()


ORDER = Task(
    id="does_the_order_hold",
    points=2,
    kind="implementation",
    title=both(zh="名次作数吗？", en="Does the order hold?"),
    prompt=both(
        zh="`early` 和 `late` 是各组超参数练到中途和练到底的错误率，没有相等的。返回秩相关系数：两列各换成名次，再求相关系数。名次全一样是 1，正好倒过来是 −1。",
        en="`early` and `late` are the errors of the settings midway and at the end, no two of them equal.\n"
        "Return the rank correlation: replace each value by its place in the order, and correlate the places.\n"
        "It is 1 for the same order and −1 for the reverse.",
    ),
    solution='''
def does_the_order_hold(early, late):
    """Spearman's rank correlation."""
    ### BEGIN SOLUTION
    first = early.argsort().argsort().double()
    last = late.argsort().argsort().double()
    return torch.corrcoef(torch.stack([first, last]))[0, 1].item()
    ### END SOLUTION
''',
    inputs=orders_given,
    reference=lambda early, late: correlated(places(early), places(late)),
    hints=(
        both(
            zh="数值有多大不要紧，只看排第几。",
            en="The size of a value does not matter, only its place.",
        ),
        both(
            zh="名次是 `values.argsort().argsort()`；系数是 $1-\\frac{6\\sum_i d_i^2}{n(n^2-1)}$，$d_i$ 是名次之差。",
            en="Places are `values.argsort().argsort()`; the coefficient is $1-\\frac{6\\sum_i d_i^2}{n(n^2-1)}$ with $d_i$ the difference of places.",
        ),
        both(
            zh="两列都换成名次，先转成浮点数再减。",
            en="Turn both into places, and make them floats before you subtract.",
        ),
    ),
    wrong=(
        wrong(
            correlated,
            zh="这是数值的相关系数；先换成名次。",
            en="That correlates the values; replace them by their places first.",
            credit=0.5,
        ),
        wrong(
            lambda early, late: correlated(early.argsort().double(), late.argsort().double()),
            zh="`argsort` 给的是第几名是谁，不是谁是第几名；再排一次。",
            en="`argsort` tells who has a place, not which place one has; sort once more.",
            credit=0.5,
        ),
        wrong(
            lambda early, late: -correlated(places(early), places(late)),
            zh="符号反了：次序一样是 1。",
            en="The sign is wrong: the same order gives 1.",
            credit=0.5,
        ),
        wrong(
            lambda early, late: correlated(places(early), late),
            zh="`late` 也要换成名次。",
            en="`late` has to be turned into places, too.",
            credit=0.5,
        ),
        wrong(
            lambda early, late: (1 + correlated(places(early), places(late))) / 2,
            zh="正好倒过来是 −1，不是 0：公式里乘的是 6，不是 3。",
            en="The reverse order gives −1, not 0: the factor in the formula is 6, not 3.",
            credit=0.5,
        ),
        wrong(
            lambda early, late: correlated(places(early), places(late)) ** 2,
            zh="不要平方：平方了就看不出正反。",
            en="Do not square it: the square cannot tell forward from reverse.",
            credit=0.5,
        ),
    ),
)

TASKS = (COST, LEFT, SAFE, BAND, ORDER)
