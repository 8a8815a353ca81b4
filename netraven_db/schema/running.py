"""Alembic is synchronous and our driver is not: a loop for one command."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor

from netraven_db.errors import SessionError


def run(coroutine: Coroutine[None, None, None]) -> None:
    """Run in this thread, where Ctrl-C reaches it, or in another one where a loop runs here already.

    Raises:
        SessionError: Ctrl-C was pressed.
    """
    try:
        if _loop_is_running():
            with ThreadPoolExecutor(1) as thread:
                thread.submit(asyncio.run, coroutine).result()
        else:
            asyncio.run(coroutine)
    except KeyboardInterrupt:
        raise SessionError("Interrupted: run this again, it goes on where it stopped.") from None


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
