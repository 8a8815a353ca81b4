"""How fast a query becomes a file, and in how much memory: ``venv/bin/python benchmarks/exports.py``.

``--rows 10000000`` writes more, ``--format`` other formats than CSV and Parquet. Each is written in a process
of its own, from jobs of six columns on a throw-away server. The table goes to ``benchmarks/RESULTS.md``
between its markers.
"""

import argparse
import asyncio
import multiprocessing
import os
import re
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from netraven_db import embedded

ROWS = 2_000_000
SETUP = """
create table jobs (id bigint, device_id integer, status text, scheduled_for timestamp, started_at timestamp,
    completed_at timestamp);
insert into jobs select g, nullif(g % 3000, 0), (array['completed', 'failed', 'running'])[1 + g % 3],
    case when g % 5 <> 0 then t end, t + interval '3.123456 s',
    case when g % 20 <> 0 then t + interval '3.123456 s' + (g % 600) * interval '1.000007 s' end
    from (select g, timestamp '2022-01-01' + g * interval '10 s' t from generate_series(1, {rows}) g) s;
"""
RESULTS = Path(__file__).with_name("RESULTS.md")
START, END = "<!-- exports -->", "<!-- /exports -->"


def _write(folder: str, name: str, pipe: Any) -> None:
    """Seconds, peak memory above the imports, and the file's size."""
    from netraven_analytics.exports import export, writer_of
    from netraven_db.db.models import Job

    writer_of(name)
    path = Path(folder) / f"jobs.{name}"
    from sqlalchemy import select

    asyncio.run(_ask(export(select(Job).limit(1000), path)))  # imports what is imported late
    base = _peak()
    begin = time.perf_counter()
    asyncio.run(_ask(export(select(Job), path)))
    pipe.send((time.perf_counter() - begin, (_peak() - base) / 2**20, path.stat().st_size / 2**20))


async def _ask(question: Any) -> Any:
    return await question


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _measured(folder: str, name: str) -> tuple[float, float, float]:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_write, args=(folder, name, sender))
    process.start()
    sender.close()
    try:
        found: tuple[float, float, float] = receiver.recv()
        return found
    finally:
        process.join()


async def _load(rows: int) -> None:
    from netraven_db.db.connection import connect

    connection = await connect(os.environ["NETRAVEN_DATABASE_URL"])
    await connection.execute(SETUP.format(rows=rows))
    await connection.close()


def _report(rows: int, formats: list[str], folder: str) -> str:
    lines = [
        f"`venv/bin/python benchmarks/exports.py --rows {rows}`, peaks above the imports",
        "",
        "| format | rows | seconds | rows a second | peak MiB | file MiB |",
        "|---|---|---|---|---|---|",
    ]
    for name in formats:
        seconds, peak, size = _measured(folder, name)
        lines.append(
            f"| {name} | {rows:,} | {seconds:.1f} | {rows / seconds:,.0f} | {peak:.0f} | {size:.0f} |"
        )
    return "\n".join([*lines, ""])


def _keep(report: str) -> None:
    text = RESULTS.read_text() if RESULTS.exists() else "# Results\n"
    section = f"{START}\n## Exports\n\n{report}{END}\n"
    if START in text:
        text = re.sub(f"{START}.*?{END}\n", lambda _: section, text, flags=re.DOTALL)
    else:
        text = f"{text.rstrip()}\n\n{section}"
    RESULTS.write_text(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--format", action="append", help="csv and parquet if not given; may be repeated")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args()
    with embedded.throwaway() as server, tempfile.TemporaryDirectory() as folder:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        asyncio.run(_load(options.rows))
        report = _report(options.rows, options.format or ["csv", "parquet"], folder)
    print(report)
    if not options.dry:
        _keep(report)


if __name__ == "__main__":
    main()
