"""Secrets of more than one line, and lines that hold one only because of where they stand."""

import re
from dataclasses import dataclass

from netraven_analytics.configs.redaction.language import Rule, parse

PEM_BEGIN = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]{1,60}-{4,5}")
PEM_END = re.compile(r"-{4,5} ?END ")
# What may stand between the two, besides blank lines: base64, and headers before it.
PEM_BODY = re.compile(r"[\s>|\"'+-]*+(?:[\w+/=\\]*+[\s\"';,\\]*+|[A-Za-z-]{1,30}: [^\s].*|<redacted:.*)$")
# A line of nothing but a long run of base64 or hexadecimal digits; the last one of a run may be short.
_LONG = re.compile(
    r"\s*+(?:(?=[^a-z]{0,90}[a-z])(?=[^A-Z]{0,90}[A-Z])(?=\D{0,90}\d)[\w+/=]{44,}+"
    r"|(?:[0-9A-Fa-f]{8}[ \t]++){3,}+[0-9A-Fa-f]{0,8}|[0-9A-Fa-f]{48,}+)\s*$"
)
_LAST = re.compile(
    r"\s*+(?:[0-9A-Fa-f]{2,8}(?:[ \t]++[0-9A-Fa-f]{2,8})*+|(?=[A-Za-z]{0,76}[\d+/=])[\w+/]{1,76}={0,2})\s*$"
)


@dataclass(frozen=True)
class Context:
    """Rules that hold in the lines below one, as long as they are indented deeper, before the family's."""

    opening: re.Pattern[str]
    rules: tuple[Rule, ...]
    families: frozenset[str]


def _context(opening: str, rules: str, *families: str) -> Context:
    return Context(re.compile(opening, re.IGNORECASE), parse(rules), frozenset(families))


_CISCO_LIKE = ("ios", "iosxr", "nxos", "asa", "eos", "arubaos", "aoscx")
_CONTEXTS = (
    _context(r"\s*config (?:system snmp |switch-controller snmp-)community\b", "set name SECRET", "fortios"),
    _context(r"\s*config form-data\b", "set value SECRET", "fortios"),
    _context(r"\s*config http-headers\b", "set key\nset value SECRET", "fortios"),
    _context(r"\s*scansafe general-options\b", "^ license SECRET", "asa"),
    _context(r"\s*hsrp \d", "^ authentication !md5|text|keychain|key-chain SECRET", "iosxr", "nxos"),
    _context(
        r"\s*(?:tacacs|radius|ldap|aaa)[ -]server\b|\s*aaa authentication-server\b|\s*cluster group\b",
        "^ key SECRET+",
        *_CISCO_LIKE,
    ),
    _context(r"\s*vrrp \d", "^ authentication !md5|text|plaintext-password SECRET", "arubaos"),
    _context(r"\s*server \S+ \{", "key SECRET", "vyos"),
    _context(r"\s*trap-target \S+ \{", "^ community SECRET", "vyos"),
    _context(r"\s*environment \S+ \{", "^ value SECRET", "vyos"),
    _context(
        r"\s*(?:(?:neighbor|peer-group|username|name|psk) \S+|authentication|proxy) \{",
        "^ password|secret|token SECRET",
        "vyos",
    ),
    _context(r"\s*(?:[a-z]{6,9}: ){0,2}snmp \{", "^ community SECRET", "junos"),
    _context(r"\s*snmptrap \{", "^ community SECRET", "panos"),
    _context(r"\s*[\w-]{0,40}(?:authorization|password|secret|token|key) \{", "^ value SECRET", "panos"),
)


def _menu(path: str, rules: str = "") -> Context:
    """What is assigned to these names in any menu is a secret, even if it is an ordinary word."""
    names = "password|passwd|passphrase|secret|secrets|trap-community|*-password|*-passphrase|*-secret=SECRET"
    return _context(path, f"{rules}\n{names}", "routeros")


# RouterOS does not indent: what a menu's path says holds up to the next path.
_MENUS = (
    _menu(r"/snmp[ /]community\b", "name=SECRET"),
    _menu(r"/zerotier\b", "identity=SECRET"),
    _menu(r"/container[ /]envs\b", "value=SECRET"),
    _menu(r"/routing[ /]rip[ /]keys\b", "key=SECRET"),
    _menu(r"/system[ /]ntp[ /]key\b", "key=SECRET"),
    _menu("/[a-z]"),
)


def contexts_of(family: str | None) -> tuple[Context, ...]:
    """The contexts of a family; all of them where it is not known."""
    return tuple(c for c in _CONTEXTS if family is None or family in c.families)


def menus_of(family: str | None) -> tuple[Context, ...]:
    """The same for menus."""
    return tuple(c for c in _MENUS if family is None or family in c.families)


def is_blob(line: str, after_blob: bool) -> bool:
    """Whether the line is a piece of a key or certificate."""
    return (after_blob and _LAST.match(line) is not None) or (
        len(line) > 27 and _LONG.match(line) is not None
    )
