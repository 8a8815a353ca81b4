"""Why it fails."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Boolean, Integer, Select, String, column, select

from netraven_analytics.configs.redact import Redactor
from netraven_analytics.facts.before import period_before
from netraven_analytics.facts.dimensions import device_rows
from netraven_analytics.facts.log_events import SHOWN, log_events
from netraven_analytics.facts.scope import Scope
from netraven_analytics.options import EventOptions
from netraven_analytics.report import report
from netraven_analytics.signatures import Masker
from netraven_db.db.base import UTCDateTime

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("ERROR", "WARNING")
_OUTPUT = (
    column("signature", String),
    column("level", String),
    column("messages", Integer),
    column("runs", Integer),
    column("devices", Integer),
    column("first_seen_at", UTCDateTime),
    column("last_seen_at", UTCDateTime),
    column("new_since", Boolean),
    column("example", String),
)


def _cluster(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    """One row for each signature and level of the window, the most frequent first."""
    table = table.assign(signature=_masked(table))
    # One of each kind is redacted and stands for it: rules against secrets cost more than masks.
    kinds = table.sort_values(["logged_at", "log_id"]).groupby("signature")["head"].last()
    masker, redactor = _masker(table), Redactor()
    examples = {kind: redactor.text(text)[:SHOWN] for kind, text in kinds.items()}
    table["example"] = table["signature"].map(examples).astype("str")
    shown = {example: masker.signature(example) for example in examples.values()}
    table["signature"] = table["example"].map(shown).astype("str")
    since = scope.window.since
    inside = table if since is None else table[table["run_at"] >= since]
    made = _counted(inside)
    before = set(zip(*(table.loc[table.index.difference(inside.index), key] for key in _KEYS), strict=True))
    pairs = list(zip(*(made[key] for key in _KEYS), strict=True))
    made["new_since"] = [None if since is None else pair not in before for pair in pairs]
    return made.sort_values(["messages", *_KEYS], ascending=[False, True, True], ignore_index=True)


_KEYS = ("signature", "level")


def _masker(table: "pd.DataFrame") -> Masker:
    return Masker(table["hostname"].dropna().unique())


def _masked(table: "pd.DataFrame") -> "pd.Series":
    """The signature of each message as it is stored; these are never shown, since nothing is redacted yet."""
    masker = _masker(table)
    heads = table["head"].str.slice(0, SHOWN)
    return heads.map({text: masker.signature(text) for text in heads.unique()}).astype("str")


def _counted(table: "pd.DataFrame") -> "pd.DataFrame":
    groups = table.sort_values(["logged_at", "log_id"]).groupby(list(_KEYS), as_index=False)
    return groups.agg(
        messages=("log_id", "size"),
        runs=("run_id", "nunique"),
        devices=("device_id", "nunique"),
        first_seen_at=("logged_at", "min"),
        last_seen_at=("logged_at", "max"),
        example=("example", "last"),
    )


@report(fact=log_events, finish=_cluster, output=_OUTPUT)
def error_signatures(scope: Scope, **options: Unpack[EventOptions]) -> Select[Any]:
    """Why does it fail?

    Messages of the levels ERROR and WARNING, of runs whose time lies in the window, by what is left of them
    when all that varies is masked: numbers and ids (``<n>``), addresses (``<ip>``, ``<mac>``), devices
    (``<host>``) and what looks like other names (``<name>``), quoted text (``<text>``), times, durations,
    URLs and secrets. A signature depends on the message and the devices' names alone, never on other
    messages. Of a message the first 500 characters count. The most frequent signature comes first.

    The report looks back beyond the window by the window's own length, for ``new_since``. Both periods are
    found by the index on the runs' time, and their messages by the index on the run.

    Columns:
        signature: the message, masked; what is longer than 200 characters ends in an ellipsis.
        level: ERROR or WARNING; a signature of both has a row for each.
        messages, runs, devices: how many messages, of how many runs and devices; a deleted device is none.
        first_seen_at, last_seen_at: when they were logged, within the window's runs.
        new_since: whether no such message was there in the period of the same length before the window;
            missing where the window has no beginning.
        example: the beginning of one such message, the newest of its kind, with secrets redacted.

    Example:
        ``await error_signatures(since="7d", tag="location:berlin")``
    """
    before = period_before(scope.window)
    both = scope if before is None else replace(scope, window=replace(scope.window, since=before.since))
    event, device = both.rows(), device_rows()
    return (
        select(
            event.c.log_id,
            event.c.run_id,
            event.c.device_id,
            device.c.hostname,
            event.c.run_at,
            event.c.level,
            event.c.head,
            event.c.logged_at,
        )
        .select_from(event.outerjoin(device, device.c.id == event.c.device_id))
        .where(event.c.level.in_(LEVELS))
    )
