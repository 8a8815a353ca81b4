"""Bring a cluster to life, whatever state it was left in."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from netraven_db.embedded import processes
from netraven_db.embedded.accounts import Account, account_for, make_directory, make_private, socket_directory
from netraven_db.embedded.binaries import programs
from netraven_db.embedded.cluster import Cluster
from netraven_db.embedded.creation import create_if_missing
from netraven_db.embedded.probe import Server, await_ready, read_pid_file
from netraven_db.errors import DatabaseUnavailableError, ParameterError

# For a laptop that also runs notebooks. Memory is taken when used.
_DEFAULTS = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "client_connection_check_interval": "1s",  # a notebook interrupted or killed leaves no query running
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",  # statements carry credentials
}
# Nobody asks for a password, so nobody else may knock.
_FIXED = {"listen_addresses": "", "port": "5432", "unix_socket_permissions": "0700"}
_SETTING = re.compile(r"[A-Za-z_][\w.]*")
# The shell forks and is gone: the server is no child of ours, and never a zombie waiting for us.
_DETACH = '"$@" </dev/null >&2 &'


def check_settings(settings: Mapping[str, str]) -> None:
    """
    Raises:
        ParameterError: a name that is none, or one that the launcher needs for itself.
    """
    for name in settings:
        if name.lower() in {*_FIXED, "unix_socket_directories"}:
            raise ParameterError(f"The embedded server sets {name!r} itself: leave it out of the settings.")
        if not _SETTING.fullmatch(name):
            raise ParameterError(f"{name!r} is no name of a PostgreSQL setting: names look like 'work_mem'.")


def revive(cluster: Cluster, settings: Mapping[str, str], *, durable: bool) -> Server:
    """Start the server, or find that it has started meanwhile.

    Raises:
        DatabaseUnavailableError: neither works.
    """
    account = account_for(cluster.directory, cluster.data)
    _make_place(cluster, account)
    with cluster.starting():
        server = _settle(cluster)
        if server is not None:
            return server
        found = programs(account)  # before anything is made
        with cluster.held() as lock:
            create_if_missing(cluster, account, found, durable=durable)
            sockets = _clear_socket_directory(cluster, account)
            (cluster.data / "postmaster.pid").unlink(missing_ok=True)  # its server is dead: we hold its lock
            offset = _spawn(cluster, account, found, {**_DEFAULTS, **settings, **_FIXED}, sockets, lock)
        server = await_ready(cluster, cluster.is_alive, silent=60)
        if server is None:
            processes.end(cluster.data)
            raise DatabaseUnavailableError(
                f"The embedded server in {cluster.directory} did not start: {cluster.last_words(offset)}"
            )
        return server


def _make_place(cluster: Cluster, account: Account) -> None:
    """The cluster's folder. One with other things in it is none of ours to fill."""
    place = cluster.directory
    make_directory(place, account)
    if not account.switch and place.stat().st_uid != account.uid:
        raise DatabaseUnavailableError(f"The folder {place} belongs to another user: name one of your own.")
    if not cluster.is_ours and any(place.iterdir()) and not cluster.is_ours:
        raise DatabaseUnavailableError(
            f"The folder {place} holds other things: name an empty or new one for the embedded server."
        )


def _settle(cluster: Cluster) -> Server | None:
    """The running server once it is ready, else None after the end of all that was left of one."""
    claimed = read_pid_file(cluster)
    # A socket whose backlog is full can refuse for a moment; one that is not there will not come back.
    silent = 1.0 if claimed is not None and claimed.address.exists() else 0.0
    server = await_ready(cluster, lambda: processes.has_master(cluster.data), silent=silent)
    if server is None:
        processes.end(cluster.data)
    return server


def _clear_socket_directory(cluster: Cluster, account: Account) -> Path:
    folder = socket_directory(cluster.directory, account.uid)
    make_private(folder, account)
    for name in folder.iterdir():
        name.unlink(missing_ok=True)
    return folder


def _spawn(
    cluster: Cluster, account: Account, found: Path, settings: Mapping[str, str], sockets: Path, lock: int
) -> int:
    """Run postgres in a session of its own, tied to no terminal and no pipe, as the holder of the lock.

    Returns where in the log its words begin.
    """
    log = cluster.open_log()
    try:
        offset = os.lseek(log, 0, os.SEEK_END)
        given = {**settings, "unix_socket_directories": f'"{sockets}"'}
        options = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
        command = [str(found / "postgres"), "-D", str(cluster.data), *options]
        account.run(
            ["/bin/sh", "-c", _DETACH, "sh", *command],
            stderr=log,
            pass_fds=(lock,),
            new_session=True,
        )
        return offset
    finally:
        os.close(log)
