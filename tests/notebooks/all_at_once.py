"""Send all cells of a notebook to a kernel at once, and print as JSON what came of them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import KernelManager

TIMEOUT = 100.0


def executed(client: Any, cells: list[str]) -> dict[str, Any]:
    asked = [client.execute(source, store_history=True, stop_on_error=False) for source in cells]
    replies: dict[str, Any] = {}
    while len(replies) < len(asked):
        reply = client.get_shell_msg(timeout=TIMEOUT)
        if reply["parent_header"].get("msg_id") in asked:
            replies[reply["parent_header"]["msg_id"]] = reply["content"]
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
            done = sum(reply["status"] == "ok" for reply in replies.values())
            return {
                "cells": len(cells),
                "executed": done,
                "errors": errors,
                "stderr": stderr,
                "outputs": outputs,
            }


def main(notebook: Path, target: Path) -> None:
    cells = nbformat.read(notebook, as_version=4).cells
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(target), stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        made = executed(client, [cell.source for cell in cells if cell.cell_type == "code"])
        sys.stdout.write(json.dumps(made))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
