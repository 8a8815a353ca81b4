"""``python -m netraven_analytics`` is the command ``netraven-analytics``."""

from netraven_analytics.cli import main

main()
