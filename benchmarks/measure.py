"""How the benchmarks measure: contestants take turns in one run, and only ratios are read.

Each round times every contestant once, in an order that rotates; a ratio is taken within its
round, so that a machine that slows down slows both. The table shows the median of the ratios
and its quartiles.
"""

import ctypes
import gc
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import torch

RESULTS = Path(__file__).parent / "results"


@dataclass
class Timing:
    """Seconds of a contestant in each round, and the most memory it took, in MB."""

    name: str
    seconds: list[float]
    memory: float


def race(
    contestants: dict[str, Callable[[], object]], *, rounds: int = 7, repeats: int = 1
) -> dict[str, Timing]:
    """Times all contestants side by side.

    Args:
        contestants: name -> what to run; warmed up by one call before the clock starts.
        rounds: how often each is timed.
        repeats: calls in one timing; more for what takes microseconds.
    """
    memory = {name: peak_memory(run) for name, run in contestants.items()}
    names, seconds = list(contestants), {name: [] for name in contestants}
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            seconds[name].append(_timed(contestants[name], repeats))
    return {name: Timing(name, seconds[name], memory[name]) for name in names}


def ratios(timings: dict[str, Timing], name: str, baseline: str) -> tuple[float, float, float]:
    """How many times faster `name` is than `baseline`: lower quartile, median, upper quartile."""
    pairs = zip(timings[baseline].seconds, timings[name].seconds, strict=True)
    found = [theirs / ours for theirs, ours in pairs]
    if len(found) < 2:
        return found[0], found[0], found[0]
    low, _, high = quantiles(found, n=4, method="inclusive")
    return low, median(found), high


def peak_memory(run: Callable[[], object]) -> float:
    """The most memory one call takes on top of what is held before it, in MB (NaN: unknown)."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        run()
        torch.cuda.synchronize()
        return (torch.cuda.max_memory_allocated() - before) / 1e6
    if platform.system() != "Linux":
        run()
        return float("nan")
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    run()
    return max(_kilobytes("VmHWM") - before, 0) / 1000


def machine() -> str:
    """The machine in words."""
    device = "CPU"
    if torch.cuda.is_available():
        device = torch.cuda.get_device_name()
    elif platform.system() == "Linux":
        found = [
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        device = f"{len(found)} x {found[0]}" if found else device
    return f"{device}, torch {torch.__version__}, {torch.get_num_threads()} thread(s)"


def report(title: str, rows: list[dict], *, name: str) -> None:
    """Prints rows as a table and writes them to `results/<name>.json`, machine included.

    Args:
        title: what is compared.
        rows: one dict a line, all with the same keys; values are words or numbers.
        name: of the file; one title after another goes into the same one.
    """
    print(f"\n{title}  ({machine()})")
    cells = [list(rows[0])] + [[_shown(value) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    held = json.loads(path.read_text()) if path.exists() else {}
    held[title] = {"machine": machine(), "rows": rows}
    path.write_text(json.dumps(held, indent=1) + "\n")


def row(timings: dict[str, Timing], name: str, baseline: str, *, least: float | None = None):
    """A line of a table: seconds, memory, ratio, quartiles, and the bound it should pass."""
    low, middle, high = ratios(timings, name, baseline)
    return {
        "contestant": name,
        "seconds": round(median(timings[name].seconds), 6),
        "MB": round(timings[name].memory, 1),
        f"times faster than {baseline}": round(middle, 2),
        "quartiles": f"{low:.2f} to {high:.2f}",
        "at least": "" if least is None else least,
        "passed": "" if least is None else ("yes" if middle >= least else "no"),
    }


def _timed(run: Callable[[], object], repeats: int) -> float:
    _wait()
    began = time.perf_counter()
    for _ in range(repeats):
        run()
    _wait()
    return (time.perf_counter() - began) / repeats


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def _kilobytes(field: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1])
    return 0


def _shown(value) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
