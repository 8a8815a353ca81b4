"""The noise of each family of platforms, as data. Yours need no edit here: see docs/noise.md."""

from dataclasses import dataclass

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"


@dataclass(frozen=True)
class Rules:
    """What to leave out of a text before it is compared.

    Attributes:
        lines: regular expressions; a line is left out when one matches from its first character.
        values: regular expressions with one group; what the group holds is left out, wherever it stands. They
            are fast when they begin with a few plain characters.
        blocks: the first line and the last line of a block, matched from their first characters; the lines
            between them are left out.
    """

    lines: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    blocks: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Rules") -> "Rules":
        return Rules(self.lines + other.lines, self.values + other.values, self.blocks + other.blocks)


_BUILDING = r"Building [Cc]onfiguration\.\.\."
_UPTIME = r"[!#] ?\S+ uptime is "
_CLOCK = rf"{_DAY} {_MONTH} +\d+ \d\d:\d\d:\d\d"
# A certificate that a device signs for itself is made anew whenever it pleases.
_SELF_SIGNED = (r" +certificate self-signed ", r"\s*quit\b")
_VRP_LAST = r"!Last configuration was (?:updated|saved) at "

RULES: dict[str, Rules] = {
    "ios": Rules(
        lines=(
            r"!!? Last configuration change at ",
            r"! NVRAM config last updated at ",
            r"! No configuration change since last restart",
            r"Current configuration : \d+ bytes",
            r"Using \d+ out of \d+ bytes",
            r"ntp clock-period \d+",
            r"Load for five secs: ",
            r"Time source is ",
            _BUILDING,
            _UPTIME,
        ),
        blocks=(_SELF_SIGNED,),
    ),
    "iosxr": Rules(lines=(r"!! Last configuration change at ", _CLOCK, _BUILDING, _UPTIME)),
    "nxos": Rules(
        lines=(
            r"!Time: ",
            r"!Running configuration last done at: ",
            r"!NVRAM config last updated at: ",
            r"!Startup config saved at: ",
            r"!No configuration change since last restart",
            _BUILDING,
            _UPTIME,
        )
    ),
    "asa": Rules(
        lines=(
            r": Saved",
            r": Written by ",
            r"Cryptochecksum:",
            r"! ?\S+ up \d+ (?:year|day|hour|min)",
            _BUILDING,
        ),
        blocks=(_SELF_SIGNED,),
    ),
    "wlc": Rules(lines=(r"# WLC Config Begin", r"# WLC Config End", r"System Up Time", _UPTIME)),
    "eos": Rules(
        lines=(r"! Startup-config last modified at ", r"! Command: show ", r"! device: ", r"! Uptime: ")
    ),
    "junos": Rules(
        lines=(
            r"## Last commit: ",
            r"## Last changed: ",
            r"\{(?:master|backup|linecard|primary|secondary)(?::\w+)?\}",
        )
    ),
    "fortios": Rules(
        lines=(
            r"#conf_file_ver=",
            r"[!#]? ?System time: ",
            r"[!#]? ?(?:Virus-DB|Extended DB|Extreme DB|AV AI/ML Model|IPS-DB|IPS-ETDB|APP-DB|FMWP-DB): ",
            r"[!#]? ?(?:INDUSTRIAL-DB|IPS Malicious URL Database|IoT-Detect|Botnet DB): ",
            r"[!#]? ?(?:Cluster uptime|Last reboot|Uptime): ",
            r" +set lastupdate \d+",
        ),
        # Who took the copy; and what can be turned back is encrypted anew whenever it is shown. Hashes of
        # administrators are not: PB2 are those of 7.2.11, 7.4.8, 7.6.1 and later.
        values=(r"#config-version=[^\n]*:user=(\S+)", r"ENC (?!SH2|AK1|PB2)(\S+)"),
        blocks=((r" +set private-?key \"-----BEGIN ", r"-----END "),),
    ),
    "panos": Rules(
        lines=(
            r"(?:! )?(?:up)?time: ",
            r"(?:! )?(?:app|av|threat|wildfire|wf-private|url-filtering)-(?:version|release-date): ",
            r"(?:! )?(?:global-protect-\w+|device-dictionary)-(?:version|release-date): ",
        ),
        values=(r"<[^<>]*?( admin=\"[^\"]*\")", r"<[^<>]*?( dirtyId=\"\d+\")", r"<[^<>]*?( time=\"[^\"]*\")"),
    ),
    "routeros": Rules(
        lines=(
            rf"# (?:{_MONTH.lower()}|{_MONTH})/\d\d/\d{{4}} \d",
            r"# \d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
            r"# inactive time",
            r"# received packet from \S+ bad format",
            r"# poe-out status: ",
            r"# \S+ not ready",
            r"# .{0,200}please restart the device in order to apply the new setting",
            r"# Firmware upgraded successfully",
        )
    ),
    "arubaos": Rules(lines=(_BUILDING, _UPTIME, r"# ?Last modified: ")),
    "aoscx": Rules(lines=(r"Up Time *:", r"! ?Last modified: ", _UPTIME)),
    "procurve": Rules(lines=(r" +Up Time +: ", r" +CPU Util \(%\) +: ", r"[!;]? ?Uptime")),
    "comware": Rules(
        lines=(_UPTIME, r"H3C \S+ uptime is ", r"#? ?Last reboot reason", r"# ?Time: ", _VRP_LAST)
    ),
    "vyos": Rules(lines=(r"(?://|#) ?(?:Uptime|Last commit)\b",)),
}

# Of a platform that is not known only what no configuration holds, whatever the platform: what a machine
# writes into a comment beside a time.
UNKNOWN = Rules(
    lines=(
        r"!!? Last configuration change at ",
        r"! NVRAM config last updated at ",
        r"! No configuration change since last restart",
        r"Current configuration : \d+ bytes",
        r"Building [Cc]onfiguration\.\.\.",
        r"ntp clock-period \d+",
        r"!Time: ",
        r"!Running configuration last done at: ",
        r"!NVRAM config last updated at: ",
        _VRP_LAST,
        r"! Startup-config last modified at ",
        r"! Command: show ",
        r"! device: ",
        r"## Last commit: ",
        r"## Last changed: ",
        r"#conf_file_ver=",
        r"# .{11,20} by RouterOS",
    )
)
