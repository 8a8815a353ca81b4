"""One row for each place or type of device: what several reports say of it, side by side."""

from typing import TYPE_CHECKING

from netraven_analytics.facts.dimensions import DELETED, NO_VALUE
from netraven_analytics.fleet.cells import MISSING, cells_of
from netraven_analytics.fleet.reading import Seen

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = {
    "freshness": ("devices", "coverage", "never", "suspect"),
    "rates": ("runs", "failed", "failure_rate", "rate_low", "rate_high"),
    "durations": ("duration_p50", "duration_p95"),
    "episodes": ("episodes", "open_episodes", "mttr"),
}
HEADINGS = {
    "devices": "Devices",
    "coverage": "Coverage",
    "never": "Never",
    "suspect": "Suspect",
    "runs": "Runs",
    "failed": "Failed",
    "failure_rate": "Failure rate",
    "interval": "95 % interval",
    "duration_p50": "p50",
    "duration_p95": "p95",
    "episodes": "Episodes",
    "open_episodes": "Open",
    "mttr": "Time to recovery",
}


_KNOWN_WITHOUT_RUNS = ("devices", "suspect")


def headings(seen: Seen) -> dict[str, str]:
    """Those of ``HEADINGS`` of which something can be known."""
    return {name: word for name, word in HEADINGS.items() if seen.has_runs or name in _KNOWN_WITHOUT_RUNS}


def groups(seen: Seen, by: str) -> "pd.DataFrame":
    """The groups, the worst coverage first, then those that have runs and no device any more.

    The column ``group`` names them, the others are those of ``HEADINGS``.
    """
    parts = [_part(seen.answers[f"{name} {by}"], columns) for name, columns in _COLUMNS.items()]
    table = parts[0]
    for part in parts[1:]:
        table = table.merge(part, on="group", how="outer", sort=False)
    low, high = (cells_of(table[name]) for name in ("rate_low", "rate_high"))
    table["interval"] = [f"{a} to {b}" if a != MISSING else None for a, b in zip(low, high, strict=True)]
    worst = {group: place for place, group in enumerate(parts[0]["group"])}
    order = table["group"].map(lambda group: worst.get(group, len(worst)))
    return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _part(answer: "pd.DataFrame", columns: tuple[str, ...]) -> "pd.DataFrame":
    """A report's columns; the first is that of its groups, which not every report calls the same."""
    key = answer.columns[0]
    return answer[[key, *columns]].rename(columns={key: "group"}).astype({"group": "str"})


def are_telling(table: "pd.DataFrame") -> bool:
    """Whether there is a group; where no device has such a tag there is none."""
    return bool((~table["group"].isin([NO_VALUE, DELETED])).any())
