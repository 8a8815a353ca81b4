"""A server for one test run, which cannot outlive the process that made it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import netraven_db
from netraven_db.embedded.removal import remove
from netraven_db.embedded.server import Server, run

_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def throwaway(**settings: str) -> Iterator[Server]:
    """A server in a temporary folder; both are gone at the end of the block, or of this process.

    Raises:
        DatabaseUnavailableError: it cannot be started.
        ParameterError: a setting that the launcher itself depends on.
    """
    directory = Path(tempfile.mkdtemp(prefix="netraven-")).resolve()
    if os.geteuid() == 0:
        directory.chmod(0o711)  # the server's account passes through
    guard = _guard(directory)
    try:
        yield run(directory, {**_SETTINGS, **settings}, durable=False)
    finally:
        guard.communicate()
        remove(directory)  # nothing is left to do, unless somebody ended the guard


def _guard(directory: Path) -> "subprocess.Popen[bytes]":
    """A process that tidies up after the end of ours, of which a pipe tells it even on `kill -9`."""
    home = str(Path(netraven_db.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-m", "netraven_db.embedded.guard", str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us
        cwd="/",
        env={**os.environ, "PYTHONPATH": os.pathsep.join([home, *filter(None, sys.path)])},
    )
