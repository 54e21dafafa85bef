"""Exercises on where decay leads, what it is laid on, and what it does to a normalized layer.

Book: regularization/weight_decay
"""

import math

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.grading.tasks.mistakes import replaced, swapped

TITLE = both(zh="权重衰减不总是 L2", en="Weight decay is not always L2")


# Where a penalty and a fence hold a weight


def valley_given(draw):
    bottom = draw.between(3, 12) * (-1) ** draw.case
    reach = abs(bottom) * (draw.between(0.2, 0.7) if draw.case % 3 else draw.between(1.5, 3))
    return {"bottom": bottom, "bend": draw.between(0.3, 3), "alpha": 1 / reach}


def rests(bottom, bend, alpha):
    return bend * bottom / (bend + alpha), max(-1 / alpha, min(bottom, 1 / alpha))


RESTS = Task(
    id="where_they_rest",
    points=1,
    title=both(zh="停在哪里", en="Where they rest"),
    prompt=both(
        zh="一个权重，光看损失，谷底在 `bottom`，可正可负，曲率是 `bend`；系数是 `alpha`。每步都用全部样本，走到不动为止。\n\n先返回惩罚写进损失、随便哪种优化器停在哪里，再返回 AdamW 停在哪里（$\\epsilon$ 取 0）。",
        en="The loss alone would put a weight at `bottom`, which may be negative, with curvature `bend`; the coefficient is `alpha`.\n"
        "Every step uses all examples, until nothing moves.\n\nReturn where it rests with the penalty in the loss, under any optimizer, and where under AdamW (take 0 for $\\epsilon$).",
    ),
    solution='''
def where_they_rest(bottom, bend, alpha):
    """Where the weight rests, as (penalty, adamw)."""
    ### BEGIN SOLUTION
    penalty = bottom / (1 + alpha / bend)
    fence = math.copysign(1 / alpha, bottom)
    return penalty, fence if abs(bottom) > abs(fence) else bottom
    ### END SOLUTION
''',
    returns="(penalty, adamw)",
    inputs=valley_given,
    reference=rests,
    hints=(
        both(
            zh="不动，就是两股力抵消。一边是损失的斜率和惩罚的斜率，另一边是 Adam 的一步和衰减。",
            en="At rest two pulls cancel: the slopes of loss and penalty in one case, the step of Adam and the decay in the other.",
        ),
        both(
            zh="惩罚：`bend * (x - bottom) + alpha * x` 等于 0。AdamW：一步的大小是 1，不看梯度多大，所以 `alpha * abs(x)` 最多是 1。",
            en="Penalty: `bend * (x - bottom) + alpha * x` is 0. AdamW: a step has size 1 whatever the gradient, so `alpha * abs(x)` is at most 1.",
        ),
        both(
            zh="谷底在围栏里，AdamW 就到谷底；在外面，停在同一侧的围栏上，符号别丢。",
            en="If the bottom is inside the fence, AdamW gets there; otherwise it stops at the fence on the same side: keep the sign.",
        ),
    ),
    wrong=(
        wrong(
            replaced(rests, 1, lambda bottom, bend, alpha: math.copysign(1 / alpha, bottom)),
            zh="围栏只挡外面的：谷底在里面，AdamW 照样走到谷底。",
            en="The fence only stops what is outside: a bottom inside it is reached.",
            credit=0.5,
        ),
        wrong(
            replaced(rests, 1, lambda bottom, bend, alpha: min(abs(bottom), 1 / alpha)),
            zh="符号丢了：谷底在负的一边，就停在负的一边。",
            en="The sign got lost: with a negative bottom it rests on the negative side.",
            credit=0.5,
        ),
        wrong(
            lambda bottom, bend, alpha: (rests(bottom, bend, alpha)[0],) * 2,
            zh="AdamW 停的不是损失加惩罚的谷底：它那一步除以了自己的大小。",
            en="AdamW does not rest at the bottom of loss plus penalty: its step is divided by its own size.",
            credit=0.5,
        ),
        wrong(
            replaced(rests, 0, lambda bottom, bend, alpha: bottom / (1 + alpha)),
            zh="曲率没用上：谷越陡，惩罚拉得越少。",
            en="The curvature is missing: the steeper the valley, the less a penalty moves it.",
            credit=0.5,
        ),
        wrong(
            swapped(rests),
            zh="次序反了：先惩罚，后 AdamW。",
            en="The order is reversed: first the penalty, then AdamW.",
            credit=0.5,
        ),
    ),
)


