"""Specs of proposed noise rules."""

from netraven_analytics import learn_noise
from netraven_analytics.configs.learning import propose_noise
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
