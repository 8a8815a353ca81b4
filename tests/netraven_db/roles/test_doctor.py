"""Whether a user is safe to report with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.db.connection import connect
from netraven_db.db.session import frozen_session, get_db
from netraven_db.errors import SchemaError
from netraven_db.roles import Examination, examine_role, examine_user, grant_reporting
from netraven_db.settings import parse_url
from tests.netraven_db.roles.done import execute

# What is done to a safe user, and what is said then: the check, its verdict, and a part of what it found.
CASES = [
    ("alter role {user} superuser", "superuser", "unsafe", "{user}"),
    ("create role {other} superuser; grant {other} to {user}", "superuser", "unsafe", "{other}"),
    (
        "alter role {user} createrole replication",
        "attributes",
        "unsafe",
        "{user} has CREATEROLE, REPLICATION",
    ),
    ("alter role {role} bypassrls createdb", "attributes", "unsafe", "{role} has CREATEDB, BYPASSRLS"),
    ("grant pg_monitor to {user}", "server roles", "unsafe", "pg_monitor"),
    ("grant pg_write_server_files to {role}", "server roles", "unsafe", "pg_write_server_files"),
    ("alter table jobs owner to {user}", "owner", "unsafe", "table jobs"),
    (
        "create role {other}; grant {other} to {user}; alter table jobs owner to {other}",
        "owner",
        "unsafe",
        "table jobs",
    ),
    ("alter database {database} owner to {role}", "owner", "unsafe", "database {database}"),
    ("grant select (password) on credentials to {user}", "passwords", "unsafe", "credentials.password"),
    ("grant select on credentials to {role}", "passwords", "unsafe", "credentials.password through {role}"),
    ("grant select on credentials to public", "passwords", "unsafe", "credentials.password through PUBLIC"),
    (
        "grant pg_read_all_data to {user}",
        "passwords",
        "unsafe",
        "credentials.password through pg_read_all_data",
    ),
    (
        "create role {other}; grant select (password) on credentials to {other}; "
        "alter role {user} noinherit; grant {other} to {user}",
        "passwords",
        "unsafe",
        "credentials.password through {other}",
    ),
    (
        "create table old as table credentials; grant select on old to {user}",
        "passwords",
        "unsafe",
        "old.password",
    ),
    ("grant select on pg_authid to {user}", "passwords", "unsafe", "pg_authid.rolpassword"),
    ("grant select on pg_statistic to {user}", "passwords", "unsafe", "pg_statistic"),
    (
        "create view v as select password as p from credentials; grant select on v to {user}",
        "views",
        "unsafe",
        "public.v",
    ),
    (
        "create view v as select c from credentials c; grant select on v to {role}",
        "views",
        "unsafe",
        "public.v",
    ),
    (
        "create view v as select row_to_json(c) j from credentials c; grant select on v to {role}",
        "views",
        "unsafe",
        "public.v",
    ),
    (
        "create view v as select password as p from credentials; create view w as select p as q from v; "
        "grant select on w to {role}",
        "views",
        "unsafe",
        "public.w",
    ),
    (
        "create materialized view m as select left(password, 1) as p from credentials; "
        "grant select on m to {role}",
        "views",
        "unsafe",
        "public.m",
    ),
    (
        "create view v as select username, password as k from credentials; "
        "create materialized view m as select k as n from v; create view w as select n as o from m; "
        "grant select on w to {role}",
        "views",
        "unsafe",
        "public.w",
    ),
    (
        "create view v as select x.k from pg_authid x(a, b, c, d, e, f, g, h, i, j, k); "
        "create view w as select k as l from v; grant select on w to {user}",
        "views",
        "unsafe",
        "public.w",
    ),
    (
        "create view v as select to_jsonb(x) as k from pg_authid x; grant select on v to {user}",
        "views",
        "unsafe",
        "public.v",
    ),
    (
        "create view v as select passwd as k from pg_shadow; grant select on v to public",
        "views",
        "unsafe",
        "public.v through PUBLIC",
    ),
    (
        "create function f() returns text language sql security definer "
        "as 'select string_agg(password, '','') from credentials'",
        "functions",
        "unsafe",
        "f(), which runs as",
    ),
    (
        "create function f(q text) returns text language plpgsql security definer "
        "as 'declare r text; begin execute q into r; return r; end'",
        "functions",
        "unsafe",
        "f(text), which runs as",
    ),
    (
        "create view logins as select username, password as k from credentials; "
        "revoke all on logins from public; "
        "create function peek() returns setof text language sql security definer as 'select k from logins'",
        "functions",
        "unsafe",
        "peek(), which runs as",
    ),
    (
        "create function wipe() returns void language sql security definer as 'delete from jobs'; "
        "create role {other}; grant delete on jobs to {other}; alter function wipe() owner to {other}",
        "functions",
        "unsafe",
        "wipe(), which runs as {other}",
    ),
    (
        "create role {other}; create function f() returns text language sql security definer as 'select 1'; "
        "revoke all on function f() from public; grant execute on function f() to {other}; "
        "create function g() returns text language sql security definer as 'select f()'; "
        "alter function g() owner to {other}",
        "functions",
        "unsafe",
        "g(), which runs as {other}",
    ),
    (
        "create role {other}; "
        "create function f() returns integer language sql security definer as 'select 1'; "
        "alter function f() owner to {other}",
        "other functions",
        "warning",
        "f(), which runs as {other}",
    ),
    (
        "create function f() returns integer language sql security definer as 'select 1'; "
        "alter extension plpgsql add function f()",
        "other functions",
        "warning",
        "f(), which runs as",
    ),
    ("grant update (status) on jobs to {user}", "writing", "unsafe", "public.jobs"),
    ("grant truncate on jobs to {role}", "writing", "unsafe", "public.jobs through {role}"),
    ("grant usage on jobs_id_seq to public", "writing", "unsafe", "public.jobs_id_seq through PUBLIC"),
    ("grant pg_write_all_data to {user}", "writing", "unsafe", "public.jobs through pg_write_all_data"),
    ("grant create on schema public to public", "creating", "unsafe", "schema public through PUBLIC"),
    ("grant create on database {database} to {user}", "creating", "unsafe", "database {database}"),
    (
        "grant execute on function pg_read_file(text) to {user}",
        "files and servers",
        "unsafe",
        "pg_read_file(text)",
    ),
    (
        "grant execute on function lo_export(oid, text) to {role}",
        "files and servers",
        "unsafe",
        "lo_export(oid,text)",
    ),
    (
        "grant set on parameter log_statement to {user}",
        "files and servers",
        "unsafe",
        "setting log_statement",
    ),
    (
        "grant temporary on database {database} to {user}",
        "temporary tables",
        "warning",
        "database {database}",
    ),
    (
        "grant execute on function lo_create(oid) to public",
        "large objects",
        "warning",
        "lo_create(oid) through PUBLIC",
    ),
    ("grant select on jobs to {role}", "columns to come", "warning", "public.jobs through {role}"),
    (
        "alter default privileges grant select on tables to {role}",
        "columns to come",
        "warning",
        "tables made by",
    ),
    ("grant select (log) on connection_logs to {user}", "other data", "warning", "public.connection_logs"),
    (
        "create table notes (id integer); grant select on notes to public",
        "other data",
        "warning",
        "public.notes",
    ),
    (
        "create table logbook as select username u, password k from credentials; "
        "grant select on logbook to {user}",
        "other data",
        "warning",
        "public.logbook",
    ),
    (
        "revoke select (name, type) on tags from {role}",
        "what reports need",
        "warning",
        "public.tags (name, type)",
    ),
    (
        "revoke usage on schema analytics from {role}",
        "what reports need",
        "warning",
        "analytics.configuration_digests (",
    ),
    (
        "alter role {user} noinherit; revoke {role} from {user}",
        "what reports need",
        "warning",
        "public.jobs (",
    ),
]
HARMLESS = [
    "create view v with (security_invoker) as select password from credentials; grant select on v to {user}",
    "create view v as select id, username from credentials; create view w as select * from v; "
    "grant select on w to {user}",
    "create function f() returns text language sql as 'select string_agg(password, '''') from credentials'",
    "create function f() returns text language sql security definer as 'select '''''; "
    "revoke all on function f() from public",
    "create function f() returns text language sql security definer as 'select ''x'''; create schema apart; "
    "alter function f() set schema apart",
    "create view v as select rolname, rolconnlimit from pg_authid; grant select on v to {user}",
    "create view v as select usename, usesuper from pg_shadow; grant select on v to {user}",
    "create view v as select rolname, rolpassword from pg_roles; create view w(a) as select rolname from v; "
    "grant select on w to {user}",
    "create role {other}; grant {user} to {other}; grant select on credentials to {other}",
    "create table other (password text)",
]


@pytest.fixture
async def user(db: AsyncSession, role: str) -> str:
    """A user with whom everything is well."""
    await grant_reporting(db, role, to=f"{role}_user", harden=True)
    return f"{role}_user"


class TestARole:
    """By its rights, whatever they come through."""

    async def test_one_that_was_made_for_it_is_safe(self, db: AsyncSession, user: str) -> None:
        """And every check is named."""
        found = await examine_role(db, user)
        assert found.is_safe
        assert {verdict.severity for verdict in found.verdicts} == {"ok"}
        assert len(found.verdicts) == len({verdict.check for verdict in found.verdicts}) == 16

    async def test_what_makes_it_unsafe_or_worth_a_warning(
        self, db: AsyncSession, user: str, role: str
    ) -> None:
        """The check that is about it finds it, names it and says what to do."""
        known = {"user": user, "role": role, "other": f"{role}_other", "database": await _database(db)}
        for done, check, severity, sentence in CASES:
            async with _afterwards(db, done.format_map(known)):
                found = await examine_role(db, user)
            verdicts = [verdict for verdict in found.problems if verdict.check == check]
            assert [verdict.severity for verdict in verdicts] == [severity], done
            assert any(sentence.format_map(known) in each for each in verdicts[0].found), verdicts
            assert verdicts[0].advice
            assert not (severity == "unsafe" and found.is_safe)

    async def test_what_shows_no_password_is_safe(self, db: AsyncSession, user: str, role: str) -> None:
        """Views with the reader's rights, other columns, and what only others may."""
        for done in HARMLESS:
            async with _afterwards(db, done.format(user=user, role=role, other=f"{role}_other")):
                assert (await examine_role(db, user)).is_safe, done

    async def test_a_superuser_is_told_that_and_nothing_else(self, db: AsyncSession, user: str) -> None:
        """Since every other check would find everything."""
        await execute(db, f"alter role {user} superuser")
        assert [verdict.check for verdict in (await examine_role(db, user)).verdicts] == ["superuser"]


