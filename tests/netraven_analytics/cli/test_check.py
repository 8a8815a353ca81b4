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
    for line, sentence in (
        ('report = "nothing"', "no report"),
        ('report = "job_durations"\nbye = "x"', "bye"),
    ):
        (tmp_path / "o.toml").write_text(f'[[objective]]\nrequire = "runs > 0"\n{line}\n')
        done = run("--db", "postgresql://u@127.0.0.1:1/x", "check", "o.toml")
        assert done.returncode == 2
        assert sentence in done.stderr
