"""Intervals, from the server's binary form."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from netraven_analytics.dtypes import DtypeBackend

_FORM = np.dtype([("microseconds", ">i8"), ("days", ">i4"), ("months", ">i4")])
_DAY = 86_400_000_000
_LONGEST = 2**63 - 1  # the lowest int64 is NaT


def durations(values: pa.ChunkedArray, backend: DtypeBackend) -> Any:
    """``timedelta64[us]``, a day taken as 24 hours; infinity is the longest one.

    Months have no length: a column in which an interval has them, or is too long, becomes objects, where such
    an interval is a ``pandas.DateOffset`` and every other one a ``Timedelta``.
    """
    missing = values.is_null().to_numpy()
    parts = np.frombuffer(bytes.fromhex("".join(values.drop_null().to_pylist())), _FORM)
    micros, days, months = (parts[name].astype("int64") for name in _FORM.names or ())
    endless = (np.abs(months) >= 2**31 - 1) & (np.abs(days) >= 2**31 - 1)
    loose = ~endless & ((months != 0) | (np.abs(days * float(_DAY) + micros) >= _LONGEST))
    with np.errstate(over="ignore"):
        length = np.where(endless, np.where(months > 0, _LONGEST, -_LONGEST), days * _DAY + micros)
    if loose.any():
        return _objects(missing, length, loose, parts)
    made = np.full(len(values), np.timedelta64("NaT", "us"))
    made[~missing] = length.view("m8[us]")
    if backend == "pyarrow":
        return pd.arrays.ArrowExtensionArray(pa.chunked_array([pa.array(made)]))
    return made


def _objects(missing: Any, length: Any, loose: Any, parts: Any) -> Any:
    present = [
        _offset(part) if is_loose else pd.Timedelta(micros)
        for part, is_loose, micros in zip(parts, loose, length.view("m8[us]"), strict=True)
    ]
    made = np.full(len(missing), None, dtype=object)
    made[~missing] = present
    return made


def _offset(part: Any) -> pd.DateOffset:
    return pd.DateOffset(**{name: int(part[name]) for name in ("months", "days", "microseconds")})
