"""A password that the database holds is in no output, wherever it stands; no rule knows it by its place."""

from pathlib import Path

import pytest

from netraven_db.db.models import Credential, JobLog
from tests.netraven_analytics.cli.process import Run
from tests.netraven_analytics.spec import at, device, job, snapshot, store

PASSWORD = "Zq7hunterPw"
AT = ("--as-of", "2026-11-20T07:00Z")
OBJECTIVES = """
[[objective]]
report = "error_signatures"
as_of = "2026-11-20T07:00Z"
require = "messages < 1"
"""


@pytest.fixture
async def told_everywhere(empty_database: str, tmp_path: Path) -> None:
    """It stands in a message, in two texts and in a section's name."""
    d = device("ber-1")
    failed = job(d, "failed", "2026-11-20 06:00:00", "2026-11-20 06:00:10")
    failed.logs = [
        JobLog(message=f"login with {PASSWORD} failed", level="ERROR", timestamp=at("11-20 06:00:05"))
    ]
    await store(
        failed,
        snapshot(d, "11-19 06:00:00", f"hostname a\nbanner motd {PASSWORD}\n"),
        snapshot(
            d, "11-20 06:00:00", f"hostname a\nbanner motd {PASSWORD} again\ninterface {PASSWORD}\n shut\n"
        ),
        Credential(username="backup", password=PASSWORD),
    )
    (tmp_path / "objectives.toml").write_text(OBJECTIVES)


@pytest.mark.usefixtures("told_everywhere")
@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "run", "error_signatures", *AT),
        ("report", "run", "error_signatures", *AT, "--json"),
        ("report", "run", "error_signatures", *AT, "-o", "out.csv"),
        ("report", "run", "config_changes", *AT, "--json"),
        ("report", "run", "change_clusters", *AT, "--least", "2", "--json"),
        ("check", "objectives.toml"),
        ("check", "objectives.toml", "--json"),
        ("config", "show", "ber-1"),
        ("config", "show", "ber-1", "-o", "out.txt"),
        ("config", "diff", "ber-1"),
        ("config", "diff", "ber-1", "-o", "out.html"),
        ("config", "blame", "ber-1", "--json"),
        ("config", "search", "banner", "--context", "2", "--json"),
        ("report", "all", *AT, "-o", "out"),
        ("report", "html", *AT, "-o", "out.html"),
        ("sql", "select message from job_logs"),
    ],
    ids=" ".join,
)
def test_no_output_holds_it(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Nor does a file; not even a signature, in which its digits are masked."""
    done = run(*arguments)
    assert done.returncode in (0, 1), done.stderr
    files = (path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file())
    said = done.stdout + done.stderr + "".join(files)
    assert "hunterPw" not in said
    assert "Traceback" not in said
    assert "redacted" in said or "change_clusters" in arguments
