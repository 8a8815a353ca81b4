"""Make or repair a role that may read what reports need, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.errors import ParameterError, QueryError
from netraven_db.roles import statements
from netraven_db.roles.place import Place, require_tables, wanted_columns
from netraven_db.schema.tables import SCHEMA

_SCHEMAS = ["public", SCHEMA]
_LONGEST = 63  # bytes of a name
_INSUFFICIENT = "42501"  # SQLSTATE
_ROLE = text(
    """
    select r.oid, rolsuper, rolcanlogin, rolname = current_user or rolname = session_user as mine,
           array(select pg_describe_object(classid, objid, objsubid) from pg_shdepend
                 where refclassid = 'pg_authid'::regclass and refobjid = r.oid and deptype = 'o'
                   and (dbid = d.oid or classid = 'pg_database'::regclass and objid = d.oid)
                 order by classid = 'pg_class'::regclass desc, objid limit 2) as owned
    from pg_roles r, pg_database d where rolname = :name and datname = current_database()
    """
)


@dataclass(frozen=True)
class Granted:
    """``statements`` are the SQL that was run, none where everything was as it should be."""

    statements: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def grant_reporting(
    db: AsyncSession, role: str, *, to: str | None = None, harden: bool = False
) -> Granted:
    """Make the role, or repair it: it may read the columns that reports need, and do nothing else here.

    What it was granted beyond that, and its memberships, are taken away. Read-only transactions and time-outs
    are set on the user that logs in, since members do not inherit them; he keeps values of his own.

    Args:
        db: the session to use, of a user who owns NetRaven's tables and may create roles.
        role: its name. It is made without a login, which an existing one keeps.
        to: a user who is to be its member and nothing else; made if there is none, without a password.
        harden: also take from PUBLIC what every user has through it: temporary tables, large objects, and
            new tables in a schema. The owner of NetRaven's tables keeps the first and the last.

    Raises:
        ParameterError: the role or the user is a superuser, owns something here, or cannot be named so.
        SchemaError: there are no NetRaven tables.
        QueryError: the session's user may not do this.
    """
    names = [role] if to is None else [role, to]
    for name in names:
        _require_name(name)
    if role == to:
        raise ParameterError("The role and the user are the same: leave --to out, or name another user.")
    place = await require_tables(db)
    work = _Work(db, place)
    try:
        return await work.done(role, to, harden)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT:
            raise
        said = str(error.orig).rpartition(">: ")[2]
    raise QueryError(
        f"The user {place.user} may not do this ({said}): run it as a superuser, or as the owner of "
        "NetRaven's tables with the right to create roles (CREATEROLE); nothing was changed."
    )


_NOT_UPGRADED = (
    "This database has not been upgraded, so that there are no digests to read: run this again after "
    "'netraven-analytics db upgrade'."
)


class _Work:
    """Statements run one after the other in one transaction; what was run is kept."""

    def __init__(self, db: AsyncSession, place: Place) -> None:
        self._db, self._place = db, place
        self._run: list[str] = []

    async def done(self, role: str, to: str | None, harden: bool) -> Granted:
        held = await self._role(role, "NOLOGIN")
        login = held if to is None else await self._role(to, "LOGIN")
        if to is not None and not login.rolcanlogin:
            raise ParameterError(f"{to!r} cannot log in: name a user who can.")
        wanted = wanted_columns()
        await self._apply(statements.SURPLUS, held.oid, wanted=wanted)
        if login is not held:
            await self._apply(statements.SURPLUS, login.oid, kept=held.oid)
        await self._apply(statements.LACKING, held.oid, wanted=wanted)
        if login is not held:
            await self._apply(statements.MEMBER, login.oid, kept=held.oid)
        if login.rolcanlogin:
            await self._apply(statements.SETTINGS, login.oid)
        if harden:
            await self._apply(statements.PUBLIC_SURPLUS, held.oid)
        return Granted(self._run, self._notes(login.rolcanlogin, to))

    def _notes(self, has_login: bool, to: str | None) -> list[str]:
        notes = [] if self._place.is_upgraded else [_NOT_UPGRADED]
        if not has_login:
            notes.append("Nobody can log in as this role: name a user with --to USER.")
        if to is not None and f"CREATE ROLE {quoted(to)} LOGIN" in self._run:
            notes.append(
                f"The user {to} is new and has no password: psql's \\password {quoted(to)} sets one."
            )
        return notes

    async def _role(self, name: str, login: str) -> Any:
        """The role, made if there is none."""
        found = (await self._db.execute(_ROLE, {"name": name})).one_or_none()
        if found is None:
            await self._execute(f"CREATE ROLE {quoted(name)} {login}")
            found = (await self._db.execute(_ROLE, {"name": name})).one()
        if found.mine:
            raise ParameterError(f"{name!r} is who does this: name another role, or connect as another user.")
        if found.rolsuper:
            raise ParameterError(f"{name!r} is a superuser, whom no grant limits: name another role.")
        if found.owned:
            raise ParameterError(
                f"{name!r} owns {' and '.join(found.owned)}, and an owner can give himself every right: name "
                "another role."
            )
        return found

    async def _apply(
        self, queries: Sequence[str], subject: int, *, kept: int | None = None, wanted: Sequence[str] = ()
    ) -> None:
        """Run what the queries say has to be run, and make sure that it had its effect.

        Raises:
            QueryError: the server ran it and it changed nothing.
        """
        values = {"subject": subject, "kept": kept, "wanted": list(wanted), "schemas": _SCHEMAS}
        values |= {"owner": self._place.owner}
        for query in queries:
            asked = text(query)
            own = {name: values[name] for name in asked.compile().params}
            for statement in (await self._db.scalars(asked, own)).all():
                await self._execute(statement)
            left = (await self._db.scalars(asked, own)).all()
            if left:
                raise QueryError(
                    f"This had no effect: {left[0]}; somebody else granted it, or this user may not: run it "
                    "as who did, or as a superuser; nothing was changed."
                )

    async def _execute(self, statement: str) -> None:
        await (await self._db.connection()).exec_driver_sql(statement)
        self._run.append(statement)


def _require_name(name: str) -> None:
    try:
        suits = 0 < len(name.encode()) <= _LONGEST and "\0" not in name
    except UnicodeEncodeError:
        suits = False
    if not suits or name.startswith("pg_") or name in ("public", "none"):
        raise ParameterError(
            f"{name!r} cannot be a role's name: it takes 1 to {_LONGEST} bytes, without NUL, not beginning "
            "with pg_, and neither 'public' nor 'none'."
        )


def quoted(name: str) -> str:
    """The name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
