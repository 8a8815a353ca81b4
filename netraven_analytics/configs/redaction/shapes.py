"""Secrets that say so themselves, wherever they stand, and values with a name that does."""

import re

from netraven_analytics.configs.redaction.language import VALUE
from netraven_analytics.configs.redaction.words import words

# Every group is a secret. Each begins with something that is rare, and has bounded or possessive quantifiers.
SHAPES = re.compile(
    # crypt and its kin
    r"(\$(?:[0-9]{1,2}|1c|2[abxy]|[a-z]{1,3}|sha\d{1,3}|pbkdf2[\w-]{0,20})\$[^\s\";,<>)\]}']++)"
    r"|(%\^%#[^\s]{1,500}?%\^%#|%\$%\$[^\s]{1,500}?%\$%\$|%@%@[^\s]{1,500}?%@%@|@%@%[^\s]{1,500}?@%@%)"  # VRP
    r"|(-A[A-Z]==[\w+/=-]{8,}+)"  # PAN-OS
    r"|\bENC\s([\w+/=]{6,}+)"  # FortiOS
    r"|(\{(?:SSHA|SHA|SMD5|MD5|CRYPT)\d{0,3}\}[\w+/=$.]{8,}+)"
    r"|\b(eyJ[\w-]{10,}+\.[\w-]{4,}+\.[\w-]*+)"  # JSON web tokens
    r"|\b(gh[pousr]_\w{20,}+|glpat-[\w-]{16,}+|xox[abp]-[\w-]{10,}+|AKIA[0-9A-Z]{16})"  # keys of services
    # a password in a URL
    r"|://[^\s:@/\"'<>]{0,200}+:(?!\d{1,5}/)([^\s\"'<>@]{1,400}+(?:@[^\s\"'<>@]{1,400}+){0,4})@"
    r"|\bmail-server\s++[^\s:@]{1,200}+:([^\s@]{1,200}+)@"  # IOS
    r"|\b(?:ingestauth=\w{1,20}+|cvauth=key),(\S++)"  # EOS
    r"|<entry name=\"[^\"<>]{0,60}(?:password|secret|key|token|authorization)\">"  # PAN-OS
    r"\s{0,20}+<value>([^<]{1,1000}+)"
    r"|/bot\d{5,15}(?::|%3A)([\w-]{20,}+)"  # Telegram
    r"|wss://[^\s+\"'/]{1,100}+\+([^\s+\"']{6,}+)"  # EdgeOS
    r"|\b(?:bearer|basic|digest)\s++([\w+/=.~-]{16,}+)",
    re.IGNORECASE,
)
# No shape without one of these characters, or of these pieces.
RARE = frozenset("$%@{")
HINTS = (
    *("==", "ENC ", "eyJ", "_", "glpat-", "xox", "AKIA", "earer ", "asic ", "igest "),
    *("ingestauth=", "cvauth=", "<value>", "/bot", "wss://"),
)
_NAMES = words(
    """
    password passwd pass pwd secret passphrase passcode psk token apikey authorization
    proxy-authorization cookie set-cookie community community_string x-api-key phash authpwd privpwd
    pin pin-code sim-pin private_key privatekey secrets cak trap-community
    """
)
_KEYS = words(
    """
    shared auth authentication encryption private preshared pre-shared secret access api session wep wpa
    md5 radius tacacs server master enc management-protection symmetric
    """
)
_NAME_ENDS = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "psk",
    "pwd",
    "token",
    "passcode",
    "authpwd",
    "privpwd",
)
_XML = words("key community snmp-community-string hash encrypted-password authorization fixed")

# From the end of the name: = or : and the value, which may be quoted, escaped once more, or continued.
ASSIGNED = re.compile(
    r"\\?[\"']?\s{0,3}+(?:=>|:=|[=:])(?!//|:)\s{0,3}+(?:\\\r?\n\s*+)?+(?:(?:Bearer|Basic|Digest|Token|ENC)\s++)?+"
    rf"(\\\"[^\"\\\n]*+\\?\"?|{VALUE})",
    re.IGNORECASE | re.DOTALL,
)
ELEMENT = re.compile(r"(?:\s[^<>]{0,300}+)?+>\s*+([^<\s][^<]*+)(?=<|$)")


def names_secret(name: str) -> bool:
    """Whether a value of that name, in lower case, is a secret."""
    if name == "export-password":  # says how ArubaOS-CX encrypts its export
        return False
    if name in _NAMES or name.endswith(_NAME_ENDS):
        return True
    return names_key(name)


def names_key(name: str) -> bool:
    """Whether the name is that of a key which is not public, such as ``wpa2-pre-shared-key``."""
    if name.startswith("static-key-"):
        return True
    before, _, last = name.replace("_", "-").rpartition("-")
    return last == "key" and (before in _KEYS or any(before.endswith(f"-{key}") for key in _KEYS))


def names_element(name: str) -> bool:
    """Whether an XML element of that name holds a secret."""
    return name in _XML or names_secret(name)
