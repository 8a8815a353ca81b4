"""Worksheets that read well: typed cells, a header that stays, columns as wide as what they hold."""

import io
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from netraven_analytics.cells import as_text, plain
from netraven_analytics.exports.columns import has_time, names_of
from netraven_analytics.exports.secrets import holds_configuration
from netraven_analytics.exports.writer import Manner, Writer
from netraven_analytics.files import whole_file
from netraven_analytics.text import counted
from netraven_db.errors import OutputError

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 1_048_575  # beside the header
MAX_TEXT = 32_767  # characters that a cell can hold
_MAX_INTEGER = 2**53  # spreadsheets have doubles
_MAX_WIDTH = 60
_FORMATS = {
    "duration": "[h]:mm:ss",
    "instant": 'yyyy-mm-dd hh:mm:ss "UTC"',
    "time": "yyyy-mm-dd hh:mm:ss",
    "date": "yyyy-mm-dd",
    "share": "0.0000",
}
# Text stays text, so that no cell is a formula or a link. The book is put together in memory, so that a
# process that is killed leaves no parts of it in a temporary folder, and a full disk is met by one write.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}


class TextCutWarning(UserWarning):
    """A text is longer than what a cell of a spreadsheet holds."""


class Xlsx(Writer):
    """One sheet, called data."""

    def __init__(self, file: IO[bytes], manner: Manner) -> None:
        super().__init__(file, manner)
        self._book = io.BytesIO()
        self._workbook = xlsxwriter.Workbook(self._book, _OPTIONS)
        self._sheet = Sheet(self._workbook, "data", manner)

    def add(self, part: "pd.DataFrame") -> None:
        self._sheet.add(part)

    def end(self) -> None:
        self.notes += self._sheet.end()
        with _told():
            self._workbook.close()
        self.file.write(self._book.getbuffer())


def write_workbook(tables: Mapping[str, "pd.DataFrame"], path: Path) -> None:
    """A sheet for each table.

    Raises:
        OutputError: the file cannot be written, or a table has more rows than a sheet.
    """
    book = io.BytesIO()
    with _told(), xlsxwriter.Workbook(book, _OPTIONS) as workbook:
        for name, table in tables.items():
            sheet = Sheet(workbook, name, Manner())
            sheet.add(table)
            sheet.end()
    with whole_file(path, "wb", private=any(map(holds_configuration, tables.values()))) as file:
        file.write(book.getbuffer())


class Sheet:
    """One table as a worksheet."""

    def __init__(self, workbook: Any, name: str, manner: Manner) -> None:
        self._name, self._manner = name, manner
        self._sheet = workbook.add_worksheet(name[:31])
        self._formats = {kind: workbook.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
        self._header = workbook.add_format({"bold": True, "bottom": 1})
        self._widths: list[int] = []
        self._rows = 0
        self._cut: Counter[str] = Counter()  # texts of each column

    def add(self, part: "pd.DataFrame") -> None:
        """Write some rows.

        Raises:
            OutputError: they are more than a sheet holds.
        """
        if not self._widths:
            names = names_of(part, seconds=False)
            for number, name in enumerate(names):
                self._sheet.write_string(0, number, name, self._header)
            self._widths = [len(name) for name in names]
        if self._rows + len(part) > MAX_ROWS:
            raise OutputError(
                f"A sheet holds {MAX_ROWS:,} rows and {self._name!r} has more: write a CSV or Parquet file."
            )
        for number, name in enumerate(part.columns):
            width = self._write_column(number, part[name])
            self._widths[number] = max(self._widths[number], width)
        self._rows += len(part)

    def end(self) -> list[str]:
        """Set the widths, warn of texts that were cut, and give the sentences."""
        for number, width in enumerate(self._widths):
            self._sheet.set_column(number, number, min(width + 2, _MAX_WIDTH))
        self._sheet.freeze_panes(1, 0)
        if self._rows:
            self._sheet.autofilter(0, 0, self._rows, len(self._widths) - 1)
        notes = [_cut(name, count) for name, count in self._cut.items()]
        for note in notes:
            warnings.warn(note, TextCutWarning, stacklevel=3)
        return notes

    def _write_column(self, number: int, column: "pd.Series") -> int:
        """Write the cells and give the width that they want."""
        kind, aware = column.dtype.kind, getattr(column.dtype, "tz", None) is not None
        times = "instant" if aware else "time" if has_time(column, self._manner.dates) else "date"
        write, width = self._sheet, 0
        for row, value in enumerate(column, start=self._rows + 1):
            known = plain(value)
            if known is None:
                continue
            if kind == "m":
                write.write_number(row, number, known / 86_400, self._formats["duration"])
                width = max(width, 9)
            elif kind == "M" and 1900 <= value.year <= 9999:
                instant = value.astimezone(UTC).replace(tzinfo=None) if aware else value
                write.write_datetime(row, number, instant.to_pydatetime(warn=False), self._formats[times])
                width = max(width, 10 if times == "date" else 23)
            elif kind == "b":
                write.write_boolean(row, number, bool(value))
            elif (kind in "iu" and abs(known) <= _MAX_INTEGER) or (kind == "f" and isinstance(known, float)):
                write.write_number(row, number, value, self._formats["share"] if kind == "f" else None)
                width = max(width, 8)
            else:
                text = as_text(known) or ""
                if len(text) > MAX_TEXT:
                    self._cut[str(column.name)] += 1
                write.write_string(row, number, text[:MAX_TEXT])
                width = max(width, max(map(len, text.splitlines()), default=0))
        return width


def _cut(name: str, count: int) -> str:
    return (
        f"Cut: {counted(count, 'text')} in the column {name!r} stopped at the {MAX_TEXT:,} characters that a "
        "cell of XLSX holds; CSV, JSON and Parquet hold them whole."
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except XlsxWriterException as error:
        raise OutputError(f"The workbook cannot be written: {error}") from None
