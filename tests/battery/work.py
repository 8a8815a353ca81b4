"""What a process that may be killed does: write a file, or all reports, and perhaps end itself on the way."""

import asyncio
import fcntl
import os
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from netraven_analytics import bundle as bundles
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


def bundle(path: str, as_of: str | None = None, meet: str = "", die_after: float | None = None) -> None:
    """Where there is a folder to ``meet`` in, two writers begin to write at once; one may then die."""
    if meet:
        _meet(Path(meet), die_after)
    asyncio.run(write_bundle(path, {"as_of": as_of} if as_of else None))


def _meet(place: Path, die_after: float | None) -> None:
    """Let what was read wait for the other writer, and count the time to live from then."""
    read = bundles._read

    async def together(*args: Any) -> Any:
        seen = await read(*args)
        (place / str(os.getpid())).touch()
        while len(os.listdir(place)) < 2:
            await asyncio.sleep(0.001)
        if die_after is not None:
            threading.Timer(die_after, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return seen

    bundles._read = together


def _die_at(place: Any, name: str, *, after: bool) -> None:
    """Let a call be the process's last: what it does is done, or not begun."""
    call: Callable[..., Any] = getattr(place, name)

    def last(*args: Any, **options: Any) -> None:
        if after:
            call(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, last)
