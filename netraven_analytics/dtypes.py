"""What each SQL type becomes in a frame. An empty column has the same dtype as a full one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from sqlalchemy import types
from sqlalchemy.types import TypeEngine

from netraven_db.db.base import UTCDateTime

if TYPE_CHECKING:
    import pyarrow as pa

DtypeBackend = Literal["pyarrow"] | None

INSTANT = "datetime64[us, UTC]"
_NUMERIC = 1700

# PostgreSQL's own numbers of its types; they are fixed for built-in types.
_BY_OID = {
    16: "boolean",
    20: "Int64",
    21: "Int64",
    23: "Int64",
    26: "Int64",
    700: "float64",
    701: "float64",
    19: "str",
    25: "str",
    1042: "str",
    1043: "str",
    1082: "datetime64[us]",
    1114: "datetime64[us]",
    1184: INSTANT,
    1186: "timedelta64[us]",
}
_BY_TYPE: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (UTCDateTime, INSTANT),
    (types.Boolean, "boolean"),
    (types.Integer, "Int64"),
    (types.Float, "float64"),
    (types.String, "str"),
    (types.Interval, "timedelta64[us]"),
    (types.Date, "datetime64[us]"),
)


def series(
    values: Sequence[Any],
    oid: int,
    declared: TypeEngine[Any] | None = None,
    backend: DtypeBackend = None,
) -> pd.Series:
    """A column of the dtype that its SQL type gives; a type without one of its own stays Python objects.

    Integers become Int64, booleans ``boolean``, text ``str``, intervals ``timedelta64[us]``, dates and local
    times ``datetime64[us]``, instants ``datetime64[us, UTC]``, numeric stays exact, JSON comes decoded. The
    backend ``pyarrow`` gives the arrow type of each, and leaves objects as they are.
    """
    dtype = dtype_by_oid(oid, declared)
    if backend == "pyarrow" and dtype != "object":
        import pyarrow as pa

        return pd.Series(pd.arrays.ArrowExtensionArray(pa.array(list(values), arrow_type(dtype))))
    return pd.Series(list(values), dtype=dtype)


def dtype_by_oid(oid: int, declared: TypeEngine[Any] | None = None) -> str:
    """The dtype of a column that the server calls by this number."""
    if isinstance(declared, UTCDateTime):
        return INSTANT
    if oid == _NUMERIC and isinstance(declared, (types.Numeric, types.Float)) and not declared.asdecimal:
        return "float64"
    return _BY_OID.get(oid, "object")


def dtype_of(declared: TypeEngine[Any]) -> str:
    """The dtype of a declared SQL type, for columns that a report's ``finish`` adds."""
    return next((dtype for kind, dtype in _BY_TYPE if isinstance(declared, kind)), "object")


def arrow_type(dtype: str) -> "pa.DataType":
    """The arrow type of a dtype that has one."""
    import pyarrow as pa

    return {
        "boolean": pa.bool_(),
        "Int64": pa.int64(),
        "float64": pa.float64(),
        "str": pa.large_string(),
        "datetime64[us]": pa.timestamp("us"),
        INSTANT: pa.timestamp("us", tz="UTC"),
        "timedelta64[us]": pa.duration("us"),
    }[dtype]
