"""What the tests take as noise, and how they count lines: written apart from the generator."""

import re
from datetime import UTC, datetime
from typing import Any

from rapidfuzz.distance import LCSseq

Tables = dict[str, list[tuple[Any, ...]]]

NOISE = re.compile(
    "|".join(
        (
            r"Current configuration : \d+ bytes",
            r"! Last configuration change at .*",
            r"! NVRAM config last updated at .*",
            r"ntp clock-period \d+",
            r"! Startup-config last modified at .*",
            r"!Running configuration last done at: .*",
            r"!Time: .*",
            r"## Last commit: .*",
            r"## Last changed: .*",
        )
    )
)


def normalised(text: str) -> list[str]:
    """The lines of a text that are no noise."""
    return [line for line in text.replace("\r\n", "\n").splitlines() if not NOISE.fullmatch(line)]


def line_counts(before: list[str], after: list[str]) -> tuple[int, int]:
    """Lines added and removed by the longest common subsequence."""
    common = LCSseq.similarity(before, after)
    return len(after) - common, len(before) - common


def utc(value: datetime) -> datetime:
    """What a TIMESTAMP column of NetRaven means."""
    return value.replace(tzinfo=UTC)
