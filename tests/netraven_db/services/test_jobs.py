"""The life of a job."""

import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from netraven_db.db.base import utcnow
from netraven_db.db.models import Device, Job
from netraven_db.db.session import get_db
from netraven_db.services import create_backup_job, update_job_status

SIX_UTC = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


@pytest.fixture
async def device_id(empty_database: str) -> int:
    async with get_db() as db:
        device = Device(hostname="r1", ip_address="192.0.2.1")
        db.add(device)
        await db.flush()
        return device.id


async def the_job() -> Job:
    async with get_db() as db:
        return (await db.scalars(select(Job))).one()


def is_present(moment: datetime | None) -> bool:
    return moment is not None and abs(utcnow() - moment) < timedelta(minutes=1)


@pytest.mark.parametrize("time", [None, SIX_UTC, SIX_UTC.astimezone(ZoneInfo("Asia/Tokyo"))])
async def test_a_new_job_is_pending(device_id: int, time: datetime | None) -> None:
    """A job has its id at once, is pending at its time, and has neither start nor end."""
    async with get_db() as db:
        job = await create_backup_job(device_id, time, db)
        assert job.id is not None
    stored = await the_job()
    assert (stored.id, stored.device_id, stored.status) == (job.id, device_id, "pending")
    assert stored.scheduled_for == (time and SIX_UTC)
    assert (stored.started_at, stored.completed_at) == (None, None)


async def test_creating_does_not_commit(device_id: int) -> None:
    """When the caller's session rolls back, there is no job."""
    async with get_db() as db:
        await create_backup_job(device_id, None, db)
        await db.rollback()
    async with get_db() as db:
        assert (await db.scalars(select(Job))).all() == []


@pytest.mark.parametrize("end", ["completed", "failed"])
async def test_a_job_starts_and_ends_now(device_id: int, end: str) -> None:
    """Running stamps the start, completed and failed stamp the end, each with the present UTC time."""
    async with get_db() as db:
        job_id = (await create_backup_job(device_id, None, db)).id
    async with get_db() as db:
        running = await update_job_status(job_id, "running", db)
    assert running is not None
    assert (running.status, running.completed_at) == ("running", None)
    assert is_present((await the_job()).started_at)
    async with get_db() as db:
        await update_job_status(job_id, end, db)
    ended = await the_job()
    assert (ended.status, ended.started_at) == (end, running.started_at)
    assert is_present(ended.completed_at)


async def test_another_status_stamps_nothing(device_id: int) -> None:
    """A status that means neither start nor end changes no time."""
    async with get_db() as db:
        job = await create_backup_job(device_id, None, db)
        await update_job_status(job.id, "cancelled", db)
    stored = await the_job()
    assert (stored.status, stored.started_at, stored.completed_at) == ("cancelled", None, None)


async def test_an_unknown_job_is_logged(empty_database: str, caplog: pytest.LogCaptureFixture) -> None:
    """A job that is not there gives None and a warning in the log that names it."""
    with caplog.at_level(logging.WARNING):
        async with get_db() as db:
            assert await update_job_status(4711, "running", db) is None
    assert "4711" in caplog.text
