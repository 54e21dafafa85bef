"""Exercises on made data and real data, declared once.

Book: regularization/more_data
"""

import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.regularization.augmentation import moved

TITLE = both(zh="多些数据，真的和造的", en="More data, real and made")


# What noise on the input adds


def point_given(draw):
    width = draw.whole(2, 4)
    return {
        "x": draw.normal(width),
        "y": draw.between(-3, 3),
        "w": draw.normal(width),
        "sigma": draw.between(0.4, 0.9),
    }


def noisy_error(x, y, w, sigma):
    return ((y - x @ w) ** 2 + sigma**2 * (w @ w)).item()


NOISY = Task(
    id="error_under_noise",
    points=1,
    title=both(zh="输入加噪声，误差加多少", en="What noise on the input adds"),
    prompt=both(
        zh="线性模型用 $x\\cdot w$ 猜 $y$。输入 `x` 的每个分量各加一份噪声，互不相干，平均是 0，标准差是 `sigma`。\n\n平均起来，误差的平方是多少？例如 $x=(1,0)$、$y=1$、$w=(2,1)$、$\\sigma=1$：$1+5=6$。",
        en="A linear model guesses $y$ by $x\\cdot w$.\nEvery entry of the input `x` gets noise of its own, unrelated to the others, with mean 0 and standard deviation `sigma`.\n\nWhat is the squared error on average? For instance, $x=(1,0)$, $y=1$, $w=(2,1)$ and $\\sigma=1$: $1+5=6$.",
    ),
    solution='''
def error_under_noise(x, y, w, sigma):
    """The expected squared error with noise on the input."""
    ### BEGIN SOLUTION
    miss = y - (x * w).sum()
    penalty = sigma**2 * w.square().sum()
    return (miss**2 + penalty).item()
    ### END SOLUTION
''',
    inputs=point_given,
    reference=noisy_error,
    hints=(
        both(
            zh="差是 $(y-x\\cdot w)-\\varepsilon\\cdot w$。平方展开，哪一项平均是 0？",
            en="The miss is $(y-x\\cdot w)-\\varepsilon\\cdot w$. Square it: which term has mean 0?",
        ),
        both(
            zh="剩下 $(y-x\\cdot w)^2$ 和 $\\varepsilon\\cdot w$ 的平方的平均，也就是它的方差。",
            en="What is left is $(y-x\\cdot w)^2$ and the mean square of $\\varepsilon\\cdot w$, which is its variance.",
        ),
        both(
            zh="互不相干的噪声，方差相加：$\\sigma^2\\sum_j w_j^2$。",
            en="Variances of unrelated noise add up: $\\sigma^2\\sum_j w_j^2$.",
        ),
    ),
    wrong=(
        wrong(
            lambda x, y, w, sigma: (y - x @ w).item() ** 2,
            zh="这是没有噪声的误差：噪声平均是 0，它的平方不是。",
            en="This is the error without noise: the noise has mean 0, its square has not.",
        ),
        wrong(
            lambda x, y, w, sigma: noisy_error(x, y, w, sigma**0.5),
            zh="噪声也要平方：方差是 $\\sigma^2$。",
            en="The noise is squared, too: its variance is $\\sigma^2$.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, w, sigma: (y - x @ w).item() ** 2 + sigma**2 * w.norm().item(),
            zh="加上的是 $w$ 长度的平方，不是长度。",
            en="What is added is the squared length of $w$, not the length.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, w, sigma: (y - x @ w).item() ** 2 + len(w) * sigma**2,
            zh="每份噪声先乘上自己的权重，再到结果里：权重大的，晃得多。",
            en="Each noise reaches the result times its own weight: large weights sway more.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, w, sigma: (y - x @ w).item() ** 2 - sigma**2 * (w @ w).item(),
            zh="正负号反了：两份互不相干的偏离，平方相加。",
            en="The sign is wrong: the squares of unrelated misses add up.",
            credit=0.5,
        ),
    ),
)


# As much noise as a slope needs


def slope_given(draw):
    x = draw.normal(draw.whole(4, 8)) + 0.5
    y = draw.between(1.5, 3) * x + 0.2 * draw.normal(len(x))
    return {"x": x, "y": y, "share": draw.between(0.3, 0.8)}


