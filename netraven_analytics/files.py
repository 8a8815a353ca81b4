"""Files that appear whole under their name or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from netraven_db.errors import OutputError


@contextlib.contextmanager
def whole_file(path: Path, mode: str = "w", **options: Any) -> Iterator[IO[Any]]:
    """A new file beside ``path`` that takes its name when the block completes, and is gone when it raises.

    Raises:
        OutputError: the file or its folder cannot be written.
    """
    if path.is_dir():
        raise OutputError(f"{path} is a folder: name a file to write.")
    draft: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.", suffix=".part")
        draft = Path(name)
        with open(handle, mode, **options) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o666 & ~_umask())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _refusal(path, error) from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def require_writable(folder: Path) -> None:
    """Make the folder if need be, and learn whether files can be made in it.

    Raises:
        OutputError: they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _refusal(folder, error) from None


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
