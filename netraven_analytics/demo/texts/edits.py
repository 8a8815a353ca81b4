"""What people change in a configuration. Every edit gives new sections and leaves the old ones alone."""

import re
from collections.abc import Callable
from random import Random

from netraven_analytics.demo.texts.dialect import Dialect, Sections
from netraven_analytics.demo.texts.vault import Vault
from netraven_analytics.demo.texts.words import BANNER, NEW_BANNER, description, vlan_name

Edit = Callable[[Sections, Dialect, Random, Vault], Sections]

_VLAN_STARTS = re.compile(r"vlan \d|    \S.* \{$")
_FEWEST_VLANS = 4
_STANDING_ROUTES = 2
# Lines; a longer configuration grows no more.
_LONG = 240


def edit(sections: Sections, dialect: Dialect, chance: Random, vault: Vault) -> Sections:
    """One ordinary change."""
    change = chance.choices(list(_EDITS), weights=list(_EDITS.values()))[0]
    if change in _GROWING and sum(map(len, sections.values())) > _LONG:
        change = _remove_vlan if change is _add_vlan else _describe
    return change(sections, dialect, chance, vault)


def add_syslog(sections: Sections, dialect: Dialect, host: str) -> Sections:
    """Send logs to one more host."""
    return _insert(sections, "logging", [dialect.syslog(host)], dialect)


def renew_banner(sections: Sections) -> Sections:
    """The new wording of the login banner."""
    lines = [line.replace(BANNER, NEW_BANNER) for line in sections["banner"]]
    return {**sections, "banner": lines}


def swap_ntp(sections: Sections, dialect: Dialect, old: str | None, new: str | None) -> Sections:
    """Another time server than the peers have, one more, or one less."""
    wanted = [] if new is None else [dialect.ntp(new)]
    if old is None:
        return _insert(sections, "ntp", wanted, dialect)
    lines = sections["ntp"]
    place = lines.index(dialect.ntp(old))
    return {**sections, "ntp": lines[:place] + wanted + lines[place + 1 :]}


def _insert(sections: Sections, name: str, new: list[str], dialect: Dialect) -> Sections:
    lines = sections[name]
    marker = dialect.before.get(name)
    place = len(lines) if marker is None else lines.index(marker)
    return {**sections, name: lines[:place] + new + lines[place:]}


def _describe(sections: Sections, dialect: Dialect, chance: Random, vault: Vault) -> Sections:
    prefix, suffix = dialect.description
    lines = list(sections["interfaces"])
    place = chance.choice([i for i, line in enumerate(lines) if dialect.is_port(line)]) + 1
    old = lines[place]
    while lines[place] == old:
        lines[place] = f"{prefix}{description(chance)}{suffix}"
    return {**sections, "interfaces": lines}


def _toggle(sections: Sections, dialect: Dialect, chance: Random, vault: Vault) -> Sections:
    lines = list(sections["interfaces"])
    place = chance.choice([i for i, line in enumerate(lines) if dialect.is_port(line)]) + 2
    if lines[place] == dialect.shutdown:
        del lines[place]
    else:
        lines.insert(place, dialect.shutdown)
    return {**sections, "interfaces": lines}


def _add_vlan(sections: Sections, dialect: Dialect, chance: Random, vault: Vault) -> Sections:
    lines = sections["vlans"]
    while True:
        block = dialect.vlan(chance.randrange(100, 1000), vlan_name(chance))
        if block[0] not in lines and block[1] not in lines:
            return _insert(sections, "vlans", block, dialect)


def _remove_vlan(sections: Sections, dialect: Dialect, chance: Random, vault: Vault) -> Sections:
    lines = sections["vlans"]
    starts = [i for i, line in enumerate(lines) if _VLAN_STARTS.match(line)]
    if len(starts) <= _FEWEST_VLANS:
        return _add_vlan(sections, dialect, chance, vault)
    place = chance.choice(starts)
    length = len(dialect.vlan(1, "ANY"))
    return {**sections, "vlans": lines[:place] + lines[place + length :]}


def _allow(sections: Sections, dialect: Dialect, chance: Random, vault: Vault) -> Sections:
    number = len(sections["acl"])  # grows with each entry, so that no two are the same
    host = f"192.0.2.{chance.randrange(100, 200)}"
    return _insert(sections, "acl", dialect.acl_entry(number, host), dialect)


def _route(sections: Sections, dialect: Dialect, chance: Random, vault: Vault) -> Sections:
    lines = sections["routes"]
    sample = dialect.route("10.", "").split("10.")[0] + "10."
    places = [i for i, line in enumerate(lines) if line.startswith(sample)][_STANDING_ROUTES:]
    if places and chance.random() < 0.4:
        place = chance.choice(places)
        return {**sections, "routes": lines[:place] + lines[place + 1 :]}
    while True:
        gateway = f"10.0.{chance.randrange(200, 250)}.{chance.randrange(1, 255)}"
        line = dialect.route(f"10.{chance.randrange(60, 100)}.{chance.randrange(256)}.0", gateway)
        if line not in lines:
            return _insert(sections, "routes", [line], dialect)


def _rotate_community(sections: Sections, dialect: Dialect, chance: Random, vault: Vault) -> Sections:
    prefix, suffix = dialect.community
    lines = [
        f"{prefix}{vault.plain()}{suffix}" if line.startswith(prefix) and line.endswith(suffix) else line
        for line in sections["snmp"]
    ]
    return {**sections, "snmp": lines}


_EDITS: dict[Edit, float] = {
    _describe: 0.36,
    _toggle: 0.14,
    _add_vlan: 0.14,
    _remove_vlan: 0.08,
    _allow: 0.13,
    _route: 0.10,
    _rotate_community: 0.05,
}
_GROWING = (_add_vlan, _allow, _route)
