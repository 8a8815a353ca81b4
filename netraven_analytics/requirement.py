"""What a requirement such as ``failure_rate < 0.02`` asks of a table's rows."""

import math
import numbers
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from netraven_analytics.facts.windows import resolve_span
from netraven_analytics.text import nearest
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

ROWS = "rows"  # how many the table has, where it has no column of that name

Kind = Literal["a number", "a length of time", "true or false", "times", "text"]

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    "≤": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    "≥": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
    "!=": operator.ne,
}
_REQUIREMENT = re.compile(r"\s*(\w+)\s*(<=|>=|==|!=|<|>|≤|≥)\s*(.+?)\s*")
_TRUTH = {"true": True, "false": False, "1": True, "0": False}
_BY_DTYPE: dict[str, Kind] = {
    **dict.fromkeys("iuf", "a number"),
    "m": "a length of time",
    "b": "true or false",
    "M": "times",
    "U": "text",
}
_COMPARED = ("a number", "a length of time", "true or false")


@dataclass(frozen=True)
class Requirement:
    """A column, or :data:`ROWS`, how it is compared, and with what."""

    column: str
    sign: str
    bound: float | timedelta | bool

    def holds(self, value: Any) -> Any:
        """Whether a value, or each of a column's, fulfils it; none of them may be missing."""
        return _COMPARE[self.sign](value, self.bound)


def read_requirement(text: str, table: "pd.DataFrame") -> Requirement:
    """The requirement that the text spells, of this table or one with the same columns.

    Raises:
        ParameterError: it cannot be read, or the table has no such column that could be compared so.
    """
    match = _REQUIREMENT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ParameterError(
            f"The requirement {text!r} is not understood: it takes a column, one of < <= > >= == != and what "
            "to compare with, such as 'failure_rate < 0.02', 'duration_p95 < 5min' or 'fresh == true'."
        )
    column, sign, bound = match.groups()
    kind = _kind_of(column, table)
    if kind not in _COMPARED:
        known = ", ".join(_comparable(table)) or "none of its columns"
        raise ParameterError(
            f"{column!r} holds {kind}, and a requirement compares numbers, lengths of time, and true or "
            f"false: those are {known}, and {ROWS}, which is how many rows there are."
        )
    return Requirement(column, sign, _bound(bound, sign, kind))


def _kind_of(name: str, table: "pd.DataFrame") -> Kind:
    if name in table.columns:
        return _kind(table[name])
    if name == ROWS:
        return "a number"
    names = [str(column) for column in table.columns]
    raise ParameterError(
        f"The answer has no column {name!r}{nearest(name, [*names, ROWS])}: it has {', '.join(names)}, and "
        f"{ROWS} is how many rows there are."
    )


def _kind(column: "pd.Series") -> Kind:
    """What the column holds; one of Python objects is looked through, and may hold Decimals."""
    import pandas as pd

    if column.dtype.kind != "O":
        return _BY_DTYPE.get(column.dtype.kind, "text")
    return "text" if isinstance(column.dtype, pd.StringDtype) else _kind_of_objects(column.dropna())


def _kind_of_objects(values: Iterable[Any]) -> Kind:
    if all(isinstance(value, bool) for value in values) and any(True for _ in values):
        return "true or false"
    if all(isinstance(value, timedelta) for value in values) and any(True for _ in values):
        return "a length of time"
    return "a number" if all(isinstance(value, numbers.Number) for value in values) else "text"


def _comparable(table: "pd.DataFrame") -> list[str]:
    return [str(name) for name in table.columns if _kind(table[name]) in _COMPARED]


def _bound(text: str, sign: str, kind: Kind) -> float | timedelta | bool:
    if kind == "a length of time":
        return resolve_span(text, "the length of time")
    if kind == "true or false":
        return _truth(text, sign)
    try:
        bound = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        bound = math.nan
    if math.isnan(bound):
        raise ParameterError(f"{text!r} is no number: compare with one, such as 0.02 or 2%.")
    return bound


def _truth(text: str, sign: str) -> bool:
    if sign not in ("==", "!=") or text.lower() not in _TRUTH:
        raise ParameterError(
            f"'{sign} {text}' asks nothing of what is true or false: write == true or == false."
        )
    return _TRUTH[text.lower()]
