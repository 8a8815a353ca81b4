# What the set-up scripts share. Bash 3.2 is enough, as macOS has it. Sourced, never run.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  echo "Error: $*" >&2
  exit 1
}

# Whether it is a Python that is new enough.
is_supported() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# The Python that the variable PYTHON names, else the newest supported one on the PATH that can make environments.
find_python() {
  local name bare=""
  if [ -n "${PYTHON:-}" ]; then
    is_supported "$PYTHON" || fail "PYTHON=$PYTHON is no Python 3.11 or newer: name one, or leave PYTHON unset."
    echo "$PYTHON"
    return
  fi
  for name in python3.14 python3.13 python3.12 python3.11 python3; do
    is_supported "$name" || continue
    if "$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then
      echo "$name"
      return
    fi
    bare=${bare:-$name}
  done
  [ -n "$bare" ] || fail "Python 3.11 or newer is missing: install it, for instance with your system's package manager."
  echo "$bare"
}

# Make the virtual environment ./venv if need be, and install this project with the given extras into it, in the
# versions that setup/constraints.txt pins. Nothing is installed again while the list of what is needed stays the same.
prepare_venv() {
  local extras=$1 python pins wanted
  if ! is_supported venv/bin/python; then
    python=$(find_python)
    "$python" -c 'import venv, ensurepip' >/dev/null 2>&1 ||
      fail "The venv module of $python is missing: install it (on Debian and Ubuntu: apt install $(basename "$python")-venv)."
    rm -rf venv
    "$python" -m venv venv || fail "The virtual environment could not be made in $PWD/venv."
  fi
  pins=$(cat pyproject.toml setup/constraints.txt | cksum)
  wanted="$extras $pins"
  if ! grep -qxF "$wanted" venv/installed.txt 2>/dev/null; then
    echo "Installing into venv …"
    venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint setup/constraints.txt \
      --editable ".[$extras]" ||
      fail "The installation failed: see the lines above."
    # What other pins put there may be gone now; other extras of the same pins are not.
    grep -F " $pins" venv/installed.txt >venv/installed.new 2>/dev/null || true
    echo "$wanted" >>venv/installed.new
    mv venv/installed.new venv/installed.txt
  fi
}
