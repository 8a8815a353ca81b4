"""The guide's check of the set-up: ``python dev_runner.py --db-check``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUNNER = Path(__file__).parents[1] / "dev_runner.py"


def _check(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUNNER), "--db-check"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "NETRAVEN_DATABASE_URL": url},
    )


def test_a_database_that_answers_is_one_line(empty_database: str) -> None:
    """And exit code 0."""
    done = _check(empty_database)
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://u:hunter2@127.0.0.1:1/x", "No PostgreSQL answers"),
        ("mysql://u:hunter2@h/x", "is not one of PostgreSQL"),
    ],
)
def test_one_that_does_not_is_one_line_too(url: str, sentence: str) -> None:
    """Without a traceback or the password, and with another exit code."""
    done = _check(url)
    said = (done.stdout + done.stderr).strip()
    assert done.returncode not in (0, 1)
    assert sentence in said
    assert said.count("\n") == 0
    assert "hunter2" not in said
