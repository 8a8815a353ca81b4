"""What single changes did, for whoever shows several of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics.configs.redact import Redactor
from netraven_analytics.history.devices import Named
from netraven_analytics.history.difference import ConfigDiff, compared
from netraven_analytics.history.stored import snapshot_of
from netraven_analytics.history.texts import Texts

if TYPE_CHECKING:
    import pandas as pd


async def diffs_of(
    changes: "pd.DataFrame", db: AsyncSession, *, redactor: Redactor, tz: str | None = None
) -> list[ConfigDiff]:
    """The difference that each change made, in the order of the rows.

    Args:
        changes: rows of ``config_changes``.
        db: the session to read in.
        redactor: replaces secrets; with one for all, equal secrets have equal tokens.
        tz: the time zone of the moments in labels; NETRAVEN_TZ, else UTC.
    """
    texts = Texts(redactor=redactor)
    return [await _difference(*change, db, texts, tz) for change in _named(changes)]


def _named(changes: "pd.DataFrame") -> Iterable[tuple[Named, int, int]]:
    names = changes[["hostname", "device_type"]].astype(object).where(changes.notna(), None)
    ids = changes[["device_id", "from_id", "to_id"]].itertuples(index=False, name=None)
    for (device_id, from_id, to_id), (hostname, device_type) in zip(
        ids, names.itertuples(index=False, name=None), strict=True
    ):
        yield Named(int(device_id), hostname, device_type), int(from_id), int(to_id)


async def _difference(
    device: Named, from_id: int, to_id: int, db: AsyncSession, texts: Texts, tz: str | None
) -> ConfigDiff:
    before = await snapshot_of(db, device, from_id, "a", tz)
    after = await snapshot_of(db, device, to_id, "b", tz)
    return compared(device, before, after, texts, (), tz, context=2)
