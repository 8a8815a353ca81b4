"""``config``: configurations through time. A verb is a module of its name and a line here."""

import click

from netraven_analytics.cli.lazy import LazyGroup

VERBS = {
    "changes": "Which configurations changed, when, and by how much.",
    "show": "The configuration that a device has, or had.",
    "diff": "What differs between two snapshots of a device.",
    "blame": "Since when each line of a configuration stands.",
    "search": "The lines of the fleet's configurations that match, and since when.",
    "refresh": "Store digests, so that changes are found without reading texts.",
}


@click.group(name="config", cls=LazyGroup, commands_of=VERBS, package="netraven_analytics.cli.config")
def command() -> None:
    """Configurations through time: changes, show, diff, blame, search, refresh. Secrets are redacted."""
