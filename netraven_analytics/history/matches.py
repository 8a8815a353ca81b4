"""What a pattern matches in configurations, and since when each match stands."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from netraven_analytics.configs.search import Pattern
from netraven_analytics.configs.sections import around, sections, spoken
from netraven_analytics.history.texts import Texts

Context = int | Literal["section"]

_REMEMBERED = 256  # texts


@dataclass(frozen=True)
class Match:
    """A line that matches. The same line in the same section is the same match in another text."""

    line: int
    text: str
    section: str
    nth: int  # of equal lines in the section
    context: str

    @property
    def key(self) -> tuple[str, str, int]:
        return self.section, self.text, self.nth


@dataclass(frozen=True)
class Found:
    """What a text holds: its matches, and how many of its lines are hidden from the pattern in part."""

    matches: tuple[Match, ...]
    redacted: int


@dataclass(frozen=True)
class Standing:
    """How long a match stood: from the snapshot that brought it to the last that had it."""

    match: Match
    introduced_id: int
    introduced_at: datetime
    previous_at: datetime | None
    snapshot_id: int
    found_at: datetime
    gone_at: datetime | None = None


class Searcher:
    """Searches texts, each distinct one once as long as it is remembered."""

    def __init__(self, pattern: Pattern, texts: Texts, context: Context) -> None:
        self.pattern, self._texts, self._context = pattern.pattern, texts, context
        self._matching = pattern.lines
        self._known: OrderedDict[tuple[bytes, str | None], Found] = OrderedDict()

    def found(self, text: str, device_type: str | None) -> Found:
        key = (sha256(text.encode("utf-8", "surrogatepass")).digest(), device_type)
        if key not in self._known:
            self._known[key] = self._search(text, device_type)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]

    def _search(self, text: str, device_type: str | None) -> Found:
        compared = self._texts.compared(text, device_type)
        lines = self._texts.lines(compared, device_type)
        indexes = self._matching(lines.shown)
        numbers = self._texts.numbers(text, compared) if indexes else ()
        matches = self._matches(lines.shown, indexes, numbers, device_type) if indexes else ()
        return Found(tuple(matches), len(lines.redacted))

    def _matches(
        self, lines: list[str], indexes: list[int], numbers: Sequence[int], device_type: str | None
    ) -> Iterator[Match]:
        paths = sections(lines, device_type)
        counted: dict[tuple[str, str], int] = {}
        for index in indexes:
            section, line = spoken(paths[index]), lines[index]
            nth = counted[section, line] = counted.get((section, line), 0) + 1
            if self._context == "section":
                first, last = around(paths, index)
            else:
                first, last = max(0, index - self._context), index + self._context + 1
            yield Match(numbers[index], line, section, nth, "\n".join(lines[first:last]))


class Walk:
    """Reads one device's snapshots from the oldest on; ``ended`` are the matches that no longer stand."""

    def __init__(self) -> None:
        self.ended: list[Standing] = []
        self._standing: dict[tuple[str, str, int], Standing] = {}
        self._last: tuple[int, datetime] | None = None

    def add(self, snapshot_id: int, found_at: datetime, matches: Iterable[Match] | None) -> None:
        """Read the next snapshot; its matches are None where its text is that of the one before."""
        if matches is not None:
            self._compare(snapshot_id, found_at, {match.key: match for match in matches})
        self._last = (snapshot_id, found_at)

    def standing(self) -> list[Standing]:
        """The matches that stand in the last snapshot."""
        return [self._until_last(each) for each in self._standing.values()]

    def _compare(self, snapshot_id: int, found_at: datetime, now: dict[tuple[str, str, int], Match]) -> None:
        gone = [key for key in self._standing if key not in now]
        self.ended += [replace(self._until_last(self._standing.pop(key)), gone_at=found_at) for key in gone]
        previous_at = self._last[1] if self._last else None
        for key, match in now.items():
            if key in self._standing:
                self._standing[key] = replace(self._standing[key], match=match)
            else:
                self._standing[key] = Standing(
                    match, snapshot_id, found_at, previous_at, snapshot_id, found_at
                )

    def _until_last(self, standing: Standing) -> Standing:
        assert self._last is not None
        return replace(standing, snapshot_id=self._last[0], found_at=self._last[1])
