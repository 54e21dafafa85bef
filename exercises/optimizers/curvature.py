"""Exercises on curvature, declared once.

Book: optimizers/curvature
"""

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import fixed, negated, replaced, scaled
from dlnotes.optimizers.curvature import hessian_vector_product, numbers_kept, saddle_free_step
from dlnotes.optimizers.newton import newton_step

TITLE = both(zh="用上曲率", en="putting curvature to use")
DIRECTION = both(zh="第 {n} 个方向", en="Direction {n}")


# One direction at a time


def by_matrix(slopes, curvatures, damping):
    slope = torch.tensor(slopes, dtype=torch.float64)
    return newton_step(
        slope, torch.tensor(curvatures, dtype=torch.float64).diag(), damping=damping
    ).tolist()


def each(step):
    """One step for every direction, from its slope and its curvature."""
    return lambda slopes, curvatures, damping: [
        step(s, c, damping) for s, c in zip(slopes, curvatures, strict=True)
    ]


def some_directions(draw: Draw):
    """Two directions that bend up, one that bends down, and damping at every other case."""
    return {
        "slopes": draw.numbers(3, 0.5, 4),
        "curvatures": [draw.between(0.5, 2), draw.between(3, 30), draw.between(-9, -4)],
        "damping": 0.0 if draw.case % 2 else draw.between(0.5, 3),
    }


ONE_BY_ONE = Task(
    id="newton_by_directions",
    points=1,
    title=both(zh="一个方向一个方向地走", en="One direction at a time"),
    prompt=both(
        zh="顺着海森矩阵（Hessian）的三个特征向量看，坡度是列表 `slopes`，曲率是列表 `curvatures`，其中一个是负的。阻尼（damping）是 `damping`，可能是 0。\n\n"
        "带阻尼的牛顿法，在每个方向上走多远？返回三个数的列表，带符号。",
        en="Seen along the three eigenvectors of a Hessian, the slopes are the list `slopes` and the curvatures the list `curvatures`, one of them negative.\n"
        "The damping is `damping`, and may be 0.\n\n"
        "How far does damped Newton go in each direction?\n"
        "Return a list of three numbers, with their signs.",
    ),
    solution='''
def newton_by_directions(slopes, curvatures, damping):
    """The step in each direction."""
    ### BEGIN SOLUTION
    return [-s / (c + damping) for s, c in zip(slopes, curvatures)]
    ### END SOLUTION
''',
    returns="[step, step, step]",
    row=DIRECTION,
    inputs=some_directions,
    reference=by_matrix,
    hints=(
        both(
            zh="在特征向量的坐标里，各个方向互不相干。",
            en="In the coordinates of the eigenvectors no direction minds another.",
        ),
        both(
            zh="一个方向上的模型是 $g\\,\\delta + (\\lambda + \\mu)\\,\\delta^2/2$。它在哪里平？",
            en="In one direction the model is $g\\,\\delta + (\\lambda + \\mu)\\,\\delta^2/2$. Where is it flat?",
        ),
        both(
            zh="`zip` 两个列表，每一对算一次除法；阻尼加在分母上。",
            en="`zip` the two lists and divide once for every pair; the damping goes into the denominator.",
        ),
    ),
    wrong=(
        wrong(
            negated(by_matrix),
            zh="符号反了：模型平的地方，在曲率为正的方向上要往下坡走。",
            en="The sign is wrong: where the curvature is positive, the flat spot lies downhill.",
            credit=0.5,
        ),
        wrong(
            each(lambda s, c, d: -s / (abs(c) + d)),
            zh="这是取绝对值的走法。牛顿法不看正负：曲率为负，它就往上走。",
            en="This takes absolute values. Newton's method does not look at the sign: where the curvature is negative, it goes up.",
        ),
        wrong(
            fixed(by_matrix, damping=0.0),
            zh="漏了阻尼：每个曲率都要先加上 `damping`。",
            en="The damping is missing: add `damping` to every curvature first.",
            credit=0.5,
        ),
        wrong(
            each(lambda s, c, d: -s * (c + d)),
            zh="你乘上了曲率。弯得越厉害，步子该越短：要除。",
            en="You multiplied by the curvature. The stronger the bend, the shorter the step: divide.",
        ),
        wrong(
            each(lambda s, c, d: -s),
            zh="这是梯度下降的方向，曲率一点没用上。",
            en="This is the direction of gradient descent; the curvature has not been used.",
        ),
    ),
)


