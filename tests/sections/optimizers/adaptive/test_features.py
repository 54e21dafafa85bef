"""Features that one rarely meets: how the stream of them is drawn, and what one step learns."""

import pytest
import torch

from dlnotes.sections.optimizers.adaptive.experiments import best_errors, plainly, rare_features

DOUBLE = torch.float64


def test_features_come_as_often_as_they_should_and_are_not_correlated():
    task = rare_features(6, steps=400, batch_size=16, seeds=(0, 1), runs=3)
    examples = task.X.flatten(0, 3)
    assert task.X.shape == (400, 2, 3, 16, 6) and set(examples.unique().tolist()) == {-1, 0, 1}
    curvature = examples.T @ examples / len(examples)
    assert (curvature - torch.diag(task.shares)).abs().max() < 0.01
    assert torch.equal(task.shares, torch.tensor([1, 0.5, 0.25, 0.125, 0.0625, 0.03125]).double())


def test_features_that_always_stand_come_first():
    task = rare_features(3, always=2, steps=200, batch_size=4)
    assert task.X.shape[-1] == task.answers.shape[-1] == 5 and len(task.shares) == 3
    assert (task.X[..., :3] != 0).all() and (task.X[..., 3:] == 0).any()


def test_an_undiluted_step_learns_a_feature_from_one_sentence():
    """Alone in its batch, at learning rate 1, without noise: its weight is right at once."""
    task = rare_features(1, steps=1, batch_size=64)
    X = torch.zeros_like(task.X)
    X[..., 0, :] = 1.0
    task = task._replace(X=X, y=(X * task.answers[:, :, None]).sum(-1))
    one = torch.ones(1, dtype=DOUBLE)
    assert best_errors(plainly, task, one, diluted=False).item() == pytest.approx(0, abs=1e-24)
    left = best_errors(plainly, task, one).item()
    assert left == pytest.approx((63 / 64) ** 2 * task.answers.item() ** 2)


def test_only_the_graded_features_count():
    task = rare_features(3, always=2, steps=50, batch_size=4)
    assert best_errors(plainly, task, torch.tensor([0.1, 0.3]).double()).shape == (1, 3)


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_the_targets_are_the_answers_with_noise(noise):
    task = rare_features(4, steps=300, batch_size=8, noise=noise, seeds=(5,), runs=2)
    blur = task.y - (task.X * task.answers[:, :, None]).sum(-1)
    assert blur.std().item() == pytest.approx(noise, rel=0.05, abs=1e-12)


def test_a_seed_draws_the_same_stream_whatever_stands_beside_it():
    alone, together = (rare_features(3, steps=20, seeds=s) for s in ((7,), (2, 7)))
    assert torch.equal(alone.X[:, 0], together.X[:, 1])
    assert torch.equal(alone.answers[0], together.answers[1])
    assert not torch.equal(together.X[:, 0], together.X[:, 1])


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"features": 0}, "features"),
        ({"noise": -1.0}, "noise"),
        ({"runs": 0}, "runs"),
        ({"always": -1}, "always"),
    ],
)
def test_a_stream_that_makes_no_sense_is_refused(wrong, name):
    with pytest.raises(ValueError, match=f"`{name}`"):
        rare_features(**{"steps": 5, **wrong})
