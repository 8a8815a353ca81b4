"""Two ways to run a notebook: as the toolkit's command does, and as JupyterLab's "Run All" does."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client import KernelManager

TIMEOUT = 120.0


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
    ) + ran.stderr.replace(f"{notebook.stem} …\n", "")
    page = (target / notebook.name).with_suffix(".html")
    return Ran(
        cells=len(code),
        executed=sum(cell.execution_count is not None for cell in code),
        errors=errors if ran.returncode == 0 else [*errors, ran.stderr],
        stderr=warned,
        outputs=nbformat.writes(document) + page.read_text(),
    )


def queued(notebook: Path, url: str, target: Path) -> Ran:
    """All cells are sent before the first has been executed."""
    code = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    target.mkdir(parents=True, exist_ok=True)
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=_environment(url), cwd=str(target), stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        asked = [client.execute(cell.source, store_history=True, stop_on_error=False) for cell in code]
        replies = {}
        while len(replies) < len(asked):
            reply = client.get_shell_msg(timeout=TIMEOUT)
            replies[reply["parent_header"].get("msg_id")] = reply["content"]
        client.execute("", silent=True)
        errors, stderr, outputs = [], "", ""
        while True:
            message = client.get_iopub_msg(timeout=TIMEOUT)
            content, kind = message["content"], message["msg_type"]
            outputs += str(content)
            if kind == "error":
                errors.append(content["evalue"])
            if kind == "stream" and content["name"] == "stderr":
                stderr += content["text"]
            last = message["parent_header"].get("msg_id") == asked[-1]
            if last and kind == "status" and content["execution_state"] == "idle":
                break
        done = sum(replies[each]["status"] == "ok" for each in asked)
        return Ran(len(code), done, errors, stderr, outputs)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
