"""An answer as frames of some rows each, in constant memory."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Self

import pandas as pd
import pyarrow as pa
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.dtypes import DtypeBackend
from netraven_analytics.wire.chunks import Chunks
from netraven_analytics.wire.columns import Column
from netraven_analytics.wire.occupied import Occupation
from netraven_analytics.wire.question import Question
from netraven_analytics.wire.told import told
from netraven_analytics.wire.values import Gathering
from netraven_db.db.waiting import finished

Whole = Callable[[AsyncSession], Awaitable[pd.DataFrame]]

_endings: set[asyncio.Task[Any]] = set()  # a task that nothing refers to may vanish before it ends


class FrameStream:
    """Iterates over frames; ``async with`` or :meth:`aclose` ends it before its last row."""

    def __init__(
        self,
        session: AbstractAsyncContextManager[AsyncSession],
        ask: Callable[[AsyncSession], Awaitable[Question | None]],
        whole: Whole,
        rows: int,
        backend: DtypeBackend = None,
        size: int | None = None,
    ) -> None:
        self._scope = session
        self._ask = ask
        self._whole = whole
        self._rows, self._size = rows, size
        self._backend = backend
        self._session: AsyncSession | None = None
        self._chunks: Chunks | None = None
        self._occupation: Occupation | None = None
        self._columns: Sequence[Column] = ()
        self._slices: list[pd.DataFrame] = []
        self._closed = False

    @property
    def dates(self) -> frozenset[str]:
        """The columns that are dates, once a frame is there: in a frame they are times like others."""
        return frozenset(column.name for column in self._columns if column.of_dates)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> pd.DataFrame:
        if self._closed:
            raise StopAsyncIteration
        try:
            piece = await self._next()
        except BaseException:
            await self.aclose()
            raise
        if piece is None:
            await self.aclose()
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """End the stream, however often that is cancelled; its session is free for the next statement."""
        if self._closed:
            return
        self._closed = True
        if self._session is not None:
            await finished(asyncio.create_task(_end(self._occupation, self._scope)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        """After ``break``: the session's next statement waits for the end that begins here."""
        if self._closed or self._session is None:
            return
        if self._occupation is not None:
            self._occupation.left = True
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        task = loop.create_task(_end(self._occupation, self._scope))
        _endings.add(task)
        task.add_done_callback(_endings.discard)

    async def _next(self) -> pd.DataFrame | None:
        if self._session is None:
            self._session = await self._scope.__aenter__()
            await self._open(self._session)
        if self._chunks is None:
            return self._slices.pop(0) if self._slices else None
        async with told(self._session):
            table = await self._chunks.next()
        if table is None:
            return None
        # Without a reference to self: the thread may hold it for longer than the loop that reads the stream.
        return await asyncio.to_thread(_frame, table, self._columns, self._backend)

    async def _open(self, session: AsyncSession) -> None:
        found = await self._ask(session)
        if found is None:
            table = await self._whole(session)
            starts = range(0, max(len(table), 1), self._rows)
            self._slices = [table.iloc[start : start + self._rows].reset_index(drop=True) for start in starts]
            return
        self._columns = found.columns
        self._chunks = Chunks(found, self._rows, self._size)
        connection = (await session.connection()).sync_connection
        assert connection is not None
        self._occupation = Occupation(connection, self._chunks.close)


def _frame(table: pa.Table, columns: Sequence[Column], backend: DtypeBackend) -> pd.DataFrame:
    gathering = Gathering(columns, backend)
    gathering.add(table)
    return gathering.frame()


async def _end(occupation: Occupation | None, scope: AbstractAsyncContextManager[AsyncSession]) -> None:
    if occupation is not None:
        await occupation.end()
    await scope.__aexit__(None, None, None)
