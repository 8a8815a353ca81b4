"""Intervals, from the server's binary form."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from netraven_analytics.dtypes import DtypeBackend
from netraven_analytics.wire.garbage import STEP, keep_young_few
from netraven_analytics.wire.growing import Growing

_FORM = np.dtype([("microseconds", ">i8"), ("days", ">i4"), ("months", ">i4")])
_DAY = 86_400_000_000
_LONGEST = 2**63 - 1  # the lowest int64 is NaT


class Intervals:
    """``timedelta64[us]``, a day taken as 24 hours; infinity is the longest one.

    Months have no length: a column in which an interval has them, or is too long, becomes objects, where such
    an interval is a ``pandas.DateOffset`` and every other one a ``Timedelta``.
    """

    def __init__(self, backend: DtypeBackend = None) -> None:
        self._backend = backend
        self._missing = Growing()
        self._parts = Growing()

    def add(self, values: pa.ChunkedArray) -> None:
        self._missing.add(values.is_null().to_numpy())
        for start in range(0, len(values), STEP):
            known = values.slice(start, STEP).drop_null().to_pylist()
            self._parts.add(np.frombuffer(bytes.fromhex("".join(known)), _FORM))
        if not len(values):
            self._parts.add(np.empty(0, _FORM))

    def whole(self) -> Any:
        missing, parts = self._missing.whole(), self._parts.whole()
        length, loose = _lengths(parts)
        if loose.any():
            made = np.full(len(missing), None, dtype=object)
            made[~missing] = _objects(length.view("m8[us]"), loose, parts)
            return made
        made = np.full(len(missing), np.timedelta64("NaT", "us"))
        made[~missing] = length.view("m8[us]")
        if self._backend == "pyarrow":
            return pd.arrays.ArrowExtensionArray(pa.chunked_array([pa.array(made)]))
        return made


def _lengths(parts: Any) -> tuple[Any, Any]:
    """Microseconds of each interval, and which ones have no length that is one number."""
    micros, days, months = (parts[name].astype("int64") for name in _FORM.names or ())
    endless = (np.abs(months) >= 2**31 - 1) & (np.abs(days) >= 2**31 - 1)
    loose = ~endless & ((months != 0) | (np.abs(days * float(_DAY) + micros) >= _LONGEST))
    with np.errstate(over="ignore"):
        length = np.where(endless, np.where(months > 0, _LONGEST, -_LONGEST), days * _DAY + micros)
    return length, loose


def _objects(lengths: Any, loose: Any, parts: Any) -> Any:
    """An object for each interval, made in steps: a million take seconds."""
    made = np.empty(len(parts), dtype=object)
    for start in range(0, len(parts), STEP):
        step = slice(start, start + STEP)
        made[step] = pd.Index(lengths[step]).astype(object)
        fields = (parts[step][name][loose[step]].tolist() for name in ("months", "days", "microseconds"))
        made[start + np.flatnonzero(loose[step])] = _each(list(map(_offset, *fields)))
        keep_young_few()
    return made


def _each(values: list[Any]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@lru_cache(maxsize=2 * STEP)  # most columns have few different ones, and to make one is slow
def _offset(months: int, days: int, microseconds: int) -> pd.DateOffset:
    return pd.DateOffset(months=months, days=days, microseconds=microseconds)
