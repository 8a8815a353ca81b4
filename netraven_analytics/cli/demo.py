"""``demo``: a made-up fleet, every report over it, and how to look further."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netraven_analytics.cli import console
from netraven_analytics.cli.console import run, say
from netraven_analytics.cli.receiving import receiving, tell_how_to_point_at
from netraven_db.settings import EmbeddedTarget, Settings, describe_url

if TYPE_CHECKING:
    from netraven_analytics.demo import FleetSpec

DEMO = EmbeddedTarget(database="demo")


@click.command(name="demo")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default="reports",
    show_default=True,
    help="Where the reports go.",
)
@click.option("--devices", default=200, show_default=True, help="How many devices.")
@click.option("--days", default=90, show_default=True, help="How many days of history, ending today.")
@click.option("--seed", default=2025, show_default=True, help="The same seed makes the same fleet.")
def command(out: Path, devices: int, days: int, seed: int) -> None:
    """Load a made-up fleet, write every report, and say how to look at it.

    It goes into the embedded server unless --db or NETRAVEN_DATABASE_URL names another one, and never into a
    database that holds devices the demo did not make.
    """
    if not os.environ.get("NETRAVEN_DATABASE_URL"):
        os.environ["NETRAVEN_DATABASE_URL"] = str(DEMO)
    url = Settings.from_environment().database_url
    from netraven_analytics.files import require_writable

    spec = fleet(devices=devices, days=days, seed=seed)
    require_writable(out)  # before the work and not after it
    run(prepare(url, spec))
    written = run(_write(out, url)).answers
    said = [
        *_summary({item.report.name: item.answer for item in written}),
        f"\nReports:  {out / 'index.html'}  ({len(written)} reports as CSV, and fleet.xlsx)\n",
    ]
    console.out("\n".join(said))
    tell_how_to_point_at(url)


async def prepare(url: str, spec: "FleetSpec", keep: timedelta | None = None) -> None:
    """The demo's database: made if need be, never one that holds devices of somebody else's.

    A fleet of the demo that ends less than ``keep`` before this one stays, with what was written to it.
    """
    from netraven_analytics import demo
    from netraven_analytics.refresh import refresh

    async with receiving(url, demo.owned) as connection:
        there = await demo.owned(connection) if keep else None
        if keep and there and there.until > spec.until - keep:
            say(f"The demo fleet that ends at {there.until:%Y-%m-%d %H:%M} UTC stays as it is.")
        else:
            say(f"Loading {spec.devices:,} devices over {spec.days:,} days …")
            await demo.ensure(connection, spec)
    say("Comparing its configurations …")
    await refresh()


async def _write(folder: Path, url: str) -> Any:
    from netraven_analytics.bundle import write_bundle

    def progress(name: str) -> None:
        if sys.stderr.isatty():
            say(f"{name} …")

    return await write_bundle(folder, source=f"the demo fleet ({describe_url(url)})", progress=progress)


def fleet(devices: int = 200, days: int = 90, seed: int = 2025) -> "FleetSpec":
    """A fleet that ends at the last full hour, so that a second run soon after finds it loaded."""
    from netraven_analytics.demo import FleetSpec

    last_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return FleetSpec(devices=devices, days=days, seed=seed, until=last_hour)


def _summary(answers: dict[str, dict[str, Any]]) -> list[str]:
    """The few figures that show the thing works."""
    durations, rates = answers["job_durations"]["totals"], answers["failure_rates"]["totals"]
    changes, hanging = answers["config_changes"], answers["stuck_jobs"]
    coverage = answers["backup_freshness"]["totals"]["coverage"]
    return [
        "",
        f"  {'runs in the last 30 days':32}{durations['runs']:>10,}",
        f"  {'typical duration (p50)':32}{durations['duration_p50_seconds']:>9.1f}s",
        f"  {'slow duration (p95)':32}{durations['duration_p95_seconds']:>9.1f}s",
        f"  {'backed up in the last 24 hours':32}{coverage:>10.1%}",
        f"  {'failure rate':32}{rates['failure_rate']:>10.2%}",
        f"  {'stuck runs':32}{hanging['rows']:>10,}",
        f"  {'devices without any run':32}{rates['devices_without_run']:>10,}",
        f"  {'configuration changes':32}{changes['rows']:>10,}",
    ]
