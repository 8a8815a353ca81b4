"""Juniper Junos, in curly form."""

from collections.abc import Mapping
from random import Random

from netraven_analytics.demo.texts.dialect import Dialect, Sections, Stamp, Subject, slot
from netraven_analytics.demo.texts.vault import Vault
from netraven_analytics.demo.texts.words import BANNER, DOMAIN, VLANS, description, junos_date

_PORTS = 10


def _build(subject: Subject, chance: Random, own: Vault, shared: Vault) -> Sections:
    vlans = [line for number, name in VLANS.items() for line in _vlan(number, name)]
    routes = [_route(f"10.{40 + subject.site}.{n}.0", f"10.0.{subject.site}.1") for n in range(2)]
    return {
        "preamble": [slot("commit"), slot("changed"), "version 21.4R3-S5.4;"],
        "system": _system(subject, own),
        "banner": ["    login {", f'        message "{BANNER}";', *_backup_user(shared), "    }"],
        "servers": _servers(shared),
        "logging": ["    syslog {", _syslog("192.0.2.10"), "        file messages {", *_messages(), "    }"],
        "ntp": ["    ntp {", _ntp("192.0.2.1"), _ntp("192.0.2.2"), "    }", "}"],
        "interfaces": ["interfaces {", *_interfaces(subject, chance), "}"],
        "snmp": _snmp(subject, own),
        "routes": ["routing-options {", "    static {", *routes, "    }", *_router(subject), "}"],
        "routing": _protocols(subject, own),
        "acl": _firewall(),
        "vlans": ["vlans {", *vlans, "}"],
    }


def _system(subject: Subject, own: Vault) -> list[str]:
    return [
        "system {",
        f"    host-name {subject.hostname};",
        f"    domain-name {DOMAIN};",
        "    time-zone UTC;",
        "    root-authentication {",
        f'        encrypted-password "{own.sha512()}"; ## SECRET-DATA',
        "    }",
        "    services {",
        "        ssh {",
        "            root-login deny;",
        "            protocol-version v2;",
        "        }",
        "        netconf {",
        "            ssh;",
        "        }",
        "    }",
    ]


def _backup_user(shared: Vault) -> list[str]:
    return [
        "        user backup {",
        "            uid 2001;",
        "            class read-only;",
        "            authentication {",
        f'                encrypted-password "{shared.sha512()}"; ## SECRET-DATA',
        "            }",
        "        }",
    ]


def _servers(shared: Vault) -> list[str]:
    return [
        "    radius-server {",
        f'        192.0.2.21 secret "{shared.junos9()}"; ## SECRET-DATA',
        "    }",
        "    tacplus-server {",
        f'        192.0.2.20 secret "{shared.junos9()}"; ## SECRET-DATA',
        "    }",
    ]


def _messages() -> list[str]:
    return ["            any notice;", "            authorization info;", "        }"]


def _interfaces(subject: Subject, chance: Random) -> list[str]:
    lines = []
    for port in range(_PORTS):
        lines += [f"    ge-0/0/{port} {{", f'        description "{description(chance)}";']
        lines += ["        disable;"] if chance.random() < 0.1 else []
        lines += ["        unit 0 {", "            family inet {"]
        lines += [f"                address 10.{100 + port}.{subject.number % 250}.1/24;"]
        lines += ["            }", "        }", "    }"]
    address = f"10.255.{subject.site}.{subject.number % 250 + 1}/32"
    lines += ["    lo0 {", "        unit 0 {", "            family inet {"]
    return [*lines, f"                address {address};", "            }", "        }", "    }"]


def _snmp(subject: Subject, own: Vault) -> list[str]:
    return [
        "snmp {",
        f'    location "{subject.location}";',
        '    contact "network operations";',
        f"    community {own.plain()} {{",
        "        authorization read-only;",
        "    }",
        "}",
    ]


def _router(subject: Subject) -> list[str]:
    address = f"10.255.{subject.site}.{subject.number % 250 + 1}"
    return [f"    router-id {address};", f"    autonomous-system {65010 + subject.site};"]


def _protocols(subject: Subject, own: Vault) -> list[str]:
    return [
        "protocols {",
        "    bgp {",
        "        group CARRIERS {",
        "            type external;",
        f'            authentication-key "{own.junos9()}"; ## SECRET-DATA',
        f"            peer-as {64500 + subject.site};",
        "            neighbor 203.0.113.1;",
        "        }",
        "    }",
        "    ospf {",
        "        area 0.0.0.0 {",
        "            interface ge-0/0/0.0 {",
        "                authentication {",
        f'                    md5 1 key "{own.junos9()}"; ## SECRET-DATA',
        "                }",
        "            }",
        "            interface lo0.0 {",
        "                passive;",
        "            }",
        "        }",
        "    }",
        "}",
    ]


def _firewall() -> list[str]:
    return [
        "firewall {",
        "    family inet {",
        "        filter SERVICES {",
        *_acl_entry(0, "192.0.2.80"),
        "            term default {",
        "                then {",
        "                    log;",
        "                    discard;",
        "                }",
        "            }",
        "        }",
        "    }",
        "}",
    ]


def _acl_entry(number: int, host: str) -> list[str]:
    return [
        f"            term allow-{number} {{",
        "                from {",
        f"                    destination-address {host}/32;",
        f"                    destination-port {8000 + number};",
        "                }",
        "                then accept;",
        "            }",
    ]


def _vlan(number: int, name: str) -> list[str]:
    return [f"    {name} {{", f"        vlan-id {number};", "    }"]


def _route(network: str, gateway: str) -> str:
    return f"        route {network}/24 next-hop {gateway};"


def _syslog(host: str) -> str:
    return f"        host {host} any notice;"


def _ntp(host: str) -> str:
    return f"        server {host};"


def _noise(stamp: Stamp) -> Mapping[str, str]:
    return {
        "commit": f"## Last commit: {junos_date(stamp.saved_at)} by {stamp.changed_by}",
        "changed": f"## Last changed: {junos_date(stamp.changed_at)}",
    }


JUNOS = Dialect(
    build=_build,
    noise=_noise,
    is_port=lambda line: line.startswith("    ge-"),
    description=('        description "', '";'),
    shutdown="        disable;",
    vlan=_vlan,
    acl_entry=_acl_entry,
    route=_route,
    community=("    community ", " {"),
    syslog=_syslog,
    ntp=_ntp,
    before={
        "acl": "            term default {",
        "vlans": "}",
        "routes": "    }",
        "logging": "        file messages {",
        "ntp": "    }",
    },
)
