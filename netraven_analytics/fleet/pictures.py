"""The charts as pictures inside the page, where the packages for charts are installed."""

import base64
from collections.abc import Iterable
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING

from netraven_analytics.charts import MISSING, chart, to_svg

if TYPE_CHECKING:
    import pandas as pd


def pictures(frames: Iterable["pd.DataFrame"]) -> str:
    """A figure for each answer that has something to show.

    A picture is loaded as an image, so that whatever a device called itself is drawn and cannot run.
    """
    if not (find_spec("altair") and find_spec("vl_convert")):
        return f"<p class='quiet'>There are no charts on this page. {escape(MISSING)}</p>"
    return f'<div class="pictures">{"".join(_picture(frame) for frame in frames if len(frame))}</div>'


def _picture(frame: "pd.DataFrame") -> str:
    drawn = chart(frame)
    source = base64.b64encode(to_svg(drawn).encode()).decode()
    told = drawn.to_dict()
    title, says = str(told["title"]["text"]), str(told["description"])
    return (
        f'<figure class="box" role="region" aria-label="{escape(title)}" tabindex="0">'
        f'<img alt="{escape(says)}" src="data:image/svg+xml;base64,{source}"></figure>'
    )
