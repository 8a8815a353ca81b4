"""What is done again when the server fails it, and for how long; docs/database.md has the table."""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from netraven_db.db.faults import sqlstate_of
from netraven_db.errors import ConnectionLostError, DatabaseUnavailableError, UnknownCommitError

T = TypeVar("T")

TRIES = 3  # that a server has begun; a statement that brings it down is not to do so over and over
PATIENCE = 30.0  # seconds from the first failure, after which no try begins
_PAUSE, _LONGEST_PAUSE = 0.1, 3.0  # seconds before the second try, and before any

# The work met another transaction, or what a standby had to remove.
_MET_ANOTHER = ("40001", "40P01")
# Or the server goes down, is down, comes up, has no place left.
_PASSING = (*_MET_ANOTHER, "57P01", "57P02", "57P03", "53300")


async def read_again(work: Callable[[], Awaitable[T]]) -> T:
    """The result of work that only reads, begun anew where the server or the connection failed it.

    The work has a session of its own, and leaves nothing behind when it raises.

    Raises:
        Whatever the work raises: at once where another try would end in the same way, else on the last try.
    """
    return await _again(work, _may_read_again)


async def write_again(work: Callable[[], Awaitable[T]]) -> T:
    """The result of work that writes in one transaction, begun anew only where the server has rolled it back.

    Raises:
        Whatever the work raises, as :func:`read_again`.
    """
    return await _again(work, lambda error, begun: sqlstate_of(error) in _MET_ANOTHER)


async def _again(work: Callable[[], Awaitable[T]], may: Callable[[Exception, bool], bool]) -> T:
    tries, pause, until = 0, _PAUSE, math.inf
    while True:
        try:
            return await work()
        except Exception as error:
            until = min(until, time.monotonic() + PATIENCE)
            tries += not _was_kept_out(error)
            if not may(error, tries > 0) or tries >= TRIES or time.monotonic() + pause > until:
                _say_how_often(error, tries)
                raise
        await asyncio.sleep(pause * random.uniform(0.5, 1))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _may_read_again(error: Exception, begun: bool) -> bool:
    """``begun`` says that a server was there once: who never reached one may have the wrong address."""
    if isinstance(error, UnknownCommitError):
        return False
    code = sqlstate_of(error) or ""
    lost = isinstance(error, ConnectionLostError) or code in _PASSING or code.startswith("08")
    return lost or (begun and code == "" and _was_kept_out(error))


def _was_kept_out(error: Exception) -> bool:
    """Whether there was no connection, so that nothing was tried."""
    lost = isinstance(error, (ConnectionLostError, UnknownCommitError))
    return isinstance(error, DatabaseUnavailableError) and not lost


def _say_how_often(error: Exception, tries: int) -> None:
    if tries > 1 and error.args:
        error.args = (f"{error.args[0]} It was tried {tries} times.", *error.args[1:])
