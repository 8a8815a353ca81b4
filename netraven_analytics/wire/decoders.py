"""Single values, from the server's text to what Python has for them; none is changed on the way."""

import json
import math
import re
from datetime import time
from decimal import Decimal
from typing import Any

from netraven_db.errors import QueryError

BEYOND_PYTHON = (
    "A value in the answer is one that Python cannot hold, such as the time 24:00:00 or one outside of the "
    "years 1 to 9999: cast it to text."
)
_BEYOND_FLOAT = "A number in the answer's JSON is larger than any of Python's floats: cast the JSON to text."
# Only such a number can be larger than a float. Most texts have none, and are read at the speed of C.
_LARGE = re.compile(r"[eE]\+?\d{3}|\d{309}")


def time_of_day(text: str) -> time:
    """A ``time`` or ``timetz``.

    Raises:
        QueryError: it is 24:00:00.
    """
    if text.startswith("24"):  # Python's newer parsers take it for midnight
        raise QueryError(BEYOND_PYTHON)
    return time.fromisoformat(text)


def json_value(text: str) -> Any:
    """Decoded JSON, its numbers Python's ints and floats; larger ones are ``Decimal``.

    Raises:
        QueryError: it is nested deeper than Python reads, or a number has an exponent of many digits.
    """
    try:
        if _LARGE.search(text):
            return json.loads(text, parse_float=_number, parse_int=_integer)
        return json.loads(text)
    except (RecursionError, ArithmeticError):
        raise QueryError(BEYOND_PYTHON) from None


def require_finite(value: Any) -> None:
    """Refuse an infinite number in JSON that somebody else has decoded: none is stored.

    Raises:
        QueryError: there is one.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise QueryError(_BEYOND_FLOAT)
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            require_finite(item)


def _number(text: str) -> float | Decimal:
    number = float(text)
    return number if math.isfinite(number) else _exact(text)


def _integer(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:  # more digits than Python takes
        return _exact(text)


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise OverflowError
    return number
