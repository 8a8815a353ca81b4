"""Ad-hoc SQL: which colons are parameters, and how values are sent."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from netraven_analytics import sql
from netraven_analytics.adhoc import as_text_clause
from netraven_db.db.models import Device
from netraven_db.errors import ParameterError
from tests.conftest import MakeDatabase
from tests.netraven_analytics.spec import store

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)

# What texts are made of: all that begins or ends something in SQL, and what looks like a parameter.
SIGNS = """:value : :: :1 ' " \\ $ $$ $t$ /* */ -- % %s é E x"""
PIECES = [*SIGNS.split(), " ", "\t", "\n"]


def texts(without: str = "") -> st.SearchStrategy[str]:
    """Texts of a few pieces that hold none of these characters."""
    pieces = [piece for piece in PIECES if not set(piece) & set(without)]
    return st.lists(st.sampled_from(pieces), max_size=6).map("".join)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str) -> str:
    return "E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def in_dollars(tag: str, text: str) -> str | None:
    """The dollar-quoted text, unless the text would end it early."""
    edge = f"${tag}$"
    return f"{edge}{text}{edge}" if (text + edge).index(edge) == len(text) else None


literals = st.one_of(
    texts().map(lambda text: (quoted(text), text)),
    texts().map(lambda text: (escaped(text), text)),
    st.tuples(st.sampled_from(["", "t", "_1", "été"]), texts())
    .map(lambda pair: (in_dollars(*pair), pair[1]))
    .filter(lambda pair: pair[0] is not None),
)
names = texts().map(lambda text: f"n{text}"[:30])
comments = st.one_of(
    st.just(" "),
    texts(without="\n").map(lambda text: f" --{text}\n"),
    st.recursive(
        texts(without="*/"),
        lambda inner: st.tuples(texts(without="*/"), inner, texts(without="*/")).map(
            lambda parts: f"{parts[0]}/*{parts[1]}*/{parts[2]}"
        ),
        max_leaves=4,
    ).map(lambda text: f"/*{text}*/"),
)
# (a query with one mark for the parameter, the name of its first column, that column's value)
queries = st.tuples(literals, names, comments, comments).map(
    lambda parts: (
        f"select{parts[2]}{parts[0][0]} as {quoted_name(parts[1])}{parts[3]}, PARAMETER as given"
        f"{parts[2]}, current_query() as arrived",
        parts[1],
        parts[0][1],
    )
)


def quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def compiled(query: str, **parameters: Any) -> str:
    return str(as_text_clause(query, parameters).compile(dialect=postgresql.asyncpg.dialect()))


@given(queries)
def test_only_the_parameter_is_replaced(case: tuple[str, str, Any]) -> None:
    """Whatever literals, names and comments hold, the query stays as it is but for its one parameter."""
    query, _, _ = case
    assert compiled(query.replace("PARAMETER", ":value"), value="v") == query.replace(
        "PARAMETER", "$1::VARCHAR"
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries)
async def test_the_server_reads_what_was_written(seen: None, case: tuple[str, str, Any]) -> None:
    """The server gets the very text of the query, and agrees on where each literal and name ends."""
    query, name, value = case
    table = await sql(query.replace("PARAMETER", ":value"), value="v")
    assert list(table.columns) == [name, "given", "arrived"]
    assert table.iloc[0, 0] == value
    assert table.loc[0, "given"] == "v"
    assert all(part in table.loc[0, "arrived"] for part in query.split("PARAMETER"))


@pytest.mark.parametrize(
    "query",
    [
        "select ':x'",
        "select E'it\\':x'",
        "select e'\\\\', ':x'",
        'select 1 as ":x"',
        "select $$:x$$",
        "select $tag$ $$ :x $tag$",
        "select $é$ :x $é$",
        "select 1 -- :x",
        "select 1 -- ' \n, ':x'",
        "select 1 -- :x\r, 2",
        "select /* :x */ 1",
        "select /* /* /* */ :x */ :x */ 1",
        "select date'2020-01-01', 'a' like'\\', ':x'",
        "select '1'::int, 1::text, '{1}'::int[]",
        "select (array[1,2,3])[1:2], (array[1,2,3])[:2], (array[1,2,3])[2:]",
        "select time '12:30:00', '12:30'",
        "select 'a' || ':x' || $$'$$ || ':x'",
        "select /* :x",
        r"select '\:x', '\\:x'",
    ],
)
def test_these_have_no_parameter(query: str) -> None:
    """A colon in a literal, name, comment, cast or slice is only a colon, and nothing is added."""
    assert compiled(query) == query


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select :x", "select $1::INTEGER"),
        ("select 1 where 1=:x", "select 1 where 1=$1::INTEGER"),
        ("select (:x)", "select ($1::INTEGER)"),
        ("select :x::text", "select $1::INTEGER::text"),
        ("select ':x', :x, \":x\"", "select ':x', $1::INTEGER, \":x\""),
        ("select (array[1,2])[:x]", "select (array[1,2])[$1::INTEGER]"),
        ("select a$b$ :x $b$", "select a$b$ $1::INTEGER $b$"),
        ("select /* it's */ :x", "select /* it's */ $1::INTEGER"),
        ("select 1 -- it's\n+ :x", "select 1 -- it's\n+ $1::INTEGER"),
        ("select /**/ :x /**/", "select /**/ $1::INTEGER /**/"),
        ("select /*/ :y */ :x", "select /*/ :y */ $1::INTEGER"),
    ],
)
def test_these_have_one(query: str, expected: str) -> None:
    """A name after a colon anywhere else is a parameter, before a cast and after what only looks open too."""
    assert compiled(query, x=1) == expected


