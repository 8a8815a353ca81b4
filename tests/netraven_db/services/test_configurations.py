"""Storing and finding a device's configurations."""

from datetime import timedelta

from sqlalchemy import select

from netraven_db.db.base import utcnow
from netraven_db.db.models import Device, DeviceConfiguration
from netraven_db.db.session import get_db
from netraven_db.services import get_device_with_config, save_new_config


async def make_device() -> int:
    async with get_db() as db:
        device = Device(hostname="r1", ip_address="192.0.2.1")
        db.add(device)
        await db.flush()
        return device.id


async def test_a_saved_configuration_is_stored_with_its_metadata(empty_database: str) -> None:
    """The caller's session commits a snapshot of the present, with the text and metadata as given."""
    device_id = await make_device()
    async with get_db() as db:
        given = await save_new_config(device_id, "hostname r1\n", {"method": "ssh"}, db)
    async with get_db() as db:
        stored = (await db.scalars(select(DeviceConfiguration))).one()
    assert (stored.id, stored.device_id) == (given.id, device_id)
    assert (stored.config_data, stored.metadata_) == ("hostname r1\n", {"method": "ssh"})
    assert abs(stored.retrieved_at - utcnow()) < timedelta(minutes=1)


async def test_saving_does_not_commit(empty_database: str) -> None:
    """When the caller's session rolls back, nothing was saved."""
    device_id = await make_device()
    async with get_db() as db:
        await save_new_config(device_id, "text", {}, db)
        await db.rollback()
    async with get_db() as db:
        assert (await db.scalars(select(DeviceConfiguration))).all() == []


async def test_a_device_comes_with_its_configurations(empty_database: str) -> None:
    """The configurations are loaded: they can be read after the session has ended."""
    device_id = await make_device()
    async with get_db() as db:
        for text in ("one", "two"):
            await save_new_config(device_id, text, {}, db)
    async with get_db() as db:
        device = await get_device_with_config("r1", db)
    assert device is not None
    assert sorted(snapshot.config_data for snapshot in device.configurations) == ["one", "two"]


async def test_a_device_without_configurations_has_an_empty_list(empty_database: str) -> None:
    """A device that was never backed up is found all the same."""
    await make_device()
    async with get_db() as db:
        device = await get_device_with_config("r1", db)
    assert device is not None
    assert device.configurations == []


async def test_an_unknown_device_is_none(empty_database: str) -> None:
    """A hostname that is not there gives None; hostnames are whole and literal."""
    await make_device()
    async with get_db() as db:
        assert await get_device_with_config("r", db) is None
        assert await get_device_with_config("R1", db) is None
        assert await get_device_with_config("r%", db) is None
