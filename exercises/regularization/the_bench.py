"""Exercises on comparing remedies: an interval, a contest, pruning, an equal rival, a sum.

Book: regularization/the_bench
"""

import torch
from scipy.special import stdtrit

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import replaced, swapped

TITLE = both(zh="药方同台比", en="The remedies on one bench")
DOUBLE = torch.float64


# Better, equal, or untold


def pairs_given(draw):
    count = draw.whole(5, 9)
    middle, spread = ((0.05, 0.01), (0.0, 0.004), (0.02, 0.05), (-0.04, 0.008))[draw.case % 4]
    none = 0.8 + 0.03 * draw.normal(count)
    remedy = none + middle + spread * draw.normal(count)
    t = float(stdtrit(count - 1, 0.975))
    return {"remedy": remedy, "none": none, "t": t, "bound": 0.015}


def ends(apart, t, divided=None, correction=1):
    reach = t * apart.std(correction=correction) / (divided or len(apart)) ** 0.5
    return apart.mean() - reach, apart.mean() + reach


def judged(low, high, bound):
    return float(low), float(high), float(-bound < low and high < bound)


def verdict(remedy, none, t, bound):
    return judged(*ends(remedy - none, t), bound)


def unpaired(remedy, none, t, bound):
    reach = t * ((remedy.var() + none.var()) / len(none)).sqrt()
    middle = remedy.mean() - none.mean()
    return judged(middle - reach, middle + reach, bound)


def holds_zero(remedy, none, t, bound):
    low, high = ends(remedy - none, t)
    return float(low), float(high), float(low < 0 < high)


SAME = Task(
    id="as_good_as_none",
    points=2,
    title=both(zh="有用，没用，还是说不准", en="Better, equal, or untold"),
    prompt=both(
        zh="`remedy` 和 `none` 是同样几个种子的测试准确率：用了药方的，和什么也不做的。`t` 是这么多种子该用的 t 分位数。\n\n返回差（药方减去不做）的区间的两端；再返回 1 或 0：能不能说两边一样好，也就是整个区间都在 `-bound` 和 `bound` 之间。",
        en="`remedy` and `none` are test accuracies of the same seeds, with the remedy and with nothing.\n`t` is the quantile of Student's t for so many seeds.\n\nReturn the two ends of the interval of the difference (remedy less none), and 1 or 0: whether the two may be called equally good, which means that all of the interval lies between `-bound` and `bound`.",
    ),
    solution='''
def as_good_as_none(remedy, none, t, bound):
    """Interval of the gain, and whether it is inside the bound, as (low, high, equal)."""
    ### BEGIN SOLUTION
    apart = remedy - none
    middle = apart.mean().item()
    reach = t * apart.std().item() / len(apart) ** 0.5
    equal = abs(middle) + reach < bound
    return middle - reach, middle + reach, int(equal)
    ### END SOLUTION
''',
    returns="(low, high, equal)",
    inputs=pairs_given,
    reference=verdict,
    hints=(
        both(
            zh="同一个种子的两边用的是同样的数据：先一对一对地减，再看差散得多开。",
            en="The two sides of one seed share their data: subtract pair by pair first, then see how far the differences scatter.",
        ),
        both(
            zh="平均的差加减 `t` 乘 $\\hat\\sigma/\\sqrt n$，$\\hat\\sigma$ 是 $n$ 个差的标准差（除以 $n-1$ 的那种）。",
            en="The mean difference plus and minus `t` times $\\hat\\sigma/\\sqrt n$, where $\\hat\\sigma$ is the standard deviation of the $n$ differences (the one over $n-1$).",
        ),
        both(
            zh="一样好，要整个区间落在界内；区间里有 0 还不够，宽的区间什么都装得下。",
            en="Equal means that the whole interval is inside the bound; holding 0 is not enough, for a wide interval holds anything.",
        ),
    ),
    wrong=(
        wrong(
            unpaired,
            zh="你把两边当成了两批不相干的数：同一个种子的要配成对。",
            en="You treated the two sides as unrelated: the two numbers of one seed form a pair.",
            credit=0.5,
        ),
        wrong(
            holds_zero,
            zh="区间里有 0，只说明没看出差别，不说明没有差别。",
            en="That the interval holds 0 says that no difference was seen, not that there is none.",
            credit=0.5,
        ),
        wrong(
            lambda remedy, none, t, bound: judged(*ends(remedy - none, t, 1), bound),
            zh="没有除以 $\\sqrt n$：这是一个差散得多开，不是平均散得多开。",
            en="The division by $\\sqrt n$ is missing: this is how far one difference scatters, not their mean.",
            credit=0.5,
        ),
        wrong(
            lambda remedy, none, t, bound: judged(*ends(none - remedy, t), bound),
            zh="减反了：药方减去不做。",
            en="Subtracted the wrong way: remedy less none.",
            credit=0.5,
        ),
        wrong(
            lambda remedy, none, t, bound: judged(*ends(remedy - none, t, None, 0), bound),
            zh="标准差要除以 $n-1$：平均也是从这几个数里来的。",
            en="The standard deviation divides by $n-1$: the mean came from the same numbers.",
            credit=0.5,
        ),
    ),
)


