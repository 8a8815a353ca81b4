"""What hangs."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Float, Select, Subquery, cast, func, or_, select

from netraven_analytics.facts.constructs import percentile, seconds
from netraven_analytics.facts.dimensions import DEVICE_DIMENSIONS, parse_dimensions
from netraven_analytics.facts.running import IS_RUNNING
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.windows import Span, look_back, resolve_span
from netraven_analytics.options import EventOptions
from netraven_analytics.report import report

if TYPE_CHECKING:
    import pandas as pd

_DEVICE = parse_dimensions(["device", "device_type"], DEVICE_DIMENSIONS)
_LOOK_BACK = timedelta(days=90)  # for what is usual


def _leave_out_unmeasured(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    """Without runs of which nobody knows since when they run; they are counted."""
    known = table["running_for"].notna()
    stuck = table[known].reset_index(drop=True)
    totals = {"stuck": len(stuck), "devices": int(stuck["device_id"].nunique())}
    stuck.attrs = {"running_without_start": int((~known).sum()), "totals": totals}
    return stuck


@report(fact=runs, since="all", finish=_leave_out_unmeasured)
def stuck_jobs(
    scope: Scope, *, limit: Span = timedelta(hours=24), **options: Unpack[EventOptions]
) -> Select[Any]:
    """Which runs hang?

    Runs that at ``as_of`` have been running for longer than ``limit``, the longest first. Beside each stands
    how long runs of its device type usually take at most: the p99 of the durations of all its runs in the 90
    days before ``as_of``; that is missing where there are none. ``since`` and ``until`` choose by when a run
    started. As a run may have started long ago, ``since`` is 'all' unless told otherwise; running runs are
    found by index, however old. A running run without a recorded start is left out and counted.

    Columns:
        run_id: the run.
        device_id, hostname, device_type: its device, as it is today.
        scheduled_at, started_at: when it was due, and when it started.
        running_for: the time from its start to ``as_of``.
        usual_p99: the duration that 99 % of the runs of the device type do not exceed.
        times_usual: running_for / usual_p99, a number.

    Args:
        limit: how long a run may go on before it counts as stuck, such as '24h' or '90min'.

    Example:
        ``await stuck_jobs(limit="2h", tag="location:berlin")``
    """
    run = replace(scope, by=_DEVICE, where=(*scope.where, IS_RUNNING)).rows()
    usual = _usual(scope)
    at_most = func.nullif(seconds(usual.c.usual_p99), 0)
    return (
        select(
            run.c.run_id,
            run.c.device_id,
            run.c.hostname,
            run.c.device_type,
            run.c.scheduled_at,
            run.c.started_at,
            run.c.running_for,
            usual.c.usual_p99,
            (seconds(run.c.running_for) / cast(at_most, Float)).label("times_usual"),
        )
        .outerjoin_from(run, usual, usual.c.device_type == run.c.device_type)
        .where(or_(run.c.running_for > resolve_span(limit, "limit"), run.c.started_at.is_(None)))
        .order_by(run.c.running_for.desc(), run.c.run_id)
    )


def _usual(scope: Scope) -> Subquery:
    """The p99 of each device type's durations; the question's filters are about what hangs."""
    as_of = scope.window.as_of
    run = Scope(
        fact=runs,
        window=replace(scope.window, since=look_back(as_of, _LOOK_BACK), until=as_of),
        by=_DEVICE[1:],
    ).rows()
    p99 = percentile(0.99, run.c.duration).label("usual_p99")
    return select(run.c.device_type, p99).group_by(run.c.device_type).subquery("usual")
