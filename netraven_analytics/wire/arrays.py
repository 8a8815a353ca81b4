"""Arrays: the server writes them as JSON, whose elements become what the driver would make of them."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np

_EDGES = {
    "infinity": datetime(9999, 12, 31, 23, 59, 59, 999999),  # noqa: DTZ001 - as the driver has it
    "-infinity": datetime(1, 1, 1),  # noqa: DTZ001
}


def _real(value: Any) -> float:
    return float(np.float32(value))


def _timestamp(value: str) -> datetime:
    return _EDGES.get(value) or datetime.fromisoformat(value)


def _instant(value: str) -> datetime:
    moment = _timestamp(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _date(value: str) -> date:
    edge = {"infinity": date.max, "-infinity": date.min}.get(value)
    return edge or date.fromisoformat(value)


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
    1028: _same,
    1041: _same,
    1115: _timestamp,
    1182: _date,
    1185: _instant,
    1183: time.fromisoformat,
    1231: Decimal,
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
        return json.loads
    load = partial(json.loads, parse_float=Decimal, parse_int=Decimal) if oid == _NUMERIC else json.loads
    return lambda text: _each(load(text), element)


def _each(value: Any, element: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_each(each, element) for each in value]
    return None if value is None else element(value)
