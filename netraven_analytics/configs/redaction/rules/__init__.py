"""The rules of each family, as text in the language of :mod:`..language`."""

from netraven_analytics.configs.redaction.rules import (
    arista,
    aruba,
    asa,
    cisco,
    common,
    comware,
    fortinet,
    juniper,
    mikrotik,
    paloalto,
    procurve,
    vyos,
    wlc,
)

COMMON: str = common.RULES
# Platforms that borrowed Cisco's words borrow its rules.
RULES: dict[str, tuple[str, ...]] = {
    "ios": (cisco.RULES,),
    "iosxr": (cisco.RULES,),
    "nxos": (cisco.RULES,),
    "asa": (asa.RULES, cisco.RULES),
    "wlc": (wlc.RULES, cisco.RULES),
    "eos": (arista.RULES, cisco.RULES),
    "junos": (juniper.RULES,),
    "fortios": (fortinet.RULES,),
    "panos": (paloalto.RULES,),
    "routeros": (mikrotik.RULES,),
    "arubaos": (aruba.RULES, cisco.RULES),
    "aoscx": (aruba.RULES, cisco.RULES),
    "procurve": (procurve.RULES, cisco.RULES),
    "comware": (comware.RULES,),
    "vyos": (vyos.RULES,),
}
# Of a platform that is not known: all of them.
UNION = tuple(dict.fromkeys(rules for family in RULES.values() for rules in family))
