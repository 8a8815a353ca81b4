"""Models: relationships, what a deletion takes with it, and what no repr or query shows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, delete, event, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload, undefer

from netraven_db.db.base import Base, utcnow
from netraven_db.db.engines import current_engine
from netraven_db.db.models import (
    ConnectionLog,
    Credential,
    Device,
    DeviceConfiguration,
    Job,
    JobLog,
    SystemSetting,
    Tag,
)
from netraven_db.db.models.associations import credential_tag_association, device_tag_association
from netraven_db.db.session import get_db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the running loop's engine sends meanwhile."""
    sent: list[str] = []

    def note(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = current_engine().sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def count(entity: object) -> int:
    async with get_db() as db:
        return await db.scalar(select(func.count()).select_from(entity)) or 0  # type: ignore[arg-type]


@pytest.fixture
async def fleet(empty_database: str) -> None:
    """A device with everything that can belong to one, and a credential that shares its tag."""
    tag = Tag(name="berlin", type="location")
    device = Device(hostname="r1", ip_address="192.0.2.1", tags=[tag])
    job = Job(device=device, logs=[JobLog(message="hello", level="INFO")])
    snapshot = DeviceConfiguration(device=device, config_data="hostname r1", metadata_={"lines": 1})
    credential = Credential(username="bob", password="s3cret", tags=[tag])
    async with get_db() as db:
        db.add_all([device, job, snapshot, credential])
        await db.flush()
        db.add(ConnectionLog(job_id=job.id, device_id=device.id, log="transcript"))


class TestRelationships:
    """What leads where."""

    async def test_a_device_leads_to_all_that_is_its_own(self, fleet: None) -> None:
        """A device has configurations, jobs and tags, and each of them leads back."""
        options = [selectinload(each) for each in (Device.configurations, Device.jobs, Device.tags)]
        async with get_db() as db:
            device = (await db.scalars(select(Device).options(*options))).one()
            assert [snapshot.config_data for snapshot in device.configurations] == ["hostname r1"]
            assert [job.device for job in device.jobs] == [device]
            assert [tag.name for tag in device.tags] == ["berlin"]
            assert device.configurations[0].device is device

    async def test_a_tag_joins_devices_and_credentials(self, fleet: None) -> None:
        """Through a shared tag, a device reaches its credentials."""
        options = [selectinload(Tag.devices), selectinload(Tag.credentials)]
        async with get_db() as db:
            tag = (await db.scalars(select(Tag).options(*options))).one()
            assert [device.hostname for device in tag.devices] == ["r1"]
            assert [credential.username for credential in tag.credentials] == ["bob"]

    async def test_a_job_leads_to_its_logs(self, fleet: None) -> None:
        """A job has its logs, and a log its job."""
        async with get_db() as db:
            job = (await db.scalars(select(Job).options(selectinload(Job.logs)))).one()
            assert [(log.message, log.job) for log in job.logs] == [("hello", job)]

    async def test_what_was_not_loaded_can_be_awaited(self, fleet: None) -> None:
        """``awaitable_attrs`` loads a relationship when it is needed."""
        async with get_db() as db:
            device = (await db.scalars(select(Device))).one()
            assert [tag.name for tag in await device.awaitable_attrs.tags] == ["berlin"]


class TestDeletion:
    """What goes with what, by the ORM and by the database alone."""

    async def test_a_device_deleted_as_an_object_takes_its_history(self, fleet: None) -> None:
        """Configurations, jobs, their logs and the links to tags go; the tag stays."""
        async with get_db() as db:
            await db.delete((await db.scalars(select(Device))).one())
        gone = (Device, DeviceConfiguration, Job, JobLog, ConnectionLog, device_tag_association)
        assert [await count(each) for each in gone] == [0] * len(gone)
        assert (await count(Tag), await count(Credential)) == (1, 1)

    async def test_a_device_deleted_by_statement_leaves_its_jobs(self, fleet: None) -> None:
        """In the database a job outlives its device, without one, as do its logs; configurations go."""
        async with get_db() as db:
            await db.execute(delete(Device))
        async with get_db() as db:
            assert [job.device_id for job in await db.scalars(select(Job))] == [None]
        assert (await count(JobLog), await count(DeviceConfiguration), await count(ConnectionLog)) == (
            1,
            0,
            0,
        )
        assert await count(device_tag_association) == 0

    async def test_a_job_takes_its_logs(self, fleet: None) -> None:
        """Logs and transcripts of a job go with it."""
        async with get_db() as db:
            await db.execute(delete(Job))
        assert (await count(JobLog), await count(ConnectionLog), await count(Device)) == (0, 0, 1)

    async def test_a_tag_takes_only_its_links(self, fleet: None) -> None:
        """Devices and credentials outlive a tag."""
        async with get_db() as db:
            await db.delete((await db.scalars(select(Tag))).one())
        assert (await count(device_tag_association), await count(credential_tag_association)) == (0, 0)
        assert (await count(Device), await count(Credential)) == (1, 1)

    async def test_what_leaves_its_owner_is_deleted(self, fleet: None) -> None:
        """A configuration or log that is taken out of its owner's list is an orphan, and goes."""
        async with get_db() as db:
            device = (await db.scalars(select(Device))).one()
            (await device.awaitable_attrs.configurations).clear()
            (await (await device.awaitable_attrs.jobs)[0].awaitable_attrs.logs).clear()
        assert (await count(DeviceConfiguration), await count(JobLog), await count(Job)) == (0, 0, 1)


class TestPasswords:
    """A credential's password is read only by those who ask for it."""

    async def test_no_query_reads_it(self, fleet: None) -> None:
        """Neither a query for credentials nor one that loads them beside tags selects the password."""
        async with get_db() as db:
            with statements() as sent:
                await db.scalars(select(Credential))
                await db.scalars(select(Tag).options(selectinload(Tag.credentials)))
                await db.scalars(select(Credential).join(Credential.tags).distinct())
        read = [statement for statement in sent if "credentials" in statement]
        assert len(read) == 3
        assert not [statement for statement in read if "password" in statement]

    async def test_it_can_be_asked_for(self, fleet: None) -> None:
        """``undefer`` reads it with the query, ``awaitable_attrs`` afterwards."""
        async with get_db() as db:
            credential = (await db.scalars(select(Credential))).one()
            assert await credential.awaitable_attrs.password == "s3cret"
        async with get_db() as db:
            query = select(Credential).options(undefer(Credential.password))
            assert (await db.scalars(query)).one().password == "s3cret"


class TestColumns:
    """Names and defaults."""

    async def test_metadata_is_a_column_with_an_underscore_in_python(self, fleet: None) -> None:
        """``metadata_`` is the column ``metadata``, since the other name belongs to the base."""
        async with get_db() as db:
            assert await db.scalar(text("select metadata->>'lines' from device_configurations")) == "1"
            assert await db.scalar(select(DeviceConfiguration.metadata_)) == {"lines": 1}

    async def test_no_metadata_is_null(self, fleet: None) -> None:
        """A configuration without metadata holds NULL, not JSON's null."""
        async with get_db() as db:
            snapshot = (await db.scalars(select(DeviceConfiguration))).one()
            snapshot.metadata_ = None
            await db.flush()
            assert await db.scalar(text("select metadata is null from device_configurations")) is True

    @pytest.mark.parametrize("value", [{"days": 90}, [1, "a", None], "text", 3.5, True, None])
    async def test_a_setting_is_any_json(self, empty_database: str, value: object) -> None:
        """A setting's value comes back as the JSON value that it was."""
        async with get_db() as db:
            db.add(SystemSetting(key="k", value=value))
        async with get_db() as db:
            assert (await db.scalars(select(SystemSetting))).one().value == value

    async def test_defaults_are_netravens(self, empty_database: str) -> None:
        """A job is pending, a credential has priority 100 and rate 0, and a log is of the present."""
        async with get_db() as db:
            job, credential = Job(), Credential(username="u", password="p")
            log = JobLog(job=job, message="", level="INFO")
            db.add_all([job, credential, log])
            await db.flush()
            assert (job.status, job.device_id, job.scheduled_for) == ("pending", None, None)
            assert (credential.priority, credential.success_rate) == (100, 0.0)
            assert abs((utcnow() - log.timestamp).total_seconds()) < 60

    @pytest.mark.parametrize(
        "pair",
        [
            lambda: [Device(hostname="a", ip_address="1"), Device(hostname="a", ip_address="2")],
            lambda: [Device(hostname="a", ip_address="1"), Device(hostname="b", ip_address="1")],
            lambda: [Tag(name="a", type="x"), Tag(name="a", type="y")],
            lambda: [SystemSetting(key="a", value=1), SystemSetting(key="a", value=2)],
        ],
        ids=["hostname", "address", "tag", "setting"],
    )
    async def test_names_are_unique(self, empty_database: str, pair: object) -> None:
        """Hostname, address, tag name and setting key occur once."""
        with pytest.raises(IntegrityError):
            async with get_db() as db:
                db.add_all(pair())  # type: ignore[operator]


@pytest.mark.parametrize(
    "entity",
    [
        Credential(id=1, username="bob", password="s3cret"),
        DeviceConfiguration(id=1, device_id=2, config_data="s3cret", metadata_={"a": "s3cret"}),
        ConnectionLog(id=1, log="s3cret"),
        JobLog(id=1, job_id=2, level="INFO", message="s3cret"),
        SystemSetting(key="k", value="s3cret"),
        Device(id=1, hostname="r1"),
        Job(id=1),
        Tag(id=1),
    ],
    ids=lambda entity: type(entity).__name__,
)
def test_a_repr_names_and_does_not_tell(entity: Base) -> None:
    """A repr says which row it is, and shows no text, value or password of it."""
    assert repr(entity).startswith(f"{type(entity).__name__}(")
    assert "s3cret" not in repr(entity)


async def test_a_repr_asks_the_server_nothing(fleet: None) -> None:
    """The repr of a loaded object sends no statement, so that a debugger cannot break a session."""
    async with get_db() as db:
        loaded = [
            (await db.scalars(select(kind))).first()
            for kind in (Device, Job, JobLog, Tag, Credential, DeviceConfiguration, ConnectionLog)
        ]
        with statements() as sent:
            assert all(repr(each) for each in loaded)
        assert sent == []
