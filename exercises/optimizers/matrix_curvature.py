"""Exercises on curvature by matrices, declared once.

Book: optimizers/matrix_curvature
"""

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import negated, replaced
from dlnotes.optimizers.muon import orthogonal

TITLE = both(zh="曲率按矩阵算", en="curvature by matrices")


# Whom one step teaches


def taught(frequencies, lr):
    """By a decomposition of the gradient: pairs are rows of two identity matrices."""
    gradient = -torch.tensor(frequencies, dtype=torch.float64).diag()
    U, _, Vh = torch.linalg.svd(gradient)
    return -lr * gradient[-1, -1].item(), -lr * (U @ Vh)[-1, -1].item()


TAUGHT = Task(
    id="taught_in_one_step",
    points=1,
    title=both(zh="一步教会谁", en="Whom one step teaches"),
    prompt=both(
        zh="一个矩阵从 0 开始记几对东西，键两两垂直，值也是，长度都是 1。各对的频率是列表 `frequencies`，从大到小，加起来是 1；损失是误差平方的一半，按频率平均。学习率是 `lr`，不带动量。\n\n"
        "走一步以后，最罕见的那对各学到多少（0 没学，1 学会）？一步是梯度下降的，另一步先把梯度的奇异值恰好换成 1，再乘 `lr`。返回 `(descent, leveled)`。",
        en="A matrix, 0 at the start, is to remember a few pairs; keys stand at right angles, and so do values, all of length 1.\n"
        "The frequencies of the pairs are the list `frequencies`, the largest first, with sum 1; the loss is half the squared error, averaged with these frequencies.\n"
        "The learning rate is `lr`, without momentum.\n\n"
        "How much of the rarest pair is learned in one step (0 nothing, 1 all), by gradient descent and by a step that first sets the singular values of the gradient to exactly 1, then multiplies by `lr`?\n"
        "Return `(descent, leveled)`.",
    ),
    solution='''
def taught_in_one_step(frequencies, lr):
    """What one step teaches of the rarest pair, as (descent, leveled)."""
    ### BEGIN SOLUTION
    return lr * frequencies[-1], lr
    ### END SOLUTION
''',
    returns="(descent, leveled)",
    inputs=lambda draw: {
        "frequencies": [0.5, 0.3, 0.2 - (rarest := draw.between(0.02, 0.08)), rarest],
        "lr": draw.between(0.2, 0.9),
    },
    reference=taught,
    hints=(
        both(
            zh="从 0 出发，每一对在梯度里占一个方向，互不相干。",
            en="From 0 every pair has a direction of its own in the gradient.",
        ),
        both(
            zh="梯度是 $-\\sum_i p_i\\,b_ia_i^\\top$：奇异值就是频率 $p_i$。",
            en="The gradient is $-\\sum_i p_i\\,b_ia_i^\\top$: its singular values are the frequencies $p_i$.",
        ),
        both(
            zh="梯度下降在一个方向上走学习率乘奇异值；拉平以后，奇异值是 1。",
            en="Along a direction gradient descent goes the learning rate times the singular value; once leveled, that value is 1.",
        ),
    ),
    wrong=(
        wrong(
            replaced(taught, 0, lambda frequencies, lr: lr * frequencies[0]),
            zh="这是最常见的那对学到的；问的是最罕见的。",
            en="This is what the most frequent pair learns; the rarest is asked for.",
            credit=0.5,
        ),
        wrong(
            replaced(taught, 1, lambda frequencies, lr: lr * frequencies[-1]),
            zh="拉平以后，频率不再管一步走多远。",
            en="Once leveled, the frequency no longer decides how far a step goes.",
            credit=0.5,
        ),
        wrong(
            replaced(taught, 1, lambda frequencies, lr: lr / len(frequencies)),
            zh="拉平不是平分：每个奇异值都换成 1，不是几对分一份。",
            en="Leveling is not sharing: every singular value becomes 1, they do not split one among them.",
            credit=0.5,
        ),
        wrong(
            replaced(taught, 1, lambda frequencies, lr: 1.0),
            zh="学习率乘上了吗？拉平的是奇异值，一步多长还归学习率管。",
            en="Is the learning rate in it? The singular values are leveled; how long a step is remains the business of the learning rate.",
            credit=0.5,
        ),
        wrong(
            lambda frequencies, lr: tuple(-part for part in taught(frequencies, lr)),
            zh="符号反了：一步是往梯度的反方向走，学到的是正的。",
            en="The sign is wrong: a step goes against the gradient, and what is learned is positive.",
        ),
    ),
)


