"""Whole columns as text: arrow does the work, and Python only what arrow cannot say."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from netraven_analytics.cells import as_text, column_name, plain
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

TEXT = pa.large_string()
_CALENDAR = (-62_135_596_800_000_000, 253_402_300_800_000_000)  # the years 1 to 9999


def names_of(table: "pd.DataFrame", *, seconds: bool = True) -> list[str]:
    """The columns' names in a file; with ``seconds`` those of durations say that they are seconds.

    Raises:
        ParameterError: two columns have the same name.
    """
    if not table.columns.is_unique:
        twice = table.columns[table.columns.duplicated()][0]
        raise ParameterError(f"Two columns of the answer are named {twice!r}: give one another name with AS.")
    return [column_name(table, name) if seconds else str(name) for name in table.columns]


def values_of(column: "pd.Series") -> pa.Array | None:
    """The column in arrow, its times and durations in microseconds; none where it holds Python objects."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if column.dtype == "object":
        return None
    values = pa.Array.from_pandas(column)
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if pa.types.is_timestamp(values.type):
        return values.cast(pa.timestamp("us", values.type.tz), safe=False)
    return values.cast(pa.duration("us"), safe=False) if pa.types.is_duration(values.type) else values


def texts_of(column: "pd.Series", dates: Collection[str] | None = None) -> pa.Array:
    """Each cell as text, null where it is missing: ISO 8601, seconds, ``True`` and ``False``, JSON.

    Args:
        column: of any dtype.
        dates: which columns have no time of day; without it a column of nothing but midnights has none.
    """
    values = values_of(column)
    if values is None:
        return pa.array([as_text(plain(cell)) for cell in column], TEXT)
    kind = values.type
    if is_text(kind):
        return values.cast(TEXT)
    if pa.types.is_timestamp(kind):
        return _instants(values) if kind.tz else _local_times(values, has_time(column, dates))
    if pa.types.is_boolean(kind):
        return pc.if_else(values, pa.scalar("True", TEXT), pa.scalar("False", TEXT))
    if pa.types.is_duration(kind):
        values = pc.divide(values.cast(pa.int64()).cast(pa.float64(), safe=False), 1e6)
    if pa.types.is_floating(values.type):
        # Python's shortest form, which reads back as the same number.
        cells = values.cast(pa.float64()).to_pylist()
        return pa.array([None if x is None or x != x else repr(x) for x in cells], TEXT)
    return values.cast(TEXT)


def has_time(column: "pd.Series", dates: Collection[str] | None = None) -> bool:
    """Whether a column of local times has a time of day; see :func:`texts_of` for ``dates``."""
    if dates is not None:
        return column.name not in dates
    if column.dtype.kind != "M":
        return True
    known = column.dropna()
    return not bool((known == known.dt.normalize()).all())


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_large_string(kind) or pa.types.is_string(kind) or pa.types.is_string_view(kind))


def changed(texts: pa.Array, harmless: str, change: Callable[[str], str]) -> pa.Array:
    """The texts, changed one by one, but for those of the form ``harmless``, which would stay as they are."""
    stays = pc.fill_null(pc.match_substring_regex(texts, rf"\A(?:{harmless})\z"), True)
    if pc.all(stays).as_py():
        return texts
    others = pc.invert(stays)
    made = [change(text) for text in texts.filter(others).to_pylist()]
    return pc.replace_with_mask(texts, others, pa.array(made, TEXT))


def lines(pieces: Sequence["str | pa.Array"], ending: str) -> memoryview:
    """A line for each row, in UTF-8: its cells and the constants between them, what is missing as nothing."""
    parts = [pa.scalar(piece, TEXT) if isinstance(piece, str) else piece for piece in (*pieces, ending, "")]
    joined = pc.binary_join_element_wise(*parts, null_handling="replace")
    if not len(joined):
        return memoryview(b"")
    _, offsets, data = joined.buffers()  # arrow keeps texts one after the other
    begin, end = np.frombuffer(offsets, "int64")[[joined.offset, joined.offset + len(joined)]]
    return memoryview(data)[begin:end]


def _instants(values: pa.Array) -> pa.Array:
    """Local times with their offset; whatever the zone, an offset that occurs is written once."""
    micros = values.cast(pa.int64()).fill_null(0).to_numpy()
    local = pc.local_timestamp(values)
    offsets = local.cast(pa.int64()).fill_null(0).to_numpy() - micros
    known, place = np.unique(offsets, return_inverse=True)
    written = pa.array([_offset(int(offset)) for offset in known], TEXT).take(pa.array(place))
    return pc.binary_join_element_wise(_local_times(local, True), written, pa.scalar("", TEXT))


def _offset(micros: int) -> str:
    from datetime import UTC, datetime, timedelta, timezone

    zone = timezone(timedelta(microseconds=micros)) if micros else UTC
    return datetime(2000, 1, 1, tzinfo=zone).isoformat()[19:]


def _local_times(values: pa.Array, with_time: bool) -> pa.Array:
    texts = _iso(values)
    if not with_time:
        return pc.utf8_slice_codeunits(texts, 0, -len("T00:00:00.000000"))
    whole = pc.equal(pc.subsecond(values), 0)
    return pc.if_else(whole, pc.utf8_slice_codeunits(texts, 0, -len(".000000")), texts)


def _iso(values: pa.Array) -> pa.Array:
    """Local times to the microsecond; arrow is quick and numpy knows the years beyond those of calendars."""
    micros = values.cast(pa.int64())
    bounds = pc.min_max(micros)
    first, last = bounds["min"].as_py(), bounds["max"].as_py()
    if first is not None and not (_CALENDAR[0] <= first and last < _CALENDAR[1]):
        texts = np.datetime_as_string(micros.fill_null(0).to_numpy().view("M8[us]"), unit="us")
        # numpy counts the sign among the four digits of a year, ISO 8601 does not.
        padded = pc.replace_substring_regex(pa.array(texts, TEXT), r"^-(\d{3})-", r"-0\1-")
        return pc.if_else(values.is_valid(), padded, pa.scalar(None, TEXT))
    return pc.replace_substring(values.cast(TEXT), " ", "T", max_replacements=1)
