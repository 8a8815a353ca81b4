"""What pytest-alembic holds any migrations to, held of ours."""

import pytest
from pytest_alembic import tests
from pytest_alembic.config import Config
from pytest_alembic.runner import runner
from sqlalchemy.pool import NullPool

from netraven_db import migrate
from netraven_db.db.connection import make_engine


@pytest.fixture
def alembic_runner(blank_database):
    """Their runner, which hands our env.py an engine, as an application would."""
    config = Config.from_raw_config({"script_location": str(migrate.script_location())})
    with runner(config=config, engine=make_engine(blank_database, poolclass=NullPool)) as context:
        yield context


THEIRS = [
    tests.test_single_head_revision,
    tests.test_upgrade,
    tests.test_model_definitions_match_ddl,
    tests.test_up_down_consistency,
]


@pytest.mark.parametrize("holds", THEIRS)
def test_it_holds(alembic_runner, holds):
    """One head, a way to it from nothing, models as the tables are, every step up, down and up again."""
    holds(alembic_runner)
