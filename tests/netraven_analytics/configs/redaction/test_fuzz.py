"""Secrets of any kind in any place that holds one: none comes out."""

import re
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netraven_analytics.configs.redact import Redactor
from netraven_analytics.configs.redaction.words import ORDINARY
from tests.netraven_analytics.configs.redaction.corpora import FAMILIES, HERE, clean

QUICK = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
_WORDS = ["password", "secret", "key", "7", "community", "snmp-server", "username", "host", "md5"]
_PIECES = [*_WORDS, '"', "=", "encrypted", "role", "x1$", "$9$a", "a b", "\n", " ", "\\\n"]
_PIECES += ["-----BEGIN RSA PRIVATE KEY-----", "-----END X-----"]
_MARKED = re.compile("«([^»]*)»")
_PLAIN = re.compile(r"[a-z]+\d?|[a-z ]+")
# Lines with secrets that the platform does not encrypt, so that they may be anything.
_PLACES = {
    name: [
        line
        for line in (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
        if 1 <= len(_MARKED.findall(line)) <= 2
        and all(map(_PLAIN.fullmatch, _MARKED.findall(line)))
        and ("«" not in line.strip()[:2] or name == "routeros")  # a piece of a key
    ]
    for name in FAMILIES
}
# What a statement that does not hold, or is marked, begins with.
_BEFORE = {
    **dict.fromkeys(("ios", "iosxr", "nxos", "asa", "eos", "arubaos", "aoscx", "procurve"), ("no ",)),
    "comware": ("undo ",),
    "junos": ("inactive: ", "protect: ", "replace: ", "inactive: protect: "),
}
_INSTEAD_OF_SET = {"junos": "deactivate ", "vyos": "delete "}
_BARE = re.compile(r"(?<=[ =])«[^»]*»(?=$|[ ;])")
_QUOTED = re.compile(r"(?<!\\)([\"'])(«[^»]*»)\1")
_LETTERS = string.ascii_letters + string.digits + "!#%&*+-./:=?@^_~$|()"
_SECRETS = st.text(_LETTERS, min_size=6, max_size=24).filter(
    lambda secret: re.search(r"\d", secret) and secret[0].isalnum() and secret[-1].isalnum()
)

_LOWER = st.text(string.ascii_lowercase, min_size=8, max_size=12).filter(lambda word: word not in ORDINARY)
# A password all the same where the platform is known and nothing follows.
_ORDINARY = st.sampled_from(("local", "radius", "login", "remote", "tacacs"))


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str, str | None, str]:
    """A clean text with secrets in it: what to find them by, the whole text, the device type, its line."""
    name = draw(st.sampled_from([name for name in FAMILIES if _PLACES[name]]))
    place, device_type = draw(st.sampled_from(_PLACES[name])), draw(st.sampled_from((name, None)))
    last = device_type and re.search(r"»[\"';]*$", place) and len(_MARKED.findall(place)) == 1
    secret = draw(st.one_of(_SECRETS, _LOWER, *([_ORDINARY] if last else [])))
    if secret in _MARKED.sub("", place):
        secret = draw(_SECRETS)
    line = _MARKED.sub(lambda match: secret, _changed(draw, name, place))
    line += draw(st.sampled_from(("", " ", "\r")))
    lines = clean(name).split("\n")
    position = draw(st.integers(0, len(lines)))
    # What is only a secret below its section needs that section.
    needed = _section(name, place)
    return secret, "\n".join([*lines[:position], *needed, line, *lines[position:]]), device_type, line


def _changed(draw: st.DrawFn, name: str, place: str) -> str:
    """The line as the platform could say it as well: negated or marked, quoted or not, wrapped."""
    indent = place[: len(place) - len(place.lstrip())]
    if place.startswith("set ") and name in _INSTEAD_OF_SET:
        place = draw(st.sampled_from(("set ", _INSTEAD_OF_SET[name]))) + place.removeprefix("set ")
    else:
        place = indent + draw(st.sampled_from(("", *_BEFORE.get(name, ())))) + place.lstrip()
    if draw(st.booleans()):
        quoted = _QUOTED.search(place)
        place = _QUOTED.sub(r"\2", place) if quoted else _BARE.sub(lambda match: f'"{match[0]}"', place)
    if name == "routeros" and draw(st.booleans()):
        place = re.sub('=(?="?«)', "=\\\\\n    ", place)
    return place


def _section(name: str, place: str) -> list[str]:
    lines = (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    section: list[str] = []
    for line in lines[: lines.index(place)]:
        section = [] if line[:1].strip() and not line.startswith(("add ", "set [")) else section
        section.append(_MARKED.sub("Xy7", line))
    return section


@settings(QUICK, max_examples=400)  # each is one of many changes to one of many lines
@given(planted())
def test_a_planted_secret_never_comes_out(case: tuple[str, str, str | None, str]) -> None:
    """Wherever it stands in a text, by the platform's rules and by those of all."""
    secret, text, device_type, line = case
    redactor = Redactor(device_type)
    made = redactor.text(text)
    # An ordinary word may stand elsewhere in the text.
    assert made.count(secret) == text.count(secret) - line.count(secret), line
    assert made.count("\n") == text.count("\n")
    assert redactor.text(made) == made


@QUICK
@given(st.lists(st.sampled_from(_PIECES), max_size=30))
def test_any_text_keeps_its_lines_and_is_redacted_once(words: list[str]) -> None:
    """Redacting twice changes no more than redacting once, and lines keep their numbers."""
    text = " ".join(words)
    redactor = Redactor()
    once = redactor.text(text)
    assert once.count("\n") == text.count("\n")
    assert redactor.text(once) == once
