"""Exercises on where to put trials, declared once.

Book: hyperparameters/grid_or_random
"""

import itertools
import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="网格，还是随机？", en="A grid, or chance?")


# How many trials until one is good


def good_given(draw):
    return {
        "part": draw.between(0.2, 0.5),
        "important": draw.whole(2, 3),
        "certainty": (0.8, 0.9, 0.99)[draw.case % 3],
    }


def until_good(part, important, certainty):
    return math.ceil(math.log(1 - certainty) / math.log(1 - part**important))


GOOD = Task(
    id="trials_until_good",
    points=1,
    title=both(zh="试多少次才有把握？", en="How many trials to be sure?"),
    prompt=both(
        zh="要紧的旋钮有 `important` 个，每个的范围里有一份 `part` 是好的，都落在好的里面才算好；别的旋钮随便。随机地试，至少要多少次，才有 `certainty` 的把握碰上一次好的？\n\n例如 `part` 0.4、`important` 2、`certainty` 0.9：14 次。",
        en="`important` knobs matter, and a share `part` of the range of each is good; a trial is good where all of them are, and the other knobs may be anywhere.\n"
        "How many random trials does it take at least, to hit a good one with chance `certainty`?\n\nFor instance, `part` 0.4, `important` 2 and `certainty` 0.9: 14 trials.",
    ),
    solution='''
def trials_until_good(part, important, certainty):
    """The least number of random trials that hit with the wanted chance."""
    ### BEGIN SOLUTION
    missed, trials = 1.0, 0
    while missed > 1 - certainty:
        missed *= 1 - part**important
        trials += 1
    return trials
    ### END SOLUTION
''',
    inputs=good_given,
    reference=until_good,
    hints=(
        both(
            zh="一次碰上的机会是多少？次次都没碰上呢？",
            en="What is the chance that one trial hits? And that all of them miss?",
        ),
        both(
            zh="要紧的旋钮各自独立，$q$ 是 `part` 的 `important` 次方；$(1-q)^n\\le 1-P$，$P$ 是要的把握。",
            en="The knobs are independent, so $q$ is `part` to the power `important`; $(1-q)^n\\le 1-P$, where $P$ is the chance wanted.",
        ),
        both(
            zh="取对数，$n\\ge\\ln(1-P)/\\ln(1-q)$，往上取整。",
            en="Take logarithms, $n\\ge\\ln(1-P)/\\ln(1-q)$, and round up.",
        ),
    ),
    wrong=(
        wrong(
            lambda part, important, certainty: until_good(part, 1, certainty),
            zh="每个要紧的旋钮都得落在好的里面，机会要相乘。",
            en="Every knob that matters must be good: multiply the chances.",
        ),
        wrong(
            lambda part, important, certainty: math.ceil(certainty / part**important),
            zh="机会不能直接相加：两次都碰上的情形数了两遍。",
            en="Chances cannot simply be added: where two trials hit, that counts twice.",
            credit=0.5,
        ),
        wrong(
            lambda part, important, certainty: until_good(part, important, certainty) - 1,
            zh="往下取整，把握就不够了。",
            en="Rounded down, the chance falls short.",
            credit=0.5,
        ),
        wrong(
            lambda part, important, certainty: math.ceil(
                math.log(certainty) / math.log(1 - part**important)
            ),
            zh="`certainty` 是碰上的把握；次次没碰上的机会是它的反面。",
            en="`certainty` is the chance to hit; that all trials miss is its opposite.",
            credit=0.5,
        ),
    ),
)


# How many values a part of a grid tries


def part_given(draw):
    k = draw.whole(4, 12)
    return {"k": k, "n": draw.whole(k, 2 * k)}


def values_tried(k, n):
    return k * (1 - math.comb(k * k - k, n) / math.comb(k * k, n))


