"""``lab``: JupyterLab on the notebooks, with a database behind them."""

import os
import shutil
import socket
import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import click

from netraven_analytics.cli.console import run, say
from netraven_db.errors import NetRavenError, OutputError, ParameterError

_DAY = timedelta(days=1)  # for so long a reader finds again what the lessons had him write


@click.command(name="lab")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default="notebooks",
    show_default=True,
    help="Where the notebooks are copied to, unless they are there already.",
)
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Where to listen; else 8888, or the next free one."
)
@click.option("--no-browser", is_flag=True, help="Print the address, and leave opening it to you.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[-- JUPYTER OPTIONS]")
def command(folder: Path, port: int | None, no_browser: bool, options: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks, with the embedded demo database ready.

    --db or NETRAVEN_DATABASE_URL names another database; it is then used as it is.
    """
    from netraven_analytics import execution

    if find_spec("jupyterlab") is None:
        raise NetRavenError(execution.MISSING)
    if port is not None:
        _require_free(port)
    _copy(execution.folder(), folder)
    if not os.environ.get("NETRAVEN_DATABASE_URL"):
        _prepare_demo()
    say(f"JupyterLab opens on {folder}; Ctrl-C ends it.")
    arguments = [
        f"--ServerApp.root_dir={folder}",
        *([f"--port={port}", "--ServerApp.port_retries=0"] if port is not None else []),
        *(["--no-browser"] if no_browser else []),
        *(["--allow-root"] if os.geteuid() == 0 else []),  # who may do anything need not be asked again
    ]
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *arguments, *options])


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ParameterError(
                f"JupyterLab cannot listen on port {port} ({error.strerror}): name another one with --port, "
                "or leave it out to have a free one."
            ) from None


def _prepare_demo() -> None:
    from netraven_analytics.cli import demo

    os.environ["NETRAVEN_DATABASE_URL"] = str(demo.DEMO)
    run(demo.prepare(str(demo.DEMO), demo.fleet(), keep=_DAY))


def _copy(source: Path, folder: Path) -> None:
    """What is there already stays: it may hold its reader's work."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for notebook in sorted(source.glob("*.ipynb")):
            if not (folder / notebook.name).exists():
                shutil.copyfile(notebook, folder / notebook.name)
    except OSError as error:
        raise OutputError(f"The notebooks cannot be copied to {folder}: {error.strerror}.") from None
