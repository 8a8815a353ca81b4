"""The newest instant that the database recorded, for ``as_of="data"``."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from netraven_analytics.facts.constructs import utc_now
from netraven_db.db.base import UTCDateTime
from netraven_db.db.models import DeviceConfiguration, Job

_NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # infinity, and what a broken clock says


def newest_instant() -> Select[Any]:
    """The latest of what was started, finished and stored; what is only scheduled did not happen yet.

    Nothing that happened lies ahead of the server's clock: one run of a device whose clock is wrong would
    move it. Only where everything lies ahead, it is the server's clock that is wrong, and all counts.
    """
    return select(func.coalesce(_newest_until(utc_now()), _newest_until(literal(_NEVER, UTCDateTime()))))


def _newest_until(limit: ColumnElement[Any]) -> ColumnElement[Any]:
    # A run that started counts by its start: this is the expression of the index ix_jobs_run_at.
    run_at = func.coalesce(Job.started_at, Job.scheduled_for, Job.completed_at, type_=Job.started_at.type)
    started = select(func.max(run_at)).where(Job.started_at.is_not(None), run_at <= limit)
    ended = select(func.max(Job.completed_at)).where(Job.completed_at <= limit)
    stored = select(func.max(DeviceConfiguration.retrieved_at)).where(
        DeviceConfiguration.retrieved_at <= limit
    )
    return func.greatest(*(each.scalar_subquery() for each in (started, ended, stored)))
