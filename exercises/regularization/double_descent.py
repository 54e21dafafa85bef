"""Exercises on double descent, the shortest solution and flat minima, declared once.

Book: regularization/double_descent
"""

import torch

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import swapped
from dlnotes.regularization.random_features import noise_in_weights, shortest
from dlnotes.regularization.sharpness_aware import sharpness_aware

TITLE = both(zh="双下降", en="Double descent")


# The shortest of many solutions


def wide_given(draw):
    count = draw.whole(2, 4)
    width = count + draw.whole(2, 4)
    X = torch.stack([draw.normal(width) for _ in range(count)])
    return {"X": X, "y": draw.normal(count)}


def least(X, y):
    return shortest(X, y)


def _first_columns(X, y):
    count = len(X)
    solved = torch.linalg.solve(X[:, :count], y)
    return torch.cat([solved, X.new_zeros(X.shape[1] - count)])


SHORTEST = Task(
    id="shortest_solution",
    points=3,
    kind="implementation",
    title=both(zh="无数个解里最短的", en="The shortest of countless solutions"),
    prompt=both(
        zh="`X` 的每一行是一个样本，列比行多，各行线性无关；满足 $X\\theta=y$ 的 $\\theta$ 有无数个。\n\n返回最短的那个。不要用 `pinv` 和 `lstsq`。例如只有一行 `(3, 4)`、`y` 是 10：(1.2, 1.6)。",
        en="Every row of `X` is an example; there are more columns than rows, and the rows are linearly independent, so countless $\\theta$ satisfy $X\\theta=y$.\n\nReturn the shortest, without `pinv` or `lstsq`.\nFor instance, a single row `(3, 4)` and `y` of 10: (1.2, 1.6).",
    ),
    solution='''
def shortest_solution(X, y):
    """The shortest theta with X theta = y, shape (D,)."""
    ### BEGIN SOLUTION
    shares = torch.linalg.solve(X @ X.T, y)
    return (shares[:, None] * X).sum(0)
    ### END SOLUTION
''',
    inputs=wide_given,
    reference=least,
    hints=(
        both(
            zh="最短的解没有垂直于各行的部分：写成各行之和，每行一个份额。",
            en="The shortest solution has no part perpendicular to the rows: write it as a sum of rows, a share of each.",
        ),
        both(
            zh="$\\theta$ 是 $X^\\top$ 乘份额，代进 $X\\theta=y$：$XX^\\top$ 乘份额，等于 $y$。",
            en="$\\theta$ is $X^\\top$ times the shares; put it into $X\\theta=y$, and $XX^\\top$ times the shares is $y$.",
        ),
        both(
            zh="$XX^\\top$ 是方的，行数乘行数，可以用 `torch.linalg.solve`；最后每行乘上份额，加起来。",
            en="$XX^\\top$ is square, rows by rows, so `torch.linalg.solve` applies; at the end multiply each row by its share and add them up.",
        ),
    ),
    wrong=(
        wrong(
            _first_columns,
            zh="它穿过每个点，却只用了前几列：摊到所有列上，更短。",
            en="It fits every point, but with the first columns only: spread over all of them it is shorter.",
            credit=0.5,
        ),
        wrong(
            lambda X, y: X.T @ y,
            zh="这是从 0 走的一步，方向对，还没有穿过各点：份额要解出来。",
            en="This is one step from 0, the right kind of sum, but it does not fit yet: the shares have to be solved for.",
        ),
        wrong(
            lambda X, y: shortest(X, y, 0.1),
            zh="你罚了：不罚，才能穿过每一个点。",
            en="There is a penalty in it: only without one does it fit every point.",
            credit=0.5,
        ),
        wrong(
            lambda X, y: torch.linalg.solve(X @ X.T, y),
            zh="这是各行的份额：乘回 $X^\\top$，才是系数。",
            en="These are the shares of the rows: times $X^\\top$ they become coefficients.",
            credit=0.5,
        ),
        wrong(
            lambda X, y: least(X, y) / len(X),
            zh="多除了一次行数：方程里没有平均。",
            en="Divided by the number of rows once too often: the equation has no mean.",
            credit=0.5,
        ),
        wrong(
            lambda X, y: least(X, y) + _across(X),
            zh="它也穿过每个点，可还带着一段垂直于各行的：去掉它，更短。",
            en="It fits every point as well, and carries a part perpendicular to all rows: without it, it is shorter.",
            credit=0.5,
        ),
        wrong(
            lambda X, y: -least(X, y),
            zh="符号反了。",
            en="The sign is reversed.",
            credit=0.5,
        ),
    ),
)


