"""Exercises on dropout: what it adds, what it averages, and what it costs, declared once.

Book: regularization/dropout
"""

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import exchanged, swapped
from dlnotes.regularization.dropout import dropout_regression, thinned
from dlnotes.regularization.linear import ridge

TITLE = both(zh="随机关掉神经元", en="Switching units off at random")


# The noise in a sum


def sum_given(draw):
    count = draw.whole(3, 5)
    return {
        "h": draw.numbers(count, 0.3, 2),
        "w": [
            sign * value
            for sign, value in zip((1, -1, 1, 1, -1), draw.numbers(count, 0.3, 2), strict=False)
        ],
        "p": draw.between(0.1, 0.45),
    }


def sum_noise(h, w, p, square=lambda parts: sum(part**2 for part in parts)):
    parts = [a * b for a, b in zip(h, w, strict=True)]
    return sum(parts), (p / (1 - p) * square(parts)) ** 0.5


SUM = Task(
    id="noise_of_a_score",
    points=1,
    title=both(zh="加权和里的噪声", en="The noise in a sum"),
    prompt=both(
        zh="一个分数是各单元输出 `h` 和权重 `w` 的加权和。训练时，每个单元以概率 `p` 关掉，各关各的，留下的除以 $1-p$。这个分数的平均和标准差是多少？\n\n例如 `h=[1.0]`、`w=[1.0]`、`p=0.4`：平均 1，标准差 0.816。",
        en="A score is the weighted sum of what the units put out, `h`, with weights `w`.\nIn training each unit is off with chance `p`, each by itself, and those that stay are divided by $1-p$.\nWhat are the mean and the standard deviation of the score?\n\nFor instance, `h=[1.0]`, `w=[1.0]` and `p=0.4`: mean 1, standard deviation 0.816.",
    ),
    solution='''
def noise_of_a_score(h, w, p):
    """Mean and standard deviation of a score under dropout, as (mean, deviation)."""
    ### BEGIN SOLUTION
    mean = variance = 0.0
    for out, weight in zip(h, w):
        mean += out * weight
        variance += (out * weight) ** 2 * p / (1 - p)
    return mean, variance**0.5
    ### END SOLUTION
''',
    returns="(mean, deviation)",
    inputs=sum_given,
    reference=sum_noise,
    hints=(
        both(
            zh="先算一个单元：两个值，各有各的概率。",
            en="Take a single unit first: two values, each with its chance.",
        ),
        both(
            zh="一个单元的平均是 $h$，方差是 $h^2p/(1-p)$；权重让方差乘 $w^2$。",
            en="A single unit has mean $h$ and variance $h^2p/(1-p)$; a weight multiplies the variance by $w^2$.",
        ),
        both(
            zh="各关各的，方差相加；最后开方。",
            en="Units are switched by themselves, so variances add up; take the root at the end.",
        ),
    ),
    wrong=(
        wrong(
            lambda h, w, p: (sum_noise(h, w, p)[0], sum_noise(h, w, p)[1] ** 2),
            zh="第二个数是方差，要的是标准差：开方。",
            en="Your second number is the variance; take its root for the deviation.",
            credit=0.5,
        ),
        wrong(
            lambda h, w, p: tuple(value * (1 - p) for value in sum_noise(h, w, p)),
            zh="留下的没有调大：除以 $1-p$，平均才和全开时一样。",
            en="Divide those that stay by $1-p$: only then is the mean that of all units on.",
        ),
        wrong(
            lambda h, w, p: sum_noise(h, w, p, lambda parts: sum(parts) ** 2),
            zh="先加后平方了，那是所有单元一起开关；各关各的，先平方再相加。",
            en="You squared the sum, as if all units went off together; each goes by itself, so add up squares.",
            credit=0.5,
        ),
        wrong(
            lambda h, w, p: sum_noise(h, w, 1 - p),
            zh="`p` 是关掉的那一份，不是留下的：`p` 大，噪声才大。",
            en="`p` is the share switched off, not the one that stays: a larger `p` makes more noise.",
            credit=0.5,
        ),
    ),
)


# A layer that knows its mode


