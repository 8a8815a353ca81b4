#!/usr/bin/env bash
# From a bare clone to reports over a made-up fleet: environment, embedded PostgreSQL, data, reports/.
. "$(dirname "$0")/common.sh"

prepare_venv embedded
exec venv/bin/netraven-analytics demo "$@"
