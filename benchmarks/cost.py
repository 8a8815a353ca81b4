"""Whether a report's cost follows its window: ``venv/bin/python benchmarks/cost.py`` (see ``--help``).

Five years of jobs are loaded by COPY into a throw-away server. Each report is asked for seven days and for
everything, in one process that is connected already, and its figures over everything are fetched by psql from
SQL written by hand (``years/by_hand.py``); the two answers are compared cell by cell. The table goes to
``benchmarks/RESULTS.md`` between its markers.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from frames import libpq
from results import write_section
from years.by_hand import VIEWS, queries
from years.compare import compared
from years.history import END, History, load

from netraven_analytics import reports
from netraven_db import embedded
from netraven_db.db.connection import connect
from netraven_db.db.session import get_db
from netraven_db.embedded.accounts import account_for
from netraven_db.embedded.binaries import programs

WINDOW, ALL = "7d", "all"
BARS = {"share": 50, "ratio": 1.2}
# How far they look beyond a window, as their docstrings say.
LOOK_BACK = {
    "backup_freshness": "each device's last success in the window, its last two snapshots of all time",
    "duration_anomalies": "90 days before the window",
    "failure_episodes": "the run before the window, the success behind it, the streak, a device",
    "stuck_jobs": "running runs of all time, 90 days for what is usual",
    "error_signatures": "the window's length before it",
    "credential_health": "no history: the credentials of today",
    "device_inventory": "each device's last run in the window",
}


@dataclass(frozen=True)
class Line:
    """Times are in seconds."""

    view: str
    window: float
    everything: float
    by_hand: float
    cells: int
    different: int

    def __str__(self) -> str:
        share, ratio = self.everything / self.window, self.everything / self.by_hand
        met = [share >= BARS["share"], ratio <= BARS["ratio"]]
        judged = [f"1/{share:.0f}", f"{ratio:.2f}"]
        return (
            f"| {self.view} | {self.window:.3f} | {self.everything:.2f} | {_marked(judged[0], met[0])} "
            f"| {self.by_hand:.2f} | {_marked(judged[1], met[1])} | {self.cells:,} | {self.different:,} |"
        )


def _marked(text: str, met: bool) -> str:
    return text if met else f"**{text}**"


async def _measure(name: str, by: tuple[str, ...], repeats: int, psql: list[str], folder: Path) -> Line:
    report = getattr(reports, name)
    files = [folder / f"{number}.csv" for number in range(len(queries(name, by)))]
    copies = [f"\\copy ({q}) to '{f}' csv header" for q, f in zip(queries(name, by), files, strict=True)]
    command = [*psql, *(part for copy in copies for part in ("-c", copy))]
    await _asked(report, by, WINDOW)  # what is compiled once is compiled
    times: list[tuple[float, float, float]] = []
    for _ in range(repeats):
        windowed = min([(await _timed(lambda: _asked(report, by, WINDOW)))[0] for _ in range(3)])
        everything, table = await _timed(lambda: _asked(report, by, ALL))
        begin = time.perf_counter()
        await asyncio.to_thread(subprocess.run, command, check=True)
        times.append((windowed, everything, time.perf_counter() - begin))
    cells, different = compared(table, files[0])
    medians = (statistics.median(column) for column in zip(*times, strict=True))
    return Line(_title(name, by), *medians, cells, different)


def _asked(report: Any, by: tuple[str, ...], since: str) -> Awaitable[pd.DataFrame]:
    options = {"by": list(by)} if by else {}
    return report(since=since, as_of=END, **options)  # type: ignore[no-any-return]


async def _timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    begin = time.perf_counter()
    made = await work()
    return time.perf_counter() - begin, made


def _title(name: str, by: tuple[str, ...]) -> str:
    return f"`{name}({f'by={list(by)}' if by else ''})`".replace("'", '"')


async def _run(options: argparse.Namespace, psql: list[str]) -> str:
    history = History(options.jobs, options.years, options.devices)
    await _ensure(os.environ["NETRAVEN_DATABASE_URL"], history)
    lines, floor = [], await _floor()
    with tempfile.TemporaryDirectory() as folder:
        for name, by in VIEWS:
            line = await _measure(name, by, options.repeats, psql, Path(folder))
            lines.append(str(line))
            print(line, flush=True)
    backwards = []
    for name, how_far in LOOK_BACK.items():
        report = getattr(reports, name)
        await _asked(report, (), WINDOW)
        took, table = await _timed(lambda report=report: _asked(report, (), WINDOW))
        backwards.append(f"| `{name}()` | {took:.3f} | {len(table):,} | {how_far} |")
        print(backwards[-1], flush=True)
    about = (
        f"`venv/bin/python benchmarks/cost.py --jobs {options.jobs} --years {options.years} --devices "
        f"{options.devices} --repeats {options.repeats}`, {await _server()}\n"
    )
    return "\n".join([about, *HEAD, *lines, "", *_notes(floor), "", *BACK, *backwards, ""])


HEAD = (
    "| report | 7 days, s | all, s | of all, bar 1/50 | psql, s | all / psql, bar 1.2 | cells | differ |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)
BACK = (
    "Reports that look further back, for seven days:",
    "",
    "| report | s | rows | looks back at |",
    "|---|---:|---:|---|",
)


def _notes(floor: float) -> list[str]:
    return [
        "- Times are medians, of a window the best of three each time. **Bold** misses its bar.",
        f"- {floor * 1000:.0f} ms of each are the report's own: an empty window takes them too.",
        "- By hand, psql fetches the table by \\copy, and beside groups the totals that the answer carries.",
    ]


async def _floor() -> float:
    """What a report takes that finds nothing."""
    report = reports.job_durations
    times = [
        (await _timed(lambda: report(since="1999-01-01", until="1999-01-08", as_of=END)))[0] for _ in range(6)
    ]
    return statistics.median(times[1:])


async def _ensure(url: str, history: History) -> None:
    """Load the history unless the database holds it already."""
    connection = await connect(url)
    try:
        there = await connection.fetchval("select to_regclass('public.jobs') is not null")
        found = await connection.fetchval("select count(*) from jobs") if there else 0
    finally:
        await connection.close()
    if found not in (0, history.jobs):
        raise SystemExit(f"The database holds {found:,} other jobs: name a blank one.")
    if not found:
        took, _ = await _timed(lambda: load(url, history))
        print(f"Loaded in {took:.0f} s.", flush=True)


async def _server() -> str:
    async with get_db() as db:
        driver: Any = (await (await db.connection()).get_raw_connection()).driver_connection
        return f"PostgreSQL {(await driver.fetchval('show server_version')).split()[0]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=5_000_000)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--devices", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--url", help="a blank database, or one that this script has loaded")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    with ExitStack() as stack:
        url = options.url or stack.enter_context(embedded.throwaway()).url()
        os.environ["NETRAVEN_DATABASE_URL"] = url
        folder = Path(tempfile.gettempdir())
        psql = [str(programs(account_for(folder, folder)) / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"]
        report = asyncio.run(_run(options, [*psql, "-d", libpq()]))
    print(report)
    if not options.dry:
        write_section("cost", "Cost follows the window", report)


if __name__ == "__main__":
    main()
