"""The wheel is whole: what it needs at run time travels inside it."""

import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the unpacked wheel, built from what git knows of the project."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(place / "dist"),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = (place / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "site")
    return place / "site"


def test_migrations_and_notebooks_travel_inside_the_packages(installed: Path) -> None:
    """And nothing else than the two packages is installed."""
    assert (installed / "netraven_db" / "migrations" / "env.py").exists()
    assert (installed / "netraven_analytics" / "notebooks").is_dir()
    packages = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert packages == {"netraven_db", "netraven_analytics"}


def test_the_demo_runs_from_the_wheel(installed: Path, blank_database: str, tmp_path: Path) -> None:
    """In another folder, on a database without tables, and it says where it put what."""
    code = "import netraven_analytics.cli as c; c.main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "--db", blank_database, "demo", "--devices", "20", "--days", "14"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "reports" / "index.html").exists()
    assert f"export NETRAVEN_DATABASE_URL={shlex.quote(blank_database)}" in done.stdout
    where = [sys.executable, "-P", "-c", "import netraven_db; print(netraven_db.__file__)"]
    found = subprocess.run(
        where, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(installed)}
    )
    assert Path(found.stdout.strip()).is_relative_to(installed)
