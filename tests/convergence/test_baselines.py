"""Baselines against the dummy predictors of scikit-learn."""

import numpy as np
import pytest
import torch
from scipy.stats import entropy
from sklearn import metrics
from sklearn.dummy import DummyClassifier, DummyRegressor

from dlnotes.convergence.baselines import BASELINES, baseline_loss
from dlnotes.training.nets import losses

SEEDS = range(6)


def drawn_classes(seed):
    source = np.random.default_rng(seed)
    shares = source.dirichlet(np.ones(4))
    return np.concatenate([np.arange(4), source.choice(4, size=60, p=shares)])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("kind", "strategy"), [("uniform", "uniform"), ("prior", "prior")])
def test_classes_cost_what_scikit_learns_dummy_pays(seed, kind, strategy):
    y = drawn_classes(seed)
    blind = np.zeros((len(y), 1))
    dummy = DummyClassifier(strategy=strategy).fit(blind, y)
    paid = metrics.log_loss(y, dummy.predict_proba(blind))
    assert baseline_loss("cross_entropy", torch.tensor(y), kind=kind) == pytest.approx(paid)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_prior_is_the_entropy_of_the_labels(seed):
    y = drawn_classes(seed)
    assert baseline_loss("cross_entropy", torch.tensor(y)) == pytest.approx(entropy(np.bincount(y)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("loss", "kind", "given"),
    [
        ("mean_squared_error", "mean", {"strategy": "mean"}),
        ("mean_squared_error", "zero", {"strategy": "constant", "constant": 0.0}),
        ("mean_absolute_error", "median", {"strategy": "median"}),
        ("mean_absolute_error", "zero", {"strategy": "constant", "constant": 0.0}),
    ],
)
def test_numbers_cost_what_scikit_learns_dummy_pays(seed, loss, kind, given):
    y = np.random.default_rng(seed).normal(2, 3, size=41)
    blind = np.zeros((len(y), 1))
    said = DummyRegressor(**given).fit(blind, y).predict(blind)
    assert baseline_loss(loss, torch.tensor(y), kind=kind) == pytest.approx(
        getattr(metrics, loss)(y, said)
    )


@pytest.mark.parametrize(("loss", "kind"), BASELINES)
def test_no_answer_in_the_neighborhood_is_cheaper_than_the_cheapest(loss, kind):
    y = torch.tensor(drawn_classes(3))
    targets = y if loss == "cross_entropy" else y.double()
    cheapest = baseline_loss(loss, targets)
    assert cheapest <= baseline_loss(loss, targets, kind=kind)
    for shift in (-0.3, 0.2, 1.0):
        if loss == "cross_entropy":
            scores = (y.bincount() / len(y)).log().double() + shift * torch.tensor([1, 0, 0, 0])
            paid = losses.cross_entropy(scores.expand(len(y), 4), y)
        else:
            center = targets.mean() if kind == "mean" else targets.quantile(0.5)
            paid = losses.LOSSES[loss]((center + shift).expand(len(y)), targets)
        assert cheapest <= paid.item() + 1e-12


def test_a_class_that_is_missing_counts_only_where_all_are_equal():
    y = torch.tensor([0, 0, 1])
    few, more = (baseline_loss("cross_entropy", y, kind="uniform", classes=n) for n in (None, 5))
    assert (few, more) == (pytest.approx(np.log(2)), pytest.approx(np.log(5)))
    assert baseline_loss("cross_entropy", y) == baseline_loss("cross_entropy", y, classes=5)


def test_several_outputs_are_averaged_each_about_its_own_mean():
    y = torch.tensor([[1.0, 10.0], [3.0, 10.0]])
    assert baseline_loss("mean_squared_error", y) == 0.5


BAD = {
    "loss": (("hinge", torch.tensor([0])), {}, "`loss` must be one of cross_entropy"),
    "kind": (
        ("mean_squared_error", torch.tensor([1.0])),
        {"kind": "prior"},
        "`kind` must be one of zero, mean, got 'prior'",
    ),
    "numbers": (("cross_entropy", torch.tensor([0.5])), {}, "`targets` must hold one class"),
    "negative": (("cross_entropy", torch.tensor([-1])), {}, "`targets` must hold one class"),
    "none": (("cross_entropy", torch.tensor([])), {}, "at least one example"),
    "few": (("cross_entropy", torch.tensor([4])), {"classes": 3}, "`classes` must be"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_has_no_baseline_is_told_in_one_line(case):
    given, more, words = BAD[case]
    with pytest.raises(ValueError, match=words) as raised:
        baseline_loss(*given, **more)
    assert "\n" not in str(raised.value)
