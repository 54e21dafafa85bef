"""One table over all rules: torch, torch_optimizer or the paper is the oracle."""

import inspect
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.core.device import best_device
from dlnotes.core.hyperparameters import defaults
from dlnotes.core.protocols import is_elementwise
from dlnotes.optimizers import adafactor, muon
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import ravine
from tests.contracts.oracles import DOUBLE, Torch, assert_parity, one_step, ours, theirs
from tests.contracts.rules import ELEMENTWISE, EVERY, IN_TORCH, RULES

every = pytest.mark.parametrize("name", EVERY)
plain = pytest.mark.parametrize("name", RULES)
DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64


def random(*shape: int, seed: int = 0, dtype=DOUBLE) -> torch.Tensor:
    source = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=source, dtype=DOUBLE).to(dtype)


def net(name: str):
    """A two-layer net: its first parameters, and the gradient of its loss at any others."""
    X, y = random(24, 5, seed=1), random(24, 3, seed=2)
    shapes = [(7, 5), (3, 7)] if EVERY[name].matrix else [(7, 5), (3, 7), (7,), (3,)]

    def gradient(step, params):
        params = [param.detach().requires_grad_(True) for param in params]
        V, W, *biases = params
        b, c = biases or (0, 0)
        loss = ((torch.tanh(X @ V.T + b) @ W.T + c - y) ** 2).mean()
        return list(torch.autograd.grad(loss, params))

    start = [0.5 * random(*shape, seed=3 + i) for i, shape in enumerate(shapes)]
    return start, gradient


def prescribed(grads):
    return lambda step, params: [grads[step]]


# Equal to the reference


@every
def test_200_steps_on_a_two_layer_net(name):
    row = EVERY[name]
    start, gradient = net(name)
    run = theirs(row.reference, start, gradient, 200, row.settings)
    assert_parity(row.rule, start, run, row.settings)


@every
def test_200_random_gradients(name):
    row, start = EVERY[name], [random(4, 3, seed=6)]
    run = theirs(row.reference, start, prescribed(random(200, 4, 3, seed=5)), 200, row.settings)
    assert_parity(row.rule, start, run, row.settings)


@every
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_any_setting_shape_and_dtype(name, data):
    row = EVERY[name]
    setting = data.draw(st.fixed_dictionaries(row.ranges))
    matrix = 2 if EVERY[name].matrix else None
    shape = data.draw(st.lists(st.integers(1, 4), min_size=matrix or 0, max_size=matrix or 3))
    dtype = data.draw(st.sampled_from(row.dtypes))
    seed = data.draw(st.integers(0, 2**31))
    start = [random(*shape, seed=seed, dtype=dtype)]
    grads = random(15, *shape, seed=seed + 1, dtype=dtype)
    run = theirs(row.reference, start, prescribed(grads), 15, setting)
    assert_parity(row.rule, start, run, setting, tolerance=1e-12 if dtype == DOUBLE else 2e-4)


@every
@pytest.mark.parametrize(
    ("size", "dtype"),
    [(0, DOUBLE), (1e-150, DOUBLE), (1e150, DOUBLE), (1e-30, torch.float32), (1e30, torch.float32)],
    ids=["zero", "tiny", "huge", "tiny float32", "huge float32"],
)
def test_zero_tiny_and_huge_gradients(name, size, dtype):
    """What underflows or overflows does so in the reference too; the paper's are in float64."""
    row = EVERY[name]
    setting = row.settings | ({"weight_decay": 0.0} if "weight_decay" in row.settings else {})
    start = torch.zeros(6, 3, dtype=dtype)
    pattern = torch.tensor([[1.0, -1.0, 0.5], [-2.0, 0.25, 1.0]] * 3, dtype=DOUBLE)
    grads = [(size * pattern).to(dtype)] * 6
    mine = torch.stack(ours(row.rule, start, grads, setting))
    if not row.overflows:
        assert mine.isfinite().all()
        assert dtype != DOUBLE or (mine == 0).all() == (size == 0)
    if dtype == DOUBLE or isinstance(row.reference, Torch):
        run = theirs(row.reference, [start], lambda step, params: [grads[step]], 6, setting)
        other, limit = torch.stack(run.paths[0]), 1e-12 if dtype == DOUBLE else 1e-4
        assert torch.allclose(mine, other, rtol=limit, atol=0, equal_nan=True)


