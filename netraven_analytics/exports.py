"""From a frame to a file: CSV, XLSX or JSON, with a sidecar that says how the answer was made."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from netraven_analytics.cells import as_text, column_name, neutralised, plain_column, records
from netraven_analytics.files import whole_file
from netraven_analytics.text import nearest
from netraven_db.errors import OutputError, ParameterError

if TYPE_CHECKING:
    import pandas as pd

Formulas = Literal["neutralise", "keep"]


def export(table: "pd.DataFrame", path: str | Path, *, formulas: Formulas = "neutralise") -> Path:
    """Write a frame to a file; its ending (.csv, .xlsx or .json) says the format.

    A report's answer gets a sidecar ``NAME.meta.json`` beside it. Durations become seconds in columns that
    end in ``_seconds`` (h:mm:ss in XLSX), instants ISO 8601 with their offset (UTC in XLSX). In CSV, text
    that a spreadsheet would run as a formula gets an apostrophe in front, unless ``formulas="keep"``.

    Raises:
        ParameterError: the ending is unknown.
        OutputError: the file cannot be written; then nothing of it is there.
    """
    path = Path(path)
    write = writer_of(path.suffix.removeprefix("."))
    write(table, path, formulas)
    answer = table.attrs.get("netraven")
    if answer:
        write_json(answer, sidecar_of(path))
    return path


def writer_of(name: str) -> Callable[["pd.DataFrame", Path, Formulas], None]:
    """The writer of a format.

    Raises:
        ParameterError: there is no such format.
    """
    if name not in FORMATS:
        raise ParameterError(
            f"There is no format {name!r}{nearest(name, FORMATS)}: a file ends in .csv, .xlsx or .json."
        )
    return FORMATS[name]


def sidecar_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}.meta.json")


def write_json(value: Any, path: Path) -> None:
    with whole_file(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


def csv_text(table: "pd.DataFrame", formulas: Formulas = "neutralise") -> str:
    """The frame as CSV."""
    buffer = io.StringIO(newline="")
    _csv_into(table, buffer, formulas)
    return buffer.getvalue()


def _csv_into(table: "pd.DataFrame", file: IO[str], formulas: Formulas) -> None:
    """RFC 4180: lines end in CRLF; a missing value is nothing, an empty text ``""``."""
    safe = neutralised if formulas == "neutralise" else str
    header = [column_name(table, name) for name in table.columns]
    file.write(",".join(_quoted(safe(name)) for name in header) + "\r\n")
    columns = [_csv_column(table[name], safe) for name in table.columns]
    file.writelines(",".join(row) + "\r\n" for row in zip(*columns, strict=True))


def _csv_column(column: "pd.Series", safe: Callable[[str], str]) -> list[str]:
    cells = plain_column(column)
    # Numbers stay numbers, a negative one too; only text can be a formula.
    return [
        "" if cell is None else _quoted(safe(cell)) if isinstance(cell, str) else _quoted(as_text(cell) or "")
        for cell in cells
    ]


def _quoted(text: str) -> str:
    if text and not any(character in text for character in ',"\r\n') and text == text.strip():
        return text
    return '"' + text.replace('"', '""') + '"'


def _write_csv(table: "pd.DataFrame", path: Path, formulas: Formulas) -> None:
    with whole_file(path, "w", encoding="utf-8", newline="") as file:
        _csv_into(table, file, formulas)


def _write_json_rows(table: "pd.DataFrame", path: Path, formulas: Formulas) -> None:
    write_json(records(table), path)


def _write_xlsx(table: "pd.DataFrame", path: Path, formulas: Formulas) -> None:
    write_workbook({"data": table}, path)


def write_workbook(tables: Mapping[str, "pd.DataFrame"], path: Path) -> None:
    """A sheet for each table. Text stays text in a workbook, so that no cell is a formula.

    Raises:
        OutputError: the file cannot be written, or a table has more rows than a sheet.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    from netraven_analytics.sheets import add_sheet

    options = {"strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with whole_file(path, "wb") as file:
        try:
            with xlsxwriter.Workbook(file, options) as workbook:
                for name, table in tables.items():
                    add_sheet(workbook, name, table)
        except XlsxWriterException as error:
            raise OutputError(f"{path} cannot be written: {error}") from None


FORMATS: dict[str, Callable[["pd.DataFrame", Path, Formulas], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "json": _write_json_rows,
}
