"""The families of platforms that print their configurations alike, and the names that tools give them."""

from functools import cache

# Names as netmiko, Oxidized and RANCID spell them. More may follow behind - or _, as in cisco_ios_telnet.
FAMILIES: dict[str, tuple[str, ...]] = {
    "ios": (
        "cisco_ios",
        "cisco_xe",
        "cisco_s200",
        "cisco_s300",
        "ios",
        "iosxe",
        "ciscosmb",
        "catos",
        "cisco",
    ),
    "iosxr": ("cisco_xr", "iosxr", "cisco-xr"),
    "nxos": ("cisco_nxos", "nxos", "cisco-nx"),
    "asa": ("cisco_asa", "cisco_ftd", "asa"),
    "wlc": ("cisco_wlc", "aireos", "cisco-wlc8"),
    "eos": ("arista_eos", "arista", "eos"),
    "junos": ("juniper", "juniper_junos", "junos"),
    "fortios": ("fortinet", "fortios", "fortigate"),
    "panos": ("paloalto_panos", "paloalto", "panos", "panos_api"),
    "routeros": ("mikrotik", "mikrotik_routeros", "routeros"),
    "arubaos": ("aruba_os", "arubaos", "aosw", "arubainstant", "aruba"),
    "aoscx": ("aruba_aoscx", "aoscx", "aruba-cx"),
    "procurve": ("hp_procurve", "aruba_osswitch", "aruba_procurve", "procurve"),
    "comware": ("hp_comware", "comware", "h3c", "huawei", "huawei_vrp", "huawei_vrpv8", "vrp"),
    "vyos": ("vyos", "vyatta", "vyatta_vyos", "ubiquiti_edge", "ubiquiti_edgerouter", "edgeos"),
}
# Their names begin like another family's, and they are of none.
_STRANGERS = frozenset({"juniper_screenos"})
_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}


@cache
def family_of(device_type: str | None) -> str | None:
    """The family of a device type, by the longest name it begins with; None for one that is not known."""
    name = (device_type or "").strip().lower()
    while name and name not in _FAMILY_OF:
        if name in _STRANGERS:
            return None
        name = name[: max(name.rfind("_"), name.rfind("-"), 0)]
    return _FAMILY_OF.get(name)
