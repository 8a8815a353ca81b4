"""What each SQL type becomes in a frame."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import types

from netraven_analytics import sql
from netraven_analytics.dtypes import INSTANT, dtype_of, series
from netraven_db.db.base import UTCDateTime
from tests.conftest import MakeDatabase

# (an SQL value, its dtype, what the frame holds)
TYPES: list[tuple[str, str, Any]] = [
    ("7::smallint", "Int64", 7),
    ("7::integer", "Int64", 7),
    ("9007199254740993::bigint", "Int64", 9007199254740993),  # no float64 holds it
    ("7::oid", "Int64", 7),
    ("true", "boolean", True),
    ("1.5::real", "float64", 1.5),
    ("0.1::double precision", "float64", 0.1),
    ("1.10::numeric", "object", Decimal("1.10")),
    ("'a'::text", "str", "a"),
    ("'a'::varchar(5)", "str", "a"),
    ("'a'::char(3)", "str", "a  "),
    ("'a'::name", "str", "a"),
    ("''::text", "str", ""),
    ("date '2026-07-01'", "datetime64[us]", pd.Timestamp("2026-07-01")),
    ("timestamp '2026-07-01 12:00:00.123456'", "datetime64[us]", pd.Timestamp("2026-07-01 12:00:00.123456")),
    (
        "timestamptz '2026-07-01 12:00:00.123456+02'",
        INSTANT,
        pd.Timestamp("2026-07-01 10:00:00.123456", tz="UTC"),
    ),
    ("interval '1 day 00:00:00.000001'", "timedelta64[us]", pd.Timedelta(days=1, microseconds=1)),
    ("""'{"a": [1, null]}'::json""", "object", {"a": [1, None]}),
    ("""'{"a": [1, null]}'::jsonb""", "object", {"a": [1, None]}),
    ("""'"1"'::jsonb""", "object", "1"),
    ("""'"text"'::json""", "object", "text"),
    ("'192.0.2.1'::inet", "object", "192.0.2.1"),
    ("'00000000-0000-0000-0000-000000000001'::uuid", "object", UUID(int=1)),
    ("array[1, 2]", "object", [1, 2]),
    ("'\\x01'::bytea", "object", b"\x01"),
]
IDS = [value for value, _, _ in TYPES]


@pytest.fixture(scope="module")
def any_database(create_database: MakeDatabase) -> str:
    """One database for all that only asks for values."""
    return create_database()


@pytest.fixture(autouse=True)
def use_it(any_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", any_database)


@pytest.mark.parametrize(("value", "dtype", "expected"), TYPES, ids=IDS)
async def test_a_type_has_one_dtype(value: str, dtype: str, expected: Any) -> None:
    """The dtype follows the SQL type alone: a full, an all-NULL and an empty column have the same."""
    full = await sql(f"select {value} as x")
    mixed = await sql(f"select case n when 1 then {value} end as x from generate_series(1, 2) n")
    nothing = await sql(f"select case n when 2 then {value} end as x from generate_series(1, 1) n")
    empty = await sql(f"select {value} as x where false")
    assert [str(table["x"].dtype) for table in (full, mixed, nothing, empty)] == [dtype] * 4
    assert full.loc[0, "x"] == expected
    assert mixed.loc[0, "x"] == expected
    assert mixed["x"].isna().tolist() == [False, True]
    assert nothing["x"].isna().tolist() == [True]
    assert len(empty) == 0


async def test_an_empty_text_is_not_null() -> None:
    """'' is a text of no characters, NULL is missing."""
    table = await sql("select * from (values (''), (null)) v(x)")
    assert table["x"].isna().tolist() == [False, True]
    assert table.loc[0, "x"] == ""


async def test_json_null_is_missing_like_null() -> None:
    """JSON's null and the database's are both None."""
    table = await sql("select * from (values ('null'::json), (null)) v(x)")
    assert table["x"].tolist() == [None, None]


async def test_the_largest_integers_are_exact() -> None:
    """A NULL beside it does not make a float of a bigint."""
    table = await sql("select * from (values (9223372036854775807), (null), (-9223372036854775808)) v(x)")
    assert table["x"].tolist() == [2**63 - 1, pd.NA, -(2**63)]


async def test_numbers_that_are_none_are_kept() -> None:
    """NaN and infinity of a float stay what they are, and of a numeric too."""
    table = await sql("select 'nan'::float8 a, '-infinity'::float8 b, 'nan'::numeric c")
    assert table["a"].isna().all()
    assert table.loc[0, "b"] == float("-inf")
    assert table.loc[0, "c"].is_nan()


@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "date"])
async def test_infinity_is_the_edge_of_time(kind: str) -> None:
    """An infinite time is the first or last that Python knows, and keeps its dtype."""
    table = await sql(f"select 'infinity'::{kind} a, '-infinity'::{kind} b")
    assert (table.loc[0, "a"].year, table.loc[0, "b"].year) == (9999, 1)
    assert table["a"].dtype == (INSTANT if kind == "timestamptz" else "datetime64[us]")


def test_a_declared_instant_is_aware() -> None:
    """A TIMESTAMP that the models declare as an instant becomes UTC, full or empty."""
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    for values in ([moment, None], [None], []):
        assert str(series(values, 1114, UTCDateTime()).dtype) == INSTANT
    assert series([moment], 1114, UTCDateTime())[0] == moment


def test_a_type_without_a_dtype_stays_python() -> None:
    """Values of a type that pandas has no word for are kept as objects, unchanged."""
    column = series([(1, 2), None], 600)
    assert (str(column.dtype), column.tolist()) == ("object", [(1, 2), None])


@pytest.mark.parametrize(
    ("declared", "dtype"),
    [
        (UTCDateTime(), INSTANT),
        (UTCDateTime(timezone=True), INSTANT),
        (types.Boolean(), "boolean"),
        (types.BigInteger(), "Int64"),
        (types.Float(), "float64"),
        (types.Text(), "str"),
        (types.Interval(), "timedelta64[us]"),
        (types.Date(), "datetime64[us]"),
        (types.JSON(), "object"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_declared_type_has_the_dtype_of_the_servers(declared: types.TypeEngine[Any], dtype: str) -> None:
    """Columns that are computed in Python have the dtypes that the server's would have."""
    assert dtype_of(declared) == dtype
    assert str(pd.Series([], dtype=dtype).dtype) == dtype


def test_a_microsecond_survives() -> None:
    """Neither instants nor durations are rounded."""
    moment = datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=UTC)
    assert series([moment], 1184)[0].microsecond == 1
    assert series([timedelta(microseconds=1)], 1186)[0] == pd.Timedelta(microseconds=1)
