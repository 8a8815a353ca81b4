"""A device's stored snapshots: one, by its id or at a moment, or all in order."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.facts.snapshots import snapshots, unplaced
from netraven_analytics.facts.windows import TimeLike
from netraven_analytics.history.devices import Named
from netraven_analytics.history.instants import instant, seen, spoken
from netraven_db.errors import ParameterError

Point = int | TimeLike  # a snapshot's id, a time, "latest" or "previous"

_LATEST = {"latest": 0, "previous": 1}
_AT_A_TIME = 20  # texts in memory
_stored = snapshots.c


@dataclass(frozen=True)
class Stored:
    """A snapshot; its text is None where it is that of the one before in the order it is read in."""

    snapshot_id: int
    found_at: datetime
    text: str | None

    def __repr__(self) -> str:  # never the text: it holds secrets
        return f"Stored(snapshot_id={self.snapshot_id}, found_at={self.found_at})"


async def snapshot_of(
    session: AsyncSession, device: Named, point: Point, name: str, tz: str | None
) -> Stored:
    """The device's snapshot of an id, that it had at a moment, the latest, or the one before that.

    Raises:
        ParameterError: there is none, or the point has no accepted form.
    """
    word = point.strip().lower() if isinstance(point, str) else point
    if isinstance(word, str) and word in _LATEST:
        return await _nth(session, device, _LATEST[word], None, word, tz)
    if isinstance(word, int):
        return await _by_id(session, device, word, tz)
    if isinstance(word, str) and word.lstrip("#").isdecimal():
        return await _by_id(session, device, int(word.lstrip("#")), tz)
    try:
        moment = instant(word, name, tz)
    except ParameterError as error:
        raise ParameterError(
            f"{str(error).rstrip('.')}; or a snapshot's id, 'latest' or 'previous'."
        ) from None
    return await _nth(session, device, 0, moment, f"at or before {spoken(moment, tz)}", tz)


async def history(
    session: AsyncSession, device: Named, last: Stored, *, newest_first: bool = False
) -> AsyncGenerator[list[Stored], None]:
    """The snapshots up to that one in the order of time and id, some at a time.

    A text that is the same as that of the snapshot before, in the order asked for, is not read again.
    """
    order = _order(newest_first)
    statement = (
        select(_stored.snapshot_id, _stored.found_at, _unless_same(order_by=order))
        .where(
            _stored.device_id == device.device_id,
            _stored.found_at <= last.found_at,
            or_(_stored.found_at < last.found_at, _stored.snapshot_id <= last.snapshot_id),
        )
        .order_by(*order)
    )
    async with aclosing(frames.parts(seen(statement), session, rows=_AT_A_TIME)) as parts:
        async for part in parts:
            yield [Stored(row.snapshot_id, row.found_at, row.text) for row in part]


async def notes_on_unplaced(session: AsyncSession, *chosen: ColumnElement[bool]) -> tuple[str, ...]:
    """A sentence on the snapshots that no history has, where there are any: of all devices, or of some."""
    counted = select(func.count().label("left_out")).select_from(unplaced).where(*chosen)
    left_out = await frames.scalar(counted, session)
    if not left_out:
        return ()
    return (f"Snapshots dated before the calendar's first year, which were left out: {left_out:,}.",)


async def notes_on(session: AsyncSession, device: Named) -> tuple[str, ...]:
    """The same of one device."""
    return await notes_on_unplaced(session, unplaced.c.device_id == device.device_id)


def first_of_each_text(device: ColumnElement[Any], order: list[Any]) -> ColumnElement[Any]:
    """The text where it differs from that of the device's snapshot before, else NULL."""
    return _unless_same(partition_by=device, order_by=order)


def _unless_same(**before: Any) -> ColumnElement[Any]:
    """The server knows a text's size without reading it, so only texts of one size are compared."""
    size = func.octet_length(_stored.text)
    same = and_(size == func.lag(size).over(**before), _stored.text == func.lag(_stored.text).over(**before))
    return case((same, null()), else_=_stored.text).label("text")


def _order(newest_first: bool) -> list[Any]:
    columns = (_stored.found_at, _stored.snapshot_id)
    return [column.desc() if newest_first else column.asc() for column in columns]


async def _nth(
    session: AsyncSession, device: Named, number: int, moment: datetime | None, spoken_of: str, tz: str | None
) -> Stored:
    chosen = _of(device).order_by(*_order(newest_first=True)).offset(number).limit(1)
    if moment is not None:
        chosen = chosen.where(_stored.found_at <= moment)
    return await _one(session, device, chosen, f"no snapshot {spoken_of}", tz)


async def _by_id(session: AsyncSession, device: Named, snapshot_id: int, tz: str | None) -> Stored:
    chosen = _of(device).where(_stored.snapshot_id == snapshot_id)
    return await _one(session, device, chosen, f"no snapshot {snapshot_id}", tz)


async def _one(
    session: AsyncSession, device: Named, chosen: Select[Any], missing: str, tz: str | None
) -> Stored:
    for stored in _rows(await frames.frame(seen(chosen), session)):
        return stored
    counted = select(
        func.count().label("snapshots"),
        func.min(_stored.found_at).label("first"),
        func.max(_stored.found_at).label("last"),
    ).where(_stored.device_id == device.device_id)
    has = (await frames.frame(seen(counted), session)).iloc[0]
    if not has["snapshots"]:
        raise ParameterError(await _none_of(session, device))
    raise ParameterError(
        f"{device} has {missing}: it has {has['snapshots']:,}, from {spoken(has['first'], tz)} to "
        f"{spoken(has['last'], tz)}; take one of config changes --device {device}, a time, or latest."
    )


async def _none_of(session: AsyncSession, device: Named) -> str:
    if await notes_on(session, device):
        return (
            f"{device} has only snapshots dated before the calendar's first year: correct their retrieved_at."
        )
    return f"{device} has no snapshots yet: its configuration was never stored."


def _of(device: Named) -> Select[Any]:
    columns = (_stored.snapshot_id, _stored.found_at, _stored.text)
    return select(*columns).where(_stored.device_id == device.device_id)


def _rows(table: Any) -> list[Stored]:
    texts = table["text"].astype(object).where(table["text"].notna(), None)
    return [
        Stored(int(snapshot_id), found_at.to_pydatetime(), text)
        for snapshot_id, found_at, text in zip(table["snapshot_id"], table["found_at"], texts, strict=True)
    ]
