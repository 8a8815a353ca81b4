"""The password of a database URL is in nothing that anybody gets to see."""

import io
import logging
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from IPython.core.ultratb import VerboseTB
from rich.console import Console
from rich.traceback import Traceback
from sqlalchemy import select, text

from netraven_analytics import config_at, config_search, export, failure_rates, frame, sql, stream
from netraven_analytics.bundle import write_bundle
from netraven_analytics.cli.demo import fleet, prepare
from netraven_analytics.orm import find_jobs
from netraven_analytics.refresh import refresh
from netraven_db import migrate
from netraven_db.db.connection import connect, make_engine
from netraven_db.db.models import Job
from netraven_db.db.session import SessionLocal, check_db_connection, engine, frozen_session, get_db
from netraven_db.errors import DatabaseUnavailableError
from netraven_db.settings import MaskedURL, Settings, parse_url
from tests.netraven_analytics.cli.process import COMMAND
from tests.netraven_db.db.test_connection import PasswordServer, listening

CANARY = "kAnArY"
PASSWORDS = [CANARY + rest for rest in ("", "/x", "#x", "@x", "%x", "?x", "%2Fx", " :;&=x", "ü", "'\"\\x")]
PLACES = ["postgresql://u:{}@HOST/d", "postgresql://u@HOST/d?password={}", "postgresql://u:{}@HOST,HOST/d"]


async def _in_a_session() -> None:
    async with get_db() as db:
        await find_jobs(db)


async def _frozen() -> None:
    async with frozen_session() as db:
        await db.execute(text("select 1"))


async def _streamed() -> None:
    async for _ in stream(select(Job)):
        pass


async def _demo() -> None:
    await prepare(Settings.from_environment().database_url, fleet(10, 7))


async def _raw() -> None:
    await connect(os.environ["NETRAVEN_DATABASE_URL"])


async def _of_an_engine() -> None:
    async with make_engine(os.environ["NETRAVEN_DATABASE_URL"]).connect():
        pass


ASKING: list[Callable[[], Awaitable[Any]]] = [
    failure_rates,
    lambda: sql("select 1"),
    lambda: frame(select(Job)),
    lambda: export("select 1", "a.csv"),
    lambda: config_at("a"),
    lambda: config_search("a"),
    lambda: write_bundle("bundle"),
    _in_a_session,
    _frozen,
    _streamed,
    _demo,
    _raw,
    _of_an_engine,
    check_db_connection,
    migrate.state,
    migrate.upgrade,
    refresh,
]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[io.StringIO]:
    """All that anybody logs, down to the debugging of libraries."""
    monkeypatch.chdir(tmp_path)
    written, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def _with_locals(error: BaseException) -> str:
    """The error and its traceback with local variables, but for the frames of this file."""
    while error.__traceback__ and error.__traceback__.tb_frame.f_code.co_filename == __file__:
        error.__traceback__ = error.__traceback__.tb_next
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(shown.format()) + str(error) + repr(error)


def _as_tools_show_it(error: BaseException) -> str:
    """The same by rich, which typer uses, by IPython's %xmode Verbose, and by cgitb."""
    kind, where = type(error), error.__traceback__
    console = Console(file=io.StringIO(), width=10_000)
    console.print(Traceback.from_exception(kind, error, where, show_locals=True, locals_max_string=None))
    shown = [console.file.getvalue()]  # type: ignore[attr-defined]
    shown.append(VerboseTB(theme_name="nocolor").text(kind, error, where))
    if sys.version_info < (3, 13):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import cgitb
        shown.append(cgitb.text((kind, error, where)))
    return "\n".join(shown)


@pytest.mark.parametrize("refused", [False, True], ids=["closed port", "wrong password"])
async def test_no_failure_shows_it(log: io.StringIO, monkeypatch: pytest.MonkeyPatch, refused: bool) -> None:
    """Whatever is asked, wherever the password stands in the URL, and whatever it is made of."""
    server = PasswordServer()
    async with listening(server.serve) as port:
        host = f"127.0.0.1:{port if refused else 1}"
        for ask, password, place in zip(ASKING, cycle(PASSWORDS), cycle(PLACES), strict=False):
            url = place.replace("HOST", host).format(quote(password, safe=""))
            monkeypatch.setenv("NETRAVEN_DATABASE_URL", url)
            with pytest.raises(DatabaseUnavailableError) as told:
                await ask()
            assert CANARY not in _with_locals(told.value), ask
            if ask in (_raw, _frozen):  # tools take long to spell what they find in SQLAlchemy's frames
                assert CANARY not in _as_tools_show_it(told.value), ask
            if refused:
                assert set(server.passwords) == {password}
                server.passwords.clear()
    assert CANARY not in log.getvalue()


async def test_no_repr_shows_it(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch, empty_database: str
) -> None:
    """Of whatever is public, or reached from there, and knows the address."""
    url = parse_url(empty_database).set(password=CANARY).render_as_string(hide_password=False)
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", url)
    async with get_db() as db, frozen_session() as frozen:
        connection = await db.connection()
        raw = await connection.get_raw_connection()
        held = [
            *(
                db,
                frozen,
                db.bind,
                db.info,
                db.sync_session,
                connection,
                connection.engine,
                raw,
                raw.driver_connection,
            ),
            *(engine, engine.url, engine.sync_engine, engine.sync_engine.pool, engine.dialect),
            *(get_db(), SessionLocal(), Settings.from_environment(), MaskedURL(url), parse_url(url)),
            *(failure_rates, await failure_rates(db), (await failure_rates(db)).attrs, await migrate.state()),
            Settings.from_environment().database_url,
        ]
        for thing in held:
            assert CANARY not in repr(thing), type(thing)
            shown = traceback.FrameSummary("f", 1, "n", locals={"thing": thing})
            assert CANARY not in str(shown.locals)
    assert CANARY not in log.getvalue()


def test_no_command_shows_it(tmp_path: Path) -> None:
    """Nor is it in what a notebook was run with."""
    url = f"postgresql://u:{CANARY}%2F%40@127.0.0.1:1/d"
    for arguments in (
        ["db", "check"],
        ["db", "status"],
        ["--db", url, "report", "all"],
        ["notebooks", "run", "01_database"],
    ):
        environment = {**os.environ, "NETRAVEN_DATABASE_URL": url}
        done = subprocess.run([*COMMAND, *arguments], capture_output=True, cwd=tmp_path, env=environment)
        assert done.returncode not in (0, 1)
        assert CANARY.encode() not in done.stdout + done.stderr
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(CANARY.encode() in content for content in written)
