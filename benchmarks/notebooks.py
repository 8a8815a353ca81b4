"""How long each notebook takes on the demo fleet: ``venv/bin/python benchmarks/notebooks.py``.

Each runs as ``netraven-analytics notebooks run`` runs it, one after the other, on a copy of the demo's
database. The exit code is 1 where one takes longer than a minute or does not run to its end.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time

from fleets import load
from results import write_section

from netraven_analytics.cli.demo import fleet
from netraven_analytics.execution import notebooks
from netraven_db import embedded
from netraven_db.db.connection import connected
from netraven_db.settings import parse_url

MOST = 60  # seconds


async def _copied(url: str, name: str) -> str:
    """A database of its own: the lessons write, and one changes the schema."""
    target = parse_url(url)
    async with connected(target.set(database="postgres").render_as_string(hide_password=False)) as connection:
        await connection.execute(f"create database {name} template {target.database}")
    return target.set(database=name).render_as_string(hide_password=False)


def _run(name: str, url: str, folder: str) -> tuple[float, int]:
    command = [sys.executable, "-m", "netraven_analytics", "notebooks", "run", name, "--out", folder]
    begin = time.perf_counter()
    ran = subprocess.run(
        command, env={**os.environ, "NETRAVEN_DATABASE_URL": url}, stdout=subprocess.DEVNULL, check=False
    )
    return time.perf_counter() - begin, ran.returncode


def main() -> None:
    spec = fleet()
    lines = [
        f"`venv/bin/python benchmarks/notebooks.py`: {spec.devices} devices, {spec.days} days; at most "
        f"{MOST} s.\n",
        "| notebook | seconds |",
        "|---|---|",
    ]
    found: dict[str, float] = {}
    ended = True
    with embedded.throwaway() as server, tempfile.TemporaryDirectory() as folder:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        asyncio.run(load(server.url(), spec))
        for number, notebook in enumerate(notebooks()):
            url = asyncio.run(_copied(server.url(), f"notebook_{number}"))
            found[notebook.name], code = _run(notebook.name, url, folder)
            ended = ended and code == 0
            lines.append(f"| {notebook.name} | {found[notebook.name]:.1f}{'' if code == 0 else ', FAILED'} |")
    report = "\n".join([*lines, f"| all | {sum(found.values()):.1f} |", ""])
    print(report)
    write_section("notebooks", "Notebooks", report)
    sys.exit(not ended or max(found.values()) > MOST)


if __name__ == "__main__":
    main()
