"""Connections: the URL's options, and errors that never show a password."""

import asyncio
import struct
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlalchemy.pool import NullPool

from netraven_db.db import connection as module
from netraven_db.db.connection import connect, make_engine
from netraven_db.db.session import check_db_connection, get_db
from netraven_db.errors import DatabaseUnavailableError, NetRavenError, ParameterError
from netraven_db.settings import parse_url
from tests.conftest import MakeDatabase

SECRET = "s3cret/#@%?: ü"
ENCODED = quote(SECRET, safe="")
SSL_REQUEST = 80877103


class PasswordServer:
    """Asks for a password as PostgreSQL does, remembers what it was told, and refuses it."""

    def __init__(self) -> None:
        self.port = 0
        self.passwords: list[str] = []
        self.started: dict[str, str] = {}
        self.wants_ssl = False

    def url(self, template: str) -> str:
        return "postgresql://" + template.replace("PLACE", f"127.0.0.1:{self.port}")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size, code = struct.unpack("!ii", await reader.readexactly(8))
        if code == SSL_REQUEST:
            self.wants_ssl = True
            writer.write(b"N")
            size, code = struct.unpack("!ii", await reader.readexactly(8))
        words = (await reader.readexactly(size - 8)).decode().split("\0")
        self.started = dict(zip(words[::2], words[1::2], strict=False))
        writer.write(b"R" + struct.pack("!ii", 8, 3))  # AuthenticationCleartextPassword
        _, size = struct.unpack("!ci", await reader.readexactly(5))
        self.passwords.append((await reader.readexactly(size - 4)).rstrip(b"\0").decode())
        fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0"
        writer.write(b"E" + struct.pack("!i", len(fields) + 4) + fields)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening(serve: Callable[..., object]) -> AsyncIterator[int]:
    """A TCP server on a port of its own."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)  # type: ignore[arg-type]
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def password_server() -> AsyncIterator[PasswordServer]:
    server = PasswordServer()
    async with listening(server.serve) as server.port:
        yield server


@pytest.fixture(scope="module")
def database(create_database: MakeDatabase) -> str:
    """One database for all, which nobody writes to."""
    return create_database()


def option(url: str, **options: str) -> str:
    """The URL with options added."""
    return parse_url(url).update_query_dict(options).render_as_string(hide_password=False)


async def setting(url: str, name: str) -> str:
    """What the server takes a setting to be, on a connection of this URL."""
    connection = await connect(url)
    try:
        value: str = await connection.fetchval(f"show {name}")
        return value
    finally:
        await connection.close()


def whole_traceback(error: BaseException) -> str:
    """All that a debugger's traceback shows of the toolkit's frames: causes, contexts and local variables."""
    while error.__traceback__ and error.__traceback__.tb_frame.f_globals["__name__"] == __name__:
        error.__traceback__ = error.__traceback__.tb_next
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(shown.format()) + repr(error) + str(error)


class TestPasswords:
    """Passwords arrive as they are, and appear nowhere else."""

    @pytest.mark.parametrize("url", [f"bob:{ENCODED}@PLACE/d", f"bob@PLACE/d?password={ENCODED}"])
    async def test_any_character_arrives(self, password_server: PasswordServer, url: str) -> None:
        """A percent-encoded password reaches the server as it was meant, from both places of a URL."""
        with pytest.raises(DatabaseUnavailableError):
            await connect(password_server.url(url))
        assert password_server.passwords == [SECRET]

    async def test_it_comes_from_where_libpq_looks(
        self, password_server: PasswordServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A URL without a password takes that of PGPASSWORD, else that of PGPASSFILE."""
        (tmp_path / "passwords").write_text("*:*:*:bob:of the file\n")
        (tmp_path / "passwords").chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(tmp_path / "passwords"))
        for hosts in ("bob@PLACE/d", "bob@PLACE,PLACE/d"):
            with pytest.raises(DatabaseUnavailableError, match="refused the login"):
                await connect(password_server.url(hosts))
        monkeypatch.setenv("PGPASSWORD", SECRET)
        with pytest.raises(DatabaseUnavailableError, match="refused the login"):
            await connect(password_server.url("bob@PLACE/d"))
        assert password_server.passwords == ["of the file", "of the file", SECRET]

    @pytest.mark.parametrize("url", ["bob:s3cret@PLACE/d", "bob@PLACE/d?password=s3cret"])
    async def test_a_refused_password_is_not_shown(
        self, password_server: PasswordServer, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        """A wrong password is in no message, no repr, and no traceback with local variables."""
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", password_server.url(url))
        with pytest.raises(
            DatabaseUnavailableError, match=r"refused the login to postgresql://bob@127"
        ) as told:
            await check_db_connection()
        assert "s3cret" not in whole_traceback(told.value)

        async def use() -> None:
            async with get_db() as db:
                await db.execute(text("select 1"))

        with pytest.raises(DatabaseUnavailableError, match="user and password") as told:
            await use()
        assert "s3cret" not in whole_traceback(told.value)
        assert password_server.passwords == ["s3cret", "s3cret"]

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://bob:s3cret@127.0.0.1:1/d",
            "postgresql://bob:s3cret@127.0.0.1:1/d?connect_timeout=soon",
            "postgresql://bob@127.0.0.1:1/d?password=s3cret&sslmode=perhaps",
            "postgresql://bob:p@s3cret@127.0.0.1:1/d",
            "postgresql://bob:s3cret@127.0.0.1:port/d",
            "mysql://bob:s3cret@127.0.0.1:1/d",
        ],
    )
    async def test_no_failure_shows_a_password(self, url: str) -> None:
        """However the connection fails, nothing that a debugger prints holds the password."""
        with pytest.raises(NetRavenError) as told:
            await connect(url)
        assert "s3cret" not in whole_traceback(told.value)

    async def test_an_engine_does_not_show_a_password(self) -> None:
        """Neither an engine nor its URL holds the password."""
        engine = make_engine("postgresql://bob:s3cret@127.0.0.1:1/d")
        assert "s3cret" not in f"{engine!r} {engine.url!r} {engine.url.render_as_string(hide_password=False)}"


