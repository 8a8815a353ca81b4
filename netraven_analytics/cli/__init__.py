"""The command ``netraven-analytics``. Its parts load when they are used, so that ``--help`` is quick."""

import gc
import io
import os
import sys
import warnings
from typing import Any

import click

from netraven_analytics.cli.console import fail, say
from netraven_analytics.cli.lazy import LazyGroup

COMMANDS = {
    "demo": "Load a made-up fleet, write every report, and say how to look at it.",
    "db": "The database: check, upgrade, status, who may read it; start and stop the embedded server.",
    "report": "The reports: list them, run one, write them all, or the fleet on one page.",
    "config": "Configurations through time: changes, show, diff, blame, search, refresh.",
    "import": "Bring your own archive: the git repositories of Oxidized and RANCID.",
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
    help="The database: postgresql://…, embedded or embedded:DIRECTORY; else NETRAVEN_DATABASE_URL, where no "
    "list of processes shows a password.",
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
    warnings.showwarning = _tell
    try:
        sys.exit(app(prog_name="netraven-analytics", standalone_mode=False))
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        say(shown.getvalue().rstrip("\n"))  # it repeats what was typed, with all that steers a terminal
        sys.exit(error.exit_code)
    except click.Abort:
        say("Aborted.")
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        from netraven_analytics.wire.told import explained

        told = explained(error)
        if told is None:
            raise
        sys.exit(fail(told))


def _tell(message: Warning | str, *_: Any, **__: Any) -> None:
    """A warning is a sentence for the reader too, without the place in our source that it comes from."""
    say(f"Note: {message}")
