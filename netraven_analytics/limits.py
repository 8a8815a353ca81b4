"""How long an ad-hoc query may take, and how many rows of it are read."""

import math
import re
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.whole import whole_number
from netraven_analytics.wire.told import told
from netraven_db.errors import ParameterError, QueryError
from netraven_db.settings import Settings

Limit = int | Literal["all"]
Timeout = float | timedelta | str

ROWS = 1_000_000
SECONDS = 300.0

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)?")
_MOST = 2**31 / 1000  # seconds that the server can count
_TIMEOUT = "statement_timeout"


class RowsCutWarning(UserWarning):
    """An answer has more rows than were read."""


def rows_of(limit: Limit | None, *, ad_hoc: bool) -> int | None:
    """How many rows to read, None for all: unless told otherwise :data:`ROWS` of what is ad hoc.

    Raises:
        ParameterError: it is neither a number from 1 nor 'all'.
    """
    if limit is None:
        return ROWS if ad_hoc else None
    if isinstance(limit, str) and limit == "all":
        return None
    return whole_number(limit, "limit", ", or 'all'")


def seconds_of(timeout: Timeout | None, *, ad_hoc: bool) -> float | None:
    """How long the server may work, 0 for as long as it takes; None leaves the session's own time-out.

    Unless told otherwise, what is ad hoc has NETRAVEN_SQL_TIMEOUT, else :data:`SECONDS`.

    Raises:
        ParameterError: it is no length of time.
    """
    if timeout is not None:
        return _seconds(timeout, "timeout")
    if not ad_hoc:
        return None
    named = Settings.from_environment().sql_timeout
    return SECONDS if named is None else _seconds(named, "NETRAVEN_SQL_TIMEOUT")


@asynccontextmanager
async def timed(session: AsyncSession, seconds: float | None) -> AsyncIterator[None]:
    """Statements of the block may take that long; the transaction's own time-out holds again after it.

    Raises:
        QueryError: one took longer.
    """
    if seconds is None:
        yield
        return
    async with told(session):
        before = await session.scalar(select(func.current_setting(_TIMEOUT)))
        await _set(session, f"{math.ceil(seconds * 1000)}ms")
    try:
        yield
    except QueryError as error:
        if "statement timeout" not in str(error):
            raise
        raise QueryError(
            f"The server gave up after {seconds:g} seconds: ask for less, or give it longer with timeout= "
            "(--timeout in a shell) or NETRAVEN_SQL_TIMEOUT; 0 is as long as it takes."
        ) from None
    async with told(session):
        await _set(session, str(before))


async def _set(session: AsyncSession, value: str) -> None:
    """For this transaction alone: behind a pooler another client gets the connection next."""
    await session.execute(select(func.set_config(_TIMEOUT, value, True)))


def tell_cut(rows: int) -> str:
    """Warn that there are more rows than were read, and give the sentence."""
    read = "the first row was" if rows == 1 else f"the first {rows:,} rows were"
    said = f"Cut: only {read} read, and there are more; limit='all' reads them all."
    warnings.warn(said, RowsCutWarning, stacklevel=3)
    return said


def _seconds(value: Timeout, name: str) -> float:
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
    elif isinstance(value, str):
        match = _LENGTH.fullmatch(value.strip().lower())
        seconds = float(match[1]) * _UNITS[match[2] or "s"] if match else math.nan
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = float(value)
    else:
        seconds = math.nan
    if not 0 <= seconds < _MOST:
        raise ParameterError(
            f"{name}={value!r} is not understood: it takes seconds, or a length such as '90s', '5min' or "
            "'2h'; 0 is as long as it takes."
        )
    return seconds