class TestOptions:
    """libpq's options, as users have them in their URLs."""

    async def test_an_application_name_is_seen_by_the_server(self, database: str) -> None:
        """``application_name`` is what an administrator sees in pg_stat_activity."""
        connection = await connect(option(database, application_name="night shift"))
        query = "select application_name from pg_stat_activity where pid = pg_backend_pid()"
        assert await connection.fetchval(query) == "night shift"
        await connection.close()

    async def test_options_are_settings_of_the_server(self, database: str) -> None:
        """``options=-c name=value`` sets what it names."""
        url = option(database, options="-c statement_timeout=12s -c work_mem=5MB")
        assert await setting(url, "statement_timeout") == "12s"
        assert await setting(url, "work_mem") == "5MB"

    @pytest.mark.parametrize("value", ["soon", "nan", "inf", "5s"])
    async def test_a_timeout_is_a_number(self, value: str) -> None:
        """A ``connect_timeout`` that is no number of seconds is refused before anything connects."""
        with pytest.raises(ParameterError, match=r"connect_timeout=.* it takes seconds"):
            await connect(f"postgresql://127.0.0.1:1/d?connect_timeout={value}")

    @pytest.mark.parametrize("value", ["5", "0", "-1", "2.5"])
    async def test_a_timeout_is_not_sent_to_the_server(self, database: str, value: str) -> None:
        """``connect_timeout`` is ours to keep; 0 and less mean the default, as none would hang."""
        assert await setting(option(database, connect_timeout=value), "server_version")

    async def test_a_server_that_does_not_answer_is_given_up(self) -> None:
        """After ``connect_timeout`` the message says that no answer came in time."""
        answered = asyncio.Event()

        async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(-1)  # until the client gives up
            writer.close()
            answered.set()

        async with listening(say_nothing) as port:
            with pytest.raises(DatabaseUnavailableError, match="no answer in time"):
                await connect(f"postgresql://127.0.0.1:{port}/d?connect_timeout=0.05")
            await answered.wait()

    async def test_what_is_no_postgresql_is_unavailable(self) -> None:
        """A port where something else answers is told as a database that cannot be reached."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(8)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        async with listening(serve) as port:
            with pytest.raises(DatabaseUnavailableError):
                await connect(f"postgresql://127.0.0.1:{port}/d?sslmode=disable")

    @pytest.mark.parametrize(("mode", "asks"), [("disable", False), ("prefer", True)])
    async def test_sslmode_decides_whether_to_ask(
        self, password_server: PasswordServer, mode: str, asks: bool
    ) -> None:
        """``sslmode=disable`` does not ask for encryption, ``prefer`` asks and does without."""
        with pytest.raises(DatabaseUnavailableError, match="refused the login"):
            await connect(f"postgresql://bob:x@127.0.0.1:{password_server.port}/d?sslmode={mode}")
        assert password_server.wants_ssl is asks
        assert "sslmode" not in password_server.started

    async def test_sslmode_require_sends_nothing_in_the_clear(self, password_server: PasswordServer) -> None:
        """Where encryption is required and the server has none, neither user nor password is sent."""
        with pytest.raises(DatabaseUnavailableError):
            await connect(f"postgresql://bob:x@127.0.0.1:{password_server.port}/d?sslmode=require")
        assert password_server.wants_ssl
        assert password_server.started == {}
        assert password_server.passwords == []

    async def test_an_unknown_sslmode_is_refused(self) -> None:
        """A value that libpq does not know is the user's mistake, and the accepted ones are listed."""
        with pytest.raises(ParameterError, match="disable, allow, prefer, require"):
            await connect("postgresql://127.0.0.1:1/d?sslmode=perhaps")

    async def test_an_unknown_option_is_named(self, database: str) -> None:
        """An option that the server does not know fails with its name."""
        with pytest.raises(DatabaseUnavailableError, match="no_such_option"):
            await connect(option(database, no_such_option="1"))


