"""The rows are the same for the same spec, fit together, and lie in time."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from netraven_analytics.demo import COLUMNS, TABLES, AnswerKey, Fleet, FleetSpec, generate
from tests.netraven_analytics.demo.oracle import Tables

_DIGEST = """
import hashlib
from datetime import UTC, datetime
from netraven_analytics.demo import TABLES, FleetSpec, generate
fleet = generate(FleetSpec(12, 10, until=datetime(2026, 4, 6, 6, tzinfo=UTC)))
digest = hashlib.sha256(fleet.answers.to_json().encode())
for table in TABLES:
    digest.update(repr(list(fleet.rows(table))).encode())
raise SystemExit(digest.hexdigest())
"""


def test_two_generations_are_equal(spec: FleetSpec, fleet: Fleet, tables: Tables) -> None:
    """The same spec gives the same rows and the same key, to the byte."""
    again = generate(spec)
    assert {table: list(again.rows(table)) for table in TABLES} == tables
    assert again.answers == fleet.answers
    assert again.answers.to_json() == fleet.answers.to_json()


def test_rows_can_be_read_twice(fleet: Fleet, tables: Tables) -> None:
    """Reading a table's rows does not use them up."""
    assert list(fleet.rows("job_logs")) == tables["job_logs"]


def test_processes_with_other_hash_seeds_and_time_zones_agree() -> None:
    """Neither the order of sets nor the host's zone is in the rows."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=False,
        ).stderr
        for hash_seed, zone in (("1", "UTC"), ("2", "America/Sao_Paulo"))
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64


def test_another_seed_gives_another_fleet(spec: FleetSpec, tables: Tables) -> None:
    """Chance comes from the seed alone."""
    other = generate(FleetSpec(spec.devices, spec.days, seed=1, until=spec.until))
    for table in ("devices", "jobs", "job_logs", "device_configurations"):
        assert list(other.rows(table)) != tables[table]


def test_rows_are_as_wide_as_their_columns_and_counted(fleet: Fleet, tables: Tables) -> None:
    """Each table has as many values a row as columns, and as many rows as it says."""
    for table, rows in tables.items():
        assert {len(row) for row in rows} == {len(COLUMNS[table])}
        assert fleet.count(table) == len(rows)


def test_ids_are_unique_and_ascend(tables: Tables) -> None:
    """As a database that counted them would have them."""
    for table, columns in COLUMNS.items():
        if columns[0] == "id":
            ids = [row[0] for row in tables[table]]
            assert ids == sorted(set(ids))


def test_unique_columns_are_unique(tables: Tables) -> None:
    """What the schema holds unique never occurs twice."""
    for table, column in (("devices", 1), ("devices", 2), ("tags", 1), ("system_settings", 1)):
        assert max(Counter(row[column] for row in tables[table]).values()) == 1
    for table in ("device_tag_association", "credential_tag_association"):
        assert len(set(tables[table])) == len(tables[table])


def test_foreign_keys_hold(tables: Tables) -> None:
    """Every reference names a row that is there."""
    ids = {table: {row[0] for row in rows} for table, rows in tables.items()}
    assert {row[1] for row in tables["jobs"]} <= ids["devices"] | {None}
    assert {row[1] for row in tables["device_configurations"]} <= ids["devices"]
    assert {row[1] for row in tables["job_logs"]} <= ids["jobs"]
    assert {row[1] for row in tables["connection_logs"]} <= ids["jobs"]
    assert {row[2] for row in tables["connection_logs"]} <= ids["devices"]
    assert {row[0] for row in tables["device_tag_association"]} <= ids["devices"]
    assert {row[1] for row in tables["device_tag_association"]} <= ids["tags"]
    assert {row[0] for row in tables["credential_tag_association"]} <= ids["credentials"]
    assert {row[1] for row in tables["credential_tag_association"]} <= ids["tags"]


def test_nothing_lies_after_the_end_but_pending_schedules(spec: FleetSpec, tables: Tables) -> None:
    """History ends at the spec's end; only what is still to come lies behind it."""
    end, start = spec.until.replace(tzinfo=None), spec.since.replace(tzinfo=None)
    for table, rows in tables.items():
        for row in rows:
            instants = [value for value in row if isinstance(value, datetime)]
            if table == "jobs" and row[2] == "pending":
                assert row[4] is row[5] is None
                assert row[3] is None or row[3] <= end + timedelta(hours=12)
            elif table == "connection_logs":
                assert all(value <= spec.until and value.tzinfo is UTC for value in instants)
            else:
                assert all(start <= value <= end and value.tzinfo is None for value in instants), row


def test_the_fleet_has_the_size_asked_for(spec: FleetSpec, key: AnswerKey) -> None:
    """Devices, days and runs a day are those of the spec."""
    runs = [t.runs for t in key.totals]
    assert len(runs) == key.rows["devices"] == spec.devices
    ordinary = sorted(runs)[len(runs) // 2]
    assert abs(ordinary - spec.days * spec.runs_per_day) <= 3


@pytest.mark.parametrize(
    "size",
    [
        FleetSpec(10, 7, until=datetime(2026, 1, 1, 12, 34, 56, 789, tzinfo=UTC)),
        FleetSpec(11, 9, 24, 3, until=datetime(2025, 11, 3, tzinfo=UTC)),
        FleetSpec(13, 400, 1, 4, until=datetime(2024, 6, 1, 23, 59, tzinfo=UTC)),
    ],
    ids=str,
)
def test_small_and_odd_fleets_can_be_made(size: FleetSpec) -> None:
    """Also the least sizes, and days without a whole week."""
    fleet = generate(size)
    assert all(len(list(fleet.rows(table))) == fleet.count(table) for table in TABLES)
    assert fleet.count("devices") == size.devices


def test_the_default_fleet_is_a_few_tens_of_megabytes() -> None:
    """It loads while somebody waits."""
    fleet = generate(FleetSpec(until=datetime(2026, 4, 6, 6, tzinfo=UTC)))
    texts = sum(len(row[2]) for row in fleet.rows("device_configurations"))
    assert 18_000 <= fleet.count("jobs") <= 19_000
    assert 20e6 < texts < 40e6
