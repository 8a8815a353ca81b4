"""Settings from the environment, read when asked for and never at import."""

import math
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.util import immutabledict

from netraven_db.errors import ParameterError

DEFAULT_URL = "postgresql+asyncpg://netraven:netraven@localhost:5432/netraven"
COMMAND_TIMEOUT = 900.0  # seconds
_DRIVERS = {"postgresql", "postgres", "postgresql+asyncpg"}
_FORMS = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, 'embedded' or 'embedded:DIRECTORY'"
# What the options of a URL are called: libpq's, and settings of the server that URLs have. Another name may
# be the rest of a password behind its own &, and is never shown.
_OPTIONS = frozenset(
    re.findall(
        r"\w+",
        """
        application_name channel_binding client_encoding connect_timeout database dbname gssencmode gsslib
        fallback_application_name host hostaddr keepalives keepalives_count keepalives_idle krbsrvname
        keepalives_interval load_balance_hosts options passfile password port require_auth service sslcert
        sslcompression sslcrl sslkey sslmode sslnegotiation sslpassword sslrootcert sslsni user
        ssl_max_protocol_version ssl_min_protocol_version target_session_attrs tcp_user_timeout
        datestyle idle_in_transaction_session_timeout jit lock_timeout role search_path statement_timeout
        timezone work_mem
        """,
    )
)
_SECRETS = frozenset({"password", "sslpassword"})
# Groups: the scheme, what stands before the options, the options.
_PARTS = re.compile(r"([\w+]+://)([^?]*)(?:\?(.*))?", re.DOTALL)


class MaskedURL(str):
    """A database URL that a traceback showing local variables does not spell out."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<database URL {describe_url(self)}>"


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    ``database_url`` is NETRAVEN_DATABASE_URL, else NetRaven's own DB_URL, else the guide's default;
    ``tz`` is NETRAVEN_TZ, else UTC; ``sql_timeout`` is NETRAVEN_SQL_TIMEOUT; ``command_timeout`` is
    NETRAVEN_COMMAND_TIMEOUT, else 900: how many seconds a statement may go without an answer, None for any
    number where that is 0.
    """

    database_url: str
    tz: str
    sql_timeout: str | None = None
    command_timeout: float | None = COMMAND_TIMEOUT

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """
        Raises:
            ParameterError: NETRAVEN_COMMAND_TIMEOUT is no number of seconds.
        """
        env = os.environ if environ is None else environ
        url = env.get("NETRAVEN_DATABASE_URL") or env.get("DB_URL") or DEFAULT_URL
        return cls(
            database_url=MaskedURL(url),
            tz=env.get("NETRAVEN_TZ") or "UTC",
            sql_timeout=env.get("NETRAVEN_SQL_TIMEOUT") or None,
            command_timeout=_seconds(env.get("NETRAVEN_COMMAND_TIMEOUT") or COMMAND_TIMEOUT),
        )

    def __repr__(self) -> str:  # a URL may carry a password
        url = describe_url(self.database_url)
        return f"Settings(database_url={url!r}, tz={self.tz!r}, sql_timeout={self.sql_timeout!r})"


@dataclass(frozen=True)
class EmbeddedTarget:
    """A database of a private server; ``directory`` is None for the per-user one."""

    directory: Path | None = None
    database: str = "netraven"

    def __str__(self) -> str:
        place = f":{self.directory}" if self.directory else ""
        return f"embedded{place}" + ("" if self.database == "netraven" else f"?database={self.database}")


def _seconds(given: str | float) -> float | None:
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise ParameterError(
            f"NETRAVEN_COMMAND_TIMEOUT={given} cannot be read: it takes seconds, such as 900, or 0 for any "
            "number."
        )
    return seconds or None


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name.

    Raises:
        ParameterError: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, TypeError, ValueError, OSError):  # OSError: a folder of the zone database
        raise ParameterError(
            f"There is no time zone {name!r}{_nearest_zone(name)}: tz takes an IANA name such as 'UTC' or "
            "'Europe/Berlin'; pass one of those or set NETRAVEN_TZ."
        ) from None


def _nearest_zone(name: str) -> str:
    zones = {zone.lower(): zone for zone in sorted(available_timezones(), reverse=True)}
    known = {**{lower.rpartition("/")[2]: zone for lower, zone in zones.items()}, **zones}
    close = get_close_matches(str(name).lower().replace(" ", "_"), known, n=1, cutoff=0.87)
    return f" (did you mean {known[close[0]]!r}?)" if close else ""


def embedded_target(url: str) -> EmbeddedTarget | None:
    """What ``embedded`` or ``embedded:DIRECTORY``, ``?database=NAME`` or not, names; None for other URLs."""
    match = re.fullmatch(r"embedded(?::(.*?))?(?:\?database=([^?]+))?", url, re.DOTALL)
    if match is None:
        return None
    directory, database = match.groups()
    place = Path(directory).expanduser().absolute() if directory else None
    return EmbeddedTarget(place, database or "netraven")


