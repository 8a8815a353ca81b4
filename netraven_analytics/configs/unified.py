"""The difference of two texts as text: unified, as patches have it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netraven_analytics.configs.diff import Hunk
from netraven_analytics.configs.sections import Path, spoken


@dataclass(frozen=True)
class Group:
    """Hunks that are shown together, with the unchanged lines around them."""

    hunks: tuple[Hunk, ...]
    old: range
    new: range


def groups(hunks: Sequence[Hunk], old_lines: int, context: int) -> Iterator[Group]:
    """Hunks whose surroundings touch are one group."""
    together: list[Hunk] = []
    for hunk in hunks:
        if together and hunk.old.start - together[-1].old.stop > 2 * context:
            yield _group(together, old_lines, context)
            together = []
        together.append(hunk)
    if together:
        yield _group(together, old_lines, context)


def rows(group: Group) -> Iterator[tuple[int | None, int | None]]:
    """The group's lines as pairs of indexes into both texts; one side is None where only the other has it."""
    old, new = group.old.start, group.new.start
    for hunk in group.hunks:
        yield from zip(range(old, hunk.old.start), range(new, hunk.new.start), strict=True)
        yield from ((index, None) for index in hunk.old)
        yield from ((None, index) for index in hunk.new)
        old, new = hunk.old.stop, hunk.new.stop
    yield from zip(range(old, group.old.stop), range(new, group.new.stop), strict=True)


def unified(
    old: Sequence[str], new: Sequence[str], hunks: Sequence[Hunk], sections: Sequence[Path], context: int
) -> Iterator[str]:
    """The lines of a unified diff, from the lines of both texts; each hunk names its section.

    ``sections`` are those of the new text's lines.
    """
    for group in groups(hunks, len(old), context):
        where = sections[group.hunks[0].new.start] if group.hunks[0].new.start < len(sections) else ()
        yield f"@@ -{_span(group.old)} +{_span(group.new)} @@{f' {spoken(where)}' if where else ''}"
        for before, after in rows(group):
            if before is not None and after is not None:
                yield f" {new[after]}"
            elif before is not None:
                yield f"-{old[before]}"
            elif after is not None:
                yield f"+{new[after]}"


def _group(hunks: list[Hunk], old_lines: int, context: int) -> Group:
    first, last = hunks[0], hunks[-1]
    before = min(context, first.old.start)
    after = min(context, old_lines - last.old.stop)
    return Group(
        tuple(hunks),
        range(first.old.start - before, last.old.stop + after),
        range(first.new.start - before, last.new.stop + after),
    )


def _span(lines: range) -> str:
    """As git writes it: from 1, the line before where there is none, the count unless it is 1."""
    start = lines.start + 1 if len(lines) else lines.start
    return f"{start}" if len(lines) == 1 else f"{start},{len(lines)}"
