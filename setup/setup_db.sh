#!/usr/bin/env bash
# Creates or upgrades the schema of the database that NETRAVEN_DATABASE_URL names (the guide's if it is not set).
. "$(dirname "$0")/common.sh"

prepare_venv embedded
venv/bin/python dev_runner.py --db-check
venv/bin/netraven-analytics db upgrade
