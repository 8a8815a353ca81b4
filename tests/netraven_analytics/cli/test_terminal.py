"""Nothing that a device, a database or an argument says steers a terminal, in any command that prints it."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from netraven_analytics.reports import catalogue
from netraven_db.db.models import ConnectionLog, Credential, Device, DeviceConfiguration, Job, JobLog, Tag
from tests.netraven_analytics.spec import NOW, at, store

# CSI, OSC 8 and 52, DCS, C1 of eight bits, what moves the cursor, and what turns the direction of text.
STEERING = (
    "\x1b[31mRED\x1b[2J\x1b[1A \x1b]52;c;aGk=\x07 \x1b]8;;http://e\x1b\\link \x1bP1$r\x1b\\ "
    "\x9b2J\x9d0;t\x9c\x90q\x9c "
    "\rBACK\x08\x08\x0b\x0c\x7f\x05 \u202eRTL\u2066\u2069\u200f\u061c \u2028\u2029 \x00"
)
STORED = STEERING.replace("\x00", "")  # which no text in a database holds
SHORT = "t\x1b[31mRED\x1b[2J\u202e\x9b2J\r"  # as a column's name has to be
ALLOWED = re.compile(r"\x1b\[\d*(?:;\d+)*m")  # bold and colours, which the toolkit itself writes
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]"
)
RUNNER = """
import json, sys
from netraven_analytics.cli import main
for arguments in json.loads(sys.stdin.read()):
    sys.argv = ["netraven-analytics", *arguments]
    try:
        main()
    except SystemExit as end:
        sys.stdout.flush()
        print(f"END {end.code}", flush=True)
