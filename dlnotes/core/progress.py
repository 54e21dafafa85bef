"""A progress bar for long work, in a terminal and in a notebook; silent where nobody watches."""

import sys
from collections.abc import Iterable, Iterator

DELAY = 1.0  # seconds; what is done sooner needs no bar


def progress(
    iterable: Iterable, total: int | None = None, *, show: bool | None = None, label: str = ""
) -> Iterator:
    """The same items, with a bar that tells how far they are.

    Args:
        iterable: what to go through.
        total: how many items; `None` asks `len(iterable)`.
        show: `True` shows the bar at once, `False` never; `None` shows it after a second, and
            only where somebody can watch: a terminal, or a notebook that is worked in (not one
            that a test or a site build executes).
        label: what is going on, in a word or two.

    Example:
        >>> sum(progress(range(4), show=False))
        6
    """
    if show is False or (show is None and not watched()):
        return iter(iterable)
    from tqdm.auto import tqdm

    delay = 0.0 if show else DELAY
    return iter(tqdm(iterable, total=total, desc=label, delay=delay, leave=bool(show)))


def watched() -> bool:
    """Whether somebody sees this process at work."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return sys.stderr.isatty()
    # a front end can be asked for input; what executes notebooks by itself says that it cannot
    return bool(getattr(kernel, "_allow_stdin", True))
