"""Exercises on momentum, declared once.

Book: optimizers/momentum
"""

import cmath
import math

import torch

from dlnotes.core.language import both
from dlnotes.grading import Draw, Task, wrong
from dlnotes.grading.tasks.mistakes import fixed, negated, replaced, swapped
from dlnotes.grading.tasks.rules import forgetful, library, uphill, walk
from dlnotes.optimizers import momentum, nesterov
from dlnotes.optimizers.rates import best_momentum, momentum_rate

TITLE = both(zh="动量法", en="momentum")


# Three updates by hand


def three_by_rule(x, grads, lr, beta):
    param = torch.tensor(x, dtype=torch.float64)
    state, path = momentum.init(param), []
    for grad in grads:
        grad = torch.tensor(grad, dtype=torch.float64)
        delta, state = momentum.update(grad, state, param, lr=lr, momentum=beta)
        param = param + delta
        path.append(param.item())
    return path


def three(next_velocity):
    """Three updates whose velocity comes from `next_velocity(velocity, grad, beta)`."""

    def walk(x, grads, lr, beta):
        velocity, path = 0.0, []
        for grad in grads:
            velocity = next_velocity(velocity, grad, beta)
            x = x - lr * velocity
            path.append(x)
        return path

    return walk


THREE_UPDATES = Task(
    id="three_updates",
    points=1,
    title=both(zh="三步，用手算", en="Three updates by hand"),
    prompt=both(
        zh="小球停在 `x`，速度是 0。接连三步，它遇到的梯度依次是列表 `grads` 里的三个数。按重球法（heavy ball）走完这三步：动量系数是 `momentum`，学习率 `lr` 乘在速度外面。\n\n"
        "返回每一步之后的位置，装在一个列表里。",
        en="A ball rests at `x`, its velocity is 0.\n"
        "In three steps it meets the three gradients of the list `grads`, one after the other.\n"
        "Walk the three steps by the heavy-ball rule: `momentum` is the coefficient, and the learning rate `lr` stands outside the velocity.\n\n"
        "Return the positions after each step, in a list.",
    ),
    solution='''
def three_updates(x, grads, lr, momentum):
    """The three positions."""
    ### BEGIN SOLUTION
    velocity, positions = 0.0, []
    for grad in grads:
        velocity = momentum * velocity + grad
        x = x - lr * velocity
        positions.append(x)
    return positions
    ### END SOLUTION
''',
    returns="[x1, x2, x3]",
    row=both(zh="第 {n} 步之后", en="The position after step {n}"),
    inputs=lambda draw: {
        "x": draw.between(-2, 2),
        "grads": draw.numbers(3, -3, 3),
        "lr": draw.between(0.05, 0.5),
        "momentum": draw.between(0.3, 0.95),
    },
    reference=three_by_rule,
    hints=(
        both(
            zh="除了位置，还有一个数要一步一步带下去。",
            en="Besides the position, one more number travels from step to step.",
        ),
        both(
            zh="新的速度是 `momentum` 乘旧的速度，再加上梯度；位置减去 `lr` 乘新的速度。",
            en="The new velocity is `momentum` times the old one, plus the gradient; the position loses `lr` times the new velocity.",
        ),
        both(
            zh="循环里先更新速度，再用它挪位置，次序不能反。",
            en="Inside the loop, update the velocity first and move with it afterwards, in this order.",
        ),
    ),
    wrong=(
        wrong(
            three(lambda velocity, grad, beta: grad),
            zh="三步都只看眼前的梯度：速度没有带到下一步。",
            en="Each step sees only its own gradient: the velocity is not carried along.",
        ),
        wrong(
            three(lambda velocity, grad, beta: beta * velocity + (1 - beta) * grad),
            zh="你给梯度乘了 1 减动量系数：那是平均，重球法是累加。",
            en="You weighted the gradient by 1 minus the coefficient: that averages, the heavy ball adds up.",
        ),
        wrong(
            three(lambda velocity, grad, beta: velocity + beta * grad),
            zh="动量系数乘错了地方：要打折的是旧的速度，不是新来的梯度。",
            en="The coefficient is in the wrong place: it discounts the old velocity, not the new gradient.",
        ),
        wrong(
            three(lambda velocity, grad, beta: velocity + grad),
            zh="旧的速度没有打折：每一步都要先乘上动量系数。",
            en="The old velocity keeps its full size: multiply it by the coefficient at every step.",
        ),
        wrong(
            three(lambda velocity, grad, beta: beta * velocity - grad),
            zh="球在上坡：速度攒的是梯度，位置再减去它；减一次就够了。",
            en="The ball climbs: the velocity collects the gradient and the position subtracts it, so subtract only once.",
            credit=0.5,
        ),
    ),
)


