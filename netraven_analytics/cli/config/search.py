"""``config search``: the fleet's lines that match."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from netraven_analytics.cli.config import options
from netraven_analytics.cli.console import out, run, say
from netraven_analytics.cli.output import deliver, output_options, target_of
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@click.command(name="search")
@click.argument("pattern")
@click.option("--regex", is_flag=True, help="PATTERN is a regular expression.")
@click.option("-i", "--ignore-case", is_flag=True, help="Upper and lower case are the same.")
@click.option("--at", metavar="TIME", help="The moment to look at; now if not given.")
@click.option("--since", metavar="TIME", help="Only lines gained since then.")
@click.option("--history", is_flag=True, help="Every match that ever stood, and when it was gone.")
@click.option("--missing", is_flag=True, help="The devices without a match instead.")
@click.option("--context", metavar="LINES", help="A number of lines around each match, or 'section'.")
@click.option("--device", multiple=True, help="Only devices of this hostname or glob.")
@click.option("--device-type", multiple=True, help="Only devices of this type.")
@click.option("--tag", multiple=True, help="Only devices with this tag, such as location:berlin.")
@options.tz
@options.with_noise
@options.show_secrets
def command(
    pattern: str,
    output: str | None,
    file_format: str | None,
    as_json: bool,
    keep_formulas: bool,
    **given: Any,
) -> None:
    """The lines of the fleet's configurations that match PATTERN, and since when each stands.

    PATTERN is text that a line contains. It meets redacted lines unless secrets are shown; how many there
    were is said.
    """
    from netraven_analytics.history import config_search

    target = target_of(output, file_format, as_json)
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value not in (None, (), False)}
    if "context" in chosen:
        chosen["context"] = _context(chosen["context"])
    table = run(config_search(pattern, **chosen))
    said = table.attrs["netraven"]
    for line in (said["caption"], *(f"Note: {note}" for note in said["notes"])):
        say(line)
    if target is None and sys.stdout.isatty() and "line" in table:
        out("".join(f"{line}\n" for line in _listed(table)))
    else:
        deliver(table, target, keep=keep_formulas)


command.params += output_options()


def _context(text: str) -> int | str:
    if text == "section":
        return text
    if not text.isdecimal():
        raise ParameterError(f"--context {text!r} is not understood: it takes a number of lines or section.")
    return int(text)


def _listed(table: "pd.DataFrame") -> Iterator[str]:
    """For people: where, what, and since when; then the lines around, where they were asked for."""
    for row in table.to_dict("records"):
        since = f"since {row['introduced_at']:%Y-%m-%d %H:%M}"
        if row.get("gone_at") == row.get("gone_at") and "gone_at" in row:
            since += f", gone {row['gone_at']:%Y-%m-%d %H:%M}"
        where = f" [{row['section']}]" if row["section"] != "(global)" else ""
        yield f"{row['hostname']}:{row['line']}:{row['text']}{where} {since}"
        yield from (f"    {line}" for line in row.get("context", "").split("\n") if "context" in row)
