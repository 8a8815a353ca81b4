"""A connection that a stream reads from: what comes next on it ends a stream that was left, or is refused."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, event
from sqlalchemy.util import await_only

from netraven_db.db.waiting import finished
from netraven_db.errors import SessionError

_occupied: "WeakKeyDictionary[Connection, Occupation]" = WeakKeyDictionary()


class Occupation:
    """The time from a stream's first row to its end.

    ``break`` leaves an iterator without a word and nothing can be awaited when it is dropped, so the next
    statement, commit or rollback of the session does the waiting.
    """

    def __init__(self, connection: Connection, close: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.left = False
        self._connection = connection
        self._close = close
        self._ending: asyncio.Task[None] | None = None
        _occupied[connection] = self
        if not event.contains(connection, "commit", _before_end):  # none can be removed while it runs
            event.listen(connection, "before_cursor_execute", _before_statement)
            event.listen(connection, "commit", _before_end)
            event.listen(connection, "rollback", _before_end)

    async def end(self) -> None:
        """Give the connection back to the session.

        What is half closed would be of no use to it, and who comes second waits for the first.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._close())
        await finished(self._ending)
        if _occupied.get(self._connection) is self:
            del _occupied[self._connection]

    async def make_way(self) -> None:
        """End a stream that was left.

        Raises:
            SessionError: it is still being read.
        """
        if not self.left:
            raise SessionError(
                "A stream is being read on this session: read it to its end, close it, or use another one."
            )
        await self.end()


def _before_statement(connection: Connection, *_: Any) -> None:
    if connection in _occupied:
        await_only(make_way(connection))


def _before_end(connection: Connection) -> None:
    if connection in _occupied:
        await_only(_occupied[connection].end())


async def make_way(connection: Connection) -> None:
    """End a stream that was left on the connection.

    Raises:
        SessionError: one is still being read.
    """
    occupation = _occupied.get(connection)
    if occupation is not None:
        await occupation.make_way()
