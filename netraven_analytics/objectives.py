"""Objectives: what a report's figures have to be, and the rows that miss it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from netraven_analytics.cells import records
from netraven_analytics.requirement import ROWS, Requirement, read_requirement
from netraven_analytics.text import counted
from netraven_db.errors import NetRavenError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

Missing = Literal["fail", "ignore"]

KEYS = ("name", "report", "require", "missing")  # all others are options of the report
_MISSING = ("fail", "ignore")


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


@dataclass(frozen=True)
class Verdict:
    """Whether a table is what it has to be; ``missed`` are the rows that are not, and ``notes`` its own."""

    met: bool
    said: str
    missed: "pd.DataFrame"
    notes: Sequence[str]


def assert_objective(table: "pd.DataFrame", require: str, *, missing: Missing = "fail") -> None:
    """Nothing, if there are rows and every one fulfils the requirement.

    Args:
        table: a report's answer, or any frame.
        require: a column, a comparison and a number, a length of time, or true or false, such as
            ``failure_rate < 0.02``. ``rows`` is how many rows there are, where no column is called so:
            ``rows == 0`` is for answers that are best without any.
        missing: whether a row without a figure misses it, and so does an answer without rows (a dead worker
            yields none), or is passed over: ``"fail"`` or ``"ignore"``.

    Raises:
        ObjectiveMissedError: some rows do not, which are in its ``rows``, or there are none.
        ParameterError: the requirement cannot be read, or the table has no such column.
    """
    verdict = judged(table, require, missing=missing)
    if verdict.met:
        return
    shown = "; ".join(_described(row) for row in records(verdict.missed.head(5)))
    more = f"; and {len(verdict.missed) - 5} more" if len(verdict.missed) > 5 else ""
    why = "; ".join(note.rstrip(".") for note in verdict.notes) if table.empty else f"{shown}{more}"
    raise ObjectiveMissedError(
        f"{require!r} is missed {verdict.said}{f': {why}' if why else ''}.", verdict.missed
    )


def judged(table: "pd.DataFrame", require: str, *, missing: Missing = "fail") -> Verdict:
    """Whether the table meets the requirement, and how that is said; see :func:`assert_objective`."""
    if missing not in _MISSING:
        raise ParameterError(f"missing={missing!r} is not understood: it takes 'fail' or 'ignore'.")
    requirement = read_requirement(require, table)
    all_rows = counted(len(table), "row")
    notes = table.attrs.get("netraven", {}).get("notes", [])
    if requirement.column == ROWS and ROWS not in table.columns:
        met, missed = bool(requirement.holds(len(table))), table
        said = f"by an answer of {all_rows}"
    else:
        missed = _missing_it(table, requirement, missing)
        met = not len(missed) and (missing == "ignore" or len(table) > 0)
        said = f"by {len(missed):,} of {all_rows}" if len(missed) else f"by {all_rows}"
    if table.empty and not met:
        said = "by an answer without rows"
    return Verdict(met, said, table.iloc[:0] if met else missed, notes)


def rows_that_miss(table: "pd.DataFrame", require: str, *, missing: Missing = "fail") -> "pd.DataFrame":
    """The rows that do not fulfil the requirement, in the table's order; see :func:`assert_objective`."""
    return judged(table, require, missing=missing).missed


def _missing_it(table: "pd.DataFrame", requirement: Requirement, missing: Missing) -> "pd.DataFrame":
    column = table[requirement.column]
    known = column.notna()
    fulfilled = known.copy()
    fulfilled[known] = requirement.holds(column[known]).astype(bool)
    return table[known & ~fulfilled if missing == "ignore" else ~fulfilled]


def load_objectives(path: Path) -> list[Objective]:
    """The objectives of a TOML file, each a table ``[[objective]]``.

    ``report`` and ``require`` are needed; ``name`` and ``missing`` are optional, and every other key is an
    option of the report.

    Raises:
        ParameterError: the file cannot be read, or an objective is not of that form.
    """
    listed = _tables(path)
    return [
        _objective(given, f"objective {number} of {path}") for number, given in enumerate(listed, start=1)
    ]


def _tables(path: Path) -> list[Any]:
    try:
        with path.open("rb") as file:
            held = tomllib.load(file)
    except FileNotFoundError:
        raise ParameterError(f"There is no file {path}: name one with objectives in TOML.") from None
    except (OSError, ValueError) as error:  # also of bytes that are no UTF-8
        raise ParameterError(f"{path} cannot be read as TOML, which is text in UTF-8: {error}.") from None
    listed = held.pop("objective", None)
    if not isinstance(listed, list) or not listed or held:
        also = f", and nothing like {', '.join(held)}" if held else ""
        what = "holds more than objectives" if listed and held else "holds no objective"
        raise ParameterError(f"{path} {what}: it takes tables [[objective]] with report and require{also}.")
    return listed


def _objective(given: Any, where: str) -> Objective:
    if not isinstance(given, dict):
        raise ParameterError(
            f"{where} is {given!r}: write it as a table [[objective]] with report and require."
        )
    lacking = [key for key in ("report", "require") if not isinstance(given.get(key), str)]
    if lacking:
        raise ParameterError(f"{where} says no {' and no '.join(lacking)}: both are texts and needed.")
    if given.get("missing", "fail") not in _MISSING:
        raise ParameterError(f"{where} says missing = {given['missing']!r}: it takes 'fail' or 'ignore'.")
    options = {key.replace("-", "_"): value for key, value in given.items() if key not in KEYS}
    name = str(given.get("name") or f"{given['report']}: {given['require']}")
    return Objective(
        name, given["report"].replace("-", "_"), given["require"], given.get("missing", "fail"), options
    )


def _described(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items() if value is not None)
