"""A device's latest run and snapshots: looked up device by device, by index, however far back they lie."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Label, Select, func, select
from sqlalchemy.types import String

from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import snapshots
from netraven_db.db.base import UTCDateTime

TAIL = 200  # characters: enough for the last lines of a text


def last_success(scope: Scope, device_id: ColumnElement[Any]) -> FromClause:
    """``last_success_at``: when the last succeeded run of the window ended; where unknown, its time."""
    ended = func.coalesce(runs.c.finished_at, runs.c.run_at, type_=UTCDateTime())
    return _last_run(scope, device_id, ended.label("last_success_at"), runs.c.outcome == "succeeded")


def last_run(scope: Scope, device_id: ColumnElement[Any]) -> FromClause:
    """``last_run_at``: the time of the last run of the window, whatever became of it."""
    return _last_run(scope, device_id, runs.c.run_at.label("last_run_at"))


def _last_run(
    scope: Scope, device_id: ColumnElement[Any], shown: Label[Any], *such: ColumnElement[bool]
) -> FromClause:
    return (
        select(shown)
        .where(runs.c.device_id == device_id, *such, *scope.in_window(), *scope.where)
        .order_by(runs.c.run_at.desc(), runs.c.run_id.desc())
        .limit(1)
        .lateral(shown.name)
    )


def snapshot(scope: Scope, device_id: ColumnElement[Any], *, before_last: int = 0) -> FromClause:
    """The last snapshot before the window's end, or that many before it, without its text.

    ``size`` is the text's length in bytes, which the server knows without reading it, ``tail`` its last
    characters.
    """
    stored = snapshots.c
    return (
        select(
            stored.found_at,
            func.octet_length(stored.text).label("size"),
            func.substr(stored.text, func.length(stored.text) - TAIL, type_=String()).label("tail"),
        )
        .where(stored.device_id == device_id, stored.found_at < scope.window.until)
        .order_by(stored.found_at.desc(), stored.snapshot_id.desc())
        .offset(before_last)
        .limit(1)
        .lateral(f"snapshot_{before_last}")
    )


def latest_of_all(scope: Scope) -> Select[Any]:
    """The last snapshot of the window of each device, and the size in bytes of it and the one before, else 0.

    No text is read: the scope's fact is that of the digests.
    """
    facts = scope.fact
    order = {
        "partition_by": facts.c.device_id,
        "order_by": (facts.time.desc(), facts.c[facts.key].desc()),
    }
    listed = (
        select(
            facts.c.device_id,
            facts.c.snapshot_id,
            facts.c.found_at,
            facts.c.size,
            func.coalesce(func.lead(facts.c.size).over(**order), 0).label("size_before"),
            func.row_number().over(**order).label("place"),
        )
        .where(*scope.in_window(), *scope.conditions())
        .subquery("listed")
    )
    return select(*(c for c in listed.c if c.name != "place")).where(listed.c.place == 1)
