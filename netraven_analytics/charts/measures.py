"""The figures that several reports give in the same form: rates between bounds, and percentiles."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netraven_analytics.charts.axes import number_axis, share_axis

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Rate:
    """``part`` for each of ``whole`` is the rate, between ``low`` and ``high``.

    ``counted`` says what the whole is, ``interval`` whose the bounds are, and ``bad`` whether a high one is.
    """

    title: str
    unit: str
    value: str
    low: str
    high: str
    part: str
    whole: str
    counted: str
    interval: str = "Wilson"
    bad: bool = True

    @property
    def is_share(self) -> bool:
        return self.unit.startswith("%")

    def badness(self, table: "pd.DataFrame") -> "pd.Series":
        """Larger is worse: by the bound that is sure."""
        return table[self.low] if self.bad else -table[self.high]

    def figure(self, value: float) -> str:
        return percent(value) if self.is_share else f"{value:.3g}"

    def said(self, value: float, part: int, whole: float) -> str:
        """ "27.1 % (19 of 70)"; "0.52 (3 in 5.8)"."""
        of = f"of {whole:,}" if self.is_share else f"in {whole:,.3g}"
        return f"{self.figure(value)} ({part:,} {of})"

    def axis(self, highest: float, title: str, ticks: int = 6) -> dict[str, Any]:
        """Scale, axis and title, from 0 to a little more than the highest."""
        return (share_axis if self.is_share else number_axis)(highest, title, ticks)


RATES = (
    Rate(
        "Failure rate",
        "% of terminal runs",
        "failure_rate",
        "rate_low",
        "rate_high",
        "failed",
        "terminal",
        "terminal runs",
    ),
    Rate(
        "Backup coverage",
        "% of devices",
        "coverage",
        "coverage_low",
        "coverage_high",
        "fresh",
        "devices",
        "devices",
        bad=False,
    ),
    Rate(
        "Late starts",
        "% of started runs",
        "late_share",
        "late_low",
        "late_high",
        "late",
        "started",
        "started runs",
    ),
    Rate(
        "Configuration churn",
        "changes per device-month",
        "changes_per_device_month",
        "changes_low",
        "changes_high",
        "changes",
        "device_months",
        "device-months",
        interval="Garwood",
    ),
)


def rate_of(table: "pd.DataFrame") -> Rate:
    """The rate that the frame has; charts of rates are of frames that have one."""
    return next(rate for rate in RATES if rate.value in table)


@dataclass(frozen=True)
class Percentiles:
    """``prefix`` is that of the columns."""

    title: str
    prefix: str
    of: str

    def column(self, name: str) -> str:
        return f"{self.prefix}_{name}"


PERCENTILES = (
    Percentiles("Duration of runs", "duration", "duration"),
    Percentiles("Queue delay", "delay", "delay from schedule to start"),
)


def percentiles_of(table: "pd.DataFrame") -> Percentiles:
    """The percentiles that the frame has."""
    return next(each for each in PERCENTILES if each.column("p95") in table)


def percent(share: float) -> str:
    """ "27.1 %"; what is not quite nothing or all does not look so."""
    shown = f"{100 * share:.3g}" if share >= 0.001 or share == 0 else "<0.1"
    return "99.9+ %" if shown == "100" and share < 1 else f"{shown} %"