# How many rounds


def rounds_until(share, lift=3.4445, cube=-4.7750, fifth=2.0315):
    """Rounds of Newton–Schulz until a singular value exceeds one half, and the value then."""
    count = 0
    while share <= 0.5:
        share, count = lift * share + cube * share**3 + fifth * share**5, count + 1
    return count, share


ROUNDS = Task(
    id="rounds_needed",
    points=1,
    title=both(zh="要几轮才拉得上来", en="How many rounds it takes"),
    prompt=both(
        zh="矩阵除以自己的范数以后，有个奇异值是 `share`，不到 0.5。Muon 的一轮把它变成它的 3.4445 倍，减去立方的 4.7750 倍，加上五次方的 2.0315 倍。\n\n"
        "几轮以后，它头一次超过 0.5？这时是多少？返回轮数和这个值。",
        en="A matrix is divided by its norm, and one singular value is `share`, less than 0.5.\n"
        "One of Muon's rounds makes it 3.4445 times itself, minus 4.7750 times its cube, plus 2.0315 times its fifth power.\n\n"
        "After how many rounds does it exceed 0.5 for the first time, and what is it then?\n"
        "Return the number of rounds and that value.",
    ),
    solution='''
def rounds_needed(share):
    """Rounds until the singular value exceeds one half, and the value then."""
    ### BEGIN SOLUTION
    rounds = 0
    while share <= 0.5:
        share = 3.4445 * share - 4.7750 * share**3 + 2.0315 * share**5
        rounds = rounds + 1
    return rounds, share
    ### END SOLUTION
''',
    inputs=lambda draw: {"share": 10 ** draw.between(-3.6, -2.3)},
    reference=rounds_until,
    hints=(
        both(
            zh="从头一轮一轮地算，数到它超过 0.5 为止。",
            en="Go round by round, and count until it exceeds 0.5.",
        ),
        both(
            zh="小的时候，一轮差不多就是乘 3.4445。",
            en="While it is small a round is about a factor of 3.4445.",
        ),
        both(
            zh="用 `while`：还没超过就再来一轮；三项都用这一轮开始时的值。",
            en="Use `while`: one more round as long as it has not exceeded; all three terms take the value with which the round began.",
        ),
    ),
    wrong=(
        wrong(
            lambda share: (rounds_until(share)[0] - 1, rounds_until(share)[1]),
            zh="少了一轮：这时还没超过 0.5。",
            en="One round short: at this point it does not exceed 0.5 yet.",
            credit=0.5,
        ),
        wrong(
            lambda share: (rounds_until(share)[0] + 1, rounds_until(share)[1]),
            zh="多了一轮：上一轮已经超过了。轮数从 0 数起。",
            en="One round too many: it was enough the round before. Begin counting at 0.",
            credit=0.5,
        ),
        wrong(
            lambda share: rounds_until(share, 1.5, -0.5, 0.0),
            zh="这是经典的 Newton–Schulz，系数 1.5 和 −0.5：一轮只乘 1.5，慢得多。",
            en="This is the classical Newton–Schulz with 1.5 and −0.5, a factor of 1.5 a round, which is far slower.",
        ),
        wrong(
            lambda share: (5, 3.4445**5 * share),
            zh="这是 5 轮以后大约多大。问的是几轮。",
            en="This is about how large it is after 5 rounds. The question is how many rounds.",
        ),
    ),
)


# What is stored


def stored(layers):
    """Counted by making the matrices, on a device that stores nothing."""
    count = dict.fromkeys(("muon", "shampoo", "soap"), 0)
    for rows, columns in layers:
        weight = torch.empty(rows, columns, device="meta").numel()
        sides = sum(torch.empty(n, n, device="meta").numel() for n in (rows, columns))
        count["muon"] += weight
        count["shampoo"] += sides
        count["soap"] += 2 * sides + 2 * weight
    return tuple(count.values())


def totals(layers, of):
    return sum(of(rows, columns) for rows, columns in layers)


