"""The state of a parameter is its own: edited, taken out, put in, or let go with the parameter."""

import copy
import gc
import pickle
import weakref

import pytest
import torch
from torch import nn

from dlnotes.optimizers import adafactor, adam, momentum, nadam
from dlnotes.training.optimizer import Optimizer
from tests.training.optimizer.test_options import cubed, made

SIZES = [(1.0, 0.5), (0.7,), (0.2, 0.9, 0.4)]
TORCHS = {"t": "step", "m": "exp_avg", "v": "exp_avg_sq"}


def pair(compiled, rule=adam, theirs=torch.optim.Adam):
    """Equal parameters, ours with our optimizer and theirs with torch's, five steps on."""
    params, twins = ([made(*values) for values in SIZES] for _ in range(2))
    both = (
        (params, Optimizer(params, rule, lr=0.05, compiled=compiled)),
        (
            twins,
            theirs(twins, lr=0.05),
        ),
    )
    for one in both:
        cubed(*one, steps=5)
    return both


def assert_equal(both, steps=3):
    for one in both:
        cubed(*one, steps=steps)
    (params, ours), (twins, theirs) = both
    for param, twin in zip(params, twins, strict=True):
        assert torch.allclose(param, twin, rtol=0, atol=1e-6)
        assert ours.state[param]["t"] == theirs.state[twin]["step"]


EDITS = {
    "taken out": lambda state, param, names: state.pop(param),
    "deleted": lambda state, param, names: state.__delitem__(param),
    "emptied": lambda state, param, names: state.__setitem__(param, {}),
    "cleared": lambda state, param, names: state[param].clear(),
    "all cleared": lambda state, param, names: state.clear(),
    "t set back": lambda state, param, names: state[param][names["t"]].zero_(),
    "t exchanged": lambda state, param, names: state[param].update({names["t"]: torch.tensor(2.0)}),
    "v exchanged": lambda state, param, names: state[param].__setitem__(
        names["v"], torch.full_like(param, 0.5)
    ),
    "v filled": lambda state, param, names: state[param][names["v"]].fill_(0.5),
    "m and v": lambda state, param, names: state[param].update(
        {names["m"]: torch.zeros_like(param), names["v"]: torch.ones_like(param)}
    ),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("place", range(3))
def test_an_edited_state_counts_as_in_torch(edit, place, compiled):
    both = pair(compiled)
    for (params, optimizer), names in zip(both, ({k: k for k in TORCHS}, TORCHS), strict=True):
        EDITS[edit](optimizer.state, params[place], names)
    assert_equal(both)
    assert sorted(both[0][1].state_dict()["state"]) == [0, 1, 2]


@pytest.mark.parametrize("rule", [adam, nadam, adafactor])
def test_every_parameter_counts_for_itself(rule, compiled):
    params = [made(*values) for values in SIZES]
    optimizer = Optimizer(params, rule, compiled=compiled)
    cubed(params, optimizer, steps=5)
    optimizer.state[params[1]]["t"].zero_()
    assert [optimizer.state[param]["t"].item() for param in params] == [5, 0, 5]
    cubed(params, optimizer)
    assert [optimizer.state[param]["t"].item() for param in params] == [6, 1, 6]
    assert sorted(optimizer.state_dict()["state"]) == [0, 1, 2]


def test_states_change_hands(compiled):
    """Two parameters swap states; a third one hands its own on to its successor."""
    both = pair(compiled)
    for params, optimizer in both:
        params.append(nn.Parameter(params[1].detach().clone()))
        optimizer.add_param_group({"params": [params[-1]]})
        state, held = optimizer.state, optimizer.param_groups[0]["params"]
        state[params[-1]] = state.pop(params[1])
        del held[1], params[1]
    assert_equal(both)
    for params, optimizer in both:
        for place in (0, 1):  # the longer one's last entry is forgotten
            params[place].data = params[place].data[:1].clone()
        shorter = {param: cut(optimizer.state[param]) for param in params}
        optimizer.state.update({params[0]: shorter[params[1]], params[1]: shorter[params[0]]})
    assert_equal(both)


def cut(entry):
    """The first entry of every tensor in a state."""
    return {name: value[:1].clone() if value.ndim else value for name, value in entry.items()}


def test_replaced_parameters_are_let_go(compiled):
    """A net that grows and shrinks: torch keeps none of the old parameters either."""
    group = [made(*values) for values in SIZES]
    optimizer = Optimizer(group, adam, compiled=compiled)
    group, old = optimizer.param_groups[0]["params"], []
    for _ in range(20):
        cubed(group, optimizer)
        for place in (0, 2):
            old.append(weakref.ref(group[place]))
            optimizer.state.pop(group[place])
            group[place] = nn.Parameter(group[place].detach()[:2].clone())
    gc.collect()
    assert sum(one() is not None for one in old) == 0
    cubed(group, optimizer)
    assert [optimizer.state[param]["t"].item() for param in group] == [1, 21, 1]


def test_an_optimizer_goes_when_it_is_no_longer_held():
    """Nothing refers in a circle, so that memory is free at once."""
    param = made(1.0, 2.0)
    gc.collect()
    gc.disable()
    try:
        for compiled in (False, True):
            optimizer = Optimizer([param], momentum, lr=0.1, compiled=compiled)
            plan = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
            cubed([param], optimizer)
            plan.step()
            gone = weakref.ref(optimizer)
            del optimizer, plan
            assert gone() is None
    finally:
        gc.enable()


# What a user keeps there


def test_entries_of_the_users_own_are_kept(compiled):
    params = [made(*values) for values in SIZES]
    optimizer = Optimizer(params, adam, lr=0.05, compiled=compiled)
    cubed(params, optimizer, steps=2)
    optimizer.state["epoch"] = 3
    optimizer.state["seen"] = {"examples": torch.tensor(7)}
    optimizer.state[params[0]]["norms"] = [1.0, 2.0]
    optimizer.state[params[0]]["best"] = torch.tensor(5.0, dtype=torch.float64)
    for way in (copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))):
        again, copied = way((optimizer, params))
        again.load_state_dict(again.state_dict())
        cubed(copied, again)
        assert again.state["epoch"] == 3 and again.state["seen"]["examples"] == 7
        entry = again.state[copied[0]]
        assert entry["norms"] == [1.0, 2.0] and entry["best"] == 5 and entry["t"] == 3
        assert isinstance(entry["best"], torch.Tensor)
    optimizer.state[params[0]]["norms"].append(3.0)
    cubed(params, optimizer)
    assert optimizer.state_dict()["state"][0]["norms"] == [1.0, 2.0, 3.0]