VALUES = Task(
    id="values_of_a_part",
    points=2,
    title=both(zh="抽出来的，横着有几个值？", en="How many values does a part try?"),
    prompt=both(
        zh="一张 `k` × `k` 的网格，随机抽出 `n` 个点，不重复。第一个旋钮平均试过几个不同的值？\n\n例如 `k` 是 3、`n` 是 4：2.64。",
        en="From a grid of `k` by `k`, `n` points are drawn at random, none of them twice.\n"
        "How many different values of the first knob are tried on average?\n\nFor instance, `k` 3 and `n` 4: 2.64.",
    ),
    solution='''
def values_of_a_part(k, n):
    """The mean number of different values of the first knob."""
    ### BEGIN SOLUTION
    ways_without = math.comb(k * (k - 1), n)
    left_out = ways_without / math.comb(k**2, n)
    return k - k * left_out
    ### END SOLUTION
''',
    inputs=part_given,
    reference=values_tried,
    hints=(
        both(
            zh="先看一列：这一列一个点也没抽到的机会是多少？",
            en="First one column: what is the chance that none of its points is drawn?",
        ),
        both(
            zh="$\\binom{K^2-K}{n}/\\binom{K^2}{n}$，$K$ 是 `k`：`n` 个点全抽在别的列里；`math.comb` 给出组合数。",
            en="$\\binom{K^2-K}{n}/\\binom{K^2}{n}$ with $K$ for `k`: all `n` points come from the other columns; `math.comb` counts the ways.",
        ),
        both(
            zh="抽到的机会是它的反面；平均的列数，是 `k` 列的机会相加。",
            en="A column is hit with the opposite chance; the mean number of columns is the sum over `k` of them.",
        ),
    ),
    wrong=(
        wrong(
            lambda k, n: k * (1 - (1 - 1 / k) ** n),
            zh="这是抽了放回的；这里不重复。",
            en="That is drawing with replacement; here no point comes twice.",
            credit=0.5,
        ),
        wrong(
            lambda k, n: float(min(k, n)),
            zh="这是最多有几个；抽出来的点有时挤在同一列。",
            en="That is the most there can be; some points share a column.",
        ),
        wrong(
            lambda k, n: k * math.comb(k * k - k, n) / math.comb(k * k, n),
            zh="这是没试到的值有几个。",
            en="That is how many values are left out.",
            credit=0.5,
        ),
        wrong(
            lambda k, n: 1 - math.comb(k * k - k, n) / math.comb(k * k, n),
            zh="这是一列的机会；一共有 `k` 列。",
            en="That is the chance of one column; there are `k`.",
            credit=0.5,
        ),
    ),
)


# Rates by factors


def factors_given(draw):
    low = 10 ** -draw.between(3, 5)
    return {
        "places": draw.normal(6).sigmoid(),
        "low": low,
        "high": low * 10 ** draw.between(2, 4),
    }


def by_factors(places, low, high):
    return low ** (1 - places) * high**places


FACTORS = Task(
    id="rates_by_factors",
    points=2,
    kind="implementation",
    title=both(zh="按倍数撒学习率", en="Rates by factors"),
    prompt=both(
        zh="`places` 是 0 到 1 之间的数，一个张量。把它们变成学习率：0 变成 `low`，1 变成 `high`，0.5 是两头按倍数的正中：从 `low` 到它，和从它到 `high`，倍数一样。",
        en="`places` is a tensor of numbers from 0 to 1.\n"
        "Turn them into learning rates: 0 becomes `low`, 1 becomes `high`, and 0.5 the middle by factors: the factor from `low` to it is the factor from it to `high`.",
    ),
    solution='''
def rates_by_factors(places, low, high):
    """Learning rates, even on the logarithm."""
    ### BEGIN SOLUTION
    start = math.log(low)
    length = math.log(high / low)
    return torch.exp(start + length * places)
    ### END SOLUTION
''',
    inputs=factors_given,
    reference=by_factors,
    hints=(
        both(
            zh="倍数相乘，在对数上就是相加：先到对数上去等距地走。",
            en="Factors multiply, and logarithms add: take even steps on the logarithm.",
        ),
        both(
            zh="对数是 $\\ln a+p(\\ln b-\\ln a)$，$a$ 是 `low`，$b$ 是 `high`，$p$ 是 `places`。",
            en="The logarithm is $\\ln a+p(\\ln b-\\ln a)$ with $a$ for `low`, $b$ for `high` and $p$ for `places`.",
        ),
        both(
            zh="最后用 `exp` 回来；取的是自然对数，就用自然指数。",
            en="Come back with `exp` at the end, the same base as the logarithm.",
        ),
    ),
    wrong=(
        wrong(
            lambda places, low, high: low + (high - low) * places,
            zh="这是等距的：十个里有九个落在最高的那个十倍里。",
            en="That is evenly spaced: nine in ten lie in the top factor of ten.",
        ),
        wrong(
            lambda places, low, high: by_factors(1 - places, low, high),
            zh="两头反了：0 要变成 `low`。",
            en="The ends are swapped: 0 becomes `low`.",
            credit=0.5,
        ),
        wrong(
            lambda places, low, high: by_factors(places, low, high).log(),
            zh="还停在对数上：要用 `exp` 回来。",
            en="Still on the logarithm: come back with `exp`.",
            credit=0.5,
        ),
        wrong(
            lambda places, low, high: torch.exp(
                math.log10(low) + (math.log10(high) - math.log10(low)) * places
            ),
            zh="底不一样：取了以 10 为底的对数，就要用 10 的幂回来。",
            en="Two bases: after the logarithm to base 10, come back with powers of 10.",
            credit=0.5,
        ),
        wrong(
            lambda places, low, high: low * high**places,
            zh="1 要变成 `high`：乘的倍数是两头之比。",
            en="1 becomes `high`: the factor is the ratio of the ends.",
            credit=0.5,
        ),
        wrong(
            lambda places, low, high: (low + (high - low) * places).exp(),
            zh="没有取对数就取了指数：`low` 和 `high` 先要取对数。",
            en="The exponential without the logarithm: take that of `low` and `high` first.",
        ),
    ),
)


