"""Lines of the table: what the three said, how much of it was compared, and how far it is apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .compare import Comparison, compare, plain, uncovered

Rows = Sequence[Mapping[str, Any]]

# Of failure_rates: the change against the period before, which no oracle makes.
ELSEWHERE = {"failure_rate_before", "rate_change", "change_low", "change_high"}


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    title: str
    toolkit: str
    sql: str
    pandas: str
    comparison: Comparison

    def line(self) -> str:
        cells = [self.title, self.toolkit, self.sql, self.pandas, f"{self.comparison.cells:,}"]
        return f"| {' | '.join([*cells, apart(self.comparison)])} |"


def figure(title: str, toolkit: Rows, sql: Rows, pandas: Rows) -> Figure:
    """The toolkit's rows held against both oracles'."""
    comparison = compare(toolkit, sql, f"{title}, SQL").add(compare(toolkit, pandas, f"{title}, pandas"))
    comparison.differences += [
        f"{title}: {c} is compared with nothing"
        for c in uncovered(toolkit, sql, pandas)
        if c not in ELSEWHERE
    ]
    return Figure(title, headline(toolkit), headline(sql), headline(pandas), comparison)


def single(title: str, toolkit: Rows, sql: Rows, pandas: Rows) -> list[Figure]:
    """The one row of an answer over everything: a line for each of its columns."""
    made = []
    for column in (column for column in toolkit[0] if column not in ELSEWHERE):
        parts = [[{column: row[column]} for row in rows] for rows in (toolkit, sql, pandas)]
        shown = [_value(part[0][column]) for part in parts]
        made.append(Figure(f"{title}: {column}", *shown, figure(title, *parts).comparison))
    return made


def headline(rows: Rows) -> str:
    """A few totals to recognise an answer by."""

    def total(column: str) -> int:
        return int(sum(plain(row[column]) or 0 for row in rows))

    if not rows:
        return "no rows"
    parts = [f"{len(rows):,} rows" if len(rows) > 1 else "1 row"]
    first = rows[0]
    if "runs" in first:
        parts.append(f"{total('runs'):,} runs")
    if "failed" in first:
        parts.append(f"{total('failed'):,} failed")
    if "invalid" in first:
        parts.append(f"{total('invalid'):,} invalid")
    if "baseline" in first:
        parts.append(f"{total('baseline'):,} baselines, {total('unchanged_or_noise_only'):,} unchanged")
    if "lines_added" in first:
        parts.append(f"{total('lines_added') - total('lines_removed'):+,} lines")
    elif "net_lines" in first:
        parts.append(f"{total('net_lines'):+,} lines")
    return ", ".join(parts)


def apart(comparison: Comparison) -> str:
    """The largest difference of each kind of figure."""
    if comparison.differences:
        return f"**{len(comparison.differences):,} cells differ**"
    largest = {kind: gap for kind, gap in comparison.largest.items() if gap}
    unit = {"seconds": " s", "rate": "", "count": ""}
    return ", ".join(f"{gap:.1e}{unit[kind]}" for kind, gap in sorted(largest.items())) or "0"


def _value(value: Any) -> str:
    value = plain(value)
    return f"{value:,.6f}" if isinstance(value, float) and value % 1 else f"{value:,.0f}"
