"""Hunks that are known again on other devices."""

from netraven_analytics.configs.hunks import Found, Hunks, holds

KEY = "hostname {}\n!\ntacacs-server key 7 {}\n!\nend\n"


def _one(reader: Hunks, before: str, after: str) -> Found:
    (found,) = reader.between(before, after, "cisco_ios")
    return found


def test_the_same_edit_is_the_same_kind_wherever_it_stands() -> None:
    """Other lines around it, separators and noise do not matter."""
    reader = Hunks()
    one = _one(reader, "a\nvlan 7\n name X\n!\n", "a\nvlan 7\n name X\n!\nvlan 8\n name Y\n!\n")
    other = _one(reader, "b\nntp clock-period 1\n!\n", "b\nntp clock-period 2\n!\nvlan 8\n name Y\n")
    assert one.kind == other.kind
    assert [tuple(line) for line in one.shown.added] == [("vlan 8", "vlan 8"), ("vlan 8", " name Y")]


def test_another_section_is_another_kind() -> None:
    """The same line under two interfaces is two hunks."""
    reader = Hunks()
    text = "interface Gi1\n mtu 1\ninterface Gi2\n mtu 1\n"
    one = _one(reader, text, text.replace(" mtu 1\n", " mtu 1\n shutdown\n", 1))
    other = _one(reader, text, text + " shutdown\n")
    assert one.kind != other.kind


def test_secrets_of_their_own_are_one_kind() -> None:
    """Where only a secret changed there is a hunk, shown with the tokens of both."""
    reader = Hunks()
    one = _one(reader, KEY.format("a", "0822455D0A16"), KEY.format("a", "094F471A1A0A"))
    other = _one(reader, KEY.format("b", "13061E010803"), KEY.format("b", "060506324F41"))
    assert one.kind == other.kind
    assert one.shown != other.shown
    assert {line.text for line in one.kind.added} == {"tacacs-server key 7 <redacted>"}
    assert one.shown.removed[0].text != one.shown.added[0].text
    assert "0822455D0A16" not in str([one, other])


def test_secrets_are_shown_on_request_and_the_kind_stays() -> None:
    """What may be shown does not decide what is the same."""
    before, after = KEY.format("a", "0822455D0A16"), KEY.format("a", "094F471A1A0A")
    shown = _one(Hunks(show_secrets=True), before, after)
    assert shown.kind == _one(Hunks(), before, after).kind
    assert shown.shown.added[0].text == "tacacs-server key 7 094F471A1A0A"


def test_a_configuration_holds_what_a_hunk_left() -> None:
    """All that it added; of one that only removed, none of that."""
    reader = Hunks()
    text = "ntp server 192.0.2.1\n"
    added = _one(reader, text, text + "ntp server 192.0.2.2\n").kind
    removed = _one(reader, text + "ntp server 192.0.2.2\n", text).kind
    has = reader.lines("ntp server 192.0.2.2\n", "cisco_ios")
    lacks = reader.lines(text, "cisco_ios")
    assert (holds(has, added), holds(lacks, added)) == (True, False)
    assert (holds(has, removed), holds(lacks, removed)) == (False, True)
