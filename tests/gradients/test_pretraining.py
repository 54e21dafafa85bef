"""Layer-wise pretraining against plain torch, what it leaves alone, and input that does not fit."""

import pytest
import torch
from torch import nn

from dlnotes.core.seeds import generator
from dlnotes.gradients.pretraining import Autoencoder, finetune, layerwise_pretrain
from dlnotes.optimizers import adam, momentum, sgd
from dlnotes.training.data import datasets
from dlnotes.training.data.batches import rows
from dlnotes.training.loop import train
from dlnotes.training.nets.initialization import glorot
from dlnotes.training.nets.mlp import MLP, Linear

SIZES = (5, 4, 3, 2)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def fresh(**options):
    return MLP(SIZES, activation="sigmoid", init="glorot", dtype=torch.float64, **options)


def by_torch(net, X, lr, steps, batch_size, seed, make):
    """The same with nn.Linear and torch.optim."""
    source, h, codes, errors = generator(seed, "weights"), X, [], []
    for place, layer in enumerate(net.layers[:-1]):
        outputs, inputs = layer.weight.shape
        code, back = nn.Linear(inputs, outputs).double(), nn.Linear(outputs, inputs).double()
        code.load_state_dict({name: p.detach() for name, p in layer.named_parameters()})
        with torch.no_grad():
            back.weight.copy_(glorot(inputs, outputs, source))
            back.bias.zero_()
        whole, mine = nn.Sequential(code, nn.Sigmoid(), back), []
        optimizer = make(whole.parameters(), lr=lr)
        for batch in rows(len(X), batch_size, steps, seed + place):
            optimizer.zero_grad()
            nn.functional.mse_loss(whole(h[batch]), h[batch]).backward()
            optimizer.step()
            mine.append(nn.functional.mse_loss(whole(h), h).item())
        h = torch.sigmoid(code(h)).detach()
        codes.append(code)
        errors.append(mine)
    return codes, errors


class TestAutoencoder:
    def test_it_tells_its_input_through_the_code(self):
        layer, back = Linear(normal(3, 5)), normal(5, 3, seed=1)
        coder, h = Autoencoder(layer, torch.tanh, back), normal(7, 5, seed=2)
        torch.testing.assert_close(coder.code(h), torch.tanh(h @ layer.weight.T))
        torch.testing.assert_close(coder(h), torch.tanh(h @ layer.weight.T) @ back.T)
        assert coder.error(h).item() == pytest.approx((coder(h) - h).square().mean().item())

    def test_the_example_by_hand(self):
        h = torch.tensor([[2.0, 2.0], [2.0, 0.0]])
        along = Autoencoder(Linear(torch.tensor([[0.5, 0.5]])), lambda z: z, torch.ones(2, 1))
        first = torch.tensor([[1.0], [0.0]])
        across = Autoencoder(Linear(first.T.clone()), lambda z: z, first)
        assert [along.error(row).item() for row in h] == [0, 1]
        assert [across.error(row).item() for row in h] == [2, 0]


class TestLayerwise:
    @pytest.mark.parametrize(
        ("rule", "make"),
        [(adam, torch.optim.Adam), (sgd, torch.optim.SGD)],
    )
    def test_layers_and_errors_are_those_of_plain_torch(self, rule, make):
        net, X = fresh(seed=3), normal(20, 5)
        made = layerwise_pretrain(net, X, rule, lr=0.1, steps=12, batch_size=8, seed=1)
        codes, errors = by_torch(net, X, 0.1, 12, 8, 1, make)
        for layer, code in zip(made.net.layers, codes, strict=False):
            torch.testing.assert_close(layer.weight, code.weight)
            torch.testing.assert_close(layer.bias, code.bias)
        torch.testing.assert_close(made.errors, torch.tensor(errors, dtype=torch.float64))

    def test_the_net_given_and_the_last_layer_stay_as_they_were(self):
        net = fresh()
        before = {name: value.clone() for name, value in net.state_dict().items()}
        made = layerwise_pretrain(net, normal(20, 5), adam, lr=0.01, steps=3, batch_size=20)
        assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
        assert torch.equal(made.net.layers[-1].weight, net.layers[-1].weight)
        assert not torch.equal(made.net.layers[0].weight, net.layers[0].weight)
        assert made.net.activation == "sigmoid" and made.errors.shape == (2, 3)

    def test_a_second_layer_changes_nothing_in_the_first(self):
        X, short = normal(20, 5), MLP((*SIZES[:2], 2), activation="sigmoid", dtype=torch.float64)
        long = fresh()
        long.layers[0].load_state_dict(short.layers[0].state_dict())
        budget = {"lr": 0.01, "steps": 5, "batch_size": 20}
        one, two = (layerwise_pretrain(net, X, adam, **budget).net for net in (short, long))
        assert torch.equal(one.layers[0].weight, two.layers[0].weight)

    @pytest.mark.parametrize(
        ("net", "X", "fault", "message"),
        [
            (nn.Linear(5, 2), normal(9, 5), TypeError, "`net` must be an MLP, got Linear"),
            (fresh(norm="batch"), normal(9, 5), ValueError, "without norm and residuals"),
            (MLP((5, 2), dtype=torch.float64), normal(9, 5), ValueError, "have a hidden layer"),
            (fresh(), normal(9, 4), ValueError, r"shape \(examples, 5\), got \(9, 4\)"),
            (fresh(), normal(5), ValueError, r"shape \(examples, 5\), got \(5,\)"),
        ],
    )
    def test_what_does_not_fit_is_said_in_one_line(self, net, X, fault, message):
        with pytest.raises(fault, match=message) as caught:
            layerwise_pretrain(net, X, adam, lr=0.01, steps=1, batch_size=5)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("wrong", [{"lr": 0.0}, {"steps": 0}, {"batch_size": 21}])
    def test_settings_out_of_range_are_named(self, wrong):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            given = {"lr": 0.01, "steps": 1, "batch_size": 5} | wrong
            layerwise_pretrain(fresh(), normal(20, 5), adam, **given)


def test_finetuning_is_training_of_all_layers():
    data, net = datasets.moons(), MLP((2, 4, 2), activation="tanh")
    tuned = finetune(net, data, momentum, lr=0.1, steps=5, batch_size=50)
    plain = train(net, data, momentum, lr=0.1, steps=5, batch_size=50)
    assert all(torch.equal(tuned.params[name], plain.params[name]) for name in plain.params)
    moved = [not torch.equal(tuned.params[name], p) for name, p in net.named_parameters()]
    assert all(moved)
