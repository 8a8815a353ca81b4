"""How runs went before and after a change, beside those of devices that did not change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Float, Integer, Interval, Select, String, column, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.beside import Changes, compared, figures, micros
from netraven_analytics.configs.changes import DESCRIPTION
from netraven_analytics.configs.finding import find_changes
from netraven_analytics.configs.noise import rules_version
from netraven_analytics.configs.reading import seen
from netraven_analytics.facts.changed import candidates
from netraven_analytics.facts.constructs import seconds
from netraven_analytics.facts.filters import ALL_DEVICES, Names
from netraven_analytics.facts.observed import observed
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import digests
from netraven_analytics.facts.windows import Span, Window, of_calendar, resolve_span
from netraven_analytics.options import EventOptions
from netraven_analytics.peers import members, pairs, tag_types
from netraven_analytics.report import report
from netraven_analytics.timeline import Timeline
from netraven_db.db.base import UTCDateTime

if TYPE_CHECKING:
    import pandas as pd

    from netraven_analytics.beside import Ints

_NO_RUNS = "There are no runs around these changes, so that nothing can be said of how they went."


def _bounded(name: str) -> list[Any]:
    return [column(each, Float) for each in (name, f"{name}_low", f"{name}_high")]


_OUTPUT: Sequence[Any] = (
    column("device_id", Integer),
    column("hostname", String),
    column("device_type", String),
    column("from_id", Integer),
    column("to_id", Integer),
    column("previous_at", UTCDateTime),
    column("found_at", UTCDateTime),
    column("other_changes", Integer),
    column("terminal_before", Integer),
    column("failed_before", Integer),
    *_bounded("failure_rate_before"),
    column("terminal_after", Integer),
    column("failed_after", Integer),
    *_bounded("failure_rate_after"),
    *_bounded("rate_change"),
    column("peers", Integer),
    column("peers_terminal_before", Integer),
    column("peers_rate_before", Float),
    column("peers_terminal_after", Integer),
    column("peers_rate_after", Float),
    *_bounded("peers_rate_change"),
    *_bounded("rate_beside_peers"),
    column("duration_before", Interval),
    column("duration_after", Interval),
    *_bounded("duration_ratio"),
    *_bounded("peers_duration_ratio"),
    *_bounded("ratio_beside_peers"),
)


async def _beside_peers(
    table: "pd.DataFrame", scope: Scope, db: AsyncSession, *, span: Span, apart: Span, peers: Names
) -> "pd.DataFrame":
    import numpy as np

    length, limit = resolve_span(span, "span"), resolve_span(apart, "apart")
    every = await find_changes(table, _wider(scope, length, limit), db, reverted=False)
    asked = every[every["asked"] & _inside(every["found_at"], scope.window)]
    placed = asked["found_at"] - asked["previous_at"] <= limit
    made = asked[placed].reset_index(drop=True)
    changes, all_changes = Changes.of(made, length), Changes.of(every, length)
    case, peer = pairs(changes.device, await members(ALL_DEVICES, db), peers)
    start, end = changes.start[case], changes.end[case]
    since = await frames.frame(seen(observed(replace(scope, filters=ALL_DEVICES)), scope), db)
    watched = since.set_index("device_id")["observed_since"].reindex(peer)
    calm = (all_changes.within(peer, start, end) == 0) & (micros(watched) <= changes.previous[case])
    case, peer = case[calm], peer[calm]
    ran = await _runs(made, np.union1d(changes.device, peer), length, scope, db)
    line = Timeline(ran["device_id"].to_numpy("int64"), micros(ran["run_at"]), figures(ran))
    made["other_changes"] = all_changes.within(changes.device, changes.start, changes.end) - 1
    made["peers"] = np.bincount(case, minlength=len(made))
    own = changes.runs(line, np.arange(len(made)), changes.device)
    made = made.assign(**compared(*own, *changes.runs(line, case, peer)))
    made.attrs = {
        "snapshots_too_far_apart": int((~placed).sum()),
        "notes": [_NO_RUNS] if len(made) and not len(ran) else [],
        "totals": {"changes": len(made), "with_peers": int((made["peers"] > 0).sum())},
    }
    return made


def _wider(scope: Scope, span: timedelta, apart: timedelta) -> Scope:
    """All devices, from as long before the window as peers must not have changed, to as long after it."""
    window = scope.window
    since = window.since and _moved(window.since, -(span + apart))
    wide = replace(window, since=since, until=_moved(window.until, span + apart) or window.until)
    return replace(scope, window=wide, filters=ALL_DEVICES)


def _moved(instant: datetime, by: timedelta) -> datetime | None:
    try:
        return instant + by
    except OverflowError:  # it would be before the year 1 or after 9999
        return None


def _inside(instants: "pd.Series", window: Window) -> "pd.Series":
    before_end = instants < window.until
    return before_end if window.since is None else before_end & (instants >= window.since)


async def _runs(
    changes: "pd.DataFrame", devices: "Ints", span: timedelta, scope: Scope, db: AsyncSession
) -> "pd.DataFrame":
    """The terminal runs of these devices around the changes."""
    first, last = changes["previous_at"].min(), changes["found_at"].max()
    window = scope.window
    if len(changes):
        until = _moved(of_calendar(last), span) or window.until
        window = replace(window, since=_moved(of_calendar(first), -span), until=until)
    run = replace(scope, fact=runs, window=window, filters=ALL_DEVICES, where=()).rows()
    chosen = select(run.c.device_id, run.c.run_at, run.c.failed, seconds(run.c.duration).label("seconds"))
    some = run.c.device_id.in_([int(each) for each in devices])
    return await frames.frame(seen(chosen.where(run.c.terminal, some), scope), db)


def _surest_first(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    import pandas as pd

    for name in ("before", "after"):
        table[f"duration_{name}"] = pd.to_timedelta(table[f"seconds_{name}"], unit="s")
    order = ["rate_beside_peers_low", "rate_change_low", "found_at", "to_id"]
    return table.sort_values(order, ascending=False, na_position="last", ignore_index=True)


@report(fact=digests, follow_up=_beside_peers, finish=_surest_first, output=_OUTPUT)
def after_change(
    scope: Scope,
    *,
    span: Span = timedelta(days=7),
    apart: Span = timedelta(days=14),
    peers: Names = None,
    **options: Unpack[EventOptions],
) -> Select[Any]:
    """How did runs go before and after each change, beside devices that did not change?

    A row is a change of the window, as in ``config_changes``. Before are the runs of the ``span`` up to its
    ``previous_at``, after those of the ``span`` from its ``found_at``; when between these two it came nobody
    knows, and runs between them count on neither side. Beside it stand its peers over exactly the same time,
    taken together: devices of the same type and with the same tags that were under observation and of which
    no change was found that can have come in all that time. A filter chooses the changes that are shown, not
    the peers.

    This shows what coincides, not why. Whatever else happened at that time counts too; what happened to the
    peers as well is what ``_beside_peers`` takes away. Runs are taken as independent, which runs of an outage
    are not. And of a hundred changes with nothing to them, some five have an interval without 0 (or, of a
    ratio, without 1). Those come first of which it is surest that their failure rate rose, beside that of the
    peers.

    Sources: rates have Wilson's interval, their changes Newcombe's hybrid score interval (1998), and the
    difference of two changes the same rule (G. Y. Zou and A. Donner, Statistics in Medicine 27, 2008, 1693 to
    1702); ratios of durations have Welch's interval (Biometrika 34, 1947) over their logarithms. All are at
    95 %. Figures are missing where there are no runs, or fewer than two durations.

    Columns:
        device_id, hostname, device_type: the device.
        from_id, to_id, previous_at, found_at: the snapshots before and after, and when these were taken.
        other_changes: other changes of the device that may have come in all that time.
        terminal_before, failed_before, terminal_after, failed_after: its runs that ended, and that failed.
        failure_rate_before, failure_rate_before_low, failure_rate_before_high: a share between 0 and 1, and
            its interval.
        failure_rate_after, failure_rate_after_low, failure_rate_after_high: the same after the change.
        rate_change, rate_change_low, rate_change_high: the rate after minus the rate before.
        peers: how many peers it has; of more than 200 some 200 are taken, spread over their ids.
        peers_terminal_before, peers_rate_before, peers_terminal_after, peers_rate_after: their runs.
        peers_rate_change, peers_rate_change_low, peers_rate_change_high: the rate_change of the peers.
        rate_beside_peers, rate_beside_peers_low, rate_beside_peers_high: rate_change minus peers_rate_change.
        duration_before, duration_after: the geometric mean of the durations of its succeeded runs.
        duration_ratio, duration_ratio_low, duration_ratio_high: duration_after / duration_before.
        peers_duration_ratio, peers_duration_ratio_low, peers_duration_ratio_high: the same of the peers.
        ratio_beside_peers, ratio_beside_peers_low, ratio_beside_peers_high: duration_ratio /
            peers_duration_ratio.

    Args:
        span: how long before and after a change runs count, such as '7d' or '48h'.
        apart: how far apart its snapshots may be; changes of which less is known are left out and counted.
        peers: what peers have in common besides their type, such as 'tag:role', one or several; 'device_type'
            for the type alone, all tags if not given.

    Example:
        ``await after_change(since="30d", peers="tag:location")``
    """
    length, limit = resolve_span(span, "span"), resolve_span(apart, "apart")
    tag_types(peers)  # refuses what it cannot be
    wide = candidates(_wider(scope, length, limit), rules_version, DESCRIPTION)
    asked = wide.selected_columns.device_id.in_(scope.filters.ids())
    return wide.add_columns(asked.label("asked"))
