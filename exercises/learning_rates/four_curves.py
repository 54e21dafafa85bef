"""Exercises on the four colors: which cause, and what cures it; declared once.

Book: learning_rates/four_curves
"""

from dlnotes.core.language import both
from dlnotes.grading import Task, wrong
from dlnotes.learning_rates.drop_test import HELPS, STUCK, drop_test, noise_share

TITLE = both(zh="四条彩色曲线", en="Four colored curves")


# How much of the loss is noise

SHARE = Task(
    id="lever_noise_share",
    points=1,
    title=both(zh="损失里有多少是噪声底？", en="How much of the loss is a noise floor?"),
    prompt=both(
        zh="紫线平在一处。从同一个状态接着走：一边学习率不动，一边除以 `factor`，都走到稳下来。降了的损失是没降的 `ratio` 倍。噪声底和学习率成正比，谷底的高度不变。没降的损失里，噪声底占几分之几？",
        en="A purple curve is flat.\nFrom one state two runs go on, one at the same rate, one at the rate divided by `factor`, until both have settled.\n"
        "The lowered loss is `ratio` times the kept one.\nA noise floor is proportional to the rate; the height of the bottom does not change.\n"
        "What part of the kept loss is noise floor?",
    ),
    solution='''
def lever_noise_share(ratio, factor):
    """The part of the kept loss that the noise holds up."""
    ### BEGIN SOLUTION
    return factor * (1 - ratio) / (factor - 1)
    ### END SOLUTION
''',
    inputs=lambda draw: {"ratio": draw.between(0.55, 0.95), "factor": draw.between(3, 12)},
    reference=noise_share,
    hints=(
        both(
            zh="没降的损失分成两份：谷底，和噪声底。降了学习率，哪一份变，变成多少？",
            en="The kept loss has two parts, the bottom and the noise floor. Which of them changes with the rate, and to what?",
        ),
        both(
            zh="把没降的损失当作 1，噪声底占其中 $\\rho$：降了以后是 $(1-\\rho)+\\rho/$`factor`。",
            en="Call the kept loss 1, and the noise floor in it $\\rho$: the lowered loss is $(1-\\rho)+\\rho/$`factor`.",
        ),
        both(
            zh="令它等于 `ratio`，把带 $\\rho$ 的两项归到一边，解出 $\\rho$。",
            en="Set that equal to `ratio`, gather the two terms with $\\rho$, and solve for $\\rho$.",
        ),
    ),
    wrong=(
        wrong(
            lambda ratio, factor: 1 - ratio,
            zh="这是少掉的那份；噪声底没有全掉，还剩它自己的 1/`factor`。",
            en="This is what went away; the floor has not gone altogether, 1/`factor` of it is left.",
            credit=0.5,
        ),
        wrong(
            lambda ratio, factor: ratio,
            zh="这是剩下的那份损失，里面还有谷底。",
            en="This is the loss that is left, and most of it may be the bottom.",
        ),
        wrong(
            lambda ratio, factor: (1 - ratio) * (1 - 1 / factor),
            zh="该除的地方乘了：少掉的，是噪声底的 1 − 1/`factor`。",
            en="You multiplied where to divide: what went away is 1 − 1/`factor` of the floor.",
            credit=0.5,
        ),
    ),
)


# The drop test


def mean(values):
    return sum(values) / len(values)


def flat(draw):
    """Noise, a floor, nothing learned; then cases in which another comparison errs."""
    baseline = draw.between(2.0, 2.6)
    level, ratio, ago = (
        (0.4, 0.72, 1.0),
        (0.5, 0.97, 1.0),
        (0.99, 0.99, 1.0),
        (0.5, 0.94, 1.5),  # it was falling by itself
        (0.45, 0.75, 0.84),  # the loss before happened to be low
        (0.97, 0.6, 1.0),  # high, and yet the rate
        (0.1, 0.6, 1.0),  # low, where a difference is small
        (0.5, 0.75, 1.0),
    )[draw.case]
    calm, wide = (0.96, 1.02, 1.0, 1.02), (0.9, 1.3, 0.86, 0.94)
    kept, dropped = (calm, calm) if ratio > HELPS else (wide, wide[::-1])
    if draw.case == 7:  # the last and the lowest mislead
        kept, dropped = (1.5, 1.1, 0.8, 0.6), (0.9, 0.95, 1.05, 1.1)
    height = level * baseline * draw.between(0.99, 1.0)
    kept = [round(height * part, 4) for part in kept]
    dropped = [round(ratio * mean(kept) * part, 4) for part in dropped]
    return {
        "before": round(ago * mean(kept), 4),
        "kept": kept,
        "dropped": dropped,
        "baseline": baseline,
    }


