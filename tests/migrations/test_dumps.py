"""Schemas in the words of pg_dump: offline as online, and after the way down as before the way up."""

from itertools import pairwise

import pytest
from alembic.script import ScriptDirectory

from netraven_db import migrate
from tests.migrations.dumps import PG_DUMP, dumped_schema
from tests.migrations.test_offline import offline, run_script

pytestmark = pytest.mark.skipif(not PG_DUMP.exists(), reason="there is no pg_dump here")
REVISIONS = [each.revision for each in ScriptDirectory(str(migrate.script_location())).walk_revisions()][::-1]


async def test_offline_is_online(blank_database, empty_database):
    """The SQL that ``--sql`` writes makes the schema that an upgrade makes, to the letter."""
    await run_script(blank_database, offline("upgrade", "head"))
    assert await dumped_schema(blank_database) == await dumped_schema(empty_database)


async def test_every_step_down_leaves_no_trace(netravens):
    """Up one revision and down again is as before, for each of ours."""
    for before, revision in pairwise(REVISIONS):
        schema = await dumped_schema(netravens)
        await migrate.upgrade(netravens, revision)
        assert await dumped_schema(netravens) != schema
        await migrate.downgrade(netravens, before)
        assert await dumped_schema(netravens) == schema, revision
        await migrate.upgrade(netravens, revision)
    assert (await migrate.state(netravens)).is_current
