"""UTCDateTime: aware UTC in Python, what NetRaven's services write in the database."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.db.base import UTCDateTime, as_utc, utcnow
from netraven_db.db.models import ConnectionLog, Job, JobLog
from netraven_db.db.session import get_db

NOON = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
IN_SAO_PAULO = NOON.astimezone(ZoneInfo("America/Sao_Paulo"))
NAIVE = NOON.replace(tzinfo=None)


async def stored(db: AsyncSession, column: str) -> Any:
    """What the database holds, as text that no type of ours has touched."""
    return await db.scalar(text(f"select {column}::text from jobs"))


def test_now_is_aware() -> None:
    """The present instant comes with its zone, which is UTC."""
    assert utcnow().tzinfo is UTC


@pytest.mark.parametrize("value", [NOON, IN_SAO_PAULO, NAIVE, NOON.astimezone(timezone(timedelta(hours=5)))])
def test_every_value_becomes_the_same_aware_instant(value: datetime) -> None:
    """Aware values are converted to UTC, naive ones are taken as UTC."""
    assert as_utc(value) == NOON
    assert as_utc(value).utcoffset() == timedelta()


@pytest.mark.parametrize("value", [NOON, IN_SAO_PAULO, NAIVE])
async def test_the_database_holds_naive_utc(empty_database: str, value: datetime) -> None:
    """Whatever the zone of the value, the TIMESTAMP column holds its UTC time to the microsecond."""
    async with get_db() as db:
        db.add(Job(started_at=value))
        await db.flush()
        assert await stored(db, "started_at") == "2026-07-01 12:00:00.123456"


@pytest.mark.parametrize("value", [NOON, IN_SAO_PAULO, NAIVE])
async def test_a_value_reads_back_as_the_same_instant(empty_database: str, value: datetime) -> None:
    """What was stored comes back aware, in UTC, with its microseconds."""
    async with get_db() as db:
        db.add(Job(started_at=value))
    async with get_db() as db:
        found = (await db.scalars(select(Job.started_at))).one()
    assert found == NOON
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize("value", [IN_SAO_PAULO, NAIVE])
def test_a_value_just_assigned_reads_back_aware(value: datetime) -> None:
    """Before any flush, an attribute gives the aware UTC instant, however it was set."""
    by_constructor, by_assignment = Job(started_at=value), Job()
    by_assignment.started_at = value
    assert by_constructor.started_at == by_assignment.started_at == NOON
    assert by_constructor.started_at.tzinfo is by_assignment.started_at.tzinfo is UTC


def test_assigned_and_loaded_values_can_be_compared() -> None:
    """An aware start and a naive end of one object subtract without an error."""
    job = Job(started_at=NOON, completed_at=NAIVE + timedelta(seconds=5))
    assert job.completed_at is not None
    assert job.started_at is not None
    assert job.completed_at - job.started_at == timedelta(seconds=5)


def test_nothing_stays_nothing() -> None:
    """None is no time, and reads back as None."""
    assert Job(started_at=None).started_at is None


async def test_null_reads_as_none(empty_database: str) -> None:
    """A NULL of the database is None."""
    async with get_db() as db:
        db.add(Job())
        await db.flush()
        assert (await db.scalars(select(Job.started_at))).one() is None


@pytest.mark.parametrize("value", [NOON, IN_SAO_PAULO, NAIVE])
async def test_a_condition_takes_any_zone(empty_database: str, value: datetime) -> None:
    """A comparison means the instant, whatever the zone it is written in."""
    async with get_db() as db:
        db.add_all([Job(started_at=NOON), Job(started_at=NOON + timedelta(microseconds=1))])
        await db.flush()
        assert await db.scalar(select(func.count()).where(Job.started_at <= value)) == 1


async def test_times_compare_with_durations(empty_database: str) -> None:
    """A timedelta beside such a column is a duration, in arithmetic and in comparisons."""
    async with get_db() as db:
        db.add(Job(started_at=NOON, completed_at=NOON + timedelta(seconds=90)))
        await db.flush()
        longer = select(Job.id).where(Job.completed_at - Job.started_at > timedelta(minutes=1))
        assert await db.scalar(longer) is not None
        assert await db.scalar(select(Job.started_at + timedelta(seconds=90) == Job.completed_at)) is True
        duration = await db.scalar(select(Job.completed_at - Job.started_at))
        assert duration == timedelta(seconds=90)


@pytest.mark.parametrize("value", [NOON, IN_SAO_PAULO, NAIVE])
async def test_a_column_with_time_zone_holds_the_same_instant(empty_database: str, value: datetime) -> None:
    """In a TIMESTAMPTZ column too, naive values are UTC, whatever the host's zone is."""
    async with get_db() as db:
        db.add(ConnectionLog(log="", timestamp=value))
    async with get_db() as db:
        epoch = text("select extract(epoch from timestamp)::float8 from connection_logs")
        assert await db.scalar(epoch) == NOON.timestamp()
        assert (await db.scalars(select(ConnectionLog.timestamp))).one() == NOON


async def test_the_servers_default_is_the_present(empty_database: str) -> None:
    """A connection log without a time gets the server's, which is an instant."""
    before = utcnow()
    async with get_db() as db:
        log = ConnectionLog(log="")
        db.add(log)
        await db.flush()
        await db.refresh(log)
    assert log.timestamp is not None
    assert abs(log.timestamp - before) < timedelta(minutes=1)


async def test_a_default_is_the_present_in_utc(empty_database: str) -> None:
    """A job log without a time is stamped with the present UTC time."""
    async with get_db() as db:
        db.add(JobLog(job=Job(), message="", level="INFO"))
        await db.flush()
        age = text("select abs(extract(epoch from now() at time zone 'UTC' - timestamp)) < 60 from job_logs")
        assert await db.scalar(age) is True


@pytest.mark.parametrize("value", ["infinity", "-infinity"])
async def test_infinity_can_be_read(empty_database: str, value: str) -> None:
    """An infinite time reads as the last or first instant that Python knows."""
    async with get_db() as db:
        await db.execute(text(f"insert into jobs (status, started_at) values ('x', '{value}')"))
        await db.execute(text(f"insert into connection_logs (log, timestamp) values ('', '{value}')"))
        edges = {"infinity": datetime.max, "-infinity": datetime.min}  # noqa: DTZ901
        limit = edges[value].replace(tzinfo=UTC)
        assert (await db.scalars(select(Job.started_at))).one() == limit
        assert (await db.scalars(select(ConnectionLog.timestamp))).one() == limit


@pytest.mark.parametrize(("timezone", "name"), [(False, "WITHOUT"), (True, "WITH")])
def test_the_type_is_the_column_types(timezone: bool, name: str) -> None:
    """The SQL type is TIMESTAMP with or without time zone, and parameters are sent as that type."""
    kind = UTCDateTime(timezone=timezone)
    compiled = select(bindparam("t", NOON, type_=kind)).compile(dialect=postgresql.asyncpg.dialect())
    assert f"TIMESTAMP {name} TIME ZONE" in str(compiled)
