"""What the running alembic command is about to do, and whether this database allows it. For env.py."""

from alembic import context
from alembic.runtime.migration import MigrationInfo
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from netraven_db.errors import NetRavenError, SchemaError
from netraven_db.schema import books, building
from netraven_db.schema.rows import REFUSE_TO_DROP_ROWS
from netraven_db.schema.state import Found, refuse_foreign
from netraven_db.schema.tables import NETRAVEN_REVISION, SCHEMA


def changes_database() -> bool:
    """Whether this command is upgrade, downgrade or stamp; the others only look."""
    try:
        context.get_revision_argument()
    except KeyError:  # the others have no destination
        return False
    return True


def refuse_unsuitable(found: Found) -> None:
    """Stop before anything is changed.

    Raises:
        SchemaError: the database is none of: blank, NetRaven's of 2025-04, or such a one upgraded by us.
    """
    refuse_foreign(found)
    known = {script.revision for script in context.script.walk_revisions()}
    if found.analytics and found.analytics not in known:
        raise SchemaError(
            f"This database is at the analytics revision {found.analytics}, which this version does not "
            "know: it was upgraded by a newer NetRaven Analytics; install that one."
        )
    if found.analytics and found.is_blank:
        raise SchemaError(
            f"NetRaven's tables are gone, but the schema {SCHEMA} says that they were upgraded: "
            f"run 'drop schema {SCHEMA} cascade' in this database and try again."
        )
    if not found.netraven and not found.is_blank:
        raise SchemaError(
            "This database has NetRaven's tables, but public.alembic_version does not say of which revision: "
            f"if they are NetRaven's of 2025-04, run 'alembic stamp {NETRAVEN_REVISION}' in NetRaven's own "
            "source folder and try again."
        )


def carry_out(connection: Connection, found: Found) -> None:
    """Go through the steps, with our version table made before them and gone after the last of ours.

    Raises:
        DBAPIError: the way leads to base and a table holds rows, or the server refuses a step.
    """

    def execute(statement: str) -> None:
        connection.execute(text(statement))

    steps = _steps(found)
    if steps:
        with connection.begin():
            if _leads_to_base(steps):
                execute(REFUSE_TO_DROP_ROWS)  # before the first step of a long way down
            books.open_books(execute, adopt=found.netraven is not None and found.analytics is None)
        try:
            context.run_migrations()
        except (NetRavenError, DBAPIError):
            if not connection.invalidated:  # refused at the first step: nothing changed, nothing left behind
                connection.rollback()
                _close_unless_ours(connection)
            raise
    if not any(step.is_stamp for step in steps) and not _ours(connection):
        building.drop_leftovers(context.get_context())
    _close_unless_ours(connection)


def _close_unless_ours(connection: Connection) -> None:
    if not _ours(connection):
        with connection.begin():
            books.close_books(lambda statement: connection.execute(text(statement)))


def _ours(connection: Connection) -> set[str]:
    """The revision of ours that the database is at; empty where NetRaven's stamp says everything."""
    with connection.begin():
        return set(context.get_context().get_current_heads()) - {NETRAVEN_REVISION}


def _steps(found: Found) -> list[MigrationInfo]:
    """The revisions that the command will go through."""
    start = found.analytics or found.netraven
    migration = context.get_context()
    return [step.info for step in migration.opts["fn"]((start,) if start else (), migration)]


def _leads_to_base(steps: list[MigrationInfo]) -> bool:
    return any(
        not step.is_upgrade and not step.is_stamp and not step.destination_revision_ids for step in steps
    )