def layer_given(draw):
    h = torch.stack([draw.normal(3), draw.normal(3)]).abs() + 0.1
    drawn = torch.tensor(draw.numbers(6, 0.02, 0.98), dtype=torch.float64).view(2, 3)
    drawn[0, 0], drawn[1, 2] = 0.05, 0.95  # one goes and one stays, whatever p is
    return {"h": h, "drawn": drawn, "p": draw.between(0.15, 0.45), "training": draw.case % 2 == 0}


def layer(h, drawn, p, training):
    return torch.where(drawn < p, 0.0, h / (1 - p)) if training else h


LAYER = Task(
    id="switch_off",
    points=2,
    kind="implementation",
    title=both(zh="修好这一层", en="Mend this layer"),
    prompt=both(
        zh="有人写了下面这一层：评估的时候，同一张图每次答案不一样，训练里各层的和也偏小。\n\n改好。`drawn` 和 `h` 形状一样，每格是 0 到 1 之间均匀的随机数：小于 `p` 的关掉。训练时留下的要调大，评估时什么也不做。不要改动传进来的 `h`。",
        en="Somebody wrote the layer below: in evaluation the same image gets a new answer each time, and in training the sums are too small.\n\nMend it.\n`drawn` has the shape of `h`, a uniform random number from 0 to 1 in each place: where it is below `p`, the unit is off.\nIn training those that stay are turned up; in evaluation nothing is done.\nDo not change the `h` that is passed in.",
    ),
    given="""
def broken(h, drawn, p, training):
    return h * (drawn >= p)
""",
    solution='''
def switch_off(h, drawn, p, training):
    """What the layer passes on, of the shape of `h`."""
    ### BEGIN SOLUTION
    if not training:
        return h
    stays = (drawn >= p).to(h.dtype)
    return h * stays / (1 - p)
    ### END SOLUTION
''',
    inputs=layer_given,
    reference=layer,
    hints=(
        both(
            zh="两处毛病：一处在训练，一处在评估。",
            en="Two faults: one in training, one in evaluation.",
        ),
        both(
            zh="`training` 是假，就把 `h` 原样返回；是真，`h * (drawn >= p)` 还要除以一个数。",
            en="If `training` is false, return `h` as it is; if true, `h * (drawn >= p)` is to be divided by something.",
        ),
        both(
            zh="留下的概率是 $1-p$，除以它，平均就是 $h$。",
            en="A unit stays with chance $1-p$; divided by that, its mean is $h$.",
        ),
    ),
    wrong=(
        wrong(
            lambda h, drawn, p, training: h * (drawn >= p) if training else h,
            zh="训练时留下的没有调大：评估时的和，平均比训练时大。",
            en="In training the rest was not turned up: on average, sums in evaluation are larger.",
            credit=0.5,
        ),
        wrong(
            lambda h, drawn, p, training: layer(h, drawn, p, True),
            zh="评估时还在关单元：`training` 没有用上。",
            en="Units go off in evaluation, too: `training` is not used.",
            credit=0.5,
        ),
        wrong(
            lambda h, drawn, p, training: h * (drawn >= p) if training else h * (1 - p),
            zh="这是老办法：训练不调大，评估乘 $1-p$。网络一样，可题目要评估时什么也不做。",
            en="This is the old way: nothing turned up in training, and times $1-p$ in evaluation. The net is the same, but here evaluation is to do nothing.",
            credit=0.5,
        ),
        wrong(
            lambda h, drawn, p, training: h * (drawn >= p) / p if training else h,
            zh="除错了数：留下的概率是 $1-p$，不是 `p`。",
            en="Divided by the wrong number: the chance to stay is $1-p$, not `p`.",
            credit=0.5,
        ),
        wrong(
            lambda h, drawn, p, training: h * (drawn < p) / (1 - p) if training else h,
            zh="开关反了：小于 `p` 的要关掉。",
            en="On and off are exchanged: below `p` means off.",
            credit=0.5,
        ),
        wrong(
            lambda h, drawn, p, training: layer(h, drawn, p, not training),
            zh="两种模式对调了：训练时关，评估时不关。",
            en="The two modes are exchanged: off in training, on in evaluation.",
        ),
        wrong(
            lambda h, drawn, p, training: h / (1 - p) * (drawn >= p) if training else h / (1 - p),
            zh="评估时不用再调大：训练时已经除过 $1-p$。",
            en="Nothing is turned up in evaluation: training has divided by $1-p$ already.",
            credit=0.5,
        ),
    ),
)


