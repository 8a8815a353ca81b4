"""The period before a window, for what is new or has changed."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Float, func

from netraven_analytics.facts.windows import Window

Share = ColumnElement[Any]


def period_before(window: Window) -> Window | None:
    """The window of the same length that ends where this one begins; None where this one has no beginning."""
    if window.since is None:
        return None
    try:
        since = window.since - (window.until - window.since)
    except OverflowError:  # it would begin before the year 1
        return None
    return replace(window, since=since, until=window.since)


def newcombe(now: tuple[Share, Share, Share], before: tuple[Share, Share, Share]) -> tuple[Share, Share]:
    """The 95 % interval of the difference of two shares, each given as itself and its Wilson bounds.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions:
    comparison of eleven methods", Statistics in Medicine 17 (1998), 873 to 890; the tenth, hybrid score
    method.
    """
    (p, low, high), (q, q_low, q_high) = now, before
    return p - q - _hypotenuse(p - low, q_high - q), p - q + _hypotenuse(high - p, q - q_low)


def _hypotenuse(one: Share, other: Share) -> Share:
    return func.sqrt(one * one + other * other, type_=Float())