# Who wins, and what is left of it elsewhere


def contest_given(draw):
    few = draw.whole(1, 3)
    validation, test = (0.8 + 0.01 * draw.normal(4 * 3 * 6).view(4, 3, 6) for _ in range(2))
    winner, loud, late, _ = ((draw.case + place) % 4 for place in (0, 1, 2, 3))
    own, lucky, patient = ((draw.case + place) % 3 for place in (1, 2, 0))
    validation[winner, own, :few] += 0.2
    validation[winner, patient, few:] += 0.3  # the best dose of all seeds together
    test[winner, own] += 0.08
    test[winner, lucky, :few] += 0.12  # the best dose by test
    validation[loud, own, :few] += 0.3  # the best remedy by validation
    validation[late, lucky, :few] += 0.1
    test[late, lucky, few:] += 0.15  # the best remedy elsewhere
    none = 0.79 + 0.02 * draw.normal(6)
    return {"validation": validation, "test": test, "none": none, "few": few}


def contested(validation, test, none, few, *, seeds=None, rest=None, by_test=False, plain=False):
    """The winner on the first few seeds; `seeds` choose its dose, `rest` are elsewhere."""
    here = slice(0, few)
    choose = test if by_test else validation
    doses = choose[:, :, seeds or here].mean(2).argmax(1)
    own = test[range(len(test)), doses] - (0 if plain else none)
    first = own[:, here].mean(1).argmax()
    return own[first, here].mean().item(), own[first, rest or slice(few, None)].mean().item()


def by_validation(validation, test, none, few):
    doses = validation[:, :, :few].mean(2).argmax(1)
    places = range(len(test))
    first = validation[places, doses, :few].mean(1).argmax()
    own = test[first, doses[first]] - none
    return own[:few].mean().item(), own[few:].mean().item()


def best_elsewhere(validation, test, none, few):
    doses = validation[:, :, :few].mean(2).argmax(1)
    own = test[range(len(test)), doses] - none
    return own[:, :few].mean(1).max().item(), own[:, few:].mean(1).max().item()


