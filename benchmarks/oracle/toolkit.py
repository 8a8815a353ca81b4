"""The toolkit as a user runs it: commands in processes of their own, and the files that they leave."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .views import GROUPED, View

Rows = list[dict[str, Any]]


def command(url: str, *arguments: str) -> str:
    """What ``netraven-analytics ARGUMENTS`` printed on standard output.

    Raises:
        RuntimeError: it failed; the message is its own.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DB_URL", "NETRAVEN_TZ", "NETRAVEN_DATABASE_URL")
    }
    done = subprocess.run(
        [sys.executable, "-m", "netraven_analytics", "--db", url, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"netraven-analytics {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def write(url: str, view: View, folder: Path) -> None:
    """The view's files: by ``report all``, or by one ``report run`` each."""
    folder.mkdir(parents=True)
    if view.bundle:
        command(url, "report", "all", "-o", str(folder), *view.options.split())
        return
    for report in view.reports:
        groups = (
            [part for by in view.by for part in ("--by", by.replace("_", "-"))] if report in GROUPED else []
        )
        file = str(folder / f"{report}.csv")
        command(url, "report", "run", report, "-o", file, *view.options.split(), *groups)


def read(folder: Path, report: str) -> Rows:
    """The rows of a file, with numbers, instants and dates where the columns hold such."""
    with (folder / f"{report}.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {name: _value(name, text) for name, text in row.items() if name not in _WORDS}
            for row in csv.DictReader(file)
        ]
    return [{**row, **dict(_derived(row))} for row in rows]


def sidecar(folder: Path, report: str) -> dict[str, Any]:
    """What the answer says about itself."""
    made: dict[str, Any] = json.loads((folder / f"{report}.meta.json").read_text(encoding="utf-8"))
    return made


# What is read out of the texts has no oracle here.
_WORDS = ("sections", "claimed_user")


def _value(name: str, text: str) -> Any:
    if text == "":
        return None
    if name in ("hostname", "device_type", "location", "role", "outcome"):
        return text
    if name == "complete":
        return {"True": True, "False": False}[text]
    if name in ("previous_at", "found_at", "hour"):
        return datetime.fromisoformat(text)
    if name in ("day", "week", "month"):
        return date.fromisoformat(text)
    return float(text) if "." in text or "e" in text else int(text)


def _derived(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What SQL alone can say of a change: by how many lines the text grew."""
    for prefix in ("", "raw_"):
        if f"{prefix}lines_added" in row:
            grown = row[f"{prefix}lines_added"] - row[f"{prefix}lines_removed"]
            yield f"{prefix}net_lines", grown
