"""Answers as reports give them, made by hand, and what a chart of them says."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from netraven_analytics.charts import to_svg

HOSTILE = [
    "</script><script>alert(1)</script>",
    "$\\href{javascript:alert(1)}{x}$",
    "a.b[0]",
    "x" * 300,
    "x" * 299 + "y" + "x" * 300,
    "\u05e9\u05dc\u05d5\u05dd-01",
    "evil\u202ename",
    '"; datum.x || alert(1); "',
    "back\\slash'quote",
    "line\nbreak\ttab",
    "<!--<script>",
    "datum",
    "2026-01-01",
    "true",
    "",
]


def answer(
    report: str,
    columns: Mapping[str, Any],
    by: Collection[str] = (),
    tz: str = "Europe/Berlin",
    **about: Any,
) -> pd.DataFrame:
    """A frame with what a report says of itself; ``about`` is more of that."""
    frame = pd.DataFrame(columns)
    options = {"by": list(by), **about.pop("options", {})}
    frame.attrs["netraven"] = {
        "report": report,
        "options": options,
        "window": {"since": "2026-10-23T14:00:00+02:00", "until": "2026-11-22T13:00:00+01:00"},
        "tz": tz,
        "left_out": {},
        "totals": {},
        "notes": [],
        **about,
    }
    return frame


def rates(count: int, **columns: Any) -> dict[str, Any]:
    """The columns of failure rates: the first group fails most, and the last not at all."""
    share = [1 - number / max(count - 1, 1) for number in range(count)]
    return {
        **columns,
        "runs": [101] * count,
        "terminal": [100] * count,
        "failed": [round(100 * value) for value in share],
        "failure_rate": share,
        "rate_low": [max(0.0, value - 0.1) for value in share],
        "rate_high": [min(1.0, value + 0.1) for value in share],
    }


def durations(count: int, prefix: str = "duration", **columns: Any) -> dict[str, Any]:
    """The columns of durations: the first group is the slowest."""
    factors = {"mean": 2, "p50": 1, "p90": 2, "p95": 3, "p99": 4, "max": 9}
    return {
        **columns,
        "runs": [100] * count,
        **{
            f"{prefix}_{name}": pd.Series(
                [timedelta(seconds=10 + count - number) * factor for number in range(count)],
                dtype="timedelta64[us]",
            )
            for name, factor in factors.items()
        },
    }


def hosts(count: int) -> list[str]:
    return [f"dev-{number:04}" for number in range(count)]


def instants(*texts: str, tz: str = "Europe/Berlin") -> pd.Series:
    """Instants given in UTC, on the clock of a zone."""
    times = pd.to_datetime(list(texts), utc=True, format="ISO8601")
    return pd.Series(times).astype("datetime64[us, UTC]").dt.tz_convert(tz)


def ages(*hours: float | None) -> pd.Series:
    return pd.Series(
        [None if hour is None else timedelta(hours=hour) for hour in hours], dtype="timedelta64[us]"
    )


def drawn(chart: Any) -> ElementTree.Element:
    """The SVG, parsed."""
    return ElementTree.fromstring(to_svg(chart))


def texts(chart: Any) -> list[str]:
    """All that can be read in the picture, from top to bottom as it is drawn."""
    return ["".join(each.itertext()) for each in drawn(chart).iter("{http://www.w3.org/2000/svg}text")]


def scripts(page: str) -> list[str]:
    """What the scripts of a page hold, as a browser finds them."""
    found: list[str] = []

    class Scripts(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag == "script":
                found.append("")

        def handle_data(self, text: str) -> None:
            if found and self.cdata_elem:
                found[-1] += text

    Scripts().feed(page)
    return found


def title(chart: Any) -> str:
    return str(chart.to_dict()["title"]["text"])


def said(chart: Any) -> str:
    """The lines below the title, as one text."""
    return " ".join(chart.to_dict()["title"]["subtitle"])


def points(chart: Any) -> list[list[dict[str, Any]]]:
    """The rows of data of each panel and layer that has some of its own."""
    return list(chart.to_dict()["datasets"].values())
