"""Where a configuration differs from its peers."""

from netraven_analytics.configs.lines import Placed
from netraven_analytics.configs.majority import Odd, Peers

TEXT = "hostname {name}\nntp server 192.0.2.1\ninterface Gi1\n description {name}\n ip address 10.0.0.{n}\n"


def _compared(*texts: str) -> tuple[list[Odd], int]:
    peers = Peers()
    for number, text in enumerate(texts, start=1):
        peers.add(number, Placed(text.splitlines(), "cisco_ios").all())
    return peers.compare()


def _text(n: int, more: str = "") -> str:
    return TEXT.format(name=f"d{n}", n=n) + more


def test_what_each_has_its_own_of_is_not_odd() -> None:
    """Host names, addresses and descriptions differ everywhere."""
    assert _compared(*map(_text, range(1, 6))) == ([], 0)


def test_another_value_than_the_majority_has_is_odd_and_theirs_is_missing() -> None:
    """The section of a line that is in none is told by its first word."""
    odd = _text(4).replace("192.0.2.1", "198.51.100.7")
    found, _ = _compared(_text(1), _text(2), _text(3), odd)
    section, line = "(global) ntp", "ntp server 198.51.100.7"
    assert found == [Odd(4, section, (line,), ("ntp server 192.0.2.1",), 3)]


def test_what_only_one_has_is_odd_and_what_only_one_lacks_is_missing() -> None:
    """A line, and a section with all its lines."""
    vlan = "vlan 7\n name LAB\n"
    found, _ = _compared(_text(1), _text(2, vlan), _text(3), _text(4).replace("ntp server 192.0.2.1\n", ""))
    assert found == [
        Odd(2, "vlan 7", ("vlan 7", " name LAB"), (), 3),
        Odd(4, "(global) ntp", (), ("ntp server 192.0.2.1",), 3),
    ]


def test_a_new_kind_of_line_in_a_section_of_own_lines_is_odd() -> None:
    """Everybody has a description of his own there, and only one is shut down."""
    shut = _text(3).replace(" description", " shutdown\n description")
    found, _ = _compared(_text(1), _text(2), shut, _text(4))
    assert found == [Odd(3, "interface Gi1", (" shutdown",), (), 3)]


def test_a_tie_has_no_majority() -> None:
    """Two of four have it and two have not: nobody is odd, and the line is counted."""
    more = "vlan 7\n name LAB\n"
    assert _compared(_text(1, more), _text(2, more), _text(3), _text(4)) == ([], 2)
    other = [_text(n).replace("192.0.2.1", "198.51.100.7") for n in (3, 4)]
    assert _compared(_text(1), _text(2), *other) == ([], 2)


def test_of_two_neither_is_the_odd_one() -> None:
    """It takes three for a majority."""
    assert _compared(_text(1), _text(2, "vlan 7\n")) == ([], 0)
    assert len(_compared(_text(1), _text(2, "vlan 7\n"), _text(3))[0]) == 1


def test_order_and_separators_do_not_matter() -> None:
    """The lines are sets."""
    lines = _text(3).splitlines()
    turned = "\n".join(["!", lines[1], "!", lines[0], *lines[2:], ""])
    assert _compared(_text(1), _text(2), turned) == ([], 0)
