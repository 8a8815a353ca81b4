"""The devices: where each stands, what it does, what it is."""

from dataclasses import dataclass, replace
from random import Random

from netraven_analytics.demo.sites import SITES
from netraven_analytics.demo.spec import FleetSpec

ROLES = {"access": 0.56, "edge": 0.15, "distribution": 0.14, "firewall": 0.09, "core": 0.06}
VENDORS = {"cisco_ios": "cisco", "cisco_nxos": "cisco", "arista_eos": "arista", "juniper_junos": "juniper"}
SECOND_LOCATION = "frankfurt-dr"
# Legal names that break careless output: a spreadsheet's formula, a piece of HTML.
ODD_HOSTNAMES = ("=lab+1", "<i>lab</i>-02")
_TYPES = {
    "access": {"cisco_ios": 0.65, "arista_eos": 0.35},
    "edge": {"juniper_junos": 0.6, "cisco_ios": 0.4},
    "distribution": {"cisco_nxos": 0.6, "cisco_ios": 0.4},
    "firewall": {"juniper_junos": 1.0},
    "core": {"cisco_nxos": 0.5, "arista_eos": 0.5},
}
_SHORT = {"access": "acc", "edge": "edge", "distribution": "dist", "firewall": "fw", "core": "core"}


@dataclass(frozen=True)
class Device:
    """One device; ``platform`` is what it really is, also where ``device_type`` is not recorded."""

    index: int
    id: int
    hostname: str
    ip_address: str
    platform: str
    device_type: str | None
    site: int
    role: str
    deleted: bool = False
    tagged_role: bool = True
    second_location: bool = False

    @property
    def vendor(self) -> str:
        return VENDORS[self.platform]

    @property
    def location(self) -> str:
        """Where it says it stands; the oddly named ones say it in HTML."""
        place = f"{SITES[self.site].tag} rack {self.index % 12 + 1}"
        return f"<b>{place}</b>" if self.hostname in ODD_HOSTNAMES else place

    @property
    def peculiar(self) -> bool:
        """Is any label of it unusual? Its runs are ordinary then."""
        labels = self.device_type is None or not self.tagged_role or self.second_location
        return labels or self.hostname in ODD_HOSTNAMES


def make_devices(spec: FleetSpec) -> list[Device]:
    """Every device that was ever in the fleet, in order of id; ``device.index`` is its place here."""
    chance = spec.random("inventory")
    gone = max(2, spec.devices // 50)
    total = spec.devices + gone
    sites = _deal({str(number): site.share for number, site in enumerate(SITES)}, total, chance)
    roles = _deal(ROLES, total, chance)
    platforms = _platforms(roles, chance)
    counters: dict[tuple[str, str], int] = {}
    devices = []
    for index in range(total):
        site, role = int(sites[index]), roles[index]
        prefix = f"{SITES[site].prefix}-{_SHORT[role]}"
        number = counters[prefix, role] = counters.get((prefix, role), 0) + 1
        devices.append(
            Device(
                index=index,
                id=index + 1,
                hostname=f"{prefix}-{number:02}",
                ip_address=_address(site, index),
                platform=platforms[index],
                device_type=platforms[index],
                site=site,
                role=role,
            )
        )
    return _peculiarities(devices, gone, chance)


def _peculiarities(devices: list[Device], gone: int, chance: Random) -> list[Device]:
    """Delete some, and give a few of the access switches unusual labels."""
    devices = list(devices)
    for index in chance.sample(range(len(devices)), gone):
        devices[index] = replace(devices[index], deleted=True)
    plain = [d.index for d in devices if d.role == "access" and not d.deleted]
    few = max(1, len(devices) // 60)
    picked = chance.sample(plain, min(len(plain), 2 * few + 3))
    for index in picked[3 : 3 + few]:
        devices[index] = replace(devices[index], tagged_role=False)
    for index in picked[3 + few :]:
        devices[index] = replace(devices[index], second_location=True)
    untyped, *named = picked[:3]
    devices[untyped] = replace(devices[untyped], device_type=None)
    for index, hostname in zip(named, ODD_HOSTNAMES, strict=False):
        devices[index] = replace(devices[index], hostname=hostname)
    return devices


def _address(site: int, index: int) -> str:
    block, place = divmod(index, 50_000)
    return f"10.{10 + site + len(SITES) * block}.{place // 200}.{10 + place % 200}"


def _deal(shares: dict[str, float], total: int, chance: Random) -> list[str]:
    """Labels by share (at least one of each), shuffled."""
    labels = [label for label, share in shares.items() for _ in range(max(1, round(share * total)))]
    most = next(iter(shares))
    labels = ([most] * max(0, total - len(labels)) + labels)[-total:]
    chance.shuffle(labels)
    return labels


def _platforms(roles: list[str], chance: Random) -> list[str]:
    dealt = {role: _deal(_TYPES[role], roles.count(role), chance) for role in ROLES}
    return [dealt[role].pop() for role in roles]