# Agreement adds up, quarrels cancel


def final_sizes(beta):
    """Run the library's rule until the velocity has settled."""
    param = torch.zeros(2, dtype=torch.float64)
    grad, state = torch.ones(2, dtype=torch.float64), momentum.init(param)
    for _ in range(math.ceil(math.log(1e-9) / math.log(beta))):
        _, state = momentum.update(grad, state, param, lr=1.0, momentum=beta)
        grad = grad * torch.tensor([1.0, -1.0])
    return state.velocity.abs().tolist()


GAINS = Task(
    id="gains",
    points=1,
    title=both(zh="同向放大，反向抵消", en="Agreement adds up, quarrels cancel"),
    prompt=both(
        zh="梯度一直是 1，速度会涨到多大？梯度在 1 和 $-1$ 之间轮流换号，速度的大小又停在多少？\n\n"
        "速度照 torch 的写法累加：动量系数乘旧的速度，加上梯度。返回 `(agreeing, alternating)`，两个数都只用 `momentum` 表示。",
        en="If the gradient is always 1, how large does the velocity grow?\n"
        "If it keeps alternating between 1 and $-1$, at what size does the velocity settle?\n\n"
        "The velocity adds up as in torch: the coefficient times the old velocity, plus the gradient.\n"
        "Return `(agreeing, alternating)`, both in terms of `momentum` alone.",
    ),
    solution='''
def gains(momentum):
    """The final size of the velocity for agreeing and for alternating gradients of size 1."""
    ### BEGIN SOLUTION
    return 1 / (1 - momentum), 1 / (1 + momentum)
    ### END SOLUTION
''',
    returns="(agreeing, alternating)",
    inputs=lambda draw: {"momentum": draw.between(0.1, 0.95)},
    reference=final_sizes,
    hints=(
        both(
            zh="速度不再变的那一刻，左右两边相等。",
            en="Once the velocity settles, both sides of its update agree.",
        ),
        both(
            zh="速度记作 $u$。同向：解 $u = \\beta u + 1$。反向：每一步都换号，解 $u = -\\beta u + 1$。",
            en="Call the velocity $u$. Agreeing: solve $u = \\beta u + 1$. Alternating: the sign flips at every step, so solve $u = -\\beta u + 1$.",
        ),
        both(
            zh="两个分母只差一个符号。哪个大，哪个小？",
            en="The two denominators differ in one sign. Which is the larger?",
        ),
    ),
    wrong=(
        wrong(
            swapped(final_sizes),
            zh="两个写反了：方向一致的才越攒越大。",
            en="The two are swapped: it is agreement that piles up.",
        ),
        wrong(
            lambda beta: (1 / (1 - beta), 1 / (1 - beta)),
            zh="轮流换号的时候，旧的速度总是跟新的梯度作对：它的符号是负的。",
            en="With alternating gradients the old velocity always opposes the new gradient: its sign is negative.",
            credit=0.5,
        ),
        wrong(
            lambda beta: (1.0, (1 - beta) / (1 + beta)),
            zh="这是指数加权平均的增益。torch 的速度不乘 1 减动量系数，是直接累加。",
            en="These are the gains of an exponential moving average. In torch the velocity simply adds up, without the factor of 1 minus the coefficient.",
        ),
        wrong(
            lambda beta: (beta / (1 - beta), beta / (1 + beta)),
            zh="漏了最新的那个梯度：级数从 1 开始加，不是从 $\\beta$ 开始。",
            en="The newest gradient is missing: the series starts at 1, not at $\\beta$.",
        ),
        wrong(
            lambda beta: (1 / (1 - beta), 0.0),
            zh="抵消得不干净：旧的速度打过折，压不过新的梯度。",
            en="They do not cancel completely: the old velocity is discounted, and the new gradient outweighs it.",
            credit=0.5,
        ),
    ),
)


# Two rules to write


