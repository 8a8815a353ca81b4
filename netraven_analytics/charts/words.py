"""What stands above a chart: the window, the filters, and what is not in the picture."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from netraven_analytics.charts.labels import inert, listed

LINE = 104  # characters that fit beside each other


def subtitle(about: Mapping[str, Any], remarks: Sequence[str]) -> list[str]:
    """The lines below a title: first of what the answer is, then what the chart makes of it."""
    lines = [window(about), *_filters(about), *remarks, *_left_out(about)]
    return [part for line in lines if line for part in textwrap.wrap(line, LINE)]


def window(about: Mapping[str, Any]) -> str:
    """ "2026-10-25 14:00 to 2026-11-24 14:00 (Europe/Berlin)"; nothing is known of other frames."""
    if "window" not in about:
        return ""
    since, until = about["window"]["since"], _moment(about["window"]["until"])
    span = f"All until {until}" if since == "all" else f"{_moment(since)} to {until}"
    return f"{span} ({about['tz']})"


def _moment(iso: str) -> str:
    """A time to the minute; the answer itself has it whole."""
    return iso[:16].replace("T", " ").removesuffix(" 00:00")


def _filters(about: Mapping[str, Any]) -> list[str]:
    options = about.get("options", {})
    given = {name: options[name] for name in ("device", "device_type", "tag", "where") if options.get(name)}
    said = "; ".join(
        f"{name.replace('_', ' ')} {listed(map(inert, values))}" for name, values in given.items()
    )
    return [f"Only {said}."] if said else []


def _left_out(about: Mapping[str, Any]) -> list[str]:
    said = [f"{count:,} {inert(why).replace('_', ' ')}" for why, count in about.get("left_out", {}).items()]
    lines = [f"Not in the answer: {', '.join(said)}."] if said else []
    if "cut" in about:
        what, count = next(iter(about["cut"].items()))
        lines.append(f"Asked for the first {about['cut']['kept']:,} of {count:,} {what}.")
    return lines
