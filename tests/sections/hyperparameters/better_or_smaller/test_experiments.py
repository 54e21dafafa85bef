"""Related tasks and small nets, on small versions of what the page reports."""

import pytest
import torch
from torch.nn import functional as F

from dlnotes.sections.hyperparameters.better_or_smaller import convolutions, experiments, tasks


def test_waves_are_independent_and_answers_have_a_variance_of_one():
    X, y = tasks.target(0, 20_000, 0)
    waves = tasks.wave(X @ tasks.directions(0).T)
    assert (torch.corrcoef(waves.T) - torch.eye(16)).abs().max() < 0.05
    assert y.var().item() == pytest.approx(1, abs=0.05)
    more = tasks.target(0, 100, 0)
    assert torch.equal(tasks.target(0, 40, 0)[0], more[0][:40])


def test_a_source_that_shares_all_spans_the_target():
    waves = tasks.wave(tasks.target(3, 500, 0)[0] @ tasks.directions(3).T)
    for shared, left in ((6, 0.0), (3, 0.5), (0, 1.0)):
        at = [*range(shared), *range(6, 12 - shared)]
        y = tasks.target(3, 500, 0)[1]
        fit = torch.linalg.lstsq(waves[:, at], y).solution
        assert (y - waves[:, at] @ fit).square().mean().item() == pytest.approx(left, abs=0.13)


def test_the_head_learns_what_autograd_says():
    layers = tasks.fresh([0, 1], 1)
    (X0, y0), (X1, y1) = (tasks.target(seed, 20, 0) for seed in (0, 1))
    X, y = torch.stack([X0, X1]), torch.stack([y0, y1])
    lr = torch.tensor([0.01, 0.03])
    done = tasks.trained(layers, X, y, lr, 3)
    for net in (0, 1):
        params = [part[net].clone().requires_grad_() for layer in layers for part in layer]
        rule = torch.optim.Adam(params, lr=float(lr[net]))
        for _ in range(3):
            rule.zero_grad()
            hidden = F.linear(X[net], *params[:2]).relu()
            F.mse_loss(F.linear(hidden, *params[2:]), y[net]).backward()
            rule.step()
        parts = [part[net] for layer in done for part in layer]
        for mine, torchs in zip(parts, params, strict=True):
            torch.testing.assert_close(mine, torchs.detach(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", ["ordinary", "separable", "shallow"])
def test_nets_side_by_side_are_the_nets_that_are_counted(kind):
    net, X = convolutions.plain(kind, 3), torch.randn(4, 1, 8, 8)
    params = [torch.stack([param, 2 * param]).detach() for param in net.parameters()]
    scores = convolutions._scores(kind, params, X.expand(-1, 2, -1, -1), 2)
    torch.testing.assert_close(scores[:, 0], net(X))
    assert sum(param[0].numel() for param in params) == convolutions.cost(kind, 3).params


def test_the_rate_is_chosen_by_the_one_part_and_reported_on_the_other():
    scores = torch.tensor([[[0.3, 0.3], [0.2, 0.1]], [[1.0, 2.0], [3.0, 4.0]]])
    assert experiments.chosen(scores).tolist() == [3, 4]
