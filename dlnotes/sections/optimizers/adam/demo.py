"""Adam taken apart: draw a list of gradients, and read both memories and the step at any moment.

Book: optimizers/adam
"""

import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import adam, adam_uncorrected
from dlnotes.sections.optimizers.adam.experiments import ceiling, quoted_bound, step_bound

COUNT = 48  # gradients that can be drawn
LONG = 10_000  # steps before them, where there are any
MOST = 3.0  # the largest gradient that can be drawn
BETAS1 = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
BETAS2 = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995, 0.9999)
FACTORS = {"shorter": 0.5, "same": 1, "double": 2, "sevenfold": 7}  # the guesses, in learning rates

TEXT = {
    "zh": {
        "title": "Adam：两份记忆和一步",
        "picture": "一串梯度，可以改画；两份记忆的值，修正的和不修正的；"
        "步长，修正的和不修正的；破了论文的上限，才画出真正的上限",
        "ask": "梯度一直是 1。两份记忆都从 0 攒起，起初都偏小；要是忘了修正，头几步里最长的一步……",
        "because": "第 1 步 {first} 倍学习率，第 {peak} 步 {longest} 倍：{memory}里，管大小的"
        "那份缺得更多，偏偏它是分母。",
        "try": "按“轮到你画”，在梯度图里拖着画：能让修正过的一步走得比 3.16 倍学习率还长吗？",
        "shorter": "太短",
        "same": "不长不短",
        "double": "太长，2 倍上下",
        "sevenfold": "太长，7 倍上下",
        "gradient": "这一步的梯度",
        "time": "第几步",
        "beta1": "β₁，方向",
        "beta2": "β₂，大小",
        "before": "之前",
        "fresh": "什么都没有",
        "silence": "10,000 个零",
        "steady": "10,000 个同样的梯度",
        "yours": "轮到你画",
        "ones": "从头都是 1",
        "quiet": "静默以后都是 1",
        "growing": "静默以后一路涨",
        "spike": "一个大梯度",
        "turning": "来回换号",
        "noise": "只有噪声",
        "t": "时钟 t",
        "grad": "梯度",
        "m": "m",
        "v": "v",
        "m_hat": "m̂",
        "v_hat": "v̂",
        "rooted": "v̂ 开方",
        "root": "v 开方",
        "made": "步长",
        "raw": "不修正",
        "longest": "最长一步",
        "longest_raw": "不修正最长一步",
        "top": "此刻的上限",
        "bound": "上限",
        "quoted": "论文的上限",
        "gradient_axis": "梯度，可以拖着画",
        "steps": "梯度和步长",
        "memory": "两份记忆",
        "memory_axis": "两份记忆（虚线：没修正）",
        "step_axis": "步长 / 学习率",
        "x_axis": "步",
        "corrected": "修正",
        "uncorrected": "不修正",
        "paper": "论文 {quoted}",
        "score": "修正后最长一步 {longest} 倍学习率",
        "dare": "能超过论文的 {quoted} 倍吗？",
        "won": "超过了 {quoted}；上限是 {bound}",
        "unlimited": "超过了 {quoted}；没有上限",
        "read": "第 {step} 步，m̂ {m_hat}，v̂ 开方 {root_hat}",
        "value": "第 {step} 步，梯度 {grad}",
        "at": "第 {step} 步，步长是学习率的 {made} 倍",
        "begin": "还没走。之前：{before}。",
        "still": "第 {step} 步：梯度一直是 0，不动。",
        "plain": "第 {step} 步：m̂ = {m_hat}，v̂ 开方 = {root}，走 {made} 倍学习率。",
        "both": "第 {step} 步：m̂ = {m_hat}，v̂ 开方 = {root}，走 {made} 倍学习率；"
        "不修正是 {raw} 倍。",
        "over": "第 {step} 步走了 {made} 倍学习率，超过论文的上限 {quoted}；真正的上限是 {bound}。",
        "raw_over": "第 {step} 步：修正后走 {made} 倍学习率，不修正要走 {raw} 倍。",
        "endless": "第 {step} 步走 {made} 倍学习率。β₁² 不小于 β₂：大小忘得比方向快，没有上限。",
    },
    "en": {
        "title": "Adam: two memories and one step",
        "picture": "A list of gradients to draw; both memories, corrected and uncorrected; the "
        "steps, corrected and uncorrected; and their bound, once the paper's is beaten",
        "ask": "Every gradient is 1. Both memories fill from 0, so at first both are too small. "
        "If Adam forgets to correct for that, the longest of its first steps is …",
        "because": "Step 1 is {first|learning rate|learning rates} long, step {peak} is {longest}: "
        "of the {memory}, that of size lacks more, and it divides.",
        "try": "Press “your turn” and draw in the plot of gradients: can a corrected step be "
        "longer than 3.16 learning rates?",
        "shorter": "too short",
        "same": "just right",
        "double": "too long, about 2 times",
        "sevenfold": "too long, about 7 times",
        "gradient": "gradient of this step",
        "time": "step",
        "beta1": "β₁, direction",
        "beta2": "β₂, size",
        "before": "before that",
        "fresh": "nothing",
        "silence": "10,000 zeros",
        "steady": "10,000 like the first",
        "yours": "your turn",
        "ones": "all 1 from the start",
        "quiet": "all 1 after silence",
        "growing": "growing after silence",
        "spike": "one spike",
        "turning": "taking turns",
        "noise": "noise only",
        "t": "clock t",
        "grad": "gradient",
        "m": "m",
        "v": "v",
        "m_hat": "m̂",
        "v_hat": "v̂",
        "rooted": "root v̂",
        "root": "root v",
        "made": "step size",
        "raw": "uncorrected",
        "longest": "longest step",
        "longest_raw": "longest uncorrected",
        "top": "bound by now",
        "bound": "bound",
        "quoted": "the paper's bound",
        "gradient_axis": "gradient, drag to draw",
        "steps": "gradients and steps",
        "memory": "memories",
        "memory_axis": "both memories (dashed: uncorrected)",
        "step_axis": "step / learning rate",
        "x_axis": "step",
        "corrected": "corrected",
        "uncorrected": "uncorrected",
        "paper": "paper {quoted}",
        "score": "longest corrected step {longest} × lr",
        "dare": "beat the paper’s {quoted}",
        "won": "past {quoted}; the bound is {bound}",
        "unlimited": "past {quoted}; there is no bound",
        "read": "step {step}, m̂ {m_hat}, root v̂ {root_hat}",
        "value": "step {step}, gradient {grad}",
        "at": "step {step}, {made} times the learning rate",
        "begin": "No step yet. Before that: {before}.",
        "still": "Step {step}: every gradient so far is 0, and nothing moves.",
        "plain": "Step {step}: m̂ = {m_hat} over root v̂ = {root}: {made} times the learning rate.",
        "both": "Step {step}: m̂ = {m_hat} over root v̂ = {root}: {made} times the learning rate; "
        "uncorrected, {raw} times.",
        "over": "Step {step} is {made} times the learning rate, beyond the paper's bound of "
        "{quoted}; the true bound is {bound}.",
        "raw_over": "Step {step}: {made} times the learning rate with bias correction, {raw} times "
        "without.",
        "endless": "Step {step} is {made} times the learning rate. With β₁² not below β₂, size is "
        "forgotten before direction, and there is no bound.",
    },
}


