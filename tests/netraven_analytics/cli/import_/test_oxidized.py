"""``import oxidized`` as a shell sees it."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.netraven_analytics.cli.process import COMMAND, Run
from tests.netraven_analytics.importers.repository import Repository
from tests.netraven_analytics.spec import device, store

IOS = "version 15.2\nhostname {}\nend\n"


@pytest.fixture
def archive(tmp_path: Path) -> Repository:
    """Two devices with a change of one, and a file that is none."""
    made = Repository(tmp_path / "devices.git")
    made.commit({"core/ber-1": IOS.format("ber-1"), "ber-2": "x\n", "README.md": "hello\n"})
    made.commit({"core/ber-1": IOS.format("ber-one")})
    return made


def test_it_says_what_it_did_and_where_that_is(run: Run, empty_database: str, archive: Repository) -> None:
    """Figures, what was skipped and why, what is not known, and the line that points later commands at it."""
    done = run("import", "oxidized", str(archive.path), "--into", empty_database)
    assert done.returncode == 0, done.stderr
    for line in (
        "devices         2 (2 new)",
        "snapshots       3 (3 new)",
        "from, until     2023-11-14, 2023-11-14",
        "Skipped, no configuration, by the name: README.md.",
        "addresses unknown of 2 devices, models guessed from the text of 1 device",
        "export NETRAVEN_DATABASE_URL=",
    ):
        assert line in done.stdout
    assert "%" not in done.stderr  # no bar in a pipe
    changes = run("config", "changes", "--since", "all", "--json")
    assert [row["hostname"] for row in json.loads(changes.stdout)] == ["ber-1"]
    again = run("import", "oxidized", str(archive.path), "--into", empty_database)
    assert "Nothing is new since the last import." in again.stdout


def test_json_is_for_scripts(run: Run, empty_database: str, archive: Repository) -> None:
    """All names, where the summary has a few."""
    done = run("import", "oxidized", str(archive.path), "--into", empty_database, "--json")
    found = json.loads(done.stdout)
    assert (found["devices"], found["snapshots"]) == (2, 3)
    assert found["skipped"] == {"no configuration, by the name": {"README.md": 1}}


def test_names_of_an_archive_do_not_steer_the_terminal(run: Run, empty_database: str, tmp_path: Path) -> None:
    """They are spelt out."""
    made = Repository(tmp_path / "a.git")
    made.commit({"\x1b[2J.md": "x\n", "a": "a\n"})
    done = run("import", "oxidized", str(made.path), "--into", empty_database)
    assert "\x1b" not in done.stdout
    assert "\\x1b[2J.md" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nowhere"], 2, "There is no folder nowhere"),
        (["folder"], 2, "There is no git repository in folder: name one, bare or not"),
        (["empty.git"], 2, "empty.git holds no commit yet"),
        (["devices.git", "--revision", "x"], 2, "The repository has no revision 'x'"),
        (["devices.git", "--router-db", "nowhere"], 2, "The list nowhere cannot be read"),
        (["devices.git", "--router-db", "bad.db"], 2, "Line 1 of bad.db is not understood"),
        (["devices.git", "--into", ""], 2, "it is empty: name a database"),
        (["devices.git", "--into", "postgresql://u:hunter2@127.0.0.1:1/x"], 3, "No PostgreSQL answers"),
    ],
)
def test_a_mistake_is_one_sentence_and_an_exit_code(
    run: Run, archive: Repository, tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    """No traceback, no password; the embedded server is not even started where the archive is wrong."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "bad.db").write_text("hunter2\n")
    Repository(tmp_path / "empty.git")
    done = run("import", "oxidized", *arguments, XDG_DATA_HOME=str(tmp_path / "data"))
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr
    assert not (tmp_path / "data").exists()


async def test_a_database_that_holds_other_devices_is_left_alone(
    run: Run, empty_database: str, archive: Repository
) -> None:
    """One sentence, and nothing half-done."""
    await store(device("theirs"))
    done = run("import", "oxidized", str(archive.path), "--into", empty_database)
    assert (done.returncode, done.stdout) == (2, "")
    assert "that netraven-analytics import did not make: name an empty database" in done.stderr


def test_the_usual_databases_are_not_its_target(run: Run, archive: Repository) -> None:
    """--db asks a database, and --into fills one."""
    done = run("--db", "postgresql://u@127.0.0.1:1/x", "import", "oxidized", str(archive.path))
    assert done.returncode == 2
    assert "import takes --into URL" in done.stderr


def test_answers_in_two_commands(archive: Repository) -> None:
    """Into a database of the embedded server that nobody made before; then any command."""
    with tempfile.TemporaryDirectory(prefix="netraven-") as folder:
        os.chmod(folder, 0o755)
        url = f"embedded:{folder}/server?database=archive"
        environment = {**os.environ, "NETRAVEN_DATABASE_URL": url}
        try:
            for arguments in (
                ("import", "oxidized", str(archive.path), "--into", url),
                ("config", "changes", "--since", "all"),
            ):
                done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=environment)
                assert done.returncode == 0, done.stderr
            assert "ber-1" in done.stdout
        finally:
            subprocess.run([*COMMAND, "--db", url, "db", "stop"], capture_output=True, check=True)
