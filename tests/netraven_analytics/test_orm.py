"""Questions answered with ORM objects, attached and with what will be looked at loaded."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import device_with_tags, find_jobs, latest_configuration, slowest_jobs
from netraven_db.db.base import Base, utcnow
from netraven_db.db.engines import current_engine
from netraven_db.db.models import Device, Job
from netraven_db.db.session import get_db
from netraven_db.errors import ParameterError, SessionError
from tests.conftest import MakeDatabase
from tests.netraven_analytics.spec import at, device, job, snapshot, store

WEEK = {"since": "2026-11-15", "until": "2026-11-22"}


@contextmanager
def no_statement() -> Iterator[None]:
    """Nothing is sent to the server meanwhile."""
    sent: list[str] = []

    def note(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = current_engine().sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield
    event.remove(engine, "before_cursor_execute", note)
    assert sent == []


def starts(jobs: list[Job]) -> list[str]:
    return [f"{job.started_at:%m-%d %H:%M}" if job.started_at else "never" for job in jobs]


async def store_fleet() -> None:
    """Two devices and a deleted one, with runs inside and outside of a week."""
    core = device("core1", "location:berlin", "role:core")
    edge = device("edge1", device_type="arista_eos")
    await store(
        job(core, "completed", "11-14 06:00", "11-14 06:30"),
        job(core, "completed", "11-16 06:00:00", "11-16 06:00:10"),
        job(core, "failed", "11-17 06:00:00", "11-17 06:00:40"),
        job(edge, "completed", "11-18 06:00:00", "11-18 06:00:20"),
        job(edge, "running", "11-19 06:00"),
        job(edge, "completed", "11-20 06:00:10", "11-20 06:00:00"),
        job(None, "completed", "11-21 06:00:00", "11-21 06:00:30"),
        job(core, "pending", None, scheduled="11-21 07:00"),
        job(core, "completed", "11-22 00:00:00", "11-22 00:00:50"),
    )


async def store_history() -> None:
    """Three snapshots of one device, two of them of one instant, and one of another device."""
    r1 = device("r1")
    await store(snapshot(r1, "11-10 06:00", "first"))
    await store(
        snapshot(device("r2"), "11-12 06:00", "another's"),
    )
    async with get_db() as db:
        r1 = await db.merge(r1)
        db.add_all([snapshot(r1, "11-11 06:00", "second"), snapshot(r1, "11-11 06:00", "third")])


@pytest.fixture(scope="module")
def filled(create_database: MakeDatabase, migrated_template: str) -> str:
    """One database for all questions that only read."""
    url = create_database(migrated_template)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRAVEN_DATABASE_URL", url)
        for fill in (store_fleet, store_history):
            asyncio.run(fill())
    return url


@pytest.fixture
def fleet(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", filled)


@pytest.fixture
async def db(fleet: None) -> AsyncIterator[AsyncSession]:
    """A session on it, whose changes are rolled back."""
    async with get_db() as db:
        yield db
        await db.rollback()


class TestFindJobs:
    """find_jobs()"""

    async def test_jobs_of_a_window_come_newest_first(self, db: AsyncSession) -> None:
        """The window is half-open, and a job without a start is placed by its schedule."""
        found = await find_jobs(db, **WEEK)
        assert starts(found) == [
            "never",
            "11-21 06:00",
            "11-20 06:00",
            "11-19 06:00",
            "11-18 06:00",
            "11-17 06:00",
            "11-16 06:00",
        ]

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"outcome": "failed"}, ["11-17 06:00"]),
            ({"outcome": "running"}, ["11-19 06:00"]),
            ({"outcome": "pending"}, ["never"]),
            ({"outcome": "other"}, []),
            ({"device": "edge1", "outcome": "succeeded"}, ["11-20 06:00", "11-18 06:00"]),
            ({"device": "c*", "outcome": "succeeded"}, ["11-16 06:00"]),
            ({"device_type": "arista_eos", "limit": 1}, ["11-20 06:00"]),
            ({"tag": "location:berlin", "limit": 2}, ["never", "11-17 06:00"]),
            ({"tag": "location:paris"}, []),
        ],
    )
    async def test_options_choose(
        self, db: AsyncSession, options: dict[str, Any], expected: list[str]
    ) -> None:
        """Outcome, device, device type, tag and limit choose among the jobs of the window."""
        assert starts(await find_jobs(db, **WEEK, **options)) == expected

    async def test_a_window_is_local(self, db: AsyncSession) -> None:
        """Dates are days of the given time zone."""
        found = await find_jobs(db, since="2026-11-22", until="2026-11-23", tz="America/Sao_Paulo")
        assert starts(found) == []
        found = await find_jobs(db, since="2026-11-22", until="2026-11-23", tz="Asia/Tokyo")
        assert starts(found) == ["11-22 00:00"]

    async def test_the_default_window_is_the_last_30_days(self, db: AsyncSession) -> None:
        """Without since and until the jobs are those of the last 30 days."""
        now = utcnow()
        db.add_all([Job(status="mine", started_at=now - timedelta(days=days)) for days in (1, 29, 31)])
        await db.flush()
        ages = [now - found.started_at for found in await find_jobs(db, outcome="other") if found.started_at]
        assert ages == [timedelta(days=1), timedelta(days=29)]

    async def test_an_unknown_outcome_is_refused(self, db: AsyncSession) -> None:
        """NetRaven's own status is no outcome, and the message lists the outcomes."""
        with pytest.raises(ParameterError, match="pending, running, succeeded, failed, other"):
            await find_jobs(db, outcome="completed")
        with pytest.raises(ParameterError, match="did you mean 'failed'"):
            await find_jobs(db, outcome="fail")


