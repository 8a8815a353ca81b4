"""The language of the rules: each looks like the line it is about.

    ``snmp-server community SECRET``
    ``^ username * ... password|secret SECRET+``

- a word stands for itself in any case, ``a|b`` for either; ``*-password`` for every word that ends so
- ``*`` is any one word, ``#`` a number, ``...`` up to twelve words of any kind, once in a rule
- ``name=SECRET`` is a value that is assigned, also on the next line if this one ends in a backslash
- ``HEX`` is the next long run of hexadecimal digits within some words, which is a secret
- ``[a b]`` may be there or not; ``!a|b`` says that neither comes next
- ``^`` says that the rule's first word is the line's first
- ``SECRET`` is one value, quoted or not; ``SECRET+`` goes on to the end of the line, but for the words that
  platforms put behind a secret; ``SECRET?`` is one value that is no ordinary word, for rules that say little.
  How the value is stored (``7``, ``sha512``, ``ENC``, …) may stand before each of them. A rule without any
  says that there is none, and no other rule is tried there.

A rule is tried only where its first word stands, looks at a bounded number of words and never goes back over
a word (its quantifiers are possessive), so that the time a line takes grows with its length and no faster.
"""

import re
from dataclasses import dataclass
from functools import cached_property

# How a value is stored; what follows is the value, unless nothing does.
_MARKS = (
    r"\d{1,2}|8a|sha-?\d{0,3}|md5|pbkdf2|scrypt|encrypted|unencrypted|clear|cleartext|clear-text|plain|plaintext"
    r"|plain-text|cipher|ciphertext|irreversible-cipher|simple|hash|enc|hex|ascii|ascii-text|hexadecimal|hidden"
    r"|type-?[0-9]"
)
# What platforms put behind a secret that could also be part of one with blanks.
_TAILS = (
    r"role|privilege|encrypted|pbkdf2|nt-encrypted|mschap|attributes|ro|rw|level|level-[12]|timeout|authentication"
    r"|accounting|auth-port|acct-port|group|localizedkey|localizedv2key|priv|usertype|expire|address|hostname|peer"
    r"|use-vrf|vrf|view|service-type|access|retransmit|secret|password|single-connection|use-existing|kdf|ipv6"
    r"|key-id|key_id|wlan|remoteuser|scheduler|feature|port|tls|oobm|accept-lifetime|send-lifetime"
    r"|receive-lifetime|transmit-lifetime|cryptographic-algorithm|secret-encrypted|##|\{|\}"
)
_MARK = rf"(?:(?:{_MARKS})\s++(?=\S)(?!(?:{_TAILS})(?:\s|$)))"
# A quoted value may hold blanks; outside of quotes a value ends at a blank. Only a continued line has breaks.
VALUE = r"(?=[^\s{};\[\]])(?:\"(?:[^\"\\]|\\.)*+\"?|'[^'\n]*+'?)?+(?:(?!\\\n)\S)*+"
_SECRETS = {
    "SECRET": rf"{_MARK}{{0,3}}+({VALUE})",
    "SECRET+": rf"{_MARK}{{0,3}}+({VALUE}(?:[ \t]++(?!(?:{_TAILS})(?:\s|;|$))\S++)*+)",
    "SECRET?": rf"{_MARK}{{0,3}}+({VALUE})",
}
_ASSIGNED = rf"=(?:\\\r?\n\s*+)?+({VALUE})"  # what follows is the value, whatever it is called
_HEX = r"(?:\s++(?![0-9a-f]{32})\S++){0,12}+\s++([0-9a-f]{32,}+)"


@dataclass(frozen=True)
class Rule:
    """A rule, made ready when it is first tried: most are not, in most texts.

    Attributes:
        text: the rule as written.
        starts: the words it may begin with; one that begins with ``*`` is the end of a word.
        rest: what follows these.
        first: whether its first word must be the line's first.
        loose: whether ordinary words are no secrets to it.
    """

    text: str
    starts: tuple[str, ...]
    rest: tuple[str, ...]
    first: bool
    loose: bool

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Matches from the end of the first word; every group is a secret."""
        return re.compile("".join(map(_part, self.rest)), re.IGNORECASE | re.DOTALL)


def parse(text: str) -> tuple[Rule, ...]:
    """The rules of a text with one a line."""
    return tuple(_rule(line.strip()) for line in text.splitlines() if line.strip())


def _rule(text: str) -> Rule:
    words = re.findall(r"\[[^\]]*\]|\S+", text)
    first = words[0] == "^"
    start, *rest = words[first:]
    start, assigns, _ = start.partition("=")
    rest = ["=SECRET", *rest] if assigns else rest
    return Rule(text, tuple(start.split("|")), tuple(rest), first, "SECRET?" in rest)


def _part(word: str) -> str:
    if word.startswith("["):
        return f"(?:{''.join(_part(inner) for inner in word[1:-1].split())})?"
    if word.startswith("!"):
        return rf"(?!\s++{_either(word[1:])}(?:\s|$))"
    if word == "...":
        return r"\s++(?:\S++\s++){0,12}?"
    if word == "HEX":
        return _HEX
    if word == "=SECRET":
        return _ASSIGNED
    if word.endswith("=SECRET"):
        return rf"(?:(?<=\s)|\s++){_either(word.removesuffix('=SECRET'))}{_ASSIGNED}"
    return r"(?:(?<=\s)|\s++)" + (_SECRETS[word] if word in _SECRETS else _word(word))


def _word(word: str) -> str:
    if word == "*":
        return r"\S++"
    return rf"{_either(word)}(?=\s|$)"


def _either(word: str) -> str:
    return f"(?:{'|'.join(_one(one) for one in word.split('|'))})"


def _one(word: str) -> str:
    if word == "#":
        return r"\d++"
    return rf"[\w-]*?{re.escape(word[1:])}" if word.startswith("*") else re.escape(word)
