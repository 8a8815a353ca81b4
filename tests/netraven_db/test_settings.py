"""Settings: what the environment means, and that no message ever repeats a password."""

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import netraven_db
from netraven_db.errors import ParameterError
from netraven_db.settings import (
    DEFAULT_URL,
    EmbeddedTarget,
    Settings,
    database_in_words,
    describe_url,
    embedded_target,
    parse_url,
    zone,
)

ROOT = Path(netraven_db.__file__).parents[1]
SECRET = "s3cret"
# Each holds the secret in another place, or is wrong in another way.
URLS_WITH_SECRETS = [
    f"postgresql://u:{SECRET}@h:5432/d",
    f"postgresql+asyncpg://u:{SECRET}@h/d?sslmode=require",
    f"postgresql://u@h/d?password={SECRET}",
    f"postgresql://u@h/d?PASSWORD={SECRET}",
    f"postgresql://u:{SECRET}@h1:1,h2:2/d",
    f"postgresql://u:{SECRET}@/d?host=/tmp",
    f"postgresql://u@h/d?sslpassword={SECRET}&sslkeylog={SECRET}",
    f"postgresql://u:p@{SECRET}@h/d",
    f"postgresql://u:p@a,{SECRET}@h/d",
    f"postgresql://u:p@a/{SECRET}@h/d",
    f"postgresql://u:{SECRET}@h:port/d",
    f"mysql://u:{SECRET}@h/d",
    f"mysql://u@h/d?password={SECRET}",
    SECRET,
    f"postgresql:{SECRET}",
    f"//{SECRET}",
]


def test_the_default_is_a_local_database_called_netraven() -> None:
    """An empty environment means NetRaven's usual local database, and UTC."""
    assert Settings.from_environment({}) == Settings(DEFAULT_URL, "UTC")
    assert parse_url(DEFAULT_URL).database == "netraven"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"DB_URL": "postgresql://b/b"}, "postgresql://b/b"),
        ({"NETRAVEN_DATABASE_URL": "postgresql://a/a", "DB_URL": "postgresql://b/b"}, "postgresql://a/a"),
        ({"NETRAVEN_DATABASE_URL": "", "DB_URL": "postgresql://b/b"}, "postgresql://b/b"),
        ({"NETRAVEN_DATABASE_URL": "", "DB_URL": ""}, DEFAULT_URL),
    ],
)
def test_our_variable_goes_before_netravens(environ: dict[str, str], expected: str) -> None:
    """NETRAVEN_DATABASE_URL wins over DB_URL, and an empty variable counts as none."""
    assert Settings.from_environment(environ).database_url == expected


def test_the_environment_is_read_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set later counts from then on."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", "postgresql://first/d")
    first = Settings.from_environment()
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", "postgresql://second/d")
    monkeypatch.setenv("NETRAVEN_TZ", "Europe/Berlin")
    assert first.database_url == "postgresql://first/d"
    assert Settings.from_environment() == Settings("postgresql://second/d", "Europe/Berlin")


def test_an_empty_time_zone_is_utc() -> None:
    """NETRAVEN_TZ counts only when it holds something."""
    assert Settings.from_environment({"NETRAVEN_TZ": ""}).tz == "UTC"


@pytest.mark.parametrize("url", URLS_WITH_SECRETS)
def test_a_description_shows_no_secret(url: str) -> None:
    """Neither the description of a URL nor the repr of the settings shows a password or a key."""
    assert SECRET not in describe_url(url)
    assert SECRET not in repr(Settings(url, "UTC"))
    assert SECRET not in repr(Settings.from_environment({"DB_URL": url}).database_url)


def test_a_description_says_where_and_who() -> None:
    """User, host, port, database and harmless options stay in a description, the names of key files too."""
    options = "?sslkey=own.key&sslmode=require&sslrootcert=ca.pem"
    described = describe_url(f"postgresql+asyncpg://bob:{SECRET}@db.example:6543/fleet{options}")
    assert described == f"postgresql://bob@db.example:6543/fleet{options}"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            f"postgresql+asyncpg://bob:{SECRET}@db.example:6543/fleet",
            "db.example:6543, database fleet, user bob",
        ),
        ("postgresql://bob@db.example/fleet", "db.example, database fleet, user bob"),
        ("postgresql://a:5432,b:5433/fleet", "a:5432,b:5433, database fleet"),
        ("postgresql:///fleet?host=/run/postgresql", "/run/postgresql, database fleet"),
        ("postgresql://", "localhost"),
        ("embedded:/somewhere?database=demo", "the embedded server, database demo"),
    ],
)
def test_a_database_in_words_is_no_address(url: str, words: str) -> None:
    """Where it is, and as whom; nothing that could be pasted as a URL."""
    assert database_in_words(url) == words


@pytest.mark.parametrize("url", URLS_WITH_SECRETS)
def test_a_refusal_never_repeats_the_url(url: str) -> None:
    """A bad URL's error holds no secret, not even with local variables; a good one's repr no password."""
    try:
        shown = repr(parse_url(url).set(query={}))
    except ParameterError as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next  # less this very frame
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        shown += repr(error)
    assert SECRET not in shown


