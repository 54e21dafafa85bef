"""The chains and the trained nets of the page."""

import math

import pytest
import torch

from dlnotes.gradients.sawtooth import sawtooth
from dlnotes.sections.gradients.residuals import depth, experiments


class TestChains:
    def test_a_plain_chain_is_its_branches(self):
        made = experiments.chain("plain", "tanh", 2, 0)
        added = experiments.chain("residual", "tanh", 2, 0)
        h = torch.randn(3, experiments.WIDTH, dtype=torch.float64)
        torch.testing.assert_close(added[1](h), h + made[1](h))

    def test_scaled_branches_are_divided_by_the_root_of_their_number(self):
        h = torch.randn(3, experiments.WIDTH, dtype=torch.float64)
        scaled, whole = (experiments.chain(k, "relu", 16, 0)[0](h) for k in ("scaled", "residual"))
        torch.testing.assert_close(4 * (scaled - h), whole - h)

    def test_after_puts_the_activation_behind_the_sum(self):
        h = torch.randn(3, experiments.WIDTH, dtype=torch.float64)
        after, before = (experiments.chain(k, "sigmoid", 3, 0)[0](h) for k in ("after", "residual"))
        torch.testing.assert_close(after, before.sigmoid())

    def test_sizes_begin_at_one_at_either_end(self):
        flow = experiments.flows("residual", "relu", 5, (0, 1))
        assert flow.forward.shape == flow.backward.shape == (2, 6)
        assert flow.forward[:, 0].tolist() == flow.backward[:, -1].tolist() == [1, 1]

    def test_relu_last_grows_as_a_wide_net_would(self):
        factor = experiments.positive_growth()
        assert factor**2 == pytest.approx(2 + 2 / (math.pi * (factor - 1)))
        late = experiments.flows("last", "relu", 50).forward
        grown = (late[:, 50] / late[:, 20]) ** (1 / 30)
        assert grown.mean().item() == pytest.approx(factor, rel=0.02)


class TestJacobians:
    def test_they_are_those_of_the_branches(self):
        found = experiments.jacobians(2, 1.0, 0)
        whole = torch.eye(experiments.WIDTH, dtype=torch.float64)
        for each in found:
            whole = whole + each @ whole
        source = experiments.generator(0, "rows")
        h = torch.randn(experiments.WIDTH, generator=source, dtype=torch.float64)

        def chained(h):
            for block in experiments.chain("residual", "relu", 2, 0):
                h = block(h)
            return h

        torch.testing.assert_close(whole, torch.func.jacrev(chained)(h))

    def test_a_mirror_is_as_near_as_can_be_and_leaves_no_direction(self):
        mirror = -torch.eye(4, dtype=torch.float64).unsqueeze(0)
        assert experiments.nearest(mirror) == 0 and experiments.faded(mirror) == 1
        assert experiments.faded(0 * mirror) == 0


class TestNets:
    def test_the_wide_net_has_as_many_parameters_as_the_deep_one(self):
        deep = depth.count(depth.digits_net(depth.DEEP, "plain").sizes)
        assert depth.count(depth.wide().sizes) == deep == 19810

    def test_the_small_deep_net_can_be_the_saw(self):
        net, x = depth.saw_nets()["deep"], torch.linspace(0, 1, 257).double().unsqueeze(1)
        saw = sawtooth(depth.TEETH)
        assert net.sizes == saw.sizes
        assert depth.saw(net, (1e-3,), (0,), steps=0).item() > 0.08
        assert saw(x).var().item() == pytest.approx(0.0845, abs=1e-3)

    def test_kinds_differ_by_the_straight_way_and_the_factor(self):
        h = torch.randn(1, 3, 64)
        nets = {kind: depth.digits_net(1, kind) for kind in depth.ARMS}
        params = depth.first(nets["plain"], (0,), 1)
        params[1] = params[1] + 0.1
        plain, residual, scaled = (depth.scores(net, params, h) for net in nets.values())
        assert not torch.allclose(plain, residual)
        torch.testing.assert_close(residual, scaled)  # one layer: 1 / √1

    def test_training_lowers_the_loss(self):
        net = depth.digits_net(2, "scaled")
        before, after = (depth.digits(net, (3e-3,), (0,), steps=s)[0] for s in (0, 40))
        assert after.item() < before.item() / 2

    def test_the_best_of_a_grid_is_no_lost_run(self):
        losses = torch.tensor([[1.0, 2.0], [0.5, math.nan], [0.6, 0.8]])
        place, values = depth.best(losses)
        assert place == 2 and values.tolist() == pytest.approx([0.6, 0.8])


def test_whichever_seed_is_left_out_the_same_rate_is_chosen():
    runs = [experiments.recorded("depths", kind)[-1, 0] for kind in depth.ARMS]
    for losses in (*runs, experiments.recorded("wide")[0]):
        others = [[s for s in depth.SEEDS if s != left] for left in depth.SEEDS]
        places = {depth.best(losses[:, seeds])[0] for seeds in others}
        assert places == {depth.best(losses)[0]}


def test_the_record_holds_what_the_page_says():
    kinds = {kind: experiments.recorded("depths", kind) for kind in depth.ARMS}
    shape = (len(depth.DEPTHS), 2, len(depth.LRS), len(depth.SEEDS))
    assert all(runs.shape == shape for runs in kinds.values())
    for runs in kinds.values():  # no rate that was chosen stands at an end of the grid
        assert all(0 < depth.best(each)[0] < len(depth.LRS) - 1 for each in runs[:, 0])
