"""Times that no ISO 8601 parser reads: infinity, years before the first and after the 9999th."""

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from netraven_db.errors import QueryError

_USUAL = r"^\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:\d\d)?)?)?$"
_ANY = re.compile(
    r"(\d+)-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-][\d:]+)?)?( BC)?", re.ASCII
)
_SECOND, _DAY = 1_000_000, 86_400_000_000
# Python's first and last moment, as the driver has it: no column of times has a place for infinity.
_LAST, _FIRST = 253_402_300_799_999_999, -62_135_596_800_000_000
_LAST_DAY = 253_402_214_400_000_000


def timestamps(text: pa.Array, kind: pa.DataType, *, of_dates: bool = False) -> pa.Array:
    """Times from the server's ISO texts, exact over all of ``datetime64[us]``.

    Raises:
        QueryError: a time lies outside of it.
    """
    usual = pc.match_substring_regex(text, _USUAL)
    if pc.all(usual).as_py() is not False:
        return text.cast(kind)
    known = pc.if_else(usual, text, pa.scalar(None, text.type)).cast(kind).cast(pa.int64())
    values = np.array(known.fill_null(0))
    for place in np.flatnonzero(pc.invert(usual).fill_null(False)):
        values[place] = microseconds(text[place].as_py(), of_dates)
    return pa.array(values, mask=np.asarray(text.is_null())).cast(kind)


@lru_cache(maxsize=256)
def microseconds(text: str, of_dates: bool = False) -> int:
    """Microseconds since 1970 of any time that the server writes; UTC where it has an offset.

    Raises:
        QueryError: no 64 bits hold them.
    """
    if text.endswith("infinity"):
        return _FIRST if text[0] == "-" else _LAST_DAY if of_dates else _LAST
    match = _ANY.fullmatch(text)
    if match is None:
        raise QueryError("A time in the answer cannot be read: cast it to text.")
    year, month, day = (int(part) for part in match.group(1, 2, 3))
    hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
    days = _days(1 - year if match[9] else year, month, day)
    seconds = hour * 3600 + minute * 60 + second - _offset(match[8])
    value = days * _DAY + seconds * _SECOND + int((match[7] or "").ljust(6, "0"))
    if not -(2**63) < value < 2**63:
        raise QueryError("A time in the answer is outside of the years -290307 to 294246: cast it to text.")
    return value


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970 in the calendar that the server extends over all years."""
    return int(np.datetime64(f"{2000 + year % 400}-{month:02}-{day:02}", "D").astype(int)) + 146_097 * (
        year // 400 - 5
    )


def _offset(text: str | None) -> int:
    """Seconds east of UTC."""
    if not text:
        return 0
    hours, minutes, seconds = (int(part) for part in f"{text[1:]}:0:0".split(":")[:3])
    return (-1 if text[0] == "-" else 1) * (hours * 3600 + minutes * 60 + seconds)
