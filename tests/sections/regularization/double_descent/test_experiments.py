"""What the page reads off the random layers and off the nets."""

import torch

from dlnotes.sections.regularization.double_descent import experiments


def test_a_setting_is_chosen_by_validation_alone_and_among_those_allowed():
    train, validation = torch.ones(3, 2), torch.tensor([[0.5, 0.5], [0.7, 0.6], [0.6, 0.6]])
    bench = experiments.Bench(train, validation, 1 - validation)
    assert bench.chosen(range(3)) == 1 and bench.chosen([0, 2]) == 2


def test_a_random_layer_fits_all_from_as_many_units_as_examples():
    narrow, wide = experiments.WIDTHS.index(120), experiments.WIDTHS.index(165)
    for labels in experiments.LABELS:
        found = experiments.recorded_layers(labels)
        sizes = found.size[experiments.WIDTHS.index(150) :]
        assert (sizes.diff(dim=0) < 0).all() and (found.error[narrow] > found.error[-1]).all()
        assert (found.error[wide] > found.error[-1]).all()


def test_the_chosen_penalty_lies_inside_the_grid():
    """The widest layer of the first seed."""
    data = experiments.few_digits(0, dtype=torch.float64)
    layer, eye = experiments.random_layer(4000, 64), torch.eye(10, dtype=torch.float64)
    found = experiments.path(layer(data.X), eye[data.y], (0.0, *experiments.PRICES))
    miss = layer(data.X_test[: experiments.CHOOSE]) @ found - eye[data.y_test[: experiments.CHOOSE]]
    best = int(miss.square().sum(-1).mean(1).argmin())
    assert 0 < best < len(experiments.PRICES)


def test_radius_zero_is_plain_adam(monkeypatch):
    monkeypatch.setattr(experiments, "STEPS", 30)
    monkeypatch.setitem(experiments.FLAT, "full", (experiments.EXAMPLES, 30))
    monkeypatch.setattr(experiments, "PRODUCTS", 1)
    bench, _ = experiments.flat("full", 0.15, (0,), (0.0,))
    plain = experiments.bench(experiments.FLAT_SIZES, 0.15, (0,), [(experiments.FLAT_LR, 0.0)])
    torch.testing.assert_close(bench.test, plain.test, rtol=0, atol=0.01)
