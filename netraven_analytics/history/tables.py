"""Tables of configuration lines, which show themselves in a notebook with their lines whole."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from netraven_analytics.cells import as_text, plain
from netraven_analytics.configs.side_by_side import box, spell
from netraven_analytics.text import counted

MOST_ROWS = 1_000


class LinesTable(pd.DataFrame):  # type: ignore[misc]  # pandas has no types
    """A DataFrame; what is made from it is a plain one."""

    def _repr_html_(self) -> str:
        said = self.attrs.get("netraven", {})
        notes = " ".join([said.get("caption", f"{counted(len(self), 'row')}."), *said.get("notes", [])])
        return box(notes, self._html_rows())

    def _html_rows(self) -> Iterator[str]:
        yield "<tr>" + "".join(f"<td><b>{spell(str(name))}</b></td>" for name in self.columns) + "</tr>"
        for row in self.head(MOST_ROWS).itertuples(index=False, name=None):
            yield "<tr>" + "".join(f"<td>{spell(_cell(value))}</td>" for value in row) + "</tr>"
        if len(self) > MOST_ROWS:
            left = counted(len(self) - MOST_ROWS, "more row")
            yield f'<tr><td class="cut" colspan="{len(self.columns)}">… and {left}</td></tr>'


def lines_table(
    rows: Sequence[tuple[Any, ...]], dtypes: Mapping[str, str], tz: ZoneInfo, said: Mapping[str, Any]
) -> "LinesTable":
    """The table with its instants on the reader's clock, carrying what it says about itself."""
    table = LinesTable(rows, columns=list(dtypes)).astype(dict(dtypes))
    for name, dtype in dtypes.items():
        if "UTC" in dtype:
            table[name] = table[name].dt.tz_convert(tz)
    table = LinesTable(table)
    table.attrs["netraven"] = dict(said)
    return table


def _cell(value: Any) -> str:
    known = plain(value)
    if isinstance(known, str) and hasattr(value, "isoformat"):
        return known[:19].replace("T", " ")
    return as_text(known) or ""
