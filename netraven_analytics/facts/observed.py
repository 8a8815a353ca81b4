"""Since when each device is under observation: from its first snapshot on."""

from typing import Any

from sqlalchemy import Select, func, select

from netraven_analytics.facts.scope import Scope


def observed(scope: Scope) -> Select[Any]:
    """Today's devices that pass the filters, with the columns of each group and ``observed_since``.

    That is when the first snapshot was taken, whatever the window's beginning; missing where none was taken
    before the window's end.
    """
    held, stored = scope.devices(), scope.fact
    chosen = (stored.time < scope.window.until, *scope.conditions())
    first = (
        select(stored.c.device_id, func.min(stored.time).label("observed_since"))
        .where(*chosen)
        .group_by(stored.c.device_id)
        .subquery("first")
    )
    return select(*held.c, first.c.observed_since).select_from(
        held.outerjoin(first, first.c.device_id == held.c.device_id)
    )
