"""COPY on the session's own driver connection, its blocks parsed in threads while the next ones arrive."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pandas as pd

from netraven_analytics.dtypes import DtypeBackend
from netraven_analytics.wire.blocks import parsed
from netraven_analytics.wire.copying import Copying
from netraven_analytics.wire.question import Question
from netraven_analytics.wire.values import pieces, to_frame

BLOCK = 2**20  # bytes; larger ones are no faster and need more memory
SMALL = 2**18  # what is parsed sooner than a thread is asked for it
AT_ONCE = 1  # blocks that wait or are parsed; beyond them the server waits


class Blocks:
    """Collects what COPY sends and hands it on in blocks of whole rows."""

    def __init__(self, hand_on: Callable[[list[bytes]], Awaitable[None]], size: int = BLOCK) -> None:
        self._hand_on = hand_on
        self._limit = size
        self._parts: list[bytes] = []
        self._size = 0

    async def take(self, data: bytes) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= self._limit and data.endswith(b"\n"):  # a line feed only ends a row
            await self._hand_on(self.rest())

    def rest(self) -> list[bytes]:
        parts, self._parts, self._size = self._parts, [], 0
        return parts


async def read(question: Question, backend: DtypeBackend = None) -> pd.DataFrame:
    """All rows of the query."""
    columns = question.columns
    tasks: list[asyncio.Task[list[Any]]] = []

    def convert(parts: list[bytes]) -> list[Any]:
        return pieces(parsed(parts, columns), columns, backend)

    async def hand_on(parts: list[bytes]) -> None:
        tasks.append(asyncio.create_task(asyncio.to_thread(convert, parts)))
        if len(tasks) > AT_ONCE:
            await tasks[-AT_ONCE - 1]

    blocks = Blocks(hand_on)
    try:
        await Copying(question, blocks.take).run()
        rest = blocks.rest()
        if not tasks and sum(map(len, rest)) < SMALL:
            return to_frame([convert(rest)], columns, backend)
        await hand_on(rest)
        made = await asyncio.gather(*tasks)
        tasks.clear()
        return await asyncio.to_thread(to_frame, made, columns, backend)
    finally:
        for task in tasks:
            task.cancel()
