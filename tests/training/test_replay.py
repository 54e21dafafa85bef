"""Rules fed with given gradients: what torch makes of them, and what the caller asks to see."""

import pytest
import torch

from dlnotes.optimizers import adam, adamw, momentum, sgd
from dlnotes.training.replay import replay, torch_path

DOUBLE = torch.float64
GRADS = torch.randn(40, 3, generator=torch.Generator().manual_seed(0))


def heavy_ball(grad, state, param, *, lr, momentum=0.9):
    velocity = momentum * state + grad
    return -lr * velocity, velocity


@pytest.mark.parametrize(
    ("rule", "optimizer"),
    [(adam, torch.optim.Adam), (adamw, torch.optim.AdamW), (sgd, torch.optim.SGD)],
    ids=["adam", "adamw", "sgd"],
)
def test_the_path_is_that_of_torch(rule, optimizer):
    start = torch.tensor([1.0, -2.0, 3.0])
    ours, theirs = (
        f(start)
        for f in (
            lambda start: replay(rule, GRADS, start=start, lr=0.1).path,
            lambda start: torch_path(optimizer, GRADS, start=start, lr=0.1),
        )
    )
    assert ours.shape == (41, 3) and ours.dtype == DOUBLE
    assert torch.allclose(ours, theirs, rtol=0, atol=1e-14)


def test_an_update_alone_begins_with_the_state_it_is_given():
    ours = replay(heavy_ball, GRADS, state=0.0, lr=0.1)
    theirs = replay(momentum, GRADS, lr=0.1)
    assert torch.equal(ours.deltas, theirs.deltas)
    assert torch.allclose(ours.states[-1], theirs.deltas[-1] / -0.1)


def test_path_deltas_and_states_belong_together():
    made = replay(adamw, GRADS, start=2.0, lr=0.1)
    assert torch.equal(made.path[1:], made.path[:-1] + made.deltas)
    for step in (0, 7, 39):
        state = adamw.init(made.path[0]) if step == 0 else made.states[step - 1]
        delta, after = adamw.update(GRADS[step].double(), state, made.path[step], lr=0.1)
        assert torch.equal(delta, made.deltas[step])
        assert torch.equal(after.v, made.states[step].v) and after.t == step + 1


def test_a_replay_can_be_taken_up_again():
    whole, first = replay(adam, GRADS), replay(adam, GRADS[:15])
    rest = replay(adam, GRADS[15:], state=first.states[-1], start=first.path[-1])
    assert torch.equal(whole.path[15:], rest.path)


def test_hyperparameters_may_be_functions_of_the_step_and_tensors():
    made = replay(sgd, [1.0] * 4, lr=lambda step: 0.5**step)
    assert made.deltas.tolist() == [-1, -0.5, -0.25, -0.125]
    side_by_side = replay(sgd, torch.ones(2, 3), lr=torch.tensor([0.1, 0.2, 0.3]))
    assert torch.allclose(side_by_side.path[-1], -torch.tensor([0.2, 0.4, 0.6], dtype=DOUBLE))


def test_without_gradients_there_is_nothing_to_replay():
    with pytest.raises(ValueError, match="`grads` must hold at least one entry"):
        replay(sgd, [], lr=0.1)