@every
def test_a_float32_parameter_stays_float32_whatever_its_shape(name):
    row = EVERY[name]
    numbers = {key: torch.tensor(value, dtype=DOUBLE) for key, value in row.settings.items()}
    shapes = [(2, 3)] if EVERY[name].matrix else [(3,), (2, 3), (2, 1, 2)]
    for shape in shapes:
        param = random(*shape, dtype=torch.float32)
        for setting in (row.settings, numbers):
            delta, state = row.rule.update(param, row.rule.init(param), param, **setting)
            assert delta.dtype == torch.float32 and state.t.dtype == DOUBLE
            assert {field.dtype for field in state if field.ndim} <= {torch.float32}
    if not row.matrix:
        one, grad = torch.tensor(1.0), torch.tensor(0.3)
        assert one_step(row.rule, grad, row.rule.init(one), one, numbers)[0].dtype == one.dtype


@every
@pytest.mark.parametrize("device", DEVICES)
def test_every_device_gives_the_same_numbers(name, device):
    row = EVERY[name]
    start, grads = random(4, 3, seed=6), random(20, 4, 3, seed=5)
    here = ours(row.rule, start, grads, row.settings)[-1]
    there = ours(row.rule, start.to(device), grads.to(device), row.settings)[-1]
    assert there.device.type == device
    assert torch.allclose(there.cpu(), here, rtol=0, atol=1e-12)


# Pure, and ready for many runs at once


def halfway(row, seed=7):
    """A parameter, its gradient and a state that is not fresh."""
    param, grads = random(3, 2, seed=seed), random(3, 3, 2, seed=seed + 1)
    state = row.rule.init(param)
    for grad in grads[:2]:
        param, state = one_step(row.rule, grad, state, param, row.settings)
    return param, grads[2], state


@every
def test_vmap_over_every_hyperparameter_equals_one_at_a_time(name):
    row = EVERY[name]
    param, grad, state = halfway(row)
    for key, value in row.settings.items():
        values = torch.tensor([0.7, 1.0, 1.05], dtype=DOUBLE) * value

        def one(number, key=key):
            return row.rule.update(grad, state, param, **row.settings | {key: number})

        together = torch.func.vmap(one)(values)
        for i, number in enumerate(values):
            for a, b in zip(_flat(together), _flat(one(number)), strict=True):
                assert torch.allclose(a[i], b, rtol=1e-12, atol=1e-15), key


def _flat(result):
    delta, state = result
    return [delta, *state]


@every
def test_vmap_over_runs_equals_one_at_a_time(name):
    """A net of its own, its own state and its own learning rate in every lane."""
    row = EVERY[name]
    runs = [halfway(row, seed) for seed in (10, 20, 30)]
    params, grads = (torch.stack([run[i] for run in runs]) for i in (0, 1))
    states = type(runs[0][2])(*map(torch.stack, zip(*(run[2] for run in runs), strict=True)))
    lrs = torch.tensor([0.001, 0.1, 0.5], dtype=DOUBLE)
    rest = {key: value for key, value in row.settings.items() if key != "lr"}

    def one(param, grad, state, lr):
        return row.rule.update(grad, state, param, lr=lr, **rest)

    together = torch.func.vmap(one)(params, grads, states, lrs)
    for i, (param, grad, state) in enumerate(runs):
        for a, b in zip(_flat(together), _flat(one(param, grad, state, lrs[i])), strict=True):
            assert torch.allclose(a[i], b, rtol=1e-12, atol=1e-15)


@every
def test_vmapped_float64_numbers_leave_float32_parameters_alone(name):
    row = EVERY[name]
    param = random(3, 2, dtype=torch.float32)
    state = row.rule.init(param)
    for key, value in row.settings.items():
        values = torch.tensor([0.7, 1.0], dtype=DOUBLE) * value

        def one(number, key=key):
            return row.rule.update(param, state, param, **row.settings | {key: number})[0]

        # a lower bound of a whole tensor promotes it; the fleet casts the delta back
        assert torch.func.vmap(one)(values).dtype == (
            DOUBLE if key in row.promotes else torch.float32
        )


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_rule_that_moves_entries_by_themselves_serves_many_paths_at_once(name):
    row = EVERY[name]
    for key in row.settings:
        setting = row.settings | {"lr": 0.02}
        values = torch.tensor([0.7, 1.0, 1.05], dtype=DOUBLE) * setting[key]
        run = partial(trajectory, row.rule, ravine(10), (1.0, -0.7), steps=20)
        together = run(**setting | {key: values})
        alone = [run(**setting | {key: number.item()}) for number in values]
        assert torch.allclose(together, torch.stack(alone), rtol=1e-12, atol=1e-14), key


