"""The command as a shell sees it: a process with its output, its sentences and its exit code."""

import json
import os
import pty
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest

from netraven_analytics.reports import catalogue
from netraven_db.db.models import Credential
from tests.netraven_analytics.cli.process import COMMAND, Run
from tests.netraven_analytics.spec import device, job, snapshot, store


async def _one_run(hostname: str = "a") -> None:
    await store(job(device(hostname), "failed", "2026-11-20 06:00:00", "2026-11-20 06:00:10"))


async def test_a_report_in_a_pipe_is_csv_with_its_story_beside_it(run: Run) -> None:
    """Data on standard output, the window and the notes on standard error."""
    await _one_run()
    done = run("report", "run", "job-durations", "--by", "device", "--as-of", "data", "--since", "2d")
    assert done.returncode == 0
    header, row = done.stdout.splitlines()
    assert header.startswith("device_id,hostname,runs,running,invalid,duration_mean_seconds")
    assert row.startswith("1,a,1,0,0,10.0")
    assert "job_durations: 2026-11-18 06:00:10 until 2026-11-20 06:00:10 (UTC)" in done.stderr


async def test_names_take_hyphens_or_underscores(run: Run) -> None:
    """Of reports, options and dimensions alike."""
    await _one_run()
    hyphens = run(
        "report", "run", "failure-rates", "--by", "device-type", "--as-of", "data", "--stuck-after", "1h"
    )
    unders = run(
        "report", "run", "failure_rates", "--by", "device_type", "--as_of", "data", "--stuck_after", "1h"
    )
    assert hyphens.stdout == unders.stdout
    assert hyphens.stdout.startswith("device_type,runs")


async def test_json_is_for_scripts(run: Run) -> None:
    """An array of objects, missing as null."""
    found = json.loads(run("report", "run", "failure_rates", "--json").stdout)
    assert found[0]["failure_rate"] is None
    assert [r["name"] for r in json.loads(run("report", "list", "--json").stdout)] == sorted(catalogue)


@pytest.mark.parametrize("name", sorted(catalogue))
async def test_every_report_has_help_with_its_options(run: Run, name: str) -> None:
    """They come from the report's own signature."""
    help_text = run("report", "run", name, "--help").stdout
    for parameter in [*catalogue[name].shared, *(p.name for p in catalogue[name].own)]:
        assert (f"--{parameter.replace('_', '-')}" in help_text) == (parameter != "where")


async def test_output_goes_to_the_named_file(run: Run, tmp_path: Path) -> None:
    """Its ending says the format, else --format does; - is standard output."""
    await _one_run()
    assert run("report", "run", "job_durations", "-o", "x/a.xlsx").returncode == 0
    assert run("report", "run", "job_durations", "--format", "csv", "-o", "x/b").returncode == 0
    assert sorted(os.listdir(tmp_path / "x")) == ["a.meta.json", "a.xlsx", "b.csv", "b.meta.json"]
    assert run("report", "run", "job_durations", "-o", "-").stdout.startswith("runs,")
    assert run("report", "run", "job_durations", "-o", "a.doc").returncode == 2


async def test_a_report_is_drawn_into_a_file(run: Run, tmp_path: Path) -> None:
    """Where its name or the format says so."""
    await _one_run()
    assert run("report", "run", "failure-rates", "--format", "svg", "-o", "rates").returncode == 0
    assert (tmp_path / "rates.svg").read_text().startswith("<svg ")


async def test_secrets_leave_a_report_only_on_request(run: Run, tmp_path: Path) -> None:
    """On standard output and in a file, which is then its owner's alone."""
    text = "tacacs-server key 7 {}\nend\n"
    await store(
        *(snapshot(device(name), "11-20 06:00:00", text.format("0822455D0A16")) for name in "abc"),
        snapshot(device("d"), "11-20 06:00:00", text.format("13061E010803")),
    )
    command = ("report", "run", "config-drift", "--as-of", "2026-11-22T12:00Z")
    assert "<redacted:" in run(*command).stdout
    shown = run(*command, "--show-secrets").stdout
    assert "tacacs-server key 7 13061E010803" in shown
    assert run(*command, "--show-secrets", "-o", "a.csv").returncode == 0
    assert "13061E010803" in (tmp_path / "a.csv").read_text()
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("command", "output", "code", "sentence"),
    [
        (
            ["report", "run", "job_durations", "--json"],
            "a.csv",
            2,
            "is a file of csv and not of json",
        ),
        (["report", "run", "job_durations"], "a", 2, "says no format"),
        (["sql", "select 1"], "a.doc", 2, "There is no format 'doc'"),
        (["sql", "select 1"], "a.png", 2, "A query's answer cannot be drawn"),
        (["report", "run", "device_inventory"], "a.svg", 2, "There is no chart of device_inventory"),
        (["sql", "select 1"], ".", 7, "is a folder"),
        (["sql", "select 1"], "/dev/null/x/a.csv", 7, "cannot be written"),
    ],
)
async def test_what_cannot_be_written_is_learned_before_the_query(
    run: Run, command: list[str], output: str, code: int, sentence: str
) -> None:
    """There is no server: the sentence is about the file."""
    done = run(*command, "-o", output, NETRAVEN_DATABASE_URL="postgresql://u@127.0.0.1:1/x")
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr


