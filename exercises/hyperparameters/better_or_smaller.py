"""Exercises on what a convolution costs and on what a pretrained net keeps, declared once.

Book: hyperparameters/better_or_smaller
"""

import math
from itertools import pairwise

from torch.nn import functional as F

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="更好，还是更小？", en="Better, or smaller?")


# What is left of two layers


def layers_given(draw):
    return {
        "inputs": draw.whole(2, 6),
        "middle": draw.whole(12, 40),
        "outputs": draw.whole(48, 90),
        "kernel": (3, 5, 7)[draw.case % 3],
    }


def part(after):
    """What is left; `after(inputs, middle, outputs, k²)` counts what is multiplied now."""

    def cost_left(inputs, middle, outputs, kernel):
        window = kernel**2
        before = inputs * middle * window + middle * outputs * window
        return after(inputs, middle, outputs, window) / before

    return cost_left


PART = Task(
    id="part_left",
    points=1,
    title=both(zh="两层里只换一层", en="One of two layers replaced"),
    prompt=both(
        zh="两层卷积，窗口都是 `kernel` × `kernel`，图不变小，没有偏置：头一层从 `inputs` 个通道到 `middle` 个，第二层从 `middle` 个到 `outputs` 个。只把第二层换成深度可分离卷积，乘法剩下原来的多少？\n\n例如 3、64、128，窗口 3：0.139。",
        en="Two convolutions with windows of `kernel` by `kernel`, maps that keep their size and no biases: the first goes from `inputs` channels to `middle`, the second from `middle` to `outputs`.\n"
        "Only the second becomes depthwise separable.\nWhat part of the multiplications is left?\n\nFor instance, 3, 64 and 128 with windows of 3: 0.139.",
    ),
    solution='''
def part_left(inputs, middle, outputs, kernel):
    """Multiplications after over before."""
    ### BEGIN SOLUTION
    first = inputs * middle * kernel**2
    before = first + middle * outputs * kernel**2
    after = first + middle * kernel**2 + middle * outputs
    return after / before
    ### END SOLUTION
''',
    inputs=layers_given,
    reference=part(lambda m, n, q, window: m * n * window + n * (window + q)),
    hints=(
        both(
            zh="每个位置上数乘法：一层一层数，换的只有第二层。",
            en="Count multiplications at one place, layer by layer; only the second changes.",
        ),
        both(
            zh="普通卷积从 $C_1$ 到 $C_2$ 个通道乘 $C_1C_2w^2$ 次，可分离的乘 $C_1w^2+C_1C_2$ 次，$w$ 是窗口的边长。",
            en="An ordinary convolution from $C_1$ to $C_2$ channels multiplies $C_1C_2w^2$ times, a separable one $C_1w^2+C_1C_2$ times, where $w$ is the side of the window.",
        ),
        both(
            zh="头一层在分子和分母里都有，一样多。",
            en="The first layer is in the numerator and in the denominator, with the same number.",
        ),
    ),
    wrong=(
        wrong(
            lambda inputs, middle, outputs, kernel: 1 / outputs + 1 / kernel**2,
            zh="这是第二层自己剩几成；头一层没有变，也要算进去。",
            en="That is what is left of the second layer alone; the first did not change, and counts too.",
            credit=0.5,
        ),
        wrong(
            part(lambda m, n, q, window: m * (window + n) + n * (window + q)),
            zh="两层你都换了；要换的只有第二层。",
            en="You replaced both layers; only the second is to be replaced.",
            credit=0.5,
        ),
        wrong(
            part(lambda m, n, q, window: m * n * window + n * window),
            zh="还缺逐点那一步：它把通道混起来，也要乘。",
            en="The pointwise step is missing: it mixes the channels, and multiplies for that.",
            credit=0.5,
        ),
        wrong(
            part(lambda m, n, q, window: m * n * window + q * window + n * q),
            zh="逐深度那一步，进来几个通道就有几个窗口，不是出去几个。",
            en="The depthwise step has as many windows as channels that come in, not as go out.",
            credit=0.5,
        ),
    ),
)


# Half the channels


