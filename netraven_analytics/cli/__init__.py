"""The command ``netraven-analytics``. Its parts load when they are used, so that ``--help`` is quick."""

import gc
import os
import sys

import click

from netraven_analytics.cli.console import fail
from netraven_analytics.cli.lazy import LazyGroup

COMMANDS = {
    "demo": "Load a made-up fleet, write every report, and say how to look at it.",
    "db": "The database: check, upgrade, status; start and stop the embedded server.",
    "report": "The reports: list them, run one, or write them all.",
    "config": "Configurations through time: changes, show, diff, blame, search, refresh.",
    "check": "Hold reports against objectives; exit 1 where one is missed.",
    "notebooks": "The onboarding and reporting notebooks: list them, run them.",
    "lab": "Open JupyterLab on the notebooks, with the demo database ready.",
    "sql": "Run a query of your own; it can only read.",
}
_SETTINGS = {
    "help_option_names": ["-h", "--help"],
    # Options may be written with hyphens or with underscores.
    "token_normalize_func": lambda name: name.replace("_", "-"),
    "max_content_width": 100,
}


@click.group(cls=LazyGroup, commands_of=COMMANDS, context_settings=_SETTINGS)
@click.option(
    "--db",
    metavar="URL",
    help="The database: postgresql://…, embedded or embedded:DIRECTORY; else NETRAVEN_DATABASE_URL.",
)
@click.version_option(package_name="netraven-analytics", message="%(prog)s %(version)s")
def app(db: str | None) -> None:
    """Answers from a NetRaven database: how long backups take, what fails, what changed."""
    if db is not None:
        if not db.strip():
            raise click.BadParameter("it is empty: name a database, such as embedded.", param_hint="--db")
        os.environ["NETRAVEN_DATABASE_URL"] = db


def main() -> None:
    """The entry point: a user's mistake is one sentence on stderr and an exit code, no traceback."""
    # Imports make many objects that stay; a short command need not visit them often.
    gc.set_threshold(100_000)
    try:
        app(prog_name="netraven-analytics")
    except BrokenPipeError:  # the reader of our output, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        from netraven_analytics.wire.told import explained

        told = explained(error)
        if told is None:
            raise
        sys.exit(fail(told))
