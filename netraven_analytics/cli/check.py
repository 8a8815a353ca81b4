"""``check``: hold reports against objectives, so that a CI job fails with the reason in it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netraven_analytics.cli.console import print_json, print_table, run, say
from netraven_analytics.objectives import Objective, load_objectives, rows_that_miss
from netraven_analytics.text import counted

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy.ext.asyncio import AsyncSession

MISSED = 1  # the exit code


@click.command(name="check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(file: Path, as_json: bool) -> None:
    """Hold reports against the objectives in FILE (TOML): exit 0 if all are met, else 1.

    \b
    [[objective]]
    name = "few failures"
    report = "failure_rates"
    by = "device_type"
    since = "7d"
    require = "failure_rate < 0.02"
    missing = "ignore"        # rows without a figure; "fail" if not given
    """
    objectives = load_objectives(file)
    answers = run(_ask(objectives))
    missed = [
        (objective, table, rows_that_miss(table, objective.require, missing=objective.missing))
        for objective, table in zip(objectives, answers, strict=True)
    ]
    (_as_json if as_json else _for_people)(missed)
    sys.exit(MISSED if any(len(rows) for _, _, rows in missed) else 0)


async def _ask(objectives: list[Objective]) -> "list[pd.DataFrame]":
    """The answers to all, of one instant; each objective's options are checked before the first question."""
    from netraven_analytics.exports.secrets import answered
    from netraven_analytics.frames import in_session
    from netraven_analytics.reports import find_report
    from netraven_db.db.base import utcnow

    now = utcnow()
    asked = [(find_report(o.report), {"as_of": now, **o.options}) for o in objectives]
    for report, options in asked:
        report.statement(**{**options, "as_of": now})  # raises before the first question is asked

    async def ask(session: "AsyncSession") -> "list[pd.DataFrame]":
        return [await answered(report, session, options) for report, options in asked]

    return await in_session(None, ask)


def _for_people(missed: "list[tuple[Objective, pd.DataFrame, pd.DataFrame]]") -> None:
    from netraven_analytics.facts.run_history import NO_RUN_HISTORY

    for objective, table, rows in missed:
        all_rows = counted(len(table), "row")
        verdict = f"MISSED by {len(rows)} of {all_rows}" if len(rows) else f"met by {all_rows}"
        say(f"{objective.name}: {verdict} ({objective.report}: {objective.require})")
        if len(rows):
            print_table(rows)
    if any(NO_RUN_HISTORY in table.attrs["netraven"]["notes"] for _, table, _ in missed):
        say(f"Note: {NO_RUN_HISTORY}")


def _as_json(missed: "list[tuple[Objective, pd.DataFrame, pd.DataFrame]]") -> None:
    from netraven_analytics.cells import records

    found: list[dict[str, Any]] = [
        {
            "name": objective.name,
            "report": objective.report,
            "require": objective.require,
            "met": not len(rows),
            "rows": len(table),
            "missed": records(rows),
        }
        for objective, table, rows in missed
    ]
    print_json(found)
