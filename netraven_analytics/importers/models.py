"""Which platform a device is of: by the name that a tool gives it, else guessed from its configuration."""

import re

from netraven_analytics.configs.platforms import FAMILIES, family_of

# By family, as netmiko and NetRaven call it.
_NETMIKO = {
    "ios": "cisco_ios",
    "iosxr": "cisco_xr",
    "nxos": "cisco_nxos",
    "asa": "cisco_asa",
    "wlc": "cisco_wlc",
    "eos": "arista_eos",
    "junos": "juniper_junos",
    "fortios": "fortinet",
    "panos": "paloalto_panos",
    "routeros": "mikrotik_routeros",
    "arubaos": "aruba_os",
    "aoscx": "aruba_aoscx",
    "procurve": "hp_procurve",
    "comware": "hp_comware",
    "vyos": "vyos",
}
# Tools' names for what netmiko tells apart within a family.
_OWN = {
    "iosxe": "cisco_xe",
    "ciscosmb": "cisco_s300",
    "huawei": "huawei",
    "vrp": "huawei_vrp",
    "edgeos": "ubiquiti_edgerouter",
}
# Oxidized's models that are of no family, so that a list of devices that names one can be understood.
_OTHERS = """
    acmepacket acos acsw addpack adtran adva aen airfiber airos alteonos alvarion aos aos7 apc_aos arbos
    aricentiss asternos asyncos audiocodes audiocodesmp awplus axos bdcom boss br6910 c4cmts cambium
    cambiumepmp casa ciscoce cisconga ciscosma ciscovpn3k cnos comnetms comtrol coriant8600
    coriantgroove corianttmos cumulus datacom dcnos dellx dlink dlinknextgen dnos eatonnetwork eciapollo
    edgecos edgeswitch efos eltex enterasys enterasys800 f5os fabricos fastiron fiberdriver firebrick
    firelinuxos firewareos fortiwlc fsos ftos fujitsupy gaiaos gcombnps grandstream hatteras hios
    hirschmann hpebladesystem hpemsa hpmsm icotera ingate ipos ironware isam kornfeldos lancom lenovonos
    linksyssrw linuxgeneric masteros mimosab11 ml66 mlnxos mtrlrfs ndms necix netgear netonix netscaler
    nodegrid nos nsxconfig nsxdfw nsxfirewall ocnos onefinity oneos openbsd opengear openwrt opnsense
    os10 os6 pfsense planet powerconnect purityos qtech quantaos raisecom rgos saos saos10 screenos sgos
    siklu siklumhtg sixwind slxos smartax smartcs sonicos speedtouch sros stoneos swos tdre telco tmos
    tnsr tplink trango truenas ucs unifiap uplinkolt viptela voltaire voss weos xos yamaha zhoneolt
    zteolt zy1308 zynos zynosadsl zynosgs
"""
_MODELS = frozenset(_OTHERS.split()).union(*FAMILIES.values())
_HEAD = 100_000  # characters; what tells a platform stands near the beginning
_RANCID = re.compile(r"^\S?\s*RANCID-CONTENT-TYPE: *(\S{1,60})", re.MULTILINE)

# How lines begin that only this family's configurations have. The first family that is found counts: those
# whose lines another one has as well stand behind it.
_TRAITS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("wlc", (r"# WLC Config Begin", r"config (?:sysname|wlan) ")),
    ("fortios", (r"#config-version=", r"config system global\s*$")),
    ("routeros", (r"# .{11,20} by RouterOS", r"/(?:interface|ip|system) [\w -]+$")),
    ("panos", (r"<config version=\"", r"<response status=\"success\"", r"set deviceconfig system ")),
    ("junos", (r"## Last (?:commit|changed): ", r"(?:set )?version \d+\.\d+[RXBI-]\S*;?$")),
    ("junos", (r"system \{\n {4}(?:host-name|root-authentication|time-zone)\b",)),
    ("vyos", (r"// vyos-config-version", r"/\* === vyatta-config-version", r"interfaces \{\s+ethernet eth")),
    ("vyos", (r"set interfaces ethernet eth\d", r"set service ssh", r"set system host-name \S+$")),
    ("aoscx", (r"!Version ArubaOS-CX",)),
    ("procurve", (r"; \S+ Configuration Editor; Created on release", r"; hpStack")),
    ("comware", (r" version \d+\.\d+\.\d+, ", r"!Software Version V\d", r" ?sysname \S")),
    ("asa", (r": Saved$", r"ASA Version \d", r": Serial Number: ")),
    ("eos", (r"! device: .*EOS", r"transceiver qsfp default-mode", r"! boot system flash:/?EOS")),
    ("nxos", (r"!Command: show (?:running|startup)-config", r"version \d+\.\d+\(\d+\S*", r"vdc \S+ id \d")),
    ("iosxr", (r"!! IOS XR", r"!! Last configuration change at ")),
    ("arubaos", (r"version [68]\.\d+\s*$", r"netservice \S", r"(?:master|conductor)ip ")),
    ("eos", (r"! Command: show running-config",)),
    ("ios", (r"version 1\d\.\d+\S*\s*$", r"Current configuration : \d+ bytes", r"service timestamps ")),
    ("ios", (r"! Last configuration change at ", r"boot-start-marker")),
)
_FAMILIES = [
    (family, re.compile(rf"^(?:{'|'.join(beginnings)})", re.MULTILINE)) for family, beginnings in _TRAITS
]


def is_model(name: str) -> bool:
    """Whether that is, as it stands, a tool's name of a platform: ``asa-berlin`` is more likely a host's."""
    plain = name.strip().lower()
    return plain.removesuffix("_telnet").removesuffix("_ssh").removesuffix("_serial") in _MODELS


def netmiko_name(model: str) -> str:
    """The device type of a model as Oxidized, RANCID or netmiko spell it; of an unknown one its own name."""
    name = model.strip()
    family = family_of(name)
    if family is None or "_" in name:  # netmiko's names have one
        return name
    return _OWN.get(name.lower()) or _NETMIKO[family]


def stated_model(text: str) -> str | None:
    """The device type that RANCID wrote into the first lines of a text; None where it did not."""
    found = _RANCID.search(text, 0, 1000)
    return netmiko_name(found[1]) if found else None


def guess_model(text: str) -> str | None:
    """The device type that a configuration looks like; None where it looks like none that is known."""
    head = text[:_HEAD].replace("\r\n", "\n")
    return next((_NETMIKO[family] for family, trait in _FAMILIES if trait.search(head)), None)
