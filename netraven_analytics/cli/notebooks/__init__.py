"""``notebooks``: the onboarding and reporting notebooks. A verb is a module of its name and a line here."""

import click

from netraven_analytics.cli.lazy import LazyGroup

VERBS = {
    "list": "Which notebooks there are, and their parameters.",
    "run": "Execute notebooks, as CI does, and keep what they made.",
}


@click.group(name="notebooks", cls=LazyGroup, commands_of=VERBS, package="netraven_analytics.cli.notebooks")
def command() -> None:
    """The onboarding and reporting notebooks: list them, or run them outside of Jupyter."""
