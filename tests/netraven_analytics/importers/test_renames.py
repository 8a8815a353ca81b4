"""Which files are the same under another name: as git says, beside which this is held."""

import random
from pathlib import Path

from netraven_analytics.importers.renames import find_renames
from tests.netraven_analytics.configs.edits import edited
from tests.netraven_analytics.importers.repository import Repository

Files = dict[bytes, bytes]


def _found(removed: Files, added: Files) -> dict[bytes, bytes]:
    """A content is its own id."""
    return find_renames(removed, added, lambda content: content)


def test_files_with_the_same_content_keep_their_names() -> None:
    """Two spare devices with one configuration that move are not taken for each other."""
    same = b"no config\n"
    assert _found({b"a": same, b"b": same}, {b"y/b": same, b"z/a": same}) == {b"y/b": b"b", b"z/a": b"a"}


def test_what_shares_less_than_half_is_another_file() -> None:
    """The share is of the larger of both."""
    lines = [b"line %d\n" % number for number in range(10, 20)]
    for kept, found in ((5, {b"b": b"a"}), (4, {})):
        new = lines[:kept] + [b"news %d\n" % number for number in range(10, 20 - kept)]
        assert _found({b"a": b"".join(lines)}, {b"b": b"".join(new)}) == found


def test_nothing_is_like_an_empty_file_but_another() -> None:
    """As in git."""
    assert _found({b"a": b""}, {b"b": b"x\n"}) == {}
    assert _found({b"a": b""}, {b"b": b""}) == {b"b": b"a"}


def test_many_files_at_once_are_paired_as_git_pairs_them(tmp_path: Path) -> None:
    """Moved, edited, some alike. (Git before 2.44 overlooks a last line without end: there is none.)"""
    rng = random.Random(7)
    made = Repository(tmp_path / "a.git")
    for _ in range(15):
        end = rng.choice(("\n", "\r\n"))
        shared = [f"common {rng.randrange(9)} " + "x" * rng.choice((5, 90)) for _ in range(12)]
        old, new = {}, {}
        for number in range(8):
            lines = shared[: rng.randrange(12)] + [f"own {rng.randrange(10**6)}" for _ in range(14)]
            changed = list(lines)
            for _ in range(rng.randrange(6)):
                changed = edited(rng, changed)
            old[f"old/{number}"] = "".join(line + end for line in lines)
            new[rng.choice((f"new/{number}", f"new/x{number}"))] = "".join(line + end for line in changed)
        made.commit(old)
        made.commit({**dict.fromkeys(old), **new})
        ours = _found(
            {name.encode(): text.encode() for name, text in old.items()},
            {name.encode(): text.encode() for name, text in new.items()},
        )
        theirs = made.renames(made.commits[-1])
        assert ours == {name.encode(): old.encode() for name, old in theirs.items()}
        made.commit(dict.fromkeys(new))
