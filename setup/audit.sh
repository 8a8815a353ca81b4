#!/usr/bin/env bash
# Looks up what is pinned in setup/constraints.txt among the known vulnerabilities. It needs pypi.org, or with
# -s osv api.osv.dev, and fails where it cannot look something up.
. "$(dirname "$0")/common.sh"

prepare_venv lock
exec venv/bin/pip-audit --strict --disable-pip --no-deps --requirement setup/constraints.txt "$@"
