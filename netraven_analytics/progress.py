"""A bar for work that takes a while: in a notebook and on a terminal, and nothing in a pipe."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

_EVERY = 0.1  # seconds between two pictures of a bar
Show = Callable[[int, int | None], object]


class Progress:
    """Is told how far the work is; ``bar(done, of)`` sets it, ``bar.add(rows)`` goes on from there."""

    def __init__(self, show: Show) -> None:
        self.done = 0
        self.of: int | None = None
        self._show = show

    def __call__(self, done: int, of: int | None = None) -> None:
        self.done, self.of = done, of if of is not None else self.of
        self._show(self.done, self.of)

    def add(self, count: int) -> None:
        """As many more are done, as ``frame(…, progress=bar.add)`` tells."""
        self(self.done + count)


@contextmanager
def progress_bar(what: str, of: int | None = None) -> Iterator[Progress]:
    """Show how far the block is; where nobody looks, as in a pipe, nothing is written.

    On a terminal the bar is gone afterwards. In a notebook it stays, with what was done and how long it took;
    an executed notebook keeps that alone.

    Args:
        what: what is counted, such as ``"Jobs"``.
        of: how many there are, where that is known.

    Example:
        ``with progress_bar("Jobs") as bar: df = await frame(select(Job), progress=bar.add)``
    """
    place = _in_notebook if _has_notebook() else _on_terminal if sys.stderr.isatty() else _nowhere
    with place(what) as show:
        bar = Progress(show)
        bar(0, of)
        yield bar


def _has_notebook() -> bool:
    """Whether the code runs in a kernel; IPython is loaded then, and not only to learn that it is not."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


@contextmanager
def _nowhere(what: str) -> Iterator[Show]:
    yield lambda done, of: None


@contextmanager
def _on_terminal(what: str) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@contextmanager
def _in_notebook(what: str) -> Iterator[Show]:
    """One output that is shown anew; the last picture of it is the one that is stored."""
    from IPython.display import display

    started = time.monotonic()
    state: dict[str, Any] = {"done": 0, "of": None, "next": started + _EVERY}
    handle: Any = display(_picture(what, 0, None, 0.0), raw=True, display_id=True)

    def show(done: int, of: int | None, *, last: str = "") -> None:
        now = time.monotonic()
        state["done"], state["of"] = done, of
        if last or now >= state["next"]:
            state["next"] = now + _EVERY
            handle.update(_picture(what, done, of, now - started, last), raw=True)

    try:
        yield show
    except BaseException:
        show(state["done"], state["of"], last="stopped")
        raise
    show(state["done"], state["of"], last="done")


def _picture(what: str, done: int, of: int | None, seconds: float, last: str = "") -> dict[str, str]:
    """The bar in HTML and in plain text. ``last`` is said of a bar that will not move again."""
    count = f"{done:,}" if of is None else f"{done:,} of {of:,}"
    text = f"{what}: {count}" + (f", {last} after {seconds:.1f} s" if last else "")
    value = f' value="{done}" max="{max(of, 1)}"' if of is not None else ""  # without, it only moves
    bar = "" if last else f'<progress{value} aria-label="{escape(what)}"></progress> '
    return {"text/plain": text, "text/html": f'<span role="status">{bar}{escape(text)}</span>'}
