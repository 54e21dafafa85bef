"""AUC against scikit-learn and scipy, and what a classifier cannot tell apart."""

import pytest
import torch
from sklearn.metrics import roc_auc_score

from dlnotes.core.seeds import seeded
from dlnotes.hyperparameters.shift import auc, told_apart


@pytest.mark.parametrize("digits", [0, 5])
def test_auc_is_that_of_scikit_learn(digits):
    scores = torch.randn(80, generator=seeded(0)).round(decimals=digits)
    positive = torch.rand(80, generator=seeded(1)) < 0.3
    expected = roc_auc_score(positive.numpy(), scores.numpy())
    assert auc(scores, positive) == pytest.approx(expected, abs=1e-12)


def test_both_kinds_are_needed():
    with pytest.raises(ValueError, match="both kinds"):
        auc(torch.zeros(3), torch.ones(3, dtype=torch.bool))


def test_the_same_source_is_not_told_apart_and_another_is():
    X = torch.randn(600, 5, generator=seeded(0))
    assert told_apart(X[:300], X[300:], seeded(1)) == pytest.approx(0.5, abs=0.07)
    assert told_apart(X[:300], X[300:] + 1, seeded(1)) > 0.9
