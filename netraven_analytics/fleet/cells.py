"""Columns of a frame as cells of a page: rounded for people, inert, and fit to be sorted again."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from netraven_analytics.cells import as_text, plain, short_duration
from netraven_analytics.configs.side_by_side import spell

if TYPE_CHECKING:
    import pandas as pd

MISSING = "\N{EN DASH}"
SHARE = re.compile("coverage.*|.*_share|(.*_)?rate(_.*)?|change_(low|high)")  # between 0 and 1
# What the script sorts by: text is compared as it stands, and times read like that too.
NUMBER, DURATION, TEXT = "number", "duration", "text"


def kind_of(column: "pd.Series") -> str:
    """How the column's cells are sorted."""
    if column.dtype.kind in "iuf":
        return NUMBER
    return DURATION if column.dtype.kind == "m" else TEXT


def cells_of(column: "pd.Series") -> list[str]:
    """Each cell as HTML that is nothing but text."""
    shown = _way_of(str(column.name), column.dtype.kind)
    return [MISSING if (known := plain(value)) is None else shown(known) for value in column]


def _way_of(name: str, kind: str) -> Callable[[Any], str]:
    if kind == "f":
        return percent if SHARE.fullmatch(name) else _measure
    if kind in "mM":
        return short_duration if kind == "m" else moment
    return str if name.endswith("_id") else _plain


def percent(share: float) -> str:
    """``95.5 %``: with one decimal always, so that a column of them lines up."""
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def points(change: float) -> str:
    """``+5.1 points``."""
    return f"{100 * change:+.1f} points".replace("-", "\N{MINUS SIGN}")


def moment(iso: str) -> str:
    """A time to the minute; the files hold it whole. A midnight without a zone is a day."""
    day, _, rest = iso.partition("T")
    return f"{day} {rest[:5]}" if rest else day


def _measure(number: Any) -> str:
    if not isinstance(number, float):  # infinity
        return str(number)
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:,.1f}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else spell(as_text(value) or "")
