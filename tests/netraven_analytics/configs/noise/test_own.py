"""Specs of noise rules of the user's own."""

from pathlib import Path

import pytest

from netraven_analytics.configs.noise import rules_version
from netraven_analytics.configs.normalise import normalise
from netraven_db.errors import ParameterError

RULES = """\
[all]
lines = ['# seen ']

[ios]
lines = ['! mine']
values = ['salt=(\\w+)']

[cisco_xe]
blocks = [['begin', 'finish']]
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "noise.toml"
    monkeypatch.setenv("NETRAVEN_NOISE", str(path))
    return path


def test_own_rules_add_to_a_family_a_device_type_or_all(own: Path) -> None:
    """Beside the rules that are there."""
    own.write_text(RULES)
    text = "# seen 1\n! mine\n!Time: x\nsalt=a b\nbegin\nx\nfinish\n"
    assert normalise(text, "cisco_ios") == "!Time: x\nsalt= b\nbegin\nx\nfinish\n"
    assert normalise(text, "cisco_xe") == "!Time: x\nsalt= b\nbegin\nfinish\n"
    assert normalise(text, "cisco_nxos") == "! mine\nsalt=a b\nbegin\nx\nfinish\n"
    assert normalise(text, "strange") == "! mine\nsalt=a b\nbegin\nx\nfinish\n"


def test_the_version_names_the_rules_in_force(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the same for the same rules, and another where own rules concern the device type."""
    own.write_text("[ios]\nlines = ['! mine']\n")
    with_own = rules_version("cisco_ios"), rules_version("cisco_nxos")
    monkeypatch.delenv("NETRAVEN_NOISE")
    without = rules_version("cisco_ios"), rules_version("cisco_nxos")
    assert with_own[0] != without[0]
    assert with_own[1] == without[1]
    assert rules_version("cisco_xe") == without[0] != rules_version("juniper_junos")


def test_a_changed_file_is_read_again(own: Path) -> None:
    """Without a new process."""
    own.write_text("[all]\nlines = ['one']\n")
    assert normalise("one\nthree\n", None) == "three\n"
    own.write_text("[all]\nlines = ['three']\n")
    assert normalise("one\nthree\n", None) == "one\n"


MISTAKES = {
    "[ios\n": "line 1",
    "[ios]\nlines = ['a', '(']\n": r"line 2: '\(' is no regular expression",
    "[ios]\n\nlines = ['']\n": "fits every line",
    "[ios]\nline = ['a']\n": "line 1: 'ios' is not understood",
    "ios = 1\n": "'ios' is not understood",
    "[ios]\nlines = 'a'\n": "line 1: lines takes a list",
    "[ios]\nvalues = ['a']\n": "line 2: 'a' in values takes one group",
    "[ios]\nblocks = ['a']\n": "line 1: 'a' in blocks",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_with_its_line(own: Path, text: str) -> None:
    """In one sentence."""
    own.write_text(text)
    with pytest.raises(ParameterError, match=MISTAKES[text]):
        normalise("a\n", "cisco_ios")


def test_a_file_that_is_not_there_is_told(own: Path) -> None:
    """With the variable that names it."""
    with pytest.raises(ParameterError, match="NETRAVEN_NOISE names"):
        normalise("a\n", "cisco_ios")
