"""Exercises on fair comparisons, declared once.

Book: optimizers/fair_comparison
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import exchanged, fixed, replaced
from dlnotes.sections.optimizers.fair_comparison.experiments import chances, tuned
from dlnotes.training.sweeps import Sweep

TITLE = both(zh="公平比较", en="a fair comparison")


# How lucky must a tuner be?


def some_rank(draw: Draw):
    candidates = draw.whole(8, 16)
    return {"trials": draw.whole(2, 5), "candidates": candidates, "rank": draw.whole(1, 3)}


CHANCE_OF_RANK = Task(
    id="chance_of_rank",
    points=1,
    title=both(zh="手气要多好？", en="How lucky must a tuner be?"),
    prompt=both(
        zh="网格上有 `candidates` 个学习率，按验证成绩排好，第 0 名最好。调参的人从中不重复地随机抽 `trials` 个，留下最好的那个。留下的正好是第 `rank` 名，概率多大？\n\n"
        "`math.comb(n, k)` 是从 n 个里选 k 个的选法数。",
        en="A grid has `candidates` learning rates, ranked by their validation scores; rank 0 is the best.\n"
        "A tuner draws `trials` of them at random, without repetition, and keeps the best.\n"
        "What is the probability that the one kept has exactly the rank `rank`?\n\n"
        "`math.comb(n, k)` counts the ways to choose k out of n.",
    ),
    solution='''
def chance_of_rank(trials, candidates, rank):
    """The probability that the best of the trials has this rank."""
    ### BEGIN SOLUTION
    return math.comb(candidates - 1 - rank, trials - 1) / math.comb(candidates, trials)
    ### END SOLUTION
''',
    inputs=some_rank,
    reference=lambda trials, candidates, rank: chances(trials, candidates)[rank].item(),
    hints=(
        both(
            zh="第 `rank` 名抽到了，比它好的一个也没抽到。",
            en="The one with this rank is drawn, and none of the better ones.",
        ),
        both(
            zh="有利的抽法除以全部抽法，全部有 $\\binom{L}{n}$ 种。",
            en="Favorable draws over all draws, of which there are $\\binom{L}{n}$.",
        ),
        both(
            zh="剩下的 $n-1$ 个，只能从更差的 $L-1-k$ 个里选。",
            en="The other $n-1$ can only come from the $L-1-k$ worse ones.",
        ),
    ),
    wrong=(
        wrong(
            lambda trials, candidates, rank: trials / candidates,
            zh="这只是它抽到的概率：比它好的还得一个都没抽到。",
            en="This is the chance that it is drawn; no better one may be drawn beside it.",
        ),
        wrong(
            lambda trials, candidates, rank: (
                math.comb(candidates - rank, trials) / math.comb(candidates, trials)
            ),
            zh="这是“没有更好的”的概率，它自己还不一定在里面。",
            en="This is the chance that none is better; it need not be among them itself.",
            credit=0.5,
        ),
        wrong(
            lambda trials, candidates, rank: (
                ((candidates - rank) / candidates) ** trials
                - ((candidates - rank - 1) / candidates) ** trials
            ),
            zh="你放回去再抽了：同一个学习率不用试两次。",
            en="You drew with replacement: nobody tries the same learning rate twice.",
            credit=0.5,
        ),
        wrong(
            lambda trials, candidates, rank: (
                math.comb(candidates - 1 - rank, trials - 1) / math.comb(candidates - 1, trials - 1)
            ),
            zh="分母不对：你当它已经抽到了。",
            en="The denominator is off: you take it for granted that it was drawn.",
        ),
    ),
)


# Choose here, report there


def scores(draw: Draw, count):
    """Scores without a tie: only one of them is best."""
    values = draw.numbers(count, 0.2, 0.99)
    while len(set(values)) < count:
        values = draw.numbers(count, 0.2, 0.99)
    return values


def some_sweep(draw: Draw):
    return {
        "validation": [scores(draw, 5) for _ in range(3)],
        "test": [draw.numbers(5, 0.2, 0.99) for _ in range(3)],
    }


def tuned_of(validation, test, trials=None):
    rows = (torch.tensor(part, dtype=torch.float64).T for part in (validation, test))
    return tuned(Sweep(torch.arange(len(test[0])) + 1.0, range(len(test)), *rows), trials)


def best(values):
    return max(range(len(values)), key=values.__getitem__)


CHOOSE_AND_REPORT = Task(
    id="choose_and_report",
    points=1,
    title=both(zh="这边挑，那边报", en="Choose here, report there"),
    prompt=both(
        zh="`validation[i][j]` 是第 i 个种子、第 j 个学习率的验证成绩，`test[i][j]` 是测试成绩，都是越大越好。每个种子各自重来一遍：挑一个学习率，报一个成绩。返回每个种子该报的数，装在列表里。",
        en="`validation[i][j]` is the validation score of seed i at learning rate j, `test[i][j]` the test score; larger is better for both.\n"
        "Every seed repeats the whole procedure: choose one learning rate, report one score.\n"
        "Return what each seed has to report, in a list.",
    ),
    solution='''
def choose_and_report(validation, test):
    """The reported score of every seed."""
    ### BEGIN SOLUTION
    reported = []
    for seen, kept in zip(validation, test):
        order = sorted(range(len(seen)), key=lambda place: -seen[place])
        reported.append(kept[order[0]])
    return reported
    ### END SOLUTION
''',
    returns="[score, score, ...]",
    inputs=some_sweep,
    reference=tuned_of,
    hints=(
        both(
            zh="挑的时候看哪个集合，报的时候又看哪个？",
            en="Which set may you look at to choose, and which one to report?",
        ),
        both(
            zh="挑验证成绩最大的学习率，报它的测试成绩。",
            en="Choose the learning rate with the largest validation score; report its test score.",
        ),
        both(
            zh="逐个种子来：在 `validation[i]` 里找出最大值站在第几个，到 `test[i]` 的同一个位置去取。",
            en="Seed by seed: find the place of the largest value in `validation[i]`, and look at the same place of `test[i]`.",
        ),
    ),
    wrong=(
        wrong(
            lambda validation, test: [max(row) for row in test],
            zh="你在测试集上挑的：报出来的数偏高，对手也会这么做。",
            en="You chose on the test set: the number is too good, and your rivals can do the same.",
        ),
        wrong(
            lambda validation, test: [max(row) for row in validation],
            zh="挑得对，报错了：验证成绩挑过一遍，已经偏高。",
            en="Chosen well, reported wrongly: a validation score that was chosen by is too good.",
            credit=0.5,
        ),
        wrong(
            lambda validation, test: [sum(row) / len(row) for row in test],
            zh="没有挑：你报的是所有学习率的平均。",
            en="Nothing was chosen: this is the mean over all learning rates.",
        ),
        wrong(
            lambda validation, test: [row[best(validation[0])] for row in test],
            zh="所有种子都用了第一个种子挑的学习率：每个种子要自己挑。",
            en="All seeds use what the first one chose: each has to choose for itself.",
            credit=0.5,
        ),
        wrong(
            lambda validation, test: [
                kept[min(range(len(seen)), key=seen.__getitem__)]
                for seen, kept in zip(validation, test, strict=True)
            ],
            zh="挑反了：成绩越大越好。",
            en="The wrong end: larger scores are better.",
        ),
    ),
)


# What a budget buys


def some_budget(draw: Draw):
    return {
        "validation": scores(draw, 7),
        "test": draw.numbers(7, 0.2, 0.99),
        "trials": draw.whole(2, 4),
    }


def weighted(validation, test, chance):
    order = sorted(range(len(test)), key=lambda place: -validation[place])
    return sum(weight * test[place] for weight, place in zip(chance, order, strict=True))


def without_replacement(trials, count):
    ways = [math.comb(count - 1 - rank, trials - 1) for rank in range(count)]
    return [way / math.comb(count, trials) for way in ways]


def with_replacement(trials, count):
    above = [((count - rank) / count) ** trials for rank in range(count + 1)]
    return [above[rank] - above[rank + 1] for rank in range(count)]


EXPECTED_SCORE = Task(
    id="expected_score",
    points=3,
    kind="implementation",
    title=both(zh="试几次，能指望多少？", en="What does a budget buy?"),
    prompt=both(
        zh="一个种子，每个学习率都跑过了：`validation` 和 `test` 是对应的成绩。调参的人只有 `trials` 次机会：不重复地随机抽这么多个学习率，留下验证成绩最好的，报它的测试成绩。\n\n"
        "对所有抽法取平均，返回这个期望值。可以列举（`itertools.combinations`，自己 `import`），也可以用公式。",
        en="One seed, and every learning rate was run: `validation` and `test` hold the scores.\n"
        "A tuner has `trials` attempts: draw so many learning rates at random, without repetition, keep the one with the best validation score, report its test score.\n\n"
        "Return the mean over all possible draws.\n"
        "Go through them (`itertools.combinations`, yours to `import`) or use a formula.",
    ),
    solution='''
def expected_score(validation, test, trials):
    """The mean reported score over all draws."""
    ### BEGIN SOLUTION
    count, total = len(test), 0.0
    order = sorted(range(count), key=lambda place: -validation[place])
    for rank, place in enumerate(order):
        total += math.comb(count - 1 - rank, trials - 1) * test[place]
    return total / math.comb(count, trials)
    ### END SOLUTION
''',
    inputs=some_budget,
    reference=lambda validation, test, trials: tuned_of([validation], [test], trials)[0],
    hints=(
        both(
            zh="每一种抽法只报一个数；问题是哪个学习率在多少种抽法里胜出。",
            en="Each draw reports one number; in how many draws does each learning rate come out on top?",
        ),
        both(
            zh="名次为 $k$ 的胜出概率是 $\\binom{L-1-k}{n-1}/\\binom{L}{n}$。",
            en="The one with rank $k$ wins with probability $\\binom{L-1-k}{n-1}/\\binom{L}{n}$.",
        ),
        both(
            zh="名次按 `validation` 排，相加的是 `test`。",
            en="Rank by `validation`, add up `test`.",
        ),
    ),
    wrong=(
        wrong(
            lambda validation, test, trials: sum(test) / len(test),
            zh="这是只试一次的期望：`trials` 没用上。",
            en="This is what a single trial can expect: `trials` is unused.",
        ),
        wrong(
            lambda validation, test, trials: test[best(validation)],
            zh="这是整个网格都试过的成绩：机会没有那么多。",
            en="This is the score after trying the whole grid: the budget is smaller.",
        ),
        wrong(
            lambda validation, test, trials: weighted(
                test, test, without_replacement(trials, len(test))
            ),
            zh="名次是按测试成绩排的：调参的人看不到它。",
            en="You ranked by the test scores, which the tuner does not see.",
        ),
        wrong(
            lambda validation, test, trials: weighted(
                validation, validation, without_replacement(trials, len(test))
            ),
            zh="你加的是验证成绩：报出来的该是测试成绩。",
            en="You added up validation scores: what is reported is the test score.",
            credit=0.5,
        ),
        wrong(
            lambda validation, test, trials: weighted(
                validation, test, with_replacement(trials, len(test))
            ),
            zh="你放回去再抽了：同一个学习率不用试两次。",
            en="You drew with replacement: nobody tries the same learning rate twice.",
            credit=0.5,
        ),
        wrong(
            lambda validation, test, trials: weighted(
                [-score for score in validation], test, without_replacement(trials, len(test))
            ),
            zh="名次排反了：留下的是验证成绩最好的。",
            en="The ranking is upside down: the best validation score is kept.",
        ),
        wrong(
            lambda validation, test, trials: max(test),
            zh="你报了最高的测试成绩：这样的手气，调参的人没有。",
            en="You report the largest test score: no tuner is that lucky.",
        ),
    ),
)


# Predict, then run: where does the curve move?

MOMENTUM_LR = Task(
    id="momentum_lr",
    points=1,
    title=both(zh="先猜，再看：曲线往哪儿挪？", en="Predict, then look: where does the curve go?"),
    prompt=both(
        zh="扫了一遍学习率，SGD 在 `sgd_lr` 最好。现在换成动量法，动量系数是 `momentum`，学习率乘在速度外面。批量小，梯度噪声大，动量在这里只是把步子放大，别的忙帮不上。动量法在哪个学习率附近最好？\n\n"
        "先算出来，再到本节的演示里对一对：两条曲线错开多少。",
        en="In a sweep SGD does best at `sgd_lr`.\n"
        "Now it gets momentum with the coefficient `momentum`, and the learning rate stands outside the velocity.\n"
        "Batches are small and gradients noisy: all that momentum does here is to lengthen the steps.\n"
        "Near which learning rate does momentum do best?\n\n"
        "Work it out, then look at the demo of this section: how far apart are the two curves?",
    ),
    solution='''
def momentum_lr(sgd_lr, momentum):
    """The learning rate at which momentum walks like SGD at sgd_lr."""
    ### BEGIN SOLUTION
    return sgd_lr * (1 - momentum)
    ### END SOLUTION
''',
    inputs=lambda draw: {"sgd_lr": draw.decades(0.01, 1), "momentum": draw.between(0.6, 0.97)},
    reference=lambda sgd_lr, momentum: sgd_lr * (1 - momentum),
    hints=(
        both(
            zh="方向不变的时候，动量法的一步有多长？",
            en="How long is a step of momentum while the direction stays the same?",
        ),
        both(
            zh="有效学习率是 $\\eta/(1-\\beta)$。",
            en="The effective learning rate is $\\eta/(1-\\beta)$.",
        ),
        both(
            zh="让它等于 `sgd_lr`，解出 $\\eta$。",
            en="Set it equal to `sgd_lr` and solve for $\\eta$.",
        ),
    ),
    wrong=(
        wrong(
            lambda sgd_lr, momentum: sgd_lr,
            zh="同一个学习率，走起来可不一样远：速度会攒起来。",
            en="The same learning rate does not walk as far: the velocity adds up.",
        ),
        wrong(
            lambda sgd_lr, momentum: sgd_lr / (1 - momentum),
            zh="方向反了：动量已经把步子放大，学习率要变小。",
            en="The wrong way: momentum enlarges the step, so the learning rate must shrink.",
            credit=0.5,
        ),
        wrong(
            lambda sgd_lr, momentum: sgd_lr * momentum,
            zh="乘的不是动量系数，是 1 减动量系数。",
            en="The factor is 1 minus the coefficient, not the coefficient.",
        ),
        wrong(
            lambda sgd_lr, momentum: sgd_lr * (1 - momentum**2),
            zh="这里问步长，不问方差：不用平方。",
            en="This is about the length of a step, not about a variance: no square.",
        ),
    ),
)


# Diagnose: what is unfair here?

PARTS = ("examples", "steps", "trials", "seeds")


def two_reports(draw: Draw):
    """Two protocols; which parts differ goes round with the case."""
    left = [1000, 400, draw.whole(10, 30), draw.whole(5, 10), 0]
    right = list(left)
    if draw.case % 3 == 0:
        right[2] = draw.whole(1, 5)
    if draw.case % 2 == 0:
        right[draw.whole(0, 1)] *= 2
    if draw.case % 3 == 1:
        left[4] = right[4] = 1
    if draw.case % 3 == 2:
        right[3], right[4] = 1, 1
    return {"left": left, "right": right}


def spoiled(left, right):
    flags = [int(one != other) for one, other in zip(left[:4], right[:4], strict=True)]
    return [*flags, int(left[4] == 1 or right[4] == 1)]


SPOILED = Task(
    id="spoiled",
    points=2,
    title=both(zh="哪里不公平？", en="What is unfair here?"),
    prompt=both(
        zh="两位选手各交一份记录：`[examples, steps, trials, seeds, on_test]`，依次是训练样本数、步数、调参次数和种子个数；最后一项是 1 表示在测试集上挑学习率，0 表示在验证集上挑。\n\n"
        "返回五个数，逐项回答：这一项毁了比较就是 1，没有就是 0。前四项两边必须一样；最后一项，谁在测试集上挑都不行。",
        en="Two entrants hand in a record each: `[examples, steps, trials, seeds, on_test]`, the first four of which are counts.\n"
        "The last is 1 if the learning rate was chosen on the test set, 0 if on the validation set.\n\n"
        "Return five numbers, one an entry: 1 if it spoils the comparison, 0 if not.\n"
        "The first four must be equal; as for the last, nobody may choose on the test set.",
    ),
    solution='''
def spoiled(left, right):
    """Five flags: 1 where an entry spoils the comparison."""
    ### BEGIN SOLUTION
    flags = [int(one != other) for one, other in zip(left, right)]
    flags[-1] = max(left[-1], right[-1])
    return flags
    ### END SOLUTION
''',
    returns="[0, 1, 0, 0, 0]",
    inputs=two_reports,
    reference=spoiled,
    hints=(
        both(
            zh="两边犯一样的错，不等于公平。",
            en="The same mistake on both sides is not fairness.",
        ),
        both(
            zh="前四项比相等，最后一项看有没有人是 1。",
            en="Compare the first four; for the last, ask whether anybody has a 1.",
        ),
        both(
            zh="最后一项：两边都是 0，才是 0；有一边是 1，就是 1。",
            en="The last flag is 0 only if both sides have a 0; a single 1 makes it 1.",
        ),
    ),
    wrong=(
        wrong(
            replaced(spoiled, 4, lambda left, right: int(left[4] != right[4])),
            zh="两边都在测试集上挑，两边的数就都偏高：一样不等于对。",
            en="If both choose on the test set, both numbers are too good: equal is not right.",
            credit=0.5,
        ),
        wrong(
            lambda left, right: [1 - flag for flag in spoiled(left, right)],
            zh="0 和 1 反了：1 表示毁了比较。",
            en="0 and 1 are the wrong way round: 1 means that it spoils the comparison.",
        ),
        wrong(
            lambda left, right: [
                *[int(a > b) for a, b in zip(left[:4], right[:4], strict=True)],
                int(left[4] > right[4]),
            ],
            zh="你只防着左边占便宜：右边多了也不行。",
            en="You only watch the left side: more on the right is unfair too.",
        ),
        wrong(
            replaced(spoiled, 4, lambda left, right: int(left[4] == right[4] == 1)),
            zh="不用两个人都犯：有一个在测试集上挑，比较就毁了。",
            en="It does not take both: one who chooses on the test set spoils it.",
            credit=0.5,
        ),
    ),
)


# Repair: the interval that is too wide


def two_rows(draw: Draw):
    """Scores of two rules: what a seed does to one, it does to the other."""
    seeds = [draw.between(0.85, 0.99) for _ in range(6)]
    return {
        "left": [round(seed + draw.between(-0.01, 0.02), 4) for seed in seeds],
        "right": [round(seed + draw.between(-0.02, 0.01), 4) for seed in seeds],
        "t": 2.571,
    }


def around(middle, reach):
    return middle - reach, middle + reach


def spread(values, less=1):
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - less))


def differences(left, right):
    return [one - other for one, other in zip(left, right, strict=True)]


def paired(left, right, t, less=1, root=True):
    gaps = torch.tensor(differences(left, right), dtype=torch.float64)
    reach = t * gaps.std(correction=less) / (math.sqrt(len(gaps)) if root else 1)
    return tuple(torch.stack(around(gaps.mean(), reach)).tolist())


def unpaired(left, right, t):
    middle = sum(differences(left, right)) / len(left)
    width = math.sqrt((spread(left) ** 2 + spread(right) ** 2) / len(left))
    return around(middle, t * width)


PAIRED_INTERVAL = Task(
    id="paired_interval",
    points=2,
    kind="implementation",
    title=both(zh="区间太宽", en="The interval is too wide"),
    prompt=both(
        zh="两种规则用同样的 6 个种子：数据怎么分、权重从哪里出发，都一样。难的种子，两边都难。下面的 `broken` 把两边当成互不相干的，种子造成的起伏就算了两遍，区间宽得什么也看不出来。\n\n"
        "把它修好，写成 `paired_interval`：两边的成绩按种子配成对，求差的平均的置信区间（confidence interval），`t` 是 t 分布的分位数。返回 `(low, high)`，差是 left 减 right。",
        en="Two rules used the same 6 seeds: the same split of the data, the same first weights.\n"
        "A hard seed is hard for both.\n"
        "The function `broken` below takes the two sides as unrelated, so that what the seeds do is counted twice, and the interval is too wide to show anything.\n\n"
        "Repair it as `paired_interval`: pair the scores by seed, and give the confidence interval of the mean difference; `t` is the quantile of Student's t distribution.\n"
        "Return `(low, high)` of left minus right.",
    ),
    given="""
