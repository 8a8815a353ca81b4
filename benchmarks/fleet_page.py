"""How large the fleet's page of 2,000 devices is, and how long it takes: ``benchmarks/fleet_page.py``.

The fleet is made as the demo makes it, in a throw-away server. The exit code is 1 where a page is too large.
``--keep FOLDER`` keeps the pages.
"""

import argparse
import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from fleets import load
from results import write_section

from netraven_analytics import demo, fleet_page
from netraven_db import embedded

DEVICES, DAYS = 2000, 90
WINDOWS = ("30d", "90d")
MOST = 5_000_000  # bytes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the pages go")
    folder = parser.parse_args().keep
    lines = [
        f"`venv/bin/python benchmarks/fleet_page.py`: {DEVICES:,} devices, {DAYS} days; at most 5 MB.\n",
        "| window | MB | seconds |",
        "|---|---|---|",
    ]
    sizes = []
    with embedded.throwaway() as server:
        os.environ["NETRAVEN_DATABASE_URL"] = server.url()
        asyncio.run(
            load(server.url(), demo.FleetSpec(DEVICES, DAYS, until=datetime(2026, 11, 22, tzinfo=UTC)))
        )
        for since in WINDOWS:
            begin = time.perf_counter()
            page = asyncio.run(fleet_page(since=since, as_of="data")).encode()
            sizes.append(len(page))
            lines.append(f"| {since} | {len(page) / 1e6:.2f} | {time.perf_counter() - begin:.1f} |")
            if folder:
                (folder / f"fleet_{since}.html").write_bytes(page)
    report = "\n".join([*lines, ""])
    print(report)
    write_section("fleet_page", "The fleet's page", report)
    sys.exit(max(sizes) > MOST)


if __name__ == "__main__":
    main()
