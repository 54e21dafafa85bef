"""PyTorch's own tests of its optimizers and schedulers, asked of ours: every rule, as written and,
where compiling matters, compiled.

A test in `test_yardstick_*.py` has the name of the one in PyTorch's test/test_optim.py or
test/optim/test_lrscheduler.py whose question it asks. `ELSEWHERE` lists the questions of theirs
that are not asked, and why.
"""

import pytest
import torch
from torch import nn

from tests.contracts.rules import RULES

NAMES = [*RULES, "coupled(adam)", "decoupled(adafactor)"]
every = pytest.mark.parametrize("name", NAMES)
NO_GPU = "about several or large CUDA devices; ours take one way there"
NO_FLAG = "about foreach, fused, capturable or differentiable, which ours do not have"
ELSEWHERE = {
    "test_optim_infos_do_not_specify_global_cliquey_kwargs": "about their table of tests",
    "test_forloop_goes_right_direction_multigpu": NO_GPU,
    "test_mixed_device_dtype": "asked in test_optimizer.py: a group may mix devices and dtypes",
    "test_set_default_dtype_works_with_foreach": "t is float64 whatever the default dtype is",
    "test_foreach_large_tensor": NO_GPU,
    "test_peak_memory_foreach": NO_GPU,
    "test_fused_matches_forloop": "asked in test_optimizer_compiled.py, against torch's fused",
    "test_fused_error_on_params_on_meta": NO_FLAG,
    "test_fused_large_tensor": NO_GPU,
    "test_fused_does_not_step_if_foundinf": "asked in test_optimizer.py, of GradScaler",
    "test_fused_cpu_matches_cuda": "asked in test_optimizer.py: it moves to another device",
    "test_cpu_load_state_dict": NO_FLAG,
    "test_state_dict_with_cuda_params": "asked in test_optimizer.py: it moves to another device",
    "test_defaults_changed_to_foreach": NO_FLAG,
    "test_second_order_optims_return_consistent_types": "about LBFGS",
    "test_rosenbrock_sparse": "sparse gradients are refused in one line, see test_errors",
    "test_complex": "complex parameters are refused in one line, see test_errors",
    "test_complex_2d": "complex parameters are refused in one line, see test_errors",
    "TestDifferentiableOptimizer": NO_FLAG,
    "TestSWAUtils": "about averages of nets; SWALR is asked here",
    "test_error_when_getlr_has_epoch": "about the scheduler alone",
    "test_linearlr_start_factor_limits": "about the scheduler alone",
    "test_onecycle_lr_invalid_anneal_strategy": "about the scheduler alone",
    "test_onecycle_lr_invalid_pct_start": "about the scheduler alone",
    "test_onecycle_lr_cannot_calculate_total_steps": "about the scheduler alone",
    "test_swalr_hypers": "about the scheduler alone",
    "test_cycle_lr_state_dict_picklable": "about the scheduler alone",
    "test_cycle_lr_scale_fn_restored_from_state_dict": "about the scheduler alone",
    "test_lambda_lr_state_dict": "about the scheduler alone",
}


def parameters(row, *, contiguous=True, seed=0):
    """A weight and a bias; a column where a rule takes matrices alone."""
    torch.manual_seed(seed)
    shapes = [(10, 5), (10, 1) if row.matrix else (10,)]
    if contiguous:
        return [nn.Parameter(torch.randn(shape)) for shape in shapes]
    return [nn.Parameter(torch.randn(*shape, 2)[..., 0]) for shape in shapes]


def given_gradients(params, seed=0):
    torch.manual_seed(seed)
    for param in params:
        param.grad = torch.randn(param.shape)


def closure_for(optimizer, params):
    weight, bias = params
    rows = torch.linspace(-1, 1, 5)

    def closure():
        optimizer.zero_grad()
        loss = (weight.mv(rows) + bias.flatten()).square().sum()
        loss.backward()
        return loss

    return closure


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def equal(one, other):
    """Whether two saved states hold the same, tensor by tensor."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other
