"""Start, find, stop: the synchronous face of the embedded server."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from netraven_db.embedded import processes
from netraven_db.embedded.binaries import MISSING
from netraven_db.embedded.cluster import Cluster
from netraven_db.embedded.launch import check_settings, revive
from netraven_db.embedded.probe import NotReadyError, Server, attach, ensure_database, read_pid_file
from netraven_db.errors import DatabaseUnavailableError

__all__ = ["Server", "default_directory", "ensure_database", "start", "status", "stop"]


def default_directory() -> Path:
    """The per-user folder of the cluster, by HOME and XDG_DATA_HOME.

    Raises:
        DatabaseUnavailableError: there is no home folder to put it in, or platformdirs is not installed.
    """
    try:
        from platformdirs import user_data_dir
    except ImportError:
        raise DatabaseUnavailableError(MISSING.format("the package 'platformdirs'")) from None
    with suppress(RuntimeError):  # newer releases refuse where older ones return "~"
        folder = Path(user_data_dir("netraven-analytics"))
        if folder.is_absolute():
            return folder / "postgres-18"
    raise DatabaseUnavailableError(
        "This user has no home folder to keep the embedded server's data in: set HOME, or name a folder with "
        "NETRAVEN_DATABASE_URL=embedded:DIRECTORY."
    )


def start(directory: Path | None = None, *, settings: Mapping[str, str] | None = None) -> Server:
    """The server of the folder, started if none runs, with a database ``netraven`` in it.

    ``settings`` are PostgreSQL's own and count for a server that this call starts, not for one it finds.

    Raises:
        DatabaseUnavailableError: it cannot be started or reached; the message says why and where the log is.
        ParameterError: a setting that the launcher itself depends on.
    """
    return run(directory, settings or {}, durable=True)


def run(directory: Path | None, settings: Mapping[str, str], *, durable: bool) -> Server:
    """As :func:`start`; what is not durable is not even flushed when it is created."""
    check_settings(settings)
    cluster = _cluster(directory)
    with _faults_of(cluster):
        # A server that is not ready yet is waited for behind the lock.
        with suppress(NotReadyError):
            server = attach(cluster, create=True)
            if server is not None:
                return server
        return revive(cluster, settings, durable=durable)


def stop(directory: Path | None = None) -> bool:
    """Stop the server, politely first; False if none was running.

    Raises:
        DatabaseUnavailableError: it is another user's.
    """
    cluster = _cluster(directory)
    # A folder may be gone while its server still runs, and a folder that is not ours stays as it is.
    with _faults_of(cluster), cluster.starting() if cluster.is_ours else nullcontext():
        claimed = read_pid_file(cluster)
        stopped = processes.end(cluster.data)
        if stopped and claimed is not None:
            with suppress(OSError):  # left alone if anything is in it
                claimed.socket_directory.rmdir()
        return stopped


def status(directory: Path | None = None) -> Server | None:
    """The server of the folder if one runs and answers.

    Raises:
        DatabaseUnavailableError: the folder cannot be read.
    """
    cluster = _cluster(directory)
    with _faults_of(cluster):
        try:
            return attach(cluster)
        except NotReadyError:
            return None


def _cluster(directory: Path | None) -> Cluster:
    place = default_directory() if directory is None else directory
    try:
        return Cluster(place.expanduser().resolve())
    except (OSError, RuntimeError) as error:  # a loop of links, or an unknown ~user
        raise DatabaseUnavailableError(f"{place} cannot be the embedded server's folder: {error}.") from None


@contextmanager
def _faults_of(cluster: Cluster) -> Iterator[None]:
    """The system's faults (no permission, read-only, full) in a sentence for the user."""
    try:
        yield
    except (OSError, subprocess.SubprocessError) as error:
        told = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        where = getattr(error, "filename", None) or cluster.directory
        raise DatabaseUnavailableError(
            f"The embedded server in {cluster.directory} cannot be used ({told}: {where}): mend that, "
            "or name another folder with NETRAVEN_DATABASE_URL=embedded:DIRECTORY."
        ) from error
