"""Whole programs in a real JavaScript engine: one step, a run, a small net; equal to PyTorch."""

from functools import partial

import pytest
import torch
import torch.nn.functional as F

from dlnotes.live import emit
from dlnotes.optimizers import adam, momentum, nesterov, rates, sgd
from dlnotes.training.surfaces import landscapes
from tests.live.comparing import assert_close, number, randoms

pytestmark = pytest.mark.slow


RULES = {"sgd": sgd, "momentum": momentum, "nesterov": nesterov, "adam": adam}
TERRAIN = {
    "ravine": landscapes.ravine(condition=50),
    "beale": landscapes.beale(),
    "rosenbrock": landscapes.rosenbrock(),
    "turned": landscapes.beale().rotated(30),
    "quadratic": landscapes.quadratic([1.0, 3.0, 0.5]),
}
RUN = """
  let { point, state } = data;
  const path = [];
  for (let step = 0; step < data.steps; step++) {
    ({ point, state } = program.step(point, state, ...data.settings));
    path.push(point);
  }
  return path;
"""


def plain_step(point, state, lr, rule, landscape):
    delta, state = rule.update(torch.func.grad(landscape)(point), state, point, lr=lr)
    return {"point": point + delta, "state": state}


def step_with_momentum(point, state, lr, momentum, rule, landscape):
    grad = landscape.gradient(point)
    delta, state = rule.update(grad, state, point, lr=lr, momentum=momentum)
    return {"point": point + delta, "state": state}


def step_of(rule, terrain):
    """The step as a program, a start, and a state."""
    kind = step_with_momentum if rule in ("momentum", "nesterov") else plain_step
    step = partial(kind, rule=RULES[rule], landscape=TERRAIN[terrain])
    start = torch.zeros(len(TERRAIN[terrain].minimum), dtype=torch.float64)
    state = RULES[rule].init(start)
    shapes = {"step": {"point": start, "state": state}}
    return step, emit(step=step, shapes=shapes), start, state


@pytest.mark.parametrize("terrain", TERRAIN)
@pytest.mark.parametrize("rule", RULES)
def test_one_step_equals_pytorch(javascript, rule, terrain):
    step, text, start, state = step_of(rule, terrain)
    generator = torch.Generator().manual_seed(7)

    def draw(low, high, like=()):
        spread = torch.rand(like, dtype=torch.float64, generator=generator)
        return low + (high - low) * spread

    cases = []
    for _ in range(40):
        past = [draw(0, 1, leaf.shape) for leaf in state[1:]]
        count = torch.floor(draw(0, 50))
        settings = [draw(1e-4, 1), draw(0, 0.99)][: 1 + (rule in ("momentum", "nesterov"))]
        cases.append([draw(-3, 3, start.shape), type(state)(count, *past), *settings])
    found = javascript(text, "return data.map((given) => program.step(...given))", cases)
    assert_close(found, [step(*given) for given in cases], 1e-12)


@pytest.mark.parametrize(
    ("rule", "terrain", "settings"),
    [
        ("sgd", "ravine", [0.02]),
        ("momentum", "ravine", [0.02, 0.8]),
        ("nesterov", "quadratic", [0.1, 0.9]),
        ("momentum", "beale", [0.005, 0.9]),
        ("adam", "beale", [0.05]),
        ("nesterov", "rosenbrock", [0.0005, 0.9]),
        ("adam", "rosenbrock", [0.02]),
        ("momentum", "turned", [0.004, 0.9]),
    ],
)
def test_a_run_of_200_steps_equals_pytorch(javascript, rule, terrain, settings):
    step, text, start, state = step_of(rule, terrain)
    start = start + torch.tensor([1.0, 1.5, 0.5], dtype=torch.float64)[: len(start)]
    settings = [number(value) for value in settings]

    def run(point):
        path, past = [], state
        for _ in range(200):
            point, past = step(point, past, *settings).values()
            path.append(point)
        return path

    path = run(start)
    beside = run(torch.nextafter(start, start + 1))
    assert_close(torch.stack(beside).tolist(), torch.stack(path), 1e-10)  # the run is stable
    data = {"point": start, "state": state, "settings": settings, "steps": 200}
    assert_close(javascript(text, RUN, data), path, 1e-9)


