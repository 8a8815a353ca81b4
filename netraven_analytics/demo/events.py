"""When configurations change: rollouts, drift, damaged backups, and the work of every day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np

from netraven_analytics.demo.answers import ChangeKind
from netraven_analytics.demo.instants import DAY, HOUR, Ints, micros
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.spec import FleetSpec

# A device is changed about twice a month, less where the history is long: texts are the bulk of the rows.
DAYS_BETWEEN_EDITS = 15
# As many snapshots a device as keep the default fleet's texts under 40 MB, and a big one's in memory.
SNAPSHOT_BUDGET = 20_000
SMALLEST_GROUP = 4
_ROLLOUTS = ((9, 0.3), (35, 0.6), (70, 0.8))
_REVERTED = 0.2


@dataclass(frozen=True)
class Event:
    """Something new in a device's snapshot: ``campaign`` is the number of its rollout or drift."""

    kind: ChangeKind
    happened: int
    campaign: int = -1


@dataclass(frozen=True)
class RolloutPlan:
    """``got`` are places in the inventory."""

    group: tuple[str, str]
    start: int
    end: int
    got: tuple[int, ...]
    laggards: tuple[int, ...]


@dataclass
class Calendar:
    """``seen`` holds, per device, when its usable runs ended; events sit at places in that array."""

    seen: Mapping[int, Ints]
    events: dict[int, dict[int, Event]] = field(default_factory=dict)
    rollouts: list[RolloutPlan] = field(default_factory=list)
    drifting: list[int] = field(default_factory=list)

    def free(self, device: int, place: int) -> bool:
        """May something new be found there? The first snapshot is a baseline, not a change."""
        return 0 < place < len(self.seen[device]) and place not in self.events.get(device, {})

    def add(self, device: int, place: int, kind: ChangeKind, happened: int, campaign: int = -1) -> None:
        self.events.setdefault(device, {})[place] = Event(kind, happened, campaign)

    def between(self, device: int, place: int, chance: Random) -> int:
        """An instant after the run before that place, and not after its own."""
        before, after = (int(t) for t in self.seen[device][place - 1 : place + 1])
        return before + 1 + int(chance.random() * (after - before - 1))


def budget(spec: FleetSpec) -> int:
    """How many snapshots a device may keep, more or less."""
    return min(90, max(8, SNAPSHOT_BUDGET // spec.devices))


def make_calendar(spec: FleetSpec, devices: Sequence[Device], seen: Mapping[int, Ints]) -> Calendar:
    """Everything that happens to configurations."""
    calendar = Calendar(seen)
    groups = _groups(devices, seen)
    _add_rollouts(spec, calendar, groups)
    _add_drift(spec, calendar, groups)
    _add_damage(spec, calendar)
    for device in seen:
        _add_edits(spec, calendar, device)
    return calendar


def _groups(devices: Sequence[Device], seen: Mapping[int, Ints]) -> list[list[Device]]:
    """Peers: devices that show the same role and type; the largest groups first."""
    groups: dict[tuple[str, str | None], list[Device]] = {}
    for device in devices:
        if device.index in seen and device.tagged_role and device.device_type is not None:
            groups.setdefault((device.role, device.device_type), []).append(device)
    large = [group for group in groups.values() if len(group) >= SMALLEST_GROUP]
    return sorted(large, key=lambda group: (-len(group), group[0].role, group[0].platform))


def _add_rollouts(spec: FleetSpec, calendar: Calendar, groups: list[list[Device]]) -> None:
    for number, ago in enumerate(_ROLLOUTS if groups else ()):
        chance = spec.random("rollout", number)
        group = groups[number % len(groups)]
        start = micros(spec.ago(*ago))
        end = start + min(36 * HOUR, spec.days * DAY // 10)
        left_out = {d.index for d in chance.sample(group, max(1, len(group) // 10))}
        got = []
        for device in group:
            happened = chance.randrange(start, end)
            place = int(np.searchsorted(calendar.seen[device.index], happened))
            if device.index not in left_out and calendar.free(device.index, place):
                calendar.add(device.index, place, "rollout", happened, number)
                got.append(device.index)
        laggards = tuple(d.index for d in group if d.index not in got)
        peers = (group[0].role, group[0].platform)
        calendar.rollouts.append(RolloutPlan(peers, start, end, tuple(got), laggards))


def _add_drift(spec: FleetSpec, calendar: Calendar, groups: list[list[Device]]) -> None:
    chance = spec.random("drift")
    for number in range(max(2, spec.devices // 60) if groups else 0):
        device = chance.choice(groups[number % len(groups)]).index
        place = _free_place(calendar, device, chance)
        if place and device not in calendar.drifting:
            happened = calendar.between(device, place, chance)
            calendar.add(device, place, "drift", happened, len(calendar.drifting))
            calendar.drifting.append(device)


def _free_place(calendar: Calendar, device: int, chance: Random) -> int:
    """0 where there is none."""
    places = [p for p in range(1, len(calendar.seen[device])) if calendar.free(device, p)]
    return chance.choice(places) if places else 0


def _add_damage(spec: FleetSpec, calendar: Calendar) -> None:
    """Backups that came out empty or cut short: half in mid-history, half as the newest snapshot."""
    chance = spec.random("damage")
    able = [device for device, seen in calendar.seen.items() if len(seen) >= 4]
    for number, device in enumerate(chance.sample(able, min(len(able), max(4, spec.devices // 40)))):
        last = len(calendar.seen[device]) - 1
        place = last if number % 2 else chance.randrange(1, last)
        if calendar.free(device, place) and (place == last or calendar.free(device, place + 1)):
            calendar.add(device, place, "suspect", int(calendar.seen[device][place]), number)
            if place < last:
                calendar.add(device, place + 1, "recovered", int(calendar.seen[device][place + 1]))


def _add_edits(spec: FleetSpec, calendar: Calendar, device: int) -> None:
    chance = spec.random("edits", device)
    busy = chance.lognormvariate(0, 0.6)
    wanted = round(min(spec.days / DAYS_BETWEEN_EDITS, budget(spec) / 2.5) * busy)
    free = [place for place in range(1, len(calendar.seen[device])) if calendar.free(device, place)]
    for place in sorted(chance.sample(free, min(len(free), wanted))):
        kind: ChangeKind = "revert" if chance.random() < _REVERTED else "edit"
        calendar.add(device, place, kind, calendar.between(device, place, chance))
