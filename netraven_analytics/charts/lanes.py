"""Devices below each other and time beside: which devices are shown, and what of theirs falls together."""

from typing import TYPE_CHECKING

from netraven_analytics.charts.labels import inert, labels

if TYPE_CHECKING:
    import pandas as pd

LANES = 30  # devices below each other
SLOTS = 160  # along the time; marks of one slot could not be told apart


def lanes(table: "pd.DataFrame", badness: "pd.Series") -> tuple["pd.DataFrame", "pd.DataFrame", list[str]]:
    """The worst devices' rows with a label in ``name``, the others' rows, and the labels in order.

    Args:
        table: rows with a ``hostname``.
        badness: for each hostname, larger is worse.
    """
    worst = list(badness.sort_values(ascending=False, kind="stable").index[:LANES])
    order = labels(inert(name) for name in worst)
    named = table["hostname"].map(dict(zip(worst, order, strict=True)))
    shown = named.notna()
    return table[shown].assign(name=named[shown]), table[~shown], order


def in_turn(first: "pd.Series", second: "pd.Series") -> "pd.Series":
    """One measure of badness for two, which take turns, so that the worst by neither is hidden.

    What the first calls 0 is bad by the second alone.
    """
    by_first = first.where(first > 0).rank(ascending=False, method="first", na_option="bottom")
    by_second = second.rank(ascending=False, method="first")
    return -by_first.combine(by_second, min) - by_first / (2 * len(first))


def slots(at: "pd.Series", first: float, last: float) -> "pd.Series":
    """The number of the slot that each position is in."""
    return ((at - first) * SLOTS // max(last - first, 1)).astype("int64").clip(0, SLOTS - 1)
