"""Cisco NX-OS, which prints the time into every text."""

from collections.abc import Mapping
from random import Random

from netraven_analytics.demo.texts.dialect import Dialect, Sections, Stamp, Subject, slot
from netraven_analytics.demo.texts.vault import Vault
from netraven_analytics.demo.texts.words import BANNER, DOMAIN, VLANS, description, unix_date

_PORTS = 20


def _build(subject: Subject, chance: Random, own: Vault, shared: Vault) -> Sections:
    return {
        "preamble": _preamble(subject),
        "access": [
            f"username admin password 5 {own.type5()}  role network-admin",
            f"username backup password 5 {shared.type5()}  role network-operator",
            f"ip domain-name {DOMAIN}",
        ],
        "servers": [
            f'tacacs-server key 7 "{shared.type7()}"',
            "tacacs-server host 192.0.2.20",
            "aaa group server tacacs+ ADMIN",
            "  server 192.0.2.20",
            "  source-interface loopback0",
            f'radius-server host 192.0.2.21 key 7 "{shared.type7()}" authentication accounting',
        ],
        "snmp": [
            f"snmp-server location {subject.location}",
            "snmp-server contact network operations",
            f"snmp-server community {own.plain()} group network-operator",
            f"snmp-server user monitor network-operator auth md5 {own.plain()} localizedkey",
        ],
        "ntp": ["ntp source-interface loopback0", _ntp("192.0.2.1"), _ntp("192.0.2.2")],
        "aaa": ["aaa authentication login default group ADMIN", "aaa accounting default group ADMIN"],
        "routes": [_route(f"10.{40 + subject.site}.{n}.0", f"10.0.{subject.site}.1") for n in range(2)],
        "vlans": [line for number, name in VLANS.items() for line in _vlan(number, name)],
        "acl": _acl(),
        "vrf": ["vrf context management", f"  ip route 0.0.0.0/0 10.{10 + subject.site}.0.1"],
        "interfaces": _interfaces(subject, chance),
        "routing": _routing(subject, own),
        "logging": ["logging source-interface loopback0", _syslog("192.0.2.10")],
        "banner": [f"banner motd #{BANNER}#"],
        "lines": ["line console", "  exec-timeout 5", "line vty", "  exec-timeout 10"],
        "boot": ["boot nxos bootflash:/nxos.9.3.10.bin"],
    }


def _preamble(subject: Subject) -> list[str]:
    return [
        "!Command: show running-config",
        slot("saved"),
        slot("time"),
        "version 9.3(10) Bios:version 05.45",
        f"hostname {subject.hostname}",
        f"vdc {subject.hostname} id 1",
        "  limit-resource vlan minimum 16 maximum 4094",
        "  limit-resource vrf minimum 2 maximum 4096",
        "feature tacacs+",
        "feature ospf",
        "feature bgp",
        "feature interface-vlan",
        "feature lacp",
    ]


def _vlan(number: int, name: str) -> list[str]:
    return [f"vlan {number}", f"  name {name}"]


def _acl() -> list[str]:
    return [
        "ip access-list SERVICES",
        "  10 permit tcp any 192.0.2.80/32 eq 443",
        "  20 permit udp any 192.0.2.53/32 eq domain",
        "  9999 deny ip any any log",
    ]


def _interfaces(subject: Subject, chance: Random) -> list[str]:
    lines = []
    vlans = list(VLANS)
    for port in range(1, _PORTS + 1):
        lines += [f"interface Ethernet1/{port}", f"  description {description(chance)}"]
        lines += ["  shutdown"] if chance.random() < 0.1 else []
        lines += ["  switchport", f"  switchport access vlan {chance.choice(vlans)}"]
        lines += ["  spanning-tree port type edge"] if port % 2 else ["  no cdp enable"]
    number = subject.number % 250 + 1
    lines += ["interface mgmt0", "  vrf member management", f"  ip address {subject.address}/24"]
    lines += ["interface loopback0", f"  ip address 10.255.{subject.site}.{number}/32"]
    lines += ["  ip router ospf 1 area 0.0.0.0"]
    return lines


def _routing(subject: Subject, own: Vault) -> list[str]:
    number = subject.number % 250 + 1
    return [
        "router ospf 1",
        f"  router-id 10.255.{subject.site}.{number}",
        "  passive-interface default",
        f"router bgp {65010 + subject.site}",
        f"  router-id 10.255.{subject.site}.{number}",
        "  address-family ipv4 unicast",
        "    maximum-paths 4",
        f"  neighbor 10.0.{subject.site}.254",
        f"    remote-as {65000 + subject.site}",
        f"    password 3 {own.type7()}",
        "    address-family ipv4 unicast",
        "      send-community",
    ]


def _route(network: str, gateway: str) -> str:
    return f"ip route {network}/24 {gateway}"


def _syslog(host: str) -> str:
    return f"logging server {host} 5 use-vrf management"


def _ntp(host: str) -> str:
    return f"ntp server {host} use-vrf management"


def _noise(stamp: Stamp) -> Mapping[str, str]:
    return {
        "saved": f"!Running configuration last done at: {unix_date(stamp.changed_at)}",
        "time": f"!Time: {unix_date(stamp.printed_at)}",
    }


NXOS = Dialect(
    build=_build,
    noise=_noise,
    is_port=lambda line: line.startswith("interface Ethernet1/"),
    description=("  description ", ""),
    shutdown="  shutdown",
    vlan=_vlan,
    acl_entry=lambda number, host: [f"  {100 + number} permit tcp any {host}/32 eq {8000 + number}"],
    route=_route,
    community=("snmp-server community ", " group network-operator"),
    syslog=_syslog,
    ntp=_ntp,
    before={"acl": "  9999 deny ip any any log"},
    claims_user=False,
    always_noisy=True,
)
