"""What an answer says about itself: its window, what was left out, totals and notes, all plain JSON."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import accessor, frames
from netraven_analytics.cells import column_name, plain
from netraven_analytics.facts.run_history import NO_RUN_HISTORY, lacks_run_history
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import snapshots
from netraven_analytics.unmatched import unmatched
from netraven_db.db.base import as_utc
from netraven_db.migrate import Standing

if TYPE_CHECKING:
    import pandas as pd

# A column for the order alone: of groups whose worst measure is missing for being larger than all known ones,
# how far it is; 0 for the others. No measure and no tag type has a blank in its column.
BEYOND = "beyond all known"


async def about(
    session: AsyncSession, scope: Scope, table: "pd.DataFrame", totals: "pd.DataFrame", *, events: bool
) -> dict[str, Any]:
    """The answer's surroundings; ``totals`` is the same report over everything at once.

    One event is no total: of events, and wherever the table brings totals of its own, only those are shown.
    """
    window = scope.window
    said = dict(table.attrs)
    notes, own = said.pop("notes", []), said.pop("totals", {} if events else None)
    if own is None:
        own = totals_of(totals) if scope.fact.key == "run_id" and len(totals) == 1 else {}
    left_out = {reason: count for reason, count in said.items() if count}
    if undated := await frames.scalar(scope.undated().params(as_of=window.as_of), session):
        left_out["undated"] = undated
    return {
        "as_of": window.as_of.astimezone(window.tz).isoformat(),
        "window": {
            "since": window.since.astimezone(window.tz).isoformat() if window.since else "all",
            "until": window.until.astimezone(window.tz).isoformat(),
        },
        "tz": window.tz.key,
        "rows": len(table),
        "left_out": left_out,
        "totals": own,
        "notes": [
            *notes,
            *_notes(scope),
            *await unmatched(session, scope),
            *(await _of_run_history(session, scope) or await _why_empty(session, scope, table, totals)),
        ],
    }


def _notes(scope: Scope) -> list[str]:
    notes = []
    if any(dimension.of_device for dimension in scope.by) or scope.filters:
        notes.append("Hostnames, device types and tags are today's.")
    if any(dimension.is_tag for dimension in scope.by):
        notes.append("A device with several tags of a type counts in each; the totals count every run once.")
    return notes


def of_digests(standing: Standing) -> list[str]:
    """What whoever asks for changes should know, where finding them means reading texts."""
    if standing.digests == "unfinished":
        return [
            "Not all older snapshots have digests yet, so their texts were read: 'netraven-analytics config "
            "refresh' makes those that are missing."
        ]
    if standing.digests == "none" and standing.note is None:
        return [
            "All texts were read, since this user may not read the digests in the schema analytics: "
            "docs/database.md says how to grant it."
        ]
    return []


async def _of_run_history(session: AsyncSession, scope: Scope) -> list[str]:
    """What whoever asks for runs should know where there never was one."""
    asked = scope.fact.name != snapshots.name
    return [NO_RUN_HISTORY] if asked and await frames.scalar(lacks_run_history(), session) else []


async def _why_empty(
    session: AsyncSession, scope: Scope, table: "pd.DataFrame", totals: "pd.DataFrame"
) -> list[str]:
    """An empty answer says where the data ends, so that nobody takes silence for success."""
    counted = totals["runs"].sum() if "runs" in totals else len(table)
    if counted:
        return []
    newest = await frames.scalar(scope.newest().params(as_of=scope.window.as_of), session)
    what = f"{scope.fact.name}{' of these devices' if scope.filters or scope.where else ''}"
    if newest is None:
        first = await frames.scalar(scope.oldest().params(as_of=scope.window.as_of), session)
        if first is None:
            return [f"The database holds no {what} at all."]
        return [f"No {what} until as_of: the first is of {scope.window.local(as_utc(first)).isoformat()}."]
    latest = scope.window.local(as_utc(newest))
    if "runs" not in totals and (scope.window.since is None or latest >= scope.window.since):
        return []  # there was enough to look at, and nothing of what was asked for
    return [f"No {what} in the window: the newest is of {latest.isoformat()}."]


def totals_of(table: "pd.DataFrame") -> dict[str, Any]:
    """The first row as plain JSON; durations in seconds, under names that say so."""
    # Cell by cell: a row taken whole would turn counts into floats.
    return {column_name(table, name): plain(table[name].iloc[0]) for name in table.columns}


def cut(
    table: "pd.DataFrame", scope: Scope, worst: str | None, top: int | None
) -> tuple["pd.DataFrame", dict[str, int] | None]:
    """The first ``top`` rows, or the buckets of the worst ``top`` groups, and what was cut, if anything."""
    if top is None:
        return table, None
    keys = [name for d in scope.by if not d.is_time for name in d.columns]
    keys = keys or [name for d in scope.by for name in d.columns]
    if not keys:
        return table.head(top), _cut_of("rows", len(table), top)
    largest = [*([BEYOND] if BEYOND in table else []), *([worst] if worst else [])]
    order = table.sort_values(largest, ascending=False, na_position="last", kind="stable") if worst else table
    number = order.groupby(keys, dropna=False, sort=False).ngroup()
    kept = table[number.reindex(table.index) < top].reset_index(drop=True)
    return kept, _cut_of("groups", int(number.max()) + 1 if len(number) else 0, top)


def _cut_of(what: str, count: int, top: int) -> dict[str, int] | None:
    return {what: count, "kept": top, "cut": count - top} if count > top else None


def shown(table: "pd.DataFrame") -> "pd.DataFrame":
    """The table without what was there for the order alone."""
    return table.drop(columns=BEYOND) if BEYOND in table else table


def localised(table: "pd.DataFrame", tz: ZoneInfo, answer: dict[str, Any]) -> "pd.DataFrame":
    """The table with its instants on the question's clock, carrying what it says about itself."""
    import pandas as pd

    accessor.register()
    for name in table.columns:
        if isinstance(table[name].dtype, pd.DatetimeTZDtype):
            table[name] = table[name].dt.tz_convert(tz)
    table.attrs = {"netraven": answer}
    return table
