"""The command, in this process and in a thread whose event loop is its own."""

import asyncio
import io
from contextlib import redirect_stderr, redirect_stdout

from netraven_analytics.cli import app


async def command(*arguments: object) -> str:
    """What ``netraven-analytics`` says to these arguments, on stdout and stderr; a refusal is raised."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with redirect_stdout(said), redirect_stderr(said):
        await asyncio.to_thread(app, [str(each) for each in arguments], standalone_mode=False)
    said.flush()
    return said.buffer.getvalue().decode()  # type: ignore[attr-defined]