CONTEST = Task(
    id="winner_elsewhere",
    points=3,
    kind="implementation",
    title=both(zh="换个地方，还是第一吗？", en="Still first elsewhere?"),
    prompt=both(
        zh="`validation` 和 `test` 的形状是（药方，剂量，种子），`none` 是什么也不做的测试准确率，一个种子一个。假设只跑了前 `few` 个种子：每种药方照这几个种子的平均验证准确率挑剂量，再看这几个种子上的测试准确率，平均比 `none` 多得最多的是第一名。\n\n返回第一名在这几个种子上平均多多少，再返回同一种药方、同一个剂量在其余种子上平均多多少。",
        en="`validation` and `test` have the shape (remedies, doses, seeds); `none` is the test accuracy without a remedy, one for each seed.\nSay that only the first `few` seeds were run: every remedy gets the dose with the best mean validation accuracy on them, and the first is the remedy whose mean test accuracy on them is furthest above `none`.\n\nReturn the mean gain of the first on these seeds, and that of the same remedy at the same dose on all other seeds.",
    ),
    solution='''
def winner_elsewhere(validation, test, none, few):
    """Mean gain of the first where it won and on the other seeds, as (here, there)."""
    ### BEGIN SOLUTION
    best = None
    for choose, report in zip(validation, test):
        dose = choose[:, :few].mean(1).argmax()
        gain = report[dose] - none
        if best is None or gain[:few].sum() > best[:few].sum():
            best = gain
    return best[:few].mean().item(), best[few:].mean().item()
    ### END SOLUTION
''',
    returns="(here, there)",
    inputs=contest_given,
    reference=lambda validation, test, none, few: contested(validation, test, none, few),
    hints=(
        both(
            zh="两次挑选：剂量看验证，名次看测试。哪些种子可以参加？",
            en="Two choices: doses by validation, ranks by test. Which seeds may take part?",
        ),
        both(
            zh="`validation[:, :, :few].mean(2).argmax(1)` 给出每种药方的剂量。",
            en="`validation[:, :, :few].mean(2).argmax(1)` gives the dose of every remedy.",
        ),
        both(
            zh="其余的种子是 `few:`；到了那里，药方和剂量都不再重挑。",
            en="The other seeds are `few:`; there neither remedy nor dose is chosen again.",
        ),
    ),
    wrong=(
        wrong(
            lambda validation, test, none, few: contested(
                validation, test, none, few, seeds=slice(None)
            ),
            zh="挑剂量用了全部种子：其余的还没有跑。",
            en="All seeds chose the dose: the others have not been run yet.",
            credit=0.5,
        ),
        wrong(
            lambda validation, test, none, few: contested(
                validation, test, none, few, by_test=True
            ),
            zh="剂量照测试准确率挑了：那样测试就不再是测试。",
            en="Test accuracy chose the dose: it is no test any more.",
            credit=0.5,
        ),
        wrong(
            lambda validation, test, none, few: contested(
                validation, test, none, few, rest=slice(None)
            ),
            zh="“其余”里混进了挑它的那几个种子。",
            en="The seeds that made it first are among the others.",
            credit=0.5,
        ),
        wrong(
            best_elsewhere,
            zh="到了其余的种子上，你又挑了一次第一名。",
            en="On the other seeds you chose a first once more.",
            credit=0.5,
        ),
        wrong(
            lambda validation, test, none, few: contested(validation, test, none, few, plain=True),
            zh="要的是比 `none` 多多少，同一个种子相减。",
            en="What is asked for is the gain over `none`, seed by seed.",
            credit=0.5,
        ),
        wrong(
            by_validation,
            zh="名次看测试准确率，你看了验证的。",
            en="Ranks go by test accuracy; you went by validation.",
            credit=0.5,
        ),
        wrong(
            swapped(contested),
            zh="次序反了：先这几个种子，后其余的。",
            en="The order is reversed: these seeds first, then the others.",
            credit=0.5,
        ),
    ),
)


# A whole net cut down


def layers_given(draw):
    first = torch.stack([0.4 * draw.normal(5) for _ in range(draw.whole(3, 5))])
    last = torch.stack([1.5 * draw.normal(len(first)) for _ in range(2)])
    first[0, 0] = -3.7  # large, and negative
    for layer, step in ((first, 1e-5), (last, 1.3e-5)):  # no two of them equally large
        layer += step * layer.sign() * torch.arange(layer.numel()).view_as(layer)
    return {"first": first, "last": last, "sparsity": (0.25, 0.5, 0.75, 0.6)[draw.case % 4]}


def cut(weight, sparsity, sizes=torch.abs):
    flat = sizes(weight).flatten()
    gone = int(len(flat) * sparsity + 1e-9)
    kept = torch.ones_like(flat).scatter(0, flat.argsort()[:gone], 0.0)
    return weight * kept.view_as(weight)


