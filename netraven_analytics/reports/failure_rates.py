"""What fails."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Float, FromClause, Select, and_, cast, func, null, select, true

from netraven_analytics.facts.before import newcombe, period_before
from netraven_analytics.facts.dimensions import DEVICE_DIMENSIONS, TIME_DIMENSIONS
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.statistics import count, rate, wilson
from netraven_analytics.facts.windows import Span, resolve_span
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report


@report(
    fact=runs,
    dimensions=(*DEVICE_DIMENSIONS, *TIME_DIMENSIONS),
    worst="rate_low",
    bundle={"by": "device"},
)
def failure_rates(
    scope: Scope, *, stuck_after: Span = timedelta(hours=24), **options: Unpack[GroupOptions]
) -> Select[Any]:
    """What fails, and how sure is that?

    The failure rate is failed / terminal runs, between the bounds of its Wilson 95 % interval; groups come
    worst first by the lower bound, so that one failure in one run does not lead. Pending and running runs are
    in neither number. No terminal run gives a missing rate, not 0: look at ``running``, ``stuck`` and
    ``devices_without_run`` then, since a dead worker yields no failures.

    Beside it stands the change against the period of the same length before the window, of the same group as
    it is today. Where the interval of the change holds 0, there may be none. It is missing where either
    period has no terminal run, where the window has no beginning, and where ``by`` has a time, since a bucket
    has no period before it.

    Columns:
        runs: runs of any outcome whose time lies in the window.
        terminal, failed: runs that succeeded or failed, and those that failed.
        failure_rate, rate_low, rate_high: a share between 0 and 1, and its 95 % interval.
        running: runs still going at ``as_of``.
        stuck: those of them going for longer than ``stuck_after``.
        pending, other: runs not started, and runs whose status is unknown.
        devices_without_run: devices of the group, as it is today, with no run in the window; missing where
            the database has no run at all.
        failure_rate_before: the failure rate of the period before.
        rate_change, change_low, change_high: the difference of the two rates, above 0 where it got worse, and
            its 95 % interval (Newcombe's hybrid score method).

    Args:
        stuck_after: how long a run may go on before it counts as stuck, such as '24h' or '90min'.

    Example:
        ``await failure_rates(by="tag:location", since="7d")``
    """
    run = scope.rows()
    key = run.c.run_id
    terminal, running, pending = (count(key, run.c[name]) for name in ("terminal", "running", "pending"))
    limit = resolve_span(stuck_after, "stuck_after")
    counted = scope.group_with_devices(
        run,
        count(key).label("runs"),
        terminal.label("terminal"),
        count(key, run.c.failed).label("failed"),
        running.label("running"),
        # The flag first: it spares all other runs the subtraction.
        count(key, run.c.running & (run.c.running_for > limit)).label("stuck"),
        pending.label("pending"),
        (count(key) - terminal - running - pending).label("other"),
        silent="devices_without_run",
    )
    return _with_change(scope, _rated(counted.subquery("counted")).subquery("now"))


def _with_change(scope: Scope, now: FromClause) -> Select[Any]:
    """The groups, each beside its rate in the period before."""
    period = period_before(scope.window)
    if period is None or any(dimension.is_time for dimension in scope.by):
        names = ("failure_rate_before", "rate_change", "change_low", "change_high")
        return select(*now.c, *(cast(null(), Float).label(name) for name in names))
    earlier = replace(scope, window=period)
    run = earlier.rows()
    counts = [count(run.c.run_id, run.c[name]).label(name) for name in ("terminal", "failed")]
    before = _rated(earlier.group(run, *counts).subquery("counted_before")).subquery("before")
    low, high = newcombe(_interval(now), _interval(before))
    keys = [name for dimension in scope.by for name in dimension.columns if name != "hostname"]
    same = and_(true(), *(_key(now, name) == _key(before, name) for name in keys))
    return select(
        *now.c,
        before.c.failure_rate.label("failure_rate_before"),
        (now.c.failure_rate - before.c.failure_rate).label("rate_change"),
        low.label("change_low"),
        high.label("change_high"),
    ).select_from(now.outerjoin(before, same))


def _rated(counted: FromClause) -> Select[Any]:
    """The counts with their rates beside ``failed``."""
    terminal, failed = counted.c.terminal, counted.c.failed
    low, high = wilson(failed, terminal)
    rates = (rate(failed, terminal).label("failure_rate"), low.label("rate_low"), high.label("rate_high"))
    return select(*(part for c in counted.c for part in ((c, *rates) if c.name == "failed" else (c,))))


def _interval(rows: FromClause) -> tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
    return rows.c.failure_rate, rows.c.rate_low, rows.c.rate_high


def _key(rows: FromClause, name: str) -> ColumnElement[Any]:
    """Only the id of deleted devices is NULL, and equals itself here."""
    return func.coalesce(rows.c[name], 0) if name == "device_id" else rows.c[name]