STORED = Task(
    id="matrix_memory",
    points=1,
    title=both(zh="一家人各存多少", en="What each of the family stores"),
    prompt=both(
        zh="`layers` 是一串权重矩阵的形状 `(rows, columns)`，没有偏置。参数之外，Muon、Shampoo、SOAP 各要存多少个数？Shampoo 一层存两个方阵，行一个，列一个；SOAP 另存它们的特征向量，再存 Adam 的两份。\n\n"
        "返回 `(muon, shampoo, soap)`。",
        en="`layers` is a list of shapes `(rows, columns)` of weight matrices, without biases.\n"
        "Besides the parameters, how many numbers do Muon, Shampoo and SOAP store?\n"
        "Shampoo stores two square matrices a layer, one for rows and one for columns; SOAP stores their eigenvectors as well, and both parts of Adam.\n\n"
        "Return `(muon, shampoo, soap)`.",
    ),
    solution='''
def matrix_memory(layers):
    """The numbers stored, as (muon, shampoo, soap)."""
    ### BEGIN SOLUTION
    weights = sum(rows * columns for rows, columns in layers)
    sides = sum(rows**2 + columns**2 for rows, columns in layers)
    return weights, sides, 2 * sides + 2 * weights
    ### END SOLUTION
''',
    returns="(muon, shampoo, soap)",
    inputs=lambda draw: {
        "layers": [
            (draw.whole(10, 40), draw.whole(50, 90)),
            (draw.whole(3, 9), draw.whole(10, 40)),
        ]
    },
    reference=stored,
    hints=(
        both(
            zh="Muon 只记动量，和权重一样多。",
            en="Muon keeps momentum alone, as many numbers as weights.",
        ),
        both(
            zh="一层有 $O$ 行 $I$ 列，两个方阵合起来是 $O^2+I^2$。",
            en="For a layer of $O$ rows and $I$ columns the two square matrices have $O^2+I^2$.",
        ),
        both(
            zh="SOAP：方阵和特征向量各 $O^2+I^2$，Adam 的两份各 $OI$。",
            en="SOAP: $O^2+I^2$ for the matrices and again for the eigenvectors, $OI$ for each part of Adam.",
        ),
    ),
    wrong=(
        wrong(
            replaced(stored, 0, lambda layers: 2 * totals(layers, lambda o, i: o * i)),
            zh="Muon 不记梯度的平方：只有动量一份。",
            en="Muon keeps no squares of gradients: there is momentum alone.",
            credit=0.5,
        ),
        wrong(
            replaced(stored, 1, lambda layers: totals(layers, lambda o, i: (o * i) ** 2)),
            zh="那是整个大矩阵。Shampoo 一边一个小的，不写出克罗内克积。",
            en="That is the whole large matrix. Shampoo keeps a small one on each side and never writes their Kronecker product.",
            credit=0.5,
        ),
        wrong(
            replaced(stored, 1, lambda layers: totals(layers, lambda o, i: o**2)),
            zh="只算了行那一边：列还有一个方阵。",
            en="Only the rows are counted: the columns have a square matrix as well.",
            credit=0.5,
        ),
        wrong(
            replaced(
                stored, 2, lambda layers: totals(layers, lambda o, i: o**2 + i**2 + 2 * o * i)
            ),
            zh="SOAP 的特征向量也要存：方阵那一份要算两遍。",
            en="SOAP stores eigenvectors too: what the square matrices take counts twice.",
            credit=0.5,
        ),
    ),
)


# Two small systems instead of a large one


def some_layer(draw: Draw):
    """A gradient `(3, 4)` and two factors, not symmetric in size, so that no mix-up passes."""
    wide = torch.stack([draw.normal(4) for _ in range(6)])
    high = torch.stack([draw.normal(3) for _ in range(6)])
    return {
        "slope": torch.stack([draw.normal(4) for _ in range(3)]),
        "A": wide.T @ wide / 6 + torch.eye(4, dtype=torch.float64),
        "G": high.T @ high / 6 + torch.eye(3, dtype=torch.float64),
    }


def by_kronecker(slope, A, G):
    """The large system, written out."""
    long = torch.linalg.solve(torch.kron(G, A), slope.flatten())
    return -long.view_as(slope)


