"""The tables that are small whatever the fleet: devices, tags, credentials, settings."""

import base64
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from netraven_analytics.demo.instants import Ints, naive, naive_list
from netraven_analytics.demo.inventory import ROLES, SECOND_LOCATION, VENDORS, Device
from netraven_analytics.demo.sites import SITES
from netraven_analytics.demo.spec import FORMAT_VERSION, FleetSpec

MARKER = "netraven_analytics.demo"
UNTYPED_TAG = "pilot"
ODD_TAG = "@lab|<b>shared</b>"
PRIORITY_SITE, PRIORITY_FLEET, PRIORITY_LEGACY = 10, 50, 100

Row = tuple[Any, ...]


def tag_rows() -> list[Row]:
    """``(id, name, type)``: locations, roles, vendors, and two that fit no type."""
    labels: list[tuple[str, str | None]] = [(site.tag, "location") for site in SITES]
    labels += [(SECOND_LOCATION, "location")]
    labels += [(role, "role") for role in ROLES]
    labels += [(vendor, "vendor") for vendor in dict.fromkeys(VENDORS.values())]
    labels += [(UNTYPED_TAG, None), (ODD_TAG, "note")]
    return [(number, name, kind) for number, (name, kind) in enumerate(labels, start=1)]


def tag_ids() -> dict[str, int]:
    return {name: number for number, name, _ in tag_rows()}


def device_rows(devices: Iterable[Device], last_success: Ints) -> list[Row]:
    """``(id, hostname, ip_address, device_type, last_seen)`` of the devices that are still there."""
    seen = naive_list(last_success)
    return [(d.id, d.hostname, d.ip_address, d.device_type, seen[d.index]) for d in devices if not d.deleted]


def device_tag_rows(devices: Iterable[Device]) -> list[Row]:
    ids = tag_ids()
    return [(d.id, tag) for d in devices if not d.deleted for tag in sorted(_tags_of(d, ids))]


def _tags_of(device: Device, ids: dict[str, int]) -> list[int]:
    names = [SITES[device.site].tag, device.vendor]
    names += [device.role] if device.tagged_role else []
    names += [SECOND_LOCATION] if device.second_location else []
    names += [UNTYPED_TAG] if device.id % 9 == 0 else []
    names += [ODD_TAG] if device.id % 40 == 7 else []
    return [ids[name] for name in names]


def credential_names() -> list[str]:
    """One a site (in the sites' order), one for the whole fleet, one nobody took away."""
    return [f"backup-{site.prefix}" for site in SITES] + ["netops", "legacy"]


def credential_rows(spec: FleetSpec, site_used: Ints, bad_site: int) -> list[Row]:
    """``(id, username, password, priority, last_used, success_rate)``."""
    rows = []
    for number, name in enumerate(credential_names()):
        own = number < len(SITES)
        used = int(site_used[number]) if own else int(site_used.max())
        priority = PRIORITY_SITE if own else PRIORITY_LEGACY if name == "legacy" else PRIORITY_FLEET
        rate = 0.71 if number == bad_site else 0.42 if name == "legacy" else 0.97
        last_used = naive(used) if used > 0 else None
        rows.append((number + 1, name, _encrypted(spec, name), priority, last_used, rate))
    return rows


def _encrypted(spec: FleetSpec, name: str) -> str:
    """A token of the form NetRaven stores; there is nothing inside."""
    noise = b"".join(hashlib.sha256(f"{spec.seed}/{name}/{part}".encode()).digest() for part in range(2))
    return "gAAAAAB" + base64.urlsafe_b64encode(noise).decode()


def credential_tag_rows() -> list[Row]:
    ids = tag_ids()
    rows = [(number, ids[site.tag]) for number, site in enumerate(SITES, start=1)]
    fleet, legacy = len(SITES) + 1, len(SITES) + 2
    rows += [(fleet, ids[role]) for role in ROLES]
    return [*rows, (legacy, ids[UNTYPED_TAG])]


def setting_rows(spec: FleetSpec, devices: Iterable[Device]) -> list[Row]:
    """``(id, key, value, description)``; the first is the marker that the fleet is the demo's."""
    marker = {"format": FORMAT_VERSION, "spec": spec.to_dict(), **device_digest(devices)}
    settings: list[tuple[str, Any, str | None]] = [
        (MARKER, marker, "The devices in this database are made up by netraven-analytics demo."),
        ("backup.runs_per_day", spec.runs_per_day, "Scheduled backups a device a day."),
        ("backup.retries", 3, None),
        ("retention", {"job_logs_days": 400, "configurations": "all"}, "What is kept, and how long."),
    ]
    numbered = enumerate(settings, start=1)
    return [(number, key, json.dumps(value), text) for number, (key, value, text) in numbered]


def device_digest(devices: Iterable[Device]) -> dict[str, Any]:
    """What tells the demo's devices from any others; the loader asks the database for the same."""
    names = [f"{d.id}:{d.hostname}" for d in devices if not d.deleted]
    return {"devices": len(names), "sha256": hashlib.sha256("\n".join(names).encode()).hexdigest()}
