"""config_diff: a history in, what differs out."""

import pytest

from netraven_analytics import config_diff
from netraven_db.errors import ParameterError
from tests.netraven_analytics.history.stored import HOSTNAME, days
from tests.netraven_analytics.spec import at, rows

NOISE = "! Last configuration change at 10:1{}:12 UTC Tue Mar 3 2026 by ann\n"
TEXTS = (
    NOISE.format(1) + "a\n",
    NOISE.format(2) + "a\ninterface Gi1\n up\n",
    NOISE.format(2) + "a\ninterface Gi1\n up\n",
    NOISE.format(3) + "a\ninterface Gi1\n up\n",
)


async def test_the_last_change_is_the_default(empty_database: str) -> None:
    """Snapshots that repeat a text or differ by noise changed nothing."""
    await days(*TEXTS)
    found = await config_diff(HOSTNAME)
    assert (found.from_id, found.to_id, *found.counts) == (1, 2, 2, 0)
    assert (found.from_at, found.to_at) == (at("11-01 06:00"), at("11-02 06:00"))
    assert "Changed after 2026-11-01 06:00:00+00:00 and not after 2026-11-02 06:00:00+00:00." in str(found)
    noisy = await config_diff(HOSTNAME, with_noise=True)
    assert (noisy.from_id, noisy.to_id, *noisy.counts) == (3, 4, 1, 1)


@pytest.mark.parametrize(
    ("a", "b", "ids"),
    [
        (1, None, (1, 4)),
        ("1", "3", (1, 3)),
        ("#2", "latest", (2, 4)),
        ("previous", "latest", (3, 4)),
        ("2026-11-02", "2026-11-03T06:00Z", (1, 3)),
        ("2026-11-01T08:00+02:00", "2026-11-02T07:00", (1, 2)),
        (at("11-02 06:00"), 1, (2, 1)),
        (None, 2, (3, 2)),
    ],
)
async def test_snapshots_are_named_by_id_moment_or_word(
    empty_database: str, a: object, b: object, ids: tuple[int, int]
) -> None:
    """A moment means the snapshot that was the latest then, one taken at the moment included."""
    await days(*TEXTS)
    found = await config_diff(HOSTNAME, a, b)
    assert (found.from_id, found.to_id) == ids


async def test_hunks_are_rows(empty_database: str) -> None:
    """With their section and lines; without any the frame has the same shape."""
    await days("a\nrouter bgp 1\n x\n", "a\nb\nrouter bgp 1\n x\n y\n")
    found = (await config_diff(HOSTNAME)).hunks()
    columns = ("old_start", "new_start", "lines_removed", "lines_added", "section", "removed", "added")
    assert rows(found, *columns) == [
        (2, 2, 0, 1, "(global)", "", "b"),
        (4, 5, 0, 1, "router bgp 1", "", " y"),
    ]
    none = (await config_diff(HOSTNAME, "latest", "latest")).hunks()
    assert none.dtypes.to_dict() == found.dtypes.to_dict()


async def test_a_changed_secret_shows_as_a_change_and_not_as_itself(empty_database: str) -> None:
    """In text, in HTML, in the frame: equal secrets have equal tokens within the difference."""
    await days("enable secret 0ld3r\nx\n", "enable secret n3wer\nenable secret n3wer\nx\n")
    found = await config_diff(HOSTNAME)
    everywhere = [str(found), found.coloured(), found._repr_html_(), found.hunks().to_string(), found.unified]
    assert not [text for text in everywhere if "0ld3r" in text or "n3wer" in text]
    assert tuple(found.counts) == (2, 1)
    added = found.hunks()["added"][0].split("\n")
    assert added[0] == added[1] != found.hunks()["removed"][0]
    assert "+enable secret n3wer" in (await config_diff(HOSTNAME, show_secrets=True)).unified


async def test_it_shows_itself(empty_database: str) -> None:
    """A patch in text, coloured in a terminal, side by side in a notebook; a device steers none of them."""
    await days("a\n", "a\n<b>\x1b[31m\n")
    found = await config_diff(HOSTNAME)
    assert str(found).splitlines()[-3:] == ["@@ -1 +1,2 @@", " a", "+<b>\\x1b[31m"]
    assert "\033[32m+<b>\\x1b[31m\033[0m" in found.coloured()
    assert '<td class="come">&lt;b&gt;\\x1b[31m</td>' in found._repr_html_()


async def test_a_missing_last_line_end_is_said(empty_database: str) -> None:
    """As patches do, where texts are compared as stored."""
    await days("a\n", "a")
    whole = await config_diff(HOSTNAME, with_noise=True)
    assert whole.unified.splitlines()[2:] == ["@@ -1 +1 @@", "-a", "+a", "\\ No newline at end of file"]
    assert (await config_diff(HOSTNAME)).unified == ""


async def test_a_device_that_never_changed_says_so(empty_database: str) -> None:
    """One snapshot, or several that are equal: no difference, and since when."""
    await days("a\n", "a\r\n")
    found = await config_diff(HOSTNAME)
    assert (found.from_id, found.to_id, found.unified) == (1, 2, "")
    assert "None of its snapshots since 2026-11-01 06:00:00+00:00, the first, changed anything" in str(found)


@pytest.mark.parametrize(
    ("device", "a", "said"),
    [
        ("ber-2", None, "no device 'ber-2' .did you mean 'ber-1'.."),
        (7, None, "no device 7"),
        (None, None, "device='None' is not understood"),
        (HOSTNAME, 9, "no snapshot 9: it has 2, from 2026-11-01"),
        (HOSTNAME, "2026-10-01", "no snapshot at or before 2026-10-01 00:00:00"),
        (HOSTNAME, "12m", "a='12m' is ambiguous.*or a snapshot's id, 'latest' or 'previous'"),
    ],
)
async def test_what_cannot_be_found_is_one_sentence(
    empty_database: str, device: object, a: object, said: str
) -> None:
    """With what there is instead."""
    await days("a\n", "b\n")
    with pytest.raises(ParameterError, match=said):
        await config_diff(device, a)
