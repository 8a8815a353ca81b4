"""Arrays: the server writes them as JSON, whose elements become what the driver would make of them."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np

from netraven_analytics.wire.decoders import BEYOND_PYTHON, json_value, time_of_day
from netraven_analytics.wire.times import microseconds
from netraven_db.errors import QueryError

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
_EDGES = {
    "infinity": datetime(9999, 12, 31, 23, 59, 59, 999999),  # noqa: DTZ001 - as the driver has it
    "-infinity": datetime(1, 1, 1),  # noqa: DTZ001
}


def _real(value: Any) -> float:
    return float(np.float32(value))


def _timestamp(value: str) -> datetime:
    edge = _EDGES.get(value)
    try:
        return edge or datetime.fromisoformat(value)
    except ValueError:
        return _unusual(value)


def _instant(value: str) -> datetime:
    if edge := _EDGES.get(value):
        return edge.replace(tzinfo=UTC)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):  # in the session's zone it may lie outside of Python's years
        return _unusual(value).replace(tzinfo=UTC)


def _date(value: str) -> date:
    edge = {"infinity": date.max, "-infinity": date.min}.get(value)
    try:
        return edge or date.fromisoformat(value)
    except ValueError:
        return _unusual(value).date()


def _unusual(value: str) -> datetime:
    """A time that Python's parser does not read, in UTC where it has an offset."""
    try:
        return _EPOCH + timedelta(microseconds=microseconds(value))
    except OverflowError:
        raise QueryError(BEYOND_PYTHON) from None


def _same(value: Any) -> Any:
    return value


# array type -> what an element becomes; JSON has no NaN, the server writes it as a string
_ELEMENTS: dict[int, Callable[[Any], Any]] = {
    199: _same,
    651: _same,
    1000: _same,
    1003: _same,
    1005: _same,
    1007: _same,
    1009: _same,
    1014: _same,
    1015: _same,
    1016: _same,
    1021: _real,
    1022: float,
    1028: int,
    1041: _same,
    1115: _timestamp,
    1182: _date,
    1185: _instant,
    1183: time_of_day,
    1231: Decimal,
    1270: time_of_day,
    2951: UUID,
    3807: _same,
}
_NUMERIC = 1231
_JSON = (199, 3807)


def array_decoder(oid: int) -> Callable[[str], Any] | None:
    """The function that makes a list of an array's JSON; none for what is not a known array."""
    element = _ELEMENTS.get(oid)
    if element is None:
        return None
    if element is _same:
        return json_value if oid in _JSON else json.loads
    load = partial(json.loads, parse_float=Decimal, parse_int=Decimal) if oid == _NUMERIC else json.loads
    return lambda text: _each(load(text), element)


def _each(value: Any, element: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_each(each, element) for each in value]
    return None if value is None else element(value)
