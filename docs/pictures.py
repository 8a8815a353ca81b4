"""Make the pictures of README from executed notebooks: the same fleet and the same moment each time.

usage: venv/bin/python docs/pictures.py     (Chromium and the packages for notebooks have to be installed)
"""

import asyncio
import base64
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from netraven_analytics import demo  # noqa: E402
from netraven_analytics.charts.png import packed  # noqa: E402
from netraven_analytics.execution import execute, find  # noqa: E402
from netraven_db import embedded, migrate  # noqa: E402
from netraven_db.db.connection import connect  # noqa: E402
from tests.browser import Page, chromium  # noqa: E402

FOLDER = Path(__file__).parent / "pictures"
FLEET = demo.FleetSpec(devices=200, days=90, seed=2025, until=datetime(2026, 11, 22, tzinfo=UTC))
WIDTH = 1000
# Of each picture: the notebook, and the heading of the section that it shows.
PICTURES = {
    "failures.png": ("fleet_review", "What fails"),
    "difference.png": ("configuration_review", "One of them"),
}
# From the heading to the end of its first chart, or of the section where it has none.
_BOX = """(heading => {
    const cells = [...document.querySelectorAll('.jp-Cell')], first = heading.closest('.jp-Cell');
    const behind = cells.slice(cells.indexOf(first) + 1);
    const next = behind.findIndex(cell => cell.querySelector('h2')), shown = behind.slice(0, next);
    const chart = shown.findIndex(cell => cell.querySelector('img'));
    const last = shown[chart < 0 ? shown.length - 1 : chart];
    return [first.getBoundingClientRect().top + scrollY, last.getBoundingClientRect().bottom + scrollY];
})"""


async def load(url: str) -> None:
    """The demo fleet, in an empty database."""
    await migrate.upgrade(url)
    connection = await connect(url)
    try:
        await demo.ensure(connection, FLEET)
    finally:
        await connection.close()


def photograph(page: Page, heading: str) -> bytes:
    """The section of the page as PNG."""
    found = f"[...document.querySelectorAll('h2')].find(h => h.textContent.startsWith({json.dumps(heading)}))"
    top, bottom = page.run(f"{_BOX}({found})")
    clip = {"x": 0, "y": top, "width": WIDTH, "height": bottom - top, "scale": 1}
    told = page.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    return packed(base64.b64decode(told["data"]))


def main() -> None:
    with TemporaryDirectory() as place, embedded.throwaway() as server:
        folder = Path(place)
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        os.environ["NETRAVEN_REDACTION_SALT"] = "the same tokens each time"
        asyncio.run(load(server.url()))
        names = sorted({notebook for notebook, _ in PICTURES.values()})
        moment = {"as_of": FLEET.until.isoformat()}
        pages = {
            name: execute(notebook, moment, folder, html=True).files[-1].as_uri()
            for name, notebook in zip(names, find(names), strict=True)
        }
        (folder / "browser").mkdir()
        with chromium(folder / "browser") as browser, browser.page(WIDTH, 800) as page:
            for picture, (notebook, heading) in PICTURES.items():
                page.open(pages[notebook])
                FOLDER.mkdir(exist_ok=True)
                (FOLDER / picture).write_bytes(photograph(page, heading))


if __name__ == "__main__":
    main()
