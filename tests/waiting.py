"""Waiting for something that the server does in its own time."""

import asyncio
from collections.abc import Callable

from netraven_db.db.connection import connect


async def until(url: str, query: str, reached: Callable[[int], bool]) -> None:
    """Ask until the answer is reached, for 30 seconds at most."""
    connection = await connect(url)
    try:
        async with asyncio.timeout(30):
            while not reached(await connection.fetchval(query)):  # noqa: ASYNC110 - the event is the server's
                await asyncio.sleep(0.01)
    finally:
        await connection.close()
