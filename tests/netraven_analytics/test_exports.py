"""Frames as files: CSV, XLSX and JSON with their sidecars."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netraven_analytics.exports import csv_text, export, write_workbook
from netraven_db.errors import OutputError, ParameterError

TABLE = pd.DataFrame(
    {
        "hostname": pd.Series(["a", "=1+1", None, ""], dtype="str"),
        "runs": pd.Series([1, -2, None, 4], dtype="Int64"),
        "rate": pd.Series([0.5, -1.25, None, 0.0], dtype="float64"),
        "took": pd.Series(
            [timedelta(hours=30), timedelta(microseconds=1), None, timedelta()], dtype="timedelta64[us]"
        ),
        "at": pd.Series(
            ["2026-03-29T01:30:00.000001", None, "2026-03-29", "2026-01-01"], dtype="datetime64[us]"
        )
        .dt.tz_localize("UTC")
        .dt.tz_convert("Europe/Berlin"),
        "day": pd.Series(["2026-03-29", None, "2026-03-30", "2026-01-01"], dtype="datetime64[us]"),
        "complete": pd.Series([True, False, None, True], dtype="boolean"),
    }
)


def test_csv_is_rfc_4180_with_iso_times_and_seconds(tmp_path: Path) -> None:
    """Lines end in CRLF, instants have their offset, durations are seconds, missing is not empty."""
    path = export(TABLE, tmp_path / "a.csv")
    assert path.read_bytes().decode() == (
        "hostname,runs,rate,took_seconds,at,day,complete\r\n"
        "a,1,0.5,108000.0,2026-03-29T03:30:00.000001+02:00,2026-03-29,True\r\n"
        "'=1+1,-2,-1.25,1e-06,,,False\r\n"
        ",,,,2026-03-29T01:00:00+01:00,2026-03-30,\r\n"
        '"",4,0.0,0.0,2026-01-01T01:00:00+01:00,2026-01-01,True\r\n'
    )


def test_formulas_can_be_kept(tmp_path: Path) -> None:
    """For readers that are no spreadsheets."""
    assert "\r\n=1+1,-2" in csv_text(TABLE, "keep")


def test_headers_are_neutralised_too() -> None:
    """A tag type may name a column."""
    assert csv_text(pd.DataFrame({"=cmd()": [1]})) == "'=cmd()\r\n1\r\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_any_text_comes_back_through_a_csv_reader(texts: list[str]) -> None:
    """Quotes, commas, line ends and blanks survive, once the apostrophe is taken away."""
    table = pd.DataFrame({"text": pd.Series(texts, dtype="str")})
    found = [row[0] for row in csv.reader(io.StringIO(csv_text(table), newline=""))][1:]
    assert [text[1:] if text.startswith("'") else text for text in found] == texts


def test_a_frame_without_rows_still_has_its_header() -> None:
    """The columns are known without a row."""
    assert csv_text(TABLE.head(0)) == "hostname,runs,rate,took_seconds,at,day,complete\r\n"


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
    assert first[6].value is True
    assert (second[0].value, second[0].data_type) == ("=1+1", "s")
    assert sheet.freeze_panes == "A2"


def test_a_workbook_survives_long_and_strange_text(tmp_path: Path) -> None:
    """A cell holds 32,767 characters; control characters do not break the file."""
    table = pd.DataFrame({"text": pd.Series(["x" * 40_000, "\x00\x1b[31m", "http://a/b"], dtype="str")})
    write_workbook({"a" * 40: table}, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["a" * 31]
    assert len(sheet["A2"].value) == 32_767
    assert sheet["A4"].hyperlink is None


def test_json_is_an_array_of_objects(tmp_path: Path) -> None:
    """Missing is null, and text is not neutralised."""
    found = json.loads(export(TABLE, tmp_path / "a.json").read_text())
    assert found[1]["hostname"] == "=1+1"
    assert found[2]["runs"] is None


def test_an_answer_gets_a_sidecar(tmp_path: Path) -> None:
    """Beside a.csv lies a.meta.json with what the answer says about itself."""
    table = TABLE.copy()
    table.attrs["netraven"] = {"report": "x", "sql": "select 1"}
    export(table, tmp_path / "a.csv")
    assert json.loads((tmp_path / "a.meta.json").read_text()) == {"report": "x", "sql": "select 1"}


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(ParameterError, match="There is no format 'xls'"):
        export(TABLE, tmp_path / "a.xls")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    """For a workbook as for text."""
    (tmp_path / "file").write_text("")
    for name in ("a.csv", "a.xlsx", "a.json"):
        with pytest.raises(OutputError, match="cannot be written"):
            export(TABLE, tmp_path / "file" / name)
