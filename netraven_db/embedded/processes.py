"""The living processes of a cluster, found without trusting any pid file, and how they are ended."""

import signal
import time
from pathlib import Path
from typing import Any

from netraven_db.embedded.binaries import MISSING
from netraven_db.errors import DatabaseUnavailableError

FAST = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
IMMEDIATE = FAST[1:]
_CHILD_TITLE = "postgres: "


def of_cluster(data: Path) -> list[Any]:
    """Each process named postgres that works in the folder, or was told to; children without parent included.

    Raises:
        DatabaseUnavailableError: psutil is not installed.
    """
    psutil = _psutil()
    place = str(data)
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and (process.cwd() == place or place in process.cmdline()):
                found.append(process)
        except (psutil.Error, OSError):  # gone meanwhile, or another user's
            continue
    return found


def has_master(data: Path) -> bool:
    """Whether a postmaster lives, and not only children that lost theirs."""
    return any(_is_master(process) for process in of_cluster(data))


def initdb_of(home: Path) -> bool:
    """Whether an initdb, whose starter may be dead, still writes to the folder."""
    psutil = _psutil()
    for process in psutil.process_iter():
        try:
            if process.name() == "initdb" and f"--pgdata={home}" in process.cmdline() and _lives(process):
                return True
        except (psutil.Error, OSError):
            continue
    return False


def end(data: Path, steps: tuple[tuple[signal.Signals, float], ...] = FAST) -> bool:
    """End every process of the cluster; whether there was any.

    Only a postmaster is asked to end its children; orphans get no polite signal, since a checkpointer among
    them would answer it by writing a shutdown checkpoint beside living sessions.

    Raises:
        DatabaseUnavailableError: some process outlives it all, or is not ours to end.
    """
    found = of_cluster(data)
    if not found:
        return False
    for number, patience in steps:
        masters = [process for process in found if _is_master(process)]
        if number is signal.SIGINT and not masters:
            continue
        _send(found if number is signal.SIGKILL else masters or found, number)
        _wait(found, patience)
        found = of_cluster(data)
        if not found:
            return True
    pids = ", ".join(str(process.pid) for process in found)
    raise DatabaseUnavailableError(f"The embedded server of {data} cannot be ended (processes {pids}).")


def _is_master(process: Any) -> bool:
    try:
        return not " ".join(process.cmdline()).startswith(_CHILD_TITLE)
    except (_psutil().Error, OSError):
        return False


def _send(found: list[Any], number: signal.Signals) -> None:
    psutil = _psutil()
    for process in found:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:
            raise DatabaseUnavailableError(
                f"The embedded server (process {process.pid}) was started by another user."
            ) from None


def _wait(processes: list[Any], patience: float) -> None:
    """Not psutil's own wait, to which a zombie lives until somebody reaps it: in a container, nobody may."""
    deadline = time.monotonic() + patience
    while processes and time.monotonic() < deadline:
        time.sleep(0.005)
        processes = [process for process in processes if _lives(process)]


def _lives(process: Any) -> bool:
    psutil = _psutil()
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _psutil() -> Any:
    try:
        import psutil
    except ImportError:
        raise DatabaseUnavailableError(MISSING.format("the package 'psutil'")) from None
    return psutil