class TestTheSessionsUser:
    """Who asks."""

    @pytest.fixture
    async def reader(
        self, empty_database: str, role: str, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[str]:
        """A user who exists in other sessions too; the toolkit connects as him."""
        async with get_db() as db:
            await grant_reporting(db, role, to=f"{role}_user")
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", _as(empty_database, f"{role}_user"))
        yield f"{role}_user"
        admin = await connect(empty_database)
        for name in (f"{role}_user", role):
            await admin.execute(f"drop owned by {name}; drop role {name}")
        await admin.close()

    async def test_he_is_safe_and_limited(self, reader: str) -> None:
        """His settings hold from the first statement on."""
        found = await _examined()
        assert found.user == reader
        assert found.is_safe
        assert [verdict.check for verdict in found.problems] == ["temporary tables", "large objects"]
        async with get_db() as db:
            for setting, value in (("default_transaction_read_only", "on"), ("statement_timeout", "15min")):
                assert await db.scalar(text(f"show {setting}")) == value

    async def test_a_session_without_limits_is_worth_a_warning(
        self, empty_database: str, reader: str
    ) -> None:
        """Whoever took them away."""
        admin = await connect(empty_database)
        await admin.execute(
            f'alter role {reader} in database "{parse_url(empty_database).database}" reset all'
        )
        await admin.close()
        limits = next(verdict for verdict in (await _examined()).problems if verdict.check == "limits")
        assert limits.severity == "warning"
        assert "default_transaction_read_only is off" in limits.found

    async def test_who_only_plays_a_safe_role_is_not_safe(
        self, empty_database: str, role: str, reader: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """RESET ROLE is a statement like others."""
        played = f"{empty_database}{'&' if '?' in empty_database else '?'}role={role}"
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", played)
        found = await _examined()
        assert found.user == role
        assert not found.is_safe

    async def test_a_database_without_netravens_tables(
        self, blank_database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Cannot be judged."""
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
        with pytest.raises(SchemaError, match="no NetRaven tables"):
            await _examined()


def _as(url: str, user: str) -> str:
    return parse_url(url).set(username=user).render_as_string(hide_password=False)


@asynccontextmanager
async def _afterwards(db: AsyncSession, statements: str) -> AsyncIterator[None]:
    """The database after these statements, and then as it was."""
    async with db.begin_nested() as savepoint:
        await execute(db, statements)
        yield
        await savepoint.rollback()


async def _examined() -> Examination:
    async with frozen_session() as db:
        return await examine_user(db)


async def _database(db: AsyncSession) -> str:
    return str(await db.scalar(text("select quote_ident(current_database())")))
