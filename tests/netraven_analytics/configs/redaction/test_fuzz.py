"""Secrets of any kind in any place that holds one: none comes out."""

import re
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netraven_analytics.configs.redact import Redactor
from tests.netraven_analytics.configs.redaction.corpora import FAMILIES, HERE, clean

QUICK = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
_WORDS = ["password", "secret", "key", "7", "community", "snmp-server", "username", "host", "md5"]
_PIECES = [*_WORDS, '"', "=", "encrypted", "role", "x1$", "$9$a", "a b", "\n", " ", "\\\n"]
_PIECES += ["-----BEGIN RSA PRIVATE KEY-----", "-----END X-----"]
_MARKED = re.compile("«([^»]*)»")
# Lines with one secret that the platform does not encrypt, so that it may be anything.
_PLACES = {
    name: [
        line
        for line in (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
        if len(_MARKED.findall(line)) == 1 and re.search(r"«[a-z]+\d?»|\"«[a-z ]+»\"", line)
    ]
    for name in FAMILIES
}
_LETTERS = string.ascii_letters + string.digits + "!#%&*+-./:=?@^_~$|()"
_SECRETS = st.text(_LETTERS, min_size=6, max_size=24).filter(
    lambda secret: re.search(r"\d", secret) and secret[0].isalnum() and secret[-1].isalnum()
)


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str, str | None, str]:
    """A clean text with a secret in it: the line, the whole text, the device type and the secret."""
    name = draw(st.sampled_from([name for name in FAMILIES if _PLACES[name]]))
    place, secret = draw(st.sampled_from(_PLACES[name])), draw(_SECRETS)
    lines = clean(name).split("\n")
    position = draw(st.integers(0, len(lines)))
    ending = draw(st.sampled_from(("", " ", "\r")))
    line = _MARKED.sub(lambda match: secret, place) + ending
    # What is only a secret below its section needs that section.
    needed = _section(name, place)
    text = "\n".join([*lines[:position], *needed, line, *lines[position:]])
    return line, text, draw(st.sampled_from((name, None))), secret


def _section(name: str, place: str) -> list[str]:
    lines = (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    section: list[str] = []
    for line in lines[: lines.index(place)]:
        section = [] if line[:1].strip() and not line.startswith(("add ", "set [")) else section
        section.append(_MARKED.sub("", line))
    return section


@QUICK
@given(planted())
def test_a_planted_secret_never_comes_out(case: tuple[str, str, str | None, str]) -> None:
    """Wherever it stands in a text, by the platform's rules and by those of all."""
    line, text, device_type, secret = case
    redactor = Redactor(device_type)
    made = redactor.text(text)
    assert secret not in made, line
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
