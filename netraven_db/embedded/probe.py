"""Whether a server runs and is the right one: a real session answers that, a pid file does not."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from netraven_db.embedded import wire
from netraven_db.embedded.accounts import is_private
from netraven_db.embedded.cluster import Cluster
from netraven_db.embedded.creation import SUPERUSER
from netraven_db.errors import DatabaseUnavailableError, ParameterError

DATABASE = "netraven"
_CANNOT_CONNECT_NOW = "57P03"
_TOO_MANY_CONNECTIONS = "53300"
_NO_SUCH_DATABASE = "3D000"
_DATABASE_EXISTS = ("42P04", "23505")  # the second when two processes create it in the same instant
_NAME_LIMIT = 63


class NotReadyError(DatabaseUnavailableError):
    """A server lives, but takes no sessions yet, or not any more."""


class SilentServerError(DatabaseUnavailableError):
    """A server lives and does not say a word, as one that was stopped with SIGSTOP."""


@dataclass(frozen=True)
class Server:
    """A running server; ``directory`` is the cluster's folder."""

    directory: Path
    socket_directory: Path
    port: int
    pid: int

    def url(self, database: str = DATABASE) -> str:
        host = quote(str(self.socket_directory), safe="")
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={host}&port={self.port}"

    @property
    def address(self) -> Path:
        return self.socket_directory / f".s.PGSQL.{self.port}"


def ensure_database(server: Server, name: str) -> None:
    """Create the database unless it exists; two processes at once are fine.

    Raises:
        ParameterError: no database can have that name.
        DatabaseUnavailableError: the server is gone or refuses.
    """
    if not 0 < len(name.encode()) <= _NAME_LIMIT or "\0" in name:
        raise ParameterError(f"{name!r} cannot name a database: a name has 1 to {_NAME_LIMIT} bytes.")
    literal, identifier = name.replace("'", "''"), name.replace('"', '""')
    known = f"SELECT 1 FROM pg_database WHERE datname = '{literal}'"
    create = f'CREATE DATABASE "{identifier}" TEMPLATE template0'
    try:
        if not wire.ask(server.address, SUPERUSER, "postgres", known):
            wire.ask(server.address, SUPERUSER, "postgres", create, seconds=60)
    except wire.RefusalError as refusal:
        if refusal.code not in _DATABASE_EXISTS:
            raise _refused(server.directory, refusal) from None
    except OSError as error:
        raise DatabaseUnavailableError(
            f"The embedded server in {server.directory} does not answer ({error}): "
            "run `netraven-analytics db start`."
        ) from None


def attach(cluster: Cluster, *, create: bool = False) -> Server | None:
    """The cluster's server if it answers; ``create`` also makes sure of its database.

    Raises:
        NotReadyError: it lives, but cannot answer now.
        SilentServerError: it lives, and gives no answer in time.
        DatabaseUnavailableError: it refuses us.
    """
    server = read_pid_file(cluster)
    # Cleaners of /tmp make room for anybody's folder of the same name.
    if server is None or not is_private(server.socket_directory, _owners(cluster)):
        return None
    try:
        served = wire.ask(server.address, SUPERUSER, DATABASE, "SHOW data_directory")
    except wire.RefusalError as refusal:
        if refusal.code == _CANNOT_CONNECT_NOW:
            raise NotReadyError(_not_ready(cluster, str(refusal))) from None
        if refusal.code == _NO_SUCH_DATABASE and create:
            ensure_database(server, DATABASE)
        elif refusal.code not in (_NO_SUCH_DATABASE, _TOO_MANY_CONNECTIONS):
            raise _refused(cluster.directory, refusal) from None
        return server
    except TimeoutError:
        raise SilentServerError(
            f"The embedded server in {cluster.directory} gives no answer: see whether its process "
            f"{server.pid} is stopped or overloaded, and {cluster.log}."
        ) from None
    except (BlockingIOError, ConnectionResetError, BrokenPipeError) as error:
        raise NotReadyError(_not_ready(cluster, str(error))) from None
    except OSError:  # nobody listens there
        return None
    # A copied folder brings along the pid file of a server that serves the original.
    return server if served == [str(cluster.data)] else None


def await_ready(
    cluster: Cluster, alive: Callable[[], bool], *, silent: float, patience: float = 120.0
) -> Server | None:
    """Wait for the server: ``silent`` seconds while nobody listens, ``patience`` while it asks us to wait.

    None when it died, or stayed silent.

    Raises:
        NotReadyError, SilentServerError: it lives, and has not become ready.
        DatabaseUnavailableError: it refuses us.
    """
    begin, pause = time.monotonic(), 0.005
    while True:
        try:
            server = attach(cluster, create=True)
            if server is not None or time.monotonic() - begin >= silent:
                return server
        except NotReadyError:
            if time.monotonic() - begin >= patience:
                raise
            pause = min(2 * pause, 0.25)  # it logs each of these
        if not alive():
            return None
        time.sleep(pause)


def read_pid_file(cluster: Cluster) -> Server | None:
    """What the pid file claims, if it is whole and about this folder; true only if a session confirms it."""
    data = cluster.data
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    with suppress(ValueError, IndexError):
        pid, port, sockets = int(lines[0]), int(lines[3]), Path(lines[4])
        if lines[1] == str(data) and sockets.is_absolute():
            return Server(cluster.directory, sockets, port, pid)
    return None


def _owners(cluster: Cluster) -> set[int]:
    return {os.geteuid(), cluster.data.stat().st_uid}


def _refused(directory: Path, refusal: wire.RefusalError) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(f"The embedded server in {directory} refuses: {refusal}.")


def _not_ready(cluster: Cluster, said: str) -> str:
    return (
        f"The embedded server in {cluster.directory} runs, but takes no sessions ({said}): try again in a "
        f"minute, or see {cluster.log}."
    )