# A step that spares what has one dimension


def layers_given(draw):
    height, width = draw.whole(2, 4), draw.whole(2, 4)

    def layer():
        matrix = draw.normal(height * width).view(height, width)
        return [matrix, draw.normal(height), draw.normal(height)]

    return {
        "params": layer(),
        "grads": layer(),
        "lr": draw.between(0.05, 0.3),
        "alpha": draw.between(0.3, 1.5),
    }


def spared(params, grads, lr, alpha, decays=lambda param: param.ndim > 1):
    return [
        param - lr * grad - lr * alpha * decays(param) * param
        for param, grad in zip(params, grads, strict=True)
    ]


def by_signs(params, grads, lr, alpha):
    return [
        param - lr * grad - lr * alpha * (param.ndim > 1) * param.sign()
        for param, grad in zip(params, grads, strict=True)
    ]


def after_the_step(params, grads, lr, alpha):
    moved = [param - lr * grad for param, grad in zip(params, grads, strict=True)]
    return [param * (1 - lr * alpha) if param.ndim > 1 else param for param in moved]


def without_rate(params, grads, lr, alpha):
    return spared(params, grads, lr, alpha / lr)


SPARE = Task(
    id="decay_what_has_two_dimensions",
    points=3,
    kind="implementation",
    title=both(zh="只衰减该衰减的", en="Decay what should decay"),
    prompt=both(
        zh="一层网络的参数 `params` 是一列张量：权重矩阵、偏置、规范化的增益；`grads` 是它们的梯度。走一步 SGD，学习率 `lr`，解耦的衰减，系数 `alpha`，缩的是走之前的值。照惯例，一维的参数不衰减。\n\n返回走完以后的参数，一列张量，次序不变；传进来的不要改。",
        en="The parameters `params` of a layer are a list of tensors: a weight matrix, a bias, and the gains of a normalization; `grads` are their gradients.\n"
        "Take one step of SGD with learning rate `lr` and decoupled decay of coefficient `alpha`, which shrinks the values before the step.\nAs is the custom, parameters of one dimension do not decay.\n\nReturn the parameters after the step as a list of tensors in the same order; leave what you were given unchanged.",
    ),
    solution='''
def decay_what_has_two_dimensions(params, grads, lr, alpha):
    """The parameters after one step, as a list."""
    ### BEGIN SOLUTION
    after = []
    for param, grad in zip(params, grads):
        keep = 1 - lr * alpha if param.dim() == 2 else 1
        after.append(keep * param - lr * grad)
    return after
    ### END SOLUTION
''',
    inputs=layers_given,
    reference=spared,
    hints=(
        both(
            zh="每个张量走一样的梯度步，衰减看它有几维。",
            en="Every tensor takes the same kind of gradient step; whether it decays is a matter of its dimensions.",
        ),
        both(
            zh="矩阵：$(1-\\eta\\alpha)\\theta-\\eta g$；`param.dim()` 是 1 的：$\\theta-\\eta g$。",
            en="A matrix: $(1-\\eta\\alpha)\\theta-\\eta g$; where `param.dim()` is 1: $\\theta-\\eta g$.",
        ),
        both(
            zh="先缩旧的值，再减梯度步；每次造一个新张量，放进列表。",
            en="Shrink the old value, then subtract the gradient step; make a new tensor each time and put it into the list.",
        ),
    ),
    wrong=(
        wrong(
            lambda *inputs: spared(*inputs, lambda param: True),
            zh="偏置和增益也缩了：一维的不衰减。",
            en="Bias and gains shrink, too: what has one dimension does not decay.",
            credit=0.5,
        ),
        wrong(
            lambda *inputs: spared(*inputs, lambda param: param.ndim == 1),
            zh="正好反了：该缩的是矩阵。",
            en="The other way round: the matrices shrink.",
        ),
        wrong(
            lambda *inputs: spared(*inputs, lambda param: False),
            zh="一个也没衰减：矩阵每步要剩 $1-\\eta\\alpha$。",
            en="Nothing decays: of a matrix $1-\\eta\\alpha$ is kept in a step.",
        ),
        wrong(
            without_rate,
            zh="衰减没有乘学习率：每步剩的是 $1-\\eta\\alpha$，不是 $1-\\alpha$。",
            en="The decay lacks the learning rate: a step keeps $1-\\eta\\alpha$, not $1-\\alpha$.",
            credit=0.5,
        ),
        wrong(
            after_the_step,
            zh="你先走、后缩，梯度步也缩了；要缩的是走之前的值。",
            en="You step first and shrink then, and the gradient step shrinks as well; the value before the step is to shrink.",
            credit=0.5,
        ),
        wrong(
            by_signs,
            zh="这是 L1 的斜率，每个都减一样多；衰减按比例缩。",
            en="This is the slope of L1, which takes the same off each; decay takes a share.",
            credit=0.5,
        ),
        wrong(
            lambda params, grads, lr, alpha: spared(params, [-grad for grad in grads], lr, alpha),
            zh="梯度步走反了：要减去它。",
            en="The gradient step goes the wrong way: subtract it.",
            credit=0.5,
        ),
    ),
)


