"""The runs of the page: a cliff, a bowl under noise, a recurrent net, one layer and thirty."""

import math

import pytest
import torch
from scipy.special import stdtrit

from dlnotes.gradients import clipping
from dlnotes.sections.gradients.clipping import cliff, experiments, layers, memory, tails

DOUBLE = torch.float64


class TestCliff:
    def test_the_loss_is_that_of_a_unit_fed_thirty_times(self):
        h = 0.3
        for _ in range(30):
            h = math.tanh(0.9 * h - 0.2)
        place = torch.tensor([0.9, -0.2], dtype=DOUBLE)
        assert cliff.height(*place).item() == pytest.approx((h + 0.5) ** 2, rel=1e-12)

    def test_slopes_are_those_of_autograd(self):
        place = torch.tensor([1.3, 0.1], dtype=DOUBLE, requires_grad=True)
        cliff.height(*place).backward()
        torch.testing.assert_close(cliff.slope(place.detach()), place.grad)
        torch.testing.assert_close(torch.stack(cliff.slopes(*place)), place.grad)

    def test_the_unit_tips_over_at_the_edge(self):
        b = cliff.edge(1.8)
        above, below = (cliff.last(torch.tensor(1.8), torch.tensor(b + d)) for d in (0.01, -0.01))
        assert above > 0.5 and below < -0.9

    def test_kept_are_the_functions_of_the_library(self):
        grad, bound = torch.tensor([3.0, 4.0], dtype=DOUBLE), torch.tensor(1.0, dtype=DOUBLE)
        kept = {kind: cliff.kept(kind, grad, bound).tolist() for kind in ("none", "value")}
        assert kept == {"none": [3, 4], "value": [1, 1]}
        for kind in ("norm", "unit"):
            assert cliff.kept(kind, grad, bound).tolist() == pytest.approx([0.6, 0.8], abs=1e-6)

    def test_walks_side_by_side_are_walks_alone(self):
        longest = []
        for place in cliff._starts(0):
            met = []
            for _ in range(12):
                grad = cliff.slope(place)
                met.append(grad.norm().item())
                place = place - 0.3 * clipping.by_norm({"": grad}, 0.3)[""]
            longest.append(max(met))
        many = cliff.falls((0.3,), (0.3,), 12)
        assert many.down.shape == many.lost.shape == many.met.shape == (1, 1, 5)
        middle = torch.tensor(longest).median().item()
        assert many.met[0, 0, 0].item() == pytest.approx(middle, rel=1e-4)

    def test_nobody_steps_further_than_the_bound(self):
        assert cliff.falls((1.0,), (0.3,), 9).lost.max() == 0


class TestTails:
    def test_the_noise_is_students(self):
        for freedom in (1.5, 3.0):
            found = tails.noise(freedom, torch.Generator().manual_seed(0), 200_000)
            for level in (0.1, 0.75, 0.99):
                below = (found < stdtrit(freedom, level)).double().mean().item()
                assert below == pytest.approx(level, abs=0.004)
        thin = tails.noise(math.inf, torch.Generator().manual_seed(0), 200_000)
        assert thin.var().item() == pytest.approx(1, rel=0.02)

    def test_a_bound_that_never_acts_changes_nothing(self):
        ends = tails.ends(math.inf, (0.01,), (math.inf, 1e6), seed=0, steps=50)
        assert torch.equal(ends.loss[:, 0], ends.loss[:, 1]) and ends.acting.max() == 0
        tight = tails.ends(math.inf, (0.01,), (0.1,), seed=0, steps=50)
        assert tight.acting.min() == 1 and tight.loss.min() > ends.loss.max()

    @pytest.mark.parametrize("tail", tails.TAILS)
    def test_mean_and_median_choose_the_same(self, tail):
        found = tails.ends(tails.TAILS[tail], tails.RATES, (math.inf, *tails.BOUNDS), tails.TUNING)
        assert tails.best(found.loss.mean(-1)) == tails.best(found.loss.median(-1).values)

    @pytest.mark.parametrize("bound", [1.0, 2.0, 5.0])
    def test_lopsided_noise_settles_where_the_formula_says(self, bound):
        assert tails.leaning(bound, steps=20_000) == pytest.approx(1 - bound / 9, abs=0.05)


