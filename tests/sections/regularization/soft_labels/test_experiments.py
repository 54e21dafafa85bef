"""What the page reads off the bench and the rings."""

import torch
import torch.nn.functional as F

from dlnotes.regularization.soft_targets import smoothed
from dlnotes.sections.regularization.soft_labels import experiments
from dlnotes.sections.regularization.soft_labels.nets import scores, trained
from dlnotes.training.data.mislabeled import few_digits
from dlnotes.training.nets.mlp import MLP

SIZES = (64, 16, 10)


def test_side_by_side_as_one_by_one_with_torch():
    data = few_digits(0, examples=30)
    alphas, soft = [0.0, 0.05], [0.2, 0.0]
    target = torch.stack([smoothed(data.y, 10, eps) for eps in soft])
    params = trained(data.X, target, sizes=SIZES, seed=3, lr=0.01, steps=15, alpha=alphas)
    found = scores(params, data.X_test)
    for run, (alpha, eps) in enumerate(zip(alphas, soft, strict=True)):
        net = MLP(SIZES, seed=3)
        steps = torch.optim.Adam(net.parameters(), lr=0.01, weight_decay=alpha)
        for _ in range(15):
            steps.zero_grad()
            F.cross_entropy(net(data.X), data.y, label_smoothing=eps).backward()
            steps.step()
        torch.testing.assert_close(found[run], net(data.X_test), rtol=1e-3, atol=1e-3)


def test_mixing_by_nothing_is_no_mixing():
    """A spread near 0 keeps all of an example or all of its partner."""
    data = few_digits(0, examples=30)
    target = smoothed(data.y, 10).expand(2, -1, -1)
    options = {"sizes": SIZES, "seed": 1, "lr": 0.01, "steps": 10, "alpha": [0.0, 0.0]}
    mixed = trained(data.X, target, **options, spread=[1e-3, 1e-3])
    for param in mixed.values():
        torch.testing.assert_close(param[0], param[1])
    plain = trained(data.X, target, **options)
    assert not torch.equal(plain["layers.0.weight"], mixed["layers.0.weight"])


def test_a_setting_is_chosen_by_validation_alone():
    arms = len(experiments.ARMS)
    validation = torch.zeros(arms, 2)
    validation[4] = 0.9
    fields = dict.fromkeys(experiments.Bench._fields, torch.rand(arms, 2))
    bench = experiments.Bench(**(fields | {"validation": validation}))
    assert bench.chosen(experiments.ARMS) == 4 and bench.chosen(experiments.ARMS[:3]) == 0
    assert bench.at(*experiments.ARMS[7]) == 7
