"""One table over all rules: torch, torch_optimizer or the paper is the oracle."""

import inspect
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.core.device import best_device
from dlnotes.core.protocols import is_elementwise
from dlnotes.optimizers import adafactor, muon
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import ravine
from tests.optimizers.references import ALL, CASES, DOUBLE, assert_parity, one_step, ours, theirs

EVERY = pytest.mark.parametrize("name", ALL)
RULES = pytest.mark.parametrize("name", CASES)
DEVICES = sorted({"cpu", best_device().type} - {"mps"})  # mps has no float64


def needs_matrix(name: str) -> bool:
    return "muon" in name


def random(*shape: int, seed: int = 0, dtype=DOUBLE) -> torch.Tensor:
    source = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=source, dtype=DOUBLE).to(dtype)


def net(name: str):
    """A two-layer net: its first parameters, and the gradient of its loss at any others."""
    X, y = random(24, 5, seed=1), random(24, 3, seed=2)
    shapes = [(7, 5), (3, 7)] if needs_matrix(name) else [(7, 5), (3, 7), (7,), (3,)]

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


@EVERY
def test_200_steps_on_a_two_layer_net(name):
    case = ALL[name]
    start, gradient = net(name)
    run = theirs(case, start, gradient, 200, case.settings)
    assert_parity(case, start, run, case.settings)


@EVERY
def test_200_random_gradients(name):
    case, start = ALL[name], [random(4, 3, seed=6)]
    run = theirs(case, start, prescribed(random(200, 4, 3, seed=5)), 200, case.settings)
    assert_parity(case, start, run, case.settings)


@EVERY
@given(data=st.data())
@settings(max_examples=12, deadline=None, derandomize=True)
def test_any_setting_shape_and_dtype(name, data):
    case = ALL[name]
    setting = data.draw(st.fixed_dictionaries(case.ranges))
    matrix = 2 if needs_matrix(name) else None
    shape = data.draw(st.lists(st.integers(1, 4), min_size=matrix or 0, max_size=matrix or 3))
    # in float32 the switch of SWATS and the signs of Lion hang on the last digit
    dtypes = [DOUBLE] if name in ("swats", "lion") else [DOUBLE, torch.float32]
    dtype = data.draw(st.sampled_from(dtypes))
    seed = data.draw(st.integers(0, 2**31))
    start = [random(*shape, seed=seed, dtype=dtype)]
    grads = random(15, *shape, seed=seed + 1, dtype=dtype)
    run = theirs(case, start, prescribed(grads), 15, setting)
    assert_parity(case, start, run, setting, tolerance=1e-12 if dtype == DOUBLE else 2e-4)


@EVERY
@pytest.mark.parametrize(
    ("size", "dtype"),
    [(0, DOUBLE), (1e-150, DOUBLE), (1e150, DOUBLE), (1e-30, torch.float32), (1e30, torch.float32)],
    ids=["zero", "tiny", "huge", "tiny float32", "huge float32"],
)
def test_zero_tiny_and_huge_gradients(name, size, dtype):
    """What underflows or overflows does so in the reference too; the paper's are in float64."""
    case = ALL[name]
    setting = case.settings | ({"weight_decay": 0.0} if "weight_decay" in case.settings else {})
    start = torch.zeros(6, 3, dtype=dtype)
    pattern = torch.tensor([[1.0, -1.0, 0.5], [-2.0, 0.25, 1.0]] * 3, dtype=DOUBLE)
    grads = [(size * pattern).to(dtype)] * 6
    mine = torch.stack(ours(case.rule, start, grads, setting))
    if "adafactor" not in name:  # its rows · columns overflow, in torch as well
        assert mine.isfinite().all()
        assert dtype != DOUBLE or (mine == 0).all() == (size == 0)
    if dtype == DOUBLE or not case.reference.__qualname__.startswith("paper"):
        run = theirs(case, [start], lambda step, params: [grads[step]], 6, setting)
        other, limit = torch.stack(run.paths[0]), 1e-12 if dtype == DOUBLE else 1e-4
        assert torch.allclose(mine, other, rtol=limit, atol=0, equal_nan=True)


