"""What is wrong now, each kind of trouble with the rows that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netraven_analytics.facts.windows import Span, resolve_span
from netraven_analytics.fleet.devices import devices, open_episodes
from netraven_analytics.fleet.questions import named
from netraven_analytics.fleet.reading import Seen

if TYPE_CHECKING:
    import pandas as pd

WEAK = 0.8  # of NetRaven's moving average; a credential below it has failed at about every fifth use lately


@dataclass(frozen=True)
class Problem:
    """One kind of trouble: ``key`` is its anchor, ``means`` says when a row is in it."""

    key: str
    title: str
    means: str
    rows: "pd.DataFrame"
    headings: Mapping[str, str]


def problems(seen: Seen) -> list[Problem]:
    """Every kind, also those without rows; the gravest first."""
    listed = devices(seen)
    late = listed[listed["status"].isin(["too old", "never backed up"])]
    of_runs = [
        Problem(
            "late",
            "Devices without a recent backup",
            f"Their last good backup ended {spoken(seen.asked.objective)} ago or longer, or there is none.",
            late,
            _names("hostname", "status", "age", "last_success_at", "in_a_row", "device_type", "tags"),
        ),
        Problem(
            "stuck",
            "Stuck runs",
            f"They have been running for more than {spoken(seen.asked.stuck_after)}.",
            seen.answers["stuck"],
            _names(
                "hostname", "running_for", "started_at", "usual_p99", "times_usual", "run_id", "device_type"
            ),
        ),
        Problem(
            "failing",
            "Open failure episodes",
            "Every run since the first failure has failed, up to now.",
            open_episodes(seen),
            _names("hostname", "failures", "duration", "started_at", "first_run_id", "device_type"),
        ),
        *_rising(seen),
    ]
    suspect = Problem(
        "suspect",
        "Suspect snapshots",
        "The device's last snapshot is empty, under half the size of the one before, or lacks its end.",
        listed[listed["suspect_reason"].notna()],
        _names("hostname", "suspect_reason", "last_snapshot_at", "device_type", "tags"),
    )
    return [*of_runs, suspect, *_credentials(seen)] if seen.has_runs else [suspect]


def spoken(span: Span) -> str:
    """A length of time as a person says it: ``24 h``, ``7 d``, ``90 min``."""
    minutes = resolve_span(span, "span").total_seconds() / 60
    for unit, length, least in (("d", 1440, 3), ("h", 60, 2)):
        if minutes >= least * length and minutes % length == 0:
            return f"{minutes / length:g} {unit}"
    return f"{minutes:g} min"


def _rising(seen: Seen) -> list[Problem]:
    """The groups of the first ``by`` in which more runs fail than in the period before, beyond chance."""
    if not seen.asked.by:
        return []
    by = seen.asked.by[0]
    rates = seen.answers[f"rates {by}"]
    worse = rates[(rates["change_low"] > 0).fillna(False)].sort_values("change_low", ascending=False)
    key = str(rates.columns[0])
    worse = worse.rename(columns={key: "group"}).assign(change_points=100 * worse["rate_change"])
    return [
        Problem(
            "rising",
            "Places where more fails than before",
            "The failure rate is above that of the period of the same length before, by more than chance: "
            "the 95 % interval of the change does not hold 0.",
            worse,
            {"group": named(by).capitalize()}
            | _names("failure_rate_before", "failure_rate", "change_points", "failed", "terminal"),
        )
    ]


def _credentials(seen: Seen) -> list[Problem]:
    """Those whose logins fail, with the tags of the sites they are for; and devices that none reaches."""
    if "credentials" not in seen.answers:
        return []
    table = seen.answers["credentials"]
    weak = (table["netraven_success_rate"] < WEAK) & table["last_used_at"].notna()
    return [
        Problem(
            "credentials",
            "Credentials in trouble",
            f"Under {100 * WEAK:.0f} % by NetRaven's own moving average of their success; and devices that "
            "no credential reaches. Which run used which credential is not recorded.",
            table[weak.fillna(False) | table["credential_id"].isna()],
            _names(
                "username",
                "netraven_success_rate",
                "tags",
                "devices",
                "device_names",
                "priority",
                "last_used_at",
            ),
        )
    ]


_HEADINGS = {
    "hostname": "Device",
    "status": "Backup",
    "age": "Age",
    "last_success_at": "Last good backup",
    "in_a_row": "Failures in a row",
    "device_type": "Type",
    "tags": "Tags",
    "running_for": "Running for",
    "started_at": "Since",
    "usual_p99": "Usual at most (p99)",
    "times_usual": "Times usual",
    "run_id": "Run",
    "failures": "Failures in a row",
    "duration": "Lasts for",
    "first_run_id": "First failed run",
    "suspect_reason": "Why",
    "last_snapshot_at": "Last snapshot",
    "failure_rate_before": "Before",
    "failure_rate": "Failure rate",
    "change_points": "Change, points",
    "failed": "Failed",
    "terminal": "of runs",
    "username": "Credential",
    "netraven_success_rate": "Success (moving)",
    "devices": "Devices",
    "device_names": "Which devices",
    "priority": "Priority",
    "last_used_at": "Last used",
}


def _names(*columns: str) -> dict[str, str]:
    return {column: _HEADINGS[column] for column in columns}
