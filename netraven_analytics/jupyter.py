"""``%load_ext netraven_analytics``: the database, the helpers, and how answers and errors look."""

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

import netraven_analytics
from netraven_analytics import accessor
from netraven_analytics.notebook import run
from netraven_db.db.session import check_db_connection
from netraven_db.errors import NetRavenError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load(shell: "InteractiveShell") -> None:
    """Connect, say where to in one line, and put the public names within reach of the cells.

    A name that the notebook uses for something else stays as it is.

    Raises:
        ParameterError, DatabaseUnavailableError: there is no database to work with.
    """
    shell.set_custom_exc((NetRavenError,), _show_error)
    accessor.register()
    frames = shell.display_formatter.formatters["text/html"]  # type: ignore[union-attr]
    frames.for_type(pd.DataFrame, as_html)
    print(run(check_db_connection()))  # noqa: T201 - the line that says which database this is
    names = {name: getattr(netraven_analytics, name) for name in netraven_analytics.__all__}
    shell.push({name: value for name, value in names.items() if name not in shell.user_ns}, interactive=False)


def unload(shell: "InteractiveShell") -> None:
    """Frames and errors look as they did; the names stay."""
    shell.set_custom_exc((), None)
    shell.display_formatter.formatters["text/html"].pop(pd.DataFrame, None)  # type: ignore[union-attr]


def as_html(frame: pd.DataFrame) -> str | None:
    """A frame as a notebook shows it, with the window of a report below.

    Cells hold what devices say, so a dollar sign is no formula: MathJax would follow links in it.
    """
    with pd.option_context("display.html.use_mathjax", False):
        table: str | None = frame._repr_html_()
    about = frame.attrs.get("netraven")
    if table is None or not isinstance(about, dict) or "window" not in about:
        return table
    style, classes = "font-size: smaller; opacity: 0.8", "tex2jax_ignore mathjax_ignore"
    return f"{table}\n<p class='{classes}' style='{style}'>{escape(_caption(about))}</p>"


def _caption(about: dict[str, Any]) -> str:
    window = about["window"]
    left_out = ", ".join(f"{count:,} {reason}" for reason, count in about.get("left_out", {}).items())
    parts = [
        f"{about['report']}, {window['since']} to {window['until']}",
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
    shell._showtraceback(kind, error, [f"{kind.__name__}: {error}"])
