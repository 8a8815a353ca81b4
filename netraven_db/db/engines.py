"""One pooled engine for each event loop and database, disposed of together with its loop."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as NoneFreeError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from netraven_db.db.connection import make_engine
from netraven_db.errors import SessionError
from netraven_db.settings import Settings

_Lifetime = AsyncGenerator[None, None]
_Connections = WeakSet[Any]  # the driver's own, as long as they live
_engines: dict[asyncio.AbstractEventLoop, dict[str, tuple[AsyncEngine, _Connections, _Lifetime]]] = {}


def current_engine() -> AsyncEngine:
    """The running loop's engine for the database that the environment names now.

    Raises:
        SessionError: no event loop is running.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise SessionError(
            "The engine belongs to an event loop and none is running: call this from a coroutine, "
            "or hand the coroutine to netraven_analytics.run()."
        ) from None
    url = Settings.from_environment().database_url
    of_loop = _engines.get(loop)
    if of_loop is None:
        _forget_closed_loops()
        of_loop = _engines[loop] = {}
    if url not in of_loop:
        engine = make_engine(url, poolclass=_Pool)
        made = _note_connections(engine)
        of_loop[url] = engine, made, _start(_dispose_with_loop(engine, made, loop))
    return of_loop[url][0]


class _Pool(AsyncAdaptedQueuePool):
    """Fifteen connections at most; who waits for half a minute in vain is told so."""

    def _do_get(self) -> ConnectionPoolEntry:
        try:
            return super()._do_get()
        except NoneFreeError:
            raise SessionError(
                f"All {self.checkedout()} connections of this event loop are in use, and none came free in "
                f"{self.timeout():.0f} seconds: end sessions with 'async with get_db() as db', or have fewer."
            ) from None


def _note_connections(engine: AsyncEngine) -> _Connections:
    made: _Connections = WeakSet()
    event.listen(engine.sync_engine, "connect", lambda adapted, _: made.add(adapted.driver_connection))
    return made


async def _dispose_with_loop(
    engine: AsyncEngine, made: _Connections, loop: asyncio.AbstractEventLoop
) -> _Lifetime:
    """Lives until the loop shuts its generators down, as ``asyncio.run`` does before it closes the loop."""
    try:
        yield
    finally:
        _engines.pop(loop, None)
        await engine.dispose()
        _hang_up(made)  # those of sessions that nobody closed


def _start(lifetime: _Lifetime) -> _Lifetime:
    """Run the generator up to its ``yield`` without waiting, which makes the running loop know it."""
    with contextlib.suppress(StopIteration):
        lifetime.__anext__().send(None)
    return lifetime


def _forget_closed_loops() -> None:
    """End the connections of loops that were closed without shutting down, at the next loop's first use."""
    for loop in list(_engines):  # a copy, since other threads add theirs
        if loop.is_closed():
            for engine, made, _ in _engines.pop(loop, {}).values():
                engine.sync_engine.dispose(close=False)
                _hang_up(made)


def _hang_up(made: _Connections) -> None:
    for connection in list(made):
        with suppress(RuntimeError):  # a closed loop is told of after the server was
            connection.terminate()
