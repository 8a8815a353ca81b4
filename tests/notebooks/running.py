"""Two ways to run a notebook: as the toolkit's command does, and as JupyterLab's "Run All" does."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

TIMEOUT = 120.0
# A kernel is ended by an interrupt, and some notice it.
_ENDED = "[IPKernelApp] ERROR | KeyboardInterrupt caught in kernel.\n"


@dataclass
class Ran:
    """How many code cells there are, how many were executed, and what was said that should not be."""

    cells: int
    executed: int
    errors: list[str]
    stderr: str
    outputs: str


def _environment(url: str) -> dict[str, str]:
    return {**os.environ, "NETRAVEN_DATABASE_URL": url, "PYTHONPATH": os.getcwd()}


def cell_by_cell(notebook: Path, url: str, target: Path) -> Ran:
    """In a process of its own, as a user's shell would start it."""
    command = [sys.executable, "-W", "ignore", "-m", "netraven_analytics"]
    ran = subprocess.run(
        [*command, "notebooks", "run", notebook.stem, "--out", str(target), "--html"],
        env=_environment(url),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    document = nbformat.read(target / notebook.name, as_version=4)
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    errors = [str(out.evalue) for cell in code for out in cell.outputs if out.output_type == "error"]
    warned = "".join(
        out.text for cell in code for out in cell.outputs if out.get("name") == "stderr"
    ) + ran.stderr.replace(f"{notebook.stem} …\n", "").replace(_ENDED, "")
    page = (target / notebook.name).with_suffix(".html")
    return Ran(
        cells=len(code),
        executed=sum(cell.execution_count is not None for cell in code),
        errors=errors if ran.returncode == 0 else [*errors, ran.stderr],
        stderr=warned,
        outputs=nbformat.writes(document) + page.read_text(),
    )


def queued(notebook: Path, url: str, target: Path) -> Ran:
    """All cells are sent before the first has been executed; the client is a process of its own."""
    target.mkdir(parents=True, exist_ok=True)
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.notebooks.all_at_once", str(notebook), str(target)],
        env=_environment(url),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert ran.returncode == 0, ran.stderr
    return Ran(**json.loads(ran.stdout))
