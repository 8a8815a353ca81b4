"""``lab``: JupyterLab on the notebooks, with a database behind them."""

import os
import shutil
import sys
from pathlib import Path

import click

from netraven_analytics.cli.console import run, say
from netraven_db.errors import NetRavenError, OutputError


@click.command(name="lab")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default="notebooks",
    show_default=True,
    help="Where the notebooks are copied to, unless they are there already.",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[-- JUPYTER OPTIONS]")
def command(folder: Path, options: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks, with the embedded demo database ready.

    --db or NETRAVEN_DATABASE_URL names another database; it is then used as it is.
    """
    from importlib.util import find_spec

    from netraven_analytics import execution

    if find_spec("jupyterlab") is None:
        raise NetRavenError(execution.MISSING)
    if not os.environ.get("NETRAVEN_DATABASE_URL"):
        _prepare_demo()
    _copy(execution.folder(), folder)
    say(f"JupyterLab opens on {folder}; Ctrl-C ends it.")
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *options])


def _prepare_demo() -> None:
    from netraven_analytics.cli import demo

    os.environ["NETRAVEN_DATABASE_URL"] = str(demo.DEMO)
    run(demo.prepare(str(demo.DEMO), devices=200, days=90, seed=2025))


def _copy(source: Path, folder: Path) -> None:
    """What is there already stays: it may hold its reader's work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for notebook in sorted(source.glob("*.ipynb")):
            if not (folder / notebook.name).exists():
                shutil.copyfile(notebook, folder / notebook.name)
    except OSError as error:
        raise OutputError(f"The notebooks cannot be copied to {folder}: {error.strerror}.") from None
