"""``notebooks run``."""

import sys
from pathlib import Path

import click

from netraven_analytics.cli.console import out, say


@click.command(name="run")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option(
    "-p",
    "--parameter",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter, such as -p since=7d; it goes to every notebook that has it.",
)
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path),
    default="executed",
    show_default=True,
    help="Where the executed notebooks go.",
)
@click.option("--html", is_flag=True, help="Write an HTML page of each, too.")
def command(names: tuple[str, ...], given: tuple[str, ...], target: Path, html: bool) -> None:
    """Execute notebooks, all or those named, each in a kernel of its own.

    Parameters are checked before anything runs. What was executed is written even when a cell fails; the exit
    code is then 9.
    """
    from netraven_analytics.execution import find, run_all

    chosen = find(names)
    done = run_all(
        chosen,
        dict(map(_pair, given)),
        target,
        html=html,
        progress=lambda name: say(f"{name} …"),
        bars=sys.stderr.isatty(),
    )
    for executed in done:
        for file in executed.files:
            out(f"{file}\n")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} is no NAME=VALUE, such as since=7d.", param_hint="-p")
    return name.strip(), value
