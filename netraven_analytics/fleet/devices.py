"""One row for each device: what several reports say of it, side by side."""

from typing import TYPE_CHECKING

from netraven_analytics.fleet.reading import Seen

if TYPE_CHECKING:
    import pandas as pd

HEADINGS = {
    "hostname": "Device",
    "status": "Backup",
    "age": "Age",
    "last_success_at": "Last good backup",
    "device_type": "Type",
    "runs": "Runs",
    "failed": "Failed",
    "failure_rate": "Failure rate",
    "in_a_row": "In a row",
    "changes": "Changes",
    "suspect_reason": "Suspect",
    "last_snapshot_at": "Last snapshot",
    "ip_address": "Address",
    "tags": "Tags",
}


_OF_RUNS = ("age", "last_success_at", "runs", "failed", "failure_rate", "in_a_row")


def headings(seen: Seen) -> dict[str, str]:
    """Those of ``HEADINGS`` of which something can be known."""
    return {name: word for name, word in HEADINGS.items() if seen.has_runs or name not in _OF_RUNS}


def devices(seen: Seen) -> "pd.DataFrame":
    """The devices, the longest without a good backup first, with the columns of ``HEADINGS``.

    ``in_a_row`` counts the failures of an open episode; figures of runs and changes are of the window.
    """
    answers = seen.answers
    freshness = answers["freshness"].drop(columns=["hostname", "device_type", "last_snapshot_at"])
    table = freshness.merge(answers["inventory"], on="device_id", how="left")
    table = table.merge(
        answers["rates"][["device_id", "runs", "failed", "failure_rate"]], on="device_id", how="left"
    )
    streaks = open_episodes(seen)[["device_id", "failures"]].rename(columns={"failures": "in_a_row"})
    table = table.merge(streaks.dropna(), on="device_id", how="left")
    changed = answers["changes"].groupby("device_id").size().rename("changes").astype("Int64")
    table = table.merge(changed, left_on="device_id", right_index=True, how="left")
    table[["in_a_row", "changes"]] = table[["in_a_row", "changes"]].fillna(0)
    return table.assign(status=_status(table))


def open_episodes(seen: Seen) -> "pd.DataFrame":
    """The devices that fail now, the longest first."""
    episodes = seen.answers["open"]
    return episodes[episodes["open"]].sort_values("started_at", ignore_index=True)


def _status(table: "pd.DataFrame") -> "pd.Series":
    """The words of ``tables.STATES``."""
    import pandas as pd

    status = pd.Series("too old", index=table.index, dtype="str")
    status[table["last_success_at"].isna()] = "never backed up"
    status[table["fresh"].fillna(False).astype(bool)] = "fresh"
    status[table["fresh"].isna()] = "no run history"
    return status
