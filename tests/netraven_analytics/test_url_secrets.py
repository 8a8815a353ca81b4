"""The password of a database URL is in nothing that anybody gets to see."""

import io
import logging
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle, product
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import asyncpg
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
from netraven_db.db.connection import connect, connected, make_engine
from netraven_db.db.hosts import one_by_one
from netraven_db.db.models import Job
from netraven_db.db.session import SessionLocal, check_db_connection, engine, frozen_session, get_db
from netraven_db.errors import DatabaseUnavailableError, ParameterError
from netraven_db.settings import MaskedURL, Settings, database_in_words, describe_url, parse_url
from tests.netraven_analytics.cli.process import COMMAND
from tests.netraven_db.db.test_connection import PasswordServer, listening

CANARY = "kAnArY"
PASSWORDS = [CANARY + rest for rest in ("", "/x", "#x", "@x", "%x", "?x", "%2Fx", " :;&=x", "ü", "'\"\\x")]
PLACES = ["postgresql://u:{}@HOST/d", "postgresql://u@HOST/d?password={}", "postgresql://u:{}@HOST,HOST/d"]
OTHER = "oThEr"  # the end of a password, behind what may be taken for the end of it
SPECIAL = [*",:@%;&=+ []/#?\"'\\ü|~^`{}<>$!*()\t", "?a=", "&a=", "/a?b=", "@a/"]
RAW_PLACES = [
    *("USER:{}@HOST/d", "USER:{}@HOST,HOST/d", "USER:{}@HOST", "USER:{}@[::1]:1/d", "USER:{}@/d?host=/tmp"),
    *(f"{user}HOST/d?{option}={{}}" for user in ("USER@", "") for option in ("password", "PASSWORD")),
    *("USER@HOST/d?sslmode=disable&password={}", "USER@HOST/d?sslpassword={}&sslmode=disable"),
    *("USER@HOST,HOST/d?password={}", "USER:{}@HOST/d?application_name=me", "USER@HOST/d?sslPassword={}"),
    "USER:{0}@HOST/d?sslpassword={0}",
]


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


def _shown_of(url: str) -> str:
    """All that is said of a URL that nobody has connected with yet."""
    settings = Settings(url, "UTC")
    shown = [describe_url(url), repr(settings), repr(MaskedURL(url))]
    shown.append(repr(Settings.from_environment({"NETRAVEN_DATABASE_URL": url}).database_url))
    try:
        address = parse_url(url)
    except ParameterError as refused:
        return "\n".join([*shown, _with_locals(refused)])
    changed = (address.set(database="e"), address.difference_update_query(["host"]), *one_by_one(address))
    for each in (address, *changed, address.update_query_dict({"host": "h"}), address._replace(host="h")):
        shown += [repr(each), str(each), f"{each}", each.render_as_string()]
    return "\n".join([*shown, database_in_words(url)])


@pytest.mark.parametrize("place", RAW_PLACES)
def test_nothing_said_of_a_url_shows_it(place: str) -> None:
    """However many special characters a password has, none of them encoded, no part of it is shown."""
    place = "postgresql://" + place.replace("HOST", "127.0.0.1:1").replace("USER", "u")
    for one, two in product(SPECIAL, ["", *SPECIAL]):
        url = place.format(f"{CANARY}{one}{OTHER}{two}{CANARY}" if two else CANARY + one + OTHER)
        shown = _shown_of(url)
        assert CANARY not in shown, url
        assert OTHER not in shown, url


@pytest.mark.parametrize("place", RAW_PLACES)
@pytest.mark.parametrize("refused", [False, True], ids=["closed port", "wrong password"])
async def test_no_failure_shows_it_as_it_was_typed(log: io.StringIO, place: str, refused: bool) -> None:
    """A password that nobody encoded is in no message, no traceback with local variables, and no log."""
    server = PasswordServer()
    async with listening(server.serve) as port:
        host = f"127.0.0.1:{port if refused else 1}"
        for special in SPECIAL:
            typed = CANARY + special + OTHER
            url = "postgresql://" + place.replace("HOST", host).replace("USER", "u").format(typed)
            with pytest.raises((DatabaseUnavailableError, ParameterError)) as told:
                await connect(url)
            shown = _with_locals(told.value)
            if special in ",@ ":  # tools take long to spell what they find
                shown += _as_tools_show_it(told.value)
            assert CANARY not in shown, url
            assert OTHER not in shown, url
    assert CANARY not in log.getvalue()
    assert OTHER not in log.getvalue()