# Beside momentum, the same coefficient is weaker


def rolling_given(draw):
    return {
        "bottom": draw.between(2, 20),
        "alpha": draw.between(0.3, 2),
        "momentum": draw.between(0.5, 0.9),
    }


def rolled(bottom, alpha, momentum):
    return bottom / (1 + alpha), bottom / (1 + alpha * (1 - momentum))


ROLLED = Task(
    id="beside_momentum",
    points=2,
    title=both(zh="放在动量旁边", en="Beside momentum"),
    prompt=both(
        zh="损失的谷底在 `bottom`，曲率是 1，梯度就是 `x - bottom`。动量法每步 $v\\leftarrow\\beta v+g$，$x\\leftarrow x-\\eta v$，$\\beta$ 是 `momentum`。系数 `alpha` 放两个地方：一是进梯度，$g$ 加上 $\\alpha x$；二是在旁边，每步另减 $\\eta\\alpha x$。\n\n“动量法里，两种总归停在一处。”各停在哪里？先返回进梯度的，再返回在旁边的。",
        en="The loss has its bottom at `bottom` and curvature 1, so the gradient is `x - bottom`.\nMomentum takes steps $v\\leftarrow\\beta v+g$, $x\\leftarrow x-\\eta v$, with `momentum` for $\\beta$.\n"
        "The coefficient `alpha` goes to one of two places: into the gradient, where $\\alpha x$ is added to $g$; or beside it, where every step takes off another $\\eta\\alpha x$.\n\n“With momentum both rest at the same place”, somebody says.\nWhere does each rest? Return first the one in the gradient, then the one beside it.",
    ),
    solution='''
def beside_momentum(bottom, alpha, momentum):
    """Where the two rest, as (inside, beside)."""
    ### BEGIN SOLUTION
    inside = bottom / (1 + alpha)
    push = 1 / (1 - momentum)
    return inside, push * bottom / (push + alpha)
    ### END SOLUTION
''',
    returns="(inside, beside)",
    inputs=rolling_given,
    reference=rolled,
    hints=(
        both(
            zh="停下来，速度也不再变：一直是同一个梯度，速度攒到几倍？",
            en="At rest the velocity is steady as well: with the same gradient again and again, to what multiple of it does it build up?",
        ),
        both(
            zh="速度攒到 $g/(1-\\beta)$。在旁边的，停在 $\\frac{g}{1-\\beta}+\\alpha x=0$。",
            en="The velocity builds up to $g/(1-\\beta)$. Beside it, rest means $\\frac{g}{1-\\beta}+\\alpha x=0$.",
        ),
        both(
            zh="$g$ 换成 `x - bottom`，解 $x$：梯度被放大了，衰减没有。",
            en="Put `x - bottom` for $g$ and solve for $x$: the gradient is amplified, the decay is not.",
        ),
    ),
    wrong=(
        wrong(
            lambda bottom, alpha, momentum: (bottom / (1 + alpha),) * 2,
            zh="两处不一样：速度攒的是梯度，旁边的衰减没有攒。",
            en="The two differ: the velocity builds up gradients, and the decay beside it is not built up.",
            credit=0.5,
        ),
        wrong(
            replaced(
                rolled, 1, lambda bottom, alpha, momentum: bottom / (1 + alpha / (1 - momentum))
            ),
            zh="放反了：攒大的是梯度，所以旁边的衰减相对变弱。",
            en="The wrong way: it is the gradient that is built up, so the decay beside it is weaker.",
            credit=0.5,
        ),
        wrong(
            replaced(rolled, 1, lambda bottom, alpha, momentum: bottom / (1 + alpha * momentum)),
            zh="攒到的是 $1/(1-\\beta)$ 倍，不是 $1/\\beta$ 倍。",
            en="It builds up to $1/(1-\\beta)$ times as much, not $1/\\beta$.",
            credit=0.5,
        ),
        wrong(
            swapped(rolled),
            zh="次序反了：先进梯度的，后在旁边的。",
            en="The order is reversed: first in the gradient, then beside it.",
            credit=0.5,
        ),
    ),
)


