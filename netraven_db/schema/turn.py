"""One deployer at a time, and time-outs that keep a migration from standing in NetRaven's way."""

import logging
import time

from sqlalchemy import Connection, text

from netraven_db.errors import SchemaError

log = logging.getLogger(__name__)

_KEY = 0x6E6574726176656E  # "netraven": the advisory lock's key, one in each database
PATIENCE = 900.0  # seconds that the second deployer waits for the first


def limits(lock: str = "800ms", statement: str = "60s") -> tuple[str, str]:
    """Statements that set time-outs: whoever queues behind a lock that we wait for waits as long as we do."""
    return f"SET lock_timeout = '{lock}'", f"SET statement_timeout = '{statement}'"


# Revisions name NetRaven's tables without a schema, and a connection that waits must not be cut off.
SETTINGS = (*limits(), "SET search_path = public", "SET idle_in_transaction_session_timeout = 0")


def take_turn(connection: Connection, patience: float = PATIENCE) -> None:
    """Take the database's migration lock, which ends with the connection, whatever ends that.

    It is polled: somebody who blocks on it has a snapshot, which a concurrent index build waits for, and the
    two would wait for each other.

    Raises:
        SchemaError: another deployer did not finish in time.
    """
    deadline = time.monotonic() + patience
    waiting = False
    while not _alone(connection, f"select pg_try_advisory_lock({_KEY})"):
        if time.monotonic() > deadline:
            raise SchemaError(
                f"Another upgrade of this database has been running for {patience:g} seconds: let it finish, "
                "or end its session, and run this again."
            )
        if not waiting:
            log.warning("Another upgrade of this database is running; waiting for it to finish.")
        waiting = True
        _alone(connection, "select pg_sleep(0.3)")


def _alone(connection: Connection, statement: str) -> object:
    with connection.begin():
        return connection.scalar(text(statement))
