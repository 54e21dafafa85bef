"""Exercises on choosing by a noisy score and reporting honestly, declared once.

Book: hyperparameters/honest_selection
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.hyperparameters.selection import paired_error

TITLE = both(zh="老老实实地挑", en="Choosing honestly")


# A genius among those who toss coins


def crowd_given(draw):
    questions = draw.whole(8, 14)
    return {"people": draw.whole(5, 40), "questions": questions, "least": questions - 2}


def genius(people, questions, least):
    below = sum(math.comb(questions, right) for right in range(least)) / 2**questions
    return 1 - below**people


GENIUS = Task(
    id="a_genius_among_them",
    points=1,
    title=both(zh="总有一个天才", en="There is always a genius"),
    prompt=both(
        zh="`people` 个人抛硬币，各答 `questions` 道判断题。至少有一个人对了 `least` 道或更多，机会多大？\n\n例如 10 个人、10 道题、8 道：0.430。",
        en="`people` people toss coins to answer `questions` yes-or-no questions each.\n"
        "What is the chance that at least one of them gets `least` or more right?\n\nFor instance, 10 people, 10 questions and 8: 0.430.",
    ),
    solution='''
def a_genius_among_them(people, questions, least):
    """The chance that the best of them has at least so many."""
    ### BEGIN SOLUTION
    ways = sum(math.comb(questions, wrong) for wrong in range(questions - least + 1))
    one = ways / 2**questions
    return 1 - (1 - one) ** people
    ### END SOLUTION
''',
    inputs=crowd_given,
    reference=genius,
    hints=(
        both(
            zh="先算一个人：对 `least` 道或更多，有几种答法？再想谁也做不到的机会。",
            en="First one person: in how many ways can `least` or more be right? Then the chance that nobody manages it.",
        ),
        both(
            zh="一个人的机会是 $P=\\sum_{j\\ge s}\\binom{n}{j}/2^n$，$n$ 道题，"
            "$s$ 是 `least`；`math.comb` 给出组合数。",
            en="For one person it is $P=\\sum_{j\\ge s}\\binom{n}{j}/2^n$ with $n$ questions "
            "and $s$ for `least`; `math.comb` counts the ways.",
        ),
        both(
            zh="谁也做不到是 $(1-P)^K$，$K$ 个人；要的是反面。",
            en="That nobody among $K$ people manages it has the chance $(1-P)^K$; the question is the opposite.",
        ),
    ),
    wrong=(
        wrong(
            lambda people, questions, least: genius(1, questions, least),
            zh="这是一个人的机会；有 `people` 个人在试。",
            en="That is the chance of one person; `people` of them try.",
        ),
        wrong(
            lambda people, questions, least: people * genius(1, questions, least),
            zh="机会不能直接相加：两个人都做到的情形数了两遍。",
            en="Chances do not simply add up: when two manage it, you count that twice.",
            credit=0.5,
        ),
        wrong(
            lambda people, questions, least: genius(people, questions, least + 1),
            zh="正好对 `least` 道也算。",
            en="Exactly `least` right counts as well.",
            credit=0.5,
        ),
        wrong(
            lambda people, questions, least: genius(1, questions, least) ** people,
            zh="这是人人都做到的机会；要的是至少一个。",
            en="That is the chance that all of them manage it; one is enough.",
        ),
    ),
)


# What the winner is worth


def scores_given(draw):
    questions, middle = draw.whole(40, 120), draw.between(0.55, 0.75)
    spread = (0.02, 0.08, 0.12)[draw.case % 3]
    own = middle + spread * draw.normal(draw.whole(12, 20))
    return {"scores": own.clamp(0.05, 0.95), "questions": questions}


def shrunk(part):
    """Mean plus a part of the lead; `part(variance of the scores, variance of the luck)`."""

    def guess(scores, questions):
        mean = scores.mean()
        total, luck = scores.var(), mean * (1 - mean) / questions
        return (mean + part(total, luck) * (scores.max() - mean)).item()

    return guess


WORTH = Task(
    id="worth_of_the_winner",
    points=2,
    title=both(zh="榜首值多少？", en="What is the winner worth?"),
    prompt=both(
        zh="`scores` 是各组超参数的验证分，验证集有 `questions` 张图，张数记作 $n$。"
        "分数的方差（用 `var()`）是本事的方差 $\\tau^2$ 加运气的方差 $\\sigma^2$；运气的方差照平均分 $p$ 算，$\\sigma^2=p(1-p)/n$。剩给本事的若是负数，就当 0。\n\n猜一猜最高分的那一组真值多少：平均分加上领先的那一截乘 $\\tau^2/(\\tau^2+\\sigma^2)$，分母就是分数的方差。",
        en="`scores` are the validation scores of several settings, from `questions` images, "
        "a number called $n$ here.\n"
        "Their variance (use `var()`) is the variance $\\tau^2$ of skill plus the variance $\\sigma^2$ of luck; take $\\sigma^2=p(1-p)/n$ at the mean score $p$, and if what is left for skill is negative, count it as 0.\n\nSay what the setting with the best score is worth: the mean plus its lead times $\\tau^2/(\\tau^2+\\sigma^2)$, whose denominator is the variance of the scores.",
    ),
    solution='''
def worth_of_the_winner(scores, questions):
    """The best guess of what the best setting is worth on new images."""
    ### BEGIN SOLUTION
    p = scores.mean()
    luck = p * (1 - p) / questions
    own = max(scores.var() - luck, 0)
    return float(p + own / scores.var() * (scores.max() - p))
    ### END SOLUTION
''',
    inputs=scores_given,
    reference=shrunk(lambda total, luck: (1 - luck / total).clamp(min=0)),
    hints=(
        both(
            zh="领先里有多少是本事？先把分数的方差分成两份。",
            en="How much of the lead is skill? First take the variance of the scores apart.",
        ),
        both(
            zh="$\\sigma^2=p(1-p)/n$，$\\tau^2$ 是 `scores.var()` 减去它，至少是 0。",
            en="$\\sigma^2=p(1-p)/n$, and $\\tau^2$ is `scores.var()` less that, at least 0.",
        ),
        both(
            zh="平均分，加 $\\tau^2$ 除以总方差，乘最高分和平均分的差。",
            en="The mean, plus $\\tau^2$ over the whole variance, times the best score less the mean.",
        ),
    ),
    wrong=(
        wrong(
            shrunk(lambda total, luck: 1.0),
            zh="最高分里有一截是运气，报不得。",
            en="Part of the best score is luck; it is not what the setting is worth.",
        ),
        wrong(
            shrunk(lambda total, luck: 1 - luck / total),
            zh="方差不会是负的：全是运气的时候，榜首就值平均分。",
            en="No variance is negative: where all is luck, the winner is worth the mean.",
            credit=0.5,
        ),
        wrong(
            shrunk(lambda total, luck: (luck / total).clamp(max=1)),
            zh="留下的是本事的那一份，你留下了运气的那一份。",
            en="Keep the share of skill; you kept that of luck.",
            credit=0.5,
        ),
        wrong(
            shrunk(lambda total, luck: (1 - luck / total).clamp(min=0).sqrt()),
            zh="斜率是方差之比，不再开方。",
            en="The slope is a ratio of variances, without a root.",
            credit=0.5,
        ),
    ),
)


# Scaled by the rows that learn


def rows_given(draw):
    width = draw.whole(2, 4)
    X = torch.stack([draw.between(1, 9) + draw.normal(12) for _ in range(width)], dim=1)
    X[8:] = 3 * X[8:] - draw.between(2, 8)
    return {"X": X, "learned": draw.whole(5, 8)}


def scaled(rows, correction=0):
    """All rows by mean and spread of some; `rows(X, learned)` are those."""

    def scale(X, learned):
        seen = rows(X, learned)
        return (X - seen.mean(0)) / seen.std(0, correction=correction)

    return scale


SCALED = Task(
    id="scaled_without_a_leak",
    points=2,
    kind="implementation",
    title=both(zh="不漏题的标准化", en="Standardized without a leak"),
    prompt=both(
        zh="下面的标准化漏了题：均值和标准差把留出来的行也算了进去。改好它：`X` 的前 `learned` 行用来学，其余留出；每一列减去均值，除以标准差（总体的，`correction=0`），"
        "这两个数只从学的行里算，所有的行都照着换。\n\n```python\n(X - X.mean(0)) / X.std(0, correction=0)\n```",
        en="This standardization leaks: the rows held out have a say in mean and standard deviation.\n"
        "Repair it: the first `learned` rows of `X` are learned from, the others held out; from every column subtract the mean and divide by the (population, `correction=0`) standard deviation, both taken from the rows learned from alone, and change all rows by them.\n\n```python\n(X - X.mean(0)) / X.std(0, correction=0)\n```",
    ),
    solution='''
def scaled_without_a_leak(X, learned):
    """All rows, standardized by those that are learned from."""
    ### BEGIN SOLUTION
    seen = X[:learned]
    return (X - seen.mean(0)) / seen.std(0, correction=0)
    ### END SOLUTION
''',
    inputs=rows_given,
    reference=lambda X, learned: (
        (X - X[:learned].mean(0, keepdim=True)) / X[:learned].var(0, correction=0).sqrt()
    ),
    hints=(
        both(
            zh="留出来的行在训练时还没人见过：哪两个数用了它们？",
            en="Nobody has seen the rows held out while training: which two numbers use them?",
        ),
        both(
            zh="`X[:learned]` 是学的行，均值和标准差只从这里算。",
            en="`X[:learned]` are the rows learned from; mean and deviation come from them alone.",
        ),
        both(
            zh="换的是所有的行，返回的形状和 `X` 一样。",
            en="All rows are changed, and what you return has the shape of `X`.",
        ),
    ),
    wrong=(
        wrong(
            scaled(lambda X, learned: X),
            zh="还在漏：留出来的行也算进了均值和标准差。",
            en="It still leaks: the rows held out are in mean and deviation.",
        ),
        wrong(
            scaled(lambda X, learned: X[learned:]),
            zh="反了：你用的是留出来的行。",
            en="The other way round: you used the rows held out.",
        ),
        wrong(
            lambda X, learned: torch.cat(
                [scaled(lambda X, _: X)(part, 0) for part in (X[:learned], X[learned:])]
            ),
            zh="留出来的行用自己的均值换了：到用的时候，一次只来一行，没有均值。",
            en="The rows held out were changed by a mean of their own: in use they come one at a time and have none.",
        ),
        wrong(
            scaled(lambda X, learned: X[:learned], correction=1),
            zh="要总体的标准差：`correction=0`。",
            en="The population's standard deviation is asked for: `correction=0`.",
            credit=0.5,
        ),
        wrong(
            lambda X, learned: X - X[:learned].mean(0),
            zh="还没有除以标准差。",
            en="The division by the standard deviation is missing.",
            credit=0.5,
        ),
        wrong(
            lambda X, learned: (X - X[:learned].mean()) / X[:learned].std(correction=0),
            zh="每一列各用各的均值和标准差。",
            en="Every column has its own mean and deviation.",
            credit=0.5,
        ),
    ),
)


# Columns for a fold


def fold_given(draw):
    rows, width = draw.whole(14, 18), draw.whole(6, 8)
    sizes = 2 * draw.normal(width).exp()
    X = torch.stack([draw.normal(width) for _ in range(rows)]) * sizes
    X += 6 * sizes * draw.normal(width)
    y = draw.normal(rows)
    held = list(range(draw.case % 3, rows, 3))
    X[held, 0] += 40 * sizes[0] * y[held]  # goes with the labels in the rows held out alone
    X[:, 1] -= 3 * sizes[1] * y
    return {"X": X, "y": y, "held": held, "keep": 2}


def columns_by(worth, rows):
    """The columns worth most, ascending; `worth(X, y)` on `rows(all of them, held)`."""

    def choose(X, y, held, keep):
        seen = rows(len(X), held)
        return sorted(worth(X[seen], y[seen]).topk(keep).indices.tolist())

    return choose


def correlations(X, y):
    return torch.corrcoef(torch.cat([y[None], X.T]))[0, 1:]


def outside(count, held):
    return [row for row in range(count) if row not in held]


FOLD = Task(
    id="columns_for_a_fold",
    points=3,
    kind="implementation",
    title=both(zh="给这一折挑列", en="Columns for this fold"),
    prompt=both(
        zh="交叉验证里的一折：`held` 是留出来的行号。返回和 `y` 最相关的 `keep` 列的列号，从小到大；相关系数看大小，不看正负，而且不许看留出来的行。",
        en="One fold of a cross-validation: `held` are the numbers of the rows held out.\n"
        "Return the numbers, ascending, of the `keep` columns that correlate most with `y`, of either sign, without a look at the rows held out.",
    ),
    solution='''
def columns_for_a_fold(X, y, held, keep):
    """Numbers of the columns that go with the targets most, by the rows learned from."""
    ### BEGIN SOLUTION
    learned = [row for row in range(len(y)) if row not in held]
    A = X[learned]
    A -= A.mean(0)
    strength = (A.T @ y[learned]).abs() / A.norm(dim=0)
    return strength.argsort(descending=True)[:keep].sort().values.tolist()
    ### END SOLUTION
''',
    inputs=fold_given,
    reference=columns_by(lambda X, y: correlations(X, y).abs(), outside),
    hints=(
        both(
            zh="先去掉留出来的行，再看哪一列跟着 `y` 走。",
            en="First drop the rows held out, then see which columns go with `y`.",
        ),
        both(
            zh="每一列减去均值，$\\sum_i x_iy_i/\\lVert x\\rVert$，取绝对值；`y` 的长度对各列一样，不用除。",
            en="Subtract the mean of every column, then $\\sum_i x_iy_i/\\lVert x\\rVert$ without its sign; the length of `y` is the same for all and needs no division.",
        ),
        both(
            zh="取最大的 `keep` 个，列号排好。",
            en="Take the `keep` largest and sort their numbers.",
        ),
    ),
    wrong=(
        wrong(
            columns_by(lambda X, y: correlations(X, y).abs(), lambda count, held: range(count)),
            zh="漏了题：留出来的行也参加了挑选。",
            en="A leak: the rows held out took part in the choice.",
        ),
        wrong(
            columns_by(lambda X, y: correlations(X, y).abs(), lambda count, held: held),
            zh="反了：挑列用的是留出来的行。",
            en="The other way round: you chose by the rows held out.",
        ),
        wrong(
            columns_by(correlations, outside),
            zh="反着走也是跟着走：相关系数取绝对值。",
            en="To go against is to go along, too: take the absolute value.",
            credit=0.5,
        ),
        wrong(
            columns_by(lambda X, y: -correlations(X, y).abs(), outside),
            zh="你留下了最不相干的列。",
            en="You kept the columns that correlate least.",
            credit=0.5,
        ),
        wrong(
            columns_by(
                lambda X, y: ((X - X.mean(0)) * (y - y.mean())[:, None]).sum(0).abs(), outside
            ),
            zh="没有除以列的长度：数大的列占了便宜。",
            en="Not divided by the length of the column: columns of large numbers have it easy.",
            credit=0.5,
        ),
        wrong(
            columns_by(lambda X, y: ((X * y[:, None]).sum(0) / X.norm(dim=0)).abs(), outside),
            zh="没有先减去均值。",
            en="The means were not subtracted first.",
            credit=0.5,
        ),
    ),
)


# How sure a difference is


def answers_given(draw):
    count = draw.whole(30, 60)
    known = draw.normal(count) > -0.3
    one = known | (draw.normal(count) > 0)
    other = (known & (draw.normal(count) > -1)) | (draw.normal(count) > 1)
    return {"one": one, "other": other}


def surely(one, other):
    difference, error = paired_error(one, other)
    return difference / error


def separate(one, other):
    p, q, n = one.double().mean(), other.double().mean(), len(one)
    return ((p - q) / ((p * (1 - p) + q * (1 - q)) / n).sqrt()).item()


SURE = Task(
    id="errors_apart",
    points=2,
    title=both(zh="差几个标准误？", en="How many standard errors apart?"),
    prompt=both(
        zh="`one` 和 `other` 说两个网络各答对了哪些题（`True` 是答对）。返回 `one` 比 `other` 多对的份额，除以这个差的标准误；"
        "两边答得一样的题分不出高低，只算进题数。",
        en="`one` and `other` say which questions two nets answer correctly (`True`).\n"
        "Return the share that `one` gets right less that of `other`, divided by the standard "
        "error of this difference; questions on which both agree tell nothing and only count "
        "as questions.",
    ),
    solution='''
def errors_apart(one, other):
    """The difference of two shares on the same questions, in standard errors."""
    ### BEGIN SOLUTION
    n = len(one)
    b, c = (one & ~other).sum(), (other & ~one).sum()
    difference = (b - c) / n
    error = ((b + c) / n - difference**2).sqrt() / n**0.5
    return (difference / error).item()
    ### END SOLUTION
''',
    inputs=answers_given,
    reference=surely,
    hints=(
        both(
            zh="数两种题：一方独对的，另一方独对的。",
            en="Count two kinds of questions: those that only the one gets, those that only the other gets.",
        ),
        both(
            zh="标准误是 $\\frac{1}{\\sqrt n}\\sqrt{\\frac{b+c}{n}-(\\frac{b-c}{n})^2}$。",
            en="The standard error is $\\frac{1}{\\sqrt n}\\sqrt{\\frac{b+c}{n}-(\\frac{b-c}{n})^2}$.",
        ),
        both(
            zh="差是 $(b-c)/n$；除以上面的标准误。",
            en="The difference is $(b-c)/n$; divide it by that.",
        ),
    ),
    wrong=(
        wrong(
            separate,
            zh="你当成了两份卷子：同一份卷子上，只有答得不同的题算数。",
            en="You took them for separate exams: on the same one, only questions answered differently count.",
        ),
        wrong(
            lambda one, other: surely(other, one),
            zh="次序反了：问的是 `one` 多对多少。",
            en="The order is reversed: the question is how much larger `one` is.",
            credit=0.5,
        ),
        wrong(
            lambda one, other: surely(one, other) / len(one) ** 0.5,
            zh="标准误还要除以 $\\sqrt n$：你除的是一道题的标准差。",
            en="Divide the error by $\\sqrt n$: you used the standard deviation of one question.",
            credit=0.5,
        ),
        wrong(
            lambda one, other: paired_error(one, other)[0],
            zh="这是差多少；还要除以标准误。",
            en="That is the difference; divide it by its standard error.",
            credit=0.5,
        ),
    ),
)

TASKS = (GENIUS, WORTH, SCALED, FOLD, SURE)
