"""Noise: lines that change although nobody changed the configuration. Add yours to the table."""

import re
from functools import cache

# By the start of a netmiko device type; a line is noise when the expression matches from its first character.
NOISE: dict[str, tuple[str, ...]] = {
    "cisco_ios": (
        r"! Last configuration change at ",
        r"! NVRAM config last updated at ",
        r"! No configuration change since last restart",
        r"Current configuration : \d+ bytes",
        r"Building configuration\.\.\.",
        r"ntp clock-period \d+",
    ),
    "cisco_nxos": (
        r"!Time: ",
        r"!Running configuration last done at: ",
        r"!NVRAM config last updated at: ",
    ),
    "arista_eos": (
        r"! Startup-config last modified at ",
        r"! Command: show ",
        r"! device: ",
    ),
    "juniper": (
        r"## Last commit: ",
        r"## Last changed: ",
    ),
}


@cache
def noise_of(device_type: str | None) -> re.Pattern[str]:
    """Matches that platform's noise lines, line ends included; those of all where it is unknown."""
    known = [lines for start, lines in NOISE.items() if (device_type or "").startswith(start)]
    expressions = [line for lines in known or NOISE.values() for line in lines]
    return re.compile(rf"^(?:{'|'.join(expressions)}).*\n?", re.MULTILINE)
