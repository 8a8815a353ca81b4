"""PNG: a chart of the answer, for whatever takes pictures."""

from typing import TYPE_CHECKING

from netraven_analytics.charts import chart, to_png
from netraven_analytics.exports.writer import Writer

if TYPE_CHECKING:
    import pandas as pd


class Png(Writer):
    """The usual chart of the report's answer, which comes in one part."""

    def add(self, part: "pd.DataFrame") -> None:
        self.file.write(to_png(chart(part)))
