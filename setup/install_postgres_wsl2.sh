#!/usr/bin/env bash
# Installs PostgreSQL on Debian or Ubuntu (WSL2 included) and creates the guide's role and database.
# A server that is there already is used as it is: nothing is purged and no database is dropped.
set -eu

oldest=15 # the oldest version that the toolkit is tested with
role=netraven
database=netraven

fail() {
  echo "Error: $*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

as_postgres() {
  # From / since the account may not be able to enter the present folder.
  if [ "$(id -u)" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else (cd / && sudo -u postgres "$@"); fi
}

server_version() {
  as_postgres psql -XtAc "select current_setting('server_version_num')::int / 10000" 2>/dev/null
}

install_server() {
  command -v apt-get >/dev/null || fail "apt-get is missing: this script is for Debian and Ubuntu; install PostgreSQL $oldest or newer yourself."
  as_root apt-get update -q
  candidate=$(apt-cache policy postgresql | sed -n 's/.*Candidate: \([0-9]*\).*/\1/p')
  if [ "${candidate:-0}" -lt "$oldest" ]; then
    # The distribution's own is too old: postgresql-common knows the PostgreSQL project's packages.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy postgresql-common
    as_root /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy postgresql
}

# WSL2 may run without systemd, so that the service is asked in the old way.
start_server() {
  as_root service postgresql start >/dev/null 2>&1 || true
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    server_version >/dev/null && return
    sleep 1
  done
  fail "PostgreSQL is installed and does not answer: look into /var/log/postgresql."
}

if ! command -v pg_lsclusters >/dev/null || [ -z "$(pg_lsclusters -h)" ]; then
  install_server
fi
start_server
version=$(server_version)
[ "$version" -ge "$oldest" ] || fail "The server is PostgreSQL $version: the toolkit needs $oldest or newer."

if [ "$(as_postgres psql -XtAc "select 1 from pg_roles where rolname = '$role'")" != 1 ]; then
  as_postgres psql -Xqc "create role $role login password '$role'"
fi
if [ "$(as_postgres psql -XtAc "select 1 from pg_database where datname = '$database'")" != 1 ]; then
  as_postgres createdb --owner "$role" "$database"
fi
port=$(as_postgres psql -XtAc 'show port')
if PGPASSWORD=$role psql -XtAc 'select 1' -h localhost -p "$port" -U "$role" "$database" >/dev/null 2>&1; then
  echo "PostgreSQL $version is ready: postgresql+asyncpg://$role:$role@localhost:$port/$database"
else
  fail "PostgreSQL $version runs on port $port, and its role $role does not log in with the guide's password: name yours in NETRAVEN_DATABASE_URL."
fi