def read(before, kept, dropped, baseline):
    cause = drop_test(kept, dropped, baseline=baseline).cause
    return ("rate", "floor", "nothing learned").index(cause)


def judged(helps, high):
    return 0 if helps else 2 if high else 1


DROP = Task(
    id="lever_drop_test",
    points=3,
    kind="implementation",
    title=both(zh="实现降速检验", en="Implement the drop test"),
    prompt=both(
        zh=f"损失平在 `before`。从那里接着走一轮：`kept` 是学习率不动的几次损失，`dropped` 是学习率降到十分之一的。`baseline` 是瞎猜的损失。\n\n返回 0：降了的平均不超过没降的 {HELPS} 倍，病在学习率；否则返回 2：没降的平均不低于 `baseline` 的 {STUCK} 倍，什么都没学到；再否则返回 1：碰到了底。",
        en=f"A loss is flat at `before`.\nOne epoch goes on from there: `kept` holds some losses at the same rate, `dropped` at a tenth of it.\n`baseline` is the loss of guessing.\n\n"
        f"Return 0 where the mean lowered loss is at most {HELPS} times the mean kept one: the rate is the cause.\n"
        f"Else 2 where the mean kept loss is at least {STUCK} times `baseline`: nothing was learned.\nElse 1: a floor.",
    ),
    solution='''
def lever_drop_test(before, kept, dropped, baseline):
    """0 the rate, 1 a floor, 2 nothing learned."""
    ### BEGIN SOLUTION
    usual = sum(kept) / len(kept)
    lowered = sum(dropped) / len(dropped)
    if not 0.85 * usual < lowered:
        return 0
    return 1 if usual < 0.95 * baseline else 2
    ### END SOLUTION
''',
    inputs=flat,
    reference=read,
    cases=8,
    hints=(
        both(
            zh="有一个数用不上：损失自己也会晃，和一步以前比，比的是运气。",
            en="One of the numbers is of no use: a loss sways by itself, and a comparison with a moment ago is luck.",
        ),
        both(
            zh="两边各取平均，再比；先问学习率，再问高低。",
            en="Take the mean of either side and compare; ask for the rate first and for the level second.",
        ),
        both(
            zh="`sum(dropped) / len(dropped)` 除以 `kept` 的平均；高低看 `kept` 的平均，和 `baseline` 比。",
            en="`sum(dropped) / len(dropped)` over the mean of `kept`; for the level, the mean of `kept` beside `baseline`.",
        ),
    ),
    wrong=(
        wrong(
            lambda before, kept, dropped, baseline: judged(
                mean(dropped) <= HELPS * before, mean(kept) >= STUCK * baseline
            ),
            zh="你和 `before` 比了：不降学习率，损失自己也会变，要和 `kept` 比。",
            en="You compared with `before`: the loss changes by itself, so compare with `kept`.",
        ),
        wrong(
            lambda before, kept, dropped, baseline: judged(
                dropped[-1] <= HELPS * kept[-1], mean(kept) >= STUCK * baseline
            ),
            zh="你只比了最后一次：一次的高低是运气，取平均。",
            en="You compared the last losses only: a single one is luck, take the means.",
            credit=0.5,
        ),
        wrong(
            lambda before, kept, dropped, baseline: int(mean(dropped) > HELPS * mean(kept)),
            zh="模型太小和什么都没学到，比值都是 1：还要看没降的损失有多高。",
            en="Too small a model and nothing learned both give a ratio of 1: look at the level of the kept loss too.",
            credit=0.5,
        ),
        wrong(
            lambda before, kept, dropped, baseline: judged(
                mean(kept) - mean(dropped) >= 0.15, mean(kept) >= STUCK * baseline
            ),
            zh="你比的是差：损失低的时候，差再小也可能是一大半。比的是倍数。",
            en="You took the difference: where the loss is low, a small one may be most of it. Compare by ratio.",
        ),
        wrong(
            lambda before, kept, dropped, baseline: (
                2 if mean(kept) >= STUCK * baseline else int(mean(dropped) > HELPS * mean(kept))
            ),
            zh="次序反了：损失再高，降了学习率能往下掉，病就在学习率。",
            en="The order is exchanged: however high the loss, where a lower rate brings it down, the rate is the cause.",
        ),
        wrong(
            lambda before, kept, dropped, baseline: judged(
                min(dropped) <= HELPS * min(kept), min(kept) >= STUCK * baseline
            ),
            zh="你比的是最低的一次，晃得越大它越低：取平均。",
            en="You compared the lowest losses, which are the lower the more they sway: take the means.",
            credit=0.5,
        ),
    ),
)


