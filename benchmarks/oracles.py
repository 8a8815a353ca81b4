"""The main job on real input, and the same figures made twice more: by plain SQL and by pandas.

An existing database is loaded, reported on as it is by somebody who may only read, upgraded, and reported on
again. Exit status 1 means that some cell differs beyond its tolerance.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from oracle import toolkit
from oracle.by_pandas import ByPandas
from oracle.by_sql import BySql
from oracle.database import Contents, contents, database, let_read
from oracle.dump import Dump
from oracle.figures import Figure, figure, single
from oracle.views import GROUPED, MAIN, OVERALL, QUICK, VIEWS, View

from netraven_db import embedded
from netraven_db.db.connection import connect

ROOT = Path(__file__).parents[1]
DUMP = ROOT.parent / "shared" / "data" / "netraven-2025-04.sql.gz"
PAGE = ROOT / "docs" / "oracles.md"
INITIAL = "8a76c492719c"

INTRODUCTION = """# The reports against two oracles

An existing NetRaven database (113 devices of eight platforms, 3,660 runs, 1,146 snapshots; its dump is
`netraven-2025-04.sql.gz`) was loaded into {server}, upgraded with
`netraven-analytics db upgrade`, and reported on with `netraven-analytics report all --as-of data` and with
the other options below. Every cell of the three reports was compared with the same figure made twice more
(but for the change of failure rates against the period before, and what `config_changes` says in words: its
`sections` and `claimed_user`):

- **SQL**: plain SQL written by hand over NetRaven's tables (`benchmarks/oracle/by_sql.py`): percentiles from
  sorted arrays, Wilson's bounds as roots of their equation, Kaplan-Meier as a running product.
- **pandas**: from the text of the dump, without a database (`benchmarks/oracle/by_pandas.py`): numpy's
  percentiles, scipy's intervals and `ecdf`, pandas' own time zones and periods, and `git diff --numstat` for
  line counts.

Rows must come in the same order. Counts, ids, times and names must be the same, durations within 1 µs, rates
within 1e-9. SQL says of a change by how many lines the text grew; the lines added and removed are git's.

Made by `venv/bin/python benchmarks/oracles.py --url URL --write`, which exits 1 when anything differs.
"""


@dataclass(frozen=True)
class Outcome:
    """What there is to print."""

    server: str
    figures: list[Figure]
    upgrade: list[str]
    differences: list[str]

    def page(self) -> str:
        """Markdown, without any path or address of this machine."""
        lines = ["| figure | toolkit | SQL | pandas | cells compared | largest difference |"]
        lines += ["|---|---|---|---|---:|---|", *(figure.line() for figure in self.figures)]
        cells = sum(figure.comparison.cells for figure in self.figures)
        lines += ["", f"{cells:,} cells compared, {len(self.differences):,} differences."]
        return "\n".join([INTRODUCTION.format(server=self.server), *lines, "", *self.upgrade, ""])


def main() -> int:
    """The script; its exit status."""
    options = _options()
    if not options.dump.exists():
        sys.stderr.write(f"There is no dump at {options.dump}: name one with --dump.\n")
        return 2
    with _server(options.url) as url, tempfile.TemporaryDirectory() as folder:
        views = QUICK if options.quick else VIEWS
        outcome = asyncio.run(compare_all(Dump.read(options.dump), url, Path(folder), views))
    sys.stdout.write(outcome.page())
    sys.stderr.writelines(f"{difference}\n" for difference in outcome.differences[:50])
    if options.write and not outcome.differences:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(outcome.page(), encoding="utf-8")
    return 1 if outcome.differences else 0


async def compare_all(dump: Dump, server: str, folder: Path, views: Sequence[View]) -> Outcome:
    """Load, report, upgrade, report again, and hold all of it against the oracles."""
    tables = dump.tables()
    async with database(server) as made:
        connection = await connect(made.url)
        try:
            await dump.load(connection)
            await connection.execute("reset all")  # the dump leaves an empty search_path
            await let_read(connection)
            before = await contents(connection)
            await asyncio.to_thread(
                toolkit.write, made.reader, replace(MAIN, bundle=False), folder / "before"
            )
            await asyncio.to_thread(toolkit.command, made.url, "db", "upgrade")
            after = await contents(connection)
            places = await asyncio.to_thread(_write_all, made.url, folder, views)
            figures = await _figures(places, BySql(connection), ByPandas(tables))
            version = await connection.fetchval("select split_part(version(), ',', 1)")
        finally:
            await connection.close()
    upgrade, wrong = _upgrade({name: len(rows) for name, rows in tables.items()}, before, after)
    told, unlike = _same_files(folder / "before", places[MAIN])
    differences = [sentence for each in figures for sentence in each.comparison.differences]
    # PostgreSQL 15.18 (Debian …) on x86_64-…: the platform is not of interest.
    return Outcome(version.split(" on ")[0], figures, [*upgrade, "", told], [*differences, *wrong, *unlike])


def _write_all(url: str, folder: Path, views: Sequence[View]) -> dict[View, Path]:
    """Every view's files, as many at a time as there are processors."""
    places = {view: folder / f"view-{number}" for number, view in enumerate(views)}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda view: toolkit.write(url, view, places[view]), views))
    return places


