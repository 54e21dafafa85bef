"""A fleet cut into chunks: how large they are, who trains them, and how they come together.

A CPU is fastest when the parameters, states and activations of a chunk stay in its cache; so
time and memory grow with the number of runs and not faster.
"""

import copy
import math
import pickle
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from functools import partial
from threading import local
from typing import Any

import torch
from torch import Tensor

from dlnotes.core import progress as bars
from dlnotes.core.language import both, language
from dlnotes.training.fleet.chunk import Outcome, Work, train_chunk
from dlnotes.training.fleet.members import Runs
from dlnotes.training.history import History

CACHE = 6 * 2**20  # bytes that a chunk may fill on a CPU


def chunk_size(work: Work, R: int) -> int:
    """How many runs to train side by side, so that chunks are about equal and fit.

    Args:
        work: what is done with them.
        R: how many there are.
    """
    entry, home = work.data.X.element_size(), work.data.X.device
    params = sum(param.numel() for param in work.method.net.parameters())
    widest = sum(layer.shape[0] for layer in work.method.net.parameters() if layer.ndim > 1)
    each = entry * (4 * params + 2 * work.width * (work.data.X[0].numel() + widest))
    room = CACHE
    if home.type == "cuda":
        room = torch.cuda.mem_get_info(home)[0] // 4
        each += 8 * work.steps * work.width + 4 * entry * len(work.data.X) * widest
    most = min(max(room // each, 8), 256) if home.type == "cpu" else max(room // each, 1)
    return math.ceil(R / math.ceil(R / most))


def run_chunks(
    work: Work, runs: Runs, size: int, executor: Executor | None, progress: bool | None
) -> History:
    """Trains all runs, `size` at a time.

    Args:
        work: what is done in each.
        runs: all of them.
        size: of a chunk.
        executor: takes the chunks; `None` trains them here, one after another.
        progress: show a bar; `None` shows it when the work is long.
    """
    R = len(runs.seeds)
    size = min(size, R)
    # the last chunk is filled up with its last run: one size, so that compiling once is enough
    parts = [[min(run, R - 1) for run in range(first, first + size)] for first in range(0, R, size)]
    gathered = Gathered(work, R)
    train = _elsewhere if executor else _here
    stopped = False
    try:
        for which, outcome in train(work, runs, parts, progress, executor):
            gathered.put(which, outcome)
            stopped = stopped or outcome.done < work.steps
            if stopped:
                break
    except KeyboardInterrupt:
        stopped = True
    if stopped:
        _note(gathered.finished, R)
    return gathered.history(stopped)


def _here(work: Work, runs: Runs, parts: list, progress, executor: None) -> Iterator:
    total = len(parts) * work.steps
    bar = bars.progress(range(total), total, show=progress, label="fleet")
    for which in parts:
        yield which, train_chunk(work, runs.part(which), partial(next, bar, None))
    next(bar, None)  # closes it


def _elsewhere(work: Work, runs: Runs, parts: list, progress, executor: Executor) -> Iterator:
    threads = isinstance(executor, ThreadPoolExecutor)
    submit = partial(_direct, local()) if threads else _by_parcel
    waiting = {submit(executor, work, runs.part(which)): which for which in parts}
    done = as_completed(waiting)
    try:
        for future in bars.progress(done, len(parts), show=progress, label="fleet"):
            found = future.result()
            yield waiting[future], pickle.loads(found) if isinstance(found, bytes) else found
    finally:
        for future in waiting:
            future.cancel()


def _direct(nets: local, executor: Executor, work: Work, runs: Runs) -> Future:
    return executor.submit(_train_in_thread, nets, work, runs)


def _train_in_thread(nets: local, work: Work, runs: Runs) -> Outcome:
    """With a net of the thread's own: `functional_call` puts the parameters into the module."""
    if not hasattr(nets, "own"):
        nets.own = copy.deepcopy(work.method.net)
    return train_chunk(work._replace(method=work.method._replace(net=nets.own)), runs)


def _by_parcel(executor: Executor, work: Work, runs: Runs) -> Future:
    return executor.submit(train_parcel, _parcel((work, runs)))


def train_parcel(given: bytes) -> bytes:
    """`train_chunk` for another process: takes and gives bytes."""
    return _parcel(train_chunk(*pickle.loads(given)))


def _parcel(value: Any) -> bytes:
    """The value as bytes, a rule as the name of its module."""
    try:
        return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    except (AttributeError, pickle.PicklingError, TypeError) as error:
        raise TypeError(
            f"`executor` must be handed things that can be pickled, got {error}; "
            "define functions at the top of a module, or use threads."
        ) from None


class Gathered:
    """The results of all runs, NaN until they come in.

    Args:
        work: what was done.
        R: how many runs.
    """

    def __init__(self, work: Work, R: int) -> None:
        self.work, self.R, self.finished = work, R, 0
        X, net = work.data.X, work.method.net
        kinds = 2 if work.data.y.is_floating_point() else 4
        self.losses = X.new_full((R, work.steps), math.nan)
        self.curves = [X.new_full((R, len(work.updates)), math.nan) for _ in range(kinds)]
        self.params = {
            name: param.detach().new_full((R, *param.shape), math.nan)
            for name, param in net.named_parameters()
        }

    def put(self, which: list[int], outcome: Outcome) -> None:
        """Takes in the results of a chunk; a run that only filled it up comes last."""
        count = which[-1] - which[0] + 1
        rows = slice(which[0], which[0] + count)
        self.losses[rows] = outcome.losses[:count]
        for all_runs, found in zip(self.curves, outcome.curves, strict=True):
            all_runs[rows] = found[:count]
        for name, param in outcome.params.items():
            self.params[name][rows] = param[:count]
        self.finished += count if outcome.done == self.work.steps else 0

    def history(self, stopped: bool) -> History:
        """Everything gathered."""
        updates = torch.tensor(self.work.updates, dtype=torch.int64)
        curves: list[Tensor | None] = [*self.curves, None, None][:4]
        return History(self.losses, updates, *curves, self.params, stopped)


def _note(finished: int, R: int) -> None:
    """Tell the reader, in their language, what an interrupted fleet still gives back."""
    note = both(
        zh=f"训练被中断，{R} 次训练中已有 {finished} 次完成；未完成的部分记为 NaN。",
        en=f"Interrupted after {finished} of {R} runs; what was not done is NaN.",
    )
    print(note[language()])
