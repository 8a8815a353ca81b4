"""How late runs start."""

from datetime import timedelta
from typing import Any, Unpack

from sqlalchemy import Interval, Select, and_, case, func

from netraven_analytics.facts.constructs import elapsed, percentile
from netraven_analytics.facts.dimensions import RUN_DIMENSIONS
from netraven_analytics.facts.fact import AS_OF
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.statistics import count, rate, wilson
from netraven_analytics.facts.windows import Span, resolve_span
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report

_PERCENTILES = {"delay_p50": 0.5, "delay_p95": 0.95, "delay_p99": 0.99}


@report(fact=runs, dimensions=RUN_DIMENSIONS, worst="delay_p95", bundle={"by": "hour_of_day"})
def queue_delays(
    scope: Scope, *, late_after: Span = timedelta(minutes=5), **options: Unpack[GroupOptions]
) -> Select[Any]:
    """How late do runs start?

    The queue delay of a run is the time from its schedule to its start. Percentiles interpolate linearly.
    Runs without a schedule were started by hand: they have no delay and are counted as ``manual``. A start
    before the schedule is no delay either and counted as ``early``, never clipped to 0. The late share is
    late / started, between the bounds of its Wilson 95 % interval; where nothing has started it is missing,
    not 0. Look at ``waiting`` and ``overdue`` then, since a dead worker starts nothing and so delays nothing.

    Columns:
        runs: runs of any outcome whose time lies in the window.
        started: those that started at their schedule or after it; delays are of these.
        delay_mean, delay_p50, delay_p95, delay_p99, delay_max: queue delays; missing where nothing started.
        late: started runs whose delay is longer than ``late_after``.
        late_share, late_low, late_high: a share of ``started`` between 0 and 1, and its 95 % interval.
        waiting: pending runs whose schedule has come and that have not started at ``as_of``.
        overdue: those of them that have waited for longer than ``late_after``.
        unstarted: scheduled runs that ended, or run, without a recorded start.
        early: runs that started before their schedule.
        manual: runs without a schedule.

    Args:
        late_after: how long after its schedule a run may start before it counts as late, such as '5min'.

    Example:
        ``await queue_delays(by=["tag:location", "day"], since="7d", late_after="10min")``
    """
    run = scope.rows()
    key, scheduled, begun = run.c.run_id, run.c.scheduled_at, run.c.started_at
    limit = resolve_span(late_after, "late_after")
    delay = case((begun >= scheduled, elapsed(scheduled, begun)))
    started, late = count(key, begun >= scheduled), count(key, delay > limit)
    low, high = wilson(late, started)
    pending, unstarted = run.c.pending, and_(scheduled.is_not(None), begun.is_(None))
    waiting = and_(pending, unstarted, scheduled <= AS_OF)
    return scope.group(
        run,
        count(key).label("runs"),
        started.label("started"),
        func.avg(delay, type_=Interval()).label("delay_mean"),
        *(percentile(fraction, delay).label(name) for name, fraction in _PERCENTILES.items()),
        func.max(delay).label("delay_max"),
        late.label("late"),
        rate(late, started).label("late_share"),
        low.label("late_low"),
        high.label("late_high"),
        count(key, waiting).label("waiting"),
        count(key, and_(waiting, elapsed(scheduled, AS_OF) > limit)).label("overdue"),
        count(key, and_(unstarted, ~pending)).label("unstarted"),
        count(key, begun < scheduled).label("early"),
        count(key, scheduled.is_(None)).label("manual"),
    )
