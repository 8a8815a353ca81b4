"""Every notebook, executed on a fresh database of its own in both ways."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netraven_analytics import demo
from netraven_analytics.demo import AnswerKey, FleetSpec
from netraven_db.db.connection import connect
from tests.conftest import MakeDatabase
from tests.notebooks.running import Ran, cell_by_cell, queued

NOTEBOOKS = sorted(Path("notebooks").glob("*.ipynb"))
WAYS = {"cell_by_cell": cell_by_cell, "queued": queued}


@pytest.fixture(scope="session")
def fleet_and_key(create_database: MakeDatabase, migrated_template: str) -> tuple[str, AnswerKey]:
    """A small demo fleet that ended within the last hour, and what is hidden in it."""
    url = create_database(migrated_template)
    spec = FleetSpec(
        devices=60, days=40, seed=7, until=datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    )

    async def load() -> AnswerKey:
        connection = await connect(url)
        try:
            return await demo.ensure(connection, spec)
        finally:
            await connection.close()

    return url, asyncio.run(load())


@pytest.fixture(scope="session")
def fleet_template(fleet_and_key: tuple[str, AnswerKey]) -> str:
    """Its database, to be copied."""
    return fleet_and_key[0]


@pytest.fixture(scope="session")
def secrets(fleet_and_key: tuple[str, AnswerKey]) -> tuple[str, ...]:
    """All that is secret in it: stored passwords, and what texts and logs hold."""
    return fleet_and_key[1].secrets


@pytest.fixture(scope="session")
def executed(
    request: pytest.FixtureRequest,
    fleet_template: str,
    create_database: MakeDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[tuple[str, str], Ran]]:
    """What came of each notebook in each way that the chosen tests ask for; two kernels work at a time."""
    asked = [item for item in request.session.items if "executed" in getattr(item, "fixturenames", ())]
    wanted = {(item.callspec.params["name"], item.callspec.params["way"]) for item in asked}  # type: ignore[attr-defined]
    jobs = {
        (notebook.stem, way): (run, notebook.resolve(), create_database(fleet_template))
        for notebook in NOTEBOOKS
        for way, run in WAYS.items()
        if (notebook.stem, way) in wanted
    }
    target = tmp_path_factory.mktemp("executed")
    with ThreadPoolExecutor(2) as pool:
        futures = {
            name: pool.submit(run, notebook, url, target / name[1])
            for name, (run, notebook, url) in jobs.items()
        }
        yield {name: future.result() for name, future in futures.items()}