def noise_for(x, y, share):
    return (x.square().mean().item() * (1 / share - 1)) ** 0.5


SLOPE = Task(
    id="noise_for_a_slope",
    points=2,
    title=both(zh="要多大的噪声", en="How much noise it takes"),
    prompt=both(
        zh="过原点的直线 $y=wx$，最小二乘。给 `x` 加噪声，每个点加无数份，`y` 不动：斜率变小。先猜：噪声越大，斜率往哪里去？\n\n要让斜率变成原来的 `share` 倍，噪声的标准差 $\\sigma$ 该多大？",
        en="A line through the origin, $y=wx$, by least squares.\nNoise is added to `x`, endlessly many copies of every point, and `y` stays: the slope shrinks.\nGuess first: where does it go as the noise grows?\n\nHow large must the standard deviation $\\sigma$ of the noise be, for the slope to become `share` times what it was?",
    ),
    solution='''
def noise_for_a_slope(x, y, share):
    """The standard deviation of the noise that shrinks the slope to a share."""
    ### BEGIN SOLUTION
    squares = (x**2).sum().item()
    added = squares / share - squares
    return (added / len(x)) ** 0.5
    ### END SOLUTION
''',
    inputs=slope_given,
    reference=noise_for,
    hints=(
        both(
            zh="噪声不动 $\\sum xy$，只让 $\\sum x^2$ 变大。",
            en="The noise leaves $\\sum xy$ as it is and only makes $\\sum x^2$ larger.",
        ),
        both(
            zh="加了噪声，斜率是 $\\sum xy\\,/\\,(\\sum x^2+N\\sigma^2)$。",
            en="With noise the slope is $\\sum xy\\,/\\,(\\sum x^2+N\\sigma^2)$.",
        ),
        both(
            zh="令两个斜率之比等于 `share`，解出 $\\sigma^2$，再开方。",
            en="Set the ratio of the two slopes to `share`, solve for $\\sigma^2$, and take the root.",
        ),
    ),
    wrong=(
        wrong(
            lambda x, y, share: noise_for(x, y, share) ** 2,
            zh="这是方差 $\\sigma^2$，还要开方。",
            en="This is the variance $\\sigma^2$; take the root.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, share: noise_for(x, y, share) * len(x) ** 0.5,
            zh="少除了点数：每个点都给分母添一份 $\\sigma^2$。",
            en="The number of points is missing: each of them adds a $\\sigma^2$ to the denominator.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, share: noise_for(x, y, share) * share**0.5,
            zh="斜率变成 `share` 倍，分母就变成 $1/$`share` 倍；多出来的是 $1/$`share`$-1$ 份。",
            en="For `share` times the slope the denominator is $1/$`share` times as large; what is added is $1/$`share`$-1$ of it.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, share: (x.square().mean().item() / share) ** 0.5,
            zh="这是添了以后的整个分母：原来的 $\\sum x^2$ 还要减掉。",
            en="This is the whole denominator after the noise: take off the $\\sum x^2$ that was there before.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, share: noise_for(x - x.mean(), y, share),
            zh="别减平均：直线过原点，用的是 $\\sum x^2$。",
            en="Do not subtract the mean: the line passes through the origin, and $\\sum x^2$ counts.",
            credit=0.5,
        ),
        wrong(
            lambda x, y, share: noise_for(y, x, share),
            zh="噪声加在 `x` 上，分母里是 $\\sum x^2$，不是 $\\sum y^2$。",
            en="The noise is on `x`; the denominator has $\\sum x^2$, not $\\sum y^2$.",
        ),
    ),
)


# An image moved by a part of a pixel


def image_given(draw):
    high, wide = draw.whole(4, 6), draw.whole(4, 6)
    image = draw.normal(high * wide).abs().view(high, wide)
    return {
        "image": image,
        "right": draw.whole(0, 2) + draw.between(0.2, 0.8),
        "down": -draw.whole(0, 1) - draw.between(0.2, 0.8),
    }


def drawn(image, right, down):
    return moved(image, right=right, down=down)


