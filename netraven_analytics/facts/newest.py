"""The newest instant that the database recorded, for ``as_of="data"``."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, select

from netraven_db.db.models import DeviceConfiguration, Job

_NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # infinity, and what a broken clock says


def newest_instant() -> Select[Any]:
    """The latest of what was started, finished and stored; what is only scheduled did not happen yet."""
    # A run that started counts by its start: this is the expression of the index ix_jobs_run_at.
    run_at = func.coalesce(Job.started_at, Job.scheduled_for, Job.completed_at, type_=Job.started_at.type)
    started = select(func.max(run_at)).where(Job.started_at.is_not(None), run_at < _NEVER)
    ended = select(func.max(Job.completed_at)).where(Job.completed_at < _NEVER)
    stored = select(func.max(DeviceConfiguration.retrieved_at)).where(
        DeviceConfiguration.retrieved_at < _NEVER
    )
    return select(func.greatest(*(each.scalar_subquery() for each in (started, ended, stored))))