def rolling(answer, start, curvatures, lr, beta):
    """Six steps of a rule on a quadratic."""
    grads, state = [lambda param: curvatures * param] * 6, (torch.zeros_like(start),)
    return walk(answer, start, grads, state, lr=lr, momentum=beta)


def some_valley(draw: Draw):
    curvatures = torch.tensor(draw.numbers(3, 0.5, 8), dtype=torch.float64)
    start = draw.normal(3)
    return {
        "start": start,
        "curvatures": curvatures,
        "lr": draw.between(0.02, 0.2),
        "momentum": draw.between(0.5, 0.95),
    }


HEAVY_BALL, LOOK_AHEAD = library(momentum), library(nesterov)


def variant(next_velocity, delta_of):
    """A rule with its own velocity and its own step: wrong in one of the two."""

    def update(grad, state, param, *, lr, momentum):
        (old,) = state
        velocity = next_velocity(old, grad, momentum)
        return -lr * delta_of(old, velocity, grad, momentum), (velocity,)

    return update


def summed(old, grad, beta):
    return beta * old + grad


def itself(old, velocity, grad, beta):
    return velocity


def ahead(old, velocity, grad, beta):
    return grad + beta * velocity


def no_tuple(rule):
    """A rule that hands back the velocity itself as its state and reads it with `state[0]`."""

    def update(grad, state, param, **hyper):
        delta, (velocity,) = rule(grad, (state[0],), param, **hyper)
        return delta, velocity

    return update


STEP = both(zh="第 {n} 步的改变量", en="The change at step {n}")
FORGETFUL = both(
    zh="第一步对，后面都忘了：新的速度要装进返回的 `state`。",
    en="The first step is right, then it forgets: return the new velocity in `state`.",
)
NO_TUPLE = both(
    zh="你返回的 `state` 不是元组，`state[0]` 只取到第一个分量：写成 `(velocity,)`，逗号不能少。",
    en="The `state` you return is no tuple, so `state[0]` picks its first component: write `(velocity,)`, comma included.",
)
CLIMBING = both(
    zh="符号反了，球在上坡：`delta` 要加到参数上，自己带负号。",
    en="The sign is wrong and the ball climbs: `delta` gets added to the parameter, so it carries the minus.",
)

MOMENTUM = Task(
    id="momentum",
    points=3,
    kind="implementation",
    title=both(zh="给下降装上记忆", en="Give descent a memory"),
    prompt=both(
        zh="写出重球法的一步，照 torch 的写法：`state` 是元组 `(velocity,)`，第一步之前是 0；速度乘上 `momentum`，加上梯度；步子是速度乘学习率 `lr`，取负号。\n\n"
        "返回 `(delta, state)`：要加到 `param` 上的改变量，和新的元组。传进来的东西都别改。",
        en="Write one step of the heavy ball, the way torch does it: `state` is the tuple `(velocity,)`, 0 before the first step; the velocity is multiplied by `momentum` and the gradient is added; the step is minus the velocity times the learning rate `lr`.\n\n"
        "Return `(delta, state)`: the change to add to `param`, and the new tuple.\n"
        "Leave everything that is passed in as it is.",
    ),
    solution='''
def momentum(grad, state, param, *, lr, momentum=0.9):
    """One step of the heavy ball, as (delta, state)."""
    ### BEGIN SOLUTION
    (velocity,) = state
    velocity = momentum * velocity + grad
    return -lr * velocity, (velocity,)
    ### END SOLUTION
''',
    returns="(delta, state)",
    row=STEP,
    inputs=some_valley,
    drive=rolling,
    reference=HEAVY_BALL,
    hints=(
        both(
            zh="步子听两个人的话：过去的速度，眼前的梯度。",
            en="Two voices set the step: the velocity so far, and the gradient at hand.",
        ),
        both(
            zh="先是 $u_t = \\beta u_{t-1} + g_t$，再是 $\\delta = -\\eta\\,u_t$。",
            en="First $u_t = \\beta u_{t-1} + g_t$, then $\\delta = -\\eta\\,u_t$.",
        ),
        both(
            zh="先从 `state` 里取出速度，最后把新的速度放回元组：`(velocity,)`，逗号不能少。",
            en="Take the velocity out of `state` first and put the new one back into a tuple at the end: `(velocity,)`, comma included.",
        ),
    ),
    wrong=(
        wrong(
            variant(lambda old, grad, beta: grad, itself),
            zh="这还是梯度下降：旧的速度没有用上，或者没有装进返回的 `state`。",
            en="This is still gradient descent: the old velocity is not used, or never gets into the `state` you return.",
        ),
        wrong(
            variant(lambda old, grad, beta: beta * old + (1 - beta) * grad, itself),
            zh="梯度多乘了 `1 - momentum`：那是指数加权平均，步子短了一大截。torch 的速度直接累加。",
            en="The gradient has an extra factor `1 - momentum`: that is an exponential moving average, with far shorter steps. In torch the velocity adds up.",
            credit=0.5,
        ),
        wrong(uphill(HEAVY_BALL), **CLIMBING, credit=0.5),
        wrong(
            variant(summed, lambda old, velocity, grad, beta: old),
            zh="步子慢了一拍：挪动要用新的速度，不是旧的。",
            en="The step lags behind: move by the new velocity, not by the old one.",
            credit=0.5,
        ),
        wrong(
            LOOK_AHEAD,
            zh="这是 Nesterov 的步子：重球法走的就是速度本身。",
            en="This is Nesterov's step: the heavy ball moves by the velocity itself.",
        ),
        wrong(
            variant(lambda old, grad, beta: old + beta * grad, itself),
            zh="`momentum` 乘错了地方：要打折的是旧的速度，不是梯度。",
            en="`momentum` is in the wrong place: it discounts the old velocity, not the gradient.",
        ),
        wrong(
            fixed(HEAVY_BALL, momentum=0.9),
            zh="`momentum` 写死成了 0.9：用传进来的那个。",
            en="`momentum` is hard-wired to 0.9: use the one that is passed in.",
            credit=0.5,
        ),
        wrong(
            variant(
                summed, lambda old, velocity, grad, beta: torch.ones_like(grad) * velocity.sum()
            ),
            zh="各个方向的速度混在一起了：每个分量各记各的。",
            en="The directions share one velocity: every component keeps its own.",
        ),
        wrong(no_tuple(HEAVY_BALL), **NO_TUPLE, credit=0.5),
    ),
)

