"""Every error that the toolkit raises on purpose. Each message is one sentence for its reader."""


class NetRavenError(Exception):
    """The base of them all; catch this one to catch any.

    ``sqlstate`` is the server's own code, where it was the server that refused.
    """

    sqlstate: str | None = None


class ParameterError(NetRavenError, ValueError):
    """An argument or setting is not of an accepted form."""


class DatabaseUnavailableError(NetRavenError):
    """The server cannot be reached, refused the login, or went away."""


class ConnectionLostError(DatabaseUnavailableError):
    """The server, or the connection to it, went away in the middle of the work."""


class UnknownCommitError(DatabaseUnavailableError):
    """The connection was lost during a commit: what was written may be there or not."""


class SchemaError(NetRavenError):
    """The database holds no NetRaven tables, or a schema this version does not know."""


class QueryError(NetRavenError):
    """The server refused or gave up a statement, or did not answer it in time."""


class SessionError(NetRavenError):
    """A session is used where it cannot work, such as in another event loop, or none is free."""


class NotLoadedError(SessionError):
    """What was not loaded with its object is asked for where nothing can be awaited."""


class OutputError(NetRavenError):
    """A file or folder cannot be written."""


class NotebookError(NetRavenError):
    """A cell of a notebook failed."""


# What a shell sees; 1 is left to Python's own uncaught errors.
EXIT_CODES: dict[type[NetRavenError], int] = {
    ParameterError: 2,
    DatabaseUnavailableError: 3,
    SchemaError: 4,
    QueryError: 5,
    SessionError: 6,
    OutputError: 7,
    NetRavenError: 8,
    NotebookError: 9,
    NotLoadedError: 10,
    ConnectionLostError: 11,
    UnknownCommitError: 12,
}


def exit_code(error: NetRavenError) -> int:
    """The exit code of the nearest class that has one."""
    return next(EXIT_CODES[cls] for cls in type(error).__mro__ if cls in EXIT_CODES)
