"""Which chart suits which answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netraven_analytics.charts.groups import Groups
from netraven_analytics.text import nearest
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Kind:
    """``needs`` are sets of columns, of which the frame must have one; the first of each is what is measured.

    ``reports`` are those whose usual chart it is.
    """

    shows: str
    needs: tuple[tuple[str, ...], ...]
    reports: tuple[str, ...] = ()


_DURATIONS = (
    ("duration_p50", "duration_p95", "duration_p99", "duration_max", "runs"),
    ("delay_p50", "delay_p95", "delay_p99", "delay_max", "runs"),
)
_RATES = (
    ("failure_rate", "rate_low", "rate_high", "failed", "terminal"),
    ("coverage", "coverage_low", "coverage_high", "fresh", "devices"),
    ("late_share", "late_low", "late_high", "late", "started"),
    ("changes_per_device_month", "changes_low", "changes_high", "changes", "device_months"),
)
_RUNS = ("started_at", "finished_at", "outcome")

KINDS = {
    "rates": Kind(
        "rates with their intervals by group", _RATES, ("failure_rates", "backup_freshness", "config_churn")
    ),
    "rate_trend": Kind("rates with their intervals through time", _RATES),
    "durations": Kind("percentiles of durations by group", _DURATIONS, ("job_durations", "queue_delays")),
    "duration_trend": Kind("percentiles of durations through time", _DURATIONS),
    "duration_histogram": Kind("how the durations of single runs are distributed", (_RUNS,)),
    "gantt": Kind("which device's runs went on when", ((*_RUNS, "hostname"),), ("job_timeline",)),
    "concurrency": Kind("how many runs went on at once", (("peak_running", "mean_running"),)),
    "calendar": Kind("a heat map of days: failure rate or runs", (("day", "failure_rate"), ("day", "runs"))),
    "freshness": Kind("how old the devices' backups are", (("fresh", "hostname", "age"),)),
    "changes": Kind(
        "which device's configuration changed when",
        (("hostname", "found_at", "lines_added", "lines_removed"),),
        ("config_changes",),
    ),
}
_OF_TIME = {"durations": "duration_trend", "rates": "rate_trend", "gantt": "concurrency"}


def kind_for(frame: "pd.DataFrame", about: Mapping[str, Any], wanted: str | None) -> str:
    """The kind that is asked for, or the usual one of the frame's report and options.

    Raises:
        ParameterError: there is none.
    """
    if wanted is not None:
        wanted = str(wanted).replace("-", "_")
        if wanted not in KINDS:
            known = ", ".join(KINDS)
            raise ParameterError(f"There is no chart {wanted!r}{nearest(wanted, KINDS)}: it is {known}.")
        return wanted
    usual = require_drawable(about.get("report"))
    groups = Groups.of(frame, about)
    if usual == "rates" and "age" in frame:
        return "freshness"
    if usual == "gantt" and not groups.time:
        return "gantt"
    return _OF_TIME.get(usual, usual) if groups.time else usual


def require_drawable(report: str | None) -> str:
    """The usual kind of a report's charts.

    Raises:
        ParameterError: the report has none.
    """
    usual = {report: name for name, kind in KINDS.items() for report in kind.reports}
    if report in usual:
        return usual[report]
    if report:
        raise ParameterError(
            f"There is no chart of {report}: the reports that can be drawn are {', '.join(sorted(usual))}."
        )
    raise ParameterError(
        "The frame is of no report, so name its chart: chart(frame, kind), where kind is one of "
        f"{', '.join(KINDS)}."
    )


def measured_column(frame: "pd.DataFrame", kind: str) -> str:
    """The column without which there is nothing to draw; the frame has all that the chart is drawn of.

    Raises:
        ParameterError: it has not; the missing columns are named.
    """
    for names in KINDS[kind].needs:
        if set(names) <= set(frame):
            return names[0]
    least = min(([name for name in names if name not in frame] for names in KINDS[kind].needs), key=len)
    others = [name for name, other in KINDS.items() if any(set(n) <= set(frame) for n in other.needs)]
    can = f"this frame can be drawn as {', '.join(others)}" if others else "it has the columns of no chart"
    raise ParameterError(
        f"The frame cannot be drawn as {kind} ({KINDS[kind].shows}) without the columns {', '.join(least)}: "
        f"{can}."
    )
