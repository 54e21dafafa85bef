"""Many nets at once against one after another, scikit-learn and JAX, on one core.

python -m benchmarks.fleet        each net: 200 steps of Adam, batches of 64, no evaluation

Batches and first weights are drawn inside the clock by all. JAX draws its batches with
replacement inside its program, which is the cheapest way it has.
"""

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["OMP_NUM_THREADS"] = "1"

import warnings
from dataclasses import replace
from functools import partial
from itertools import pairwise
from statistics import median

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.measure import race, ratios, report
from dlnotes.optimizers import adam
from dlnotes.training.data import batches, datasets
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP

STEPS, BATCH, ROUNDS = 200, 64, 7
PROBLEMS = {
    "moons 2-32-32-2": ((2, 32, 32, 2), partial(datasets.moons, 1000, noise=0.2)),
    "digits 64-32-10": ((64, 32, 10), datasets.digits),
}
BOUNDS = {  # contestant -> baseline, least ratio on each problem
    "fleet, vmap, compiled": ("torch, one by one", (15, 12)),
    "fleet, by hand, compiled": ("JAX, vmap + jit + scan", (1.5, 1.0)),
}


def main() -> None:
    """Prints one table a problem and device."""
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for place, (name, (sizes, load)) in enumerate(PROBLEMS.items()):
        for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
            rows = table(sizes, load(device=device), device, place)
            report(f"{name} on {device}", rows, name="fleet")


