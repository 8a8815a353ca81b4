"""``notebooks list``."""

import click

from netraven_analytics.cli.console import print_table


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Which notebooks there are, and their parameters with their defaults."""
    import pandas as pd

    from netraven_analytics.execution import notebooks

    rows = [
        (each.name, each.title, ", ".join(f"{name}={value!r}" for name, value in each.parameters.items()))
        for each in notebooks()
    ]
    print_table(pd.DataFrame(rows, columns=["notebook", "title", "parameters"]), as_json=as_json)
