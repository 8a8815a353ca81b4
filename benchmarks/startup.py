"""How long the command takes to start: whole processes beside the bare imports of their libraries.

usage: venv/bin/python benchmarks/startup.py [ROUNDS]      (10 rounds if not given)

The report runs over a small demo fleet in a throw-away server. Its query is timed inside a process that has
everything loaded and connected, so that what is compared is start-up and not PostgreSQL.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from results import write_section

from netraven_analytics import demo, job_durations
from netraven_db import embedded, migrate
from netraven_db.db.connection import connect

PYTHON = sys.executable
HELP = [PYTHON, "-m", "netraven_analytics", "--help"]
REPORT = [PYTHON, "-m", "netraven_analytics", "report", "run", "job_durations", "--by", "device"]
BARE_HELP = [PYTHON, "-c", "import typer, rich"]
BARE_REPORT = [PYTHON, "-c", "import pandas, sqlalchemy, asyncpg"]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    # What is installed has been compiled once, as the libraries beside it have.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with embedded.throwaway() as server:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        asyncio.run(_load())
        query = asyncio.run(_query_seconds(rounds))
        times = _side_by_side([HELP, BARE_HELP, REPORT, BARE_REPORT], rounds)
    help_, bare_help, report, bare_report = times
    lines = [
        f"`venv/bin/python benchmarks/startup.py {rounds}`, medians, Python {sys.version.split()[0]}",
        "",
        "| process | seconds | beside | seconds | ratio | bar |",
        "|---|---|---|---|---|---|",
        _row("netraven-analytics --help", help_, "import typer, rich", bare_help, 2.0),
        _row(
            "report run job_durations",
            report,
            "import pandas, sqlalchemy, asyncpg + query",
            bare_report + query,
            1.5,
        ),
    ]
    print("\n".join(lines))
    write_section("startup", "Start-up", "\n".join([*lines, ""]))


def _row(name: str, seconds: float, beside: str, other: float, bar: float) -> str:
    return f"| {name} | {seconds:.3f} | {beside} | {other:.3f} | {seconds / other:.2f} | {bar} |"


def _side_by_side(commands: list[list[str]], rounds: int) -> list[float]:
    """The median of each, taking turns so that the machine's moods meet all of them."""
    taken: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds + 1):  # the first round only warms the file cache
        for command, times in zip(commands, taken, strict=True):
            times.append(
                _seconds(lambda command=command: subprocess.run(command, check=True, capture_output=True))
            )
    return [statistics.median(times[1:]) for times in taken]


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


async def _load() -> None:
    await migrate.upgrade()
    connection = await connect(os.environ["NETRAVEN_DATABASE_URL"])
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    await demo.ensure(connection, demo.FleetSpec(devices=50, days=30, until=today))
    await connection.close()


async def _query_seconds(rounds: int) -> float:
    await job_durations(by="device")
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        await job_durations(by="device")
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
