"""What the commands print: tables for people, CSV and JSON for pipes, sentences for mistakes."""

import json
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from netraven_analytics.cells import printable
from netraven_analytics.text import counted
from netraven_db.errors import NetRavenError, exit_code

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

SHOWN_ROWS = 40


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """A command's work, in a loop of its own."""
    import asyncio

    return asyncio.run(coroutine)


def say(text: str = "") -> None:
    """A line for the reader, beside the data."""
    print(printable(text), file=sys.stderr)  # noqa: T201


def out(text: str) -> None:
    """The data."""
    sys.stdout.write(printable(text.replace("\r\n", "\n")))


def fail(error: NetRavenError) -> int:
    say(f"Error: {error}")
    return exit_code(error)


def print_json(value: Any) -> None:
    # ASCII only: a control character or a mark of direction is then an escape, which JSON reads back.
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")


def print_table(table: "pd.DataFrame", *, as_json: bool = False) -> None:
    """JSON if asked for, CSV in a pipe, and on a terminal a table of the first rows."""
    from netraven_analytics.cells import records
    from netraven_analytics.exports.csv import csv_text

    if as_json:
        print_json(records(table))
    elif not sys.stdout.isatty():
        out(csv_text(table))
    else:
        _print_for_people(table)


def _print_for_people(table: "pd.DataFrame") -> None:
    """The first rows, and as many columns as the terminal is wide; what is not shown is said."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    head = table.head(SHOWN_ROWS)
    columns = [[printable(_cell(value)) for value in head[name]] for name in table.columns]
    headers = [printable(str(name)).replace("_", "_\n") for name in table.columns]
    fitting = _how_many_fit(
        [[*header.split("\n"), *cells] for header, cells in zip(headers, columns, strict=True)], console.width
    )
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, header_style="bold")
    for name, header in list(zip(table.columns, headers, strict=True))[:fitting]:
        justify: Any = "right" if table[name].dtype.kind in "iufm" else "left"
        shown.add_column(Text(header), justify=justify, vertical="bottom", no_wrap=True)
    for row in zip(*columns[:fitting], strict=True):
        shown.add_row(*(Text(cell) for cell in row))
    console.print(shown)
    if fitting < len(columns):
        say(f"Not shown for want of width: {', '.join(map(str, table.columns[fitting:]))}.")
    left = len(table) - SHOWN_ROWS
    if left > 0:
        say(f"… and {counted(left, 'more row')}: add -o FILE to have them all.")


def print_wrapped(names: list[str], rows: list[list[str]]) -> None:
    """A table of sentences: on a terminal they fold into its width, in a pipe it is CSV."""
    if not sys.stdout.isatty():
        import pandas as pd

        return print_table(pd.DataFrame(rows, columns=names, dtype="str"))
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*names, box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, header_style="bold")
    for row in rows:
        shown.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(shown)


def _how_many_fit(columns: list[list[str]], width: int) -> int:
    """How many of the columns, one at least, stand side by side with two blanks between them."""
    from rich.cells import cell_len

    used = 2  # the blanks at the edges
    for number, column in enumerate(columns):
        used += max(map(cell_len, column)) + 2
        if used - 2 > width and number:
            return number
    return len(columns)


def _cell(value: Any) -> str:
    from netraven_analytics.cells import as_text, plain, short_duration

    known = plain(value)
    if known is None:
        return ""
    if hasattr(value, "total_seconds"):
        return short_duration(known)
    if hasattr(value, "isoformat"):
        known = str(known)
        return known[:10] if known[10:] in ("", "T00:00:00") else known[:19].replace("T", " ")
    if isinstance(known, float):
        return f"{known:.4f}" if abs(known) < 10 else f"{known:,.1f}"
    return as_text(known) or ""


def describe(answer: dict[str, Any]) -> None:
    """Say beside the data which window it is of, what was left out, and what to know."""
    window = answer["window"]
    since = "the beginning" if window["since"] == "all" else window["since"][:19].replace("T", " ")
    say(f"{answer['report']}: {since} until {window['until'][:19].replace('T', ' ')} ({answer['tz']})")
    if answer["left_out"]:
        say("Left out: " + ", ".join(f"{count:,} {why}" for why, count in answer["left_out"].items()))
    if "cut" in answer:
        what, count = next(iter(answer["cut"].items()))
        say(
            f"Cut: {answer['cut']['cut']:,} of {count:,} {what}, the first {answer['cut']['kept']} are shown."
        )
    for note in answer["notes"]:
        say(f"Note: {note}")
