"""Two ways to run a notebook: as the toolkit's command does, and as JupyterLab's "Run All" does."""

import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_event_loop

from tests.notebooks.kernels import kernel

TIMEOUT = 240.0  # seconds


@dataclass
class Ran:
    """How many code cells there are, how many were executed, and what was said that should not be."""

    cells: int
    executed: int
    errors: list[str]
    stderr: str
    outputs: str


def cell_by_cell(notebook: Path, url: str, target: Path, *options: str) -> Ran:
    """In a process of its own, as a user's shell would start it."""
    command = [sys.executable, "-W", "ignore", "-m", "netraven_analytics"]
    ran = subprocess.run(
        [*command, "notebooks", "run", notebook.stem, "--out", str(target), "--html", *options],
        env={**os.environ, "NETRAVEN_DATABASE_URL": url, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    document = nbformat.read(target / notebook.name, as_version=4)
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    errors = [str(out.evalue) for cell in code for out in cell.outputs if out.output_type == "error"]
    warned = "".join(out.text for cell in code for out in cell.outputs if out.get("name") == "stderr")
    page = (target / notebook.name).with_suffix(".html")
    return Ran(
        cells=len(code),
        executed=sum(cell.execution_count is not None for cell in code),
        errors=errors if ran.returncode == 0 else [*errors, ran.stderr],
        stderr=warned + ran.stderr.replace(f"{notebook.stem} …\n", ""),
        outputs=nbformat.writes(document) + page.read_text(),
    )


def queued(notebook: Path, url: str, target: Path) -> Ran:
    """All cells are sent before the first has been executed."""
    target.mkdir(parents=True, exist_ok=True)
    cells = nbformat.read(notebook, as_version=4).cells
    with closing(ensure_event_loop()), kernel(url, target) as running:  # the client's loop, of this thread
        said = running.run_all([cell.source for cell in cells if cell.cell_type == "code"], TIMEOUT)
    return Ran(
        cells=len(said),
        executed=sum(each.executed for each in said),
        errors=[each.error[1] for each in said if each.error],
        stderr="".join(each.stderr for each in said),
        outputs="".join(str(each) for each in said),
    )
