"""Objectives: what a report's figures have to be, and the rows that miss it."""

import operator
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from netraven_analytics.cells import records
from netraven_analytics.facts.windows import resolve_span
from netraven_analytics.text import counted, nearest
from netraven_db.errors import NetRavenError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

Missing = Literal["fail", "ignore"]

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
_KEYS = ("name", "report", "require", "missing", "options")


class ObjectiveMissedError(NetRavenError):
    """A report's figures are not what they have to be; ``rows`` are those that miss it."""

    def __init__(self, message: str, rows: "pd.DataFrame") -> None:
        super().__init__(message)
        self.rows = rows


@dataclass(frozen=True)
class Objective:
    """A report with its options, and what each of its rows has to fulfil."""

    name: str
    report: str
    require: str
    missing: Missing = "fail"
    options: Mapping[str, Any] = field(default_factory=dict)


def assert_objective(table: "pd.DataFrame", require: str, *, missing: Missing = "fail") -> None:
    """Nothing, if every row fulfils the requirement.

    Args:
        table: a report's answer, or any frame.
        require: a column, a comparison and a number or a length of time, such as ``failure_rate < 0.02``.
        missing: whether a row without a figure misses it (a dead worker yields none) or is passed over.

    Raises:
        ObjectiveMissedError: some rows do not; they are in its ``rows``.
        ParameterError: the requirement cannot be read, or the table has no such column.
    """
    missed = rows_that_miss(table, require, missing=missing)
    if len(missed):
        shown = "; ".join(_described(row) for row in records(missed.head(5)))
        more = f"; and {len(missed) - 5} more" if len(missed) > 5 else ""
        raise ObjectiveMissedError(
            f"{len(missed)} of {counted(len(table), 'row')} miss {require!r}: {shown}{more}.", missed
        )


def rows_that_miss(table: "pd.DataFrame", require: str, *, missing: Missing = "fail") -> "pd.DataFrame":
    """The rows that do not fulfil the requirement, in the table's order; see :func:`assert_objective`."""
    column, compare, bound = _requirement(require, table)
    known = table[column].notna()
    fulfilled = compare(table[column], bound).fillna(False).astype(bool)
    return table[known & ~fulfilled if missing == "ignore" else ~(known & fulfilled)]


def load_objectives(path: Path) -> list[Objective]:
    """The objectives of a TOML file, each a table ``[[objective]]``.

    ``report`` and ``require`` are needed; ``name`` and ``missing`` are optional, and every other key is an
    option of the report.

    Raises:
        ParameterError: the file cannot be read, or an objective is not of that form.
    """
    try:
        with path.open("rb") as file:
            listed = tomllib.load(file).get("objective")
    except FileNotFoundError:
        raise ParameterError(f"There is no file {path}: name one with objectives in TOML.") from None
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ParameterError(f"{path} cannot be read: {error}") from None
    if not isinstance(listed, list) or not listed:
        raise ParameterError(
            f"{path} holds no objective: it takes tables [[objective]] with report and require."
        )
    return [
        _objective(given, f"objective {number} of {path}") for number, given in enumerate(listed, start=1)
    ]


def _objective(given: Any, where: str) -> Objective:
    lacking = [key for key in ("report", "require") if not isinstance(given.get(key), str)]
    if lacking:
        raise ParameterError(f"{where} says no {' and no '.join(lacking)}: both are texts and needed.")
    if given.get("missing", "fail") not in ("fail", "ignore"):
        raise ParameterError(f"{where} says missing = {given['missing']!r}: it takes 'fail' or 'ignore'.")
    options = {key.replace("-", "_"): value for key, value in given.items() if key not in _KEYS}
    name = given.get("name") or f"{given['report']}: {given['require']}"
    return Objective(
        name, given["report"].replace("-", "_"), given["require"], given.get("missing", "fail"), options
    )


def _requirement(require: str, table: "pd.DataFrame") -> tuple[str, Callable[[Any, Any], Any], Any]:
    match = _REQUIREMENT.fullmatch(require)
    if match is None:
        raise ParameterError(
            f"The requirement {require!r} is not understood: it takes a column, one of < <= > >= == != and a "
            "number or a length of time, such as 'failure_rate < 0.02' or 'duration_p95 < 5min'."
        )
    column, sign, bound = match.groups()
    if column not in table.columns:
        names = [str(name) for name in table.columns]
        raise ParameterError(
            f"The answer has no column {column!r}{nearest(column, names)}: it has {', '.join(names)}."
        )
    return column, _COMPARE[sign], _bound(bound, lasting=table[column].dtype.kind == "m")


def _bound(text: str, *, lasting: bool) -> float | timedelta:
    if lasting:
        return resolve_span(text, "the length of time")
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise ParameterError(f"{text!r} is no number: compare with one, such as 0.02 or 2%.") from None


def _described(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
