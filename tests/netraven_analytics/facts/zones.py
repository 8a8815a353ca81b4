"""Zones whose clocks do what calendars trip over, and instants near the moments at which they do it."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

# Each with instants at which its clock is moved, in UTC.
MOVES = {
    "UTC": (),
    "Europe/Berlin": ("2026-03-29 01:00", "2026-10-25 01:00"),
    "Africa/Cairo": ("2024-04-25 22:00", "2024-10-31 21:00"),  # midnight is skipped; 23:00 comes twice
    "America/Sao_Paulo": ("2017-10-15 03:00", "2018-02-18 02:00"),  # the same
    "Australia/Lord_Howe": ("2026-04-04 15:00", "2026-10-03 15:30"),  # by half an hour
    "Asia/Kathmandu": (),  # +05:45
    "Pacific/Apia": ("2011-12-30 10:00", "2012-03-31 14:00"),  # the 30th of December 2011 is no day
    "America/St_Johns": ("2026-03-08 05:30", "2026-11-01 04:30"),  # -03:30
}
# Before November 2011 St John's turned its clock back over midnight, so that a date came back after the next.
FIRST, LAST = datetime(2011, 11, 15, tzinfo=UTC), datetime(2026, 11, 15, tzinfo=UTC)

zones = st.sampled_from(sorted(MOVES))


@st.composite
def zones_and_instants(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """A zone, and an instant that is often near a move of its clock, and often on a round minute."""
    name = draw(zones)
    if MOVES[name] and draw(st.booleans()):
        moved = datetime.fromisoformat(draw(st.sampled_from(MOVES[name]))).replace(tzinfo=UTC)
        instant = moved + timedelta(minutes=draw(st.integers(-150, 150) | st.integers(-48 * 60, 48 * 60)))
    else:
        span = int((LAST - FIRST) / timedelta(minutes=1))
        instant = FIRST + timedelta(minutes=draw(st.integers(0, span)))
    if draw(st.booleans()):
        instant += timedelta(microseconds=draw(st.integers(0, 59_999_999)))
    return ZoneInfo(name), instant


def instants(name: str, count: int = 1500) -> list[datetime]:
    """Always the same instants of a zone: half of them within two days of a move of its clock."""
    draw = random.Random(name)
    moves = [datetime.fromisoformat(move).replace(tzinfo=UTC) for move in MOVES[name]]
    far = [FIRST + draw.random() * (LAST - FIRST) for _ in range(count)]
    near = [move + timedelta(hours=draw.uniform(-48, 48)) for move in moves for _ in range(count // 2)]
    edges = [move + timedelta(minutes=15 * step) for move in moves for step in range(-192, 193)]
    before = [edge - timedelta(microseconds=1) for edge in edges]
    return sorted({*far, *near, *edges, *before})
