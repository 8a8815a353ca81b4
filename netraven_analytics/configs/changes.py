"""Which snapshots changed a configuration, and which only its noise."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from netraven_analytics.configs.normalise import digest, normalise


@dataclass(frozen=True)
class Version:
    """A snapshot with its text as stored and as compared."""

    snapshot_id: int
    found_at: datetime
    raw: str
    normalised: str


@dataclass(frozen=True)
class Change:
    """Two consecutive snapshots whose normalised texts differ.

    ``reverted_to`` is the latest earlier snapshot that already had the new text.
    """

    before: Version
    after: Version
    reverted_to: int | None


@dataclass
class History:
    """Walks one device's snapshots in order, and counts those that are no change."""

    device_type: str | None
    baselines: int = 0
    unchanged: int = 0

    def changes(
        self, snapshots: Iterable[tuple[int, datetime, str | None]], since: datetime | None = None
    ) -> Iterator[Change]:
        """The changes found at or after ``since``; earlier snapshots only serve as predecessors.

        Each snapshot is its id, its time and its text, which may be None where it is that of the one before.
        """
        latest_with: dict[bytes, int] = {}
        before, key_before = None, b""
        for snapshot_id, found_at, raw in snapshots:
            if raw is None and before is not None:
                after, key = Version(snapshot_id, found_at, before.raw, before.normalised), key_before
            else:
                after = Version(snapshot_id, found_at, raw or "", normalise(raw or "", self.device_type))
                key = digest(after.normalised)
            if since is None or found_at >= since:
                if before is None:
                    self.baselines += 1
                elif key == key_before:
                    self.unchanged += 1
                else:
                    yield Change(before, after, latest_with.get(key))
            latest_with[key] = snapshot_id
            before, key_before = after, key