async def _figures(places: dict[View, Path], sql: BySql, pandas: ByPandas) -> list[Figure]:
    newest = await sql.newest()
    assert newest == pandas.newest()
    made = []
    for view, place in places.items():
        settled = view.seen_from(newest)
        for report in view.reports:
            told = toolkit.read(place, report)
            answers = [await sql.answer(report, settled), pandas.answer(report, settled)]
            title = f"{report}, {view.title}"
            made += [figure(title, told, *answers)] if view.by else single(title, told, *answers)
    overall = OVERALL.seen_from(newest)
    for report in GROUPED:
        totals = [toolkit.sidecar(places[MAIN], report)["totals"]]
        answers = [await sql.answer(report, overall), pandas.answer(report, overall)]
        made.append(figure(f"{report}, report all: totals in the sidecar", totals, *answers))
    left_out = [toolkit.sidecar(places[MAIN], "config_changes")["left_out"]]
    answers = [await sql.left_out(), pandas.left_out()]
    return [*made, figure("config_changes, report all: snapshots that are no change", left_out, *answers)]


def _upgrade(
    rows: dict[str, int], before: dict[str, Contents], after: dict[str, Contents]
) -> tuple[list[str], list[str]]:
    """Each table in the dump, before and after; and what is not the same."""
    lines = [
        "## Before and after the upgrade",
        "",
        "| table | rows in the dump | before | after | checksum |",
    ]
    lines.append("|---|---:|---:|---:|---|")
    wrong = []
    for table in sorted({*rows, *before, *after}):
        was, now = before.get(table), after.get(table)
        same = was == now and was is not None and was.rows == rows.get(table)
        shown = [
            f"{rows.get(table, 0):,}",
            f"{was.rows:,}" if was else "none",
            f"{now.rows:,}" if now else "none",
        ]
        lines.append(f"| `{table}` | {' | '.join(shown)} | {'the same' if same else '**differs**'} |")
        if not same:
            wrong.append(f"The table {table} is not the same before and after the upgrade.")
    return lines, wrong


def _same_files(before: Path, after: Path) -> tuple[str, list[str]]:
    """The files that a reader of the database at NetRaven's own revision got, beside those after."""
    names = [f"{report}.csv" for report in MAIN.reports]
    unlike = [name for name in names if (before / name).read_bytes() != (after / name).read_bytes()]
    told = (
        f"The same {len(names)} CSV files made before the upgrade, at `{INITIAL}`, by a role that may only "
        "SELECT the columns that these reports read, are byte for byte those that `report all` made "
        "after it: "
        f"{'yes' if not unlike else '**no**'}."
    )
    return told, [f"{name} differs before and after the upgrade." for name in unlike]


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    """The server that is named, or a throw-away one."""
    if url:
        yield url
    else:
        with embedded.throwaway() as server:
            yield server.url()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dump", type=Path, default=DUMP, help="the dump; ../shared/data/… if not given")
    parser.add_argument("--url", help="a server's maintenance database; a throw-away server if not given")
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", action="store_true", help="a few of the views only")
    extent.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)} too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
