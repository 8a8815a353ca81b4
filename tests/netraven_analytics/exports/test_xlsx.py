"""Workbooks that people can read and nothing runs in."""

import json
from datetime import timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from netraven_analytics.exports import export, xlsx
from netraven_analytics.exports.xlsx import TextCutWarning, write_workbook
from netraven_db.errors import OutputError
from tests.netraven_analytics.exports.tables import TABLE


def test_a_workbook_holds_typed_cells_and_no_formula(tmp_path: Path) -> None:
    """Numbers are numbers, instants are UTC times, durations [h]:mm:ss, and text stays text."""
    sheet = openpyxl.load_workbook(export(TABLE, tmp_path / "a.xlsx"))["data"]
    header, first, second, *_ = sheet.iter_rows()
    assert [cell.value for cell in header] == list(TABLE.columns)
    assert first[0].value == "a"
    assert first[1].value == 1
    assert first[3].value == timedelta(hours=30)
    assert first[3].number_format == "[h]:mm:ss"
    assert first[4].value.isoformat(timespec="seconds") == "2026-03-29T01:30:00"
    assert first[4].number_format == 'yyyy-mm-dd hh:mm:ss "UTC"'
    assert first[5].value.isoformat() == "2026-03-29T00:00:00"
    assert first[5].number_format == "yyyy-mm-dd"
    assert first[6].value is True
    assert (second[0].value, second[0].data_type) == ("=1+1", "s")
    assert (second[1].value, second[1].data_type) == (-2, "n")


def test_the_header_stays_and_columns_are_as_wide_as_what_they_hold(tmp_path: Path) -> None:
    """Up to a width that a screen has."""
    table = pd.DataFrame({"=a": pd.Series(["x" * 30, "y" * 500], dtype="str"), "number": [1, 2]})
    sheet = openpyxl.load_workbook(export(table, tmp_path / "a.xlsx"))["data"]
    assert sheet.freeze_panes == "A2"
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=a", "s")
    assert 60 <= sheet.column_dimensions["A"].width < 62
    assert 8 <= sheet.column_dimensions["B"].width < 15


def test_local_times_show_their_time_of_day(tmp_path: Path) -> None:
    """A column of nothing but midnights is one of dates."""
    times = pd.Series(["2026-01-01", "2026-01-01T12:30"], dtype="datetime64[us]")
    sheet = openpyxl.load_workbook(export(pd.DataFrame({"t": times}), tmp_path / "a.xlsx"))["data"]
    assert sheet["A2"].number_format == sheet["A3"].number_format == "yyyy-mm-dd hh:mm:ss"


def test_a_workbook_survives_long_and_strange_text(tmp_path: Path) -> None:
    """A cell holds 32,767 characters, and more are told; control characters do not break the file."""
    table = pd.DataFrame({"text": pd.Series(["x" * 40_000, "\x00\x1b[31m", "http://a/b"], dtype="str")})
    with pytest.warns(TextCutWarning, match="1 text in the column 'text'"):
        write_workbook({"a" * 40: table}, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["a" * 31]
    assert len(sheet["A2"].value) == 32_767
    assert sheet["A4"].hyperlink is None


def test_an_answer_says_which_of_its_texts_were_cut(tmp_path: Path) -> None:
    """In the notes of the file's sidecar, after those of the answer, which itself stays as it is."""
    table = pd.DataFrame({"text": pd.Series(["x" * 32_768] * 2 + ["x" * 32_767], dtype="str")})
    table.attrs["netraven"] = {"notes": ["first"]}
    with pytest.warns(TextCutWarning, match="2 texts in the column 'text'"):
        export(table, tmp_path / "a.xlsx")
    first, second = json.loads((tmp_path / "a.meta.json").read_text())["notes"]
    assert first == "first"
    assert second.startswith("Cut: 2 texts in the column 'text' stopped at the 32,767 characters")
    assert table.attrs["netraven"]["notes"] == ["first"]


@pytest.mark.parametrize("dtype", ["Int64", "int64", "int64[pyarrow]", "object"])
def test_an_integer_that_no_double_holds_is_text(tmp_path: Path, dtype: str) -> None:
    """Its last digits would be others; up to 2**53 integers are numbers."""
    numbers = [2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1]
    export(pd.DataFrame({"n": pd.Series(numbers, dtype=dtype)}), tmp_path / "a.xlsx")
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx")["data"]["A"][1:]
    assert [int(cell.value) for cell in cells] == numbers
    assert [cell.data_type for cell in cells][1:] == ["s"] * 3
    assert cells[0].data_type == ("s" if dtype == "object" else "n")


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of a workbook that lacks the last ones."""
    monkeypatch.setattr(xlsx, "MAX_ROWS", 3)
    with pytest.raises(OutputError, match="A sheet holds 3 rows"):
        export(TABLE, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
