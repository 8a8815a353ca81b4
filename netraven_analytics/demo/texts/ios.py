"""Cisco IOS."""

from collections.abc import Mapping
from random import Random

from netraven_analytics.demo.texts.dialect import Dialect, Sections, Stamp, Subject, slot
from netraven_analytics.demo.texts.vault import Vault
from netraven_analytics.demo.texts.words import BANNER, DOMAIN, VLANS, cisco_date, description

_PORTS = {"access": 24, "distribution": 16, "edge": 6, "core": 12, "firewall": 6}


def _build(subject: Subject, chance: Random, own: Vault, shared: Vault) -> Sections:
    return {
        "preamble": _preamble(subject),
        "access": _access(own, shared),
        "vlans": [line for number, name in VLANS.items() for line in _vlan(number, name)],
        "interfaces": _interfaces(subject, chance, own),
        "routing": _routing(subject, own),
        "routes": [_route(f"10.{40 + subject.site}.{n}.0", f"10.0.{subject.site}.1") for n in range(2)],
        "acl": _acl(),
        "logging": ["!", "logging source-interface Loopback0", _syslog("192.0.2.10")],
        "snmp": [
            f"snmp-server community {own.plain()} RO 98",
            f"snmp-server location {subject.location}",
            "snmp-server contact network operations",
            "snmp-server enable traps config",
        ],
        "servers": [
            "tacacs-server host 192.0.2.20",
            f"tacacs-server key 7 {shared.type7()}",
            f"radius-server host 192.0.2.21 auth-port 1812 acct-port 1813 key 7 {shared.type7()}",
        ],
        "banner": ["!", "banner login ^C", BANNER, "^C", "!"],
        "lines": _lines(own),
        "ntp": [slot("clock"), "ntp source Loopback0", _ntp("192.0.2.1"), _ntp("192.0.2.2")],
        "end": ["end"],
    }


def _preamble(subject: Subject) -> list[str]:
    return [
        slot("bytes"),
        "!",
        slot("changed"),
        slot("saved"),
        "!",
        "version 15.2",
        "no service pad",
        "service timestamps debug datetime msec",
        "service timestamps log datetime msec",
        "service password-encryption",
        "!",
        f"hostname {subject.hostname}",
        "!",
        "logging buffered 64000",
    ]


def _access(own: Vault, shared: Vault) -> list[str]:
    return [
        f"enable secret 9 {own.type9()}",
        "!",
        f"username admin privilege 15 secret 5 {own.type5()}",
        f"username backup privilege 7 password 7 {shared.type7()}",
        "aaa new-model",
        "aaa authentication login default group tacacs+ local",
        "aaa authorization exec default group tacacs+ local",
        "aaa accounting commands 15 default start-stop group tacacs+",
        "clock timezone UTC 0 0",
        f"ip domain-name {DOMAIN}",
        "ip ssh version 2",
        "no ip http server",
        "!",
    ]


def _vlan(number: int, name: str) -> list[str]:
    return [f"vlan {number}", f" name {name}", "!"]


def _interfaces(subject: Subject, chance: Random, own: Vault) -> list[str]:
    number = subject.number % 250 + 1
    lines = ["interface Loopback0", f" ip address 10.255.{subject.site}.{number} 255.255.255.255", "!"]
    vlans = list(VLANS)
    for port in range(1, _PORTS[subject.role] + 1):
        lines += [f"interface GigabitEthernet1/0/{port}", f" description {description(chance)}"]
        lines += [" shutdown"] if chance.random() < 0.1 else []
        lines += [f" switchport access vlan {chance.choice(vlans)}", " switchport mode access"]
        lines += [" spanning-tree portfast"] if port % 3 else [" storm-control broadcast level 5.00"]
        lines += ["!"]
    uplink = ["interface TenGigabitEthernet1/1/1", " description uplink 1", " no switchport"]
    uplink += [f" ip address 10.0.{subject.site}.{number} 255.255.255.0"]
    uplink += [f" ip ospf message-digest-key 1 md5 7 {own.type7()}", " ip ospf network point-to-point", "!"]
    return lines + uplink


def _routing(subject: Subject, own: Vault) -> list[str]:
    lines = [
        "router ospf 1",
        f" router-id 10.255.{subject.site}.{subject.number % 250 + 1}",
        " passive-interface default",
        " no passive-interface TenGigabitEthernet1/1/1",
        f" network 10.0.{subject.site}.0 0.0.0.255 area 0",
        "!",
    ]
    if subject.role == "edge":
        lines += [
            f"router bgp {65010 + subject.site}",
            " bgp log-neighbor-changes",
            " neighbor 203.0.113.1 remote-as 64501",
            f" neighbor 203.0.113.1 password 7 {own.type7()}",
            " neighbor 203.0.113.1 description carrier one",
            " !",
            " address-family ipv4",
            f"  network 10.{10 + subject.site}.0.0 mask 255.255.0.0",
            "  neighbor 203.0.113.1 activate",
            "  neighbor 203.0.113.1 prefix-list FROM-CARRIER in",
            " exit-address-family",
            "!",
        ]
    return lines


def _acl() -> list[str]:
    return [
        "!",
        "ip access-list extended SERVICES",
        " permit tcp any host 192.0.2.80 eq 443",
        " permit udp any host 192.0.2.53 eq domain",
        " deny   ip any any log",
        "!",
        "access-list 98 permit 192.0.2.0 0.0.0.255",
    ]


def _lines(own: Vault) -> list[str]:
    return [
        "line con 0",
        " exec-timeout 5 0",
        f" password 7 {own.type7()}",
        "line vty 0 15",
        " access-class 98 in",
        " exec-timeout 10 0",
        " transport input ssh",
        "!",
    ]


def _route(network: str, gateway: str) -> str:
    return f"ip route {network} 255.255.255.0 {gateway}"


def _syslog(host: str) -> str:
    return f"logging host {host}"


def _ntp(host: str) -> str:
    return f"ntp server {host}"


def _noise(stamp: Stamp) -> Mapping[str, str]:
    by = f"by {stamp.changed_by}"
    return {
        "bytes": f"Current configuration : {stamp.size} bytes",
        "changed": f"! Last configuration change at {cisco_date(stamp.changed_at)} {by}",
        "saved": f"! NVRAM config last updated at {cisco_date(stamp.saved_at)} {by}",
        "clock": f"ntp clock-period {stamp.clock}",
    }


IOS = Dialect(
    build=_build,
    noise=_noise,
    is_port=lambda line: line.startswith("interface GigabitEthernet"),
    description=(" description ", ""),
    shutdown=" shutdown",
    vlan=_vlan,
    acl_entry=lambda number, host: [f" permit tcp any host {host} eq {8000 + number}"],
    route=_route,
    community=("snmp-server community ", " RO 98"),
    syslog=_syslog,
    ntp=_ntp,
    before={"acl": " deny   ip any any log"},
)
