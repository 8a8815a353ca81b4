#!/usr/bin/env bash
# Pins what the set-up scripts install, for every supported Python and system: setup/constraints.txt.
# What is pinned and still fits stays; --upgrade takes the newest of everything, --upgrade-package NAME of one.
. "$(dirname "$0")/common.sh"

prepare_venv lock
exec venv/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --quiet \
  --no-annotate --no-emit-index-url --custom-compile-command ./setup/lock.sh \
  --output-file setup/constraints.txt "$@"