def _across(X):
    """What of a vector of ones is perpendicular to all rows."""
    ones = torch.ones(X.shape[1], dtype=X.dtype)
    return ones - shortest(X, X @ ones)


# Where gradient descent ends


def start_given(draw):
    return {"row": draw.normal(3), "target": draw.between(1, 3), "start": draw.normal(3)}


def ended(row, target, start):
    miss = target - row @ start
    return start + miss * row / (row @ row)


START = Task(
    id="where_descent_ends",
    points=2,
    title=both(zh="从哪里出发，停在哪里", en="Where it starts, where it ends"),
    prompt=both(
        zh="只有一个样本，特征是 `row`（$x$），目标是 `target`（$y$），三个系数（$\\theta$）。从 `start` 出发，用梯度下降把 $(x\\cdot\\theta-y)^2$ 降到 0，学习率够小。停在哪里？\n\n例如特征 (1, 1, 0)、目标 2：从 0 出发，停在 (1, 1, 0)；从 (1, 0, 5) 出发，停在 (1.5, 0.5, 5)。",
        en="One example with the features `row` ($x$) and the target `target` ($y$), and three coefficients ($\\theta$).\nFrom `start`, gradient descent at a small learning rate brings $(x\\cdot\\theta-y)^2$ down to 0.\nWhere does it end?\n\nFor instance, features (1, 1, 0) and target 2: from 0 it ends at (1, 1, 0), and from (1, 0, 5) at (1.5, 0.5, 5).",
    ),
    solution='''
def where_descent_ends(row, target, start):
    """Where gradient descent ends, shape (3,)."""
    ### BEGIN SOLUTION
    along = row / row.norm()
    kept = start - (start @ along) * along
    return kept + target / row.norm() * along
    ### END SOLUTION
''',
    inputs=start_given,
    reference=ended,
    hints=(
        both(
            zh="每一步都沿着同一个方向。哪一部分一直没动？",
            en="Every step goes along one and the same direction. Which part never moves?",
        ),
        both(
            zh="垂直于 `row` 的部分留着：$\\theta_0-\\frac{x\\cdot\\theta_0}{x\\cdot x}x$。",
            en="What is perpendicular to `row` stays: $\\theta_0-\\frac{x\\cdot\\theta_0}{x\\cdot x}x$.",
        ),
        both(
            zh="再加上最短的解 $\\frac{y}{x\\cdot x}x$。",
            en="Add the shortest solution $\\frac{y}{x\\cdot x}x$ to it.",
        ),
    ),
    wrong=(
        wrong(
            lambda row, target, start: target * row / (row @ row),
            zh="这是从 0 出发停下的地方：起点里垂直于 `row` 的部分还在。",
            en="This is where it ends from 0: the part of the start that is perpendicular to `row` is still there.",
            credit=0.5,
        ),
        wrong(
            lambda row, target, start: start + target * row / (row @ row),
            zh="起点沿着 `row` 的部分算了两次：差多少，只走多少。",
            en="What the start has along `row` is counted twice: descent goes only as far as is still missing.",
            credit=0.5,
        ),
        wrong(
            lambda row, target, start: start + (target - row @ start) * row,
            zh="要除以 `row` 的长度的平方：系数挪一个 `row`，预测变 $x\\cdot x$。",
            en="Divide by the squared length of `row`: moving the coefficients by one `row` changes the prediction by $x\\cdot x$.",
            credit=0.5,
        ),
        wrong(
            lambda row, target, start: start - (row @ start) * row / (row @ row),
            zh="这只是没动的那一部分，还没有到目标。",
            en="This is only the part that never moves; it does not reach the target.",
            credit=0.5,
        ),
    ),
)


# How long noise makes the weights


def noise_given(draw):
    count = draw.whole(3, 5)
    X = torch.stack([draw.normal(count + draw.case % 3) for _ in range(count)])
    return {"X": X, "noise": draw.between(0.3, 2), "alpha": draw.decades(0.01, 1)}


