"""COPY on the session's own driver connection, its blocks parsed in threads while the next ones arrive."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pandas as pd

from netraven_analytics.dtypes import DtypeBackend
from netraven_analytics.wire.blocks import parsed
from netraven_analytics.wire.copying import Copying
from netraven_analytics.wire.question import Question
from netraven_analytics.wire.values import Gathering

BLOCK = 2**21  # bytes; larger ones are no faster and need more memory
SMALL = 2**18  # what is parsed sooner than a thread is asked for it
_AHEAD = 2  # blocks that wait for the parser; beyond them the server waits
_FEW = 2**17  # bytes; to be woken for each few of many costs more than to parse them
_FAST = 2**26  # bytes a second; from a server that sends so fast, many come within a pause
_PAUSE = 0.0005  # seconds; a local socket does not fill up meanwhile


class Blocks:
    """Collects what COPY sends and hands it on in blocks of whole rows."""

    def __init__(self, hand_on: Callable[[list[bytes]], Awaitable[None]], size: int = BLOCK) -> None:
        self._hand_on = hand_on
        self._limit = size
        self._parts: list[bytes] = []
        self._size = 0
        self._taken = 0.0  # when the last piece was

    async def take(self, data: bytes) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= self._limit and data.endswith(b"\n"):  # a line feed only ends a row
            await self._hand_on(self.rest())
        elif self._size > SMALL and self._has_more_soon(len(data)):
            # The loop's own timer goes by whole milliseconds: the socket fills up and the server waits.
            time.sleep(_PAUSE)  # noqa: ASYNC251 - shorter than many a callback

    def _has_more_soon(self, size: int) -> bool:
        before, self._taken = self._taken, time.perf_counter()
        return size < _FEW and size > _FAST * (self._taken - before)

    def rest(self) -> list[bytes]:
        parts, self._parts, self._size = self._parts, [], 0
        return parts


async def read(
    question: Question, backend: DtypeBackend = None, progress: Callable[[int], object] | None = None
) -> pd.DataFrame:
    """All rows of the query."""
    loop = asyncio.get_running_loop()
    gathering = Gathering(question.columns, backend)
    parser = ThreadPoolExecutor(1, "netraven-frame")  # one, so that the blocks keep their order
    waiting: deque[asyncio.Future[int]] = deque()

    def gather(parts: list[bytes]) -> int:
        table = parsed(parts, question.columns)
        gathering.add(table)
        return len(table)

    def arrived(rows: int) -> None:
        if progress:
            progress(rows)

    async def hand_on(parts: list[bytes]) -> None:
        waiting.append(loop.run_in_executor(parser, gather, parts))
        if len(waiting) > _AHEAD:
            arrived(await waiting.popleft())

    blocks = Blocks(hand_on)
    try:
        await Copying(question, blocks.take).run()
        rest = blocks.rest()
        if not waiting and sum(map(len, rest)) < SMALL:
            arrived(gather(rest))
            return gathering.frame()
        await hand_on(rest)
        for block in waiting:
            arrived(await block)
        return await loop.run_in_executor(parser, gathering.frame)
    finally:
        for block in waiting:
            block.cancel()
        parser.shutdown(wait=False, cancel_futures=True)
