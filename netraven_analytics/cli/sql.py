"""``sql``: a query of the user's own, read-only."""

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from netraven_analytics.cli.console import print_table, run
from netraven_analytics.cli.output import formulas_of, output_options, target_of, tell
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy.ext.asyncio import AsyncSession


def _answer(
    query: str,
    param: tuple[str, ...],
    output: str | None,
    file_format: str | None,
    as_json: bool,
    keep_formulas: bool,
    show_secrets: bool,
    limit: str | None,
    timeout: str | None,
) -> None:
    """Run a query of your own; it can only read.

    What is shown is at most 1,000,000 rows, and a note says when there are more; a file has them all. --limit
    says otherwise. The server gives up after 5 minutes, or what NETRAVEN_SQL_TIMEOUT or --timeout says.

    QUERY is SQL with :NAME for parameters; - reads it from standard input.

    \b
    netraven-analytics sql "select hostname from devices where device_type = :t" -p t=cisco_ios
    netraven-analytics sql "select * from jobs" -o jobs.parquet
    """
    from netraven_analytics.exports import write_query

    target = target_of(output, file_format, as_json)
    params = dict(_parameter(given) for given in param)
    text = sys.stdin.read() if query == "-" else query
    limits = _limits(limit, timeout, shown=target is None)
    if target is None:
        print_table(run(_ask(text, params, show_secrets, limits)))
        return
    how = {"formulas": formulas_of(keep_formulas), "show_secrets": show_secrets, **limits}
    tell(target, run(write_query(text, target, params=params, **how)))


async def _ask(
    query: str, params: Mapping[str, Any], show_secrets: bool, limits: Mapping[str, Any]
) -> "pd.DataFrame":
    from netraven_analytics.adhoc import as_text_clause
    from netraven_analytics.configs.passwords import stored_secrets
    from netraven_analytics.exports.columns import names_of
    from netraven_analytics.exports.secrets import Redaction
    from netraven_analytics.frames import frame, in_session

    async def ask(session: "AsyncSession") -> "pd.DataFrame":
        statement = as_text_clause(query, params)
        if show_secrets:
            return await frame(statement, session, **limits)
        redaction = Redaction(await stored_secrets(session))
        with redaction.errors():
            return redaction.table(await frame(statement, session, **limits))

    table = await in_session(None, ask)
    names_of(table)  # refuses two of the same name
    return table


def _limits(limit: str | None, timeout: str | None, *, shown: bool) -> dict[str, Any]:
    """What the options say, and what holds without them: a file is written whole."""
    from netraven_analytics.limits import rows_of, seconds_of

    number = int(limit) if limit is not None and limit.isdecimal() else limit
    rows = rows_of(number, ad_hoc=shown)  # type: ignore[arg-type]
    return {"limit": "all" if rows is None else rows, "timeout": seconds_of(timeout, ad_hoc=True)}


def _parameter(given: str) -> tuple[str, Any]:
    name, equals, text = given.partition("=")
    if not equals or not name.isidentifier():
        raise ParameterError(f"-p {given!r} is not understood: it takes NAME=VALUE, such as -p t=cisco_ios.")
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


command = click.Command(
    "sql",
    params=[
        click.Argument(["query"]),
        click.Option(
            ["-p", "--param"],
            multiple=True,
            metavar="NAME=VALUE",
            help="A value for :NAME, such as -p t=cisco_ios or -p since=2026-10-01; may be repeated.",
        ),
        *output_options(),
        click.Option(["--limit"], metavar="N|all", help="How many rows at most."),
        click.Option(["--timeout"], metavar="LENGTH", help="Such as 90s, 5min or 2h; 0 is no limit."),
        click.Option(["--show-secrets"], is_flag=True, help="Leave passwords and keys readable."),
    ],
    callback=_answer,
    help=_answer.__doc__,
)
