"""Data sets: scikit-learn's formulas, seeds, sizes, and what each promises."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets as sklearn

from dlnotes.core.device import best_device
from dlnotes.training.data import datasets
from dlnotes.training.data.datasets import (
    CURVES,
    blobs,
    circles,
    curve,
    digits,
    moons,
    separable,
    spirals,
    teacher,
    xor,
)
from dlnotes.training.nets.mlp import MLP

DOUBLE = torch.float64
CLASSES = [moons, circles, spirals, blobs, xor]
TARGETS = [teacher, curve]
ALL = [*CLASSES, *TARGETS, separable]
DEVICES = sorted({"cpu", best_device().type} - {"mps"})


def together(data):
    """All examples in one table, the class as the last column, rows in a fixed order."""
    X, y = torch.cat([data.X, data.X_test]), torch.cat([data.y, data.y_test])
    table = torch.cat([X, y.to(X.dtype).reshape(len(X), -1)], dim=1)
    return torch.tensor(sorted(table.round(decimals=9).tolist()), dtype=DOUBLE)


@settings(max_examples=25, deadline=None)
@given(examples=st.integers(1, 60), held=st.integers(1, 60), seed=st.integers(0, 10**6))
def test_moons_and_circles_without_noise_are_scikit_learns(examples, held, seed):
    pairs = (
        (moons, sklearn.make_moons, {}),
        (circles, sklearn.make_circles, {"factor": 0.3}),
    )
    for mine, theirs, options in pairs:
        X, y = theirs(examples + held, shuffle=False, noise=None, **options)
        table = torch.cat([torch.tensor(X), torch.tensor(y).unsqueeze(1)], dim=1).round(decimals=9)
        data = mine(examples, 0.0, seed, test_examples=held, dtype=DOUBLE, **options)
        assert len(data.X) == examples and len(data.X_test) == held
        expected = torch.tensor(sorted(table.tolist()), dtype=DOUBLE)
        assert torch.allclose(together(data), expected, rtol=0, atol=2e-9)


@pytest.mark.parametrize("function", ALL)
def test_seed_dtype_and_sizes(function):
    one, same, other = (function(31, seed=seed, test_examples=17) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
    assert not torch.equal(one.y, other.y) or not torch.equal(one.X, other.X)
    assert (len(one.X), len(one.y), len(one.X_test), len(one.y_test)) == (31, 31, 17, 17)
    assert one.X.dtype == torch.float32
    double = function(31, seed=1, test_examples=17, dtype=DOUBLE)
    assert double.X.dtype == DOUBLE and torch.equal(double.X.float(), one.X)
    assert one.y.dtype == (torch.float32 if function in TARGETS else torch.int64)
    assert len(function(12).X_test) == 12


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("function", ALL)
def test_data_go_where_they_are_wanted(function, device):
    here, there = function(20), function(20, device=device)
    for part, moved in zip(here, there, strict=True):
        assert moved.device.type == device and torch.equal(part, moved.cpu())


@pytest.mark.parametrize("function", CLASSES)
def test_noise_has_the_size_asked_for(function):
    """The same seed draws the same order, so the difference is the noise alone."""
    still, moved = (function(4000, noise, seed=3, dtype=DOUBLE) for noise in (0.0, 0.25))
    noise = torch.cat([moved.X - still.X, moved.X_test - still.X_test])
    assert noise.std().item() == pytest.approx(0.25, rel=0.03)
    assert torch.equal(still.y, moved.y) and abs(noise.mean().item()) < 0.01


@pytest.mark.parametrize("function", [moons, circles, blobs, xor, spirals])
def test_classes_are_balanced(function):
    data = function(300, test_examples=300)
    counts = torch.cat([data.y, data.y_test]).bincount()
    assert counts.max() - counts.min() <= 1


def test_circles_have_their_radii_and_blobs_their_centers():
    data = circles(200, 0.0, factor=0.4, dtype=DOUBLE)
    radius = data.X.norm(dim=1)
    assert torch.allclose(radius, torch.where(data.y == 0, 1.0, 0.4).double())
    data = blobs(200, 0.0, classes=5, dtype=DOUBLE)
    angle = 2 * math.pi * data.y.double() / 5
    assert torch.allclose(data.X, torch.stack([angle.cos(), angle.sin()], 1))
    assert data.y.unique().tolist() == [0, 1, 2, 3, 4]


def test_xor_is_the_sign_of_a_product():
    data = xor(200, 0.1)
    assert torch.equal(data.y == 1, data.X.prod(1) < 0)
    corners = (data.X > 0).long() @ torch.tensor([1, 2])
    assert corners.bincount().min() > 30


def test_spirals_wind_as_often_as_asked():
    data = spirals(300, 0.0, classes=3, turns=1.5, dtype=DOUBLE)
    radius = data.X.norm(dim=1)
    turn = 2 * math.pi * (1.5 * radius + data.y.double() / 3)
    assert torch.allclose(data.X, radius.unsqueeze(1) * torch.stack([turn.cos(), turn.sin()], 1))
    assert radius.max() <= 1 + 1e-12 and len(data.y.unique()) == 3


def test_a_teacher_is_a_net_that_can_be_met_again():
    data = teacher(50, seed=4, sizes=(3, 6, 2), activation="relu", dtype=DOUBLE)
    net = MLP((3, 6, 2), activation="relu", seed=4, dtype=DOUBLE)
    assert torch.equal(net(data.X), data.y) and data.y.shape == (50, 2)
    noisy = teacher(4000, 0.5, seed=4, dtype=DOUBLE)
    rest = noisy.y - MLP((10, 5, 1), activation="tanh", seed=4, dtype=DOUBLE)(noisy.X)
    assert rest.std().item() == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("shape", CURVES)
def test_a_curve_is_its_function(shape):
    data = curve(40, 0.0, shape=shape, dtype=DOUBLE)
    assert torch.equal(data.y, CURVES[shape](data.X).to(DOUBLE)) and data.X.abs().max() <= 1
    assert CURVES["cubic"](torch.tensor(1.0)) == 1 == CURVES["runge"](torch.tensor(0.0))


def test_separable_is_the_construction_of_the_paper():
    """Wilson et al. (2017): entry by entry, with i counting from 1."""
    data = separable(20, 0.7, seed=2, test_examples=6, dtype=DOUBLE)
    assert data.X.shape == (20, 3 + 5 * 26) and (data.y == 1).sum() == 14
    table, labels = torch.cat([data.X, data.X_test]), torch.cat([data.y, data.y_test]).tolist()
    for i, (row, label) in enumerate(zip(table, labels, strict=True), start=1):
        wanted = torch.zeros(table.shape[1], dtype=DOUBLE)
        wanted[0], wanted[1], wanted[2] = label, 1, 1
        first = 4 + 5 * (i - 1)
        wanted[first - 1 : first + 2 * (1 - label)] = 1
        assert torch.equal(row, wanted)


def test_on_separable_the_least_norm_is_right_and_equal_steps_are_not():
    """Lemma 3.1 of the same paper: sign(Xᵀ y) is where adaptive rules go."""
    data = separable(200, 0.7, dtype=DOUBLE)
    y = data.y.double()
    least = torch.linalg.lstsq(data.X, y, driver="gelsd").solution
    assert torch.allclose(data.X @ least, y) and (data.X_test @ least).sign().equal(
        data.y_test.double()
    )
    equal = (data.X.T @ y).sign()
    assert ((data.X @ equal).sign() == y).all()
    assert (data.X_test @ equal > 0).all() and (data.y_test == 1).double().mean() == 0.7


def test_digits_are_scikit_learns():
    data = digits(seed=3, standardized=False, dtype=DOUBLE)
    X, y = sklearn.load_digits(return_X_y=True)
    pixels = torch.cat([data.X, data.X_test]) * 16
    rows = sorted(map(tuple, pixels.round().int().tolist()))
    assert rows == sorted(map(tuple, X.astype(int).tolist()))
    labels = dict(zip(map(tuple, X.astype(int).tolist()), y.tolist(), strict=True))
    assert [labels[tuple(row)] for row in (data.X * 16).round().int().tolist()] == data.y.tolist()
    assert len(data.X_test) == round(0.25 * 1797) and len(data.X) + len(data.X_test) == 1797
    assert data.X.min() == 0 and data.X.max() == 1


def test_digits_are_standardized_by_the_training_part_alone():
    raw, data = (digits(seed=1, standardized=way, dtype=DOUBLE) for way in (False, True))
    changing = raw.X.std(0) > 0
    assert 0 < (~changing).sum() < 15
    assert data.X[:, changing].mean(0).abs().max() < 1e-12
    assert torch.allclose(data.X[:, changing].std(0, correction=0), torch.ones(()).double())
    assert (data.X[:, ~changing] == 0).all() and (data.X_test[:, ~changing] == 0).all()
    mean, std = raw.X.mean(0), raw.X.std(0, correction=0)
    expected = ((raw.X_test - mean) / std)[:, changing]
    assert torch.allclose(data.X_test[:, changing], expected, rtol=1e-12, atol=1e-12)
    assert data.X_test[:, changing].mean(0).abs().max() > 0.01


def test_the_seed_splits_the_digits():
    one, same, other = (digits(seed=seed) for seed in (0, 0, 1))
    assert torch.equal(one.X, same.X) and not torch.equal(one.y, other.y)
    assert len(digits(test=0.5).X_test) == 898 and one.X.dtype == torch.float32


@pytest.mark.parametrize(
    ("function", "wrong", "message"),
    [
        (moons, {"examples": 0}, "`examples` must be at least 1, got 0"),
        (moons, {"test_examples": 0}, "`test_examples` must be at least 1, got 0"),
        (moons, {"noise": -0.1}, "`noise` must be at least 0, got -0.1"),
        (teacher, {"noise": math.nan}, "`noise` must be at least 0, got nan"),
        (circles, {"factor": 0}, "`factor` must be greater than 0, got 0"),
        (spirals, {"classes": 1}, "`classes` must be at least 2, got 1"),
        (spirals, {"turns": -1}, "`turns` must be greater than 0, got -1"),
        (blobs, {"classes": 1}, "`classes` must be at least 2, got 1"),
        (curve, {"shape": "sinus"}, "`shape` must be one of sine, .*, got 'sinus'"),
        (separable, {"share": 0.5}, "`share` must be greater than 1/2 and smaller than 1, got 0.5"),
        (digits, {"test": 1.0}, "`test` must leave digits to learn from and to test on, got 1 of"),
        (digits, {"test": 0.9999}, "`test` must leave digits .*, got 0.9999 of 1797"),
        (digits, {"test": math.nan}, "`test` must be greater than 0, got nan"),
    ],
)
def test_wrong_arguments_are_named(function, wrong, message):
    with pytest.raises(ValueError, match=message):
        function(**wrong)


def test_nothing_is_downloaded(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("no data set may open a connection")

    monkeypatch.setattr("socket.socket.connect", refuse)
    for function in ALL:
        function(10)
    assert len(datasets.digits().X) == 1348