# How far a normalized layer turns


def turn_given(draw):
    return {
        "lr": draw.between(0.05, 0.5),
        "alpha": draw.between(0.005, 0.05),
        "other_lr": draw.between(0.6, 2),
    }


def step_angle(lr, alpha, other_lr):
    return math.sqrt(2 * lr * alpha), alpha * lr / other_lr


TURN = Task(
    id="angle_of_a_step",
    points=2,
    title=both(zh="一步转多少", en="How far a step turns"),
    prompt=both(
        zh="有一层后面接着规范化，没有动量的 SGD 走了很久，权重的长度已经不变；学习率 `lr`，衰减 `alpha`，两数之积很小。\n\n返回一步转过的角（弧度，照页面上的近似）；再返回学习率换成 `other_lr` 以后，`alpha` 该换成多少，转的角才不变。",
        en="The weights of a layer in front of a normalization have taken so many steps of SGD without momentum that their length has settled; the learning rate is `lr`, the decay `alpha`, and their product is small.\n\nReturn the angle of a step in radians, by the approximation of the page; and the `alpha` that keeps this angle when the learning rate becomes `other_lr`.",
    ),
    solution='''
def angle_of_a_step(lr, alpha, other_lr):
    """The angle, and the alpha for another learning rate, as (angle, other_alpha)."""
    ### BEGIN SOLUTION
    product = lr * alpha
    return (2 * product) ** 0.5, product / other_lr
    ### END SOLUTION
''',
    returns="(angle, other_alpha)",
    inputs=turn_given,
    reference=step_angle,
    hints=(
        both(
            zh="长度不变：缩掉的和走长的一样多。角只看哪两个数之积？",
            en="The length is steady: what shrinks away is what the step adds. On which product does the angle depend?",
        ),
        both(zh="角是 $\\sqrt{2\\eta\\alpha}$。", en="The angle is $\\sqrt{2\\eta\\alpha}$."),
        both(
            zh="积不变，角就不变：学习率变成几倍，`alpha` 就变成几分之一。",
            en="The same product, the same angle: what multiplies the rate divides `alpha`.",
        ),
    ),
    wrong=(
        wrong(
            replaced(step_angle, 1, lambda lr, alpha, other_lr: alpha),
            zh="`alpha` 没变，积就变了：在规范化的层里，算数的是 $\\eta\\alpha$。",
            en="With `alpha` unchanged the product changes: in a normalized layer $\\eta\\alpha$ is what counts.",
            credit=0.5,
        ),
        wrong(
            replaced(step_angle, 1, lambda lr, alpha, other_lr: alpha * other_lr / lr),
            zh="比反了：学习率大了，`alpha` 要小。",
            en="The ratio is upside down: a larger rate takes a smaller `alpha`.",
            credit=0.5,
        ),
        wrong(
            replaced(step_angle, 0, lambda lr, alpha, other_lr: 2 * lr * alpha),
            zh="忘了开方：长度的平方里，走长的是角的平方。",
            en="The root is missing: what a step adds to the squared length is the square of the angle.",
            credit=0.5,
        ),
        wrong(
            replaced(step_angle, 0, lambda lr, alpha, other_lr: math.sqrt(lr * alpha)),
            zh="少了一个 2：$(1-\\eta\\alpha)^2$ 缩掉的约是 $2\\eta\\alpha$。",
            en="A 2 is missing: $(1-\\eta\\alpha)^2$ takes off about $2\\eta\\alpha$.",
            credit=0.5,
        ),
    ),
)


