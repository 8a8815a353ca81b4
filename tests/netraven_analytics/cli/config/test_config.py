"""``config`` as a shell sees it: one small history, each verb's answer."""

import base64
import hashlib
import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.netraven_analytics.cli.process import COMMAND, Run
from tests.netraven_analytics.spec import device, snapshot, store

BY = "! Last configuration change at 10:11:12 UTC Tue Mar 3 2026 by ann"
FIRST = f"{BY}\r\nhostname a\r\nenable secret s3cr3t\r\n"
SECOND = FIRST.replace("ann", "bob") + "interface Gi1\r\n shutdown\x1b[2J\r\n"


@pytest.fixture
async def history(empty_database: str) -> None:
    """Two devices, one of which changed."""
    d, e = device("ber-1"), device("ber-2")
    await store(
        snapshot(d, "11-01 06:00:00", FIRST),
        snapshot(d, "11-02 06:00:00", SECOND),
        snapshot(e, "11-02 06:00:00", "hostname b\n"),
    )


@pytest.mark.usefixtures("history")
async def test_diff_of_the_last_change(run: Run) -> None:
    """Plain in a pipe: which snapshots, which interval, and a unified diff without noise and escapes."""
    done = run("config", "diff", "ber-1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "ber-1 snapshot 1 of 2026-11-01 06:00:00+00:00 → snapshot 2 of 2026-11-02 06:00:00+00:00: "
        "lines added 2, removed 0",
        "Changed after 2026-11-01 06:00:00+00:00 and not after 2026-11-02 06:00:00+00:00.",
        "",
        "--- ber-1 snapshot 1 of 2026-11-01 06:00:00+00:00",
        "+++ ber-1 snapshot 2 of 2026-11-02 06:00:00+00:00",
        "@@ -1,2 +1,4 @@ interface Gi1",
        " hostname a",
        f" enable secret {done.stdout.partition('secret ')[2].partition(chr(10))[0]}",
        "+interface Gi1",
        "+ shutdown\\x1b[2J",
    ]
    assert "s3cr3t" not in done.stdout
    whole = run("config", "diff", "ber-1", "1", "2", "--with-noise", "--show-secrets", "--json")
    found = json.loads(whole.stdout)
    assert (found["from_id"], found["to_id"], found["lines_added"], found["lines_removed"]) == (1, 2, 3, 1)
    assert "-! Last configuration change at 10:11:12 UTC Tue Mar 3 2026 by ann\r\n" in found["unified"]


@pytest.mark.usefixtures("history")
def test_diff_has_colours_on_a_terminal(empty_database: str) -> None:
    """And only there; what a device says still steers nothing."""
    leader, follower = pty.openpty()
    done = subprocess.Popen([*COMMAND, "config", "diff", "ber-1"], stdout=follower, stderr=follower)
    done.wait(60)
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert "\x1b[32m+interface Gi1\x1b[0m" in shown
    assert "\\x1b[2J" in shown


