"""The range test: a plain loop over a torch optimizer and loops over lists are the oracles."""

import copy
import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from dlnotes.learning_rates.range_test import grown, phases, range_test, smoothed, suggest
from dlnotes.optimizers import momentum, sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.batches import rows
from dlnotes.training.nets.mlp import MLP

T = 40
RATES = grown(1e-4, 10, T)


def curve(seed, kind="valley"):
    """Flat, falling, rising again; with noise, and at the end no number."""
    source = torch.Generator().manual_seed(seed)
    place = torch.linspace(-6, 3, T, dtype=torch.float64)
    losses = 2.3 - 1.8 * torch.sigmoid(place) + 3 * torch.sigmoid(3 * (place - 2.4))
    losses = losses + 0.1 * torch.randn(T, generator=source, dtype=torch.float64)
    if kind == "broken":
        losses[-3:] = torch.tensor([math.inf, math.nan, math.nan])
    return losses


def smoothed_by_hand(losses, width):
    half, found = width // 2, []
    for t in range(len(losses)):
        near = losses[max(0, t - half) : t + half + 1]
        mean = sum(near) / len(near)
        found.append(mean if math.isfinite(mean) else math.inf)
    return found


def suggested_by_hand(lrs, losses, width):
    """The lowest place, and the steepest one by central differences in log rate."""
    found = smoothed_by_hand(losses, width)
    low = min(range(len(lrs)), key=found.__getitem__)
    slopes = {}
    for t in range(max(1, len(lrs) // 10), min(low, len(lrs) - 2) + 1):
        slopes[t] = (found[t + 1] - found[t - 1]) / (math.log(lrs[t + 1]) - math.log(lrs[t - 1]))
    steep = min(slopes, key=lambda t: slopes[t] if math.isfinite(slopes[t]) else math.inf)
    return lrs[low], lrs[steep]


class TestRates:
    def test_exponential_growth_has_one_factor_and_linear_growth_one_difference(self):
        up, even = grown(1e-5, 1, 100), grown(1e-5, 1, 100, "linear")
        torch.testing.assert_close(up[1:] / up[:-1], torch.full((99,), 10 ** (5 / 99)).double())
        torch.testing.assert_close(even.diff(), torch.full((99,), (1 - 1e-5) / 99).double())
        assert up[0] == even[0] == 1e-5
        assert up[-1].item() == pytest.approx(1) and even[-1].item() == pytest.approx(1)

    @pytest.mark.parametrize(
        "given, says",
        [
            ({"low": 0, "high": 1, "steps": 9}, "`low` must be greater than 0, got 0"),
            ({"low": 1, "high": 1, "steps": 9}, "`low` must be smaller than `high`"),
            ({"low": 1, "high": 2, "steps": 1}, "`steps` must be at least 2, got 1"),
            (
                {"low": 1, "high": 2, "steps": 9, "growth": "cubic"},
                "`growth` must be one of exponential",
            ),
        ],
    )
    def test_what_cannot_grow_is_refused(self, given, says):
        with pytest.raises(ValueError, match=says):
            grown(**given)


class TestRun:
    @pytest.mark.parametrize("growth", ["exponential", "linear"])
    def test_it_is_torchs_run_at_a_growing_rate(self, growth):
        data, net = datasets.moons(100), MLP((2, 8, 2), seed=3)
        before = copy.deepcopy(net.state_dict())
        setting = {"low": 1e-3, "high": 1.0, "steps": 30, "growth": growth}
        seen = range_test(net, data, momentum, batch_size=20, seeds=[3], momentum=0.9, **setting)
        twin = copy.deepcopy(net)
        optimizer, losses = torch.optim.SGD(twin.parameters(), lr=1.0, momentum=0.9), []
        for lr, batch in zip(seen.lrs, rows(100, 20, 30, 3), strict=True):
            optimizer.param_groups[0]["lr"] = lr.item()
            optimizer.zero_grad()
            loss = cross_entropy(twin(data.X[batch]), data.y[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        torch.testing.assert_close(seen.losses[0].float(), torch.tensor(losses))
        assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())

    def test_a_run_that_dies_says_so_and_others_do_not_notice(self):
        setting = {"low": 1e-3, "high": 1e9, "steps": 60, "batch_size": 50}
        seen = range_test(MLP((2, 8, 2)), datasets.moons(100), sgd, seeds=range(2), **setting)
        assert seen.losses.shape == (2, 60) and seen.losses[:, :20].isfinite().all()


class TestReading:
    @pytest.mark.parametrize("kind", ["valley", "broken"])
    @pytest.mark.parametrize("width", [1, 5, 9])
    def test_it_reads_as_one_reads_by_hand(self, width, kind):
        curves = torch.stack([curve(seed, kind) for seed in range(6)])
        lowest = suggest(RATES, curves, width=width)
        steepest = suggest(RATES, curves, by="steepest", width=width)
        for one, low, steep in zip(curves.tolist(), lowest, steepest, strict=True):
            by_hand = suggested_by_hand(RATES.tolist(), one, width)
            assert (low.item(), steep.item()) == pytest.approx(by_hand)
        torch.testing.assert_close(suggest(RATES, curves, divide=4, width=width), lowest / 4)

    def test_smoothing_is_the_mean_of_the_neighbors(self):
        losses = curve(0)
        by_hand = torch.tensor(smoothed_by_hand(losses.tolist(), 7), dtype=torch.float64)
        torch.testing.assert_close(smoothed(losses, 7), by_hand)
        torch.testing.assert_close(smoothed(losses, 1), losses)

    def test_the_phases_come_in_order(self):
        found = phases(RATES, torch.stack([curve(seed) for seed in range(6)]), width=5)
        assert (found.falls < found.lowest).all() and (found.lowest < found.above).all()

    def test_the_phases_of_a_plain_curve(self):
        lrs = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        losses = torch.tensor([2.0, 1.95, 1.7, 1.0, 1.9, 2.1])
        found = phases(lrs, losses, width=1)
        assert [part.item() for part in found] == [3.0, 4.0, 6.0]
        assert phases(lrs, losses.clamp(max=2), width=1).above == math.inf

    def test_a_first_batch_by_chance_is_not_the_steepest(self):
        losses = curve(0).clone()
        losses[0] += 9
        assert suggest(RATES, losses, by="steepest", width=1) > RATES[T // 10 - 1]

    @pytest.mark.parametrize(
        "given, says",
        [
            ({"width": 4}, "`width` must be odd, got 4"),
            ({"by": "fastest"}, "`by` must be one of lowest, steepest, got 'fastest'"),
            ({"divide": 0.5}, "`divide` must be at least 1, got 0.5"),
            ({"losses": torch.ones(3)}, "a loss for each learning rate"),
            ({"losses": torch.full((T,), math.nan)}, "begin at a smaller learning rate"),
            ({"lrs": RATES.flip(0)}, "positive and growing"),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, given, says):
        with pytest.raises(ValueError, match=says):
            suggest(**({"lrs": RATES, "losses": curve(0)} | given))

    def test_a_fall_is_a_part(self):
        with pytest.raises(ValueError, match="`fall` must be between 0 and 1, got 2"):
            phases(RATES, curve(0), fall=2)
