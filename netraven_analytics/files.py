"""Files that appear whole under their name or not at all."""

import asyncio
import contextlib
import fcntl
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO, Any

from netraven_db.errors import OutputError

_PREFIX, _SUFFIX = ".netraven-", ".part"  # a draft's; it is short whatever the file is called
_PAUSE = 0.05  # seconds between two looks at a lock


@contextlib.contextmanager
def whole_file(
    path: Path, mode: str = "w", *, private: bool | Callable[[], bool] = False, **options: Any
) -> Iterator[IO[Any]]:
    """A new file beside ``path`` that takes its name when the block completes, and is gone when it raises.

    What a killed process left of a file in the same folder is removed. A link stays one: what it points to
    is replaced.

    Args:
        path: the file; folders that it needs are made.
        mode: as for :func:`open`.
        private: only its owner may read it; a function is asked when the file is written.
        options: as for :func:`open`.

    Raises:
        OutputError: the file or its folder cannot be written.
    """
    _require_file(path)
    target = _behind_links(path)
    draft: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target.parent)
        handle, draft = _new_draft(target.parent)
        with open(handle, mode, **options) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            alone = private() if callable(private) else private
            os.chmod(draft, (0o600 if alone else 0o666) & ~_umask())
            draft.replace(target)  # before the lock on the draft ends
        _sync_folder(target.parent)
    except OSError as error:
        raise _refusal(path, error) from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def sole_writer(folder: Path) -> AsyncIterator[None]:
    """Write files that belong together: another who does so in the same folder waits until the block ends.

    The lock is on the folder itself, so that it leaves no file behind and ends with its process. Where the
    file system knows no locks, nobody waits.

    Args:
        folder: where to; it is made if need be.

    Raises:
        OutputError: it cannot be made or opened.
    """
    handle = _opened(folder)
    try:
        # Not by a call that waits, which nobody could cancel.
        while not _has_locked(handle):  # noqa: ASYNC110 - another process tells no event
            await asyncio.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)


def _opened(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _refusal(folder, error) from None


def _has_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return not isinstance(error, BlockingIOError)  # else it is a file system without locks
    return True


def require_writable(folder: Path) -> None:
    """Learn whether files can be made in the folder, or below a folder that exists; nothing is made.

    Raises:
        OutputError: they cannot.
    """
    try:
        existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        raise _refusal(folder, error) from None


def require_place(path: Path) -> None:
    """Learn whether a file of that name can be written, before there is anything to write.

    Raises:
        OutputError: it cannot.
    """
    _require_file(path)
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:  # such as a name that is longer than the system takes
        raise _refusal(path, error) from None
    require_writable(_behind_links(path).parent)


def _require_file(path: Path) -> None:
    """Refuse what a file cannot take the place of; root could replace even a device."""
    if "\0" in str(path):
        raise OutputError(f"{str(path)!r} is no name of a file: take the NUL out.")
    with contextlib.suppress(OSError):  # what cannot be looked at is refused when it is written
        if path.is_dir():
            raise OutputError(f"{path} is a folder: name a file to write.")
        if path.exists() and not path.is_file():
            raise OutputError(f"{path} is no file: name one, or - for standard output.")


def _behind_links(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _new_draft(folder: Path) -> tuple[int, Path]:
    """An open draft, locked as long as its writer lives."""
    while True:
        handle, name = tempfile.mkstemp(dir=folder, prefix=_PREFIX, suffix=_SUFFIX)
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_SH)
        if os.fstat(handle).st_nlink:
            return handle, Path(name)
        os.close(handle)  # another process took it for an abandoned one before it was locked


def _remove_abandoned(folder: Path) -> None:
    for draft in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError), draft.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises while its writer lives
            draft.unlink()


def _refusal(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path} cannot be written ({error.strerror or error}): choose a folder that you may write to and "
        "that has room."
    )


def _umask() -> int:
    """The process's umask; asking for it means setting it for a moment."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
