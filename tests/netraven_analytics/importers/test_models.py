"""Models: the names that tools give them, and what configurations look like."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from netraven_analytics.configs.platforms import FAMILIES, family_of
from netraven_analytics.demo import FleetSpec, generate
from netraven_analytics.importers.models import guess_model, is_model, netmiko_name, stated_model

CLEAN = Path(__file__).parents[1] / "configs" / "redaction" / "clean"


@pytest.mark.parametrize("name", [name for names in FAMILIES.values() for name in names])
def test_a_tools_name_becomes_netmikos_of_the_same_family(name: str) -> None:
    """So that noise and ends of configurations are those of its platform."""
    assert family_of(netmiko_name(name)) == family_of(name)
    assert netmiko_name(netmiko_name(name)) == netmiko_name(name)


@pytest.mark.parametrize(
    ("model", "name"),
    [("ios", "cisco_ios"), ("IOSXE", "cisco_xe"), ("cisco-nx", "cisco_nxos"), ("sonicos", "sonicos")],
)
def test_netmikos_names(model: str, name: str) -> None:
    """A model that nobody knows keeps its own."""
    assert netmiko_name(model) == name


def test_what_a_tool_calls_a_platform_is_a_model() -> None:
    """As it stands, with netmiko's endings; what only begins so is not."""
    assert all(map(is_model, ["ios", "Cisco_IOS_telnet", "cisco-nx", "pfsense"]))
    assert not any(map(is_model, ["asa-berlin", "cisco-backup", "admin", "ssh", ""]))


@pytest.mark.parametrize("path", sorted(CLEAN.glob("*.txt")), ids=lambda path: path.stem)
def test_a_configuration_is_guessed_to_be_of_its_platform(path: Path) -> None:
    """Those of every family; what is no configuration is of none."""
    guess = guess_model(path.read_text())
    assert family_of(guess) == (None if path.stem == "logs" else path.stem)


def test_the_demos_configurations_are_guessed() -> None:
    """Every one of the fleet, where the fleet knows what it is."""
    fleet = generate(FleetSpec(devices=40, days=7, until=datetime(2026, 4, 6, tzinfo=UTC)))
    types = {row[0]: row[3] for row in fleet.rows("devices") if row[3]}
    wrong = {
        types[row[1]]: guess_model(row[2])
        for row in fleet.rows("device_configurations")
        if row[1] in types and row[2] and family_of(guess_model(row[2])) != family_of(types[row[1]])
    }
    assert not wrong


def test_rancid_states_the_model() -> None:
    """In the first line, behind whatever begins a comment; elsewhere it is text like any other."""
    assert stated_model("!RANCID-CONTENT-TYPE: arista\n!\nx\n") == "arista_eos"
    assert stated_model("#RANCID-CONTENT-TYPE: juniper\n") == "juniper_junos"
    assert stated_model("hostname a\n") is None
    assert guess_model("") is None
