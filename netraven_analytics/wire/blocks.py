"""A block of COPY's text format, a line a row, becomes a table of arrow columns."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from netraven_analytics.wire.columns import TEXT, Column
from netraven_analytics.wire.times import timestamps
from netraven_db.errors import QueryError

# In this format a backslash stands before what would be taken for structure, and line feeds, tabs and
# carriage returns are letters: rows end at line feeds and nowhere else. No text of PostgreSQL holds NUL.
_LAYOUT = csv.ParseOptions(
    delimiter="\t",
    quote_char=False,
    double_quote=False,
    escape_char=False,
    newlines_in_values=False,
    ignore_empty_lines=False,
)
_ESCAPES = [("\\\\", "\0"), ("\\n", "\n"), ("\\t", "\t"), ("\\r", "\r"), ("\\b", "\b"), ("\\f", "\f")]
_ESCAPES += [("\\v", "\v"), ("\0", "\\")]


def parsed(parts: Sequence[bytes], columns: Sequence[Column]) -> pa.Table:
    """The rows of a block, with the types that the columns are parsed to.

    Raises:
        QueryError: a cell is not what its type promises.
    """
    data = b"".join(parts)
    if not data:
        return empty(columns)
    try:
        table = _read(data, [column.parsed for column in columns])
    except pa.ArrowInvalid:
        table = _read_times_apart(data, columns)
    return pa.table(
        [_plain(values) if values.type == TEXT else values for values in table.columns],
        names=table.column_names,
    )


def empty(columns: Sequence[Column]) -> pa.Table:
    """No rows, with the types of any."""
    return pa.table(
        [pa.chunked_array([], each.parsed) for each in columns], names=[str(n) for n in range(len(columns))]
    )


def _read(data: bytes, types: Sequence[pa.DataType]) -> pa.Table:
    names = [str(position) for position in range(len(types))]
    return csv.read_csv(
        pa.BufferReader(data),
        read_options=csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
        parse_options=_LAYOUT,
        convert_options=csv.ConvertOptions(
            column_types=dict(zip(names, types, strict=True)),
            null_values=["\\N"],
            strings_can_be_null=True,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def _read_times_apart(data: bytes, columns: Sequence[Column]) -> pa.Table:
    """As text first: one infinite time or one before the first year is more than arrow's parser takes."""
    try:
        table = _read(data, [TEXT if column.is_time else column.parsed for column in columns])
        for place, column in enumerate(columns):
            if column.is_time:
                text = table.column(place).combine_chunks()
                table = table.set_column(
                    place, str(place), timestamps(text, column.parsed, of_dates=column.of_dates)
                )
    except pa.ArrowInvalid:
        raise QueryError("A value in the answer cannot be read: cast it to text.") from None
    return table


def _plain(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """The text without its escapes. A doubled backslash waits as NUL while the others are read."""
    if not pc.any(pc.match_substring(text, "\\")).as_py():
        return text
    for escape, character in _ESCAPES:
        text = pc.replace_substring(text, escape, character)
    return text
