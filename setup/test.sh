#!/usr/bin/env bash
# Everything that has to hold before a change lands. It brings its own PostgreSQL.
. "$(dirname "$0")/common.sh"

prepare_venv embedded,dev

echo "== lint"
venv/bin/ruff check .
venv/bin/ruff format --check .
echo "== import contracts"
venv/bin/lint-imports --no-cache >venv/lint-imports.log 2>&1 || { cat venv/lint-imports.log; exit 1; }
echo "== types"
venv/bin/mypy
echo "== tests"
# Two at a time, a file to each: each brings a server of its own.
exec venv/bin/pytest -n 2 --dist loadfile "$@"