def spread(values):
    mean = sum(values) / len(values)
    return (sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5


def broken(left, right, t):
    middle = sum(left) / len(left) - sum(right) / len(right)
    width = ((spread(left) ** 2 + spread(right) ** 2) / len(left)) ** 0.5
    return middle - t * width, middle + t * width


broken([0.95, 0.97, 0.93], [0.94, 0.96, 0.93], t=4.303)
""",
    solution='''
def paired_interval(left, right, t):
    """The confidence interval of the mean difference, as (low, high)."""
    ### BEGIN SOLUTION
    gaps = [one - other for one, other in zip(left, right)]
    middle = sum(gaps) / len(gaps)
    square = sum(gap**2 for gap in gaps) / len(gaps) - middle**2
    reach = t * math.sqrt(square / (len(gaps) - 1))
    return middle - reach, middle + reach
    ### END SOLUTION
''',
    returns="(low, high)",
    inputs=two_rows,
    reference=paired,
    hints=(
        both(
            zh="先减，再问起伏：同一个种子的两个成绩相减，种子的难易就消掉了。",
            en="Subtract first, then ask how much it varies: within a pair the difficulty of the seed cancels.",
        ),
        both(
            zh="区间是差的平均加减 `t` 乘标准误；标准误是差的标准差除以种子数的平方根，标准差的分母用种子数减 1。",
            en="The interval is the mean difference plus and minus `t` standard errors: the standard deviation of the differences over the square root of the number of seeds. The standard deviation itself has the number of seeds less 1 below.",
        ),
        both(
            zh="`spread` 要用在差上，不是用在两边上。",
            en="Apply `spread` to the differences, not to the two sides.",
        ),
    ),
    wrong=(
        wrong(
            unpaired,
            zh="还是两边分开算的：种子的起伏没有消掉。",
            en="Still the two sides apart: what the seeds do has not canceled.",
        ),
        wrong(
            fixed(paired, root=False),
            zh="少除了种子数的平方根：这是单次差的范围，不是平均的。",
            en="The square root of the number of seeds is missing: this is the range of one difference, not of their mean.",
            credit=0.5,
        ),
        wrong(
            fixed(paired, less=0),
            zh="标准差的分母该是种子数减 1：平均数也是从这几个数里估出来的。",
            en="The standard deviation wants the number of seeds less 1 below: the mean was estimated from the same numbers.",
            credit=0.5,
        ),
        wrong(
            exchanged(paired, "left", "right"),
            zh="差的方向反了：left 减 right。",
            en="The difference is the wrong way round: left minus right.",
            credit=0.5,
        ),
        wrong(
            fixed(paired, t=1.0),
            zh="`t` 没用上：这只是一个标准误。",
            en="`t` is unused: this is a single standard error.",
            credit=0.5,
        ),
        wrong(
            lambda left, right, t: (min(differences(left, right)), max(differences(left, right))),
            zh="这是差的最小和最大，不是平均的置信区间。",
            en="This is the smallest and the largest difference, not an interval of the mean.",
        ),
        wrong(
            lambda left, right, t: around(
                sum(differences(left, right)) / len(left),
                t * abs(spread(left) - spread(right)) / math.sqrt(len(left)),
            ),
            zh="标准差不能相减：先把成绩相减，再求标准差。",
            en="Standard deviations cannot be subtracted: subtract the scores first.",
        ),
    ),
)


# Adam that walks like momentum

ADAM_LR = Task(
    id="adam_lr",
    points=1,
    title=both(zh="Adam 走成动量法", en="Adam walks like momentum"),
    prompt=both(
        zh="Adam 的 `eps` 给得很大，远大于 $\\sqrt{\\hat v}$，分母就几乎是常数。走了很多步，偏差修正早已可以不管。要让它和学习率为 `lr` 的动量法（动量系数也是 `beta1`，学习率乘在速度外面）走得一样，Adam 的学习率该设成多少？",
        en="Give Adam an `eps` far above $\\sqrt{\\hat v}$, and its denominator is almost constant.\n"
        "After many steps the bias correction no longer matters.\n"
        "Which learning rate makes Adam walk like momentum at the learning rate `lr` (same coefficient `beta1`, the learning rate outside the velocity)?",
    ),
    solution='''
def adam_lr(lr, eps, beta1):
    """Adam's learning rate."""
    ### BEGIN SOLUTION
    return lr * eps / (1 - beta1)
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "lr": draw.decades(0.001, 0.1),
        "eps": draw.decades(5, 200),
        "beta1": draw.between(0.5, 0.95),
    },
    reference=lambda lr, eps, beta1: lr * eps / (1 - beta1),
    hints=(
        both(
            zh="分母是常数，剩下的就是一阶矩：它和速度差在哪里？",
            en="With a constant denominator only the first moment is left: how does it differ from the velocity?",
        ),
        both(
            zh="$m$ 是平均，速度 $u$ 是和：$m = (1-\\beta_1)\\,u$。",
            en="$m$ is a mean, the velocity $u$ a sum: $m = (1-\\beta_1)\\,u$.",
        ),
        both(
            zh="让 $\\eta\\,m/\\epsilon$ 等于 `lr` 乘 $u$，解出 $\\eta$。",
            en="Set $\\eta\\,m/\\epsilon$ equal to `lr` times $u$, and solve for $\\eta$.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, eps, beta1: lr * eps,
            zh="还差一个因子：$m$ 是平均，速度是和。",
            en="One factor is missing: $m$ is a mean, the velocity a sum.",
            credit=0.5,
        ),
        wrong(
            lambda lr, eps, beta1: lr / (1 - beta1),
            zh="`eps` 还在分母里：步子缩小了这么多倍，要乘回来。",
            en="`eps` still stands below: the step is that much smaller, so multiply it back.",
            credit=0.5,
        ),
        wrong(
            lambda lr, eps, beta1: lr * eps * (1 - beta1),
            zh="$1-\\beta_1$ 该除不该乘：平均比和小。",
            en="Divide by $1-\\beta_1$: the mean is smaller than the sum.",
        ),
        wrong(
            lambda lr, eps, beta1: lr / eps / (1 - beta1),
            zh="`eps` 放反了：分母越大，学习率也要越大。",
            en="`eps` is upside down: the larger the denominator, the larger the learning rate.",
        ),
    ),
)

TASKS = [
    CHANCE_OF_RANK,
    CHOOSE_AND_REPORT,
    EXPECTED_SCORE,
    MOMENTUM_LR,
    SPOILED,
    PAIRED_INTERVAL,
    ADAM_LR,
]
