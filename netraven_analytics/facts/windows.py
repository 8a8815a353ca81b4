"""Windows of time: what ``since``, ``until`` and ``as_of`` accept, and the instants they resolve to."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from netraven_db.db.base import as_utc, utcnow
from netraven_db.errors import ParameterError
from netraven_db.settings import Settings, zone

# A pandas.Timestamp is a datetime, and text is any of FORMS; since also takes "all".
TimeLike = datetime | date | timedelta | str
Span = timedelta | str

FORMS = (
    "a span back such as '30d', '12h', '2w', '90min' or '3mo'; 'today', 'yesterday' or a weekday such as "
    "'tuesday'; a date such as '2026-10-01'; or an ISO 8601 time"
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST = datetime(1, 1, 2, tzinfo=UTC)  # of the calendar, in every time zone
LAST = datetime(9999, 12, 30, tzinfo=UTC)
_SPAN = re.compile(r"(\d+)\s*(min|h|d|w|mo)")
_ABSOLUTE = {"min": "minutes", "h": "hours"}
_CALENDAR_DAYS = {"d": 1, "w": 7}
_LENGTHS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


@dataclass(frozen=True)
class Window:
    """``[since, until)`` as aware UTC instants, seen from ``as_of``; ``since`` is None for all of history."""

    since: datetime | None
    until: datetime
    as_of: datetime
    tz: ZoneInfo

    def local(self, instant: datetime) -> datetime:
        """The same instant on the window's clock."""
        return instant.astimezone(self.tz)


def resolve_window(
    since: TimeLike | None = "30d",
    until: TimeLike | None = None,
    as_of: TimeLike | None = None,
    tz: str | None = None,
) -> Window:
    """The window that a question asks for.

    A span counts back from ``as_of``; in ``since``, beside an ``until`` that names a moment, it counts back
    from there. Days, weeks and months step over the local calendar, hours and minutes over elapsed time.

    Raises:
        ParameterError: a value of no accepted form, an unknown time zone, or ``since`` not before ``until``.
    """
    local = zone(tz if tz is not None else Settings.from_environment().tz)
    now = utcnow() if as_of is None else resolve_instant(as_of, utcnow(), local, "as_of")
    end = now if until is None else resolve_instant(until, now, local, "until")
    # Only a span counts back from a named until: "yesterday" is a day of its own.
    beside = until is not None and not _is_span(until) and (since is None or _is_span(since))
    anchor = end if beside else now
    if isinstance(since, str) and since.strip().lower() == "all":
        start = None
    else:
        start = resolve_instant("30d" if since is None else since, anchor, local, "since")
    if start is not None and start >= end:
        raise ParameterError(
            f"since ({start.astimezone(local):%Y-%m-%d %H:%M %Z}) is not before until "
            f"({end.astimezone(local):%Y-%m-%d %H:%M %Z}): give an earlier since or a later until."
        )
    return Window(start, end, now, local)


def resolve_instant(value: TimeLike, anchor: datetime, tz: ZoneInfo, name: str) -> datetime:
    """The instant, aware in UTC, that a value means; spans count back from ``anchor``.

    Raises:
        ParameterError: the value has none of the accepted forms.
    """
    try:
        instant = _instant(value, anchor, tz)
    except OverflowError:
        raise ParameterError(
            f"{name}={value!r} is out of range: it has to be in the years 1 to 9999."
        ) from None
    except ValueError:
        instant = None
    if instant is None:
        raise ParameterError(_refusal(value, name))
    return instant


def resolve_span(value: Span, name: str) -> timedelta:
    """The length of time that a span means; a day has 24 hours here.

    Raises:
        ParameterError: it is no span, or has no fixed length, as months.
    """
    match = _SPAN.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if match and match[2] in _LENGTHS:
        value = _length(int(match[1]), match[2], name)
    if not isinstance(value, timedelta) or value < timedelta():
        if number := _bare_m(value):
            raise ParameterError(
                f"{name}={value!r} is ambiguous: write '{number}min' for minutes; months ('{number}mo') have "
                "no fixed length, so give days instead."
            )
        raise ParameterError(
            f"{name}={value!r} is not understood: it takes a length such as '24h' or '90min'."
        )
    return value


