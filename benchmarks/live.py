"""Live programs against the PyTorch they were written from, side by side in one run.

python -m benchmarks.live       with Node where it is on the PATH, and headless Chromium
"""

import gzip
import json
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import torch
from torch.func import functional_call

from benchmarks.measure import Timing, peak_memory, report, row
from dlnotes.live import emit
from dlnotes.live.training import Live, training_step
from dlnotes.optimizers import adam, momentum
from dlnotes.training.nets.losses import cross_entropy
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.surfaces.landscapes import beale

STEPS = 200
ROUNDS = 9
LEAST = 20  # times faster than eager PyTorch


def descent(rule):
    """Runs on Beale's function: the step, and its first arguments."""
    start = torch.tensor([1.0, 1.5], dtype=torch.float64)

    def step(params, states, lr):
        delta, states = rule.update(torch.func.grad(beale())(params), states, params, lr=lr)
        return {"params": params + delta, "states": states}

    given = {"params": start, "states": rule.init(start), "lr": torch.tensor(0.005).double()}
    return Live(step, {"params": start, "states": rule.init(start)}), given


def training(net):
    """Training with Adam and a batch of 64: the step, and its first arguments."""
    live = training_step(net, adam, batch_size=64)
    params = {name: param.detach() for name, param in net.named_parameters()}
    X = torch.randn(64, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    given = {"params": params, "states": {name: adam.init(params[name]) for name in params}}
    given |= {"X": X, "y": (X.prod(1) > 0).double(), "lr": torch.tensor(0.01).double()}
    given |= {"beta1": torch.tensor(0.9).double(), "beta2": torch.tensor(0.999).double()}
    return live, given | {"eps": torch.tensor(1e-8).double()}


def in_pytorch(step, given):
    """A run in eager PyTorch: the very function that was emitted."""

    def run():
        now = given
        for _ in range(STEPS):
            result = step(**now)
            now = now | {name: result[name] for name in ("params", "states")}

    return run


def usual_loop(net, given):
    """The same training as most write it: backward, and torch.optim.Adam."""
    X, y = given["X"], given["y"]

    def run():
        params = {name: param.clone().requires_grad_() for name, param in given["params"].items()}
        optimizer = torch.optim.Adam(params.values(), lr=0.01)
        for _ in range(STEPS):
            optimizer.zero_grad()
            cross_entropy(functional_call(net, params, (X,)), y).backward()
            optimizer.step()

    return run


def plain(value):
    """Tensors as JSON: numbers, and lists of numbers marked as arrays."""
    if isinstance(value, torch.Tensor):
        return {"array": value.flatten().tolist()} if value.ndim else value.item()
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value]


TIMED = """
const revive = (x) => x === null || typeof x !== "object" ? x : Array.isArray(x) ? x.map(revive)
  : x.array ? Float64Array.from(x.array)
  : Object.fromEntries(Object.entries(x).map(([key, part]) => [key, revive(part)]));
const [first, past, ...rest] = revive(DATA);
export function timed(runs) {
  const began = performance.now();
  for (let run = 0; run < runs; run++) {
    let params = first, states = past;
    for (let n = 0; n < STEPS; n++) ({ params, states } = step(params, states, ...rest));
  }
  return (performance.now() - began) / runs;
}
"""
ASK = """
import { createInterface } from "node:readline";
createInterface({ input: process.stdin }).on("line", (runs) => console.log(timed(+runs)));
"""


@contextmanager
def node(module):
    """`timed(runs)` in Node: milliseconds of a run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.mjs")
        path.write_text(module + ASK)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(["node", path], text=True, bufsize=1, **pipes) as process:

            def timed(runs):
                process.stdin.write(f"{runs}\n")
                return float(process.stdout.readline())

            yield timed
            process.stdin.close()


@contextmanager
def chromium(module):
    """`timed(runs)` in headless Chromium: milliseconds of a run."""
    from playwright.sync_api import sync_playwright

    from tests.browser import launch

    load = """async (text) => {
      const blob = new Blob([text], { type: "text/javascript" });
      window.timed = (await import(URL.createObjectURL(blob))).timed;
    }"""
    with sync_playwright() as play:
        page = (browser := launch(play)).new_page()
        page.evaluate(load, module)
        yield lambda runs: page.evaluate("(runs) => timed(runs)", runs)
        browser.close()


def timings(engines, text, given, runs):
    """Everybody's time and memory; each engine is warmed up first."""
    data = json.dumps(plain(list(given.values())))
    module = text + TIMED.replace("STEPS", str(STEPS)).replace("DATA", data)
    memory = {name: peak_memory(run) for name, run in runs.items()}
    with ExitStack() as stack:
        timed = {name: stack.enter_context(make(module)) for name, make in engines.items()}
        for ask in timed.values():
            ask(1 + int(1000 / max(ask(5), 0.1)))  # about a second
        runs = {name: lambda run=run: _milliseconds(run) for name, run in runs.items()}
        runs |= {name: lambda ask=ask: ask(20) for name, ask in timed.items()}
        seconds = {name: [] for name in runs}
        for turn in range(ROUNDS):
            names = list(runs)[turn % len(runs) :] + list(runs)[: turn % len(runs)]
            for name in names:
                seconds[name].append(runs[name]() / 1000)
    held = 8e-6 * sum(map(int, re.findall(r"new Float64Array\((\d+)\)", text)))
    return {name: Timing(name, seconds[name], memory.get(name, held)) for name in runs}


def _milliseconds(run):
    began = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - began)


def table(title, engines, live, given, usual=None, least=None):
    """Prints one comparison."""
    text = emit(step=live.function, shapes={"step": live.shapes})
    runs = {"eager PyTorch": in_pytorch(live.function, given)}
    runs |= {"torch.optim.Adam": usual} if usual else {}
    found = timings(engines, text, given, runs)
    size = {"KB": len(text) / 1000, "KB gzip": len(gzip.compress(text.encode())) / 1000}
    rows = []
    for name in found:
        bound = least if name in engines else None
        line = row(found, name, "eager PyTorch", least=bound)
        step = 1e6 * median(found[name].seconds) / STEPS
        rows.append(
            {**line, "µs a step": step, **(size if name in engines else dict.fromkeys(size, ""))}
        )
    report(title, rows, name="live")


def main():
    """Runs on a surface, and two nets."""
    torch.set_num_threads(1)
    engines = {"Node": node} if shutil.which("node") else {}
    engines["Chromium"] = chromium
    for rule in (momentum, adam):
        name = rule.__name__.rpartition(".")[2]
        table(f"Beale's function, {name}, {STEPS} steps", engines, *descent(rule))
    for sizes, activation, least in [
        ((2, 16, 16, 2), "tanh", LEAST),
        ((2, 16, 16, 2), "relu", LEAST),
        ((2, 32, 32, 2), "relu", None),
    ]:
        net = MLP(sizes, activation=activation, dtype=torch.float64)
        live, given = training(net)
        name = f"{'-'.join(map(str, sizes))} {activation} net, Adam, batch 64, {STEPS} steps"
        table(name, engines, live, given, usual_loop(net, given), least)


if __name__ == "__main__":
    main()
