"""Objectives: what a report's figures have to be, and the rows that miss it."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from netraven_analytics.objectives import (
    Objective,
    ObjectiveMissedError,
    assert_objective,
    judged,
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


def test_rows_without_a_figure_can_be_passed_over() -> None:
    """Where silence is no fault."""
    assert list(rows_that_miss(TABLE, "failure_rate < 0.02", missing="ignore")["hostname"]) == ["a"]


def test_an_assertion_fails_with_the_rows_in_it() -> None:
    """The error says how many, and shows the first of them."""
    with pytest.raises(
        ObjectiveMissedError, match=r"'runs > 1' is missed by 2 of 3 rows: hostname a, runs 1"
    ) as caught:
        assert_objective(TABLE, "runs > 1")
    assert list(caught.value.rows["hostname"]) == ["a", "c"]
    assert_objective(TABLE, "runs > 0", missing="ignore")


def test_no_rows_are_no_figures() -> None:
    """An answer without rows misses, and says why; unless what is missing is passed over, or asked for."""
    none = TABLE.iloc[:0].copy()
    none.attrs = {"netraven": {"notes": ["Tags are today's.", "No runs in the window."]}}
    with pytest.raises(ObjectiveMissedError) as caught:
        assert_objective(none, "runs > 0")
    assert str(caught.value) == (
        "'runs > 0' is missed by an answer without rows: Tags are today's; No runs in the window."
    )
    assert list(caught.value.rows.columns) == list(TABLE.columns)
    assert_objective(none, "runs > 0", missing="ignore")
    assert_objective(none, "rows == 0")
    with pytest.raises(ObjectiveMissedError, match="by an answer without rows"):
        assert_objective(none, "rows > 0", missing="ignore")


def test_how_many_rows_there_are_can_be_required() -> None:
    """Where too many are too many, all of them miss it; a column called so is a column."""
    assert_objective(TABLE, "rows <= 3")
    with pytest.raises(
        ObjectiveMissedError, match=r"'rows == 0' is missed by an answer of 3 rows: hostname a"
    ):
        assert_objective(TABLE, "rows == 0")
    assert len(rows_that_miss(TABLE, "rows == 0")) == 3
    assert list(rows_that_miss(TABLE.rename(columns={"runs": "rows"}), "rows == 20")["hostname"]) == [
        "a",
        "c",
    ]


def test_a_missing_of_another_kind_is_refused() -> None:
    """In one sentence with what is accepted."""
    with pytest.raises(ParameterError, match="missing='pass' is not understood: it takes 'fail' or 'ignore'"):
        judged(TABLE, "runs > 1", missing="pass")  # type: ignore[arg-type]


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
        (b"", "holds no objective"),
        (b"[[objective]]\nreport = 'x'\n", "objective 1 of"),
        (b"[[objective]]\nreport = 'x'\nrequire = 'y > 1'\nmissing = 'no'\n", "it takes 'fail' or 'ignore'"),
        (b"[", "cannot be read as TOML"),
        (b"# \xff\n", "cannot be read as TOML, which is text in UTF-8"),
        (b"objective = [1]", "objective 1 of .* is 1: write it as a table"),
        (b"objective = 1", "holds no objective"),
        (
            b"[[objective]]\nreport = 'x'\nrequire = 'y > 1'\n[[objektive]]\n",
            "more than objectives: it takes tables .*nothing like objektive",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, text: bytes, sentence: str) -> None:
    """And so is one that is not there."""
    file = tmp_path / "objectives.toml"
    file.write_bytes(text)
    with pytest.raises(ParameterError, match=sentence):
        load_objectives(file)
    with pytest.raises(ParameterError, match=r"There is no file .*nothing\.toml"):
        load_objectives(tmp_path / "nothing.toml")
