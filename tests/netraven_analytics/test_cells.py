"""One cell at a time: as JSON, and as text that no spreadsheet runs."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netraven_analytics.cells import neutralised, plain, plain_column, records


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (pd.NA, None),
        (pd.NaT, None),
        (float("nan"), None),
        (float("inf"), "inf"),
        (np.int64(7), 7),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        ("", ""),
        (Decimal("0.10"), "0.10"),
        (timedelta(seconds=90, microseconds=1), 90.000001),
        (pd.Timedelta(days=2), 172_800.0),
        (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-01-02T03:04:05.000006+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (pd.Timestamp(np.datetime64("-0043-03-15", "us"), tz="UTC"), "-0043-03-15T00:00:00+00:00"),
        (pd.Timestamp(np.datetime64("-4712-01-01T00:00:00.5", "us")), "-4712-01-01T00:00:00.500000"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\x00\xff", "\\x00ff"),
        ({"a": [pd.NaT, 1]}, {"a": [None, 1]}),
    ],
)
def test_every_value_has_a_plain_form(value: object, expected: object) -> None:
    """JSON knows it, and what is missing is null."""
    assert plain(value) == expected
    json.dumps(plain(value), allow_nan=False)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "'=1",
        '"=1',
        "\uff1d1",
        "  \uff0b",
        "\ufeff=1",
        "\u200b\u2060-1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    """Also behind blanks, quotes, tabs and line ends, and in full width."""
    assert neutralised(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "10.0.0.1", "core-1", "<script>", "1-2", "router"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    """An equals sign or a hyphen inside is no formula."""
    assert neutralised(text) == text


@given(st.text())
def test_neutralising_can_be_taken_back(text: str) -> None:
    """One leading apostrophe taken away gives exactly what was stored."""
    assert neutralised(text).removeprefix("'") == text or not neutralised(text).startswith("'")
    assert (neutralised(text)[1:] if neutralised(text).startswith("'") else neutralised(text)) == text


def test_dates_have_no_time_of_day() -> None:
    """A column of midnights is a column of dates; with one time in it, all have one."""
    days = pd.Series(["2026-01-02", None], dtype="datetime64[us]")
    times = pd.Series(["2026-01-02", "2026-01-03 01:00"], dtype="datetime64[us]")
    assert plain_column(days) == ["2026-01-02", None]
    assert plain_column(times) == ["2026-01-02T00:00:00", "2026-01-03T01:00:00"]


def test_records_name_seconds_as_such() -> None:
    """A duration's key ends in _seconds."""
    table = pd.DataFrame({"n": [1], "took": pd.Series([timedelta(minutes=1)], dtype="timedelta64[us]")})
    assert records(table) == [{"n": 1, "took_seconds": 60.0}]
