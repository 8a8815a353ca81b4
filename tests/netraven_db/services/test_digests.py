"""Digests of snapshots that were there before the trigger."""

import asyncio

import pytest

from netraven_db.db.models import Device, DeviceConfiguration
from netraven_db.db.session import get_db
from netraven_db.errors import NetRavenError
from netraven_db.services import digests
from tests.migrations.schema_catalog import connected, fetch, run

UNDO = (
    "delete from analytics.configuration_digests",
    "update analytics.configuration_backfill set digested_to = 0, "
    "last_id = (select max(id) from device_configurations)",
)


@pytest.fixture
async def old(empty_database):
    """Thirty snapshots without digests, as the upgrade finds them; some ids are missing."""
    async with get_db() as db:
        device = Device(hostname="a", ip_address="192.0.2.1")
        db.add_all([DeviceConfiguration(device=device, config_data="x" * n) for n in range(30)])
    await run(empty_database, "delete from device_configurations where id in (1, 7, 8, 9)", *UNDO)
    return empty_database


async def sizes(url):
    return [row[0] for row in await fetch(url, "select size from analytics.configuration_digests order by 1")]


EXPECTED = [n for n in range(30) if n + 1 not in (1, 7, 8, 9)]


async def test_in_small_steps(old, monkeypatch):
    """However small the steps are, each snapshot gets its digest once, and progress never goes back."""
    monkeypatch.setattr(digests, "_END_OF_BATCH", _batches_of(3))
    told = []
    assert await digests.backfill(lambda done, of: told.append((done, of))) == 26
    assert await sizes(old) == EXPECTED
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1] == (30, 30)
    assert await digests.backfill() == 0


async def test_it_goes_on_where_it_stopped(old, monkeypatch):
    """An interruption loses no more than the step it came in."""
    monkeypatch.setattr(digests, "_END_OF_BATCH", _batches_of(5))

    def interrupt(done, of):
        if done > 10:
            raise NetRavenError("enough")

    with pytest.raises(NetRavenError, match="enough"):
        await digests.backfill(interrupt)
    done = len(await sizes(old))
    assert 5 <= done < 26
    assert await digests.backfill() == 26 - done
    assert await sizes(old) == EXPECTED


async def test_two_at_once(old, monkeypatch):
    """Both finish, and together they digest everything once."""
    monkeypatch.setattr(digests, "_END_OF_BATCH", _batches_of(2))
    assert sum(await asyncio.gather(digests.backfill(), digests.backfill())) == 26
    assert await sizes(old) == EXPECTED


async def test_a_snapshot_edited_before_it_is_reached(old):
    """The trigger's digest of the new text stays."""
    await run(old, "update device_configurations set config_data = 'xyz' where id = 20")
    await digests.backfill()
    assert await sizes(old) == sorted([*EXPECTED[:15], *EXPECTED[16:], 3])


async def test_a_snapshot_deleted_meanwhile(old):
    """A snapshot whose deletion is about to be committed leaves no digest behind."""
    async with connected(old) as other:
        await other.execute("begin; delete from device_configurations where id = 20")
        filling = asyncio.create_task(digests.backfill())
        await asyncio.sleep(0.3)
        assert not filling.done()
        await other.execute("commit")
        assert await filling == 25
    assert 19 not in await sizes(old)


async def test_digests_of_nothing_are_forgotten(old):
    """A digest whose snapshot is gone, such as after a restore, goes too."""
    await digests.backfill()
    await run(
        old,
        "alter table device_configurations disable trigger all",
        "delete from device_configurations where id < 20",
        "alter table device_configurations enable trigger all",
    )
    await digests.notice_changes_unseen()
    assert await sizes(old) == list(range(19, 30))


def _batches_of(rows):
    from sqlalchemy import text

    return text(digests._END_OF_BATCH.text.replace(f"limit {digests._ROWS}", f"limit {rows}"))
