"""An archive: a git repository, or a folder of them, and the commits that are its history."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from netraven_db.errors import NetRavenError, ParameterError

if TYPE_CHECKING:
    import pygit2

ONLY = ""  # the name of a repository that is not one of a folder of them


@dataclass(frozen=True)
class Repository:
    """A repository with the ids of its commits, the oldest first, by first parents up to the revision."""

    name: str
    git: "pygit2.Repository"
    commits: tuple["pygit2.Oid", ...]

    def commit(self, id_: "pygit2.Oid") -> "pygit2.Commit":
        return cast("pygit2.Commit", self.git[id_])

    def read(self, blob: "pygit2.Oid") -> bytes:
        """A file's content.

        Raises:
            ParameterError: it is missing or broken.
        """
        with reading(self.git.path):
            return cast("pygit2.Blob", self.git[blob]).data


@dataclass(frozen=True)
class Archive:
    """The repositories by name; ``empty`` names those of a folder that hold no commit."""

    path: Path
    repositories: Mapping[str, Repository]
    empty: tuple[str, ...] = ()


def open_archive(path: str | Path, revision: str = "HEAD") -> Archive:
    """The archive of a folder: a git repository, bare or not, or one that holds such.

    Args:
        path: the repository, or the folder of repositories.
        revision: where its history ends: a branch, a tag or a commit; what is checked out unless told.

    Raises:
        ParameterError: there is no repository, none holds a commit, or there is no such revision.
    """
    path = Path(path).expanduser()
    if not os.path.isdir(path):
        raise ParameterError(f"There is no folder {path}: name a git repository, or a folder of some.")
    only = _open(path)
    found = {ONLY: only} if only is not None else _inside(path)
    if not found:
        raise ParameterError(
            f"There is no git repository in {path}{_around(path)}: name one, bare or not, or a folder that "
            "holds some."
        )
    with reading(path):
        histories = {name: _history(name, git, revision) for name, git in found.items()}
    repositories = {name: history for name, history in histories.items() if history is not None}
    if not repositories:
        raise ParameterError(f"{path} holds no commit yet: there is nothing to import.")
    return Archive(path, repositories, tuple(name for name in histories if name not in repositories))


@contextmanager
def reading(path: str | Path) -> Iterator[None]:
    """What git cannot read is one sentence.

    Raises:
        ParameterError: an object is missing or broken.
    """
    import pygit2

    try:
        yield
    except NetRavenError:
        raise
    except (KeyError, ValueError, OSError, pygit2.GitError) as error:
        raise ParameterError(
            f"{path} cannot be read whole ({str(error).strip(chr(39))}): 'git fsck' says what it lacks; a "
            "partial clone has to be made a full one."
        ) from None


def _open(path: Path) -> "pygit2.Repository | None":
    """The repository, None where there is none."""
    import pygit2
    from pygit2.enums import RepositoryOpenFlag

    # Archives belong to the user that Oxidized runs as. Objects are read here, and no hook of theirs is run.
    strict, pygit2.settings.owner_validation = pygit2.settings.owner_validation, False
    try:
        return pygit2.Repository(str(path), RepositoryOpenFlag.NO_SEARCH)
    except (ValueError, OSError, pygit2.GitError) as error:
        if os.path.isfile(path / "HEAD") or os.path.exists(path / ".git"):
            raise ParameterError(f"The git repository {path} cannot be opened: {error}.") from None
        return None
    finally:
        pygit2.settings.owner_validation = strict


def _inside(path: Path) -> dict[str, "pygit2.Repository"]:
    """The repositories directly in a folder, by their name without ``.git``."""
    found: dict[str, Any] = {}
    try:
        folders = sorted(filter(os.path.isdir, path.iterdir()))
    except OSError as error:
        raise ParameterError(f"The folder {path} cannot be read: {error.strerror}.") from None
    for folder in folders:
        git = _open(folder)
        if git is not None:
            name = folder.name.removesuffix(".git") or folder.name
            found[folder.name if name in found else name] = git
    return found


def _around(path: Path) -> str:
    import pygit2

    around = pygit2.discover_repository(str(path))
    return f" (it is a part of {Path(around).parent})" if around else ""


def _history(name: str, git: "pygit2.Repository", revision: str) -> Repository | None:
    """Its commits up to the revision; None where it holds none at all."""
    import pygit2

    branches = sorted(git.branches.local)
    if not branches and git.head_is_unborn:
        return None
    try:
        commit = git.revparse_single(_meant(git, revision, branches)).peel(pygit2.Commit)
    except (KeyError, ValueError, pygit2.GitError):
        raise ParameterError(
            f"{f'The repository {name}' if name else 'The repository'} has no revision {revision!r}: "
            f"--revision takes a branch, a tag or a commit; its branches are {', '.join(branches)}."
        ) from None
    commits = [commit.id]
    begins = _shallow(git)
    while commit.parent_ids and str(commit.id) not in begins:
        commit = cast(pygit2.Commit, git[commit.parent_ids[0]])
        commits.append(commit.id)
    return Repository(name, git, tuple(reversed(commits)))


def _meant(git: "pygit2.Repository", revision: str, branches: list[str]) -> str:
    """The revision; its only branch where HEAD is of one that has no commit yet."""
    return branches[0] if revision == "HEAD" and git.head_is_unborn and len(branches) == 1 else revision


def _shallow(git: "pygit2.Repository") -> set[str]:
    """The commits at which a shallow clone begins, whose parents it lacks."""
    try:
        return set((Path(git.path) / "shallow").read_text().split())
    except FileNotFoundError:
        return set()
