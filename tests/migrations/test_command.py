"""The alembic command in the project's folder, as a newcomer uses it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from netraven_db import migrate
from netraven_db.errors import SchemaError
from netraven_db.schema.indexes import ANALYTICS_INDEXES
from tests.migrations.schema_catalog import catalog, run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def alembic():
    """``alembic(url, *arguments, folder=ROOT)``, run to its end."""

    def command(url, *arguments, folder=ROOT):
        environment = {**os.environ, "NETRAVEN_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "alembic", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    return command


def test_the_way_up_and_down(alembic, blank_database):
    """upgrade, current, check, history and downgrade do what they say, and succeed."""
    steps = [
        (["upgrade", "head"], ""),
        (["current"], "(head)"),
        (["check"], "No new upgrade operations detected."),
        (["history"], "8a76c492719c"),
        (["downgrade", "8a76c492719c"], ""),
        (["current"], "8a76c492719c"),
    ]
    for arguments, said in steps:
        done = alembic(blank_database, *arguments)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
        assert "Traceback" not in done.stderr


async def test_looking_changes_nothing(blank_database):
    """A look at a blank database leaves it blank."""
    before = await catalog(blank_database)
    with pytest.raises(SchemaError, match="not up to date"):
        await migrate.check(blank_database)
    assert await catalog(blank_database) == before


def test_refusals_are_one_line(alembic, netravens):
    """What is refused is one line on a terminal, without a traceback or a password."""
    done = alembic(netravens, "downgrade", "base")
    assert done.returncode != 0
    assert "never drops a table that holds rows" in done.stdout + done.stderr
    done = alembic("postgresql://netraven:top-secret@127.0.0.1:1/netraven", "upgrade", "head")
    assert done.returncode != 0
    assert "No PostgreSQL answers at postgresql://netraven@127.0.0.1:1/netraven" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "top-secret" not in done.stdout + done.stderr


async def test_check_finds_drift(empty_database):
    """A column or an index that is missing, strange or different is found, each by its name."""
    await run(
        empty_database,
        "alter table jobs add column strange integer",
        "alter table devices drop column last_seen",
        "alter table tags alter column type type text, alter column type set not null",
        "alter table connection_logs alter column timestamp drop default",
        "drop index ix_jobs_status",
        "drop index ix_jobs_run_at",
        "create index ix_jobs_run_at on jobs (scheduled_for)",
        "create table unknown_table (id integer)",
    )
    with pytest.raises(SchemaError) as error:
        await migrate.check(empty_database)
    found = str(error.value)
    for name in ("strange", "last_seen", "modify_nullable", "modify_type", "modify_default", "unknown_table"):
        assert name in found
    assert "'ix_jobs_status'" in found
    assert "'ix_jobs_run_at'" in found


async def test_check_finds_each_missing_index(empty_database):
    """An index of ours that is gone is found by its name."""
    await run(empty_database, *(f"drop index {index.name}" for index in ANALYTICS_INDEXES))
    with pytest.raises(SchemaError) as error:
        await migrate.check(empty_database)
    assert all(f"'{index.name}'" in str(error.value) for index in ANALYTICS_INDEXES)


def test_a_new_column(alembic, empty_database, tmp_path):
    """A column added to a model becomes a revision that adds it and nothing else, and that runs."""
    for name in ("alembic.ini", "migrations", "netraven_db"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    model = tmp_path / "netraven_db" / "db" / "models" / "device.py"
    model.write_text(
        model.read_text().replace(
            "    last_seen:",
            "    first_seen: Mapped[datetime | None] = mapped_column(UTCDateTime)\n    last_seen:",
        )
    )
    copied = {"folder": tmp_path}
    done = alembic(
        empty_database, "revision", "--autogenerate", "-m", "First seen", "--rev-id", "0123", **copied
    )
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "migrations" / "versions" / "0123_first_seen.py").read_text()
    assert written.count("op.") == 2
    assert "op.add_column('devices', sa.Column('first_seen', sa.DateTime(), nullable=True))" in written
    assert alembic(empty_database, "upgrade", "head", **copied).returncode == 0
