"""The whole way through the database, beside git: random histories, noise and secrets included."""

from pathlib import Path

import pytest

from netraven_analytics import config_at, config_blame, config_diff
from netraven_analytics.configs.diff import lines_of
from netraven_analytics.history.texts import Texts
from tests.netraven_analytics.configs.edits import Archive, random_history
from tests.netraven_analytics.history.stored import HOSTNAME, days

RAW = {"with_noise": True, "show_secrets": True}


@pytest.mark.parametrize("seed", [1, 2])
async def test_diff_blame_and_text_are_those_of_git(empty_database: str, tmp_path: Path, seed: int) -> None:
    """With noise and secrets shown; snapshots that repeat a text do not disturb; needs the command git."""
    texts = random_history(seed, versions=8)
    archive = Archive(tmp_path, texts)
    await days(*(text for text in texts for _ in range(2)))
    ids = [2 * number + 1 for number in range(len(texts))]  # the first snapshot with each text
    for number, expected in enumerate(archive.numstat(), start=1):
        found = await config_diff(HOSTNAME, ids[number - 1], ids[number], **RAW)
        assert tuple(found.counts) == expected
    for number in (3, len(texts) - 1):
        assert (await config_at(HOSTNAME, ids[number], show_secrets=True)).text == archive.show(number)
        blamed = await config_blame(HOSTNAME, ids[number], **RAW)
        assert [ids.index(snapshot) for snapshot in blamed["snapshot_id"]] == archive.blame(number)
        assert list(blamed["text"]) == lines_of(texts[number])
        assert list(blamed["line"]) == list(range(1, len(blamed) + 1))


def test_line_numbers_are_those_of_the_stored_text() -> None:
    """Whatever normalising left out before, between and after the lines."""
    stored = "! Last configuration change at noon\r\nhostname a  \r\n\r\nntp clock-period 7\r\nend\r\n\r\n"
    texts = Texts()
    compared = texts.compared(stored, "cisco_ios")
    lines = stored.replace("\r\n", "\n").split("\n")
    numbers = texts.numbers(stored, compared)
    assert [lines[number - 1].rstrip() for number in numbers] == lines_of(compared)
    assert list(numbers) == [2, 3, 5]
