"""JupyterLab, as the command ``lab`` starts it and as somebody with a mouse uses it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser import Page

PATIENCE = 120.0  # seconds
_PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')]"
_TROUBLE = ("application/vnd.jupyter.stderr", "application/vnd.jupyter.error")


@contextmanager
def lab(url: str, folder: Path, **settings: dict[str, Any]) -> Iterator[str]:
    """The address at which JupyterLab answers; it ends with the block, and its kernels with it.

    ``settings`` are those of JupyterLab's extensions, by their name.
    """
    token, port = secrets.token_hex(), free_port()
    environment = {
        **os.environ,
        "NETRAVEN_DATABASE_URL": url,
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(_settings(folder / "settings", **settings)),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": os.getcwd(),
    }
    command = [sys.executable, "-W", "ignore", "-m", "netraven_analytics", "lab", "--no-browser"]
    command += ["--folder", str(folder / "notebooks"), "--port", str(port)]
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_it_answers(
            f"http://127.0.0.1:{port}/api/status?token={token}", server, folder / "log.txt"
        )
        yield f"http://127.0.0.1:{port}/lab/tree/NAME.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(folder: Path, **settings: dict[str, Any]) -> Path:
    """No questions about news, and all cells in the page, not only those that are to be seen."""
    known = {
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker": {"windowingMode": "none"},
        **settings,
    }
    for name, values in known.items():
        file = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    return folder


def _wait_until_it_answers(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(address, timeout=PATIENCE).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"JupyterLab does not answer:\n{log.read_text()}") from None
            time.sleep(0.1)


def open_notebook(page: Page, address: str) -> None:
    """Until its kernel waits for work; JupyterLab has not asked for one, since the notebook names it."""
    page.open(address)
    page.wait_for("!!document.querySelector('.jp-NotebookPanel .jp-CodeCell')", PATIENCE)
    status = "document.querySelector('#jp-main-statusbar')?.textContent"
    page.wait_for(f"/Python 3.*Idle/.test({status})", PATIENCE)


def run_all(page: Page) -> list[str]:
    """Run > Run All Cells, until all have been executed; what is in an output that should not be."""
    _click(page, ".lm-MenuBar-item", "Run")
    _click(page, '[data-command="runmenu:run-all"]')
    page.wait_for(f"{_PROMPTS}.every(prompt => /\\[\\d+\\]/.test(prompt.textContent))", PATIENCE)
    kinds = ", ".join(f'[data-mime-type="{kind}"]' for kind in _TROUBLE)
    found = page.run(f"[...document.querySelectorAll({json.dumps(kinds)})].map(each => each.textContent)")
    return [str(text) for text in found]


def _click(page: Page, selector: str, text: str = "") -> None:
    """On the element of that text. The menus look where the mouse is before they look at its button."""
    found = (
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        f".find(each => each.textContent.includes({json.dumps(text)}))"
    )
    page.wait_for(f"!!{found}")
    x, y = page.run(
        f"(box => [box.x + box.width / 2, box.y + box.height / 2])({found}.getBoundingClientRect())"
    )
    for kind, button in (("mouseMoved", "none"), ("mousePressed", "left"), ("mouseReleased", "left")):
        page.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1)
