"""Exercises on remedies and on what must be measured before one is taken, declared once.

Book: hyperparameters/remedies
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.hyperparameters.shift import auc

TITLE = both(zh="药方逐个试", en="The remedies, tried one by one")


# How far the loss of a batch jumps


def losses_given(draw):
    losses = draw.normal(draw.whole(8, 30)).exp()
    return {"losses": losses, "batch_size": draw.whole(2, 9)}


def jump(scale):
    """Standard deviation of the losses, changed by `scale(deviation, batch size)`."""
    return lambda losses, batch_size: scale(losses.std(correction=0), batch_size).item()


JUMP = Task(
    id="jump_of_a_batch",
    points=1,
    title=both(zh="一批的损失跳多远？", en="How far does a batch jump?"),
    prompt=both(
        zh="`losses` 是测试集里每张图的损失。每次放回地抽 `batch_size` 张，报平均损失。报出来的数，标准差是多少？标准差一律用总体的（`correction=0`）。\n\n例如损失 1 和 3，每批 4 张：0.5。",
        en="`losses` are the losses of all test images.\n"
        "Each time `batch_size` of them are drawn, with replacement, and their mean is reported.\n"
        "What is the standard deviation of the report?\n"
        "Take that of a population (`correction=0`) throughout.\n\nFor instance, losses 1 and 3 and a batch of 4: 0.5.",
    ),
    solution='''
def jump_of_a_batch(losses, batch_size):
    """Standard deviation of the mean loss of a batch."""
    ### BEGIN SOLUTION
    spread = losses.square().mean() - losses.mean() ** 2
    return (spread / batch_size).sqrt().item()
    ### END SOLUTION
''',
    inputs=losses_given,
    reference=jump(lambda deviation, count: deviation / count**0.5),
    hints=(
        both(
            zh="独立的数相加，方差相加；除以张数，方差除以张数的平方。",
            en="Variances of independent numbers add up; dividing by the count divides the variance by its square.",
        ),
        both(
            zh="$\\sigma/\\sqrt B$，$\\sigma$ 是一张图的损失的标准差。",
            en="$\\sigma/\\sqrt B$, with $\\sigma$ the standard deviation of the loss of one image.",
        ),
        both(
            zh="先 `losses.std(correction=0)`，再除以 `batch_size ** 0.5`。",
            en="First `losses.std(correction=0)`, then divide by `batch_size ** 0.5`.",
        ),
    ),
    wrong=(
        wrong(
            jump(lambda deviation, count: deviation * count**0),
            zh="这是一张图的标准差；一批有好几张，平均起来小一些。",
            en="That is the deviation of one image; the mean of several has less.",
        ),
        wrong(
            jump(lambda deviation, count: deviation / count),
            zh="除多了：标准差只除以张数的平方根。",
            en="Too much: a deviation is divided by the root of the count.",
            credit=0.5,
        ),
        wrong(
            jump(lambda deviation, count: deviation**2 / count),
            zh="这是方差；还要开方。",
            en="That is the variance; take the root.",
            credit=0.5,
        ),
    ),
)


# How many images it takes


def asked_given(draw):
    return {"deviation": draw.between(0.4, 2.0), "error": draw.between(0.02, 0.09)}


ENOUGH = Task(
    id="images_to_see_it",
    points=1,
    title=both(zh="要看多少张图？", en="How many images to look at?"),
    prompt=both(
        zh="一张图的损失，标准差是 `deviation`。想让平均损失的标准差不超过 `error`，一批至少放回地抽多少张？返回整数。\n\n例如 1 和 0.3：12。",
        en="The loss of one image has the standard deviation `deviation`.\n"
        "How many images, drawn with replacement, does a batch need at least, so that the standard deviation of its mean loss is at most `error`?\n"
        "Return a whole number.\n\nFor instance, 1 and 0.3: 12.",
    ),
    solution='''
def images_to_see_it(deviation, error):
    """The smallest batch whose mean loss is known to within `error`."""
    ### BEGIN SOLUTION
    return math.ceil((deviation / error) ** 2)
    ### END SOLUTION
''',
    inputs=asked_given,
    reference=lambda deviation, error: math.ceil((deviation / error) ** 2),
    hints=(
        both(
            zh="从上一题的公式里把张数解出来。",
            en="Solve the formula of the last task for the count.",
        ),
        both(
            zh="$\\sigma/\\sqrt B\\le e$，就是 $B\\ge(\\sigma/e)^2$。",
            en="$\\sigma/\\sqrt B\\le e$ means $B\\ge(\\sigma/e)^2$.",
        ),
        both(
            zh="往上取整：`math.ceil`。",
            en="Round up: `math.ceil`.",
        ),
    ),
    wrong=(
        wrong(
            lambda deviation, error: math.ceil(deviation / error),
            zh="误差按张数的平方根缩：要平方。",
            en="The error shrinks with the root of the count: square it.",
        ),
        wrong(
            lambda deviation, error: math.floor((deviation / error) ** 2),
            zh="往下取整就不够了，差一张。",
            en="Rounded down, it is one image short.",
            credit=0.5,
        ),
        wrong(
            lambda deviation, error: math.ceil(deviation / error**2),
            zh="标准差也要平方。",
            en="The deviation is squared as well.",
            credit=0.5,
        ),
    ),
)


# Which set does it come from


def scores_given(draw):
    count, others = draw.whole(4, 8), draw.whole(9, 14)
    values = (2 * draw.normal(count + others)).round() + 0.5  # with ties
    positive = torch.arange(count + others) < count
    values[positive] += draw.whole(0, 1)
    values[0], values[1], values[-1], values[-2] = 1.5, 0.5, 1.5, -2.5
    return {"scores": values, "positive": positive}


def pairs(worth):
    """The mean over pairs of `worth(positive score, other score)`."""

    def share(scores, positive):
        one, other = scores[positive][:, None], scores[~positive][None]
        return worth(one, other).double().mean().item()

    return share


AUC = Task(
    id="area_by_pairs",
    points=2,
    kind="implementation",
    title=both(zh="分得开，还是分不开？", en="Can they be told apart?"),
    prompt=both(
        zh="分类器给每张图打分，分高的它认为来自测试集。`positive` 说哪些真的来自测试集。返回 AUC：各取一张来自测试集的和一张来自训练集的，前者分高的对子占多大比例；平手算半个。",
        en="A classifier gives every image a score, high where it thinks that it is from the test set.\n"
        "`positive` says which ones truly are.\n"
        "Return the AUC: of all pairs of one test image and one training image, the share in which the test image scores higher; a tie counts half.",
    ),
    solution='''
def area_by_pairs(scores, positive):
    """The share of pairs that are in the right order."""
    ### BEGIN SOLUTION
    one, other = scores[positive], scores[~positive]
    higher = sum(int((value > other).sum()) for value in one)
    ties = sum(int((value == other).sum()) for value in one)
    return (higher + ties / 2) / (len(one) * len(other))
    ### END SOLUTION
''',
    inputs=scores_given,
    reference=auc,
    hints=(
        both(
            zh="每一对比一次：赢了 1，平手半个，输了 0。",
            en="Compare each pair once: 1 for a win, half for a tie, 0 for a loss.",
        ),
        both(
            zh="$\\frac{\\text{wins}+\\text{ties}/2}{PN}$，$P$ 张来自测试集，$N$ 张来自训练集。",
            en="$\\frac{\\text{wins}+\\text{ties}/2}{PN}$, with $P$ test and $N$ training images.",
        ),
        both(
            zh="来自测试集的是 `scores[positive]`，来自训练集的是 `scores[~positive]`。",
            en="Those of the test set are `scores[positive]`, those of the training set `scores[~positive]`.",
        ),
    ),
    wrong=(
        wrong(
            pairs(lambda one, other: one > other),
            zh="平手也有半个。",
            en="A tie is worth half.",
            credit=0.5,
        ),
        wrong(
            pairs(lambda one, other: one >= other),
            zh="平手只算半个，不算赢。",
            en="A tie is worth half, not a win.",
            credit=0.5,
        ),
        wrong(
            pairs(lambda one, other: (one < other) + 0.5 * (one == other)),
            zh="反了：测试集的那张分高才算赢。",
            en="The other way round: the test image wins by the higher score.",
        ),
        wrong(
            lambda scores, positive: ((scores > 0) == positive).double().mean().item(),
            zh="这是在 0 处切一刀的准确率；AUC 不切，只看次序。",
            en="That is the accuracy of a cut at 0; an AUC makes no cut, it looks at the order alone.",
        ),
        wrong(
            lambda scores, positive: (
                pairs(lambda one, other: (one > other) + 0.5 * (one == other))(scores, positive)
                * int(positive.sum())
                * int((~positive).sum())
                / len(scores) ** 2
            ),
            zh="除以跨两边的对子数，不是所有的对子。",
            en="Divide by the pairs across the two sets, not by all pairs.",
            credit=0.5,
        ),
        wrong(
            lambda scores, positive: (scores[positive].mean() - scores[~positive].mean()).item(),
            zh="这是平均分差多少；要的是次序对的对子占多大比例。",
            en="That is how far the mean scores are apart; asked is the share of pairs in order.",
        ),
    ),
)


# A cell of the table


def cell_given(draw):
    seeds, doses = 8, 4
    base = draw.between(0.6, 0.7) + 0.05 * draw.normal(seeds)
    best = draw.case % doses
    lift = torch.tensor([0.05, 0.01, -0.09, -0.2])[(torch.arange(doses) - best) % doses]
    test = base + lift[:, None] + 0.01 * torch.stack([draw.normal(seeds) for _ in range(doses)])
    noise = 0.02 * torch.stack([draw.normal(seeds) for _ in range(doses)])
    validation = base + lift[:, None] + noise
    test[(best + 1) % doses] += 0.12  # by test data, another dose would be chosen
    validation[(best + 2) % doses, 0] += 0.3  # and by the best single run, a third
    validation[:, 1] -= 0.2
    return {"validation": validation, "test": test, "none": base}


def filled_in(choose, last):
    """A cell whose dose is `choose(validation, test)`, told by `last(differences)`."""

    def fill(validation, test, none):
        return last(test[choose(validation, test)] - none).item()

    return fill


def by_validation(validation, test):
    return int(validation.mean(1).argmax())


def in_errors(apart):
    return apart.mean() / apart.std() * len(apart) ** 0.5


CELL = Task(
    id="cell_of_the_table",
    points=3,
    kind="implementation",
    title=both(zh="填一格", en="Fill in a cell"),
    prompt=both(
        zh="`validation` 和 `test` 是一味药各种剂量的准确率，一行一种剂量，一列一个种子；`none` 是不用药的测试准确率，一个种子一个数。剂量照验证准确率的平均来挑，再一个种子一个种子地和不用药比，返回平均差除以它的标准误（$s/\\sqrt n$，$s$ 是差的样本标准差）。",
        en="`validation` and `test` are the accuracies of a remedy, a row for each dose and a column for each seed; `none` are the test accuracies without it, one a seed.\n"
        "Choose the dose by its mean validation accuracy, compare it with no remedy seed by seed, and return the mean difference over its standard error ($s/\\sqrt n$, with $s$ the sample standard deviation of the differences).",
    ),
    solution='''
def cell_of_the_table(validation, test, none):
    """The mean paired difference at the chosen dose, in standard errors."""
    ### BEGIN SOLUTION
    dose = validation.mean(1).argmax()
    apart = test[dose] - none
    error = apart.std() / len(apart) ** 0.5
    return (apart.mean() / error).item()
    ### END SOLUTION
''',
    inputs=cell_given,
    reference=filled_in(by_validation, in_errors),
    hints=(
        both(
            zh="两步：先用验证集定剂量，再在测试集上配对。",
            en="Two steps: validation images settle the dose, then test accuracies are paired.",
        ),
        both(
            zh="差记作 `apart`：`apart.mean() / apart.std() * len(apart) ** 0.5`。",
            en="Call the differences `apart`: `apart.mean() / apart.std() * len(apart) ** 0.5`.",
        ),
        both(
            zh="剂量是 `validation.mean(1).argmax()`，差是那一行 `test` 减 `none`。",
            en="The dose is `validation.mean(1).argmax()`, the differences are that row of `test` less `none`.",
        ),
    ),
    wrong=(
        wrong(
            filled_in(lambda validation, test: int(test.mean(1).argmax()), in_errors),
            zh="剂量是照测试集挑的：挑过的，就不能再拿来报。",
            en="The dose was chosen by test images: images that chose must not report.",
        ),
        wrong(
            filled_in(lambda validation, test: int(validation.amax(1).argmax()), in_errors),
            zh="你挑了单次最好的；照各个种子的平均来挑。",
            en="You took the best single run; choose by the mean over seeds.",
            credit=0.5,
        ),
        wrong(
            filled_in(lambda validation, test: int(validation.mean(1).argmin()), in_errors),
            zh="你挑了最差的剂量。",
            en="You chose the worst dose.",
        ),
        wrong(
            filled_in(by_validation, lambda apart: apart.mean() / apart.std()),
            zh="标准误还要除以 $\\sqrt n$。",
            en="The standard error is the deviation over $\\sqrt n$.",
            credit=0.5,
        ),
        wrong(
            filled_in(by_validation, lambda apart: apart.mean()),
            zh="这是差多少；还要除以它的标准误。",
            en="That is the difference; divide it by its standard error.",
            credit=0.5,
        ),
        wrong(
            lambda validation, test, none: (
                (test[by_validation(validation, test)].mean() - none.mean())
                / ((test[by_validation(validation, test)].var() + none.var()) / len(none)).sqrt()
            ).item(),
            zh="没有配对：先一个种子一个种子地相减，再看散得多开。",
            en="Not paired: subtract seed by seed first, then see how they scatter.",
            credit=0.5,
        ),
    ),
)


# How many more images


def curve_given(draw):
    few = draw.whole(20, 60)
    times, slope, error = draw.whole(2, 6), draw.between(0.3, 0.8), draw.between(0.2, 0.4)
    more = error * times**-slope
    return {
        "few": few, "error_few": error, "many": times * few, "error_many": more,
        "wanted": more * draw.between(0.4, 0.8),
    }  # fmt: skip


def by_power(power):
    """Images for the wanted error, at the exponent `power(logarithms of counts and errors)`."""

    def needed(few, error_few, many, error_many, wanted):
        slope = power(math.log(many / few), math.log(error_few / error_many))
        return many * (error_many / wanted) ** (1 / slope)

    return needed


MORE = Task(
    id="images_for_an_error",
    points=2,
    title=both(zh="要学多少张图？", en="How many images to learn from?"),
    prompt=both(
        zh="`few` 张图，错误率 `error_few`；`many` 张，`error_many`。两点在双对数的图上连成直线，照它走，错误率到 `wanted` 要多少张？\n\n例如 100 张 0.4，400 张 0.2，想要 0.1：1600。",
        en="`few` images give the error `error_few`, `many` give `error_many`.\n"
        "Along the straight line through both on logarithmic axes, how many images does the error `wanted` take?\n\nFor instance, 0.4 at 100, 0.2 at 400, and 0.1 wanted: 1600.",
    ),
    solution='''
def images_for_an_error(few, error_few, many, error_many, wanted):
    """Training images for the wanted error, by a power law through two points."""
    ### BEGIN SOLUTION
    p = math.log(error_few / error_many) / math.log(many / few)
    a = error_few * few**p
    return (a / wanted) ** (1 / p)
    ### END SOLUTION
''',
    inputs=curve_given,
    reference=by_power(lambda counts, errors: errors / counts),
    hints=(
        both(
            zh="双对数的直线，就是错误率按张数的幂往下走。先求斜率。",
            en="A straight line on logarithmic axes is a power of the count. First find its slope.",
        ),
        both(
            zh="$p=\\ln(e_1/e_2)/\\ln(n_2/n_1)$，再从 $e=an^{-p}$ 解出 $n$。",
            en="$p=\\ln(e_1/e_2)/\\ln(n_2/n_1)$; then solve $e=an^{-p}$ for $n$.",
        ),
        both(
            zh="$n=n_2(e_2/e)^{1/p}$。",
            en="$n=n_2(e_2/e)^{1/p}$.",
        ),
    ),
    wrong=(
        wrong(
            by_power(lambda counts, errors: counts / errors),
            zh="斜率倒了：上面是错误率的对数之差，下面是张数的。",
            en="The slope is upside down: errors above, counts below.",
            credit=0.5,
        ),
        wrong(
            by_power(lambda counts, errors: 1.0),
            zh="你当成了张数加倍、错误率减半；斜率要从两点算。",
            en="You took twice the images for half the error; the slope comes from the two points.",
            credit=0.5,
        ),
        wrong(
            lambda few, error_few, many, error_many, wanted: (
                many + (error_many - wanted) * (many - few) / (error_few - error_many)
            ),
            zh="直线画在了普通的轴上；要取对数。",
            en="That line is on ordinary axes; take logarithms.",
        ),
        wrong(
            lambda few, error_few, many, error_many, wanted: (
                few
                * (error_many / wanted) ** (math.log(many / few) / math.log(error_few / error_many))
            ),
            zh="张数用了 `few` 的，错误率用了 `many` 的：两样要出自同一点。",
            en="The count is that of `few`, the error that of `many`: take both from one point.",
            credit=0.5,
        ),
    ),
)

TASKS = (JUMP, ENOUGH, AUC, CELL, MORE)
