"""The sections of lines, by platform: a text in, each line's headers out."""

import pytest

from netraven_analytics.configs.sections import around, changed_sections, sections, spoken

IOS = """hostname a
!
interface Gi1
 ip address 1.1.1.1
 !
router bgp 1
 address-family ipv4
  network 10.0.0.0

 exit-address-family
banner motd ^C
   no trespassing
end of it ^C
end"""
JUNOS = """## Last commit: 2026
system {
    host-name a;
    services {
        ssh;
    }
}
interfaces {
    ge-0/0/0 { /* up */
        unit 0;
    }
}"""
FORTIOS = """config system interface
    edit "port1"
        set ip 1.1.1.1
        config ipv6
            set mode dhcp
        end
    next
    edit "port2"
    next
end
set alone"""
PANOS = """<config version="10">
  <devices>
    <entry name="a">
      <hostname>x</hostname>
      <empty/>
    </entry>
  </devices>
</config>"""
ROUTEROS = """# by RouterOS
/interface bridge
add name=b1
/ip address add address=1.1.1.1
/ip route
add gateway=1.1.1.2"""
SET = "set system host-name a\nset interfaces ge-0/0/0 unit 0\ndelete system services"


def _spoken(text: str, device_type: str | None) -> list[str]:
    return ["/".join(path) for path in sections(text.split("\n"), device_type)]


@pytest.mark.parametrize("device_type", ["cisco_ios", None])
def test_indentation(device_type: str | None) -> None:
    """The next deeper line makes a header; separators close, blank lines do not, and a banner is one."""
    bgp, family = "router bgp 1", "router bgp 1/address-family ipv4"
    banner = "banner motd ^C"
    assert _spoken(IOS, device_type) == [
        *("", "", "interface Gi1", "interface Gi1", "interface Gi1"),
        *(bgp, family, family, family, bgp),
        *(banner, banner, banner, ""),
    ]


@pytest.mark.parametrize("device_type", ["juniper_junos", None])
def test_braces(device_type: str | None) -> None:
    """A header ends in a brace, and its closing brace stands in the section."""
    system, services = "system", "system/services"
    assert _spoken(JUNOS, device_type)[:7] == ["", system, system, services, services, services, system]


@pytest.mark.parametrize("device_type", ["fortinet", None])
def test_edits(device_type: str | None) -> None:
    """``config`` and ``edit`` open; ``next`` and ``end`` close and stand in what they close."""
    top, port, inner = "config system interface", 'edit "port1"', "config ipv6"
    assert _spoken(FORTIOS, device_type) == [
        top,
        *[f"{top}/{port}"] * 2,
        *[f"{top}/{port}/{inner}"] * 3,
        f"{top}/{port}",
        *[f'{top}/edit "port2"'] * 2,
        top,
        "",
    ]


@pytest.mark.parametrize("device_type", ["paloalto_panos", None])
def test_tags(device_type: str | None) -> None:
    """An element that a line opens and closes is no section."""
    config, devices, entry = 'config version="10"', "devices", 'entry name="a"'
    outer, inner = f"{config}/{devices}", f"{config}/{devices}/{entry}"
    assert _spoken(PANOS, device_type) == [config, outer, inner, inner, inner, inner, outer, config]


def test_paths() -> None:
    """A path holds until the next one; a command behind it is none of it."""
    assert _spoken(ROUTEROS, "mikrotik_routeros") == [
        *("", "/interface bridge", "/interface bridge", "/ip address", "/ip route", "/ip route")
    ]


def test_set_commands() -> None:
    """Each is of the section that its first word names."""
    assert _spoken(SET, "juniper_junos") == ["system", "interfaces", "system"]


def test_changed_sections_are_those_of_the_lines_that_went_or_came() -> None:
    """In the texts' order, each once; separators alone change nothing, and lines in none are global."""
    before = "hostname a\ninterface Gi1\n shutdown\n!\ninterface Gi2\n mtu 9000\nntp server 1\n"
    after = "hostname b\ninterface Gi1\n!\n!\nrouter bgp 1\n address-family ipv4\n  network 1\nntp server 1\n"
    assert changed_sections(before, after, "cisco_ios") == (
        "(global)",
        "interface Gi1",
        "interface Gi2",
        "router bgp 1",
        "router bgp 1 > address-family ipv4",
    )
    assert changed_sections(before, before, "cisco_ios") == ()


def test_around_gives_the_lines_of_the_innermost_section() -> None:
    """Of a line in none, the line alone."""
    paths = sections(IOS.split("\n"), "cisco_ios")
    assert [around(paths, index) for index in (0, 3, 5, 7)] == [(0, 1), (2, 5), (5, 10), (6, 9)]


def test_hostile_nesting_is_bounded() -> None:
    """A path has at most 32 headers of 200 characters, however deep and long the text's are."""
    paths = sections([f"{'x' * 1000} {{"] * 5_000, "juniper_junos")
    assert max(map(len, paths)) == 32
    assert max(len(header) for path in paths for header in path) == 200
    assert spoken(()) == "(global)"