NESTEROV = Task(
    id="nesterov",
    points=3,
    kind="implementation",
    title=both(zh="先往前看一眼", en="Look ahead first"),
    prompt=both(
        zh="写出 Nesterov 加速梯度的一步，照 torch 的写法：`param` 存的是落点，也就是往前看的那个点，梯度已经在那里算好了。学习率是 `lr`。\n\n"
        "返回 `(delta, state)`，`state` 是元组 `(velocity,)`。传进来的东西都别改。",
        en="Write one step of Nesterov's accelerated gradient, the way torch does it: `param` stores the landing point, the one ahead, and the gradient has been taken there already. The learning rate is `lr`.\n\n"
        "Return `(delta, state)`, where `state` is the tuple `(velocity,)`.\n"
        "Leave everything that is passed in as it is.",
    ),
    solution='''
def nesterov(grad, state, param, *, lr, momentum=0.9):
    """One step of Nesterov's accelerated gradient, as (delta, state)."""
    ### BEGIN SOLUTION
    (velocity,) = state
    velocity = momentum * velocity + grad
    return -lr * (grad + momentum * velocity), (velocity,)
    ### END SOLUTION
''',
    returns="(delta, state)",
    row=STEP,
    inputs=some_valley,
    drive=rolling,
    reference=LOOK_AHEAD,
    hints=(
        both(
            zh="速度和重球法的一模一样，不一样的只有怎么用它走。",
            en="The velocity is that of the heavy ball; only what is made of it differs.",
        ),
        both(
            zh="落点一步走 $-\\eta(g_t + \\beta u_t)$，其中的速度已经更新过。",
            en="The landing point moves by $-\\eta(g_t + \\beta u_t)$, with the velocity already updated.",
        ),
        both(
            zh="返回的 `state` 里放速度，不是括号里的那个和。",
            en="What goes into the returned `state` is the velocity, not the sum in the brackets.",
        ),
    ),
    wrong=(
        wrong(
            HEAVY_BALL,
            zh="这是重球法：步子里少了往前看的那一眼，或者看的时候用了旧的速度。",
            en="This is the heavy ball: the look ahead is missing from the step, or it uses the old velocity.",
        ),
        wrong(
            variant(summed, lambda old, velocity, grad, beta: beta * velocity),
            zh="步子里只有速度，眼前的梯度还要再加一次。",
            en="The step holds only the velocity: add the gradient at hand once more.",
        ),
        wrong(
            variant(summed, lambda old, velocity, grad, beta: grad + velocity),
            zh="往前看要打折：新的速度乘上 `momentum` 再加。",
            en="The look ahead is discounted: multiply the new velocity by `momentum` before adding it.",
            credit=0.5,
        ),
        wrong(
            variant(summed, lambda old, velocity, grad, beta: velocity + beta * velocity),
            zh="加的应该是梯度，你加了两份速度。",
            en="It is the gradient that gets added; you added the velocity twice.",
        ),
        wrong(
            variant(lambda old, grad, beta: beta * old + (1 - beta) * grad, ahead),
            zh="速度里的梯度多乘了 `1 - momentum`：torch 的速度直接累加。",
            en="In the velocity the gradient has an extra factor `1 - momentum`: in torch it simply adds up.",
            credit=0.5,
        ),
        wrong(uphill(LOOK_AHEAD), **CLIMBING, credit=0.5),
        wrong(forgetful(LOOK_AHEAD), **FORGETFUL, credit=0.5),
        wrong(no_tuple(LOOK_AHEAD), **NO_TUPLE, credit=0.5),
        wrong(
            fixed(LOOK_AHEAD, momentum=0.9),
            zh="`momentum` 写死成了 0.9：用传进来的那个。",
            en="`momentum` is hard-wired to 0.9: use the one that is passed in.",
            credit=0.5,
        ),
        wrong(
            lambda grad, state, param, *, lr, momentum: (
                -lr * (step := grad + momentum * (momentum * state[0] + grad)),
                (step,),
            ),
            zh="你把整个步子存成了速度：存起来的要和重球法一样。",
            en="You stored the whole step as the velocity: what is stored must be that of the heavy ball.",
            credit=0.5,
        ),
    ),
)


