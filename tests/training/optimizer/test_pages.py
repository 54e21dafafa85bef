import copy
import io

import pytest
import torch

from dlnotes.optimizers import adam
from dlnotes.training.optimizer import Optimizer, pages


@pytest.fixture
def always(monkeypatch):
    monkeypatch.setattr(pages, "LARGE", 0)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("least", [0, pages.LARGE])
def test_parts_side_by_side(monkeypatch, dtype, least):
    monkeypatch.setattr(pages, "LARGE", least)
    parts = [torch.arange(6, dtype=dtype).view(2, 3), torch.tensor(7, dtype=dtype)]
    vector = pages.joined(parts)
    assert vector.dtype == dtype and vector.tolist() == [0, 1, 2, 3, 4, 5, 7]
    assert pages.zeros_like(vector).tolist() == [0] * 7


def test_refused_pages_are_small_ones(always, monkeypatch):
    class Refuses(pages.mmap.mmap):
        def madvise(self, advice):
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(pages.mmap, "mmap", Refuses)
    assert pages.joined([torch.ones(3)]).tolist() == [1, 1, 1]


def test_parameters_in_large_pages_can_be_copied_saved_and_shared(always):
    params = [torch.ones(3, requires_grad=True), torch.zeros(2, 2, requires_grad=True)]
    optimizer = Optimizer(params, adam, lr=0.1, compiled=True)
    for param in params:
        param.grad = torch.ones_like(param)
    optimizer.step()
    kept = [param.detach().clone() for param in params]
    buffer = io.BytesIO()
    torch.save(params, buffer)
    buffer.seek(0)
    for copied in (copy.deepcopy(params), torch.load(buffer)):
        assert all(map(torch.equal, copied, kept))
    for param in params:
        param.data.share_memory_()
    assert all(map(torch.equal, params, kept)) and all(p.is_shared() for p in params)
    optimizer.step()
    assert not any(map(torch.equal, params, kept))