"""

DATA = [
    *(["report", "run", name, "--since", "all", "--as-of", "data"] for name in sorted(catalogue)),
    ["report", "run", "job_durations", "--by", "device", "--by", "tag:" + SHORT, "--since", "all"],
    ["report", "run", "failure_rates", "--by", "device", "--json"],
    ["report", "run", "config_changes", "--since", "all", "--format", "jsonl"],
    ["report", "list"],
    ["report", "all", "-o", "out"],
    ["report", "html", "-o", "fleet.html", "--as-of", "data"],
    ["report", "run", "job_durations", "--since", "all", "--by", "device", "-o", "durations.svg"],
    ["config", "changes", "--since", "all"],
    ["config", "show", "1"],
    ["config", "diff", "1"],
    ["config", "blame", "1"],
    ["config", "blame", "1", "--json"],
    ["config", "diff", "1", "-o", "diff.html"],
    ["config", "search", "BACK"],
    ["config", "search", "BACK", "--missing", "--context", "section"],
    *(
        ["sql", f"select * from {table}"]
        for table in ("devices", "tags", "jobs", "job_logs", "connection_logs")
    ),
    ["sql", "select * from device_configurations", "--json"],
    *(
        ["sql", "select * from devices", "-o", "-", "--format", name]
        for name in ("csv", "json", "jsonl", "html")
    ),
    ["sql", f'select 1 as "{STORED.replace(chr(34), "")}"'],
    ["db", "check"],
    ["db", "status"],
    ["db", "doctor"],
    ["check", "objectives.toml"],
    ["notebooks", "list"],
]
X = STORED
ERRORS = [
    [X],
    ["report", X],
    ["report", "run", X],
    ["report", "run", "job_durations", X],
    ["report", "run", "job_durations", "--" + X],
    *(
        ["report", "run", "job_durations", f"--{name}", X]
        for name in ("by", "since", "until", "as-of", "tz", "tag", "top")
    ),
    ["report", "run", "job_durations", "-o", X],
    ["report", "run", "job_durations", "-o", f"/dev/null/{X}/a.csv"],
    ["report", "run", "job_durations", "--format", X],
    ["report", "run", "job_durations", "--device", X, "--since", "all"],
    ["config", "show", X],
    ["config", "show", "1", "--at", X],
    ["config", "diff", "1", X, X],
    ["config", "search", "(" + X],
    ["sql", f"select '{X}'::integer"],
    ["sql", f'select "{X}"'],
    ["sql", f"do $$ begin raise exception '{X}'; end $$"],
    ["sql", "select 1", "-p", X],
    ["sql", "select 1", "-p", "a=" + X],
    ["sql", "select 1", "--limit", X],
    ["sql", "select 1", "--timeout", X],
    ["check", X],
    ["import", "oxidized", X],
    ["import", "oxidized", ".", "--into", X],
    ["import", "oxidized", ".", "--router-db", X],
    ["report", "html", "-o", f"/dev/null/{X}/fleet.html"],
    ["config", "diff", "1", "-o", f"/dev/null/{X}.html"],
    ["config", "blame", "1", "--at", X],
    ["notebooks", "run", X],
    ["notebooks", "run", "-p", X],
    ["db", "grant-reporting", X * 9],
    ["db", "grant-reporting", "a", "--to", X * 9],
    ["--db", X, "db", "check"],
    ["--db", f"postgresql://u@127.0.0.1:1/{X}", "db", "check"],
    ["--db", f"postgresql://{X}@127.0.0.1:1/d", "db", "check"],
    ["--db", f"postgresql://u@127.0.0.1:1/d?application_name={X}&{X}=1", "db", "check"],
    ["--db", f"embedded:/dev/null/{X}", "db", "check"],
    ["demo", "--devices", X],
    ["demo", "--out", f"/dev/null/{X}", "--devices", "10", "--days", "7"],
]


@pytest.fixture
async def hostile(empty_database: str, tmp_path: Path) -> str:
    """A database in which every text steers."""
    tag = Tag(name=STORED, type=SHORT)
    device = Device(hostname="h" + STORED, ip_address=STORED, device_type="cisco" + STORED, tags=[tag])
    job = Job(device=device, status="failed", started_at=at("11-20 06:00"), completed_at=at("11-20 06:01"))
    first = DeviceConfiguration(
        device=device, retrieved_at=at("11-19"), config_data=f"a\n{STORED}\n", metadata_={STORED: STORED}
    )
    second = f"a\n{STORED}b\n{STORED}\n"
    await store(
        job,
        first,
        DeviceConfiguration(device=device, retrieved_at=at("11-20"), config_data=second),
        Job(device=device, status=STORED, started_at=at("11-21 06:00")),
        JobLog(job=job, message=f"failed: {STORED}", level="ERROR", timestamp=at("11-20 06:01")),
        JobLog(job=job, message=STORED, level="ERROR" + STORED, timestamp=at("11-20 06:01")),
        Credential(username=STORED, password="p", tags=[tag]),
        ConnectionLog(device_id=None, log=STORED, timestamp=NOW),
    )
    objective = json.dumps(f"o{STORED}")
    (tmp_path / "objectives.toml").write_text(
        f'[[objective]]\nname = {objective}\nreport = "failure_rates"\nby = "device"\nsince = "all"\n'
        'require = "failure_rate < 0.1"\n'
    )
    return empty_database


@pytest.mark.parametrize(
    ("commands", "terminal"),
    [(DATA, True), (DATA, False), (ERRORS, True)],
    ids=["data on a terminal", "data in a pipe", "errors"],
)
async def test_nothing_steers(
    hostile: str, tmp_path: Path, commands: list[list[str]], terminal: bool
) -> None:
    """0 control characters but for line ends; what was there is shown as what it is."""
    piped = [arguments for arguments in commands if terminal or "-" not in arguments[1:]]
    shown = (_on_a_terminal if terminal else _in_a_pipe)(piped, hostile, tmp_path)
    assert shown.count("END ") == len(piped)
    assert "Traceback" not in shown
    for steering in ("\x1b[31mRED", "\x1b[2J"):
        assert steering not in shown
    left = ALLOWED.sub("", shown) if terminal else shown
    assert FORBIDDEN.findall(left.replace("\r\n", "\n")) == []
    assert "\\x1b" in shown


def _in_a_pipe(commands: list[list[str]], url: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps(commands),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**os.environ, "NETRAVEN_DATABASE_URL": url, "COLUMNS": "400"},
        timeout=120,
    )
    return done.stdout


def _on_a_terminal(commands: list[list[str]], url: str, folder: Path) -> str:
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER],
        stdin=subprocess.PIPE,
        stdout=follower,
        stderr=follower,
        cwd=folder,
        env={**os.environ, "NETRAVEN_DATABASE_URL": url, "COLUMNS": "400", "TERM": "xterm-256color"},
    ) as process:
        os.close(follower)
        assert process.stdin is not None
        process.stdin.write(json.dumps(commands).encode())
        process.stdin.close()
        chunks = []
        try:
            while chunk := os.read(leader, 65_536):
                chunks.append(chunk)
        except OSError:  # Linux's way to say that the other end is closed
            pass
        process.wait(timeout=60)
    os.close(leader)
    return b"".join(chunks).decode()
