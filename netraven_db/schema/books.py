"""Our own version table: made when the first revision of ours comes, gone with the last."""

from collections.abc import Callable

from netraven_db.schema.tables import NETRAVEN_REVISION, SCHEMA, VERSION_TABLE

# IF NOT EXISTS would ask for the right to create schemas even where an administrator made this one for us.
_OPEN = (f"DO $$ BEGIN IF to_regnamespace('{SCHEMA}') IS NULL THEN CREATE SCHEMA {SCHEMA}; END IF; END $$",)
_ADOPT = (
    f"CREATE TABLE IF NOT EXISTS {SCHEMA}.{VERSION_TABLE} "
    f"(version_num VARCHAR(32) NOT NULL, CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))",
    f"INSERT INTO {SCHEMA}.{VERSION_TABLE} (version_num) VALUES ('{NETRAVEN_REVISION}')",
)
_CLOSE = (
    f"DROP TABLE IF EXISTS {SCHEMA}.{VERSION_TABLE}",
    # The schema stays where somebody else keeps something in it, or owns it.
    f"DO $$ BEGIN DROP SCHEMA IF EXISTS {SCHEMA}; "
    "EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN NULL; END $$",
)

Execute = Callable[[str], object]


def open_books(execute: Execute, adopt: bool) -> None:
    """Make the schema; ``adopt`` takes our initial revision as done, since NetRaven did it."""
    for statement in (*_OPEN, *(_ADOPT if adopt else ())):
        execute(statement)


def close_books(execute: Execute) -> None:
    """Leave no trace: from here on NetRaven's own stamp says everything."""
    for statement in _CLOSE:
        execute(statement)
