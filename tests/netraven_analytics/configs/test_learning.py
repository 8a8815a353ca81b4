"""Specs of proposed noise rules."""

import tracemalloc

import pytest

from netraven_analytics import learn_noise
from netraven_analytics.configs.learning import propose_noise
from netraven_db.errors import SchemaError
from tests.netraven_analytics.spec import device, snapshot, store

TEXTS = [f"hostname r\nlicense seen {n} days ago\npassword 0 s3cret{n}\nend\n" for n in range(6)]


def test_a_line_that_always_changes_is_proposed() -> None:
    """With its evidence; a secret is neither shown nor proposed, and what is left out already neither."""
    texts = [f"ntp clock-period {n}\n{text}" for n, text in enumerate(TEXTS)]
    (row,) = propose_noise([texts], "cisco_ios").to_dict("records")
    assert row["pattern"] == "license seen <varies> days ago"
    assert (row["pairs"], row["changed_in"], row["share"]) == (5, 5, 1.0)
    assert row["rule"] == "license seen "
    assert len(row["examples"]) == 3


COMMUNITIES = """\
config system global
    set counter {n}
end
config system snmp community
    edit 1
        set name "Winter{n}"
    next
end
"""


def test_what_is_secret_by_its_section_is_not_proposed() -> None:
    """Whatever the ends of lines: a line by itself does not say that it is one."""
    for end in ("\n", "\r\n", "\r"):
        texts = [COMMUNITIES.format(n=n).replace("\n", end) for n in range(6)]
        for device_type in ("fortinet", None):
            (row,) = propose_noise([texts], device_type).to_dict("records")
            assert row["rule"] == "    set counter "
            assert "Winter" not in str(row)


def test_a_secret_that_changed_is_no_difference() -> None:
    """Nor is there a pair of texts in which nothing else differs."""
    texts = [f"hostname r\nuptime {n // 2}\nusername a password 0 s3cret{n}\n" for n in range(8)]
    (row,) = propose_noise([texts], "cisco_ios").to_dict("records")
    assert (row["rule"], row["pairs"], row["changed_in"]) == ("uptime ", 3, 3)


def test_what_changes_seldom_is_not_proposed() -> None:
    """Nor is anything from fewer than three pairs."""
    seldom = [
        "a 1\nvlan 1\n",
        "a 2\nvlan 1\n",
        "a 3\nvlan 1\n",
        "a 4\nvlan 2\n",
        "a 5\nvlan 2\n",
        "a 6\nvlan 2\n",
    ]
    assert len(propose_noise([seldom], "x")) == 0
    assert len(propose_noise([TEXTS[:3]], "x")) == 0
    assert len(propose_noise([])) == 0
    assert propose_noise([]).dtypes.equals(propose_noise([TEXTS]).dtypes)


async def test_learn_noise_reads_each_device_type(empty_database: str) -> None:
    """Of the devices that pass the filters."""
    a = device("a", device_type="cisco_ios")
    b = device("b", device_type=None)
    await store(*(snapshot(d, f"11-1{n} 06:00", text) for d in (a, b) for n, text in enumerate(TEXTS)))
    learned = await learn_noise()
    assert sorted(map(str, learned["device_type"])) == ["cisco_ios", "nan"]
    assert len(await learn_noise(device="a")) == 1
    assert len(await learn_noise(device="nobody")) == 0


async def test_learn_noise_holds_few_texts(empty_database: str) -> None:
    """Four times as many devices take no more memory."""
    filler = "".join(f"description {'x' * 800}\n" for _ in range(40))
    devices = [device(f"{kind}{n}") for kind, count in (("few", 20), ("rest", 60)) for n in range(count)]
    texts = [f"license seen {n} days ago\n{filler}" for n in range(5)]
    await store(*(snapshot(d, f"11-1{n} 06:00", text) for d in devices for n, text in enumerate(texts)))

    async def most_held(name: str) -> int:
        tracemalloc.start()
        try:
            assert len(await learn_noise(device=name)) == 1
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    await most_held("few*")  # what is imported and compiled once
    assert await most_held("*") < 1.5 * await most_held("few*")


async def test_a_database_without_netravens_tables(
    blank_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is told as that, and not as a relation that does not exist."""
    monkeypatch.setenv("NETRAVEN_DATABASE_URL", blank_database)
    with pytest.raises(SchemaError, match="no NetRaven tables in this database"):
        await learn_noise()
