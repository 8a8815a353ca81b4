"""Panels become one picture, and the picture SVG or PNG, made on this machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import vl_convert

from netraven_analytics.charts.labels import inert
from netraven_analytics.charts.png import packed, size
from netraven_analytics.charts.style import FONT, GREY, INK, WIDTH
from netraven_analytics.charts.words import subtitle

SCALE = 2  # for screens of twice the pixels, and for print
_NOWHERE: list[str] = []  # where pictures and data may be fetched from


class Picture(alt.VConcatChart):
    """An altair chart that a notebook shows as PNG: nothing is fetched, nothing runs, and it prints."""

    def _repr_mimebundle_(self, *args: Any, **kwds: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        png = to_png(self, SCALE)
        width, height = size(png)
        shown = {"image/png": png, "text/plain": repr(self)}
        return shown, {"image/png": {"width": width // SCALE, "height": height // SCALE}}

    def __repr__(self) -> str:
        return f"<chart: {self.to_dict()['title']['text']}>"


@dataclass(frozen=True)
class Drawing:
    """A title with its unit, panels from top to bottom, and what is to be known of them."""

    title: str
    panels: Sequence[Any]
    remarks: Sequence[str] = ()


def compose(drawing: Drawing, lines: Sequence[str]) -> Picture:
    """One picture of all panels, readable on any ground and in black and white."""
    title = alt.TitleParams(
        drawing.title,
        subtitle=list(lines),
        anchor="start",
        frame="bounds",
        offset=14,
        font=FONT,
        fontSize=16,
        color=INK,
        subtitleFont=FONT,
        subtitleFontSize=12,
        subtitleColor=GREY,
        subtitlePadding=6,
        subtitleLineHeight=16,
    )
    said = ". ".join([drawing.title, *lines])
    picture = Picture(
        vconcat=list(drawing.panels),
        title=title,
        description=said,
        background="white",
        padding=14,
        spacing=10,
    )
    axis = {"labelFontSize": 12, "titleFontSize": 12, "labelColor": INK, "titleColor": INK}
    configured: Picture = (
        picture.configure(font=FONT, aria=False)
        .configure_axis(
            **axis, titleFontWeight="normal", gridColor="#e4e4e4", domainColor=GREY, tickColor=GREY
        )
        .configure_view(stroke=None)
        .configure_header(
            labelFontSize=12, labelFontWeight="bold", labelColor=INK, labelAnchor="start", title=None
        )
    )
    return configured


def nothing(about: Mapping[str, Any], why: str) -> Picture:
    """A chart that says that there is nothing to show, and what the answer notes of that."""
    panel = alt.Chart(alt.InlineData(values=[{}]), width=WIDTH, height=90)
    name = inert(about.get("report", "frame")).replace("_", " ")
    drawing = Drawing(f"Nothing to draw: {name}", [panel.mark_text(text=why, fontSize=20, color=GREY)])
    return compose(drawing, subtitle(about, [inert(note) for note in about.get("notes", [])]))


def to_svg(chart: Any) -> str:
    """The chart as an SVG document."""
    spec = chart.to_dict()
    svg = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=_NOWHERE))
    # One picture with one name to a screen reader, and not thousands of marks.
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(spec.get("description", ""))}" ', 1)


def to_png(chart: Any, scale: float) -> bytes:
    """The chart as a PNG."""
    png = vl_convert.vegalite_to_png(chart.to_dict(), scale=scale, allowed_base_urls=_NOWHERE)
    return packed(bytes(png))