class TestSlowestJobs:
    """slowest_jobs()"""

    async def test_the_longest_comes_first(self, db: AsyncSession) -> None:
        """Finished jobs are ordered by duration; running and negative ones have none."""
        found = await slowest_jobs(db, **WEEK)
        assert [(j.completed_at - j.started_at).total_seconds() for j in found] == [40, 30, 20, 10]  # type: ignore[operator]

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"limit": 2}, ["11-17 06:00", "11-21 06:00"]),
            ({"device": ["edge1", "core1"], "limit": 2}, ["11-17 06:00", "11-18 06:00"]),
            ({"device_type": "cisco*"}, ["11-17 06:00", "11-16 06:00"]),
            ({"tag": ["role:core", "role:edge"]}, ["11-17 06:00", "11-16 06:00"]),
        ],
    )
    async def test_options_choose(
        self, db: AsyncSession, options: dict[str, Any], expected: list[str]
    ) -> None:
        """Device, device type, tag and limit choose among them."""
        assert starts(await slowest_jobs(db, **WEEK, **options)) == expected


@pytest.mark.parametrize("question", [find_jobs, slowest_jobs])
class TestBoth:
    """What find_jobs() and slowest_jobs() share."""

    async def test_a_jobs_device_is_loaded(self, db: AsyncSession, question: Callable[..., Any]) -> None:
        """Looking at the device of a job asks the server nothing, also where the device is gone."""
        found = await question(db, **WEEK)
        with no_statement():
            hostnames = {j.device.hostname if j.device else None for j in found}
        assert hostnames == {"core1", "edge1", None}

    async def test_jobs_are_the_sessions(self, db: AsyncSession, question: Callable[..., Any]) -> None:
        """The jobs are attached: a change is written with the session."""
        found = await question(db, **WEEK, limit=1)
        assert inspect(found[0]).session is db.sync_session
        found[0].status = "changed"
        await db.flush()
        stored = select(Job.status).where(Job.id == found[0].id)
        assert await db.scalar(stored) == "changed"

    async def test_nothing_found_is_an_empty_list(
        self, db: AsyncSession, question: Callable[..., Any]
    ) -> None:
        """A window without jobs gives none."""
        assert await question(db, until="2026-11-01", since="2026-10-01") == []

    @pytest.mark.parametrize(
        "options",
        [
            {"limit": 0},
            {"limit": -1},
            {"limit": "5"},
            {"limit": 1.5},
            {"since": "soon"},
            {"since": "2026-11-22", "until": "2026-11-15"},
            {"tz": "Mars/Olympus"},
            {"tag": "berlin"},
            {"device": [1]},
        ],
    )
    async def test_a_bad_option_is_refused(
        self, db: AsyncSession, question: Callable[..., Any], options: dict[str, Any]
    ) -> None:
        """An option of no accepted form is refused before anything is sent."""
        with no_statement(), pytest.raises(ParameterError):
            await question(db, **options)


