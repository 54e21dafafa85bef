"""Training steps of nets in a real JavaScript engine: one step and whole runs, as in PyTorch."""

import inspect
import random
from functools import partial

import pytest
import torch

from dlnotes.gradients import clipping
from dlnotes.live import LiveError, emit
from dlnotes.live.ops import OPS
from dlnotes.live.ops.rows import each
from dlnotes.live.training import prediction, training_step
from dlnotes.optimizers import adam, momentum, sgd
from dlnotes.regularization import penalties, weight_decay
from dlnotes.training.data.datasets import Data, moons
from dlnotes.training.loop import train
from dlnotes.training.nets import losses
from dlnotes.training.nets.activations import ACTIVATIONS
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.nets.norms import NORMS
from tests.contracts import rules as table
from tests.live.comparing import assert_close, number, randoms

WRAPPED = weight_decay.coupled(adam), weight_decay.decoupled(momentum)
RULES = {name: row.rule for name, row in table.RULES.items() if not row.matrix}
RULES |= {rule.__name__: rule for rule in WRAPPED}
CHOICES = {
    "activation": list(ACTIVATIONS),
    "norm": [None, *NORMS],
    "residual": [False, True],
    "dropout": [0.0, 0.25],
    "loss": list(losses.LOSSES),
    "rule": list(RULES),
    "penalty": [None, penalties.l1, penalties.l2],
    "transform": [None, clipping.by_value, clipping.by_norm, clipping.normalize],
    "masked": [False, True],
    "width": [8, 5],
    "batch_size": [12, 7, 64],
}
USUAL = {key: choices[0] for key, choices in CHOICES.items()}
USUAL |= {"activation": "tanh", "loss": "cross_entropy", "rule": "adam"}


def named(value):
    return getattr(value, "__name__", value)


def cases():
    """One choice changed at a time, then all of them at random."""
    for key, choices in CHOICES.items():
        yield from ({**USUAL, key: choice} for choice in choices if choice != USUAL[key])
    yield {**USUAL, "norm": "batch", "masked": True}
    source = random.Random(4)
    for _ in range(20):
        yield {key: source.choice(choices) for key, choices in CHOICES.items()}


CASES = list(cases())


def name_of(case):
    changed = [str(named(value)) for key, value in case.items() if value != USUAL[key]]
    return "-".join(changed) or "usual"


def built(case, sizes=None):
    """The net and its step, for one case."""
    outputs = 3 if case["loss"] == "cross_entropy" else 1
    net = MLP(
        sizes or (2, case["width"], case["width"], outputs),
        **{key: case[key] for key in ("activation", "norm", "residual", "dropout")},
    )
    settings = {key: case[key] for key in ("batch_size", "masked", "penalty", "transform")}
    return net, training_step(net, RULES[case["rule"]], losses.LOSSES[case["loss"]], **settings)


def uniform(source, low, high, shape=()):
    return low + (high - low) * torch.rand(shape, dtype=torch.float64, generator=source)


def flags(source, *shape):
    kept = (torch.rand(shape, generator=source) > 0.3).double()
    kept[0] = 1
    return kept


def drawn(live, case, seed):
    """Random arguments of a step: parameters, a state in mid-run, a batch, masks, settings."""
    source = torch.Generator().manual_seed(seed)
    shapes = live.shapes
    params = {key: uniform(source, -1, 1, shape) for key, shape in shapes["params"].items()}
    states = {
        key: type(state)(
            torch.floor(uniform(source, 0, 40)),
            *(uniform(source, 0.01, 1, leaf.shape) for leaf in state[1:]),
        )
        for key, state in shapes["states"].items()
    }
    y = torch.floor(uniform(source, 0, 3, shapes["y"]))
    if case["loss"] != "cross_entropy":
        y = y - 1 + uniform(source, 0, 0.5, y.shape)
    given = {"params": params, "states": states, "X": uniform(source, -2, 2, shapes["X"]), "y": y}
    if "keep" in shapes:
        given["keep"] = [flags(source, *shape) for shape in shapes["keep"]]
    if "weight" in shapes:
        given["weight"] = flags(source, *shapes["weight"])
    for name, parameter in inspect.signature(live.function).parameters.items():
        if name not in given:
            usual = 0.1 if parameter.default is parameter.empty else parameter.default or 0.1
            given[name] = usual * uniform(source, 0.5, 1)
    return given


def emitted(live, inplace=()):
    return emit(step=live.function, shapes={"step": live.shapes}, inplace={"step": inplace})


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=map(name_of, CASES))
def test_one_step_equals_pytorch(javascript, case):
    _, live = built(case)
    given = [drawn(live, case, seed) for seed in range(3)]
    body = "return data.map((given) => program.step(...given))"
    found = javascript(emitted(live), body, [list(one.values()) for one in given])
    assert_close(found, [live.function(**one) for one in given], 1e-12)


