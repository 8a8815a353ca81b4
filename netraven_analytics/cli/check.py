"""``check``: hold reports against objectives, so that a CI job fails with the reason in it."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netraven_analytics.cli.console import print_json, print_table, run, say
from netraven_analytics.objectives import KEYS, Objective, Verdict, judged, load_objectives
from netraven_analytics.requirement import read_requirement
from netraven_analytics.text import nearest
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy.ext.asyncio import AsyncSession

    from netraven_analytics.report import Report

    Judged = tuple[Objective, pd.DataFrame, Verdict]

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
    missing = "ignore"        # rows without a figure, or no rows; "fail" if not given
    """
    objectives = load_objectives(file)
    answers = run(_ask(objectives))
    verdicts = [
        (objective, table, judged(table, objective.require, missing=objective.missing))
        for objective, table in zip(objectives, answers, strict=True)
    ]
    (_as_json if as_json else _for_people)(verdicts)
    sys.exit(0 if all(verdict.met for _, _, verdict in verdicts) else MISSED)


async def _ask(objectives: list[Objective]) -> "list[pd.DataFrame]":
    """The answers to all, of one instant; every objective is checked before the first question."""
    from netraven_analytics.exports.secrets import answered
    from netraven_analytics.frames import in_session
    from netraven_db.db.base import utcnow

    now = utcnow()
    asked = [_question(objective, now) for objective in objectives]

    async def ask(session: "AsyncSession") -> "list[pd.DataFrame]":
        return [await answered(report, session, options) for report, options in asked]

    return await in_session(None, ask)


def _question(objective: Objective, now: datetime) -> "tuple[Report[Any], dict[str, Any]]":
    """The report and its options; a mistake in these, or in what is required of its columns, is told."""
    from netraven_analytics.reports import find_report

    options = {"as_of": now, **objective.options}
    try:
        report = find_report(objective.report)
        _refuse_unknown(report, objective.options)
        read_requirement(objective.require, report.empty(**options))
    except ParameterError as error:
        raise ParameterError(f"{objective.name}: {error}") from None
    return report, options


def _refuse_unknown(report: "Report[Any]", options: Iterable[str]) -> None:
    """Options that there are not, and those that only Python can express."""
    shared = [name for name, option in report.shared.items() if option.shell]
    known = [*shared, *(parameter.name for parameter in report.own)]
    for name in options:
        if name not in known:
            raise ParameterError(
                f"{report.name} takes no option {name!r} in a file{nearest(name, known)}: it takes "
                f"{', '.join(known)}, beside {', '.join(KEYS)}."
            )


def _for_people(verdicts: "list[Judged]") -> None:
    for objective, _, verdict in verdicts:
        word = "met" if verdict.met else "MISSED"
        say(f"{objective.name}: {word} {verdict.said} ({objective.report}: {objective.require})")
        for note in verdict.notes:
            say(f"  Note: {note}")
        if len(verdict.missed):
            print_table(verdict.missed)


def _as_json(verdicts: "list[Judged]") -> None:
    from netraven_analytics.cells import records

    found: list[dict[str, Any]] = [
        {
            "name": objective.name,
            "report": objective.report,
            "require": objective.require,
            "met": verdict.met,
            "said": verdict.said,
            "rows": len(table),
            "missed": records(verdict.missed),
            "notes": list(verdict.notes),
        }
        for objective, table, verdict in verdicts
    ]
    print_json(found)