class TestHosts:
    """Where a server may be."""

    async def test_a_socket_folder_is_a_host(self, database: str) -> None:
        """``host=`` with a folder means the Unix socket in it."""
        folder = parse_url(database).query.get("host")
        if not folder:
            pytest.skip("the server that NETRAVEN_TEST_DATABASE_URL names is reached by TCP")
        connection = await connect(database)
        assert await connection.fetchval("select inet_client_addr() is null")
        await connection.close()

    async def test_the_first_host_that_answers_is_taken(self, database: str) -> None:
        """With several hosts, one that does not answer is passed over."""
        url = parse_url(database)
        if url.host:
            several = database.replace(f"@{url.host}", f"@127.0.0.1:1,{url.host}")
        else:
            port = url.query.get("port", "5432")
            several = option(database, host=f"127.0.0.1,{url.query['host']}", port=f"1,{port}")
        assert await setting(several, "server_version")

    async def test_several_hosts_in_the_address(self, password_server: PasswordServer) -> None:
        """libpq's form ``host:port,host:port`` tries one after the other, with the same user and database."""
        several = f"127.0.0.1:1,127.0.0.1:{password_server.port}"
        with pytest.raises(DatabaseUnavailableError, match="refused the login"):
            await connect(f"postgresql://bob:x@{several}/fleet")
        assert password_server.passwords == ["x"]
        assert (password_server.started["user"], password_server.started["database"]) == ("bob", "fleet")

    async def test_a_host_without_a_name_is_unavailable(self) -> None:
        """A host that does not exist is told as one that does not answer."""
        with pytest.raises(
            DatabaseUnavailableError, match=r"No PostgreSQL answers at postgresql://db\.invalid/d"
        ):
            await connect("postgresql://db.invalid/d?connect_timeout=5")


async def test_the_embedded_server_is_asked_for_its_address(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A URL ``embedded`` connects to where the embedded server says that it is."""
    asked: list[str] = []

    def address(url: str) -> object:
        asked.append(url)
        return parse_url(database)

    monkeypatch.setattr(module, "_embedded_url", address)
    assert await setting("embedded:/data?database=demo", "server_version")
    assert asked == ["embedded:/data?database=demo"]


class TestEngine:
    """An engine that suits a pooler in transaction mode."""

    async def test_statements_have_names_of_their_own(self, database: str) -> None:
        """No prepared statement is cached or named twice, since the next may go to another server process."""
        engine = make_engine(database, poolclass=NullPool)
        async with engine.connect() as connection:
            for _ in range(2):
                await connection.execute(text("select 1"))
            kept = await connection.execute(text("select count(*) from pg_prepared_statements"))
            assert kept.scalar_one() <= 1  # the question itself
        await engine.dispose()

    async def test_addresses_are_text(self, database: str) -> None:
        """An inet value comes as text, as NetRaven's own columns of addresses are."""
        engine = make_engine(database, poolclass=NullPool)
        async with engine.connect() as connection:
            assert (await connection.execute(text("select '192.0.2.1'::inet"))).scalar_one() == "192.0.2.1"
        await engine.dispose()