# Tune the heavy ball


def best(smallest, largest):
    return best_momentum(smallest, largest)[:2]


TUNED = Task(
    id="tuned_heavy_ball",
    points=2,
    title=both(zh="给重球调参", en="Tune the heavy ball"),
    prompt=both(
        zh="从 `smallest` 到 `largest` 的曲率都有。学习率和动量系数一起挑，让最慢的方向尽量快。返回 `(lr, momentum)`。\n\n"
        "可以先对一个数：条件数（condition number）是 100，最好的动量系数约为 0.669。",
        en="Curvatures run from `smallest` to `largest`.\n"
        "Choose learning rate and momentum together, so that the slowest direction is as fast as possible.\n"
        "Return `(lr, momentum)`.\n\n"
        "One number to compare with: at a condition number of 100 the best momentum is about 0.669.",
    ),
    solution='''
def tuned_heavy_ball(smallest, largest):
    """The best constant learning rate and momentum, as (lr, momentum)."""
    ### BEGIN SOLUTION
    low, high = math.sqrt(smallest), math.sqrt(largest)
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2
    ### END SOLUTION
''',
    returns="(lr, momentum)",
    inputs=lambda draw: {"smallest": draw.between(0.2, 2), "largest": draw.between(8, 400)},
    reference=best,
    hints=(
        both(
            zh="调到最好，最平的和最陡的方向都刚要摆起来：两个根合成一个。",
            en="At the best setting the flattest and the steepest direction are both just about to swing: the two roots merge.",
        ),
        both(
            zh="两根合一的条件：$\\sqrt{\\beta} = 1 - \\sqrt{\\eta\\lambda_{\\min}}$，另一头是 $\\sqrt{\\beta} = \\sqrt{\\eta\\lambda_{\\max}} - 1$。",
            en="For the roots to merge, $\\sqrt{\\beta} = 1 - \\sqrt{\\eta\\lambda_{\\min}}$ at one end and $\\sqrt{\\beta} = \\sqrt{\\eta\\lambda_{\\max}} - 1$ at the other.",
        ),
        both(
            zh="解出来的是 $\\sqrt{\\eta}$ 和 $\\sqrt{\\beta}$：两个都要平方。",
            en="What you get are $\\sqrt{\\eta}$ and $\\sqrt{\\beta}$: square both.",
        ),
    ),
    wrong=(
        wrong(
            replaced(best, 1, lambda smallest, largest: best_momentum(smallest, largest).rate),
            zh="你给的是收敛率，动量系数是它的平方。",
            en="This is the rate; the momentum is its square.",
            credit=0.5,
        ),
        wrong(
            replaced(
                best,
                1,
                lambda smallest, largest: ((largest - smallest) / (largest + smallest)) ** 2,
            ),
            zh="动量系数里少了平方根：重球法靠的是曲率的平方根之比。",
            en="The roots are missing from the momentum: the heavy ball lives on the ratio of the roots of the curvatures.",
            credit=0.5,
        ),
        wrong(
            replaced(best, 0, lambda smallest, largest: 2 / (smallest + largest)),
            zh="这是梯度下降的学习率：有了动量，步子可以更大。",
            en="This is the learning rate of gradient descent: with momentum it can be larger.",
            credit=0.5,
        ),
        wrong(
            replaced(
                best, 0, lambda smallest, largest: 2 / (math.sqrt(smallest) + math.sqrt(largest))
            ),
            zh="`lr` 忘了平方：它的单位是曲率的倒数。",
            en="`lr` still wants squaring: its unit is one over a curvature.",
            credit=0.5,
        ),
        wrong(
            replaced(best, 0, lambda smallest, largest: 1 / largest),
            zh="`lr` 太谨慎了：最平的方向会被它拖慢。",
            en="`lr` is too cautious: it holds the flattest direction back.",
            credit=0.5,
        ),
    ),
)


