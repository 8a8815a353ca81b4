"""Secrets of every platform, planted wherever the database holds text, and sought in all that comes out."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest

from netraven_analytics import config_at, config_blame, config_diff
from netraven_analytics.exports import FORMATS, export
from netraven_analytics.jupyter import as_html
from netraven_analytics.reports import catalogue
from netraven_db.db.models import Credential, Job, JobLog
from netraven_db.errors import NetRavenError
from tests.battery.commands import command
from tests.battery.conftest import MakeTrial
from tests.battery.trials import LONG
from tests.netraven_analytics.configs.redaction.corpora import FAMILIES, clean, marked
from tests.netraven_analytics.spec import NOW, at, device, job, snapshot, store

STORED = "st0red-canary"  # the password of a credential, where no rule would look for it
LOGS = "logs"
SEEN = FAMILIES if LONG else ["fortios", "panos"]
_TOKEN = re.compile("<redacted:[0-9a-f]{12}>|&lt;redacted:[0-9a-f]{12}&gt;")
# Casts that PostgreSQL refuses with the value in its words.
_REFUSED = ("regclass", "regtype", "tsquery", "int", "jsonpath", "xml", "interval")


def canaries(name: str) -> set[str]:
    """The platform's secrets of more than 5 characters that stand nowhere else in its text.

    Shorter ones would be found where they are none; docs/battery.md says so, and the tests of redaction hold
    them line by line.
    """
    text, secrets = marked(name)
    kept = text
    for secret in sorted(secrets, key=len, reverse=True):
        kept = kept.replace(secret, "")
    return {secret for secret in secrets if len(secret) > 5 and secret not in kept}


async def _plant() -> None:
    """Each platform's text as a second snapshot, in its metadata, and in the log of a run."""
    for name in SEEN:
        of = device(name, f"location:{name}", device_type=name)
        text, _ = marked(name)
        before, after = snapshot(of, "11-20 06:01:00", clean(name)), snapshot(of, "11-21 06:01:00", text)
        after.config_metadata = {"sent": text.split("\n"), "password": STORED}
        run = job(of, "failed", "11-21 06:00", "11-21 06:01")
        await store(before, after, run, Credential(username=name, password=STORED))
        await store(*(_log(run, message) for message in (text, *marked(LOGS)[0].splitlines())))


def _log(run: Job, message: str) -> JobLog:
    return JobLog(job_id=run.id, message=message, level="ERROR", timestamp=at("11-21 06:00"))


async def _said() -> AsyncIterator[str]:
    """What the commands print, and what they refuse."""
    for name in SEEN:
        for verb in (["show"], ["diff", "--context", 9], ["diff", "--json"], ["blame"], ["blame", "--json"]):
            yield await command("config", verb[0], name, *verb[1:])
    yield await command("config", "search", ".", "--regex", "--context", "section")
    for query in QUERIES.values():
        yield await command("sql", query)
        yield await command("sql", query, "--json")
    for cast in _REFUSED:
        for column, table in (("config_data", "device_configurations"), ("password", "credentials")):
            try:
                yield await command("sql", f"select cast({column} as {cast}) from {table}")
            except NetRavenError as refused:
                yield str(refused)


QUERIES = {
    "texts": "select config_data as x, metadata from device_configurations",
    "logs": "select message, string_agg(message, ' ') over () as y from job_logs",
    "credentials": "select username, password, 'x' || password as z, to_json(c) as c from credentials c",
}


async def _files(folder: Path) -> None:
    """All that is written: files with their sidecars, bundle, page, and cells of notebooks."""
    await command("report", "all", "-o", folder / "reports", "--as-of", NOW.isoformat())
    await command("report", "html", "-o", folder / "fleet.html", "--as-of", NOW.isoformat())
    for name, report in catalogue.items():
        answer = await report(as_of=NOW, since="30d", **{**report.bundle})
        for ending in FORMATS if LONG else ("html",):
            export(answer, folder / f"{name}.{ending}")
        (folder / f"{name}.cell").write_text(as_html(answer) or "")
    for name in SEEN:
        await command("config", "show", name, "-o", folder / f"{name}.txt")
        await command("config", "diff", name, "-o", folder / f"{name}.html")
        for look in (config_at, config_diff, config_blame):
            (folder / f"{name}-{look.__name__}.cell").write_text((await look(name))._repr_html_())
    for name, query in QUERIES.items():
        for ending in FORMATS:
            await command("sql", query, "-o", folder / f"{name}.{ending}")
    await command("config", "search", ".", "--regex", "-o", folder / "search.csv")


def _read(path: Path) -> Iterator[str]:
    """The text of a file; of a binary one, that of its cells."""
    if path.suffix == ".parquet":
        yield from pd.read_parquet(path).astype("object").to_numpy().ravel().astype(str)
    elif path.suffix == ".xlsx":
        for sheet in pd.read_excel(path, engine="calamine", sheet_name=None, dtype="str").values():
            yield from sheet.astype("object").to_numpy().ravel().astype(str)
    else:
        text = path.read_text(encoding="utf-8")
        yield text
        if path.suffix in (".html", ".cell"):
            from html import unescape

            yield unescape(text)


def _lines(text: str) -> set[str]:
    """The lines of a text without tokens, also of a text within JSON; most of them occur often."""
    return {*_TOKEN.sub("", text).replace("\\n", "\n").split("\n")}


async def _listed(*arguments: object) -> set[str]:
    """What a process of its own says, its and its children's arguments, and what ps shows while it runs."""
    words = [sys.executable, "-m", "netraven_analytics", *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    ended, listed = asyncio.ensure_future(process.communicate()), set[str]()
    while not ended.done():
        for _ in range(5):  # a child may be gone before ps has listed it
            listed |= _arguments(process.pid)
            await asyncio.sleep(0.02)
        listed |= _lines(await asyncio.to_thread(_processes))
    said, _ = ended.result()
    assert process.returncode == 0, said
    assert {" ".join(words)} <= listed, "the command was not seen while it ran"
    return listed | _lines(said.decode())


def _arguments(pid: int) -> set[str]:
    """Those of a process and of all below it; each may end meanwhile."""
    found = set[str]()
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                found.add(" ".join(each.cmdline()))
    return found


def _processes() -> str:
    return subprocess.run(["ps", "axww"], capture_output=True, text=True, check=False).stdout


# The long form plants more than a cell of a workbook holds.
@pytest.mark.filterwarnings("ignore::netraven_analytics.exports.xlsx.TextCutWarning")
async def test_no_canary_comes_out(
    empty_database: str, tmp_path: Path, trial: MakeTrial, caplog: Any
) -> None:
    """Of no platform, in no output: printed, written, shown in a notebook, logged, refused, listed by ps."""
    await _plant()
    found = set[str]()
    async for text in _said():
        found |= _lines(text)
    await _files(tmp_path)
    for path in tmp_path.rglob("*"):
        for text in _read(path) if path.is_file() else ():
            found |= _lines(text)
    found |= {record.getMessage() for record in caplog.records}
    found |= await _listed("config", "search", ".", "--regex", "--context", "section")
    found |= await _listed("report", "html", "-o", tmp_path / "again.html", "--as-of", NOW.isoformat())
    everything = "\n".join(found)
    for name in (*SEEN, LOGS):
        sought = [*sorted(canaries(name)), STORED]
        runs = trial(
            f"secrets of {name}, sought in all outputs", losing="secrets", quick=len(sought), long=len(sought)
        )
        for number in runs:
            if sought[number] in everything:
                place = everything.index(sought[number])
                runs.lose(f"{sought[number]} in {everything[max(0, place - 60) : place + 60]!r}")