# How much damping


def least(curvatures):
    """By the library's step: the smallest damping from which every direction leads down."""
    matrix = torch.tensor(curvatures, dtype=torch.float64).diag()
    return max(0.0, -torch.linalg.eigvalsh(matrix)[0].item())


ENOUGH = Task(
    id="damping_needed",
    points=1,
    title=both(zh="阻尼要加多少", en="How much damping"),
    prompt=both(
        zh="曲率是列表 `curvatures`。阻尼大过哪个数，牛顿法在每个方向上就都朝下坡走？本来就都朝下，返回 0。\n\n"
        "返回这个数。",
        en="The curvatures are the list `curvatures`.\n"
        "Which number must the damping exceed for Newton's method to go downhill in every direction?\n"
        "If it goes downhill already, return 0.\n\n"
        "Return that number.",
    ),
    solution='''
def damping_needed(curvatures):
    """What the damping must exceed."""
    ### BEGIN SOLUTION
    return max(0.0, -min(curvatures))
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "curvatures": [
            draw.between(*((0.5, 2) if draw.case % 3 == 1 else (-3, -1))),
            draw.between(*((2, 4) if draw.case % 3 == 1 else (-9, -4))),
            draw.between(12, 40),
        ]
    },
    reference=least,
    hints=(
        both(
            zh="只要有一个方向的分母是负的，那个方向就往上。",
            en="A single negative denominator is enough to send its direction up.",
        ),
        both(
            zh="要 $\\lambda + \\mu > 0$ 对每个 $\\lambda$ 都成立。",
            en="Ask for $\\lambda + \\mu > 0$ for every $\\lambda$.",
        ),
        both(
            zh="最小的曲率说了算；它要是正的，答案是 0。",
            en="The smallest curvature decides; if it is positive, the answer is 0.",
        ),
    ),
    wrong=(
        wrong(
            lambda curvatures: -min(curvatures),
            zh="曲率全为正的时候，不用阻尼：答案不能是负的。",
            en="Where all curvatures are positive no damping is needed: the answer must not be negative.",
            credit=0.5,
        ),
        wrong(
            lambda curvatures: max(map(abs, curvatures)),
            zh="正的曲率再大也不碍事：要压过的是最负的那个。",
            en="Positive curvatures do no harm, however large: outweigh the most negative one.",
        ),
        wrong(
            scaled(least, 0.5),
            zh="加到一半，鞍点已经不再吸它；要处处朝下坡，还差一半。",
            en="From half of it on the saddle no longer attracts; for going downhill everywhere you need the other half too.",
            credit=0.5,
        ),
        wrong(
            lambda curvatures: max(0.0, -sum(curvatures) / len(curvatures)),
            zh="平均不管用：每个方向要单独过关。",
            en="The mean will not do: every direction must pass by itself.",
        ),
        wrong(
            lambda curvatures: max([0.0, *(-c for c in curvatures if c < 0)][:2]),
            zh="负的曲率不止一个：要压过最负的，不是先碰到的那个。",
            en="More than one curvature may be negative: outweigh the most negative, not the first you meet.",
            credit=0.5,
        ),
    ),
)


# What is stored


def counted(layers, pairs):
    found = numbers_kept([(units, inputs + 1) for units, inputs in layers])
    return found["adam"], pairs * found["adam"], found["newton"]


def sums(layers, pairs):
    return sum(units * (inputs + 1) for units, inputs in layers)


STORED = Task(
    id="curvature_memory",
    points=1,
    title=both(zh="要存多少个数", en="How many numbers to store"),
    prompt=both(
        zh="`layers` 是一串 `(units, inputs)`：一层的单元数和输入数，每个单元另有一个偏置。除了参数，Adam 要存多少个数？L-BFGS 留住最近 `pairs` 对，一对是一步和这一步让梯度变了多少，一共多少个数？牛顿法的海森矩阵有多少？\n\n"
        "返回 `(adam, lbfgs, newton)`。",
        en="`layers` is a list of `(units, inputs)`, a layer's units and inputs; every unit has a bias besides.\n"
        "Besides the parameters, how many numbers does Adam store?\n"
        "L-BFGS keeps the last `pairs` pairs of a step and what it changed in the gradient: how many numbers are these?\n"
        "And how many are in the Hessian of Newton's method?\n\n"
        "Return `(adam, lbfgs, newton)`.",
    ),
    solution='''
def curvature_memory(layers, pairs):
    """The numbers stored, as (adam, lbfgs, newton)."""
    ### BEGIN SOLUTION
    params = sum(units * (inputs + 1) for units, inputs in layers)
    return 2 * params, 2 * pairs * params, params**2
    ### END SOLUTION
''',
    returns="(adam, lbfgs, newton)",
    inputs=lambda draw: {
        "layers": [
            (draw.whole(10, 40), draw.whole(50, 90)),
            (draw.whole(3, 9), draw.whole(10, 40)),
        ],
        "pairs": draw.whole(3, 20),
    },
    reference=counted,
    hints=(
        both(
            zh="先数参数。偏置可以看成多出来的一个输入，恒等于 1。",
            en="Count the parameters first. A bias is one more input that is always 1.",
        ),
        both(
            zh="Adam：每个参数两个数。L-BFGS：一对是两个向量，各和参数一样长。海森矩阵：参数的个数再平方。",
            en="Adam: two numbers a parameter. L-BFGS: a pair is two vectors, each as long as the parameters. The Hessian: the number of parameters, squared.",
        ),
        both(
            zh="先把各层的参数加起来，再乘、再平方：海森矩阵连着所有的层。",
            en="Add up the parameters of all layers before you multiply or square: the Hessian ties all layers together.",
        ),
    ),
    wrong=(
        wrong(
            replaced(counted, 0, sums),
            zh="Adam 每个参数要存两个数：一个记方向，一个记大小。",
            en="Adam stores two numbers for every parameter: one for direction, one for size.",
            credit=0.5,
        ),
        wrong(
            replaced(counted, 1, lambda layers, pairs: pairs * sums(layers, pairs)),
            zh="L-BFGS 的一对是两个向量：一步，和梯度的变化。",
            en="A pair of L-BFGS is two vectors: the step, and the change of the gradient.",
            credit=0.5,
        ),
        wrong(
            replaced(counted, 2, lambda layers, pairs: sum((u * (i + 1)) ** 2 for u, i in layers)),
            zh="海森矩阵连着所有的层：先把参数加起来，再平方。",
            en="The Hessian ties all layers together: add the parameters up first, then square.",
            credit=0.5,
        ),
        wrong(
            lambda layers, pairs: counted([(u, i - 1) for u, i in layers], pairs),
            zh="漏了偏置：每个单元多一个参数。",
            en="The biases are missing: every unit has one parameter more.",
        ),
        wrong(
            replaced(counted, 2, sums),
            zh="海森矩阵不是一行数：每两个参数之间都有一个二阶导数。",
            en="The Hessian is not one row of numbers: any two parameters have a second derivative between them.",
        ),
    ),
)


# The Hessian times a vector


def quartic(weights, mix):
    """A loss whose Hessian changes from place to place; it runs beside answers."""

    def loss(x):
        turned = mix @ x
        return (weights * turned**4).sum() / 4 + (turned[0] * turned[-1]) ** 2 / 2

    return loss


def at_a_point(answer, weights, mix, point, direction):
    return answer(quartic(weights, mix), point, direction)


def some_loss(draw: Draw):
    return {
        "weights": torch.tensor(draw.numbers(4, 0.5, 2), dtype=torch.float64),
        "mix": torch.stack([draw.normal(4) for _ in range(4)]),
        "point": draw.normal(4),
        "direction": draw.normal(4),
    }


def whole(loss, point):
    return torch.func.hessian(loss)(point)


PRODUCT = Task(
    id="curvature_times",
    points=2,
    kind="implementation",
    title=both(zh="不写海森矩阵，乘上它", en="Multiply by the Hessian without writing it"),
    prompt=both(
        zh="`loss` 是 `point` 的函数，`point` 和 `direction` 是一样长的向量。返回海森矩阵乘 `direction`，形状和 `point` 一样。别写出整个矩阵；用 `torch.func` 求两次导就行：一次反向模式（`grad`），一次前向模式（`jvp`）。",
        en="`loss` is a function of `point`; `point` and `direction` are vectors of one length.\n"
        "Return the Hessian times `direction`, shaped like `point`.\n"
        "Do not write the whole matrix: two derivatives from `torch.func` will do, one in reverse mode (`grad`) and one in forward mode (`jvp`).",
    ),
    solution='''
def curvature_times(loss, point, direction):
    """The Hessian of the loss at the point, times the direction."""
    ### BEGIN SOLUTION
    zero, one = torch.tensor([0.0, 1.0], dtype=point.dtype)

    def slope(t):
        return torch.func.grad(loss)(point + t * direction)

    return torch.func.jvp(slope, (zero,), (one,))[1]
    ### END SOLUTION
''',
    inputs=some_loss,
    drive=at_a_point,
    reference=hessian_vector_product,
    hints=(
        both(
            zh="顺着 `direction` 走一点点，梯度变了多少？",
            en="Walk a little along `direction`: how much does the gradient change?",
        ),
        both(
            zh="$Hw$ 是 $\\nabla f(\\theta + h\\,w)$ 在 $h=0$ 处对 $h$ 的导数：对 `torch.func.grad(loss)` 再求一次 `jvp`。",
            en="$Hw$ is the derivative of $\\nabla f(\\theta + h\\,w)$ in $h$ at $h=0$: apply `jvp` to `torch.func.grad(loss)`.",
        ),
        both(
            zh="`jvp` 返回两样东西：函数值在前，导数在后。要后面那个。",
            en="`jvp` returns two things, the value first and the derivative second. Take the second.",
        ),
    ),
    wrong=(
        wrong(
            lambda loss, point, direction: torch.func.grad(loss)(point),
            zh="这是梯度本身，不是梯度的变化。",
            en="This is the gradient itself, not how it changes.",
        ),
        wrong(
            lambda loss, point, direction: torch.func.grad(loss)(point + direction),
            zh="你走了一整步再看梯度：要的是在原地的变化率。",
            en="You walked the whole way and looked at the gradient there: what is asked for is its rate of change at the point.",
        ),
        wrong(
            lambda loss, point, direction: (
                torch.func.grad(loss)(point + direction) - torch.func.grad(loss)(point)
            ),
            zh="走了一整步才做差。步子要缩到零：这正是 `jvp` 做的。",
            en="You took the difference over a whole step. Let the step shrink to nothing, which is what `jvp` does.",
        ),
        wrong(
            lambda loss, point, direction: torch.func.grad(loss)(point) * direction,
            zh="梯度和方向一项一项相乘，没有二阶导数。",
            en="You multiplied gradient and direction entry by entry; no second derivative is in there.",
        ),
        wrong(
            lambda loss, point, direction: whole(loss, point).diagonal() * direction,
            zh="只用了对角线：别的二阶导数也要乘进来。",
            en="Only the diagonal is used: the other second derivatives take part as well.",
        ),
        wrong(
            lambda loss, point, direction: direction @ whole(loss, point) @ direction,
            zh="多乘了一次 `direction`：要的是向量，不是一个数。",
            en="One `direction` too many: a vector is asked for, not a number.",
        ),
        wrong(
            lambda loss, point, direction: torch.linalg.solve(whole(loss, point), direction),
            zh="你做的是除法，这里要的是乘法。",
            en="You divided by the Hessian. Here it multiplies.",
        ),
    ),
)


# Repair: no more climbing


def at_a_saddle(draw: Draw):
    """A slope and a Hessian that bends up in one direction and down in another."""
    turn = torch.linalg.qr(torch.stack([draw.normal(3) for _ in range(3)]))[0]
    curvatures = torch.tensor(
        [draw.between(2, 9), draw.between(0.5, 1.5), draw.between(-6, -2)], dtype=torch.float64
    )
    hessian = turn @ curvatures.diag() @ turn.T
    return {"grad": draw.normal(3), "hessian": (hessian + hessian.T) / 2}


def by_eigenvectors(divide):
    """A step that divides the slope along each eigenvector by `divide(curvature)`."""

    def step(grad, hessian):
        curvatures, basis = torch.linalg.eigh(hessian)
        return -(basis @ ((basis.T @ grad) / divide(curvatures)))

    return step


NO_CLIMBING = Task(
    id="no_more_climbing",
    points=2,
    kind="implementation",
    title=both(zh="别再往上爬", en="No more climbing"),
    prompt=both(
        zh="下面的 `broken` 是一步牛顿法，到了有负曲率的地方就往上爬，最后停在鞍点（saddle point）。把它修成 `no_more_climbing`：特征向量不动，每个曲率换成绝对值，再去除坡度。函数的参数不变，返回走的一步。",
        en="The function `broken` below is a step of Newton's method; where a curvature is negative it climbs, and ends at a saddle point.\n"
        "Repair it as `no_more_climbing`: keep the eigenvectors, replace every curvature by its absolute value, and divide the slope by that.\n"
        "The arguments stay the same; return the step.",
    ),
    given="""
from torch import linalg, tensor


def broken(grad, hessian):
    return -linalg.solve(hessian, grad)


broken(tensor([0.4, -0.7]), tensor([[2.0, 0.0], [0.0, -1.0]]))
""",
    solution='''
def no_more_climbing(grad, hessian):
    """A step that leads downhill in every direction."""
    ### BEGIN SOLUTION
    curvatures, basis = torch.linalg.eigh(hessian)
    return -(basis @ ((basis.T @ grad) / curvatures.abs()))
    ### END SOLUTION
''',
    inputs=at_a_saddle,
    reference=saddle_free_step,
    hints=(
        both(
            zh="哪些方向往上爬？先把曲率和方向分开来看。",
            en="Which directions climb? Take curvatures and directions apart first.",
        ),
        both(
            zh="`torch.linalg.eigh` 给出曲率，再给出特征向量，一列一个；用它的转置乘 `grad`，就是坡度在各个特征向量上的分量。",
            en="`torch.linalg.eigh` gives the curvatures and then the eigenvectors, one a column; their transpose times `grad` is the slope along each.",
        ),
        both(
            zh="除以曲率的绝对值以后，乘上特征向量的矩阵转回来，别忘了负号。",
            en="After dividing by the sizes of the curvatures, multiply by the matrix of eigenvectors to turn back, and mind the minus.",
        ),
    ),
    wrong=(
        wrong(
            lambda grad, hessian: -torch.linalg.solve(hessian, grad),
            zh="还是老样子：负的曲率照旧让它往上爬。",
            en="Nothing has changed: negative curvatures still send it up.",
        ),
        wrong(
            lambda grad, hessian: -torch.linalg.solve(hessian.abs(), grad),
            zh="绝对值取在了矩阵的元素上：要取的是特征值。",
            en="You took absolute values of the entries: it is the eigenvalues that need them.",
        ),
        wrong(
            negated(saddle_free_step),
            zh="符号反了：现在每个方向都往上。",
            en="The sign is wrong: now every direction leads up.",
            credit=0.5,
        ),
        wrong(
            by_eigenvectors(lambda curvatures: curvatures.clamp(min=1e-3)),
            zh="负的曲率截成了几乎是 0：那个方向一步会飞出去。",
            en="Negative curvatures are cut to almost 0: in that direction one step flies off.",
        ),
        wrong(
            lambda grad, hessian: (
                -torch.linalg.solve(
                    hessian
                    + 2
                    * torch.linalg.eigvalsh(hessian)[0].abs()
                    * torch.eye(len(grad), dtype=grad.dtype),
                    grad,
                )
            ),
            zh="这是加阻尼：所有方向都变慢了。这里要的是取绝对值，正的曲率不动。",
            en="This is damping, which slows every direction. Here absolute values are asked for, and positive curvatures stay.",
            credit=0.5,
        ),
        wrong(
            lambda grad, hessian: (
                -(torch.linalg.eigh(hessian)[1].T @ grad) / torch.linalg.eigh(hessian)[0].abs()
            ),
            zh="忘了转回来：这一步还写在特征向量的坐标里。",
            en="It was not turned back: this step is still written in the coordinates of the eigenvectors.",
            credit=0.5,
        ),
        wrong(
            lambda grad, hessian: -grad,
            zh="退回梯度下降了：正的曲率还是要用。",
            en="Back to gradient descent: the positive curvatures are still wanted.",
        ),
    ),
)

TASKS = [ONE_BY_ONE, ENOUGH, STORED, PRODUCT, NO_CLIMBING]
