"""A frame as a table that reads without a script and sorts and searches with one."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from netraven_analytics.fleet.cells import TEXT, cells_of, kind_of

if TYPE_CHECKING:
    import pandas as pd

# A state is told by its word; the colour only repeats it.
STATES = {
    "fresh": "good",
    "too old": "bad",
    "never backed up": "bad",
    "no run history": "none",
}
_LONG = {"tags", "sections", "signature", "example", "reason", "device_names", "suspect_reason"}
ON_PAPER = 50  # rows; page.css leaves out those after them


def table_of(frame: "pd.DataFrame", headings: Mapping[str, str], name: str, caption: str) -> str:
    """The columns of ``headings``, under these, in a box of its own that scrolls.

    Args:
        frame: the rows; a column ``status`` holds words of ``STATES``.
        headings: what each column is called on the page.
        name: what assistive technology and the search field call it.
        caption: HTML; what the table holds and what of it is not shown.
    """
    kinds = {column: kind_of(frame[column]) for column in headings}
    head = "".join(
        f'<th scope="col" data-sort="{kind}"{_class_of(column, kind)}>{escape(headings[column])}</th>'
        for column, kind in kinds.items()
    )
    columns = [_marked_up(column, kinds[column], cells_of(frame[column])) for column in headings]
    rows = "".join(f"<tr>{''.join(row)}</tr>\n" for row in zip(*columns, strict=True))
    paper = f'<span class="paper"> On paper: the first {ON_PAPER}.</span>' if len(frame) > ON_PAPER else ""
    return (
        f'<div class="sheet" data-name="{escape(name)}"><p class="caption">{caption}{paper}</p>'
        f'<div class="box" role="region" aria-label="{escape(name)}" tabindex="0"><table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div></div>\n"
    )


def _marked_up(column: str, kind: str, cells: list[str]) -> list[str]:
    if column == "status":
        return [f'<td><span class="state {STATES[cell]}">{cell}</span></td>' for cell in cells]
    start = f"<td{_class_of(column, kind)}>"
    return [f"{start}{cell}</td>" for cell in cells]


def _class_of(column: str, kind: str) -> str:
    if kind != TEXT:
        return ' class="n"'
    return ' class="long"' if column in _LONG else ""