def noisy(X, noise, alpha):
    free, paid = (noise**2 * noise_in_weights(X, strength) for strength in (0.0, alpha))
    return free.item(), paid.item()


def _with_values(X, noise, alpha, free, paid):
    s = torch.linalg.svdvals(X)
    return (noise**2 * free(s).sum()).item(), (noise**2 * paid(s, len(X) * alpha).sum()).item()


NOISE = Task(
    id="noise_in_weights",
    points=2,
    title=both(zh="噪声能把系数拉多长", en="How long noise makes the coefficients"),
    prompt=both(
        zh="目标全是噪声：平均 0，标准差 `noise`，各个互不相关。最短的最小二乘解，长度的平方平均是多少？罚上 $\\alpha$ 乘系数的平方和（误差取平均），又是多少？\n\n例如 `X` 是对角线上 1 和 0.1 的方阵，标准差 1：不罚是 101。",
        en="The targets are noise alone: of mean 0 and standard deviation `noise`, unrelated to each other.\nWhat is the mean squared length of the shortest least-squares solution?\nAnd with a penalty of $\\alpha$ times the sum of the squared coefficients on the mean squared error?\n\nFor instance, `X` square with 1 and 0.1 on its diagonal, standard deviation 1: 101 without a penalty.",
    ),
    solution='''
def noise_in_weights(X, noise, alpha):
    """Mean squared length of the coefficients, as (without a penalty, with it)."""
    ### BEGIN SOLUTION
    s = torch.linalg.svdvals(X)
    shrunk = s / (s**2 + X.shape[0] * alpha)
    return noise**2 * (1 / s**2).sum().item(), noise**2 * (shrunk**2).sum().item()
    ### END SOLUTION
''',
    returns="(free, paid)",
    inputs=noise_given,
    reference=noisy,
    hints=(
        both(
            zh="分到各个奇异方向上：噪声在每个方向上一样大，解把它除以奇异值。",
            en="Go over to the singular directions: noise is equally large in each, and the solution divides it by the singular value.",
        ),
        both(
            zh="不罚：$\\sigma^2\\sum 1/d_k^2$。罚了，$1/d_k$ 换成 $d_k/(d_k^2+N\\alpha)$。",
            en="Without a penalty: $\\sigma^2\\sum 1/d_k^2$. With one, $1/d_k$ becomes $d_k/(d_k^2+N\\alpha)$.",
        ),
        both(
            zh="`torch.linalg.svdvals(X)` 给出奇异值；$N$ 是行数。",
            en="`torch.linalg.svdvals(X)` gives the singular values; $N$ is the number of rows.",
        ),
    ),
    wrong=(
        wrong(
            lambda X, noise, alpha: _with_values(
                X, noise, alpha, lambda s: 1 / s, lambda s, a: s / (s**2 + a)
            ),
            zh="长度的平方：每个方向上的因子也要平方。",
            en="A squared length: the factor of each direction is squared, too.",
            credit=0.5,
        ),
        wrong(
            lambda X, noise, alpha: _with_values(
                X, noise, alpha, lambda s: s**-2, lambda s, a: 1 / (s**2 + a)
            ),
            zh="罚了以后的因子是 $d_k/(d_k^2+N\\alpha)$，平方以后分子还有 $d_k^2$。",
            en="With a penalty the factor is $d_k/(d_k^2+N\\alpha)$: squared, it has $d_k^2$ on top.",
            credit=0.5,
        ),
        wrong(
            lambda X, noise, alpha: _with_values(
                X, noise, alpha / len(X), lambda s: s**-2, lambda s, a: (s / (s**2 + a)) ** 2
            ),
            zh="误差取了平均，惩罚没有：`alpha` 前面要乘行数。",
            en="The error is a mean, the penalty is not: `alpha` is multiplied by the number of rows.",
            credit=0.5,
        ),
        wrong(
            lambda X, noise, alpha: _with_values(
                X, 1.0, alpha, lambda s: noise * s**-2, lambda s, a: noise * (s / (s**2 + a)) ** 2
            ),
            zh="噪声也要平方：它的方差进到长度的平方里。",
            en="The noise is squared as well: its variance enters the squared length.",
            credit=0.5,
        ),
        wrong(
            swapped(noisy),
            zh="次序反了：不罚的在前，它更长。",
            en="The order is reversed: the one without a penalty comes first, and is the longer.",
            credit=0.5,
        ),
    ),
)


