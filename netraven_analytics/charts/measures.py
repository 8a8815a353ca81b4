"""The figures that several reports give in the same form: shares with an interval, and percentiles."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Share:
    """``part`` of ``whole`` is the share; ``bad`` says whether a high one is."""

    title: str
    value: str
    low: str
    high: str
    part: str
    whole: str
    of: str
    bad: bool = True

    def badness(self, table: "pd.DataFrame") -> "pd.Series":
        """Larger is worse: by the bound that is sure."""
        return table[self.low] if self.bad else -table[self.high]


SHARES = (
    Share("Failure rate", "failure_rate", "rate_low", "rate_high", "failed", "terminal", "terminal runs"),
    Share(
        "Backup coverage",
        "coverage",
        "coverage_low",
        "coverage_high",
        "fresh",
        "devices",
        "devices",
        bad=False,
    ),
    Share("Late starts", "late_share", "late_low", "late_high", "late", "started", "started runs"),
)


def share_of(table: "pd.DataFrame") -> Share:
    return next(share for share in SHARES if share.value in table)


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
    return next(each for each in PERCENTILES if each.column("p95") in table)


def percent(share: float) -> str:
    """ "27.1 %"; what is not quite nothing or all does not look so."""
    shown = f"{100 * share:.3g}" if share >= 0.001 or share == 0 else "<0.1"
    return "99.9+ %" if shown == "100" and share < 1 else f"{shown} %"
