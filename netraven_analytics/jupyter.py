"""``%load_ext netraven_analytics``: the database, the helpers, and how answers and errors look."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

import netraven_analytics
from netraven_analytics import accessor
from netraven_analytics.cells import printable, short_duration
from netraven_analytics.notebook import run
from netraven_db.db.session import check_db_connection
from netraven_db.errors import NetRavenError
from netraven_db.settings import database_in_words

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_INTERRUPTED = "Interrupted: the work of this cell was cancelled, and its queries in the server with it."
_wakers: list[socket.socket] = []


def load(shell: "InteractiveShell") -> None:
    """Connect, say where to in one line, and put the public names within reach of the cells.

    A name that the notebook uses for something else stays as it is.

    Raises:
        ParameterError, DatabaseUnavailableError: there is no database to work with.
    """
    shell.set_custom_exc((NetRavenError, asyncio.CancelledError), _show_error)
    accessor.register()
    frames = shell.display_formatter.formatters["text/html"]  # type: ignore[union-attr]
    frames.for_type(pd.DataFrame, as_html)
    _let_interrupts_wake_the_loop()
    print(run(check_db_connection(database_in_words)))  # noqa: T201 - which database it is
    names = {name: getattr(netraven_analytics, name) for name in netraven_analytics.__all__}
    shell.push({name: value for name, value in names.items() if name not in shell.user_ns}, interactive=False)


def unload(shell: "InteractiveShell") -> None:
    """Frames and errors look as they did; the names stay."""
    shell.set_custom_exc((), None)
    shell.display_formatter.formatters["text/html"].pop(pd.DataFrame, None)  # type: ignore[union-attr]


def _let_interrupts_wake_the_loop() -> None:
    """Make "interrupt" work on a cell that awaits.

    ipykernel notes an interrupt with a callback that does not wake the loop, so that a loop in which nothing
    happens but our query learns of it when the query is done (ipython/ipykernel#881). Any signal then writes
    to a socket that the loop reads. Elsewhere than in a Unix kernel's main thread nothing has to be done.
    """
    if _wakers or os.name != "posix":
        return
    with suppress(RuntimeError, ValueError):  # no loop is running, or this is another thread
        loop = asyncio.get_running_loop()
        hears, says = socket.socketpair()
        hears.setblocking(False)
        says.setblocking(False)
        signal.set_wakeup_fd(says.fileno(), warn_on_full_buffer=False)
        loop.add_reader(hears, hears.recv, 4096)
        _wakers.extend((hears, says))


def as_html(frame: pd.DataFrame) -> str | None:
    """A frame as a notebook shows it; the answer of a report is easier to read, with its window below.

    Cells hold what devices say, so a dollar sign is no formula: MathJax would follow links in it.
    """
    about = frame.attrs.get("netraven")
    with pd.option_context("display.html.use_mathjax", False):
        of_a_report = type(frame) is pd.DataFrame and isinstance(about, dict)  # others show themselves
        if not of_a_report or not pd.get_option("display.notebook_repr_html"):
            plain: str | None = frame._repr_html_()
            return plain
        table = _readable(frame)
    caption = escape(printable(_caption(about)))
    style, classes = "font-size: smaller; opacity: 0.8", "tex2jax_ignore mathjax_ignore"
    return f"{table}\n<p class='{classes}' style='{style}'>{caption}</p>" if caption else table


def _readable(frame: pd.DataFrame) -> str:
    """As pandas has it, but durations as ``1m02s``, and times without their microseconds."""
    shown = [_SHOWN.get(dtype.kind) for dtype in frame.dtypes]
    most = pd.get_option("display.max_rows")
    cut = most and len(frame) > most
    return str(
        frame.to_html(
            formatters=shown,
            max_rows=pd.get_option("display.min_rows") if cut else most,
            max_cols=pd.get_option("display.max_columns"),
            show_dimensions=bool(cut),
            notebook=True,
        )
    )


def _duration(value: Any) -> str:
    return "" if pd.isna(value) else short_duration(value.total_seconds())


def _moment(value: Any) -> str:
    if pd.isna(value):
        return ""
    return str(value.date() if value.tz is None and value == value.normalize() else value.floor("s"))


_SHOWN: dict[str, Callable[[Any], str]] = {"m": _duration, "M": _moment}


def _caption(about: dict[str, Any]) -> str:
    """Of a report its window and what it left out, of lines what they are; and the notes of both."""
    window = about.get("window")
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in about.get("left_out", {}).items())
    parts = [
        f"{about['report']}, {window['since']} to {window['until']}" if window else about.get("caption", ""),
        f"left out: {left_out}" if left_out else "",
        *about.get("notes", []),
    ]
    return " · ".join(part for part in parts if part)


def _show_error(
    shell: "InteractiveShell",
    kind: type[BaseException],
    error: BaseException,
    trace: Any,
    tb_offset: Any = None,
) -> None:
    """One sentence, since that is all a mistake of the reader's needs; the cell has failed all the same."""
    name, _, said = _INTERRUPTED.partition(": ")
    if kind is not asyncio.CancelledError:
        name, said = kind.__name__, printable(str(error))
    shell._showtraceback(kind, error, [f"\033[31m{name}\033[0m: {said}"])
