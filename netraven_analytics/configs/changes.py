"""Which texts changed a configuration, told by digests, and what a change did, told by its two texts."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netraven_analytics.configs.claims import claimed
from netraven_analytics.configs.diff import count_lines
from netraven_analytics.configs.normalise import normalise
from netraven_analytics.configs.redact import Redactor
from netraven_analytics.configs.sections import changed_sections
from netraven_analytics.text import counted

# What follows the version of the noise rules where a description is stored. Raise it whenever the same two
# texts would be described in another way.
DESCRIPTION = ".2"

_SECTIONS, _SECTION = 8, 80  # how many are named, and how many characters of each
_LINES, _LINE = 50, 200
_TOKEN = re.compile(r"<redacted\b[^>]*>")


class Start(NamedTuple):
    """The first of a device's consecutive snapshots with the same text; ``previous_id`` is that before it."""

    snapshot_id: int
    previous_id: int | None
    digest: bytes


def reverts(history: Iterable[Start]) -> dict[int, int]:
    """For the changes of one device's history that went back to a text, the latest snapshot that had it."""
    found: dict[int, int] = {}
    latest_with: dict[bytes, int] = {}
    before = b""
    for start in history:
        if start.previous_id is not None:
            latest_with[before] = start.previous_id
            if start.digest != before and start.digest in latest_with:
                found[start.snapshot_id] = latest_with[start.digest]
        before = start.digest
    return found


@dataclass(frozen=True)
class Description:
    """What a change did; ``claimed_user`` is whom the new text names for it."""

    lines_added: int
    lines_removed: int
    raw_lines_added: int
    raw_lines_removed: int
    sections: str
    claimed_user: str | None


def describe(before: str, after: str, device_type: str | None) -> Description:
    """What lies between two stored texts of a device of that type."""
    old, new = normalise(before, device_type), normalise(after, device_type)
    claim = claimed(after, device_type)
    return Description(
        *count_lines(old, new),
        *count_lines(before, after),
        in_short(changed_sections(old, new, device_type)),
        claim.user if claim else None,
    )


def in_short(sections: Iterable[str]) -> str:
    """The sections joined by ``; ``, long ones and long lists cut, without any secret.

    It is always the same for the same sections, so that it can be stored, counted and compared.
    """
    named = list(sections)
    redactor = Redactor()
    shown = [" > ".join(_shown(part, redactor) for part in name.split(" > ")) for name in named[:_SECTIONS]]
    cut = [name if len(name) <= _SECTION else name[: _SECTION - 1] + "…" for name in shown]
    more = [f"… and {len(named) - _SECTIONS:,} more"] if len(named) > _SECTIONS else []
    return "; ".join([*cut, *more]) if named else ""


def in_lines(lines: Sequence[str]) -> str:
    """The lines one below the other, long ones and long lists cut; they are to be redacted already."""
    cut = [line if len(line) <= _LINE else line[: _LINE - 1] + "…" for line in lines[:_LINES]]
    more = [f"… and {counted(len(lines) - _LINES, 'more line')}"] if len(lines) > _LINES else []
    return "\n".join([*cut, *more])


def _shown(line: str, redactor: Redactor) -> str:
    """A section's opening line without a secret; where braces open sections, rules look for the brace."""
    opened = redactor.text(f"{redactor.text(line)} {{").removesuffix(" {")
    return _TOKEN.sub("<redacted>", opened)
