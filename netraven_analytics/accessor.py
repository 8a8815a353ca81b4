"""``df.netraven``: what an answer can do, from the answer itself."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Answer:
    """A frame that a report gave."""

    def __init__(self, frame: "pd.DataFrame") -> None:
        self._frame = frame

    def chart(self, kind: str | None = None) -> Any:
        """Draw it: see :func:`netraven_analytics.chart`."""
        # Asked for by name, as all that the package hands on: who gives answers need not know of charts.
        return import_module("netraven_analytics.charts").chart(self._frame, kind)


def register() -> None:
    """Give all frames ``.netraven``; not at import, but when there is an answer, and only once."""
    import pandas as pd

    if not hasattr(pd.DataFrame, "netraven"):
        pd.api.extensions.register_dataframe_accessor("netraven")(Answer)
