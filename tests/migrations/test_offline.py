"""``alembic upgrade head --sql`` writes what an administrator can read first and run later."""

import io
import re

import pytest
from alembic import command
from alembic.config import Config

from netraven_db import migrate
from tests.migrations.schema_catalog import catalog, contents, run


def offline(way, revision):
    """What the alembic command writes to standard output."""
    written = io.StringIO()
    config = Config(output_buffer=written)  # without the file, whose logging is the command's
    config.set_main_option("script_location", str(migrate.script_location()))
    getattr(command, way)(config, revision, sql=True)
    return written.getvalue()


async def run_script(url, script):
    """As psql does: each statement for itself, so that an index can be built concurrently."""
    text = re.sub(r"^--.*$", "", script, flags=re.MULTILINE)
    await run(url, *filter(str.strip, re.split(r";\n\n", text)))


async def test_blank_database(blank_database, empty_database):
    """On a blank database the SQL gives the catalog and the stamps that an online upgrade gives."""
    await run_script(blank_database, offline("upgrade", "head"))
    assert await catalog(blank_database) == await catalog(empty_database)
    assert (await migrate.state(blank_database)).is_current


async def test_existing_database(netravens):
    """SQL from NetRaven's revision on upgrades a populated database, and SQL back leaves no trace."""
    before, rows = await catalog(netravens), await contents(netravens)
    await run_script(netravens, offline("upgrade", "8a76c492719c:head"))
    assert (await migrate.state(netravens)).is_current
    await migrate.check(netravens)
    await run_script(netravens, offline("downgrade", "head:8a76c492719c"))
    assert await catalog(netravens) == before
    assert await contents(netravens) == rows


async def test_rows_are_never_dropped(netravens):
    """The promise about rows is in the SQL too."""
    rows = await contents(netravens)
    with pytest.raises(Exception, match="never drops a table that holds rows"):
        await run_script(netravens, offline("downgrade", "8a76c492719c:base"))
    assert await contents(netravens) == rows
