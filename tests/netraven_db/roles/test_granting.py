"""Making and repairing a role that may read what reports need."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db import migrate
from netraven_db.db.connection import connect
from netraven_db.db.session import get_db
from netraven_db.errors import ParameterError, QueryError, SchemaError
from netraven_db.roles import examine_role, grant_reporting
from netraven_db.schema.readable import readable_columns
from netraven_db.settings import parse_url
from tests.netraven_db.roles.done import every, execute, may_read

TOO_MUCH = [
    ("grant select, truncate on tags to {role}", "REVOKE ALL ON TABLE public.tags FROM {role}"),
    ("grant select (password) on credentials to {role}", "REVOKE ALL (password) ON TABLE public.credentials"),
    ("grant select on connection_logs to {role}", "REVOKE ALL ON TABLE public.connection_logs"),
    ("grant insert (id), update (status) on jobs to {role}", "REVOKE ALL (id, status) ON TABLE public.jobs"),
    (
        "grant select (hostname) on devices to {role} with grant option",
        "REVOKE ALL (hostname) ON TABLE public.devices",
    ),
    ("grant usage on jobs_id_seq to {role}", "REVOKE ALL ON SEQUENCE public.jobs_id_seq"),
    ("grant pg_read_all_data to {role}", "REVOKE pg_read_all_data FROM"),
    ("create role {other}; grant {other} to {role}", "REVOKE {other} FROM"),
    ("grant create on schema public to {role}", "REVOKE ALL ON SCHEMA public"),
    ("grant temporary on database {database} to {role}", "REVOKE ALL ON DATABASE {database}"),
    (
        "grant execute on function pg_read_file(text) to {role}",
        "REVOKE ALL ON ROUTINE pg_catalog.pg_read_file",
    ),
    ("grant select on large object 77 to {role}", "REVOKE ALL ON LARGE OBJECT 77"),
    ("grant set on parameter log_statement to {role}", "REVOKE ALL ON PARAMETER log_statement"),
    ("grant usage on type mood to {role}", "REVOKE ALL ON TYPE public.mood"),
    ("grant usage on language plpgsql to {role}", "REVOKE ALL ON LANGUAGE plpgsql"),
    ("alter default privileges grant select on tables to {role}", "ALTER DEFAULT PRIVILEGES FOR ROLE"),
    (
        "alter default privileges in schema public grant select on tables to {role}",
        "IN SCHEMA public REVOKE ALL ON TABLES",
    ),
    ("alter role {role} createrole createdb replication bypassrls", "NOCREATEDB NOCREATEROLE NOREPLICATION"),
]
HOSTILE = [
    'a"b',
    "x'; drop role y; --",
    "Größe 漢字 \U0001f600",
    "a:b %s %I $1 {x} \\",
    "select",
    "UPPER",
    " ",
    "line\nfeed\x1b[31m",
    "x" * 63,
]


class TestARole:
    """What it may read afterwards."""

    async def test_it_may_read_exactly_the_columns_of_the_models(self, db: AsyncSession, role: str) -> None:
        """Column by column; a password is none of them."""
        await grant_reporting(db, role)
        for table, columns in readable_columns().items():
            for column in await every(
                db, f"select attname from pg_attribute where attrelid = '{table}'::regclass and attnum > 0"
            ):
                assert await may_read(db, role, table, column) == (column in columns), (table, column)
        for table in ("connection_logs", "system_settings"):
            assert not await may_read(db, role, f"public.{table}", "id")

    async def test_a_column_added_later_is_not_readable(self, db: AsyncSession, role: str) -> None:
        """Until somebody grants it; nor is a new table."""
        await grant_reporting(db, role)
        await execute(db, "alter table jobs add column secret text; create table later (id integer)")
        assert not await may_read(db, role, "public.jobs", "secret")
        assert not await may_read(db, role, "public.later", "id")

    async def test_what_is_right_is_left_alone(self, db: AsyncSession, role: str) -> None:
        """The second time there is nothing to do."""
        first = await grant_reporting(db, role, to=f"{role}_user", harden=True)
        assert first.statements[:2] == [f'CREATE ROLE "{role}" NOLOGIN', f'CREATE ROLE "{role}_user" LOGIN']
        again = await grant_reporting(db, role, to=f"{role}_user", harden=True)
        assert again.statements == []
        assert again.notes == []

    async def test_what_was_granted_beyond_that_is_taken_away(self, db: AsyncSession, role: str) -> None:
        """From the role and from its user, and it is said."""
        user = f"{role}_user"
        await execute(db, "create type mood as enum ()", "select lo_create(77)")
        await grant_reporting(db, role, to=user, harden=True)
        (database,) = await every(db, "select current_database()")
        known = [{"role": name, "other": f"{name}_other", "database": database} for name in (role, user)]
        for names in known:
            await execute(db, *(grant.format_map(names) for grant, _ in TOO_MUCH))
        assert not (await examine_role(db, user)).is_safe
        done = (await grant_reporting(db, role, to=user)).statements
        for names in known:
            for _, taken in TOO_MUCH:
                expected = taken.format_map(names)
                assert any(expected in line and names["role"] in line for line in done), expected
        assert (await grant_reporting(db, role, to=user)).statements == []
        assert (await examine_role(db, user)).problems == ()

    async def test_it_takes_any_name(self, db: AsyncSession) -> None:
        """Whatever stands in it is the name's, and nobody's SQL."""
        for number, name in enumerate(HOSTILE):
            await grant_reporting(db, name, to=f"u{number}{name}"[:20])
            assert await may_read(db, f"u{number}{name}"[:20], "public.jobs", "id")
            assert not await may_read(db, f"u{number}{name}"[:20], "public.credentials", "password")
            assert (await grant_reporting(db, name, to=f"u{number}{name}"[:20])).statements == []

    async def test_a_role_that_can_log_in_needs_no_user(self, db: AsyncSession, role: str) -> None:
        """Its limits are then its own; else a note says what is missing."""
        await execute(db, f"create role {role} login")
        done = await grant_reporting(db, role)
        assert sum("IN DATABASE" in line for line in done.statements) == 4
        assert done.notes == []
        assert (await grant_reporting(db, f"{role}_2")).notes == [
            "Nobody can log in as this role: name a user with --to USER."
        ]


class TestAUser:
    """Who logs in."""

    async def test_he_has_the_rights_of_the_role_and_limits(self, db: AsyncSession, role: str) -> None:
        """Settings are his own, since a member does not inherit them."""
        user = f"{role}_user"
        done = await grant_reporting(db, role, to=user)
        assert await may_read(db, user, "public.jobs", "id")
        assert done.notes == [
            f'The user {user} is new and has no password: psql\'s \\password "{user}" sets one.'
        ]
        assert await _settings(db, user) == [
            "default_transaction_read_only=on",
            "idle_in_transaction_session_timeout=30min",
            "lock_timeout=10s",
            "statement_timeout=15min",
        ]

    async def test_his_own_limits_stay(self, db: AsyncSession, role: str) -> None:
        """Unless they are none."""
        await execute(
            db,
            f"create role {role}_user login",
            f"alter role {role}_user set statement_timeout = '7s'",
            f"alter role {role}_user set lock_timeout = 0",
            f"alter role {role}_user set default_transaction_read_only = off",
        )
        done = await grant_reporting(db, role, to=f"{role}_user")
        named = {line.split(" SET ")[1] for line in done.statements if " SET " in line}
        assert named == {
            "default_transaction_read_only = 'on'",
            "lock_timeout = '10s'",
            "idle_in_transaction_session_timeout = '30min'",
        }

    async def test_a_member_who_has_to_ask_for_his_rights_gets_them(
        self, db: AsyncSession, role: str
    ) -> None:
        """NOINHERIT, and the right to hand on the membership, are mended."""
        await execute(
            db,
            f"create role {role}; create role {role}_user login noinherit",
            f"grant {role} to {role}_user with admin option",
        )
        await grant_reporting(db, role, to=f"{role}_user")
        assert await may_read(db, f"{role}_user", "public.jobs", "id")
        assert await every(
            db, f"select admin_option from pg_auth_members where member = '{role}_user'::regrole"
        ) == [False]


class TestHarden:
    """What everybody has through PUBLIC."""

    async def test_it_goes_from_public_and_stays_with_the_owner(self, db: AsyncSession, role: str) -> None:
        """Whose migrations may need it."""
        await execute(
            db,
            f"create role {role}_owner; alter table devices owner to {role}_owner",
            "grant create on schema public to public",
        )
        done = await grant_reporting(db, role, harden=True)
        assert [verdict.check for verdict in (await examine_role(db, role)).problems] == []
        for kind, may in (("database_privilege", "temporary"), ("schema_privilege", "create")):
            place = "current_database()" if may == "temporary" else "'public'"
            asked = (
                f"select has_{kind}('{role}_owner', {place}, '{may}'), has_{kind}('{role}', {place}, '{may}')"
            )
            assert list((await db.execute(text(asked))).one()) == [True, False]
        assert any("lo_create(oid) FROM PUBLIC" in line for line in done.statements)

    async def test_without_it_the_doctor_warns(self, db: AsyncSession, role: str) -> None:
        """Which leaves the role safe."""
        await grant_reporting(db, role)
        found = await examine_role(db, role)
        assert [verdict.check for verdict in found.problems] == ["temporary tables", "large objects"]
        assert found.is_safe


class TestRefusals:
    """Nothing is done where it could not do what it says."""

    @pytest.mark.parametrize(
        ("made", "name", "sentence"),
        [
            ("create role {role} superuser", "{role}", "is a superuser, whom no grant limits"),
            ("create role {role}; alter table jobs owner to {role}", "{role}", "table jobs, and an owner"),
            ("create role {role}; create schema mine authorization {role}", "{role}", "owns schema mine"),
            ("", "pg_reader", "cannot be a role's name"),
            ("", "public", "cannot be a role's name"),
            ("", "", "cannot be a role's name"),
            ("", "é" * 32, "cannot be a role's name"),
            ("", "a\0b", "cannot be a role's name"),
            ("", "\ud800", "cannot be a role's name"),
        ],
    )
    async def test_names_that_cannot_be_limited(
        self, db: AsyncSession, role: str, made: str, name: str, sentence: str
    ) -> None:
        """Neither as the role nor as its user."""
        await execute(db, *filter(None, [made.format(role=role)]))
        named = name.format(role=role)
        with pytest.raises(ParameterError, match=sentence):
            await grant_reporting(db, named)
        with pytest.raises(ParameterError, match=sentence):
            await grant_reporting(db, f"{role}_2", to=named)

    async def test_a_user_who_cannot_log_in(self, db: AsyncSession, role: str) -> None:
        """Nor the role itself, nor who asks."""
        await execute(db, f"create role {role}_user")
        with pytest.raises(ParameterError, match="cannot log in"):
            await grant_reporting(db, role, to=f"{role}_user")
        with pytest.raises(ParameterError, match="are the same"):
            await grant_reporting(db, role, to=role)
        await execute(db, f"create role {role}_3 createrole", f"set role {role}_3")
        with pytest.raises(ParameterError, match="is who does this"):
            await grant_reporting(db, f"{role}_3")

    async def test_a_user_without_the_right(self, db: AsyncSession, role: str) -> None:
        """The sentence says who he is, and which right it takes."""
        await execute(db, f"create role {role}_me", f"set local role {role}_me")
        with pytest.raises(
            QueryError, match=rf"The user {role}_me may not do this \(permission denied to create"
        ):
            await grant_reporting(db, role)

    async def test_a_database_without_netravens_tables(
        self, blank_database: str, role: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Says which are missing."""
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
        with pytest.raises(SchemaError, match="no NetRaven tables in this database"):
            async with get_db() as db:
                await grant_reporting(db, role)

    async def test_what_somebody_else_granted(self, db: AsyncSession, role: str) -> None:
        """Only he can take it away, and nothing is called done."""
        await execute(
            db,
            f"create role {role}; create role {role}_other; create role {role}_me createrole",
            f"grant {role}_other to {role}_me with admin option; grant {role} to {role}_me with admin option",
            f"grant select on jobs to {role}_other with grant option",
            f"grant usage, create on schema public to {role}_me",
            f"set local role {role}_other; grant select on jobs to {role}; set local role {role}_me",
        )
        with pytest.raises(QueryError, match="nothing was changed"):
            await grant_reporting(db, role)


