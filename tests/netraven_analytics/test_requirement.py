"""What a requirement asks of a table's rows."""

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest

from netraven_analytics.objectives import rows_that_miss
from netraven_analytics.requirement import read_requirement
from netraven_db.errors import ParameterError

TABLE = pd.DataFrame(
    {
        "hostname": pd.Series(["a", "b", "c"], dtype="str"),
        "runs": pd.Series([1, 20, None], dtype="Int64"),
        "failure_rate": pd.Series([0.5, 0.01, None], dtype="float64"),
        "duration_p95": pd.Series(
            [timedelta(minutes=9), timedelta(minutes=5), None], dtype="timedelta64[us]"
        ),
        "fresh": pd.Series([True, False, None], dtype="boolean"),
        "exact": pd.Series([Decimal("0.1"), Decimal(3), None], dtype="object"),
        "finished_at": pd.Series([None, None, None], dtype="datetime64[us, UTC]"),
    }
)


@pytest.mark.parametrize(
    ("require", "missed"),
    [
        ("failure_rate < 0.02", "ac"),
        ("failure_rate<=50%", "c"),
        ("failure_rate ≥ 0.01", "c"),
        ("runs > 1", "ac"),
        ("runs == 20", "ac"),
        ("runs != 20", "bc"),
        ("exact < 1", "bc"),
        ("duration_p95 <= 5min", "ac"),
        ("duration_p95 < 5min", "abc"),
        ("fresh == true", "bc"),
        ("fresh != True", "ac"),
        ("fresh == 1", "bc"),
        ("fresh == false", "ac"),
    ],
)
def test_a_requirement_is_a_column_a_comparison_and_a_bound(require: str, missed: str) -> None:
    """Numbers, percentages, lengths of time, and true or false; a row without a figure misses it."""
    assert "".join(rows_that_miss(TABLE, require)["hostname"]) == missed
    arrow = TABLE.drop(columns="exact").convert_dtypes(dtype_backend="pyarrow")
    if "exact" not in require:
        assert "".join(rows_that_miss(arrow, require)["hostname"]) == missed


@pytest.mark.parametrize(
    ("require", "sentence"),
    [
        ("runs", "is not understood"),
        (5, "is not understood"),
        ("run > 1", "The answer has no column 'run' (did you mean 'runs'?)"),
        ("runs > many", "'many' is no number"),
        ("runs > nan", "'nan' is no number"),
        ("rows < 5min", "'5min' is no number"),
        ("duration_p95 < 5", "it takes a length such as"),
        ("duration_p95 < 5m", "is ambiguous: write '5min' for minutes; months ('5mo') have no fixed length"),
        ("hostname < 5", "'hostname' holds text, and a requirement compares numbers"),
        ("finished_at < 5", "'finished_at' holds times, and a requirement compares numbers"),
        ("finished_at < 5", "those are runs, failure_rate, duration_p95, fresh, exact, and rows"),
        ("fresh > 0", "'> 0' asks nothing of what is true or false"),
        ("fresh == yes", "'== yes' asks nothing of what is true or false: write == true or == false."),
    ],
)
@pytest.mark.parametrize("rows", [0, 3])
def test_a_requirement_that_cannot_be_read_is_one_sentence(require: str, sentence: str, rows: int) -> None:
    """With what is accepted, and whether there are rows or not."""
    with pytest.raises(ParameterError) as caught:
        read_requirement(require, TABLE.iloc[:rows])
    assert sentence in str(caught.value)
