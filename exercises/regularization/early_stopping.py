"""Exercises on stopping in time and on the penalty that does the same, declared once.

Book: regularization/early_stopping
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.regularization.early_stopping import EarlyStopping
from dlnotes.regularization.shrinkage import kept_after, strength_alike

TITLE = both(zh="在该停的时候停", en="Stopping in time")


# One direction, two rulers


def ruler_given(draw):
    return {
        "curvature": draw.between(0.3, 2),
        "lr": draw.between(0.05, 0.2),
        "steps": draw.whole(3, 12),
    }


def on_rulers(curvature, lr, steps):
    bent = torch.tensor(curvature, dtype=torch.float64)
    return kept_after(bent, lr, steps).item(), strength_alike(bent, lr, steps).item()


RULERS = Task(
    id="steps_as_penalty",
    points=2,
    title=both(zh="一个方向，两把尺子", en="One direction, two rulers"),
    prompt=both(
        zh="曲率是 `curvature` 的方向，从 0 出发，学习率 `lr`，走 `steps` 步停下。留下几成？要哪个 L2 惩罚 $\\alpha$，**这个方向**才正好留下一样多？先猜：它总比 $1/(\\eta t)$ 小吗？\n\n例如曲率 1、学习率 0.5、2 步：留下 0.75，$\\alpha=1/3$，而 $1/(\\eta t)=1$。",
        en="Along a direction of curvature `curvature`, `steps` steps are made from 0 at the rate `lr`.\n"
        "What share is kept, and which L2 penalty $\\alpha$ would keep exactly as much **in this direction**?\nGuess first: is it always below $1/(\\eta t)$?\n\nFor instance, curvature 1, rate 0.5 and 2 steps: 0.75 is kept, and $\\alpha=1/3$, while $1/(\\eta t)=1$.",
    ),
    solution='''
def steps_as_penalty(curvature, lr, steps):
    """The share kept and the penalty that keeps it, as (kept, alpha)."""
    ### BEGIN SOLUTION
    kept = 1 - (1 - lr * curvature) ** steps
    alpha = curvature * (1 / kept - 1)
    return kept, alpha
    ### END SOLUTION
''',
    returns="(kept, alpha)",
    inputs=ruler_given,
    reference=on_rulers,
    hints=(
        both(
            zh="每步剩下的路是原来的几分之几？惩罚留下的，反过来解出 $\\alpha$。",
            en="What part of the way is left by each step? For the penalty, solve its share for $\\alpha$.",
        ),
        both(
            zh="留下 $1-(1-\\eta\\lambda)^t$；再令它等于 $\\lambda/(\\lambda+\\alpha)$。",
            en="The share is $1-(1-\\eta\\lambda)^t$; set it equal to $\\lambda/(\\lambda+\\alpha)$.",
        ),
        both(
            zh="$\\alpha$ 是 $\\lambda$ 乘“没留下的比留下的”。",
            en="$\\alpha$ is $\\lambda$ times what is not kept over what is.",
        ),
    ),
    wrong=(
        wrong(
            lambda curvature, lr, steps: (on_rulers(curvature, lr, steps)[0], 1 / (lr * steps)),
            zh="$1/(\\eta t)$ 只在 $\\eta\\lambda t$ 很小时才对；这里不小，正好的那个要小一些。",
            en="$1/(\\eta t)$ holds where $\\eta\\lambda t$ is small; here it is not, and the exact one is smaller.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, lr, steps: (
                1 - on_rulers(curvature, lr, steps)[0],
                on_rulers(curvature, lr, steps)[1],
            ),
            zh="你返回的是剩下的路；留下的是走过的那一份。",
            en="You return what is left of the way; kept is the part already covered.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, lr, steps: (
                on_rulers(curvature, lr, steps)[0],
                curvature**2 / on_rulers(curvature, lr, steps)[1],
            ),
            zh="比颠倒了：留下得越多，惩罚越小。",
            en="The ratio is upside down: the more is kept, the smaller the penalty.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, lr, steps: on_rulers(curvature, lr, 1),
            zh="只走了一步：剩下的路要乘 `steps` 次。",
            en="This is a single step: the way left is multiplied `steps` times.",
        ),
        wrong(
            lambda curvature, lr, steps: (
                on_rulers(curvature, lr, steps)[0],
                on_rulers(curvature, lr, steps)[1] / curvature,
            ),
            zh="$\\alpha$ 少了曲率：没留下的比留下的，等于 $\\alpha/\\lambda$。",
            en="The curvature is missing from $\\alpha$: not kept over kept is $\\alpha/\\lambda$.",
            credit=0.5,
        ),
    ),
)


# Waiting


def looks_given(draw):
    count = 14
    losses = [2 / (i + 1) + 0.02 * i + draw.between(0, 0.25) for i in range(count)]
    stop = 3 + draw.case % 3
    losses[stop] = min(losses[:stop]) - 0.1
    for later in (1, 2, 3):
        losses[stop + later] = losses[stop] + 0.25 - 0.06 * later + draw.between(0, 0.03)
    losses[stop + 4 + draw.case % 2] = losses[stop] - 0.3
    patience = 20 if draw.case == 5 else 2 + draw.case % 2  # one that sees them all
    return {"losses": losses, "patience": patience}


def waited(losses, patience):
    stopping = EarlyStopping(patience)
    any(stopping.look(loss) for loss in losses)
    return stopping.best_look, stopping.looks


WAIT = Task(
    id="stop_by_patience",
    points=3,
    kind="implementation",
    title=both(zh="等几眼再停", en="Wait before you stop"),
    prompt=both(
        zh="`losses` 是一眼一眼看到的验证损失，从第 0 眼起。比至今最低的还低，才算更好；连着 `patience` 眼没有更好，就停，后面的都没看到。\n\n返回最好的是第几眼，和一共看了几眼；没有停过，就是看完了。",
        en="`losses` are validation losses, look by look, from look 0.\n"
        "A look is better if its loss is below the lowest so far; after `patience` looks in a row that are not, training stops, and what follows is never seen.\n\nReturn which look was best, and how many were made; where it never stops, all of them.",
    ),
    solution='''
def stop_by_patience(losses, patience):
    """The best look and the number of looks, as (best, looks)."""
    ### BEGIN SOLUTION
    lowest = float("inf")
    for look, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = look, loss
        elif look - best == patience:
            return best, look + 1
    return best, len(losses)
    ### END SOLUTION
''',
    returns="(best, looks)",
    inputs=looks_given,
    reference=waited,
    hints=(
        both(
            zh="记两样：至今最低的，和它是第几眼。",
            en="Keep two things: the lowest so far, and which look it was.",
        ),
        both(
            zh="更好，就记下；不然看离最好的那一眼有几眼了，到 `patience` 就停。",
            en="Note down a better one; otherwise see how many looks ago the best one was, and stop at `patience`.",
        ),
        both(
            zh="眼从 0 编号，个数从 1 数：停在第 `look` 眼，看了 `look + 1` 眼。",
            en="Looks are numbered from 0 and counted from 1: a stop at look `look` has made `look + 1`.",
        ),
    ),
    wrong=(
        wrong(
            lambda losses, patience: (losses.index(min(losses)), waited(losses, patience)[1]),
            zh="你看到了停下以后的损失：最好的只能在看过的里面找。",
            en="You saw losses after the stop: the best is among those that were looked at.",
            credit=0.5,
        ),
        wrong(
            lambda losses, patience: waited(losses, patience + 1),
            zh="多等了一眼：连着 `patience` 眼没有更好，就停。",
            en="One look too many: after `patience` looks that are not better, stop.",
            credit=0.5,
        ),
        wrong(
            lambda losses, patience: (waited(losses, patience)[1] - 1, waited(losses, patience)[1]),
            zh="停下的那一眼，不是最好的那一眼：最好的在它前面 `patience` 眼。",
            en="The look at which you stop is not the best one, which lies `patience` looks before.",
            credit=0.5,
        ),
        wrong(
            lambda losses, patience: (waited(losses, patience)[0], waited(losses, patience)[1] - 1),
            zh="少数了一眼：从第 0 眼到第 `look` 眼，是 `look + 1` 眼。",
            en="One look is not counted: from look 0 to look `look` there are `look + 1`.",
            credit=0.5,
        ),
        wrong(
            lambda losses, patience: waited([-loss for loss in losses], patience),
            zh="方向反了：损失越低越好。",
            en="The wrong way round: a lower loss is better.",
        ),
        wrong(
            lambda losses, patience: (losses.index(min(losses)), len(losses)),
            zh="你全看完了：耐心用完，就不再看。",
            en="You looked at all of them: when patience is used up, no more is seen.",
        ),
        wrong(
            lambda losses, patience: _against_the_last(losses, patience),
            zh="要和至今最低的比，不是和上一眼比：慢慢回落，也不算更好。",
            en="Compare with the lowest so far, not with the last look: coming down again slowly is not better.",
            credit=0.5,
        ),
    ),
)


def _against_the_last(losses, patience):
    best, count, before = 0, 0, math.inf
    for look, loss in enumerate(losses):
        best, count = (look, 0) if loss < before else (best, count + 1)
        before = loss
        if count == patience:
            return best, look + 1
    return best, len(losses)


# A whole run, and back


def run_given(draw):
    if draw.case == 4:
        return two_valleys(draw)
    count, width = 12, 4
    truth = 0.8 * draw.normal(width)

    def part(noise):
        X = torch.stack([draw.normal(width) for _ in range(count)])
        return X, X @ truth + noise * draw.normal(count)

    X, y = part(1.5)
    held, wanted = part(0.5)
    return {
        "X": X, "y": y, "X_val": held, "y_val": wanted,
        "lr": 0.0005 if draw.case == 5 else draw.between(0.03, 0.06), "patience": 3,
    }  # fmt: skip


def two_valleys(draw):
    """The validation error falls, rises, and falls below that long after one has stopped."""
    signs = torch.tensor([[1, 1], [1, -1]], dtype=torch.float64)
    rows = torch.kron(signs, torch.kron(signs, signs))[:, :4]
    X = rows * torch.tensor([2, 0.3, 0.1, 0.1], dtype=torch.float64)
    theta = torch.tensor([draw.between(0.25, 0.35), draw.between(4.5, 5.5), 0, 0])
    wrong = torch.tensor([draw.between(0.9, 1.1), theta[1], 0, 0])
    return {
        "X": X, "y": X @ wrong.double(), "X_val": X.flip(0), "y_val": X.flip(0) @ theta.double(),
        "lr": 0.05, "patience": 3,
    }  # fmt: skip


def restored(X, y, X_val, y_val, lr, patience, *, start=0.0, best=True, most=400):
    w, stopping = torch.full_like(X[0], start), EarlyStopping(patience, restore_best=best)
    for _ in range(most):
        if stopping.look((X_val @ w - y_val).square().mean().item(), {"w": w}):
            break
        w = w + lr * X.T @ (y - X @ w) / len(y)
    return stopping.params["w"]


RUN = Task(
    id="stop_and_go_back",
    points=4,
    kind="implementation",
    title=both(zh="停下，退回去", en="Stop, and go back"),
    prompt=both(
        zh="线性模型 $X\\theta$，损失是平方误差平均值的一半。参数全从 0 出发，走梯度下降；走之前看一眼验证误差（`X_val` 和 `y_val`），此后每步看一眼，连着 `patience` 眼不比至今最低的更低，就停；最多看 400 眼。\n\n返回验证误差最低的那一眼的参数。",
        en="The model is linear, $X\\theta$, the loss half the mean squared error.\n"
        "Start all parameters at 0 and take steps of gradient descent; look at the validation error (`X_val` and `y_val`) before the first and after each, and stop after `patience` looks in a row that are not below the lowest so far, or after 400 looks.\n\nReturn the parameters of the look with the lowest validation error.",
    ),
    solution='''
def stop_and_go_back(X, y, X_val, y_val, lr, patience):
    """The parameters at the lowest validation error that was seen."""
    ### BEGIN SOLUTION
    theta = torch.zeros(X.shape[1], dtype=X.dtype)
    lowest = float("inf")
    for look in range(400):
        error = torch.dist(X_val @ theta, y_val).item()
        if error < lowest:
            kept, lowest, best = theta, error, look
        elif look - best == patience:
            break
        theta = theta - lr * X.T @ (X @ theta - y) / len(y)
    return kept
    ### END SOLUTION
''',
    inputs=run_given,
    reference=restored,
    hints=(
        both(
            zh="走着的是一份参数，留着的是另一份；停下来，交的是留着的。",
            en="One set of parameters walks on, another is kept; at the end hand over the one that is kept.",
        ),
        both(
            zh="一步是 $\\theta\\leftarrow\\theta-\\frac{\\eta}{N}X^\\top(X\\theta-y)$；先看一眼，再走。",
            en="A step is $\\theta\\leftarrow\\theta-\\frac{\\eta}{N}X^\\top(X\\theta-y)$; look first, then step.",
        ),
        both(
            zh="更低就留一份，记下是第几眼；不然看过去几眼了，到 `patience` 就停。",
            en="Where the error is lower keep a copy and note the look; otherwise see how many have passed, and stop at `patience`.",
        ),
    ),
    wrong=(
        wrong(
            lambda X, y, X_val, y_val, lr, patience: restored(
                X, y, X_val, y_val, lr, patience, best=False
            ),
            zh="交的是停下时的参数：那已经是最好的之后 `patience` 步了。",
            en="These are the parameters at the stop, which is `patience` steps past the best.",
            credit=0.5,
        ),
        wrong(
            lambda X, y, X_val, y_val, lr, patience: restored(X, y, X, y, lr, patience),
            zh="看的是训练误差：它一直降，停不下来。",
            en="You watch the training error, which only falls and never says stop.",
        ),
        wrong(
            lambda X, y, X_val, y_val, lr, patience: restored(
                X, y, X_val, y_val, lr, patience, start=1.0
            ),
            zh="要从 0 出发：早停和惩罚差不多，靠的就是这一点。",
            en="Start at 0: that stopping resembles a penalty depends on it.",
        ),
        wrong(
            lambda X, y, X_val, y_val, lr, patience: restored(
                X, y, X_val, y_val, lr * len(y), patience
            ),
            zh="损失是平均：梯度要除以样本数。",
            en="The loss is a mean: divide the gradient by the number of examples.",
            credit=0.5,
        ),
        wrong(
            lambda X, y, X_val, y_val, lr, patience: restored(X, y, X_val, y_val, 2 * lr, patience),
            zh="步子大了一倍：平方求导的 2，和前面的一半约掉了。",
            en="Your steps are twice the right length: the 2 of the square and the half in front cancel.",
            credit=0.5,
        ),
        wrong(
            lambda X, y, X_val, y_val, lr, patience: torch.linalg.lstsq(X, y[:, None]).solution[
                :, 0
            ],
            zh="这是训练到底的参数：最小二乘，没有停。",
            en="These are the parameters of least squares, trained to the end without a stop.",
        ),
        wrong(
            lambda X, y, X_val, y_val, lr, patience: torch.zeros_like(X[0]),
            zh="还是出发点：留着的那份没有跟着换。",
            en="This is the start: what you keep was never replaced.",
        ),
    ),
)


# The same training loss


def pair_given(draw):
    count = 12
    slow = draw.between(0.9, 0.95)
    small = [2.3 * slow**i + draw.between(0, 0.005) for i in range(count)]
    large = [2.3 * (0.7 + draw.between(0, 0.01)) ** i for i in range(count)]
    late = matched(small, small, large, large)[0] - 1
    large[late] = (small[-1] + small[-2]) / 2  # the end of the small one is what counts
    peak = 6 + draw.case % 3
    test = [0.85 - 0.02 * abs(i - peak) + draw.between(0, 0.008) for i in range(count)]
    small_test = [0.3 + 0.045 * i + draw.between(0, 0.004) for i in range(count)]
    return {"small": small, "small_test": small_test, "large": large, "large_test": test}


def matched(small, small_test, large, large_test):
    at = [loss > small[-1] for loss in large].index(False)
    return at, small_test[-1] - large_test[at]


MATCHED = Task(
    id="same_training_loss",
    points=2,
    title=both(zh="同一个训练损失", en="At the same training loss"),
    prompt=both(
        zh="两次训练，学习率一小一大，步数一样；`small` 和 `large` 是逐步的训练损失，`small_test` 和 `large_test` 是测试准确率。有人拿两边的末尾一比：“调小就治好了过拟合。”\n\n改在同一个训练损失上比：大的那次，训练损失头一回不高于小的末尾，是在第几步（从 0 数起）？小的末尾比它那里的测试准确率高多少？",
        en="Two runs of equally many steps, at a small learning rate and at a large one; `small` and `large` are training losses step by step, `small_test` and `large_test` test accuracies.\n"
        "Somebody compared the two ends: “The lower rate cured the overfitting.”\n\nCompare at the same training loss instead: at which step (counted from 0) is the loss of the large rate for the first time not above that of the small one at its end, and by how much is the small one's test accuracy at its end higher than the large one's there?",
    ),
    solution='''
def same_training_loss(small, small_test, large, large_test):
    """The step of the large rate, and what the small one gains, as (step, gain)."""
    ### BEGIN SOLUTION
    step = next(i for i, loss in enumerate(large) if loss <= small[-1])
    return step, small_test[-1] - large_test[step]
    ### END SOLUTION
''',
    returns="(step, gain)",
    inputs=pair_given,
    reference=matched,
    hints=(
        both(
            zh="小的走到末尾，训练损失是多少？大的什么时候走到那里？",
            en="What is the training loss of the small rate at its end, and when was the large one there?",
        ),
        both(
            zh="找头一个 `large[i] <= small[-1]` 的 $i$。",
            en="Find the first $i$ with `large[i] <= small[-1]`.",
        ),
        both(
            zh="小的末尾的测试准确率，减去大的在那一步的。",
            en="Subtract the large one's test accuracy at that step from the small one's at its end.",
        ),
    ),
    wrong=(
        wrong(
            lambda small, small_test, large, large_test: (
                len(large) - 1,
                small_test[-1] - large_test[-1],
            ),
            zh="两边都取末尾：训练得多的和少的混在一起比了。",
            en="Both ends: this compares much training with little.",
        ),
        wrong(
            lambda small, small_test, large, large_test: (
                large_test.index(max(large_test)),
                small_test[-1] - max(large_test),
            ),
            zh="你按测试准确率挑了大的那一步；要按训练损失对齐。",
            en="You chose the step by test accuracy; align by training loss.",
        ),
        wrong(
            lambda small, small_test, large, large_test: (
                matched(small, small_test, large, large_test)[0],
                -matched(small, small_test, large, large_test)[1],
            ),
            zh="减反了：问的是小的高多少。",
            en="Subtracted the wrong way: the question is by how much the small one is higher.",
            credit=0.5,
        ),
        wrong(
            lambda small, small_test, large, large_test: (
                matched(small, small_test, large, large_test)[0] - 1,
                small_test[-1] - large_test[matched(small, small_test, large, large_test)[0] - 1],
            ),
            zh="早了一步：那里的训练损失还高一点。",
            en="One step early: the training loss there is still above.",
            credit=0.5,
        ),
    ),
)


# When to stop, if the noise is known


def noise_given(draw):
    return {
        "curvature": draw.between(0.1, 0.8),
        "level": draw.between(0.5, 2),
        "noise": draw.between(0.5, 2),
        "examples": draw.whole(20, 60),
        "lr": draw.between(0.05, 0.3),
    }


def best_stop(curvature, level, noise, examples, lr):
    alpha = noise * noise / (examples * level * level)
    return math.log1p(curvature / alpha) / -math.log1p(-lr * curvature)


def _share(curvature, level, noise, examples):
    return curvature / (curvature + noise**2 / (examples * level**2))


STOP = Task(
    id="stop_for_noise",
    points=3,
    title=both(zh="知道噪声，该停在哪里", en="Where to stop, with known noise"),
    prompt=both(
        zh="一个方向，曲率 `curvature`，真值 `level`，噪声的标准差 `noise`，样本 `examples` 个，学习率 `lr`。只留下 $r$ 倍，误差是偏差的平方加方差：$\\lambda(1-r)^2c^2+r^2\\sigma^2/N$。\n\n走几步停，误差最小？不必是整数。",
        en="One direction, of curvature `curvature`, with the true value `level`; the noise has standard deviation `noise`, there are `examples` examples, and the rate is `lr`.\n"
        "If a share $r$ is kept, the error is squared bias plus variance: $\\lambda(1-r)^2c^2+r^2\\sigma^2/N$.\n\nAfter how many steps is it smallest? The number need not be whole.",
    ),
    solution='''
def stop_for_noise(curvature, level, noise, examples, lr):
    """The number of steps with the smallest error in this direction."""
    ### BEGIN SOLUTION
    signal = curvature * level**2
    kept = signal / (signal + noise**2 / examples)
    return math.log(1 - kept) / math.log(1 - lr * curvature)
    ### END SOLUTION
''',
    inputs=noise_given,
    reference=best_stop,
    hints=(
        both(
            zh="先求最好的 $r$，再问几步才留下这么多。",
            en="First find the best $r$, then ask how many steps keep that much.",
        ),
        both(
            zh="对 $r$ 求导：$r=\\lambda c^2/(\\lambda c^2+\\sigma^2/N)$；再解 $1-(1-\\eta\\lambda)^t=r$。",
            en="Differentiate by $r$: $r=\\lambda c^2/(\\lambda c^2+\\sigma^2/N)$; then solve $1-(1-\\eta\\lambda)^t=r$.",
        ),
        both(
            zh="取对数：$t=\\ln(1-r)/\\ln(1-\\eta\\lambda)$。",
            en="Take logarithms: $t=\\ln(1-r)/\\ln(1-\\eta\\lambda)$.",
        ),
    ),
    wrong=(
        wrong(
            lambda curvature, level, noise, examples, lr: examples * level**2 / (noise**2 * lr),
            zh="这是 $1/(\\eta\\alpha)$，只在 $\\eta\\lambda t$ 很小时才准；这里要正好的。",
            en="This is $1/(\\eta\\alpha)$, which holds where $\\eta\\lambda t$ is small; the exact one is wanted.",
        ),
        wrong(
            lambda curvature, level, noise, examples, lr: (
                math.log(_share(curvature, level, noise, examples)) / math.log(1 - lr * curvature)
            ),
            zh="剩下的路是 $1-r$，不是 $r$。",
            en="The way that is left is $1-r$, not $r$.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, level, noise, examples, lr: best_stop(curvature, level, noise, 1, lr),
            zh="样本数没有用上：样本越多，噪声越小，可以走得越久。",
            en="The number of examples is missing: the more there are, the less the noise, and the longer you may walk.",
            credit=0.5,
        ),
        wrong(
            lambda curvature, level, noise, examples, lr: (
                -math.log(1 - _share(curvature, level, noise, examples)) / (lr * curvature)
            ),
            zh="你把 $(1-\\eta\\lambda)^t$ 换成了 $e^{-\\eta\\lambda t}$；学习率不小，要用原来的。",
            en="You replaced $(1-\\eta\\lambda)^t$ by $e^{-\\eta\\lambda t}$; the rate is not small, so keep the original.",
            credit=0.5,
        ),
    ),
)

TASKS = (RULERS, WAIT, RUN, MATCHED, STOP)
