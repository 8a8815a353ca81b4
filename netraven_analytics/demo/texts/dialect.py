"""What the four platforms have in common: sections of lines, and how each says the same things."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from netraven_analytics.demo.texts.vault import Vault

# A configuration: the lines of each section, in the order in which they are printed.
Sections = dict[str, list[str]]
# Lines that begin so are places for noise. No text can hold this character.
SLOT = "\x00"


@dataclass(frozen=True)
class Subject:
    """The device a configuration is for."""

    hostname: str
    address: str
    role: str
    site: int
    number: int
    location: str


@dataclass(frozen=True)
class Stamp:
    """What a device prints about its configuration besides the configuration: all of it noise."""

    changed_at: datetime
    changed_by: str
    saved_at: datetime
    printed_at: datetime
    clock: int
    size: int


@dataclass(frozen=True)
class Dialect:
    """One platform.

    ``build`` takes the device's own chance and secrets and those it shares with its peers (same role
    and platform); ``before`` names the line in a section that new lines go in front of, where that is
    not the section's end; ``claims_user`` says whether its noise lines name a person.
    """

    build: Callable[[Subject, Random, Vault, Vault], Sections]
    noise: Callable[[Stamp], Mapping[str, str]]
    is_port: Callable[[str], bool]
    description: tuple[str, str]
    shutdown: str
    vlan: Callable[[int, str], list[str]]
    acl_entry: Callable[[int, str], list[str]]
    route: Callable[[str, str], str]
    community: tuple[str, str]
    syslog: Callable[[str], str]
    ntp: Callable[[str], str]
    before: Mapping[str, str]
    claims_user: bool = True
    always_noisy: bool = False


def slot(name: str) -> str:
    """The place of a noise line."""
    return f"{SLOT}{name}"
