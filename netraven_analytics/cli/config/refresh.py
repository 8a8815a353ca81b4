"""``config refresh``: store what reports would have to read texts for."""

from dataclasses import asdict

import click

from netraven_analytics.cli.config import options
from netraven_analytics.cli.console import out, print_json, run
from netraven_analytics.progress import progress_bar
from netraven_analytics.text import counted


@click.command(name="refresh")
@options.as_json
def command(as_json: bool) -> None:
    """Store the digests and descriptions with which changes are found without reading texts.

    Run it after the upgrade, now and then for what has come since, and when you have changed noise rules;
    answers are right without it, and take longer. It can be interrupted and run again.
    """
    from netraven_analytics.refresh import refresh

    with progress_bar("Snapshots") as progress:
        made = run(refresh(progress))
    if as_json:
        print_json(asdict(made))
        return
    out(
        f"Stored the digests of {made.digests:,} texts as they are and {made.normalised:,} without noise, "
        f"and what {counted(made.changes, 'change')} did.\n"
    )