# Every combination


def axes_given(draw):
    def rising(count):
        return [round(1 + draw.between(0, 0.9) + place, 3) for place in range(count)]

    return {"axes": [rising(2), rising(draw.whole(3, 4)), rising(3)]}


def combined(axes):
    return torch.tensor(list(itertools.product(*axes)), dtype=torch.float64)


GRID = Task(
    id="every_combination",
    points=2,
    kind="implementation",
    title=both(zh="所有的搭配", en="Every combination"),
    prompt=both(
        zh="`axes` 是一个列表，每个旋钮一项，里面是它要试的值。返回网格，一个张量：一行一次试验，一列一个旋钮，所有的搭配各出现一次，最后一个旋钮变得最快。",
        en="`axes` is a list with one entry a knob, the values it is to try.\n"
        "Return the grid, a tensor with a row for every trial and a column for every knob: each combination once, the last knob changing fastest.",
    ),
    solution='''
def every_combination(axes):
    """All combinations, one a row."""
    ### BEGIN SOLUTION
    rows = [[]]
    for values in axes:
        rows = [[*row, value] for row in rows for value in values]
    return torch.tensor(rows, dtype=torch.float64)
    ### END SOLUTION
''',
    inputs=axes_given,
    reference=combined,
    hints=(
        both(
            zh="先只有一个旋钮；再给每一行配上下一个旋钮的每一个值。",
            en="Begin with one knob; then give every row each value of the next.",
        ),
        both(
            zh="两层循环：`for row in rows for value in values`，每次得到 `[*row, value]`。",
            en="Two loops: `for row in rows for value in values`, and each gives `[*row, value]`.",
        ),
        both(
            zh="从一个空行 `[[]]` 开始，旋钮一个个加上去，最后变成张量。",
            en="Start with one empty row, `[[]]`, add knob after knob, and make a tensor at the end.",
        ),
    ),
    wrong=(
        wrong(
            lambda axes: torch.tensor(list(zip(*axes, strict=False)), dtype=torch.float64),
            zh="这是并排走：每个值只用一回，没有搭配。",
            en="That walks side by side: every value once, nothing combined.",
        ),
        wrong(
            lambda axes: combined(axes[::-1]).flip(1),
            zh="变得最快的应当是最后一个旋钮。",
            en="The last knob should change fastest.",
            credit=0.5,
        ),
        wrong(
            lambda axes: combined(axes[::-1]),
            zh="旋钮的次序反了：第一列是第一个旋钮。",
            en="The knobs are in reverse order: the first column is the first knob.",
            credit=0.5,
        ),
        wrong(
            lambda axes: combined(axes).T,
            zh="转置了：一行是一次试验。",
            en="Transposed: a row is a trial.",
            credit=0.5,
        ),
        wrong(
            lambda axes: combined(axes[:2]),
            zh="少了旋钮：所有的旋钮都要搭配。",
            en="A knob is missing: all of them take part.",
            credit=0.5,
        ),
        wrong(
            lambda axes: torch.tensor(
                [
                    [value if other == knob else each[0] for other, each in enumerate(axes)]
                    for knob, values in enumerate(axes)
                    for value in values
                ],
                dtype=torch.float64,
            ),
            zh="这是一次拧一个旋钮，别的停在头一个值上；网格要所有的搭配。",
            en="That turns one knob at a time and leaves the others at their first value; a grid has every combination.",
        ),
    ),
)


