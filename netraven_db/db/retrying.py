"""What is done again when the server fails it, and for how long; docs/database.md has the table."""

import asyncio
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
    return await _again(work, lambda error: sqlstate_of(error) in _MET_ANOTHER)


async def _again(work: Callable[[], Awaitable[T]], may: Callable[[Exception], bool]) -> T:
    tries, pause, until = 0, _PAUSE, 0.0
    while True:
        try:
            return await work()
        except Exception as error:
            until = until or time.monotonic() + PATIENCE
            reached = not _is_unreachable(error)
            tries += reached
            # Who never reached the server has the wrong address; who did waits for it to come back.
            again = may(error) if reached else tries > 0
            if not again or tries >= TRIES or time.monotonic() + pause > until:
                _say_how_often(error, tries)
                raise
        await asyncio.sleep(pause * random.uniform(0.5, 1))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _may_read_again(error: Exception) -> bool:
    code = sqlstate_of(error) or ""
    if isinstance(error, UnknownCommitError):
        return False
    return isinstance(error, ConnectionLostError) or code in _PASSING or code.startswith("08")


def _is_unreachable(error: Exception) -> bool:
    """Whether nobody answered: neither a server that was there and went, nor one that says why not now."""
    silent = isinstance(error, DatabaseUnavailableError) and error.sqlstate is None
    return silent and not isinstance(error, (ConnectionLostError, UnknownCommitError))


def _say_how_often(error: Exception, tries: int) -> None:
    if tries > 1 and error.args:
        error.args = (f"{error.args[0]} It was tried {tries} times.", *error.args[1:])
