"""Line differences of two texts, as git finds and counts them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

# Between their common ends. So many lines on both sides together take seconds at worst; beyond that a
# device could make a reader wait for minutes.
MOST_LINES = 1_000_000
# On both sides together. Below it even lines made to collide in libgit2's hash cost less than half a second.
_FEW_LINES = 12_000
_INDENT = re.compile(r"[ \t\r\v\f]{0,200}")  # as far as git looks


class LineCounts(NamedTuple):
    """How many lines a change added and removed."""

    added: int
    removed: int


class Hunk(NamedTuple):
    """Lines that gave way to others: indexes from 0 into the lines of the two texts; either may be empty."""

    old: range
    new: range


class Difference(NamedTuple):
    """The hunks in order. Not ``exact`` where the texts are too long: then what lies between their common
    ends counts as replaced."""

    hunks: tuple[Hunk, ...]
    exact: bool = True

    @property
    def counts(self) -> LineCounts:
        return LineCounts(sum(len(h.new) for h in self.hunks), sum(len(h.old) for h in self.hunks))


def lines_of(text: str) -> list[str]:
    """The lines as git has them: only LF ends one, and the last may lack it."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


class Tokens(dict[str, bytes]):
    """A short stand-in for each distinct line, so that libgit2 compares these instead of the texts.

    The differences stay the same: they depend on which lines are equal and how they are indented. But nobody
    who writes a configuration can choose lines that libgit2's hash takes for one another, which would cost
    quadratic time, and a history's lines are looked at once.
    """

    def __missing__(self, line: str) -> bytes:
        indent = _INDENT.match(line)[0]  # type: ignore[index]  # it matches everywhere
        # A blank line has to stay blank to count as one.
        number = b"" if indent == line else b"%d" % len(self)
        self[line] = token = indent.encode() + number + b"\n"
        return token

    def of(self, text: str) -> list[bytes]:
        lines = lines_of(text)
        if text and not text.endswith("\n"):
            lines[-1] += "\n"  # a line without its end is another line, and no line holds an LF
        return list(map(self.__getitem__, lines))


def diff(before: str, after: str) -> Difference:
    """The difference of two texts by libgit2 (Myers' algorithm, git's heuristics).

    Source: E. W. Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1 (1986), 251
    to 266.
    """
    if before == after:
        return Difference(())
    if before.count("\n") + after.count("\n") < _FEW_LINES:
        return Difference(_hunks(_encoded(before), _encoded(after)))
    tokens = Tokens()
    return diff_tokens(tokens.of(before), tokens.of(after))


def count_lines(before: str, after: str) -> LineCounts:
    """The lines added and removed between two texts: what ``git diff --numstat`` says."""
    return diff(before, after).counts


def diff_tokens(old: Sequence[bytes], new: Sequence[bytes]) -> Difference:
    """The difference of two texts given as the tokens of their lines."""
    if len(old) + len(new) > MOST_LINES:
        between = _between_common_ends(old, new)
        if len(between.old) + len(between.new) > MOST_LINES:
            return Difference((between,), exact=False)
    return Difference(_hunks(b"".join(old), b"".join(new)))


def _hunks(old: bytes, new: bytes) -> tuple[Hunk, ...]:
    import pygit2
    from pygit2.enums import DiffOption

    flags = DiffOption.FORCE_TEXT | DiffOption.INDENT_HEURISTIC
    patch = pygit2.Patch.create_from(old, new, context_lines=0, flag=flags)
    return tuple(
        Hunk(_range(hunk.old_start, hunk.old_lines), _range(hunk.new_start, hunk.new_lines))
        for hunk in patch.hunks
    )


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _range(start: int, count: int) -> range:
    """From git's numbers, which begin at 1 and name the line before where there is none."""
    first = start - 1 if count else start
    return range(first, first + count)


def _between_common_ends(old: Sequence[bytes], new: Sequence[bytes]) -> Hunk:
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    return Hunk(range(head, len(old) - tail), range(head, len(new) - tail))
