"""Names as labels: text and nothing else, short, and each of them told from the others."""

import re
from collections.abc import Iterable
from typing import Any

from netraven_analytics.cells import as_text, plain, printable

LENGTH = 36  # characters of a label
_END_OF_SCRIPT = re.compile(r"<(?=/script|!--)", re.IGNORECASE)


def inert(value: Any) -> str:
    """The value as text that steers nothing, whatever shows it.

    A page that altair writes holds its data in a script, which the text could end.
    """
    text = printable(as_text(plain(value)) or "(none)").replace("\n", "\\n").replace("\t", "\\t")
    return _END_OF_SCRIPT.sub(r"\\x3c", text)


def short(text: str, length: int = LENGTH) -> str:
    """The text with its middle left out, where it is too long; names differ at their ends."""
    if len(text) <= length:
        return text
    head = (length - 1) // 2
    return f"{text[:head]}…{text[head + 1 - length :]}"


def labels(names: Iterable[str], length: int = LENGTH) -> list[str]:
    """A short label for each of different names; what would look the same is numbered."""
    made: dict[str, None] = {}
    for name in names:
        label, number = short(name, length), 2
        while label in made:
            label, number = f"{short(name, length)} ({number})", number + 1
        made[label] = None
    return list(made)


def listed(names: Iterable[str], most: int = 3) -> str:
    """ "a, b, c and 4 more"."""
    known = list(names)
    more = f" and {len(known) - most:,} more" if len(known) > most else ""
    return ", ".join(short(name, 28) for name in known[:most]) + more
