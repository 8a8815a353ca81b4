"""``report list|run|all|html``: generic over the catalogue, whose signatures become the options."""

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from netraven_analytics.cli.console import describe, print_json, print_table, run, say
from netraven_analytics.cli.output import (
    deliver,
    formulas_of,
    keep_formulas,
    output_options,
    require_picture,
    target_of,
)
from netraven_analytics.facts.dimensions import RUN_DIMENSIONS
from netraven_analytics.options import GroupOptions, parameters
from netraven_analytics.report import Report
from netraven_analytics.reports import NAMES, find_report
from netraven_analytics.text import counted

if TYPE_CHECKING:
    import pandas as pd

_REPEATED = {"by", "device", "device_type", "tag", "peers"}


class ReportGroup(click.Group):
    """Tells who writes a report's name right after ``report`` what is missing."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0].replace("-", "_") in NAMES:
            ctx.fail(f"{args[0]!r} is a report: write 'report run {args[0]}'.")
        return super().resolve_command(ctx, args)


@click.group(name="report", cls=ReportGroup)
def command() -> None:
    """The reports: list them, run one, write them all, or the fleet on one page."""


class CatalogueGroup(click.Group):
    """A command for each report."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NAMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return command_of(find_report(cmd_name))


@command.group(name="run", cls=CatalogueGroup)
def run_one() -> None:
    """Run a report; --help after its name lists its options."""


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_reports(as_json: bool) -> None:
    """Show the reports and what they answer."""
    from netraven_analytics.reports import catalogue

    listed = [
        {"name": name, "answers": report.summary, "by": list(report.dimensions)}
        for name, report in sorted(catalogue.items())
    ]
    if as_json:
        print_json(listed)
        return
    import pandas as pd

    rows = [{**row, "by": ", ".join(row["by"])} for row in listed]
    print_table(pd.DataFrame(rows, dtype="str"))


def _write_all(output: str, keep_formulas: bool, **given: Any) -> None:
    """Write every report as CSV, one workbook and a page that explains them, all of the same instant."""
    from netraven_analytics.bundle import INDEX, MANIFEST, WORKBOOK, write_bundle
    from netraven_db.settings import Settings, describe_url

    source = describe_url(Settings.from_environment().database_url)
    how = formulas_of(keep_formulas)
    bundle = run(write_bundle(output, _given(given), source=source, formulas=how, progress=_progress))
    for item in bundle.answers:
        say(f"{item.path} ({counted(len(item.table), 'row')})")
    for name in (WORKBOOK, MANIFEST, INDEX):
        say(str(bundle.folder / name))
    if bundle.note:
        say(f"Note: {bundle.note}")


def _write_page(output: str, diffs: int, **given: Any) -> None:
    """Write the fleet on one self-contained HTML page, for people who never see Python."""
    from netraven_analytics.exports import Target
    from netraven_analytics.fleet import fleet_page

    target = Target.of(output, "html")
    page = run(fleet_page(**_given(given), diffs=diffs, progress=_progress)).encode()
    with target.open(private=diffs > 0) as file:  # a difference is configuration text
        file.write(page)
    if target.path is not None:
        say(f"Wrote {target.path} ({len(page) / 1e6:.1f} MB)")


def _progress(name: str) -> None:
    if sys.stderr.isatty():
        say(f"{name} …")


def command_of(report: Report[Any]) -> click.Command:
    """A command whose options are the report's."""

    def answer(
        output: str | None, file_format: str | None, as_json: bool, keep_formulas: bool, **given: Any
    ) -> None:
        target = target_of(output, file_format, as_json)
        require_picture(report.name, target)
        show_secrets = bool(given.get("show_secrets"))
        table = run(_answer(report, _given(given), show_secrets))
        describe(table.attrs["netraven"])
        deliver(table, target, keep=keep_formulas, show_secrets=show_secrets)

    own = [_option(p.name, p.default, report.argument_help(p.name).capitalize()) for p in report.own]
    return click.Command(
        report.name,
        params=[*_shared_options(report.shared, report.dimensions), *own, *output_options()],
        callback=answer,
        help=_help(report),
        short_help=report.summary,
    )


async def _answer(report: Report[Any], given: dict[str, Any], show_secrets: bool) -> "pd.DataFrame":
    from netraven_analytics.exports.secrets import answered
    from netraven_analytics.frames import in_session

    if show_secrets:
        return await report(**given)
    return await in_session(None, lambda session: answered(report, session, given))


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Those options that were typed; the report has its own defaults for the others."""
    return {name: value for name, value in options.items() if value not in (None, (), False)}


def _help(report: Report[Any]) -> str:
    """The definition without its Python parts: the options say the rest."""
    text = report.definition.partition("\nArgs:")[0].partition("\nExample:")[0].replace("``", "")
    return re.sub("^Columns.*:$", "\b\n\\g<0>", text.strip(), flags=re.MULTILINE)  # \b keeps lines apart


def _shared_options(names: Any, dimensions: Sequence[str] = RUN_DIMENSIONS) -> list[click.Option]:
    more = {"by": f" One of {', '.join(dimensions)}; may be repeated."}
    return [
        _option(parameter.name, option.default, option.help + more.get(parameter.name, ""))
        for parameter, option in parameters(GroupOptions)
        if parameter.name in names and option.shell
    ]


def _option(name: str, default: Any, help_text: str) -> click.Option:
    flag = f"--{name.replace('_', '-')}"
    if isinstance(default, bool):
        return click.Option([flag, name], is_flag=True, help=help_text)
    kind = click.IntRange(min=1) if name == "top" else click.STRING
    return click.Option([flag, name], type=kind, multiple=name in _REPEATED, help=help_text)


command.add_command(
    click.Command(
        "all",
        params=[
            *_shared_options({"by", "since", "until", "as_of", "tz", "device", "device_type", "tag"}),
            click.Option(
                ["-o", "--output"], metavar="DIR", default="reports", show_default=True, help="Where to."
            ),
            keep_formulas(),
        ],
        callback=_write_all,
        help=_write_all.__doc__,
    )
)

command.add_command(
    click.Command(
        "html",
        params=[
            *_shared_options({"since", "until", "as_of", "tz", "device", "device_type", "tag"}),
            click.Option(
                ["--by"],
                multiple=True,
                help="Group devices by tag:<type> or device_type; may be repeated, both if not given.",
            ),
            click.Option(["--objective"], help="How old a backup may be at most; 24h if not given."),
            click.Option(["--stuck-after"], help="How long a run may go on; 24h if not given."),
            click.Option(
                ["--diffs"],
                type=click.IntRange(min=0),
                default=50,
                show_default=True,
                help="How many of the newest changes to show in full.",
            ),
            click.Option(
                ["-o", "--output"],
                metavar="FILE",
                default="fleet.html",
                show_default=True,
                help="Where to; - is standard output.",
            ),
        ],
        callback=_write_page,
        help=_write_page.__doc__,
    )
)
