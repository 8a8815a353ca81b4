"""CSV after RFC 4180 that no spreadsheet runs."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from netraven_analytics.cells import as_text, neutralised, plain_column
from netraven_analytics.exports.csv import csv_text, quoted
from tests.netraven_analytics.exports.tables import TABLE, hostile_text


def test_lines_end_in_crlf_and_missing_is_not_empty() -> None:
    """Instants have their offset, durations are seconds."""
    assert csv_text(TABLE) == (
        "hostname,runs,rate,took_seconds,at,day,complete\r\n"
        "a,1,0.5,108000.0,2026-03-29T03:30:00.000001+02:00,2026-03-29,True\r\n"
        "'=1+1,-2,-1.25,1e-06,,,False\r\n"
        ",,,,2026-03-29T01:00:00+01:00,2026-03-30,\r\n"
        '"",4,0.0,0.0,2026-01-01T01:00:00+01:00,2026-01-01,True\r\n'
    )


def test_formulas_can_be_kept() -> None:
    """For readers that are no spreadsheets."""
    assert "\r\n=1+1,-2" in csv_text(TABLE, "keep")


def test_headers_are_neutralised_too() -> None:
    """A tag type may name a column."""
    assert csv_text(pd.DataFrame({"=cmd()": [1]})) == "'=cmd()\r\n1\r\n"


def test_a_frame_without_rows_still_has_its_header() -> None:
    """The columns are known without a row."""
    assert csv_text(TABLE.head(0)) == "hostname,runs,rate,took_seconds,at,day,complete\r\n"


def test_negative_numbers_stay_numbers_whatever_holds_them() -> None:
    """An exact number is a Python object, and no text."""
    table = pd.DataFrame({"a": pd.Series([Decimal("-0.10"), -1, "-1"], dtype="object"), "b": [-1.5] * 3})
    assert csv_text(table) == "a,b\r\n-0.10,-1.5\r\n-1,-1.5\r\n'-1,-1.5\r\n"


@given(st.lists(hostile_text, min_size=1))
@settings(deadline=None, derandomize=True)
def test_a_column_is_written_as_its_cells_one_by_one_would_be(texts: list[str]) -> None:
    """Looking at whole columns is only quicker."""
    lines = csv_text(pd.DataFrame({"t": pd.Series(texts, dtype="str")}))
    assert lines == "t\r\n" + "".join(f"{quoted(neutralised(text))}\r\n" for text in texts)


@given(st.lists(st.integers(-(2**55), 2**55), min_size=1))
@settings(deadline=None, derandomize=True)
def test_times_and_lengths_of_time_are_those_of_python(micros: list[int]) -> None:
    """Also before the first year, after the last, and across a change of the clock."""
    values = np.array(micros)
    table = pd.DataFrame({"local": values.view("M8[us]"), "took": values.view("m8[us]")})
    table["at"] = table["local"].dt.tz_localize("UTC")
    rows = list(csv.reader(io.StringIO(csv_text(table, "keep"), newline="")))[1:]
    local, took, at = (list(column) for column in zip(*rows, strict=True))
    assert local == [as_text(cell) for cell in plain_column(table["local"])]
    assert at == [as_text(cell) for cell in plain_column(table["at"])]
    assert [float(seconds) for seconds in took] == [number / 1e6 for number in micros]


def test_offsets_follow_the_zone() -> None:
    """Summer, winter, and a zone that once was off by minutes and seconds."""
    at = pd.Series(["2026-07-01", "2026-01-01", "1880-01-01"], dtype="datetime64[us]").dt.tz_localize("UTC")
    lines = csv_text(pd.DataFrame({"at": at.dt.tz_convert("Europe/Berlin")})).splitlines()[1:]
    assert lines == ["2026-07-01T02:00:00+02:00", "2026-01-01T01:00:00+01:00", "1880-01-01T00:53:28+00:53:28"]


def test_other_dtypes_are_written_as_well() -> None:
    """Arrow's own, narrow and wide units of time, categories, JSON, and half a character in it."""
    table = pd.DataFrame(
        {
            "a": pd.Series([timedelta(seconds=1)], dtype="duration[us][pyarrow]"),
            "n": pd.Series([-1], dtype="int64[pyarrow]"),
            "ns": pd.Series(["2026-01-01T00:00:00.5"], dtype="datetime64[ns]"),
            "c": pd.Series(["x"], dtype="category"),
            "j": pd.Series([{"a": ["\ud800"]}], dtype="object"),
        }
    )
    assert csv_text(table) == (
        'a_seconds,n,ns,c,j\r\n1.0,-1,2026-01-01T00:00:00.500000,x,"{""a"": [""\\ud800""]}"\r\n'
    )
