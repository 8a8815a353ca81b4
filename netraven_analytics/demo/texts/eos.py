"""Arista EOS."""

from collections.abc import Mapping
from random import Random

from netraven_analytics.demo.texts.dialect import Dialect, Sections, Stamp, Subject, slot
from netraven_analytics.demo.texts.vault import Vault
from netraven_analytics.demo.texts.words import BANNER, DOMAIN, VLANS, description, unix_date

_PORTS = {"access": 24, "core": 16}


def _build(subject: Subject, chance: Random, own: Vault, shared: Vault) -> Sections:
    return {
        "preamble": _preamble(subject),
        "logging": ["logging source-interface Loopback0", _syslog("192.0.2.10"), "!"],
        "host": [f"hostname {subject.hostname}", f"dns domain {DOMAIN}", "!"],
        "ntp": ["ntp local-interface Loopback0", _ntp("192.0.2.1"), _ntp("192.0.2.2"), "!"],
        "snmp": [
            f"snmp-server location {subject.location}",
            "snmp-server contact network operations",
            f"snmp-server community {own.plain()} ro",
            "snmp-server host 192.0.2.30 version 2c traps-only",
            "!",
        ],
        "servers": [
            f"tacacs-server host 192.0.2.20 key 7 {shared.type7()}",
            f"radius-server host 192.0.2.21 key 7 {shared.type7()}",
            "!",
        ],
        "access": _access(own, shared),
        "vlans": ["!", *(line for number, name in VLANS.items() for line in _vlan(number, name))],
        "interfaces": _interfaces(subject, chance),
        "acl": _acl(),
        "routes": [
            "ip routing",
            "!",
            *(_route(f"10.{40 + subject.site}.{n}.0", f"10.0.{subject.site}.1") for n in range(2)),
        ],
        "routing": _routing(subject, own),
        "banner": ["!", "banner login", BANNER, "EOF"],
        "management": ["!", "management ssh", "   idle-timeout 15", "   connection limit 8", "!"],
        "end": ["end"],
    }


def _preamble(subject: Subject) -> list[str]:
    return [
        "! Command: show running-config",
        f"! device: {subject.hostname} (DCS-7050SX3-48YC8, EOS-4.30.5M)",
        slot("saved"),
        "!",
        "! boot system flash:/EOS-4.30.5M.swi",
        "!",
        "transceiver qsfp default-mode 4x10G",
        "!",
        "service routing protocols model multi-agent",
        "!",
    ]


def _access(own: Vault, shared: Vault) -> list[str]:
    return [
        "aaa authentication login default group tacacs+ local",
        "aaa authorization exec default group tacacs+ local",
        "!",
        f"enable password 5 {own.type5()}",
        f"username admin privilege 15 role network-admin secret sha512 {own.sha512()}",
        f"username backup privilege 7 secret sha512 {shared.sha512()}",
    ]


def _vlan(number: int, name: str) -> list[str]:
    return [f"vlan {number}", f"   name {name}", "!"]


def _interfaces(subject: Subject, chance: Random) -> list[str]:
    lines = []
    vlans = list(VLANS)
    for port in range(1, _PORTS.get(subject.role, 12) + 1):
        lines += [f"interface Ethernet{port}", f"   description {description(chance)}"]
        lines += ["   shutdown"] if chance.random() < 0.1 else []
        lines += [f"   switchport access vlan {chance.choice(vlans)}"]
        lines += ["   spanning-tree portfast"] if port % 4 else ["   no lldp transmit"]
        lines += ["!"]
    number = subject.number % 250 + 1
    lines += ["interface Ethernet49/1", "   description uplink 1", "   mtu 9214", "   no switchport"]
    lines += [f"   ip address 10.0.{subject.site}.{number}/24", "!"]
    lines += ["interface Loopback0", f"   ip address 10.255.{subject.site}.{number}/32", "!"]
    return lines


def _acl() -> list[str]:
    return [
        "ip access-list SERVICES",
        "   10 permit tcp any host 192.0.2.80 eq https",
        "   20 permit udp any host 192.0.2.53 eq domain",
        "   9999 deny ip any any log",
        "!",
    ]


def _routing(subject: Subject, own: Vault) -> list[str]:
    number = subject.number % 250 + 1
    return [
        "!",
        f"router bgp {65010 + subject.site}",
        f"   router-id 10.255.{subject.site}.{number}",
        "   maximum-paths 4",
        "   neighbor SPINES peer group",
        f"   neighbor SPINES remote-as {65000 + subject.site}",
        f"   neighbor SPINES password 7 {own.type7()}",
        "   neighbor SPINES maximum-routes 12000",
        f"   neighbor 10.0.{subject.site}.254 peer group SPINES",
        "   !",
        "   address-family ipv4",
        "      neighbor SPINES activate",
        f"      network 10.255.{subject.site}.{number}/32",
    ]


def _route(network: str, gateway: str) -> str:
    return f"ip route {network}/24 {gateway}"


def _syslog(host: str) -> str:
    return f"logging host {host} 514"


def _ntp(host: str) -> str:
    return f"ntp server {host} iburst"


def _noise(stamp: Stamp) -> Mapping[str, str]:
    return {"saved": f"! Startup-config last modified at {unix_date(stamp.saved_at)} by {stamp.changed_by}"}


EOS = Dialect(
    build=_build,
    noise=_noise,
    is_port=lambda line: line.startswith("interface Ethernet") and "/" not in line,
    description=("   description ", ""),
    shutdown="   shutdown",
    vlan=_vlan,
    acl_entry=lambda number, host: [f"   {100 + number} permit tcp any host {host} eq {8000 + number}"],
    route=_route,
    community=("snmp-server community ", " ro"),
    syslog=_syslog,
    ntp=_ntp,
    before={"acl": "   9999 deny ip any any log", "logging": "!", "ntp": "!"},
)
