"""How large the fleet's page is, and how long it takes to make, for 2,000 devices over 90 days.

usage: NETRAVEN_DATABASE_URL='embedded:DIRECTORY?database=big' venv/bin/python benchmarks/fleet_page.py [OUT]

The database is made where it is missing, and kept.
"""

import asyncio
import sys
import time
from pathlib import Path

from netraven_analytics.cli.demo import fleet, prepare
from netraven_analytics.fleet import fleet_page
from netraven_db.settings import Settings

WINDOWS = ("30d", "90d")


def main(folder: Path) -> None:
    asyncio.run(prepare(Settings.from_environment().database_url, fleet(devices=2000)))
    for since in WINDOWS:
        begun = time.perf_counter()
        page = asyncio.run(fleet_page(since=since)).encode()
        took = time.perf_counter() - begun
        path = folder / f"fleet_{since}.html"
        path.write_bytes(page)
        print(f"since={since}: {len(page) / 1e6:.2f} MB in {took:.1f} s, {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