# The slower root decides


def regimes(draw: Draw):
    """Swinging, creeping and flipping in turn: the three kinds of roots."""
    curvature = draw.between(0.5, 20)
    low, high = ((0.7, 0.95), (0.1, 0.3), (0.1, 0.3))[draw.case % 3]
    reach = ((0.2, 2.0), (0.02, 0.15), (2.6, 4.0))[draw.case % 3]
    return {
        "lr": draw.between(*reach) / curvature,
        "momentum": draw.between(low, high),
        "curvature": curvature,
    }


def rate_from_library(lr, beta, curvature):
    numbers = (torch.tensor(x, dtype=torch.float64) for x in (lr, beta, curvature))
    return momentum_rate(*numbers)


def roots(lr, beta, curvature):
    trace = 1 + beta - lr * curvature
    gap = cmath.sqrt(trace**2 - 4 * beta)
    return (trace + gap) / 2, (trace - gap) / 2


HEAVY_BALL_RATE = Task(
    id="heavy_ball_rate",
    points=2,
    title=both(zh="慢的那个根说了算", en="The slower root decides"),
    prompt=both(
        zh="在 $f(x) = \\lambda x^2/2$ 上，重球法的一步是 $x_{t+1} = (1 + \\beta - \\eta\\lambda)\\,x_t - \\beta\\,x_{t-1}$，式中的 $\\eta$、$\\beta$、$\\lambda$ 就是参数 `lr`、`momentum`、`curvature`。跑久了，每一步误差剩下几分之几？\n\n"
        "拿 $x_t = r^t$ 代进去，得到 $r^2 - (1 + \\beta - \\eta\\lambda)\\,r + \\beta = 0$。两个根可能是复数；答案是绝对值较大的那个根的绝对值。",
        en="On $f(x) = \\lambda x^2/2$ one heavy-ball step is $x_{t+1} = (1 + \\beta - \\eta\\lambda)\\,x_t - \\beta\\,x_{t-1}$, where $\\eta$, $\\beta$, $\\lambda$ are the arguments `lr`, `momentum`, `curvature`.\n"
        "In the long run, what fraction of the error does a step leave?\n\n"
        "Put in $x_t = r^t$, and what comes out is $r^2 - (1 + \\beta - \\eta\\lambda)\\,r + \\beta = 0$.\n"
        "Its two roots may be complex; the answer is the larger of their absolute values.",
    ),
    solution='''
def heavy_ball_rate(lr, momentum, curvature):
    """The fraction of the error that a step leaves in the long run."""
    ### BEGIN SOLUTION
    trace = 1 + momentum - lr * curvature
    gap = trace**2 - 4 * momentum
    if gap < 0:
        return math.sqrt(momentum)
    return (abs(trace) + math.sqrt(gap)) / 2
    ### END SOLUTION
''',
    inputs=regimes,
    reference=rate_from_library,
    hints=(
        both(
            zh="二次方程有两个根，说了算的是走得慢的那个。",
            en="The quadratic has two roots, and the slower one decides.",
        ),
        both(
            zh="判别式是 $(1 + \\beta - \\eta\\lambda)^2 - 4\\beta$。它是负的，两个根互为共轭，乘积等于 $\\beta$。",
            en="The discriminant is $(1 + \\beta - \\eta\\lambda)^2 - 4\\beta$. If it is negative, the roots are conjugate and their product is $\\beta$.",
        ),
        both(
            zh="实根也要分正负：先取绝对值，再比大小。",
            en="Real roots have signs too: take absolute values before you compare.",
        ),
    ),
    wrong=(
        wrong(
            lambda lr, beta, curvature: math.sqrt(beta),
            zh="只有复数根的时候才是 $\\sqrt{\\beta}$：学习率太小或太大，根就是实的。",
            en="It is $\\sqrt{\\beta}$ only while the roots are complex: for too small or too large a learning rate they are real.",
        ),
        wrong(
            lambda lr, beta, curvature: abs(1 - lr * curvature),
            zh="这是梯度下降的收敛率，动量没有进来。",
            en="This is the rate of gradient descent, without any momentum.",
        ),
        wrong(
            lambda lr, beta, curvature: max(root.real for root in roots(lr, beta, curvature)),
            zh="要比的是绝对值：负的根、复数的根也会拖慢。",
            en="Compare absolute values: negative and complex roots slow things down as well.",
            credit=0.5,
        ),
        wrong(
            lambda lr, beta, curvature: min(map(abs, roots(lr, beta, curvature))),
            zh="你取了快的那个根，跑久了剩下的是慢的。",
            en="You took the faster root; in the long run the slower one is what remains.",
        ),
        wrong(
            lambda lr, beta, curvature: max(map(abs, roots(lr, beta, curvature))) ** 2,
            zh="多平方了一次：$\\beta$ 是两个根的乘积，每一步只乘一个根。",
            en="Squared once too often: $\\beta$ is the product of both roots, and a step multiplies by one.",
            credit=0.5,
        ),
        wrong(
            lambda lr, beta, curvature: abs(1 + beta - lr * curvature) / 2,
            zh="这只是两根的平均：加上判别式的那一半。",
            en="This is only the mean of the two roots: add the half that comes from the discriminant.",
        ),
        wrong(
            lambda lr, beta, curvature: abs(1 + beta - lr * curvature),
            zh="这是两个根的和，不是其中较大的一个。",
            en="This is the sum of the two roots, not the larger of them.",
        ),
    ),
)