def test_a_refusal_says_what_is_accepted() -> None:
    """The message of a bad URL shows the accepted forms, and how to write an @ of a password."""
    with pytest.raises(ParameterError, match=r"postgresql://USER:PASSWORD@HOST.*embedded:DIRECTORY.*%40"):
        parse_url("nonsense")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_the_drivers_name_does_not_matter(scheme: str) -> None:
    """The schemes that NetRaven, libpq and SQLAlchemy use all name the same database."""
    assert (
        parse_url(f"{scheme}://u:p@h:1/d").render_as_string(hide_password=False) == "postgresql://u:p@h:1/d"
    )


@pytest.mark.parametrize("scheme", ["mysql", "sqlite", "postgresql+psycopg2", "http"])
def test_other_databases_are_refused(scheme: str) -> None:
    """A URL of another database or driver is no URL of ours."""
    with pytest.raises(ParameterError, match="not one of PostgreSQL"):
        parse_url(f"{scheme}://h/d")


def test_several_hosts_become_the_option_host() -> None:
    """libpq's form with several hosts keeps hosts, ports, credentials, database and options."""
    url = parse_url("postgresql://u:p@h1:1,[::1]:2/d?sslmode=disable")
    assert (url.username, url.password, url.host, url.database) == ("u", "p", None, "d")
    assert url.query == {"host": "h1:1,[::1]:2", "sslmode": "disable"}


@pytest.mark.parametrize("password", ["p/q", "p#q", "p@q", "p%q", "p?q", "p:q", "p q", "p+q", "pä,q"])
def test_a_password_may_hold_any_character(password: str) -> None:
    """A percent-encoded password is read as it was meant."""
    encoded = "".join(f"%{byte:02X}" for byte in password.encode())
    assert parse_url(f"postgresql://u:{encoded}@h/d").password == password
    assert parse_url(f"postgresql://u@h/d?password={encoded}").password == password


def test_a_database_may_hold_an_at_sign() -> None:
    """A percent-encoded @ in the database's name is part of the name."""
    assert parse_url("postgresql://u:p@h/a%40b").database == "a@b"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("embedded", EmbeddedTarget()),
        ("embedded:", EmbeddedTarget()),
        ("embedded:/data/my fleet", EmbeddedTarget(Path("/data/my fleet"))),
        ("embedded:~/fleet", EmbeddedTarget(Path.home() / "fleet")),
        ("embedded:fleet", EmbeddedTarget(Path.cwd() / "fleet")),
        ("embedded?database=demo", EmbeddedTarget(None, "demo")),
        ("embedded:/data?database=demo", EmbeddedTarget(Path("/data"), "demo")),
        ("postgresql://h/embedded", None),
        ("embedded2", None),
    ],
)
def test_embedded_names_a_folder_and_a_database(url: str, expected: EmbeddedTarget | None) -> None:
    """``embedded`` may name a folder, which becomes absolute, and a database other than netraven."""
    assert embedded_target(url) == expected


@pytest.mark.parametrize("url", ["embedded", "embedded:/data/my fleet", "embedded:/data?database=demo"])
def test_an_embedded_target_is_written_as_it_is_read(url: str) -> None:
    """The text of an embedded target is the URL that names it, and so is its description."""
    assert str(embedded_target(url)) == url
    assert describe_url(url) == url


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Sao_Paulo"])
def test_a_time_zone_has_an_iana_name(name: str) -> None:
    """IANA names are accepted."""
    assert zone(name).key == name


@pytest.mark.parametrize("name", ["Berlin", "", "Europe", "../etc/passwd", "/etc/localtime", "UTC+1", "a\0b"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    """What is no IANA name is refused with an example and the variable that sets it."""
    with pytest.raises(ParameterError, match=r"Europe/Berlin.*NETRAVEN_TZ"):
        zone(name)


IMPORT_ALL = """
import importlib, os, pkgutil, sys

class Unreadable(dict):
    def refuse(self, key, *rest):
        if str(key).startswith(("NETRAVEN", "DB_URL")):
            raise AssertionError(f"the environment was read at import: {key}")
        return dict.get(self, key, *rest)
    __getitem__ = get = refuse

os.environ = Unreadable(os.environ)
import netraven_db
assert "pandas" not in sys.modules, "import netraven_db imports pandas"
for found in pkgutil.walk_packages(netraven_db.__path__, "netraven_db."):
    if ".migrations" not in found.name and not found.name.endswith("__main__"):
        importlib.import_module(found.name)
assert "pandas" not in sys.modules, "a module of netraven_db imports pandas"
import sqlalchemy, gc
assert not [o for o in gc.get_objects() if isinstance(o, sqlalchemy.Engine)], "an engine was made"
assert not netraven_db.db.engines._engines
"""


def test_an_import_does_nothing() -> None:
    """Importing all of netraven_db reads no setting, makes no engine, prints nothing and loads no pandas."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NETRAVEN_DATABASE_URL": "nonsense"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