def rolled(image, right, down):
    """What leaves at one side comes in at the other."""
    high, wide = image.shape
    far_right, far_down = math.floor(right), math.floor(down)
    share_right, share_down = right - far_right, down - far_down
    parts = (
        ((1 - share_right) * (1 - share_down), 0, 0),
        (share_right * (1 - share_down), 1, 0),
        ((1 - share_right) * share_down, 0, 1),
        (share_right * share_down, 1, 1),
    )
    rolls = (
        weight * image.roll((far_down + low, far_right + on), (0, 1)) for weight, on, low in parts
    )
    return sum(rolls, torch.zeros(high, wide, dtype=image.dtype))


SHIFT = Task(
    id="image_moved",
    points=3,
    kind="implementation",
    title=both(zh="挪半个像素", en="Half a pixel over"),
    prompt=both(
        zh="`image` 的形状是 `(H, W)`。把它往右挪 `right` 个像素，往下挪 `down` 个，可以不是整数，可以是负数。落在像素之间，就按远近取两边的加权平均（双线性）；从图外来的，算 0。\n\n例如一行 `[1, 2]`，往右 0.5：`[0.5, 1.5]`。返回挪好的图，别改动原图。",
        en="`image` has shape `(H, W)`.\nMove it by `right` pixels to the right and by `down` pixels down; these need not be whole, and may be negative.\nBetween two pixels take the mean of both, weighted by nearness (bilinear); what comes from outside counts 0.\n\nFor instance, a row `[1, 2]` moved right by 0.5: `[0.5, 1.5]`. Return the moved image, and leave the original as it is.",
    ),
    solution='''
def image_moved(image, right, down):
    """The image moved by a number of pixels, 0 outside."""
    ### BEGIN SOLUTION
    high, wide = image.shape
    rows = torch.arange(high, dtype=image.dtype)
    columns = torch.arange(wide, dtype=image.dtype)
    from_row = (1 - (rows[:, None] - down - rows).abs()).clamp(min=0)
    from_column = (1 - (columns[:, None] - right - columns).abs()).clamp(min=0)
    return from_row @ image @ from_column.T
    ### END SOLUTION
''',
    inputs=image_given,
    reference=drawn,
    hints=(
        both(
            zh="先只想一行：新的第 $i$ 格，来自旧的 $i-$`right` 处。",
            en="Think of one row first: the new pixel $i$ comes from the old place $i-$`right`.",
        ),
        both(
            zh="旧的第 $j$ 格占多少：$\\max(0,\\,1-|i-\\text{right}-j|)$。这是一个矩阵。",
            en="The old pixel $j$ counts $\\max(0,\\,1-|i-\\text{right}-j|)$. That is a matrix.",
        ),
        both(
            zh="行和列各一个这样的矩阵，一左一右乘上去；图外没有格子，自然是 0。",
            en="One such matrix for rows and one for columns, multiplied from the left and from the right; outside there are no pixels, which makes the 0.",
        ),
    ),
    wrong=(
        wrong(
            lambda image, right, down: drawn(image, -right, -down),
            zh="方向反了：往右挪，新的一格来自左边。",
            en="The wrong way: moved to the right, a pixel comes from the left.",
            credit=0.5,
        ),
        wrong(
            lambda image, right, down: drawn(image, down, right),
            zh="`right` 和 `down` 换了位：`right` 是列，`down` 是行。",
            en="`right` and `down` have changed places: `right` is about columns, `down` about rows.",
            credit=0.5,
        ),
        wrong(
            lambda image, right, down: drawn(image, round(right), round(down)),
            zh="不要四舍五入：落在两格之间，按远近各取一份。",
            en="Do not round: between two pixels, take a share of both.",
            credit=0.5,
        ),
        wrong(
            rolled,
            zh="出了右边，又从左边进来了：图外是 0。",
            en="What leaves at the right comes in at the left: outside there is 0.",
            credit=0.5,
        ),
        wrong(
            lambda image, right, down: drawn(image, right, 0),
            zh="没有往下挪。",
            en="It did not move down.",
            credit=0.5,
        ),
        wrong(
            lambda image, right, down: drawn(image, math.floor(right), math.floor(down)),
            zh="零头丢了：0.7 个像素，就让新的一格取 0.3 份原地的、0.7 份旁边的。",
            en="The fraction is lost: for 0.7 of a pixel the new one takes 0.3 of its place and 0.7 of the neighbor.",
            credit=0.5,
        ),
    ),
)


