"""One device through an archive: the same file under all its names, gone and come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netraven_analytics.importers.changes import FileChange


@dataclass(eq=False)
class Lineage:
    """A device's file: where it is, or was last.

    ``device_id`` is None until it is in the database. ``stored`` when a text of it was. ``model_stated``
    where a list or RANCID names the model. ``newest`` is the id of its newest text, as far as that was read
    now.
    """

    repository: str
    path: bytes
    removed: bool = False
    device_id: int | None = None
    stored: bool = False
    model_stated: bool = False
    newest: Any = None


class Event(NamedTuple):
    """What a commit did to a device's file; ``blob`` is None where it took it away."""

    lineage: Lineage
    blob: Any
    renamed_from: bytes | None


@dataclass
class Lineages:
    """A repository's devices, followed from commit to commit.

    ``known`` is as :meth:`in_order` gives it.
    """

    repository: str
    known: list[Lineage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._at = {lineage.path: lineage for lineage in self.known}

    def in_order(self) -> list[Lineage]:
        """All of them; of several that were at a path, the one whose file it is stands last."""
        return sorted(self.known, key=lambda lineage: self._at.get(lineage.path) is lineage)

    def follow(self, changes: list[FileChange]) -> Iterator[Event]:
        """What a commit's changes did; no file takes another's place before that has left it."""
        moved = {c.path: self._at.pop(c.renamed_from) for c in changes if c.renamed_from in self._at}
        for change in changes:
            lineage = moved.get(change.path) or self._at.get(change.path)
            if lineage is None:
                if change.blob is None:
                    continue
                lineage = Lineage(self.repository, change.path)
                self.known.append(lineage)
            self._at[change.path] = lineage
            lineage.path, lineage.removed = change.path, change.blob is None
            yield Event(lineage, change.blob, change.renamed_from)
