"""``config diff``: two texts."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netraven_analytics.cli.config import options
from netraven_analytics.cli.console import print_json, run, say

if TYPE_CHECKING:
    from netraven_analytics.history.difference import ConfigDiff

_PAGES = (".html", ".htm")


@click.command(name="diff")
@click.argument("host")
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--context", type=click.IntRange(min=0), default=3, show_default=True, help="Lines around.")
@options.tz
@options.with_noise
@options.show_secrets
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to a file: side by side where it ends in .html, else as a patch.",
)
@options.as_json
def command(
    host: str,
    a: str | None,
    b: str | None,
    context: int,
    tz: str | None,
    with_noise: bool,
    show_secrets: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """What differs between two snapshots of a device; its last change if none is named.

    HOST is a hostname, a glob that only it matches, or its id. A and B are snapshots' ids, moments (30d,
    yesterday, 2026-10-01, …), latest or previous; without B it is the latest.
    """
    from netraven_analytics.cells import records
    from netraven_analytics.files import require_place, whole_file
    from netraven_analytics.history import config_diff

    if output is not None:
        require_place(output)
    found = run(
        config_diff(host, a, b, tz=tz, with_noise=with_noise, show_secrets=show_secrets, context=context)
    )
    if output is not None:
        with whole_file(output, newline="", encoding="utf-8", private=True) as file:
            file.write(_page(found) if output.suffix.lower() in _PAGES else found.unified)
        say(f"Wrote {output}")
        return
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


def _page(found: "ConfigDiff") -> str:
    from netraven_analytics.configs.side_by_side import STYLE
    from netraven_analytics.exports.html import page_head

    style = ":root { color-scheme: light dark; } body { margin: 1rem; font-family: system-ui, sans-serif; }"
    head = page_head(f"{found.device}: what changed", style, own_styles=[STYLE])
    return f"{head}{found._repr_html_()}</body>\n</html>\n"
