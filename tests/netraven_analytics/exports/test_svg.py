"""SVG and PNG: charts as files."""

import os
from pathlib import Path

import pytest

from netraven_analytics import export, failure_rates
from netraven_analytics.exports.formats import PICTURES
from netraven_db.errors import ParameterError
from tests.netraven_analytics.charts.answers import answer, rates
from tests.netraven_analytics.spec import NOW, device, job, store

BEGINS = {"svg": b"<svg ", "png": b"\x89PNG"}


@pytest.mark.parametrize("name", PICTURES)
def test_a_file_of_a_picture_is_the_answers_chart(name: str, tmp_path: Path) -> None:
    """With its sidecar, as any file of an answer."""
    table = answer("failure_rates", rates(2, location=["berlin", "cairo"]), ["tag:location"], answers="?")
    export(table, tmp_path / f"rates.{name}")
    assert (tmp_path / f"rates.{name}").read_bytes().startswith(BEGINS[name])
    assert sorted(os.listdir(tmp_path)) == ["rates.meta.json", f"rates.{name}"]


async def test_secrets_do_not_leave_in_pictures(empty_database: str, tmp_path: Path) -> None:
    """What is drawn is redacted before it is drawn."""
    await store(
        job(device("username admin password 0 Hunter2hunter2"), "failed", "11-20 06:00", "11-20 06:01")
    )
    export(await failure_rates(by="device", as_of=NOW), tmp_path / "rates.svg")
    assert "Hunter2hunter2" not in (tmp_path / "rates.svg").read_text()


@pytest.mark.parametrize("name", PICTURES)
def test_what_cannot_be_drawn_leaves_no_file(name: str, tmp_path: Path) -> None:
    """Neither half a picture nor a sidecar."""
    with pytest.raises(ParameterError, match="no chart of device_inventory"):
        export(answer("device_inventory", {"devices": [1]}), tmp_path / f"a.{name}")
    assert os.listdir(tmp_path) == []


async def test_a_query_is_not_asked_for_a_picture(tmp_path: Path) -> None:
    """There is no database: the sentence is about the picture."""
    with pytest.raises(
        ParameterError, match="A query's answer cannot be drawn: svg is for the answers of rep"
    ):
        await export("select 1", tmp_path / "a.svg")