@pytest.mark.slow
def test_a_wrong_sign_in_a_gradient_is_seen(javascript, monkeypatch):
    wrong = each(lambda grad, y: -(grad * (1 - y * y)))
    monkeypatch.setitem(OPS, "tanh_backward", wrong)
    with pytest.raises(AssertionError, match="not close"):
        test_one_step_equals_pytorch(javascript, USUAL)


RUN = """
  let { params, states } = data, losses = [];
  const { X, y, settings } = data;
  for (let step = 0; step < 200; step++) {
    const varying = data.varying.map((choices) => choices[step % choices.length]);
    const next = program.step(params, states, X, y, ...varying, ...settings);
    if (next.params) ({ params, states } = next);
    losses.push(next.loss);
  }
  return { params, losses };
"""
RUNS = [
    ({"rule": "adam"}, {"lr": 0.02}),
    ({"rule": "momentum", "activation": "relu", "norm": "layer"}, {"lr": 0.05}),
    ({"rule": "nadam", "activation": "gelu", "norm": "batch", "masked": True}, {"lr": 0.01}),
    ({"rule": "sgd", "activation": "mish", "dropout": 0.25, "residual": True}, {"lr": 0.3}),
    ({"rule": "adamw", "activation": "silu", "transform": clipping.by_norm}, {"max_norm": 0.5}),
    ({"rule": "adagrad", "activation": "softplus", "penalty": penalties.l2}, {"strength": 0.01}),
]


def run(live, given, varying):
    losses_seen = []
    for step in range(200):
        now = {name: choices[step % len(choices)] for name, choices in varying.items()}
        result = live.function(**{**given, **now})
        given = given | {"params": result["params"], "states": result["states"]}
        losses_seen.append(result["loss"])
    return {"params": given["params"], "losses": losses_seen}


@pytest.mark.slow
@pytest.mark.parametrize("inplace", [(), ("params", "states")], ids=["new", "inplace"])
@pytest.mark.parametrize(("changes", "settings"), RUNS, ids=[c["rule"] for c, _ in RUNS])
def test_a_run_of_200_steps_equals_pytorch(javascript, changes, settings, inplace):
    case = {**USUAL, "batch_size": 24, **changes}
    net, live = built(case, sizes=(2, 8, 8, 2))
    X = randoms(1, 24, 2)
    params = {key: param.detach().double() for key, param in net.named_parameters()}
    states = {key: RULES[case["rule"]].init(param) for key, param in params.items()}
    given = {"params": params, "states": states, "X": X, "y": (X.prod(1) > 0).double()}
    draws = [drawn(live, case, seed) for seed in range(7)]
    varying = {name: [d[name] for d in draws] for name in ("keep", "weight") if name in draws[0]}
    hyper = {name: number(value) for name, value in settings.items()}
    parameters = inspect.signature(live.function).parameters
    hyper |= {
        name: number(parameters[name].default)
        for name in parameters
        if parameters[name].default is not inspect.Parameter.empty and name not in hyper
    }
    ordered = {name: hyper[name] for name in parameters if name in hyper}

    expected = run(live, given | ordered, varying)
    beside = {key: torch.nextafter(param, param + 1) for key, param in params.items()}
    assert_close(
        run(live, given | ordered | {"params": beside}, varying)["losses"],
        expected["losses"],
        1e-10,
    )
    data = given | {"varying": list(varying.values()), "settings": list(ordered.values())}
    found = javascript(emitted(live, inplace), RUN, data)
    assert expected["losses"][-1] < 0.8 * expected["losses"][0]
    if changes.get("norm") == "batch":
        # batch norm takes these biases out again: their gradients are rounding, which nadam scales
        for name in ("layers.0.bias", "layers.1.bias"):
            expected["params"].pop(name), found["params"].pop(name)
    assert_close(found, expected, 1e-9)


