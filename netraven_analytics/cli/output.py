"""Where an answer goes, settled before it is asked for: the options ``-o``, ``--format`` and ``--json``."""

from typing import TYPE_CHECKING

import click

from netraven_analytics.cli.console import print_table, say
from netraven_analytics.text import counted
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from netraven_analytics.exports import Formulas, Target


def keep_formulas() -> click.Option:
    return click.Option(
        ["--keep-formulas"], is_flag=True, help="Leave cells that a spreadsheet would run as formulas."
    )


def output_options() -> list[click.Option]:
    from netraven_analytics.exports.formats import LISTED

    return [
        click.Option(["-o", "--output"], metavar="FILE", help="Write to a file; - is standard output."),
        click.Option(["--format", "file_format"], help=f"{LISTED}; the file's ending if not given."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON."),
        keep_formulas(),
    ]


def target_of(output: str | None, file_format: str | None, as_json: bool) -> "Target | None":
    """The file or standard output in a format; none where the reader is to see a table.

    Raises:
        ParameterError: there is no such format, or the options contradict.
        OutputError: the file cannot be written.
    """
    from netraven_analytics.exports import Target
    from netraven_analytics.exports.formats import BINARY

    if as_json and file_format not in (None, "json"):
        raise ParameterError(f"--json and --format {file_format} contradict: give one of them.")
    wanted = "json" if as_json else file_format
    if output is None and wanted is None:
        return None
    if output is None and wanted in BINARY:
        raise ParameterError(
            f"{wanted} is no text: name a file with -o FILE.{wanted}, or pipe it on with -o -."
        )
    return Target.of("-" if output is None else output, wanted)


def require_picture(report: str, target: "Target | None") -> None:
    """Check, before the report is asked, that its answer can be drawn where a picture is wanted.

    Raises:
        ParameterError: the report has no chart.
        NetRavenError: the packages for charts are not installed.
    """
    from netraven_analytics.exports.formats import PICTURES

    if target is not None and target.format in PICTURES:
        from netraven_analytics.charts import require_chart_of

        require_chart_of(report)


def formulas_of(keep: bool) -> "Formulas":
    return "keep" if keep else "neutralise"


def deliver(
    table: "pd.DataFrame", target: "Target | None", *, keep: bool = False, show_secrets: bool = False
) -> None:
    """Write a table to its target, or show it."""
    if target is None:
        print_table(table)
        return
    from netraven_analytics.exports import write_table

    write_table(table, target, formulas=formulas_of(keep), show_secrets=show_secrets)
    tell(target, len(table))


def tell(target: "Target", rows: int) -> None:
    if target.path is not None:
        say(f"Wrote {target.path} ({counted(rows, 'row')})")
