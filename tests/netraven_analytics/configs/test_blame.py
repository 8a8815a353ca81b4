"""Where lines come from, by hand and beside git blame."""

from pathlib import Path

import pytest

from netraven_analytics.configs.blame import Blame, blame
from tests.netraven_analytics.configs.edits import Archive, random_history


@pytest.mark.parametrize(
    ("texts", "introduced"),
    [
        ([], []),
        (["a\nb\n"], [0, 0]),
        (["a\nb\n", "a\nX\nb\n"], [0, 1, 0]),
        (["a\n", "a\n", "a\nb\n"], [0, 2]),
        (["a\nb\n", "b\n", "a\nb\n"], [2, 0]),
        (["a\n", "", "a\n"], [2]),
        (["a", "a\n"], [1]),
        (["x\nx\n", "x\nx\nx\n"], [0, 0, 1]),
    ],
)
def test_each_line_has_the_text_that_brought_it(texts: list[str], introduced: list[int]) -> None:
    """A line that went and came again came with the later text; of equal lines the last is the new one."""
    assert blame(texts) == introduced


@pytest.mark.parametrize("seed", range(6))
def test_blame_is_that_of_git(tmp_path: Path, seed: int) -> None:
    """Line by line and without an exception, after every text of a random history; needs the command git."""
    texts = random_history(seed)
    archive = Archive(tmp_path, texts)
    history = Blame()
    for number, text in enumerate(texts):
        history.add(text)
        assert archive.show(number) == text
        assert history.introduced == archive.blame(number)


@pytest.mark.parametrize("end", ["\n", ""])
def test_blame_sets_the_common_end_aside_as_git_does(tmp_path: Path, end: str) -> None:
    """Of a long run of equal lines the new one is the last above the blocks that both texts share."""
    texts = ["a" + "\nx" * 2_000 + end, "a" + "\nx" * 2_001 + end, "a\nb" + "\nx" * 2_003 + end]
    assert blame(texts) == Archive(tmp_path, texts).blame(2)
    assert blame(texts)[-1] == 0