# Half a turn, and the labels with it


def turned_given(draw):
    count = 6 + draw.case % 3
    images = draw.normal(count * 9).abs().view(count, 3, 3)
    labels = torch.tensor([6, 9, 3, 8, 0, 6, 4, 9][:count])
    return {"images": images, "labels": labels, "after": {0: 0, 6: 9, 8: 8, 9: 6}}


def half_turn(images, labels, after):
    kept = [i for i, label in enumerate(labels.tolist()) if label in after]
    return images[kept].rot90(2, (1, 2)), torch.tensor([after[int(labels[i])] for i in kept])


HALF = Task(
    id="half_turn",
    points=2,
    title=both(zh="转半圈，标签跟着走", en="Half a turn, and the label with it"),
    prompt=both(
        zh="把图转半圈来添数据。有人写的版本标签照抄：转过的 6 还叫 6，网络就会把一些 6 和 9 认错。\n\n写对它：`images` 是 `(N, H, W)`，`labels` 是 `(N,)`，`after` 记着哪些类转半圈以后是几；不在表里的类，转了什么也不像，丢掉。按原来的次序，返回转好的图和对的标签，只要转过的。",
        en="Images turned by half a turn are added to the data.\nSomebody's version copies the labels: a turned 6 is still called 6, and the net takes some 6s and 9s for each other.\n\nWrite it correctly: `images` is `(N, H, W)`, `labels` is `(N,)`, and `after` holds, for some classes, what they are after half a turn; a class that is not in it looks like nothing then and is left out.\nIn the old order, return the turned images and their right labels, the turned ones only.",
    ),
    solution='''
def half_turn(images, labels, after):
    """Turned images with the labels that are right for them, as (images, labels)."""
    ### BEGIN SOLUTION
    turned, told = [], []
    for image, label in zip(images, labels.tolist()):
        if label in after:
            turned.append(image.flip(0, 1))
            told.append(after[label])
    return torch.stack(turned), torch.tensor(told)
    ### END SOLUTION
''',
    returns="(images, labels)",
    inputs=turned_given,
    reference=half_turn,
    hints=(
        both(
            zh="半圈是上下翻一次、左右再翻一次。哪些图该留下？",
            en="Half a turn is a flip upside down and a flip left to right. Which images may stay?",
        ),
        both(
            zh="`label in after` 的留下，标签换成 `after[label]`；图用 `image.flip(0, 1)`。",
            en="Those with `label in after` stay, with the label `after[label]`; the image is `image.flip(0, 1)`.",
        ),
        both(
            zh="别忘了丢掉的图，标签也一起丢，两边才对得上。",
            en="Where an image is left out, its label goes as well, so that the two still match.",
        ),
    ),
    wrong=(
        wrong(
            lambda images, labels, after: (
                half_turn(images, labels, after)[0],
                torch.tensor([label for label in labels.tolist() if label in after]),
            ),
            zh="标签照抄了：6 转半圈是 9。",
            en="The labels were copied: half a turn makes a 9 of a 6.",
            credit=0.5,
        ),
        wrong(
            lambda images, labels, after: (
                half_turn(images, labels, after)[0].flip(1),
                half_turn(images, labels, after)[1],
            ),
            zh="只翻了一次，那是照镜子：半圈要翻两次。",
            en="Flipped only once, which is a mirror: half a turn takes two flips.",
            credit=0.5,
        ),
        wrong(
            lambda images, labels, after: (
                images.flip(1, 2),
                torch.tensor([after.get(label, label) for label in labels.tolist()]),
            ),
            zh="不在表里的类也留下了：转过的 4 不是 4。",
            en="Classes that are not in the table stayed: a turned 4 is no 4.",
            credit=0.5,
        ),
        wrong(
            lambda images, labels, after: (
                torch.stack(
                    [i for i, label in zip(images, labels.tolist(), strict=True) if label in after]
                ),
                half_turn(images, labels, after)[1],
            ),
            zh="图没有转，标签却换了。",
            en="The labels changed, but the images were not turned.",
        ),
    ),
)


# How many more