# Restart or go on


def risen(draw):
    """A spike that came back, stuck at the baseline, high, recovered, by chance low, never up."""
    baseline = draw.between(2.0, 2.6)
    parts = (
        (1.1, 1.9, 1.4, 0.9, 0.6, 0.4, 0.3),
        (1.0, 1.6, 1.2, 1.01, 1.0, 1.003, 1.001),
        (1.2, 3.0, 2.5, 2.6, 2.4, 2.2, 2.3),
        (1.1, 2.2, 1.8, 1.5, 0.9, 0.8, 0.95),
        (1.2, 1.3, 1.4, 1.5, 1.4, 1.3, 0.9),
        (1.3, 1.2, 1.1, 1.05, 1.04, 1.03, 1.02),
    )[draw.case]
    losses = [round(part * baseline * draw.between(1.0, 1.005), 4) for part in parts]
    return {"losses": losses, "last": 3, "baseline": baseline}


def level(losses, last, baseline):
    recent = losses[len(losses) - last :]
    return int(mean(recent) >= baseline)


RESTART = Task(
    id="lever_restart",
    points=2,
    title=both(zh="从头来，还是接着走？", en="Restart, or go on?"),
    prompt=both(
        zh="一条红线：`losses` 是每轮的训练损失。学习率已经定好要降了。最后 `last` 轮的平均不低于瞎猜的损失 `baseline`，就从头来，返回 1；低于它，接着走，返回 0。",
        en="A red curve: `losses` holds the training loss of every epoch.\nThe learning rate is going to be lowered.\n"
        "Where the mean of the last `last` epochs is not below `baseline`, the loss of guessing, restart: return 1.\nWhere it is below, go on: return 0.",
    ),
    solution='''
def lever_restart(losses, last, baseline):
    """1 to restart, 0 to go on."""
    ### BEGIN SOLUTION
    total = sum(losses[-last:])
    return 0 if total < last * baseline else 1
    ### END SOLUTION
''',
    inputs=risen,
    reference=level,
    hints=(
        both(
            zh="问的是现在在哪里，不是开头怎么样。",
            en="The question is where the run stands now, not how it began.",
        ),
        both(zh="取最后几轮的平均。", en="Take the mean of the last epochs."),
        both(
            zh="`losses[-last:]` 就是最后几轮；平均和 `baseline` 比。",
            en="`losses[-last:]` are the last epochs; compare their mean with `baseline`.",
        ),
    ),
    wrong=(
        wrong(
            lambda losses, last, baseline: int(max(losses) > losses[0]),
            zh="开头升过，不等于死了：头几步升上去又回来的，接着走就行。",
            en="A rise at first is no death: what rose in its first steps and came back can go on.",
        ),
        wrong(
            lambda losses, last, baseline: int(losses[-1] >= baseline),
            zh="你只看了最后一轮：一轮的高低是运气，取平均。",
            en="You looked at the last epoch only: a single one is luck, take the mean.",
            credit=0.5,
        ),
        wrong(
            lambda losses, last, baseline: int(mean(losses[-last:]) >= losses[0]),
            zh="你和自己的开头比了：起点常比瞎猜还高，要和 `baseline` 比。",
            en="You compared with its own start, which is often above guessing: compare with `baseline`.",
            credit=0.5,
        ),
    ),
)