# All votes


def votes_given(draw):
    return {
        "h": draw.normal(3).abs() + 0.5,
        "W": torch.stack([draw.normal(3) for _ in range(3)]),
        "p": draw.between(0.15, 0.4),
    }


def votes(h, W, p, factor=None, chances=None):
    masks, likely = thinned(len(h), p)
    scores = masks * h * (1 / (1 - p) if factor is None else factor) @ W.T
    return (likely if chances is None else chances) @ scores.softmax(1)


VOTES = Task(
    id="mean_of_all_votes",
    points=3,
    kind="implementation",
    title=both(zh="所有残网的平均", en="The mean of all thinned nets"),
    prompt=both(
        zh="最后一层的分数是 `W @ h`，接 softmax。`h` 里的 $n$ 个单元各以概率 `p` 关掉，留下的除以 $1-p$，一共 $2^n$ 个残网。先猜：概率的平均，和单元全开那个网络的概率，一样吗？\n\n返回每一类的概率，对所有残网取平均，每个按它出现的概率算，形状 `(C,)`。不要抽样：只有几个单元，一个个列出来。",
        en="The scores of a last layer are `W @ h`, followed by a softmax.\nEach of the $n$ units of `h` is off with chance `p`, those that stay are divided by $1-p$, and there are $2^n$ thinned nets.\nGuess first: is the mean of their probabilities that of the net with every unit on?\n\nReturn the probability of every class, averaged over all thinned nets, each counted by its chance, shape `(C,)`.\nDo not sample: there are only a few units, so list them all.",
    ),
    solution='''
def mean_of_all_votes(h, W, p):
    """The probabilities of all thinned nets, averaged by their chances."""
    ### BEGIN SOLUTION
    n, total = len(h), torch.zeros(len(W), dtype=W.dtype)
    for number in range(2**n):
        mask = torch.tensor([float(number >> unit & 1) for unit in range(n)], dtype=h.dtype)
        on = int(mask.sum())
        chance = (1 - p) ** on * p ** (n - on)
        total = total + chance * torch.softmax(W @ (mask * h / (1 - p)), 0)
    return total
    ### END SOLUTION
''',
    inputs=votes_given,
    reference=votes,
    hints=(
        both(
            zh="列出 0 和 1 的所有组合，每个组合是一个网络，也有自己的概率；从 0 数到 $2^n-1$，二进制就是所有组合。",
            en="List all combinations of 0 and 1: each is a net, and each has its chance. Count from 0 to $2^n-1$, and the binary digits are all of them.",
        ),
        both(
            zh="$k$ 个开着的组合，概率是 $(1-p)^k\\,p^{n-k}$；它的概率向量是 `softmax(W @ (mask * h / (1 - p)))`。",
            en="A combination with $k$ on has the chance $(1-p)^k\\,p^{n-k}$; its probabilities are `softmax(W @ (mask * h / (1 - p)))`.",
        ),
        both(
            zh="先 softmax，后平均：次序反了，就是单元全开的那个网络。",
            en="First the softmax, then the mean: the other way round it is the net with every unit on.",
        ),
    ),
    wrong=(
        wrong(
            lambda h, W, p: (W @ h).softmax(0),
            zh="这是单元全开的网络，也就是几何平均（缩放到和为 1）；要的是概率的普通平均，两个不一样。",
            en="This is the net with every unit on, and so the geometric mean (scaled to sum to 1); the plain mean of the probabilities is another.",
        ),
        wrong(
            lambda h, W, p: votes(
                h, W, p, chances=torch.full((2 ** len(h),), 2.0 ** -len(h)).double()
            ),
            zh="每个残网算了一样的份量：`p` 小于一半，多开几个的更常见。",
            en="Every net counts the same here: with `p` below one half, more on is more frequent.",
            credit=0.5,
        ),
        wrong(
            lambda h, W, p: votes(h, W, p, factor=1.0),
            zh="留下的没有除以 $1-p$。",
            en="Those that stay were not divided by $1-p$.",
            credit=0.5,
        ),
        wrong(
            lambda h, W, p: votes(h, W, p, chances=thinned(len(h), 1 - p)[1]),
            zh="概率反了：`p` 是关掉的概率。",
            en="The chances are exchanged: `p` is that of being off.",
            credit=0.5,
        ),
        wrong(
            lambda h, W, p: (W @ h * (1 - p)).softmax(0),
            zh="分数平均以后又缩小了一次，而且次序反了：先 softmax，后平均。",
            en="The mean score was shrunk once more, and the order is reversed: softmax first, then the mean.",
        ),
        wrong(
            lambda h, W, p: votes(h, W, p) / votes(h, W, p).max(),
            zh="几类的概率之和要是 1：每个残网都是，平均也就是。",
            en="The classes must sum to 1: every thinned net does, and so does the mean.",
            credit=0.5,
        ),
        wrong(
            lambda h, W, p: sum(votes(h[[i]], W[:, [i]], p) for i in range(len(h))) / len(h),
            zh="一个残网里，留下的单元先加成一个分数：一个个单独投票，不是这个网络。",
            en="In a thinned net all that stay make one score: voting one by one is another net.",
        ),
    ),
)


