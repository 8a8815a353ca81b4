"""One small fleet, and its rows by table, for all tests here."""

from datetime import UTC, datetime

import pytest

from netraven_analytics.demo import TABLES, AnswerKey, Fleet, FleetSpec, generate
from tests.netraven_analytics.demo.oracle import Tables

UNTIL = datetime(2026, 4, 6, 6, tzinfo=UTC)


@pytest.fixture(scope="session")
def spec() -> FleetSpec:
    return FleetSpec(devices=40, days=30, until=UNTIL)


@pytest.fixture(scope="session")
def fleet(spec: FleetSpec) -> Fleet:
    return generate(spec)


@pytest.fixture(scope="session")
def key(fleet: Fleet) -> AnswerKey:
    return fleet.answers


@pytest.fixture(scope="session")
def tables(fleet: Fleet) -> Tables:
    return {table: list(fleet.rows(table)) for table in TABLES}