class TestMemory:
    def test_the_net_is_torchs_rnn(self):
        source = torch.Generator().manual_seed(0)
        params = memory.started(source, 1.0)
        X, y = memory.sequences(source)
        net = torch.nn.RNN(memory.INPUTS, memory.UNITS, bias=True, dtype=DOUBLE)
        with torch.no_grad():
            net.weight_hh_l0.copy_(params[0].T)
            net.weight_ih_l0.copy_(params[1].T)
            net.bias_ih_l0.zero_()
            net.bias_hh_l0.zero_()
        given = (net(X)[0][-1] @ params[3]).squeeze(-1)
        found = memory.losses([each[None] for each in params], X[:, None], y[None])
        assert found.item() == pytest.approx((given - y).square().mean().item(), rel=1e-12)

    def test_the_sum_is_of_the_marked_or_of_the_last_two(self):
        X, y = memory.sequences(torch.Generator().manual_seed(1))
        values, marks = X.unbind(-1)
        torch.testing.assert_close((values * marks).sum(0), y)
        assert marks[:10].sum(0).eq(1).all() and marks.sum(0).eq(2).all()
        X, y = memory.sequences(torch.Generator().manual_seed(1), short=True)
        torch.testing.assert_close(X[-2:, :, 0].sum(0), y)

    def test_a_step_is_torchs_clipping_and_sgd(self):
        source = torch.Generator().manual_seed(2)
        params = memory.started(source, 1.0)
        X, y = memory.sequences(source)
        torchs = [torch.nn.Parameter(each.clone()) for each in params]
        memory.losses([each[None] for each in torchs], X[:, None], y[None]).sum().backward()
        torch.nn.utils.clip_grad_norm_(torchs, 0.1)
        groups = [
            {"params": [torchs[i] for i in which], "weight_decay": decay}
            for which, decay in (((0, 1, 3), 0.5), ((2, 4), 0.0))
        ]
        torch.optim.SGD(groups, lr=0.2).step()
        one = torch.ones(1, dtype=DOUBLE)
        given = [each[None] for each in params]
        ours = memory._step(given, X[:, None], y[None], 0.2 * one, 0.1 * one, 0.5 * one)[2]
        for mine, other in zip(ours, torchs, strict=True):
            torch.testing.assert_close(mine[0], other.detach(), rtol=1e-4, atol=1e-9)

    def test_arms_and_seeds_are_kept_apart(self):
        arms = [memory.Arm(0.1), memory.Arm(0.1, 0.01), memory.Arm(0.1)]
        runs = memory.train(arms, (0, 1), 4)
        assert runs.loss.shape == runs.length.shape == (4, 3, 2)
        assert torch.equal(runs.loss[:, 0], runs.loss[:, 2])
        assert torch.equal(runs.loss[0, 0], runs.loss[0, 1])
        assert not torch.equal(runs.loss[3, 0], runs.loss[3, 1])
        alone = memory.train(arms[1:2], (1,), 4)
        torch.testing.assert_close(alone.loss[:, 0, 0], runs.loss[:, 1, 1])

    def test_a_level_is_reached_by_the_mean_of_fifty_losses(self):
        runs = memory.train([memory.Arm(0.02)], (0,), 60, level=10.0)
        assert runs.reached.item() == memory.WINDOW
        never = memory.train([memory.Arm(0.02)], (0,), 60, level=0.0)
        assert never.reached.item() == math.inf
        torch.testing.assert_close(never.radius, memory.spectral_radius(never.ends))


class TestRecord:
    def test_the_chosen_are_the_best_of_the_tuning(self):
        plain, same, clipped = experiments.chosen()
        rows = {
            name: experiments.best(experiments.recorded(name).end) for name in ("plain", "clipped")
        }
        assert experiments.PLAIN[rows["plain"]] == plain
        assert experiments.CLIPPED[rows["clipped"]] == clipped
        assert same == memory.Arm(clipped.lr)

    def test_runs_that_flew_off_are_never_the_best(self):
        ends = torch.tensor([[math.nan, 0.1], [0.3, 0.3]])
        assert experiments.best(ends) == 1

    def test_a_table_holds_what_was_seen(self):
        arms = [memory.Arm(0.02, 1.0)]
        runs = memory.train(arms, (0,), 60, level=10.0)
        table = experiments.table(arms, runs)
        assert table.met.item() == runs.length.max() and table.late.item() == runs.length[30:].max()
        assert table.before.item() == runs.length[:50].max()
        assert table.active.item() == (runs.length > 1).double().mean()
        assert table.end.item() == pytest.approx(runs.loss.mean().item())


class TestLayers:
    @pytest.mark.parametrize("share", [2.02, 2.1])
    def test_above_the_limit_every_step_multiplies(self, share):
        assert layers.one_layer(share) == pytest.approx(share - 1, abs=1e-9)

    def test_layers_multiply_by_their_gain(self):
        found = [layers.many_layers(0.8, seed) for seed in range(5)]
        assert sum(found) / 5 == pytest.approx(0.8, rel=0.03)