def channels_given(draw):
    inside = [2 * draw.whole(4, 20) for _ in range(draw.whole(2, 4))]
    return {"channels": [draw.whole(1, 4), *inside, draw.whole(5, 12)]}


def halved(change):
    """Weights after over before; `change(channels)` are the channels after."""

    def weights_left(channels):
        def weights(sizes):
            return sum(a * b for a, b in pairwise(sizes))

        return weights(change(channels)) / weights(channels)

    return weights_left


def half(values):
    return [value / 2 for value in values]


HALF = Task(
    id="half_the_channels",
    points=1,
    title=both(zh="通道减半，剩几成？", en="Half the channels: what is left?"),
    prompt=both(
        zh="`channels` 是一串卷积层的通道数：头一个是图的，最后一个是类别数，中间的都是偶数。各层窗口一样大，没有偏置。中间的通道全部减半，图的和类别的不动，权重剩下原来的多少？\n\n例如 3、64、128、10：0.288。",
        en="`channels` are those of a row of convolutions: the first are the picture's, the last the classes, and those in between are even.\n"
        "All windows have one size, and there are no biases.\n"
        "Halve all channels in between, and leave picture and classes as they are.\nWhat part of the weights is left?\n\nFor instance, 3, 64, 128 and 10: 0.288.",
    ),
    solution='''
def half_the_channels(channels):
    """Weights after over before."""
    ### BEGIN SOLUTION
    fewer = [channels[0], *[count / 2 for count in channels[1:-1]], channels[-1]]
    before = sum(channels[i] * channels[i + 1] for i in range(len(channels) - 1))
    after = sum(fewer[i] * fewer[i + 1] for i in range(len(fewer) - 1))
    return after / before
    ### END SOLUTION
''',
    inputs=channels_given,
    reference=halved(lambda channels: [channels[0], *half(channels[1:-1]), channels[-1]]),
    hints=(
        both(
            zh="一层的权重是两头通道数的乘积，再乘窗口；哪几层只有一头减半？",
            en="A layer's weights are the product of the channels at its two ends, times the window; which layers are halved at one end only?",
        ),
        both(
            zh="窗口各层一样，约掉：只比 $\\sum_i C_iC_{i+1}$。",
            en="The window is the same in all layers and cancels: compare $\\sum_i C_iC_{i+1}$.",
        ),
        both(
            zh="中间的层剩四分之一，头一层和末一层剩一半。",
            en="A quarter is left of the layers in between, half of the first and of the last.",
        ),
    ),
    wrong=(
        wrong(
            lambda channels: 0.25,
            zh="头一层和末一层只有一头减半。",
            en="The first and the last layer are halved at one end only.",
        ),
        wrong(
            lambda channels: 0.5,
            zh="中间的层两头都减半：一半的一半。",
            en="Layers in between are halved at both ends: half of a half.",
        ),
        wrong(
            halved(lambda channels: [*half(channels[:-1]), channels[-1]]),
            zh="图有几个通道由图定，减不了。",
            en="The picture decides how many channels it has; they cannot be halved.",
            credit=0.5,
        ),
        wrong(
            halved(lambda channels: [channels[0], *half(channels[1:])]),
            zh="类别数由任务定，减不了。",
            en="The task decides how many classes there are; they cannot be halved.",
            credit=0.5,
        ),
    ),
)


# The separable convolution


def maps_given(draw):
    channels, outputs, side = draw.whole(2, 3), draw.whole(4, 5), draw.whole(4, 6)
    return {
        "X": draw.normal(2 * channels * side * (side + 1)).view(2, channels, side, side + 1),
        "windows": draw.normal(channels * 9).view(channels, 3, 3),
        "mix": draw.normal(outputs * channels).view(outputs, channels),
    }


def separated(windows_of=lambda windows: windows, mixed=True, padding=1):
    """The layer with other windows, or with a step left out."""

    def look_and_mix(X, windows, mix):
        used = windows_of(windows)[:, None]
        out = F.conv2d(X, used, padding=padding, groups=X.shape[1])
        return F.conv2d(out, mix[:, :, None, None]) if mixed else out

    return look_and_mix


