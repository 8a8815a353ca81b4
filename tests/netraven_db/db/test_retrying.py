"""What is done again, and what never is."""

from collections.abc import Callable

import pytest

from netraven_db.db import retrying
from netraven_db.db.retrying import TRIES, read_again, write_again
from netraven_db.errors import (
    ConnectionLostError,
    DatabaseUnavailableError,
    NetRavenError,
    OutputError,
    QueryError,
    UnknownCommitError,
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two tries."""
    monkeypatch.setattr(retrying, "_PAUSE", 0.0)


def refused(code: str | None, kind: type[NetRavenError] = QueryError) -> NetRavenError:
    error = kind("No.")
    error.sqlstate = code
    return error


def failing(*errors: NetRavenError) -> Callable[[], object]:
    """Work that fails so, and then gives 7; ``work.begun`` counts."""
    left = list(errors)

    async def work() -> int:
        work.begun += 1  # type: ignore[attr-defined]
        if left:
            raise left.pop(0)
        return 7

    work.begun = 0  # type: ignore[attr-defined]
    return work


AGAIN = ["40001", "40P01", "57P01", "57P02", "57P03", "53300", "08006", "08003"]
NEVER = ["57014", "42501", "25006", "22012", "42P01", None]


@pytest.mark.parametrize("code", AGAIN)
async def test_reads_begin_anew(code: str) -> None:
    """Where another transaction came between, or the server went or has no place."""
    assert await read_again(failing(refused(code))) == 7


@pytest.mark.parametrize("code", NEVER)
async def test_reads_that_would_fail_again_do_not(code: str | None) -> None:
    """Timeouts, missing rights, writes, data: the answer would be the same."""
    work = failing(refused(code))
    with pytest.raises(QueryError):
        await read_again(work)
    assert work.begun == 1


async def test_reads_begin_anew_after_a_lost_socket() -> None:
    """Whether or not the server could say why."""
    assert await read_again(failing(ConnectionLostError(""), refused("57P01", ConnectionLostError))) == 7


async def test_the_tries_have_an_end_and_are_told() -> None:
    """A statement that brings the server down is not sent over and over."""
    work = failing(*(ConnectionLostError("Lost.") for _ in range(9)))
    with pytest.raises(ConnectionLostError, match=rf"^Lost\. It was tried {TRIES} times\.$"):
        await read_again(work)
    assert work.begun == TRIES


async def test_who_never_reached_a_server_is_told_at_once() -> None:
    """The address is wrong, most likely."""
    work = failing(DatabaseUnavailableError(""))
    with pytest.raises(DatabaseUnavailableError):
        await read_again(work)
    assert work.begun == 1


async def test_who_reached_it_waits_for_its_return() -> None:
    """Refused connections are no tries: the server starts again."""
    away = [DatabaseUnavailableError("") for _ in range(5)]
    assert (
        await read_again(failing(ConnectionLostError(""), *away, refused("57P03", DatabaseUnavailableError)))
        == 7
    )


async def test_the_wait_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not come back is told as such."""
    monkeypatch.setattr(retrying, "PATIENCE", -1.0)
    with pytest.raises(ConnectionLostError):
        await read_again(failing(ConnectionLostError("")))


@pytest.mark.parametrize("code", ["40001", "40P01"])
async def test_writes_begin_anew_where_they_were_rolled_back(code: str) -> None:
    """The server says so itself."""
    assert await write_again(failing(refused(code))) == 7


@pytest.mark.parametrize(
    "error",
    [ConnectionLostError(""), refused("57P01", ConnectionLostError), refused("53300"), OutputError("")],
)
async def test_other_writes_do_not(error: NetRavenError) -> None:
    """Nobody knows what became of them."""
    work = failing(error)
    with pytest.raises(type(error)):
        await write_again(work)
    assert work.begun == 1


async def test_an_unknown_commit_is_never_repeated() -> None:
    """It may have happened."""
    for again in (read_again, write_again):
        work = failing(refused("08006", UnknownCommitError))
        with pytest.raises(UnknownCommitError):
            await again(work)
        assert work.begun == 1
