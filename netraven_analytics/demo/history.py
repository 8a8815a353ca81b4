"""The configuration snapshots of the whole fleet, and what the answer key says about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from netraven_analytics.demo.answers import ConfigChange, Drift, Rollout
from netraven_analytics.demo.events import Calendar, RolloutPlan, budget, make_calendar
from netraven_analytics.demo.instants import DAY, NONE, Ints, aware
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.outcomes import COMPLETED
from netraven_analytics.demo.runs import Runs
from netraven_analytics.demo.spec import FleetSpec
from netraven_analytics.demo.story import Snapshot, Story, config_change

# Backups that find nothing new are stored, but not each: texts are the bulk of the rows.
_UNCHANGED_KEPT = 0.28


@dataclass
class History:
    """Rows of ``device_configurations`` in order of id, and the planted truth about them."""

    device: Ints
    job: Ints
    found: Ints
    texts: list[str]
    changes: list[ConfigChange] = field(default_factory=list)
    noise_only: list[int] = field(default_factory=list)
    suspects: list[int] = field(default_factory=list)
    rollouts: list[Rollout] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Hunk:
    """What a rollout or drift did to one device's text."""

    snapshot_id: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


def make_history(spec: FleetSpec, devices: Sequence[Device], runs: Runs) -> History:
    """All snapshots; the texts are kept in memory, which the budget of snapshots bounds."""
    jobs = _usable_runs(devices, runs)
    calendar = make_calendar(spec, devices, {device: runs.completed[own] for device, own in jobs.items()})
    kept = {device: _kept(spec, calendar, device) for device in jobs}
    history, ids = _numbered(kept, jobs, runs)
    hunks: dict[tuple[str, int], dict[int, _Hunk]] = {}
    for index, places in kept.items():
        story = Story(spec, devices[index], calendar)
        earlier: Snapshot | None = None
        last_with: dict[tuple[str, ...], int] = {}
        for snapshot in story.tell(places, ids[index]):
            _enter(history, devices[index], earlier, snapshot, last_with, hunks)
            last_with[snapshot.lines] = snapshot.id
            earlier = snapshot
        history.secrets.update(story.vault.given, story.shared.given)
    history.changes.sort(key=lambda change: change.to_id)
    _enter_campaigns(history, devices, calendar, hunks)
    return history


def _usable_runs(devices: Sequence[Device], runs: Runs) -> dict[int, Ints]:
    """Per device the places of the first succeeded run of each UTC day, in order of their ends."""
    here = np.array([not d.deleted for d in devices])[runs.device]
    usable = here & (runs.status == COMPLETED) & (runs.completed != NONE) & ~runs.negative
    places = np.flatnonzero(usable)
    places = places[np.lexsort((runs.completed[places], runs.device[places]))]
    device, day = runs.device[places], runs.completed[places] // DAY
    first = np.ones(len(places), dtype=bool)
    first[1:] = (device[1:] != device[:-1]) | (day[1:] != day[:-1])
    places = places[first]
    owners, starts = np.unique(runs.device[places], return_index=True)
    return dict(zip(owners.tolist(), np.split(places, starts[1:]), strict=True))


def _kept(spec: FleetSpec, calendar: Calendar, device: int) -> list[int]:
    """The first, everything new, and some of the rest."""
    chance = spec.random("kept", device)
    count = len(calendar.seen[device])
    events = calendar.events.get(device, {})
    share = min(_UNCHANGED_KEPT, max(0.0, (budget(spec) - len(events)) / count))
    return [p for p in range(count) if p == 0 or p in events or chance.random() < share]


def _numbered(
    kept: Mapping[int, list[int]], jobs: Mapping[int, Ints], runs: Runs
) -> tuple[History, dict[int, list[int]]]:
    """Ids in order of time, as a database gives them."""
    device = np.repeat(np.array(list(kept), dtype=np.int64), [len(places) for places in kept.values()])
    job = np.concatenate([jobs[index][places] for index, places in kept.items()])
    order = np.lexsort((device, runs.completed[job]))
    ids = np.empty(len(order), dtype=np.int64)
    ids[order] = np.arange(1, len(order) + 1)
    ends = np.cumsum([len(places) for places in kept.values()])
    own = {index: part.tolist() for index, part in zip(kept, np.split(ids, ends[:-1]), strict=True)}
    job = job[order]
    return History(device[order], job, runs.completed[job], [""] * len(order)), own


def _enter(
    history: History,
    device: Device,
    earlier: Snapshot | None,
    snapshot: Snapshot,
    last_with: Mapping[tuple[str, ...], int],
    hunks: dict[tuple[str, int], dict[int, _Hunk]],
) -> None:
    history.texts[snapshot.id - 1] = snapshot.text
    event = snapshot.event
    if event is not None and event.kind == "suspect":
        history.suspects.append(snapshot.id)
    if earlier is None:
        return
    if earlier.lines != snapshot.lines:
        reverted_to = last_with.get(snapshot.lines)
        history.changes.append(config_change(device, earlier, snapshot, reverted_to))
    elif earlier.text != snapshot.text:
        history.noise_only.append(snapshot.id)
    if event is not None and event.campaign >= 0 and event.kind != "suspect":
        hunk = _Hunk(snapshot.id, _only_in(snapshot, earlier), _only_in(earlier, snapshot))
        hunks.setdefault((event.kind, event.campaign), {})[device.index] = hunk


def _only_in(one: Snapshot, other: Snapshot) -> tuple[str, ...]:
    known = set(other.lines)
    return tuple(line for line in one.lines if line not in known)


def _enter_campaigns(
    history: History,
    devices: Sequence[Device],
    calendar: Calendar,
    hunks: Mapping[tuple[str, int], Mapping[int, _Hunk]],
) -> None:
    for number, plan in enumerate(calendar.rollouts):
        if plan.got:
            history.rollouts.append(_rollout(plan, devices, hunks["rollout", number]))
    for number, index in enumerate(calendar.drifting):
        device, hunk = devices[index], hunks["drift", number][index]
        history.drift.append(
            Drift(device.id, device.role, device.platform, "ntp", hunk.added, hunk.removed, hunk.snapshot_id)
        )
    history.noise_only.sort()
    history.suspects.sort()


def _rollout(plan: RolloutPlan, devices: Sequence[Device], hunks: Mapping[int, _Hunk]) -> Rollout:
    hunk = hunks[plan.got[0]]
    return Rollout(
        role=plan.group[0],
        device_type=plan.group[1],
        start=aware(plan.start),
        end=aware(plan.end),
        added=hunk.added,
        removed=hunk.removed,
        device_ids=tuple(devices[index].id for index in plan.got),
        snapshot_ids=tuple(hunks[index].snapshot_id for index in plan.got),
        laggards=tuple(devices[index].id for index in plan.laggards),
    )
