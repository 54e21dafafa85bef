"""Live programs against the PyTorch they were written from, side by side in one run.

python benchmarks/live.py       with Node if it is on the PATH, else with headless Chromium
"""

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dlnotes.live import emit
from dlnotes.optimizers import momentum
from dlnotes.training.landscapes import beale

STEPS = 200
ROUNDS = 5


class adam:
    """Adam, with the state as a dict."""

    @staticmethod
    def init(param):
        zero = torch.zeros_like(param)
        return {"t": torch.zeros((), dtype=torch.float64), "m": zero, "v": zero}

    @staticmethod
    def update(grad, state, param, *, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        t = state["t"] + 1
        m = beta1 * state["m"] + (1 - beta1) * grad
        v = beta2 * state["v"] + (1 - beta2) * grad.square()
        delta = -lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)
        return delta, {"t": t, "m": m, "v": v}


def descend(param, state, lr, rule):
    """One step on Beale's function."""
    delta, state = rule.update(torch.func.grad(beale())(param), state, param, lr=lr)
    return {"param": param + delta, "state": state}


def train(param, state, lr, X, labels):
    """One full step of a 2-16-16-2 net with Adam."""

    def loss(param):
        hidden = torch.relu(X @ param["w1"] + param["b1"])
        hidden = torch.tanh(hidden @ param["w2"] + param["b2"])
        logits = hidden @ param["w3"] + param["b3"]
        return -(labels * F.log_softmax(logits, 1)).sum(1).mean()

    grads = torch.func.grad(loss)(param)
    moved, kept = {}, {}
    for name, old in param.items():
        delta, kept[name] = adam.update(grads[name], state[name], old, lr=lr)
        moved[name] = old + delta
    return {"param": moved, "state": kept}


def cases():
    """name -> (step, its start, its other arguments)."""
    start = torch.tensor([1.0, 1.5], dtype=torch.float64)
    lr = torch.tensor(0.005, dtype=torch.float64)
    yield "heavy ball, Beale", partial(descend, rule=momentum), start, momentum.init(start), [lr]
    yield "Adam, Beale", partial(descend, rule=adam), start, adam.init(start), [lr]
    torch.manual_seed(0)
    sizes = {"w1": (2, 16), "b1": (16,), "w2": (16, 16), "b2": (16,), "w3": (16, 2), "b3": (2,)}
    param = {name: torch.randn(size, dtype=torch.float64) / 3 for name, size in sizes.items()}
    state = {name: adam.init(part) for name, part in param.items()}
    X = torch.randn(64, 2, dtype=torch.float64)
    labels = F.one_hot((X.prod(1) > 0).long(), 2).double()
    yield "Adam, 2-16-16-2 net, batch 64", train, param, state, [lr, X, labels]


def plain(value):
    """Tensors as JSON: numbers, and lists of numbers marked as arrays."""
    if isinstance(value, torch.Tensor):
        return {"array": value.flatten().tolist()} if value.ndim else value.item()
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value]


def in_python(step, param, state, rest):
    """Milliseconds of a run of `STEPS` steps in eager PyTorch."""
    began = time.perf_counter()
    for _ in range(STEPS):
        param, state = step(param, state, *rest).values()
    return 1000 * (time.perf_counter() - began)


TIMED = """
const revive = (x) => x === null || typeof x !== "object" ? x : Array.isArray(x) ? x.map(revive)
  : x.array ? Float64Array.from(x.array)
  : Object.fromEntries(Object.entries(x).map(([key, part]) => [key, revive(part)]));
export function timed(data) {
  const [first, past, ...rest] = revive(data), times = [];
  for (let round = 0; round < 41; round++) {
    let param = first, state = past;
    const began = performance.now(), runs = 5;
    for (let run = 0; run < runs; run++) {
      [param, state] = [first, past];
      for (let n = 0; n < STEPS; n++) ({ param, state } = step(param, state, ...rest));
    }
    times.push((performance.now() - began) / runs);
  }
  return times.slice(20).sort((a, b) => a - b)[10];
}
"""


def in_javascript(text, data):
    """Milliseconds of the same run in JavaScript, once the engine has warmed up."""
    module = text + TIMED.replace("STEPS", str(STEPS))
    if not shutil.which("node"):
        return _in_chromium(module, data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.mjs")
        path.write_text(f"{module}\nconsole.log(timed({json.dumps(data)}));\n")
        done = subprocess.run(["node", path], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _in_chromium(module, data):
    from playwright.sync_api import sync_playwright

    from tests.browser import launch

    run = """async ([text, data]) => {
      const blob = new Blob([text], { type: "text/javascript" });
      return (await import(URL.createObjectURL(blob))).timed(data);
    }"""
    with sync_playwright() as play:
        browser = launch(play)
        found = browser.new_page().evaluate(run, [module, data])
        browser.close()
    return found


def main():
    """Prints one line for each program."""
    torch.set_num_threads(1)
    print(f"{STEPS} steps{'':24}  KB  gzip   PyTorch      JavaScript   ratio")
    for name, step, param, state, rest in cases():
        shapes = dict(
            zip(("param", "state", "lr", "X", "labels"), (param, state, *rest), strict=False)
        )
        text = emit(step=step, shapes={"step": shapes})
        data = plain([param, state, *rest])
        eager = median(in_python(step, param, state, rest) for _ in range(ROUNDS))
        live = in_javascript(text, data)
        packed = len(gzip.compress(text.encode())) / 1000
        print(
            f"{name:30} {len(text) / 1000:5.1f} {packed:5.1f} {eager:8.1f} ms {live:10.3f} ms"
            f" {eager / live:8.0f} x"
        )


if __name__ == "__main__":
    main()