def opened(grad: Tensor, t: Tensor, beta1: Tensor, beta2: Tensor) -> dict[str, Tensor]:
    """Both memories after t gradients that all equal `grad`, and no step made yet."""
    m, v = grad * (1 - beta1**t), grad * grad * (1 - beta2**t)
    return _told(t, m, v, beta1, beta2, made=0 * m, raw=0 * m)


def advance(grad, t, m, v, beta1, beta2) -> dict[str, Tensor]:
    """One step of Adam with learning rate 1: the memories, and the step with its sign turned."""
    hyper = {"lr": 1.0, "beta1": beta1, "beta2": beta2}
    delta, state = adam.update(grad, adam.State(t, m, v), grad, **hyper)
    bare, _ = adam_uncorrected.update(grad, adam_uncorrected.State(t, m, v), grad, **hyper)
    return _told(*state, beta1, beta2, made=-delta, raw=-bare)


def _told(t, m, v, beta1, beta2, **steps: Tensor) -> dict[str, Tensor]:
    """Both memories, bare and corrected, and the size that divides; before step 1 both are 0."""
    m_hat = torch.where(t > 0, m / (1 - beta1**t), m)
    v_hat = torch.where(t > 0, v / (1 - beta2**t), v)
    roots = {"root": v.sqrt(), "root_hat": v_hat.sqrt()}
    return {"t": t, "m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat} | roots | steps


def latest(t: Tensor, beta1: Tensor, beta2: Tensor) -> Tensor:
    """The longest step up to t; before the first, that of the first."""
    return ceiling(t.clamp(min=1), beta1, beta2)


def growing(age: Tensor, beta1: Tensor, beta2: Tensor) -> Tensor:
    """The gradients that reach the bound, by age: each beta2 / beta1 times the one before."""
    return MOST * (torch.clamp(beta1, min=0.05) / beta2) ** age


EMITTED = (opened, advance, latest, growing, quoted_bound, step_bound)


class AdamDemo(Demo):
    """Adam's state on gradients that the reader draws."""

    words = TEXT
    start: ClassVar = {
        "grads": [1.0] * COUNT,
        "before": "fresh",
        "beta1": 0.9,
        "beta2": 0.999,
        "now": 0,
    }
    sliders: ClassVar = {
        "beta1": Slider(stops=BETAS1, digits=4),
        "beta2": Slider(stops=BETAS2, digits=4),
    }
    choices: ClassVar = {"before": ("fresh", "silence", "steady")}
    handles: ClassVar = {
        "gradient": Drag(60, 25, ("grads", "now")),
        "time": Drag(60, 0, ("now",)),
    }
    presets = ("yours", "ones", "quiet", "growing", "spike", "turning", "noise")
    at_once = ("before",)
    guesses = tuple(FACTORS)
    rounding = 1e-12
    formula = ("beta", "grad")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED})
        numbers = {"COUNT": COUNT, "LONG": LONG, "MOST": MOST, "FACTORS": FACTORS}
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, grads: list[float], before: str, beta1: float, beta2: float, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            grads: the gradients drawn, `COUNT` of them.
            before: `"fresh"`: the first of them is Adam's first; `"silence"`: `LONG` zeros came
                before; `"steady"`: `LONG` times the first of them came before.
            beta1: what the memory of direction keeps in a step, in [0, 1).
            beta2: what the memory of size keeps in a step, in (0, 1).
            now: the gradient that has just been seen, from 1 to `COUNT`; 0 before all of them.

        Returns:
            A number per readout; inf for a bound that is not there.
        """
        numbers = torch.tensor(grads, dtype=torch.float64)
        t = torch.tensor(0.0 if before == "fresh" else LONG, dtype=torch.float64)
        past = numbers[0] if before == "steady" else torch.zeros_like(t)
        hyper = {"beta1": beta1, "beta2": beta2}
        state = adam.State(t, past * (1 - beta1**t), past**2 * (1 - beta2**t))
        walks, states = {adam: [0 * t], adam_uncorrected: [0 * t]}, [state]
        for grad in numbers:
            bare = adam_uncorrected.State(*state)
            walks[adam_uncorrected].append(
                -adam_uncorrected.update(grad, bare, grad, lr=1.0, **hyper)[0]
            )
            delta, state = adam.update(grad, state, grad, lr=1.0, **hyper)
            walks[adam].append(-delta)
            states.append(state)
        made, raw = (torch.stack(walks[rule]) for rule in (adam, adam_uncorrected))
        t, m, v = states[now]
        found = {
            "t": t,
            "grad": numbers[now - 1] if now else 0 * t,
            "m": m,
            "v": v,
            "m_hat": m / (1 - beta1**t) if t else m,
            "v_hat": v / (1 - beta2**t) if t else v,
            "made": made[now],
            "raw": raw[now],
            "longest": made.abs().max(),
            "longest_raw": raw.abs().max(),
            "top": ceiling(max(t, 1), beta1, beta2),
            "bound": step_bound(beta1, beta2),
            "quoted": quoted_bound(beta1, beta2),
        }
        return {name: value.item() for name, value in found.items()}

    @staticmethod
    def answer() -> str:
        longest = AdamDemo.readouts(**AdamDemo.start)["longest_raw"]
        return min(FACTORS, key=lambda guess: abs(FACTORS[guess] - longest))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        grads = [round(draw.uniform(-MOST, MOST), 2) for _ in range(COUNT)]
        return super().random_setting(draw) | {"grads": grads, "now": draw.randint(0, COUNT)}
