"""The same hunk on many devices within some time."""

from datetime import UTC, datetime, timedelta

from netraven_analytics.configs.hunks import Hunk
from netraven_analytics.configs.lines import Line
from netraven_analytics.configs.rollouts import Rollout, Sighting, rollouts

START = datetime(2026, 11, 1, tzinfo=UTC)


def _hunk(text: str) -> Hunk:
    return Hunk((), (Line("(global) x", text),))


def _seen(text: str, *days_and_devices: tuple[float, int]) -> list[Sighting]:
    """On these days on these devices, each in a change of its own."""
    return [
        Sighting(START + timedelta(days=day), int(day * 1000) + device, device, _hunk(text))
        for day, device in days_and_devices
    ]


def _found(*sightings: list[Sighting]) -> list[Rollout]:
    return rollouts({each[0].hunk: each for each in sightings}, timedelta(days=3), 3)


def test_enough_devices_one_after_the_other_are_one_rollout() -> None:
    """Each within the gap of the one before, however long it takes in all."""
    (found,) = _found(_seen("x", (9, 4), (0, 1), (3, 2), (6, 3)))
    assert found.devices == {1, 2, 3, 4}
    assert [sighting.device_id for sighting in found.sightings] == [1, 2, 3, 4]


def test_a_gap_ends_a_rollout() -> None:
    """What comes later is another one, if it has enough devices."""
    first, second = _found(_seen("x", (0, 1), (1, 2), (2, 3), (5.1, 4), (6, 5), (7, 6), (20, 7)))
    assert (first.devices, second.devices) == ({1, 2, 3}, {4, 5, 6})


def test_a_device_counts_once() -> None:
    """Three times the same hunk on two devices is no rollout to three."""
    assert _found(_seen("x", (0, 1), (1, 2), (2, 1))) == []


def test_hunks_of_the_very_same_changes_are_one_rollout() -> None:
    """A hunk that went to other devices too stands on its own."""
    where = ((0, 1), (1, 2), (2, 3))
    both, alone = _found(_seen("x", *where), _seen("y", *where), _seen("z", *where, (2.5, 4)))
    assert {kind.added[0].text for kind in both.kinds} == {"x", "y"}
    assert alone.devices == {1, 2, 3, 4}


def test_what_differs_from_device_to_device_is_not_shown() -> None:
    """Hunks of one kind that have each a secret of their own are shown as the kind."""
    kind = _hunk("key <redacted>")
    own = [
        each._replace(hunk=_hunk(f"key <redacted:{n}>"))
        for n, each in enumerate(_seen("", (0, 1), (0, 2), (0, 3)))
    ]
    shared = [each._replace(hunk=_hunk("key <redacted:1>")) for each in own]
    assert rollouts({kind: own}, timedelta(), 3)[0].shown == (kind,)
    assert rollouts({kind: shared}, timedelta(), 3)[0].shown == (_hunk("key <redacted:1>"),)
