"""Waiting for what must not be left half done."""

import asyncio
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def finished(task: "asyncio.Task[T]", *, stop: bool = False) -> T:
    """The task's result; when cancelled, however often, only after its end. ``stop`` cancels it once."""
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if stop:
            task.cancel()
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # is taken note of: nobody else will ask
        raise
