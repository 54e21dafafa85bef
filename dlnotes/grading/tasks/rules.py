"""Tasks in which a learner writes an update rule: how it is tried, and what may go wrong in any.

Such an answer is `rule(grad, state, param, **hyper) -> (delta, state)`, its state a plain tuple.
"""

from collections.abc import Callable
from typing import Any

import torch

from dlnotes.core.protocols import Rule

Answer = Callable[..., Any]


def walk(answer, start, grads, state, **hyper):
    """The change made by each step; runs beside the learner's answer.

    Args:
        answer: the rule.
        start: the parameter before the first step.
        grads: the gradient of each step, or a function that gives it from the parameter.
        state: before the first step.
        hyper: what the rule is passed by name.
    """
    param, deltas = start, []
    for grad in grads:
        grad = grad(param) if callable(grad) else grad
        delta, state = answer(grad, state, param, **hyper)
        change = torch.as_tensor(delta, dtype=param.dtype)
        if change.shape != param.shape:
            return [delta] * len(grads)  # no walking on with it; the comparison names the shape
        param = param + change
        deltas.append(delta)
    return deltas


def library(rule: Rule, **always: Any) -> Answer:
    """A rule of the library as such an answer.

    Args:
        rule: its state begins with the number of steps, which a task's state may leave out.
        always: hyperparameters that are no argument of the task.
    """

    def update(grad, state, param, **hyper):
        left_out = len(rule.State._fields) - len(state)
        before = (*[0.0] * left_out, *state)
        kept = rule.State(*(torch.as_tensor(part, dtype=param.dtype) for part in before))
        delta, after = rule.update(grad, kept, param, **always, **hyper)
        return delta, tuple(after)[left_out:]

    return update


def uphill(rule: Answer) -> Answer:
    """The change with the wrong sign; what is remembered is right."""

    def update(grad, state, param, **hyper):
        delta, state = rule(grad, state, param, **hyper)
        return -delta, state

    return update


def forgetful(rule: Answer) -> Answer:
    """Hands its old state back."""

    def update(grad, state, param, **hyper):
        delta, _ = rule(grad, state, param, **hyper)
        return delta, state

    return update
