"""``import``: other people's archives. A kind of archive is a module of its name and a line here."""

import click

from netraven_analytics.cli.lazy import LazyGroup

KINDS = {"oxidized": "A git archive of configurations, as Oxidized and RANCID keep it."}


@click.group(name="import", cls=LazyGroup, commands_of=KINDS, package="netraven_analytics.cli.import_")
def command() -> None:
    """Bring your own archive: its history becomes a database that every command can ask."""
