"""What the set-up scripts install is pinned, and what is pinned is what the project asks for."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LINES = [
    line
    for line in (ROOT / "setup" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def _asked() -> Iterator[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for listed in (project["dependencies"], *project["optional-dependencies"].values()):
        yield from (Requirement(text) for text in listed if not text.startswith("netraven-analytics"))


def _pinned(python: str) -> dict[str, Version]:
    environment = {"python_version": python, "python_full_version": f"{python}.7", "sys_platform": "linux"}
    pins = [Requirement(line) for line in LINES]
    return {
        pin.name: Version(str(pin.specifier).removeprefix("=="))
        for pin in pins
        if pin.marker is None or pin.marker.evaluate(environment)
    }


@pytest.mark.parametrize("python", PYTHONS)
def test_everything_that_is_asked_for_is_pinned(python: str) -> None:
    """In a version that is asked for, on every supported Python; ./setup/lock.sh makes it so."""
    pins = _pinned(python)
    wanted = {each.name: each.specifier for each in _asked()}
    assert {name: spec for name, spec in wanted.items() if name not in pins or pins[name] not in spec} == {}


@pytest.mark.parametrize(
    ("name", "safe"), [("jupyterlab", "4.6.2"), ("jupyter-server", "2.20"), ("nbconvert", "7.17.1")]
)
def test_versions_with_known_holes_are_refused(name: str, safe: str) -> None:
    """Neither asked for nor pinned."""
    floors = {Version(part.version) for each in _asked() if each.name == name for part in each.specifier}
    assert floors == {Version(safe)}
    assert all(_pinned(python)[name] >= Version(safe) for python in PYTHONS)


def test_pins_name_versions_and_nothing_else() -> None:
    """No registry, no address, no file: who installs chooses where from."""
    assert all(
        Requirement(line).url is None and str(Requirement(line).specifier)[:2] == "==" for line in LINES
    )


def test_every_script_that_installs_takes_the_pins() -> None:
    """Also requirements.txt; only the check of the wheel installs as a stranger would."""
    takes = "--constraint setup/constraints.txt"
    files = [*(ROOT / "setup").glob("*.sh"), ROOT / "requirements.txt"]
    installing = {f.name: f.read_text(encoding="utf-8") for f in files}
    bare = {
        name
        for name, text in installing.items()
        if ("pip install" in text or "-e ." in text) and takes not in text
    }
    assert bare == {"check_wheel.sh"}
