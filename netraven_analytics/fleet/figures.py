"""The headline figures: coverage first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netraven_analytics.cells import short_duration
from netraven_analytics.fleet.cells import MISSING, percent, points
from netraven_analytics.fleet.problems import spoken
from netraven_analytics.fleet.reading import Seen
from netraven_analytics.text import counted


@dataclass(frozen=True)
class Figure:
    """``word`` is the word of the glossary that defines it."""

    title: str
    value: str
    says: str
    word: str


def figures(seen: Seen) -> list[Figure]:
    """What a manager asks first; a figure that cannot be known is a dash and says why."""
    changes = seen.answers["changes"]
    changed = Figure(
        "Configuration changes",
        f"{len(changes):,}",
        f"on {counted(changes['device_id'].nunique(), 'device')}",
        "configuration change",
    )
    inventory = seen.totals("inventory")
    held = Figure(
        "Devices",
        f"{inventory['devices']:,}",
        f"{counted(inventory['snapshots'], 'snapshot')}; "
        f"devices without any: {inventory['without_snapshot']:,}",
        "snapshot",
    )
    if not seen.has_runs:
        return [Figure("Coverage", MISSING, "no run history: not known", "coverage"), held, changed]
    return [_coverage(seen), *_of_runs(seen), changed, held]


def _coverage(seen: Seen) -> Figure:
    known = seen.totals("freshness")
    if known.get("coverage") is None:
        return Figure("Coverage", MISSING, "there is no device to back up", "coverage")
    return Figure(
        "Coverage",
        percent(known["coverage"]),
        f"{known['fresh']:,} of {counted(known['devices'], 'device')} backed up within "
        f"{spoken(seen.asked.objective)} "
        f"(95 % interval {_between(known['coverage_low'], known['coverage_high'])})",
        "coverage",
    )


def _of_runs(seen: Seen) -> list[Figure]:
    rates, durations = seen.totals("rates"), seen.totals("durations_over_time")
    delays, episodes = seen.totals("delays"), seen.totals("episodes")
    return [
        _failure_rate(rates),
        Figure(
            "Duration of a run",
            _length(durations["duration_p50_seconds"]),
            f"half of them; 95 % within {_length(durations['duration_p95_seconds'])}",
            "p50",
        ),
        Figure(
            "Time to recovery",
            _length(episodes["mttr_seconds"]),
            f"on average, of {episodes['episodes'] - episodes['open_episodes']:,} episodes that ended",
            "MTTR",
        ),
        Figure(
            "Late starts",
            MISSING if delays["late_share"] is None else percent(delays["late_share"]),
            f"of {counted(delays['started'], 'scheduled run')}; {delays['overdue']:,} overdue now",
            "late",
        ),
        Figure(
            "Runs",
            f"{rates['runs']:,}",
            f"{rates['running']:,} running; devices without any: {rates['devices_without_run']:,}",
            "devices_without_run",
        ),
    ]


def _failure_rate(rates: Mapping[str, Any]) -> Figure:
    if rates["failure_rate"] is None:
        return Figure("Failure rate", MISSING, "no run has ended in the window", "failure rate")
    change = rates.get("rate_change")
    before = "" if change is None else f"; {points(change)} against the period before"
    return Figure(
        "Failure rate",
        percent(rates["failure_rate"]),
        f"{rates['failed']:,} of {counted(rates['terminal'], 'run')} "
        f"(95 % interval {_between(rates['rate_low'], rates['rate_high'])}){before}",
        "failure rate",
    )


def _between(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {percent(high)}"


def _length(seconds: float | None) -> str:
    return MISSING if seconds is None else short_duration(seconds)
