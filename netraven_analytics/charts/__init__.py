"""From an answer to a picture of it: ``chart(frame)``, and the picture as SVG or PNG.

One kind of chart is one module of ``kinds``, a pure function from a frame to a drawing. Neither a browser nor
a network is needed, and what a device calls itself is never more than text.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from netraven_analytics.charts.choice import KINDS, kind_for, measured_column, require_drawable
from netraven_analytics.charts.words import subtitle
from netraven_db.errors import NetRavenError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from netraven_analytics.charts.picture import Picture

__all__ = ["KINDS", "chart", "require_chart_of", "to_png", "to_svg"]

MISSING = "Charts need more packages, those of the extra: venv/bin/pip install -e '.[charts]'"


def chart(frame: "pd.DataFrame", kind: str | None = None) -> "Picture":
    """Draw an answer; which chart it is, its report and options say.

    It is an altair chart, so that it can be changed further. A notebook shows it as a picture. Many rows are
    put together before they are drawn: the worst stay, and a line says what the others are.

    Args:
        frame: the answer of a report, or some of its rows, with its ``attrs``.
        kind: another chart than the usual one, of ``KINDS``; it is needed for a frame without ``attrs``.

    Raises:
        ParameterError: there is no such kind, or this frame cannot be drawn as one.
        NetRavenError: the packages for charts are not installed.

    Example:
        ``chart(await failure_rates(by="day", since="90d"), kind="calendar")``
    """
    if not hasattr(frame, "attrs"):
        raise ParameterError(
            f"{type(frame).__name__} cannot be drawn: give a DataFrame; an answer is awaited first."
        )
    about = frame.attrs.get("netraven") or {}
    chosen = kind_for(frame, about, kind)
    _require_packages()
    from netraven_analytics.charts.picture import compose, nothing

    if not len(frame):
        return nothing(about, "Nothing in the window")
    measured = measured_column(frame, chosen)
    if frame[measured].isna().all():
        return nothing(about, "Nothing to measure in the window")
    drawing = import_module(f"{__name__}.kinds.{chosen}").draw(frame, about)
    return compose(drawing, subtitle(about, drawing.remarks))


def require_chart_of(report: str) -> None:
    """Check, before a report is asked, that its answer can be drawn here.

    Raises:
        ParameterError: the report has no chart.
        NetRavenError: the packages for charts are not installed.
    """
    require_drawable(report)
    _require_packages()


def _require_packages() -> None:
    if any(find_spec(package) is None for package in ("altair", "vl_convert")):
        raise NetRavenError(MISSING)


def to_svg(chart: "Picture") -> str:
    """The chart as an SVG document."""
    from netraven_analytics.charts.picture import to_svg

    return to_svg(chart)


def to_png(chart: "Picture", scale: float = 2) -> bytes:
    """The chart as a PNG; ``scale`` is how many of its pixels one of the chart's is."""
    from netraven_analytics.charts.picture import to_png

    return to_png(chart, scale)