def whole_cut(first, last, sparsity, sizes=torch.abs):
    both_layers = cut(torch.cat([first.flatten(), last.flatten()]), sparsity, sizes)
    return both_layers[: first.numel()].view_as(first), both_layers[first.numel() :].view_as(last)


def rescaled(first, last, sparsity):
    return tuple(part / (1 - sparsity) for part in whole_cut(first, last, sparsity))


PRUNED = Task(
    id="a_whole_net_cut_down",
    points=2,
    kind="implementation",
    title=both(zh="整个网络一起剪", en="Cut a whole net at once"),
    prompt=both(
        zh="课文里一层一层剪。另一种剪法把所有层的权重排在一起：`first` 和 `last` 是两层的权重，一共剪掉 `sparsity` 乘总个数（往下取整）个，绝对值最小的先走，改成 0，其余不动。返回改好的两层，别动传进来的。\n\n先猜：哪一层剪得多？",
        en="The page cuts layer by layer.\nAnother way sorts the weights of all layers together: `first` and `last` are the weights of two layers; `sparsity` times their number in all, rounded down, are set to 0, smallest absolute value first, and the others stay.\nReturn the two new layers, and leave those you were given.\n\nGuess first: which layer loses more?",
    ),
    solution='''
def a_whole_net_cut_down(first, last, sparsity):
    """Both layers with the smallest weights of the net at zero, as (first, last)."""
    ### BEGIN SOLUTION
    sizes = torch.cat([first.flatten(), last.flatten()]).abs().sort().values
    gone = int(len(sizes) * sparsity)
    edge = sizes[gone - 1]
    return first * (first.abs() > edge), last * (last.abs() > edge)
    ### END SOLUTION
''',
    returns="(first, last)",
    inputs=layers_given,
    reference=lambda first, last, sparsity: whole_cut(first, last, sparsity),
    hints=(
        both(
            zh="该走的是离 0 最近的，不是最负的；两层在同一张榜上。",
            en="Those that go are the nearest to 0, not the most negative; both layers are on one list.",
        ),
        both(
            zh="`torch.cat` 把两层摊平接起来，绝对值从小到大排，第几个是门槛？",
            en="`torch.cat` joins the flattened layers; sort their sizes upward: which one is the threshold?",
        ),
        both(
            zh="走 `int(总个数 * sparsity)` 个，门槛是最后一个走的；每层留下比它大的。",
            en="`int(number * sparsity)` of them go, and the last to go is the threshold; each layer keeps what is larger.",
        ),
    ),
    wrong=(
        wrong(
            lambda first, last, sparsity: whole_cut(first, last, sparsity, torch.clone),
            zh="没取绝对值：最先走的成了最负的，它们并不小。",
            en="Without the absolute value the most negative go first, and they are not small.",
        ),
        wrong(
            lambda first, last, sparsity: whole_cut(first, last, sparsity, lambda w: -w.abs()),
            zh="反了：剪掉的是大的。",
            en="The wrong way: the large ones went.",
        ),
        wrong(
            lambda first, last, sparsity: whole_cut(first, last, round(1 - sparsity, 9)),
            zh="`sparsity` 是剪掉的份额，不是留下的。",
            en="`sparsity` is the part that goes, not the part that stays.",
            credit=0.5,
        ),
        wrong(
            lambda first, last, sparsity: (cut(first, sparsity), cut(last, sparsity)),
            zh="这是一层一层剪；这里两层排在一起。",
            en="This cuts layer by layer; here both are sorted together.",
            credit=0.5,
        ),
        wrong(
            lambda first, last, sparsity: tuple(
                part * (part.abs() > sparsity * max(first.abs().max(), last.abs().max()))
                for part in (first, last)
            ),
            zh="你按最大权重的份额定了门槛；要的是按个数剪。",
            en="You set a threshold at a part of the largest weight; what counts is how many go.",
        ),
        wrong(
            lambda first, last, sparsity: tuple(
                (part != 0).to(part.dtype) for part in whole_cut(first, last, sparsity)
            ),
            zh="这是掩码；要的是权重，留下的照旧。",
            en="These are masks; return the weights, and leave those that stay as they were.",
            credit=0.5,
        ),
        wrong(
            rescaled,
            zh="留下的不用放大：那是暂退法的事。",
            en="What stays is not scaled up: that belongs to dropout.",
            credit=0.5,
        ),
    ),
)


