"""Values as literals of SQL text, exact to the last digit.

A value becomes ``'text'::type`` with the cast that the driver's dialect gives the same bind, so that the
server reads the same statement. What cannot be written that way exactly raises :class:`NotLiteralError`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import types
from sqlalchemy.dialects.postgresql import ARRAY, INTERVAL
from sqlalchemy.types import TypeEngine

_INT_RANGES: tuple[tuple[type[TypeEngine[Any]], int], ...] = (
    (types.SmallInteger, 2**15),
    (types.BigInteger, 2**63),
    (types.Integer, 2**31),
)
_LAST, _FIRST = datetime(9999, 12, 31, 23, 59, 59, 999999), datetime(1, 1, 1)  # noqa: DTZ001


class NotLiteralError(Exception):
    """A value of the statement cannot be written into it exactly."""


def quoted(text: str) -> str:
    """A string literal that means the same whatever ``standard_conforming_strings`` is."""
    doubled = text.replace("'", "''")
    return " E'" + doubled.replace("\\", "\\\\") + "'" if "\\" in text else f"'{doubled}'"


def text_of(value: Any, type_: TypeEngine[Any]) -> str:
    """A value, as its bind processor gives it, in the server's text form of its type.

    Raises:
        NotLiteralError: the driver would refuse the value, or send something else.
    """
    if isinstance(type_, ARRAY):
        return _array(value, type_)
    written = next((write(value, type_) for kind, write in _WRITERS if isinstance(type_, kind)), None)
    if written is None:
        raise NotLiteralError(f"{type(value).__name__} as {type(type_).__name__}")
    return written


def _string(value: Any, type_: Any) -> str | None:
    if not isinstance(value, str) or "\0" in value:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return None
    return str(value)


def _integer(value: Any, type_: Any) -> str | None:
    limit = next(limit for kind, limit in _INT_RANGES if isinstance(type_, kind))
    return str(value) if type(value) is int and -limit <= value < limit else None


def _boolean(value: Any, type_: Any) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None


def _number(value: Any, type_: Any) -> str | None:
    if isinstance(value, Decimal):
        return None if value.is_snan() else str(value)
    # The text of a float is its shortest exact one; PostgreSQL knows "inf" and "nan".
    return repr(float(value)) if type(value) is float else str(value) if type(value) is int else None


def _datetime(value: Any, type_: Any) -> str | None:
    if not isinstance(value, datetime) or (value.tzinfo is not None and not type_.timezone):
        return None  # the server would silently drop the offset
    try:
        plain = value.astimezone(UTC).replace(tzinfo=None) if type_.timezone else value
    except OverflowError:
        return None
    # The driver takes the edges of Python's time for infinity.
    if plain == _LAST:
        return "infinity"
    if plain == _FIRST:
        return "-infinity"
    return plain.isoformat(" ") + ("+00" if type_.timezone else "")


def _date(value: Any, type_: Any) -> str | None:
    if not isinstance(value, date) or isinstance(value, datetime):
        return None
    return {date.max: "infinity", date.min: "-infinity"}.get(value, value.isoformat())


def _time(value: Any, type_: Any) -> str | None:
    plain = isinstance(value, time) and value.tzinfo is None and not type_.timezone
    return value.isoformat() if plain else None


def _interval(value: Any, type_: Any) -> str | None:
    if not isinstance(value, timedelta):
        return None
    # Every part has its sign: some IntervalStyles let the first one count for all.
    return f"{value.days:+d} days {value.seconds:+d} seconds {value.microseconds:+d} microseconds"


def _bytes(value: Any, type_: Any) -> str | None:
    return "\\x" + bytes(value).hex() if isinstance(value, (bytes, bytearray, memoryview)) else None


def _uuid(value: Any, type_: Any) -> str | None:
    return str(value) if isinstance(value, UUID) else None


_WRITERS: tuple[tuple[type[TypeEngine[Any]], Callable[[Any, Any], str | None]], ...] = (
    (types.Boolean, _boolean),
    (types.Integer, _integer),
    (types.Numeric, _number),
    (types.Float, _number),
    (types.String, _string),  # enums too
    (types.JSON, _string),
    (types.JSON.JSONStrIndexType, _string),
    (types.JSON.JSONIntIndexType, _integer),
    (types.DateTime, _datetime),
    (types.Date, _date),
    (types.Time, _time),
    (types.Interval, _interval),
    (INTERVAL, _interval),
    (types.LargeBinary, _bytes),
    (types.Uuid, _uuid),
)


def _array(value: Any, type_: Any) -> str:
    if not isinstance(value, (list, tuple)):
        raise NotLiteralError("an array that is no list")
    return "{" + ",".join(_element(each, type_) for each in value) + "}"


def _element(value: Any, type_: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (list, tuple)):
        return _array(value, type_)
    text = text_of(value, type_.item_type)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
