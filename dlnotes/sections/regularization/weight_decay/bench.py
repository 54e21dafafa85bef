"""The chapter's bench under a penalty or a decay, of weights, of biases, or of both.

Book: regularization/weight_decay
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from dlnotes.optimizers import adam
from dlnotes.regularization.weight_decay import coupled, decoupled
from dlnotes.training.data.mislabeled import CHOOSE, few_digits
from dlnotes.training.nets.mlp import MLP

HIDDEN, LR, STEPS = 256, 0.003, 400
WRONG = 0.15  # of the labels
RULES = {"penalty": coupled(adam), "decay": decoupled(adam)}
WHAT = {
    "all": {"weights", "biases", "gains"},
    "weights": {"weights"},
    "biases": {"biases"},
    "no_gains": {"weights", "biases"},
}


class Arm(NamedTuple):
    """What a net is trained with.

    Attributes:
        strength: α.
        what: a name in `WHAT`: the parameters that feel it.
        rule: a name in `RULES`.
        lr: learning rate.
    """

    strength: float
    what: str = "all"
    rule: str = "decay"
    lr: float = LR


class Bench(NamedTuple):
    """Which nets are trained, and on what.

    Attributes:
        wrong: share of wrong labels.
        hidden: units in the middle.
        normed: whether they are layer-normalized, with gains and shifts.
    """

    wrong: float = WRONG
    hidden: int = HIDDEN
    normed: bool = False


PLAIN = Bench()


class Trained(NamedTuple):
    """What became of nets, each of shape `(arms,)` or `(arms, seeds)`.

    Attributes:
        train: accuracy on the labels learned from, wrong ones included.
        validation: on images that may choose a strength.
        test: on others.
        weights: the length of all weights.
        biases: the length of all biases.
    """

    train: Tensor
    validation: Tensor
    test: Tensor
    weights: Tensor
    biases: Tensor


def trained(arms: Sequence[Arm], seed: int, bench: Bench = PLAIN) -> Trained:
    """Nets on 150 digits, one for each arm, side by side from the same start.

    Args:
        arms: all of them with the same rule.
        seed: of images, wrong labels and start.
        bench: which nets, and what they learn.
    """
    data, (rule,) = few_digits(seed, wrong=bench.wrong), {RULES[arm.rule] for arm in arms}
    net = _net(seed, bench)
    params = {
        name: param.detach().expand(len(arms), *param.shape).clone()
        for name, param in net.named_parameters()
    }
    states = {name: rule.init(param) for name, param in params.items()}
    hyper = {name: _hyper(arms, _kind(name, param), param.ndim) for name, param in params.items()}

    def scores(params: dict[str, Tensor], X: Tensor) -> Tensor:
        return vmap(lambda one: functional_call(net, one, (X,)))(params)

    def loss(params: dict[str, Tensor]) -> Tensor:
        logs = scores(params, data.X).log_softmax(-1)
        return -logs[:, torch.arange(len(data.y)), data.y].mean(1).sum()

    for _ in range(STEPS):
        for name, slope in grad(loss)(params).items():
            delta, states[name] = rule.update(slope, states[name], params[name], **hyper[name])
            params[name] = params[name] + delta
    right = scores(params, data.X_test).argmax(-1) == data.y_test
    asked = scores(params, data.X).argmax(-1) == data.y, right[:, :CHOOSE], right[:, CHOOSE:]
    lengths = [_length(params, kind) for kind in ("weights", "biases")]
    return Trained(*(part.double().mean(1) for part in asked), *lengths)


def many(arms: Sequence[Arm], seeds: Sequence[int], bench: Bench = PLAIN) -> Trained:
    """The same for several seeds, `(arms, seeds)` each."""
    found = [trained(arms, seed, bench) for seed in seeds]
    return Trained(*(torch.stack(part, 1) for part in zip(*found, strict=True)))


def _net(seed: int, bench: Bench) -> nn.Module:
    net = MLP((64, bench.hidden, 10), seed=seed)
    if not bench.normed:
        return net
    return nn.Sequential(net.layers[0], nn.LayerNorm(bench.hidden), nn.ReLU(), net.layers[1])


def _kind(name: str, param: Tensor) -> str:
    if param.ndim > 2:  # the runs, and a matrix
        return "weights"
    return "gains" if name.endswith("weight") else "biases"


def _hyper(arms: Sequence[Arm], kind: str, ndim: int) -> dict[str, Tensor]:
    """Learning rate and decay of every arm, to go with one of its parameters."""
    decay = [arm.strength if kind in WHAT[arm.what] else 0.0 for arm in arms]
    shape = (-1,) + (1,) * (ndim - 1)
    rates = torch.tensor([arm.lr for arm in arms])
    return {"lr": rates.view(shape), "weight_decay": torch.tensor(decay).view(shape)}


def _length(params: dict[str, Tensor], kind: str) -> Tensor:
    parts = [param for name, param in params.items() if _kind(name, param) == kind]
    return sum(part.flatten(1).square().sum(1) for part in parts).sqrt()