# Which yellow


def slow(draw):
    """Cured, far inputs, still start, deep; then a mean that does no harm, and a weak gain."""
    loss = draw.between(2.1, 2.3)
    far, near = draw.between(1.2, 1.9), draw.between(0.0, 0.8)
    wide, thin = draw.between(0.1, 0.9), draw.between(0.0, 0.008)
    raised, mean, spread = (
        (0.42, near, wide),
        (0.9, far, wide),
        (0.999, near, thin),
        (0.98, near, wide),
        (0.4, far, wide),
        (0.97, far, thin),
        (0.45, near, thin),
    )[draw.case]
    return {"kept": loss, "raised": round(raised * loss, 4), "mean": mean, "spread": spread}


def named(kept, raised, mean, spread):
    if 2 * raised <= kept:
        return 0
    return 1 if mean >= 1 else 3 - int(spread <= 0.01)


YELLOW = Task(
    id="lever_yellow",
    points=2,
    title=both(zh="哪一种黄？", en="Which yellow?"),
    prompt=both(
        zh="一条黄线。接着走同样多步：学习率不动，损失到 `kept`；调大许多，到 `raised`。再看两样：各个输入的平均值里，离 0 最远的隔几个标准差，记作 `mean`；`spread` 是各样本的输出最多差多少。\n\n返回 0：`raised` 不到 `kept` 的一半，病在学习率。否则返回 1：`mean` 超过 1，输入没减平均值。再否则返回 2：`spread` 不到 0.01，输入传不到输出，起点的权重太小。都不是，返回 3，太深，慢慢爬。",
        en="A yellow curve.\nOver equally many further steps it comes to `kept` at the same rate, and to `raised` at a much larger one.\n"
        "Two more looks: `mean` says how many standard deviations the mean of an input is from 0 at most, `spread` how far apart the outputs of two examples are at most.\n\n"
        "Return 0 where `raised` is below half of `kept`: the rate.\nElse 1 where `mean` is above 1: the mean was left in.\n"
        "Else 2 where `spread` is below 0.01: nothing of the input reaches the output, the initial weights are too small.\nElse 3: deep, and creeping.",
    ),
    solution='''
def lever_yellow(kept, raised, mean, spread):
    """0 the rate, 1 the inputs, 2 the first weights, 3 the depth."""
    ### BEGIN SOLUTION
    if raised < kept / 2:
        return 0
    if mean > 1:
        return 1
    return 2 if spread < 0.01 else 3
    ### END SOLUTION
''',
    inputs=slow,
    reference=named,
    cases=7,
    hints=(
        both(
            zh="先试最便宜的：学习率调大，好了没有？",
            en="The cheapest test first: does a larger rate cure it?",
        ),
        both(
            zh="没好，再查输入，然后查起点。次序不能换。",
            en="If not, look at the inputs, then at the start. The order matters.",
        ),
        both(
            zh="好了，指 `raised` 不到 `kept` 的一半；降了一点点不算。",
            en="Cured means that `raised` is below half of `kept`; a little lower is no cure.",
        ),
    ),
    wrong=(
        wrong(
            lambda kept, raised, mean, spread: 1 if mean > 1 else named(kept, raised, mean, spread),
            zh="平均值不是 0，也可能照样学：先看调大学习率好了没有。",
            en="A mean that is not 0 may do no harm: ask first whether the larger rate cured it.",
        ),
        wrong(
            lambda kept, raised, mean, spread: (
                0 if raised < kept else named(kept, raised, mean, spread)
            ),
            zh="降了一点点不算好：要不到一半。",
            en="A little lower is no cure: it must be below half.",
        ),
        wrong(
            lambda kept, raised, mean, spread: (
                2 if raised >= kept / 2 and spread < 0.01 else named(kept, raised, mean, spread)
            ),
            zh="次序反了：输入没减平均值，也会让单元全死，输出全一样；先查输入。",
            en="The order is exchanged: inputs with their mean left in can kill all units, too, and make all outputs alike; look at the inputs first.",
        ),
    ),
)