# Regression under dropout


def regression_given(draw):
    count = draw.whole(6, 9)
    sizes = torch.tensor([1.0, draw.between(2, 4)], dtype=torch.float64)
    X = torch.stack([draw.normal(count), draw.normal(count)], dim=1) * sizes
    return {"X": X, "y": X.sum(1) + draw.normal(count), "p": draw.between(0.2, 0.6)}


REGRESSION = Task(
    id="under_dropout",
    points=3,
    kind="implementation",
    title=both(zh="关特征的线性回归", en="Linear regression with features off"),
    prompt=both(
        zh="线性回归，`X` 一行一个样本。训练时每个特征以概率 `p` 关掉，留下的除以 $1-p$，每一步重抽。一直训练下去，平方误差对掩码取平均，哪一组权重让它最小？\n\n不要真的去训练：直接返回它，形状 `(D,)`。",
        en="Linear regression, one example in each row of `X`.\nIn training each feature is off with chance `p`, those that stay are divided by $1-p$, anew at every step.\nTrain for ever: which weights have the smallest squared error on average over the masks?\n\nDo not train: return them at once, shape `(D,)`.",
    ),
    solution='''
def under_dropout(X, y, p):
    """The weights that dropout on the features leads to."""
    ### BEGIN SOLUTION
    sizes = (X**2).mean(0)
    penalty = torch.diag(p / (1 - p) * sizes)
    return torch.linalg.solve(X.T @ X / len(y) + penalty, X.T @ y / len(y))
    ### END SOLUTION
''',
    inputs=regression_given,
    reference=dropout_regression,
    hints=(
        both(
            zh="平方的平均，等于平均的平方加方差：方差就是惩罚。",
            en="A mean square is a squared mean plus a variance: the variance is the penalty.",
        ),
        both(
            zh="惩罚是 $\\frac{p}{1-p}\\sum_j a_jw_j^2$，$a_j$ 是第 $j$ 个特征平方的平均。",
            en="The penalty is $\\frac{p}{1-p}\\sum_j a_jw_j^2$, with $a_j$ the mean square of feature $j$.",
        ),
        both(
            zh="令导数为 0：$X^\\top X$ 的对角线上，每一格多 $\\frac{p}{1-p}$ 倍的自己，再解方程。",
            en="Set the derivative to 0: each entry on the diagonal of $X^\\top X$ grows by $\\frac{p}{1-p}$ of itself; then solve.",
        ),
    ),
    wrong=(
        wrong(
            lambda X, y, p: ridge(X, y, p / (1 - p)),
            zh="每个特征罚得一样重了：噪声有多大，看特征自己多大。",
            en="Every feature pays the same here: how large the noise is depends on how large the feature is.",
            credit=0.5,
        ),
        wrong(
            lambda X, y, p: dropout_regression(X, y, 0.0),
            zh="这是不关特征的最小二乘：平均没变，方差可还在。",
            en="This is least squares with every feature on: the mean is the same, but the variance is there.",
        ),
        wrong(
            lambda X, y, p: (1 - p) * dropout_regression(X, y, 0.0),
            zh="一律乘 $1-p$，只有特征互不相干才对；像的特征互相顶，缩得少。",
            en="A factor of $1-p$ for all is right only where features are unrelated; those that are alike stand in for each other and shrink less.",
        ),
        wrong(
            lambda X, y, p: (1 - p) * dropout_regression(X, y, p),
            zh="又乘了一次 $1-p$：训练时已经调大，评估时不用再缩。",
            en="Times $1-p$ once more: training has turned them up, and evaluation does not shrink.",
            credit=0.5,
        ),
        wrong(
            lambda X, y, p: dropout_regression(X, y, 1 - p),
            zh="`p` 是关掉的那一份：你用成了留下的。",
            en="`p` is the share switched off; you took it for the one that stays.",
            credit=0.5,
        ),
        wrong(
            lambda X, y, p: dropout_regression(X, y, p / (1 + p)),
            zh="方差差一个倍数：系数是 $p/(1-p)$，不是 `p`。",
            en="The variance is off by a factor: it is $p/(1-p)$, not `p`.",
            credit=0.5,
        ),
        wrong(
            lambda X, y, p: ridge(X, y, p / (1 - p) * X.square().mean().item()),
            zh="罚的是所有特征的平均大小：各罚各的。",
            en="All pay by the mean size of the features: each pays by its own.",
            credit=0.5,
        ),
    ),
)


