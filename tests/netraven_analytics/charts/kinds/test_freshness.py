"""How old backups are."""

import pandas as pd

from netraven_analytics.charts import chart
from netraven_analytics.charts.style import ROWS
from tests.netraven_analytics.charts.answers import ages, answer, hosts, points, said, texts


def freshness(*hours: float | None, objective: object = 86_400.0) -> pd.DataFrame:
    columns = {
        "hostname": hosts(len(hours)),
        "age": ages(*hours),
        "fresh": pd.Series([hour is not None and hour < 24 for hour in hours], dtype="boolean"),
        "suspect_reason": ["no end", *[None] * (len(hours) - 1)],
    }
    return answer("backup_freshness", columns, ["device"], options={"objective": objective})


def test_every_device_is_counted_in_a_class_of_age() -> None:
    """On which side of the objective it is, the bars and the line above say."""
    picture = chart(freshness(3, 23.9, 24, 30, 10_000, None))
    counted = {row["age"]: (row["devices"], row["late"]) for row in points(picture)[0] if row["devices"]}
    dash = "\N{EN DASH}"
    assert counted == {
        "under 6 h": (1, False),
        f"12{dash}24 h": (1, False),
        f"1{dash}2 d": (2, True),
        "364 d on": (1, True),
        "never": (1, True),
    }
    assert "Of 6 devices 2 are fresh (under 1d00h), 3 are older and 1 were never backed up." in said(picture)


def test_an_age_below_nothing_is_counted_too() -> None:
    """Such as that of a backup that ended after the instant taken as now."""
    assert sum(row["devices"] for row in points(chart(freshness(-5, 3)))[0]) == 2


def test_an_objective_of_ones_own_is_an_edge() -> None:
    """As it was given, or in seconds, as the answer has the usual one."""
    for objective in ("30h", 30 * 3600.0):
        picture = chart(freshness(29, 31, objective=objective))
        counted = {row["age"]: row["late"] for row in points(picture)[0] if row["devices"]}
        assert counted == {"24\N{EN DASH}30 h": False, "30\N{EN DASH}48 h": True}


def test_the_oldest_are_named_beside_those_without_any() -> None:
    """However many have none, they do not hide the oldest, and a suspect snapshot is said."""
    picture = chart(freshness(9999, *[None] * 40, *[5] * 40))
    shown = [text for text in texts(picture) if text.startswith("dev-")]
    assert len(shown) == ROWS
    assert shown[:10] == hosts(11)[1:]
    assert shown[10] == "dev-0000"
    assert "416d15h, suspect: no end" in texts(picture)
    assert "By name: 10 never backed up, and the oldest of the others." in said(picture)


def test_without_any_run_nothing_is_known() -> None:
    """An imported archive is not a fleet that was never backed up."""
    frame = freshness(None, None)
    frame["fresh"] = pd.Series([None, None], dtype="boolean")
    frame.attrs["netraven"]["notes"] = ["The database holds no runs at all."]
    picture = chart(frame)
    assert "Nothing to measure in the window" in texts(picture)
    assert "no runs at all" in said(picture)
