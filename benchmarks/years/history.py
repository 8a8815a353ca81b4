"""A history of jobs to measure on, made of numbers with a fixed seed and loaded by COPY."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
import numpy as np
import pyarrow as pa
from pyarrow import csv

from netraven_db import migrate
from netraven_db.db.connection import connect

END = datetime(2026, 11, 1)  # noqa: DTZ001 - as NetRaven's columns hold it
TYPES = ("cisco_ios", "cisco_xe", "cisco_nxos", "arista_eos", "juniper_junos", "fortinet", None)
SITES, ROLES = 24, ("access", "core", "edge")
SNAPSHOTS = 4  # a device
TEXT = "hostname d{n}\n! {age}\n" + "interface x\n" * 40 + "end\n"
MESSAGES = (
    "Connection to 10.{a}.{b}.{c} timed out after {n} seconds",
    "Authentication failed for user backup on device-{n}",
    "Pattern not detected: '#' in output of 10.{a}.{b}.{c}",
    "SSH session closed by 10.{a}.{b}.{c} (code {n})",
    "Unable to save the configuration: disk full, {n} bytes free",
)
_BLOCK = 500_000  # rows
_SECOND = 1_000_000  # microseconds


@dataclass(frozen=True)
class History:
    """So many jobs, evenly over so many years and devices."""

    jobs: int
    years: int
    devices: int

    @property
    def begin(self) -> datetime:
        return END - timedelta(days=round(365.25 * self.years))


async def load(url: str, history: History) -> None:
    """Put the history into that blank database, index it as an upgrade does, and analyze it."""
    await migrate.upgrade(url, migrate.NETRAVEN_REVISION)
    connection = await connect(url)
    try:
        await _load_devices(connection, history)
        messages = np.random.default_rng(2)
        for jobs in _jobs(history):
            await _copy(connection, "jobs", jobs)
            await _copy(connection, "job_logs", _logs(jobs, messages))
        for table in ("devices", "credentials", "jobs", "job_logs"):
            await connection.execute(
                f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"
            )
    finally:
        await connection.close()
    await migrate.upgrade(url)
    connection = await connect(url)
    try:
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


async def _load_devices(connection: asyncpg.Connection, history: History) -> None:
    sites = [f"site-{n:02}" for n in range(SITES)]
    tags = [(n + 1, name, "location") for n, name in enumerate(sites)]
    tags += [(SITES + n + 1, name, "role") for n, name in enumerate(ROLES)]
    await connection.copy_records_to_table("tags", records=tags, columns=("id", "name", "type"))
    numbers = range(1, history.devices + 1)
    await connection.copy_records_to_table(
        "devices",
        records=(
            (n, f"{sites[n % SITES]}-{n:05}", f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", TYPES[n % 7], END)
            for n in numbers
        ),
        columns=("id", "hostname", "ip_address", "device_type", "last_seen"),
    )
    await connection.copy_records_to_table(
        "device_tag_association",
        records=((n, tag) for n in numbers for tag in (n % SITES + 1, SITES + n % len(ROLES) + 1)),
        columns=("device_id", "tag_id"),
    )
    await connection.copy_records_to_table(
        "credentials",
        records=((n, f"backup{n}", "secret", n, END, 0.9) for n in range(1, SITES)),
        columns=("id", "username", "password", "priority", "last_used", "success_rate"),
    )
    await connection.copy_records_to_table(
        "credential_tag_association",
        records=((n, n) for n in range(1, SITES)),
        columns=("credential_id", "tag_id"),
    )
    step = timedelta(days=365.25 * history.years) / SNAPSHOTS
    await connection.copy_records_to_table(
        "device_configurations",
        records=(
            (n, END - step * age - timedelta(minutes=n), TEXT.format(n=n, age=age))
            for n in numbers
            for age in range(SNAPSHOTS)
        ),
        columns=("device_id", "retrieved_at", "config_data"),
    )


def _jobs(history: History) -> Iterator[pa.Table]:
    """The jobs in the order in which they were made: each device's turn comes again and again.

    Most are due at night. Some wait long, are started by hand or early, fail, have an unknown status, have
    lost their device, or end before they start. The newest are pending or running, and a few old ones hang.
    """
    random = np.random.default_rng(1)
    turns = random.permutation(history.devices) + 1
    habit = random.lognormal(0, 0.5, history.devices + 1)  # slow devices stay slow
    weak = random.random(history.devices + 1) < 0.05  # and weak ones fail more often
    begin = np.datetime64(history.begin, "us").astype("int64")
    span = np.datetime64(END, "us").astype("int64") - begin
    for first in range(0, history.jobs, _BLOCK):
        k = np.arange(first, min(first + _BLOCK, history.jobs))
        device = turns[k % history.devices]
        due = begin + _at_night(k * (span / history.jobs))
        chance = random.random((6, len(k)))
        wait = random.exponential(60 * _SECOND, len(k)).astype("int64")
        wait = np.where(chance[0] < 0.005, -5 * _SECOND, np.where(chance[0] > 0.98, wait * 30, wait))
        start = due + wait
        took = (random.lognormal(3.4, 0.4, len(k)) * habit[device] * _SECOND).astype("int64")
        took = np.where(chance[1] < 0.001, -took, took)
        failed = chance[2] < np.where(weak[device], 0.4, 0.025)
        status = np.where(failed, "failed", "completed").astype(object)
        status[chance[3] < 0.003] = "skipped"
        status[(chance[3] > 0.99999) | ((k >= history.jobs - 40) & (start < begin + span))] = "running"
        status[start >= begin + span - took] = "pending"
        pending, open_ = status == "pending", np.isin(status, ("pending", "running", "skipped"))
        yield pa.table(
            {
                "id": k + 1,
                "device_id": pa.array(device, mask=chance[4] < 0.01),
                "status": pa.array(status, pa.string()),
                "scheduled_for": _instants(due, (chance[5] < 0.05) & ~pending),
                "started_at": _instants(start, pending),
                "completed_at": _instants(start + took, open_),
            }
        )


def _at_night(at: np.ndarray) -> np.ndarray:
    """The same order, and 70 % of each day between one and three."""
    day, hour = np.divmod(at / (3600 * _SECOND), 24)
    share = hour / 24
    hour = np.where(share < 0.7, 1 + share / 0.7 * 2, 3 + (share - 0.7) / 0.3 * 21)
    return ((day * 24 + hour) * 3600 * _SECOND).astype("int64")  # type: ignore[no-any-return]


def _instants(micros: np.ndarray, missing: np.ndarray) -> pa.Array:
    return pa.array(micros.astype("datetime64[us]"), mask=missing)


def _logs(jobs: pa.Table, random: np.random.Generator) -> pa.Table:
    """A message of each run that failed, and one of every tenth run that did not."""
    failed = np.asarray(jobs["status"].to_pandas() == "failed")
    ended = np.asarray(jobs["completed_at"].is_valid())
    said = ended & (failed | (random.random(len(failed)) < 0.1))
    numbers = random.integers(1, 250, (said.sum(), 5)).tolist()
    messages = [
        MESSAGES[kind % len(MESSAGES)].format(a=a, b=b, c=c, n=n) if bad else "Backup stored"
        for bad, (kind, a, b, c, n) in zip(failed[said], numbers, strict=True)
    ]
    return pa.table(
        {
            "job_id": jobs["id"].filter(said),
            "message": messages,
            "level": np.where(failed[said], "ERROR", "INFO"),
            "timestamp": jobs["completed_at"].filter(said),
        }
    )


async def _copy(connection: asyncpg.Connection, table: str, rows: pa.Table) -> None:
    text = io.BytesIO()
    csv.write_csv(rows, text, csv.WriteOptions(include_header=False))
    text.seek(0)
    await connection.copy_to_table(table, source=text, columns=rows.column_names, format="csv")
