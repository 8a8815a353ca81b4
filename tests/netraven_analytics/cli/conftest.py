"""The command on the test's database."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.netraven_analytics.cli.process import COMMAND, Run


@pytest.fixture
def run(empty_database: str, tmp_path: Path) -> Run:
    """Runs the command on the test's database, in a folder of the test's own."""

    def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "NETRAVEN_DATABASE_URL": empty_database, "COLUMNS": "100", **environment},
        )

    return command