@EVERY
def test_a_float32_parameter_stays_float32_whatever_its_shape(name):
    case = ALL[name]
    numbers = {key: torch.tensor(value, dtype=DOUBLE) for key, value in case.settings.items()}
    shapes = [(2, 3)] if needs_matrix(name) else [(3,), (2, 3), (2, 1, 2)]
    for shape in shapes:
        param = random(*shape, dtype=torch.float32)
        for setting in (case.settings, numbers):
            delta, state = case.rule.update(param, case.rule.init(param), param, **setting)
            assert delta.dtype == torch.float32 and state.t.dtype == DOUBLE
            assert {field.dtype for field in state if field.ndim} <= {torch.float32}
    if not needs_matrix(name):
        one, grad = torch.tensor(1.0), torch.tensor(0.3)
        assert one_step(case.rule, grad, case.rule.init(one), one, numbers)[0].dtype == one.dtype


@EVERY
@pytest.mark.parametrize("device", DEVICES)
def test_every_device_gives_the_same_numbers(name, device):
    case = ALL[name]
    start, grads = random(4, 3, seed=6), random(20, 4, 3, seed=5)
    here = ours(case.rule, start, grads, case.settings)[-1]
    there = ours(case.rule, start.to(device), grads.to(device), case.settings)[-1]
    assert there.device.type == device
    assert torch.allclose(there.cpu(), here, rtol=0, atol=1e-12)


# Pure, and ready for many runs at once


def halfway(case, seed=7):
    """A parameter, its gradient and a state that is not fresh."""
    param, grads = random(3, 2, seed=seed), random(3, 3, 2, seed=seed + 1)
    state = case.rule.init(param)
    for grad in grads[:2]:
        param, state = one_step(case.rule, grad, state, param, case.settings)
    return param, grads[2], state


@EVERY
def test_vmap_over_every_hyperparameter_equals_one_at_a_time(name):
    case = ALL[name]
    param, grad, state = halfway(case)
    for key, value in case.settings.items():
        values = torch.tensor([0.7, 1.0, 1.05], dtype=DOUBLE) * value

        def one(number, key=key):
            return case.rule.update(grad, state, param, **case.settings | {key: number})

        together = torch.func.vmap(one)(values)
        for i, number in enumerate(values):
            for a, b in zip(_flat(together), _flat(one(number)), strict=True):
                assert torch.allclose(a[i], b, rtol=1e-12, atol=1e-15), key


def _flat(result):
    delta, state = result
    return [delta, *state]


@EVERY
def test_vmap_over_runs_equals_one_at_a_time(name):
    """A net of its own, its own state and its own learning rate in every lane."""
    case = ALL[name]
    runs = [halfway(case, seed) for seed in (10, 20, 30)]
    params, grads = (torch.stack([run[i] for run in runs]) for i in (0, 1))
    states = type(runs[0][2])(*map(torch.stack, zip(*(run[2] for run in runs), strict=True)))
    lrs = torch.tensor([0.001, 0.1, 0.5], dtype=DOUBLE)
    rest = {key: value for key, value in case.settings.items() if key != "lr"}

    def one(param, grad, state, lr):
        return case.rule.update(grad, state, param, lr=lr, **rest)

    together = torch.func.vmap(one)(params, grads, states, lrs)
    for i, (param, grad, state) in enumerate(runs):
        for a, b in zip(_flat(together), _flat(one(param, grad, state, lrs[i])), strict=True):
            assert torch.allclose(a[i], b, rtol=1e-12, atol=1e-15)


@EVERY
def test_vmapped_float64_numbers_leave_float32_parameters_alone(name):
    case = ALL[name]
    param = random(3, 2, dtype=torch.float32)
    state = case.rule.init(param)
    for key, value in case.settings.items():
        values = torch.tensor([0.7, 1.0], dtype=DOUBLE) * value

        def one(number, key=key):
            return case.rule.update(param, state, param, **case.settings | {key: number})[0]

        # a lower bound of a whole tensor promotes it; the fleet casts the delta back
        assert torch.func.vmap(one)(values).dtype == (DOUBLE if key == "eps1" else torch.float32)


