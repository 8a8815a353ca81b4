"""Questions answered with ORM objects: attached to your session, with what you will look at loaded."""

from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from netraven_analytics.facts.filters import DeviceFilter, Names
from netraven_analytics.facts.runs import OUTCOMES, runs
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.windows import TimeLike, resolve_instant, resolve_window
from netraven_analytics.text import nearest
from netraven_analytics.whole import whole_number
from netraven_analytics.wire.told import told
from netraven_db.db.base import utcnow
from netraven_db.db.models import Device, DeviceConfiguration, Job
from netraven_db.db.session import require_own_loop
from netraven_db.errors import ParameterError
from netraven_db.settings import Settings, zone


async def find_jobs(
    db: AsyncSession,
    *,
    outcome: str | None = None,
    since: TimeLike = "30d",
    until: TimeLike | None = None,
    tz: str | None = None,
    device: Names = None,
    device_type: Names = None,
    tag: Names = None,
    limit: int = 100,
) -> list[Job]:
    """The jobs of a window, the newest first, with ``job.device`` loaded.

    Args:
        outcome: pending, running, succeeded, failed or other; None for all.
        limit: how many at most.

    Raises:
        ParameterError: an option has no accepted value.
        SessionError: ``db`` belongs to another event loop.
        QueryError: the server refused, or a time is outside of the years 1 to 9999.
    """
    if outcome is not None and outcome not in OUTCOMES:
        raise ParameterError(
            f"outcome={outcome!r} is unknown{nearest(outcome, OUTCOMES)}: it takes {', '.join(OUTCOMES)}."
        )
    scope = _scope(since, until, tz, DeviceFilter.of(device, device_type, tag))
    found = scope.rows()
    chosen = [found.c.outcome == outcome] if outcome else []
    return await _jobs(db, scope, found, chosen, found.c.run_at.desc(), limit)


async def slowest_jobs(
    db: AsyncSession,
    *,
    since: TimeLike = "30d",
    until: TimeLike | None = None,
    tz: str | None = None,
    device: Names = None,
    device_type: Names = None,
    tag: Names = None,
    limit: int = 20,
) -> list[Job]:
    """The finished jobs of a window that took longest, the longest first, with ``job.device`` loaded.

    Raises:
        ParameterError: an option has no accepted value.
        SessionError: ``db`` belongs to another event loop.
        QueryError: the server refused, or a time is outside of the years 1 to 9999.
    """
    scope = _scope(since, until, tz, DeviceFilter.of(device, device_type, tag))
    found = scope.rows()
    return await _jobs(db, scope, found, [found.c.duration.is_not(None)], found.c.duration.desc(), limit)


async def latest_configuration(
    db: AsyncSession, hostname: str, *, at: TimeLike | None = None, tz: str | None = None
) -> DeviceConfiguration | None:
    """The newest snapshot of a device, or the one that was the newest at a moment; its device is loaded.

    Raises:
        ParameterError: ``at`` has no accepted value.
        SessionError: ``db`` belongs to another event loop.
        QueryError: the server refused, or a time is outside of the years 1 to 9999.
    """
    require_own_loop(db)
    statement = (
        select(DeviceConfiguration)
        .join(DeviceConfiguration.device)
        .where(Device.hostname == hostname)
        .options(joinedload(DeviceConfiguration.device))
        .order_by(DeviceConfiguration.retrieved_at.desc(), DeviceConfiguration.id.desc())
        .limit(1)
    )
    if at is not None:
        moment = resolve_instant(at, utcnow(), zone(tz or Settings.from_environment().tz), "at")
        statement = statement.where(DeviceConfiguration.retrieved_at <= moment)
    async with told(db):
        return (await db.scalars(statement)).first()


async def device_with_tags(db: AsyncSession, hostname: str) -> Device | None:
    """The device of that hostname with ``device.tags`` loaded, or None.

    Raises:
        SessionError: ``db`` belongs to another event loop.
        QueryError: the server refused, or a time is outside of the years 1 to 9999.
    """
    require_own_loop(db)
    statement = select(Device).where(Device.hostname == hostname).options(selectinload(Device.tags))
    async with told(db):
        return (await db.scalars(statement)).first()


def _scope(since: TimeLike, until: TimeLike | None, tz: str | None, filters: DeviceFilter) -> Scope:
    return Scope(fact=runs, window=resolve_window(since, until, None, tz), filters=filters)


async def _jobs(
    db: AsyncSession,
    scope: Scope,
    found: Any,
    conditions: list[ColumnElement[bool]],
    order: UnaryExpression[Any],
    limit: int,
) -> list[Job]:
    require_own_loop(db)
    statement = (
        select(Job)
        .join(found, found.c.run_id == Job.id)
        .where(*conditions)
        .options(joinedload(Job.device))
        .order_by(order, Job.id.desc())
        .limit(whole_number(limit, "limit"))
        .params(as_of=scope.window.as_of)
    )
    async with told(db):
        return list((await db.scalars(statement)).all())
