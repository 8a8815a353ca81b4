"""What each commit did to the files of devices."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from netraven_analytics.importers.archive import Repository
from netraven_analytics.importers.files import ROUTER_DB, as_text, why_no_device, why_no_text
from netraven_analytics.importers.renames import find_renames

if TYPE_CHECKING:
    import pygit2

_LINK, _REPOSITORY = 0o120000, 0o160000


class FileChange(NamedTuple):
    """A file and the id of its new content, None where it was taken away; and its path before a rename."""

    path: bytes
    blob: Any
    renamed_from: bytes | None = None


@dataclass
class Skipped:
    """What is not imported: by reason the files, and how many versions of each."""

    files: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, why: str, repository: str, path: bytes) -> None:
        self.files[why][f"{repository}/{as_text(path)}" if repository else as_text(path)] += 1


@dataclass
class Changes:
    """Reads a repository's commits. ``lists`` holds what RANCID's lists say last, by their folder."""

    repository: Repository
    skipped: Skipped
    lists: dict[bytes, bytes] = field(default_factory=dict)

    def of(self, commit: "pygit2.Commit", parent: "pygit2.Commit | None") -> list[FileChange]:
        """What the commit did to devices' files, against its first parent; renames are told as such."""
        removed: dict[bytes, Any] = {}
        added: dict[bytes, Any] = {}
        changed: list[FileChange] = []
        for path, old, new in self._differences(commit, parent):
            if old is None and new is not None:
                added[path] = new
            elif new is None:
                removed[path] = old
            elif old != new:
                changed.append(FileChange(path, new))
        renamed = find_renames(removed, added, self.repository.read) if removed and added else {}
        left = set(removed) - set(renamed.values())
        return [
            *(FileChange(path, None) for path in sorted(left)),
            *changed,
            *(FileChange(path, blob, renamed.get(path)) for path, blob in sorted(added.items())),
        ]

    def _differences(
        self, commit: "pygit2.Commit", parent: "pygit2.Commit | None"
    ) -> Iterator[tuple[bytes, Any, Any]]:
        """Each path of a device's file, with the ids of its content before and after or None."""
        tree = commit.tree
        diff = tree.diff_to_tree(swap=True) if parent is None else parent.tree.diff_to_tree(tree)
        for delta in diff.deltas:
            path = delta.new_file.raw_path
            before, after = self._side(delta.old_file), self._side(delta.new_file, path)
            why = why_no_device(path)
            if why is None:
                if before is not None or after is not None:
                    yield path, before, after
                continue
            if after is not None:
                self.skipped.add(why, self.repository.name, path)
            if path.rpartition(b"/")[2] == ROUTER_DB:
                self._note_list(path, after)

    def _side(self, file: Any, shown: bytes | None = None) -> Any:
        """The id of a file's content; None for one that is not there, or that is no file."""
        if file.mode in (_LINK, _REPOSITORY):
            if shown is not None:
                what = "a link" if file.mode == _LINK else "a repository of its own"
                self.skipped.add(what, self.repository.name, shown)
            return None
        return file.id if file.mode else None

    def _note_list(self, path: bytes, blob: Any) -> None:
        data = b"" if blob is None else self.repository.read(blob)
        self.lists[path.rpartition(b"/")[0]] = b"" if why_no_text(data) else data
