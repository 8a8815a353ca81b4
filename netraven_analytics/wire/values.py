"""Parsed columns become a DataFrame with the dtypes of :mod:`netraven_analytics.dtypes`."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from netraven_analytics.dtypes import INSTANT, DtypeBackend, arrow_type
from netraven_analytics.wire.columns import TEXT, Column
from netraven_analytics.wire.intervals import durations

_ZONED = pd.DatetimeTZDtype("us", UTC)
_DTYPES: dict[str, Any] = {
    "Int64": pd.Int64Dtype(),
    "boolean": pd.BooleanDtype(),
    "str": pd.StringDtype(na_value=np.nan),
}


def pieces(table: pa.Table, columns: Sequence[Column], backend: DtypeBackend) -> list[Any]:
    """The columns of a block as pandas keeps them, so that arrow's memory is free for the next block."""
    # Whether an interval has months is only known at the end.
    return [
        values if column.is_interval else _array(values, column, backend)
        for values, column in zip(table.columns, columns, strict=True)
    ]


def to_frame(blocks: list[list[Any]], columns: Sequence[Column], backend: DtypeBackend) -> pd.DataFrame:
    """The rows of the blocks in their order. The blocks are emptied: no answer is in memory twice."""
    made: dict[int, Any] = {}
    for position, column in enumerate(columns):
        parts = [block[position] for block in blocks]
        for block in blocks:
            block[position] = None
        made[position] = _joined(parts, column, backend)
    frame = pd.DataFrame(made, copy=False)
    frame.columns = pd.Index([column.name for column in columns], dtype="str")
    return frame


def _joined(parts: list[Any], column: Column, backend: DtypeBackend) -> Any:
    if column.is_interval:
        return durations(pa.chunked_array([chunk for part in parts for chunk in part.chunks], TEXT), backend)
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return pd.concat([pd.Series(part, copy=False) for part in parts], ignore_index=True)


def _array(values: pa.ChunkedArray, column: Column, backend: DtypeBackend) -> Any:
    if column.is_interval:
        return durations(values, backend)
    if column.decode is not None:
        return pd.Series(_decoded(values, column), dtype="object")  # pandas makes str of texts otherwise
    if pa.types.is_float32(values.type):
        values = values.cast(pa.float64())
    if backend == "pyarrow":
        return pd.arrays.ArrowExtensionArray(values.cast(arrow_type(column.dtype)))
    if column.is_time:
        local = values.cast(pa.timestamp("us")).to_numpy()
        return pd.array(local, dtype=_ZONED, copy=False) if column.dtype == INSTANT else local
    if column.dtype in _DTYPES:
        return _DTYPES[column.dtype].__from_arrow__(values)
    return values.to_numpy()


def _decoded(values: pa.ChunkedArray, column: Column) -> np.ndarray[Any, Any]:
    decode = column.decode
    assert decode is not None
    made = np.empty(len(values), dtype=object)
    # One by one: numpy would make a matrix of lists of one length.
    for place, text in enumerate(values.to_pylist()):
        made[place] = None if text is None else decode(text)
    return made
