"""The main job on an existing database, held against plain SQL and pandas."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.oracle.compare import compare, uncovered
from benchmarks.oracle.pandas_changes import _by_lcs, count_lines
from tests.conftest import MakeDatabase

ROOT = Path(__file__).parents[2]
DUMP = ROOT.parent / "shared" / "data" / "netraven-2025-04.sql.gz"


@pytest.mark.skipif(not DUMP.exists(), reason="the dump of an existing database is not in ../shared/data")
def test_the_reports_agree_with_plain_sql_and_with_pandas(create_database: MakeDatabase) -> None:
    """An existing database gives one set of figures three ways, and the same files after its upgrade."""
    server = create_database()
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "oracles.py"), "--quick", "--url", server],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ", 0 differences." in done.stdout
    assert "byte for byte those that `report all` made after it: yes." in done.stdout


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("runs", 3, 4),
        ("runs", 3, None),
        ("hostname", "a", "b"),
        ("found_at", datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 1, 0, 0, 1, tzinfo=UTC)),
        ("duration_p50_seconds", 1.000002, 1.0),
        ("failure_rate", 0.1, 0.100000002),
        ("complete", True, False),
    ],
)
def test_what_differs_is_told(column: str, one: object, other: object) -> None:
    """A cell beyond its tolerance is a difference."""
    assert compare([{column: one}], [{column: other}], "here").differences


def test_a_microsecond_and_rounding_are_no_difference() -> None:
    """Durations may be a microsecond apart, and rates a billionth."""
    ours = [{"duration_p50_seconds": 1000.000001, "rate_low": 0.1}]
    assert not compare(ours, [{"duration_p50_seconds": 1000.0, "rate_low": 0.1000000005}], "here").differences


def test_missing_rows_and_columns_are_told() -> None:
    """A row too many, a column that the toolkit lacks and one that no oracle knows do not pass silently."""
    assert compare([{"runs": 1}], [], "here").differences
    assert compare([{"runs": 1}], [{"runs": 1, "failed": 0}], "here").differences
    assert uncovered([{"runs": 1, "extra": 2}], [{"runs": 1}]) == ["extra"]


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ("a\nb\nc\n", "a\nc\nd\n", (1, 1)),
        ("", "a\n", (1, 0)),
        ("a", "a\n", (1, 1)),
        ("a\n", "a\n", (0, 0)),
        ("a\n\nb\n", "b\n\na\n", (2, 2)),
    ],
)
def test_lines_are_counted_alike_with_and_without_git(
    before: str, after: str, counts: tuple[int, int]
) -> None:
    """The two ways to count added and removed lines agree."""
    assert count_lines([(before, after)]) == [counts]
    assert _by_lcs(before, after) == counts
