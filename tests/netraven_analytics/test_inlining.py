"""Statements with their values inside: what was compiled is used again, and each has its own values."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Executable, bindparam, func, literal, select, text, types
from sqlalchemy.dialects.postgresql import asyncpg

from netraven_analytics import inlining
from netraven_analytics.inlining import inlined
from netraven_analytics.literals import NotLiteralError
from netraven_analytics.reports import failure_rates
from netraven_db.db.models import Device, Job

DIALECT = asyncpg.dialect()
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every statement that is compiled from here on, with nothing kept from before."""
    seen: list[Any] = []

    class Counting(inlining._Marking):
        def __init__(self, dialect: Any, statement: Any, *rest: Any) -> None:
            seen.append(statement)
            super().__init__(dialect, statement, *rest)

    monkeypatch.setattr(inlining, "_Marking", Counting)
    inlining._compiled.clear()
    return seen


def same_as_compiled_anew(statement: Executable) -> str:
    """The statement's text, which is the one that it has when nothing was kept."""
    found = inlined(statement, DIALECT)
    inlining._compiled.clear()
    assert repr(found) == repr(inlined(statement, DIALECT))
    return found.sql


@pytest.mark.parametrize(
    "make",
    [
        lambda x: select(Device.id).where(Device.hostname == f"it's {x}"),
        lambda x: select(Job.id).where(Job.started_at >= NOON + timedelta(days=x)).limit(x),
        lambda x: select(literal(x, types.Integer), func.coalesce(Device.id, x)).order_by(Device.id),
        lambda x: select(bindparam("x", type_=types.Integer)).params(x=x),
        lambda x: select(bindparam("x", None if x % 2 else x, types.Integer)),
        lambda x: text("select :x").bindparams(x=x),
    ],
)
def test_another_value_needs_no_compiling(make: Callable[[int], Executable], compilations: list[Any]) -> None:
    """Statements that differ in values alone are compiled once, and each has its own values."""
    texts = [inlined(make(number), DIALECT).sql for number in range(1, 5)]
    assert len(compilations) == 1
    assert texts == [same_as_compiled_anew(make(number)) for number in range(1, 5)]


def test_a_report_of_another_window_needs_no_compiling(compilations: list[Any]) -> None:
    """Asked for another month, by another time zone, a report is not compiled again.

    Compiling a fact for the first time makes its cache key another one: only then is it compiled twice.
    """
    for month, tz in ((8, "UTC"), (9, "UTC"), (10, "Europe/Berlin"), (11, "Africa/Cairo")):
        inlined(failure_rates.statement(since=NOON.replace(month=month), by="week", tz=tz), DIALECT)
    assert len(compilations) <= 2


@pytest.mark.parametrize("values", [[1], [1, 2], [], [2, 1], [1.0], [True]])
def test_lists_are_their_own(values: list[Any], compilations: list[Any]) -> None:
    """An IN of other values is never answered with those of the one before, however equal they are."""
    inlined(select(Device.id).where(Device.id.in_([1])), DIALECT)
    asked = select(Device.id).where(Device.id.in_(values))
    kept, anew = [], []
    for into in (kept, anew):
        try:
            into.append(inlined(asked, DIALECT))
        except NotLiteralError:
            into.append(None)
        inlining._compiled.clear()
    assert kept == anew


def test_two_parameters_of_one_name_are_told_apart() -> None:
    """Where names do not tell which value belongs where, nothing is kept."""
    for first, second in ((1, 2), (3, 4)):
        named = [
            text(f"{column} = :x").bindparams(x=value) for column, value in (("a", first), ("b", second))
        ]
        sql = same_as_compiled_anew(select(text("*")).where(*named))
        assert f"a = '{first}'" in sql
        assert f"b = '{second}'" in sql


def test_a_parameter_that_lost_its_value_is_refused() -> None:
    """A value that was there the first time is not used for a statement that has none."""
    statement = select(bindparam("x", type_=types.Integer, required=True))
    assert "'7'" in inlined(statement.params(x=7), DIALECT).sql
    with pytest.raises(NotLiteralError):
        inlined(statement, DIALECT)


def test_long_statements_are_not_kept() -> None:
    """A list of a million values would stay in memory."""
    inlining._compiled.clear()
    inlined(select(Device.id).where(Device.id.in_(range(50_000))), DIALECT)
    assert not len(inlining._compiled)
