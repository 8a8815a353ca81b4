"""What changed on which device."""

from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import Integer, Select, String, column
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.changes import DESCRIPTION
from netraven_analytics.configs.finding import find_changes, with_descriptions
from netraven_analytics.configs.noise import rules_version
from netraven_analytics.facts.changed import candidates
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.snapshots import digests
from netraven_analytics.options import EventOptions
from netraven_analytics.report import report
from netraven_db.db.base import UTCDateTime

if TYPE_CHECKING:
    import pandas as pd

_OUTPUT = (
    column("device_id", Integer),
    column("hostname", String),
    column("device_type", String),
    column("from_id", Integer),
    column("to_id", Integer),
    column("previous_at", UTCDateTime),
    column("found_at", UTCDateTime),
    column("lines_added", Integer),
    column("lines_removed", Integer),
    column("raw_lines_added", Integer),
    column("raw_lines_removed", Integer),
    column("sections", String),
    column("reverted_to", Integer),
    column("claimed_user", String),
)


async def _read_on(table: "pd.DataFrame", scope: Scope, db: AsyncSession) -> "pd.DataFrame":
    """Read the texts of those snapshots that digests cannot tell apart, and of changes not yet described."""
    return await with_descriptions(await find_changes(table, scope, db), scope, db)


def _newest_first(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    return table.sort_values(["found_at", "to_id"], ascending=False, ignore_index=True)


@report(fact=digests, follow_up=_read_on, finish=_newest_first, output=_OUTPUT)
def config_changes(scope: Scope, **options: Unpack[EventOptions]) -> Select[Any]:
    """Which configurations changed, when, where, and by how much?

    A change is two consecutive snapshots of a device, ordered by their time and id, whose normalised texts
    differ: line ends are unified and the platform's noise lines left out. A device's first snapshot is a
    baseline, not a change. The window selects by ``found_at``; the snapshot before may be older. The change
    itself happened after ``previous_at`` and not after ``found_at``. Newest first.

    Texts are told apart by their SHA-256, which the database keeps, and by that of the normalised text, which
    ``netraven-analytics config refresh`` stores together with what each change did. What is not stored yet is
    found out from the texts.

    Columns:
        device_id, hostname, device_type: the device.
        from_id, to_id: the snapshots before and after.
        previous_at, found_at: when these were taken.
        lines_added, lines_removed: of the normalised texts.
        raw_lines_added, raw_lines_removed: of the texts as stored, noise and line ends included.
        sections: where the lines are, such as ``router bgp 65000 > address-family ipv4``, joined by ``; ``;
            the first eight. Lines in no section are of ``(global)``.
        reverted_to: the latest earlier snapshot with the same normalised text, where there is one.
        claimed_user: whom the new text itself names as the author of its last change. Do not rely on it:
            it can be somebody who changed something earlier, and whoever can edit the text can name anyone.

    Example:
        ``await config_changes(device="ber-*", since="7d")``
    """
    return candidates(scope, rules_version, DESCRIPTION)
