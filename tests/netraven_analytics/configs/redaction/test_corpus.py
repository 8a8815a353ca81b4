"""Specs of the rules: no secret of any platform leaves, and what is none stays."""

import pytest

from netraven_analytics.configs.platforms import FAMILIES as PLATFORMS
from netraven_analytics.configs.redact import Redactor, is_redacted
from netraven_analytics.configs.redaction.language import parse
from netraven_analytics.configs.redaction.rules import COMMON, UNION
from tests.netraven_analytics.configs.redaction.corpora import CLEAN, FAMILIES, HERE, clean, leaks, marked

KNOWN_AND_NOT = [(name, told) for name in FAMILIES for told in (name, None)]


def test_every_family_has_its_texts() -> None:
    """Twenty forms of secrets at least, and a text without any."""
    assert set(FAMILIES) == set(PLATFORMS) <= set(CLEAN)
    assert all(len(marked(name)[1]) >= 20 for name in FAMILIES)


@pytest.mark.parametrize(("name", "device_type"), KNOWN_AND_NOT)
def test_no_secret_leaves(name: str, device_type: str | None) -> None:
    """By the platform's own rules, and by those of all where the platform is not known."""
    assert leaks(name, Redactor(device_type).text(marked(name)[0])) == []


def test_no_secret_leaves_a_log() -> None:
    """Passwords in URLs, headers, options, structures and commands."""
    assert leaks("logs", Redactor().text(marked("logs")[0])) == []


@pytest.mark.parametrize("name", [name for name in CLEAN if name != "logs"])
def test_a_text_without_secrets_passes_unchanged(name: str) -> None:
    """Byte for byte, also by the rules of all platforms."""
    assert Redactor(name).text(clean(name)) == clean(name)
    assert Redactor().text(clean(name)) == clean(name)


def test_prose_passes_unchanged() -> None:
    """Log lines that speak of passwords and tell none."""
    assert Redactor().text(clean("logs")) == clean("logs")


@pytest.mark.parametrize(("name", "device_type"), KNOWN_AND_NOT)
def test_lines_without_secrets_stay(name: str, device_type: str | None) -> None:
    """Among lines with secrets, at most one in a hundred that has none is touched."""
    text, _ = marked(name)
    made = Redactor(device_type).text(text).split("\n")
    touched = sum(a != b for a, b in zip(text.split("\n"), made, strict=True))
    needed = sum("«" in line for line in _marked_lines(name))
    assert touched - needed <= 0.01 * len(made)
    assert touched == sum(map(is_redacted, made))


@pytest.mark.parametrize(("name", "device_type"), KNOWN_AND_NOT)
def test_redacting_again_changes_nothing(name: str, device_type: str | None) -> None:
    """Whichever rules redact it again."""
    once = Redactor(device_type).text(marked(name)[0])
    assert Redactor(device_type).text(once) == once


def test_no_rule_can_be_kept_busy() -> None:
    """Each looks over a bounded number of words, once, so that a line's length bounds its time."""
    rules = [rule for text in (*UNION, COMMON) for rule in parse(text)]
    assert all(rule.rest.count("...") < 2 for rule in rules)


def _marked_lines(name: str) -> list[str]:
    return (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
