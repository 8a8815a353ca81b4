"""``config show``: one text."""

from pathlib import Path

import click

from netraven_analytics.cli.config import options
from netraven_analytics.cli.console import out, print_json, run, say


@click.command(name="show")
@click.argument("host")
@click.option("--at", default="latest", metavar="TIME", help="A moment, a snapshot's id, latest or previous.")
@options.tz
@options.show_secrets
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the text to a file."
)
@options.as_json
def command(
    host: str, at: str, tz: str | None, show_secrets: bool, output: Path | None, as_json: bool
) -> None:
    """The configuration that a device has, or had at a moment.

    HOST is a hostname, a glob that only it matches, or its id. In a file and in JSON the text is to the
    byte as stored, but for secrets; on standard output what steers a terminal is spelt out.
    """
    from netraven_analytics.files import whole_file
    from netraven_analytics.history import config_at

    found = run(config_at(host, at, tz=tz, show_secrets=show_secrets))
    if as_json:
        print_json(
            {
                "device": found.device,
                "snapshot_id": found.snapshot_id,
                "found_at": found.found_at.isoformat(),
                "text": found.text,
            }
        )
        return
    say(found.caption)
    if output is None:
        out(found.text)
        return
    with whole_file(output, newline="", encoding="utf-8", private=True) as file:
        file.write(found.text)
    say(f"Wrote {output}")
