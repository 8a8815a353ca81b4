"""A group whose commands are imported when they are called, and not for its own help."""

from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click


class LazyGroup(click.Group):
    """``commands_of`` says each command's line of help; its module in the package holds ``command``."""

    def __init__(
        self,
        *args: Any,
        commands_of: Mapping[str, str],
        package: str = "netraven_analytics.cli",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commands_of, self.package = commands_of, package

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands_of)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands_of:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        module = import_module(f"{self.package}.{name}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Tells who writes one of the group's own options after a command where it stands."""
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            if any(error.option_name in option.opts for option in self.params):
                name = error.option_name
                raise click.UsageError(
                    f"{name} stands before the command: {ctx.info_name} {name} … {ctx.invoked_subcommand} …",
                    error.ctx,
                ) from None
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.commands_of.items()))
