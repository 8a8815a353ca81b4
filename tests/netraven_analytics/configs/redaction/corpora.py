"""Texts of every platform: secrets marked by guillemets, and texts that have none."""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_MARKED = re.compile("«([^»]*)»")
FAMILIES = sorted(path.stem for path in (HERE / "corpus").glob("*.txt") if path.stem != "logs")
CLEAN = sorted(path.stem for path in (HERE / "clean").glob("*.txt"))


@cache
def marked(name: str) -> tuple[str, tuple[str, ...]]:
    """A text with secrets, and these."""
    text = (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8")
    return _MARKED.sub(r"\1", text), tuple(_MARKED.findall(text))


def clean(name: str) -> str:
    """A text without secrets."""
    return (HERE / "clean" / f"{name}.txt").read_text(encoding="utf-8")


def leaks(name: str, text: str) -> list[str]:
    """The marked lines whose secrets are in the redacted text, in the same line."""
    marked_lines = (HERE / "corpus" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return [
        line
        for line, shown in zip(marked_lines, text.split("\n"), strict=True)
        for secret in _MARKED.findall(line)
        if secret in re.sub(r"<redacted:[0-9a-f]{12}>", "", shown)
    ]
