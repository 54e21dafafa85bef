"""Adam as the paper has it, and without its bias correction."""

import inspect
import math

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.optimizers import adam, adam_uncorrected
from dlnotes.training.replay import replay


def test_the_defaults_are_those_of_the_paper_and_of_torch():
    ours = {name: one.default for name, one in inspect.signature(adam.update).parameters.items()}
    theirs = inspect.signature(torch.optim.Adam).parameters
    assert (ours["beta1"], ours["beta2"]) == theirs["betas"].default == (0.9, 0.999)
    assert ours["lr"] == theirs["lr"].default == 1e-3
    assert ours["eps"] == theirs["eps"].default == 1e-8


@given(beta1=st.floats(0, 0.95), beta2=st.floats(0.92, 0.9999), seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_without_correction_it_is_adam_whose_clock_has_run_for_ever(beta1, beta2, seed):
    grads = torch.randn(20, 3, generator=torch.Generator().manual_seed(seed))
    hyper = {"lr": 0.1, "beta1": beta1, "beta2": beta2}
    late = adam.init(grads[0].double())._replace(t=torch.tensor(math.inf, dtype=torch.float64))
    bare = replay(adam_uncorrected, grads, **hyper)
    assert torch.equal(bare.deltas, replay(adam, grads, state=late, **hyper).deltas)