class Address(URL):
    """A server's address whose texts have no secret, unless ``hide_password=False`` asks for all."""

    __slots__ = ()

    def render_as_string(self, hide_password: bool = True) -> str:
        """The address as a URL; without its secrets unless they are asked for."""
        shown = URL(*self._replace(query=_shown(self.query))) if hide_password else self
        return URL.render_as_string(shown, hide_password=hide_password)

    def difference_update_query(self, names: Iterable[str]) -> "Address":
        """The address without these options; SQLAlchemy's own would give a plain URL."""
        return Address(*super().difference_update_query(names))

    def __repr__(self) -> str:
        return self.render_as_string()

    __str__ = __repr__


def parse_url(text: str) -> Address:
    """A server's address with the driver's name removed; several hosts end up in the option ``host``.

    Raises:
        ParameterError: the text is no PostgreSQL URL. It never repeats the text, which may hold a password.
    """
    text = MaskedURL(text)
    url = _read_url(text)
    if url is None:
        raise ParameterError(
            f"The database URL cannot be read: it takes the form {_FORMS}, with special characters of a "
            "password percent-encoded, such as %40 for @, %3F for ? and %26 for &, and beside a password "
            "among its options only names that libpq knows."
        )
    if url.drivername not in _DRIVERS:
        raise ParameterError(f"The database URL is not one of PostgreSQL: it takes the form {_FORMS}.")
    return Address(*url.set(drivername="postgresql"))


def _read_url(text: str) -> Address | None:
    """None for what cannot be read. It raises nothing, since its variables hold the password."""
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    scheme, before, options = parts.group(1), parts.group(2), parts.group(3) or ""
    user, at, place = before.rpartition("@")
    if _may_be_cut(user, options):
        return None
    try:
        # It gets to see no @, which it would take for the end of a password wherever it stands.
        url = make_url(scheme + _with_hosts_as_option(place, options.replace("@", "%40")))
    except (ArgumentError, ValueError):
        return None
    name, colon, password = user.partition(":")
    known = url._replace(
        username=unquote(name) if at else None, password=unquote(password) if colon else None
    )
    return _with_password_of_options(Address(*known))


def _may_be_cut(user: str, options: str) -> bool:
    """Whether a part of a password, with a raw @, /, ? or & in it, may be read as something else."""
    name, slash, _ = user.partition("/")
    if slash and ("@" in user or ":" not in name):
        return True
    pairs = [pair.partition("=") for pair in options.split("&") if pair]
    if not all(equals for _, equals, _ in pairs):
        return True
    names = {unquote(name).lower() for name, _, _ in pairs}
    return ("@" in options or bool(names & _SECRETS)) and not names <= _OPTIONS


def _with_hosts_as_option(place: str, options: str) -> str:
    """Host and database with the options; several hosts, unknown to SQLAlchemy, become one of these."""
    hosts, slash, database = place.partition("/")
    if "," in hosts:
        place, options = slash + database, f"host={hosts}" + (f"&{options}" if options else "")
    return place + (f"?{options}" if options else "")


def _with_password_of_options(url: Address) -> Address:
    """The option ``password``, in any case, becomes that of the address, where a repr of it hides it."""
    names = [name for name in url.query if name.lower() == "password"]
    password = url.password
    for value in (url.query[name] for name in names):
        password = password if password is not None else value if isinstance(value, str) else value[-1]
    return Address(*url._replace(password=password)).difference_update_query(names)


def _shown(options: Mapping[str, Any]) -> immutabledict[str, Any]:
    """The options less those that hold a secret, or may."""
    harmless = _OPTIONS - _SECRETS
    return immutabledict({name: value for name, value in options.items() if name.lower() in harmless})


def describe_url(text: str) -> str:
    """The address without any secret, for messages and logs."""
    if embedded_target(text):
        return text
    try:
        url = parse_url(text)
    except ParameterError:
        return "(unreadable database URL)"
    return url._replace(password=None).render_as_string()


def database_in_words(text: str) -> str:
    """Where the database is, without an address: ``localhost:5432, database netraven, user netraven``.

    Raises:
        ParameterError: the text is no PostgreSQL URL.
    """
    target = embedded_target(text)
    if target is not None:
        return f"the embedded server, database {target.database}"
    url = parse_url(text)
    place = str(url.query.get("host") or url.host or "localhost") + (f":{url.port}" if url.port else "")
    named = {"database": url.database, "user": url.username}
    return ", ".join([place, *(f"{what} {name}" for what, name in named.items() if name)])