SEPARABLE = Task(
    id="look_then_mix",
    points=3,
    kind="implementation",
    title=both(zh="先看，再混", en="Look, then mix"),
    prompt=both(
        zh="写深度可分离卷积。`X` 的形状是 `(B, C1, H, W)`；`windows` 是 `(C1, 3, 3)`，每个通道有自己的窗口，正中对着要算的像素，图外当 0；`mix` 是 `(C2, C1)`，把通道混成新的。返回 `(B, C2, H, W)`。窗口不翻转，和 torch 的 `conv2d` 一样。",
        en="Write the depthwise separable convolution.\n"
        "`X` has shape `(B, C1, H, W)`; `windows` is `(C1, 3, 3)`, one window a channel, centered on the pixel that is computed, with 0 outside the picture; `mix` is `(C2, C1)` and mixes the channels into new ones.\n"
        "Return `(B, C2, H, W)`.\nWindows are not flipped, as in torch's `conv2d`.",
    ),
    solution='''
def look_then_mix(X, windows, mix):
    """Every channel through its window, then all channels mixed at every pixel."""
    ### BEGIN SOLUTION
    padded = torch.nn.functional.pad(X, [1] * 4)
    height, width = X.shape[2:]
    seen = torch.zeros_like(X)
    for i in range(3):
        for j in range(3):
            moved = padded.narrow(2, i, height).narrow(3, j, width)
            seen = seen + windows[:, i, j, None, None] * moved
    return torch.einsum("nm,bmhw->bnhw", mix, seen)
    ### END SOLUTION
''',
    inputs=maps_given,
    reference=separated(),
    hints=(
        both(
            zh="两步：先一个通道一个窗口，再在每个像素上把通道混起来。",
            en="Two steps: first one window for one channel, then mix the channels at every pixel.",
        ),
        both(
            zh="四边补一圈 0；窗口的 9 个数各乘一张挪过的图，加起来；"
            '混就是 `torch.einsum("nm,bmhw->bnhw", …)`。',
            en='Pad with 0 on all sides; each of the 9 numbers of a window multiplies a shifted map, and these are added up; mixing is `torch.einsum("nm,bmhw->bnhw", …)`.',
        ),
        both(
            zh="`windows[:, i, j, None, None]` 乘补过的图从第 `i` 行、第 `j` 列起的那一块。",
            en="`windows[:, i, j, None, None]` multiplies the part of the padded map that begins at row `i` and column `j`.",
        ),
    ),
    wrong=(
        wrong(
            separated(mixed=False),
            zh="还没有混：返回的通道数该是 `mix` 的行数。",
            en="Not mixed yet: there should be as many channels as `mix` has rows.",
        ),
        wrong(
            separated(padding=0),
            zh="图变小了：先在四边补一圈 0。",
            en="The maps have shrunk: pad them with 0 on all sides first.",
            credit=0.5,
        ),
        wrong(
            separated(lambda windows: windows.flip(1, 2)),
            zh="窗口翻转了；torch 的 `conv2d` 不翻。",
            en="The windows are flipped; torch's `conv2d` does not do that.",
            credit=0.5,
        ),
        wrong(
            separated(lambda windows: windows.mT),
            zh="行和列调了个个儿：窗口的头一个下标走行。",
            en="Rows and columns are exchanged: the first index of a window goes along rows.",
            credit=0.5,
        ),
        wrong(
            separated(lambda windows: windows[:1].expand_as(windows)),
            zh="每个通道有自己的窗口，你全用了头一个。",
            en="Each channel has a window of its own; you used the first for all.",
            credit=0.5,
        ),
        wrong(
            lambda X, windows, mix: F.conv2d(
                X, windows[None].expand(len(mix), -1, -1, -1), padding=1
            ),
            zh="这是普通卷积：通道一律相加，`mix` 没有用上。",
            en="That is an ordinary convolution: channels are simply added up, and `mix` is not used.",
        ),
        wrong(
            lambda X, windows, mix: separated()(X, windows, mix).relu(),
            zh="两步之后不用激活函数：这里只要卷积。",
            en="No activation afterwards: only the convolution is asked for.",
            credit=0.5,
        ),
    ),
)


# A step of the head


