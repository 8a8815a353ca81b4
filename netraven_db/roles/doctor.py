"""Whether a user is safe to report with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_db.roles.checks import CHECKS, OF_SESSION, SUPERUSER, Check
from netraven_db.roles.place import require_tables, wanted_columns
from netraven_db.roles.statements import LIMITS

Severity = Literal["ok", "warning", "unsafe"]


@dataclass(frozen=True)
class Verdict:
    """What one check says: ``found`` is empty where it is ok, else ``advice`` says what to do."""

    check: str
    severity: Severity
    found: tuple[str, ...] = ()
    advice: str = ""


@dataclass(frozen=True)
class Examination:
    """All checks of one user."""

    user: str
    verdicts: tuple[Verdict, ...]

    @property
    def problems(self) -> tuple[Verdict, ...]:
        """The checks that found something."""
        return tuple(verdict for verdict in self.verdicts if verdict.found)

    @property
    def is_safe(self) -> bool:
        """Warnings leave a user safe."""
        return all(verdict.severity != "unsafe" for verdict in self.verdicts)


async def examine_user(db: AsyncSession) -> Examination:
    """Judge the session's user, in the role it runs as and in the one that logged in.

    Raises:
        SchemaError: there are no NetRaven tables.
    """
    current, login = (await db.execute(text("select current_user::text, session_user::text"))).one()
    return await _examine(db, current, [current, login], OF_SESSION)


async def examine_role(db: AsyncSession, name: str) -> Examination:
    """Judge another role, by its rights; the limits of its sessions are not looked at.

    Raises:
        SchemaError: there are no NetRaven tables.
    """
    return await _examine(db, name, [name], CHECKS)


async def _examine(db: AsyncSession, user: str, who: list[str], checks: Sequence[Check]) -> Examination:
    await require_tables(db)
    first = await _verdict(db, SUPERUSER, who)
    if first.found:
        return Examination(user, (first,))
    return Examination(user, (first, *[await _verdict(db, check, who) for check in checks]))


async def _verdict(db: AsyncSession, check: Check, who: list[str]) -> Verdict:
    asked = text(check.sql)
    values = {"who": who, "wanted": wanted_columns(), "limits": list(LIMITS)}
    found = tuple(await db.scalars(asked, {name: values[name] for name in asked.compile().params}))
    if not found:
        return Verdict(check.name, "ok")
    return Verdict(check.name, "warning" if check.mild else "unsafe", found, check.advice)
