"""JSON: an array of an object for each row."""

from typing import IO, TYPE_CHECKING

from netraven_analytics.exports.jsonl import objects
from netraven_analytics.exports.writer import Manner, Writer

if TYPE_CHECKING:
    import pandas as pd


class Json(Writer):
    """Missing is ``null``; nothing is taken for a formula, so text is as it was stored."""

    def __init__(self, file: IO[bytes], manner: Manner) -> None:
        super().__init__(file, manner)
        self._between = b"["

    def add(self, part: "pd.DataFrame") -> None:
        if len(part):
            self.file.write(self._between + b"\n")
            self.file.write(objects(part, self.manner, ",\n")[: -len(b",\n")])
            self._between = b","

    def end(self) -> None:
        self.file.write(b"[]\n" if self._between == b"[" else b"\n]\n")
