"""The whole fleet: the rows of every table, and the answer key."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from netraven_analytics.demo.answers import AnswerKey
from netraven_analytics.demo.history import History, make_history
from netraven_analytics.demo.instants import NONE, Ints, naive_list
from netraven_analytics.demo.inventory import Device, make_devices
from netraven_analytics.demo.key import Parts, make_key
from netraven_analytics.demo.logs import make_logs, site_last_used
from netraven_analytics.demo.outcomes import COMPLETED, STATUSES
from netraven_analytics.demo.plan import make_plan
from netraven_analytics.demo.runs import Runs, make_runs
from netraven_analytics.demo.spec import FleetSpec
from netraven_analytics.demo.tables import (
    Row,
    credential_rows,
    credential_tag_rows,
    device_rows,
    device_tag_rows,
    setting_rows,
    tag_rows,
)
from netraven_analytics.demo.transcripts import make_transcripts

# In an order that foreign keys allow.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "system_settings": ("id", "key", "value", "description"),
    "credentials": ("id", "username", "password", "priority", "last_used", "success_rate"),
    "tags": ("id", "name", "type"),
    "devices": ("id", "hostname", "ip_address", "device_type", "last_seen"),
    "credential_tag_association": ("credential_id", "tag_id"),
    "device_tag_association": ("device_id", "tag_id"),
    "jobs": ("id", "device_id", "status", "scheduled_for", "started_at", "completed_at"),
    "job_logs": ("id", "job_id", "message", "level", "timestamp"),
    "connection_logs": ("id", "job_id", "device_id", "log", "timestamp"),
    "device_configurations": ("id", "device_id", "config_data", "retrieved_at", "metadata"),
}
TABLES = tuple(COLUMNS)
_BLOCK = 50_000


@dataclass(frozen=True)
class Fleet:
    """A made-up fleet. Large tables are put into rows only while they are read."""

    spec: FleetSpec
    answers: AnswerKey
    _sources: Mapping[str, Callable[[], Iterator[Row]]]

    def rows(self, table: str) -> Iterator[Row]:
        """The table's rows as tuples in the order of :data:`COLUMNS`, in order of id."""
        return self._sources[table]()

    def count(self, table: str) -> int:
        """How many rows the table has."""
        return self.answers.rows[table]


def generate(spec: FleetSpec) -> Fleet:
    """The fleet of that spec: the same rows for the same spec, always."""
    devices = make_devices(spec)
    plan = make_plan(spec, devices)
    runs = make_runs(spec, devices, plan)
    history = make_history(spec, devices, runs)
    logs, transcripts = make_logs(spec, devices, runs), make_transcripts(spec, devices, runs)
    last_success = _last_success(len(devices), runs)
    small: dict[str, list[Any]] = {
        "system_settings": setting_rows(spec, devices),
        "credentials": credential_rows(spec, site_last_used(devices, runs), plan.bad_credential.site),
        "tags": tag_rows(),
        "devices": device_rows(devices, last_success),
        "credential_tag_association": credential_tag_rows(),
        "device_tag_association": device_tag_rows(devices),
    }
    counts = {table: len(rows) for table, rows in small.items()}
    counts |= {"jobs": runs.count, "job_logs": logs.count, "connection_logs": transcripts.count}
    counts |= {"device_configurations": len(history.texts)}
    parts = Parts(spec, devices, plan, runs, history, logs, transcripts, last_success, small["credentials"])
    sources: dict[str, Callable[[], Iterator[Row]]] = {table: rows.__iter__ for table, rows in small.items()}
    sources |= {
        "jobs": lambda: _job_rows(devices, runs),
        "job_logs": lambda: logs.rows(devices, runs),
        "connection_logs": lambda: transcripts.rows(devices, runs),
        "device_configurations": lambda: _configuration_rows(devices, history),
    }
    return Fleet(spec, make_key(parts, {table: counts[table] for table in TABLES}), sources)


def _last_success(count: int, runs: Runs) -> Ints:
    last = np.full(count, NONE)
    succeeded = runs.status == COMPLETED
    np.maximum.at(last, runs.device[succeeded], runs.completed[succeeded])
    return last


def _job_rows(devices: list[Device], runs: Runs) -> Iterator[Row]:
    owners = [None if d.deleted else d.id for d in devices]
    for start in range(0, runs.count, _BLOCK):
        part = slice(start, start + _BLOCK)
        ids = range(start + 1, start + 1 + len(runs.device[part]))
        yield from zip(
            ids,
            map(owners.__getitem__, runs.device[part].tolist()),
            map(STATUSES.__getitem__, runs.status[part].tolist()),
            naive_list(runs.scheduled[part]),
            naive_list(runs.started[part]),
            naive_list(runs.completed[part]),
            strict=True,
        )


def _configuration_rows(devices: list[Device], history: History) -> Iterator[Row]:
    """``metadata`` is now and then NULL, as it is where an older NetRaven wrote the row."""
    found = naive_list(history.found)
    values = zip(history.device.tolist(), history.job.tolist(), history.texts, found, strict=True)
    for number, (device, job, text, retrieved_at) in enumerate(values, start=1):
        metadata = None if number % 10 == 0 else f'{{"job_id": {job + 1}, "transport": "ssh"}}'
        yield number, devices[device].id, text, retrieved_at, metadata