SPLIT = Task(
    id="kfac_direction",
    points=3,
    kind="implementation",
    title=both(zh="一个大方程，拆成两个小的", en="One large system, split in two"),
    prompt=both(
        zh="一层权重的梯度是 `slope`，形状 `(O, I)`；两个因子是 `G`，形状 `(O, O)`，和 `A`，形状 `(I, I)`，都对称可逆。返回 K-FAC 的方向：费希尔矩阵（Fisher matrix）取 $G \\otimes A$，负的梯度乘它的逆，排回 `(O, I)`。\n\n"
        "别写出克罗内克积，解两个小方程就够。传进来的东西都别改。",
        en="The gradient of a layer's weights is `slope`, shape `(O, I)`; its two factors are `G`, shape `(O, O)`, and `A`, shape `(I, I)`, both symmetric and invertible.\n"
        "Return the direction of K-FAC: with $G \\otimes A$ for the Fisher matrix, its inverse times the negative gradient, put back into shape `(O, I)`.\n\n"
        "Do not write out the Kronecker product; two small systems are enough.\n"
        "Leave everything that is passed in as it is.",
    ),
    solution='''
def kfac_direction(slope, A, G):
    """The direction of K-FAC for one layer."""
    ### BEGIN SOLUTION
    half = torch.linalg.solve(G, slope)
    return -torch.linalg.solve(A, half, left=False)
    ### END SOLUTION
''',
    inputs=some_layer,
    reference=by_kronecker,
    hints=(
        both(
            zh="一边管单元，一边管输入：各自从一侧乘进来。",
            en="One factor belongs to the units, the other to the inputs: each enters from its own side.",
        ),
        both(
            zh="方向是 $-G^{-1}\\,\\nabla_W f\\,A^{-1}$。",
            en="The direction is $-G^{-1}\\,\\nabla_W f\\,A^{-1}$.",
        ),
        both(
            zh="左边用 `torch.linalg.solve(G, slope)`，右边那次加上 `left=False`。",
            en="Use `torch.linalg.solve(G, slope)` on the left, and `left=False` for the one on the right.",
        ),
    ),
    wrong=(
        wrong(
            negated(by_kronecker),
            zh="符号反了：这是上坡的方向。",
            en="The sign is wrong: this direction leads uphill.",
            credit=0.5,
        ),
        wrong(
            lambda slope, A, G: -G @ slope @ A,
            zh="你乘上了因子，要乘的是因子的逆。",
            en="You multiplied by the factors; it is their inverses that multiply.",
        ),
        wrong(
            lambda slope, A, G: -torch.linalg.solve(G, slope),
            zh="只用了 `G`：右边还有 `A` 的逆。",
            en="Only `G` is used: the inverse of `A` belongs on the right.",
            credit=0.5,
        ),
        wrong(
            lambda slope, A, G: -torch.linalg.solve(A, slope, left=False),
            zh="只用了 `A`：左边还有 `G` 的逆。",
            en="Only `A` is used: the inverse of `G` belongs on the left.",
            credit=0.5,
        ),
        wrong(
            lambda slope, A, G: -slope / G.diagonal()[:, None] / A.diagonal(),
            zh="只用了两条对角线：那就退回到一个参数一个步长了。",
            en="Only the two diagonals are used: that is back to one step size for every parameter.",
        ),
        wrong(
            lambda slope, A, G: -slope / (G.diagonal().sum() * A.diagonal().sum()),
            zh="整层只缩放了一个倍数：方向还是梯度的方向。",
            en="The whole layer is scaled by one number: the direction is still the gradient's.",
        ),
        wrong(
            lambda slope, A, G: -(torch.linalg.inv(G) @ slope + slope @ torch.linalg.inv(A)) / 2,
            zh="两边各除一次再平均，不是克罗内克积的逆：两次除法要接着做。",
            en="Dividing on either side and taking the mean does not invert a Kronecker product: do one division after the other.",
        ),
    ),
)


# Muon's iteration

FIRST, SECOND, THIRD = 3.4445, -4.7750, 2.0315


def rounds(inner, start=None, count=5):
    """A matrix iteration whose round is `inner(X, X Xᵀ)`."""

    def run(matrix):
        X = matrix / matrix.norm() if start is None else start(matrix)
        for _ in range(count):
            X = inner(X, X @ X.T)
        return X

    return run


def right(X, gram):
    return FIRST * X + (SECOND * gram + THIRD * gram @ gram) @ X


def polar(matrix):
    U, _, Vh = torch.linalg.svd(matrix, full_matrices=False)
    return U @ Vh