def _length(count: int, unit: str, name: str) -> timedelta:
    try:
        return count * _LENGTHS[unit]
    except OverflowError:
        raise ParameterError(
            f"{name}='{count}{unit}' is out of range: give a shorter length of time."
        ) from None


def look_back(instant: datetime, span: timedelta) -> datetime:
    """The instant that long before, or the first that every time zone has."""
    return min(instant, FIRST) if instant - FIRST < span else instant - span


def start_of_day(day: date, tz: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC; where midnight is skipped, the moment of the skip."""
    return datetime.combine(day, time.min, tz).astimezone(UTC)


def _instant(value: TimeLike, anchor: datetime, tz: ZoneInfo) -> datetime | None:
    if isinstance(value, datetime):  # before date, whose subclass it is
        return _from_datetime(value, tz)
    if isinstance(value, date):
        return start_of_day(value, tz)
    if isinstance(value, timedelta):
        return anchor - value
    return _from_text(value.strip().lower(), anchor, tz) if isinstance(value, str) else None


def of_calendar(moment: Any) -> datetime:
    """A time of a frame as Python's, in UTC; outside of the calendar's years its first or last day."""
    if moment.year <= FIRST.year:
        return FIRST
    return as_utc(moment.to_pydatetime(warn=False)) if moment.year < LAST.year else LAST


def _from_datetime(value: datetime, tz: ZoneInfo) -> datetime:
    if value != value:  # pandas.NaT
        raise ValueError("not a time")
    if hasattr(value, "to_pydatetime"):  # pandas.Timestamp; nanoseconds have no place in the database
        value = value.to_pydatetime(warn=False)
    return (value if value.tzinfo else value.replace(tzinfo=tz)).astimezone(UTC)


def _from_text(text: str, anchor: datetime, tz: ZoneInfo) -> datetime | None:
    today = anchor.astimezone(tz).date()
    if text == "today":
        return start_of_day(today, tz)
    if text == "yesterday":
        return start_of_day(today - timedelta(days=1), tz)
    if text in WEEKDAYS:
        return start_of_day(today - timedelta(days=(today.weekday() - WEEKDAYS.index(text)) % 7), tz)
    span = _SPAN.fullmatch(text)
    if span:
        return _step_back(anchor, int(span[1]), span[2], tz)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return start_of_day(date.fromisoformat(text), tz)
    if re.match(r"\d{4}-?\d{2}-?\d{2}[t ]", text):
        return _from_datetime(datetime.fromisoformat(text.upper()), tz)
    return None


def _step_back(anchor: datetime, count: int, unit: str, tz: ZoneInfo) -> datetime:
    if unit in _ABSOLUTE:
        return anchor - timedelta(**{_ABSOLUTE[unit]: count})
    local = anchor.astimezone(tz)
    if unit in _CALENDAR_DAYS:
        return (local - timedelta(days=count * _CALENDAR_DAYS[unit])).astimezone(UTC)
    return _months_before(local, count).astimezone(UTC)


def _months_before(local: datetime, count: int) -> datetime:
    """The same day and time that many months earlier, or the month's last day where it has no such day."""
    months = local.year * 12 + local.month - 1 - count
    year, month = months // 12, months % 12 + 1
    if year < 1:
        raise OverflowError
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last_day = (first_of_next - timedelta(days=1)).day
    return local.replace(year=year, month=month, day=min(local.day, last_day))


def _is_span(value: TimeLike) -> bool:
    return isinstance(value, timedelta) or (
        isinstance(value, str) and _SPAN.fullmatch(value.strip().lower()) is not None
    )


def _bare_m(value: object) -> str | None:
    """The number before an ``m``, which could stand for minutes or for months."""
    match = re.fullmatch(r"\s*(\d+)\s*[mM]\s*", value) if isinstance(value, str) else None
    return match and match[1]


def _refusal(value: object, name: str) -> str:
    if number := _bare_m(value):
        return f"{name}={value!r} is ambiguous: write '{number}min' for minutes or '{number}mo' for months."
    also = {"since": "; 'all' means all of history", "as_of": "; 'data' means the newest recorded instant"}
    return f"{name}={value!r} is not understood: it takes {FORMS}{also.get(name, '')}."
