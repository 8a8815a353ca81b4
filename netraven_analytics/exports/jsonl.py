"""JSON lines: an object for each row, on a line of its own."""

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from netraven_analytics.cells import plain
from netraven_analytics.exports.columns import TEXT, changed, lines, names_of, texts_of
from netraven_analytics.exports.writer import Manner, Writer

if TYPE_CHECKING:
    import pandas as pd

_HARMLESS = r"[ !#-\[\]-~]*"  # ASCII without quotes and backslashes
_NOTHING = pa.scalar("", TEXT)  # stands between joined pieces


class JsonLines(Writer):
    """Missing is ``null``; nothing is taken for a formula, so text is as it was stored."""

    def add(self, part: "pd.DataFrame") -> None:
        self.file.write(objects(part, self.manner, "\n"))


def objects(part: "pd.DataFrame", manner: Manner, ending: str) -> memoryview:
    """A line for each row, an object of its cells."""
    pieces: list[str | pa.Array] = ["{"]
    for number, (name, key) in enumerate(zip(part.columns, names_of(part), strict=True)):
        pieces += [f"{', ' if number else ''}{json.dumps(key)}: ", _cells(part[name], manner)]
    return lines([*pieces, "}"], ending)


def _cells(column: "pd.Series", manner: Manner) -> pa.Array:
    if column.dtype == "object":
        return pa.array([json.dumps(plain(value)) for value in column], TEXT)
    texts = texts_of(column, manner.dates)
    kind = column.dtype.kind
    if kind == "b":
        texts = pc.utf8_lower(texts)
    elif kind == "f":
        texts = changed(texts, "[^in]*", json.dumps)  # inf is no number of JSON's
    elif kind not in "ium":
        quote = pa.scalar('"', TEXT)
        texts = pc.binary_join_element_wise(quote, changed(texts, _HARMLESS, _escaped), quote, _NOTHING)
    return pc.fill_null(texts, "null")


def _escaped(text: str) -> str:
    """ASCII: nothing in it ends a line or steers a terminal."""
    return json.dumps(text)[1:-1]
