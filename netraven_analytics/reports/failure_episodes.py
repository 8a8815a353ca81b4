"""How long outages last."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Interval,
    Label,
    Select,
    Subquery,
    case,
    cast,
    func,
    select,
    true,
)

from netraven_analytics.answers import totals_of
from netraven_analytics.facts.constructs import elapsed
from netraven_analytics.facts.dimensions import DEVICE_DIMENSIONS, device_rows
from netraven_analytics.facts.episodes import Episodes
from netraven_analytics.facts.fact import AS_OF, Fact
from netraven_analytics.facts.filters import ALL_DEVICES
from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.statistics import count
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report

if TYPE_CHECKING:
    import pandas as pd

_LEFT_OUT = "failures_of_deleted_devices"
_TOTAL = "total_"  # begins the names of columns that say the same in every row: what holds over all devices


def _with_totals(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    """Episodes or groups, without the row that stands for none and the columns of totals."""
    first = table.head(1)
    if not scope.by:
        table = table[table["first_run_id"].notna()].reset_index(drop=True)
    hidden = [name for name in table.columns if name.startswith(_TOTAL)]
    made = table.drop(columns=[*hidden, _LEFT_OUT], errors="ignore")
    names = {name: name.removeprefix(_TOTAL) for name in hidden}
    totals = totals_of(first[hidden].rename(columns=names)) if len(first) else {}
    gone = int(first[_LEFT_OUT].iloc[0]) if len(first) else 0
    made.attrs = {"totals": totals, _LEFT_OUT: gone}
    return made


@report(fact=runs, dimensions=DEVICE_DIMENSIONS, worst="episodes", finish=_with_totals)
def failure_episodes(scope: Scope, **options: Unpack[GroupOptions]) -> Select[Any]:
    """How long do outages last?

    A failure episode lasts from a device's first failure after a success, or its first known run, until its
    next success. Only terminal runs count, in the order of their time, then their id. An episode belongs to
    the window by its start. One without a success up to ``as_of`` is open: it lasted at least as long as
    shown, and is in no mean.

    Without ``by`` each episode is a row, the newest first. With ``by`` each group of devices that have
    terminal runs in the window is one, the group with the most episodes first.

    Beyond the window the report reads, of each device and by an index: the run before the window, the runs
    from the window's end to the end of an episode that was open then, and the runs since the last success.

    Columns:
        device_id, hostname, device_type: the device, of an episode.
        first_run_id: the failure it began with.
        started_at, ended_at: the times of that failure and of the success that ended it.
        failures: failed runs in it.
        duration: from one to the other; up to ``as_of`` where it is open.
        open: whether no success had ended it by ``as_of``.

    Columns with ``by``:
        devices, runs: the group's devices that had terminal runs in the window, and these runs.
        episodes, open_episodes: episodes that began in the window, and those of them still open.
        mttr: mean time to recovery, the mean duration of the closed episodes.
        exposure: how long devices were at risk: the time in the window between each success and the
            terminal run after it. What follows a device's last run is not known, and not in it.
        mtbf: mean time between failures, the exposure divided by the episodes.
        current_streak: failures in a row up to ``as_of``; of several devices, the longest.

    Example:
        ``await failure_episodes(by="tag:location", since="90d")``
    """
    return _by_group(scope) if scope.by else _events(scope)


def _events(scope: Scope) -> Select[Any]:
    episodes = Episodes(scope)
    episode, device = episodes.rows, device_rows()
    found = episode.join(device, device.c.id == episode.c.device_id)
    totals = select(*_totals(episodes)).subquery("totals")
    # The totals are a row, with an episode beside it or not.
    return (
        select(
            episode.c.device_id,
            device.c.hostname,
            device.c.device_type,
            episode.c.first_run_id,
            episode.c.started_at,
            episode.c.ended_at,
            episode.c.failures,
            elapsed(episode.c.started_at, func.coalesce(episode.c.ended_at, AS_OF)).label("duration"),
            episode.c.ended_at.is_(None).label("open"),
            *totals.c,
        )
        .select_from(totals.outerjoin(found, true()))
        .order_by(episode.c.started_at.desc(), episode.c.first_run_id.desc())
    )


def _by_group(scope: Scope) -> Select[Any]:
    episodes = Episodes(scope)
    # The window, the filters and where= were applied to the runs.
    grouped = replace(scope, fact=_device_fact(episodes), filters=ALL_DEVICES, where=())
    device = grouped.rows()
    begun, still_open = func.sum(device.c.begun), func.sum(device.c.still_open)
    return grouped.group(
        device,
        count(device.c.device_id).label("devices"),
        _whole(func.sum(device.c.terminal)).label("runs"),
        _whole(begun).label("episodes"),
        _whole(still_open).label("open_episodes"),
        _mean(func.sum(device.c.repair), begun - still_open).label("mttr"),
        func.sum(device.c.at_risk).label("exposure"),
        _mean(func.sum(device.c.at_risk), begun).label("mtbf"),
        func.max(device.c.streak).label("current_streak"),
        *_totals(episodes),
    )


def _device_fact(episodes: Episodes) -> Fact:
    """One row a device with terminal runs in the window, and one for the runs of all deleted devices."""
    ran, failed = _ran(episodes), _failed(episodes)
    last = episodes.last_success(ran)
    known = ran.c.device_id.is_not(None)
    rows = select(
        ran,
        case((known, func.coalesce(failed.c.begun, 0))).label("begun"),
        case((known, func.coalesce(failed.c.still_open, 0))).label("still_open"),
        failed.c.repair,
        case((known, episodes.streak(ran, last))).label("streak"),
    ).select_from(ran.outerjoin(failed, failed.c.device_id == ran.c.device_id).outerjoin(last, true()))
    return Fact(rows.subquery("devices"), key="device_id", at="first_at")


def _ran(episodes: Episodes) -> Subquery:
    run = episodes.runs.c
    return (
        select(
            run.device_id,
            func.min(run.run_at).label("first_at"),
            count(run.run_id).label("terminal"),
            func.sum(run.at_risk).label("at_risk"),
        )
        .group_by(run.device_id)
        .subquery("ran")
    )


def _failed(episodes: Episodes) -> Subquery:
    episode = episodes.rows.c
    return (
        select(
            episode.device_id,
            count(episode.first_run_id).label("begun"),
            count(episode.first_run_id, episode.ended_at.is_(None)).label("still_open"),
            func.sum(elapsed(episode.started_at, episode.ended_at)).label("repair"),
        )
        .group_by(episode.device_id)
        .subquery("failed")
    )


def _totals(episodes: Episodes) -> list[Label[Any]]:
    """What holds over all devices, each counted once."""
    episode, run = episodes.rows.c, episodes.runs.c
    begun, risk = func.count(episode.first_run_id), func.sum(run.at_risk)
    measures: dict[str, Select[Any]] = {
        "total_episodes": select(begun),
        "total_open_episodes": select(count(episode.first_run_id, episode.ended_at.is_(None))),
        "total_mttr": select(func.avg(elapsed(episode.started_at, episode.ended_at))),
        "total_exposure": select(risk),
        "total_mtbf": select(_mean(risk, select(begun).scalar_subquery())),
        _LEFT_OUT: select(count(run.run_id, run.failed & run.device_id.is_(None))),
    }
    return [measure.scalar_subquery().label(name) for name, measure in measures.items()]


def _whole(number: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum of counts as a count."""
    return cast(number, Integer)


def _mean(total: ColumnElement[Any], parts: ColumnElement[int]) -> ColumnElement[Any]:
    """A length of time shared out; NULL over nothing."""
    return total.op("/", return_type=Interval())(cast(func.nullif(parts, 0), Float))
