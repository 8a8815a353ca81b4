"""One COPY under way, that can be stopped without harm to its connection."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any

from asyncpg import InternalClientError, connect_utils
from asyncpg.protocol import NO_TIMEOUT

from netraven_analytics.wire.question import Question
from netraven_db.db.waiting import finished
from netraven_db.settings import Settings

Take = Callable[[bytes], Awaitable[None]]

_END_WITHIN = 5.0  # seconds, from the request to end a COPY; a server that takes longer loses its connection
_ASK_AGAIN = 1.0  # seconds


class Copying:
    """Hands on what COPY sends.

    asyncpg's own way to give up a COPY takes the next rows for the end of it, and what is sent then fails.
    So the driver's call is never cancelled: what still comes is thrown away, and the server is asked to stop
    by another connection.
    """

    def __init__(self, question: Question, take: Take) -> None:
        self._driver = question.driver
        self._query = question.query
        self._take: Take | None = take
        self._task: asyncio.Task[Any] | None = None
        self._heard = 0.0  # when the server last sent something
        self._taking = False  # while the reader works, the server waits for us
        self._silent = False
        self._loop = asyncio.get_running_loop()
        self._alarm: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Until the last row; when cancelled, until the connection is free again.

        Raises:
            TimeoutError: nothing came for NETRAVEN_COMMAND_TIMEOUT. The connection is then closed.
        """
        limit = Settings.from_environment().command_timeout
        self._task = asyncio.create_task(self._copy())
        self._heard = self._loop.time()
        if limit is not None:
            self._alarm = self._loop.call_later(limit, self._listen, limit)
        try:
            await asyncio.shield(self._task)
        except asyncio.CancelledError:
            await finished(asyncio.create_task(self.stop()))
            raise
        except Exception:
            if self._silent:
                raise TimeoutError from None
            raise
        finally:
            if self._alarm is not None:
                self._alarm.cancel()

    async def stop(self) -> None:
        """End the COPY if it still runs."""
        self._take = None
        if self._task is None or self._task.done():
            return
        until = self._loop.time() + _END_WITHIN
        while not self._task.done() and self._loop.time() < until:
            # Asked too early, the server has nothing to end yet; so it is asked more than once.
            ending = asyncio.create_task(_ask_to_end(self._driver))
            await asyncio.wait({self._task, ending}, timeout=_ASK_AGAIN)
            ending.cancel()
            await asyncio.gather(ending, return_exceptions=True)
        if not self._task.done():
            self._driver.terminate()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _copy(self) -> None:
        try:
            await self._driver.copy_from_query(self._query, output=self._sink, timeout=NO_TIMEOUT)
        except InternalClientError:
            # A COPY that cannot begin, since the server has just said goodbye, leaves a future behind that
            # nobody waits for; it would complain.
            for waiter in gc.get_referents(self._driver._protocol):
                if isinstance(waiter, asyncio.Future):
                    waiter.add_done_callback(lambda future: future.cancelled() or future.exception())
            raise

    def _listen(self, limit: float) -> None:
        """Give the connection up where nothing has come for so long."""
        left = limit if self._taking else self._heard + limit - self._loop.time()
        if left > 0:
            self._alarm = self._loop.call_later(left, self._listen, limit)
        else:
            self._silent = True
            self._driver.terminate()

    async def _sink(self, data: bytes) -> None:
        if self._take is not None:
            self._taking = True
            await self._take(data)
            self._taking = False
        self._heard = self._loop.time()


async def _ask_to_end(driver: Any) -> None:
    """Send the protocol's own request, which takes no place among the server's sessions and passes a pooler.

    It is over when the server has closed the line, and has thus passed it on.
    """
    protocol = driver._protocol
    try:
        await connect_utils._cancel(
            loop=driver._loop,
            addr=driver._addr,
            params=driver._params,
            backend_pid=protocol.backend_pid,
            backend_secret=protocol.backend_secret,
        )
    except OSError:
        return  # then what still comes is read and thrown away
