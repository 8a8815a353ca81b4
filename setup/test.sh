#!/usr/bin/env bash
# Everything that has to hold before a change lands. It brings its own PostgreSQL.
. "$(dirname "$0")/common.sh"

bash setup/lint.sh
echo "== tests"
# Two at a time, a file to each: each brings a server of its own.
exec venv/bin/pytest -n 2 --dist loadfile "$@"