# Copies of one feature


def copies_given(draw):
    return {"copies": draw.whole(2, 8), "p": draw.between(0.2, 0.8)}


def copies_kept(copies, p):
    return 1 - p, copies * (1 - p) / (copies * (1 - p) + p)


COPIES = Task(
    id="copies_kept",
    points=2,
    title=both(zh="抄几份，缩得少", en="Copies shrink less"),
    prompt=both(
        zh="线性回归，特征以概率 `p` 关掉，留下的除以 $1-p$。目标正好等于一个特征，不带噪声。只有它一个，学到的权重是多少？把它抄成 `copies` 份，各是一个特征，各关各的，几个权重之和是多少？先猜：抄了，缩得多还是少？\n\n例如 `p=0.5`、两份：0.5 和 0.667。",
        en="Linear regression, features off with chance `p`, those that stay divided by $1-p$.\nThe target is exactly one feature, without noise.\nIf it stands alone, which weight is learned?\nIf there are `copies` of it, each a feature that goes off by itself, what is the sum of their weights?\nGuess first: do copies shrink more, or less?\n\nFor instance, `p=0.5` and two copies: 0.5 and 0.667.",
    ),
    solution='''
def copies_kept(copies, p):
    """The weight of one feature, and the sum over its copies, as (alone, together)."""
    ### BEGIN SOLUTION
    noise = p / (1 - p)
    alone = 1 / (1 + noise)
    return alone, copies / (copies + noise)
    ### END SOLUTION
''',
    returns="(alone, together)",
    inputs=copies_given,
    reference=copies_kept,
    hints=(
        both(
            zh="几份一样，权重就平分。写出它的平均误差：差的平方，加方差。",
            en="Equal copies share equally. Write down the mean error: the squared miss, plus the variance.",
        ),
        both(
            zh="$n$ 份各是 $w$：$(1-nw)^2+\\frac{p}{1-p}nw^2$，对 $w$ 求导。",
            en="With $w$ for each of $n$: $(1-nw)^2+\\frac{p}{1-p}nw^2$; differentiate by $w$.",
        ),
        both(
            zh="$w=1/(n+\\frac{p}{1-p})$，再乘 $n$。",
            en="$w=1/(n+\\frac{p}{1-p})$, and then times $n$.",
        ),
    ),
    wrong=(
        wrong(
            lambda copies, p: (1 - p, 1 - p),
            zh="抄了以后各关各的，噪声互相抵掉一些，缩得就少。",
            en="Copies go off by themselves, their noise partly cancels, and they shrink less.",
        ),
        wrong(
            lambda copies, p: (1 - p, copies_kept(copies, p)[1] / copies),
            zh="这是一份的权重：要的是几份之和。",
            en="This is the weight of one copy: the question asks for the sum of all.",
            credit=0.5,
        ),
        wrong(
            lambda copies, p: (1 - p, 1 - p**copies),
            zh="这是至少有一份开着的概率；权重不看这个，看噪声有多大。",
            en="This is the chance that at least one copy is on; the weight depends on how large the noise is.",
            credit=0.5,
        ),
        wrong(
            lambda copies, p: copies_kept(copies, 1 - p),
            zh="`p` 是关掉的那一份：`p` 越大，缩得越多。",
            en="`p` is the share switched off: the larger `p`, the more is shrunk.",
            credit=0.5,
        ),
        wrong(
            swapped(copies_kept),
            zh="次序反了：先是单独一个。",
            en="The order is reversed: the one alone comes first.",
            credit=0.5,
        ),
    ),
)