# Repair: the learning rate falls, the ball does not slow down


def falling(draw: Draw):
    """Eight gradients; from the fifth step on the learning rate is a tenth."""
    lr = draw.between(0.05, 0.5)
    return {
        "grads": draw.numbers(8, -1, 3),
        "lrs": [lr] * 4 + [float(f"{lr / 10:.3g}")] * 4,
        "momentum": draw.between(0.6, 0.95),
    }


def repaired(grads, lrs, beta):
    param = torch.zeros((), dtype=torch.float64)
    state, deltas = momentum.init(param), []
    for grad, lr in zip(grads, lrs, strict=True):
        grad = torch.tensor(grad, dtype=torch.float64)
        delta, state = momentum.update(grad, state, param, lr=lr, momentum=beta)
        deltas.append(delta)
    return deltas


def loop(step):
    """A loop whose every pass is `step(velocity, grad, lr, lr before, beta)`."""

    def run(grads, lrs, beta):
        velocity, before, deltas = 0.0, lrs[0], []
        for grad, lr in zip(grads, lrs, strict=True):
            velocity, delta = step(velocity, grad, lr, before, beta)
            before = lr
            deltas.append(delta)
        return deltas

    return run


def inside(velocity, grad, lr, before, beta):
    velocity = beta * velocity - lr * grad
    return velocity, velocity


def both_places(velocity, grad, lr, before, beta):
    velocity = beta * velocity - lr * grad
    return velocity, lr * velocity


def outside(velocity, grad, lr, before, beta):
    velocity = beta * velocity + grad
    return velocity, -lr * velocity


def lagging(velocity, grad, lr, before, beta):
    velocity = beta * velocity + grad
    return velocity, -before * velocity


