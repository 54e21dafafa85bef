"""The nets of the bench, its doses, moved images and lines, on small versions."""

import pytest
import torch

from dlnotes.sections.hyperparameters.remedies import bench, experiments, nets

QUICK = nets.Setting(steps=3, examples=40)


@pytest.mark.parametrize("ill", bench.ILL)
def test_every_remedy_has_three_doses(ill):
    assert all(len(bench.doses(bench.ILL[ill], remedy)) == 3 for remedy in bench.REMEDIES)


def test_nets_side_by_side_are_those_trained_alone():
    settings = [QUICK, QUICK._replace(lr=0.1, l2=0.1)]
    alone = [bench.trained([setting], (0, 1))[0] for setting in settings]
    for one, other in zip(bench.trained(settings, (0, 1)), alone, strict=True):
        torch.testing.assert_close(torch.stack(one), torch.stack(other))


def test_more_steps_are_one_run_looked_at_on_the_way():
    found = bench.treated(QUICK, "steps", (0,))
    alone = bench.trained([QUICK._replace(steps=12)], (0,))[0]
    torch.testing.assert_close(torch.stack(found[1]), torch.stack(alone))


def test_batch_norm_asks_the_images_learned_from():
    setting = QUICK._replace(norm=True)
    params = nets.first(setting, (0,))
    X = torch.randn(1, 10, 64, generator=torch.Generator().manual_seed(0))
    few = nets.scores(params, X, setting, 6)[:, :6]
    torch.testing.assert_close(few, nets.scores(params, X[:, :6], setting))


def test_a_shift_by_nothing_changes_nothing():
    images = torch.rand(3, 8, 8, generator=torch.Generator().manual_seed(0))
    same = nets.shifted(images, torch.Generator().manual_seed(0), 0.0)
    torch.testing.assert_close(same, images)


def test_a_line_goes_through_a_power():
    counts = (10, 20, 40)
    errors = 3 * torch.tensor(counts, dtype=torch.float64) ** -0.5
    assert experiments.line_through(counts, errors) == pytest.approx((3, 0.5))


def test_moved_and_marked_images_are_told_apart_and_one_of_them_hurts():
    found = experiments.shifts((0,))
    assert found["moved"][0][0] > 0.85 and found["corner"][0][0] > 0.99
    assert found["moved"][1][0] < 0.6 < 0.85 < found["corner"][1][0]
    assert found["renamed"][0] == found["same"][0]
