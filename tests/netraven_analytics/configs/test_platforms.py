"""Specs of the families of platforms."""

import pytest

from netraven_analytics.configs.noise import RULES as NOISE
from netraven_analytics.configs.platforms import FAMILIES, family_of
from netraven_analytics.configs.redaction.rules import RULES

SPELLINGS = {
    "cisco_ios": "ios",
    "cisco_xe": "ios",
    "cisco_ios_telnet": "ios",
    "cisco_xr": "iosxr",
    "iosxr": "iosxr",
    "cisco_nxos_ssh": "nxos",
    "juniper_junos": "junos",
    "juniper_screenos": None,
    "aosw": "arubaos",
    "aruba_aoscx": "aoscx",
    "hp_comware_telnet": "comware",
    "mikrotik_routeros": "routeros",
    "PaloAlto_PanOS": "panos",
    "unheard_of": None,
    "": None,
    None: None,
}


@pytest.mark.parametrize(("name", "family"), SPELLINGS.items())
def test_names_lead_to_families(name: str | None, family: str | None) -> None:
    """As netmiko, Oxidized and RANCID spell them, with whatever they put behind."""
    assert family_of(name) == family


def test_every_family_has_rules_of_both_kinds() -> None:
    """For noise and for secrets."""
    assert set(FAMILIES) == set(NOISE) == set(RULES)
