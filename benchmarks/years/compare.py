"""A report's table held against a file of the same figures, whole columns at a time."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SECONDS, SHARE = 1.0005e-6, 1e-9  # the largest differences that are none


def compared(table: pd.DataFrame, file: Path) -> tuple[int, int]:
    """How many cells the file has, and how many of them differ from the table's, row by row.

    A column that the file lacks is not compared; one that the table lacks differs in every row.
    """
    other = pd.read_csv(file, engine="pyarrow")
    if len(other) != len(table):
        return other.size, other.size
    return other.size, sum(_different(table, name, other[name]) for name in other.columns)


def _different(table: pd.DataFrame, name: str, other: pd.Series) -> int:
    plain = name.removesuffix("_seconds")
    if plain not in table:
        return len(other)
    ours = table[plain]
    if pd.api.types.is_timedelta64_dtype(ours):
        return _apart(ours.dt.total_seconds(), other, SECONDS)
    if isinstance(ours.dtype, pd.DatetimeTZDtype):
        return _unequal(ours.dt.tz_convert(None).astype("datetime64[us]"), other.astype("datetime64[us]"))
    if pd.api.types.is_numeric_dtype(ours):
        return _apart(ours, other, SHARE)
    if isinstance(other.iloc[0], str):
        return _unequal(ours.astype("str"), other)
    return _unequal(pd.to_datetime(ours), pd.to_datetime(other))


def _apart(ours: pd.Series, other: Any, most: float) -> int:
    left, right = (side.to_numpy("float64", na_value=np.nan) for side in (ours, other))
    return int((~np.isclose(left, right, rtol=0, atol=most, equal_nan=True)).sum())


def _unequal(ours: pd.Series, other: pd.Series) -> int:
    return int((~((ours == other) | (ours.isna() & other.isna()))).sum())
