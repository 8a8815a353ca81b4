"""The indexes that analytics adds to NetRaven's tables, so that a report's cost follows its window.

The models describe NetRaven's own schema and do not mention these. Each is built by one revision; a released
entry never changes: a better index is a new entry, a new name and a new revision.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Index, MetaData, Table, func

Part = str | tuple[str, ...]

RUN_AT = ("started_at", "scheduled_for", "completed_at")


@dataclass(frozen=True)
class AnalyticsIndex:
    """A part is a column's name, or several, which stand for the first of them that is not NULL.

    ``present`` names a column: rows where it is NULL stay out of the index.
    """

    name: str
    table: str
    parts: tuple[Part, ...]
    present: str | None = None

    @property
    def definition(self) -> str:
        """As the server's pg_get_indexdef prints it."""
        parts = (part if isinstance(part, str) else f"COALESCE({', '.join(part)})" for part in self.parts)
        where = f" WHERE ({self.present} IS NOT NULL)" if self.present else ""
        return f"CREATE INDEX {self.name} ON public.{self.table} USING btree ({', '.join(parts)}){where}"

    def attach(self, table: Table) -> None:
        parts = [_expression(table, part) for part in self.parts]
        where = None if self.present is None else table.c[self.present].is_not(None)
        Index(self.name, *parts, postgresql_where=where)


def _expression(table: Table, part: Part) -> ColumnElement[Any]:
    return table.c[part] if isinstance(part, str) else func.coalesce(*(table.c[name] for name in part))


ANALYTICS_INDEXES = (
    # Windows, buckets and the newest run.
    AnalyticsIndex("ix_jobs_run_at", "jobs", (RUN_AT,)),
    # One device's runs in order, its last success; the foreign key when a device is deleted.
    AnalyticsIndex("ix_jobs_device_run_at", "jobs", ("device_id", RUN_AT)),
    # The newest recorded instant (as_of="data"); partial, so that only a run's last write adds an entry.
    AnalyticsIndex("ix_jobs_finished_at", "jobs", ("completed_at",), present="completed_at"),
    # A snapshot's predecessor, a device's latest one; the foreign key when a device is deleted.
    AnalyticsIndex(
        "ix_device_configurations_history", "device_configurations", ("device_id", "retrieved_at", "id")
    ),
    # Snapshots found in a window, the newest snapshot.
    AnalyticsIndex("ix_device_configurations_found_at", "device_configurations", ("retrieved_at",)),
    # What a run said; the foreign key when a run is deleted.
    AnalyticsIndex("ix_job_logs_run", "job_logs", ("job_id",)),
)


def with_analytics_indexes(metadata: MetaData) -> MetaData:
    """A copy of the models' metadata that has these indexes too, for alembic to compare a database with."""
    copy = MetaData()
    for table in metadata.tables.values():
        table.to_metadata(copy)
    for index in ANALYTICS_INDEXES:
        index.attach(copy.tables[index.table])
    return copy
