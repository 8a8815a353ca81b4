"""What a session sends, and what it says of what it did not load."""

import asyncio

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from netraven_db.db.loading import count_statements
from netraven_db.db.models import Device
from netraven_db.db.session import engine, frozen_session, get_db
from netraven_db.errors import NotLoadedError, SessionError

pytestmark = pytest.mark.usefixtures("empty_database")


async def store_device() -> None:
    async with get_db() as db:
        db.add(Device(hostname="edge-1", ip_address="192.0.2.1"))


async def test_statements_of_another_session_are_not_counted() -> None:
    """Of two sessions of one engine, each with its statements amid the other's, each is counted alone."""
    async with get_db() as mine, get_db() as other:
        await other.execute(text("select 'other, before'"))
        with count_statements(mine) as sent:
            await other.execute(text("select 'other'"))
            await mine.execute(text("select 'mine'"))
            with count_statements(other) as sent_by_other:
                await other.execute(text("select 'other'"))
                await mine.execute(text("select 'mine'"))
    assert sent == ["select 'mine'"] * 2
    assert sent_by_other == ["select 'other'"]


async def test_statements_of_another_task_are_not_counted() -> None:
    """Neither those that wait for the server at the same time, nor any on a connection used before."""

    async def work() -> None:
        for _ in range(3):
            async with get_db() as db:
                await db.execute(text("select pg_sleep(0.01)"))

    async def counted() -> list[str]:
        async with get_db() as db:
            with count_statements(db) as sent:
                for number in range(3):
                    await db.execute(text(f"select {number} from pg_sleep(0.01)"))
                    await db.commit()  # what comes next may have a connection that another task had
        return sent

    sent, *_ = await asyncio.gather(counted(), work(), work())
    assert sent == [f"select {number} from pg_sleep(0.01)" for number in range(3)]


async def test_all_statements_of_a_session_are_counted() -> None:
    """In a transaction that began before, a savepoint, a flush, a lazy load and a second transaction."""
    async with get_db() as db:
        await db.execute(text("select 'before'"))
        with count_statements(db) as sent:
            db.add(Device(hostname="edge-1", ip_address="192.0.2.1"))
            await db.flush()
            async with db.begin_nested():
                await db.execute(text("select 'nested'"))
            await db.commit()
            device = (await db.scalars(select(Device))).one()
            await device.awaitable_attrs.tags
    words = [statement.split()[0] for statement in sent]
    assert words == ["INSERT", "SAVEPOINT", "select", "RELEASE", "SELECT", "SELECT"]


async def test_a_frozen_session_is_counted() -> None:
    """It has an engine of its own options, and is told from others too."""
    async with frozen_session() as mine, frozen_session() as other:
        with count_statements(mine) as sent:
            await mine.execute(text("select 'mine'"))
            await other.execute(text("select 'other'"))
    assert sent == ["select 'mine'"]


async def test_without_a_session_all_are_counted() -> None:
    """Those of every session of the running loop; after the block, none."""
    async with get_db() as one, get_db() as other:
        with count_statements() as sent:
            await one.execute(text("select 'one'"))
            await other.execute(text("select 'other'"))
        await one.execute(text("select 'later'"))
    assert sent == ["select 'one'", "select 'other'"]


async def test_a_session_of_somebody_else_is_refused() -> None:
    """In one sentence: a count of nothing would be taken for the truth."""
    async with AsyncSession(engine.execution_options()) as db:
        with pytest.raises(SessionError) as caught, count_statements(db):
            pass
    assert str(caught.value) == (
        "The statements of this session cannot be told from others': open it with "
        "'async with get_db() as db', or leave db out to count those of every session."
    )


async def test_a_relationship_that_was_not_loaded() -> None:
    """Asking for it without an await says how to load it with the query, and how afterwards."""
    await store_device()
    async with get_db() as db:
        device = (await db.scalars(select(Device))).one()
        with pytest.raises(NotLoadedError) as caught:
            _ = device.tags
        assert await device.awaitable_attrs.tags == []
    assert str(caught.value) == (
        "Device.tags was not loaded, and loading it now would need an await: add "
        ".options(selectinload(Device.tags)) to the select, or write 'await device.awaitable_attrs.tags'."
    )


@pytest.mark.parametrize("why", ["deferred", "expired"])
async def test_a_column_that_was_not_loaded(why: str) -> None:
    """Deferred or expired, asking for it without an await says how to load it."""
    await store_device()
    async with get_db() as db:
        device = (
            await db.scalars(select(Device).options(*[defer(Device.hostname)] * (why == "deferred")))
        ).one()
        if why == "expired":
            db.expire(device)
        with pytest.raises(NotLoadedError) as caught:
            _ = device.hostname
        assert await device.awaitable_attrs.hostname == "edge-1"
    assert str(caught.value) == (
        "A column of this Device is not loaded, being deferred or expired, and loading it now would need an "
        "await: write 'await device.awaitable_attrs.NAME', or 'await db.refresh(…)'."
    )
