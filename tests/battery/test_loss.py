"""The server goes away in the middle: whoever only reads begins anew, whoever has a transaction is told."""

import asyncio
import csv
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from netraven_analytics.bundle import write_bundle
from netraven_analytics.exports import FORMATS, export
from netraven_analytics.frames import frame, stream
from netraven_analytics.reports import failure_rates
from netraven_db.db.session import get_db
from netraven_db.errors import ConnectionLostError
from tests.battery.conftest import MakeTrial
from tests.battery.servers import Victim
from tests.battery.trials import LONG, Trial
from tests.netraven_analytics.exports.test_round_trip import READERS

COUNT = 300_000 if LONG else 60_000
ROWS = text(f"select n, 'row ' || n % 100 as t from generate_series(1, {COUNT}) n")
SEEN = {"since": "all", "as_of": "2026-04-06"}
FAULTS = ["terminate", "kill", "stop_at_once"]
Work = Callable[[Path], Awaitable[str]]  # what is wrong with what came of it


@pytest.fixture(autouse=True)
def named_in_the_environment(server: Victim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", server.url)


async def report(folder: Path) -> str:
    table = await failure_rates(by="device", **SEEN)
    return "" if len(table) and table["runs"].sum() == EXPECTED["runs"] else "rows of the report"


async def whole_frame(folder: Path) -> str:
    return _wrong((await frame(ROWS))["n"].tolist())


async def csv_file(folder: Path) -> str:
    path = await export(ROWS, folder / "rows.csv")
    with path.open(newline="") as file:
        return _wrong([int(row[0]) for row in list(csv.reader(file))[1:]])


async def parquet_file(folder: Path) -> str:
    path = await export(ROWS, folder / "rows.parquet")
    return _wrong(pq.read_table(path)["n"].to_pylist())


def other_file(ending: str) -> Work:
    rows = [f"row {n + 1}" for n in range(COUNT // 10)]
    statement = text(f"select n, 'row ' || n as text from generate_series(1, {len(rows)}) n")

    async def export_of(folder: Path) -> str:
        path = await export(statement, folder / f"rows.{ending}")
        found = READERS[ending](path.read_bytes())
        return "" if found == rows else f"{len(found)} rows of {ending}"

    return export_of


async def command(folder: Path) -> str:
    """The same as a process; it prints one line and no traceback."""
    query = f"select n from generate_series(1, {COUNT}) n"
    words = [sys.executable, "-m", "netraven_analytics", "sql", query, "-o", str(folder / "shell.csv")]
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode or said.decode().count("\n") != 1:
        return f"exit code {process.returncode}: {said.decode()}"
    return _wrong([int(line) for line in (folder / "shell.csv").read_text().split()[1:]])


async def bundle(folder: Path) -> str:
    made = await write_bundle(folder / "reports", {"as_of": "2026-04-06"})
    manifest = json.loads((made.folder / "manifest.json").read_text())
    for name, described in manifest["files"].items():
        if hashlib.sha256((made.folder / name).read_bytes()).hexdigest() != described["sha256"]:
            return f"{name} is not what the manifest says"
    rows = {name: described.get("rows") for name, described in manifest["files"].items()}
    return "" if rows == EXPECTED.setdefault("bundle", rows) else "rows of the bundle"


WORKS: list[Work] = [report, whole_frame, csv_file, parquet_file, bundle, command]
WORKS += [other_file(ending) for ending in FORMATS if ending not in ("csv", "parquet")]
# In the quick form the slow ones are spread over the faults.
QUICK: dict[str, list[Work]] = {
    "terminate": [report, whole_frame, bundle],
    "kill": [whole_frame, csv_file, parquet_file],
    "stop_at_once": [report, csv_file, command],
}
EXPECTED: dict[str, Any] = {}


def _wrong(numbers: list[int]) -> str:
    """What is missing, doubled or out of its order."""
    return "" if numbers == list(range(1, COUNT + 1)) else f"{len(numbers)} rows, or their order"


async def undisturbed(server: Victim, work: Work, folder: Path) -> float:
    """How long the work is seen on the server."""
    task = asyncio.ensure_future(work(folder))
    await server.at_work(task)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await server.at_work(task, wanted=False)
    lasts = loop.time() - begun
    assert await task == ""
    return lasts


async def one_round(runs: Trial, server: Victim, work: Work, lasts: float, fault: str, folder: Path) -> bool:
    """Whether the fault met the work."""
    task = asyncio.ensure_future(work(folder))
    await server.at_work(task)
    await asyncio.wait([task], timeout=runs.chance.uniform(0, 0.9) * lasts)
    hit = await getattr(server, fault)()
    (came,) = await asyncio.gather(task, return_exceptions=True)
    if not hit:
        runs.missed()
    # Who has not been seen on the server may say that none is there: its address may be wrong. Others wait.
    if came and (hit or "nobody listens there" not in str(came)):
        runs.lose(f"{work.__name__} after {fault}: {came!r}")
    if litter := list(folder.rglob(".netraven-*")):
        runs.lose(f"{work.__name__} after {fault} left {litter}")
    return bool(hit)


@pytest.mark.parametrize("fault", FAULTS)
async def test_work_of_its_own_is_done_again(
    server: Victim, tmp_path: Path, trial: MakeTrial, fault: str
) -> None:
    """Reports, frames, files, bundles and commands are whole in spite of it: nothing is missing or twice."""
    runs = trial(
        f"{_SPOKEN[fault]} under a report, frame, bundle, command, file of each format",
        losing="rows, files or answers",
        quick=3,
        long=70,
    )
    EXPECTED["runs"] = int((await failure_rates(**SEEN)).loc[0, "runs"])
    works = WORKS if LONG else QUICK[fault]
    lasts = {work: await undisturbed(server, work, tmp_path) for work in works}
    for _ in runs:
        work = works[runs.tried % len(works)]  # a round that met nothing is done again with the same work
        if not await one_round(runs, server, work, lasts[work], fault, tmp_path):
            lasts[work] *= 0.8  # what it had to load, it loads once


_SPOKEN = {
    "terminate": "pg_terminate_backend",
    "kill": "kill -9 of the server process",
    "stop_at_once": "an immediate stop of the server and a new start",
}


async def in_a_session() -> None:
    async with get_db() as db:
        await frame(ROWS, db)
        await frame(text("select pg_sleep(0.2)"), db)


async def streamed() -> None:
    async with stream(ROWS, rows=5000) as parts:
        async for _ in parts:
            await asyncio.sleep(0.005)


async def executed() -> None:
    async with get_db() as db:
        await db.execute(text("insert into jobs (status) select 'x' from generate_series(1, 1000)"))
        await db.execute(text("select pg_sleep(0.3)"))
        raise AssertionError("it was to be lost")  # and so it is not committed


async def test_who_has_a_transaction_is_told(server: Victim, trial: MakeTrial) -> None:
    """One error that says what happened, nothing is done twice, and the next question is answered."""
    runs = trial(
        "the same in a session of the user's, in a stream, in a write: one ConnectionLostError",
        losing="errors of another kind, or half-done writes",
        quick=9,
        long=200,
    )
    works = [in_a_session, streamed, executed]
    for number in runs:
        work, fault = works[number % 3], FAULTS[number // 3 % 3]
        task = asyncio.ensure_future(work())
        await asyncio.sleep(runs.chance.uniform(0.1, 0.25))
        hit = await getattr(server, fault)()
        (came,) = await asyncio.gather(task, return_exceptions=True)
        if came is None or not hit:
            runs.missed()
        elif type(came) is not ConnectionLostError:
            runs.lose(f"{work.__name__} after {fault}: {came!r}")
        found = await frame(text("select count(*) as n from jobs where status = 'x'"))
        if found.loc[0, "n"]:
            runs.lose("a write that was lost is there")
