"""Values written into a statement mean to the server what the driver's parameters mean."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, func, literal, select, text, tuple_, types
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frame
from netraven_analytics.frames import _executed
from netraven_analytics.inlining import inlined
from netraven_analytics.literals import NotLiteralError, quoted
from netraven_db.db.base import UTCDateTime
from netraven_db.db.connection import make_engine
from netraven_db.db.models import Device, Job
from netraven_db.db.session import frozen_session, get_db
from netraven_db.errors import QueryError
from tests.conftest import MakeDatabase
from tests.netraven_analytics.spec import device, store

DIALECT = make_engine("postgresql://nowhere/none").sync_engine.dialect
AWARE = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
NAIVE = datetime(2026, 7, 1, 12, 0, 0, 1)  # noqa: DTZ001
TEXTS = [
    "$9$",
    "$1",
    "'",
    "''; select 1; --",
    "%s %(x)s",
    ":x \\:x",
    "\\",
    "\\'",
    "\n\t\r",
    "🙂",
    "",
    "{}",
    "\x01",
]
VALUES: list[tuple[Any, Any]] = [
    *((value, types.Text()) for value in TEXTS),
    *((value, types.Integer()) for value in (0, -1, 2**31 - 1, -(2**31))),
    *((value, types.BigInteger()) for value in (2**63 - 1, -(2**63))),
    *(
        (value, types.Float())
        for value in (0.1, -0.0, 5e-324, 1e308, float("inf"), float("-inf"), float("nan"))
    ),
    *(
        (Decimal(value), types.Numeric())
        for value in ("1.10", "-0.000", "1E+5", "NaN", "12345678901234567890.1")
    ),
    (True, types.Boolean()),
    (NAIVE, types.DateTime()),
    (datetime.max, types.DateTime()),  # noqa: DTZ901
    (datetime.min, types.DateTime()),  # noqa: DTZ901
    (AWARE, types.DateTime(timezone=True)),
    (AWARE, UTCDateTime()),
    (AWARE, UTCDateTime(timezone=True)),
    (NAIVE, UTCDateTime()),
    (date(2026, 7, 1), types.Date()),
    (date.max, types.Date()),
    (time(1, 2, 3, 4), types.Time()),
    (timedelta(days=-1, microseconds=1), types.Interval()),
    (timedelta(days=400, seconds=-5), types.Interval()),
    (UUID(int=1), types.Uuid()),
    (b"\x00\xff'\\", types.LargeBinary()),
    ({"a": ["$1", None, 'q"\\']}, types.JSON()),
    ({"a": 1}, pg.JSONB()),
    (None, types.JSON()),
    ([1, None, 3], pg.ARRAY(types.Integer())),
    ([[1, 2], [3, 4]], pg.ARRAY(types.Integer())),
    (["a,b", 'q"', "\\", None, "NULL", ""], pg.ARRAY(types.Text())),
    ([], pg.ARRAY(types.Text())),
    (None, types.Integer()),
    (None, types.DateTime()),
]


@pytest.fixture(scope="module")
def any_database(create_database: MakeDatabase, migrated_template: str) -> str:
    """One database for all that only reads."""
    return create_database(migrated_template)


@pytest.fixture(autouse=True)
def use_it(any_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", any_database)


async def in_text(db: AsyncSession, statement: Any) -> tuple[Any, Any]:
    """What the server understands: by way of parameters, and by way of literals."""
    sent = (await (await db.connection()).execute(statement)).all()
    written = (await (await db.connection()).exec_driver_sql(inlined(statement, DIALECT).sql)).all()
    return sent, written


@pytest.mark.parametrize(("value", "kind"), VALUES, ids=lambda value: repr(value)[:40])
async def test_a_literal_is_the_parameter(value: Any, kind: Any) -> None:
    """Type and value are the same, as the server itself writes them."""
    given_value = literal(value, kind)
    statement = select(func.pg_typeof(given_value).cast(types.Text), given_value.cast(types.Text))
    async with frozen_session() as db:
        sent, written = await in_text(db, statement)
    assert sent == written


@pytest.mark.parametrize("conforming", ["on", "off"])
async def test_backslashes_survive_either_reading(conforming: str) -> None:
    """The old reading of backslashes in strings changes no value."""
    async with get_db() as db:
        await db.execute(text(f"set local standard_conforming_strings = {conforming}"))
        if conforming == "off":
            await db.execute(text("set local escape_string_warning = off"))
        for value in TEXTS:
            assert (await frame(select(literal(value).label("x")), db)).loc[0, "x"] == value


@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    values=st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=200)
)
async def test_no_text_is_changed(any_database: str, values: list[str]) -> None:
    """Any text goes to the server and comes back as it was."""
    columns = [literal(value).label(f"c{place}") for place, value in enumerate([*values, "x"])]
    assert list((await frame(select(*columns))).iloc[0]) == [*values, "x"]


async def test_lists_are_expanded(any_database: str) -> None:
    """IN takes lists of any length, of tuples too, and an empty one matches nothing."""
    async with get_db() as db:
        for number, name in enumerate(("$9$", "b")):
            db.add(Device(hostname=name, ip_address=f"192.0.2.{number}", device_type="t"))
        for condition, expected in (
            (Device.hostname.in_(["$9$", "$1", "%s"]), ["$9$"]),
            (Device.hostname.in_([]), []),
            (Device.hostname.not_in([]), ["$9$", "b"]),
            (tuple_(Device.hostname, Device.device_type).in_([("b", "t")]), ["b"]),
            (Device.hostname == bindparam("x", "b"), ["b"]),
        ):
            found = await frame(select(Device.hostname).where(condition).order_by("hostname"), db)
            assert found["hostname"].tolist() == expected
        await db.rollback()


async def test_parameters_given_later_are_used() -> None:
    """Statement.params() counts, and a parameter without a value is an error."""
    statement = select(bindparam("x", type_=types.Integer).label("x"))
    assert (await frame(statement.params(x=7))).loc[0, "x"] == 7
    with pytest.raises(QueryError, match="value is required"):
        await frame(select(bindparam("x", type_=types.Integer, required=True)))


async def test_limits_and_json_paths_are_values_too() -> None:
    """What SQLAlchemy binds on its own becomes a literal as well."""
    doc = literal({"a": {"b": 5}}, pg.JSONB)
    statement = select(doc.op("#>>")(literal(["a", "b"], pg.ARRAY(types.Text))).label("x")).limit(1).offset(0)
    assert (await frame(statement)).loc[0, "x"] == "5"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("5", types.Integer()),
        (2**31, types.Integer()),
        (True, types.Integer()),
        (AWARE, types.DateTime()),
        ("a\0b", types.Text()),
        ("\ud800", types.Text()),
        (5, types.Text()),
        (AWARE, types.Date()),
        (object, types.NullType()),
    ],
    ids=repr,
)
def test_what_the_driver_would_refuse_is_no_literal(value: Any, kind: Any) -> None:
    """A value that the server would read more kindly than the driver goes the driver's way."""
    with pytest.raises(NotLiteralError):
        inlined(select(bindparam("x", value, kind)), DIALECT)


def test_nothing_of_a_value_is_read_as_sql() -> None:
    """A quote or a backslash cannot end a literal."""
    assert quoted("it's") == "'it''s'"
    assert quoted("\\'") == " E'\\\\'''"


async def test_enums_are_written_by_name(blank_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An enum of the server is compared with its own type, and comes as text."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    kind = pg.ENUM("red", "it's", name="colour")
    async with get_db() as db:
        await db.execute(text("create type colour as enum ('red', 'it''s')"))
        found = await frame(select(literal("it's", kind).label("x"), literal(["red"], pg.ARRAY(kind))), db)
        assert found.loc[0, "x"] == "it's"


async def test_both_paths_count_the_same(empty_database: str) -> None:
    """A query with values gives the same frame by COPY and by parameters."""
    d = device("$9$")
    await store(d, Job(device=d, status="a\\b", started_at=AWARE))
    statement = (
        select(Job, Device.hostname)
        .join(Device)
        .where(Job.started_at >= AWARE, Job.status == "a\\b", Device.hostname.in_(["$9$"]))
    )
    async with get_db() as db:
        assert (await frame(statement, db)).equals(await _executed(db, statement, None))
        assert len(await frame(statement, db)) == 1