# A rival of equal size


def rival_given(draw):
    return {
        "inputs": draw.whole(20, 90),
        "hidden": draw.whole(60, 300),
        "classes": draw.whole(3, 12),
        "sparsity": draw.between(0.5, 0.95),
    }


def rival(inputs, hidden, classes, sparsity):
    kept = hidden * (inputs + classes) * (1 - sparsity) + hidden + classes
    return kept, float(int((kept - classes) / (inputs + classes + 1)))


RIVAL = Task(
    id="a_rival_of_equal_size",
    points=1,
    title=both(zh="一样大的对手", en="A rival of equal size"),
    prompt=both(
        zh="一个隐藏层的网络：`inputs` 个输入，`hidden` 个单元，`classes` 个类，每层都有偏置。每层的权重剪掉 `sparsity` 这么大一份，偏置一个也不剪。\n\n返回剩下多少参数（可以不是整数）；再返回稠密的对手最多能有几个单元，参数才不超过这个数：对手也只有一个隐藏层，输入和类都照旧，每层也都有偏置。",
        en="A net of one hidden layer has `inputs` inputs, `hidden` units and `classes` classes, with biases in both layers.\nOf the weights of each layer the part `sparsity` is pruned, of the biases none.\n\nReturn how many parameters are left (this need not be a whole number), and how many units a dense net of one hidden layer, with the same inputs and classes and with biases as well, may have at most so as not to have more parameters than that.",
    ),
    solution='''
def a_rival_of_equal_size(inputs, hidden, classes, sparsity):
    """Parameters left, and units of the dense rival, as (kept, units)."""
    ### BEGIN SOLUTION
    weights = hidden * (inputs + classes)
    kept = (1 - sparsity) * weights + hidden + classes
    units = (kept - classes) // (inputs + 1 + classes)
    return kept, units
    ### END SOLUTION
''',
    returns="(kept, units)",
    inputs=rival_given,
    reference=rival,
    hints=(
        both(
            zh="每多一个单元，多几个参数？进来的，出去的，还有自己的偏置。",
            en="How many parameters does one more unit bring? Those that come in, those that go out, and its own bias.",
        ),
        both(
            zh="`units` 个单元的稠密网络有 `units * (inputs + classes + 1) + classes` 个。",
            en="A dense net of `units` units has `units * (inputs + classes + 1) + classes`.",
        ),
        both(
            zh="剩下的先减去 `classes` 个输出偏置，再除以一个单元带来的个数，往下取整。",
            en="From what is left take the biases of the outputs, divide by what one unit brings, and round down.",
        ),
    ),
    wrong=(
        wrong(
            replaced(
                rival,
                0,
                lambda inputs, hidden, classes, sparsity: (
                    (1 - sparsity) * (hidden * (inputs + classes) + hidden + classes)
                ),
            ),
            zh="偏置不剪：只有权重乘留下的份额。",
            en="Biases are not pruned: only the weights are multiplied by the part that stays.",
            credit=0.5,
        ),
        wrong(
            replaced(rival, 1, lambda inputs, hidden, classes, sparsity: hidden * (1 - sparsity)),
            zh="只比权重才是这样；剪过的网络偏置一个没少，这也要算。",
            en="That compares weights alone; the pruned net has kept all its biases, and they count.",
            credit=0.5,
        ),
        wrong(
            lambda inputs, hidden, classes, sparsity: rival(inputs, hidden, classes, 1 - sparsity),
            zh="`sparsity` 是剪掉的份额；留下的是 1 减去它。",
            en="`sparsity` is the part that goes; 1 less that stays.",
            credit=0.5,
        ),
        wrong(
            replaced(
                rival,
                1,
                lambda inputs, hidden, classes, sparsity: (
                    rival(inputs, hidden, classes, sparsity)[1] + 1
                ),
            ),
            zh="多了一个单元：参数不能超过，往下取整。",
            en="One unit too many: it may not have more parameters, so round down.",
            credit=0.5,
        ),
    ),
)


