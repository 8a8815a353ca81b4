"""Parquet keeps what a frame is."""

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
from pyarrow import parquet

from netraven_analytics.exports import export
from tests.netraven_analytics.exports.tables import TABLE

ANSWER = {"report": "x", "definition": "é", "left_out": {"invalid": 1}, "as_of": "2026-11-22T12:00:00+00:00"}


def test_a_frame_comes_back_as_it_was(tmp_path: Path) -> None:
    """Values, dtypes, zone and attrs, with rows and without."""
    for table in (TABLE, TABLE.head(0)):
        table = table.copy()
        table.attrs["netraven"] = ANSWER
        found = pd.read_parquet(export(table, tmp_path / "a.parquet"))
        pd.testing.assert_frame_equal(found, table)
        assert found.attrs["netraven"] == ANSWER
        assert json.loads((tmp_path / "a.meta.json").read_text()) == ANSWER


def test_attrs_survive_pandas_own_writer_too(tmp_path: Path) -> None:
    """They are plain JSON."""
    table = TABLE.copy()
    table.attrs["netraven"] = ANSWER
    table.to_parquet(tmp_path / "a.parquet")
    assert pd.read_parquet(tmp_path / "a.parquet").attrs["netraven"] == ANSWER


def test_python_objects_are_text(tmp_path: Path) -> None:
    """Numeric stays exact and JSON is JSON, whatever the first cells are."""
    values = [None, Decimal("1.10"), {"a": [1]}, b"\x00"]
    table = pd.DataFrame({"o": pd.Series(values, dtype="object")})
    found = pd.read_parquet(export(table, tmp_path / "a.parquet"))["o"]
    assert found.dtype == "str"
    assert found.dropna().tolist() == ["1.10", '{"a": [1]}', "\\x00"]


def test_strings_are_not_neutralised(tmp_path: Path) -> None:
    """Nothing opens the file that would run them."""
    assert parquet.read_table(export(TABLE, tmp_path / "a.parquet"))["hostname"][1].as_py() == "=1+1"
