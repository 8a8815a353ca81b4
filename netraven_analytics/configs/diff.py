"""Line differences of two texts, as git counts them."""

from typing import NamedTuple


class LineCounts(NamedTuple):
    """How many lines a change added and removed."""

    added: int
    removed: int


def count_lines(before: str, after: str) -> LineCounts:
    """The lines added and removed between two texts, by libgit2's diff."""
    import pygit2
    from pygit2.enums import DiffOption

    old, new = before.encode(), after.encode()
    patch = pygit2.Patch.create_from(old, new, context_lines=0, flag=DiffOption.FORCE_TEXT)
    _, added, removed = patch.line_stats
    return LineCounts(added, removed)