@pytest.mark.parametrize("name", [name for name, case in ALL.items() if is_elementwise(case.rule)])
def test_a_rule_that_moves_entries_by_themselves_serves_many_paths_at_once(name):
    case = ALL[name]
    for key in case.settings:
        setting = case.settings | {"lr": 0.02}
        values = torch.tensor([0.7, 1.0, 1.05], dtype=DOUBLE) * setting[key]
        run = partial(trajectory, case.rule, ravine(10), (1.0, -0.7), steps=20)
        together = run(**setting | {key: values})
        alone = [run(**setting | {key: number.item()}) for number in values]
        assert torch.allclose(together, torch.stack(alone), rtol=1e-12, atol=1e-14), key


@EVERY
def test_nothing_that_was_passed_in_is_changed(name):
    case = ALL[name]
    param, grad, state = halfway(case)
    numbers = {key: torch.tensor(value, dtype=DOUBLE) for key, value in case.settings.items()}
    given_values = [param, grad, *state, *numbers.values()]
    copies = [tensor.clone() for tensor in given_values]
    _, after = case.rule.update(grad, state, param, **numbers)
    assert all(torch.equal(a, b) for a, b in zip(given_values, copies, strict=True))
    assert after.t == state.t + 1


# What the module says of itself


@RULES
def test_state_starts_at_zero_on_the_device_of_the_parameter(name):
    for device in DEVICES:
        state = CASES[name].rule.init(torch.ones(2, 3, device=device))
        assert (state.t.shape, state.t.dtype, state.t.item()) == ((), DOUBLE, 0)
        assert all(field.device.type == device for field in state)


@EVERY
def test_every_hyperparameter_is_named_and_ours_is_documented(name):
    rule = ALL[name].rule
    named = inspect.signature(rule.update).parameters
    hyper = [key for key, of in named.items() if of.kind is of.KEYWORD_ONLY]
    assert list(named)[:3] == ["grad", "state", "param"] and len(named) == 3 + len(hyper)
    assert set(ALL[name].settings) == set(hyper) - {"ns_steps"}
    if name in CASES:
        documented = inspect.getdoc(rule.update).partition("Args:")[2]
        assert [key for key in hyper if f"\n    {key}: " not in documented] == []


@RULES
def test_a_rule_that_says_elementwise_moves_every_entry_by_itself(name):
    case = CASES[name]
    param, grads = random(4, 3, seed=6), random(9, 4, 3, seed=5)
    whole = ours(case.rule, param, grads, case.settings)[-1]
    halves = [
        ours(case.rule, param[rows], grads[:, rows], case.settings)[-1]
        for rows in (slice(0, 2), slice(2, 4))
    ]
    assert is_elementwise(case.rule) == torch.allclose(whole, torch.cat(halves), rtol=1e-13)


@RULES
def test_a_diverging_entry_is_data(name):
    """NaN in one entry is remembered there and nowhere else; the rule does not raise."""
    case = CASES[name]
    param = random(3, 2)
    grad = param.clone()
    grad[0, 0] = torch.nan
    delta, state = case.rule.update(grad, case.rule.init(param), param, **case.settings)
    lost = torch.stack([field.isnan() for field in (delta, *state) if field.shape == (3, 2)]).any(0)
    assert lost[0, 0] and (lost.sum() == 1 or not is_elementwise(case.rule))


@pytest.mark.parametrize("shape", [(), (3,), (2, 2, 2)])
def test_muon_takes_matrices_only(shape):
    with pytest.raises(ValueError, match=r"`param` of muon must be a matrix, got shape .*; give"):
        muon.init(torch.zeros(shape))


def test_adafactor_remembers_a_row_and_a_column():
    state = adafactor.init(torch.zeros(5, 30, 20))
    assert (state.rows.shape, state.columns.shape) == ((5, 30, 1), (5, 1, 20))
