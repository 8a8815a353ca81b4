"""The signature of a message: what is left of it when all that varies is masked.

Why not a library: drain3, the one in wide use, had its last release in July 2022, comes as source only and
pins jsonpickle 1.5.1 and cachetools 4.2.1; and its templates depend on the order in which messages arrive, so
that the same message could have another signature tomorrow. Here a signature depends on nothing but the
message and the names of the devices.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address

LENGTH = 200  # characters of a signature

_QUOTED = re.compile(r"(?<!\w)'[^'\n]{0,200}'(?!\w)|\"[^\"\n]{0,200}\"|`[^`\n]{0,200}`")
_TIME = re.compile(
    r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z\b|[+-]\d\d:?\d\d)?)?"
    r"|\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b"
)
_UNIT = r"(?:[mun\u00b5]s|s|secs?|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?)"
# A number masked before, and its unit behind a blank.
_DURATION = re.compile(rf"<n> {_UNIT}(?![\w<.-]*\w)")

# Within a word the first that fits wins, from left to right.
_MASKS = {
    "made": r"<[a-z]+>",  # what was masked before
    "url": r"\b[a-z]{2,10}://\S+",
    "mac": r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b|\b(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}\b",
    "ip": r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?!\.?\w)",
    "ip6": r"(?<![\w:.])(?=[0-9a-f]{0,4}:[0-9a-f:])[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}"
    r"(?:%\w{1,15})?(?:/\d{1,3})?(?!\w)",
    "duration": rf"(?<![\w.])(?:\d{{1,15}}(?:\.\d{{1,9}})?{_UNIT}(?![a-z])){{1,4}}(?!\w)",
    "id": r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b",
    "word": r"\w[\w.-]*",
}
_MASK = re.compile("|".join(f"(?P<{name}>{mask})" for name, mask in _MASKS.items()), re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:\.\d+)*")
_CONTROL = (
    r"\x1b\[[0-?]{0,40}[@-~]|\x1b\][^\x07\x1b]{0,200}\x07|[\s\x00-\x1f\x7f]"  # terminal escapes, blanks
)
_BLANKS = re.compile(rf"(?:{_CONTROL})+")
_REDACTED = re.compile(r"<redacted:[0-9a-f]{12}>")
_REMEMBERED = 100_000  # words


class Masker:
    """Knows the names of devices, and makes messages into signatures."""

    def __init__(self, hostnames: Collection[str] = ()) -> None:
        self._hosts = {name.casefold() for name in hostnames}
        # Names that are no plain words are looked for as they are, the longest first.
        odd = sorted((n for n in hostnames if not re.fullmatch(_MASKS["word"], n)), key=len, reverse=True)
        self._odd = re.compile("|".join(map(re.escape, odd))) if odd else None
        self._words: dict[str, str] = {}

    def signature(self, message: str) -> str:
        """The message with ``<n>``, ``<ip>``, ``<host>`` and the like in place of what varies."""
        text = _REDACTED.sub("<secret>", _BLANKS.sub(" ", message).strip())
        text = self._odd.sub("<host>", text) if self._odd else text
        text = _TIME.sub("<time>", _QUOTED.sub("<text>", text))
        words = " ".join(self._word(word) for word in text.split(" "))
        return _shortened(_DURATION.sub("<duration>", words))

    def _word(self, word: str) -> str:
        """What stands between two blanks; messages say the same words again and again."""
        if word not in self._words:
            if len(self._words) >= _REMEMBERED:
                self._words.clear()
            self._words[word] = _MASK.sub(self._masked, word)
        return self._words[word]

    def _masked(self, match: re.Match[str]) -> str:
        kind, text = match.lastgroup, match[0]
        if kind == "made":
            return text
        if kind == "ip6":
            return "<ip>" if _is_address(text) else _DIGITS.sub("<n>", text)
        if kind == "word":
            return self._named(text)
        # A session of eight hexadecimal digits may be one of eight decimal digits: both are <n>.
        return "<n>" if kind == "id" else f"<{kind}>"

    def _named(self, text: str) -> str:
        """A word as it is, unless it is a device's name or looks like one: ``worker-3``, ``r1.lab``."""
        word = text.rstrip(".-")
        if word.casefold() in self._hosts:
            return f"<host>{text[len(word) :]}"
        one_case = word in (word.lower(), word.upper())
        if one_case and all(re.search(part, word) for part in (r"[.-]", r"\d", r"[a-zA-Z]")):
            return f"<name>{text[len(word) :]}"
        return _DIGITS.sub("<n>", text)


def _shortened(text: str) -> str:
    return text if len(text) <= LENGTH else f"{text[: LENGTH - 1]}\u2026"


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition("/")[0])
    except ValueError:
        return False
    return True