# One knob at a time


def table_given(draw):
    rows, columns = draw.whole(5, 7), draw.whole(5, 7)
    down, right = torch.arange(rows).double(), torch.arange(columns).double()
    top = rows * draw.between(0.6, 0.9), columns * draw.between(0.6, 0.9)
    u, v = down[:, None] - top[0], right[None, :] - top[1]
    ridge = -((u - v) ** 2) - 0.15 * (u + v) ** 2
    noise = torch.stack([draw.normal(columns) for _ in range(rows)])
    return {"accuracies": ridge + 0.3 * noise, "row": draw.whole(0, 1)}


def knob_by_knob(accuracies, row):
    column = int(accuracies[row].argmax())
    return [int(accuracies[:, column].argmax()), column]


KNOBS = Task(
    id="one_knob_at_a_time",
    points=2,
    kind="implementation",
    title=both(zh="一次拧一个", en="One knob at a time"),
    prompt=both(
        zh="`accuracies[i, j]` 是第一个旋钮取第 `i` 个值、第二个取第 `j` 个值的准确率。手调的人从第 `row` 行出发：先拧第二个旋钮，留下最好的；再拧第一个，留下最好的，就此收工。返回他停在哪里，先行后列。",
        en="`accuracies[i, j]` is the accuracy with value `i` of the first knob and value `j` of the second.\n"
        "Somebody tunes by hand from row `row`: turns the second knob and keeps its best value, then turns the first, keeps its best, and stops.\nReturn where that is, the row first.",
    ),
    solution='''
def one_knob_at_a_time(accuracies, row):
    """Row and column at which the tuning by hand stops."""
    ### BEGIN SOLUTION
    column = int(accuracies[row].argmax())
    row = int(accuracies[:, column].argmax())
    return [row, column]
    ### END SOLUTION
''',
    inputs=table_given,
    reference=knob_by_knob,
    hints=(
        both(
            zh="先只看一行，再只看一列：别的格子他没有见过。",
            en="First look at one row, then at one column: the other cells are never seen.",
        ),
        both(
            zh="`accuracies[row].argmax()` 是列，`accuracies[:, column].argmax()` 是行。",
            en="`accuracies[row].argmax()` is the column, `accuracies[:, column].argmax()` the row.",
        ),
        both(
            zh="返回的行是后找到的那一个，列是先找到的那一个，都换成 `int`。",
            en="The row you return is the one found last, the column the one found first; make both `int`.",
        ),
    ),
    wrong=(
        wrong(
            lambda accuracies, row: list(divmod(int(accuracies.argmax()), accuracies.shape[1])),
            zh="这是整张表里最好的：手调的人没有见过整张表。",
            en="That is the best of the whole table, which nobody who tunes by hand has seen.",
        ),
        wrong(
            lambda accuracies, row: [row, int(accuracies[row].argmax())],
            zh="只拧了一个旋钮：第一个也要拧。",
            en="Only one knob was turned: turn the first one, too.",
            credit=0.5,
        ),
        wrong(
            lambda accuracies, row: knob_by_knob(accuracies, row)[::-1],
            zh="行和列的次序反了。",
            en="Row and column are in the wrong order.",
            credit=0.5,
        ),
        wrong(
            lambda accuracies, row: knob_by_knob(-accuracies, row),
            zh="你留下了最差的：准确率越高越好。",
            en="You kept the worst: a higher accuracy is better.",
        ),
        wrong(
            lambda accuracies, row: [
                int(accuracies[:, 0].argmax()),
                int(accuracies[row].argmax()),
            ],
            zh="第二步要在刚留下的那一列里找，别的旋钮不能回到原处。",
            en="The second step looks in the column just kept; the other knob does not go back.",
            credit=0.5,
        ),
        wrong(
            lambda accuracies, row: [
                int(accuracies.mean(1).argmax()),
                int(accuracies.mean(0).argmax()),
            ],
            zh="这是各行各列的平均：手调的人只见过一行和一列。",
            en="Those are means over rows and columns: by hand one sees a single row and a single column.",
        ),
    ),
)

TASKS = (GOOD, VALUES, FACTORS, GRID, KNOBS)
