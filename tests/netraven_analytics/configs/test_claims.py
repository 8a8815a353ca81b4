"""Specs of whom a text names for its last change."""

import pytest

from netraven_analytics.configs.claims import Claim, claimed

AT = "10:11:12 UTC Tue Mar 3 2026"
CLAIMS = {
    ("cisco_ios", f"!\n! Last configuration change at {AT} by ada\n!\n"): Claim("ada", AT),
    (
        "cisco_ios",
        f"! Last configuration change at {AT}\n! NVRAM config last updated at {AT} by bob\n",
    ): Claim("bob", AT),
    ("cisco_ios", f"! Last configuration change at {AT}\n"): None,
    ("cisco_xr", f"!! Last configuration change at {AT} by ada\n"): Claim("ada", AT),
    ("cisco_nxos", f"!Running configuration last done at: {AT}\n!Time: x\n"): None,
    ("cisco_asa", f": Saved\n: Written by ada at {AT}\n"): Claim("ada", AT),
    ("arista_eos", f"! Startup-config last modified at {AT} by ada\n"): Claim("ada", AT),
    ("juniper_junos", "## Last commit: 2026-03-03 10:11:12 UTC by ada\n"): Claim(
        "ada", "2026-03-03 10:11:12 UTC"
    ),
    (
        "huawei_vrp",
        "!Software Version V200R019C10SPC500\n"
        "!Last configuration was updated at 2024-01-12 10:11:12+00:00 by ada\n"
        "!Last configuration was saved at 2024-01-12 11:00:00+00:00 by bob\n",
    ): Claim("ada", "2024-01-12 10:11:12+00:00"),
    ("huawei", "!Last configuration was saved at 2024-01-12 11:00:00+00:00 by bob\n"): None,
    (None, "!Last configuration was updated at 2024-01-12 10:11:12+00:00 by ada\n"): Claim(
        "ada", "2024-01-12 10:11:12+00:00"
    ),
    ("fortinet", "#config-version=FGT-7.2:opmode=0:user=backup\n"): None,
    ("mikrotik_routeros", "# 2026-03-03 10:11:12 by RouterOS 7.14\n"): None,
    (
        "paloalto_panos",
        '<a admin="ada" time="2026/03/03 10:00:00"/><b admin="bob" time="2026/03/04 10:00:00"/>',
    ): Claim("bob", "2026/03/04 10:00:00"),
    (None, "## Last commit: 2026 by ada\n"): Claim("ada", "2026"),
    (None, "hostname r\n description changed by ada\n"): None,
}


@pytest.mark.parametrize(("device_type", "text"), CLAIMS)
def test_who_is_named(device_type: str | None, text: str) -> None:
    """By the platform's own line; who took the copy is not who changed it."""
    assert claimed(text, device_type) == CLAIMS[device_type, text]
