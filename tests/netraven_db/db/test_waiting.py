"""Waiting for what must not be left half done."""

import asyncio

import pytest

from netraven_db.db.waiting import finished


async def test_a_cancelled_waiter_waits_for_the_end() -> None:
    """However often it is cancelled."""
    done = asyncio.Event()
    waiter = asyncio.create_task(finished(asyncio.create_task(asyncio.sleep(0.05))))
    waiter.add_done_callback(lambda _: done.set())
    for _ in range(3):
        await asyncio.sleep(0)
        waiter.cancel()
    await asyncio.sleep(0)
    assert not done.is_set()
    with pytest.raises(asyncio.CancelledError):
        await waiter


async def test_what_it_waits_for_can_be_asked_to_stop() -> None:
    """Once, so that it can tidy up."""
    stopped = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            stopped.append(True)

    waiter = asyncio.create_task(finished(asyncio.create_task(work()), stop=True))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    assert stopped == [True]
