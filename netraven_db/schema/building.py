"""How a migration builds and drops an index while NetRaven goes on writing. For revisions only.

One index a revision: a concurrent build runs outside any transaction, and one that is cut leaves an INVALID
index behind, which the rerun of that revision finds and replaces.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from netraven_db.errors import SchemaError
from netraven_db.schema.digests import HAVE_DIGESTS, TAKE_AWAY
from netraven_db.schema.indexes import ANALYTICS_INDEXES
from netraven_db.schema.turn import limits

# A concurrent build takes no lock that readers or writers queue behind, but waits until the transactions
# open at its start have ended; a short lock_timeout would cut it every time a notebook stays open.
_PATIENCE = limits(lock="10min", statement="4h")


def build_index(name: str, table: str, definition: str) -> None:
    """Build an index; ``definition`` is what pg_get_indexdef prints after ``USING btree``.

    Raises:
        SchemaError: there is an index of that name which is not this one.
    """
    wanted = f"{name} ON public.{table} USING btree {definition}"
    found = _look_up(op.get_context(), name)
    if found and found[0] != f"CREATE INDEX {wanted}":
        raise SchemaError(
            f"This database has an index {name} of its own ({found[0]}), which is the name of one that the "
            "upgrade builds: rename it (ALTER INDEX … RENAME TO …) and run the upgrade again."
        )
    with _patient_autocommit(op.get_context()):
        if not (found and found[1]):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS public.{name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {wanted}")
        op.execute(f"ANALYZE public.{table}")  # without it the planner knows nothing of an expression


def drop_index(name: str) -> None:
    _drop(op.get_context(), name)


def drop_leftovers(migration: MigrationContext) -> None:
    """Drop what an upgrade that was killed built without recording it, so that the way down is complete."""
    assert migration.connection is not None
    with migration.connection.begin():
        found = {index.name: _look_up(migration, index.name) for index in ANALYTICS_INDEXES}
    ours = [index.name for index in ANALYTICS_INDEXES if (found[index.name] or [""])[0] == index.definition]
    if ours:
        _drop(migration, *ours)
    with migration.connection.begin():
        if migration.connection.scalar(text(HAVE_DIGESTS)):
            for statement in TAKE_AWAY:
                migration.connection.execute(text(statement))


def _drop(migration: MigrationContext, *names: str) -> None:
    with _patient_autocommit(migration):
        for name in names:
            migration.execute(f"DROP INDEX CONCURRENTLY IF EXISTS public.{name}")


def _look_up(migration: MigrationContext, name: str) -> tuple[str, bool] | None:
    """Definition and validity of the index of that name; offline nobody can know."""
    if migration.as_sql:
        return None
    assert migration.connection is not None
    row = migration.connection.execute(
        text(
            "select pg_get_indexdef(indexrelid), indisvalid from pg_index "
            f"where indexrelid = to_regclass('public.{name}')"
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


@contextmanager
def _patient_autocommit(migration: MigrationContext) -> Iterator[None]:
    with migration.autocommit_block():
        for setting in _PATIENCE:
            migration.execute(setting)
        yield
        for setting in limits():  # after a failure nothing more runs on this connection
            migration.execute(setting)
