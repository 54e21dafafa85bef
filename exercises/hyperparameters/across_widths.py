"""Exercises on one step down a parabola, declared once.

Book: hyperparameters/across_widths
"""

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong

TITLE = both(zh="小网调好，大网照用？", en="Tuned small, used large?")

LANDING = Task(
    id="across_widths_landing",
    points=1,
    title=both(zh="走一步", en="One step"),
    prompt=both(
        zh="在抛物线 $f(x) = c x^2 / 2$ 上，从 `x` 出发，按学习率 `lr` 走一步梯度下降；`curvature` 就是 $c$。\n\n返回落到哪里。",
        en="On the parabola $f(x) = c x^2 / 2$, take one step of gradient descent from `x` with the learning rate `lr`; `curvature` is $c$.\n\nReturn where it lands.",
    ),
    solution='''
def across_widths_landing(x, curvature, lr):
    """Where one step lands."""
    ### BEGIN SOLUTION
    grad = curvature * x
    return x - lr * grad
    ### END SOLUTION
''',
    inputs=lambda draw: {
        "x": draw.between(1.5, 3),
        "curvature": draw.between(2, 5),
        "lr": draw.between(0.05, 0.3),
    },
    reference=lambda x, curvature, lr: x - lr * curvature * x,
    hints=(
        both(zh="先求这一点的梯度。", en="First find the gradient at this point."),
        both(zh="梯度是曲率乘 `x`。", en="The gradient is the curvature times `x`."),
        both(zh="从 `x` 减去学习率乘梯度。", en="From `x`, subtract `lr` times the gradient."),
    ),
    wrong=(
        wrong(
            lambda x, curvature, lr: x + lr * curvature * x,
            zh="这一步上了坡：梯度指向高处，要减去它。",
            en="This step goes uphill: the gradient points up, so subtract it.",
            credit=0.5,
        ),
        wrong(
            lambda x, curvature, lr: x - lr * x,
            zh="曲率没有用上：抛物线越弯，梯度越大。",
            en="The curvature is missing: the more the parabola bends, the larger the gradient.",
        ),
        wrong(
            lambda x, curvature, lr: lr * curvature * x,
            zh="你返回的是走了多远，要的是落到哪里。",
            en="You return how far the step goes; asked is where it lands.",
        ),
    ),
)

TASKS = (LANDING,)
