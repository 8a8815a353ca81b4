"""How a column of each PostgreSQL type is asked for, parsed and decoded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
from sqlalchemy.types import TypeEngine

from netraven_analytics.dtypes import dtype_by_oid
from netraven_analytics.wire.arrays import array_decoder
from netraven_analytics.wire.decoders import json_value, time_of_day

INTERVAL = 1186
TEXT = pa.large_string()  # what pandas keeps its text in
LOCAL_TIME = pa.timestamp("us")
INSTANT = pa.timestamp("us", tz="UTC")

_ARROW = {
    "boolean": pa.bool_(),
    "Int64": pa.int64(),
    "float64": pa.float64(),
}
_REAL, _TIMESTAMP, _DATE = 700, 1114, 1082
_BYTEA = 17


def _bytes(text: str) -> bytes:
    """Either of the server's two ways to write a bytea."""
    if text.startswith("\\x"):
        return bytes.fromhex(text[2:])
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


_DECODERS: dict[int, Callable[[str], Any]] = {
    _BYTEA: _bytes,
    114: json_value,
    650: str,
    869: str,
    1083: time_of_day,
    1266: time_of_day,
    1700: Decimal,
    2950: UUID,
    3802: json_value,
}


@dataclass(frozen=True)
class Column:
    """One column on its way from the server to the frame."""

    name: str
    expression: str  # what the server is asked for, {} stands for the column
    parsed: pa.DataType
    dtype: str
    decode: Callable[[str], Any] | None = None
    of_dates: bool = False

    @property
    def is_time(self) -> bool:
        return bool(pa.types.is_timestamp(self.parsed))

    @property
    def is_interval(self) -> bool:
        return self.dtype == "timedelta64[us]"


def column(name: str, oid: int, declared: TypeEngine[Any] | None, *, iso: bool = True) -> Column:
    """The column of a type; a type that is not known arrives as text.

    ``iso`` says whether the session's DateStyle is ISO, as nearly all are. JSON writes ISO 8601 in any.
    """
    time = "{}" if iso else "to_json({}) #>> '{{}}'"
    dtype = dtype_by_oid(oid, declared)
    if oid == INTERVAL:
        # The binary form keeps months, days and microseconds apart, whatever the session's IntervalStyle is.
        return Column(name, "encode(interval_send({}), 'hex')", TEXT, "timedelta64[us]")
    if decode := array_decoder(oid):
        return Column(name, "to_json({})", TEXT, "object", decode)
    if oid in (_TIMESTAMP, _DATE):
        return Column(name, time, LOCAL_TIME, dtype, of_dates=oid == _DATE)
    if dtype == "datetime64[us, UTC]":
        return Column(name, time, INSTANT, dtype)
    if dtype in _ARROW:
        return Column(name, "{}", pa.float32() if oid == _REAL else _ARROW[dtype], dtype)
    if oid in _DECODERS:
        return Column(name, "{}", TEXT, "object", _DECODERS[oid])
    return Column(name, "{}", TEXT, "str")


def copy_query(sql: str, columns: Sequence[Column]) -> str:
    """The query, wrapped where a column has to be asked for in another form."""
    if all(each.expression == "{}" for each in columns):
        return f"\n{sql}\n"
    names = [f"c{position}" for position in range(len(columns))]
    wanted = ", ".join(each.expression.format(name) for each, name in zip(columns, names, strict=True))
    # On lines of its own: the query may end in a comment.
    return f"select {wanted} from (\n{sql}\n) as answer({', '.join(names)})"
