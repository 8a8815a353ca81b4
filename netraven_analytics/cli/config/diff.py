"""``config diff``: two texts."""

import sys

import click

from netraven_analytics.cli.config import options
from netraven_analytics.cli.console import print_json, run


@click.command(name="diff")
@click.argument("host")
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--context", type=click.IntRange(min=0), default=3, show_default=True, help="Lines around.")
@options.tz
@options.with_noise
@options.show_secrets
@options.as_json
def command(
    host: str,
    a: str | None,
    b: str | None,
    context: int,
    tz: str | None,
    with_noise: bool,
    show_secrets: bool,
    as_json: bool,
) -> None:
    """What differs between two snapshots of a device; its last change if none is named.

    HOST is a hostname, a glob that only it matches, or its id. A and B are snapshots' ids, moments (30d,
    yesterday, 2026-10-01, …), latest or previous; without B it is the latest.
    """
    from netraven_analytics.cells import records
    from netraven_analytics.history import config_diff

    found = run(
        config_diff(host, a, b, tz=tz, with_noise=with_noise, show_secrets=show_secrets, context=context)
    )
    if not as_json:
        # What the device says is spelt out already; the colours are ours.
        sys.stdout.write((found.coloured() if sys.stdout.isatty() else str(found)).rstrip("\n") + "\n")
        return
    print_json(
        {
            "device": found.device,
            "from_id": found.from_id,
            "to_id": found.to_id,
            "previous_at": found.from_at.isoformat(),
            "found_at": found.to_at.isoformat(),
            "lines_added": found.counts.added,
            "lines_removed": found.counts.removed,
            "notes": list(found.notes),
            "hunks": records(found.hunks()),
            "unified": found.unified,
        }
    )
