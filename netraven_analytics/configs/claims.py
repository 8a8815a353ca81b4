"""Whom a text names as the author of its last change."""

import re
from dataclasses import dataclass

from netraven_analytics.configs.platforms import family_of

_HEAD = 20_000  # characters in which the line stands, where a platform prints one


@dataclass(frozen=True)
class Claim:
    """What a text says about its last change; unreliable, since whoever can edit the text can name anyone.

    ``at_text`` is the time as the device prints it, by its own clock and in its own zone.
    """

    user: str
    at_text: str


_BY = r"(?P<at>[^\n]{1,80}?) by (?P<user>[^\s,]{1,100})"
# What FortiOS names in #config-version, and RouterOS in its first line, is who or what took the copy.
_CLAIMS: dict[str, tuple[str, ...]] = {
    "ios": (rf"!!? Last configuration change at {_BY}", rf"! NVRAM config last updated at {_BY}"),
    "iosxr": (rf"!!? Last configuration change at {_BY}",),
    "nxos": (rf"!(?:Running configuration last done|NVRAM config last updated) at: {_BY}",),
    "asa": (r": Written by (?P<user>\S{1,100}) at (?P<at>[^\n]{1,80})",),
    "eos": (rf"! Startup-config last modified at {_BY}",),
    "junos": (rf"## Last commit: {_BY}",),
    "comware": (rf"!Last configuration was updated at {_BY}",),
}
_ELEMENT = re.compile(r"<[^<>]{1,500}>")
_ADMIN = re.compile(r"\badmin=\"([^\"]{1,100})\"")
_TIME = re.compile(r"\btime=\"([^\"]{1,80})\"")


def claimed(text: str, device_type: str | None) -> Claim | None:
    """Whom the text names for its last change, and when; None where it names nobody.

    Cisco IOS, IOS-XE, IOS-XR, ASA, NX-OS where it prints a name, Arista EOS, Junos and Huawei VRP print a
    line; PAN-OS marks elements, of which the latest counts. FortiOS, RouterOS, ArubaOS, Comware and VyOS name
    nobody who changed anything. Of an unknown platform every form is tried.
    """
    family = family_of(device_type)
    head = text[:_HEAD]
    for expression in _CLAIMS.get(family, ()) if family else sum(_CLAIMS.values(), ()):
        found = re.search(rf"^{expression}", head, re.MULTILINE)
        if found:
            return Claim(found["user"], found["at"].strip())
    return _marked(text) if family in (None, "panos") and "admin=" in text else None


def _marked(text: str) -> Claim | None:
    """The latest of the elements that carry an administrator and a time."""
    claims = []
    for element in _ELEMENT.findall(text):
        admin, time = _ADMIN.search(element), _TIME.search(element)
        if admin and time:
            claims.append(Claim(admin[1], time[1]))
    return max(claims, key=lambda claim: claim.at_text, default=None)  # year first, so they sort as text
