"""What is large stays small where it is shown, and takes little memory where it is written."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netraven_analytics import demo, fleet_page
from netraven_analytics.refresh import refresh
from netraven_db.db.connection import connected
from tests.battery.conftest import MakeTrial
from tests.battery.trials import LONG

_DEVICES, _DAYS = (2000, 90) if LONG else (400, 7)
PAGE = 2500 * _DEVICES  # bytes: 5 MB of 2,000 devices
_FLEET = demo.FleetSpec(_DEVICES, _DAYS, until=datetime(2026, 11, 22, tzinfo=UTC))
_ROWS = 10_000_000 if LONG else 100_000
_TEXTS, _MB = (20, 10) if LONG else (8, 1)
_MANY = "select n, md5(n::text) as a, now() - n * interval '1 s' as b from generate_series(1, {}) n"
# Made by the server, which keeps none of them.
_LARGE = """
    select n, (select string_agg('interface Ethernet' || g || E'\\n description ' || md5(g::text || n), '')
               from generate_series(1, {} * 16000) g) as config_data from generate_series(1, {}) n"""
_WRITING = """
import asyncio, resource, sys
from netraven_analytics.exports import export
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
async def write(query): await export(query, sys.argv[1])
asyncio.run(write(sys.argv[2]))
few = peak()
asyncio.run(write(sys.argv[3]))
print((peak() - few) / 1024)
"""


async def test_the_fleets_page(empty_database: str, trial: MakeTrial) -> None:
    """It stays under 5 MB, over 30 days and over 90; of fewer devices it is smaller in proportion."""
    what = f"the fleet's page of {_DEVICES:,} devices and {_DAYS} days"
    windows = trial(what, losing=f"pages over {PAGE / 1e6:.0f} MB", quick=1, long=2)
    async with connected(empty_database) as connection:
        await demo.ensure(connection, _FLEET)
    await refresh()
    for number in windows:
        page = await fleet_page(since=("30d", "90d")[number], as_of="data")
        if len(page.encode()) > PAGE:
            windows.lose(f"{len(page.encode()):,} bytes")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_many_rows(empty_database: str, trial: MakeTrial, tmp_path: Path, ending: str) -> None:
    """A file of many times the rows takes no more memory than their double buffers."""
    files = trial(
        f"{_ROWS:,} rows written as {ending}", losing="files that took 150 MiB more", quick=1, long=1
    )
    for _ in files:
        more = _memory(tmp_path / f"many.{ending}", _MANY.format(_ROWS // 20), _MANY.format(_ROWS))
        if more > 150:
            files.lose(f"{more:.0f} MiB more than for a twentieth")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_large_cells(empty_database: str, trial: MakeTrial, tmp_path: Path, ending: str) -> None:
    """A file of long configurations takes the memory of a few of them, however many there are."""
    what = f"{_TEXTS} configurations of {_MB} MB written as {ending}"
    files = trial(what, losing="files that took 150 MiB more", quick=1, long=1)
    for _ in files:
        more = _memory(tmp_path / f"large.{ending}", _LARGE.format(_MB, 2), _LARGE.format(_MB, _TEXTS))
        if more > 150:
            files.lose(f"{more:.0f} MiB more than for two")


def _memory(path: Path, few: str, many: str) -> float:
    """How many MiB a process takes for a second file, beyond what it took for the first."""
    done = subprocess.run(
        [sys.executable, "-c", _WRITING, str(path), few, many],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
