"""The fleet on one page, as text."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from importlib.metadata import version
from pathlib import Path

import pytest

from netraven_analytics import fleet_page
from netraven_analytics.fleet import pictures
from netraven_db import migrate
from netraven_db.db.connection import connect
from netraven_db.db.session import frozen_session
from netraven_db.errors import ParameterError
from netraven_db.settings import describe_url, parse_url
from tests.netraven_analytics.fleet.conftest import COMMUNITY, HOSTILE, PASSWORD
from tests.netraven_analytics.spec import NOW, device, job, snapshot, store


def section(page: str, name: str) -> str:
    """What a section or a kind of trouble says, without its markup."""
    (found,) = re.findall(
        rf'id="{name}".*?(?=<section|<details open class="problem"|</main>)', page, re.DOTALL
    )
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found)))


def test_the_page_says_when_and_from_what_it_was_made(page_file: Path, fleet: str) -> None:
    """The instant, window and zone, the database without its password, the transaction, the version."""
    made = section(page_file.read_text(), "sources")
    for said in (
        "As of 2026-11-22 12:00 ",
        "Window 2026-10-23 12:00 to 2026-11-22 12:00 ",
        "Time zone UTC ",
        f"Database {describe_url(fleet)} ",
        f"Made by netraven-analytics {version('netraven-analytics')} ",
    ):
        assert said in made
    assert re.search(r"Snapshot of the transaction \d+:\d+:", made)
    assert "Between these the true rate lies with 95 % confidence" in made
    assert "select" in made.lower()


@pytest.fixture(autouse=True)
def without_charts(page_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of these tests are made as where the packages for charts are missing, which is quick."""
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)


async def test_what_is_wrong_now_comes_first(empty_database: str) -> None:
    """Stuck runs, old backups, open episodes and suspect snapshots, of all of history, and how many."""
    late, stuck, failing = device("late"), device("stuck"), device("failing")
    suspect = device("suspect", device_type="juniper_junos")
    await store(
        device("never"),
        job(late, "completed", "11-20 06:00", "11-20 06:01"),
        job(stuck, "completed", "11-22 06:00", "11-22 06:01"),
        job(stuck, "running", "2026-01-02 06:00:00"),
        job(failing, "completed", "11-22 06:00", "11-22 06:01"),
        job(failing, "failed", "11-22 07:00", "11-22 07:01"),
        job(suspect, "completed", "11-22 06:00", "11-22 06:01"),
        snapshot(suspect, "11-21 06:00:00", "system {\n}\n"),
        snapshot(suspect, "11-22 06:00:00", "\n"),
    )
    page = await fleet_page(as_of=NOW, since="7d")
    assert (
        page.index('id="now"')
        < page.index('id="figures"')
        < page.index('id="trouble"')
        < page.index('id="charts"')
    )
    assert "Devices without a recent backup 2 Stuck runs 1 Open failure episodes 1" in section(page, "now")
    assert "Suspect snapshots 1" in section(page, "now")
    assert "never never backed up" in section(page, "late")
    assert "late too old 2d05h 2026-11-20 06:01" in section(page, "late")
    assert "stuck 324d06h 2026-01-02 06:00" in section(page, "stuck")
    assert "failing 1 5h00m 2026-11-22 07:00" in section(page, "failing")
    assert "suspect empty 2026-11-22 06:00" in section(page, "suspect")


async def test_coverage_leads_the_figures(empty_database: str) -> None:
    """With its counts and its interval; the objective is the page's own."""
    await store(device("b"), job(device("a"), "completed", "11-20 06:00", "11-20 06:01"))
    said = section(await fleet_page(as_of=NOW, objective="3d"), "figures")
    figure = "Coverage 50.0 % 1 of 2 devices backed up within 3 d (95 % interval 9.5 to 90.5 %)"
    assert f"Headline figures {figure}" in said


def test_secrets_are_not_on_the_page(page_file: Path) -> None:
    """Neither those that rules know nor those that are stored; one secret is one token on all of the page."""
    page = page_file.read_text()
    assert COMMUNITY not in page
    assert PASSWORD not in page
    tokens = set(re.findall(r"banner motd .*?&lt;redacted:(\w+)&gt;</span>", page))
    assert len(tokens) == 1


def test_hostile_text_is_spelt_out(page_file: Path) -> None:
    """In every place that shows it; marks of direction and escapes of terminals are shown, not obeyed."""
    page = page_file.read_text()
    for text in HOSTILE:
        assert not any(mark in text for mark in "<\"'\u202e\x1b") or text not in page
    assert page.count("&lt;img src=x onerror=&#x27;window.harmed = true&#x27;&gt;") >= 5
    assert "\\x202egnp.exe\\x1b[31m" in page
    assert page.count("<script") == 1
    assert " style=" not in page


