"""The initial revision builds exactly NetRaven's schema of 2025-04."""

import asyncio

import pytest

from netraven_db import migrate
from tests.migrations.netraven_dump import DUMP, load_dump
from tests.migrations.schema_catalog import catalog

# From NetRaven's own database: table, then column, type and whether it is NOT NULL.
INT, TEXT, NAME, TIME = "integer", "text", "character varying", "timestamp without time zone"
COLUMNS = {
    "connection_logs": [
        ("id", INT, True),
        ("job_id", INT, False),
        ("device_id", INT, False),
        ("log", TEXT, True),
        ("timestamp", "timestamp with time zone", False),
    ],
    "credential_tag_association": [("credential_id", INT, True), ("tag_id", INT, True)],
    "credentials": [
        ("id", INT, True),
        ("username", NAME, True),
        ("password", NAME, True),
        ("priority", INT, True),
        ("last_used", TIME, False),
        ("success_rate", "double precision", False),
    ],
    "device_configurations": [
        ("id", INT, True),
        ("device_id", INT, True),
        ("config_data", TEXT, True),
        ("retrieved_at", TIME, True),
        ("metadata", "json", False),
    ],
    "device_tag_association": [("device_id", INT, True), ("tag_id", INT, True)],
    "devices": [
        ("id", INT, True),
        ("hostname", NAME, True),
        ("ip_address", NAME, True),
        ("device_type", NAME, False),
        ("last_seen", TIME, False),
    ],
    "job_logs": [
        ("id", INT, True),
        ("job_id", INT, True),
        ("message", TEXT, True),
        ("level", NAME, True),
        ("timestamp", TIME, True),
    ],
    "jobs": [
        ("id", INT, True),
        ("device_id", INT, False),
        ("status", NAME, True),
        ("scheduled_for", TIME, False),
        ("started_at", TIME, False),
        ("completed_at", TIME, False),
    ],
    "system_settings": [
        ("id", INT, True),
        ("key", NAME, True),
        ("value", "json", True),
        ("description", TEXT, False),
    ],
    "tags": [("id", INT, True), ("name", NAME, True), ("type", NAME, False)],
}
INDEXED = {  # column: unique
    "credentials": {"id": False},
    "device_configurations": {"id": False},
    "devices": {"id": False, "hostname": True, "ip_address": True, "device_type": False},
    "job_logs": {"id": False, "level": False, "timestamp": False},
    "jobs": {"id": False, "status": False},
    "system_settings": {"id": False, "key": True},
    "tags": {"id": False, "name": True, "type": False},
}
FOREIGN_KEYS = {
    ("connection_logs", "device_id"): "devices(id) ON DELETE CASCADE",
    ("connection_logs", "job_id"): "jobs(id) ON DELETE CASCADE",
    ("credential_tag_association", "credential_id"): "credentials(id) ON DELETE CASCADE",
    ("credential_tag_association", "tag_id"): "tags(id) ON DELETE CASCADE",
    ("device_configurations", "device_id"): "devices(id) ON DELETE CASCADE",
    ("device_tag_association", "device_id"): "devices(id) ON DELETE CASCADE",
    ("device_tag_association", "tag_id"): "tags(id) ON DELETE CASCADE",
    ("job_logs", "job_id"): "jobs(id) ON DELETE CASCADE",
    ("jobs", "device_id"): "devices(id) ON DELETE SET NULL",
}


@pytest.fixture(scope="module")
def initial(create_database):
    """The catalog that the initial revision makes."""
    url = create_database()
    asyncio.run(migrate.upgrade(url, "8a76c492719c"))
    return asyncio.run(catalog(url))


def test_columns(initial):
    """Every table has NetRaven's columns in order, with their types and the defaults of the server's."""
    built: dict[str, list[tuple[str, str, bool]]] = {}
    defaults = {}
    for _, table, name, _, kind, required, default in initial["columns"]:
        built.setdefault(table, []).append((name, kind, required))
        if default:
            defaults[table, name] = default
    assert built.pop("alembic_version") == [("version_num", "character varying(32)", True)]
    assert built == COLUMNS
    assert defaults.pop(("connection_logs", "timestamp")) == "now()"
    assert defaults == {
        (table, "id"): f"nextval('{table}_id_seq'::regclass)"
        for table, columns in COLUMNS.items()
        if columns[0][0] == "id"
    }


def test_indexes(initial):
    """Beside the primary keys there are NetRaven's indexes, under their names, and no others."""
    expected = {
        f"CREATE {'UNIQUE ' * unique}INDEX ix_{table}_{column} ON public.{table} "
        f"USING btree ({quoted(column)})"
        for table, columns in INDEXED.items()
        for column, unique in columns.items()
    }
    assert {sql for sql, valid in initial["indexes"] if valid and "_pk" not in sql} == expected


def quoted(column: str) -> str:
    return f'"{column}"' if column == "timestamp" else column


def test_constraints(initial):
    """Primary and foreign keys have NetRaven's names and actions, and there is no other constraint."""
    keys = {
        (table, f"{table}_pkey"): "PRIMARY KEY ("
        + ", ".join(name for name, _, _ in columns if name == "id" or "association" in table)
        + ")"
        for table, columns in COLUMNS.items()
    }
    foreign = {
        (table, f"{table}_{column}_fkey"): f"FOREIGN KEY ({column}) REFERENCES {target}"
        for (table, column), target in FOREIGN_KEYS.items()
    }
    version = {("alembic_version", "alembic_version_pkc"): "PRIMARY KEY (version_num)"}
    assert {(table, name): text for table, name, text in initial["constraints"]} == keys | foreign | version


def test_nothing_else(initial):
    """There is no schema, sequence, view or function but NetRaven's."""
    assert initial["schemas"] == [("public",)]
    assert initial["others"] == []
    assert {(name, kind, table) for _, name, kind, *_, table, _ in initial["sequences"]} == {
        (f"{table}_id_seq", "integer", table) for table, columns in COLUMNS.items() if columns[0][0] == "id"
    }


@pytest.fixture
def other_database(create_database):
    return create_database()


@pytest.mark.skipif(not DUMP.exists(), reason="the dump of an existing database is not here")
async def test_equals_an_existing_database(initial, other_database):
    """A database that NetRaven made has the same catalog."""
    await load_dump(other_database)
    assert await catalog(other_database) == initial
