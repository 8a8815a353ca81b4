"""What a change did, and what it went back to."""

from netraven_analytics.configs.changes import Start, describe, in_short, reverts


def test_a_revert_names_the_latest_snapshot_with_the_text() -> None:
    """That is the last of the run of snapshots that had it, not the first."""
    history = [
        Start(1, None, b"A"),
        Start(4, 3, b"B"),
        Start(6, 5, b"A"),
        Start(7, 6, b"C"),
        Start(9, 8, b"B"),
    ]
    assert reverts(history) == {6: 3, 9: 5}


def test_noise_between_is_no_revert() -> None:
    """Another text that normalises to the same is the same text."""
    assert reverts([Start(1, None, b"A"), Start(2, 1, b"A"), Start(3, 2, b"B"), Start(4, 3, b"A")]) == {4: 2}


def test_a_description_counts_both_ways() -> None:
    """Normalised lines beside raw ones, the sections, and whom the text names."""
    before = "! Last configuration change at 1 by ann\ninterface a\n mtu 1\n"
    after = "! Last configuration change at 2 by bob\ninterface a\n mtu 2\n mtu 3\n"
    made = describe(before, after, "cisco_ios")
    assert vars(made) == {
        "lines_added": 2,
        "lines_removed": 1,
        "raw_lines_added": 3,
        "raw_lines_removed": 2,
        "sections": "interface a",
        "claimed_user": "bob",
    }


def test_sections_in_short_hold_no_secret() -> None:
    """What looks like one in a header gives way to a word that is always the same."""
    shown = in_short(["line vty 0 4", "snmp-server community s3cr3t RO"])
    assert shown == in_short(["line vty 0 4", "snmp-server community 0th3r RO"])
    assert shown == "line vty 0 4; snmp-server community <redacted> RO"
    assert in_short(["snmp > community s3cr3t"]) == "snmp > community <redacted>"


def test_sections_in_short_are_short() -> None:
    """A long header is cut, and so is a long list, which says how many it leaves out."""
    assert in_short(["x" * 200]) == "x" * 79 + "…"
    assert in_short(f"s{n}" for n in range(1010)) == "s0; s1; s2; s3; s4; s5; s6; s7; … and 1,002 more"
    assert in_short([]) == ""
