"""How fast a query becomes a file, and in how much memory: ``venv/bin/python benchmarks/exports.py``.

``--rows`` says how many, ``--format`` other formats than CSV and Parquet; both may be repeated. Each file is
written in a process of its own, from jobs of six columns on a throw-away server, and then some of
configurations of 10 MB each. The tables go to ``benchmarks/RESULTS.md`` between their markers.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from results import write_section

from netraven_db import embedded

ROWS = (2_000_000, 5_000_000, 10_000_000)
SETUP = """
create table jobs (id bigint, device_id integer, status text, scheduled_for timestamp, started_at timestamp,
    completed_at timestamp);
insert into jobs select g, nullif(g % 3000, 0), (array['completed', 'failed', 'running'])[1 + g % 3],
    case when g % 5 <> 0 then t end, t + interval '3.123456 s',
    case when g % 20 <> 0 then t + interval '3.123456 s' + (g % 600) * interval '1.000007 s' end
    from (select g, timestamp '2022-01-01' + g * interval '10 s' t from generate_series(1, {rows}) g) s;
create table texts (id integer, config_data text);
"""
# 10 MB each, of lines that differ.
TEXT = """
insert into texts select {number}, string_agg(
    'interface Ethernet' || g || E'\\n description ' || md5(g::text || {number})
        || E'\\n ip address 192.0.2.1 255.255.255.0', E'\\n') from generate_series(1, 100000) g
"""
TEXTS = (2, 6, 18)


class Measured(NamedTuple):
    seconds: float
    peak: float  # MiB above the imports
    size: float  # MiB


def _write(query: str, path: Path, pipe: Any) -> None:
    from netraven_analytics.exports import export

    asyncio.run(_ask(export(f"select * from ({query}) q limit 1", path)))  # imports what is imported late
    base = _peak()
    begin = time.perf_counter()
    asyncio.run(_ask(export(query, path)))
    took = time.perf_counter() - begin
    pipe.send(Measured(took, (_peak() - base) / 2**20, path.stat().st_size / 2**20))


async def _ask(question: Any) -> Any:
    return await question


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _measured(query: str, path: Path) -> Measured:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_write, args=(query, path, sender))
    process.start()
    sender.close()
    try:
        found: Measured = receiver.recv()
        return found
    finally:
        process.join()
        path.unlink(missing_ok=True)


async def _load(rows: int) -> None:
    from netraven_db.db.connection import connect

    connection = await connect(os.environ["NETRAVEN_DATABASE_URL"])
    await connection.execute(SETUP.format(rows=rows))
    for number in range(max(TEXTS)):
        await connection.execute(TEXT.format(number=number))
    await connection.close()


def _of_jobs(counts: Iterable[int], formats: Iterable[str], folder: Path) -> Iterable[str]:
    yield "| format | rows | seconds | rows a second | peak MiB | file MiB |"
    yield "|---|---|---|---|---|---|"
    for name in formats:
        for rows in counts:
            found = _measured(f"select * from jobs where id <= {rows}", folder / f"jobs.{name}")
            yield (
                f"| {name} | {rows:,} | {found.seconds:.1f} | {rows / found.seconds:,.0f} "
                f"| {found.peak:.0f} | {found.size:.0f} |"
            )


def _of_texts(formats: Iterable[str], folder: Path) -> Iterable[str]:
    yield "| format | configurations of 10 MB | seconds | MB a second | peak MiB | file MiB |"
    yield "|---|---|---|---|---|---|"
    for name in formats:
        for count in TEXTS:
            found = _measured(f"select * from texts where id < {count}", folder / f"texts.{name}")
            yield (
                f"| {name} | {count} | {found.seconds:.1f} | {10 * count / found.seconds:,.0f} "
                f"| {found.peak:.0f} | {found.size:.0f} |"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, action="append", help=f"{ROWS} if not given; may be repeated")
    parser.add_argument("--format", action="append", help="csv and parquet if not given; may be repeated")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    counts, formats = options.rows or ROWS, options.format or ["csv", "parquet"]
    lines = ["`venv/bin/python benchmarks/exports.py`, peaks above the imports", ""]
    with embedded.throwaway() as server, tempfile.TemporaryDirectory() as name:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        asyncio.run(_load(max(counts)))
        for line in chain(_of_jobs(counts, formats, Path(name)), [""], _of_texts(formats, Path(name))):
            print(line, flush=True)
            lines.append(line)
    if not options.dry:
        write_section("exports", "Exports", "\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
