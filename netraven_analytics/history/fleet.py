"""Reading the fleet's texts for a search: each in its turn, few in memory at once."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.facts.devices import devices
from netraven_analytics.facts.filters import DeviceFilter
from netraven_analytics.facts.snapshots import snapshots, unplaced
from netraven_analytics.history.instants import seen
from netraven_analytics.history.matches import Found, Searcher, Standing, Walk
from netraven_analytics.history.stored import first_of_each_text, notes_on_unplaced
from netraven_analytics.text import counted, nearest
from netraven_db.errors import ParameterError

_AT_A_TIME = 20  # texts in memory
_DEVICES_AT_A_TIME = 500
_stored = snapshots.c


@dataclass(frozen=True)
class Asked:
    """Which devices, seen at which moment; only what was gained since; all that ever stood."""

    filters: DeviceFilter
    moment: datetime
    since: datetime | None
    history: bool


class FleetSearch:
    """The texts of the moment first; then the histories of the devices that have a match there."""

    def __init__(self, asked: Asked, searcher: Searcher) -> None:
        self.asked, self.searcher = asked, searcher
        self.devices: dict[int, tuple[Any, ...]] = {}
        self.matching: set[int] = set()
        self.texts = self.redacted = 0
        self.found: list[tuple[int, Standing]] = []

    async def latest(self, session: AsyncSession) -> None:
        async for part in _read(_latest_texts(self.asked), session):
            for device, text, found in await asyncio.to_thread(self._searched, part):
                self.devices[device[0]] = device
                if found is not None and found.matches:
                    self.matching.add(device[0])
                if text is not None and found is not None and not self.asked.history:
                    self._count(found)

    async def standing(self, session: AsyncSession) -> None:
        chosen = sorted(self.devices if self.asked.history else self.matching)
        for first in range(0, len(chosen), _DEVICES_AT_A_TIME):
            walks: dict[int, Walk] = {}
            some = chosen[first : first + _DEVICES_AT_A_TIME]
            async for part in _read(_histories(self.asked, some), session):
                for device, text, found in await asyncio.to_thread(self._searched, part):
                    if device[0] not in walks:
                        self._collect(walks)
                        walks[device[0]] = Walk()
                    walks[device[0]].add(device[3], device[4], None if found is None else found.matches)
                    if text is not None and found is not None and self.asked.history:
                        self._count(found)
            self._collect(walks)

    def _searched(self, part: frames.Rows) -> list[tuple[tuple[Any, ...], str | None, Found | None]]:
        rows: list[tuple[Any, ...]] = [tuple(row) for row in part]
        return [
            (device, text, None if text is None else self.searcher.found(text, device[2]))
            for device, text in ((row[:-1], row[-1]) for row in rows)
        ]

    def _collect(self, walks: dict[int, Walk]) -> None:
        """Keep what was asked for of the devices that are read to their end."""
        for device_id, walk in walks.items():
            stood = [*walk.ended, *walk.standing()] if self.asked.history else walk.standing()
            since = self.asked.since
            self.found += [(device_id, s) for s in stood if since is None or s.introduced_at > since]
        walks.clear()

    def _count(self, found: Found) -> None:
        self.texts += 1
        self.redacted += found.redacted


def _read(statement: Select[Any], session: AsyncSession) -> AsyncGenerator[frames.Rows, None]:
    return frames.parts(seen(statement), session, rows=_AT_A_TIME)


def _latest_texts(asked: Asked) -> Select[Any]:
    """Each device's last snapshot by the moment."""
    newest = func.row_number().over(
        partition_by=_stored.device_id, order_by=(_stored.found_at.desc(), _stored.snapshot_id.desc())
    )
    held = (
        select(_stored.device_id, _stored.snapshot_id, _stored.found_at, newest.label("newest"))
        .where(_stored.found_at <= asked.moment, *_chosen(asked.filters))
        .subquery("held")
    )
    return (
        select(
            held.c.device_id,
            devices.c.hostname,
            devices.c.device_type,
            held.c.snapshot_id,
            held.c.found_at,
            _stored.text,
        )
        .join_from(held, snapshots.rows, _stored.snapshot_id == held.c.snapshot_id)
        .outerjoin(devices, devices.c.id == held.c.device_id)
        .where(held.c.newest == 1)
    )


def _histories(asked: Asked, device_ids: Collection[int]) -> Select[Any]:
    """The devices' snapshots from the beginning, or from the last one by ``since``; device by device."""
    stored = [_stored.found_at <= asked.moment, _stored.device_id.in_(device_ids)]
    if asked.since is not None:
        other = snapshots.rows.alias("earlier")
        baseline = (
            select(func.max(other.c.found_at))
            .where(other.c.device_id == _stored.device_id, other.c.found_at <= asked.since)
            .scalar_subquery()
        )
        stored.append(_stored.found_at >= func.coalesce(baseline, _stored.found_at))
    order = [_stored.found_at, _stored.snapshot_id]
    return (
        select(
            _stored.device_id,
            devices.c.hostname,
            devices.c.device_type,
            _stored.snapshot_id,
            _stored.found_at,
            first_of_each_text(_stored.device_id, order),
        )
        .outerjoin_from(snapshots.rows, devices, devices.c.id == _stored.device_id)
        .where(*stored)
        .order_by(_stored.device_id, *order)
    )


def _chosen(filters: DeviceFilter) -> list[Any]:
    return [_stored.device_id.in_(filters.ids())] if filters else []


async def without_snapshots(session: AsyncSession, asked: Asked) -> int:
    """How many of the devices have no snapshot by the moment.

    Raises:
        ParameterError: no device passes the filters.
    """
    has = devices.c.id.in_(select(_stored.device_id).where(_stored.found_at <= asked.moment))
    counts_of: list[Any] = [
        func.count(devices.c.id).label("all"),
        func.count(devices.c.id).filter(~has).label("without"),
    ]
    counted = select(*counts_of)
    if asked.filters:
        counted = counted.where(devices.c.id.in_(asked.filters.ids()))
    counts = (await frames.frame(seen(counted), session)).iloc[0]
    if asked.filters and not counts["all"]:
        await _refuse(session, asked.filters)
    return int(counts["without"])


async def left_out(session: AsyncSession, asked: Asked) -> tuple[str, ...]:
    """A sentence on the devices' snapshots that have no place in time, where there are any."""
    chosen = [unplaced.c.device_id.in_(asked.filters.ids())] if asked.filters else []
    return await notes_on_unplaced(session, *chosen)


async def _refuse(session: AsyncSession, filters: DeviceFilter) -> None:
    known = (await frames.frame(select(devices.c.hostname), session))["hostname"].dropna()
    hint = nearest(filters.device[0], known) if len(filters.device) == 1 else ""
    given = ", ".join(f"{name}={', '.join(values)}" for name, values in filters.given().items())
    raise ParameterError(f"No device passes {given}{hint}: the database has {counted(len(known), 'device')}.")
