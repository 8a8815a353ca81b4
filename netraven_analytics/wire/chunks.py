"""An answer in pieces: COPY runs beside its reader, and the server waits while the reader does."""

import asyncio

import pyarrow as pa

from netraven_analytics.wire.blocks import empty, parsed
from netraven_analytics.wire.copying import Copying
from netraven_analytics.wire.question import Question
from netraven_analytics.wire.reader import Blocks
from netraven_db.db.waiting import finished

_BLOCK = 4 * 2**20  # bytes
_AHEAD = 1  # parsed blocks that wait for the reader
_SAVEPOINT = "netraven_stream"


class Chunks:
    """The rows of a query in tables of ``rows`` rows each, the last one shorter.

    With ``size``, those of long texts have fewer rows: about so many bytes. No rows at all are one empty
    table. The query runs under a savepoint, so that leaving early costs the user's transaction nothing.
    """

    def __init__(self, question: Question, rows: int, size: int | None = None) -> None:
        self._question = question
        self._driver = question.driver
        self._columns = question.columns
        self._rows, self._size = rows, size
        self._arrived: asyncio.Queue[pa.Table | None] = asyncio.Queue(_AHEAD)
        self._held: list[pa.Table] = []
        self._given = 0
        self._guarded = question.driver.is_in_transaction()
        self._saved = False
        self._copy: asyncio.Task[None] | None = None
        self._over = False

    async def next(self) -> pa.Table | None:
        """The next rows, or none after the last."""
        if self._copy is None:
            self._copy = asyncio.create_task(self._run())
        while not self._over and not self._is_enough():
            await self._more()
        whole = pa.concat_tables(self._held) if self._held else empty(self._columns)
        self._held = [whole.slice(self._rows)] if len(whole) > self._rows else []
        piece = whole.slice(0, self._rows)
        if not len(piece) and self._given:
            return None
        self._given += 1
        return piece

    async def close(self) -> None:
        """Stop the query where it is, and make the connection free for the next statement."""
        task, self._copy = self._copy, None
        if task is None or self._over:
            return
        self._over = True
        task.cancel()
        while not task.done():  # the COPY may wait for a place for its next rows
            if not self._arrived.empty():
                self._arrived.get_nowait()
            await asyncio.wait({task}, timeout=0.01)
        if self._saved and not self._driver.is_closed():
            await self._driver.execute(f"rollback to savepoint {_SAVEPOINT}; release savepoint {_SAVEPOINT}")

    def _is_enough(self) -> bool:
        return sum(map(len, self._held)) >= self._rows or (
            self._size is not None and sum(table.nbytes for table in self._held) >= self._size
        )

    async def _more(self) -> None:
        assert self._copy is not None
        waiting = asyncio.create_task(self._arrived.get())
        try:
            await asyncio.wait({waiting, self._copy}, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                await self._copy  # raises what went wrong
            table = await waiting
        finally:
            waiting.cancel()
        if table is None:
            self._over = True
        elif len(table):
            self._held.append(table)

    async def _run(self) -> None:
        if self._guarded:
            await finished(asyncio.create_task(self._save()))
        blocks = Blocks(self._hand_on, _BLOCK)
        await Copying(self._question, blocks.take).run()
        await self._hand_on(blocks.rest())
        if self._saved:
            await finished(asyncio.create_task(self._release()))
        await self._arrived.put(None)

    # Done whole, however often it is cancelled: whoever leaves has to know whether to undo it.

    async def _save(self) -> None:
        await self._driver.execute(f"savepoint {_SAVEPOINT}")
        self._saved = True

    async def _release(self) -> None:
        await self._driver.execute(f"release savepoint {_SAVEPOINT}")
        self._saved = False

    async def _hand_on(self, parts: list[bytes]) -> None:
        await self._arrived.put(await asyncio.to_thread(parsed, parts, self._columns))