def table(sizes, data, device, place) -> list[dict]:
    """One row a contestant; seconds are those of one net."""
    many = 256 if device == "cpu" else 8192
    runs = {"sequential": 2, "eager": many // 4, "compiled": many}
    contestants = {
        "torch, one by one": (runs["sequential"], partial(sequential, sizes, data)),
        "torch, one by one, fused": (
            runs["sequential"],
            partial(sequential, sizes, data, fused=True),
        ),
        "scikit-learn, one by one": (1, partial(scikit, sizes, data)),
        "fleet, vmap": (runs["eager"], partial(ours, sizes, data, by_hand=False)),
        "fleet, by hand": (runs["eager"], partial(ours, sizes, data, by_hand=True)),
        "fleet, vmap, compiled": (
            runs["compiled"],
            partial(ours, sizes, data, by_hand=False, compiled=True),
        ),
        "fleet, by hand, compiled": (
            runs["compiled"],
            partial(ours, sizes, data, by_hand=True, compiled=True),
        ),
        "matrix products alone": (runs["compiled"] // 2, products(sizes, device)),
    }
    if device == "cpu":
        contestants["JAX, vmap + jit + scan"] = (100, jaxs(sizes, data))
    else:
        del contestants["scikit-learn, one by one"]
    timings = race(
        {n: partial(run, count) for n, (count, run) in contestants.items()}, rounds=ROUNDS
    )
    each = {
        n: replace(t, seconds=[s / contestants[n][0] for s in t.seconds])
        for n, t in timings.items()
    }
    agreement = differences(sizes, data)
    return [line(each, n, agreement.get(n, ""), place) for n in each]


def line(each, name, off, place) -> dict:
    """A row: nets a second, ratios, the part of the ceiling, and the bound to pass."""
    baseline, least = BOUNDS.get(name, ("torch, one by one", None))
    found = {"contestant": name, "nets/s": round(1 / median(each[name].seconds), 1)}
    for other in ("torch, one by one", "JAX, vmap + jit + scan"):
        if other in each:
            low, middle, high = ratios(each, name, other)
            found[f"x {other.split(',')[0]}"] = round(middle, 2)
            found[f"quartiles ({other.split(',')[0]})"] = f"{low:.2f} to {high:.2f}"
    part = ratios(each, name, "matrix products alone")[1]
    found |= {"% of products": round(100 * part), "MB": round(each[name].memory, 1)}
    found |= {"loss off by": off, "at least": "", "passed": ""}
    if least and baseline in each:
        reached = ratios(each, name, baseline)[1] >= least[place]
        found["at least"] = f"{least[place]} x {baseline.split(',')[0]}"
        found["passed"] = "yes" if reached else "no"
    return found


def rates(count: int) -> list[float]:
    """Learning rates to try."""
    return torch.logspace(-4, -2, count).tolist()


def ours(sizes, data, count, **how):
    """A fleet of `count` nets."""
    net = NETS.setdefault((sizes, data.X.device.type), MLP(sizes, device=data.X.device))
    return fleet(
        net,
        data,
        adam,
        lr=rates(count),
        steps=STEPS,
        batch_size=BATCH,
        seeds=range(count),
        every=0,
        progress=False,
        **how,
    )


NETS: dict = {}


def sequential(sizes, data, count, fused=None):
    """The tutorial loop of torch, once a net; the losses `(R, T)`."""
    losses = torch.empty(count, STEPS, device=data.X.device)
    for run, lr in enumerate(rates(count)):
        net = plain(sizes, run).to(data.X.device)
        optimizer = torch.optim.Adam(net.parameters(), lr=lr, fused=fused)
        order = batches.rows(len(data.X), BATCH, STEPS, run).to(data.X.device)
        for step, batch in enumerate(order):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(data.X[batch]), data.y[batch])
            loss.backward()
            optimizer.step()
            losses[run, step] = loss.detach()
    return losses


def plain(sizes, seed) -> nn.Module:
    """The same net of torch's own layers."""
    layers = []
    for layer in MLP(sizes, seed=seed).layers:
        linear = nn.Linear(*reversed(layer.weight.shape))
        linear.load_state_dict(layer.state_dict())
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def differences(sizes, data) -> dict[str, float]:
    """How far the losses of 200 steps are from those of torch's own loop, at most."""
    wanted, found = sequential(sizes, data, 4), {}
    for by_hand, compiled in ((False, False), (True, False), (False, True), (True, True)):
        name = f"fleet, {'by hand' if by_hand else 'vmap'}{', compiled' if compiled else ''}"
        losses = ours(sizes, data, 4, by_hand=by_hand, compiled=compiled).losses
        found[name] = (losses - wanted).abs().max().item()
    return found


def scikit(sizes, data, count):
    """scikit-learn's own loop: whole epochs, the number nearest to 200 steps."""
    from sklearn.neural_network import MLPClassifier

    epochs = round(STEPS / -(-len(data.X) // BATCH))
    for run, lr in enumerate(rates(count)):
        net = MLPClassifier(
            sizes[1:-1],
            batch_size=BATCH,
            learning_rate_init=lr,
            max_iter=epochs,
            n_iter_no_change=epochs + 1,
            alpha=0.0,
            random_state=run,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged is no news
            net.fit(data.X.numpy(), data.y.numpy())


def products(sizes, device):
    """The matrix products of a training and nothing else, in the order and shapes of `backward`."""

    def run(count):
        shapes = []
        for depth, (inputs, outputs) in enumerate(pairwise(sizes)):
            shapes += [(outputs, inputs, BATCH), (outputs, BATCH, inputs)]
            shapes += [(inputs, outputs, BATCH)] if depth else []
        pairs = [
            (torch.randn(count, a, b, device=device), torch.randn(count, b, c, device=device))
            for a, b, c in shapes
        ]
        outs = [a @ b for a, b in pairs]
        for _ in range(STEPS):
            for (a, b), out in zip(pairs, outs, strict=True):
                torch.bmm(a, b, out=out)

    return run


def jaxs(sizes, data):
    """JAX: one training written as a scan, mapped over the nets, compiled whole."""
    import jax
    import jax.numpy as jnp

    X, y = jnp.asarray(data.X.numpy()), jnp.asarray(data.y.numpy())
    each = jax.tree_util.tree_map

    def loss(params, rows):
        h = X[rows]
        for weight, bias in params[:-1]:
            h = jax.nn.relu(h @ weight + bias)
        log_p = jax.nn.log_softmax(h @ params[-1][0] + params[-1][1])
        return -jnp.take_along_axis(log_p, y[rows][:, None], 1).mean()

    def train(seed, lr):
        keys = jax.random.split(jax.random.PRNGKey(seed), len(sizes))
        params = [
            (jax.random.normal(key, (i, o)) * (2 / i) ** 0.5, jnp.zeros(o))
            for key, (i, o) in zip(keys[1:], pairwise(sizes), strict=True)
        ]

        def step(carried, key):
            params, m, v, t = carried
            rows = jax.random.randint(key, (BATCH,), 0, len(X))
            value, grad = jax.value_and_grad(loss)(params, rows)
            t = t + 1
            m = each(lambda m, g: 0.9 * m + 0.1 * g, m, grad)
            v = each(lambda v, g: 0.999 * v + 0.001 * g * g, v, grad)
            fix, grow = 1 - 0.9**t, 1 - 0.999**t
            move = lambda p, m, v: p - lr * (m / fix) / (jnp.sqrt(v / grow) + 1e-8)  # noqa: E731
            return (each(move, params, m, v), m, v, t), value

        zeros = each(jnp.zeros_like, params)
        start = params, zeros, zeros, 0.0
        return jax.lax.scan(step, start, jax.random.split(keys[0], STEPS))

    program = jax.jit(jax.vmap(train))

    def run(count):
        return jax.block_until_ready(program(jnp.arange(count), jnp.asarray(rates(count))))

    return run


if __name__ == "__main__":
    main()