def test_the_policy_names_what_the_page_has_and_nothing_else(page_file: Path) -> None:
    """Word for word, and before what it is about: one style, one script, pictures inside the page."""
    page = page_file.read_text(encoding="utf-8")
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert unescape(policy) == (
        f"default-src 'none'; style-src {only_hash(page, 'style')}; img-src data:; "
        f"script-src {only_hash(page, 'script')}; require-trusted-types-for 'script'; trusted-types 'none'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert page.index(policy) < min(page.index("<style"), page.index("<script"))


def only_hash(page: str, element: str) -> str:
    """What a policy calls the one element of that name."""
    (text,) = re.findall(rf"<{element}\b[^>]*>(.*?)</{element}>", page, re.DOTALL)
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


async def test_all_of_it_is_of_the_session_s_transaction(empty_database: str) -> None:
    """What comes later is not on a page that is made in an older transaction."""
    await store(job(device("early"), "completed", "11-22 06:00", "11-22 06:01"))
    async with frozen_session() as db:
        await fleet_page(db, as_of=NOW)
        await store(job(device("tardy"), "completed", "11-22 06:00", "11-22 06:01"))
        page = await fleet_page(db, as_of=NOW)
    assert "early" in page
    assert "tardy" not in page


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"by": "weekday"}, "by='weekday' is nothing that the page groups by"),
        ({"objective": "5m"}, "objective='5m'"),
        ({"since": "soon"}, "since='soon'"),
        ({"diffs": -1}, "diffs=-1"),
    ],
)
async def test_a_mistake_is_told_before_anything_is_read(options: dict[str, object], said: str) -> None:
    """There is no server here."""
    with pytest.raises(ParameterError, match=re.escape(said)):
        await fleet_page(**options)  # type: ignore[arg-type]


async def test_an_empty_database_gives_a_page_that_says_so(empty_database: str) -> None:
    """And no figure that looks like success."""
    page = await fleet_page()
    assert "nothing in this database yet" in section(page, "now")
    assert "100" not in section(page, "figures")
    assert 'id="charts"' not in page


async def test_an_archive_without_runs_shows_changes_and_claims_nothing(empty_database: str) -> None:
    """Freshness, failures and stuck runs are unknown, and not 0."""
    a = device("a")
    await store(snapshot(a, "11-20 06:00:00", "hostname a\n"), snapshot(a, "11-21 06:00:00", "hostname b\n"))
    page = await fleet_page(as_of=NOW)
    assert "holds no runs at all" in section(page, "now")
    assert "Coverage \N{EN DASH} no run history" in section(page, "figures")
    assert "Stuck" not in section(page, "now")
    assert "+hostname b" in section(page, "changes")
    assert 'id="why"' not in page
    assert "a no run history" in section(page, "devices")


async def test_who_may_only_read_devices_jobs_and_configurations_gets_a_page(
    blank_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a database that only NetRaven's own migration made; what is kept from him is said."""
    await migrate.upgrade(blank_database, "8a76c492719c")
    connection = await connect(blank_database)
    name = parse_url(blank_database).database
    reader = f"reader_{name}"
    await connection.execute(
        f"create role {reader} login password 'x'; grant select on devices, jobs, job_logs, tags, "
        f"device_tag_association, device_configurations, alembic_version to {reader}"
    )
    try:
        url = parse_url(blank_database).set(username=reader, password="x")
        monkeypatch.setenv("NETRAVEN_DATABASE_URL", url.render_as_string(hide_password=False))
        page = await fleet_page()
    finally:
        await connection.execute(f"drop owned by {reader}; drop role {reader}")
        await connection.close()
    assert "permission denied for table credential" in section(page, "sources")
    assert "Credentials in trouble" not in page


async def test_groups_are_a_table_each(empty_database: str) -> None:
    """In the words of the dimension; of a tag that no device has there is none."""
    await store(job(device("a", "devices:x"), "failed", "11-20 06:00", "11-20 06:01"))
    page = await fleet_page(as_of=NOW, by=["tag:devices", "tag:nothing"])
    assert "By devices" in section(page, "by-0")
    assert "x 1 0.0 % 1 0 1 1 100.0 %" in section(page, "by-0")
    assert 'id="by-1"' not in page


async def test_without_the_packages_for_charts_there_is_a_page_without_charts(empty_database: str) -> None:
    """It says how to have them."""
    await store(job(device("a"), "failed", "11-20 06:00", "11-20 06:01"))
    page = await fleet_page(as_of=NOW)
    assert "Charts need more packages" in section(page, "charts")
    assert "<img" not in page


async def test_a_window_in_another_zone(page_file: Path, fleet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are on that zone's clock throughout."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", fleet)
    page = await fleet_page(as_of=NOW, tz="America/Sao_Paulo", device="ber-*", diffs=0)
    assert "2026-10-23 09:00 to 2026-11-22 09:00" in section(page, "sources")
    assert "Only device ber-*" in section(page, "sources")
    assert "class='change'" not in page