# One function, many sharpnesses


def pair_given(draw):
    return {"a": draw.between(0.5, 4), "b": draw.between(0.5, 4), "factor": draw.between(1.5, 6)}


def pair(a, b, factor):
    return a**2 + b**2, (factor * a) ** 2 + (b / factor) ** 2, 2 * a * b


TWINS = Task(
    id="one_function",
    points=2,
    title=both(zh="同一个函数，几种锐度", en="One function, several sharpnesses"),
    prompt=both(
        zh="最小的网络：输入 1，输出 $ab$，损失 $(ab-t)^2/2$，$t$ 正好等于现在的 `a` 乘 `b`，都大于 0。把 `a` 放大到 `factor` 倍、`b` 缩回来，输出不变。\n\n返回三个锐度（海森矩阵的最大特征值）：原来的，缩放以后的，以及随便选倍数能到的最低。例如 `a`、`b` 都是 1，倍数 10：2、100.01、2。",
        en="The smallest net: input 1, output $ab$, loss $(ab-t)^2/2$, where $t$ just equals `a` times `b` as they are, both greater than 0.\nMultiply `a` by `factor` and divide `b` by the same, and the output stays.\n\nReturn three sharpnesses (largest eigenvalue of the Hessian): as it is, after that, and the lowest that any factor can reach.\nFor instance, `a` and `b` of 1 and the factor 10: 2, 100.01 and 2.",
    ),
    solution='''
def one_function(a, b, factor):
    """Sharpness as (before, after, lowest)."""
    ### BEGIN SOLUTION
    before = a * a + b * b
    after = a * a * factor**2 + b * b / factor**2
    return before, after, 2 * (a * b)
    ### END SOLUTION
''',
    returns="(before, after, lowest)",
    inputs=pair_given,
    reference=pair,
    hints=(
        both(
            zh="谷底处误差是 0，海森矩阵只剩输出的梯度自己乘自己。",
            en="At the bottom the error is 0, and of the Hessian only the gradient of the output times itself is left.",
        ),
        both(
            zh="输出 $ab$ 的梯度是 $(b,a)$：特征值是 0 和 $a^2+b^2$。",
            en="The gradient of $ab$ is $(b,a)$: the eigenvalues are 0 and $a^2+b^2$.",
        ),
        both(
            zh="$a^2+b^2\\geq2ab$，两个一样大时取等号；倍数改不了 $ab$。",
            en="$a^2+b^2\\geq2ab$, equal where the two are; a factor leaves $ab$ as it is.",
        ),
    ),
    wrong=(
        wrong(
            lambda a, b, factor: (a**2 + b**2, factor**2 * (a**2 + b**2), 2 * a * b),
            zh="`b` 除以倍数，不是乘：它那一项变小。",
            en="`b` is divided by the factor, not multiplied: its term gets smaller.",
            credit=0.5,
        ),
        wrong(
            lambda a, b, factor: (a**2 + b**2, a**2 + b**2, 2 * a * b),
            zh="函数没变，锐度变了：它看的是参数动一点，输出动多少。",
            en="The function stays, the sharpness does not: it says how far the output moves when a parameter does.",
            credit=0.5,
        ),
        wrong(
            lambda a, b, factor: (a**2 + b**2, (factor * a) ** 2 + (b / factor) ** 2, 0.0),
            zh="压不到 0：一边小了，另一边就大，乘积定死了。",
            en="It cannot be brought to 0: as one gets smaller the other grows, and their product is fixed.",
            credit=0.5,
        ),
        wrong(
            lambda a, b, factor: tuple(value / 2 for value in pair(a, b, factor)),
            zh="损失前面的 1/2，求两次导就约掉了。",
            en="The 1/2 of the loss cancels when it is differentiated twice.",
            credit=0.5,
        ),
    ),
)


# A step that looks uphill first


def sam_given(draw):
    curvatures = [draw.between(0.5, 4) for _ in range(3)]
    return {
        "theta": draw.normal(3),
        "curvature": torch.tensor(curvatures, dtype=torch.float64),
        "lr": draw.between(0.05, 0.2),
        "radius": draw.between(0.3, 1),
    }


