"""Worksheets that read well: typed cells, a header that stays, columns as wide as what they hold."""

from datetime import UTC
from typing import TYPE_CHECKING, Any

from netraven_analytics.cells import as_text, plain
from netraven_db.errors import OutputError

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 1_048_575  # beside the header
MAX_TEXT = 32_767  # characters that a cell can hold
_MAX_WIDTH = 60
_FORMATS = {
    "duration": "[h]:mm:ss",
    "instant": 'yyyy-mm-dd hh:mm:ss "UTC"',
    "date": "yyyy-mm-dd",
    "share": "0.0000",
}


def add_sheet(workbook: Any, name: str, table: "pd.DataFrame") -> None:
    """Add a table as a worksheet.

    Raises:
        OutputError: the table has more rows than a sheet.
    """
    if len(table) > MAX_ROWS:
        raise OutputError(
            f"A sheet holds {MAX_ROWS:,} rows and {name!r} has {len(table):,}: write a CSV file."
        )
    sheet = workbook.add_worksheet(name[:31])
    formats = {kind: workbook.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
    header = workbook.add_format({"bold": True, "bottom": 1})
    for number, column in enumerate(table.columns):
        sheet.write_string(0, number, str(column), header)
        width = _write_column(sheet, number, table[column], formats)
        sheet.set_column(number, number, min(max(width, len(str(column))) + 2, _MAX_WIDTH))
    sheet.freeze_panes(1, 0)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _write_column(sheet: Any, number: int, column: "pd.Series", formats: dict[str, Any]) -> int:
    """Write the cells and give the width that they want."""
    kind, aware = column.dtype.kind, getattr(column.dtype, "tz", None) is not None
    width = 0
    for row, value in enumerate(column, start=1):
        if plain(value) is None:
            continue
        if kind == "m":
            sheet.write_number(row, number, value.total_seconds() / 86_400, formats["duration"])
            width = max(width, 9)
        elif kind == "M" and 1900 <= value.year <= 9999:
            instant = value.astimezone(UTC).replace(tzinfo=None) if aware else value
            sheet.write_datetime(
                row, number, instant.to_pydatetime(), formats["instant" if aware else "date"]
            )
            width = max(width, 23 if aware else 10)
        elif kind == "b":
            sheet.write_boolean(row, number, bool(value))
        elif kind in "iu" or (kind == "f" and isinstance(plain(value), float)):
            sheet.write_number(row, number, value, formats["share"] if kind == "f" else None)
            width = max(width, 8)
        else:
            text = as_text(plain(value)) or ""
            sheet.write_string(row, number, text[:MAX_TEXT])
            width = max(width, max(map(len, text.splitlines()), default=0))
    return width
