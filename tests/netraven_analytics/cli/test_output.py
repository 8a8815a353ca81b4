"""Where a command's data goes: to a file, or to standard output."""

import io
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.netraven_analytics.cli.process import COMMAND
from tests.netraven_analytics.spec import device, job, store

REPORT = ["report", "run", "job_timeline", "--as-of", "2026-11-22T12:00Z", "--tz", "Europe/Berlin"]


@pytest.fixture
async def stored(empty_database: str) -> None:
    """Runs, one of them of a device whose name is hard on formats."""
    await store(
        job(device("=a,\r\nü"), "failed", "11-20 06:00:00", "11-20 06:00:10"),
        job(None, "running", "11-21 06:00:00"),
    )


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "json", "jsonl", "html"])
def test_standard_output_gets_the_bytes_of_the_file(stored: None, tmp_path: Path, form: str) -> None:
    """In every format and nothing beside them; of a workbook, but for the time at which it was made."""
    shown = subprocess.run([*COMMAND, *REPORT, "--format", form, "-o", "-"], capture_output=True, timeout=60)
    subprocess.run([*COMMAND, *REPORT, "-o", f"a.{form}"], cwd=tmp_path, timeout=60, check=True)
    assert shown.returncode == 0
    written = (tmp_path / f"a.{form}").read_bytes()
    assert len(written) > 100
    if form == "xlsx":
        assert _parts(shown.stdout) == _parts(written)
    else:
        assert shown.stdout == written


def _parts(workbook: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(workbook)) as book:
        return {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}
