"""Whether the database knows of any run: one that was imported from an archive does not."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select

from netraven_db.db.models import Device, Job

NO_RUN_HISTORY = (
    "The database holds no runs at all, as one imported from an archive: what concerns runs (failures, "
    "durations, credentials, the age of backups) cannot be told from it."
)
_ANY_RUN = select(func.min(Job.id)).scalar_subquery().is_not(None)  # the first entry of an index


def lacks_run_history() -> Select[tuple[bool]]:
    """Whether there are devices, and no run of any."""
    return select(and_(exists(select(Device.id)), ~_ANY_RUN))


def if_any_run(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value, or nothing where the database has no run history: then 0, or all, would be no answer."""
    return case((_ANY_RUN, value))
