"""SVG: a chart of the answer, whose text stays text."""

from typing import TYPE_CHECKING

from netraven_analytics.charts import chart, to_svg
from netraven_analytics.exports.writer import Writer

if TYPE_CHECKING:
    import pandas as pd


class Svg(Writer):
    """The usual chart of the report's answer, which comes in one part."""

    def add(self, part: "pd.DataFrame") -> None:
        self.file.write(to_svg(chart(part)).encode(errors="backslashreplace"))
