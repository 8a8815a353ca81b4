"""config_blame: a history in, each line's origin out."""

from netraven_analytics import config_blame
from tests.netraven_analytics.history.stored import HOSTNAME, days
from tests.netraven_analytics.spec import rows

BY = "! Last configuration change at 10:11:12 UTC Tue Mar 3 2026 by {}\n"
TEXTS = (
    BY.format("ann") + "a\nb\n",
    BY.format("bob") + "a\nb\n",
    BY.format("cid") + "a\ninterface Gi1\n up\nb\n",
    BY.format("dan") + "a\ninterface Gi1\n up\nb\n",
)
DAY = "2026-11-{:02}T06:00:00+00:00".format


async def test_each_line_has_its_origin(empty_database: str) -> None:
    """Its snapshot, the interval in which it came, and whom that snapshot claims; noise is left out."""
    await days(*TEXTS)
    table = await config_blame(HOSTNAME)
    assert rows(table) == [
        (2, "a", "(global)", 1, DAY(1), None, "ann"),
        (3, "interface Gi1", "interface Gi1", 3, DAY(3), DAY(2), "cid"),
        (4, " up", "interface Gi1", 3, DAY(3), DAY(2), "cid"),
        (5, "b", "(global)", 1, DAY(1), None, "ann"),
    ]
    assert table.dtypes.astype(str).to_dict() == {
        "line": "Int64",
        "text": "str",
        "section": "str",
        "snapshot_id": "Int64",
        "introduced_at": "datetime64[us, UTC]",
        "previous_at": "datetime64[us, UTC]",
        "claimed_user": "str",
    }


async def test_noise_is_the_latest_snapshots_where_it_is_asked_for(empty_database: str) -> None:
    """The platform wrote that line anew."""
    await days(*TEXTS)
    table = await config_blame(HOSTNAME, with_noise=True)
    assert rows(table, "line", "snapshot_id")[0] == (1, 4)


async def test_a_moment_has_its_own_blame(empty_database: str) -> None:
    """What came later is not there; times are on the reader's clock."""
    await days(*TEXTS)
    table = await config_blame(HOSTNAME, "2026-11-02T12:00Z", tz="Asia/Tokyo")
    assert rows(table, "line", "snapshot_id", "introduced_at") == [
        (2, 1, "2026-11-01T15:00:00+09:00"),
        (3, 1, "2026-11-01T15:00:00+09:00"),
    ]


async def test_an_empty_text_has_no_lines_and_the_same_columns(empty_database: str) -> None:
    """And keeps its dtypes."""
    await days("a\n", "")
    empty, full = await config_blame(HOSTNAME), await config_blame(HOSTNAME, 1)
    assert (len(empty), len(full)) == (0, 1)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


async def test_a_notebook_shows_the_lines_whole_and_redacted(empty_database: str) -> None:
    """With markup shown and not obeyed; what is made from the frame is a plain one."""
    await days("enable secret s3cr3t\n<script> " + "x" * 100 + "\n")
    table = await config_blame(HOSTNAME)
    html = table._repr_html_()
    assert "&lt;script&gt; " + "x" * 100 in html
    assert "s3cr3t" not in html + table.to_string()
    assert "Lines with redacted secrets: 1." in html
    assert type(table.head(1)).__name__ == "DataFrame"