# How long its weights become


def length_given(draw):
    return {
        "slope": draw.between(0.2, 3),
        "lr": draw.between(0.05, 0.5),
        "alpha": draw.between(0.005, 0.05),
    }


def steady(slope, lr, alpha):
    return (lr * slope**2 / (2 * alpha)) ** 0.25


LENGTH = Task(
    id="steady_length",
    points=2,
    title=both(zh="最后有多长", en="How long in the end"),
    prompt=both(
        zh="还是那样的一层。权重的长度是 1 的时候，梯度的长度是 `slope`；权重长到几倍，梯度就小到几分之一，始终和权重垂直。学习率 `lr`，衰减 `alpha`，积很小，$(\\eta\\alpha)^2$ 略去。\n\n权重最后有多长？先猜：`alpha` 取 16 倍，长度变成几分之一？",
        en="The same kind of layer.\nWhere its weights have length 1, the gradient has length `slope`; the longer the weights, the smaller the gradient, in proportion, and always at a right angle to them.\n"
        "The learning rate is `lr`, the decay `alpha`, and the product is small: drop $(\\eta\\alpha)^2$.\n\nHow long do the weights become? Guess first: with 16 times the `alpha`, what part of the length is left?",
    ),
    solution='''
def steady_length(slope, lr, alpha):
    """The length at which shrinking and growing balance."""
    ### BEGIN SOLUTION
    fourth = lr * slope * slope / (2 * alpha)
    return math.sqrt(math.sqrt(fourth))
    ### END SOLUTION
''',
    inputs=length_given,
    reference=steady,
    hints=(
        both(
            zh="看长度的平方：一步缩掉多少，走长多少？垂直的两边，勾股。",
            en="Look at the squared length: how much does a step take off, how much does it add? Two sides at a right angle: Pythagoras.",
        ),
        both(
            zh="缩掉 $2\\eta\\alpha\\lVert w\\rVert^2$，走长 $\\eta^2\\lVert g\\rVert^2$，梯度的长度是 `slope` 除以 $\\lVert w\\rVert$。",
            en="It takes off $2\\eta\\alpha\\lVert w\\rVert^2$ and adds $\\eta^2\\lVert g\\rVert^2$, where the gradient has the length `slope` over $\\lVert w\\rVert$.",
        ),
        both(
            zh="两边相等，长度的四次方是学习率乘 `slope` 的平方，除以 $2\\alpha$。",
            en="Set them equal: the fourth power of the length is the rate times the square of `slope`, over $2\\alpha$.",
        ),
    ),
    wrong=(
        wrong(
            lambda slope, lr, alpha: (lr * slope**2 / (2 * alpha)) ** 0.5,
            zh="梯度也随长度变：长到几倍，小到几分之一，要开四次方。",
            en="The gradient changes with the length as well, so it takes a fourth root.",
            credit=0.5,
        ),
        wrong(
            lambda slope, lr, alpha: (lr * slope**2 / alpha) ** 0.25,
            zh="少了一个 2：平方里缩掉的是 $2\\eta\\alpha$ 份。",
            en="A 2 is missing: of the square, a share $2\\eta\\alpha$ is taken off.",
            credit=0.5,
        ),
        wrong(
            lambda slope, lr, alpha: lr * slope**2 / (2 * alpha),
            zh="这是长度的四次方。",
            en="This is the fourth power of the length.",
            credit=0.5,
        ),
        wrong(
            lambda slope, lr, alpha: (lr * slope / (2 * alpha)) ** 0.25,
            zh="`slope` 要平方：走长的是一步长度的平方。",
            en="`slope` is squared: what a step adds is the square of its length.",
            credit=0.5,
        ),
        wrong(
            lambda slope, lr, alpha: slope**0.5 / (2 * alpha) ** 0.25,
            zh="学习率没用上：同样的衰减，步子大，权重就长。",
            en="The learning rate is missing: at the same decay, larger steps make longer weights.",
        ),
    ),
)

TASKS = (RESTS, SPARE, ROLLED, TURN, LENGTH)
