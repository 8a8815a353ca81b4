"""How fast a query becomes a DataFrame: ``venv/bin/python benchmarks/frames.py`` (see ``--help``).

Every way reads the same 1M jobs of six columns from the same throw-away server, each time in a process of its
own, which has read them once before; the ways take turns. The table goes to ``benchmarks/RESULTS.md`` between
its markers.
"""

import argparse
import asyncio
import importlib.metadata
import multiprocessing
import os
import statistics
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from results import write_section

from netraven_db import embedded
from netraven_db.settings import parse_url

COLUMNS = "id, device_id, status, scheduled_for, started_at, completed_at"
QUERY = f"select {COLUMNS} from jobs"
SETUP = """
create table jobs (id integer, device_id integer, status text, scheduled_for timestamp, started_at timestamp,
    completed_at timestamp);
insert into jobs select g, nullif(g % 3000, 0), (array['completed', 'failed', 'running'])[1 + g % 3],
    case when g % 5 <> 0 then t end, t + interval '3.123456 s',
    case when g % 20 <> 0 then t + interval '3.123456 s' + (g % 600) * interval '1.000007 s' end
    from (select g, timestamp '2022-01-01' + g * interval '100 s' t from generate_series(1, {rows}) g) s;
"""


async def _session(work: Callable[[Any], Any]) -> Any:
    from netraven_db.db.connection import make_engine
    from netraven_db.db.session import _session

    engine = make_engine(os.environ["NETRAVEN_DATABASE_URL"])
    try:
        async with _session(engine) as db:
            return await work(db)
    finally:
        await engine.dispose()


def ours() -> Any:
    from sqlalchemy import select

    from netraven_analytics.frames import frame
    from netraven_db.db.models import Job

    return _timed_async(lambda db: frame(select(Job), db))


def ours_stream() -> Any:
    from sqlalchemy import select

    from netraven_analytics.frames import stream
    from netraven_db.db.models import Job

    async def read(db: Any) -> int:
        return sum([len(part) async for part in stream(select(Job), db)])

    return _timed_async(read)


def drained() -> Any:
    async def sink(data: bytes) -> None:
        pass

    async def drain(db: Any) -> None:
        driver = (await (await db.connection()).get_raw_connection()).driver_connection
        await driver.copy_from_query(QUERY, output=sink)

    return _timed_async(drain)


def read_sql_asyncpg() -> Any:
    import pandas as pd

    async def read(db: Any) -> Any:
        return await (await db.connection()).run_sync(lambda connection: pd.read_sql(QUERY, connection))

    return _timed_async(read)


def read_sql_psycopg() -> Any:
    import pandas as pd
    import psycopg

    with psycopg.connect(libpq()) as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas prefers SQLAlchemy; the driver alone is the faster peer
        return _timed(lambda: pd.read_sql(QUERY, connection))


def read_sql_psycopg_engine() -> Any:
    import pandas as pd
    from sqlalchemy import create_engine

    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg_connection())
    with engine.connect() as connection:
        return _timed(lambda: pd.read_sql(QUERY, connection))


def psycopg_connection() -> Any:
    import psycopg

    return psycopg.connect(libpq())


def connectorx() -> Any:
    import connectorx

    address = parse_url(os.environ["NETRAVEN_DATABASE_URL"])
    folder = quote(str(address.query.get("host", address.host)), safe="")
    url = f"postgresql://{address.username}@{folder}:5432/{address.database}"
    return _timed(lambda: connectorx.read_sql(url, QUERY))


def adbc() -> Any:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(libpq()) as connection, connection.cursor() as cursor:

        def read() -> Any:
            cursor.execute(QUERY)
            return cursor.fetch_arrow_table().to_pandas()

        return _timed(read)


def libpq() -> str:
    address = parse_url(os.environ["NETRAVEN_DATABASE_URL"])
    host, port = address.query.get("host", address.host), address.query.get("port", address.port)
    return f"postgresql://{address.username}@/{address.database}?host={host}&port={port}"


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    made = work()
    return time.perf_counter() - begin, made


def _timed_async(work: Callable[[Any], Any]) -> tuple[float, Any]:
    async def timed(db: Any) -> tuple[float, Any]:
        from sqlalchemy import text

        await db.execute(text("select 1"))  # the others are connected as well before the clock starts
        begin = time.perf_counter()
        made = await work(db)
        return time.perf_counter() - begin, made

    result: tuple[float, Any] = asyncio.run(_session(timed))
    return result


WAYS: dict[str, tuple[Callable[[], Any], str]] = {
    "frame()": (ours, "netraven-analytics"),
    "stream(rows=100_000)": (ours_stream, "netraven-analytics"),
    "the same COPY, drained and not decoded": (drained, "asyncpg"),
    "ADBC, to_pandas": (adbc, "adbc-driver-postgresql"),
    "ConnectorX": (connectorx, "connectorx"),
    "pandas.read_sql, psycopg 3 alone": (read_sql_psycopg, "psycopg"),
    "pandas.read_sql, SQLAlchemy on psycopg 3": (read_sql_psycopg_engine, "psycopg"),
    "pandas.read_sql, run_sync on asyncpg": (read_sql_asyncpg, "sqlalchemy"),
}