@pytest.mark.parametrize("query", ["", "  \n\t"])
def test_an_empty_query_is_refused(query: str) -> None:
    """No text is no query."""
    with pytest.raises(ParameterError, match="empty: write a SELECT"):
        as_text_clause(query, {})


def test_names_must_match() -> None:
    """The message lists each parameter without a value and each value without a parameter, at once."""
    with pytest.raises(
        ParameterError, match=r"no value for :a, no value for :b, no :y in the query, no :z in"
    ):
        as_text_clause("select :b, :a, :c, ':y'", {"c": 1, "z": 1, "y": 1})


def test_a_refusal_holds_no_value() -> None:
    """What a parameter holds is not in the message about its name."""
    with pytest.raises(ParameterError) as told:
        as_text_clause("select 1", {"password": "s3cret"})
    assert "s3cret" not in str(told.value)


@pytest.fixture(scope="module")
def filled(create_database: MakeDatabase, migrated_template: str) -> str:
    """One database for all: devices seen an hour before noon, at noon, an hour after it, and never."""
    hour = timedelta(hours=1)
    moments = {"before": NOON - hour, "at": NOON, "after": NOON + hour, "never": None}
    url = create_database(migrated_template)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETRAVEN_DATABASE_URL", url)
        devices = (Device(hostname=name, ip_address=name, last_seen=at) for name, at in moments.items())
        asyncio.run(store(*devices))
    return url


@pytest.fixture
def seen(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", filled)


@pytest.mark.parametrize(
    "moment",
    [
        NOON,
        NOON.replace(tzinfo=None),
        NOON.astimezone(ZoneInfo("America/Sao_Paulo")),
        pd.Timestamp(NOON),
        pd.Timestamp("2026-07-01 14:00", tz="Europe/Berlin"),
    ],
    ids=["aware", "naive", "elsewhere", "pandas", "pandas elsewhere"],
)
async def test_a_time_is_the_same_instant_in_every_form(seen: None, moment: datetime) -> None:
    """Aware times are converted to UTC, naive ones are taken as UTC, alone and in lists."""
    earlier = await sql("select hostname from devices where last_seen < :t", t=moment)
    assert list(earlier["hostname"]) == ["before"]
    same = await sql(
        "select hostname from devices where last_seen in :t", t=[moment, NOON + timedelta(days=1)]
    )
    assert list(same["hostname"]) == ["at"]


async def test_no_time_is_null(seen: None) -> None:
    """None and pandas' NaT are sent as NULL."""
    for nothing in (None, pd.NaT):
        table = await sql("select count(*) n from devices where last_seen = :t", t=nothing)
        assert table.loc[0, "n"] == 0


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["at", "never"], ["at", "never"]),
        (("at",), ["at"]),
        ({"at"}, ["at"]),
        (frozenset({"at"}), ["at"]),
        ([], []),
        (["'; drop table devices --", "at"], ["at"]),
    ],
)
async def test_a_list_goes_with_in(seen: None, chosen: Any, expected: list[str]) -> None:
    """``in :names`` takes any collection, the empty one too."""
    table = await sql("select hostname from devices where hostname in :names order by 1", names=chosen)
    assert list(table["hostname"]) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (2**40, "bigint"),
        (7, "integer"),
        (1.5, "double precision"),
        (True, "boolean"),
        ("text", "character varying"),
        (date(2026, 7, 1), "date"),
        (timedelta(minutes=5), "interval"),
        (NOON, "timestamp without time zone"),
    ],
)
async def test_a_value_is_sent_as_its_own_type(seen: None, value: Any, kind: str) -> None:
    """The server sees a value of the SQL type that fits its Python type."""
    table = await sql("select pg_typeof(:value)::text as kind", value=value)
    assert table.loc[0, "kind"] == kind


async def test_an_empty_list_holds_nothing(seen: None) -> None:
    """``in`` an empty list is never true and ``not in`` one always, whatever the column's type."""
    for column in ("hostname", "id", "last_seen"):
        inside = await sql(f"select hostname from devices where {column} in :l", l=[])
        outside = await sql(
            f"select hostname from devices where {column} not in :l and 'x' <> ' in :l'", l=[]
        )
        assert (len(inside), len(outside)) == (0, 4)


async def test_a_value_is_never_part_of_the_query(seen: None) -> None:
    """Text in a parameter comes back as it is, quotes, colons, percent and dollar signs included."""
    hostile = "'; drop table devices; -- :x $1 %s \\ \" $$"
    table = await sql("select :value as same", value=hostile)
    assert table.loc[0, "same"] == hostile


async def test_the_words_of_the_call_are_free_for_parameters(seen: None) -> None:
    """Parameters may be called query and db."""
    table = await sql("select :query as a, :db as b", query=1, db=2)
    assert tuple(table.loc[0]) == (1, 2)
