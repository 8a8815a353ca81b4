#!/usr/bin/env bash
# Breaks what can break, many times, and prints one table: what was tried, how often, what was lost.
# With no argument the table goes to docs/battery.md too; arguments are pytest's, such as -k cancel.
. "$(dirname "$0")/common.sh"

prepare_venv embedded,dev
export NETRAVEN_BATTERY=long
if [ $# -eq 0 ]; then export NETRAVEN_BATTERY_TABLE=docs/battery.md; fi
exec venv/bin/pytest tests/battery "$@"
