"""Messages in, signatures out."""

import time
from itertools import permutations

import pytest

from netraven_analytics.signatures import LENGTH, Masker

MASKED = {
    "Backup took 33 s": "Backup took <duration>",
    "waited 250ms, then 1h30m": "waited <duration>, then <duration>",
    "after 3 attempts": "after <n> attempts",
    "4.5% of 12,000": "<n>% of <n>,<n>",
    "10.1.2.3:22 refused": "<ip>:<n> refused",
    "route 10.0.0.0/8 via [2001:db8::1]:22": "route <ip> via [<ip>]:<n>",
    "fe80::1%eth0 is down": "<ip> is down",
    "std::vector of a::b": "std::vector of <ip>",  # a::b is an address
    "from aa:bb:cc:dd:ee:ff": "from <mac>",
    "from aabb.ccdd.eeff": "from <mac>",
    "session 00ab34ff": "session <n>",
    "session 12345678": "session <n>",
    "job 550e8400-e29b-41d4-a716-446655440000": "job <n>",
    "at 0xdeadbeef": "at <n>",
    "defaced decades": "defaced decades",
    "since 2026-11-22T10:11:12.345Z": "since <time>",
    "at 12:30:45, on 2026-11-22": "at <time>, on <time>",
    "expected 'sw1#' or \"x y\" or `z`": "expected <text> or <text> or <text>",
    "can't log in: it's gone": "can't log in: it's gone",
    "see https://x.example/a?b=1 now": "see <url> now",
    "worker-3 on core1.example.com.": "<name> on <name>.",
    "netmiko.exceptions.ReadTimeout: TLSv1.2": "netmiko.exceptions.ReadTimeout: TLSv<n>",
    "Gi0/1, GigabitEthernet1/0/24 down": "Gi<n>/<n>, GigabitEthernet<n>/<n>/<n> down",
    "two\n lines\tand\x1b[0m more ": "two lines and more",
    "password <redacted:0a1b2c3d4e5f>;": "password <secret>;",
    "": "",
}


@pytest.mark.parametrize(("message", "signature"), MASKED.items())
def test_what_varies_is_masked_and_words_stay(message: str, signature: str) -> None:
    """Numbers, ids, addresses, names, quoted text, times, durations and URLs are masked."""
    assert Masker().signature(message) == signature


def test_devices_are_masked_by_their_names() -> None:
    """Whatever they are called, in upper or lower case, and never as a part of a word."""
    masker = Masker(["core", "BER-SW", "<i>lab</i>", "=lab+1"])
    assert masker.signature("core: ber-sw <i>lab</i> =lab+1 core.") == "<host>: <host> <host> <host> <host>."
    assert masker.signature("scores corelan") == "scores corelan"


def test_a_signature_does_not_depend_on_other_messages() -> None:
    """In whatever order messages come, each has the same signature."""
    for order in permutations(list(MASKED)[:5]):
        masker = Masker()
        assert {message: masker.signature(message) for message in order}.items() <= MASKED.items()


def test_a_long_signature_is_cut() -> None:
    """With an ellipsis, so that nobody takes it for the whole."""
    signature = Masker().signature("word " * 100)
    assert len(signature) == LENGTH
    assert signature.endswith("\u2026")


@pytest.mark.parametrize(
    "part",
    ["a.", "1:", "a", "'", "0", "12 s ", "-", "a-1", "1.", "ab:", "1s", "<n>", "a://", "0x", '"`', "1.2.3.4"],
)
def test_no_message_takes_long(part: str) -> None:
    """What makes an expression go back again and again is bounded."""
    text = (part * 500)[:500]
    started = time.process_time()
    Masker().signature(text)
    assert time.process_time() - started < 0.5
