"""Statistics as SQL expressions, held against scipy."""

import random

import pytest
from scipy.stats import binomtest
from sqlalchemy import FromClause, Integer, case, column, func, select

from netraven_analytics import frame
from netraven_analytics.facts.statistics import count, rate, wilson
from tests.netraven_analytics.facts.listed import listed

PART, WHOLE = column("part", Integer()), column("whole", Integer())


def pairs_of(pairs: list[tuple[int, int]]) -> FromClause:
    """The pairs as rows of the database."""
    parts, wholes = zip(*pairs, strict=True)
    return listed((PART, parts), (WHOLE, wholes))


async def test_wilsons_bounds_are_scipys(shared_database: str) -> None:
    """The 95 % interval is scipy's, for every share of up to 40 and for large numbers."""
    draw = random.Random(1)
    pairs = [(part, whole) for whole in range(1, 41) for part in range(whole + 1)]
    for _ in range(300):
        whole = draw.randint(41, 10_000_000)
        pairs.append((draw.choice((0, 1, whole - 1, whole, draw.randint(0, whole))), whole))
    low, high = wilson(PART, WHOLE)
    query = select(PART, WHOLE, rate(PART, WHOLE).label("p"), low.label("low"), high.label("high"))
    table = await frame(query.select_from(pairs_of(pairs)))
    assert len(table) == len(pairs)
    for row in table.itertuples(index=False):
        expected = binomtest(row.part, row.whole).proportion_ci(0.95, method="wilson")
        assert row.p == row.part / row.whole
        assert (row.low, row.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
        assert 0 <= row.low <= row.p <= row.high <= 1


async def test_nothing_has_no_rate_and_no_bounds(shared_database: str) -> None:
    """Without a whole there is no share: missing, and not 0."""
    low, high = wilson(PART, WHOLE)
    table = await frame(select(rate(PART, WHOLE), low, high).select_from(pairs_of([(0, 0)])))
    assert table.isna().all(axis=None)


async def test_all_and_none_meet_the_ends_exactly(shared_database: str) -> None:
    """No failure has the lower bound 0, and nothing but failures the upper bound 1."""
    low, high = wilson(PART, WHOLE)
    pairs = [(part, whole) for whole in range(1, 2000) for part in (0, whole)]
    exact = case((PART == 0, low == 0), else_=high == 1)
    table = await frame(select(func.bool_and(exact).label("exact")).select_from(pairs_of(pairs)))
    assert table["exact"].tolist() == [True]


async def test_a_count_is_of_known_keys(shared_database: str) -> None:
    """A missing key counts nowhere, and a condition that is unknown does not hold."""
    rows = listed((PART, [1, None, 3]), (WHOLE, [1, 1, None]))
    table = await frame(select(count(PART).label("a"), count(PART, WHOLE == 1).label("b")).select_from(rows))
    assert table.iloc[0].tolist() == [2, 1]
