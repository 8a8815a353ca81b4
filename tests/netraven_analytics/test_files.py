"""A file appears whole under its name or not at all."""

import os
from pathlib import Path

import pytest

from netraven_analytics.files import require_writable, whole_file
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
