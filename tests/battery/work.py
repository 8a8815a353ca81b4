"""What a process that may be killed does: write a file, or all reports, and perhaps end itself on the way."""

import asyncio
import fcntl
import os
import signal
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from netraven_analytics import files
from netraven_analytics.bundle import write_bundle
from netraven_analytics.exports import FORMATS, export, writer_of
from netraven_analytics.reports import catalogue
from netraven_db.errors import NetRavenError, exit_code

ROWS = 2000
# Where a process may be killed: the calls that make a file, in their order.
STEPS: dict[str, tuple[Any, str]] = {
    "the draft is made": (tempfile, "mkstemp"),
    "it is locked": (fcntl, "flock"),
    "it is on the disk": (os, "fsync"),
    "it has its mode": (os, "chmod"),
    "it has its name": (Path, "replace"),
    "the folder is on the disk": (files, "_sync_folder"),
}
for _format in FORMATS:
    writer_of(_format)  # loaded now, and not in each child
_REPORTS = dict(catalogue)


def table(version: int) -> pd.DataFrame:
    """The rows of a version of the file: every cell says which."""
    texts = pd.Series([f"version {version}"] * ROWS, dtype="str")
    made = pd.DataFrame({"n": range(ROWS), "text": texts, "again": texts})
    made.attrs["netraven"] = {"report": f"version {version}"}
    return made


def do(what: str, path: str, **how: Any) -> None:
    """Do it and end the process; its exit code is the toolkit's."""
    code = 0
    try:
        {"write": write, "bundle": bundle}[what](path, **how)
    except NetRavenError as error:
        code = exit_code(error)
    except BaseException:
        traceback.print_exc()
        code = 99
    os._exit(code)


def write(path: str, version: int, step: str = "", after: bool = False) -> None:
    if step:
        _die_at(*STEPS[step], after=after)
    export(table(version), path)


def bundle(path: str) -> None:
    asyncio.run(write_bundle(path))


def _die_at(place: Any, name: str, *, after: bool) -> None:
    """Let a call be the process's last: what it does is done, or not begun."""
    call: Callable[..., Any] = getattr(place, name)

    def last(*args: Any, **options: Any) -> None:
        if after:
            call(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, last)
