"""Who may read what, in a shell."""

import asyncio
import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from netraven_db.db.connection import connect
from netraven_db.settings import parse_url
from tests.netraven_analytics.cli.process import Run


@pytest.fixture
def role(empty_database: str) -> Iterator[str]:
    """A name that no role has, nor has it with _user behind it; both are dropped."""
    name = f"test_{uuid4().hex[:12]}"
    yield name
    asyncio.run(_drop(empty_database, name, f"{name}_user"))


async def _drop(url: str, *names: str) -> None:
    connection = await connect(url)
    for name in names:
        if await connection.fetchval("select to_regrole($1) is not null", name):
            await connection.execute(f"drop owned by {name}; drop role {name}")
    await connection.close()


def test_from_a_new_role_to_a_safe_user(run: Run, empty_database: str, role: str) -> None:
    """The SQL that was run is the data; what is left to know stands beside it; the doctor then agrees."""
    done = run("db", "grant-reporting", role, "--to", f"{role}_user")
    assert done.returncode == 0
    assert f'CREATE ROLE "{role}" NOLOGIN;\n' in done.stdout
    assert "password" not in done.stdout
    assert "Note: The user" in done.stderr
    assert "Warning, temporary tables: database" in done.stderr
    again = run("db", "grant-reporting", role, "--to", f"{role}_user", "--json")
    assert json.loads(again.stdout) == {"statements": [], "notes": [], "safe": True}
    assert "Nothing was left to do." in again.stderr
    user = parse_url(empty_database).set(username=f"{role}_user").render_as_string(hide_password=False)
    found = run("db", "doctor", "--json", NETRAVEN_DATABASE_URL=user)
    assert found.returncode == 0
    document = json.loads(found.stdout)
    assert (document["user"], document["safe"]) == (f"{role}_user", True)
    assert {check["verdict"] for check in document["checks"]} == {"ok", "warning"}


def test_a_superuser_is_not_safe(run: Run) -> None:
    """In one table, one sentence and the exit code."""
    done = run("db", "doctor")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "check,verdict,found"
    assert done.stdout.splitlines()[1].startswith("superuser,unsafe,")
    assert "is not safe to report with: postgresql://" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["pg_x"], 2, "'pg_x' cannot be a role's name"),
        (["x\x1b[31m" + "y" * 70], 2, "\\x1b[31m"),
        (["a", "--to", "a"], 2, "The role and the user are the same"),
        ([], 2, "Missing argument 'ROLE'"),
    ],
)
def test_mistakes_are_one_sentence(run: Run, arguments: list[str], code: int, sentence: str) -> None:
    """Without a traceback, and nothing is made."""
    done = run("db", "grant-reporting", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
