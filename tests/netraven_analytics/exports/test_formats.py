"""What a file's name and an option ask for."""

from pathlib import Path

import pytest

from netraven_analytics.exports.formats import FORMATS, PICTURES, format_of, writer_of
from netraven_analytics.exports.writer import Writer
from netraven_db.errors import ParameterError


@pytest.mark.parametrize("name", [*FORMATS, *PICTURES])
def test_an_ending_says_its_format(name: str) -> None:
    """In letters of either size."""
    assert issubclass(writer_of(name), Writer)
    assert format_of(Path(f"a.b.{name}")) == format_of(Path(f"A.{name.upper()}"), name) == name


@pytest.mark.parametrize(
    ("path", "wanted", "sentence"),
    [
        (
            "a",
            None,
            "The name 'a' says no format: let it end in .csv, .parquet, .xlsx, .json, .jsonl, .html, .svg "
            "or .png",
        ),
        ("a.xls", None, "There is no format 'xls' (did you mean 'xlsx'?)"),
        ("a.2026", "csv", "There is no format '2026'"),
        ("a.xlsx", "csv", "'a.xlsx' is a file of xlsx and not of csv"),
    ],
)
def test_what_is_unknown_or_contradicts_is_one_sentence(path: str, wanted: str | None, sentence: str) -> None:
    """It says what is accepted."""
    with pytest.raises(ParameterError) as caught:
        format_of(Path(path), wanted)
    assert sentence in str(caught.value)
