"""A chart as a black-and-white printer sees it: which of its marks only a hue would tell apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

STEP = 20.0  # of the 100 of CIE L*: two greys so far apart are told from each other without comparing
_THICKER = 1.5  # times as thick
_NAMED = {"white": "#ffffff", "black": "#000000"}
_LINES = ("line", "rule")


@dataclass(frozen=True)
class Look:
    """How marks of one kind look: ``form`` and ``thickness`` without their colour, ``grey`` as L*."""

    form: tuple[str, str, bool, bool]
    thickness: float
    colour: str
    grey: float

    def differs(self, other: "Look") -> bool:
        """Whether they can be told apart in black and white, or look the same in colour too."""
        thin, thick = sorted([self.thickness, other.thickness])
        return (
            self.colour == other.colour
            or self.form != other.form
            or thick >= _THICKER * thin > 0
            or abs(self.grey - other.grey) >= STEP
        )


def alike(spec: dict[str, Any]) -> list[tuple[Look, Look]]:
    """The pairs of marks in one panel of a Vega-Lite chart that differ in hue alone."""
    return [
        pair
        for panel in _panels(spec)
        for pair in combinations(dict.fromkeys(_looks(panel)), 2)
        if not pair[0].differs(pair[1])
    ]


def lightness(colour: str, opacity: float = 1.0) -> float:
    """CIE L* of ``#rrggbb``, ``rgb(…)`` or a name, on white ground: 0 is black, 100 is white."""
    channels = [opacity * part + 1 - opacity for part in _channels(_NAMED.get(colour, colour))]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    luminance = sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * luminance ** (1 / 3) - 16 if luminance > 216 / 24389 else luminance * 24389 / 27


def _channels(colour: str) -> list[float]:
    if colour.startswith("#"):
        return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [float(number) / 255 for number in re.findall(r"[\d.]+", colour)]


def _panels(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in spec.get("vconcat", [spec]):
        yield part.get("spec", part)  # of small multiples, each has the same marks


def _looks(panel: dict[str, Any]) -> Iterator[Look]:
    """Each mark in each of its colours; words speak for themselves, and a scale has a test of its own."""
    for layer in panel.get("layer", [panel]):
        mark, encoding = layer["mark"], layer.get("encoding", {})
        if mark["type"] == "text" or _scaled(encoding):
            continue
        fills, strokes = _fills(mark, encoding), _colours("stroke", mark, encoding)
        if mark["type"] in _LINES or (mark["type"] == "point" and not mark.get("filled")):
            strokes = strokes or _colours("color", mark, encoding)
        for fill in fills or [None]:
            for stroke in strokes or [None]:
                yield _look(mark, fill, stroke)


def _scaled(encoding: dict[str, Any]) -> bool:
    """Whether a scale of numbers gives the colour, which is then no hue; of names it would be one."""
    fields = [each for name in ("color", "fill", "stroke") if "field" in (each := encoding.get(name, {}))]
    for each in fields:
        assert each["type"] == "quantitative", f"{each['field']} is told by colours of a scheme alone"
    return bool(fields)


def _fills(mark: dict[str, Any], encoding: dict[str, Any]) -> list[str]:
    filled = mark.get("filled", mark["type"] not in (*_LINES, "point"))
    return _colours("fill", mark, encoding) or (_colours("color", mark, encoding) if filled else [])


def _colours(channel: str, mark: dict[str, Any], encoding: dict[str, Any]) -> list[str]:
    """Those that a mark may have, by its conditions."""
    given = encoding.get(channel)
    if given is None:
        return [mark[channel]] if channel in mark else []
    return [given["value"], *([given["condition"]["value"]] if "condition" in given else [])]


def _look(mark: dict[str, Any], fill: str | None, stroke: str | None) -> Look:
    hollow = fill in (None, "white") and mark["type"] not in _LINES
    shown = stroke if hollow or fill is None else fill
    form = (mark["type"], mark.get("shape", ""), "strokeDash" in mark, hollow)
    thickness = float(mark.get("height", mark.get("thickness", mark.get("strokeWidth", 1))))
    return Look(form, thickness, shown or "", lightness(shown, mark.get("opacity", 1.0)) if shown else 100.0)
