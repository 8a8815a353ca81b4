"""Specs of the normalised text."""

import pytest

from netraven_analytics.configs.normalise import digest, normalise

# Two copies of a text in which nothing but noise differs.
NOISE_ONLY = {
    "cisco_ios": (
        "Current configuration : 1 bytes\n! Last configuration change at 1\nhostname r\nntp clock-period 1\n",
        "Current configuration : 2 bytes\n! Last configuration change at 2\nhostname r\nntp clock-period 2\n",
    ),
    "cisco_xr": (
        "Tue Mar  3 10:11:12.123 UTC\n!! Last configuration change at x by a\nhostname r\n",
        "Wed Mar  4 10:11:12.123 UTC\nhostname r\n",
    ),
    "cisco_nxos": (
        "!Time: a\nhostname r\n",
        "!Running configuration last done at: x\nhostname r\n",
    ),
    "cisco_asa": (
        ": Saved\n: Written by a at b\nhostname r\nCryptochecksum:1\n: end\n",
        "hostname r\n: end\n",
    ),
    "cisco_wlc": (
        "System Up Time..... 1 day\nconfig sysname r\n",
        "System Up Time..... 2 days\nconfig sysname r\n",
    ),
    "arista_eos": ("! Startup-config last modified at a by b\nhostname r\n", "hostname r\n"),
    "juniper_junos": ("## Last commit: a by b\nversion 1;\n\n{master:0}\n", "version 1;\n\n{backup:1}\n"),
    "fortinet": (
        "#config-version=F-7:user=a\n#conf_file_ver=1\n set psk ENC abc==\n set password ENC SH2x\nend\n",
        "#config-version=F-7:user=b\n#conf_file_ver=2\n set psk ENC xyz==\n set password ENC SH2x\nend\n",
    ),
    "paloalto_panos": (
        '<entry name="a" admin="x" dirtyId="3" time="2026/03/03 10:11:12">\nb',
        '<entry name="a" admin="y" dirtyId="4" time="2026/03/04 10:11:12">\nb',
    ),
    "mikrotik_routeros": (
        "# 2026-03-03 10:11:12 by RouterOS 7.14\n/ip address\n# ether1 not ready\n",
        "# mar/04/2026 10:11:12 by RouterOS 7.14\n/ip address\n",
    ),
    "aruba_os": ("Building Configuration...\nversion 8\n", "version 8\n"),
    "aruba_aoscx": ("Up Time : 1 day\nhostname r\n", "Up Time : 2 days\nhostname r\n"),
    "hp_procurve": (
        "  Up Time            : 1 day\nhostname r\n",
        "  Up Time            : 2 days\nhostname r\n",
    ),
    "hp_comware": ("H3C S6800 uptime is 1 day\nsysname r\n", "H3C S6800 uptime is 2 days\nsysname r\n"),
    "vyos": ("// Last commit 1\nset a\n", "// Last commit 2\nset a\n"),
    None: ("! Last configuration change at 1\nhostname r\n", "hostname r\n"),
}


@pytest.mark.parametrize("device_type", NOISE_ONLY)
def test_noise_is_no_difference(device_type: str | None) -> None:
    """Of every platform; and nothing but noise is lost."""
    first, second = (normalise(text, device_type) for text in NOISE_ONLY[device_type])
    assert first == second
    assert first
    assert normalise(first, device_type) == first


@pytest.mark.parametrize("kind", ["AK1", "SH2", "PB2"])
def test_admin_hashes_of_fortios_are_compared(kind: str) -> None:
    """Only what the device encrypts anew at each copy is left out."""
    before, after = (normalise(f"set password ENC {kind}{hashed}\n", "fortinet") for hashed in "ab")
    assert before != after


def test_a_certificate_that_signs_itself_is_left_out() -> None:
    """Its frame stays, and a block without an end stays whole."""
    text = "a\n certificate self-signed 01\n  3082022B 30820194\n  quit\nb\n"
    assert normalise(text, "cisco_ios") == "a\n certificate self-signed 01\n  quit\nb\n"
    cut = "a\n certificate self-signed 01\n  3082022B\n"
    assert normalise(cut, "cisco_ios") == cut
    assert normalise(text, None) == text


@pytest.mark.parametrize("device_type", ["huawei", "huawei_vrp", "hp_comware", None])
def test_when_vrp_was_changed_and_saved_is_no_difference(device_type: str | None) -> None:
    """Its version is one."""
    text = "!Software Version V1\n{}sysname r\n"
    last = (
        "!Last configuration was updated at 2024-01-12 10:11:12+00:00 by ada\n"
        "!Last configuration was saved at 2024-01-12 11:00:00+00:00 by bob\n"
    )
    assert normalise(text.format(last), device_type) == text.format("")


def test_line_ends_and_trailing_blanks_are_no_difference() -> None:
    """Nor are empty lines at the end; those within and leading blanks are."""
    assert normalise("a \t\r\n\r\n b\r\n\r\n", None) == "a\n\n b\n"
    assert normalise("a\rb", None) == "a\nb\n"
    assert normalise("", None) == normalise("\n\n", None) == ""


def test_digests_tell_texts_apart() -> None:
    """Also texts with halves of characters."""
    assert digest("\ud800") != digest("a")
    assert len(digest("")) == 32
