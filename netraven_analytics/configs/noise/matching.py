"""The noise rules in force for a device type, ready to be used."""

import hashlib
import json
import re
from dataclasses import astuple
from functools import cache

from netraven_analytics.configs.noise.own import NOTHING, Own, own_rules
from netraven_analytics.configs.noise.rules import RULES, UNKNOWN, Rules
from netraven_analytics.configs.platforms import family_of

# Raise it whenever normalising the same text by the same rules gives another result.
_FORMAT = 1


class Noise:
    """Tells noise from configuration."""

    def __init__(self, rules: Rules) -> None:
        self.version = hashlib.sha256(json.dumps([_FORMAT, astuple(rules)]).encode()).hexdigest()[:16]
        self._values = [re.compile(value, re.MULTILINE) for value in rules.values]
        self._blocks = [(re.compile(begin), re.compile(end)) for begin, end in rules.blocks]
        expressions = (*rules.lines, *(begin for begin, _ in rules.blocks))
        self._found = re.compile("|".join(f"(?:{one})" for one in expressions) or "(?!)").match

    def without_values(self, text: str) -> str:
        """The text without the volatile parts of lines."""
        for value in self._values:
            text = value.sub(_without_group, text)
        return text

    def without_lines(self, lines: list[str]) -> list[str]:
        """The lines without noise; a block that does not end is no block."""
        found = self._found
        hits = [number for number, line in enumerate(lines) if found(line)]
        kept: list[str] = []
        done = 0
        ends: dict[re.Pattern[str], list[int]] = {}
        for hit in hits:
            if hit < done:
                continue  # within a block
            kept += lines[done:hit]
            block_end = next((end for begin, end in self._blocks if begin.match(lines[hit])), None)
            done = hit + 1
            if block_end:
                kept.append(lines[hit])
                done = _next(ends, block_end, lines, hit)
        return kept + lines[done:]


def _next(ends: dict[re.Pattern[str], list[int]], end: re.Pattern[str], lines: list[str], begin: int) -> int:
    """The number of the line that ends the block; ends are looked for once in a text, and used up."""
    if end not in ends:
        ends[end] = [number for number, line in enumerate(lines) if end.match(line)][::-1]
    while ends[end] and ends[end][-1] <= begin:
        ends[end].pop()
    return ends[end][-1] if ends[end] else begin + 1


def _without_group(match: re.Match[str]) -> str:
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    return match[0][:start] + match[0][end:]


def noise_of(device_type: str | None) -> Noise:
    """The noise of that device type: its family's, and what the file named by NETRAVEN_NOISE adds.

    Raises:
        ParameterError: the file cannot be read or understood.
    """
    return _noise(device_type, own_rules())


def rules_version(device_type: str | None) -> str:
    """Names the rules in force for that device type; texts normalised under another are no longer comparable.

    Sixteen hexadecimal digits, a hash over every rule in force, those of the user included.
    """
    return noise_of(device_type).version


@cache
def _noise(device_type: str | None, own: Own) -> Noise:
    family = family_of(device_type)
    rules = RULES[family] if family else UNKNOWN
    return _compiled(rules + own.of(device_type, family) if own is not NOTHING else rules)


@cache
def _compiled(rules: Rules) -> Noise:
    return Noise(rules)
