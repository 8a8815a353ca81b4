"""Objectives: what a report's figures have to be, and the rows that miss it."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from netraven_analytics.objectives import (
    Objective,
    ObjectiveMissedError,
    assert_objective,
    load_objectives,
    rows_that_miss,
)
from netraven_db.errors import ParameterError

TABLE = pd.DataFrame(
    {
        "hostname": pd.Series(["a", "b", "c"], dtype="str"),
        "runs": pd.Series([1, 20, None], dtype="Int64"),
        "failure_rate": pd.Series([0.5, 0.01, None], dtype="float64"),
        "duration_p95": pd.Series(
            [timedelta(minutes=9), timedelta(minutes=5), None], dtype="timedelta64[us]"
        ),
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
        ("duration_p95 <= 5min", "ac"),
        ("duration_p95 < 5min", "abc"),
    ],
)
def test_a_requirement_is_a_column_a_comparison_and_a_bound(require: str, missed: str) -> None:
    """Numbers, percentages and lengths of time; a row without a figure misses it."""
    assert "".join(rows_that_miss(TABLE, require)["hostname"]) == missed


def test_rows_without_a_figure_can_be_passed_over() -> None:
    """Where silence is no fault."""
    assert list(rows_that_miss(TABLE, "failure_rate < 0.02", missing="ignore")["hostname"]) == ["a"]


def test_an_assertion_fails_with_the_rows_in_it() -> None:
    """The error says how many, and shows the first of them."""
    with pytest.raises(
        ObjectiveMissedError, match=r"2 of 3 rows miss 'runs > 1': hostname a, runs 1"
    ) as caught:
        assert_objective(TABLE, "runs > 1")
    assert list(caught.value.rows["hostname"]) == ["a", "c"]
    assert_objective(TABLE, "runs > 0", missing="ignore")


@pytest.mark.parametrize(
    ("require", "sentence"),
    [
        ("runs", "is not understood"),
        ("run > 1", "The answer has no column 'run' (did you mean 'runs'?)"),
        ("runs > many", "'many' is no number"),
        ("duration_p95 < 5", "it takes a length such as"),
    ],
)
def test_a_requirement_that_cannot_be_read_is_one_sentence(require: str, sentence: str) -> None:
    """With what is accepted."""
    with pytest.raises(ParameterError) as caught:
        rows_that_miss(TABLE, require)
    assert sentence in str(caught.value)


def test_objectives_come_from_toml(tmp_path: Path) -> None:
    """Keys that are none of the objective's own are options of the report."""
    file = tmp_path / "objectives.toml"
    file.write_text(
        '[[objective]]\nreport = "failure-rates"\nrequire = "failure_rate < 2%"\n'
        'by = ["device"]\nas-of = "data"\n'
        '[[objective]]\nname = "quick"\nreport = "job_durations"\nrequire = "runs > 0"\nmissing = "ignore"\n'
    )
    assert load_objectives(file) == [
        Objective(
            "failure-rates: failure_rate < 2%",
            "failure_rates",
            "failure_rate < 2%",
            options={"by": ["device"], "as_of": "data"},
        ),
        Objective("quick", "job_durations", "runs > 0", "ignore"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no objective"),
        ("[[objective]]\nreport = 'x'\n", "objective 1 of"),
        ("[[objective]]\nreport = 'x'\nrequire = 'y > 1'\nmissing = 'no'\n", "it takes 'fail' or 'ignore'"),
        ("[", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """And so is one that is not there."""
    file = tmp_path / "objectives.toml"
    file.write_text(text)
    with pytest.raises(ParameterError, match=sentence):
        load_objectives(file)
    with pytest.raises(ParameterError, match=r"There is no file .*nothing\.toml"):
        load_objectives(tmp_path / "nothing.toml")
