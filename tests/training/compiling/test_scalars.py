"""A function in two parts computes what it did in one."""

import pytest
import torch

from dlnotes.training.compiling.programs import Fields, compiled_rule, fields
from dlnotes.training.compiling.scalars import hoist
from tests.contracts.rules import ELEMENTWISE, RULES


def function(x, t, beta, y):
    """Two 0-d arguments among others; a number that only tensors decide; one not needed."""
    factor = 1 - beta**t
    y.mul_(factor)
    return t + 1, (x * factor).sum(), beta * 2, x / (t - beta)


ARGUMENTS = [torch.rand(4), torch.tensor(2.0), torch.tensor(0.5), torch.rand(4)]


def test_parts_together_are_the_whole():
    parts = hoist(function, *ARGUMENTS, mode="symbolic")
    x, t, beta, y = torch.rand(9), torch.tensor(3.0), torch.tensor(0.25), torch.rand(9)
    mine = y.clone()
    wanted = function(x, t, beta, y)
    known = sum(parts.known)
    results = parts.scalars(t, beta)
    given, found = iter(results[:known]), iter(parts.vectors(x, mine, *results[known:]))
    assert parts.known == (True, False, True, False)
    for known, value in zip(parts.known, wanted, strict=True):
        assert torch.allclose(next(given) if known else next(found), value)
    assert torch.equal(mine, y)


def test_no_power_of_a_number_is_left_in_the_loop():
    parts = hoist(function, *ARGUMENTS, mode="symbolic")
    calls = {str(node.target) for node in parts.vectors.graph.nodes if node.op == "call_function"}
    assert not any("pow" in call or "rsub" in call for call in calls)
    assert any("pow" in str(node.target) for node in parts.scalars.graph.nodes)


def test_examples_are_left_alone_and_may_be_one_tensor():
    x = torch.ones(3)

    def add(a, b):
        a.add_(b)
        return (a - b,)

    parts = hoist(add, x, x, mode="fake")
    assert torch.equal(x, torch.ones(3))
    (found,) = parts.vectors(torch.ones(3), torch.full((3,), 2.0))
    assert torch.equal(found, torch.ones(3))


def test_looking_at_a_value_is_refused():
    with pytest.raises(RuntimeError):
        hoist(lambda x, t: (x if t > 1 else -x,), torch.ones(2), torch.tensor(1.0), mode="fake")


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_rules_leave_no_function_of_t_in_the_loop(name, monkeypatch):
    """Inside the loop, t would be raised to a power again for every entry."""
    monkeypatch.setattr(
        "dlnotes.training.compiling.programs.straight", lambda function, *_, **__: function
    )
    row = ELEMENTWISE[name]
    program = compiled_rule(row.rule, torch.Size([8]), torch.zeros(8), row.settings)
    graph, tensors = program.parts.vectors.graph, 2 + len(program.made.tensors)
    vectors = set(graph.find_nodes(op="placeholder")[:tensors])
    for node in graph.nodes:
        if node.op == "call_function":
            assert vectors & set(node.all_input_nodes), node.format_node()
            vectors.add(node)


def test_fields_of_a_state_are_sorted():
    rule = RULES["nadam"].rule
    assert fields(rule, torch.Size([2])) == Fields(
        rule.State, {"m": (2,), "v": (2,)}, ("t", "product")
    )