def test_rates_equal_pytorch(javascript):
    text = emit(momentum=rates.momentum_rate, nesterov=rates.nesterov_rate)
    settings = torch.rand(200, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    settings = settings * torch.tensor([2.0, 0.99, 4.0], dtype=torch.float64)
    body = "return data.map((given) => [program.momentum(...given), program.nesterov(...given)])"
    found = javascript(text, body, settings.tolist())
    columns = settings.unbind(1)
    expected = torch.stack([rates.momentum_rate(*columns), rates.nesterov_rate(*columns)], 1)
    assert_close(found, expected, 1e-12)


def least_squares(w, X, y, mask, lr):
    def loss(w):
        return (mask * (X @ w - y).square()).sum() / mask.sum()

    return {"w": w - lr * torch.func.grad(loss)(w), "loss": loss(w)}


def logistic(w, X, y, mask, lr):
    def loss(w):
        losses = F.softplus(X @ w) - y * (X @ w)
        return (mask * losses).sum() / mask.sum()

    return {"w": w - lr * torch.func.grad(loss)(w), "loss": loss(w)}


@pytest.mark.parametrize("step", [least_squares, logistic])
@pytest.mark.parametrize("features", [2, 7])
def test_a_mini_batch_chosen_by_a_mask(called, step, features):
    X, w = randoms(1, 24, features), randoms(2, features)
    y = (randoms(3, 24) > 0).double()
    mask = (randoms(4, 24) > 0.3).double()
    shapes = {"w": w, "X": X, "y": y, "mask": mask}
    text = emit(step=step, shapes={"step": shapes})
    found = called(text, "step", w, X, y, mask, 0.3)
    assert_close(found, step(w, X, y, mask, number(0.3)), 1e-12)


def slope(function):
    return torch.func.grad(lambda x: function(x).square().sum())


def square(x):
    size = min(x.shape)
    return x[:size, :size] + 3 * torch.eye(size, dtype=torch.float64)


BEALE = TERRAIN["beale"]
TAKEN_APART = {
    "silu": slope(F.silu),
    "mish": slope(F.mish),
    "elu": slope(F.elu),
    "leaky_relu": slope(F.leaky_relu),
    "softplus": slope(F.softplus),
    "log_sigmoid": slope(F.logsigmoid),
    "gelu": slope(F.gelu),
    "gelu by tanh": slope(lambda x: F.gelu(x, approximate="tanh")),
    "selu": slope(F.selu),
    "hard": slope(lambda x: F.hardtanh(x) + F.softshrink(x) + F.hardshrink(x)),
    "softmax": slope(lambda x: F.softmax(x, 1)),
    "log_softmax": slope(lambda x: F.log_softmax(x, 0)),
    "logsumexp": slope(lambda x: x.logsumexp(1)),
    "layer_norm": slope(lambda x: F.layer_norm(x, x.shape[-1:]).exp()),
    "batch_norm": slope(lambda x: F.batch_norm(x, None, None, training=True).exp()),
    "std": slope(lambda x: x.std(0)),
    "norm": slope(lambda x: x.norm(dim=1) + x.norm()),
    "mse": slope(lambda x: F.mse_loss(x, x.sin())),
    "cross_entropy": slope(lambda x: F.cross_entropy(x, x.detach().sigmoid())),
    "logits": slope(lambda x: F.binary_cross_entropy_with_logits(x, x.detach().sigmoid())),
    "huber": slope(lambda x: F.smooth_l1_loss(x, x.sin())),
    "max": slope(lambda x: x.amax(1) + x.max() + x.max(1).values * x.min(0).values.sum()),
    "sort": slope(lambda x: x.sort(0).values * x + x.sort(1, descending=True).values.exp()),
    "median": slope(lambda x: x.median(1).values + x.median() + x.quantile(0.3, 1)),
    "topk": slope(lambda x: x.topk(2, 1).values + x.kthvalue(1, 1, keepdim=True).values),
    "argmax": lambda x: torch.stack([x.argmax(1), x.argmin(1), x.argsort(1)[:, 0]]).double(),
    "fmax": slope(lambda x: torch.fmax(x, x.flip(0)) - torch.fmin(x, x.flip(1))),
    "copysign": slope(lambda x: torch.copysign(x, x.flip(0))),
    "cumsum": slope(lambda x: x.cumsum(0) * x.cumsum(1)),
    "pad": slope(lambda x: F.pad(x, (1, 2)).exp().sum(0).square().sum() + F.pad(x, (-1, 0, 0, 1))),
    "gather": slope(lambda x: x.gather(1, (x > 0).long()) * x),
    "rows": slope(lambda x: x[(x[:, 0] > 0).long()] * x[[0, 1, 0, 1, 1, 0][: len(x)]]),
    "places": slope(lambda x: x[[0, 1, 0], [1, 0, -1]].exp() * x[:, [0, 1, 0]].sum()),
    "scatter": slope(lambda x: x.scatter(1, (x[:, :1] > 0).long(), x[:, :1] * 2).exp()),
    "scatter_add": slope(lambda x: x.scatter_add(1, (x[:, :2] > 0).long(), x[:, :2] * 2).exp()),
    "one_hot": slope(lambda x: F.one_hot((x > 0).sum(1).clamp(max=1), x.shape[1]) * x),
    "labels": slope(lambda x: F.cross_entropy(x, (x[:, 0] > 0).long(), label_smoothing=0.1)),
    "embedding": slope(lambda x: F.embedding((x[:, 0] > 0).long(), x)),
    "solve": slope(lambda x: torch.linalg.solve(square(x), x[0, : len(square(x))])),
    "inverse": slope(lambda x: torch.linalg.inv(square(x)) * torch.linalg.det(square(x))),
    "runs": slope(lambda x: torch.einsum("rbi,rij->rbj", x[None].exp(), x[None].mT)),
    "trace": slope(lambda x: x[:2, :2].trace() * torch.diag(x[0])),
    "prod": slope(lambda x: x.prod(1)),
    "einsum": slope(lambda x: torch.einsum("bi,bj->ij", x, x.exp())),
    "chunk": slope(lambda x: torch.cat(x.chunk(2)[::-1]) * x),
    "roll": slope(lambda x: x.roll(1, 0) * x),
    "tril": slope(lambda x: (x @ x.T).tril()),
    "stack": slope(lambda x: torch.stack([x[:, 0], x[:, 1].exp()], 1) * x[:, :2]),
    "lerp": slope(lambda x: torch.lerp(x, x.exp(), 0.3)),
    "vmap": lambda x: torch.vmap(torch.func.grad(BEALE))(x[:, :2]),
    "hessian": lambda x: torch.func.hessian(BEALE)(x[0, :2]),
    "hessian of many": lambda x: torch.func.hessian(lambda p: F.softplus(p).prod())(x.flatten()),
    "hessian product": lambda x: torch.func.jvp(torch.func.grad(BEALE), (-x[0, :2],), (-x[1, :2],)),
    "two in place": lambda x: x.exp().add_(x).mul_(2),
}


@pytest.mark.filterwarnings("ignore:`torch.jit.script`")  # PyTorch's own, on forward mode
@pytest.mark.parametrize("shape", [(2, 2), (6, 3)])
@pytest.mark.parametrize("name", TAKEN_APART)
def test_what_pytorch_takes_apart_is_put_together(called, name, shape):
    function, x = TAKEN_APART[name], randoms(5, *shape)
    text = emit(f=lambda x: function(x), shapes={"f": {"x": shape}})
    assert_close(called(text, "f", x), function(x), 1e-12)


def net_loss(params, X, labels):
    hidden = torch.relu(X @ params["w1"] + params["b1"])
    hidden = torch.tanh(hidden @ params["w2"] + params["b2"])
    return -(labels * F.log_softmax(hidden @ params["w3"] + params["b3"], 1)).sum(1).mean()


def train_step(params, states, X, labels, lr):
    grads, loss = torch.func.grad_and_value(net_loss)(params, X, labels)
    moved, kept = {}, {}
    for name, param in params.items():
        delta, kept[name] = adam.update(grads[name], states[name], param, lr=lr)
        moved[name] = param + delta
    return {"params": moved, "states": kept, "loss": loss}


def test_a_small_net_trains_as_in_pytorch(javascript):
    sizes = {"w1": (2, 16), "b1": (16,), "w2": (16, 16), "b2": (16,), "w3": (16, 2), "b3": (2,)}
    params = {name: randoms(n, *shape) / 2 for n, (name, shape) in enumerate(sizes.items())}
    states = {name: adam.init(param) for name, param in params.items()}
    X = randoms(10, 64, 2)
    labels = F.one_hot((X.prod(1) > 0).long(), 2).double()
    given = {"params": params, "states": states, "X": X, "labels": labels}
    text = emit(step=train_step, shapes={"step": given})
    assert len(text) < 20_000
    body = """
      let { params, states } = data, losses = [];
      for (let step = 0; step < 50; step++) {
        const next = program.step(params, states, data.X, data.labels, 0.02);
        ({ params, states } = next);
        losses.push(next.loss);
      }
      return { params, losses };
    """
    found = javascript(text, body, given)
    losses = []
    for _ in range(50):
        params, states, loss = train_step(params, states, X, labels, number(0.02)).values()
        losses.append(loss)
    assert losses[-1] < losses[0] / 2
    assert_close(found["losses"][:1], losses[:1], 1e-13)
    assert_close(found["losses"], losses, 1e-10)
    assert_close(found["params"], params, 1e-9)
