"""The life of a job: created pending, started, ended."""

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.db.base import utcnow
from netraven_db.db.models import Job

_ENDED = ("completed", "failed")
_log = logging.getLogger(__name__)


async def create_backup_job(device_id: int, scheduled_time: datetime | None, db: AsyncSession) -> Job:
    """Add a pending job; its id is there at once. Without a time it is a manual run."""
    job = Job(device_id=device_id, status="pending", scheduled_for=scheduled_time)
    db.add(job)
    await db.flush()
    return job


async def update_job_status(job_id: int, new_status: str, db: AsyncSession) -> Job | None:
    """Set a job's status, and its start or end where the status means one; None if there is no such job."""
    job = await db.get(Job, job_id)
    if job is None:
        _log.warning("There is no job %s, so its status was not set to %s.", job_id, new_status)
        return None
    job.status = new_status
    if new_status == "running":
        job.started_at = utcnow()
    elif new_status in _ENDED:
        job.completed_at = utcnow()
    return job
