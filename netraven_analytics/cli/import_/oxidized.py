"""``import oxidized``: a git archive into a database of its own."""

import os
from collections.abc import Collection, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netraven_analytics.cells import printable
from netraven_analytics.cli.console import print_json, run, say
from netraven_analytics.cli.receiving import receiving, tell_how_to_point_at
from netraven_analytics.progress import progress_bar
from netraven_analytics.text import counted
from netraven_db.settings import EmbeddedTarget, MaskedURL, describe_url

if TYPE_CHECKING:
    from netraven_analytics.importers import Archive, Entry, Imported

ARCHIVE = EmbeddedTarget(database="archive")
_NAMED = 5  # of each list in the summary; --json has them all


@click.command(name="oxidized")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--into",
    metavar="URL",
    help=f"The database; '{ARCHIVE}', of the embedded server, unless you name one. A list of processes shows "
    "a password in it: leave that to PGPASSWORD or ~/.pgpass.",
)
@click.option(
    "--router-db",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Addresses and models: lines name:address:model, as Oxidized's, or name;vendor;state, as RANCID's.",
)
@click.option("--revision", default="HEAD", metavar="REV", help="The branch, tag or commit to read up to.")
@click.option("--anew", is_flag=True, help="Forget what was imported and import everything again.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    context: click.Context,
    path: Path,
    into: str | None,
    router_db: Path | None,
    revision: str,
    anew: bool,
    as_json: bool,
) -> None:
    """Import the configurations of a git archive, with all their history.

    PATH is a git repository, bare or not, with one file for each device, or a folder of such, as Oxidized and
    RANCID keep them. Run it again to import what is new. It goes into a database of its own, and never among
    devices that it did not make.
    """
    from netraven_analytics.importers import open_archive, read_router_db

    if context.find_root().params.get("db") is not None:
        raise click.UsageError("import takes --into URL after the path, and not --db: it fills a database.")
    if into is not None and not into.strip():
        raise click.BadParameter("it is empty: name a database, such as embedded.", param_hint="--into")
    url = MaskedURL(into or str(ARCHIVE))
    listed = read_router_db(router_db) if router_db else {}
    imported = run(_import(open_archive(path, revision), url, listed, anew))
    if as_json:
        print_json({**_plain(imported), "database": describe_url(url)})
    else:
        _tell(imported, url)
    _refresh(url)


def _tell(imported: "Imported", url: str) -> None:
    for line in _summary(imported):
        click.echo(printable(line))
    click.echo()
    tell_how_to_point_at(url)
    click.echo("\nThen, for example: netraven-analytics config changes --since all\n")


def _refresh(url: str) -> None:
    """Store what the first question would else have to find out from all texts."""
    from netraven_analytics.refresh import refresh

    os.environ["NETRAVEN_DATABASE_URL"] = url
    say("Storing digests, so that changes are found quickly; if interrupted, 'config refresh' goes on …")
    with progress_bar("Snapshots") as progress:
        run(refresh(progress))


async def _import(archive: "Archive", url: str, listed: "dict[str, Entry]", anew: bool) -> "Imported":
    from netraven_analytics.importers import OWNER, load

    async with receiving(url, OWNER.look) as connection:
        say(f"Reading {archive.path} …")
        with progress_bar("Commits") as progress:
            return await load(connection, archive, listed, anew=anew, progress=progress)


def _plain(imported: "Imported") -> dict[str, Any]:
    from netraven_analytics.cells import plain

    return plain(asdict(imported))  # type: ignore[no-any-return]


def _summary(imported: "Imported") -> Iterator[str]:
    """What was imported, and what to know of it."""
    if not imported.commits:
        yield "Nothing is new since the last import."
    figures = {
        "devices": f"{imported.devices:,} ({imported.new_devices:,} new)",
        "snapshots": f"{imported.total_snapshots:,} ({imported.snapshots:,} new)",
        "commits read": f"{imported.commits:,}",
    }
    if imported.first_at and imported.last_at:
        figures["from, until"] = f"{imported.first_at:%Y-%m-%d}, {imported.last_at:%Y-%m-%d}"
    yield ""
    yield from (f"  {name:16}{figure}" for name, figure in figures.items())
    yield ""
    for why, files in imported.skipped.items():
        yield f"Skipped, {why}: {_few(files)}."
    yield from _notes(imported)


def _notes(imported: "Imported") -> Iterator[str]:
    if imported.empty:
        yield f"Without any commit yet: {_few(imported.empty)}."
    if imported.gone:
        yield f"Not there any more, their devices stay: {_few(imported.gone)}."
    if imported.renamed:
        yield f"Renamed: {_few(imported.renamed)}."
    if imported.removed:
        yield f"Removed from the archive: {counted(imported.removed, 'device')}; the history stays."
    unsure = {
        "addresses unknown": imported.without_address,
        "models guessed from the text": imported.guessed,
        "models unknown": imported.without_model,
    }
    if any(unsure.values()):
        said = ", ".join(f"{what} of {counted(count, 'device')}" for what, count in unsure.items() if count)
        yield f"Not told, {said}: --router-db FILE tells them."
    if imported.latin_1:
        yield f"Not UTF-8, taken as Latin-1: {_few(imported.latin_1)}."
    if imported.times_moved:
        yield f"Commits whose time went back, or lies ahead: {imported.times_moved:,}; moved into order."
    yield from imported.notes


def _few(names: Collection[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(list(names)[:_NAMED]) + more