BARS = {  # how many times as fast as each
    "ADBC, to_pandas": 0.9,
    "ConnectorX": 1,
    "pandas.read_sql, SQLAlchemy on psycopg 3": 4,
    "pandas.read_sql, psycopg 3 alone": 4,
    "pandas.read_sql, run_sync on asyncpg": 8,
}


@dataclass(frozen=True)
class Measured:
    """One reading in a process of its own; the reading before it took memory and warmed up."""

    seconds: float
    processor: float  # seconds of this process, beside which the server works
    peak: float  # MiB above what the imports need
    size: float | None  # MiB of the finished frame


def _measure(name: str, pipe: Any) -> None:
    import pandas
    import pyarrow.csv

    assert pandas.DataFrame
    assert pyarrow.csv.read_csv
    way = WAYS[name][0]
    try:
        base = _resident()
        peak, over = [base], threading.Event()
        watcher = threading.Thread(target=_watch, args=(peak, over))
        watcher.start()
        _, made = way()
        over.set()
        watcher.join()
        size = _held(made) if hasattr(made, "memory_usage") else None
        del made
        begin = time.process_time()
        seconds, _ = way()
        pipe.send(Measured(seconds, time.process_time() - begin, (peak[0] - base) / 2**20, size))
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")


def _held(frame: Any) -> float:
    return float(frame.memory_usage(deep=True).sum() / 2**20)


def _watch(peak: list[int], over: threading.Event) -> None:
    while not over.wait(0.002):
        peak[0] = max(peak[0], _resident())


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _in_process(name: str) -> Measured | str:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(name, sender))
    process.start()
    sender.close()
    try:
        found: Measured | str = receiver.recv()
        return found
    except EOFError:
        return "the process ended"
    finally:
        process.join()


def _side_by_side(repeats: int) -> dict[str, list[Measured | str]]:
    """The ways take turns, so that the machine's moods meet all of them."""
    found: dict[str, list[Measured | str]] = {name: [] for name in WAYS}
    for _ in range(repeats):
        for name, results in found.items():
            results.append(_in_process(name))
    return found


def _ticker_gap() -> float:
    """The longest pause of a 10 ms ticker while the rows arrive, in seconds."""
    from sqlalchemy import select

    from netraven_analytics.frames import frame
    from netraven_db.db.models import Job

    async def work(db: Any) -> float:
        longest = 0.0

        async def tick() -> None:
            nonlocal longest
            before = time.perf_counter()
            while True:
                await asyncio.sleep(0.01)
                longest = max(longest, time.perf_counter() - before - 0.01)
                before = time.perf_counter()

        await frame(select(Job.id).limit(1), db)
        ticker = asyncio.create_task(tick())
        await frame(select(Job), db)
        ticker.cancel()
        return longest

    return float(asyncio.run(_session(work)))


def _small(repeats: int = 200) -> tuple[float, float]:
    """Milliseconds of a query of ten rows: by COPY and by execute."""
    from sqlalchemy import select

    from netraven_analytics.frames import _executed, frame
    from netraven_db.db.models import Job

    async def work(db: Any) -> tuple[float, float]:
        found: list[list[float]] = [[], []]
        for _ in range(repeats):
            for place, ask in enumerate((frame, lambda query, db: _executed(db, query, None))):
                begin = time.perf_counter()
                await ask(select(Job).where(Job.id <= 10).limit(10), db)  # type: ignore[operator]
                found[place].append((time.perf_counter() - begin) * 1000)
        return statistics.median(found[0]), statistics.median(found[1])

    result: tuple[float, float] = asyncio.run(_session(work))
    return result


