"""JSON, as an array and as lines."""

import json
from pathlib import Path

import pandas as pd
import pytest

from netraven_analytics.cells import records
from netraven_analytics.exports import export
from tests.netraven_analytics.exports.tables import TABLE


def test_rows_are_objects(tmp_path: Path) -> None:
    """In an array and on lines alike: missing is null, text is not neutralised."""
    array = json.loads(export(TABLE, tmp_path / "a.json").read_bytes())
    lines = [json.loads(line) for line in export(TABLE, tmp_path / "a.jsonl").read_bytes().splitlines()]
    assert array == lines == records(TABLE)
    assert array[1]["hostname"] == "=1+1"
    assert array[2]["runs"] is None


@pytest.mark.parametrize(("ending", "empty"), [("json", b"[]\n"), ("jsonl", b"")])
def test_no_rows_are_still_json(tmp_path: Path, ending: str, empty: bytes) -> None:
    """An empty array, and no line."""
    assert export(TABLE.head(0), tmp_path / f"a.{ending}").read_bytes() == empty


def test_what_json_has_no_number_for_is_text(tmp_path: Path) -> None:
    """Infinity is no JSON; objects keep their structure."""
    table = pd.DataFrame(
        {"x": [float("inf"), -1.5], "o": pd.Series([{"a": ["\ud800"]}, None], dtype="object")}
    )
    data = export(table, tmp_path / "a.jsonl").read_bytes()
    assert [json.loads(line) for line in data.splitlines()] == [
        {"x": "inf", "o": {"a": ["\ud800"]}},
        {"x": -1.5, "o": None},
    ]


def test_nothing_in_it_steers_a_terminal(tmp_path: Path) -> None:
    """It is ASCII."""
    table = pd.DataFrame({"\x9b": pd.Series(["\x1b[2J\u202e\x9b"], dtype="str")})
    data = export(table, tmp_path / "a.jsonl").read_text()
    assert data.strip().isprintable()
    assert data.isascii()
