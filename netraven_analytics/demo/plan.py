"""What goes wrong with the runs of a fleet: where and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from netraven_analytics.demo.instants import DAY, HOUR, micros
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.sites import SITES, window_starts
from netraven_analytics.demo.spec import FleetSpec

SLOW_FACTOR = 8.0
CONGESTED_HOUR, CONGESTION_FACTOR = 1, 2.5
BURST_LENGTH = 4 * HOUR


@dataclass(frozen=True)
class Incident:
    """A site and a half-open time."""

    site: int
    start: int
    end: int


@dataclass(frozen=True)
class Plan:
    """Devices are meant by their index in the inventory, instants are microseconds."""

    outage: Incident
    bad_credential: Incident
    bursts: tuple[Incident, ...]
    slow: tuple[int, ...]
    flapping: tuple[int, ...]
    failing: tuple[int, ...]
    runless: tuple[int, ...]
    deleted_at: dict[int, int]

    @property
    def special(self) -> frozenset[int]:
        """Devices whose runs follow a plan of their own."""
        return frozenset((*self.slow, *self.flapping, *self.failing, *self.runless, *self.deleted_at))


def make_plan(spec: FleetSpec, devices: Sequence[Device]) -> Plan:
    """Spread the trouble: incidents near the end, so that the usual windows of reports show them."""
    chance = spec.random("plan")
    outage_site, credential_site = chance.sample(range(4), 2)
    pool = [d.index for d in devices if not d.deleted and not d.peculiar]
    chance.shuffle(pool)
    calm = [i for i in pool if devices[i].site not in (outage_site, credential_site)]
    count = spec.devices
    slow = _take(calm, pool, max(1, count // 200))
    flapping = _take(calm, pool, max(2, count // 60))
    failing = _take(pool, calm, max(1, count // 150))
    return Plan(
        outage=_incident(spec, outage_site, ago=(12, 0.4), length=(2, 0.1)),
        bad_credential=_incident(spec, credential_site, ago=(24, 0.8), length=(7, 0.25)),
        bursts=_bursts(spec, chance),
        slow=slow,
        flapping=flapping,
        failing=failing,
        runless=_take(pool, calm, max(1, count // 150)),
        deleted_at=_deletions(spec, devices, chance),
    )


def _take(source: list[int], other: list[int], count: int) -> tuple[int, ...]:
    """Remove so many from the source, and the same from the other list."""
    taken = [source.pop() for _ in range(min(count, len(source)))]
    other[:] = [index for index in other if index not in taken]
    return tuple(sorted(taken))


def _incident(spec: FleetSpec, site: int, ago: tuple[float, float], length: tuple[float, float]) -> Incident:
    start = micros(spec.ago(*ago))
    days, share = length
    hours = round(24 * min(days, share * spec.days))
    return Incident(site, start, start + hours * HOUR)


def _bursts(spec: FleetSpec, chance: Random) -> tuple[Incident, ...]:
    """Nights on which a site's runs wait: one in forty, at least three."""
    bursts = []
    for _ in range(max(3, spec.days // 40)):
        site = chance.randrange(len(SITES))
        opens = [int(t) for t in window_starts(SITES[site], spec, 1) if _within(spec, int(t))]
        start = chance.choice(opens)
        bursts.append(Incident(site, start, start + BURST_LENGTH))
    return tuple(sorted(set(bursts), key=lambda burst: (burst.start, burst.site)))


def _within(spec: FleetSpec, instant: int) -> bool:
    return micros(spec.since) <= instant <= micros(spec.until) - DAY


def _deletions(spec: FleetSpec, devices: Sequence[Device], chance: Random) -> dict[int, int]:
    since = micros(spec.since)
    span = spec.days * DAY
    return {d.index: since + int(chance.uniform(0.3, 0.9) * span) for d in devices if d.deleted}
