"""A file appears whole under its name or not at all."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netraven_analytics.files import require_place, require_writable, sole_writer, whole_file
from netraven_db.errors import OutputError


def _write_half(path: Path, error: Exception) -> None:
    with whole_file(path) as file:
        file.write("ha")
        raise error


def test_a_file_is_there_when_the_block_completes(tmp_path: Path) -> None:
    """Its folder is made if need be, and nothing else stays beside it."""
    with whole_file(tmp_path / "new" / "a.txt") as file:
        file.write("whole")
        assert not (tmp_path / "new" / "a.txt").exists()
    assert (tmp_path / "new" / "a.txt").read_text() == "whole"
    assert os.listdir(tmp_path / "new") == ["a.txt"]


def test_a_block_that_raises_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    """Half a file never takes the name."""
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(ValueError, match="half"):
        _write_half(tmp_path / "a.txt", ValueError("half"))
    assert (tmp_path / "a.txt").read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_full_disk_is_one_clear_error_and_leaves_no_litter(tmp_path: Path) -> None:
    """The error of the system is said in a sentence."""
    with pytest.raises(OutputError, match=r"a\.txt cannot be written \(No space left on device\)"):
        _write_half(tmp_path / "a.txt", OSError(28, "No space left on device"))
    assert os.listdir(tmp_path) == []


def test_a_name_taken_by_a_folder_is_refused(tmp_path: Path) -> None:
    """The folder and what it holds stay."""
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OutputError, match="is a folder"), whole_file(tmp_path / "a.csv"):
        pass
    assert (tmp_path / "a.csv").is_dir()


def test_a_folder_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    """require_writable says so before any work is done."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        require_writable(tmp_path / "file" / "below")


def test_files_get_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    """The draft is private; the finished file is as others are."""
    before = os.umask(0o027)
    try:
        with whole_file(tmp_path / "a.txt") as file:
            file.write("x")
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_a_private_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    """Whatever the umask leaves."""
    with whole_file(tmp_path / "a.txt", private=True) as file:
        file.write("x")
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o600


def test_whether_a_file_is_private_may_be_known_at_its_end_only(tmp_path: Path) -> None:
    """As it depends on what was written."""
    seen: list[str] = []
    for text in ("a", "secret"):
        with whole_file(tmp_path / f"{text}.txt", private=lambda: "secret" in seen) as file:
            seen.append(text)
            file.write(text)
    assert [(tmp_path / f"{text}.txt").stat().st_mode & 0o077 for text in ("a", "secret")] == [0o044, 0]


def test_a_link_stays_one(tmp_path: Path) -> None:
    """What it points to is replaced."""
    (tmp_path / "real").mkdir()
    (tmp_path / "a.txt").symlink_to(tmp_path / "real" / "b.txt")
    with whole_file(tmp_path / "a.txt") as file:
        file.write("new")
    assert (tmp_path / "a.txt").is_symlink()
    assert (tmp_path / "real" / "b.txt").read_text() == "new"


def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    """Not even by root."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="is no file"), whole_file(tmp_path / "pipe"):
        pass
    assert (tmp_path / "pipe").is_fifo()


def test_a_name_as_long_as_the_system_takes_can_be_written(tmp_path: Path) -> None:
    """The draft's own name is short."""
    path = tmp_path / ("\N{GRINNING FACE}" * 62 + ".txt")
    require_place(path)
    with whole_file(path) as file:
        file.write("x")
    assert os.listdir(tmp_path) == [path.name]


def test_drafts_of_others_that_live_are_left_alone(tmp_path: Path) -> None:
    """Two files of one folder may be written at once."""
    with whole_file(tmp_path / "a.txt") as one:
        with whole_file(tmp_path / "b.txt") as other:
            other.write("b")
        one.write("a")
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "b.txt"]


WRITE_FOREVER = """
import itertools, sys
from pathlib import Path
from netraven_analytics.files import whole_file
for number in itertools.count():
    with whole_file(Path(sys.argv[1])) as file:
        for _ in range(50): file.write(f"{number:09}\\n" * 50)
    if number == 0: print("begun", flush=True)
"""


def test_a_killed_writer_leaves_a_whole_file_and_litter_only_until_the_next(tmp_path: Path) -> None:
    """At any moment, the rename among them: the file is the old one or the new one."""
    path = tmp_path / "a.txt"
    chance = random.Random(7)
    for _ in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", WRITE_FOREVER, str(path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            try:
                process.wait(chance.uniform(0, 0.05))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        lines = path.read_text().splitlines()
        assert len(lines) == 2500
        assert len(set(lines)) == 1
    with whole_file(path) as file:
        file.write("x")
    assert os.listdir(tmp_path) == ["a.txt"]


async def test_who_writes_to_a_folder_has_it_alone_and_leaves_nothing(tmp_path: Path) -> None:
    """The second begins when the first has ended, and there is no file of a lock."""
    seen: list[str] = []

    async def write(name: str) -> None:
        async with sole_writer(tmp_path / "new"):
            seen.append(f"{name} begins")
            await asyncio.sleep(0.01)
            seen.append(f"{name} ends")

    await asyncio.gather(write("a"), write("b"))
    assert seen in (
        ["a begins", "a ends", "b begins", "b ends"],
        ["b begins", "b ends", "a begins", "a ends"],
    )
    assert os.listdir(tmp_path / "new") == []


async def test_who_waits_for_a_folder_can_be_cancelled(tmp_path: Path) -> None:
    """And who had it never knows."""

    async def wait() -> None:
        async with sole_writer(tmp_path):
            pass

    async with sole_writer(tmp_path):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait(), 0.1)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """In one sentence."""
    (tmp_path / "a").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        async with sole_writer(tmp_path / "a"):
            pass
