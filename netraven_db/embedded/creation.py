"""A new cluster appears whole under its name or not at all."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from netraven_db.embedded import processes
from netraven_db.embedded.accounts import Account, root_store
from netraven_db.embedded.cluster import Cluster, reason
from netraven_db.errors import DatabaseUnavailableError

SUPERUSER = "netraven"
_UNFINISHED = "data.new-"
# The built-in provider sorts and folds alike on every system, whatever locales are installed.
_INITDB = (
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth-local=trust",  # nobody else can enter the socket's folder
    "--auth-host=reject",
    "--no-instructions",
)


def create_if_missing(cluster: Cluster, account: Account, programs: Path, *, durable: bool) -> None:
    """Run initdb beside the final name, then rename.

    Raises:
        DatabaseUnavailableError: initdb fails, or something else is in the way.
    """
    remove_unfinished(cluster)
    if (cluster.data / "PG_VERSION").exists():
        return
    name = cluster.directory / "data"
    if name.is_symlink() or (name.exists() and any(name.iterdir())):
        raise DatabaseUnavailableError(
            f"{name} leads to no PostgreSQL data: put the data back, or remove it to start with none."
        )
    # A name never used before: an initdb that outlived its killed starter may still write to the last one.
    staging = cluster.directory / f"{_UNFINISHED}{os.urandom(4).hex()}"
    try:
        _make_home(staging, account)
        _initdb(cluster, staging.resolve(), account, programs, durable=durable)
        with suppress(FileNotFoundError):
            name.rmdir()
        staging.rename(name)
        if durable:
            _sync(cluster.directory)
    finally:
        remove_unfinished(cluster)


def remove_unfinished(cluster: Cluster) -> bool:
    """Remove what killed starters left; whether nothing is left now.

    An initdb still at work is let finish, and its folder left to the next start: pulling it away makes the
    initdb panic, and then its shared memory segment stays, of which macOS has only 32.
    """
    for staging in cluster.directory.glob(f"{_UNFINISHED}*"):
        if not processes.initdb_of(staging.resolve()):
            remove_data(staging)
    return not any(cluster.directory.glob(f"{_UNFINISHED}*"))


def remove_data(name: Path) -> None:
    """Remove a data directory, and the link that leads to it."""
    shutil.rmtree(name.resolve(), ignore_errors=True)
    if name.is_symlink():
        name.unlink(missing_ok=True)


def _make_home(staging: Path, account: Account) -> None:
    """An empty folder of the account's, or a link to one where the account cannot come here.

    Modes of parents are their owner's business. The name in root's store is random, so that a cluster removed
    or moved by hand can never meet another's data again.
    """
    if account.can_enter(staging.parent):
        staging.mkdir(mode=0o700)
    else:
        staging.symlink_to(tempfile.mkdtemp(prefix="cluster-", dir=root_store()))
    account.own(staging.resolve())


def _initdb(cluster: Cluster, home: Path, account: Account, programs: Path, *, durable: bool) -> None:
    options = [*_INITDB, f"--pgdata={home}", *([] if durable else ["--no-sync"])]
    done = account.run([str(programs / "initdb"), *options], stderr=subprocess.PIPE)
    if done.returncode != 0:
        log = cluster.open_log()
        with suppress(OSError):  # the disk may be full
            os.write(log, done.stderr.encode())
        os.close(log)
        raise DatabaseUnavailableError(
            f"initdb could not make a cluster in {cluster.directory}: "
            f"{reason(done.stderr) or f'it ended with {done.returncode}'} (log: {cluster.log})"
        )


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