def looked(theta, curvature, lr, radius):
    def slope(at):
        return {"theta": curvature * at["theta"]}

    return theta - lr * sharpness_aware(slope, {"theta": theta}, radius)["theta"]


def _climbed(theta, curvature, way):
    return curvature * (theta + way)


SAM = Task(
    id="look_uphill_first",
    points=3,
    kind="implementation",
    title=both(zh="先往上看一眼", en="Look uphill first"),
    prompt=both(
        zh="损失是 $\\frac12\\sum\\lambda_i\\theta_i^2$，`curvature` 是各个 $\\lambda_i$，`theta` 是 $\\theta$。写一步 SAM：沿梯度往上走 `radius` 这么远，在那里求梯度，再从**原来的** `theta` 用学习率 `lr` 走下来。\n\n返回新的 `theta`。",
        en="The loss is $\\frac12\\sum\\lambda_i\\theta_i^2$; `curvature` holds the $\\lambda_i$, and `theta` is $\\theta$.\nWrite one step of SAM: go uphill along the gradient as far as `radius`, take the gradient there, and step down from the **old** `theta` with the learning rate `lr`.\n\nReturn the new `theta`.",
    ),
    solution='''
def look_uphill_first(theta, curvature, lr, radius):
    """One step of sharpness-aware minimization, shape (3,)."""
    ### BEGIN SOLUTION
    slope = curvature * theta
    above = theta + radius * slope / slope.norm()
    return theta - lr * (curvature * above)
    ### END SOLUTION
''',
    inputs=sam_given,
    reference=looked,
    hints=(
        both(
            zh="两次梯度：一次定方向，一次拿来走。",
            en="Two gradients: one for the direction, one to step with.",
        ),
        both(
            zh="往上的一段是 $\\rho\\,g/\\lVert g\\rVert$，长度正好 `radius`。",
            en="The way up is $\\rho\\,g/\\lVert g\\rVert$, exactly `radius` long.",
        ),
        both(
            zh="这里的梯度是 `curvature * theta`；上面的是 `curvature * (theta + 那一段)`。",
            en="The gradient here is `curvature * theta`; above it is `curvature * (theta + that way)`.",
        ),
    ),
    wrong=(
        wrong(
            lambda theta, curvature, lr, radius: (
                theta - lr * _climbed(theta, curvature, radius * curvature * theta)
            ),
            zh="往上的一段没有归一化：它的长度要正好是 `radius`。",
            en="The way up is not scaled: its length must be exactly `radius`.",
            credit=0.5,
        ),
        wrong(
            lambda theta, curvature, lr, radius: (
                2 * (theta - lr * curvature * theta) - looked(theta, curvature, lr, radius)
            ),
            zh="你往下看了：要先往上。",
            en="You looked downhill; go up first.",
            credit=0.5,
        ),
        wrong(
            lambda theta, curvature, lr, radius: theta - lr * curvature * theta,
            zh="这是普通的一步：梯度要到上面去求。",
            en="This is an ordinary step: the gradient is asked further up.",
        ),
        wrong(
            lambda theta, curvature, lr, radius: (
                looked(theta, curvature, lr, radius)
                + radius * curvature * theta / (curvature * theta).norm()
            ),
            zh="你从上面那一点往下走了：要从原来的 `theta` 走。",
            en="You stepped down from the place above: step from the old `theta`.",
            credit=0.5,
        ),
        wrong(
            lambda theta, curvature, lr, radius: (
                theta - lr * _climbed(theta, curvature, radius * (curvature * theta).sign())
            ),
            zh="每个坐标都走了 `radius`：整段的长度才是 `radius`。",
            en="Every coordinate moved by `radius`: it is the length of the whole way.",
            credit=0.5,
        ),
        wrong(
            lambda theta, curvature, lr, radius: (
                theta - lr * _climbed(theta, curvature, radius * theta / theta.norm())
            ),
            zh="你沿着 `theta` 往外走：要沿着梯度。",
            en="You went outward along `theta`; go along the gradient.",
            credit=0.5,
        ),
    ),
)

TASKS = (SHORTEST, START, NOISE, TWINS, SAM)
