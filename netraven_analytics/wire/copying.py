"""One COPY under way, that can be stopped without harm to its connection."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from netraven_analytics.wire.question import Question
from netraven_db.errors import NetRavenError

Take = Callable[[bytes], Awaitable[None]]


class Copying:
    """Hands on what COPY sends.

    asyncpg's own way to give up a COPY takes the next rows for the end of it, and what is sent then fails.
    So the driver's call is never cancelled: what still comes is thrown away, and the server is asked to stop
    by another connection.
    """

    def __init__(self, question: Question, take: Take) -> None:
        self._question = question
        self._take: Take | None = take
        self._task: asyncio.Task[Any] | None = None

    async def run(self) -> None:
        """Until the last row; when cancelled, until the connection is free again."""
        asked = self._question
        self._task = asyncio.create_task(asked.driver.copy_from_query(asked.query, output=self._sink))
        try:
            await asyncio.shield(self._task)
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.create_task(self.stop()))
            raise

    async def stop(self) -> None:
        """End the COPY if it still runs."""
        self._take = None
        if self._task is None or self._task.done():
            return
        ending = asyncio.create_task(
            _end_query(self._question.engine, self._question.driver.get_server_pid())
        )
        await asyncio.wait({self._task, ending}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(self._task, return_exceptions=True)
        ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)

    async def _sink(self, data: bytes) -> None:
        if self._take is not None:
            await self._take(data)


async def _end_query(engine: AsyncEngine, pid: int) -> None:
    try:
        async with engine.connect() as other:
            await other.exec_driver_sql(f"select pg_cancel_backend({pid})")
    except (SQLAlchemyError, NetRavenError, OSError):
        return  # then the rest of the rows is read and thrown away
