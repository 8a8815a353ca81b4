"""Parsed blocks become a DataFrame with the dtypes of :mod:`netraven_analytics.dtypes`."""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from netraven_analytics.dtypes import INSTANT, DtypeBackend, arrow_type
from netraven_analytics.wire.columns import Column
from netraven_analytics.wire.garbage import STEP, keep_young_few
from netraven_analytics.wire.growing import Growing
from netraven_analytics.wire.intervals import Intervals

_ZONED = pd.DatetimeTZDtype("us", UTC)
_TEXT = pd.StringDtype(na_value=np.nan)
# The array of each, and what stands in it where a value is missing.
_MASKED: dict[str, tuple[Any, int]] = {
    "Int64": (pd.arrays.IntegerArray, 0),
    "boolean": (pd.arrays.BooleanArray, False),
}


class Gathering:
    """Takes the blocks of an answer one after the other, and makes the frame of them."""

    def __init__(self, columns: Sequence[Column], backend: DtypeBackend = None) -> None:
        self._names = pd.Index([column.name for column in columns], dtype="str")
        self._values = [_collector(column, backend) for column in columns]

    def add(self, table: pa.Table) -> None:
        for values, gathered in zip(table.columns, self._values, strict=True):
            gathered.add(values)

    def frame(self) -> pd.DataFrame:
        frame = pd.DataFrame(
            {place: gathered.whole() for place, gathered in enumerate(self._values)}, copy=False
        )
        frame.columns = self._names
        return frame


class _Collector(Protocol):
    def add(self, values: pa.ChunkedArray) -> None: ...
    def whole(self) -> Any: ...


class _Plain:
    """Numbers and times, whose missing ones are NaN and NaT."""

    def __init__(self, stored: pa.DataType, dtype: str) -> None:
        self._stored = stored
        self._dtype = dtype
        self._array = Growing()

    def add(self, values: pa.ChunkedArray) -> None:
        self._array.add(values.cast(self._stored).to_numpy())

    def whole(self) -> Any:
        array = self._array.whole()
        # pd.array() would copy it, whatever it is told.
        return pd.Series(array, copy=False).array.view(_ZONED) if self._dtype == INSTANT else array


class _Masked:
    """Integers and booleans, with a mask of the missing ones."""

    def __init__(self, dtype: str) -> None:
        self._kind, self._filler = _MASKED[dtype]
        self._array = Growing()
        self._missing = Growing()

    def add(self, values: pa.ChunkedArray) -> None:
        if values.null_count:
            self._missing.add(values.is_null().to_numpy())
            self._array.add(values.fill_null(self._filler).to_numpy())
        else:  # as most keys
            self._missing.add(np.zeros(len(values), dtype=bool))
            self._array.add(values.to_numpy())

    def whole(self) -> Any:
        return self._kind(self._array.whole(), self._missing.whole())


class _Chunks:
    """What pandas keeps as arrow does, and what is only known when all of it has arrived."""

    def __init__(self, finish: Callable[[pa.ChunkedArray], Any]) -> None:
        self._finish = finish
        self._chunks: list[pa.Array] = []
        self._type = pa.large_string()

    def add(self, values: pa.ChunkedArray) -> None:
        self._chunks += values.chunks
        self._type = values.type

    def whole(self) -> Any:
        return self._finish(pa.chunked_array(self._chunks, self._type))


class _Objects:
    """Values that are decoded one by one."""

    def __init__(self, decode: Callable[[str], Any]) -> None:
        self._decode = decode
        self._made: list[Any] = []

    def add(self, values: pa.ChunkedArray) -> None:
        for start in range(0, len(values), STEP):  # to_pylist lets no other thread run
            texts = values.slice(start, STEP).to_pylist()
            self._made += [None if text is None else self._decode(text) for text in texts]
            keep_young_few()

    def whole(self) -> Any:
        made = np.empty(len(self._made), dtype=object)
        for place, value in enumerate(self._made):  # numpy makes a matrix of lists of one length
            made[place] = value
        return pd.Series(made, dtype="object")  # pandas makes str of texts otherwise


def _collector(column: Column, backend: DtypeBackend) -> _Collector:
    if column.is_interval:
        return Intervals(backend)
    if column.decode is not None:
        return _Objects(column.decode)
    if backend == "pyarrow":
        kept = arrow_type(column.dtype)
        return _Chunks(lambda values: pd.arrays.ArrowExtensionArray(values.cast(kept)))
    if column.dtype in _MASKED:
        return _Masked(column.dtype)
    if column.dtype == "str":
        return _Chunks(_TEXT.__from_arrow__)
    return _Plain(pa.timestamp("us") if column.is_time else pa.float64(), column.dtype)
