"""The references of the exercises, against mathematics that does not come from the library."""

import pytest
import torch

from dlnotes.grading.tasks import declarations


def reference(task_id):
    return declarations.find(task_id).reference


def test_a_hundred_unit_gradients_leave_adagrad_a_tenth():
    assert reference("effective_lr")(1.0, [1.0] * 100) == pytest.approx(0.1)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop"])
def test_rules_of_size_are_those_of_torch(name):
    task = declarations.find(name)
    for inputs in task.draws("torch"):
        deltas = task.drive(task.reference, *inputs.values())
        param = torch.nn.Parameter(inputs["start"].clone())
        if name == "adagrad":
            optimizer = torch.optim.Adagrad([param], lr=inputs["lr"], eps=inputs["eps"])
        else:
            settings = {"alpha": inputs["decay"], "eps": inputs["eps"]}
            optimizer = torch.optim.RMSprop([param], lr=inputs["lr"], **settings)
        for delta in deltas:
            before = param.detach().clone()
            param.grad = inputs["curvatures"] * before
            optimizer.step()
            assert torch.allclose(param.detach() - before, delta, rtol=1e-10, atol=1e-12)


def test_the_repaired_adadelta_is_that_of_torch():
    task = declarations.find("repaired_adadelta")
    for inputs in task.draws("torch"):
        param = torch.nn.Parameter(torch.ones(1, dtype=torch.float64))
        optimizer = torch.optim.Adadelta([param], rho=inputs["decay"], eps=1e-3)
        for grad, place in zip(inputs["grads"], task.reference(**inputs), strict=True):
            param.grad = torch.tensor([grad], dtype=torch.float64)
            optimizer.step()
            assert param.item() == pytest.approx(place, rel=1e-10)


def test_a_wall_is_forgotten_at_the_step_that_the_formula_gives():
    for inputs in declarations.find("steps_to_forget").draws("formula"):
        steep, flat, decay = inputs.values()
        account = [flat**2 + decay**n * (steep**2 - flat**2) for n in range(2000)]
        first = next(n for n, v in enumerate(account) if v <= 4 * flat**2)
        assert reference("steps_to_forget")(**inputs) == first


def test_settings_read_off_the_steps_make_those_steps():
    lr, decay = reference("settings_from_steps")(0.5, 0.1)
    param = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.RMSprop([param], lr=lr, alpha=decay, eps=0.0)
    places = [0.0]
    for _ in range(3000):
        param.grad = torch.ones(1, dtype=torch.float64)
        optimizer.step()
        places.append(param.item())
    assert places[0] - places[1] == pytest.approx(0.5)
    assert places[-2] - places[-1] == pytest.approx(0.1)