# Behind a dropped layer, a norm


def norm_given(draw):
    return {
        "mean": draw.between(0.3, 1.5),
        "variance": draw.between(0.3, 2),
        "p": draw.between(0.15, 0.7),
    }


def shifted(mean, variance, p):
    stored = variance + p / (1 - p) * (variance + mean**2)
    return (variance / stored) ** 0.5


NORM = Task(
    id="after_the_norm",
    points=2,
    title=both(zh="规范化出来，有多大", en="How large behind the norm"),
    prompt=both(
        zh="一个单元平均是 `mean`，方差是 `variance`。训练时先以概率 `p` 关掉、留下的除以 $1-p$，再批量规范化；规范化记下训练时的方差，评估时拿它来除，单元却一直开着。\n\n评估时，规范化出来的标准差是多少？训练时是 1。",
        en="A unit has the mean `mean` and the variance `variance`.\nIn training it is off with chance `p`, divided by $1-p$ where it stays, and then batch normalized; the norm stores the variance of training and divides by it in evaluation, where the unit is always on.\n\nWhat is the standard deviation behind the norm in evaluation? In training it is 1.",
    ),
    solution='''
def after_the_norm(mean, variance, p):
    """The standard deviation behind the norm, in evaluation."""
    ### BEGIN SOLUTION
    square = variance + mean**2
    stored = square / (1 - p) - mean**2
    return (variance / stored) ** 0.5
    ### END SOLUTION
''',
    inputs=norm_given,
    reference=shifted,
    hints=(
        both(
            zh="训练时的方差，是平方的平均减平均的平方；哪一个变了？",
            en="The variance of training is the mean square less the squared mean: which of the two has changed?",
        ),
        both(
            zh="平均不变，平方的平均变成 $1/(1-p)$ 倍。",
            en="The mean stays; the mean square becomes $1/(1-p)$ times as large.",
        ),
        both(
            zh="评估的方差除以记下的方差，再开方。",
            en="The variance of evaluation over the stored one, and then the root.",
        ),
    ),
    wrong=(
        wrong(
            lambda mean, variance, p: (1 - p) ** 0.5,
            zh="这只在平均为 0 时才对；不然，平均一会儿在、一会儿不在，也添噪声。",
            en="This holds only for a mean of 0; any other, switched on and off, adds noise, too.",
            credit=0.5,
        ),
        wrong(
            lambda mean, variance, p: shifted(mean, variance, p) ** 2,
            zh="这是方差之比：开方才是标准差。",
            en="This is the ratio of variances: the standard deviation is its root.",
            credit=0.5,
        ),
        wrong(
            lambda mean, variance, p: 1 / shifted(mean, variance, p),
            zh="比颠倒了：记下的方差大，除出来就小。",
            en="The ratio is upside down: a large stored variance makes the result small.",
            credit=0.5,
        ),
        wrong(
            lambda mean, variance, p: 1.0,
            zh="训练时是 1，评估时不是：单元不再关，方差小了，除的却还是训练时的。",
            en="It is 1 in training, not in evaluation: with the unit always on the variance is smaller, and the division is still by that of training.",
        ),
        wrong(
            exchanged(shifted, "mean", "variance"),
            zh="平均和方差弄反了。",
            en="Mean and variance are exchanged.",
            credit=0.5,
        ),
    ),
)

TASKS = (SUM, LAYER, VOTES, REGRESSION, COPIES, NORM)
