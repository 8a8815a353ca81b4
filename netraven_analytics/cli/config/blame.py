"""``config blame``: a text with the origin of each line."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from netraven_analytics.cli.config import options
from netraven_analytics.cli.console import out, print_json, run, say

if TYPE_CHECKING:
    import pandas as pd


@click.command(name="blame")
@click.argument("host")
@click.option("--at", default="latest", metavar="TIME", help="A moment, a snapshot's id, latest or previous.")
@options.tz
@options.with_noise
@options.show_secrets
@options.as_json
def command(host: str, at: str, tz: str | None, with_noise: bool, show_secrets: bool, as_json: bool) -> None:
    """Since when, and since which snapshot, each line of a configuration stands.

    HOST is a hostname, a glob that only it matches, or its id. Each line came by the time beside it, and
    after the snapshot before that (previous_at in the JSON). The user is whom the text claims.
    """
    from netraven_analytics.cells import records
    from netraven_analytics.history import config_blame

    table = run(config_blame(host, at, tz=tz, with_noise=with_noise, show_secrets=show_secrets))
    if as_json:
        print_json(records(table))
        return
    said = table.attrs["netraven"]
    for line in (said["caption"], *said["notes"]):
        say(line)
    out("".join(f"{line}\n" for line in _annotated(table)))


def _annotated(table: "pd.DataFrame") -> Iterator[str]:
    """The lines, each behind its snapshot, time, claimed user and number."""
    users = table["claimed_user"].fillna("")
    widths = [
        max((len(str(cell)) for cell in column), default=0)
        for column in (table["snapshot_id"], users, table["line"])
    ]
    for snapshot, at, user, number, text in zip(
        table["snapshot_id"], table["introduced_at"], users, table["line"], table["text"], strict=True
    ):
        origin = f"{snapshot:>{widths[0]}} {at:%Y-%m-%d %H:%M} {user:<{widths[1]}}"
        yield f"{origin} {number:>{widths[2]}}| {text}"
