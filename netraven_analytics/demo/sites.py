"""Where the fleet stands, and when its sites' backups begin by the clock on their walls."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from netraven_analytics.demo.answers import DstDay
from netraven_analytics.demo.instants import Ints, micros
from netraven_analytics.demo.spec import FleetSpec

# Backups begin in the hour that clocks skip or repeat in much of Europe and North America.
WINDOW_OPENS = time(2, 0)


@dataclass(frozen=True)
class Site:
    """One location: its tag, the prefix of its hostnames, its share of the fleet."""

    tag: str
    prefix: str
    tz: str
    share: float

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)


SITES = (
    Site("berlin", "ber", "Europe/Berlin", 0.28),
    Site("sao-paulo", "sao", "America/Sao_Paulo", 0.20),
    Site("new-york", "nyc", "America/New_York", 0.17),
    Site("cairo", "cai", "Africa/Cairo", 0.14),
    Site("singapore", "sin", "Asia/Singapore", 0.11),
    Site("sydney", "syd", "Australia/Sydney", 0.10),
)


def window_starts(site: Site, spec: FleetSpec, runs_per_day: int) -> Ints:
    """When the site's backup windows open, from a day before the history to two days after it."""
    first = spec.since.astimezone(site.zone).date() - timedelta(days=1)
    gap = timedelta(hours=24) / runs_per_day
    opens = (
        datetime.combine(first + timedelta(days=day), WINDOW_OPENS, site.zone) + number * gap
        for day in range(spec.days + 4)
        for number in range(runs_per_day)
    )
    # Once, where a skipped hour makes two openings of a busy day one instant.
    return np.unique(np.array([micros(local.astimezone(UTC)) for local in opens], dtype=np.int64))


def dst_days(spec: FleetSpec) -> tuple[DstDay, ...]:
    """Every local day of 23 or 25 hours that lies whole within the history, the largest site's first."""
    return tuple(found for site in SITES for found in _dst_days_at(site, spec))


def _dst_days_at(site: Site, spec: FleetSpec) -> list[DstDay]:
    first = spec.since.astimezone(site.zone).date() + timedelta(days=1)
    last = spec.until.astimezone(site.zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days)]
    lengths = [(day, _midnight(day + timedelta(days=1), site) - _midnight(day, site)) for day in days]
    return [
        DstDay(site=site.tag, tz=site.tz, date=day, hours=length / timedelta(hours=1))
        for day, length in lengths
        if length != timedelta(hours=24)
    ]


def _midnight(day: date, site: Site) -> datetime:
    return datetime.combine(day, time(), site.zone).astimezone(UTC)