@pytest.mark.parametrize("special", [*",:@%;&=+ []/#\"'ü|~$!*(", ":@", "@,", "@@"])
@pytest.mark.parametrize("place", ["u:{}@HOST/d", "u:{}@HOST,HOST/d", "u:{}@HOST/d?application_name=a@b"])
async def test_it_arrives_as_it_was_typed(place: str, special: str) -> None:
    """What can be told from the rest of a URL need not be encoded to reach the server."""
    server = PasswordServer()
    async with listening(server.serve) as port:
        url = "postgresql://" + place.replace("HOST", f"127.0.0.1:{port}").format(CANARY + special + OTHER)
        with pytest.raises(DatabaseUnavailableError, match="refused the login to postgresql://u@"):
            await connect(url)
    assert set(server.passwords) == {CANARY + special + OTHER}


@pytest.mark.parametrize("option", ["password", "PASSWORD"])
@pytest.mark.parametrize("special", [*",:@%;=[]/#?ü", "?@"])
async def test_it_arrives_from_an_option_as_it_was_typed(option: str, special: str) -> None:
    """Nor has it to be encoded as an option, but for what options are separated by and a + for a blank."""
    server = PasswordServer()
    async with listening(server.serve) as port:
        url = f"postgresql://u@127.0.0.1:{port}/d?sslmode=disable&{option}={CANARY}{special}{OTHER}"
        with pytest.raises(DatabaseUnavailableError, match="refused the login to postgresql://u@127"):
            await connect(url)
    assert server.passwords == [CANARY + special + OTHER]


async def test_who_has_it_is_let_in(empty_database: str) -> None:
    """A user with such a password connects with what was typed, and is that user."""
    url, password, role = parse_url(empty_database), "p,w:x@y#z/", f"typed_{uuid4().hex[:12]}"
    place = empty_database.partition("@")[2] or f"/{empty_database.partition('///')[2]}"
    async with connected(empty_database) as owner:
        try:
            await owner.execute(f"create role {role} login password '{password}'")
        except asyncpg.InsufficientPrivilegeError:
            pytest.skip("the user of the test server may not create roles")
    async with connected(f"postgresql://{role}:p,w:x%40y#z/@{place}") as connection:
        asked = await connection.fetchrow("select current_user, current_database()")
    async with connected(empty_database) as owner:
        await owner.execute(f"drop role {role}")
    assert tuple(asked) == (role, url.database)


@pytest.mark.parametrize("url", ["u:a?b@h/d", "u:a?b=c@h/d", "u:a@b/c@h/d", "u@h/d?password=a&b", "u/a@h/d"])
def test_what_may_be_a_part_of_it_is_refused(url: str) -> None:
    """Where a raw character may end the password or not, the message says how to encode it."""
    with pytest.raises(ParameterError, match=r"cannot be read.*%40 for @, %3F for \? and %26 for &"):
        parse_url("postgresql://" + url)


async def test_a_file_with_passwords_is_named_and_not_shown(tmp_path: Path) -> None:
    """The option ``passfile`` is where the password comes from, and says no more than that in a message."""
    file = tmp_path / "p@ss,file"
    file.write_text(f"*:*:*:*:{CANARY}\n")
    file.chmod(0o600)
    server = PasswordServer()
    async with listening(server.serve) as port:
        with pytest.raises(DatabaseUnavailableError, match="passfile=") as told:
            await connect(f"postgresql://u@127.0.0.1:{port}/d?passfile={file}")
    assert server.passwords == [CANARY]
    assert CANARY not in _with_locals(told.value)


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
    for arguments, password in (
        (["db", "check"], f"{CANARY}%2F%40"),
        (["db", "status"], f"x,{CANARY}"),
        (["--db", "URL", "report", "all"], f"{CANARY}%2F%40"),
        (["notebooks", "run", "01_database"], f"x@{CANARY}"),
    ):
        url = f"postgresql://u:{password}@127.0.0.1:1/d"
        arguments = [argument.replace("URL", url) for argument in arguments]
        environment = {**os.environ, "NETRAVEN_DATABASE_URL": url}
        done = subprocess.run([*COMMAND, *arguments], capture_output=True, cwd=tmp_path, env=environment)
        assert done.returncode not in (0, 1)
        assert CANARY.encode() not in done.stdout + done.stderr
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(CANARY.encode() in content for content in written)
