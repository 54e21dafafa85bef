"""Exercises on the noise of batches, and on what it is worth, declared once.

Book: regularization/batch_norm
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import swapped
from dlnotes.regularization.ghost_norm import batch_noise, ghost_norm

TITLE = both(zh="批量规范化算正则化吗？", en="Does batch normalization regularize?")


# How far a batch's statistics are off


def noise_given(draw):
    return {
        "sigma": draw.between(1.5, 4),
        "kurtosis": draw.between(4, 9),
        "size": draw.whole(8, 60),
    }


def noises(sigma, kurtosis, size):
    mean, deviation = batch_noise(size, kurtosis)
    return sigma * mean, sigma * deviation


NOISES = Task(
    id="noise_of_a_batch",
    points=1,
    title=both(zh="一批的平均差多远", en="How far off a batch is"),
    prompt=both(
        zh="一个单元的值，标准差是 `sigma`，峰度是 `kurtosis`。从里面抽 `size` 个组成一批。这一批的平均、这一批的标准差，换一批各晃多少？返回两个标准差，第二个用 `size` 大时的近似。\n\n例如标准差 1、峰度 3、8 个：0.354 和 0.25。",
        en="The values of a unit have standard deviation `sigma` and kurtosis `kurtosis`; `size` of them make up a batch.\n"
        "From batch to batch, how much do its mean and its standard deviation vary?\nReturn the two standard deviations, the second by its approximation for large `size`.\n\nFor instance, standard deviation 1, kurtosis 3 and 8 values: 0.354 and 0.25.",
    ),
    solution='''
def noise_of_a_batch(sigma, kurtosis, size):
    """Standard deviations of the mean and of the standard deviation, as (mean, deviation)."""
    ### BEGIN SOLUTION
    of_mean = sigma / size**0.5
    of_variance = sigma**2 * ((kurtosis - 1) / size) ** 0.5
    return of_mean, of_variance / (2 * sigma)
    ### END SOLUTION
''',
    returns="(mean, deviation)",
    inputs=noise_given,
    reference=noises,
    hints=(
        both(
            zh="平均的方差是一个值的几分之一？标准差是方差的平方根：方差动一点，它动多少？",
            en="Which part of the variance of one value does the mean have? And the standard deviation is a root: how far does it move when the variance moves a little?",
        ),
        both(
            zh="批方差的方差约是 $(\\kappa-1)\\sigma^4/B$；开方以后，变动要除以 $2\\sigma$。",
            en="The variance of the batch's variance is about $(\\kappa-1)\\sigma^4/B$; under the root, a change is divided by $2\\sigma$.",
        ),
        both(
            zh="答案是 $\\sigma/\\sqrt B$ 和 $\\sigma\\sqrt{(\\kappa-1)/(4B)}$。",
            en="The answers are $\\sigma/\\sqrt B$ and $\\sigma\\sqrt{(\\kappa-1)/(4B)}$.",
        ),
    ),
    wrong=(
        wrong(
            lambda sigma, kurtosis, size: noises(sigma, 3, size),
            zh="第二个数按正态算了：尾巴重，标准差晃得更多，要用 `kurtosis`。",
            en="The second number is that of a normal distribution: heavy tails make the standard deviation vary more, so use `kurtosis`.",
            credit=0.5,
        ),
        wrong(
            lambda sigma, kurtosis, size: noises(sigma, kurtosis, size**2),
            zh="除以了 `size`：降的是方差，标准差只除以它的平方根。",
            en="You divide by `size`: that is what the variance does; a standard deviation is divided by its root.",
        ),
        wrong(
            swapped(noises),
            zh="次序反了：先平均，后标准差。",
            en="The order is reversed: first the mean, then the standard deviation.",
            credit=0.5,
        ),
        wrong(
            lambda sigma, kurtosis, size: (
                sigma / size**0.5,
                sigma**2 * ((kurtosis - 1) / size) ** 0.5,
            ),
            zh="第二个是批方差晃多少；标准差是它的平方根，还要除以 $2\\sigma$。",
            en="The second is how much the batch's variance varies; the standard deviation is its root, so divide by $2\\sigma$.",
            credit=0.5,
        ),
        wrong(
            lambda sigma, kurtosis, size: batch_noise(size, kurtosis),
            zh="少乘了 `sigma`：这是标准差为 1 的答案。",
            en="The factor `sigma` is missing: this answers for a standard deviation of 1.",
            credit=0.5,
        ),
    ),
)


# How large a batch must be


def limit_given(draw):
    return {"limit": draw.between(0.08, 0.4)}


def smallest(limit):
    return math.ceil(1.5 / limit**2)


ENOUGH = Task(
    id="batch_large_enough",
    points=1,
    title=both(zh="多大的批量才够安静", en="How large is quiet enough"),
    prompt=both(
        zh="值是正态的。规范化以后的值，和用全体规范化的相差多少，取均方根，约是 $\\sqrt{3/(2B)}$。\n\n要让它不超过 `limit`，批量至少多大？返回整数。先猜：`limit` 减半，批量要变成几倍？",
        en="The values are normal; normalized by a batch, they differ from what all the values would make of them by about $\\sqrt{3/(2B)}$, a root mean square.\n\n"
        "How large must the batch be at least, to keep this within `limit`?\nReturn a whole number.\nGuess first: half the `limit` takes how many times the batch?",
    ),
    solution='''
def batch_large_enough(limit):
    """The smallest batch whose scatter is at most the limit."""
    ### BEGIN SOLUTION
    size = 3 / (2 * limit**2)
    return math.ceil(size)
    ### END SOLUTION
''',
    inputs=limit_given,
    reference=smallest,
    hints=(
        both(
            zh="从 $\\sqrt{3/(2B)}\\le$ `limit` 解出 $B$。",
            en="Solve $\\sqrt{3/(2B)}\\le$ `limit` for $B$.",
        ),
        both(
            zh="两边平方：$B\\ge 3/(2\\,\\text{limit}^2)$，再取整。",
            en="Square both sides: $B\\ge 3/(2\\,\\text{limit}^2)$, and make it whole.",
        ),
        both(
            zh="“至少”要往上取整；四舍五入会差一个。",
            en="At least means rounding up; rounding to the nearest can miss by one.",
        ),
    ),
    wrong=(
        wrong(
            lambda limit: math.floor(1.5 / limit**2),
            zh="取整取小了：差一点点也是超过，要往上取。",
            en="Rounded down, the batch is a little too small: round up.",
            credit=0.5,
        ),
        wrong(
            lambda limit: math.ceil(1 / limit**2),
            zh="只算了平均的噪声；标准差的也有，三分之一。",
            en="This counts the noise of the mean alone; that of the standard deviation makes up a third.",
            credit=0.5,
        ),
        wrong(
            lambda limit: math.ceil(1.5 / limit),
            zh="少了平方：散布减半，批量要 4 倍。",
            en="A square is missing: half the scatter takes 4 times the batch.",
        ),
    ),
)


# Ghost batches


def groups_given(draw):
    size = draw.whole(2, 4)
    count = size * draw.whole(2, 4)
    shift = draw.normal(3)
    return {"Z": 2 * draw.normal(3 * count).view(count, 3) + 3 * shift, "size": size}


def _interleaved(Z, size):
    order = torch.arange(len(Z)).view(-1, size).T.flatten()
    mixed = ghost_norm(Z[order.argsort()], size)
    return mixed[order]


def _unbiased(Z, size):
    groups = Z.unflatten(0, (-1, size))
    centered = groups - groups.mean(1, keepdim=True)
    return (centered / (groups.var(1, keepdim=True) + 1e-5).sqrt()).flatten(0, 1)


def _mean_only(Z, size):
    groups = Z.unflatten(0, (-1, size))
    return (groups - groups.mean(1, keepdim=True)).flatten(0, 1)


def _by_variance(Z, size):
    groups = Z.unflatten(0, (-1, size))
    variance = groups.var(1, keepdim=True, correction=0)
    return ((groups - groups.mean(1, keepdim=True)) / (variance + 1e-5)).flatten(0, 1)


GROUPS = Task(
    id="small_groups",
    points=3,
    kind="implementation",
    title=both(zh="大批里分小组", en="Groups within a batch"),
    prompt=both(
        zh="`Z` 一行一个样本，一列一个单元。挨着的 `size` 行算一组，每组用自己的平均和方差做批量规范化，$\\epsilon$ 是 0.00001，没有尺度和平移。行数是 `size` 的倍数。\n\n返回规范化以后的 `Z`，行的次序不变。",
        en="A row of `Z` is an example, a column a unit.\n"
        "Every `size` rows that follow each other are a group; give each group a batch norm of its own, with its own mean and variance, $\\epsilon$ 0.00001, without scale and shift.\nThe number of rows is a multiple of `size`.\n\nReturn the normalized `Z`, rows in their old order.",
    ),
    solution='''
def small_groups(Z, size):
    """Batch norm over groups of rows."""
    ### BEGIN SOLUTION
    done = []
    for group in Z.split(size):
        centered = group - group.mean(0)
        done.append(centered / (centered.square().mean(0) + 1e-5).sqrt())
    return torch.cat(done)
    ### END SOLUTION
''',
    inputs=groups_given,
    reference=ghost_norm,
    hints=(
        both(
            zh="一组就是一个小批：对它做的，和批量规范化对一整批做的一样。",
            en="A group is a small batch: it gets what batch norm does to a whole one.",
        ),
        both(
            zh="`Z.split(size)` 分组；每组 `group.mean(0)`，方差除以 `size`，不除以 `size - 1`。",
            en="`Z.split(size)` makes the groups; each has `group.mean(0)`, and a variance over `size`, not over `size - 1`.",
        ),
        both(
            zh="各组做完，用 `torch.cat` 照原来的次序接起来。",
            en="When all are done, `torch.cat` joins them in their old order.",
        ),
    ),
    wrong=(
        wrong(
            lambda Z, size: ghost_norm(Z, len(Z)),
            zh="用了整批的统计量：每组要用自己的。",
            en="These are the statistics of the whole batch: each group takes its own.",
        ),
        wrong(
            _interleaved,
            zh="组分错了：一组是挨着的 `size` 行，不是隔着取。",
            en="The groups are mixed up: a group is `size` rows in a row, not every so many.",
            credit=0.5,
        ),
        wrong(
            _unbiased,
            zh="方差除以了 `size - 1`；批量规范化除以 `size`。",
            en="Your variance divides by `size - 1`; batch norm divides by `size`.",
            credit=0.5,
        ),
        wrong(
            _mean_only,
            zh="只减了平均，还没除以标准差。",
            en="The mean is taken off, and the standard deviation not yet divided by.",
        ),
        wrong(
            _by_variance,
            zh="除以了方差：少开了一次方。",
            en="You divide by the variance: a root is missing.",
        ),
        wrong(
            lambda Z, size: ghost_norm(Z.T, Z.shape[1]).T,
            zh="一行一组，那是层规范化；这里一列里的 `size` 个算一组。",
            en="One group for each row is layer norm; here a group is `size` numbers of a column.",
        ),
    ),
)


# Statistics to evaluate with


def running_given(draw):
    count, size = draw.whole(3, 5), draw.whole(4, 6)
    batches = 2 * draw.normal(3 * count * size).view(count, size, 3) + 3 * draw.normal(3)
    return {"batches": list(batches), "momentum": draw.between(0.1, 0.4)}


def running(batches, momentum):
    norm = torch.nn.BatchNorm1d(batches[0].shape[1], momentum=momentum, dtype=batches[0].dtype)
    for batch in batches:
        norm(batch)
    return norm.running_mean, norm.running_var


def _running(batches, momentum, correction=1, kept=False, mean_square=False):
    keep = momentum if kept else 1 - momentum
    mean, variance = torch.zeros_like(batches[0][0]), torch.ones_like(batches[0][0])
    for batch in batches:
        mean = keep * mean + (1 - keep) * batch.mean(0)
        now = batch.square().mean(0) if mean_square else batch.var(0, correction=correction)
        variance = keep * variance + (1 - keep) * now
    return mean, variance


RUNNING = Task(
    id="statistics_to_keep",
    points=3,
    kind="implementation",
    title=both(zh="留给评估的统计量", en="Statistics kept for evaluation"),
    prompt=both(
        zh="torch 的批量规范化，一边训练一边记滑动平均，评估时用。`batches` 里一批一个张量，一行一个样本。从平均 0、方差 1 起，每来一批，旧的留下 $1-$`momentum`，新的占 `momentum`；记进去的方差除以样本数减 1，这样平均起来不偏。\n\n返回最后的平均和方差。",
        en="While it trains, torch's batch norm keeps moving averages to evaluate with.\n"
        "`batches` holds a tensor for each batch, a row an example.\nStart from mean 0 and variance 1; with every batch the old averages keep a share $1-$`momentum`, and the new batch gets `momentum`.\nThe variance that comes in divides by the number of examples minus 1, so that on average it is neither too small nor too large.\n\nReturn the last mean and variance.",
    ),
    solution='''
def statistics_to_keep(batches, momentum):
    """Moving averages of mean and variance, as (mean, variance)."""
    ### BEGIN SOLUTION
    mean, variance = 0.0, 1.0
    for batch in batches:
        mean = mean + momentum * (batch.mean(0) - mean)
        variance = variance + momentum * (batch.var(0) - variance)
    return mean, variance
    ### END SOLUTION
''',
    returns="(mean, variance)",
    inputs=running_given,
    reference=running,
    hints=(
        both(
            zh="指数加权平均：每来一批，往新的那边挪一段。",
            en="An exponential moving average: with every batch, move part of the way to the new.",
        ),
        both(
            zh="`mean = mean + momentum * (batch.mean(0) - mean)`，方差照样。",
            en="`mean = mean + momentum * (batch.mean(0) - mean)`, and the variance likewise.",
        ),
        both(
            zh="`batch.var(0)` 本来就除以样本数减 1。",
            en="`batch.var(0)` divides by the number of examples minus 1 as it is.",
        ),
    ),
    wrong=(
        wrong(
            lambda batches, momentum: _running(batches, momentum, correction=0),
            zh="方差除以了样本数：批小，平均起来就偏小。",
            en="The variance divides by the number of examples: in small batches it is too small on average.",
            credit=0.5,
        ),
        wrong(
            lambda batches, momentum: _running(batches, momentum, kept=True),
            zh="两份反了：torch 的 `momentum` 是新的占多少。",
            en="The parts are swapped: torch's `momentum` is what the new comes in with.",
            credit=0.5,
        ),
        wrong(
            lambda batches, momentum: _running(batches, momentum, mean_square=True),
            zh="这是平方的平均；方差要先减平均。",
            en="This is a mean of squares; a variance takes the mean off first.",
        ),
        wrong(
            lambda batches, momentum: (batches[-1].mean(0), batches[-1].var(0)),
            zh="只用了最后一批：评估又成了看邻座。",
            en="This uses the last batch alone: evaluation would look at neighbors again.",
        ),
        wrong(
            lambda batches, momentum: (
                torch.cat(batches).mean(0),
                torch.cat(batches).var(0),
            ),
            zh="这是所有批合起来的；要的是滑动平均，从 0 和 1 起。",
            en="These are of all batches together; asked are moving averages that start from 0 and 1.",
        ),
        wrong(
            swapped(running),
            zh="次序反了：先平均，后方差。",
            en="The order is reversed: first the mean, then the variance.",
            credit=0.5,
        ),
    ),
)


# What the noise is worth


def arms_given(draw):
    settings, seeds = 4, 3
    best = {"quiet": draw.case % 2, "noisy": 2}
    given = {}
    for name, lift in (("quiet", 0.0), ("noisy", 0.02)):
        level = [0.8 + lift - 0.02 * abs(i - best[name]) for i in range(settings)]
        for part, shift in (("validation", 0.0), ("test", -0.01)):
            rows = [[x + shift + draw.between(-0.004, 0.004) for _ in range(seeds)] for x in level]
            if part == "test":
                rows[3] = [x + 0.05 for x in rows[3]]
            given[f"{name}_{part}"] = rows
    return given


def _mean(values):
    return sum(values) / len(values)


def _at(rows):
    means = [_mean(row) for row in rows]
    return means.index(max(means))


def _worth(quiet, noisy):
    return _mean(noisy) - _mean(quiet)


def worth(quiet_validation, quiet_test, noisy_validation, noisy_test):
    return _worth(quiet_test[_at(quiet_validation)], noisy_test[_at(noisy_validation)])


WORTH = Task(
    id="worth_of_noise",
    points=2,
    title=both(zh="噪声值几个点", en="What the noise is worth"),
    prompt=both(
        zh="同一个网络，一边用全部样本的统计量（quiet），一边分小组（noisy）。两边各试了几种设置，一种设置是一个学习率和一个停下的步数；每张表一行一种设置，一行里一个数是一个种子的准确率。\n\n两边各挑各的，返回噪声让测试准确率平均高多少。",
        en="One net, with the statistics of all examples (quiet), or of small groups (noisy).\n"
        "Each side tried several settings, each a learning rate and a step to stop at; a row of a table is a setting, and a number in it the accuracy of a seed.\n\nLet each side choose its own; return by how much the noise raises the test accuracy on average.",
    ),
    solution='''
def worth_of_noise(quiet_validation, quiet_test, noisy_validation, noisy_test):
    """Mean gain in test accuracy, each side at its own best setting."""
    ### BEGIN SOLUTION
    scores = []
    for validation, test in ((quiet_validation, quiet_test), (noisy_validation, noisy_test)):
        place = max(range(len(validation)), key=lambda i: sum(validation[i]))
        scores.append(sum(test[place]) / len(test[place]))
    return scores[1] - scores[0]
    ### END SOLUTION
''',
    inputs=arms_given,
    reference=worth,
    hints=(
        both(
            zh="谁挑，谁报？两边调参的次数一样多，才算公平。",
            en="Which set chooses, and which reports? It is fair if both sides are tuned equally often.",
        ),
        both(
            zh="每边取验证准确率平均最高的那一行，再取测试表里同一行的平均，相减。",
            en="For each side take the row with the best mean validation accuracy, then the mean of that row in the test table, and subtract.",
        ),
        both(
            zh="两边选中的可以是不同的行；测试表不许挑。",
            en="The two sides may choose different rows; a test table chooses nothing.",
        ),
    ),
    wrong=(
        wrong(
            lambda quiet_validation, quiet_test, noisy_validation, noisy_test: worth(
                quiet_test, quiet_test, noisy_test, noisy_test
            ),
            zh="用测试集挑了：挑过的分数不能再报。",
            en="You chose on the test set: what has chosen cannot report.",
        ),
        wrong(
            lambda quiet_validation, quiet_test, noisy_validation, noisy_test: _worth(
                quiet_test[_at(noisy_validation)], noisy_test[_at(noisy_validation)]
            ),
            zh="两边都用了噪声那边的设置：没有噪声的一边没有调过。",
            en="Both use the setting of the noisy side: the quiet one was not tuned.",
            credit=0.5,
        ),
        wrong(
            lambda quiet_validation, quiet_test, noisy_validation, noisy_test: _worth(
                quiet_test[_at(quiet_validation)], noisy_test[_at(quiet_validation)]
            ),
            zh="两边都用了安静那边的设置：有噪声的一边没有调过。",
            en="Both use the setting of the quiet side: the noisy one was not tuned.",
            credit=0.5,
        ),
        wrong(
            lambda quiet_validation, quiet_test, noisy_validation, noisy_test: _worth(
                quiet_validation[_at(quiet_validation)], noisy_validation[_at(noisy_validation)]
            ),
            zh="挑得对，报错了：验证准确率挑过，要报测试的。",
            en="Rightly chosen, wrongly reported: validation accuracy has chosen, so report the test.",
            credit=0.5,
        ),
        wrong(
            lambda quiet_validation, quiet_test, noisy_validation, noisy_test: (
                -worth(quiet_validation, quiet_test, noisy_validation, noisy_test)
            ),
            zh="减反了：要的是噪声那边高多少。",
            en="Subtracted the wrong way: asked is by how much the noisy side is higher.",
            credit=0.5,
        ),
    ),
)

TASKS = (NOISES, ENOUGH, GROUPS, RUNNING, WORTH)