def test_standard_output_gets_the_bytes_of_a_file(empty_database: str, tmp_path: Path) -> None:
    """But on a terminal nothing that is not text, and nothing that steers it."""
    query = "select 'a\x1b[2J' as a"
    for name in ("csv", "parquet"):
        args = [*COMMAND, "sql", query, "--format", name]
        piped = subprocess.run([*args, "-o", "-"], capture_output=True, check=True).stdout
        subprocess.run([*args, "-o", "a"], capture_output=True, check=True, cwd=tmp_path)
        assert piped == (tmp_path / f"a.{name}").read_bytes()
    shown = _on_a_terminal("sql", query, "-o", "-", url=empty_database)
    assert "\x1b" not in shown
    assert "\\x1b" in shown
    refused = _on_a_terminal("sql", query, "-o", "-", "--format", "parquet", url=empty_database)
    assert "A terminal cannot show parquet" in refused


async def test_sql_writes_a_file_without_secrets(run: Run, tmp_path: Path) -> None:
    """And says how many rows it has."""
    await store(Credential(username="u", password="s3cr3t-value"))
    done = run("sql", "select password as p from credentials", "-o", "a.jsonl")
    assert "a.jsonl (1 row)" in done.stderr
    assert "s3cr3t" not in (tmp_path / "a.jsonl").read_text()
    for output in ([], ["-o", "b.csv"]):  # PostgreSQL quotes what is no table's name
        refused = run("sql", "select cast(password as regclass) from credentials", *output)
        assert 'relation "<redacted:' in refused.stderr
        assert "s3cr3t" not in refused.stderr


def test_the_version_is_told(run: Run) -> None:
    """That of the package."""
    assert run("--version").stdout == f"netraven-analytics {version('netraven-analytics')}\n"


async def test_report_all_writes_the_bundle(run: Run, tmp_path: Path) -> None:
    """Into reports unless told otherwise."""
    done = run("report", "all", "--since", "7d", "--by", "device_type")
    assert done.returncode == 0
    for name in ("fleet.xlsx", "manifest.json", "index.html", "job_durations.csv (0 rows)"):
        assert f"reports/{name}" in done.stderr
    assert "There is nothing in this database yet" in done.stderr
    assert (tmp_path / "reports" / "index.html").exists()


async def test_report_html_writes_the_fleet_s_page(run: Run, tmp_path: Path) -> None:
    """Into fleet.html unless told otherwise, or to standard output."""
    done = run("report", "html")
    assert done.returncode == 0
    assert "Wrote fleet.html (" in done.stderr
    page = (tmp_path / "fleet.html").read_text()
    assert page.startswith("<!doctype html>")
    assert run("report", "html", "-o", "-").stdout.startswith("<!doctype html>")