def head_given(draw):
    samples, inputs, units, outputs = draw.whole(4, 7), 3, draw.whole(4, 6), draw.whole(2, 3)
    return {
        "X": draw.normal(samples * inputs).view(samples, inputs),
        "y": draw.normal(samples * outputs).view(samples, outputs),
        "first": draw.normal(units * inputs).view(units, inputs),
        "head": draw.normal(outputs * units).view(outputs, units),
        "lr": draw.between(0.05, 0.3),
    }


def moved(slope, step=-1.0):
    """The head after a step; `slope(hidden, error, X)` is the gradient."""

    def head_moved(X, y, first, head, lr):
        seen = (X @ first.T).relu()
        return head + step * lr * slope(seen, seen @ head.T - y)

    return head_moved


def after_the_first(X, y, first, head, lr):
    """Both layers step, and the head sees the hidden layer that has moved."""
    seen = (X @ first.T).relu()
    error = 2 * (seen @ head.T - y) / y.numel()
    stepped = first - lr * ((error @ head) * (seen > 0)).T @ X
    return head - lr * error.T @ (X @ stepped.T).relu()


HEAD = Task(
    id="only_the_head",
    points=2,
    kind="implementation",
    title=both(zh="冻住，只练新的头", en="Frozen, with a new head"),
    prompt=both(
        zh="两层的网络，没有偏置：`first` 是学来的，形状 `(H, D)`，冻住；`head` 是新的头，`(C, H)`。`X` 是 `(N, D)`，先过 `first` 和 ReLU，再过 `head`；损失是误差平方的平均，样本和输出都平均。走一步梯度下降，学习率 `lr`，只动头；返回新的 `head`。",
        en="A net of two layers without biases: `first`, of shape `(H, D)`, was learned elsewhere and is frozen; `head`, `(C, H)`, is new.\n"
        "`X`, `(N, D)`, goes through `first` and ReLU, and then through `head`; the loss is the mean of the squared errors, over samples and outputs.\n"
        "Take one step of gradient descent at the learning rate `lr` with the head alone, and return the new `head`.",
    ),
    solution='''
def only_the_head(X, y, first, head, lr):
    """The head after one step of gradient descent."""
    ### BEGIN SOLUTION
    seen = (X @ first.T).relu()
    error = seen @ head.T - y
    grad = 2 * error.T @ seen / y.numel()
    return head - lr * grad
    ### END SOLUTION
''',
    inputs=head_given,
    reference=moved(lambda seen, error: 2 * error.T @ seen / error.numel()),
    hints=(
        both(
            zh="隐藏层不动，它的输出就是头的输入：剩下的是一个线性模型。",
            en="The hidden layer stands still, and its output is the input of the head: what is left is a linear model.",
        ),
        both(
            zh="头的梯度是 `2 * error.T @ seen / y.numel()`，`seen` 是过了 ReLU 的隐藏层。",
            en="The gradient of the head is `2 * error.T @ seen / y.numel()`, where `seen` is the hidden layer after ReLU.",
        ),
        both(
            zh="`error` 是头的输出减去 `y`；最后从 `head` 减去 `lr` 乘梯度。",
            en="`error` is what the head answers less `y`; at the end subtract `lr` times the gradient from `head`.",
        ),
    ),
    wrong=(
        wrong(
            moved(lambda seen, error: 2 * error.T @ seen / error.numel(), step=1.0),
            zh="往上坡走了：要减去梯度。",
            en="Uphill: subtract the gradient.",
            credit=0.5,
        ),
        wrong(
            moved(lambda seen, error: error.T @ seen / error.numel()),
            zh="平方的导数有个 2。",
            en="The derivative of a square has a 2.",
            credit=0.5,
        ),
        wrong(
            moved(lambda seen, error: 2 * error.T @ seen / len(error)),
            zh="输出也要平均：除以 `y.numel()`，不是 `len(y)`。",
            en="The mean is over outputs, too: divide by `y.numel()`, not `len(y)`.",
            credit=0.5,
        ),
        wrong(
            moved(lambda seen, error: 2 * error.T @ seen),
            zh="损失是平均，不是总和。",
            en="The loss is a mean, not a sum.",
            credit=0.5,
        ),
        wrong(
            lambda X, y, first, head, lr: (
                head - lr * 2 * (X @ first.T @ head.T - y).T @ (X @ first.T) / y.numel()
            ),
            zh="隐藏层没有过 ReLU。",
            en="The hidden layer did not go through ReLU.",
            credit=0.5,
        ),
        wrong(
            after_the_first,
            zh="`first` 也动了：冻住的层，一步也不走。",
            en="`first` moved, too: a frozen layer takes no step at all.",
        ),
        wrong(
            lambda X, y, first, head, lr: (
                moved(lambda seen, error: 2 * error.T @ seen / error.numel())(X, y, first, head, lr)
                - head
            ),
            zh="这只是走的那一步；要的是新的头。",
            en="That is the step alone; the new head is asked for.",
            credit=0.5,
        ),
    ),
)