def restarting(velocity, grad, lr, before, beta):
    velocity = (beta * velocity if lr == before else 0.0) + grad
    return velocity, -lr * velocity


def averaging(velocity, grad, lr, before, beta):
    velocity = beta * velocity + (1 - beta) * grad
    return velocity, -lr * velocity


SURVIVES = Task(
    id="momentum_after_drop",
    points=2,
    kind="implementation",
    title=both(zh="学习率降了，球没慢", en="The rate fell, the ball did not slow"),
    prompt=both(
        zh="下面的 `broken` 平时都好好的。到第 5 步，学习率降到十分之一，步子却要再过好几步才短下来：旧的速度里还装着旧的学习率。\n\n"
        "把它修好，写成 `momentum_after_drop`：学习率一降，下一步马上就短。参数不变，返回每一步的改变量，装在列表里。",
        en="The function `broken` below does well most of the time.\n"
        "At step 5 the learning rate drops to a tenth, and yet the steps take a while to get shorter: the old velocity still holds the old learning rate.\n\n"
        "Repair it as `momentum_after_drop`: when the learning rate drops, the very next step is shorter.\n"
        "The arguments stay the same; return the change made by each step, in a list.",
    ),
    given="""
def broken(grads, lrs, momentum):
    velocity, deltas = 0.0, []
    for grad, lr in zip(grads, lrs):
        velocity = momentum * velocity - lr * grad
        deltas.append(velocity)
    return deltas


broken(grads=[1.0] * 8, lrs=[0.1] * 4 + [0.01] * 4, momentum=0.9)
""",
    solution='''
def momentum_after_drop(grads, lrs, momentum):
    """The change made by each step."""
    ### BEGIN SOLUTION
    velocity, deltas = 0.0, []
    for grad, lr in zip(grads, lrs):
        velocity = momentum * velocity + grad
        deltas.append(-lr * velocity)
    return deltas
    ### END SOLUTION
''',
    returns="[delta, delta, ...]",
    row=STEP,
    inputs=falling,
    reference=repaired,
    hints=(
        both(
            zh="速度该记住什么：走过的梯度，还是走过的步子？",
            en="What should the velocity remember: the gradients it met, or the steps it made?",
        ),
        both(
            zh="让速度只累加梯度：`velocity = momentum * velocity + grad`。",
            en="Let the velocity collect gradients only: `velocity = momentum * velocity + grad`.",
        ),
        both(
            zh="`lr` 挪到 `append` 里面，连同负号。",
            en="Move `lr` into the `append`, together with the minus.",
        ),
    ),
    wrong=(
        wrong(
            loop(inside),
            zh="还是老样子：`lr` 一进速度，就跟着它一直走下去。",
            en="Nothing has changed: once `lr` is inside the velocity, it stays there.",
        ),
        wrong(
            loop(both_places),
            zh="`lr` 乘了两次：挪到外面，里面的那个要删掉。",
            en="`lr` is multiplied in twice: when it moves outside, take it away inside.",
        ),
        wrong(
            loop(lagging),
            zh="还是慢了一步：用这一步的 `lr`，不是上一步的。",
            en="Still one step late: use the `lr` of this step, not of the one before.",
            credit=0.5,
        ),
        wrong(
            loop(restarting),
            zh="学习率一变你就把速度清零了：记忆要留着，只是步子变短。",
            en="You clear the velocity when the learning rate changes: keep the memory and shorten the step.",
        ),
        wrong(
            loop(averaging),
            zh="梯度多乘了 1 减动量系数：速度直接累加就好。",
            en="The gradient has an extra factor of 1 minus the coefficient: the velocity simply adds up.",
            credit=0.5,
        ),
        wrong(
            negated(repaired),
            zh="负号丢了：速度换成累加梯度以后，改变量要带负号。",
            en="The minus is lost: now that the velocity collects gradients, the change must carry it.",
            credit=0.5,
        ),
        wrong(
            lambda grads, lrs, beta: loop(outside)(grads, [lrs[0]] * len(lrs), beta),
            zh="学习率没有降：每一步都用自己的 `lr`。",
            en="The learning rate never drops: every step uses its own `lr`.",
        ),
    ),
)

TASKS = [THREE_UPDATES, GAINS, MOMENTUM, NESTEROV, TUNED, HEAVY_BALL_RATE, SURVIVES]