LEVEL = Task(
    id="muon_level",
    points=3,
    kind="implementation",
    title=both(zh="把奇异值拉平", en="Level the singular values"),
    prompt=both(
        zh="写出 Muon 的 Newton–Schulz 迭代。`matrix` 的行不比列多。先除以它的弗罗贝尼乌斯范数（Frobenius norm），分母里不另加常数，然后做 5 轮 $X \\leftarrow 3.4445\\,X - 4.7750\\,(XX^\\top)X + 2.0315\\,(XX^\\top)^2X$。返回最后的 $X$。",
        en="Write the Newton–Schulz iteration of Muon.\n"
        "`matrix` has no more rows than columns.\n"
        "Divide it by its Frobenius norm, with no constant added, then do 5 rounds of $X \\leftarrow 3.4445\\,X - 4.7750\\,(XX^\\top)X + 2.0315\\,(XX^\\top)^2X$.\n"
        "Return the last $X$.",
    ),
    solution='''
def muon_level(matrix):
    """A matrix with the same singular vectors and singular values near 1."""
    ### BEGIN SOLUTION
    X = matrix / matrix.norm()
    for _ in range(5):
        gram = X @ X.T
        X = 3.4445 * X + (-4.7750 * gram + 2.0315 * gram @ gram) @ X
    return X
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "matrix": draw.between(0.05, 0.2) * torch.stack([draw.normal(5) for _ in range(3)])
    },
    reference=orthogonal,
    hints=(
        both(
            zh="每一轮只做矩阵乘法，奇异向量不动，动的只有奇异值。",
            en="A round consists of matrix products; the singular vectors stay, only the singular values move.",
        ),
        both(
            zh="对一个奇异值，一轮是：它的 3.4445 倍，减去立方的 4.7750 倍，加上五次方的 2.0315 倍。",
            en="For one singular value a round is 3.4445 times itself, minus 4.7750 times its cube, plus 2.0315 times its fifth power.",
        ),
        both(
            zh="先把 $XX^\\top$ 算出来，它自己和它的平方各用一次；每一轮都要重新算。",
            en="Compute $XX^\\top$ first; it and its square are used once each, and it must be made anew in every round.",
        ),
    ),
    wrong=(
        wrong(
            polar,
            zh="这是奇异值分解给的准答案。Muon 不分解，它的奇异值只是接近 1。",
            en="This is the exact answer, by a decomposition. Muon decomposes nothing, and its singular values are only near 1.",
            credit=0.5,
        ),
        wrong(
            rounds(right, start=lambda matrix: matrix),
            zh="开头没有除以范数：小的矩阵还没拉上来，大的会飞出去。",
            en="It was not divided by its norm first: a small matrix has not come up yet, and a large one flies off.",
            credit=0.5,
        ),
        wrong(
            rounds(right, count=1),
            zh="只做了一轮：小的奇异值还没拉上来，要做 5 轮。",
            en="One round only: small singular values have not come up yet, do 5.",
            credit=0.5,
        ),
        wrong(
            rounds(lambda X, gram: FIRST * X + SECOND * gram @ X),
            zh="少了五次方那一项：$XX^\\top$ 的平方也要乘上 $X$。",
            en="The fifth power is missing: the square of $XX^\\top$ multiplies $X$ as well.",
        ),
        wrong(
            rounds(lambda X, gram: 1.5 * X - 0.5 * gram @ X),
            zh="这是经典的 Newton–Schulz，系数是 1.5 和 −0.5。Muon 换了三个系数，小的奇异值拉得快得多。",
            en="This is the classical Newton–Schulz with coefficients 1.5 and −0.5. Muon has three others, which lift small singular values far sooner.",
        ),
        wrong(
            rounds(lambda X, gram: FIRST * X + SECOND * X**3 + THIRD * X**5),
            zh="你对每个元素取了立方。要的是矩阵的乘积，$XX^\\top X$。",
            en="You cubed every entry. What is asked for is the matrix product, $XX^\\top X$.",
        ),
        wrong(
            lambda matrix: matrix / matrix.norm(),
            zh="只除了范数：奇异值的比例一点没变。",
            en="Only divided by the norm: the ratios of the singular values are as before.",
        ),
    ),
)

TASKS = [TAUGHT, ROUNDS, STORED, SPLIT, LEVEL]