def curve_given(draw):
    few = draw.whole(40, 200)
    return {
        "few": few,
        "error_few": draw.between(0.2, 0.4),
        "many": few * draw.whole(2, 5),
        "error_many": draw.between(0.08, 0.15),
        "target": draw.between(0.02, 0.05),
    }


def needed(few, error_few, many, error_many, target):
    slope = math.log(error_many / error_few) / math.log(many / few)
    return slope, many * (target / error_many) ** (1 / slope)


MORE = Task(
    id="how_many_more",
    points=2,
    title=both(zh="还要多少", en="How many more"),
    prompt=both(
        zh="`few` 个样本，测试误差 `error_few`；`many` 个，`error_many`。假定误差对样本数，两边取对数是一条直线。\n\n返回这条直线的斜率，和误差降到 `target` 要的样本总数（不取整）。例如 100 个 0.2，400 个 0.1，要 0.05：斜率 -0.5，1600 个。",
        en="With `few` examples the test error is `error_few`, with `many` it is `error_many`.\nSuppose that error against number is a straight line when both are taken as logarithms.\n\nReturn its slope, and how many examples in all an error of `target` takes (not rounded). For instance, 0.2 with 100, 0.1 with 400, and 0.05 is wanted: slope -0.5, and 1600.",
    ),
    solution='''
def how_many_more(few, error_few, many, error_many, target):
    """The slope in logarithms and the number of examples, as (slope, count)."""
    ### BEGIN SOLUTION
    rise = math.log(error_many) - math.log(error_few)
    slope = rise / (math.log(many) - math.log(few))
    left = math.log(target) - math.log(error_many)
    return slope, math.exp(math.log(many) + left / slope)
    ### END SOLUTION
''',
    returns="(slope, count)",
    inputs=curve_given,
    reference=needed,
    hints=(
        both(
            zh="斜率是两个对数之差的比：误差的，除以样本数的。",
            en="The slope is a ratio of two differences of logarithms, of the errors over that of the numbers.",
        ),
        both(
            zh="从 `many` 接着走：$\\log N=\\log\\text{many}+(\\log\\text{target}-\\log\\text{error\\_many})/\\text{slope}$。",
            en="Go on from `many`: $\\log N=\\log\\text{many}+(\\log\\text{target}-\\log\\text{error\\_many})/\\text{slope}$.",
        ),
        both(
            zh="最后取指数，回到个数；斜率是负的。",
            en="Take the exponential in the end, to be back at a number; the slope is negative.",
        ),
    ),
    wrong=(
        wrong(
            lambda few, error_few, many, error_many, target: (
                (error_many - error_few) / (many - few),
                many + (target - error_many) * (many - few) / (error_many - error_few),
            ),
            zh="直线是在对数里：照原来的数拉直线，没多久误差就是负的了。",
            en="The line is one of logarithms: in the numbers themselves the error would soon be negative.",
        ),
        wrong(
            lambda few, error_few, many, error_many, target: (
                -needed(few, error_few, many, error_many, target)[0],
                needed(few, error_few, many, error_many, target)[1],
            ),
            zh="斜率该是负的：样本多了，误差变小。",
            en="The slope is negative: with more examples the error is smaller.",
            credit=0.5,
        ),
        wrong(
            lambda few, error_few, many, error_many, target: (
                needed(few, error_few, many, error_many, target)[0],
                needed(few, error_few, many, error_many, target)[1] - many,
            ),
            zh="要的是总数，不是还差的。",
            en="Asked is the number in all, not what is still missing.",
            credit=0.5,
        ),
        wrong(
            lambda few, error_few, many, error_many, target: (
                1 / needed(few, error_few, many, error_many, target)[0],
                needed(few, error_few, many, error_many, target)[1],
            ),
            zh="斜率颠倒了：误差的变化除以样本数的变化。",
            en="The slope is upside down: change of the error over change of the number.",
            credit=0.5,
        ),
        wrong(
            lambda few, error_few, many, error_many, target: (
                needed(few, error_few, many, error_many, target)[0],
                many * error_many / target,
            ),
            zh="误差减半，样本不是加倍：要除以斜率。",
            en="Half the error does not take twice the examples: divide by the slope.",
            credit=0.5,
        ),
    ),
)

TASKS = (NOISY, SLOPE, SHIFT, HALF, MORE)