# What can be refused without a server is, before one is asked.
NOWHERE = ["--db", "postgresql://u@127.0.0.1:1/x"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (
            ["report", "run", "job_duration"],
            2,
            "There is no report 'job_duration' (did you mean 'job_durations'?)",
        ),
        (["report", "run", "job_durations", "--by", "x"], 2, "by='x' is not a dimension here"),
        (["report", "run", "job_durations", "--since", "5m"], 2, "ambiguous"),
        (["report", "run", "job_durations", "--tz", "X/Y"], 2, "There is no time zone 'X/Y'"),
        (["report", "run", "job_durations", "--since", "1d", "--until", "2d"], 2, "is not before until"),
        (["report", "run", "job_durations", "--tz", "Europe/Berln"], 2, "(did you mean 'Europe/Berlin'?)"),
        (["report", "run", "job_durations", "--format", "xlsx"], 2, "name a file with -o FILE.xlsx"),
        (["report", "run", "job_durations", "--format", "x"], 2, "There is no format 'x'"),
        (["report", "failure_rates"], 2, "'failure_rates' is a report: write 'report run failure_rates'"),
        (["report", "all", "--db", "embedded"], 2, "--db stands before the command: netraven-analytics --db"),
        (["report", "html", "--by", "device"], 2, "by='device' is nothing that the page groups by"),
        (["report", "html", "-o", "x.csv"], 2, "'x.csv' is a file of csv and not of html"),
        (["report", "html", "-o", "/dev/null/x.html"], 7, "/dev/null cannot be written"),
        (["report", "all", "-o", "/dev/null/x"], 7, "/dev/null/x cannot be written"),
        ([*NOWHERE, "report", "all", "--by", "x"], 2, "by='x' is not a dimension here"),
        ([*NOWHERE, "report", "all", "--since", "1d", "--until", "2d"], 2, "is not before until"),
        ([*NOWHERE, "report", "all", "--as-of", "data", "--tz", "X/Y"], 2, "There is no time zone 'X/Y'"),
        ([*NOWHERE, "demo", "--devices", "1"], 2, "at least 10"),
        ([*NOWHERE, "demo", "--out", "/dev/null/x"], 7, "/dev/null/x cannot be written"),
        (["sql", ""], 2, "The query is empty"),
        (["sql", "select :x"], 2, "no value for :x"),
        (["sql", "select 1 as a, 2 as a"], 2, "Two columns of the answer are named 'a'"),
        (["sql", "select 1", "-p", "x"], 2, "it takes NAME=VALUE, such as -p t=cisco_ios"),
        (["sql", "select 1; select 2"], 5, "it holds several statements, and one is run at a time"),
        (["sql", "select 1", "--json", "--format", "csv"], 2, "--json and --format csv contradict"),
        (["sql", "selec 1"], 5, 'syntax error at or near "selec"'),
        (["sql", "delete from jobs"], 2, "The statement has no rows to give"),
        (["sql", "delete from jobs returning id"], 5, "cannot execute DELETE in a read-only transaction"),
        (["--db", "postgresql://u:hunter2@127.0.0.1:1/x", "db", "check"], 3, "No PostgreSQL answers"),
        (["--db", "postgresql://u:hunter2@127.0.0.1:1/x", "report", "run", "job_durations"], 3, "embedded"),
        (["--db", "mysql://u:hunter2@h/x", "db", "check"], 2, "is not one of PostgreSQL"),
        (["--db", "postgresql://u@h/x", "db", "stop"], 2, "is not the embedded server"),
    ],
)
async def test_a_mistake_is_one_sentence_and_an_exit_code(
    run: Run, arguments: list[str], code: int, sentence: str
) -> None:
    """No traceback, no password, nothing on standard output."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


async def test_a_database_of_another_kind_is_refused(run: Run, blank_database: str) -> None:
    """The sentence says how to create the tables."""
    done = run("report", "run", "job_durations", NETRAVEN_DATABASE_URL=blank_database)
    assert done.returncode == 4
    assert "netraven-analytics db upgrade" in done.stderr


async def test_db_upgrade_makes_a_blank_database_reportable(run: Run, blank_database: str) -> None:
    """It may be run twice, and status says where the schema stands."""
    for _ in range(2):
        assert run("--db", blank_database, "db", "upgrade").returncode == 0
    status = json.loads(run("--db", blank_database, "db", "status", "--json").stdout)
    assert status["netraven_revision"] == "8a76c492719c"
    assert status["current"] is True
    assert run("--db", blank_database, "db", "check").stdout.startswith("PostgreSQL ")


def test_db_upgrade_makes_the_embedded_database_that_is_named() -> None:
    """There is nobody else to make it."""
    with tempfile.TemporaryDirectory(prefix="netraven-") as folder:
        os.chmod(folder, 0o755)
        url = f"embedded:{folder}/server?database=other"
        try:
            for command in ("upgrade", "check"):
                done = subprocess.run([*COMMAND, "--db", url, "db", command], capture_output=True, text=True)
                assert done.returncode == 0, done.stderr
        finally:
            subprocess.run([*COMMAND, "--db", url, "db", "stop"], capture_output=True, check=True)


async def test_sql_takes_parameters_of_any_kind(run: Run) -> None:
    """A number, a time or text, as the value looks."""
    query = "select :n + 1 as n, :t > timestamp '2026-01-01' as later, :s || '!' as s"
    done = run("sql", query, "-p", "n=41", "-p", "t=2026-02-01", "-p", "s=a=b")
    assert done.stdout == "n,later,s\n42,True,a=b!\n"


async def test_sql_never_shows_a_stored_password(run: Run) -> None:
    """Whatever the column is called and whatever stands around it, unless told to."""
    await store(Credential(username="u", password="s3cr3t-value"))
    for query in (
        "select * from credentials",
        "select password as p from credentials",
        "select 'x' || password || 'y' as harmless from credentials",
        "select json_build_object('a', password) as doc from credentials",
        "select array[password] as list from credentials",
    ):
        assert "s3cr3t-value" not in run("sql", query).stdout
        assert "redacted" in run("sql", query, "--json").stdout
    assert "s3cr3t-value" in run("sql", "select password from credentials", "--show-secrets").stdout


async def test_secrets_in_texts_are_redacted_with_one_token_each(run: Run) -> None:
    """The same secret is the same token, so that a comparison still works."""
    query = (
        "select 'snmp-server community hush RO' as a, 'username x secret 5 $1$abcd$efgh' as b, "
        "'snmp-server community hush RW' as c"
    )
    (found,) = json.loads(run("sql", query, "--json").stdout)
    assert "hush" not in str(found)
    assert "$1$abcd" not in found["b"]
    assert found["a"].removesuffix("RO") == found["c"].removesuffix("RW")


async def test_terminal_escapes_never_reach_the_terminal(run: Run) -> None:
    """Neither from data nor from arguments that an error repeats."""
    await _one_run("\x1b]52;c;aGk=\x07\u202eevil")
    done = run("report", "run", "job_durations", "--by", "device", "--since", "all")
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "\\x1b]52" in done.stdout
    assert "\x1b" not in run("report", "run", "\x1b[31mx").stderr
    assert "\x1b" not in run("sql", "select '\x1b[31m'::int").stderr


async def test_on_a_terminal_a_table_shows_its_first_40_rows(run: Run, empty_database: str) -> None:
    """And how many more there are."""
    await store(
        *(job(device(f"h{n:03}"), "failed", "2026-11-20 06:00:00", "2026-11-20 06:00:10") for n in range(50))
    )
    shown = _on_a_terminal(
        "report", "run", "job_durations", "--by", "device", "--since", "all", url=empty_database
    )
    assert shown.count(" h0") == 40
    assert "10 more rows" in shown
    assert "10.0s" in shown


async def test_the_demo_shows_no_password(run: Run, blank_database: str, tmp_path: Path) -> None:
    """Neither on the screen nor in any file that it writes."""
    url = blank_database.replace("netraven@", "netraven:hunter2-secret@")
    if url == blank_database:
        pytest.skip("the test server's user is another one")
    done = run("demo", "--devices", "12", "--days", "8", NETRAVEN_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    written = b"".join(path.read_bytes() for path in (tmp_path / "reports").iterdir())
    assert "hunter2-secret" not in done.stdout + done.stderr
    assert b"hunter2-secret" not in written


async def test_an_empty_url_is_refused(run: Run) -> None:
    """A shell variable that is not set must not lead to another database."""
    done = run("--db", "", "db", "check")
    assert done.returncode == 2
    assert "name a database" in done.stderr


def _on_a_terminal(*arguments: str, url: str) -> str:
    """What the command prints when standard output is a terminal."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "NETRAVEN_DATABASE_URL": url, "COLUMNS": "140", "TERM": "xterm"}
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=follower, stderr=follower, stdin=subprocess.DEVNULL, env=environment
    ) as process:
        os.close(follower)
        chunks = []
        try:
            while chunk := os.read(leader, 65_536):
                chunks.append(chunk)
        except OSError:  # Linux's way to say that the other end is closed
            pass
        process.wait(timeout=60)
    os.close(leader)
    return b"".join(chunks).decode()


def test_help_loads_neither_pandas_nor_sqlalchemy() -> None:
    """So that it is as quick as the libraries that print it."""
    code = (
        "import sys; sys.argv = ['x', '--help']\n"
        "from netraven_analytics.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas', 'numpy', 'sqlalchemy', 'asyncpg', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    for command in ("demo", "db", "report", "sql"):
        assert f" {command} " in done.stdout
