"""Nets that are watched: the same one by one and side by side, and what is read off them."""

import pytest
import torch

from dlnotes.sections.regularization.early_stopping import experiments, straight, watched
from dlnotes.sections.regularization.early_stopping.watched import Arm, Curves


def made(loss, right, accuracy):
    """Curves of one run with two watched images."""
    loss, right = (torch.tensor(each, dtype=torch.float32)[None] for each in (loss, right))
    test = torch.tensor(accuracy)[None]
    return Curves(1 - test, loss, right, 1 - test, test)


def test_one_net_trains_as_it_does_beside_others():
    arm = Arm(batch=10)
    together = watched.curves(arm, seeds=(3,), steps=6)
    alone = [loss for loss, _ in watched.training(3, arm, steps=6)]
    torch.testing.assert_close(torch.tensor(alone), together.loss[0].mean(1), rtol=1e-4, atol=0)


def test_what_is_kept_back_is_not_learned_from():
    learned, held = watched.parts(Arm(kept=0.8), 0)
    assert len(learned.X) == 120 and len(held.X) == 30 and len(held.X_test) == 600
    whole, gift = watched.parts(Arm(), 0)
    torch.testing.assert_close(torch.cat([learned.X, held.X]), whole.X)
    assert len(gift.X) == 400


def test_best_looks_and_lucky_ones():
    seen = made(
        [[1.0, 1.0], [0.2, 0.6], [0.5, 0.2], [0.9, 0.1]],
        [[0, 0], [1, 0], [1, 1], [1, 0]],
        [0.1, 0.5, 0.6, 0.7],
    )
    found = experiments.ends(seen)
    assert found["loss_at"] == 2 and found["right_at"] == 2
    assert found["end_accuracy"].item() == pytest.approx(0.7)
    one = experiments.waited(seen, patience=1, count=1)
    assert one["restored"].item() == pytest.approx((0.5 + 0.7) / 2)
    assert one["looks"].item() == pytest.approx((3 + 4) / 2)
    lucky = experiments.lucky(seen, 1)
    assert lucky["best"] == 1 and lucky["there"].item() == pytest.approx((0.5 + 0.6) / 2)


def test_the_number_of_steps_comes_from_the_others():
    loss = torch.tensor([[[3.0], [1.0], [2.0]], [[3.0], [2.0], [0.5]], [[3.0], [2.0], [1.8]]])
    seen = Curves(*[loss[:, :, 0]] * 5)._replace(loss=loss)
    assert experiments.short(seen).tolist() == [2, 1, 2]


def test_accuracy_at_a_training_loss():
    train = torch.tensor([[2.0, 1.0, 0.5, 0.2]])
    accuracy = torch.tensor([[0.1, 0.2, 0.3, 0.4]])
    found = experiments.at_level(train, accuracy, torch.tensor([0.6]))
    assert found.item() == pytest.approx(0.3)


def test_the_best_penalty_of_an_even_truth_is_the_noise_over_the_examples():
    best = straight.best("even")
    assert best.alpha == pytest.approx(1 / 100) and best.penalized < best.stopped
    assert straight.best("steep").stopped < straight.best("steep").penalized
