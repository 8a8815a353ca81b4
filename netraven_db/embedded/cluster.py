"""A cluster on disk: its files, its locks, and who says that a server runs in it."""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from netraven_db.errors import DatabaseUnavailableError

_LOCK_PATIENCE = 300.0
_EXIT_PATIENCE = 2.0
_LOG_LIMIT = 1_000_000
_CAUSE = re.compile("(FATAL|PANIC|ERROR|error): .*")
_DETAIL = re.compile("(?<=DETAIL:  ).*")


@dataclass(frozen=True)
class Cluster:
    """The folder that a user named, links resolved, so that each spelling means the same server."""

    directory: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory, where it really is: as root it may lie elsewhere, behind a link."""
        return (self.directory / "data").resolve()

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    @property
    def is_ours(self) -> bool:
        """Whether a start was ever tried here; only then may anything in the folder be touched."""
        return (self.directory / "start.lock").exists()

    @contextmanager
    def starting(self) -> Iterator[None]:
        """One starter or stopper at a time; the kernel opens the lock again whatever happens to its holder.

        Raises:
            DatabaseUnavailableError: another process holds it for minutes.
        """
        descriptor = self._open("start.lock")
        try:
            if not _lock(descriptor, _LOCK_PATIENCE):
                raise DatabaseUnavailableError(
                    f"Another process has been starting or stopping the embedded server in "
                    f"{self.directory} for {_LOCK_PATIENCE:.0f} s: end that process, then try again."
                )
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def held(self) -> Iterator[int]:
        """The lock that a server's processes inherit and so hold as long as one of them lives.

        Raises:
            DatabaseUnavailableError: one lives that we cannot see, as in another container.
        """
        descriptor = self._open("server.lock")
        try:
            if not _lock(descriptor, _EXIT_PATIENCE):  # the last of the dead may not be quite gone
                raise DatabaseUnavailableError(
                    f"The data in {self.directory} is in use by a server that cannot be seen from here, "
                    "perhaps in another container: stop it there, or name another folder."
                )
            yield descriptor
        finally:
            os.close(descriptor)  # not LOCK_UN, which would take the lock from the server too

    def is_alive(self) -> bool:
        """Whether any process of the server lives; asked only in `starting`, for it tries the lock."""
        descriptor = self._open("server.lock")
        try:
            return not _lock(descriptor)
        finally:
            os.close(descriptor)

    def open_log(self) -> int:
        """A descriptor to append to the log; an old long log is put aside."""
        with suppress(FileNotFoundError):
            if self.log.lstat().st_size > _LOG_LIMIT:
                self.log.replace(self.log.with_name("server.log.1"))
        return self._open("server.log", os.O_APPEND)

    def last_words(self, offset: int = 0) -> str:
        """What a program that failed wrote last to the log, and where that is."""
        text = ""
        with suppress(OSError), self.log.open(encoding="utf-8", errors="replace") as lines:
            lines.seek(offset)
            text = reason(lines.read())
        if not text and shutil.disk_usage(self.directory).free < 1_000_000:
            text = "the disk is full"
        return f"{text or 'it gave no reason'} (log: {self.log})"

    def _open(self, name: str, flags: int = 0) -> int:
        """Open a file of ours, following no link, made for the folder's owner when we are root."""
        mode = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.directory / name, mode | flags, 0o600)
        if os.geteuid() == 0:
            owner = self.directory.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        return descriptor


def reason(text: str) -> str:
    """The first line of a log that says why something failed, with its detail; later lines are its wake."""
    # Answers to early clients are fatal to these only.
    lines = [line.strip() for line in text.splitlines() if line.strip() and "database system is" not in line]
    for line, after in pairwise([*lines, ""]):
        if cause := _CAUSE.search(line):
            detail = _DETAIL.search(after)
            return cause.group() + (f" ({detail.group()})" if detail else "")
    return lines[-1] if lines else ""


def _lock(descriptor: int, patience: float = 0.0) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