@pytest.mark.usefixtures("history")
def test_diff_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    """A patch, or a page with both texts side by side: without secrets, its owner's as all such files."""
    assert run("config", "diff", "ber-1", "-o", "it.patch").stderr.strip() == "Wrote it.patch"
    patch = (tmp_path / "it.patch").read_text()
    assert patch.startswith("--- ber-1 snapshot 1 of ")
    assert "\n+interface Gi1\n" in patch
    run("config", "diff", "ber-1", "-o", "it.html")
    page = (tmp_path / "it.html").read_text()
    assert page.startswith("<!doctype html>")
    assert 'class="come">interface Gi1</td>' in page
    for style in re.findall("<style>(.*?)</style>", page, re.DOTALL):
        assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in page  # by the policy
    for text in (patch, page):
        assert "s3cr3t" not in text
    assert "\x1b" not in page
    run("config", "search", "interface", "-o", "found.csv")
    run("config", "show", "ber-1", "-o", "it.cfg")
    for name in ("it.patch", "it.html", "it.cfg", "found.csv", "found.meta.json"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    refused = run("config", "diff", "ber-1", "-o", ".")
    assert refused.returncode != 0
    assert "is a folder: name a file to write." in refused.stderr


@pytest.mark.usefixtures("history")
async def test_show_gives_the_text_of_a_moment(run: Run, tmp_path: Path) -> None:
    """Redacted unless told otherwise; a file has it to the byte."""
    done = run("config", "show", "ber-1", "--at", "2026-11-01T12:00Z")
    assert done.stdout.splitlines()[1] == "hostname a"
    assert "s3cr3t" not in done.stdout
    assert "snapshot 1 of 2026-11-01 06:00:00+00:00" in done.stderr
    run("config", "show", "ber-1", "--show-secrets", "-o", "it.cfg")
    assert (tmp_path / "it.cfg").read_bytes().decode() == SECOND
    assert json.loads(run("config", "show", "ber-1", "--json", "--show-secrets").stdout)["text"] == SECOND


@pytest.mark.usefixtures("history")
async def test_blame_names_the_origin_of_each_line(run: Run) -> None:
    """For people a line each; for scripts an array of objects."""
    done = run("config", "blame", "ber-1")
    assert done.stdout.splitlines()[0] == "1 2026-11-01 06:00 ann 2| hostname a"
    assert done.stdout.splitlines()[-1] == "2 2026-11-02 06:00 bob 5|  shutdown\\x1b[2J"
    found = json.loads(run("config", "blame", "ber-1", "--json").stdout)
    assert [(each["line"], each["snapshot_id"]) for each in found] == [(2, 1), (3, 1), (4, 2), (5, 2)]
    assert found[3] == {
        "line": 5,
        "text": " shutdown\x1b[2J",
        "section": "interface Gi1",
        "snapshot_id": 2,
        "introduced_at": "2026-11-02T06:00:00+00:00",
        "previous_at": "2026-11-01T06:00:00+00:00",
        "claimed_user": "bob",
    }


@pytest.mark.usefixtures("history")
async def test_search_says_what_it_did_not_see(run: Run) -> None:
    """CSV in a pipe, the notes beside it; a secret is not found by guessing it."""
    done = run("config", "search", "shutdown", "--since", "2026-11-01T12:00Z")
    assert done.stdout.splitlines()[1].startswith(
        '1,ber-1,cisco_ios,2,2026-11-02T06:00:00+00:00,5," shutdown'
    )
    guessed = run("config", "search", "s3cr3t")
    assert "Matches: 0, on 0 of 2 devices." in guessed.stderr
    assert "Lines with redacted secrets, which were not searched: 1." in guessed.stderr
    missing = json.loads(run("config", "search", "^hostname a$", "--regex", "--missing", "--json").stdout)
    assert [each["hostname"] for each in missing] == ["ber-2"]


@pytest.mark.usefixtures("history")
async def test_changes_is_the_report_by_a_short_name(run: Run) -> None:
    """With all of its options."""
    short = run("config", "changes", "--since", "all", "--device", "ber-1")
    assert (
        short.stdout == run("report", "run", "config_changes", "--since", "all", "--device", "ber-1").stdout
    )
    assert "ber-1" in short.stdout


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("blame", "ber-*"), "device='ber-*' matches 2 devices (ber-1, ber-2): name one of them."),
        (("show", "ber-1", "--at", "12m"), "at='12m' is ambiguous"),
        (("search", "x", "--context", "much"), "--context 'much' is not understood"),
    ],
)
async def test_a_mistake_is_one_sentence(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """And an exit code, no traceback."""
    done = run("config", *arguments)
    assert done.returncode != 0
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [("show", "a"), ("search", "a"), ("blame", "a"), ("diff", "a"), ("changes",), ("refresh",)]
)
def test_a_database_without_netravens_tables(
    run: Run, blank_database: str, arguments: tuple[str, ...]
) -> None:
    """Is told in the words of a report, secrets shown or not."""
    for more in ((), ("--show-secrets",) if arguments[0] in ("show", "search", "blame", "diff") else ()):
        done = run("config", *arguments, *more, NETRAVEN_DATABASE_URL=blank_database)
        assert done.returncode == 4
        assert done.stderr.startswith("Error: There are no NetRaven tables in this database: run 'netraven-")
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.usefixtures("history")
async def test_refresh(run: Run) -> None:
    """It says what it stored; the second time there is nothing to store."""
    done = run("config", "refresh")
    assert done.returncode == 0, done.stderr
    assert "3 without noise, and what 1 change did" in done.stdout
    done = run("config", "refresh", "--json")
    assert json.loads(done.stdout) == {"digests": 0, "normalised": 0, "changes": 0}
