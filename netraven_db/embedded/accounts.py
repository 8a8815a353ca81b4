"""Whose rights a server runs with, and the folders it needs.

PostgreSQL refuses to run as root. Root therefore acts as the owner of the place it works in (so that ``sudo``
leaves nothing behind that the user cannot use), and where that is root itself, as ``postgres`` or ``nobody``.
"""

import os
import pwd
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netraven_db.errors import DatabaseUnavailableError

_SERVICE_ACCOUNTS = ("postgres", "_postgres", "nobody")
_ROOT_STORES = ("/var/lib/netraven-analytics", "/var/tmp/netraven-analytics")


@dataclass(frozen=True)
class Account:
    """The user and group of a server; ``switch`` says that we are root and have to become it."""

    uid: int
    gid: int
    switch: bool

    def run(
        self,
        arguments: list[str],
        *,
        stderr: int = subprocess.DEVNULL,
        pass_fds: tuple[int, ...] = (),
        new_session: bool = False,
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program as this account, away from our folder, input and language."""
        return subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            pass_fds=pass_fds,
            start_new_session=new_session,
            cwd="/",  # ours may be closed to the account
            env=_environment(os.environ),
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
            text=True,
            errors="replace",
            check=False,
        )

    def can_enter(self, folder: Path) -> bool:
        """Asked of the system, since modes alone do not tell (access lists, mounts)."""
        if not self.switch:
            return True
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]).returncode == 0

    def own(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(place: Path, data: Path) -> Account:
    """The account that runs the server of a cluster to be at ``place``, its files in ``data``.

    Raises:
        DatabaseUnavailableError: we are root, and no unprivileged account exists.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    for found in (data, nearest(place)):
        owner = found.stat() if found.exists() else None
        if owner and owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid, switch=True)
    for name in _SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, switch=True)
    raise DatabaseUnavailableError(
        "PostgreSQL refuses to run as root, and there is no account 'postgres' or 'nobody' to run it as: "
        "add one, or work as another user."
    )


def nearest(place: Path) -> Path:
    """The folder itself, or else its nearest parent that exists."""
    return next(folder for folder in (place, *place.parents) if folder.exists())


def make_directory(place: Path, account: Account) -> None:
    """The cluster's folder and missing parents, owned by the owner of the place, who has to tidy up."""
    origin = nearest(place)
    owner = origin.stat()
    missing = [folder for folder in (place, *place.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        if account.switch:
            os.chown(folder, owner.st_uid, owner.st_gid, follow_symlinks=False)
    if missing:
        # A service account has to pass through the folder, though it may not list it.
        place.chmod(0o700 if owner.st_uid == account.uid else 0o711)


def socket_directory(place: Path, uid: int) -> Path:
    """A short name for the sockets of the cluster at ``place``; socket paths end at about 100 bytes.

    Not below XDG_RUNTIME_DIR, and below TMPDIR only at need: these may end with a login or a batch job,
    which a shared server outlives.
    """
    import tempfile
    from hashlib import sha256

    base = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else tempfile.gettempdir()
    return Path(base) / f"netraven-{uid}-{sha256(os.fsencode(place)).hexdigest()[:16]}"


def is_private(folder: Path, owners: set[int]) -> bool:
    """Whether it is a real folder of one of these users that nobody else can reach into."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and not found.st_mode & 0o077


def make_private(folder: Path, account: Account) -> None:
    """Make the folder for the account alone, or take it as it is when it is so already.

    Raises:
        DatabaseUnavailableError: somebody else was there first.
    """
    owners = {account.uid, os.geteuid()}
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
            raise DatabaseUnavailableError(
                f"{folder} is not a folder of ours, so a socket in it could be anybody's: have it removed."
            ) from None
        folder.chmod(0o700)
    account.own(folder)


def root_store() -> Path:
    """Where root keeps what the server's account must reach when the place itself is closed to it.

    Raises:
        DatabaseUnavailableError: there is no such place that only root can write.
    """
    for candidate in map(Path, _ROOT_STORES):
        try:
            candidate.mkdir(mode=0o755, parents=True, exist_ok=True)
            found = candidate.lstat()
        except OSError:
            continue
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022:
            candidate.chmod(0o755)  # whatever our umask made of it
            return candidate
    raise DatabaseUnavailableError(
        f"Root needs a folder that the server's account can reach, and neither {_ROOT_STORES[0]} nor "
        f"{_ROOT_STORES[1]} can be made."
    )


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Ours without what would steer PostgreSQL, and in the C locale (macOS needs one that is set)."""
    kept = {k: v for k, v in environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}
