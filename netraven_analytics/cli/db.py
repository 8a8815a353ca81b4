"""``db``: is the database there, is its schema current, and the embedded server's life."""

import os
from dataclasses import asdict
from typing import Any

import click

from netraven_analytics.cli.console import out, print_json, run
from netraven_analytics.cli.roles import doctor, grant_reporting
from netraven_analytics.progress import progress_bar
from netraven_db.errors import ParameterError
from netraven_db.settings import EmbeddedTarget, Settings, describe_url, embedded_target

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(name="db")
def command() -> None:
    """The database: check, upgrade, status, who may read it; start and stop the embedded server."""


command.add_command(grant_reporting)
command.add_command(doctor)


@command.command()
@_as_json
def check(as_json: bool) -> None:
    """Connect once; exit 0 and one line when it works."""
    from netraven_db.db.session import check_db_connection

    line = run(check_db_connection())
    print_json({"ok": True, "database": line}) if as_json else out(f"{line}\n")


@command.command()
def upgrade() -> None:
    """Create or upgrade the schema, in place; nothing that is stored is lost.

    Then the configurations that are there get their digests, in short transactions: that can be interrupted,
    and goes on with the next upgrade or with 'config refresh'.
    """
    from netraven_db import migrate
    from netraven_db.services.digests import backfill

    target = embedded_target(_url())
    if target is not None:
        from netraven_db import embedded

        embedded.ensure_database(embedded.start(target.directory), target.database)
    run(migrate.upgrade())
    with progress_bar("Digests of configurations") as progress:
        run(backfill(progress))
    state = run(migrate.state())
    out(f"The schema is at {state.analytics_revision}: {describe_url(_url())}\n")


@command.command()
@_as_json
def status(as_json: bool) -> None:
    """Which database, which schema, and whether the embedded server runs."""
    report: dict[str, Any] = {"database": describe_url(_url())}
    target = embedded_target(_url())
    if target is not None:
        from netraven_db import embedded

        server = embedded.status(target.directory)
        report["embedded"] = "running" if server else "stopped"
        report["directory"] = str(
            server.directory if server else target.directory or embedded.default_directory()
        )
        if server is None:  # asking the database would start it
            return _show(report, as_json)
    from netraven_db import migrate

    state = run(migrate.state())
    report |= {key: value for key, value in asdict(state).items() if key != "tables_missing"}
    report["current"] = state.is_current
    _show(report, as_json)


@command.command()
def start() -> None:
    """Start the embedded server, if it does not run yet."""
    from netraven_db import embedded

    server = embedded.start(_embedded().directory)
    out(f"The embedded server runs: {server.directory} (process {server.pid})\n")


@command.command()
def stop() -> None:
    """Stop the embedded server; its data stay."""
    from netraven_db import embedded

    stopped = embedded.stop(_embedded().directory)
    out(f"The embedded server {'is stopped' if stopped else 'was not running'}.\n")


def _show(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    for key, value in report.items():
        out(f"{key.replace('_', ' ')}: {value}\n")


def _url() -> str:
    return Settings.from_environment().database_url


def _embedded() -> EmbeddedTarget:
    """The embedded server that is meant: the named one, or the user's own where nothing is named."""
    if not (os.environ.get("NETRAVEN_DATABASE_URL") or os.environ.get("DB_URL")):
        return EmbeddedTarget()
    target = embedded_target(_url())
    if target is None:
        raise ParameterError(
            f"{describe_url(_url())} is not the embedded server: only 'embedded' or 'embedded:DIRECTORY' is "
            "started and stopped here."
        )
    return target
