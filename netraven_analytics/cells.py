"""One cell at a time: as JSON knows it, and as text in a file."""

import json
import math
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# C0 but for tab and line feed, DEL, C1, and the marks that turn the direction of text.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
# What a spreadsheet takes for a formula, also in full width, and behind blanks, quotes and what has no width.
_FORMULA = re.compile("""[\\s'"\u200b-\u200f\u2060\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\\t\\r\\n]""")

# pandas and numpy count the sign among the four digits of a year, ISO 8601 does not.
_BEFORE_YEAR_0 = re.compile(r"\A-(\d{3})(?=-)")


def plain(value: Any) -> Any:
    """The cell as plain JSON: times in ISO 8601, lengths of time in seconds, what is missing as null."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (datetime, timedelta)) and value != value:  # pandas.NaT
        return None
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None if math.isnan(value) else str(value)
    if hasattr(value, "isoformat"):
        return _iso(value)
    if hasattr(value, "item"):  # numpy's scalars
        return plain(value.item())
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return None if type(value).__name__ == "NAType" else str(value)


def _iso(value: Any) -> str:
    """ISO 8601; a time of pandas outside of Python's years, which it cannot spell, in UTC."""
    try:
        text = str(value.isoformat())
    except (ValueError, OverflowError, NotImplementedError):
        import numpy as np

        text = str(np.datetime_as_string(value.to_numpy(), unit="us"))
        text = f"{text}+00:00" if value.tzinfo else text
    return _BEFORE_YEAR_0.sub(r"-0\1", text)


def printable(text: str) -> str:
    """The text with everything that steers a terminal shown instead of obeyed."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def neutralised(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it as a formula.

    Text that starts with an apostrophe gets one too, so that taking one leading apostrophe away from every
    cell that has one gives back exactly what was stored.
    """
    return f"'{text}" if text.startswith("'") or _FORMULA.match(text) else text


def column_name(table: "pd.DataFrame", name: str) -> str:
    """The column's name in a text file, where a length of time is a number of seconds."""
    return f"{name}_seconds" if table[name].dtype.kind == "m" else str(name)


def records(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """The rows as plain JSON objects."""
    names = [column_name(table, name) for name in table.columns]
    columns = [plain_column(table[name]) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def plain_column(column: "pd.Series") -> list[Any]:
    """The cells as plain JSON; a column of dates has no time of day."""
    if column.dtype.kind == "M" and getattr(column.dtype, "tz", None) is None:
        known = column.dropna()
        if (known == known.dt.normalize()).all():
            return [None if value != value else value.date().isoformat() for value in column]
    return [plain(value) for value in column]


def clock(seconds: float) -> str:
    """A length of time as h:mm:ss."""
    whole = round(abs(seconds))
    return f"{'-' if seconds < 0 else ''}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def short_duration(seconds: float) -> str:
    """``13.5s``, ``2m41s``, ``1h02m`` or ``3d04h``."""
    if abs(seconds) < 60:
        return f"{seconds:.1f}s"
    sign, whole = "-" if seconds < 0 else "", round(abs(seconds))
    if whole < 3600:
        return f"{sign}{whole // 60}m{whole % 60:02}s"
    if whole < 86_400:
        return f"{sign}{whole // 3600}h{whole // 60 % 60:02}m"
    return f"{sign}{whole // 86_400}d{whole // 3600 % 24:02}h"


def as_text(value: Any) -> str | None:
    """A plain cell as text; None stays None."""
    if value is None:
        return None
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
    # JSON may hold half a character, which no file does: it becomes an escape, which JSON reads back.
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()
