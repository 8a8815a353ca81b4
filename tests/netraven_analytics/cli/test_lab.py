"""``lab``: what it checks before JupyterLab starts; tests/notebooks/test_jupyterlab.py uses what started."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from netraven_db import embedded
from tests.netraven_analytics.cli.process import COMMAND

URL = "postgresql://nobody@127.0.0.1:1/not_asked"


def lab(
    *options: str,
    folder: Path,
    script: str = "import netraven_analytics.cli as c; c.main()",
    url: str | None = URL,
    **environment: str,
) -> tuple[int, str]:
    """The exit code, and what was said; ``url`` is None where the environment names no database."""
    others = {name: value for name, value in os.environ.items() if name != "NETRAVEN_DATABASE_URL"}
    named = {} if url is None else {"NETRAVEN_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-c", script, "lab", "--folder", str(folder), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**others, **named, **environment},
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


# Instead of JupyterLab, what it would be started with.
STARTED = """
import os, sys
os.execv = lambda path, arguments: sys.stderr.write(" ".join(arguments[1:]) + "\\n")
import netraven_analytics.cli as c; c.main()
"""

# What a notebook finds that JupyterLab's process started, and leaves behind.
NOTEBOOK = """
import asyncio, os, sys
from sqlalchemy import func, select
from netraven_db.db.models import Device, Tag
from netraven_db.db.session import get_db

async def cells():
    async with get_db() as db:
        devices = await db.scalar(select(func.count(Device.id)))
        mine = await db.scalar(select(func.count(Tag.id)).where(Tag.name == "mine"))
        db.add(Tag(name="mine" if not mine else "mine too", type="test"))
    print(os.environ["NETRAVEN_DATABASE_URL"], devices, "devices,", mine, "of mine", file=sys.stderr)

asyncio.run(cells())
"""
# Instead of JupyterLab, that notebook; the demo is a small one that ends so many hours LATER.
OPENED = f"""
import os, subprocess, sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import netraven_analytics.cli as c
from netraven_analytics.cli import demo
fleet = demo.fleet
end = datetime(2026, 11, 22, 12, tzinfo=UTC) + timedelta(hours=int(os.environ["LATER"]))
demo.fleet = lambda: replace(fleet(devices=20, days=7), until=end)
os.execv = lambda path, arguments: subprocess.run([path, "-c", {NOTEBOOK!r}], check=True)
c.main()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder whose embedded server ends with the test."""
    folder = Path(tempfile.mkdtemp(prefix="netraven-test-")).resolve()
    folder.chmod(0o711)  # as root, the server's account passes through
    yield folder
    for lock in folder.rglob("start.lock"):
        embedded.stop(lock.parent)
    shutil.rmtree(folder)


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


def test_without_a_database_there_is_the_demo(home: Path, tmp_path: Path) -> None:
    """Notebooks find it loaded, for a day with what they wrote, and then a new one; its server stays."""
    places = {"HOME": str(home), "XDG_DATA_HOME": str(home)}
    later = ("0", "23", "24")
    said = [
        lab(folder=tmp_path / "notebooks", script=OPENED, url=None, LATER=each, **places) for each in later
    ]
    assert [code for code, _ in said] == [0, 0, 0], said
    assert [text.splitlines()[-1] for _, text in said] == [
        "embedded?database=demo 20 devices, 0 of mine",
        "embedded?database=demo 20 devices, 1 of mine",
        "embedded?database=demo 20 devices, 0 of mine",
    ]
    loading = "Loading 20 devices over 7 days …\n"
    assert [loading in text for _, text in said] == [True, False, True]
    assert "The demo fleet that ends at 2026-11-22 12:00 UTC stays as it is.\n" in said[1][1]
    (lock,) = home.rglob("start.lock")
    assert embedded.status(lock.parent) is not None
    stopped = [*COMMAND, "--db", "embedded?database=demo", "db", "stop"]
    subprocess.run(stopped, env={**os.environ, **places}, check=True, capture_output=True, timeout=60)
    assert embedded.status(lock.parent) is None


def test_a_database_that_is_named_is_used_as_it_is(home: Path, tmp_path: Path) -> None:
    """Nothing is loaded into it, and no embedded server is started."""
    places = {"HOME": str(home), "XDG_DATA_HOME": str(home)}
    code, said = lab(folder=tmp_path / "notebooks", script=STARTED, **places)
    assert code == 0
    assert "Loading" not in said
    assert list(home.rglob("start.lock")) == []
