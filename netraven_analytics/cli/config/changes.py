"""``config changes``: the report ``config_changes`` by its short name."""

from netraven_analytics.cli.report import command_of
from netraven_analytics.reports import find_report

command = command_of(find_report("config_changes"))
command.name = "changes"
