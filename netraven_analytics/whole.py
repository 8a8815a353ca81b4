"""Whole numbers that a caller gives, of Python or of numpy."""

import operator
from typing import Any

from netraven_db.errors import ParameterError


def whole_number(value: Any, name: str, also: str = "") -> int:
    """The value as an ``int`` from 1; ``True`` is none, and neither is 3.0.

    ``also`` says what else the option takes.

    Raises:
        ParameterError: it is no such number.
    """
    try:
        number = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise ParameterError(f"{name}={value!r} is not understood: it takes a whole number from 1{also}.")
    return number