@pytest.mark.slow
def test_steps_are_those_of_the_training_loop(javascript):
    net = MLP((2, 6, 2), activation="tanh", dtype=torch.float64)
    X = randoms(1, 20, 2)
    y = (X.prod(1) > 0).long()
    history = train(net, Data(X, y, X, y), adam, lr=0.05, steps=200)
    live = training_step(net, adam, batch_size=20)
    params = {key: param.detach() for key, param in net.named_parameters()}
    states = {key: adam.init(param) for key, param in params.items()}
    given = {"params": params, "states": states, "X": X, "y": y.double()}
    given |= {"varying": [], "settings": [0.05]}
    found = javascript(emitted(live), RUN, given)
    assert_close(found["losses"], history.losses, 1e-9)
    assert_close(found["params"], history.params, 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("norm", [None, "batch", "rms"])
def test_the_picture_equals_pytorch(called, norm):
    net = MLP((2, 8, 8, 2), activation="gelu", norm=norm, dropout=0.5, dtype=torch.float64)
    softmax = partial(torch.softmax, dim=1)
    live = prediction(net, examples=49, batch_size=20 if norm == "batch" else None, of=softmax)
    params = {key: param.detach() for key, param in net.named_parameters()}
    given = [params, randoms(1, 49, 2), *([randoms(2, 20, 2)] if norm == "batch" else [])]
    text = emit(predict=live.function, shapes={"predict": live.shapes})
    expected = live.function(*given)
    assert_close(called(text, "predict", *given), expected, 1e-12)
    if norm != "batch":
        assert torch.equal(expected, softmax(net(given[1])))


EDGES = [-1e300, -1e3, -746, -709, -40, -20, -6, -1, -1e-8, -1e-300, -0.0]
EDGES = torch.tensor([*EDGES, *(-edge for edge in EDGES), float("nan")], dtype=torch.float64)


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_their_slopes_far_out(called, name):
    def both(x):
        slope, value = torch.func.vmap(torch.func.grad_and_value(ACTIVATIONS[name]))(x)
        return {"slope": slope, "value": value}

    text = emit(f=both, shapes={"f": {"x": EDGES.shape}})
    assert_close(called(text, "f", EDGES), both(EDGES), 1e-12)


def test_arguments_read_like_those_of_the_rule():
    live = training_step(
        MLP((2, 4, 1), dropout=0.5),
        weight_decay.coupled(adam),
        losses.mean_squared_error,
        batch_size=8,
        masked=True,
        penalty=penalties.l1,
        transform=clipping.by_norm,
    )
    head = next(line for line in emitted(live).splitlines() if line.startswith("export"))
    assert head == (
        "export function step(params, states, X, y, keep, weight, weight_decay, lr = 0.001, "
        "beta1 = 0.9, beta2 = 0.999, eps = 1e-8, strength = 1, max_norm) {"
    )


def test_a_net_of_torchs_own_layers_makes_a_program():
    net = torch.nn.Sequential(
        torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)
    ).double()
    step, shapes = live = training_step(net, sgd, batch_size=8)
    assert "export function step(params, states, X, y, lr)" in emitted(live)
    data = moons(8, dtype=torch.float64)
    params = {name: param.detach() for name, param in net.named_parameters()}
    given = {"params": params, "states": shapes["states"], "X": data.X, "y": data.y.double()}
    run = train(net, data, sgd, lr=0.5, steps=1)
    for name, param in step(**given, lr=0.5)["params"].items():
        assert torch.allclose(param, run.params[name], rtol=0, atol=1e-15)


def test_the_program_is_small_and_keeps_its_memory():
    live = training_step(MLP((2, 16, 16, 2)), adam, batch_size=64)
    text = emitted(live)
    assert len(text) < 25_000
    inside = text[text.index("export") :]
    kept = len(live.shapes["params"]) * 3  # new in every call: what it returns
    assert inside.count("new Float64Array") + inside.count("Float64Array.of") <= kept + 1


def test_whole_numbers_of_a_rule_stay_as_they_are():
    live = training_step(MLP((2, 4, 1)), sgd, losses.hinge, batch_size=8, penalty=with_power)
    assert list(inspect.signature(live.function).parameters)[4:] == ["lr", "strength"]


def with_power(params, strength, power=3):
    return strength * sum((param.abs() ** power).sum() for param in params.values())


def test_bad_input_is_refused_in_one_line():
    net = MLP((2, 4, 1), norm="batch")

    def penalty(params, lr):
        return lr * penalties.l2(params)

    with pytest.raises(
        ValueError, match="`penalty` must name its numbers unlike rule and penalty, got 'lr'"
    ):
        training_step(net, sgd, batch_size=8, penalty=penalty)
    with pytest.raises(ValueError, match="`batch_size` must be at least 1, got 0"):
        training_step(net, sgd, batch_size=0)
    with pytest.raises(TypeError, match="`rule` must be a module with init and update, got 'sgd'"):
        training_step(net, "sgd", batch_size=8)
    with pytest.raises(ValueError, match="`batch_size` must be given for a net with batch norm"):
        prediction(net, examples=9)


def unknown_slope(output, y, weight=None):
    labels = torch.zeros(len(y), dtype=torch.int64)
    return torch.nn.functional.multi_margin_loss(output, labels)


def test_an_unknown_operation_in_a_slope_is_named_by_the_line_it_is_the_slope_of():
    live = training_step(MLP((2, 4, 3)), sgd, unknown_slope, batch_size=8)
    words = r"aten.multi_margin_loss_backward.*test_training.py:\d+ `return torch.*margin_loss\("
    with pytest.raises(LiveError, match=words):
        emitted(live)


def test_all_choices_are_tried():
    tried = {(key, named(value)) for case in CASES for key, value in case.items()}
    assert tried >= {(key, named(choice)) for key, all_ in CHOICES.items() for choice in all_}
