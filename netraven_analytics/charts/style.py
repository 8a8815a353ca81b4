"""How charts look: colours that the colour-blind tell apart and that print in different greys, and sizes."""

from typing import TYPE_CHECKING

import altair as alt

from netraven_analytics.cells import plain

if TYPE_CHECKING:
    import pandas as pd

# M. Okabe and K. Ito, "Color Universal Design", 2008. No meaning is in a colour alone.
BLUE, RED, PALE = "#0072B2", "#D55E00", "#9ecae1"
GREY, INK = "#5f5f5f", "#1b1b1b"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"  # these have the same widths
WIDTH = 620
ROW = 22  # the height of a row of names
ROWS = 25  # names in a chart
LIMIT = 5_000  # rows of data in one panel, which altair refuses to exceed


def data(table: "pd.DataFrame") -> alt.InlineData:
    """The rows as plain JSON; numbers and text only, so that nothing is left to a browser's clock.

    Raises:
        ValueError: they are too many; a chart puts its rows together first.
    """
    if len(table) > LIMIT:
        raise ValueError(f"a chart of {len(table):,} rows")
    columns = {str(name): [plain(value) for value in table[name]] for name in table.columns}
    return alt.InlineData(
        values=[dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    )
