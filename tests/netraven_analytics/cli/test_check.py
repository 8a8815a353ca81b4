"""``check`` as CI sees it: an exit code, and the rows that are the reason."""

import json
from pathlib import Path

from tests.netraven_analytics.cli.process import Run
from tests.netraven_analytics.spec import device, job, store

OBJECTIVES = """
[[objective]]
name = "few failures"
report = "failure_rates"
by = "device"
as_of = "data"
require = "failure_rate < 0.5"

[[objective]]
report = "job_durations"
as_of = "data"
require = "duration_p95 < 1min"
"""

NOTHING = """
[[objective]]
name = "few failures"
report = "failure_rates"
by = "day"
require = "failure_rate < 0.5"

[[objective]]
name = "nothing hangs"
report = "stuck_jobs"
require = "rows == 0"
"""
SECOND = "[[objective]]\nreport = 'job_durations'\nrequire = 'runs > 0'\n"


async def test_a_missed_objective_is_exit_1_with_its_rows(run: Run, tmp_path: Path) -> None:
    """The rows go to standard output, the verdicts beside them; as JSON both are one document."""
    await store(
        job(device("bad"), "failed", "2026-11-20 06:00:00", "2026-11-20 06:00:10"),
        job(device("good"), "completed", "2026-11-20 06:00:00", "2026-11-20 06:00:20"),
    )
    (tmp_path / "o.toml").write_text(OBJECTIVES)
    done = run("check", "o.toml")
    assert done.returncode == 1
    assert [line.split(",")[1] for line in done.stdout.splitlines()] == ["hostname", "bad"]
    assert "few failures: MISSED by 1 of 2 rows (failure_rates: failure_rate < 0.5)" in done.stderr
    assert "job_durations: duration_p95 < 1min: met by 1 row" in done.stderr
    found = json.loads(run("check", "o.toml", "--json").stdout)
    assert [(each["met"], len(each["missed"])) for each in found] == [(False, 1), (True, 0)]


async def test_met_objectives_are_exit_0(run: Run, tmp_path: Path) -> None:
    """With nothing on standard output."""
    await store(job(device("good"), "completed", "2026-11-20 06:00:00", "2026-11-20 06:00:20"))
    (tmp_path / "o.toml").write_text(OBJECTIVES)
    done = run("check", "o.toml")
    assert (done.returncode, done.stdout) == (0, "")


async def test_a_mistake_is_found_before_anything_is_asked(run: Run, tmp_path: Path) -> None:
    """An unknown report or option in the file is exit 2, without a server."""
    for objective, sentence in (
        ('require = "runs > 0"\nreport = "nothing"', "no report"),
        (
            'require = "runs > 0"\nreport = "job_durations"\nbye = "x"',
            "no option 'bye' in a file (did you mean",
        ),
        (
            'require = "runs > 0"\nreport = "job_durations"\nwher = "x"',
            "no option 'wher' in a file: it takes",
        ),
        ('require = "runs > 0"\nreport = "job_durations"\nwhere = "x"', "no option 'where' in a file: it"),
        ('require = "runs > 0"\nreport = "job_durations"\noptions = {}', "no option 'options' in a file"),
        ('require = "hostname < 5"\nreport = "job_durations"\nby = "device"', "'hostname' holds text"),
        ('require = "hostname < 5"\nreport = "job_durations"', "no column 'hostname'"),
        ('require = "finished_at < 5"\nreport = "job_timeline"\nas-of = "data"', "holds times"),
        ('require = "duration_mean < 5m"\nreport = "job_durations"', "ambiguous"),
    ):
        (tmp_path / "o.toml").write_text(f"[[objective]]\n{objective}\nname = 'mine'\n{SECOND}")
        done = run("--db", "postgresql://u@127.0.0.1:1/x", "check", "o.toml")
        assert done.returncode == 2
        assert done.stderr.startswith("Error: mine: ")
        assert len(done.stderr.splitlines()) == 1
        assert sentence in done.stderr


async def test_an_answer_without_rows_misses_and_says_why(run: Run, tmp_path: Path) -> None:
    """A dead worker yields none; where none is what is wanted, the objective says so."""
    await store(job(device("a", "site:x"), "failed", "2024-11-20 06:00:00", "2024-11-20 06:00:10"))
    (tmp_path / "o.toml").write_text(NOTHING)
    done = run("check", "o.toml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "few failures: MISSED by an answer without rows (failure_rates: failure_rate < 0.5)",
        "  Note: No runs in the window: the newest is of 2024-11-20T06:00:00+00:00.",
        "nothing hangs: met by an answer of 0 rows (stuck_jobs: rows == 0)",
    ]
    missed, met = json.loads(run("check", "o.toml", "--json").stdout)
    assert (missed["met"], missed["rows"], missed["missed"]) == (False, 0, [])
    assert missed["notes"][-1] == "No runs in the window: the newest is of 2024-11-20T06:00:00+00:00."
    assert (met["met"], met["rows"]) == (True, 0)
    (tmp_path / "o.toml").write_text(NOTHING.replace("by =", 'missing = "ignore"\nby ='))
    assert run("check", "o.toml").returncode == 0
