"""Where an answer goes is settled before there is one."""

import os
from pathlib import Path

import pytest

from netraven_analytics.exports.target import Target
from netraven_db.errors import OutputError, ParameterError


def test_a_name_without_an_ending_gets_the_format_s(tmp_path: Path) -> None:
    """One with an ending stays as it is, and standard output is CSV unless told otherwise."""
    assert Target.of(tmp_path / "a", "csv") == Target("csv", tmp_path / "a.csv")
    assert Target.of(tmp_path / "a.html") == Target("html", tmp_path / "a.html")
    assert Target.of("-") == Target("csv")
    assert Target.of("-", "jsonl") == Target("jsonl")


def test_nothing_is_made_before_there_is_an_answer(tmp_path: Path) -> None:
    """Neither the file nor the folders that it needs."""
    Target.of(tmp_path / "x" / "y" / "a.csv")
    assert os.listdir(tmp_path) == []


def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    """A folder, a file where a folder is needed, a device, a name that is too long, or one with NUL."""
    (tmp_path / "file").write_text("")
    for path, sentence in (
        (tmp_path, "is a folder"),
        (tmp_path / "file" / "a.csv", "cannot be written"),
        (tmp_path / "file" / "x" / "a.csv", "cannot be written"),
        (Path("/dev/null"), "is no file: name one, or - for standard output"),
        (tmp_path / ("a" * 300 + ".csv"), "cannot be written"),
        (tmp_path / "a\0.csv", "take the NUL out"),
    ):
        with pytest.raises(OutputError, match=sentence):
            Target.of(path)


@pytest.mark.parametrize("name", ["parquet", "xlsx"])
def test_a_terminal_gets_no_binary(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to do instead."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(ParameterError, match=f"name a file with -o FILE.{name}, pipe the output on"):
        Target.of("-", name)


def test_standard_output_gets_the_whole_or_nothing(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """As a file would."""

    def write(fail: bool) -> None:
        with Target("csv").open() as file:
            file.write(b"\xff\r\n")
            if fail:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(fail=True)
    assert capfdbinary.readouterr().out == b""
    write(fail=False)
    assert capfdbinary.readouterr().out == b"\xff\r\n"