# A loop that goes on with a dead net


def doomed(draw):
    """Rates that kill at once, one that kills twice, and one that never does."""
    lr = (draw.between(1.5, 2.5), draw.between(14, 16), draw.between(0.1, 0.3))[draw.case % 3]
    return {"start": draw.between(0.2, 0.6), "lr": lr, "steps": draw.whole(12, 16)}


def trained(start, lr, steps, *, back=True, lower=0.1, free=False, flip=False):
    weight, taken = start, 0
    while taken < steps:
        alive = weight > 0
        taken += 1 if alive or not free else 0
        if alive:
            weight += 2 * lr * (1 - weight)
        else:
            weight = start if back else -weight if flip else weight
            lr *= lower
    return weight


LOOP = Task(
    id="lever_loop",
    points=3,
    title=both(zh="修一个循环", en="Repair a loop"),
    given='''
def lowered(start, lr, steps):
    """One ReLU unit, loss (max(w, 0) - 1) ** 2: a dead unit gets a lower rate, and stays dead."""
    w = start
    for _ in range(steps):
        if w > 0:
            w = w - lr * 2 * (w - 1)
        else:
            lr = lr / 10
    return w
''',
    prompt=both(
        zh="上面的循环训练一个 ReLU 单元。学习率太大，权重跳到 0 以下，单元就死了，梯度是 0；循环发现了，就把学习率除以 10 接着走，可单元还是死的。\n\n改好它：死了，这一步就回到 `start`，学习率除以 10；没死，照常走一步。一共 `steps` 步，返回最后的权重。",
        en="The loop above trains one ReLU unit.\nWhere the rate is too large, the weight jumps below 0 and the unit is dead: its gradient is 0.\n"
        "The loop notices, divides the rate by 10 and goes on, but the unit stays dead.\n\n"
        "Repair it: a step that finds the unit dead goes back to `start` and divides the rate by 10; any other step is as before.\nReturn the weight after `steps` steps.",
    ),
    solution='''
def lever_loop(start, lr, steps):
    """The weight after so many steps; a dead unit begins again at a tenth of the rate."""
    ### BEGIN SOLUTION
    w = start
    for _ in range(steps):
        if w > 0:
            w = w - lr * 2 * (w - 1)
        else:
            w, lr = start, lr / 10
    return w
    ### END SOLUTION
''',
    inputs=doomed,
    reference=trained,
    hints=(
        both(
            zh="死了的单元梯度是 0：乘多小的学习率，还是 0。",
            en="A dead unit has gradient 0: times any rate, however small, that is 0.",
        ),
        both(
            zh="两样都要改：权重回到起点，学习率变小。少一样都不行。",
            en="Two things must change: the weights go back to the start, and the rate gets smaller. Neither does alone.",
        ),
        both(
            zh="在 `else` 里添一行，把权重设回 `start`；回去也算一步。",
            en="Add a line to the `else`: the weight becomes `start`; going back takes a step, too.",
        ),
    ),
    wrong=(
        wrong(
            lambda start, lr, steps: trained(start, lr, steps, back=False),
            zh="学习率降了，单元还死着：梯度是 0，走不动。权重要回到 `start`。",
            en="The rate is lower, the unit still dead: its gradient is 0 and nothing moves. The weight must go back to `start`.",
        ),
        wrong(
            lambda start, lr, steps: trained(start, lr, steps, lower=1.0),
            zh="回到了起点，学习率没降：照样再死一次。",
            en="Back at the start with the same rate, it dies again in the same way.",
        ),
        wrong(
            lambda start, lr, steps: trained(start, lr, steps, back=False, flip=True),
            zh="你把权重变了号：是活了，可那不是起点。",
            en="You turned the weight's sign: the unit lives, but this is not its start.",
        ),
        wrong(
            lambda start, lr, steps: trained(start, lr, steps, free=True),
            zh="回到起点也算一步；你多走了。",
            en="Going back takes a step; you took too many.",
            credit=0.5,
        ),
    ),
)

TASKS = (SHARE, DROP, RESTART, YELLOW, LOOP)
