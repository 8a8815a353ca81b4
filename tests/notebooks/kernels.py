"""A live kernel, spoken to as JupyterLab does."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client import KernelManager

PATIENCE = 60.0  # seconds


@dataclass
class Said:
    """What came of a cell: outputs that stay, in plain text and in HTML, what was written, and the error."""

    executed: bool = False
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    stdout: str = ""
    stderr: str = ""
    error: tuple[str, str, str] | None = None  # its class, its message, and what is shown of it

    def hear(self, message: dict[str, Any], displays: dict[str, int]) -> None:
        """Take in one message of the kernel; ``displays`` are the places of outputs that are shown anew."""
        content, kind = message["content"], message["msg_type"]
        if kind == "stream":
            setattr(self, content["name"], getattr(self, content["name"]) + content["text"])
        elif kind == "execute_input":
            self.executed = True
        elif kind == "error":
            self.error = (content["ename"], content["evalue"], "\n".join(content["traceback"]))
        elif kind in ("display_data", "execute_result", "update_display_data"):
            named = content.get("transient", {}).get("display_id")
            place = displays.setdefault(named, len(self.plain)) if named else len(self.plain)
            for outputs, name in ((self.plain, "text/plain"), (self.html, "text/html")):
                outputs[place : place + 1] = [content["data"].get(name, "")]


class Kernel:
    """``run`` waits for the cell; ``send`` and ``collect`` do not have to follow on each other."""

    def __init__(self, manager: KernelManager, url: str) -> None:
        self.manager, self.url = manager, url
        self.client = manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    def send(self, code: str) -> str:
        return str(self.client.execute(code, store_history=True, stop_on_error=False))

    def collect(self, cell: str, patience: float = PATIENCE) -> Said:
        """All that is said for the cell until the kernel has done with it, or forgotten it."""
        said, displays = Said(), {}
        deadline = time.monotonic() + patience
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                return said
            if message["parent_header"].get("msg_id") != cell:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return said
            said.hear(message, displays)

    def run(self, code: str) -> Said:
        return self.collect(self.send(code))

    def run_all(self, cells: Sequence[str], patience: float = PATIENCE) -> list[Said]:
        """All are sent before the first has been executed, as "Run All" does."""
        sent = [self.send(code) for code in cells]
        return [self.collect(cell, patience) for cell in sent]

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def completions(self, code: str) -> list[str]:
        """What Tab offers at the end of the code."""
        return list(self.client.complete(code, reply=True, timeout=PATIENCE)["content"]["matches"])

    def help(self, name: str) -> str:
        """What Shift-Tab and ``?`` show."""
        return str(self.client.inspect(name, reply=True, timeout=PATIENCE)["content"]["data"]["text/plain"])


@contextmanager
def kernel(url: str, folder: Path) -> Iterator[Kernel]:
    """A kernel on that database, in that folder and on no port; it is gone after the block."""
    environment = {**os.environ, "NETRAVEN_DATABASE_URL": url, "PYTHONPATH": os.getcwd()}
    with TemporaryDirectory() as place:  # the path of a socket must be short
        manager = KernelManager(kernel_name="python3", transport="ipc", ip=f"{place}/k")
        manager.start_kernel(cwd=str(folder), env=environment, stderr=subprocess.DEVNULL)
        made = None
        try:
            made = Kernel(manager, url)
            yield made
        finally:
            if made is not None:
                made.client.stop_channels()
            manager.shutdown_kernel(now=True)
