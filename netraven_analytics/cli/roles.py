"""``db grant-reporting`` and ``db doctor``: who may read what."""

import sys
from typing import TYPE_CHECKING

import click

from netraven_analytics.cli.console import out, print_json, print_wrapped, run, say
from netraven_db.settings import Settings, describe_url

if TYPE_CHECKING:
    from netraven_db.roles import Examination, Granted, Verdict

_SHOWN = 3  # things found, in a cell

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("grant-reporting")
@click.argument("role")
@click.option("--to", metavar="USER", help="A user who logs in to read reports; made if there is none.")
@click.option("--harden", is_flag=True, help="Take from everybody what a reader does not need.")
@_as_json
def grant_reporting(role: str, to: str | None, harden: bool, as_json: bool) -> None:
    """Make or repair ROLE: it may read the columns that reports need, and nothing else.

    Run it as the owner of NetRaven's tables who may create roles, or as a superuser. What ROLE and USER have
    beyond that in this database, and their memberships, are taken away: name a USER who does nothing else.
    Read-only transactions and time-outs are set on USER (or on ROLE, if it can log in). --harden takes
    temporary tables, large objects and new tables from PUBLIC, through which every user has them; the owner
    of NetRaven's tables keeps what he needs. The SQL that was run is printed.

    \b
    netraven-analytics db grant-reporting reporting --to grafana --harden
    """
    granted, found = run(_grant(role, to, harden))
    if as_json:
        print_json({"statements": granted.statements, "notes": granted.notes, "safe": found.is_safe})
    else:
        out("".join(f"{statement};\n" for statement in granted.statements))
    if not granted.statements:
        say("Nothing was left to do.")
    for note in granted.notes:
        say(f"Note: {note}")
    for verdict in found.problems:
        say(f"{verdict.severity.capitalize()}, {verdict.check}: {_told(verdict)}")


async def _grant(role: str, to: str | None, harden: bool) -> "tuple[Granted, Examination]":
    from netraven_analytics.wire.told import told
    from netraven_db.db.session import get_db
    from netraven_db.roles import examine_role, grant_reporting

    async with get_db() as db, told(db):
        granted = await grant_reporting(db, role, to=to, harden=harden)
        return granted, await examine_role(db, to or role)


@click.command()
@_as_json
def doctor(as_json: bool) -> None:
    """Say whether this user is safe to report with; exit 1 if not.

    Unsafe is who could read a password, write, or become somebody who can, and who may execute a function
    that runs as such a one: what it does cannot be known from outside. A warning is what should be looked
    at: nobody can decide from here whether a table that no report needs is a copy of the passwords.
    """
    found = run(_examine())
    if as_json:
        print_json(_as_document(found))
    else:
        print_wrapped(
            ["check", "verdict", "found"],
            [[v.check, v.severity, _told(v)] for v in found.verdicts],
        )
        place = describe_url(Settings.from_environment().database_url)
        say(f"{found.user} is {'safe' if found.is_safe else 'not safe'} to report with: {place}")
    if not found.is_safe:
        sys.exit(1)


async def _examine() -> "Examination":
    from netraven_analytics.frames import reading
    from netraven_analytics.wire.told import told
    from netraven_db.roles import examine_user

    async with reading(None) as db, told(db):
        return await examine_user(db)


def _as_document(found: "Examination") -> dict[str, object]:
    return {
        "user": found.user,
        "safe": found.is_safe,
        "checks": [
            {"check": v.check, "verdict": v.severity, "found": list(v.found), "advice": v.advice}
            for v in found.verdicts
        ],
    }


def _told(verdict: "Verdict") -> str:
    """What was found, the first of it, and what to do."""
    found = verdict.found
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{', '.join(found[:_SHOWN])}{more}. {verdict.advice}" if found else ""
