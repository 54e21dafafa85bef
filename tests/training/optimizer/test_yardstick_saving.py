"""What PyTorch asks of saving, loading and hooks, asked of ours."""

import copy
from io import BytesIO

import pytest
import torch
from torch import nn
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from tests.training.optimizer.yardstick import (
    equal,
    every,
    given_gradients,
    parameters,
    same,
)


@every
@pytest.mark.parametrize("named", [(False, False), (True, True), (True, False), (False, True)])
def test_state_dict_deterministic(rule, named):
    """And test_can_load_from_to_named_state_dict: names are kept if either has them."""

    def of(params, names):
        return [(f"name{i}", p) for i, p in enumerate(params)] if names else params

    params = parameters(rule.row)
    optimizer = rule(of(params, named[0]))
    for seed in range(5):
        given_gradients(params, seed)
        optimizer.step()
    twins = [nn.Parameter(param.detach().clone()) for param in params]
    again = rule(of(twins, named[1]))
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for seed in range(5):
        for some, one in ((params, optimizer), (twins, again)):
            given_gradients(some, seed)
            one.step()
        assert same(params, twins)
    saved = [one.state_dict() for one in (optimizer, again)]
    names = [one["param_groups"][0].pop("param_names", None) for one in saved]
    assert equal(*saved) and names[1] == (["name0", "name1"] if any(named) else None)
    again.param_groups.extend(again.param_groups)
    assert again.state_dict()["param_groups"][-1]["params"] == [0, 1]


@every
def test_can_load_older_state_dict(written):
    """What a rule did not have when the state was saved has its default."""
    params = parameters(written.row)
    optimizer = written(params)
    given_gradients(params)
    optimizer.step()
    saved = copy.deepcopy(optimizer.state_dict())
    gone = [
        name for name in saved["param_groups"][0] if name not in ("lr", "params", "weight_decay")
    ]
    for name in gone:
        del saved["param_groups"][0][name]
    optimizer.load_state_dict(saved)
    given_gradients(params)
    optimizer.step()
    assert optimizer.state[params[0]]["t"] == 2


@every
def test_save_load_equality_with_weights_only(rule):
    params = parameters(rule.row)
    optimizer = rule(params)
    given_gradients(params)
    optimizer.step()
    for weights_only in (False, True):
        file = BytesIO()
        torch.save(optimizer.state_dict(), file)
        file.seek(0)
        assert equal(torch.load(file, weights_only=weights_only), optimizer.state_dict())


@every
def test_load_nontensor_step(rule):
    params = parameters(rule.row)
    optimizer = rule(params)
    for seed in range(3):
        given_gradients(params, seed)
        optimizer.step()
    saved = copy.deepcopy(optimizer.state_dict())
    for entry in saved["state"].values():
        entry["t"] = entry["t"].item()
    optimizer.load_state_dict(saved)
    optimizer.step()
    assert [optimizer.state[param]["t"].item() for param in params] == [4, 4]


@every
def test_deepcopy_copies_all_public_attrs(written):
    optimizer = written(parameters(written.row))
    public = [
        {key for key in vars(one) if key[0] != "_"} for one in (optimizer, copy.deepcopy(optimizer))
    ]
    assert public[0] == public[1] >= {"defaults", "state", "param_groups", "rule", "compiled"}


@every
def test_state_dict_hooks(written):
    """test_state_dict_pre_hook, test_state_dict_post_hook and test_state_dict_pre_post_hook"""
    optimizer = written(parameters(written.row))
    optimizer.register_state_dict_pre_hook(lambda one: one.state.__setitem__("test", 1))
    assert optimizer.state_dict()["state"]["test"] == 1

    def without(one, saved):
        saved["state"].pop("test")
        return saved | {"hooked": True}

    optimizer.register_state_dict_post_hook(without)
    saved = optimizer.state_dict()
    assert "test" not in saved["state"] and saved["hooked"]


@every
def test_load_state_dict_hooks(written):
    """test_load_state_dict_pre_hook_and_prepend, …_post_hook and …_pre_post_hook"""

    def first(one, saved):
        saved["param_groups"][0]["lr"] = 0.002

    def second(one, saved):
        saved = copy.deepcopy(saved)
        saved["param_groups"][0]["lr"] = 0.003
        return saved

    optimizer = written(parameters(written.row))
    saved = optimizer.state_dict()
    optimizer.register_load_state_dict_pre_hook(first)
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["lr"] == 0.002
    optimizer.register_load_state_dict_pre_hook(second, prepend=True)
    optimizer.register_load_state_dict_post_hook(lambda one: one.state.update(loaded=True))
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["lr"] == 0.002 and optimizer.state["loaded"] is True


@every
def test_step_all_hooks(written):
    """And test_step_pre_hook, test_step_post_hook."""
    params, seen = parameters(written.row), []
    optimizers = [written(params), torch.optim.SGD(params)]
    handles = [
        register_optimizer_step_pre_hook(lambda *_: seen.append(0)),
        register_optimizer_step_post_hook(lambda *_: seen.append(5)),
    ]
    for one in optimizers:
        handles.append(one.register_step_pre_hook(lambda *_: seen.append(1)))
        handles.append(one.register_step_post_hook(lambda *_: seen.append(2)))
    for one in (*optimizers, optimizers[0]):
        one.step()
    assert seen == [0, 1, 2, 5] * 3
    for handle in handles:
        handle.remove()
    optimizers[0].step()
    assert len(seen) == 12