class TestWhoMayDoIt:
    """No superuser is needed."""

    @pytest.fixture
    async def owned(
        self, blank_database: str, role: str, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[str]:
        """A database as NetRaven made it, whose owner may create roles and is no superuser."""
        url, owner = blank_database, f"{role}_owner"
        name = parse_url(url).database
        admin = await connect(url)
        await admin.execute(f"create role {owner} login createrole")
        await admin.execute(f'alter database "{name}" owner to {owner}')
        theirs = parse_url(url).set(username=owner).render_as_string(hide_password=False)
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", theirs)
        await migrate.upgrade(theirs, "8a76c492719c")
        yield theirs
        await admin.execute(f'alter database "{name}" owner to current_user')
        for made in (owner, f"{role}_user", role):
            await admin.execute(f"drop owned by {made} cascade; drop role {made}")
        await admin.close()

    async def test_the_owner_who_may_create_roles(self, owned: str, role: str) -> None:
        """Before the upgrade, and once more after it, when there are digests to read."""
        async with get_db() as db:
            first = await grant_reporting(db, role, to=f"{role}_user")
        assert "has not been upgraded" in first.notes[0]
        await migrate.upgrade(owned)
        async with get_db() as db:
            second = await grant_reporting(db, role, to=f"{role}_user")
            assert all("analytics" in statement for statement in second.statements)
            assert await may_read(db, f"{role}_user", "analytics.configuration_digests", "raw_sha256")
            assert (await grant_reporting(db, role, to=f"{role}_user")).statements == []
            with pytest.raises(QueryError, match=r"REVOKE EXECUTE ON FUNCTION lo_close|permission denied"):
                await grant_reporting(db, role, harden=True)
            await db.rollback()


async def _settings(db: AsyncSession, user: str) -> list[str]:
    return await every(
        db, f"select unnest(setconfig) from pg_db_role_setting where setrole = '{user}'::regrole order by 1"
    )
