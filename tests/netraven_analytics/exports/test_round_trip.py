"""What was stored comes back from every format, through the readers that docs/answers.md names."""

import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from netraven_analytics.exports.formats import FORMATS, writer_of
from netraven_analytics.exports.writer import Manner
from tests.netraven_analytics.exports.tables import hostile_text

Texts = list[str | None]


def bare(text: str | None) -> str | None:
    return text[1:] if text is not None and text.startswith("'") else text


def _csv(data: bytes) -> Texts:
    table = pyarrow.csv.read_csv(
        pa.BufferReader(data),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={"text": pa.string(), "n": pa.int64()},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return [bare(text) for text in table["text"].to_pylist()]


def _parquet(data: bytes) -> Texts:
    column = pd.read_parquet(io.BytesIO(data))["text"]
    assert column.dtype == "str"
    return column.astype(object).where(column.notna(), None).tolist()


def _xlsx(data: bytes) -> Texts:
    rows = openpyxl.load_workbook(io.BytesIO(data))["data"].iter_rows(min_row=2)
    cells = [row[1] for row in rows]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    return [cell.value if cell.value is None else unescape(cell.value) for cell in cells]


class _Table(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = tag == "td"
        if self.inside:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


def _html(data: bytes) -> Texts:
    reader = _Table()
    reader.feed(data.decode())
    return [bare(text) for text in reader.cells[1::2]]


READERS: dict[str, Callable[[bytes], Texts]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "json": lambda data: [row["text"] for row in json.loads(data)],
    "jsonl": lambda data: [json.loads(line)["text"] for line in io.BytesIO(data)],
    "html": _html,
}


def written(name: str, texts: Texts, parts: int) -> bytes:
    table = pd.DataFrame({"n": range(len(texts)), "text": pd.Series(texts, dtype="str")})
    file = io.BytesIO()
    writer = writer_of(name)(file, Manner())
    size = max(1, -(-len(table) // parts))
    for start in range(0, max(len(table), 1), size):
        writer.add(table.iloc[start : start + size])
    writer.end()
    return file.getvalue()


def test_every_format_has_a_reader() -> None:
    """A new format is held here as well."""
    assert READERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(texts=st.lists(st.none() | hostile_text, max_size=5), parts=st.integers(1, 3))
def test_hostile_text_comes_back(name: str, texts: Texts, parts: int) -> None:
    """Line ends, quotes, words for nothing, numbers with zeros, formulas, marks of direction, in any parts.

    What is missing stays apart from what is empty but in HTML, where both are an empty cell.
    """
    found = READERS[name](written(name, texts, parts))
    assert found == ([text or "" for text in texts] if name == "html" else texts)


@pytest.mark.parametrize("name", ["csv", "html"])
@pytest.mark.parametrize("blank", ["", " ", "\t", "\r", "\n", "\u3000", '"', "'"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b"])
def test_no_cell_begins_as_a_formula(name: str, blank: str, sign: str) -> None:
    """Whatever stands before the sign, an apostrophe stands before that."""
    assert f"'{blank}{sign}1" in _raw(name, f"{blank}{sign}1")


def _raw(name: str, text: str) -> str:
    from html import unescape as from_html

    data = written(name, [text], 1).decode()
    return from_html(data) if name == "html" else data.replace('""', '"')


@pytest.mark.parametrize("name", ["csv", "json", "jsonl", "html"])
def test_a_time_before_the_first_year_is_iso_8601(name: str) -> None:
    """44 BC is the year -0043, as it stands, without an apostrophe; text that looks like it has one."""
    times = pd.Series(np.array(["-0043-03-15T01:02:03", "0000-02-29", "-4712-01-01"], "M8[us]"))
    table = pd.DataFrame(
        {
            "local": times,
            "at": times.dt.tz_localize("UTC"),
            "day": times.dt.normalize(),
            "each": pd.Series(list(times), dtype="object"),
            "exact": pd.Series([Decimal("-0.10")] * 3, dtype="object"),
            "text": pd.Series(["-0043-03-15"] * 3, dtype="str"),
        }
    )
    file = io.BytesIO()
    writer = writer_of(name)(file, Manner(dates=["day"]))
    writer.add(table)
    writer.end()
    data = file.getvalue().decode().replace("&#x27;", "'")
    begin = r"(?<=[,>\n\" ])"
    for year in ("-0043-03-15T01:02:03", "0000-02-29T00:00:00", "-4712-01-01T00:00:00"):
        assert len(re.findall(f"{begin}{year}", data)) == 3
        assert f"{year}+00:00" in data
    assert len(re.findall(f"{begin}-0043-03-15[^T]", data)) == (1 if name in ("csv", "html") else 4)
    assert data.count("-0.10") == 3
    assert "'-0.10" not in data
    assert data.count("'-0043-03-15") == (3 if name in ("csv", "html") else 0)
