"""A page with one table that runs nothing."""

from pathlib import Path

import pandas as pd

from netraven_analytics.exports import export
from tests.browser import Browser
from tests.netraven_analytics.exports.tables import TABLE


def test_a_page_is_whole_and_loads_nothing(tmp_path: Path) -> None:
    """With a policy that would let nothing run, durations as h:mm:ss and numbers on the right."""
    page = export(TABLE, tmp_path / "a.html").read_text()
    assert "default-src &#x27;none&#x27;" in page
    assert '<td class="number">30:00:00</td>' in page
    assert '<td class="number">-2</td>' in page
    assert '<th scope="col">took</th>' in page
    assert page.endswith("</html>\n")
    assert "src=" not in page
    assert "href=" not in page


def test_hostile_text_is_inert(tmp_path: Path) -> None:
    """In cells, headers and in what the answer says of itself."""
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    table = pd.DataFrame({hostile: pd.Series([hostile], dtype="str")})
    window = {"since": hostile, "until": hostile}
    table.attrs["netraven"] = {
        "report": hostile,
        "answers": hostile,
        "window": window,
        "tz": hostile,
        "notes": [hostile],
    }
    page = export(table, tmp_path / "a.html").read_text()
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(1)") == 8


def test_a_browser_finds_nothing_that_the_policy_forbids(browser: Browser, tmp_path: Path) -> None:
    """The page's style is the one that its policy names."""
    with browser.page() as page:
        page.open(export(TABLE, tmp_path / "a.html").as_uri())
        assert page.run("getComputedStyle(document.querySelector('th')).position") == "sticky"
        assert page.complaints == []
        assert page.requests == []