# Two at once


def both_given(draw):
    count = draw.whole(5, 8)
    none = 0.8 + 0.02 * draw.normal(count)
    one, other = (none + draw.between(0.01, 0.08) + 0.01 * draw.normal(count) for _ in range(2))
    together = one + draw.between(-0.02, 0.03) + 0.01 * draw.normal(count)
    return {"none": none, "one": one, "other": other, "together": together}


def shared(none, one, other, together):
    total = (one - none).mean() + (other - none).mean()
    gain = (together - none).mean()
    better = torch.maximum(one.mean(), other.mean())
    return (gain - total).item(), (together.mean() - better).item()


TOGETHER = Task(
    id="two_at_once",
    points=2,
    title=both(zh="两样一起用", en="Two at once"),
    prompt=both(
        zh="四组测试准确率，种子相同：什么也不做 `none`，单用一种 `one`，单用另一种 `other`，两种一起 `together`。\n\n返回一起用的好处比两份好处之和多多少（平均，少就是负的）；再返回它比单用里平均较好的那一种高多少。",
        en="Four sets of test accuracies on the same seeds: `none` with nothing, `one` and `other` with one remedy each, `together` with both.\n\nReturn by how much the gain of both exceeds the sum of the two gains (on average; negative if it falls short), and by how much it is above the better single remedy, the one with the higher mean.",
    ),
    solution='''
def two_at_once(none, one, other, together):
    """More than the sum, and more than the better one, as (beyond, above)."""
    ### BEGIN SOLUTION
    beyond = (together + none - one - other).mean().item()
    better = max(one.mean().item(), other.mean().item())
    return beyond, together.mean().item() - better
    ### END SOLUTION
''',
    returns="(beyond, above)",
    inputs=both_given,
    reference=shared,
    hints=(
        both(
            zh="三份好处，都从 `none` 量起。",
            en="All three gains are counted from `none`.",
        ),
        both(
            zh="一起的好处减去两份之和，是 `together - one - other + none` 的平均。",
            en="The gain of both less the sum of the two is the mean of `together - one - other + none`.",
        ),
        both(
            zh="第二个数：先各自取平均，再挑高的，然后相减。",
            en="The second number: take the means first, then the higher one, then the difference.",
        ),
    ),
    wrong=(
        wrong(
            replaced(
                shared,
                0,
                lambda none, one, other, together: (together - one - other).mean().item(),
            ),
            zh="两份好处都从 `none` 量起，减了两次，加回一次。",
            en="Both gains are counted from `none`: taken off twice, it has to come back once.",
            credit=0.5,
        ),
        wrong(
            replaced(shared, 1, lambda none, one, other, together: (together - none).mean().item()),
            zh="这是比什么也不做高多少；要比的是单用里较好的那一种。",
            en="That is the gain over nothing; compare with the better single remedy.",
            credit=0.5,
        ),
        wrong(
            replaced(
                shared,
                1,
                lambda none, one, other, together: (
                    (together - torch.maximum(one, other)).mean().item()
                ),
            ),
            zh="你一个种子一个种子挑了较好的：药方只能选定一种。",
            en="You took the better one seed by seed: one remedy has to be settled on.",
            credit=0.5,
        ),
        wrong(
            replaced(
                shared,
                0,
                lambda none, one, other, together: -shared(none, one, other, together)[0],
            ),
            zh="第一个数的正负号反了：一起的好处减去两份之和。",
            en="The sign of the first is reversed: the gain of both, less the sum of the two.",
            credit=0.5,
        ),
    ),
)

TASKS = (SAME, CONTEST, PRUNED, RIVAL, TOGETHER)