@every
def test_nothing_that_was_passed_in_is_changed(name):
    row = EVERY[name]
    param, grad, state = halfway(row)
    numbers = {key: torch.tensor(value, dtype=DOUBLE) for key, value in row.settings.items()}
    given_values = [param, grad, *state, *numbers.values()]
    copies = [tensor.clone() for tensor in given_values]
    _, after = row.rule.update(grad, state, param, **numbers)
    assert all(torch.equal(a, b) for a, b in zip(given_values, copies, strict=True))
    assert after.t == state.t + 1


# What the module says of itself


@plain
def test_state_starts_at_zero_on_the_device_of_the_parameter(name):
    for device in DEVICES:
        state = RULES[name].rule.init(torch.ones(2, 3, device=device))
        assert (state.t.shape, state.t.dtype, state.t.item()) == ((), DOUBLE, 0)
        assert all(field.device.type == device for field in state)


@every
def test_every_hyperparameter_is_named_and_ours_is_documented(name):
    rule = EVERY[name].rule
    named = inspect.signature(rule.update).parameters
    hyper = [key for key, of in named.items() if of.kind is of.KEYWORD_ONLY]
    assert list(named)[:3] == ["grad", "state", "param"] and len(named) == 3 + len(hyper)
    assert set(EVERY[name].settings) == set(hyper) - {"ns_steps"}
    if name in RULES:
        documented = inspect.getdoc(rule.update).partition("Args:")[2]
        assert [key for key in hyper if f"\n    {key}: " not in documented] == []


@pytest.mark.parametrize("name", [name for name in RULES if name in IN_TORCH])
def test_defaults_are_those_of_torch(name):
    row = RULES[name]
    known = defaults(row.rule)
    needed = {key: 0.1 for key, value in known.items() if value is inspect.Parameter.empty}
    mine = row.reference.arguments(known | needed)
    theirs = row.reference.optimizer([torch.ones(2)], **needed).defaults
    # there one class serves for three rules, and has no momentum unless it is given
    wanted = {key: mine[key] if key == "momentum" else theirs[key] for key in mine}
    assert mine == wanted


@plain
def test_a_rule_that_says_elementwise_moves_every_entry_by_itself(name):
    row = RULES[name]
    param, grads = random(4, 3, seed=6), random(9, 4, 3, seed=5)
    whole = ours(row.rule, param, grads, row.settings)[-1]
    halves = [
        ours(row.rule, param[rows], grads[:, rows], row.settings)[-1]
        for rows in (slice(0, 2), slice(2, 4))
    ]
    assert is_elementwise(row.rule) == torch.allclose(whole, torch.cat(halves), rtol=1e-13)


@plain
def test_a_diverging_entry_is_data(name):
    """NaN in one entry is remembered there and nowhere else; the rule does not raise."""
    row = RULES[name]
    param = random(3, 2)
    grad = param.clone()
    grad[0, 0] = torch.nan
    delta, state = row.rule.update(grad, row.rule.init(param), param, **row.settings)
    lost = torch.stack([field.isnan() for field in (delta, *state) if field.shape == (3, 2)]).any(0)
    assert lost[0, 0] and (lost.sum() == 1 or not is_elementwise(row.rule))


@pytest.mark.parametrize("shape", [(), (3,), (2, 2, 2)])
def test_muon_takes_matrices_only(shape):
    with pytest.raises(ValueError, match=r"`param` of muon must be a matrix, got shape .*; give"):
        muon.init(torch.zeros(shape))


def test_adafactor_remembers_a_row_and_a_column():
    state = adafactor.init(torch.zeros(5, 30, 20))
    assert (state.rows.shape, state.columns.shape) == ((5, 30, 1), (5, 1, 20))
