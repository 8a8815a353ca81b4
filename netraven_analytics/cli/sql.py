"""``sql``: a query of the user's own, read-only."""

import re
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from netraven_analytics.cli.console import run, write_or_print
from netraven_db.errors import ParameterError, QueryError

if TYPE_CHECKING:
    import pandas as pd


@click.command(name="sql")
@click.argument("query")
@click.option("-p", "--param", multiple=True, metavar="NAME=VALUE", help="A value for :NAME.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file; - is standard output.")
@click.option("--format", "file_format", help="csv, xlsx or json; the file's ending if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--show-secrets", is_flag=True, help="Leave passwords and keys readable.")
def command(
    query: str,
    param: tuple[str, ...],
    output: str | None,
    file_format: str | None,
    as_json: bool,
    show_secrets: bool,
) -> None:
    """Run a query of your own; it can only read.

    QUERY is SQL with :NAME for parameters; - reads it from standard input.
    """
    text = sys.stdin.read() if query == "-" else query
    table = run(_ask(text, dict(_parameter(given) for given in param), show_secrets))
    write_or_print(table, output, file_format, as_json=as_json)


async def _ask(query: str, parameters: dict[str, Any], show_secrets: bool) -> "pd.DataFrame":
    from sqlalchemy import select

    from netraven_analytics.configs.redact import Redactor
    from netraven_analytics.frames import frame, reading
    from netraven_analytics.frames import sql as ask
    from netraven_db.db.models import Credential

    async with reading(None) as session:
        table = await ask(query, session, **parameters)
        if not table.columns.is_unique:
            twice = table.columns[table.columns.duplicated()][0]
            raise ParameterError(
                f"Two columns of the answer are named {twice!r}: give one another name with AS."
            )
        if show_secrets:
            return table
        try:  # whatever the query calls them, stored passwords are not shown
            stored = (
                (await frame(select(Credential.password).distinct(), session))["password"].dropna().tolist()
            )
        except QueryError:  # who may not read them cannot have them in the answer
            stored = []
    return Redactor(stored).table(table)


def _parameter(given: str) -> tuple[str, Any]:
    name, equals, text = given.partition("=")
    if not equals or not name.isidentifier():
        raise ParameterError(f"-p {given!r} is not understood: it takes NAME=VALUE.")
    return name, _value(text)


def _value(text: str) -> Any:
    """A number, a time or a truth value where the text is one, else the text."""
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?(0|[1-9]\d*)", text):  # 0123 is no number but a name, such as a serial
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    try:
        return datetime.fromisoformat(text) if re.match(r"\d{4}-\d\d-\d\d", text) else text
    except ValueError:
        return text
