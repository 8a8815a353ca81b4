"""Who is whose peer."""

import numpy as np
import pytest

from netraven_analytics import peers
from netraven_analytics.facts.filters import DeviceFilter
from netraven_analytics.peers import Member, members, pairs, spoken, tag_types
from netraven_db.errors import ParameterError
from tests.netraven_analytics.spec import device, store


def _member(device_id: int, device_type: str | None = "x", **tags: str) -> Member:
    return Member(device_id, f"d{device_id}", device_type, frozenset(tags.items()))


def _pairs(everyone: list[Member], of: list[int], common: str | None = None) -> list[tuple[int, int]]:
    place, peer = pairs(np.array(of, dtype=np.int64), {m.device_id: m for m in everyone}, common)
    return list(zip(place.tolist(), peer.tolist(), strict=True))


def test_peers_have_the_same_type_and_all_the_same_tags() -> None:
    """Or only those of the types that are named, or none."""
    fleet = [
        _member(1, role="core", site="a"),
        _member(2, role="core", site="a"),
        _member(3, role="core", site="b"),
        _member(4, role="edge", site="a"),
        _member(5, "y", role="core", site="a"),
    ]
    assert _pairs(fleet, [1]) == [(0, 2)]
    assert _pairs(fleet, [1], "tag:role") == [(0, 2), (0, 3)]
    assert _pairs(fleet, [1, 5], "device_type") == [(0, 2), (0, 3), (0, 4)]
    assert _pairs(fleet, []) == []


def test_of_many_peers_some_are_taken_spread_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Always the same ones, from the first to the last."""
    monkeypatch.setattr(peers, "MOST", 3)
    fleet = [_member(number) for number in range(1, 11)]
    assert [peer for _, peer in _pairs(fleet, [4])] == [1, 5, 8]
    assert [peer for _, peer in _pairs(fleet[:4], [4])] == [1, 2, 3]


def test_a_device_with_several_tags_is_in_several_groups() -> None:
    """One for each combination; without a tag it is among those without."""
    both = Member(1, "d", None, frozenset({("role", "core"), ("role", "edge"), (None, "pilot")}))
    assert both.groups(["role", "site"]) == [
        "(none), role:core, site:(none)",
        "(none), role:edge, site:(none)",
    ]
    assert both.groups([]) == ["(none)"]
    assert spoken(both.tags) == "pilot, role:core, role:edge"


@pytest.mark.parametrize("wrong", ["role", "hostname", "tag:", 7])
def test_what_peers_cannot_have_in_common_is_refused(wrong: object) -> None:
    """With the option's name and what it takes."""
    with pytest.raises(ParameterError, match=r"peers=.*it takes device_type, tag:<type>"):
        tag_types(wrong)  # type: ignore[arg-type]


async def test_members_are_todays_devices_with_their_tags(empty_database: str) -> None:
    """All, or those that pass a filter."""
    from netraven_analytics.frames import reading

    await store(device("a", "role:core", device_type=None), device("b"))
    async with reading(None) as db:
        everyone = await members(DeviceFilter(), db)
        some = await members(DeviceFilter.of("b"), db)
    assert list(everyone.values()) == [
        Member(1, "a", None, frozenset({("role", "core")})),
        Member(2, "b", "cisco_ios"),
    ]
    assert list(some) == [2]