class TestLatestConfiguration:
    """latest_configuration()"""

    async def test_the_newest_is_given_with_its_device(self, db: AsyncSession) -> None:
        """Of one instant the later row is the newer, and its device is loaded."""
        found = await latest_configuration(db, "r1")
        assert found is not None
        with no_statement():
            assert (found.config_data, found.device.hostname) == ("third", "r1")

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            ("2026-11-10T06:00:00Z", "first"),
            ("2026-11-11", "first"),
            (at("11-11 06:00"), "third"),
            ("2026-11-12", "third"),
        ],
    )
    async def test_a_moment_has_its_newest(self, db: AsyncSession, moment: Any, expected: str) -> None:
        """``at`` gives what was the newest then, a snapshot of that very instant included."""
        found = await latest_configuration(db, "r1", at=moment)
        assert found is not None
        assert found.config_data == expected

    async def test_a_moment_is_local(self, db: AsyncSession) -> None:
        """A moment without a zone is in ``tz``."""
        for tz, expected in (("UTC", "third"), ("Asia/Tokyo", "first")):
            found = await latest_configuration(db, "r1", at="2026-11-11T07:00:00", tz=tz)
            assert found is not None
            assert found.config_data == expected

    async def test_none_is_none(self, db: AsyncSession) -> None:
        """Before the first snapshot, and for an unknown device, there is none."""
        assert await latest_configuration(db, "r1", at="2026-11-10") is None
        assert await latest_configuration(db, "r3") is None

    async def test_a_bad_moment_is_refused(self, db: AsyncSession) -> None:
        """A moment of no accepted form is refused."""
        with pytest.raises(ParameterError, match="at='soon'"):
            await latest_configuration(db, "r1", at="soon")


class TestDeviceWithTags:
    """device_with_tags()"""

    async def test_tags_are_loaded(self, db: AsyncSession) -> None:
        """Looking at the tags asks the server nothing, and the device is attached."""
        found = await device_with_tags(db, "core1")
        assert found is not None
        with no_statement():
            assert sorted(f"{tag.type}:{tag.name}" for tag in found.tags) == ["location:berlin", "role:core"]
        assert inspect(found).session is db.sync_session

    async def test_no_tags_are_an_empty_list(self, db: AsyncSession) -> None:
        """A device without tags has an empty list, which is loaded as well."""
        found = await device_with_tags(db, "edge1")
        assert found is not None
        with no_statement():
            assert found.tags == []

    async def test_an_unknown_device_is_none(self, db: AsyncSession) -> None:
        """A hostname is whole and literal."""
        assert await device_with_tags(db, "core*") is None

    async def test_loaded_devices_get_their_tags(self, db: AsyncSession) -> None:
        """A device that the session has already without its tags is given with them."""
        known: Base | None = await db.scalar(select(Device).where(Device.hostname == "core1"))
        found = await device_with_tags(db, "core1")
        assert found is known
        assert found is not None
        with no_statement():
            assert len(found.tags) == 2


@pytest.mark.parametrize(
    "question",
    [
        find_jobs,
        slowest_jobs,
        lambda db: latest_configuration(db, "r1"),
        lambda db: device_with_tags(db, "r1"),
    ],
)
async def test_a_session_of_another_loop_is_refused(
    db: AsyncSession, question: Callable[[AsyncSession], Any]
) -> None:
    """No question is asked with a session of another event loop."""
    with pytest.raises(SessionError, match="another event loop"):
        await asyncio.to_thread(asyncio.run, question(db))
