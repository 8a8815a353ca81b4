#!/usr/bin/env bash
# What can be said of the code without running it.
. "$(dirname "$0")/common.sh"

prepare_venv embedded,dev

echo "== lint"
venv/bin/ruff check .
venv/bin/ruff format --check .
echo "== import contracts"
venv/bin/lint-imports --no-cache >venv/lint-imports.log 2>&1 || { cat venv/lint-imports.log; exit 1; }
echo "== types"
venv/bin/mypy
