"""Settings from the environment, read when asked for and never at import."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from netraven_db.errors import ParameterError

DEFAULT_URL = "postgresql+asyncpg://netraven:netraven@localhost:5432/netraven"
COMMAND_TIMEOUT = 900.0  # seconds
_DRIVERS = {"postgresql", "postgres", "postgresql+asyncpg"}
_FORMS = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE, 'embedded' or 'embedded:DIRECTORY'"
_SECRET_OPTIONS = re.compile("pass|secret|token|key|cert", re.IGNORECASE)
# They say in which file a secret is, and hold none.
_FILE_OPTIONS = {"passfile", "sslcert", "sslcrl", "sslkey", "sslrootcert"}
# Groups: what stands before the hosts, several hosts, the database, the options.
_SEVERAL_HOSTS = re.compile(r"([\w+]+://(?:[^@]*@)?)([^/?@]*,[^/?@]*)([^?]*)(?:\?(.*))?", re.DOTALL)


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


def parse_url(text: str) -> URL:
    """A server's address with the driver's name removed; several hosts end up in the option ``host``.

    Raises:
        ParameterError: the text is no PostgreSQL URL. It never repeats the text, which may hold a password.
    """
    text = MaskedURL(text)
    url = _read_url(text)
    if url is None:
        raise ParameterError(
            f"The database URL cannot be read: it takes the form {_FORMS}, with special characters of a "
            "password percent-encoded, such as %40 for @."
        )
    if url.drivername not in _DRIVERS:
        raise ParameterError(f"The database URL is not one of PostgreSQL: it takes the form {_FORMS}.")
    return url.set(drivername="postgresql")


def _read_url(text: str) -> URL | None:
    """None for what cannot be read. It raises nothing, since its variables hold the password."""
    several = _SEVERAL_HOSTS.fullmatch(text)
    if several:
        before, hosts, database, options = several.groups()
        text = f"{before}{database}?host={hosts}" + (f"&{options}" if options else "")
    try:
        url = make_url(str(text))
    except (ArgumentError, ValueError):
        return None
    # A password's own @ would make the rest of the password pass for the host, which messages name.
    if "@" in (url.host or "") or ("@" in (url.database or "") and "%40" not in text):
        return None
    password = url.query.get("password")
    if url.password is None and isinstance(password, str):
        url = url.set(password=password)  # where a repr of the URL hides it
    return url.difference_update_query(["password"])


def describe_url(text: str) -> str:
    """The address without any secret, for messages and logs."""
    if embedded_target(text):
        return text
    try:
        url = parse_url(text)
    except ParameterError:
        return "(unreadable database URL)"
    options = {
        key: value
        for key, value in url.query.items()
        if key in _FILE_OPTIONS or not _SECRET_OPTIONS.search(key)
    }
    return url._replace(password=None, query=options).render_as_string()  # type: ignore[arg-type]


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