# Where a frozen net can win


def floors_given(draw):
    features = 2 * draw.whole(3, 6)
    between = 1 - (draw.whole(1, features - 2) + draw.between(0.2, 0.8)) / features
    scratch = (0.5, 0.5 / features, draw.between(1.05, 1.3), between)[draw.case % 4]
    return {"scratch": scratch, "features": features}


def needed(features, scratch):
    return max(math.floor(features * (1 - scratch) + 1e-9) + 1, 0)


ENOUGH = Task(
    id="enough_in_common",
    points=1,
    title=both(zh="共用几个才够？", en="How many must be shared?"),
    prompt=both(
        zh="任务由 `features` 个互相独立、一样大的特征相加而成，共用的只有几个；冻住的网络只看得见共用的那几个。从头训练的误差是 `scratch`，以答案的方差为 1。至少共用几个，冻住的网络才有可能更低？返回个数。\n\n例如 6 个特征、误差 0.4：4 个。",
        en="A task is a sum of `features` features, independent of each other and equally large, of which some are shared; a frozen net sees only those.\n"
        "Training from scratch leaves an error of `scratch`, where the variance of the answers is 1.\n"
        "How many must be shared at least, so that the frozen net can be lower?\nReturn the number.\n\nFor instance, 6 features and an error of 0.4: 4.",
    ),
    solution='''
def enough_in_common(scratch, features):
    """The fewest shared features with which a frozen net can have a lower error."""
    ### BEGIN SOLUTION
    shared = 0
    while 1 - shared / features >= scratch:
        shared += 1
    return shared
    ### END SOLUTION
''',
    inputs=floors_given,
    reference=lambda scratch, features: needed(features, scratch),
    hints=(
        both(
            zh="看不见的特征解释不了：每个占方差的一份。",
            en="Features that are not seen stay unexplained: each is one part of the variance.",
        ),
        both(
            zh="共用 $q$ 个，冻住的底是 `1 - q / features`；要**低于** `scratch`。",
            en="With $q$ shared, the floor of the frozen net is `1 - q / features`; it must be **lower** than `scratch`.",
        ),
        both(
            zh="从 0 个起往上试，头一个低于 `scratch` 的就是；一样高不算。",
            en="Try from 0 upward; the first that is lower than `scratch` is it, and equal does not count.",
        ),
    ),
    wrong=(
        wrong(
            lambda scratch, features: needed(features, scratch) - 1,
            zh="少了一个：这时的底还不低于从头训练的误差。",
            en="One too few: the floor is not yet lower than the error from scratch.",
            credit=0.5,
        ),
        wrong(
            lambda scratch, features: 1 - scratch,
            zh="这是份额；要的是几个特征。",
            en="That is a share; a number of features is asked for.",
            credit=0.5,
        ),
        wrong(
            lambda scratch, features: math.ceil(features * scratch - 1e-9),
            zh="共用得越多，底越低：是 1 减去份额。",
            en="The more is shared, the lower the floor: it is 1 less the share.",
        ),
        wrong(
            lambda scratch, features: features,
            zh="不必全部共用：底低于从头训练的误差就够了。",
            en="Not all need be shared: it is enough that the floor is lower than the error from scratch.",
        ),
    ),
)

TASKS = (PART, HALF, SEPARABLE, HEAD, ENOUGH)
