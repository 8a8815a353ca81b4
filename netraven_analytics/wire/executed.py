"""What COPY cannot answer: the driver's rows, made a frame a few at a time, so that others get their turn."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from netraven_analytics.dtypes import DtypeBackend, series
from netraven_analytics.wire.decoders import BEYOND_PYTHON, require_finite
from netraven_analytics.wire.garbage import STEP, keep_young_few
from netraven_analytics.wire.plan import as_sent
from netraven_db.errors import QueryError

_PAUSE = 0.005  # seconds; in less there are too few new objects for a full collection
_JSON = (114, 199, 3802, 3807)


async def executed(connection: AsyncConnection, statement: Executable) -> CursorResult[Any]:
    """The statement's result, as the driver read it.

    Raises:
        QueryError: the driver cannot make a value of Python's of one in the answer.
    """
    sparing = asyncio.create_task(_keep_young_few())
    try:
        return await connection.execute(statement)
    except (
        ValueError,
        OverflowError,
        RecursionError,
    ):  # of the driver; SQLAlchemy has parameters' as its own
        raise QueryError(BEYOND_PYTHON) from None
    finally:
        sparing.cancel()
        keep_young_few()  # the list of all rows as well, which is long to look through


async def gathered(result: CursorResult[Any], backend: DtypeBackend, limit: int | None) -> pd.DataFrame:
    """The rows of the result, or the first ones of them.

    Raises:
        QueryError: a number in JSON is larger than a float.
    """
    names = list(result.keys())
    columns = _Columns(result, backend)
    left = limit
    while True:
        rows = result.fetchmany(STEP if left is None else min(STEP, left))
        # Off the loop's thread, and a few rows at a time: what is converted as a whole stops all threads.
        await asyncio.to_thread(columns.add, rows)
        left = None if left is None else left - len(rows)
        if len(rows) < STEP or left == 0:
            break
    result.close()
    table = await asyncio.to_thread(columns.frame)
    table.columns = pd.Index(names, dtype="str")
    return table


class _Columns:
    """The columns of a result, in slices."""

    def __init__(self, result: CursorResult[Any], backend: DtypeBackend) -> None:
        self._oids: list[Any] = [column[1] for column in result.cursor.description]
        self._declared = _declared_types(result, len(self._oids))
        self._own = [
            not as_sent(declared, oid, result.dialect)
            for declared, oid in zip(self._declared, self._oids, strict=True)
        ]
        self._backend = backend
        self._slices: list[list[pd.Series]] = [[] for _ in self._oids]

    def add(self, rows: Sequence[Any]) -> None:
        columns = list(zip(*rows, strict=True)) or [()] * len(self._oids)
        for place, values in enumerate(columns):
            self._slices[place].append(self._series(place, values))
        keep_young_few()

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(
            {place: pd.concat(slices, ignore_index=True) for place, slices in enumerate(self._slices)}
        )

    def _series(self, place: int, values: Sequence[Any]) -> pd.Series:
        if self._own[place]:
            return pd.Series(list(values), dtype="object")
        if self._oids[place] in _JSON:
            require_finite(list(values))
        return series(values, self._oids[place], self._declared[place], self._backend)


async def _keep_young_few() -> None:
    while True:
        keep_young_few()
        await asyncio.sleep(_PAUSE)


def _declared_types(result: CursorResult[Any], count: int) -> list[TypeEngine[Any] | None]:
    """The types that SQLAlchemy knows of the columns that were sent for; a text has none."""
    columns = getattr(result.context.compiled, "_result_columns", ())
    declared: list[TypeEngine[Any] | None] = [column.type for column in columns]
    return declared if len(declared) == count else [None] * count