def test_a_note_beside_the_state_does_not_pack_anew(compiled):
    params = [made(*values) for values in SIZES]
    optimizer = Optimizer(params, adam, compiled=compiled)
    cubed(params, optimizer)
    before = optimizer._packed[0][1]
    optimizer.state[params[0]]["seen"] = 1
    cubed(params, optimizer)
    assert optimizer._packed[0][1] is before
    optimizer.state[params[0]]["m"] = torch.zeros(2)
    cubed(params, optimizer)
    assert optimizer._packed[0][1] is not before


def test_saved_states_are_plain_dicts(compiled):
    params = [made(*values) for values in SIZES]
    optimizer = Optimizer(params, adam, compiled=compiled)
    cubed(params, optimizer)
    saved = optimizer.state_dict()
    assert {type(entry) for entry in saved["state"].values()} == {dict}
    assert saved["state"][0]["m"] is optimizer.state[params[0]]["m"]


def test_a_state_that_lost_a_field_starts_it_afresh(compiled):
    params = [made(*values) for values in SIZES]
    optimizer = Optimizer(params, adam, compiled=compiled)
    cubed(params, optimizer, steps=4)
    del optimizer.state[params[2]]["m"]
    optimizer.state[params[1]]["t"] = 9
    cubed(params, optimizer)
    assert [optimizer.state[param]["t"].item() for param in params] == [5, 10, 5]
    assert torch.allclose(optimizer.state[params[2]]["m"], 0.1 * params[2].grad)


def test_a_state_of_another_shape_is_told_in_one_line(compiled):
    for rule, name in ((adam, "m"), (adafactor, "rows")):
        params = [nn.Parameter(torch.ones(2, 2)), nn.Parameter(torch.ones(3))]
        optimizer = Optimizer(params, rule, compiled=compiled)
        cubed(params, optimizer)
        params[0].data, params[0].grad = torch.ones(3, 2), None
        with pytest.raises(ValueError, match=rf"^`{name}` of a state must have shape \(3, .* got "):
            cubed(params, optimizer)


def test_a_step_may_be_the_first_thing_without_autograd(compiled):
    params = [made(*values) for values in SIZES]
    optimizer = Optimizer(params, adam, compiled=compiled)
    for param in params:
        param.grad = torch.ones_like(param)
    with torch.inference_mode():
        optimizer.step()
    cubed(params, optimizer)
    assert [optimizer.state[param]["t"].item() for param in params] == [2, 2, 2]