def _profile(repeats: int = 5) -> str:
    """Where the processors work while frame() reads, in seconds: by part of the client, and in the server."""
    import psutil
    from sqlalchemy import select, text

    from netraven_analytics.frames import frame
    from netraven_analytics.wire import reader
    from netraven_analytics.wire.values import Gathering
    from netraven_db.db.models import Job

    spent: dict[str, float] = {}

    def counted(part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            begin = time.thread_time()
            made = work(*given)
            spent[part] = spent.get(part, 0.0) + time.thread_time() - begin
            return made

        return run

    async def work(db: Any) -> list[dict[str, float]]:
        server = psutil.Process(await db.scalar(text("select pg_backend_pid()")))
        rounds = []
        for _ in range(repeats):
            spent.clear()
            begin, before = time.thread_time(), sum(server.cpu_times()[:2])
            await frame(select(Job), db)
            spent["taking rows from the socket"] = time.thread_time() - begin
            spent["the server"] = sum(server.cpu_times()[:2]) - before
            rounds.append(dict(spent))
        return rounds[1:]

    kept = reader.parsed, Gathering.add, Gathering.frame
    reader.parsed = counted("parsing", kept[0])
    Gathering.add = counted("gathering columns", kept[1])  # type: ignore[method-assign]
    Gathering.frame = counted("making the frame", kept[2])  # type: ignore[method-assign]
    try:
        rounds: list[dict[str, float]] = asyncio.run(_session(work))
    finally:
        reader.parsed, Gathering.add, Gathering.frame = kept  # type: ignore[method-assign]
    medians = {part: statistics.median(each[part] for each in rounds) for part in rounds[0]}
    return ", ".join(f"{part} {seconds:.2f} s" for part, seconds in sorted(medians.items()))


def _report(found: dict[str, list[Measured | str]], rows: int, repeats: int, notes: list[str]) -> str:
    lines = [
        f"`venv/bin/python benchmarks/frames.py --rows {rows} --repeats {repeats}`, peaks above the imports",
        "",
        "| way | version | median s | best s | times frame() | client's processor s | peak MiB | frame MiB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    ours = _median(found["frame()"], "seconds")
    for name, results in found.items():
        version = f"{WAYS[name][1]} {importlib.metadata.version(WAYS[name][1])}"
        failed = [result for result in results if isinstance(result, str)]
        cells = f"{failed[0]} | | | | |" if failed else _cells(results, ours)
        lines.append(f"| {name} | {version} | {cells} |")
    return "\n".join([*lines, "", *(f"- {note}" for note in notes), ""])


def _judged(found: dict[str, list[Measured | str]]) -> list[str]:
    """The bars, and how far each is met; a way that failed is in the table."""
    ours = found["frame()"]
    if any(isinstance(each, str) for results in found.values() for each in results):
        return []
    taken = _median(ours, "seconds")
    drained = taken / _median(found["the same COPY, drained and not decoded"], "seconds")
    held = _median(ours, "peak") / _median(ours, "size")
    times = {name: _median(found[name], "seconds") / taken for name in BARS}
    bars = [
        *(
            (times[name] >= least, f"{times[name]:.2f} times as fast as {name}, bar {least}")
            for name, least in BARS.items()
        ),
        (drained <= 1.6, f"{drained:.2f} of the drained COPY's time, bar 1.6"),
        (held <= 2.5, f"a peak of {held:.1f} times the finished frame, bar 2.5"),
    ]
    return [f"Bar {'met' if met else 'MISSED'}: {said}." for met, said in bars]


def _cells(results: list[Any], ours: float) -> str:
    median, best = _median(results, "seconds"), min(each.seconds for each in results)
    held = f"{results[0].size:.0f}" if results[0].size else ""
    return (
        f"{median:.3f} | {best:.3f} | {median / ours:.2f} | {_median(results, 'processor'):.3f} "
        f"| {_median(results, 'peak'):.0f} | {held}"
    )


def _median(results: list[Any], name: str) -> float:
    return statistics.median(getattr(each, name) for each in results)


async def _load(rows: int) -> None:
    from netraven_db.db.connection import connect

    connection = await connect(os.environ["NETRAVEN_DATABASE_URL"])
    await connection.execute(SETUP.format(rows=rows))
    await connection.execute("vacuum analyze jobs")
    await connection.close()


def _run(options: argparse.Namespace) -> str:
    asyncio.run(_load(options.rows))
    found = _side_by_side(options.repeats)
    copy, execute = _small()
    notes = [
        f"A 10 ms ticker in the loop was late by {_ticker_gap() * 1000:.0f} ms at most while frame() ran.",
        f"A query of ten rows, median of 200: {copy:.2f} ms by COPY, {execute:.2f} ms by execute.",
        f"Where the processors work while frame() reads: {_profile()}, on {os.cpu_count()} cores.",
        *_judged(found),
    ]
    if options.stream_rows:
        asyncio.run(_more(options.stream_rows))
        far = _in_process("stream(rows=100_000)")
        said = f"took {far.seconds:.1f} s, peak {far.peak:.0f} MiB" if isinstance(far, Measured) else far
        notes.append(f"stream() over {options.stream_rows:,} rows {said}.")
    return _report(found, options.rows, options.repeats, notes)


async def _more(rows: int) -> None:
    from netraven_db.db.connection import connect

    connection = await connect(os.environ["NETRAVEN_DATABASE_URL"])
    await connection.execute(f"drop table jobs; {SETUP.format(rows=rows)}")
    await connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--stream-rows", type=int, default=0, help="also stream this many rows")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    with embedded.throwaway() as server:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        report = _run(options)
    print(report)
    if not options.dry:
        write_section("frames", "Frames", report)


if __name__ == "__main__":
    main()
