"""How long runs take."""

from typing import Any, Unpack

from sqlalchemy import ColumnElement, Interval, Select, func

from netraven_analytics.facts.constructs import percentile, seconds
from netraven_analytics.facts.dimensions import RUN_DIMENSIONS
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.statistics import count
from netraven_analytics.kaplan_meier import with_running
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report

_PERCENTILES = {"duration_p50": 0.5, "duration_p90": 0.9, "duration_p95": 0.95, "duration_p99": 0.99}


@report(
    fact=runs,
    dimensions=RUN_DIMENSIONS,
    worst="duration_p95",
    finish=lambda table, scope: with_running(table, _PERCENTILES, worst="duration_p95"),
    bundle={"by": "device"},
)
def job_durations(
    scope: Scope, *, include_running: bool = False, **options: Unpack[GroupOptions]
) -> Select[Any]:
    """How long do runs take?

    The duration of a run is the time from its start to its end, of runs that succeeded or failed.
    Percentiles interpolate linearly. A negative or missing duration is in no statistic and counted as
    ``invalid``. With ``include_running`` the percentiles are those of the Kaplan-Meier estimate, in which a
    run that is still going counts as one that takes at least as long as it has taken. A percentile that is
    never reached, since so many are still going, lies beyond all that was observed: it is missing, and its
    group comes before those whose p95 is known. Groups in which nothing ran come last.

    Columns:
        runs: runs of any outcome whose time lies in the window.
        running: those still running at ``as_of``.
        invalid: terminal runs with a negative or missing duration.
        duration_mean, duration_p50, duration_p90, duration_p95, duration_p99, duration_max: durations;
            missing where there is nothing to measure, and percentiles also where they are never reached.

    Args:
        include_running: bring runs that are still going into the percentiles.

    Example:
        ``await job_durations(by=["device_type", "week"], since="90d", tz="Europe/Berlin")``
    """
    run = scope.rows()
    duration = run.c.duration
    measures: list[ColumnElement[Any]] = [
        count(run.c.run_id).label("runs"),
        count(run.c.run_id, run.c.running).label("running"),
        count(run.c.run_id, run.c.invalid).label("invalid"),
        func.avg(duration, type_=Interval()).label("duration_mean"),
        *(percentile(fraction, duration).label(name) for name, fraction in _PERCENTILES.items()),
        func.max(duration).label("duration_max"),
    ]
    if include_running:
        for name, lasted in {"finished": duration, "censored": run.c.running_for}.items():
            measures.append(func.array_agg(seconds(lasted)).filter(lasted.is_not(None)).label(name))
    return scope.group(run, *measures)
