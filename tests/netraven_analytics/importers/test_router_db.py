"""Lists of devices: the forms that are accepted, and what is said of others."""

from pathlib import Path

import pytest

from netraven_analytics.importers import Entry, read_router_db
from netraven_db.errors import ParameterError

ACCEPTED = {
    "a:192.0.2.1:ios": Entry("192.0.2.1", "ios"),
    "a:192.0.2.1:ios:user:password:enable": Entry("192.0.2.1", "ios"),
    "a:a.example.net:ios": Entry("a.example.net", "ios"),
    "a:ios": Entry(None, "ios"),
    "a:192.0.2.1": Entry("192.0.2.1", None),
    "a:192.0.2.1:": Entry("192.0.2.1", None),
    "a;cisco;up": Entry(None, "cisco"),
    "a;cisco;down;moved": Entry(None, "cisco"),
    "a:cisco:UP": Entry(None, "cisco"),
    "a;2001:db8::1;ios": Entry("2001:db8::1", "ios"),
    "a:sw1:ios:user:password": Entry("sw1", "ios"),
    "a:192.0.2.1:unheard-of": Entry("192.0.2.1", "unheard-of"),
    "a:192.0.2.1:pfsense:user:password": Entry("192.0.2.1", "pfsense"),
    "a:192.0.2.1::user:password": Entry("192.0.2.1", None),
    "a:unheard-of": Entry(None, "unheard-of"),
    # Oxidized's map of columns is the user's to choose.
    "a:ios:user:password": Entry(None, "ios"),
    "a:cisco_ios_telnet:user:password:enable": Entry(None, "cisco_ios_telnet"),
    "a:pfsense:user:password": Entry(None, "pfsense"),
    "a;eos;user;password": Entry(None, "eos"),
    "a:eos::": Entry(None, "eos"),
    "a:eos:user:pass;word": Entry(None, "eos"),
    # A host's name may begin like a model's.
    "a:asa-berlin:asa": Entry("asa-berlin", "asa"),
    # An IPv6 address between colons.
    "a:2001:db8::1:ios": Entry("2001:db8::1", "ios"),
    "a:2001:db8::1:ios:user:password": Entry("2001:db8::1", "ios"),
    "a:2001:db8:0:0:0:0:0:1:ios:user:password": Entry("2001:db8:0:0:0:0:0:1", "ios"),
    "a:fe80::1%eth0:ios:user:password": Entry("fe80::1%eth0", "ios"),
    "a:::ffff:192.0.2.1:eos": Entry("::ffff:192.0.2.1", "eos"),
    "a:2001:db8::1": Entry("2001:db8::1", None),
    "a:2001:db8::1:up": Entry("2001:db8::1", None),
    " a ; cisco ; up \r": Entry(None, "cisco"),
}


def _list(folder: Path, text: str | bytes) -> Path:
    path = folder / "router.db"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("line", ACCEPTED)
def test_each_form_is_read(tmp_path: Path, line: str) -> None:
    """Oxidized's and RANCID's, with more behind or less."""
    assert read_router_db(_list(tmp_path, f"# a list\n\n{line}\n")) == {"a": ACCEPTED[line]}


def test_of_two_lines_for_a_name_the_last_counts(tmp_path: Path) -> None:
    """As whoever appends to the file expects."""
    assert read_router_db(_list(tmp_path, "a:ios\na:eos\n")) == {"a": Entry(None, "eos")}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a:ios\nhunter2\n", "Line 2 of .*router.db is not understood: it takes name:address:model"),
        (":ios\n", "Line 1 of "),
        ("a:\n", "Line 1 of "),
        (b"a\0b", "is not a text"),
    ],
)
def test_what_is_not_understood_is_told_with_its_line(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    """And never repeated: passwords stand in such files."""
    with pytest.raises(ParameterError, match=sentence) as raised:
        read_router_db(_list(tmp_path, content))
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    "line",
    [
        "a:hunter1:hunter2",
        "a:sw1:hunter1:hunter2",
        "a:unheard-of:hunter1:hunter2",
        "a:ios:cisco:hunter2",
        "a:192.0.2.1:hunter1:hunter2",
        "a:2001:db8::1:hunter1:hunter2",
        "a:2001:db8::1zz:ios:hunter1:hunter2",
        "a:2001:db8:1:ios:hunter1:hunter2",
        "a:[2001:db8::1]:ios:hunter1:hunter2",
    ],
)
def test_a_login_name_is_never_taken_for_a_model(tmp_path: Path, line: str) -> None:
    """Nor a password, nor a piece of an address: what could be one is refused."""
    with pytest.raises(ParameterError, match=r"Line 2 of .* which field is the model") as raised:
        read_router_db(_list(tmp_path, f"b:ios\n{line}\n"))
    assert "hunter" not in str(raised.value)
    assert "db8" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """By its name and why."""
    with pytest.raises(ParameterError, match="nowhere cannot be read: No such file"):
        read_router_db(tmp_path / "nowhere")
