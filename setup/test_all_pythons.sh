#!/usr/bin/env bash
# The tests on every supported Python that is found, each in an environment of its own outside the project.
. "$(dirname "$0")/common.sh"

# The interpreter of a version, on the PATH or under pyenv.
find_version() {
  local candidate
  for candidate in "python$1" "$HOME"/.pyenv/versions/"$1".*/bin/python; do
    if "$candidate" -c 'import venv, ensurepip' >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
}

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
tried=""
for version in 3.11 3.12 3.13 3.14; do
  python=$(find_version "$version")
  if [ -z "$python" ]; then
    echo "== Python $version: not found"
    continue
  fi
  echo "== Python $version"
  "$python" -m venv "$place/$version"
  "$place/$version/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint setup/constraints.txt --editable ".[embedded,dev]"
  "$place/$version/bin/python" -m pytest -p no:cacheprovider -n 2 --dist loadfile "$@"
  tried="$tried $version"
done
[ -n "$tried" ] || fail "No supported Python was found: install Python 3.11 or newer."
echo "The tests pass on Python$tried."
