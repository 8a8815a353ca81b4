"""From commits to snapshots: what is stored of each change of a device's file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from netraven_analytics.importers.archive import Repository, reading
from netraven_analytics.importers.changes import Changes, Skipped
from netraven_analytics.importers.clock import monotonic
from netraven_analytics.importers.files import as_text, decoded, why_no_text
from netraven_analytics.importers.lineages import Event, Lineage, Lineages

if TYPE_CHECKING:
    import pygit2

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the database's instants are naive and in UTC
_MESSAGE = 2000  # characters of a commit's message


class Snapshot(NamedTuple):
    """A text of a device, when it was found, and what is stored beside it, as JSON."""

    lineage: Lineage
    text: str
    found_at: datetime
    metadata: str


@dataclass
class Told:
    """What the summary tells beside figures."""

    renamed: list[str] = field(default_factory=list)
    times_moved: int = 0
    latin_1: set[str] = field(default_factory=set)


@dataclass
class History:
    """Reads the commits of a repository after the first ``since``; none is dated before ``last_time``."""

    repository: Repository
    lineages: Lineages
    skipped: Skipped
    told: Told
    since: int = 0
    last_time: int | None = None

    def __post_init__(self) -> None:
        self.changes = Changes(self.repository, self.skipped)

    def snapshots(self) -> Iterator[list[Snapshot]]:
        """The snapshots of each commit in turn.

        Raises:
            ParameterError: a part of the repository is missing or broken.
        """
        with reading(self.repository.git.path):
            yield from self._snapshots()

    def _snapshots(self) -> Iterator[list[Snapshot]]:
        commit_of, commits = self.repository.commit, self.repository.commits[self.since :]
        now = int(datetime.now(UTC).timestamp())
        borne = [commit_of(oid).commit_time for oid in commits]
        times = monotonic(borne, self.last_time, max(now, self.last_time or now))
        parent = commit_of(self.repository.commits[self.since - 1]) if self.since else None
        for oid, time, own in zip(commits, times, borne, strict=True):
            commit = commit_of(oid)
            self.told.times_moved += time != own
            events = self.lineages.follow(self.changes.of(commit, parent))
            made = (self._snapshot(event, commit, time) for event in events)
            yield [snapshot for snapshot in made if snapshot is not None]
            parent, self.last_time = commit, time

    def _snapshot(self, event: Event, commit: "pygit2.Commit", time: int) -> Snapshot | None:
        """None for what cannot be stored, and where a file that was never stored is taken away."""
        lineage, text, encoding = event.lineage, "", "utf-8"
        if event.blob is not None:
            data = self.repository.read(event.blob)
            why = why_no_text(data)
            if why:
                self.skipped.add(why, lineage.repository, lineage.path)
                return None
            text, encoding = decoded(data)
            lineage.newest = event.blob if text else lineage.newest
        elif not lineage.stored:
            return None
        lineage.stored = True
        if event.renamed_from is not None:
            self.told.renamed.append(f"{as_text(event.renamed_from)} → {as_text(lineage.path)}")
        if encoding != "utf-8":
            self.told.latin_1.add(as_text(lineage.path))
        said = {
            **_of_commit(commit, time),
            **({"repository": lineage.repository} if lineage.repository else {}),
            "path": as_text(lineage.path),
            **({"renamed_from": as_text(event.renamed_from)} if event.renamed_from is not None else {}),
            **({"removed": True} if event.blob is None else {}),
            **({"encoding": encoding} if encoding != "utf-8" else {}),
        }
        return Snapshot(lineage, text, _EPOCH + timedelta(seconds=time), json.dumps(said))


def _of_commit(commit: "pygit2.Commit", time: int) -> dict[str, Any]:
    """Its id, message and author: the one that the archive's tool is configured to have, who need not have
    changed anything."""
    author = commit.author
    name = f"{as_text(author.raw_name)} <{as_text(author.raw_email)}>"
    moved = {"commit_time": commit.commit_time} if commit.commit_time != time else {}
    message = as_text(commit.raw_message).replace("\0", "").strip()
    return {
        "commit": str(commit.id),
        "author": name.replace("\0", ""),
        "message": message if len(message) <= _MESSAGE else message[: _MESSAGE - 1] + "…",
        **moved,
    }
