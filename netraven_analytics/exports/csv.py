"""CSV after RFC 4180: lines end in CRLF; a missing value is nothing, an empty text ``""``."""

import io
from typing import IO, TYPE_CHECKING, Any

import pyarrow as pa

from netraven_analytics.exports.columns import TEXT, changed, lines, names_of, texts_of
from netraven_analytics.exports.writer import Formulas, Manner, Writer

if TYPE_CHECKING:
    import pandas as pd

_HARMLESS = r"[0-9A-Za-z](?:[ !#-+\--~]*[!#-+\--~])?"  # ASCII without quotes, commas and blanks at the end


class Csv(Writer):
    """Text that a spreadsheet would run as a formula gets an apostrophe in front, in headers too."""

    def __init__(self, file: IO[bytes], manner: Manner) -> None:
        super().__init__(file, manner)
        self._begun = False

    def add(self, part: "pd.DataFrame") -> None:
        if not self._begun:
            self._begun = True
            header = ",".join(self._quoted(name) for name in names_of(part))
            self.file.write(f"{header}\r\n".encode(errors="backslashreplace"))
        between = [piece for name in part.columns for piece in (",", self._cells(part[name]))]
        self.file.write(lines(between[1:], "\r\n"))

    def _cells(self, column: "pd.Series") -> pa.Array:
        if column.dtype == "object":
            return pa.array([self._cell(value) for value in column], TEXT)
        texts = texts_of(column, self.manner.dates)
        # Numbers and times stay what they are, also with a minus in front; only text can be a formula.
        return texts if column.dtype.kind in "iufbmM" else changed(texts, _HARMLESS, self._quoted)

    def _cell(self, value: Any) -> str | None:
        text = self.manner.cell(value)
        return None if text is None else quoted(text)

    def _quoted(self, text: str) -> str:
        return quoted(self.manner.safe(text))


def csv_text(table: "pd.DataFrame", formulas: Formulas = "neutralise") -> str:
    """The frame as CSV."""
    file = io.BytesIO()
    writer = Csv(file, Manner(formulas))
    writer.add(table)
    writer.end()
    return file.getvalue().decode()


def quoted(text: str) -> str:
    """The cell as it stands between commas. Python before 3.11.9 leaves a bare CR without its quotes."""
    if text and not any(character in text for character in ',"\r\n') and text == text.strip():
        return text
    return '"' + text.replace('"', '""') + '"'
