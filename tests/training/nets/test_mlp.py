"""Nets: torch's own layers in a row compute the same, however the net is called."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.fx.experimental.proxy_tensor import make_fx

from dlnotes.training.nets.activations import ACTIVATIONS
from dlnotes.training.nets.initialization import INITS
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.nets.norms import NORMS

DOUBLE = torch.float64
SIZES = (3, 8, 8, 8, 2)
MODULES = {
    "identity": nn.Identity(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(),
    "elu": nn.ELU(),
    "selu": nn.SELU(),
    "softplus": nn.Softplus(threshold=40),
    "gelu": nn.GELU(),
    "gelu_tanh": nn.GELU(approximate="tanh"),
    "silu": nn.SiLU(),
    "swish": nn.SiLU(),
    "mish": nn.Mish(),
    "softsign": nn.Softsign(),
}
LAYERS = {None: nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}
LAYERS["rms"] = lambda width: nn.RMSNorm(width, eps=1e-5)


def random(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=DOUBLE)


def filled(net, seed=0):
    """The net with random numbers in every parameter, biases, scales and shifts included."""
    for number, param in enumerate(net.parameters()):
        param.data += 0.3 * random(*param.shape, seed=100 * seed + number)
    return net


def made(seed=0, **options):
    return filled(MLP(SIZES, dtype=DOUBLE, seed=seed, **options), seed)


def sequential(net):
    """The same net out of torch's layers."""
    parts = []
    for depth, layer in enumerate(net.layers):
        outputs, inputs = layer.weight.shape
        parts.append(nn.Linear(inputs, outputs, dtype=DOUBLE))
        if depth < len(net.layers) - 1:
            parts += [LAYERS[net.norm](outputs), MODULES[net.activation]]
    torchs = nn.Sequential(*parts).double()
    with torch.no_grad():
        for mine, theirs in zip(in_order(net), torchs.parameters(), strict=True):
            theirs.copy_(mine)
    return torchs


def in_order(net):
    """The parameters layer by layer, each followed by its norm."""
    for depth, layer in enumerate(net.layers):
        yield from layer.parameters()
        if depth < len(net.norms):
            yield from net.norms[depth].parameters()


def gradients(output, params):
    return torch.autograd.grad(output.square().sum(), list(params))


def assert_same(mine, theirs):
    for one, other in zip(mine, theirs, strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-12)


def test_every_activation_and_norm_has_its_module():
    assert set(MODULES) == set(ACTIVATIONS) and set(LAYERS) == {None, *NORMS}


