"""A notebook is executed in a kernel of its own, and what came of it is kept in any case."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from netraven_analytics.execution import Notebook, execute, run_all
from netraven_db.errors import NotebookError, OutputError, ParameterError

# The secrets are put together in the cell, since its own text is kept.
CODE = """import sys
print('before', since)
address = 'postgresql' + '://me:geheim' + '99@db.example/x'
print(address)
display({'text/html': '<b>s3' + '&amp;cret</b>', 'text/plain': 's3' + '&cret'}, raw=True)
print('warned', file=sys.stderr)
raise ValueError('no, ' + address)"""


@pytest.fixture
def failing(tmp_path: Path) -> Notebook:
    """A notebook of two cells, of which the first fails."""
    v4 = nbformat.v4
    document = v4.new_notebook(
        cells=[v4.new_code_cell("since = '7d'"), v4.new_code_cell(CODE), v4.new_code_cell("never = 1")]
    )
    document.cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "failing.ipynb"
    nbformat.write(document, path)
    return Notebook("failing", path, "", {"since": "7d"})


def test_what_was_done_until_a_cell_failed_is_kept(
    failing: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a notebook and as a page, without secrets, addresses or paths; the error says which cell it was."""

    async def secrets() -> list[str]:
        return ["s3&cret", "geheim99"]

    monkeypatch.setattr("netraven_analytics.execution.running.secrets", secrets)
    target = tmp_path / "made"
    with pytest.raises(
        NotebookError,
        match=r"1 of 1 notebooks failed \(failing, cell 3: ValueError: no, \(redacted\)\).*made",
    ):
        run_all([failing], {"since": "1d"}, target, html=True)
    assert sorted(path.name for path in target.iterdir()) == ["failing.html", "failing.ipynb"]
    assert {path.stat().st_mode & 0o777 for path in target.iterdir()} == {0o600}
    written = (target / "failing.ipynb").read_text()
    for text in (written, (target / "failing.html").read_text()):
        assert "before 1d" in text
        assert "ValueError" in text
        assert [each for each in ("geheim99", "s3&", "postgresql:", str(tmp_path)) if each in text] == []
    assert '"papermill": {' not in written
    assert nbformat.read(target / "failing.ipynb", as_version=4).cells[-1].execution_count is None


def test_what_is_folded_stays_folded_on_a_page(tmp_path: Path, empty_database: str) -> None:
    """The reader opens it, as in JupyterLab; all else is open."""
    v4 = nbformat.v4
    solution = {"jupyter": {"source_hidden": True}, "tags": ["solution"]}
    cells = [v4.new_code_cell("shown = 1"), v4.new_code_cell("folded = 2", metadata=solution)]
    path = tmp_path / "lesson.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    execute(Notebook("lesson", path, "", {}), {}, tmp_path / "made", html=True)
    before, folded = (
        (tmp_path / "made" / "lesson.html").read_text().split("<details><summary>Solution</summary>")
    )
    assert ("shown" in before, "folded" in before, "</details>" in folded) == (True, False, True)


def test_every_parameter_is_checked_before_the_first_runs(failing: Notebook, tmp_path: Path) -> None:
    """Nothing is written for a name that fits nowhere."""
    with pytest.raises(ParameterError, match=r"has the parameter 'sinse' \(did you mean 'since'\?\)"):
        run_all([failing], {"sinse": "1d"}, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_folder_that_cannot_be_made(failing: Notebook, tmp_path: Path) -> None:
    """One sentence with the reason, before anything runs."""
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"The folder .*file/made cannot be made: Not a directory"):
        execute(failing, {}, tmp_path / "file" / "made")


def test_a_kernel_that_dies_is_told(tmp_path: Path, empty_database: str) -> None:
    """As a cell that fails is, and the notebook is kept."""
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import os; os._exit(3)")])
    path = tmp_path / "dying.ipynb"
    nbformat.write(document, path)
    made = execute(Notebook("dying", path, "", {}), {}, tmp_path / "made")
    assert made.error == "its kernel died"
    assert [file.name for file in made.files] == ["dying.ipynb"]


def test_the_command_says_it_in_a_sentence(empty_database: str, tmp_path: Path) -> None:
    """A value that a report refuses ends the command at once, with the exit code of a wrong option."""
    done = subprocess.run(
        [sys.executable, "-m", "netraven_analytics", "notebooks", "run", "fleet-review", "-p", "since=5m"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: 10_fleet_review: since='5m' is ambiguous: write '5min' for minutes or '5mo' for months.\n"
    )
