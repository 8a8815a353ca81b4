"""How the server means to answer a query, as a person reads it."""

from typing import Any

import pytest
from sqlalchemy import Select, select, text

from netraven_analytics import explain, failure_rates
from netraven_db.db.models import Device, Job
from netraven_db.db.session import get_db
from netraven_db.errors import ParameterError, QueryError


async def test_each_step_says_what_and_how_much(empty_database: str) -> None:
    """Steps are indented below what reads them, and a table that is read whole is named first."""
    async with get_db() as db:
        for way in ("indexscan", "indexonlyscan", "bitmapscan"):  # which it may prefer
            await db.execute(text(f"set local enable_{way} = off"))
        query = select(Device.hostname).join(Device.jobs).where(Job.status == "failed")
        plan = await explain(query, db)
    assert plan.milliseconds is None
    assert [step.depth for step in plan.steps()][:2] == [0, 1]
    assert plan.steps()[0].actual_rows is None
    first, *rest = str(plan).split("\n")
    assert sorted(plan.read_whole) == ["devices", "jobs"]
    assert first == f"{len(rest)} steps; reads all of {', '.join(plan.read_whole)}"
    assert any("on jobs" in line and "about" in line and "row" in line for line in rest)


async def test_analyze_runs_it(empty_database: str) -> None:
    """Then the rows that there were stand beside those that were expected, and the time is known."""
    plan = await explain("select * from generate_series(1, 5) n where n > :least", analyze=True, least=2)
    (step,) = plan.steps()
    assert (step.actual_rows, step.share) == (3, 1.0)
    assert plan.milliseconds is not None
    assert str(plan).startswith("1 step, took ")
    assert "3 rows, " in str(plan)


@pytest.mark.parametrize("analyze", [False, True])
@pytest.mark.parametrize(
    "query",
    [failure_rates.statement(by="tag:location"), "select * from generate_series(1, 100000) limit 1"],
    ids=["report", "limit"],
)
async def test_shares_are_of_the_whole(empty_database: str, query: str | Select[Any], analyze: bool) -> None:
    """Each step's own part, together all of it, also below a LIMIT, which leaves most of a step undone."""
    shares = [step.share for step in (await explain(query, analyze=analyze)).steps()]
    assert all(0 <= share <= 1 for share in shares)
    assert sum(shares) == pytest.approx(1)


async def test_a_query_that_writes_writes_only_when_analyzed_in_a_session_of_ones_own(
    empty_database: str,
) -> None:
    """Without a session it is read-only."""
    query = "insert into tags (name) values ('x')"
    assert "ModifyTable" in str(await explain(query))
    with pytest.raises(QueryError, match="read-only"):
        await explain(query, analyze=True)
    async with get_db() as db:
        assert (await explain(query, db, analyze=True)).milliseconds is not None
        await db.rollback()


async def test_a_notebook_shows_a_table(empty_database: str) -> None:
    """What stands in the query is text there, whatever it says."""
    plan = await explain("select * from devices where hostname = :name", name="<b>$x$</b>")
    html = plan._repr_html_()
    assert html.count("<tr>") == len(plan.steps()) + 1
    assert "&lt;b&gt;" in html
    assert "<b>$" not in html


async def test_mistakes_are_told(empty_database: str) -> None:
    """As everywhere."""
    with pytest.raises(QueryError, match="syntax error"):
        await explain("selec 1")
    with pytest.raises(ParameterError, match="no value for :x"):
        await explain("select :x")
    with pytest.raises(ParameterError, match="holds its values already"):
        await explain(select(Device), x=1)
