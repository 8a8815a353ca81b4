"""Differences of texts, by hand and beside git."""

from itertools import pairwise
from pathlib import Path

import pytest

from netraven_analytics.configs import diff as module
from netraven_analytics.configs.diff import Hunk, count_lines, diff, lines_of
from netraven_analytics.configs.unified import unified
from tests.netraven_analytics.configs.edits import Archive, random_history


@pytest.mark.parametrize(
    ("before", "after", "added", "removed"),
    [
        ("", "", 0, 0),
        ("", "a\n", 1, 0),
        ("a\n", "", 0, 1),
        ("a\nb\n", "a\nc\n", 1, 1),
        ("a\n", "a", 1, 1),
        ("a\r\n", "a\n", 1, 1),
        ("a\rb\n", "a\rb\nc\n", 1, 0),
        (" \n", "\t\n", 1, 1),
        ("\x01\xff\n", "\x01\xfe\n", 1, 1),
    ],
)
def test_lines_added_and_removed(before: str, after: str, added: int, removed: int) -> None:
    """Only LF ends a line; a missing last end, a CR and blanks are differences."""
    assert count_lines(before, after) == (added, removed)


def test_hunks_are_indexes_into_the_lines_of_both_texts() -> None:
    """Where one side has no lines its range is empty, at the place where they would stand."""
    found = diff("a\nb\nc\nd\n", "a\nc\nX\nd\nY\n")
    assert found.hunks == (
        Hunk(range(1, 2), range(1, 1)),
        Hunk(range(3, 3), range(2, 3)),
        Hunk(range(4, 4), range(4, 5)),
    )
    assert found.counts == (2, 1)


@pytest.mark.parametrize("seed", range(4))
def test_counts_and_hunks_are_those_of_git(tmp_path: Path, seed: int) -> None:
    """Of every two consecutive texts of a random history; needs the command git."""
    texts = random_history(seed)
    archive = Archive(tmp_path, texts)
    pairs = list(pairwise(texts))
    assert [tuple(count_lines(*pair)) for pair in pairs] == list(archive.numstat())
    for number, (before, after) in enumerate(pairs, start=1):
        old, new = lines_of(before), lines_of(after)
        shown = unified(old, new, diff(before, after).hunks, [()] * len(new), context=0)
        heads = [line[4:].partition(" @@")[0] for line in shown if line.startswith("@@ -")]
        assert heads == archive.hunks(number)


def test_a_hunk_applied_to_the_old_text_gives_the_new_one() -> None:
    """Whatever is kept is equal, and whatever is not is in a hunk."""
    for seed in range(20):
        texts = random_history(seed)
        for before, after in pairwise(texts):
            old, new, made, position = lines_of(before), lines_of(after), [], 0
            for hunk in diff(before, after).hunks:
                made += old[position : hunk.old.start] + new[hunk.new.start : hunk.new.stop]
                position = hunk.old.stop
            assert made + old[position:] == new


def _colliding(count: int) -> list[str]:
    """Distinct lines that xdiff's hash takes for one another: each pair of blocks leaves the same state."""
    state, pairs = 5381, []
    while 2 ** len(pairs) < count:
        seen: dict[int, str] = {}
        for number in range(64**3):
            block = "".join(chr(48 + (number >> shift & 63)) for shift in (0, 6, 12))
            after = state
            for character in block:
                after = (after * 33 & (2**64 - 1)) ^ ord(character)
            if after in seen:
                pairs.append((seen[after], block))
                state = after
                break
            seen[after] = block
    return ["".join(pair[n >> bit & 1] for bit, pair in enumerate(pairs)) for n in range(count)]


HOSTILE = {
    "identical": ("a\n" * 100_000, "a\n" * 99_000, (0, 1_000)),
    "alternating": ("a\nb\n" * 50_000, "b\na\n" * 50_000, (1, 1)),
    "one line of 10 MB": ("a" * 10_000_000, "a" * 9_999_999 + "b", (1, 1)),
    "junk": ("".join(map(chr, range(1, 50_000))), "".join(map(chr, range(2, 50_000))), (1, 1)),
    "reversed": (
        "".join(f"{n}\n" for n in range(50_000)),
        "".join(f"{n}\n" for n in reversed(range(50_000))),
        (49_999, 49_999),
    ),
    "colliding": (
        "\n".join(lines := _colliding(50_000)),
        "\n".join(["x", *lines]),
        (1, 0),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_have_an_answer(name: str) -> None:
    """Each of these ends at once or in a fraction of a second (see benchmarks/diffs.py), and is right."""
    before, after, counts = HOSTILE[name]
    found = diff(before, after)
    assert found.exact
    assert found.counts == counts


def test_texts_that_are_too_long_are_replaced_between_their_common_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bound on time that is said: the difference is marked as not exact."""
    monkeypatch.setattr(module, "_FEW_LINES", 0)
    monkeypatch.setattr(module, "MOST_LINES", 5)
    found = diff("a\nb\nc\nd\ne\nf\n", "a\nX\nc\nd\nY\nf\n")
    assert (found.exact, found.hunks) == (False, (Hunk(range(1, 5), range(1, 5)),))
    assert diff("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\nY\nf\n").exact
