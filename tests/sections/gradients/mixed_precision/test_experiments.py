"""What the room computes: nets in few bits, the order of a step, bytes, pieces."""

import pytest
import torch

from dlnotes.gradients.precision import FP16, TF32
from dlnotes.sections.gradients.mixed_precision import checks, experiments


class TestNets:
    def test_the_gradient_is_torchs(self):
        net, data = experiments.nets((3,)), experiments.data()
        x, y = data.X[None, :20], data.y[None, :20]
        plain = torch.nn.Sequential(
            torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 32), torch.nn.ReLU(),
            torch.nn.Linear(32, 10),
        )  # fmt: skip
        with torch.no_grad():
            for layer, weight in zip(plain[::2], net.weights, strict=True):
                layer.weight.copy_(weight[0].T)
                layer.bias.zero_()
        (3 * torch.nn.functional.cross_entropy(plain(x[0]), y[0], reduction="sum")).backward()
        grads, _ = experiments.gradient(net, x, y, lambda h: h, 3.0)
        for layer, grad, bias in zip(plain[::2], grads[:3], grads[3:], strict=True):
            torch.testing.assert_close(grad[0].T, layer.weight.grad, rtol=1e-4, atol=1e-4)
            torch.testing.assert_close(bias[0, 0], layer.bias.grad, rtol=1e-4, atol=1e-4)

    def test_messages_are_sizes_the_largest_first(self):
        found = experiments.messages()
        assert found.min() > 0 and (found.diff() <= 0).all() and len(found) > 1000


class TestErrors:
    def test_only_the_range_of_fp16_depends_on_how_many_are_averaged(self):
        fp16, wide = (experiments.errors(form, (7, 22)) for form in (FP16, TF32))
        torch.testing.assert_close(wide[0], wide[1])
        torch.testing.assert_close(fp16[0], wide[0], rtol=0.02, atol=0)
        assert (fp16[1] > 100 * fp16[0]).all()

    def test_a_scale_takes_it_back(self):
        plain = experiments.errors(FP16, (7,))
        scaled = experiments.errors(FP16, (22,), scale=2.0**15)
        torch.testing.assert_close(scaled, plain, rtol=0.02, atol=0)


class TestTraining:
    def test_adam_and_the_heavy_ball_are_torchs(self):
        for rule, torchs in (
            (experiments.momentum, torch.optim.SGD([torch.zeros(1)], 0.1, momentum=0.9)),
            (experiments.adam, torch.optim.Adam([torch.zeros(1)], 0.1)),
        ):
            param = torchs.param_groups[0]["params"][0]
            ours, memory = torch.zeros(1, 1, 1), torch.zeros(1, 1, 1)
            for step in range(1, 6):
                grad = torch.tensor([0.3 * step - 0.8])
                param.grad = grad.clone()
                torchs.step()
                memory, way = rule(memory, grad.view(1, 1, 1), torch.tensor(0.1), step)
                ours = ours - way
            assert ours.item() == pytest.approx(param.item(), rel=1e-5)

    def test_runs_that_flew_off_are_never_the_best(self):
        loss = torch.tensor([[[torch.nan, 0.1], [0.3, 0.4]]]).expand(3, 2, 2)
        nothing = torch.zeros(2, 2)
        assert experiments.best(experiments.Runs(loss, nothing, nothing)) == 1

    @pytest.mark.parametrize(
        ("training", "arms"), [("many", "MANY_ARMS"), ("small", "WEIGHT_ARMS")]
    )
    def test_the_best_rates_lie_inside_the_grid(self, training, arms):
        for name in getattr(experiments, arms):
            runs = experiments.recorded(training, name)
            assert 0 < experiments.best(runs) < runs.loss.shape[1] - 1, name


class TestOrder:
    def test_a_power_of_two_changes_no_bit(self):
        assert checks.orders(7, 2.0**10).apart == 0

    def test_what_a_step_becomes(self):
        found = checks.orders(7, 64.0)
        assert found.forgotten == pytest.approx(64)
        assert found.early == pytest.approx(1 / 64, rel=1e-4)


class TestBytes:
    def test_every_part_is_counted(self):
        assert checks.held(mixed=False) == {"weights": 4, "gradients": 4, "copy": 0, "moments": 8}
        assert checks.held(mixed=True) == {"weights": 2, "gradients": 2, "copy": 4, "moments": 8}

    def test_signals_take_half_in_half_the_bits(self):
        assert (checks.kept(mixed=False), checks.kept(mixed=True)) == (512, 256)
        assert checks.kept(mixed=True, examples=3) == 3 * 256


class TestPieces:
    def test_sums_agree_and_means_of_means_do_not(self):
        found = checks.pieces(11)
        assert found.even < 1e-6 and found.summed < 1e-6
        assert found.uneven > 0.1 and found.normed > 0.1
