"""Two answers to one question, cell by cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]

# The largest difference that is none; what is not listed must be the same.
TOLERANCES = {"seconds": timedelta(microseconds=1).total_seconds(), "rate": 1e-9}


@dataclass
class Comparison:
    """What came of it: ``largest`` is by kind of figure, and ``differences`` are sentences."""

    cells: int = 0
    largest: dict[str, float] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def add(self, other: "Comparison") -> "Comparison":
        largest = {
            kind: max(self.largest.get(kind, 0.0), other.largest.get(kind, 0.0))
            for kind in {*self.largest, *other.largest}
        }
        return Comparison(self.cells + other.cells, largest, self.differences + other.differences)


def compare(toolkit: Iterable[Row], oracle: Iterable[Row], what: str) -> Comparison:
    """Every cell of the oracle, row for row in the same order."""
    left, right = list(toolkit), list(oracle)
    made = Comparison()
    if len(left) != len(right):
        made.differences.append(f"{what}: {len(left)} rows, and not {len(right)}")
    for number, (one, other) in enumerate(zip(left, right, strict=False), 1):
        for column in other:
            made.cells += 1
            value = plain(one.get(column, "(no such column)"))
            _compare_cell(made, column, value, plain(other[column]), f"{what}, row {number}")
    return made


def uncovered(toolkit: Sequence[Row], *oracles: Sequence[Row]) -> list[str]:
    """The toolkit's columns that no oracle spoke of: a comparison that skips one proves nothing about it."""
    known = {column for rows in oracles for row in rows[:1] for column in row}
    return [column for row in toolkit[:1] for column in row if column not in known]


def plain(value: Any) -> Any:
    """The cell as a plain Python value, whichever library made it; what is missing is None."""
    if hasattr(value, "item"):
        value = value.item()
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    if value is None or value != value or type(value).__name__ == "NAType":
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.date()
    if isinstance(value, Decimal):
        return float(value)
    return value


def _compare_cell(made: Comparison, column: str, one: Any, other: Any, where: str) -> None:
    kind = kind_of(column)
    number = isinstance(one, (int, float)) and isinstance(other, (int, float))
    gap = abs(one - other) if number else 0.0 if one == other else float("inf")
    if number:
        made.largest[kind] = max(made.largest.get(kind, 0.0), gap)
    # Half a thousandth of the tolerance is for the float that holds the microseconds.
    if gap > TOLERANCES.get(kind, 0) * 1.0005:
        made.differences.append(f"{where}: {column} is {_shown(one)}, and not {_shown(other)}")


def kind_of(column: str) -> str:
    if column.endswith("_seconds"):
        return "seconds"
    return "rate" if column in ("failure_rate", "rate_low", "rate_high") else "count"


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)
