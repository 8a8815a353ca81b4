"""A bar where somebody looks; the notebook's is held by tests/notebooks/test_kernel.py."""

import os
import pty
import subprocess
import sys

from sqlalchemy import text

from netraven_analytics import frame, progress_bar
from netraven_analytics.progress import _picture
from netraven_db.db.session import get_db

WORK = """
from netraven_analytics import progress_bar
with progress_bar("Things", 3) as bar:
    for _ in range(3):
        bar.add(1)
print(bar.done, bar.of)
"""


def test_a_pipe_gets_nothing() -> None:
    """Neither on standard output nor on standard error."""
    done = subprocess.run([sys.executable, "-c", WORK], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("3 3\n", "")


def test_a_terminal_gets_a_bar_that_goes_away() -> None:
    """It is drawn on standard error, and wiped out when the work is done."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    done = subprocess.run(
        [sys.executable, "-c", WORK],
        stderr=theirs,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env=environment,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.stdout == "3 3\n"
    assert "Things" in shown
    assert "100%" in shown
    assert shown.endswith("\x1b[2K")  # the line is empty again


async def test_a_frame_tells_a_bar_its_rows(empty_database: str) -> None:
    """``progress=bar.add`` is told of every row once."""
    async with get_db() as db:
        with progress_bar("Rows") as bar:
            await frame(text("select generate_series(1, 70000) as n"), db, progress=bar.add)
    assert bar.done == 70_000


def test_a_picture_can_be_read_in_both_forms() -> None:
    """In plain text what is done, of how much; in HTML a bar beside it, and nothing of it is markup."""
    moving = _picture("<b>Jobs</b>", 1500, 6000, 1.0)
    assert moving["text/plain"] == "<b>Jobs</b>: 1,500 of 6,000"
    assert '<progress value="1500" max="6000"' in moving["text/html"]
    assert "<b>" not in moving["text/html"]
    unknown = _picture("Jobs", 1500, None, 1.0)["text/html"]
    assert "<progress aria-label" in unknown
    assert "<progress" not in _picture("Jobs", 0, 0, 1.0, "done")["text/html"]
    assert 'max="1"' in _picture("Jobs", 0, 0, 1.0)["text/html"]
