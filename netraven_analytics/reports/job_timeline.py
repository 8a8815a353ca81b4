"""What ran when, and how much at once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.cells import plain
from netraven_analytics.concurrency import Sweep
from netraven_analytics.facts.buckets import bucket_start, buckets, whole
from netraven_analytics.facts.dimensions import BUCKETS, parse_dimensions
from netraven_analytics.facts.fact import AS_OF
from netraven_analytics.facts.runs import not_over_at, runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.statistics import count
from netraven_analytics.facts.windows import Span, Window, look_back, of_calendar, resolve_span
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_DEVICE = parse_dimensions("device", ["device"])
_INSTANT = "datetime64[us, UTC]"
_SHOWN = ("run_id", "device_id", "hostname", "outcome")


def _sweep(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    """The runs of the window with how many ran at each one's start, or the calendar's buckets."""
    since = scope.window.since
    before = (table["run_at"] < since) if since else table["run_at"].isna()
    placed = table["finished_at"] >= table["started_at"]
    sweep = Sweep(_micros(table["started_at"][placed]), _micros(table["finished_at"][placed]))
    window = _seen(scope.window, table["started_at"][placed].min())
    if scope.by:
        made = _by_bucket(table, sweep, window, scope)
    else:
        made = table[placed].assign(concurrent=sweep.at_starts())
        made = made[~before[placed]].drop(columns="run_at").reset_index(drop=True)
        made["concurrent"] = made["concurrent"].astype("Int64")
    missing = table[~before & ~placed]
    unstarted, endless = missing["started_at"].isna(), missing["finished_at"].isna()
    made.attrs = {
        "not_started": int(unstarted.sum()),
        "without_end": int((endless & ~unstarted).sum()),
        "ended_before_start": int((~endless & ~unstarted).sum()),
        "totals": _totals(sweep, window, int((placed & ~before).sum())),
        "notes": table.attrs.get("notes", []),
    }
    return made


def _seen(window: Window, oldest: Any) -> Window:
    """The part of the window in which anything can be seen: from the oldest run, and not after as_of."""
    since = window.since
    if since is None and oldest == oldest:  # and not NaT
        since = of_calendar(oldest)
    return replace(window, since=since, until=min(window.until, window.as_of))


def _totals(sweep: Sweep, window: Window, count: int) -> dict[str, Any]:
    import pandas as pd

    peak, peak_at, mean = 0, None, None
    if window.since and window.since < window.until:
        edges = _instants([window.since, window.until])
        (peak,), (first,) = (part.tolist() for part in sweep.peaks(edges))
        mean = float(sweep.means(edges)[0])
        peak_at = window.local(pd.Timestamp(first, unit="us", tz="UTC")) if peak else None
    return {"runs": count, "peak_running": peak, "peak_at": plain(peak_at), "mean_running": mean}


def _by_bucket(table: "pd.DataFrame", sweep: Sweep, window: Window, scope: Scope) -> "pd.DataFrame":
    """A row for each bucket in which anything ran, or for each one of the window with ``fill``."""
    import pandas as pd

    (dimension,) = scope.by
    known = list(buckets(dimension.name, window)) if window.since and window.since < window.until else []
    limits = [max(bucket_start(b, window.tz), window.since or window.until) for b in known]
    edges = _instants([*limits, window.until])
    peaks, first = sweep.peaks(edges)
    begun = pd.Series(sweep.starts).groupby(edges.searchsorted(sweep.starts, side="right") - 1).size()
    made = pd.DataFrame(
        {
            dimension.name: pd.Series(known, dtype=table[dimension.name].dtype),
            "complete": pd.Series(whole(known, dimension.name, scope.window), dtype="boolean"),
            "runs": begun.reindex(range(len(known)), fill_value=0).astype("Int64"),
            "peak_running": pd.Series(peaks, dtype="Int64"),
            "peak_at": pd.Series(pd.to_datetime(first, unit="us", utc=True)).astype(_INSTANT),
            "mean_running": pd.Series(sweep.means(edges), dtype="float64"),
        }
    )
    silent = made["peak_running"] == 0
    made.loc[silent, "peak_at"] = pd.NaT
    return made if scope.fill else made[~silent].reset_index(drop=True)


def _micros(column: "pd.Series") -> Any:
    return column.dt.tz_localize(None).astype("int64").to_numpy()


def _instants(moments: list[datetime]) -> Any:
    import pandas as pd

    return _micros(pd.Series(moments, dtype=_INSTANT))


def older(scope: Scope, reach: Span) -> Select[Any]:
    """How many runs that reach into the window began before ``reach``, and when the first of them did."""
    since = scope.window.since or scope.window.until
    asked = scope.reading(not_over_at(since))
    run = asked.fact.c
    return (
        select(count(run.run_id).label("runs"), func.min(run.started_at).label("oldest"))
        .where(run.started_at < _reached(since, reach), _finished(run) > since, *asked.conditions())
        .params(as_of=scope.window.as_of)
    )


def _finished(run: Any) -> ColumnElement[Any]:
    return case((run.running, AS_OF), else_=run.finished_at)


def _reached(since: datetime, reach: Span) -> datetime:
    return look_back(since, resolve_span(reach, "reach"))


async def _tell_of_older(
    table: "pd.DataFrame", scope: Scope, db: AsyncSession, *, reach: Span
) -> "pd.DataFrame":
    """Runs that hang began long ago: that they are not counted is said, and how to count them."""
    since = scope.window.since
    if since is None:
        return table
    (found,) = (await frames.frame(older(scope, reach), db)).itertuples()
    if found.runs:
        days = (since - of_calendar(found.oldest)).days + 1
        what = "run goes" if found.runs == 1 else "runs go"
        sought = scope.window.local(_reached(since, reach)).isoformat()
        table.attrs["notes"] = [
            f"{found.runs:,} more {what} on in the window, begun before {sought} and so not counted: "
            f"reach='{days}d' does."
        ]
    return table


@report(fact=runs, dimensions=BUCKETS, worst="peak_running", follow_up=_tell_of_older, finish=_sweep)
def job_timeline(
    scope: Scope, *, reach: Span = timedelta(hours=24), **options: Unpack[GroupOptions]
) -> Select[Any]:
    """What ran when, and how much at once?

    Without ``by`` there is a row for each run that started in the window, the newest first: what a Gantt
    picture is drawn from. With a calendar bucket as ``by`` there is a row for each one in which anything ran.
    A run goes on from its start to its end, or to ``as_of`` while it is running; at its end it does not run
    any more. Runs that started before the window and reach into it run along: they are looked for up to
    ``reach`` before it, and a note tells how many began earlier. With filters, only the runs that pass count.
    Runs without a start, without an end, or with one before their start have no place here; they are left out
    and counted. The totals hold the peak of the whole window, when it first was, and the mean.

    Columns:
        run_id, device_id, hostname, outcome: the run and its device, as it is today.
        started_at, finished_at: when it went on; a running one has gone on until ``as_of``.
        concurrent: how many ran at its start, itself included.

    Columns with ``by``:
        runs: how many started in the bucket.
        peak_running, peak_at: how many ran at most at once, and when first.
        mean_running: how many ran on average over the bucket's time.

    Args:
        reach: how long before the window a run may have started to run along, such as '24h' or '7d'.

    Example:
        ``await job_timeline(by="hour", since="7d", fill=True)``
    """
    if len(scope.by) > 1:
        raise ParameterError(f"by: job_timeline takes one calendar bucket, one of {', '.join(BUCKETS)}.")
    resolve_span(reach, "reach")  # refuses what it cannot be
    since = scope.window.since
    wider = replace(scope.window, since=_reached(since, reach) if since else None)
    run = replace(scope, window=wider, by=scope.by or _DEVICE, fill=False).rows()
    finished = _finished(run.c)
    shown = [run.c[scope.by[0].name]] if scope.by else [run.c[name] for name in _SHOWN]
    reaching = [or_(run.c.run_at >= since, finished > since)] if since else []
    return (
        select(*shown, run.c.started_at, finished.label("finished_at"), run.c.run_at)
        .where(*reaching)
        .order_by(*([] if scope.by else [run.c.started_at.desc(), run.c.run_id.desc()]))
    )
