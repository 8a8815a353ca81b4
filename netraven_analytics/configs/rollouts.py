"""The same hunk on many devices within some time: a rollout."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from netraven_analytics.configs.hunks import Hunk


class Sighting(NamedTuple):
    """A hunk as it was found on a device, in the change that ``to_id`` names."""

    found_at: datetime
    to_id: int
    device_id: int
    hunk: Hunk


@dataclass(frozen=True)
class Rollout:
    """Hunks that the same changes brought to the same devices.

    ``kinds`` are the hunks without secrets, ``shown`` the same with the tokens of secrets that all devices
    share.
    """

    sightings: tuple[Sighting, ...]
    kinds: tuple[Hunk, ...]
    shown: tuple[Hunk, ...]

    @property
    def devices(self) -> frozenset[int]:
        return frozenset(sighting.device_id for sighting in self.sightings)


def rollouts(found: Mapping[Hunk, Sequence[Sighting]], gap: timedelta, least: int) -> list[Rollout]:
    """The rollouts among the sightings of each kind of hunk, in order of time.

    Args:
        found: where each kind of hunk was seen.
        gap: how far apart in time two neighbouring sightings of one rollout may be.
        least: how many devices make a rollout.
    """
    together: dict[tuple[int, ...], Rollout] = {}
    for kind, sightings in found.items():
        for part in _without_gaps(sorted(sightings, key=lambda s: s[:3]), gap):
            if len({sighting.device_id for sighting in part}) < least:
                continue
            same = len({sighting.hunk for sighting in part}) == 1
            changes = tuple(sorted({sighting.to_id for sighting in part}))
            known = together.get(changes)
            together[changes] = Rollout(
                known.sightings if known else tuple(part),
                (*(known.kinds if known else ()), kind),
                (*(known.shown if known else ()), part[0].hunk if same else kind),
            )
    return sorted(together.values(), key=lambda rollout: rollout.sightings[0][:3])


def _without_gaps(sightings: Sequence[Sighting], gap: timedelta) -> Iterator[list[Sighting]]:
    part: list[Sighting] = []
    for sighting in sightings:
        if part and sighting.found_at - part[-1].found_at > gap:
            yield part
            part = []
        part.append(sighting)
    if part:
        yield part
