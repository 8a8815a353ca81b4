"""The one device that a question is about."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.facts.devices import devices
from netraven_analytics.facts.filters import DeviceFilter
from netraven_analytics.facts.snapshots import snapshots
from netraven_analytics.history.instants import seen
from netraven_analytics.text import counted, nearest
from netraven_db.errors import ParameterError

_NAMED = 5  # in an error
_MOST = 2**31 - 1  # what an id can be


@dataclass(frozen=True)
class Named:
    """A device; one that is deleted has neither hostname nor type."""

    device_id: int
    hostname: str | None
    device_type: str | None

    def __str__(self) -> str:
        return self.hostname or f"(deleted device {self.device_id})"


async def one_device(session: AsyncSession, device: str | int) -> Named:
    """The device of a hostname, of a glob that only it matches, or of an id.

    Raises:
        ParameterError: there is none, or the glob matches several.
    """
    if isinstance(device, bool) or not isinstance(device, (str, int)):
        raise ParameterError(
            f"device={str(device)[:80]!r} is not understood: it takes a hostname, a glob such as "
            "'ber-core-*' or a device's id; a session goes to db=."
        )
    if isinstance(device, str):
        found = await _devices(session, devices.c.id.in_(DeviceFilter.of(device).ids()))
        if len(found) == 1:
            return found[0]
        if found:
            raise ParameterError(_ambiguous(device, [each.hostname or "" for each in found]))
    if str(device).isdecimal() and int(device) <= _MOST:
        if found := await _devices(session, devices.c.id == int(device)):
            return found[0]
        if await frames.scalar(_any_snapshot(int(device)), session) is not None:
            return Named(int(device), None, None)
    known = [each.hostname or "" for each in await _devices(session)]
    raise ParameterError(
        f"There is no device {device!r}{nearest(str(device), known)}: it takes a hostname, a glob that "
        f"matches one, or an id; the database has {counted(len(known), 'device')}."
    )


async def _devices(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Named]:
    chosen = select(devices.c.id, devices.c.hostname, devices.c.device_type).where(*conditions)
    table = await frames.frame(chosen.order_by(devices.c.hostname), session)
    rows = table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)
    return [Named(int(device_id), hostname, device_type) for device_id, hostname, device_type in rows]


def _any_snapshot(device_id: int) -> Any:
    return seen(select(snapshots.c.snapshot_id).where(snapshots.c.device_id == device_id).limit(1))


def _ambiguous(pattern: str, hostnames: list[str]) -> str:
    more = f" and {len(hostnames) - _NAMED:,} more" if len(hostnames) > _NAMED else ""
    return (
        f"device={pattern!r} matches {len(hostnames):,} devices ({', '.join(hostnames[:_NAMED])}{more}): "
        "name one of them."
    )