@pytest.mark.parametrize("norm", LAYERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_net_equals_torchs_layers_in_a_row(activation, norm):
    net, X = made(activation=activation, norm=norm), random(7, 3, seed=9)
    torchs = sequential(net)
    assert_same([net(X)], [torchs(X)])
    mine, theirs = gradients(net(X), in_order(net)), gradients(torchs(X), torchs.parameters())
    assert_same(mine, theirs)


@settings(max_examples=25, deadline=None)
@given(
    widths=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    init=st.sampled_from(sorted(INITS)),
    rows=st.integers(1, 5),
    seed=st.integers(0, 10**6),
)
def test_any_sizes_equal_torchs(widths, init, rows, seed):
    net = filled(MLP(widths, init=init, seed=seed, dtype=DOUBLE))
    X = random(rows, widths[0], seed=seed)
    assert_same([net(X)], [sequential(net)(X)])


def test_residual_layers_add_to_what_they_get():
    net, X = made(activation="tanh", norm="layer", residual=True), random(5, 3)
    h = net.norms[0](net.layers[0](X)).tanh()
    for layer, norm in zip(net.layers[1:-1], net.norms[1:], strict=True):
        h = h + norm(layer(h)).tanh()
    assert_same([net(X)], [net.layers[-1](h)])


def test_masks_switch_units_off_and_scale_the_others():
    net, X = made(dropout=0.25), random(64, 3)
    keep = net.masks(64, torch.Generator().manual_seed(0))
    assert [mask.shape for mask in keep] == [(64, 8)] * 3
    assert {entry for mask in keep for entry in mask.flatten().tolist()} == {0.0, 1.0}
    h = X
    for layer, mask in zip(net.layers[:-1], keep, strict=True):
        h = layer(h).relu() * mask / 0.75
    assert_same([net(X, keep)], [net.layers[-1](h)])
    assert torch.equal(net(X), sequential(net)(X)) or torch.allclose(net(X), sequential(net)(X))


def test_masks_keep_the_part_asked_for():
    net = MLP((2, 400, 400, 2), dropout=0.3)
    keep = torch.stack(net.masks(200, torch.Generator().manual_seed(0)))
    assert keep.mean().item() == pytest.approx(0.7, abs=0.004) and keep.dtype == torch.float32
    assert MLP((2, 4, 2)).masks(8, torch.Generator()) is None


def test_weights_choose_who_counts_for_batch_norm():
    net, X = made(norm="batch"), random(9, 3)
    some = torch.tensor([1, 1, 0, 1, 0, 1, 1, 0, 1])
    assert_same([net(X, weight=some)[some.bool()]], [net(X[some.bool()])])


@pytest.mark.parametrize("norm", LAYERS)
@pytest.mark.parametrize("residual", [False, True])
def test_vmap_over_nets_equals_one_at_a_time(norm, residual):
    nets = [made(seed, norm=norm, residual=residual, dropout=0.5) for seed in range(4)]
    X, y = random(4, 6, 3), torch.randint(2, (4, 6))
    keeps = [net.masks(6, torch.Generator().manual_seed(i)) for i, net in enumerate(nets)]
    params = [{name: p.detach() for name, p in net.named_parameters()} for net in nets]

    def slope(params, X, y, keep):
        return grad(lambda p: cross_entropy(functional_call(nets[0], p, (X, keep)), y))(params)

    stacked = {name: torch.stack([p[name] for p in params]) for name in params[0]}
    together = vmap(slope)(stacked, X, y, [torch.stack(m) for m in zip(*keeps, strict=True)])
    for i in range(4):
        alone = slope(params[i], X[i], y[i], keeps[i])
        assert_same([together[name][i] for name in alone], alone.values())


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_recorded_net_changes_nothing_and_reads_nothing(activation):
    """Live programs need plain operations: none in place, none that looks at a number."""
    net = made(activation=activation, norm="batch", residual=True, dropout=0.5)
    keep = net.masks(5, torch.Generator().manual_seed(0))
    params = {name: p.detach() for name, p in net.named_parameters()}

    def step(params, X, keep, weight):
        return grad(lambda p: functional_call(net, p, (X, keep, weight)).square().sum())(params)

    given = params, random(5, 3), keep, torch.ones(5, dtype=DOUBLE)
    graph = make_fx(step, tracing_mode="fake")(*given).graph
    ops = [node.target for node in graph.nodes if node.op == "call_function"]
    assert len(ops) > 30
    assert [op for op in ops if op._schema.is_mutable and "detach" not in str(op)] == []


@pytest.mark.slow
@pytest.mark.parametrize("norm", [None, "batch"])
def test_a_compiled_net_is_one_graph_and_equals_the_plain_one(norm):
    net, X = made(activation="gelu", norm=norm, residual=True), random(7, 3)
    compiled = torch.compile(net, fullgraph=True)
    assert torch.allclose(compiled(X), net(X), rtol=1e-12, atol=1e-12)


def test_the_seed_decides_the_weights_in_every_dtype():
    one, same, other = (MLP(SIZES, seed=seed, dtype=DOUBLE) for seed in (1, 1, 2))
    single = MLP(SIZES, seed=1)
    for a, b, c, d in zip(*(net.layers for net in (one, same, other, single)), strict=True):
        assert torch.equal(a.weight, b.weight) and not torch.equal(a.weight, c.weight)
        assert torch.equal(a.weight.float(), d.weight) and (a.bias == 0).all()


def test_drawing_weights_leaves_torchs_own_numbers_alone():
    torch.manual_seed(0)
    first = torch.rand(3)
    torch.manual_seed(0)
    MLP(SIZES, dropout=0.5).masks(4, torch.Generator())
    assert torch.equal(torch.rand(3), first)


def test_two_sizes_make_a_linear_model():
    net = MLP((3, 2), dtype=DOUBLE)
    X = random(4, 3)
    assert_same([net(X)], [X @ net.layers[0].weight.T])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sizes": (3,)}, r"`sizes` must name inputs and outputs at least, got \(3,\)"),
        ({"sizes": (3, 0, 2)}, "`sizes` must be at least 1, got 0"),
        ({"activation": "rely"}, "`activation` must be one of .*relu.*, got 'rely'"),
        ({"norm": "group"}, "`norm` must be one of batch, layer, rms, got 'group'"),
        ({"init": "big"}, "`init` must be one of he, .*, got 'big'"),
        ({"dropout": 1.0}, r"`dropout` must be in \[0, 1\), got 1.0"),
        ({"dropout": float("nan")}, "`dropout` must be at least 0, got nan"),
        ({"sizes": (3, 8, 9, 2), "residual": True}, "`residual` needs hidden layers of one width"),
        ({"seed": -1}, "`seed` must be at least 0, got -1"),
        ({"sizes": 5}, r"`sizes` must be widths such as \(2, 32, 2\), got 5"),
        ({"dropout": None}, "`dropout` must be a number at least 0, got None"),
        ({"dtype": "float64"}, "`dtype` must be floating point such as torch.float32, got 'float"),
        ({"dtype": torch.int64}, "`dtype` must be floating point .*, got torch.int64"),
    ],
)
def test_wrong_arguments_are_named(wrong, message):
    with pytest.raises((TypeError, ValueError), match=message):
        MLP(**{"sizes": SIZES} | wrong)


@pytest.mark.parametrize("shape", [(4,), (4, 2), (2, 4, 3)])
def test_features_of_another_shape_are_named(shape):
    with pytest.raises(ValueError, match=r"`X` must have shape \(examples, 3\), got \("):
        MLP(SIZES)(torch.zeros(shape))
