"""``lab``: what it checks before JupyterLab starts; tests/notebooks/test_jupyterlab.py uses what started."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

URL = "postgresql://nobody@127.0.0.1:1/not_asked"


def lab(
    *options: str, folder: Path, script: str = "import netraven_analytics.cli as c; c.main()"
) -> tuple[int, str]:
    """The exit code, and what was said."""
    done = subprocess.run(
        [sys.executable, "-c", script, "lab", "--folder", str(folder), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "NETRAVEN_DATABASE_URL": URL},
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


# Instead of JupyterLab, what it would be started with.
STARTED = """
import os, sys
os.execv = lambda path, arguments: sys.stderr.write(" ".join(arguments[1:]) + "\\n")
import netraven_analytics.cli as c; c.main()
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something else listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_a_port_that_is_taken(taken: int, tmp_path: Path) -> None:
    """One sentence, and nothing was begun."""
    code, said = lab("--port", str(taken), folder=tmp_path / "notebooks")
    assert code == 2
    assert said == (
        f"Error: JupyterLab cannot listen on port {taken} (Address already in use): name another one with "
        "--port, or leave it out to have a free one.\n"
    )
    assert not (tmp_path / "notebooks").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """One sentence with the reason."""
    (tmp_path / "notebooks").touch()
    code, said = lab(folder=tmp_path / "notebooks")
    assert (code, said) == (
        7,
        f"Error: The notebooks cannot be copied to {tmp_path / 'notebooks'}: File exists.\n",
    )


def test_without_the_packages_for_notebooks(tmp_path: Path) -> None:
    """It says what to install."""
    without = "import importlib.util as u; u.find_spec = lambda name, *_: None\n"
    code, said = lab(folder=tmp_path, script=f"{without}import netraven_analytics.cli as c; c.main()")
    assert (code, said) == (
        8,
        "Error: Notebooks need more packages, those of the extra: venv/bin/pip install -e '.[notebooks]'\n",
    )


def test_the_notebooks_are_copied_once(tmp_path: Path) -> None:
    """A reader's work in them is not lost at the next start, and the options go to JupyterLab."""
    folder = tmp_path / "new" / "notebooks"
    code, said = lab("--no-browser", "--", "--debug", folder=folder, script=STARTED)
    assert code == 0
    assert f"-m jupyterlab --ServerApp.root_dir={folder} --no-browser" in said
    assert said.endswith("--debug\n")
    lesson = folder / "01_database.ipynb"
    assert lesson.read_bytes() == Path("notebooks/01_database.ipynb").read_bytes()
    lesson.write_text("mine")
    assert lab(folder=folder, script=STARTED)[0] == 0
    assert lesson.read_text() == "mine"
