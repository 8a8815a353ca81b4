"""The few things that are not portable SQL, each a named SQLAlchemy construct.

Another engine needs one more compilation of these, and no second set of reports.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Float, Integer, Interval, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement

from netraven_db.db.base import UTCDateTime


class elapsed(FunctionElement[Any]):  # noqa: N801 - these read like the SQL functions they stand for
    """``elapsed(start, end)``: the time between two instants; NULL where one of them is infinite."""

    type = Interval()
    inherit_cache = True


class LocalBucket(FunctionElement[Any]):
    """``bucket(instant, tz)``: the bucket of that zone's calendar that an instant (UTC, TIMESTAMP) is in."""

    inherit_cache = True
    postgresql: str  # how PostgreSQL says it, of {instant}, {tz} and {local}, the wall clock there


class local_hour(LocalBucket):  # noqa: N801
    """The instant at which the hour begins; an hour that the clock repeats is two."""

    type = UTCDateTime(timezone=True)
    inherit_cache = True
    postgresql = "date_trunc('hour', timezone('UTC', {instant}), {tz})"


class local_day(LocalBucket):  # noqa: N801
    """The date."""

    type = Date()
    inherit_cache = True
    postgresql = "CAST({local} AS DATE)"


class local_week(LocalBucket):  # noqa: N801
    """The date of the week's Monday."""

    type = Date()
    inherit_cache = True
    postgresql = "CAST(date_trunc('week', {local}) AS DATE)"


class local_month(LocalBucket):  # noqa: N801
    """The date of the month's first day."""

    type = Date()
    inherit_cache = True
    postgresql = "CAST(date_trunc('month', {local}) AS DATE)"


class local_hour_of_day(LocalBucket):  # noqa: N801
    """0 to 23."""

    type = Integer()
    inherit_cache = True
    postgresql = "CAST(extract(hour FROM {local}) AS INTEGER)"


class local_weekday(LocalBucket):  # noqa: N801
    """1 to 7, from Monday."""

    type = Integer()
    inherit_cache = True
    postgresql = "CAST(extract(isodow FROM {local}) AS INTEGER)"


class seconds(FunctionElement[Any]):  # noqa: N801
    """``seconds(interval)``: its length as a float."""

    type = Float()
    inherit_cache = True


class utc_now(FunctionElement[Any]):  # noqa: N801
    """``utc_now()``: what the server's clock says, as instants are stored."""

    type = UTCDateTime()
    inherit_cache = True


def percentile(fraction: float, lengths: ColumnElement[Any]) -> ColumnElement[Any]:
    """The percentile of intervals by linear interpolation, as numpy's default; NULLs are passed over.

    They are sorted as numbers, which takes the server a third of the time.
    """
    found: ColumnElement[Any] = func.percentile_cont(fraction).within_group(seconds(lengths))
    return found.op("*", return_type=Interval())(timedelta(seconds=1))


@compiles(elapsed, "postgresql")
def _elapsed(element: elapsed, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = element.clauses
    since, until = compiler.process(start, **kw), compiler.process(end, **kw)
    # Servers before PostgreSQL 17 refuse to subtract infinity, and later ones to go on with the result.
    return f"(CASE WHEN isfinite({since}) AND isfinite({until}) THEN {until} - {since} END)"


@compiles(utc_now, "postgresql")
def _utc_now(element: utc_now, compiler: SQLCompiler, **kw: Any) -> str:
    # Of the statement: its transaction may have begun before what it wrote itself.
    return "timezone('UTC', statement_timestamp())"


@compiles(seconds, "postgresql")
def _seconds(element: seconds, compiler: SQLCompiler, **kw: Any) -> str:
    # Not extract(), which makes a numeric of it first.
    return f"date_part('epoch', {compiler.process(element.clauses, **kw)})"


@compiles(LocalBucket, "postgresql")
def _local_bucket(element: LocalBucket, compiler: SQLCompiler, **kw: Any) -> str:
    instant, tz = (compiler.process(clause, **kw) for clause in element.clauses)
    local = f"timezone({tz}, timezone('UTC', {instant}))"
    return element.postgresql.format(instant=instant, tz=tz, local=local)
