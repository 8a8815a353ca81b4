"""A demo fleet with devices in it that mean harm, and the page that is made of it."""

import asyncio
from pathlib import Path

import pytest

from netraven_analytics import demo, fleet_page
from netraven_analytics.demo import FleetSpec
from netraven_db.db.base import Base
from netraven_db.db.connection import connect
from netraven_db.db.models import Credential, JobLog
from tests.conftest import MakeDatabase
from tests.netraven_analytics.spec import NOW, device, job, snapshot, store

PASSWORD = "Tr0ub4dor&3-stored"
COMMUNITY = "c0mmunity-s3cret"
# Each would set a mark on the page if anything of it ran, whether as markup, in a script or as a link.
MARK = "window.harmed = true"
HOSTILE = (
    f"<script>{MARK}</script>",
    f"<img src=x onerror='{MARK}'>",
    f"</script><script>{MARK}</script>",
    f"</style></title></textarea></pre></details><svg onload='{MARK}'>",
    f'" autofocus onfocus="{MARK}',
    f"$\\href{{javascript:{MARK}}}{{x}}$",
    f"{{{{constructor.constructor('{MARK}')()}}}}${{{MARK}}}",
    "\u202egnp.exe\x1b[31m",
)


def hostile_rows() -> list[Base]:
    """Devices whose names, tags, types, messages and configurations are all of that kind."""
    rows: list[Base] = []
    for number, text in enumerate(HOSTILE):
        d = device(text, f"location:{text}", device_type=text)
        d.ip_address = f"198.51.100.{number}"
        failed = job(d, "failed", "11-22 06:00:00", "11-22 06:00:10")
        failed.logs = [JobLog(message=f"{text} {number}", level="ERROR")]
        before = f"hostname {text}\nsnmp-server community {COMMUNITY}{number} RO\n"
        rows += [
            failed,
            job(d, "running", "11-20 06:00:00"),
            snapshot(d, "11-20 06:00:00", f"{before}{text}\n"),
            snapshot(d, "11-22 06:00:00", f"{before}banner motd {text} {PASSWORD}\n"),
        ]
        rows.append(
            Credential(
                username=text,
                password=PASSWORD,
                priority=number,
                last_used=NOW,
                success_rate=0.1,
                tags=d.tags,
            )
        )
    return rows


@pytest.fixture(scope="session")
def fleet(create_database: MakeDatabase, migrated_template: str) -> str:
    """The URL of 60 devices over two weeks that end at NOW, and the hostile ones."""
    url = create_database(migrated_template)

    async def load() -> None:
        connection = await connect(url)
        try:
            await demo.ensure(connection, FleetSpec(devices=60, days=14, seed=7, until=NOW))
        finally:
            await connection.close()
        await store(*hostile_rows())

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRAVEN_DATABASE_URL", url)
        asyncio.run(load())
    return url


@pytest.fixture(scope="session")
def page_file(fleet: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fleet's page."""
    path = tmp_path_factory.mktemp("fleet") / "fleet.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRAVEN_DATABASE_URL", fleet)
        path.write_text(asyncio.run(fleet_page(as_of=NOW)), encoding="utf-8")
    return path
